"""Tables of breaks: each with what must hold of a break in any state."""

from sqlalchemy import CheckConstraint, Column, Double, Index, Integer, String, Text, text

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
