"""Tables of the slow road: one a kind of record, with constraints; the journal; commits; aggregates.

Only types every database has. Every kept table has `id`, `version`, `commit` (the commit that last wrote the row, for
`since`) and `closed` (when the record came to its end), beside the columns named like the record's own fields. A column
made by `nested` holds JSON of a field that is more than a scalar.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.sql.schema import SchemaItem

REVISION = "0005"
"""The newest revision in `migrations`, known here so that a start without news need not import Alembic."""

metadata = MetaData()


def nested(name: str) -> Column[str]:
    """Return a column for a field that is more than a scalar, kept as JSON text."""
    return Column(name, Text, nullable=False, info={"nested": True})


def one_of(column: str, *words: str) -> CheckConstraint:
    """Return the constraint that `column` is one of the words a state machine knows."""
    known = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({known})", name=f"known_{column}")


def kept_table(name: str, *items: SchemaItem) -> Table:
    """Return the table of one kind of record, with the columns that every kept record has."""
    return Table(
        name,
        metadata,
        Column("id", String(200), primary_key=True),
        Column("version", Integer, nullable=False),
        Column("commit", Integer, nullable=False),
        Column("closed", Double),
        *items,
        CheckConstraint("version > 0", name=f"{name}_versioned"),
        Index(f"{name}_commit", "commit"),
        Index(f"{name}_closed", "closed"),
    )


commits = Table(
    "commits",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("command_id", String(80), nullable=False, unique=True),
    Column("command", String(80), nullable=False),
    Column("at", Double, nullable=False),
    CheckConstraint("seq > 0", name="commits_numbered"),
)

aggregates = Table(
    "aggregates",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("commit", Integer, nullable=False),
    CheckConstraint("version > 0", name="aggregates_versioned"),
    Index("aggregates_commit", "commit"),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("commit", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("who", String(120), nullable=False),
    Column("name", String(120), nullable=False),
    Column("role", String(40), nullable=False),
    Column("desk", String(120), nullable=False),
    Column("command", String(80), nullable=False),
    Column("what", String(80), nullable=False),
    Column("subject", String(240), nullable=False),
    Column("text", Text, nullable=False),
    Column("values", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("journal_at", "at"),
    Index("journal_subject", "subject"),
)
"""Append only: triggers (SQLite) or grants (PostgreSQL) refuse UPDATE and DELETE."""

journal_head = Table(
    "journal_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_head"),
)

floor_checks = kept_table(
    "floor_checks",
    Column("state", String(16), nullable=False),
    Column("due_at", Double, nullable=False),
    Column("until", Double, nullable=False),
    Column("done_at", Double),
    Column("done_by", String(120), nullable=False),
    nested("looked"),
    one_of("state", "due", "done", "missed"),
    CheckConstraint("until > due_at", name="floor_checks_span"),
    CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="floor_checks_done"),
)

levers = kept_table(
    "levers",
    nested("target"),
    Column("state", String(16), nullable=False),
    Column("found", Text),
    Column("found_at", Double),
    nested("holds"),
    Column("written", Text),
    Column("written_at", Double),
    nested("ours"),
    Column("observed", Text),
    Column("observed_at", Double),
    Column("refusal", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", Double, nullable=False),
    one_of("state", "fresh", "setting", "standing", "refused", "moved", "done"),
    CheckConstraint("written_at IS NULL OR found_at IS NOT NULL", name="levers_found_before_written"),
)

messages = kept_table(
    "messages",
    Column("to", String(400), nullable=False),
    Column("name", String(80), nullable=False),
    nested("fields"),
    Column("text", Text, nullable=False),
    Column("due", Double, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Double),
    Column("failed_at", Double),
    Column("failure", Text, nullable=False),
)

policies = kept_table(
    "policies",
    nested("body"),
    Column("edited_at", Double, nullable=False),
    Column("edited_by", String(120), nullable=False),
)
