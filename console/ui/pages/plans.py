"""Plans 应急预案: what is under way and asks, every plan, and what was; editor and reports stand behind them."""

from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from console.core.floor.policy import Tone
from console.core.work.plan_records import Plan, PlanRun
from console.ui.i18n import joined, render, tr
from console.ui.pages.plans_history import PastRuns
from console.ui.pages.plans_list import PlanList
from console.ui.pages.plans_now import NowSide
from console.ui.pages.sided import SidedPage
from console.ui.shell import Shell
from console.ui.widgets.trust import show_nothing_yet, show_trust
from console.views.link import standing
from console.views.plans import counts


def _editor(shell: Shell) -> Any:  # noqa: ANN401  what stands behind the page, made when first asked for
    from console.ui.pages.plans_editor import PlanEditor  # noqa: PLC0415

    return PlanEditor(shell)


def _report(shell: Shell) -> Any:  # noqa: ANN401
    from console.ui.pages.plans_report import PlanReportView  # noqa: PLC0415

    return PlanReportView(shell)


class PlansPage(SidedPage):
    """Three sides of one matter, and behind them a plan's editor and a run's report."""

    name: ClassVar[str] = "plans"
    sides: ClassVar[tuple[str, ...]] = ("now", "plans", "history")

    def __init__(
        self,
        shell: Shell,
        make_editor: Callable[[Shell], Any] = _editor,
        make_report: Callable[[Shell], Any] = _report,
    ) -> None:
        super().__init__(shell)
        self._make = {"editor": make_editor, "report": make_report}
        self._behind: dict[str, Any] = {}
        self._build()
        self._lay_out((self.now, self.plans, self.history))
        # After the list and the banner have been painted: they come first.
        shell.book_changed.connect(self._redraw_next)
        shell.forecasts_changed.connect(self._redraw_next)
        shell.preferences_changed.connect(self._redraw)
        # No focus proxy: Tab would come back to it from a page whose buttons come and go.
        self._lead: QWidget = self.now.empty.button

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hand the keys on to where they go first."""
        super().focusInEvent(event)
        self._main_widget().setFocus(event.reason())

    def _build(self) -> None:
        self.now = NowSide(self.shell)
        self.now.empty.button.clicked.connect(self.begin)
        self.now.report_asked.connect(self.open_report)
        self.plans = PlanList(self.shell)
        self.plans.edit_asked.connect(self.open_editor)
        self.plans.begun.connect(self._begun)
        self.history = PastRuns(self.shell)
        self.history.report_asked.connect(self.open_report)

    # -- what comes ---------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let countdowns run."""
        if self._show_trust():
            self._redraw()
            self.plans.tick()

    @property
    def _is_behind(self) -> bool:
        return self._stack.currentWidget() in self._behind.values()

    def _show_trust(self) -> bool:
        """Say how far the page can be trusted, and that it stays in the present; return whether there is anything."""
        view = self.shell.live
        now = standing(view, self.shell.live_now())
        known = bool(view.queues or view.agents or self.shell.book.every(Plan))
        if not self._is_behind:
            self._stack.setCurrentWidget(self._full if known else self.empty)
        if known and self.shell.view.past and not view.past:
            self.strip.show_words(tr("Plans are those of now, also while you look back"), tone=Tone.CALM)
        elif known and self.shell.trouble is not None:
            self.strip.show_words(tr("Answers cannot be kept just now"), render(self.shell.trouble), tone=Tone.ALARM)
        elif known:
            show_trust(self.strip, view, now)
        else:
            show_nothing_yet(self.empty, view, now, icon="plans")
        return known

    def _redraw(self) -> None:
        """Draw the side on screen from floor and book as they stand."""
        if not self.isVisible() or self._is_behind:
            return
        shell, preferences = self.shell, self.shell.preferences
        mine = preferences.my_groups if preferences.only_mine else ()
        at = self._drawn_at = shell.live_now()
        led = isValid(self._lead) and self._lead.hasFocus()
        self.count.say(joined(counts(shell.book)))
        if self._tab == "plans":
            self.history.ask(shell.book)
            self.plans.show_rows(shell.live, shell.book, at, self.history.past or ())
        else:
            side = self.now if self._tab == "now" else self.history
            side.show_rows(shell.live, shell.book, at, mine)
        proxy = self._main_widget()
        if self._lead is not proxy:
            self._carry(proxy, led=led)

    def _carry(self, proxy: QWidget, *, led: bool) -> None:
        """Let the keys go to another place first; a hand that was there, or whose place has gone, goes along."""
        at_hand = QApplication.focusWidget()
        self._lead = proxy
        if (led or at_hand is None or not at_hand.isVisible()) and self.isActiveWindow():
            proxy.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- sides --------------------------------------------------------------------------------------------------------

    def _main_widget(self) -> QWidget:
        if self._is_behind:
            return self._stack.currentWidget() or self._full
        if self._tab == "now":
            return self.now.main_widget()
        return self.plans.main_widget() if self._tab == "plans" else self.history.table

    def begin(self) -> None:
        """Open the form that begins a plan by hand."""
        self.show_tab("plans")
        self.plans.begin()

    def _begun(self, plan: str, subject: str) -> None:
        self.show_tab("now")
        self.now.expect(plan, subject)
        self._main_widget().setFocus(Qt.FocusReason.OtherFocusReason)

    def open_at(self, subject: str) -> None:
        """Take the run somebody came for (`plan:ID`, `group:ID`), or show a side by its name."""
        kind, _, name = subject.partition(":")
        if subject in self.sides:
            self._come_back()
            self.show_tab(subject)
        elif kind in {"plan", "group"}:
            self._come_back()
            self.show_tab(self.sides[0])
            run = self.shell.book.get(PlanRun, name) if kind == "plan" else None
            if not self.now.open_at(subject) and run is not None:
                self.open_report(name)

    # -- what stands behind -------------------------------------------------------------------------------------------

    def open_editor(self, plan: Plan | None) -> None:
        """Open the editor with a plan, or with a new one."""
        self._go_behind("editor").open_plan(plan)

    def open_report(self, run: str) -> None:
        """Open a run's report."""
        self._go_behind("report").open_run(run)

    def _go_behind(self, what: str) -> Any:  # noqa: ANN401
        if what not in self._behind:
            made = self._behind[what] = self._make[what](self.shell)
            made.closed.connect(self._come_back)
            if what == "editor":
                made.kept.connect(self._come_back)
            self._stack.addWidget(made)
        widget = self._behind[what]
        self._stack.setCurrentWidget(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        return widget

    def _come_back(self) -> None:
        if self._is_behind:
            self._stack.setCurrentWidget(self._full)
            self._redraw()
            self._main_widget().setFocus(Qt.FocusReason.OtherFocusReason)

    # -- keys and words -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """1-3 turn to a side, B begins a plan; letters answer the run in hand, or do what is done to a plan."""
        if event.isAutoRepeat() or self._is_behind:
            super().keyPressEvent(event)
            return
        if not (self._side_key(event) or self._common_key(event)):
            super().keyPressEvent(event)

    def _side_key(self, event: QKeyEvent) -> bool:
        if self._tab == "now":
            if event.key() == Qt.Key.Key_R and not event.modifiers() and self.now.current:
                self.open_report(self.now.current)
                return True
            return self.now.answer_by(event)
        return self._tab == "plans" and self.plans.key(event)

    def _common_key(self, event: QKeyEvent) -> bool:
        plain, key = not event.modifiers(), event.key()
        if self._tab_key(event):
            return True
        if plain and key == Qt.Key.Key_B:
            self.begin()
        elif plain and key == Qt.Key.Key_Slash and self._tab == "history":
            self.history.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            return False
        return True

    def _tab_words(self) -> tuple[str, ...]:
        return tr("Under way"), tr("Plans"), tr("History")

    def retranslate(self) -> None:
        """Set every text again."""
        self.title.say(tr("Emergency plans"))
        self._offer_tabs()
        for side in (self.now, self.plans, self.history):
            side.retranslate()
        self._redraw()
