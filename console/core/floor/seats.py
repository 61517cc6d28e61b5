"""Seats: how each person counts. The operating rules of breaks (section 3) as one pure function.

A person is counted once, however many interfaces and queues; in the primary group, in that group's channel, on the
floor, and in every queue they serve. The state shown for a person with several interfaces is the first true one of
talking, ringing, paused, wrap_up, available, unavailable, signed_out: the order of `AgentStatus`, but an interface that
is signed out or unregistered says nothing while another one can take calls.

- on shift: rostered now, less absent. Whom no roster knows: signed in with a registered phone, or signed out for less
  than `gone_home_s`. Whoever is on a granted break is on shift whatever their phone says. Flex agents and trainers
  never count, nor does who works although the roster does not name them now (`off_roster`).
- on line: on shift and talking, ringing, in wrap-up or available. A pause whose reason stands for manual wrap-up
  话后处理 is wrap-up. Away is everything else on shift.
- unregistered: nobody can reach them. Only a roster or a granted break keeps them on shift.
"""

from collections.abc import Iterable
from typing import NamedTuple

from console.core.floor.figures import Seats, Share
from console.core.floor.model import AgentState, AgentStatus, Instant, QueueName, Seconds
from console.core.floor.people import Person

SHOWN_FIRST = (
    AgentStatus.TALKING,
    AgentStatus.RINGING,
    AgentStatus.PAUSED,
    AgentStatus.WRAP_UP,
    AgentStatus.AVAILABLE,
    AgentStatus.UNAVAILABLE,
    AgentStatus.SIGNED_OUT,
)
_RANK = {status: rank for rank, status in enumerate(SHOWN_FIRST)}


class Standing(NamedTuple):
    """How one person counts at a moment; `reason` is why away ("signed_out", "unavailable", or the pause's own)."""

    status: AgentStatus
    reason: str
    on_shift: bool
    on_line: bool
    absent: bool
    flex: bool
    trainer: bool
    unregistered: bool
    off_roster: bool

    @property
    def handling(self) -> bool:
        """Return whether this seat handles a contact: talking or after it."""
        return self.on_line and (self.status is AgentStatus.TALKING or self.status is AgentStatus.WRAP_UP)

    @property
    def available(self) -> bool:
        """Return whether this seat stands ready."""
        return self.on_line and self.status is AgentStatus.AVAILABLE


class Reasons:
    """Pause reasons that stand for manual wrap-up, compared without regard to case and blanks."""

    def __init__(self, wrap_up: Iterable[str]) -> None:
        self._wrap_up = {reason.strip().casefold() for reason in wrap_up}

    def wraps_up(self, reason: str | None) -> bool:
        """Return whether a pause for this reason is wrap-up."""
        return (reason or "").strip().casefold() in self._wrap_up

    def status_of(self, state: AgentState) -> AgentStatus:
        """Return what an interface's agent really does: a pause for wrap-up is wrap-up."""
        if state.status is AgentStatus.PAUSED and self.wraps_up(state.pause_reason):
            return AgentStatus.WRAP_UP
        return state.status


def shown_state(states: Iterable[AgentState], reasons: Reasons) -> tuple[AgentStatus, AgentState | None]:
    """Return a person's state and the interface that shows it; who has no interface is signed out."""
    found, shown = AgentStatus.SIGNED_OUT, None
    for state in states:
        status = reasons.status_of(state)
        if shown is None or _RANK[status] < _RANK[found]:
            found, shown = status, state
    return found, shown


def home_at(states: Iterable[AgentState], gone_home_s: Seconds) -> Instant | None:
    """Return when somebody signed out counts as gone home; None where it is not known since when they are out."""
    moments = [state.signed_out_since for state in states if state.signed_out_since is not None]
    return max(moments) + gone_home_s if moments else None


def standing_of(
    person: Person, states: Iterable[AgentState], reasons: Reasons, *, home: Instant | None, at: Instant | None
) -> Standing:
    """Return how a person without a granted break counts; `home` as `home_at` says, `at` None without a clock."""
    status, shown = shown_state(states, reasons)
    lent = person.flex or person.trainer
    out = status is AgentStatus.SIGNED_OUT
    unplugged = status is AgentStatus.UNAVAILABLE
    if lent or person.absent or person.rostered is False:
        on_shift = False
    elif person.rostered:
        on_shift = True
    elif out:
        on_shift = home is not None and at is not None and at < home
    else:
        on_shift = not unplugged
    return _standing(person, status, shown, on_shift=on_shift, unplugged=unplugged)


def standing_on_break(person: Person, states: Iterable[AgentState], reasons: Reasons) -> Standing:
    """Return how a person on a granted break counts: on shift whatever the phone says; lent people still do not."""
    status, shown = shown_state(states, reasons)
    return _standing(person, status, shown, on_shift=not (person.flex or person.trainer), unplugged=False)


def _standing(
    person: Person, status: AgentStatus, shown: AgentState | None, *, on_shift: bool, unplugged: bool
) -> Standing:
    lent = person.flex or person.trainer
    here = status is not AgentStatus.SIGNED_OUT and status is not AgentStatus.UNAVAILABLE
    on_line = on_shift and here and status is not AgentStatus.PAUSED
    reason = ""
    if on_shift and not on_line:
        reason = str(status) if status is not AgentStatus.PAUSED else (shown.pause_reason or "" if shown else "")
    return Standing(
        status=status,
        reason=reason,
        on_shift=on_shift,
        on_line=on_line,
        absent=person.absent and not lent and person.rostered is not False and not on_shift,
        flex=person.flex,
        trainer=person.trainer and not person.flex,
        unregistered=unplugged and not lent and not person.absent and person.rostered is not False,
        off_roster=here and person.rostered is False and not lent and not on_shift,
    )


def queues_of(states: Iterable[AgentState]) -> tuple[QueueName, ...]:
    """Return the queues a person serves, first seen first; of who is signed out those they last served."""
    found: dict[QueueName, None] = {}
    for state in states:
        found.update(dict.fromkeys(state.queues or state.last_seen_queues))
    return tuple(found)


def seats_of(counted: Iterable[tuple[Standing, int]], occupancy: Share) -> Seats:
    """Return the figures of a subject from how many people stand how; a standing may come more than once."""
    by_rank = [0] * len(SHOWN_FIRST)
    away_by_reason: dict[str, int] = {}
    on_shift = on_line = absent = flex = trainers = unregistered = off_roster = 0
    for standing, people in counted:
        if standing.on_shift:
            on_shift += people
            by_rank[_RANK[standing.status]] += people
            if standing.on_line:
                on_line += people
            else:
                away_by_reason[standing.reason] = away_by_reason.get(standing.reason, 0) + people
        else:
            absent += people * standing.absent
            flex += people * standing.flex
            trainers += people * standing.trainer
            off_roster += people * standing.off_roster
        unregistered += people * standing.unregistered
    return Seats(
        on_shift=on_shift,
        on_line=on_line,
        by_status={status: people for status, people in zip(SHOWN_FIRST, by_rank, strict=True) if people},
        away_by_reason=away_by_reason,
        away=on_shift - on_line,
        absent=absent,
        flex=flex,
        trainers=trainers,
        unregistered=unregistered,
        off_roster=off_roster,
        on_line_ratio=Share(part=on_line, whole=on_shift),
        occupancy=occupancy,
    )
