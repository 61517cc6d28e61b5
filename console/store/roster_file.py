"""The list of people as a file: CSV or XLSX, with Chinese or English column names, read whole or not at all."""

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

import openpyxl

from console.core.errors import BadInput
from console.core.floor.model import Record
from console.core.floor.people import PersonRow
from console.core.words import Said, say
from console.store.files import trouble
from console.store.roster_table import MAX_BYTES, Row, column_name, table_of

COLUMNS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "number": ("工号", "Number", ("员工号", "员工工号", "工牌号", "坐席工号", "no", "agentid", "employeeid", "id")),
    "name": ("姓名", "Name", ("名字", "坐席", "坐席姓名", "员工姓名", "agent", "agentname", "membername")),
    "extensions": ("分机", "Extension", ("分机号", "分机号码", "ext", "extensions")),
    "interfaces": ("接口", "Interface", ("通道", "设备", "interfaces", "device", "location")),
    "group": ("主技能组", "Primary group", ("技能组", "组", "班组", "group", "skillgroup", "team")),
    "rostered": ("在班", "On roster", ("当班", "排班", "上班", "rostered", "onshift", "onduty")),
    "absent": ("缺勤", "Absent", ("请假", "缺席", "absence")),
    "flex": ("机动", "Flex", ("机动坐席", "flexagent")),
    "trainer": ("带教", "Trainer", ("培训师", "讲师", "training", "coach")),
}
"""Each column's name in Chinese, in English, and what else lists call it."""

_YES = {
    "是",
    "y",
    "yes",
    "true",
    "1",
    "√",
    "✓",
    "✔",
    "x",
    "有",
    "在班",
    "在",
    "当班",
    "上班",
    "缺勤",
    "请假",
    "机动",
    "带教",
    "on",
}
_NO = {"否", "n", "no", "false", "0", "×", "✗", "无", "不在", "不在班", "休息", "休", "off", "-", "—"}
_ROWS_SEARCHED = 10
_PROBLEMS_SAID = 20


class Roster(Record, frozen=True, kw_only=True):
    """A list that was read: its people, or the problems for which nothing of it was taken; `ignored` columns."""

    rows: tuple[PersonRow, ...] = ()
    problems: tuple[Said, ...] = ()
    ignored: tuple[str, ...] = ()


def read_roster(path: Path) -> Roster:
    """Return the list in a file; never raises for what the file holds."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Roster(problems=(trouble(error, path).said,))
    return roster_of(data)


def roster_of(data: bytes) -> Roster:
    """Return the list in the bytes of a CSV or XLSX file, whole or not at all."""
    try:
        table = table_of(data)
        columns, begins, ignored = _header(table)
    except BadInput as refused:
        return Roster(problems=(refused.said,))
    problems: list[Said] = []
    rows = [_person(row, columns, problems) for row in table[begins:]]
    _check_twice(rows, columns, problems)
    if not rows and not problems:
        problems.append(say("The list has column names and nobody under them."))
    if problems:
        more = len(problems) - _PROBLEMS_SAID
        said = problems[:_PROBLEMS_SAID]
        if more > 0:
            said.append(say("And {more} more rows cannot be read.", more=more))
        return Roster(problems=tuple(said), ignored=ignored)
    return Roster(rows=tuple(rows), ignored=ignored)


def _folded(header: str) -> str:
    return re.sub(r"[\W_]+", "", header).casefold()


_BY_HEADER = {
    _folded(name): field
    for field, (chinese, english, others) in COLUMNS.items()
    for name in (chinese, english, field, *others)
}


def _header(table: list[Row]) -> tuple[dict[str, int], int, tuple[str, ...]]:
    """Return field to column, the index of the first row of people, and the columns not known.

    A title or two may stand above the names of the columns.
    """
    for index, (number, cells) in enumerate(table[:_ROWS_SEARCHED]):
        known = [(_BY_HEADER.get(_folded(cell)), column) for column, cell in enumerate(cells)]
        fields = [(field, column) for field, column in known if field is not None]
        names = {field for field, _ in fields}
        if not names & {"number", "name", "extensions", "interfaces"} or len(names) < min(2, len(cells)):
            continue
        columns: dict[str, int] = {}
        for field, column in fields:
            if field in columns:
                raise BadInput(
                    say(
                        "Row {row}: the columns {one} and {other} are both called {name}.",
                        row=number,
                        one=column_name(columns[field]),
                        other=column_name(column),
                        name=COLUMNS[field][1],
                    )
                )
            columns[field] = column
        ignored = tuple(cells[column] for field, column in known if field is None and cells[column])
        return columns, index + 1, ignored
    raise BadInput(say("The list has no column called Name 姓名, Number 工号, Extension 分机 or Interface 接口."))


def _person(row: Row, columns: dict[str, int], problems: list[Said]) -> PersonRow:
    number, cells = row

    def text(field: str) -> str:
        column = columns.get(field, len(cells))
        return cells[column] if column < len(cells) else ""

    def several(field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part for part in re.split(r"[,;，；、\s]+", text(field)) if part))

    def whether(field: str) -> bool | None:
        told = text(field).casefold()
        if not told:
            return None
        if told not in _YES | _NO:
            problems.append(
                say(
                    "Row {row}, column {column}: {what} is neither yes 是 nor no 否.",
                    row=number,
                    column=column_name(columns[field]),
                    what=text(field),
                )
            )
        return told in _YES

    person = PersonRow(
        name=text("name"),
        number=text("number"),
        extensions=several("extensions"),
        interfaces=several("interfaces"),
        group=text("group"),
        rostered=whether("rostered"),
        absent=bool(whether("absent")),
        flex=bool(whether("flex")),
        trainer=bool(whether("trainer")),
        row=number,
    )
    if not person.id:
        problems.append(say("Row {row}: a person needs a name, a number, an extension or an interface.", row=number))
    return person


def _check_twice(rows: Iterable[PersonRow], columns: dict[str, int], problems: list[Said]) -> None:
    """Say which numbers, extensions and interfaces stand twice."""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        keys = [("number", row.number)] if row.number else []
        keys += [("extensions", each) for each in row.extensions] + [("interfaces", each) for each in row.interfaces]
        for field, what in keys:
            other = first.setdefault((field, what), row.row)
            if other != row.row:
                problems.append(
                    say(
                        "Row {row}, column {column}: {what} stands in row {other} already.",
                        row=row.row,
                        column=column_name(columns[field]),
                        what=what,
                        other=other,
                    )
                )


def write_roster(path: Path, rows: Iterable[PersonRow], *, chinese: bool) -> Said | None:
    """Write people to a file (.xlsx, anything else is CSV) whole or not at all; return why not, or None."""
    header = [chinese_name if chinese else english for chinese_name, english, _ in COLUMNS.values()]
    table = [header, *(_cells(row, chinese=chinese) for row in rows)]
    data = _as_sheet(table) if path.suffix.lower() == ".xlsx" else _as_csv(table)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        return trouble(error, path).said
    return None


def _cells(row: PersonRow, *, chinese: bool) -> list[str]:
    yes, no = ("是", "否") if chinese else ("yes", "no")
    cells = [
        row.number,
        row.name,
        " ".join(row.extensions),
        " ".join(row.interfaces),
        row.group,
        "" if row.rostered is None else yes if row.rostered else no,
        yes if row.absent else "",
        yes if row.flex else "",
        yes if row.trainer else "",
    ]
    return [_harmless(cell) for cell in cells]


def _harmless(text: str) -> str:
    """Return a text no spreadsheet takes for a formula; reading takes the mark off again."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "'")) else text


def _as_csv(table: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode("utf-8-sig")  # without the mark Excel takes Chinese for another encoding


def _as_sheet(table: list[list[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Floordesk")
    for cells in table:
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
