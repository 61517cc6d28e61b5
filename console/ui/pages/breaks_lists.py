"""The lists of the breaks page that can be taken away as files: what everybody has had, and today's history."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout

from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy, Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.sheets import Cell, Sheet
from console.core.words import Said, say
from console.core.work.break_cases import rules_of
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.pages.breaks_day import ShownDay
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.break_tables import (
    budget_cell,
    budget_table,
    history_cell,
    history_table,
)
from console.ui.widgets.button import KeyButton
from console.ui.widgets.day_choice import DayChoice
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.table import RowTable
from console.views.break_words import STATE, kind_words
from console.views.breaks import BudgetRow, HistoryRow, budget_rows, history_rows, sought


def ask_where(panel: Panel, shell: Shell, name: str, made: Callable[[], Sheet]) -> None:
    """Ask where a table shall be written, then have it written; what came of it is said at the window's foot."""
    dialog = QFileDialog(panel, tr("Export"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([tr("Excel workbook (*.xlsx)"), tr("CSV table (*.csv)")])
    dialog.setDefaultSuffix("xlsx")
    dialog.selectFile(f"{name}.xlsx")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("csv" if "csv" in chosen else "xlsx"))
    dialog.fileSelected.connect(lambda path: write(shell, Path(path), made()))
    dialog.open()


def write(shell: Shell, path: Path, table: Sheet) -> None:
    """Have a table written and say what came of it."""

    def told(trouble: Said | None) -> None:
        if trouble is None:
            shell.tell(say("Written: {path}", path=str(path)))
        else:
            shell.tell(trouble, Tone.WARN)

    shell.doors.export(path, table, told)


R = TypeVar("R", HistoryRow, BudgetRow)


class HistoryList(Panel):
    """A day's breaks, found by a few letters, sorted by any column, taken away as a file."""

    def __init__(self, shell: Shell, day: ShownDay) -> None:
        super().__init__()
        self._shell, self._day = shell, day
        self.day = DayChoice()
        day.bind(self.day)
        self._rows: list[HistoryRow] = []
        self._sort, self._down = "asked", True
        self.count = Line(Type.BODY, "soft")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(theme.px(320))
        self.search.textChanged.connect(lambda _words: self._arrange())
        self.export_button = KeyButton()
        self.export_button.clicked.connect(self.export)
        self.table: RowTable[HistoryRow] = history_table(lambda: shell.live.policy)
        self.table.sort_asked.connect(self.sort_by)
        self.table.mark_sorted(self._sort, descending=self._down)
        self.nothing = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        _lay_out(self, (self.day, self.search, self.count), self.export_button, self.table, self.nothing)

    def show_rows(self, view: FloorView, book: Book, at: Instant, mine: tuple[str, ...]) -> None:
        """Show the day's breaks as they stand."""
        self._rows = history_rows(view, *self._day.seen(book, at), mine)
        self._arrange()

    def _arrange(self) -> None:
        policy = self._shell.live.policy
        words = {said.text: render(said) for said in STATE.values()}
        words |= {row.kind.text: render(row.kind) for row in self._rows}
        rows = sought(self._rows, self.search.text(), words)
        if (self._sort, self._down) != ("asked", True):
            rows.sort(key=lambda row: _sort_key(row, self._sort, policy), reverse=self._down)
        self.table.rows.show_rows(rows)
        self.count.say(tr("{count} of {all}", count=len(rows), all=len(self._rows)))
        self.nothing.say(self._day.nothing(tr("No break of this day fits.")))
        self.nothing.setVisible(not rows)

    def sort_by(self, column: str) -> None:
        """Sort by a column, the other way round at the second time."""
        self._down = not self._down if column == self._sort else column == "asked"
        self._sort = column
        self.table.mark_sorted(column, descending=self._down)
        self._arrange()

    def export(self) -> None:
        """Write the rows shown to a file."""
        ask_where(self, self._shell, f"{tr('breaks')}-{self._day.name()}", self.sheet)

    def sheet(self) -> Sheet:
        """Return what is shown as a table."""
        policy = self._shell.live.policy
        return _sheet(tr("Breaks"), self.table, lambda row, column: history_cell(row, column, policy))

    def retranslate(self) -> None:
        """Set every text again."""
        self.search.setPlaceholderText(tr("Search the history: name, number, kind, reason"))
        self.search.setAccessibleName(tr("Search the history: name, number, kind, reason"))
        self.table.setAccessibleName(tr("Breaks"))
        self.export_button.setText(tr("Export…"))
        self.export_button.updateGeometry()
        self.day.retranslate()
        self._day.show_on(self.day)


class BudgetList(Panel):
    """What everybody has had on a day; columns follow the kinds of the rules."""

    def __init__(self, shell: Shell, day: ShownDay) -> None:
        super().__init__()
        self._shell, self._day = shell, day
        self.day = DayChoice()
        day.bind(self.day)
        self._kinds: tuple[tuple[str, str], ...] = ()
        self._rows: list[BudgetRow] = []
        self._sort, self._down = "", False
        self.count = Line(Type.BODY, "soft")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(theme.px(320))
        self.search.textChanged.connect(lambda _words: self._arrange())
        self.export_button = KeyButton()
        self.export_button.clicked.connect(self.export)
        self.table: RowTable[BudgetRow] = budget_table((), lambda: shell.live.policy)
        self.nothing = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self._column = _lay_out(self, (self.day, self.search, self.count), self.export_button, self.table, self.nothing)

    def show_rows(self, view: FloorView, book: Book, at: Instant, mine: tuple[str, ...]) -> None:
        """Show the day of everybody on shift."""
        kinds = tuple((kind.id, render(kind_words(kind))) for kind in rules_of(book).everywhere.kinds)
        if kinds != self._kinds:
            self._kinds = kinds
            old = self.table
            self.table = budget_table(kinds, lambda: self._shell.live.policy)
            self.table.setAccessibleName(tr("Break minutes"))
            self.table.sort_asked.connect(self.sort_by)
            self.table.opened.connect(self._to_agent)
            self._column.replaceWidget(old, self.table)
            old.hide()
            old.deleteLater()
        self._rows = budget_rows(view, *self._day.seen(book, at), mine, past=self._day.past)
        self._arrange()

    def _to_agent(self, person: str) -> None:
        known = self._shell.live.people.get(person)
        if known is not None and known.interfaces:
            self._shell.go("agents", f"agent:{known.interfaces[0]}")

    def _arrange(self) -> None:
        wanted = self.search.text().casefold().split()
        rows = [
            row
            for row in self._rows
            if all(word in f"{row.name} {row.number} {row.group}".casefold() for word in wanted)
        ]
        if self._sort:
            rows.sort(key=lambda row: _budget_key(row, self._sort), reverse=self._down)
        self.table.rows.show_rows(rows)
        self.count.say(tr("{count} people", count=len(rows)))
        self.nothing.say(self._day.nothing(tr("Nobody on shift fits.")))
        self.nothing.setVisible(not rows)

    def sort_by(self, column: str) -> None:
        """Sort by a column, figures from the largest; a third time as it was."""
        if column == self._sort and not self._down:
            self._sort = ""
        else:
            self._down = column != self._sort
            self._sort = column
        self.table.mark_sorted(self._sort, descending=self._down)
        self._arrange()

    def export(self) -> None:
        """Write the rows shown to a file."""
        ask_where(self, self._shell, f"{tr('break minutes')}-{self._day.name()}", self.sheet)

    def sheet(self) -> Sheet:
        """Return what is shown as a table."""
        policy = self._shell.live.policy
        return _sheet(tr("Break minutes"), self.table, lambda row, column: budget_cell(row, column, policy))

    def retranslate(self) -> None:
        """Set every text again."""
        self._kinds = ()
        self.search.setPlaceholderText(tr("Search people"))
        self.search.setAccessibleName(tr("Search people"))
        self.export_button.setText(tr("Export…"))
        self.export_button.updateGeometry()
        self.day.retranslate()
        self._day.show_on(self.day)


def _lay_out(
    panel: Panel,
    left: tuple[DayChoice | QLineEdit | Line, ...],
    right: KeyButton,
    table: RowTable[HistoryRow] | RowTable[BudgetRow],
    beneath: Line,
) -> QVBoxLayout:
    column = QVBoxLayout(panel)
    column.setContentsMargins(1, theme.px(10), 1, theme.px(6))
    column.setSpacing(theme.px(8))
    head = QHBoxLayout()
    head.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
    head.setSpacing(theme.px(12))
    for part in left:
        head.addWidget(part)
    head.addStretch(1)
    head.addWidget(right)
    column.addLayout(head)
    column.addWidget(table, 1)
    column.addWidget(beneath, 0, Qt.AlignmentFlag.AlignHCenter)
    return column


def _sheet(name: str, table: RowTable[R], cell: Callable[[R, str], str]) -> Sheet:
    """Return what a table shows as a sheet; `cell` gives the words of a row under a column's key."""
    columns = table.rows.columns
    heads = tuple("" if column.head is None else render(column.head) for column in columns)
    rows = [
        tuple(_figure(cell(row, column.key)) if column.right else cell(row, column.key) for column in columns)
        for row in table.rows.rows
    ]
    return Sheet(name=name, heads=heads, rows=rows)


def _figure(text: str) -> Cell:
    """Return a cell for a spreadsheet: a figure where it is one, nothing for a dash."""
    if text == "—":
        return None
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _sort_key(row: HistoryRow, column: str, policy: FloorPolicy) -> tuple[bool, float | str]:
    figures = {
        "asked": row.asked_at,
        "left": row.departed_at,
        "back": row.ended_at if row.departed_at else None,
        "granted": float(row.granted_min),
        "taken": row.taken_min,
        "over": row.over_min,
    }
    if column in figures:
        figure = figures[column]
        return (figure is not None, figure if figure is not None else 0.0)
    return (True, history_cell(row, column, policy))


def _budget_key(row: BudgetRow, column: str) -> tuple[bool, float | str]:
    if column.startswith("kind:"):
        return (True, float(row.minutes.get(column.removeprefix("kind:"), 0)))
    if column == "last":
        return (row.last_back is not None, row.last_back or 0.0)
    if column == "hard":
        return (True, float(row.hard) * 2 + float(row.many))
    found = getattr(row, column)
    if found is None:
        return (False, 0.0)
    return (True, found if isinstance(found, str) else float(found))
