"""The plans page, now: the open runs, and the one in hand in full."""

from datetime import UTC

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.preferences import actor_of
from console.core.rules.watches import group_at
from console.core.words import Said
from console.core.work.plan_due import curve_of
from console.core.work.plan_records import PlanRun
from console.core.work.plan_subjects import open_runs
from console.ui import theme
from console.ui.i18n import tr
from console.ui.shell import Shell
from console.ui.when import local
from console.ui.widgets.day_curve import Curve, Expected
from console.ui.widgets.notice import EmptyPage
from console.ui.widgets.plan_run_panel import RunPanel
from console.ui.widgets.plan_tiles import RunTiles
from console.views.link import Trust, standing
from console.views.plan_run import marks_of, sheet_of
from console.views.plans import run_at, run_rows

BEFORE_S = 15 * 60.0
LEAST_S = 30 * 60.0
AHEAD_S = 15 * 60.0


class NowSide(QWidget):
    """Tiles above where several runs are open, the run in hand beneath; calm where none is."""

    report_asked = Signal(str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._current = ""
        self._expected: tuple[str, str] | None = None
        self._mine: tuple[str, ...] = ()
        self.tiles = RunTiles()
        self.tiles.chosen.connect(self.choose)
        self.panel = RunPanel()
        self.tiles.opened.connect(self._into_run)
        self.panel.answered.connect(self._answer)
        self.panel.report_asked.connect(lambda: self.report_asked.emit(self._current))
        self.empty = EmptyPage("plans")
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self.tiles)
        column.addWidget(self.panel, 1)
        self._full = full
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)

    def show_rows(self, view: FloorView, book: Book, at: Instant, mine: tuple[str, ...]) -> None:
        """Show floor and book as they stand."""
        self._mine = mine
        rows = run_rows(view, book, at, mine)
        self._take_expected(book)
        held = book.get(PlanRun, self._current)
        if held is not None and held.ended_at is None and self._current not in {row.id for row in rows}:
            rows = [*rows, *(row for row in run_rows(view, book, at) if row.id == self._current)]
        if rows and self._current not in {row.id for row in rows}:
            self._current = rows[0].id
        self._stack.setCurrentWidget(self._full if rows else self.empty)
        if not rows:
            self._current = ""
            return
        self.tiles.show_runs(rows, self._current)
        run = book.get(PlanRun, self._current)
        if run is not None:
            by = actor_of(self._shell.preferences, tr("You"))
            sheet = sheet_of(run, view, book, at, by=by, nothing=self._nothing(run.id, at))
            outlook = self._shell.outlooks.get(run.id)
            trouble = None if outlook is None else outlook.trouble
            self.panel.show_sheet(sheet, self._curve(run, view, at), trouble)

    def expect(self, plan: str, subject: str) -> None:
        """Take the run of a plan for a subject in hand as soon as it is there."""
        self._expected = (plan, subject)
        self.again()

    def _take_expected(self, book: Book) -> None:
        runs = (run for run in open_runs(book) if (run.plan, run.subject) == self._expected)
        run = next(runs, None)
        if run is not None:
            self._current, self._expected = run.id, None

    def _into_run(self, _run: str) -> None:
        self.panel.main_widget().setFocus(Qt.FocusReason.TabFocusReason)

    def _nothing(self, run: str, at: Instant) -> dict[str, float]:
        outlook = self._shell.outlooks.get(run)
        point = None if outlook is None else outlook.at(at)
        if point is None:
            return {}
        waits = {} if point.mean_wait_s is None else {"mean_wait_s": point.mean_wait_s}
        return {"waiting": round(point.waiting), **waits}

    def _curve(self, run: PlanRun, view: FloorView, at: Instant) -> Curve:
        since = min((m for m in (run.fired_at, run.proposed_at, run.started_at) if m is not None), default=at)
        begin = min(since - BEFORE_S, at - LEAST_S)
        group = group_at(view.policy, run.subject)
        outlook = self._shell.outlooks.get(run.id)
        points = () if outlook is None else outlook.points
        return Curve(
            points=curve_of(view, run.subject),
            limit=(view.policy.emergency_waiting if group is None else group.emergency_waiting) or None,
            begin=begin,
            now=at,
            expected=tuple(
                Expected(at=p.at, low=p.least, middle=p.waiting, high=p.most) for p in points if p.at <= at + AHEAD_S
            ),
            zone=local(at, view.policy).tzinfo or UTC,
            muted=standing(view, at).trust is Trust.OLD,
            marks=marks_of(run),
        )

    @property
    def current(self) -> str:
        """Return the run in hand, empty for none."""
        return self._current

    def choose(self, run: str) -> None:
        """Take a run in hand."""
        if run and run != self._current:
            self._current = run
            self.again()

    def open_at(self, subject: str) -> bool:
        """Take the run somebody came for (`plan:ID`, `group:ID`); return whether there is one."""
        found = run_at(self._shell.book, subject, self._shell.live)
        run = self._shell.book.get(PlanRun, found)
        if run is None or run.ended_at is not None:
            return False
        self.choose(found)
        return True

    def again(self) -> None:
        """Show it as it stands."""
        self.show_rows(self._shell.live, self._shell.book, self._shell.live_now(), self._mine)

    def answer_by(self, event: QKeyEvent) -> bool:
        """Give the answer a key stands for on the run in hand; return whether there was one."""
        return bool(self._current) and not event.modifiers() and self.panel.by_key(event)

    def _answer(self, action: str, why: str) -> None:
        if not self._current:
            return
        run = self._current

        def refused(said: Said) -> None:
            if run == self._current:
                self.panel.refuse(said)
                self.panel.answers.give_back(action, why)

        self.panel.refuse(None)
        self._shell.doors.act(f"plan:{run}", action, why, refused)

    def main_widget(self) -> QWidget:
        """Return where the keys go first."""
        if not self._current:
            return self.empty.button
        return self.tiles if self.tiles.isVisibleTo(self) and len(self.tiles.rows) > 1 else self.panel.main_widget()

    def retranslate(self) -> None:
        """Set every text again."""
        self.empty.show_words(
            tr("No plan is under way"),
            tr("As soon as a watch fires, its plan is proposed here; begin one by hand at any time."),
            icon="plans",
            button=tr("Begin a plan by hand"),
        )
        self.panel.retranslate()
