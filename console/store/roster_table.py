"""The bytes of a list of people as a table of texts: CSV in any usual encoding, or the first sheet of an XLSX.

Whatever the file is, the answer is a table of bounded size or a sentence; nothing in it is run or followed.
"""

import csv
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

import openpyxl

from console.core.errors import BadInput
from console.core.words import Said, say

MAX_BYTES = 16 << 20
MAX_UNPACKED = 96 << 20
MAX_ROWS = 20_000
MAX_COLUMNS = 64
MAX_TEXT = 200

Row = tuple[int, list[str]]
"""A row's number, as a person counts them, and its cells."""


def table_of(data: bytes) -> list[Row]:
    """Return the rows that hold anything; raise BadInput with a sentence where there is no table in `data`."""
    if len(data) > MAX_BYTES:
        raise BadInput(say("The list is larger than {limit} MB; that is no list of people.", limit=MAX_BYTES >> 20))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(say("This is an old Excel file (.xls) or a protected one; save it as .xlsx or CSV."))
    rows = _sheet(data) if data.startswith(b"PK\x03\x04") else _comma_separated(data)
    table: list[Row] = []
    for number, cells in rows:
        if number > MAX_ROWS:
            raise BadInput(say("The list has more than {limit} rows.", limit=MAX_ROWS))
        if any(cells):
            table.append((number, cells))
    if not table:
        raise BadInput(say("The list is empty."))
    return table


def column_name(column: int) -> str:
    """Return a column's letters as a spreadsheet shows them: A, B ... Z, AA; the first is 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _clean(text: str, row: int, column: int) -> str:
    """Return a cell's text on one line; raise BadInput for what no list of people holds."""
    if len(text) > MAX_TEXT:
        raise BadInput(
            say(
                "Row {row}, column {column}: the text is longer than {limit} characters.",
                row=row,
                column=column_name(column),
                limit=MAX_TEXT,
            )
        )
    text = " ".join(text.split())
    if text.startswith(("=", "@")):
        raise BadInput(
            say(
                "Row {row}, column {column}: this is a formula; write its value instead.",
                row=row,
                column=column_name(column),
            )
        )
    if any(unicodedata.category(each) in {"Cc", "Co", "Cs", "Cn"} for each in text):
        raise BadInput(
            say(
                "Row {row}, column {column}: this holds characters that cannot be shown.",
                row=row,
                column=column_name(column),
            )
        )
    return text.removeprefix("'")


def _decoded(data: bytes) -> str:
    for encoding in ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput(say("This is neither a CSV file (UTF-8 or GB18030) nor an Excel file (.xlsx)."))


def _comma_separated(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    head = text[:4096].partition("\n")[0]
    delimiter = max(",\t;，", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadInput(say("Row {row}: this is no CSV ({why}).", row=begins, why=str(error))) from error
        if cells is None:
            return
        if len(cells) > MAX_COLUMNS:
            raise BadInput(say("Row {row} has more than {limit} columns.", row=begins, limit=MAX_COLUMNS))
        yield begins, [_clean(cell, begins, column) for column, cell in enumerate(cells)]
        begins = reader.line_num + 1


def _sheet(data: bytes) -> Iterator[Row]:
    _check_package(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it does not keep
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()
                rows = [
                    [_told(cell.value, cell.data_type) for cell in cells]
                    for cells in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
                ]
            finally:
                book.close()
    except Exception as error:  # openpyxl raises whatever a broken file makes it stumble over
        raise BadInput(say("This Excel file cannot be read; it may be damaged. Save it anew, or as CSV.")) from error
    for number, cells in enumerate(rows, 1):
        yield number, [_clean(cell, number, column) for column, cell in enumerate(cells)]


def _told(value: object, kind: str) -> str:
    if value is None:
        return ""
    if kind == "f":
        return "=formula"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _check_package(data: bytes) -> None:
    """Refuse packages that unpack to too much, or whose XML declares entities."""
    try:
        refused = _package_refused(data)
    except Exception as error:  # a damaged package raises whatever zipfile and zlib stumble over
        raise BadInput(say("This Excel file cannot be read; it may be damaged. Save it anew, or as CSV.")) from error
    if refused is not None:
        raise BadInput(refused)


def _package_refused(data: bytes) -> Said | None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        if len(members) > 1000 or sum(member.file_size for member in members) > MAX_UNPACKED:
            return say("This Excel file unpacks to far more than a list of people.")
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels")):
                with package.open(member) as part:
                    text = part.read(member.file_size)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    return say("This Excel file holds declarations that no spreadsheet writes; it is not read.")
    return None
