"""The lists of the breaks page: who is away, who waits, what everybody has had, what was today."""

from collections.abc import Iterable, Mapping

import msgspec

from console.core.floor.day import day_of
from console.core.floor.model import Instant
from console.core.floor.people import Person
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_policy import Minutes
from console.core.words import Said, say
from console.core.work.break_cases import rules_of, states_of
from console.core.work.break_line import has_hard_calls
from console.core.work.break_records import OUT, WAITING, Break, BreakState
from console.views.break_words import STATE, kind_of_break, kind_words, who, with_kind
from console.views.scope import shown_groups
from console.views.sight import sight

_OVER = frozenset({BreakState.OVERRUN, BreakState.LATE})


# ---- who is away -----------------------------------------------------------------------------------------------------


class AwayRow(msgspec.Struct, frozen=True, kw_only=True):
    """One who is away, or may go any moment; `due` is when they are expected back."""

    id: str
    name: str
    group: str
    kind: Said
    state: Said
    since: Instant | None
    due: Instant | None
    tone: Tone
    trouble: bool = False


def away_rows(view: FloorView, book: Book, at: Instant, mine: tuple[str, ...] = ()) -> list[AwayRow]:
    """Return who is away: those over time first, then by when they are expected back."""
    names = {group.id: group.name for group in shown_groups(view, mine)}
    rows = []
    for each in book.every(Break).values():
        if each.state not in OUT and each.state is not BreakState.GRANTED:
            continue
        if mine and each.group not in names:
            continue
        rows.append(
            AwayRow(
                id=each.id,
                name=who(view, each),
                group=names.get(each.group, each.group),
                kind=kind_words(kind_of_break(book, each)),
                state=STATE[each.state],
                since=each.departed_at,
                due=each.back_at if each.state is not BreakState.UNASKED else None,
                tone=_away_tone(each, at),
                trouble=bool(each.trouble),
            )
        )
    rows.sort(key=lambda row: (row.due if row.due is not None else _no_end(row), row.id))
    return rows


def _no_end(row: AwayRow) -> Instant:
    """Place those nobody expects at a time: the unasked first, those who have not left last."""
    return 0.0 if row.since is not None else float("inf")


def _away_tone(each: Break, at: Instant) -> Tone:
    if each.state in {BreakState.LATE, BreakState.UNASKED} or each.trouble:
        return Tone.ALARM
    late = each.state in _OVER or (each.back_at is not None and at > each.back_at)
    return Tone.WARN if late else Tone.CALM


# ---- who waits -------------------------------------------------------------------------------------------------------


LOOK_AHEAD = 12
"""So many at the head of a line are told a possible time; whoever stands behind them waits for theirs anyway."""


class LineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One who waits in a group's line: place from 1, the slot owed or the first one possible, and why they stand there.

    `promised`: the slot was told to the agent; else it is only what would be possible.
    """

    id: str
    place: int
    name: str
    group: str
    kind: Said
    asked_at: Instant
    slot: Instant | None
    promised: bool
    why: Said | None
    slot_why: Said | None = None


def line_rows(view: FloorView, book: Book, at: Instant, mine: tuple[str, ...] = ()) -> list[LineRow]:
    """Return the lines of the groups shown, one after the other, each in its own order."""
    rows, seen = [], sight(view, book, at)
    groups = {each.group for each in book.every(Break).values() if each.state in WAITING}
    for group in shown_groups(view, mine):
        if group.id not in groups:
            continue
        line = seen.line(group.id)
        rules = rules_of(book).of(group.id)
        for number, place in enumerate(line, start=1):
            each = book.get(Break, place.waiting.id)
            if each is None:
                continue
            owed = each.state is BreakState.OWED
            look = not owed and number <= LOOK_AHEAD
            found = seen.slot(each) if look else None
            rows.append(
                LineRow(
                    id=each.id,
                    place=number,
                    name=who(view, each),
                    group=group.name,
                    kind=kind_words(kind_of_break(book, each)),
                    asked_at=each.asked_at,
                    slot=each.slot if owed else found.at if found is not None and found.sure else None,
                    promised=owed,
                    why=None if place.why is None else with_kind(place.why, rules),
                    slot_why=None if found is None else with_kind(found.why, rules),
                )
            )
    return rows


# ---- what everybody has had ------------------------------------------------------------------------------------------


class PastBreaks(msgspec.Struct, frozen=True, kw_only=True):
    """The breaks of a day gone by, and when the first break that is kept at all came to its end."""

    breaks: tuple[Break, ...] = ()
    first: Instant | None = None


class BudgetRow(msgspec.Struct, frozen=True, kw_only=True):
    """One person's day: minutes away by kind (its id), how often, contacts, and whether the day is a hard one."""

    id: str
    name: str
    number: str
    group: str
    minutes: Mapping[str, Minutes]
    total: Minutes
    times: int
    over: Minutes
    contacts: int | None
    hard: bool
    many: bool
    last_back: Instant | None
    tone: Tone = Tone.CALM


def budget_rows(
    view: FloorView, book: Book, at: Instant, mine: tuple[str, ...] = (), *, past: bool = False
) -> list[BudgetRow]:
    """Return everybody on shift or away today, by group and name; totals over the group's limit in a tone.

    Of a day `past` only the breaks are known: who had one, be they on the floor today or not.
    """
    begin, _ = day_of(at, view.policy)
    by_person: dict[str, list[Break]] = {}
    for each in book.every(Break).values():
        if each.departed_at is not None and (each.ended_at is None or each.ended_at >= begin):
            by_person.setdefault(each.person, []).append(each)
    names = {group.id: group.name for group in shown_groups(view, mine)}
    rows = []
    people = list(view.people.values())
    if past:
        gone = [breaks[0] for breaks in by_person.values() if breaks[0].person not in view.people]
        people += [Person(id=each.person, name=each.name, primary_group=each.group) for each in gone]
    for person in people:
        breaks = by_person.get(person.id, [])
        group = person.primary_group or (breaks[0].group if breaks else "")
        states = states_of(view, person)
        here = not past and any(state.queues for state in states)
        if (mine and group not in names) or not (here or breaks):
            continue
        rules = rules_of(book).of(group)
        minutes: dict[str, float] = {}
        over, counted = 0.0, 0.0
        for each in breaks:
            left = max(each.departed_at or at, begin)
            end = at if each.ended_at is None else each.ended_at
            minutes[each.kind] = minutes.get(each.kind, 0.0) + (end - left)
            over += max(0.0, end - each.back_at) if each.back_at is not None and each.minutes else 0.0
            kind = rules.kind(each.kind)
            counted += end - left if kind is None or kind.in_totals else 0.0
        contacts = None if past else sum(state.answered for state in states)
        beyond = rules.total_min is not None and counted > rules.total_min * 60
        rows.append(
            BudgetRow(
                id=person.id,
                name=person.name,
                number=person.number,
                group=names.get(group, group),
                minutes={kind: round(spent / 60) for kind, spent in minutes.items()},
                total=round(sum(minutes.values()) / 60),
                times=len(breaks),
                over=round(over / 60),
                contacts=contacts,
                hard=here and has_hard_calls(view, person, group, at),
                many=contacts is not None and contacts > rules.many_contacts,
                last_back=max((each.ended_at for each in breaks if each.ended_at is not None), default=None),
                tone=Tone.WARN if beyond else Tone.CALM,
            )
        )
    order = {group: place for place, group in enumerate(names.values())}
    rows.sort(key=lambda row: (order.get(row.group, len(order)), row.number, row.name))
    return rows


# ---- history ---------------------------------------------------------------------------------------------------------


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One break of today, however it went."""

    id: str
    name: str
    group: str
    kind: Said
    state: Said
    asked_at: Instant
    decided_at: Instant | None
    decided_by: str
    departed_at: Instant | None
    ended_at: Instant | None
    granted_min: Minutes
    taken_min: float | None
    over_min: float
    why: str
    exception: bool
    sought: str


def history_rows(view: FloorView, book: Book, at: Instant, mine: tuple[str, ...] = ()) -> list[HistoryRow]:
    """Return the breaks of the day that holds `at`, the newest first."""
    begin, _ = day_of(at, view.policy)
    names = {group.id: group.name for group in shown_groups(view, mine)}
    rows = []
    for each in book.every(Break).values():
        if (each.closed_at is not None and each.closed_at < begin) or (mine and each.group not in names):
            continue
        end = at if each.ended_at is None else each.ended_at
        taken = None if each.departed_at is None else max(0.0, end - each.departed_at) / 60
        over = max(0.0, end - each.back_at) / 60 if each.back_at is not None and each.minutes else 0.0
        name, group = who(view, each), names.get(each.group, each.group)
        rows.append(
            HistoryRow(
                id=each.id,
                name=name,
                group=group,
                kind=kind_words(kind_of_break(book, each)),
                state=STATE[each.state],
                asked_at=each.asked_at,
                decided_at=each.decided_at,
                decided_by=each.decided_by,
                departed_at=each.departed_at,
                ended_at=each.ended_at,
                granted_min=each.minutes,
                taken_min=None if taken is None else round(taken, 1),
                over_min=round(over, 1),
                why=each.exception or each.why,
                exception=bool(each.exception),
                sought=f"{name} {group} {each.reason} {each.why} {each.decided_by}".casefold(),
            )
        )
    rows.sort(key=lambda row: (row.asked_at, row.id), reverse=True)
    return rows


def sought(rows: Iterable[HistoryRow], words: str, rendered: Mapping[str, str]) -> list[HistoryRow]:
    """Return the rows that hold every word; `rendered` are kinds and states as the reader's language calls them."""
    wanted = words.casefold().split()

    def text(row: HistoryRow) -> str:
        more = (rendered.get(row.kind.text, ""), rendered.get(row.state.text, ""))
        return f"{row.sought} {' '.join(more)}".casefold()

    return [row for row in rows if all(word in text(row) for word in wanted)] if wanted else list(rows)


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What the page's head says: how many are away, over time, not asked for, and waiting."""

    away: int = 0
    over: int = 0
    unasked: int = 0
    waiting: int = 0


def counts(book: Book, groups: frozenset[str] = frozenset()) -> Counts:
    """Return the counts of all groups, or of some."""
    states = [each.state for each in book.every(Break).values() if not groups or each.group in groups]
    return Counts(
        away=sum(state in OUT for state in states),
        over=sum(state in _OVER for state in states),
        unasked=sum(state is BreakState.UNASKED for state in states),
        waiting=sum(state in WAITING for state in states),
    )


def head_words(found: Counts) -> tuple[Said, ...]:
    """Return the counts in words, those that are nought left out but the first."""
    said = [say("{count} away", count=found.away)]
    if found.over:
        said.append(say("{count} over time", count=found.over))
    if found.unasked:
        said.append(say("{count} not asked for", count=found.unasked))
    if found.waiting:
        said.append(say("{count} waiting", count=found.waiting))
    return tuple(said)
