"""The floor as everybody else sees it: shallow copies of the fold's dicts, never changed once published."""

from collections.abc import Mapping

from console.core.floor.alarm import Alarm
from console.core.floor.figures import FloorFigures
from console.core.floor.model import (
    AgentState,
    Caller,
    CallerKey,
    Instant,
    Interface,
    Link,
    Member,
    MemberKey,
    QueueName,
    QueueState,
    Record,
)
from console.core.floor.people import Person
from console.core.floor.policy import FloorPolicy


class FloorView(Record, frozen=True, kw_only=True):
    """One moment of the floor; `past` marks a replayed moment, `live` figures are those of a link that is LIVE."""

    at: Instant | None = None
    link: Link = Link()
    queues: Mapping[QueueName, QueueState] = {}
    callers: Mapping[CallerKey, Caller] = {}
    members: Mapping[MemberKey, Member] = {}
    agents: Mapping[Interface, AgentState] = {}
    people: Mapping[str, Person] = {}
    person_of: Mapping[Interface, str] = {}
    policy: FloorPolicy = FloorPolicy()
    figures: FloorFigures = FloorFigures()
    alarms: tuple[Alarm, ...] = ()
    past: bool = False
    version: int = 0
