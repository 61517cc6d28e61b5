"""Breaks 离席: the day under its limits, who is away, who waits, meal rounds, what everybody has had, and before."""

from datetime import UTC
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.core.floor.day import day_of
from console.core.floor.model import Instant, LinkStatus
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.work.break_cases import rules_of
from console.core.work.break_records import Break
from console.ui import theme
from console.ui.i18n import joined, render, tr
from console.ui.pages import Page
from console.ui.pages.breaks_lists import BudgetList, HistoryList
from console.ui.pages.breaks_rounds import RoundsSide
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.when import local
from console.ui.widgets.ask_for import AskFor
from console.ui.widgets.break_tables import away_table, line_table
from console.ui.widgets.button import KeyButton
from console.ui.widgets.gantt import Gantt, GanttView
from console.ui.widgets.kind_legend import KindLegend
from console.ui.widgets.line import Line
from console.ui.widgets.notice import EmptyPage, Strip
from console.ui.widgets.panel import Panel
from console.ui.widgets.segments import Segments
from console.ui.widgets.todo_card import TodoCard, action_of
from console.ui.widgets.trust import show_nothing_yet, show_trust
from console.views.break_cards import card_of, sight
from console.views.break_words import kind_words
from console.views.breaks import away_rows, counts, head_words, line_rows, timeline
from console.views.finder import Found
from console.views.link import Trust, standing
from console.views.scope import group_names, shown_groups
from console.views.todo import Slot
from console.views.words import STATUS

BEFORE_S, AHEAD_S = 2.5 * 3600.0, 1.0 * 3600.0
DAY_AHEAD_S = 2.0 * 3600.0
TABS = ("now", "rounds", "budgets", "history")
ROWS_EVERY_S = 0.5


class BreaksPage(Page):
    """Four sides of one matter: now, meal rounds, budgets, history."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._tab = shell.place("breaks.tab") or TABS[0]
        self._zoom = shell.place("breaks.zoom") or "near"
        self._group = shell.place("breaks.group")
        self._current = ""
        self._drawn_at: Instant = 0.0
        self._choices: tuple[tuple[str, str], ...] = ()
        self._ask: AskFor | None = None
        self._build()
        self._lay_out()
        shell.book_changed.connect(lambda _book: self._redraw())
        shell.forecasts_changed.connect(self._show_card)
        shell.preferences_changed.connect(self._redraw)
        self.setFocusProxy(self.gantt)

    def _build(self) -> None:
        self.title = Line(Type.HEADLINE)
        self.count = Line(Type.BODY, "soft", shrinks=True)
        self.tabs = Segments()
        self.tabs.chosen.connect(self.show_tab)
        self.ask_button = KeyButton(key="N")
        self.ask_button.clicked.connect(self.ask)
        self.strip = Strip()
        self.gantt = Gantt()
        self.gantt.chosen.connect(self.choose)
        self.gantt.opened.connect(self._to_agent)
        self.legend = KindLegend()
        self.groups = QComboBox()
        self.groups.setMinimumWidth(theme.px(130))
        self.groups.setMaximumWidth(theme.px(220))
        self.groups.activated.connect(self._choose_group)
        self.zoom = Segments()
        self.zoom.chosen.connect(self._choose_zoom)
        self.day_title = Line(Type.TITLE)
        self.away_title, self.line_title = Line(Type.TITLE), Line(Type.TITLE)
        policy = partial(_policy_of, self.shell)
        self.away = away_table(self.shell.live_now, policy)
        self.line = line_table(self.shell.live_now, policy)
        for table in (self.away, self.line):
            table.chosen.connect(self.choose)
            table.opened.connect(self._into_card)
        self.nobody_away = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self.nobody_waits = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self.card: TodoCard | None = None
        self.budgets = BudgetList(self.shell)
        self.history = HistoryList(self.shell)
        self.empty = EmptyPage("breaks")
        self.empty.button.clicked.connect(lambda: self.shell.go("settings", "floors"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        for part in (self.title, self.count):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.tabs)
        head.addSpacing(theme.px(4))
        head.addWidget(self.ask_button)
        self._sides = QStackedWidget()
        self.rounds = RoundsSide(self.shell)
        for side in (self._now_side(), self.rounds, self.budgets, self.history):
            self._sides.addWidget(side)
        self._full = QWidget()
        column = QVBoxLayout(self._full)
        margin = theme.px(16)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(12))
        column.addLayout(head)
        column.addWidget(self.strip)
        column.addWidget(self._sides, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._full)

    def _now_side(self) -> QWidget:
        day = Panel()
        inner = QVBoxLayout(day)
        inner.setContentsMargins(theme.px(15), theme.px(10), theme.px(10), theme.px(10))
        inner.setSpacing(theme.px(6))
        top = QHBoxLayout()
        top.setSpacing(theme.px(14))
        top.addWidget(self.day_title)
        top.addWidget(self.legend, 1)
        top.addWidget(self.groups)
        top.addWidget(self.zoom)
        inner.addLayout(top)
        scroll = QScrollArea()
        scroll.setWidget(self.gantt)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        self.gantt.setAutoFillBackground(False)
        inner.addWidget(scroll, 1)
        self._beside = QWidget()
        self._beside.setFixedWidth(theme.px(330))
        self._card_room = QVBoxLayout(self._beside)
        self._card_room.setContentsMargins(0, 0, 0, 0)
        self._card_room.addStretch(1)
        self._beside.hide()
        below = QWidget()
        tables = QHBoxLayout(below)
        tables.setContentsMargins(0, 0, 0, 0)
        tables.setSpacing(theme.px(12))
        tables.addWidget(_panel(self.away_title, self.away, self.nobody_away), 5)
        tables.addWidget(_panel(self.line_title, self.line, self.nobody_waits), 5)
        tables.addWidget(self._beside)
        both = QSplitter(Qt.Orientation.Vertical)
        both.setHandleWidth(theme.px(12))
        both.setChildrenCollapsible(False)
        both.addWidget(day)
        both.addWidget(below)
        both.setStretchFactor(0, 5)
        both.setStretchFactor(1, 3)
        both.setSizes([560, 270])
        return both

    # -- what comes ---------------------------------------------------------------------------------------------------

    @property
    def _mine(self) -> tuple[str, ...]:
        preferences = self.shell.preferences
        return preferences.my_groups if preferences.only_mine else ()

    def show_view(self, view: FloorView) -> None:
        """Draw the newest floor; breaks change with commits, so the floor's own motion is drawn twice a second."""
        now = standing(view, self.shell.now())
        if not view.agents:
            self._stack.setCurrentWidget(self.empty)
            show_nothing_yet(self.empty, view, now, icon="breaks")
            return
        self._stack.setCurrentWidget(self._full)
        show_trust(self.strip, view, now)
        if abs(self.shell.live_now() - self._drawn_at) >= ROWS_EVERY_S:
            self._redraw()

    def tick(self) -> None:
        """Let the lengths grow."""
        if self._stack.currentWidget() is self.empty:
            show_nothing_yet(self.empty, self.shell.view, standing(self.shell.view, self.shell.now()), icon="breaks")
            return
        show_trust(self.strip, self.shell.view, standing(self.shell.view, self.shell.now()))
        self._redraw()
        for table in (self.away, self.line):
            table.viewport().update()

    def _redraw(self) -> None:
        """Draw the side on screen from floor and book as they stand."""
        if not self.isVisible() or not self.shell.live.agents:
            return
        shell = self.shell
        view, book, at = shell.live, shell.book, shell.live_now()
        self._drawn_at = at
        self.count.say(joined(head_words(counts(book, frozenset(self._mine)))))
        if self._tab == "now":
            self._show_now(view, at)
        else:
            sides: dict[str, RoundsSide | BudgetList | HistoryList] = {
                "rounds": self.rounds,
                "budgets": self.budgets,
                "history": self.history,
            }
            sides[self._tab].show_rows(view, book, at, self._mine)

    def _show_now(self, view: FloorView, at: Instant) -> None:
        book, mine = self.shell.book, self._mine
        span = self._span(at)
        self._offer_groups(view)
        only = (self._group,) if self._group else mine
        bands = timeline(view, book, at, span, only)
        muted = standing(view, at).trust is Trust.OLD and view.link.status is not LinkStatus.ENDED
        zone = local(at, view.policy).tzinfo or UTC
        self.gantt.show_view(GanttView(bands=bands, begin=span[0], end=span[1], now=at, zone=zone, muted=muted))
        kinds = rules_of(book).everywhere.kinds
        self.legend.show_kinds(tuple(render(kind_words(kind)) for kind in kinds))
        away, line = away_rows(view, book, at, mine), line_rows(view, book, at, mine)
        self.away.rows.show_rows(away)
        self.line.rows.show_rows(line)
        self.away_title.say(tr("Away {count}", count=len(away)))
        self.line_title.say(tr("In line {count}", count=len(line)))
        self.nobody_away.setVisible(not away)
        self.nobody_waits.setVisible(not line)
        self._show_card()

    def _offer_groups(self, view: FloorView) -> None:
        choices = (("", tr("All groups")), *((group.id, group.name) for group in shown_groups(view, self._mine)))
        if self._group not in dict(choices):
            self._group = ""
        if choices == self._choices:
            return
        self._choices = choices
        self.groups.clear()
        for group, name in choices:
            self.groups.addItem(name, group)
        self.groups.setCurrentIndex([group for group, _ in choices].index(self._group))

    def _choose_group(self, place: int) -> None:
        self._group = self._choices[place][0]
        self.shell.keep_place("breaks.group", self._group)
        self._redraw()

    def _span(self, at: Instant) -> tuple[Instant, Instant]:
        if self._zoom == "near":
            return at - BEFORE_S, at + AHEAD_S
        begin, _ = day_of(at, self.shell.live.policy)
        firsts = [each.departed_at for each in self.shell.book.every(Break).values() if each.departed_at is not None]
        first = min((when for when in firsts if when >= begin), default=at - BEFORE_S)
        return min(first - 600, at - BEFORE_S), at + DAY_AHEAD_S

    # -- the one in hand ----------------------------------------------------------------------------------------------

    def choose(self, break_id: str) -> None:
        """Take a break in hand: its bar, its row and its card."""
        if break_id == self._current:
            return
        self._current = break_id
        self.gantt.choose(break_id)
        for table in (self.away, self.line):
            if table.current_key() != break_id and not table.choose(break_id):
                table.clearSelection()
        self._show_card()

    def _show_card(self) -> None:
        shell = self.shell
        each = shell.book.get(Break, self._current) if self._current else None
        self._beside.setVisible(each is not None)
        if each is None:
            return
        slot = Slot(card=card_of(sight(shell.live, shell.book, shell.live_now(), shell.forecasts), each))
        if self.card is None:
            self.card = TodoCard(slot)
            self.card.answered.connect(self._answer)
            self._card_room.insertWidget(0, self.card)
        self.card.show_slot(slot)

    def _answer(self, _card: str, action: str, why: str) -> None:
        if self.card is not None:
            self.shell.answer(self.card.slot.card, action, why)

    def _into_card(self, _break_id: str) -> None:
        if self.card is not None and self.card.isVisible():
            self.card.setFocus(Qt.FocusReason.TabFocusReason)

    def _to_agent(self, break_id: str) -> None:
        each = self.shell.book.get(Break, break_id)
        if each is not None:
            self.shell.go("agents", f"agent:{each.interface}")

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
        """Show another side."""
        self._tab = tab if tab in TABS else TABS[0]
        self.shell.keep_place("breaks.tab", self._tab)
        self._sides.setCurrentIndex(TABS.index(self._tab))
        self._redraw()

    def _choose_zoom(self, zoom: str) -> None:
        self._zoom = zoom
        self.shell.keep_place("breaks.zoom", zoom)
        self._redraw()

    def open_at(self, subject: str) -> None:
        """Take the break of somebody who came for it (`break:ID`), or show a side by its name."""
        kind, _, name = subject.partition(":")
        if kind == "break":
            self.show_tab(TABS[0])
            self.choose(name)
        elif subject in TABS:
            self.tabs.offer(self._tab_words(), subject)
            self.show_tab(subject)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """N asks for somebody; the answers of the card in hand work from its row and its bar too."""
        if event.isAutoRepeat():
            return
        plain = not event.modifiers()
        if self._tab == "now" and self.card is not None and self.card.isVisible():
            action = action_of(self.card.slot.card.actions, event)
            if action is not None:
                self.card.give(action.key)
                return
        if event.key() == Qt.Key.Key_Escape and self._current:
            self.choose("")
        elif plain and event.key() == Qt.Key.Key_N:
            self.ask()
        elif self._tab == "rounds" and plain and event.key() == Qt.Key.Key_P:
            self.rounds.propose()
        elif self._tab == "rounds" and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not plain:
            self.rounds.publish()
        elif plain and event.key() == Qt.Key.Key_Slash and self._tab == "history":
            self.history.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)

    def _tab_words(self) -> tuple[tuple[str, str], ...]:
        words = (tr("Now"), tr("Meal rounds"), tr("Budgets"), tr("History"))
        return tuple(zip(TABS, words, strict=True))

    def retranslate(self) -> None:
        """Set every text again."""
        self.title.say(tr("Breaks"))
        self.tabs.offer(self._tab_words(), self._tab)
        self._sides.setCurrentIndex(TABS.index(self._tab))
        self.zoom.offer((("near", tr("Around now")), ("day", tr("The whole day"))), self._zoom)
        self.day_title.say(tr("Today"))
        self.groups.setAccessibleName(tr("Skill group"))
        self._choices = ()
        self.ask_button.setText(tr("Ask for somebody"))
        self.ask_button.updateGeometry()
        self.nobody_away.say(tr("Nobody is away."))
        self.nobody_waits.say(tr("Nobody waits in line."))
        for side in (self.rounds, self.budgets, self.history):
            side.retranslate()
        self.legend.retranslate()
        self.gantt.update()
        self._redraw()


def _policy_of(shell: Shell) -> FloorPolicy:
    return shell.live.policy


def _panel(title: Line, table: QWidget, beneath: QWidget) -> Panel:
    panel = Panel()
    column = QVBoxLayout(panel)
    column.setContentsMargins(1, theme.px(9), 1, theme.px(6))
    column.setSpacing(theme.px(4))
    head = QHBoxLayout()
    head.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
    head.addWidget(title)
    head.addStretch(1)
    column.addLayout(head)
    column.addWidget(table, 1)
    column.addWidget(beneath)
    column.addSpacing(theme.px(6))
    return panel
