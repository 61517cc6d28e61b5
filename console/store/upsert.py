"""Insert or complete: the one statement SQLite and PostgreSQL spell in a dialect of their own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

Completion = Callable[[Table, Any], Mapping[str, ColumnElement[Any]]]


def upsert(dialect: str, table: Table, keys: Sequence[str], complete: Completion) -> Insert:
    """Return an insert that completes the row with the same `keys` instead, as `complete(table, offered)` says."""
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_update(index_elements=list(keys), set_=dict(complete(table, insert.excluded)))


def replaced(table: Table, offered: Any) -> Mapping[str, ColumnElement[Any]]:  # noqa: ANN401  the dialect's row of columns
    """Return the completion in which every column that is no key takes the offered value."""
    return {column.name: offered[column.name] for column in table.columns if not column.primary_key}
