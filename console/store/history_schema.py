"""Tables of the history: real ones, with constraints, in a file of their own (SQLite) or a schema of their own.

Only types every database has. Instants are seconds since the epoch, UTC. What is not known is NULL, never an empty
string. `how` words are those of `Contact.how`.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 1

metadata = MetaData()

_row = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in an INTEGER key

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""`schema` holds VERSION as text; a newer one is refused."""

contacts = Table(
    "contacts",
    metadata,
    Column("id", _row, primary_key=True, autoincrement=True),
    Column("queue", String(128), nullable=False),
    Column("uid", String(150), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("number", String(80)),
    Column("entered_at", Double),
    Column("answered_at", Double),
    Column("ended_at", Double),
    Column("interface", String(128)),
    Column("agent", String(128)),
    Column("waited_s", Double),
    Column("ring_s", Double),
    Column("talk_s", Double),
    Column("how", String(16)),
    Column("cause", Integer, nullable=False),
    Column("recording", Text),
    UniqueConstraint("queue", "uid", "visit", name="one_life"),
    Index("contacts_entered", "entered_at"),
    Index("contacts_answered", "answered_at"),
    Index("contacts_ended", "ended_at"),
)
"""One contact's life in one visit of a queue; `steps` has a bit for every kind of step seen (`STEP`).

`number` is NULL where policy says that numbers are not kept.
"""

misses = Table(
    "misses",
    metadata,
    Column("id", _row, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False),
    Column("queue", String(128), nullable=False),
    Column("uid", String(150)),
    Column("interface", String(128), nullable=False),
    Column("agent", String(128)),
    Column("ring_s", Double),
    Index("misses_at", "at"),
)
"""An agent did not take a call offered: one row each."""

COUNTS = (
    "entered",
    "answered",
    "abandoned",
    "hung_up",
    "timed_out",
    "sent_away",
    "unknown",
    "completed",
    "dropped",
    "ring_no_answer",
    "in_time",
    "judged",
)
"""Whole numbers of a roll-up; `in_time` of `judged` is the service level as it was counted then."""

SUMS = ("wait_answered_s", "wait_abandoned_s", "talk_s", "ring_s")
"""Sums of seconds of a roll-up, so that means can be made over any stretch."""

LARGEST = ("waiting_most", "wait_longest_s")
"""Largest values of a roll-up."""


def _roll_up(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("subject", String(160), primary_key=True),
        Column("begins_at", Double, primary_key=True),
        *(Column(each, Integer, nullable=False, server_default="0") for each in COUNTS),
        *(Column(each, Double, nullable=False, server_default="0") for each in SUMS),
        *(Column(each, Double) for each in LARGEST),
        Column("listened_s", Double, nullable=False, server_default="0"),
        Index(f"{name}_begins", "begins_at"),
    )


intervals = _roll_up("intervals")
"""Half-hour figures of a subject: `floor`, `channel:phone`, `group:ID`, `queue:NAME`."""

days = _roll_up("days")
"""Day figures of a subject; a day begins where policy says."""

curves = Table(
    "curves",
    metadata,
    Column("subject", String(160), primary_key=True),
    Column("at", Double, primary_key=True),
    Column("waiting", Integer),
    Column("mean_wait_s", Double),
    Column("entered", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("abandoned", Integer, nullable=False),
    Index("curves_at", "at"),
)
"""Buckets of the day's curve of a subject, as `CurvePoint`."""

listening = Table(
    "listening",
    metadata,
    Column("id", _row, primary_key=True, autoincrement=True),
    Column("source", String(160), nullable=False),
    Column("begins_at", Double, nullable=False),
    Column("ends_at", Double, nullable=False),
    CheckConstraint("ends_at >= begins_at", name="forward"),
    Index("listening_ends", "ends_at"),
)
"""Spans in which somebody listened to a live floor; what lies between two is a gap, shown as one."""
