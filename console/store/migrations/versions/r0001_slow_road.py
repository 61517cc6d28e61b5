"""The slow road: commits, aggregates, journal, floor checks, levers, messages, policies."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _kept(name: str, *items: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("commit", sa.Integer, nullable=False),
        sa.Column("closed", sa.Double),
        *items,
        sa.CheckConstraint("version > 0", name=f"{name}_versioned"),
    )
    op.create_index(f"{name}_commit", name, ["commit"])
    op.create_index(f"{name}_closed", name, ["closed"])


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "commits",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("command_id", sa.String(80), nullable=False, unique=True),
        sa.Column("command", sa.String(80), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.CheckConstraint("seq > 0", name="commits_numbered"),
    )
    op.create_table(
        "aggregates",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("commit", sa.Integer, nullable=False),
        sa.CheckConstraint("version > 0", name="aggregates_versioned"),
    )
    op.create_index("aggregates_commit", "aggregates", ["commit"])
    _journal()
    _kept(
        "floor_checks",
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("done_at", sa.Double),
        sa.Column("done_by", sa.String(120), nullable=False),
        sa.Column("looked", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('due', 'done', 'missed')", name="known_state"),
        sa.CheckConstraint("until > due_at", name="floor_checks_span"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="floor_checks_done"),
    )
    _kept(
        "levers",
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("found", sa.Text),
        sa.Column("found_at", sa.Double),
        sa.Column("holds", sa.Text, nullable=False),
        sa.Column("written", sa.Text),
        sa.Column("written_at", sa.Double),
        sa.Column("ours", sa.Text, nullable=False),
        sa.Column("observed", sa.Text),
        sa.Column("observed_at", sa.Double),
        sa.Column("refusal", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.CheckConstraint("state IN ('fresh', 'setting', 'standing', 'refused', 'moved', 'done')", name="known_state"),
        sa.CheckConstraint("written_at IS NULL OR found_at IS NOT NULL", name="levers_found_before_written"),
    )
    _kept(
        "messages",
        sa.Column("to", sa.String(400), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.Double),
        sa.Column("failed_at", sa.Double),
        sa.Column("failure", sa.Text, nullable=False),
    )
    _kept(
        "policies",
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("edited_at", sa.Double, nullable=False),
        sa.Column("edited_by", sa.String(120), nullable=False),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("commit", sa.Integer, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("desk", sa.String(120), nullable=False),
        sa.Column("command", sa.String(80), nullable=False),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(240), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("values", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("journal_at", "journal", ["at"])
    op.create_index("journal_subject", "journal", ["subject"])
    head = op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name="one_head"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER journal_keeps_{verb.lower()} BEFORE {verb} ON journal "
                "BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END"
            )
