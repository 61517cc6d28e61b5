"""From book and floor to what the rules look at: who is on line, who is promised away, what the asker has had today."""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec.structs import replace

from console.core.floor.day import day_of, zone_of
from console.core.floor.figures import Figures
from console.core.floor.model import AgentState, AgentStatus, Instant, Interface, Seconds
from console.core.floor.people import Person
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup
from console.core.floor.seats import Reasons, Standing, home_at, standing_of
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import Lever, LeverState, SeatPaused
from console.core.rules.break_policy import BreakKind, BreakPolicy, Minutes
from console.core.rules.breaks import Case, Verdict, handover_begin, judge
from console.core.work.break_index import breaks_of
from console.core.work.break_records import OUT, PROMISED, Break, BreakState
from console.core.work.plan_subjects import plan_holding_breaks
from console.core.work.policies import BREAKS, Policy, policy_in_force

REPEATED_S: Seconds = 300.0
"""A request told again so soon after it was asked is the same one, even if it is over."""

RESTORED_S: Seconds = 60.0
"""Whoever is signed in so soon after the ACD started was signed in by it, from what it had kept."""

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
    return _on_line_of(view, [each for each in breaks_of(book).promised_of(group) if each.id != but], at)


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


def case_of(book: Book, view: FloorView, asked: Break, group: str, at: Instant) -> Case:
    """Return what the rules look at when `asked` is judged in `group` at a moment."""
    rules = rules_of(book).of(group)
    kind = rules.kind(asked.kind) or rules.asked("", asked.reason)
    figures = view.figures.groups.get(group, Figures())
    seats = figures.seats
    others = [each for each in breaks_of(book).promised_of(group) if each.id != asked.id]
    still_on_line = _on_line_of(view, others, at)
    asker = view.people.get(asked.person)
    here = standing(view, asker, at) if asker is not None and asked.group == group else None
    leaves = here is not None and here.on_line
    on_line = seats.on_line - still_on_line
    # The asker, away already, keeps nobody; who is not on shift was never counted.
    itself = here is not None and here.on_shift and not leaves
    away = seats.on_shift - on_line - (1 if itself else 0)
    skill_group = next((each for each in view.policy.groups if each.id == group), None)
    case = Case(
        kind=kind,
        rules=rules,
        group=group,
        on_shift=seats.on_shift,
        on_line=on_line,
        away=max(away, 0),
        away_alike=away_by_kind(book, group, but=asked.id).get(kind.id, 0),
        minute=minute_of_day(view, at),
        leaves_line=leaves,
        taken_min=taken_minutes(book, view, asked.person, at),
        minutes=asked.minutes,
        waiting=figures.now.waiting,
        emergency_waiting=0 if skill_group is None else skill_group.emergency_waiting,
        mean_wait_s=figures.now.mean_wait_s if figures.now.waiting > 1 else None,
        emergency_wait_s=_emergency_wait(view, skill_group),
        plan=plan_holding_breaks(book, view, group, asked.id),
        is_web=skill_group is not None and skill_group.channel is Channel.WEB,
    )
    return _with_reliefs(book, view, case, asked, at) if kind.web_relief and case.is_web else case


def verdict_on(book: Book, view: FloorView, asked: Break, at: Instant) -> Verdict:
    """Return what the rules say of a request now, in its primary group and its others."""
    person = view.people.get(asked.person)
    others = tuple(each for each in (person.groups if person else ()) if each != asked.group)
    return judge(
        case_of(book, view, asked, asked.group, at),
        tuple(case_of(book, view, asked, group, at) for group in others),
    )


def figures_of(verdict: Verdict) -> dict[str, int | float | str | None]:
    """Return a verdict as plain figures for the record and the journal."""
    return {
        "before": verdict.before,
        "after": verdict.after,
        "on_shift": verdict.on_shift,
        "percent": verdict.percent,
        "needs": verdict.needs,
        "objections": "; ".join(objection.said.english() for objection in verdict.objections),
    }


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


def _on_line_of(view: FloorView, breaks: Iterable[Break], at: Instant) -> int:
    people = [view.people[each.person] for each in breaks if each.person in view.people]
    return sum(standing(view, person, at).on_line for person in people)


def _emergency_wait(view: FloorView, group: SkillGroup | None) -> float | None:
    if group is None or group.targets.average_wait_s is None:
        return None
    return group.targets.average_wait_s * (1 + view.policy.emergency_wait_over)


# ---- relief at handover ----------------------------------------------------------------------------------------------


def _with_reliefs(book: Book, view: FloorView, case: Case, asked: Break, at: Instant) -> Case:
    """Return the case with who has come for the next shift: each lets one go, and one who is on line again no more."""
    ago = handover_begin(case.rules, case.minute)
    if ago is None:
        return case
    begin = at - at % 60 - ago * 60.0
    gone = {each.person for each in promised(book)}
    signed_in = [
        _signed_in(view, each)
        for each in view.people.values()
        if each.primary_group == case.group and each.id not in gone and each.id != asked.person
        if standing(view, each, at).on_line
    ]
    reliefs = sum(since is not None and since >= begin for since in signed_in)
    let_go = sum(
        each.kind == case.kind.id
        and each.group == case.group
        and each.id != asked.id
        and _let_go(view, each, begin, at)
        for each in book.every(Break).values()
    )
    unknown = sum(since is None for since in signed_in)
    return replace(case, relieved=reliefs > let_go, reliefs=reliefs, let_go=let_go, unknown=unknown)


def _let_go(view: FloorView, out: Break, begin: Instant, at: Instant) -> bool:
    if out.state in PROMISED:
        return True
    person = view.people.get(out.person)
    left = out.state is BreakState.RETURNED and out.departed_at is not None and out.departed_at >= begin
    return left and (person is None or not standing(view, person, at).on_line)


def _signed_in(view: FloorView, person: Person) -> Instant | None:
    """Return since when somebody is signed in, None where any of their queues does not tell."""
    members = [
        view.members.get((queue, state.interface)) for state in states_of(view, person) for queue in state.queues
    ]
    moments = [None if member is None else member.login_at for member in members]
    known = [moment for moment in moments if moment is not None]
    if not known or len(known) < len(moments):
        return None
    booted_at = view.link.booted_at
    # An ACD that starts signs everybody in anew: that tells nothing of when they came.
    return None if booted_at is not None and 0 <= min(known) - booted_at <= RESTORED_S else min(known)
