"""A table to be taken out of the console, before it is a file."""

from collections.abc import Sequence

from console.core.floor.model import Record

Cell = str | int | float | None


class Sheet(Record, frozen=True, kw_only=True):
    """Heads and rows of equal length; `name` names the sheet of a workbook. Words are in the reader's language."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
