"""Tables of breaks, outlooks, loans and meal rounds: each with what must hold of its records in any state."""

from sqlalchemy import Boolean, CheckConstraint, Column, Double, Index, Integer, String, Text, false, text

from console.store.schema import kept_table, nested, one_of

breaks = kept_table(
    "breaks",
    Column("state", String(16), nullable=False),
    Column("person", String(120), nullable=False),
    Column("name", String(120), nullable=False),
    Column("interface", String(200), nullable=False),
    Column("group", String(120), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("asked_by", String(120), nullable=False),
    Column("request", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("slot", Double),
    Column("floats", Boolean, nullable=False, server_default=false()),
    Column("owed_since", Double),
    Column("decided_at", Double),
    Column("decided_by", String(120), nullable=False),
    Column("why", Text, nullable=False),
    Column("exception", Text, nullable=False),
    nested("figures"),
    Column("departed_at", Double),
    Column("ended_at", Double),
    Column("ended_how", String(40), nullable=False),
    Column("trouble", Text, nullable=False),
    one_of(
        "state",
        "asked",
        "owed",
        "granted",
        "away",
        "overrun",
        "late",
        "called_back",
        "unasked",
        "returned",
        "refused",
        "withdrawn",
        "lapsed",
    ),
    CheckConstraint(
        "(state IN ('returned', 'refused', 'withdrawn', 'lapsed')) = (ended_at IS NOT NULL)", name="breaks_ended"
    ),
    CheckConstraint("state <> 'owed' OR slot IS NOT NULL", name="breaks_owed_a_slot"),
    CheckConstraint("minutes >= 0", name="breaks_length"),
    Index("breaks_person", "person", "asked_at"),
    Index(
        "breaks_one_open_a_person",
        "person",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""One open break a person: the same request twice is one request, also from two desks."""

outlooks = kept_table(
    "outlooks",
    Column("forecast_at", Double, nullable=False),
    Column("seats", Integer, nullable=False),
    nested("most"),
    CheckConstraint("seats >= 0", name="outlooks_seats"),
)

loans = kept_table(
    "loans",
    Column("state", String(16), nullable=False),
    Column("person", String(120), nullable=False),
    Column("name", String(120), nullable=False),
    Column("interface", String(200), nullable=False),
    Column("to_queue", String(120), nullable=False),
    Column("from_queue", String(120), nullable=False),
    Column("penalty", Integer, nullable=False),
    Column("lent_at", Double, nullable=False),
    Column("lent_by", String(120), nullable=False),
    Column("until", Double, nullable=False),
    Column("why", Text, nullable=False),
    Column("ended_at", Double),
    Column("ended_how", String(40), nullable=False),
    Column("trouble", Text, nullable=False),
    one_of("state", "lent", "ended"),
    CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="loans_ended"),
    CheckConstraint("until > lent_at", name="loans_span"),
    CheckConstraint("penalty >= 0", name="loans_penalty"),
    CheckConstraint("to_queue <> from_queue", name="loans_elsewhere"),
    Index(
        "loans_one_open_a_person",
        "person",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""One loan a person at a time."""

meal_plans = kept_table(
    "meal_plans",
    Column("state", String(16), nullable=False),
    Column("group", String(120), nullable=False),
    Column("kind", String(40), nullable=False),
    nested("rounds"),
    nested("left_out"),
    Column("gap", Integer, nullable=False),
    Column("proposed_at", Double, nullable=False),
    Column("proposed_by", String(120), nullable=False),
    Column("published_at", Double),
    Column("published_by", String(120), nullable=False),
    Column("ended_at", Double),
    one_of("state", "proposed", "published", "withdrawn", "over"),
    CheckConstraint("(state IN ('withdrawn', 'over')) = (ended_at IS NOT NULL)", name="meal_plans_ended"),
    CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="meal_plans_published"),
    CheckConstraint("gap >= 0", name="meal_plans_gap"),
)

meal_seats = kept_table(
    "meal_seats",
    Column("state", String(16), nullable=False),
    Column("plan", String(200), nullable=False),
    Column("person", String(120), nullable=False),
    Column("name", String(120), nullable=False),
    Column("interface", String(200), nullable=False),
    Column("round", Integer, nullable=False),
    Column("moved_from", Integer),
    Column("left_at", Double),
    Column("timing", String(16), nullable=False),
    Column("ended_at", Double),
    one_of("state", "planned", "eating", "eaten", "missed", "absent", "cancelled"),
    CheckConstraint("(state IN ('planned', 'eating')) = (ended_at IS NULL)", name="meal_seats_ended"),
    CheckConstraint("round >= 0", name="meal_seats_round"),
    Index("meal_seats_plan", "plan", "person", unique=True),
)
