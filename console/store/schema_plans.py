"""Tables of emergency plans: the plans, how their watches stand, their runs, the wording given out."""

from sqlalchemy import Boolean, CheckConstraint, Column, Double, Index, Integer, String, Text, text

from console.store.schema import kept_table, nested, one_of

plans = kept_table(
    "plans",
    nested("body"),
    Column("edited_at", Double, nullable=False),
    Column("edited_by", String(120), nullable=False),
    Column("withdrawn_at", Double),
)

watch_standings = kept_table(
    "watch_standings",
    Column("plan", String(120), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Double),
    Column("fired_at", Double),
    Column("calm_at", Double),
    nested("figures"),
    one_of("state", "calm", "rising", "fired", "calming"),
    CheckConstraint("state IN ('calm', 'rising') OR fired_at IS NOT NULL", name="watch_standings_fired"),
)

plan_runs = kept_table(
    "plan_runs",
    Column("plan", String(120), nullable=False),
    Column("plan_version", Integer, nullable=False),
    nested("body"),
    Column("subject", String(160), nullable=False),
    Column("state", String(16), nullable=False),
    nested("steps"),
    Column("trigger", String(16), nullable=False),
    nested("fired"),
    Column("fired_at", Double),
    nested("floor_then"),
    Column("proposed_at", Double),
    Column("decide_by", Double),
    Column("put_off_until", Double),
    Column("started_at", Double),
    Column("started_by", String(120), nullable=False),
    Column("ends_at", Double),
    Column("question", String(16), nullable=False),
    Column("question_at", Integer, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    nested("accepted"),
    Column("cause_gone_at", Double),
    Column("cause_gone_by", String(120), nullable=False),
    Column("calm_proposed_at", Double),
    Column("calm_not_before", Double),
    Column("down_at", Double),
    Column("down_by", String(120), nullable=False),
    Column("ended_at", Double),
    Column("ended_how", String(16), nullable=False),
    nested("curve"),
    one_of(
        "state",
        "proposed",
        "put_off",
        "running",
        "asking",
        "stopped",
        "standing",
        "standing_down",
        "stood_down",
        "dropped",
        "lapsed",
    ),
    CheckConstraint("(state IN ('stood_down', 'dropped', 'lapsed')) = (ended_at IS NOT NULL)", name="plan_runs_ended"),
    CheckConstraint("(state = 'asking') = (question <> '')", name="plan_runs_asking"),
    CheckConstraint("state <> 'put_off' OR put_off_until IS NOT NULL", name="plan_runs_put_off"),
    Index(
        "plan_runs_one_open_a_subject",
        "plan",
        "subject",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""One open run of a plan for a subject: many desks propose, one row wins, and one card stands however long it lasts."""

directives = kept_table(
    "directives",
    Column("holder", String(240), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("given_at", Double, nullable=False),
    Column("given_by", String(120), nullable=False),
    Column("ended_at", Double),
    CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name="directives_span"),
)
