"""The plans page, history: every run that has ended; Enter opens its report."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.work.plan_records import PlanRun
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.plan_tables import past_cell, past_table
from console.views.plans import PastRow, past_rows, sought


class PastRuns(Panel):
    """Ended runs, newest first, found by a few letters, sorted by any column."""

    report_asked = Signal(str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.past: tuple[PlanRun, ...] | None = None
        self._asked_for = -1
        self._rows: list[PastRow] = []
        self._sort, self._down = "at", True
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(theme.px(280))
        self.search.textChanged.connect(lambda _words: self._arrange())
        self.count = Line(Type.BODY, "soft", shrinks=True)
        self.open_button = KeyButton(key="↵")
        self.table = past_table(lambda: shell.live.policy)
        self.open_button.clicked.connect(lambda: self._open(self.table.current_key()))
        self.table.opened.connect(self._open)
        self.table.sort_asked.connect(self.sort_by)
        self.table.mark_sorted(self._sort, descending=self._down)
        self.nothing = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, theme.px(10), 1, theme.px(8))
        column.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        head.setSpacing(theme.px(12))
        head.addWidget(self.search)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.open_button)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.px(6))

    def ask(self, book: Book) -> None:
        """Have the kept runs read, once for each number of runs that have ended."""
        ended = sum(run.ended_at is not None for run in book.every(PlanRun).values())
        if ended != self._asked_for:
            self._asked_for = ended
            self._shell.doors.past_runs(self._take)

    def _take(self, runs: tuple[PlanRun, ...]) -> None:
        self.past = runs
        self.show_rows(self._shell.live, self._shell.book, self._shell.live_now(), ())

    def show_rows(self, view: FloorView, book: Book, at: Instant, mine: tuple[str, ...]) -> None:
        """Show what has ended."""
        self.ask(book)
        self._rows = past_rows(view, book, at, self.past or (), mine)
        self._arrange()

    def _arrange(self) -> None:
        words = {row.ended.text: render(row.ended) for row in self._rows}
        rows = list(sought(self._rows, self.search.text(), words))
        if (self._sort, self._down) != ("at", True):
            policy = self._shell.live.policy
            rows.sort(key=lambda row: _sort_key(row, self._sort, policy), reverse=self._down)
        self.table.rows.show_rows(rows)
        self.count.say(tr("{count} of {all}", count=len(rows), all=len(self._rows)))
        self.open_button.setEnabled(bool(rows))
        self.nothing.say(tr("No plan has run and ended yet.") if not self._rows else tr("No run fits."))
        self.nothing.setVisible(not rows)
        if rows and not self.table.current_key():
            self.table.choose(rows[0].id)

    def sort_by(self, column: str) -> None:
        """Sort by a column, the other way round at the second time."""
        self._down = not self._down if column == self._sort else column == "at"
        self._sort = column
        self.table.mark_sorted(column, descending=self._down)
        self._arrange()

    def _open(self, run: str) -> None:
        if run:
            self.report_asked.emit(run)

    def retranslate(self) -> None:
        """Set every text again."""
        for setter in (self.search.setPlaceholderText, self.search.setAccessibleName):
            setter(tr("Search: plan, for whom, who, how it ended"))
        self.open_button.setText(tr("Report"))
        self.open_button.updateGeometry()
        self.table.setAccessibleName(tr("Ended runs"))
        self._arrange()
        self.table.measure()


def _sort_key(row: PastRow, column: str, policy: FloorPolicy) -> tuple[bool, float | str]:
    figures = {"at": row.at, "lasted": row.lasted_s, "version": float(row.version)}
    if column in figures:
        figure = figures[column]
        return (figure is not None, figure if figure is not None else 0.0)
    return (True, past_cell(row, column, policy))
