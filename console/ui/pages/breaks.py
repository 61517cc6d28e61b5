"""Breaks 离席: the day under its limits, who is away, who waits, meal rounds, what everybody has had, and before."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from console.core.floor.policy import Tone
from console.core.work.break_cases import rules_of
from console.ui.i18n import joined, render, tr
from console.ui.pages.breaks_day import ShownDay
from console.ui.pages.breaks_lists import BudgetList, HistoryList
from console.ui.pages.breaks_loans import LoanList
from console.ui.pages.breaks_now import NowSide
from console.ui.pages.breaks_rounds import RoundsSide
from console.ui.pages.sided import SidedPage
from console.ui.shell import Shell
from console.ui.widgets.ask_for import AskFor
from console.ui.widgets.button import KeyButton
from console.ui.widgets.trust import show_nothing_yet, show_trust
from console.views.break_words import kind_words
from console.views.breaks import counts, head_words
from console.views.finder import Found
from console.views.link import standing
from console.views.scope import group_names
from console.views.words import STATUS


class BreaksPage(SidedPage):
    """Five sides of one matter: now, meal rounds, lent seats, budgets, history."""

    name: ClassVar[str] = "breaks"
    sides: ClassVar[tuple[str, ...]] = ("now", "rounds", "lent", "budgets", "history")

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._ask: AskFor | None = None
        self._build()
        self._lay_out((self.now, self.rounds, self.loans, self.budgets, self.history), self.ask_button)
        # After the list has been painted: it comes first.
        shell.book_changed.connect(self._redraw_next)
        shell.forecasts_changed.connect(self.now.show_card)
        shell.preferences_changed.connect(self._redraw)
        self.setFocusProxy(self.now.gantt)

    def _build(self) -> None:
        self.ask_button = KeyButton(key="N")
        self.ask_button.clicked.connect(self.ask)
        self.now = NowSide(self.shell)
        self.rounds = RoundsSide(self.shell)
        self.loans = LoanList(self.shell)
        self.day = ShownDay(self.shell)
        self.budgets = BudgetList(self.shell, self.day)
        self.history = HistoryList(self.shell, self.day)
        self.day.changed.connect(self._redraw)

    # -- what comes ---------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let the lengths grow."""
        if self._show_trust():
            self._redraw()
            self.now.tick()

    def _show_trust(self) -> bool:
        """Say how far the page can be trusted, and that it stays in the present; return whether there is anything."""
        view = self.shell.live
        now = standing(view, self.shell.live_now())
        self._stack.setCurrentWidget(self._full if view.agents else self.empty)
        if view.agents and self.shell.view.past and not view.past:
            self.strip.show_words(tr("Breaks are those of now, also while you look back"), tone=Tone.CALM)
        elif view.agents:
            show_trust(self.strip, view, now)
        else:
            show_nothing_yet(self.empty, view, now, icon="breaks")
        return bool(view.agents)

    def _redraw(self) -> None:
        """Draw the side on screen from floor and book as they stand."""
        if not self.isVisible() or not self.shell.live.agents:
            return
        shell, preferences = self.shell, self.shell.preferences
        mine = preferences.my_groups if preferences.only_mine else ()
        self._drawn_at = shell.live_now()
        self.count.say(joined(head_words(counts(shell.book, frozenset(mine)))))
        sides: dict[str, NowSide | RoundsSide | LoanList | BudgetList | HistoryList] = {
            "now": self.now,
            "rounds": self.rounds,
            "lent": self.loans,
            "budgets": self.budgets,
            "history": self.history,
        }
        sides[self._tab].show_rows(shell.live, shell.book, self._drawn_at, mine)

    # -- asking for somebody ------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Open the card that asks on somebody's behalf."""
        if self._ask is None:
            self._ask = AskFor(self.window())
        rules = rules_of(self.shell.book).everywhere
        kinds = tuple((kind.id, render(kind_words(kind))) for kind in rules.kinds)
        self._ask.ask(self._people(), kinds, self.shell.doors.ask_break)

    def _people(self) -> list[Found]:
        view = self.shell.live
        names = group_names(view)
        found = []
        for person in view.people.values():
            states = [view.agents[each] for each in person.interfaces if each in view.agents]
            if any(state.queues for state in states):
                more = f"{person.id} {names.get(person.primary_group, '')} {' '.join(person.extensions)}"
                name = f"{person.name} {person.number}".strip()
                kind = STATUS[states[0].status]
                found.append(Found(name=name, kind=kind, page="agents", subject=person.id, more=more))
        return found

    # -- sides --------------------------------------------------------------------------------------------------------

    def show_tab(self, tab: str) -> None:
        """Show another side; the page's own focus is that side's."""
        super().show_tab(tab)
        self.setFocusProxy(self._main_widget())

    def _main_widget(self) -> QWidget:
        rounds = self.rounds.rounds if self.rounds.has_plan else self.rounds.empty.button
        sides = {
            "rounds": rounds,
            "lent": self.loans.table,
            "budgets": self.budgets.table,
            "history": self.history.table,
        }
        return sides.get(self._tab, self.now.gantt)

    def open_at(self, subject: str) -> None:
        """Take the break of somebody who came for it (`break:ID`), or show a side by its name."""
        kind, _, name = subject.partition(":")
        if kind == "break":
            self.show_tab(self.sides[0])
            self.now.choose(name)
        elif subject in self.sides:
            self.show_tab(subject)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """1-5 turn to a side, left and right to another day, N asks for somebody.

        The answers of the card in hand work from its bar and row too.
        """
        if event.isAutoRepeat() or (self._tab == "now" and self.now.answer_by(event)):
            return
        own = {"rounds": self.rounds.key, "lent": self.loans.key}.get(self._tab)
        if not ((own is not None and own(event)) or self._common_key(event)):
            super().keyPressEvent(event)

    def _common_key(self, event: QKeyEvent) -> bool:
        plain, key = not event.modifiers(), event.key()
        if self._tab_key(event):
            return True
        if key == Qt.Key.Key_Escape and self._tab == "now" and self.now.current:
            self.now.choose("")
        elif plain and key == Qt.Key.Key_N:
            self.ask()
        elif plain and key == Qt.Key.Key_Slash and self._tab in {"budgets", "history"}:
            search = self.history.search if self._tab == "history" else self.budgets.search
            search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif plain and key in {Qt.Key.Key_Left, Qt.Key.Key_Right} and self._tab in {"budgets", "history"}:
            self.day.step(-1 if key == Qt.Key.Key_Left else 1)
        else:
            return False
        return True

    def _tab_words(self) -> tuple[str, ...]:
        return tr("Now"), tr("Meal rounds"), tr("Lent seats"), tr("Budgets"), tr("History")

    def retranslate(self) -> None:
        """Set every text again."""
        self.title.say(tr("Breaks"))
        self._offer_tabs()
        self.ask_button.setText(tr("Ask for somebody"))
        self.ask_button.updateGeometry()
        for side in (self.now, self.rounds, self.loans, self.budgets, self.history):
            side.retranslate()
        self._redraw()
