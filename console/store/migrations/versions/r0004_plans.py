"""Emergency plans: plans, the standing of their watches, runs, directives."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

revision = "0004"
down_revision = "0003"

_STATES = (
    "'proposed', 'put_off', 'running', 'asking', 'stopped', 'standing', 'standing_down', "
    "'stood_down', 'dropped', 'lapsed'"
)


def upgrade() -> None:
    """Make the tables of plans."""
    _kept(
        "plans",
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("edited_at", sa.Double, nullable=False),
        sa.Column("edited_by", sa.String(120), nullable=False),
        sa.Column("withdrawn_at", sa.Double),
    )
    _kept(
        "watch_standings",
        sa.Column("plan", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", sa.Double),
        sa.Column("fired_at", sa.Double),
        sa.Column("calm_at", sa.Double),
        sa.Column("figures", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('calm', 'rising', 'fired', 'calming')", name="known_state"),
        sa.CheckConstraint("state IN ('calm', 'rising') OR fired_at IS NOT NULL", name="watch_standings_fired"),
    )
    _runs()
    _kept(
        "directives",
        sa.Column("holder", sa.String(240), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("given_at", sa.Double, nullable=False),
        sa.Column("given_by", sa.String(120), nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name="directives_span"),
    )


def _runs() -> None:
    _kept(
        "plan_runs",
        sa.Column("plan", sa.String(120), nullable=False),
        sa.Column("plan_version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.Column("trigger", sa.String(16), nullable=False),
        sa.Column("fired", sa.Text, nullable=False),
        sa.Column("fired_at", sa.Double),
        sa.Column("proposed_at", sa.Double),
        sa.Column("decide_by", sa.Double),
        sa.Column("put_off_until", sa.Double),
        sa.Column("started_at", sa.Double),
        sa.Column("started_by", sa.String(120), nullable=False),
        sa.Column("ends_at", sa.Double),
        sa.Column("question", sa.String(16), nullable=False),
        sa.Column("question_at", sa.Integer, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("accepted", sa.Text, nullable=False),
        sa.Column("cause_gone_at", sa.Double),
        sa.Column("cause_gone_by", sa.String(120), nullable=False),
        sa.Column("calm_proposed_at", sa.Double),
        sa.Column("calm_not_before", sa.Double),
        sa.Column("down_at", sa.Double),
        sa.Column("down_by", sa.String(120), nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("ended_how", sa.String(16), nullable=False),
        sa.Column("curve", sa.Text, nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name="known_state"),
        sa.CheckConstraint(
            "(state IN ('stood_down', 'dropped', 'lapsed')) = (ended_at IS NOT NULL)", name="plan_runs_ended"
        ),
        sa.CheckConstraint("(state = 'asking') = (question <> '')", name="plan_runs_asking"),
        sa.CheckConstraint("state <> 'put_off' OR put_off_until IS NOT NULL", name="plan_runs_put_off"),
    )
    op.create_index(
        "plan_runs_one_open_a_subject",
        "plan_runs",
        ["plan", "subject"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


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
