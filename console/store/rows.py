"""Record to row and back, by the table's own columns: scalars as they are, everything else as JSON text."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Table

from console.core.kept import Kept

K = TypeVar("K", bound=Kept)

_OWN = frozenset({"commit", "closed"})
_json = msgspec.json.Encoder(order="sorted")


def row_of(record: Kept, table: Table, *, commit: int) -> dict[str, Any]:
    """Return the row that keeps `record` as of `commit`, one version up."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in _OWN:
            value = getattr(record, column.name)
            row[column.name] = _json.encode(value).decode() if column.info.get("nested") else value
    row.update(version=record.version + 1, commit=commit, closed=record.closed_at)
    return row


def record_of(row: Mapping[str, Any], kind: type[K], table: Table) -> K:
    """Return the record a row keeps; raise msgspec.ValidationError for a row nobody here wrote."""
    fields = {
        str(column.name): msgspec.json.decode(row[column.name]) if column.info.get("nested") else row[column.name]
        for column in table.columns
        if column.name not in _OWN
    }
    return msgspec.convert(fields, kind)
