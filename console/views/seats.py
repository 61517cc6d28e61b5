"""Every seat of the floor, group by group, each in a place of its own that it keeps whatever its state."""

from collections import Counter

import msgspec

from console.core.floor.model import AgentState, AgentStatus, Instant, Interface
from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.views.scope import group_ids_by_queue, groups_of, home_of, shown_groups
from console.views.words import STATUS, clock


class SeatGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The seats of one group in the order of their numbers."""

    id: str
    name: str
    seats: tuple[Interface, ...] = ()


def seat_groups(view: FloorView, mine: tuple[str, ...] = ()) -> tuple[SeatGroup, ...]:
    """Return the groups shown with their seats; agents of no group come last, under a name of their own."""
    by_queue = group_ids_by_queue(view.policy)
    homes: dict[str, list[Interface]] = {}
    for interface in view.agents:
        homes.setdefault(home_of(view, interface, by_queue), []).append(interface)
    made = [
        SeatGroup(id=group.id, name=group.name, seats=_ordered(view, homes[group.id]))
        for group in shown_groups(view, mine)
        if group.id in homes
    ]
    if not mine:
        known = {group.id for group in groups_of(view)}
        rest = [interface for home, seats in homes.items() if home not in known for interface in seats]
        if rest:
            made.append(SeatGroup(id="", name="", seats=_ordered(view, rest)))
    return tuple(made)


def _ordered(view: FloorView, seats: list[Interface]) -> tuple[Interface, ...]:
    def key(interface: Interface) -> tuple[str, str]:
        person = view.people.get(view.person_of.get(interface, ""))
        number = person.number if person is not None else ""
        return (number.rjust(12, "0") if number else "~", interface)

    return tuple(sorted(seats, key=key))


def news(old: FloorView, new: FloorView) -> list[Interface] | None:
    """Return the seats whose state on screen is another, or None where seats may stand elsewhere.

    They do when somebody came, went or changed group. Records are compared by `is`, so that a quiet floor of
    thousands costs next to nothing.
    """
    if old.policy is not new.policy or list(old.agents) != list(new.agents):
        return None
    if old.people is not new.people and old.people != new.people:
        return None
    if old.person_of is not new.person_of and old.person_of != new.person_of:
        return None
    other: list[Interface] = []
    for before, after in zip(old.agents.values(), new.agents.values(), strict=True):
        if before is after:
            continue
        if (before.queues or before.last_seen_queues) != (after.queues or after.last_seen_queues):
            return None
        if before.status is not after.status:
            other.append(after.interface)
    return other


def tally(view: FloorView, groups: tuple[SeatGroup, ...]) -> Counter[AgentStatus]:
    """Return how many of the seats shown are in each state."""
    agents = view.agents
    return Counter(agents[seat].status for group in groups for seat in group.seats if seat in agents)


def seat_name(view: FloorView, agent: AgentState) -> str:
    """Return the name of the person on a seat with the number 工号, as far as known."""
    person = view.people.get(view.person_of.get(agent.interface, ""))
    if person is None:
        return agent.name or agent.interface
    return f"{person.name} {person.number}".strip()


def seat_lines(view: FloorView, interface: Interface, now: Instant) -> tuple[str, tuple[Said, ...]]:
    """Return what is said when the hand rests on a seat: the name, then state, since when, why, and what it did."""
    agent = view.agents[interface]
    lines = [STATUS[agent.status]]
    if agent.since is not None:
        lines.append(say("for {length}", length=clock(now - agent.since)))
    if agent.status is AgentStatus.PAUSED and agent.pause_reason:
        lines.append(say("reason: {reason}", reason=agent.pause_reason))
    if agent.answered:
        lines.append(say("{count} answered", count=agent.answered))
    return seat_name(view, agent), tuple(lines)
