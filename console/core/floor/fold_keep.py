"""What the fold hands out: the floor at one moment to readers, and everything it knows to a keyframe."""

from msgspec import Struct, field

from console.core.floor.fold_contacts import ContactsState
from console.core.floor.fold_queues import Ledger
from console.core.floor.fold_snapshot import Snapshot
from console.core.floor.fold_states import Seat
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


class Contents(Record, frozen=True, kw_only=True):
    """The floor at one moment, as shallow copies a reader may keep."""

    at: Instant | None
    link: Link
    queues: dict[QueueName, QueueState]
    callers: dict[CallerKey, Caller]
    members: dict[MemberKey, Member]
    agents: dict[Interface, AgentState]


class FloorState(Struct, frozen=True, kw_only=True):
    """Everything the fold knows, for a keyframe; the policy is kept by whoever set it."""

    at: Instant | None = None
    link: Link = Link()
    break_requests: int = 0
    ledgers: tuple[Ledger, ...] = ()
    callers: tuple[Caller, ...] = ()
    members: tuple[Member, ...] = ()
    seats: tuple[Seat, ...] = ()
    agents: tuple[AgentState, ...] = ()
    pauses: tuple[int, int] = (0, 0)
    contacts: ContactsState = ContactsState()
    snapshot: Snapshot = field(default_factory=Snapshot)
