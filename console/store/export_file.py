"""Tables as files: CSV for anything, XLSX for spreadsheets; whole or not at all."""

import contextlib
import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.sheets import Cell, Sheet
from console.core.words import Said
from console.store.files import trouble

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
"""What no spreadsheet can hold; such letters come from an ACD, not from people."""
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
LONGEST_SHEET_NAME = 31
_WIDEST = 48


def write_table(path: Path, table: Sheet) -> Said | None:
    """Write a table to `path` (.xlsx, anything else is CSV in UTF-8); return why not, or None."""
    return write_whole(path, _workbook(table) if path.suffix.lower() == ".xlsx" else _csv(table))


def write_whole(path: Path, data: bytes) -> Said | None:
    """Write a file so that it is whole or not there; return why not, or None."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        return trouble(error, path).said
    return None


def _csv(table: Sheet) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(head) for head in table.heads])
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")  # without the mark Excel takes Chinese for another encoding


def _harmless(cell: Cell) -> Cell:
    """Return a text no spreadsheet takes for a formula; figures stay figures."""
    text = _holdable(cell)
    return f"'{text}" if isinstance(text, str) and text.lstrip(" ").startswith(_FORMULA) else text


def _holdable(cell: Cell) -> Cell:
    return _CONTROL.sub("", cell) if isinstance(cell, str) else cell


def _workbook(table: Sheet) -> bytes:
    import openpyxl  # noqa: PLC0415  only when asked
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet(
        _NO_SHEET_NAME.sub(" ", table.name)[:LONGEST_SHEET_NAME] or "Floordesk"
    )
    for place, wide in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = wide  # type: ignore[attr-defined]  # the stubs forget it
    sheet.freeze_panes = "A2"
    heads = []
    for words in table.heads:
        head = WriteOnlyCell(sheet, value=_holdable(words))
        head.data_type = "s"
        head.font = Font(bold=True)
        heads.append(head)
    sheet.append(heads)
    for row in table.rows:
        cells = []
        for value in (_holdable(each) for each in row):
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins like a formula stays a text
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _widths(table: Sheet) -> list[float]:
    """Return how wide each column has to be, in letters; a Chinese one takes the room of two."""
    columns = zip(table.heads, *table.rows, strict=True)
    return [
        min(_WIDEST, max(_letters("" if cell is None else str(cell)) for cell in column) + 2.0) for column in columns
    ]


def _letters(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
