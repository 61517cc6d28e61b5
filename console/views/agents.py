"""The agents of the floor as rows: who, in which state and since when, on what contact, and how many today."""

from collections.abc import Callable, Collection, Iterable, Mapping
from operator import attrgetter
from typing import Any

import msgspec

from console.core.floor.model import AgentState, AgentStatus, Instant, Interface, QueueName
from console.core.floor.people import Person
from console.core.floor.policy import Tone
from console.core.floor.seats import Reasons
from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.views.masking import masked
from console.views.scope import group_ids_by_queue, group_names, home_of
from console.views.tones import worst
from console.views.words import DASH, STATUS, STATUS_ORDER, clock

_RANK = {status: place for place, status in enumerate(STATUS_ORDER)}


class AgentRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One seat; `groups` are names, the primary one first; `call_number` is masked; `tone`: is it stuck.

    `sought` is what a search looks through, `natural` the order by number and name.
    """

    interface: Interface
    name: str
    number: str = ""
    status: AgentStatus = AgentStatus.SIGNED_OUT
    since: Instant | None = None
    reason: str = ""
    call_queue: str = ""
    call_number: str = ""
    call_since: Instant | None = None
    contacts: int = 0
    missed: int = 0
    home: str = ""
    groups: tuple[str, ...] = ()
    queues: tuple[QueueName, ...] = ()
    tone: Tone = Tone.CALM
    sought: str = ""
    natural: tuple[bool, str, str, str] = (True, "", "", "")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows are shown: `terms` all of which must be found, a group or queue, states (empty: all)."""

    terms: tuple[str, ...] = ()
    group: str = ""
    queue: QueueName = ""
    statuses: frozenset[AgentStatus] = frozenset()

    @property
    def everything(self) -> bool:
        """Return whether nothing is left out."""
        return not (self.terms or self.group or self.queue or self.statuses)


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """All rows by interface as of a view, and which of them are another than before."""

    rows: Mapping[Interface, AgentRow] = {}
    changed: tuple[Interface, ...] = ()
    whole: bool = True


def roster(view: FloorView, before: FloorView | None = None, known: Roster | None = None) -> Roster:
    """Return the rows of a view; with the view before and its rows only what changed is made again."""
    agents = view.agents
    if before is None or known is None or _elsewhere(before, view):
        writer = _Writer(view)
        return Roster(rows={each: writer.row(state) for each, state in agents.items()})
    old = before.agents
    # Iterated twice rather than asked by key once: at 5,000 agents this comparison is most of a frame.
    changed = [each for each, state in agents.items() if state is not old[each]]
    if view.alarms != before.alarms:
        stuck = {*_stuck(view), *_stuck(before)}
        changed += [each for each in stuck if each in agents and agents[each] is old[each]]
    if not changed:
        return Roster(rows=known.rows, whole=False)
    writer = _Writer(view)
    rows = dict(known.rows)
    news = []
    for each in changed:
        row = writer.row(agents[each])
        if row != rows[each]:
            rows[each] = row
            news.append(each)
    return Roster(rows=rows, changed=tuple(news), whole=False)


def _elsewhere(old: FloorView, new: FloorView) -> bool:
    """Return whether somebody came or went, or names and groups may be others."""
    return (
        old.agents.keys() != new.agents.keys()
        or (old.policy is not new.policy and old.policy != new.policy)
        or (old.people is not new.people and old.people != new.people)
        or (old.person_of is not new.person_of and old.person_of != new.person_of)
    )


def _stuck(view: FloorView) -> dict[Interface, Tone]:
    found: dict[Interface, Tone] = {}
    for alarm in view.alarms:
        if alarm.rule.startswith("stuck"):
            for seat in alarm.seats or (alarm.subject,):
                found[seat] = worst(found.get(seat, Tone.CALM), alarm.tone)
    return found


class _Writer:
    """Writes rows of one view."""

    def __init__(self, view: FloorView) -> None:
        self._view = view
        self._names = group_names(view)
        self._by_queue = group_ids_by_queue(view.policy)
        self._reasons = Reasons(view.policy.wrap_up_reasons)
        self._stuck = _stuck(view)

    def row(self, state: AgentState) -> AgentRow:
        """Return the row of a seat."""
        view, interface = self._view, state.interface
        person = view.people.get(view.person_of.get(interface, ""))
        queues = state.queues or state.last_seen_queues
        home = home_of(view, interface, self._by_queue)
        name = person.name if person is not None else state.name or interface
        number = person.number if person is not None else ""
        groups = self._groups(person, home, queues)
        talk = state.talk
        return AgentRow(
            interface=interface,
            name=name,
            number=number,
            status=self._reasons.status_of(state),
            since=state.since,
            reason=(state.pause_reason or "") if state.paused else "",
            call_queue=self._called(talk.queue) if talk is not None else "",
            call_number=masked(talk.number) if talk is not None else "",
            call_since=talk.since if talk is not None else None,
            contacts=state.answered,
            missed=state.ring_no_answer,
            home=home,
            groups=groups,
            queues=queues,
            tone=self._stuck.get(interface, Tone.CALM),
            sought=_sought(name, number, interface, person, state, groups),
            natural=(not number, number.rjust(12, "0"), name, interface),
        )

    def _called(self, queue: QueueName) -> str:
        group = self._by_queue.get(queue)
        return self._names.get(group, queue) if group is not None else queue

    def _groups(self, person: Person | None, home: str, queues: tuple[QueueName, ...]) -> tuple[str, ...]:
        own = person.groups if person is not None else ()
        served = (self._by_queue.get(queue, f"queue:{queue}") for queue in queues)
        every = dict.fromkeys(each for each in (home, *own, *served) if each)
        return tuple(self._names.get(each, each) for each in every)


def _sought(
    name: str, number: str, interface: str, person: Person | None, state: AgentState, groups: tuple[str, ...]
) -> str:
    extensions = person.extensions if person is not None else ()
    parts = (name, number, interface, state.name, *extensions, state.pause_reason or "", *groups)
    return "\n".join(dict.fromkeys(parts)).casefold()


def terms_of(words: str) -> tuple[str, ...]:
    """Return what somebody typed as it is sought."""
    return tuple(words.casefold().split())


def fits(row: AgentRow, wanted: Wanted) -> bool:
    """Return whether a row is among the wanted."""
    if wanted.statuses and row.status not in wanted.statuses:
        return False
    if wanted.queue and wanted.queue not in row.queues:
        return False
    if wanted.group and wanted.group != row.home:
        return False
    return all(term in row.sought for term in wanted.terms)


def sorted_rows(rows: Collection[AgentRow], column: str, *, descending: bool) -> list[AgentRow]:
    """Return rows by a column; equal ones by number and name, whichever way it goes. The longest come first in time.

    What a row does not have (no call, no reason, no number) stands last either way.
    """
    ordered = sorted(rows, key=_NATURAL)
    if column in {"", "number"}:
        return ordered[::-1] if descending else ordered
    value = _VALUES[column]
    with_it = [(found, row) for row in ordered if (found := value(row)) is not None]
    with_it.sort(key=_first, reverse=descending)
    return [row for _, row in with_it] + [row for row in ordered if value(row) is None]


def _first(pair: tuple[Any, AgentRow]) -> Any:  # noqa: ANN401  text or number, one kind a column
    return pair[0]


_NATURAL = attrgetter("natural")

_VALUES: Mapping[str, Callable[[AgentRow], str | float | None]] = {
    "name": lambda row: row.name,
    "status": lambda row: _RANK[row.status],
    "since": lambda row: row.since,
    "reason": lambda row: row.reason or None,
    "call": lambda row: row.call_since,
    "contacts": lambda row: -row.contacts,
    "missed": lambda row: -row.missed,
    "groups": lambda row: row.groups[0] if row.groups else None,
}


def tally(rows: Collection[AgentRow], wanted: Wanted) -> dict[AgentStatus, int]:
    """Return how many of each state there are among those wanted in every other respect."""
    other = msgspec.structs.replace(wanted, statuses=frozenset())
    everything = other.everything
    counted = dict.fromkeys(STATUS_ORDER, 0)
    for row in rows:
        if everything or fits(row, other):
            counted[row.status] += 1
    return counted


def retallied(
    counts: Mapping[AgentStatus, int], wanted: Wanted, moved: Iterable[tuple[AgentRow, AgentRow]]
) -> dict[AgentStatus, int]:
    """Return a tally after some rows became others (old, new): the whole floor need not be counted again."""
    other = msgspec.structs.replace(wanted, statuses=frozenset())
    everything = other.everything
    counted = dict(counts)
    for old, new in moved:
        if everything or fits(old, other):
            counted[old.status] -= 1
        if everything or fits(new, other):
            counted[new.status] += 1
    return counted


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an agent's details."""

    label: Said
    value: str = ""
    said: Said | None = None
    tone: Tone = Tone.CALM


def details(view: FloorView, interface: Interface, now: Instant) -> tuple[Fact, ...]:
    """Return what is known of a seat beyond its row; nothing for a seat that is not there."""
    state = view.agents.get(interface)
    if state is None:
        return ()
    person = view.people.get(view.person_of.get(interface, ""))
    handled = state.handled_s / state.completed if state.completed else None
    facts = [
        Fact(label=say("Interface"), value=interface),
        Fact(label=say("Extension"), value=", ".join(person.extensions) if person is not None else ""),
        Fact(label=say("Phone"), said=PHONE[state.phone.name]),
        Fact(label=say("Answered today"), value=str(state.answered)),
        Fact(label=say("Completed"), value=str(state.completed)),
        Fact(
            label=say("Rang without answer"),
            value=str(state.ring_no_answer),
            tone=Tone.WARN if state.ring_no_answer >= MANY_MISSED else Tone.CALM,
        ),
        Fact(label=say("Mean handling time"), value=clock(handled)),
        Fact(
            label=say("Handling time today"),
            value=clock(state.handled_s) if state.handled_s else DASH,
        ),
    ]
    if state.talk is not None:
        facts.append(Fact(label=say("Caller waited"), value=clock(state.talk.waited_s)))
    if state.signed_out_since is not None and not state.queues:
        facts.append(Fact(label=say("Signed out for"), value=clock(now - state.signed_out_since)))
    return tuple(fact for fact in facts if fact.value or fact.said is not None)


MANY_MISSED = 5

PHONE: Mapping[str, Said] = {
    "UNKNOWN": say("unknown"),
    "IDLE": say("idle"),
    "IN_USE": say("in use"),
    "BUSY": say("busy"),
    "INVALID": say("invalid"),
    "UNAVAILABLE": say("not registered"),
    "RINGING": say("ringing"),
    "RING_IN_USE": say("ringing, in use"),
    "ON_HOLD": say("on hold"),
}


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """One queue a seat serves: its penalty, whether it is paused there and why, contacts taken there."""

    queue: QueueName
    group: str
    penalty: int = 0
    paused: bool = False
    reason: str = ""
    taken: int = 0


def memberships(view: FloorView, interface: Interface) -> tuple[Membership, ...]:
    """Return the queues a seat is signed into, lowest penalty first."""
    state = view.agents.get(interface)
    if state is None:
        return ()
    names, by_queue = group_names(view), group_ids_by_queue(view.policy)
    found = []
    for queue in state.queues:
        member = view.members.get((queue, interface))
        found.append(
            Membership(
                queue=queue,
                group=names.get(by_queue.get(queue, ""), queue),
                penalty=member.penalty if member is not None else 0,
                paused=member.paused if member is not None else False,
                reason=member.pause_reason if member is not None else "",
                taken=member.calls_taken if member is not None else 0,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.penalty, each.queue)))


def flags(view: FloorView, interface: Interface) -> tuple[Said, ...]:
    """Return what stands out about the person: flex, trainer, absent, not on the roster, known only from the ACD."""
    person = view.people.get(view.person_of.get(interface, ""))
    if person is None:
        return (say("Known only from the ACD"),)
    said = []
    if person.flex:
        said.append(say("Flex agent"))
    if person.trainer:
        said.append(say("Trainer"))
    if person.absent:
        said.append(say("Absent"))
    if person.rostered is False:
        said.append(say("Not on the roster"))
    if person.learned:
        said.append(say("Known only from the ACD"))
    return tuple(said)


def status_words(row: AgentRow) -> Said:
    """Return the state in words."""
    return STATUS[row.status]
