"""Breaks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_STATES = (
    "'asked', 'owed', 'granted', 'away', 'overrun', 'late', 'called_back', 'unasked', "
    "'returned', 'refused', 'withdrawn', 'lapsed'"
)


def upgrade() -> None:
    """Make the table of breaks."""
    op.create_table(
        "breaks",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("commit", sa.Integer, nullable=False),
        sa.Column("closed", sa.Double),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("person", sa.String(120), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("interface", sa.String(200), nullable=False),
        sa.Column("group", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("request", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("slot", sa.Double),
        sa.Column("owed_since", sa.Double),
        sa.Column("decided_at", sa.Double),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("exception", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("departed_at", sa.Double),
        sa.Column("ended_at", sa.Double),
        sa.Column("ended_how", sa.String(40), nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.CheckConstraint("version > 0", name="breaks_versioned"),
        sa.CheckConstraint(f"state IN ({_STATES})", name="known_state"),
        sa.CheckConstraint(
            "(state IN ('returned', 'refused', 'withdrawn', 'lapsed')) = (ended_at IS NOT NULL)", name="breaks_ended"
        ),
        sa.CheckConstraint("state <> 'owed' OR slot IS NOT NULL", name="breaks_owed_a_slot"),
        sa.CheckConstraint("minutes >= 0", name="breaks_length"),
    )
    op.create_index("breaks_commit", "breaks", ["commit"])
    op.create_index("breaks_closed", "breaks", ["closed"])
    op.create_index("breaks_person", "breaks", ["person", "asked_at"])
    op.create_index(
        "breaks_one_open_a_person",
        "breaks",
        ["person"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
