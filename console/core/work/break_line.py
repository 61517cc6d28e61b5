"""The line of those who wait for a break, read from book and floor: its order, and each one's first possible slot."""

import sys
from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from console.core.floor.figures import Figures
from console.core.floor.model import Instant, LinkStatus
from console.core.floor.people import Person
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_policy import BreakKind, Minutes
from console.core.rules.breaks import Case, judge
from console.core.rules.owed import Back, Place, Prospect, Reserved, Slot, Waiting, first_slot, fits, in_line
from console.core.work.break_cases import (
    minute_of_day,
    promised_on_line,
    rules_of,
    standing,
    states_of,
    taken_by_person,
)
from console.core.work.break_index import breaks_of
from console.core.work.break_outlooks import room
from console.core.work.break_records import PROMISED, WAITING, Break, BreakState
from console.core.work.break_serving import away_too, deciding_groups
from console.core.work.break_verdicts import away_in, case_of

ASKED_BACK_S = 180.0
"""When somebody overdue, or asked back, is expected: nobody knows, but soon."""

HARD_TIMES = 1.5
"""Contacts that took this many times the group's mean today are hard ones, over at least HARD_CONTACTS of them."""

HARD_CONTACTS = 5
LONG_TIMES = 3.0
"""A running contact this many times as long as the group's mean is a hard one, too."""


def line_of(book: Book, view: FloorView, group: str, at: Instant) -> tuple[Place, ...]:
    """Return who waits in a group, in order, and why."""
    taken = taken_by_person(book, view, at)
    return in_line(
        (_waiting(book, view, each, taken.get(each.person, 0), at) for each in breaks_of(book).waiting_of(group)),
        many_contacts=rules_of(book).of(group).many_contacts,
    )


_through: tuple[FloorView | None, Book | None, Instant, dict[str, tuple[Place, ...]]] = (None, None, 0.0, {})


def _line_through(book: Book, view: FloorView, group: str, at: Instant) -> tuple[Place, ...]:
    """Return everybody in order whose break has to pass in a group, whatever their own group.

    It is one order wherever it is asked for: of two who stand in each other's way, one is always first.
    """
    global _through  # noqa: PLW0603  the same book and floor always give the same line: only the sorting is spared
    seen, read, then, lines = _through
    if seen is not view or read is not book or then != at:
        lines = {}
        _through = (view, book, at, lines)
    if group not in lines:
        lines[group] = _sorted_through(book, view, group, at)
    return lines[group]


def _sorted_through(book: Book, view: FloorView, group: str, at: Instant) -> tuple[Place, ...]:
    taken = taken_by_person(book, view, at)
    through = []
    for each in breaks_of(book).waiting:
        if group in deciding_groups(book, view, each):
            waiting = _waiting(book, view, each, taken.get(each.person, 0), at)
            many = waiting.contacts > rules_of(book).of(each.group).many_contacts
            through.append(replace(waiting, hard=waiting.hard or many))
    return in_line(through, many_contacts=sys.maxsize)


def prospect_of(
    book: Book, view: FloorView, asked: Break, at: Instant, line: tuple[Place, ...] | None = None
) -> Prospect:
    """Return a request and what is known of the time to come in its groups; its own group's `line` may be known."""
    cases = (case_of(book, view, asked, group, at) for group in deciding_groups(book, view, asked))
    return _prospect(book, view, asked, tuple(cases), at, line)


def _prospect(
    book: Book, view: FloorView, asked: Break, cases: tuple[Case, ...], at: Instant, line: tuple[Place, ...] | None
) -> Prospect:
    """Return the prospect of a request judged in these cases, the first of them in its own group."""
    own = line_of(book, view, asked.group, at) if line is None else line
    others = tuple(
        _prospect_in(book, view, asked, case, _line_through(book, view, case.group, at), at) for case in cases[1:]
    )
    return replace(_prospect_in(book, view, asked, cases[0], own, at), others=others)


def _prospect_in(
    book: Book, view: FloorView, asked: Break, case: Case, line: tuple[Place, ...], at: Instant
) -> Prospect:
    coming = _coming(book, view, asked, case.group, line, at)
    return Prospect(
        at=at,
        case=case,
        away=coming.away,
        back=coming.back,
        ahead=coming.slots[: coming.before.get(asked.id, len(coming.slots))],
        room=_room_in(book, view, asked, case, at),
    )


class _Coming(NamedTuple):
    """What is known of a group's time to come: who is away, who comes back, whose slots lie ahead in the line.

    `before` says of everybody in line how many of the `slots` come before theirs.
    """

    line: tuple[Place, ...]
    away: Mapping[str, int]
    back: tuple[Back, ...]
    slots: tuple[Reserved, ...]
    before: Mapping[str, int]


_known: tuple[FloorView | None, Book | None, Instant, dict[tuple[str, bool], _Coming]] = (None, None, 0.0, {})


def _coming(book: Book, view: FloorView, asked: Break, group: str, line: tuple[Place, ...], at: Instant) -> _Coming:
    """Return a group's time to come, which is the same for everybody who waits at a moment."""
    global _known  # noqa: PLW0603  the same book, floor and line always give the same: only the reading is spared
    second = group != asked.group
    if asked.state not in WAITING:
        return _read(book, view, group, line, at, second=second, but=asked.id)
    seen, read, then, found = _known
    if seen is not view or read is not book or then != at:
        found = {}
        _known = (view, book, at, found)
    coming = found.get((group, second))
    if coming is None or (coming.line is not line and coming.line != line):
        coming = found[group, second] = _read(book, view, group, line, at, second=second)
    return coming


def _read(
    book: Book, view: FloorView, group: str, line: tuple[Place, ...], at: Instant, *, second: bool, but: str = ""
) -> _Coming:
    too = away_too(book, view, group) if second else []
    out = [each for each in (*breaks_of(book).away_of(group), *too) if each.id != but]
    slots: list[Reserved] = []
    before: dict[str, int] = {}
    for place in line:
        before[place.waiting.id] = len(slots)
        each = book.get(Break, place.waiting.id)
        if each is not None and each.owed_since is not None:
            slots.append(_slot_of(book, each, at))
    return _Coming(
        line=line,
        away=away_in(book, view, group, second=second, but=but),
        back=tuple(_back(book, view, each, at) for each in out),
        slots=tuple(slots),
        before=before,
    )


def _room_in(book: Book, view: FloorView, asked: Break, case: Case, at: Instant) -> int | None:
    """Return how many more may leave a group by the forecast, which knows only those whose primary group it is."""
    if case.group == asked.group:
        return room(book, case.group, asked.kind, case.on_line, at)
    figures = view.figures.groups.get(case.group, Figures())
    own = figures.seats.on_line - promised_on_line(book, view, case.group, at, but=asked.id)
    left = room(book, case.group, asked.kind, own, at)
    gone = sum(each.state in PROMISED and each.id != asked.id for each in away_too(book, view, case.group))
    return None if left is None else left - gone


def slot_for(
    book: Book,
    view: FloorView,
    asked: Break,
    at: Instant,
    *,
    earliest: Instant | None = None,
    line: tuple[Place, ...] | None = None,
) -> Slot:
    """Return the first moment at which `asked` can be granted, as far as is known now."""
    prospect = prospect_of(book, view, asked, at, line)
    return first_slot(prospect, lambda when: minute_of_day(view, when), earliest=earliest)


def may_go(book: Book, view: FloorView, asked: Break, at: Instant, line: tuple[Place, ...] | None = None) -> bool:
    """Return whether rules, forecast and those ahead in line let a request be granted now."""
    cases = tuple(case_of(book, view, asked, group, at) for group in deciding_groups(book, view, asked))
    # Before anybody ahead is looked at: on a full floor nobody may go, and there most wait.
    if not all(judge(case).allowed for case in cases):
        return False
    return fits(_prospect(book, view, asked, cases, at, line), at, lambda when: minute_of_day(view, when))


def is_clear(book: Book, view: FloorView, asked: Break, at: Instant) -> bool:
    """Return whether rules and forecast are clear: what a kind that grants itself needs.

    A forecast that is not there yet, or has not enough data, clears nobody who leaves the line: a person decides.
    """
    for group in deciding_groups(book, view, asked):
        case = case_of(book, view, asked, group, at)
        left = _room_in(book, view, asked, case, at)
        if not judge(case).allowed or (case.leaves_line and (left is None or left <= 0)):
            return False
    return True


def gone_home(view: FloorView, asked: Break, at: Instant) -> bool:
    """Return whether whoever asked is signed out everywhere, and no longer counts as on shift."""
    person = view.people.get(asked.person)
    if person is None or view.link.status is not LinkStatus.LIVE:
        return False
    states = states_of(view, person)
    return bool(states) and not any(state.queues for state in states) and not standing(view, person, at).on_shift


def _waiting(book: Book, view: FloorView, asked: Break, taken_min: Minutes, at: Instant) -> Waiting:
    kind = _kind(book, asked)
    person = view.people.get(asked.person)
    return Waiting(
        id=asked.id,
        rank=kind.rank,
        asked_at=asked.asked_at,
        owed=asked.owed_since is not None,
        taken_min=taken_min,
        contacts=0 if person is None else sum(state.answered for state in states_of(view, person)),
        hard=person is not None and has_hard_calls(view, person, asked.group, at),
        kind=kind.name,
    )


def has_hard_calls(view: FloorView, person: Person, group: str, at: Instant) -> bool:
    """Return whether somebody has hard calls: theirs take much longer than the group's, today or right now."""
    mean_s = view.figures.groups.get(group, Figures()).today.handle_s
    if mean_s is None or mean_s <= 0:
        return False
    states = states_of(view, person)
    completed = sum(state.completed for state in states)
    if completed >= HARD_CONTACTS and sum(state.handled_s for state in states) >= HARD_TIMES * mean_s * completed:
        return True
    talks = [state.talk for state in states if state.talk is not None and state.talk.since is not None]
    return any(at - (talk.since or at) >= LONG_TIMES * mean_s for talk in talks)


def _slot_of(book: Book, each: Break, at: Instant) -> Reserved:
    """Return the slot of somebody in line, that of whoever's has come included."""
    slot = each.slot if each.state is BreakState.OWED and each.slot is not None else at
    return Reserved(at=max(slot, at), minutes=each.minutes, kind=_kind(book, each), name=each.name)


def _back(book: Book, view: FloorView, out: Break, at: Instant) -> Back:
    person = view.people.get(out.person)
    joins = person is not None and not person.flex and not person.trainer
    return Back(at=_expected(book, out, at), name=out.name, kind=out.kind, joins=joins)


def _expected(book: Book, out: Break, at: Instant) -> Instant:
    """Return when somebody away, or about to leave, is expected back: always later than now."""
    minutes = out.minutes or _kind(book, out).length_min
    begun = at if out.departed_at is None else out.departed_at
    if out.state in {BreakState.GRANTED, BreakState.AWAY, BreakState.UNASKED} and begun + minutes * 60.0 > at:
        return begun + minutes * 60.0
    return at + ASKED_BACK_S


def _kind(book: Book, asked: Break) -> BreakKind:
    rules = rules_of(book).of(asked.group)
    return rules.kind(asked.kind) or rules.asked("", asked.reason)
