"""From book and floor to what the rules look at in each group, and what they say."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from console.core.floor.figures import Figures
from console.core.floor.model import Instant, Seconds
from console.core.floor.people import Person
from console.core.floor.policy import Channel, SkillGroup
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.breaks import Case, Verdict, handover_begin, judge
from console.core.work.break_cases import (
    away_by_kind,
    minute_of_day,
    on_line_of,
    promised,
    rules_of,
    standing,
    states_of,
    taken_minutes,
)
from console.core.work.break_index import breaks_of
from console.core.work.break_records import PROMISED, WAITING, Break, BreakState
from console.core.work.break_serving import away_too, seats_too, second_groups
from console.core.work.plan_subjects import plan_holding_breaks

RESTORED_S: Seconds = 60.0
"""Whoever is signed in so soon after the ACD started was signed in by it, from what it had kept."""


class _Seats(NamedTuple):
    """A group's seats at a moment: on shift, on line less those promised away, and who is away by kind."""

    on_shift: int
    on_line: int
    away: Mapping[str, int]


_counted: tuple[FloorView | None, Book | None, Instant, dict[tuple[str, bool], _Seats]] = (None, None, 0.0, {})


def case_of(book: Book, view: FloorView, asked: Break, group: str, at: Instant) -> Case:
    """Return what the rules look at when `asked` is judged in `group` at a moment.

    In another group than the asker's own, everybody counts who serves it as a second one, too, the asker among them.
    """
    rules = rules_of(book).of(group)
    kind = rules.kind(asked.kind) or rules.asked("", asked.reason)
    figures = view.figures.groups.get(group, Figures())
    seats = _seats_for(book, view, asked, group, at)
    asker = view.people.get(asked.person)
    here = standing(view, asker, at) if asker is not None else None
    leaves = here is not None and here.on_line
    # The asker, away already, keeps nobody; who is not on shift was never counted.
    itself = here is not None and here.on_shift and not leaves
    away = seats.on_shift - seats.on_line - (1 if itself else 0)
    skill_group = next((each for each in view.policy.groups if each.id == group), None)
    case = Case(
        kind=kind,
        rules=rules,
        group=group,
        on_shift=seats.on_shift,
        on_line=seats.on_line,
        away=max(away, 0),
        away_alike=seats.away.get(kind.id, 0),
        minute=minute_of_day(view, at),
        leaves_line=leaves,
        away_anyway=itself,
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


def _seats_for(book: Book, view: FloorView, asked: Break, group: str, at: Instant) -> _Seats:
    """Return a group's seats, the asker's own break apart; all who only wait see the same, counted once a moment."""
    global _counted  # noqa: PLW0603  the same book and floor always give the same seats: only the counting is spared
    second = group != asked.group
    if asked.state not in WAITING:
        return _count(book, view, group, at, second=second, but=asked.id)
    seen, known, then, counted = _counted
    if seen is not view or known is not book or then != at:
        counted = {}
        _counted = (view, book, at, counted)
    found = counted.get((group, second))
    if found is None:
        found = counted[group, second] = _count(book, view, group, at, second=second)
    return found


def _count(book: Book, view: FloorView, group: str, at: Instant, *, second: bool, but: str = "") -> _Seats:
    seats = view.figures.groups.get(group, Figures()).seats
    on_shift, on_line = seats.on_shift, seats.on_line
    others = [each for each in breaks_of(book).promised_of(group) if each.id != but]
    if second:
        too = seats_too(book, view, group, at)
        on_shift, on_line = on_shift + too.on_shift, on_line + too.on_line
        others += [each for each in away_too(book, view, group) if each.state in PROMISED and each.id != but]
    away = away_in(book, view, group, second=second, but=but)
    return _Seats(on_shift, on_line - on_line_of(view, others, at), away)


def away_in(book: Book, view: FloorView, group: str, *, second: bool, but: str = "") -> dict[str, int]:
    """Return how many are away by kind of break; as a `second` group also those whose first group is another."""
    away = away_by_kind(book, group, but=but)
    for each in away_too(book, view, group) if second else ():
        if each.id != but:
            away[each.kind] = away.get(each.kind, 0) + 1
    return away


def verdict_on(book: Book, view: FloorView, asked: Break, at: Instant) -> Verdict:
    """Return what the rules say of a request now, in its primary group and its others."""
    return judge(
        case_of(book, view, asked, asked.group, at),
        tuple(case_of(book, view, asked, group, at) for group in second_groups(view, asked)),
    )


def figures_of(verdict: Verdict) -> dict[str, int | float | str | None]:
    """Return a verdict as plain figures for the record and the journal."""
    return {
        "before": verdict.before,
        "after": verdict.after,
        "on_shift": verdict.on_shift,
        "percent": verdict.percent,
        "needs": verdict.needs,
        "objections": "; ".join(
            f"{each.group}: {each.said.english()}" if each.group else each.said.english() for each in verdict.objections
        ),
    }


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
