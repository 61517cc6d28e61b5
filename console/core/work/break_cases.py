"""From book and floor to who is who: who is on line, who is promised away, what somebody has had today."""

from collections.abc import Iterable
from datetime import UTC, datetime

from console.core.floor.day import day_of, zone_of
from console.core.floor.model import AgentState, AgentStatus, Instant, Interface, Seconds
from console.core.floor.people import Person
from console.core.floor.policy import FloorPolicy
from console.core.floor.seats import Reasons, Standing, home_at, standing_of
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import Lever, LeverState, SeatPaused
from console.core.rules.break_policy import BreakKind, BreakPolicy, Minutes
from console.core.work.break_index import breaks_of
from console.core.work.break_records import OUT, PROMISED, Break
from console.core.work.policies import BREAKS, Policy, policy_in_force

REPEATED_S: Seconds = 300.0
"""A request told again so soon after it was asked is the same one, even if it is over."""

_read: tuple[Policy | None, BreakPolicy] = (None, BreakPolicy())
_reasons: tuple[tuple[str, ...] | None, Reasons] = (None, Reasons(()))
_day: tuple[FloorPolicy | None, Instant, Instant] = (None, 0.0, 0.0)
_stood: tuple[FloorView | None, Instant | None, dict[str, tuple[Person, Standing]]] = (None, None, {})


def rules_of(book: Book) -> BreakPolicy:
    """Return the break policy in force."""
    global _read  # noqa: PLW0603  the same document always reads the same: only the reading of it is spared
    document = book.get(Policy, BREAKS)
    known, policy = _read
    if document is not known:
        policy = policy_in_force(book, BREAKS, BreakPolicy, BreakPolicy())
        _read = (document, policy)
    return policy


def person_named(view: FloorView, interface: Interface, agent: str) -> Person | None:
    """Return who asks: by interface, else by extension, number 工号 or name."""
    known = view.people.get(view.person_of.get(interface, ""))
    if known is not None or not agent:
        return known
    for person in view.people.values():
        if agent in person.extensions or agent in {person.id, person.number, person.name}:
            return person
    return None


def same_request(book: Book, person: str, request: str, at: Instant) -> Break | None:
    """Return the break that a request heard `at` has led to already, or None where it is a new one.

    Told again while it lives it is the same; after its end only where it was heard before that, or REPEATED_S after it
    was asked: a bot that got no answer repeats itself, while a counter begun anew gives old numbers to new requests.
    """
    found = [each for each in book.every(Break).values() if each.person == person and each.request == request]
    for each in sorted(found, key=lambda one: one.asked_at, reverse=True):
        ended = each.closed_at
        if ended is None or at <= ended or at - each.asked_at <= REPEATED_S:
            return each
    return None


def states_of(view: FloorView, person: Person) -> list[AgentState]:
    """Return the interfaces of a person that the floor knows."""
    return [view.agents[each] for each in person.interfaces if each in view.agents]


def standing(view: FloorView, person: Person, at: Instant | None) -> Standing:
    """Return how a person counts at a moment, a granted break apart."""
    global _stood  # noqa: PLW0603  as above: each request of a line looks at the same seats at the same moment
    stood = _stood
    if stood[0] is not view or stood[1] != at:
        stood = _stood = (view, at, {})
    known = stood[2].get(person.id)
    if known is None or known[0] is not person:
        states = states_of(view, person)
        home = home_at(states, view.policy.gone_home_s)
        known = (person, standing_of(person, states, _wrap_up(view.policy), home=home, at=at))
        stood[2][person.id] = known
    return known[1]


def _wrap_up(policy: FloorPolicy) -> Reasons:
    """Return which pauses stand for wrap-up; a policy's are read once."""
    global _reasons  # noqa: PLW0603  as above
    known, reasons = _reasons
    if policy.wrap_up_reasons is not known:
        reasons = Reasons(policy.wrap_up_reasons)
        _reasons = (policy.wrap_up_reasons, reasons)
    return reasons


def promised(book: Book, *, but: str = "") -> list[Break]:
    """Return the breaks whose seat is away or promised away, `but` the one with this id."""
    return [each for each in breaks_of(book).promised if each.id != but]


def away_by_kind(book: Book, group: str, *, but: str = "") -> dict[str, int]:
    """Return how many of a group are away, or promised away, by kind of break; who left unasked is one of them."""
    away: dict[str, int] = {}
    for each in breaks_of(book).away_of(group):
        if each.id != but:
            away[each.kind] = away.get(each.kind, 0) + 1
    return away


def on_granted_break(book: Book) -> frozenset[str]:
    """Return who is away on a granted break: on shift, whatever their phone says."""
    return frozenset(each.person for each in promised(book) if each.departed_at is not None)


def promised_on_line(book: Book, view: FloorView, group: str, at: Instant, *, but: str = "") -> int:
    """Return how many seats of a group are on line still but promised away."""
    return on_line_of(view, [each for each in breaks_of(book).promised_of(group) if each.id != but], at)


def minute_of_day(view: FloorView, at: Instant) -> int:
    """Return the time of day at the centre, in minutes."""
    zone = zone_of(view.policy)
    local = datetime.fromtimestamp(at, zone) if zone else datetime.fromtimestamp(at, UTC).astimezone()
    return local.hour * 60 + local.minute


def taken_minutes(book: Book, view: FloorView, person: str, at: Instant) -> Minutes:
    """Return what a person has been away today on breaks that count against totals, the one under way included."""
    return taken_by_person(book, view, at, only=person).get(person, 0)


def taken_by_person(book: Book, view: FloorView, at: Instant, *, only: str = "") -> dict[str, Minutes]:
    """Return the same for everybody who was away today, or `only` for one."""
    begin = _begin_of_day(at, view.policy)
    policy = rules_of(book)
    total: dict[str, float] = {}
    index = breaks_of(book)
    for each in index.departed_of(only) if only else (one for mine in index.departed.values() for one in mine):
        if each.departed_at is None or each.departed_at < begin:
            continue
        kind = policy.of(each.group).kind(each.kind)
        if kind is None or kind.in_totals:
            spent = (at if each.ended_at is None else each.ended_at) - each.departed_at
            total[each.person] = total.get(each.person, 0.0) + spent
    return {person: round(spent / 60) for person, spent in total.items()}


def unasked_interfaces(book: Book, view: FloorView, at: Instant, *, after_s: float) -> Iterable[AgentState]:
    """Yield interfaces paused for `after_s` that no break, wrap-up, autopause or other lever accounts for."""
    out = {each.person for each in book.every(Break).values() if each.state in OUT | PROMISED}
    # Back by code, the seat stands paused until the steward has taken our own pause off.
    ours = {
        lever.target.interface
        for lever in book.every(Lever).values()
        if isinstance(lever.target, SeatPaused) and lever.state is not LeverState.DONE
    }
    reasons = Reasons(view.policy.wrap_up_reasons)
    automatic = {reason.strip().casefold() for reason in view.policy.autopause_reasons}
    for interface, state in view.agents.items():
        if state.status is not AgentStatus.PAUSED or state.paused_since is None or at - state.paused_since < after_s:
            continue
        if interface in ours:
            continue
        reason = (state.pause_reason or "").strip()
        person = view.person_of.get(interface, "")
        if person and person not in out and not reasons.wraps_up(reason) and reason.casefold() not in automatic:
            yield state


def usual_minutes(kind: BreakKind, wanted: Minutes) -> Minutes:
    """Return the length to grant: what was asked, within the kind's longest; nothing asked is the usual."""
    return min(wanted, kind.longest_min) if wanted > 0 else kind.length_min


def _begin_of_day(at: Instant, policy: FloorPolicy) -> Instant:
    """Return when today began; the same day of the same policy is worked out once."""
    global _day  # noqa: PLW0603  as above
    known, begin, end = _day
    if policy is not known or not begin <= at < end:
        begin, end = day_of(at, policy)
        _day = (policy, begin, end)
    return begin


def on_line_of(view: FloorView, breaks: Iterable[Break], at: Instant) -> int:
    """Return how many of those with these breaks are on line still."""
    people = [view.people[each.person] for each in breaks if each.person in view.people]
    return sum(standing(view, person, at).on_line for person in people)
