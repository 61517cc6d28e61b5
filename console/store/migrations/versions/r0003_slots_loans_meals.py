"""Slots that float, outlooks, loans and meal rounds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Let slots float; make the tables of outlooks, loans and meal rounds."""
    op.add_column("breaks", sa.Column("floats", sa.Boolean, nullable=False, server_default=sa.false()))
    _kept(
        "outlooks",
        sa.Column("forecast_at", sa.Double, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("most", sa.Text, nullable=False),
        sa.CheckConstraint("seats >= 0", name="outlooks_seats"),
    )
    _loans()
    _meals()


def _loans() -> None:
    _kept(
        "loans",
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("person", sa.String(120), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("interface", sa.String(200), nullable=False),
        sa.Column("to_queue", sa.String(120), nullable=False),
        sa.Column("from_queue", sa.String(120), nullable=False),
        sa.Column("penalty", sa.Integer, nullable=False),
        sa.Column("lent_at", sa.Double, nullable=False),
        sa.Column("lent_by", sa.String(120), nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("ended_how", sa.String(40), nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('lent', 'ended')", name="known_state"),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="loans_ended"),
        sa.CheckConstraint("until > lent_at", name="loans_span"),
        sa.CheckConstraint("penalty >= 0", name="loans_penalty"),
        sa.CheckConstraint("to_queue <> from_queue", name="loans_elsewhere"),
    )
    op.create_index(
        "loans_one_open_a_person",
        "loans",
        ["person"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _meals() -> None:
    _kept(
        "meal_plans",
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("group", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("rounds", sa.Text, nullable=False),
        sa.Column("left_out", sa.Text, nullable=False),
        sa.Column("gap", sa.Integer, nullable=False),
        sa.Column("proposed_at", sa.Double, nullable=False),
        sa.Column("proposed_by", sa.String(120), nullable=False),
        sa.Column("published_at", sa.Double),
        sa.Column("published_by", sa.String(120), nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.CheckConstraint("state IN ('proposed', 'published', 'withdrawn', 'over')", name="known_state"),
        sa.CheckConstraint("(state IN ('withdrawn', 'over')) = (ended_at IS NOT NULL)", name="meal_plans_ended"),
        sa.CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="meal_plans_published"),
        sa.CheckConstraint("gap >= 0", name="meal_plans_gap"),
    )
    _kept(
        "meal_seats",
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("plan", sa.String(200), nullable=False),
        sa.Column("person", sa.String(120), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("interface", sa.String(200), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("moved_from", sa.Integer),
        sa.Column("left_at", sa.Double),
        sa.Column("timing", sa.String(16), nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.CheckConstraint(
            "state IN ('planned', 'eating', 'eaten', 'missed', 'absent', 'cancelled')", name="known_state"
        ),
        sa.CheckConstraint("(state IN ('planned', 'eating')) = (ended_at IS NULL)", name="meal_seats_ended"),
        sa.CheckConstraint("round >= 0", name="meal_seats_round"),
    )
    op.create_index("meal_seats_plan", "meal_seats", ["plan", "person"], unique=True)


def _kept(name: str, *items: SchemaItem) -> None:
    """Make the table of one kind of record, with the columns that every kept record has."""
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
