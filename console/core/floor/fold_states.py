"""From what was told of a seat to the one state it shows."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from console.core.floor.model import (
    AgentState,
    AgentStatus,
    Instant,
    Interface,
    Member,
    MemberKey,
    Phone,
    QueueName,
    Seconds,
    Talk,
    Uid,
)

ON_A_CALL = frozenset({Phone.IN_USE, Phone.BUSY, Phone.ON_HOLD, Phone.RING_IN_USE})
RINGING = frozenset({Phone.RINGING, Phone.RING_IN_USE})
UNREACHABLE = frozenset({Phone.UNAVAILABLE, Phone.INVALID})


class Seat(Struct):
    """One interface: `offers` are (agent's uid, caller's uid), `tallies` (answered, completed) by the name told.

    `left` are queues it was seen to leave. `trusted` says whether `phone` tells a device; of a Local channel it tells
    only that it cannot be reached. `overlapping` are queues with several contacts at once: the first to end clears the
    ACD's InCall though another goes on.
    """

    interface: Interface
    name: str
    queues: tuple[QueueName, ...] = ()
    left: tuple[QueueName, ...] = ()
    talks: tuple[Talk, ...] = ()
    overlapping: tuple[QueueName, ...] = ()
    offers: tuple[tuple[Uid, Uid], ...] = ()
    phone: Phone = Phone.UNKNOWN
    trusted: bool = False
    paused_since: Instant | None = None
    wrap_from: Instant | None = None
    wrap_until: Instant | None = None
    signed_out_since: Instant | None = None
    last_seen_queues: tuple[QueueName, ...] = ()
    answered: int = 0
    completed: int = 0
    ring_no_answer: int = 0
    handled_s: Seconds = 0.0
    tallies: dict[str, tuple[int, int]] = {}


class DayTally(NamedTuple):
    """What a seat did on a day: contacts answered and completed, offers let pass, seconds handled."""

    answered: int = 0
    completed: int = 0
    ring_no_answer: int = 0
    handled_s: Seconds = 0.0


def add_tally(seat: Seat, tally: DayTally) -> None:
    """Count what was done earlier today to a seat."""
    seat.answered += tally.answered
    seat.completed += tally.completed
    seat.ring_no_answer += tally.ring_no_answer
    seat.handled_s += tally.handled_s


def tells_a_device(interface: Interface, state_interface: str) -> bool:
    """Return whether a member's Status is a phone's: a Local channel without a StateInterface shows 2 while ringing."""
    return not interface.startswith("Local/") or state_interface not in {"", interface}


def shown(
    seat: Seat,
    members: Mapping[MemberKey, Member],
    old: AgentState | None,
    at: Instant | None,
    manual: tuple[str, ...],
) -> AgentState:
    """Return what a seat shows at `at`, after `old`; `manual` are the pause reasons that stand for wrap-up."""
    newest: Member | None = None
    for queue in seat.queues:
        member = members[queue, seat.interface]
        if member.paused and (newest is None or member.pause_order > newest.pause_order):
            newest = member
    if newest is None:
        seat.paused_since = None
    status = _status(seat, newest, manual)
    talk = seat.talks[-1] if seat.talks else None
    if status is AgentStatus.TALKING and talk is not None:
        since = talk.since
    elif old is not None and old.status is status:
        since = old.since
    elif old is None and status is AgentStatus.PAUSED:
        since = seat.paused_since
    else:
        since = at
    return AgentState(
        interface=seat.interface,
        name=seat.name,
        queues=seat.queues,
        status=status,
        since=since,
        paused=newest is not None,
        pause_reason=(newest.pause_reason or None) if newest is not None else None,
        paused_since=seat.paused_since,
        phone=seat.phone,
        talk=talk,
        ringing_for=tuple([uid for _, uid in seat.offers]) if seat.offers else (),
        wrap_until=seat.wrap_until,
        signed_out_since=None if seat.queues else seat.signed_out_since,
        last_seen_queues=seat.last_seen_queues,
        answered=seat.answered,
        completed=seat.completed,
        ring_no_answer=seat.ring_no_answer,
        handled_s=seat.handled_s,
    )


def _status(seat: Seat, paused: Member | None, manual: tuple[str, ...]) -> AgentStatus:
    phone = seat.phone
    if not seat.queues:
        status = AgentStatus.SIGNED_OUT
    elif seat.talks or (seat.trusted and phone in ON_A_CALL and (not seat.offers or phone is Phone.RING_IN_USE)):
        # With an offer open, "in use" is the pick-up that AgentConnect is about to tell.
        status = AgentStatus.TALKING
    elif seat.offers or phone in RINGING:
        status = AgentStatus.RINGING
    elif paused is not None:
        status = AgentStatus.WRAP_UP if paused.pause_reason in manual else AgentStatus.PAUSED
    elif phone in UNREACHABLE:
        status = AgentStatus.UNAVAILABLE
    elif seat.wrap_until is not None:
        status = AgentStatus.WRAP_UP
    else:
        status = AgentStatus.AVAILABLE
    return status
