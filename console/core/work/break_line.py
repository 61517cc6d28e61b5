"""The line of those who wait for a break, read from book and floor: its order, and each one's first possible slot."""

from collections.abc import Iterator

from console.core.floor.figures import Figures
from console.core.floor.model import Instant, LinkStatus
from console.core.floor.people import Person
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_policy import BreakKind, Minutes
from console.core.rules.breaks import judge
from console.core.rules.owed import (
    Back,
    Place,
    Prospect,
    Reserved,
    Slot,
    Waiting,
    first_slot,
    fits,
    in_line,
    unknown_slot,
)
from console.core.work.break_cases import (
    away_by_kind,
    case_of,
    minute_of_day,
    rules_of,
    standing,
    states_of,
    taken_by_person,
    verdict_on,
)
from console.core.work.break_outlooks import room
from console.core.work.break_records import WAITING, Break, BreakState

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
        (_waiting(book, view, each, taken.get(each.person, 0), at) for each in _waiting_in(book, group)),
        many_contacts=rules_of(book).of(group).many_contacts,
    )


def prospect_of(
    book: Book, view: FloorView, asked: Break, at: Instant, line: tuple[Place, ...] | None = None
) -> Prospect:
    """Return a request and what is known of the time to come in its group, whose `line` may be known already."""
    case = case_of(book, view, asked, asked.group, at)
    return Prospect(
        at=at,
        case=case,
        away=away_by_kind(book, asked.group, but=asked.id),
        back=tuple(_back(book, view, asked, at)),
        ahead=tuple(_ahead(book, asked, line_of(book, view, asked.group, at) if line is None else line, at)),
        room=room(book, asked.group, asked.kind, case.on_line, at),
    )


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
    if judge(prospect.case).allowed and not verdict_on(book, view, asked, at).allowed:
        # Only another group stands against it, whose time to come is not looked into.
        return unknown_slot(at if earliest is None else max(earliest, at))
    return first_slot(prospect, lambda when: minute_of_day(view, when), earliest=earliest)


def may_go(book: Book, view: FloorView, asked: Break, at: Instant, line: tuple[Place, ...] | None = None) -> bool:
    """Return whether rules, forecast and those ahead in line let a request be granted now."""
    if not verdict_on(book, view, asked, at).allowed:
        return False
    return fits(prospect_of(book, view, asked, at, line), at, lambda when: minute_of_day(view, when))


def is_clear(book: Book, view: FloorView, asked: Break, at: Instant) -> bool:
    """Return whether rules and forecast are clear: what a kind that grants itself needs."""
    case = case_of(book, view, asked, asked.group, at)
    left = room(book, asked.group, asked.kind, case.on_line, at)
    return verdict_on(book, view, asked, at).allowed and (left is None or left > 0 or not case.leaves_line)


def gone_home(view: FloorView, asked: Break, at: Instant) -> bool:
    """Return whether whoever asked is signed out everywhere, and no longer counts as on shift."""
    person = view.people.get(asked.person)
    if person is None or view.link.status is not LinkStatus.LIVE:
        return False
    states = states_of(view, person)
    return bool(states) and not any(state.queues for state in states) and not standing(view, person, at).on_shift


def _waiting_in(book: Book, group: str) -> list[Break]:
    return [each for each in book.every(Break).values() if each.group == group and each.state in WAITING]


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


def _ahead(book: Book, asked: Break, line: tuple[Place, ...], at: Instant) -> Iterator[Reserved]:
    """Yield the slots of those before `asked` in line, the ones whose slot has come included."""
    for place in line:
        if place.waiting.id == asked.id:
            return
        each = book.get(Break, place.waiting.id)
        if each is not None and each.owed_since is not None:
            slot = each.slot if each.state is BreakState.OWED and each.slot is not None else at
            kind = _kind(book, each)
            yield Reserved(at=max(slot, at), minutes=each.minutes, kind=kind, name=each.name)


def _back(book: Book, view: FloorView, asked: Break, at: Instant) -> list[Back]:
    found = []
    for each in book.every(Break).values():
        if each.group != asked.group or each.id == asked.id or each.state in WAITING or each.closed_at is not None:
            continue
        person = view.people.get(each.person)
        found.append(
            Back(
                at=_expected(book, each, at),
                name=each.name,
                kind=each.kind,
                joins=person is not None and not person.flex and not person.trainer,
            )
        )
    return found


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
