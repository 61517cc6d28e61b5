"""Today's breaks as bars in lanes, group by group, and how many were away when, under how many may be."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from console.core.floor.figures import Figures
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_policy import BreakRules
from console.core.rules.breaks import least_on_line
from console.core.words import Said
from console.core.work.break_cases import rules_of
from console.core.work.break_records import Break, BreakState
from console.core.work.meal_records import MealPlan, MealSeat, SeatState
from console.views.break_words import kind_of_break, kind_words
from console.views.scope import shown_groups


class BarKind(StrEnum):
    """How a bar is drawn: over, under way, ahead in time, or a pause nobody granted."""

    PAST = "past"
    NOW = "now"
    AHEAD = "ahead"
    UNASKED = "unasked"


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One break in its lane, from `begin` to `end`; `due` is when it should end, or should have.

    `kind` is the kind's id, `rank` its place among the kinds, which gives it its colour and its letter.
    """

    id: str
    name: str
    kind: str
    words: Said
    rank: int
    how: BarKind
    begin: Instant
    end: Instant
    due: Instant | None = None
    lane: int = 0
    over: bool = False


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """One group's part of the timeline: its bars in lanes, how many were away when, and how many may be.

    `limits` are (kind's words, most away), smallest first, counted from the seats on shift now: those of moments past
    nobody knows. `steps` are (moment, how many are away from then on).
    """

    group: str
    name: str
    on_shift: int
    away: int
    limits: tuple[tuple[Said, int], ...]
    lanes: int
    bars: tuple[Bar, ...]
    steps: tuple[tuple[Instant, int], ...]


def limits_of(rules: BreakRules, on_shift: int) -> tuple[tuple[Said, int], ...]:
    """Return how many of a group may be away at once, by every kind that has a ratio; smallest first, one a number."""
    found: dict[int, Said] = {}
    for kind in rules.kinds:
        if kind.on_line_percent is not None and not kind.only_at_handover:
            most = on_shift - least_on_line(kind.on_line_percent, on_shift)
            found.setdefault(max(most, 1 if rules.one_may_go and on_shift else 0), kind_words(kind))
    return tuple((words, most) for most, words in sorted(found.items()))


def timeline(
    view: FloorView, book: Book, at: Instant, span: tuple[Instant, Instant], mine: tuple[str, ...] = ()
) -> tuple[Band, ...]:
    """Return the groups shown with every break that touches `span`."""
    by_group: dict[str, list[Bar]] = {}
    for each in book.every(Break).values():
        bar = _bar(book, each, at)
        if bar is not None and bar.begin < span[1] and bar.end > span[0]:
            by_group.setdefault(each.group, []).append(bar)
    for group_id, bar in _meal_bars(view, book, at):
        if bar.begin < span[1] and bar.end > span[0]:
            by_group.setdefault(group_id, []).append(bar)
    return tuple(
        _band(view, book, group.id, group.name, by_group.get(group.id, [])) for group in shown_groups(view, mine)
    )


def _meal_bars(view: FloorView, book: Book, at: Instant) -> Iterator[tuple[str, Bar]]:
    """Yield the meals still ahead of rounds proposed or published, with their group."""
    for seat in book.every(MealSeat).values():
        plan = book.get(MealPlan, seat.plan)
        if seat.state is not SeatState.PLANNED or plan is None or plan.closed_at is not None:
            continue
        planned = plan.rounds[seat.round]
        kinds = rules_of(book).of(plan.group).kinds
        rank = next((place for place, kind in enumerate(kinds) if kind.id == plan.kind), 0)
        if planned.end > at:
            person = view.people.get(seat.person)
            yield (
                plan.group,
                Bar(
                    id=f"meal:{seat.id}",
                    name=person.name if person is not None else seat.name,
                    kind=plan.kind,
                    words=kind_words(kinds[rank]),
                    rank=rank,
                    how=BarKind.AHEAD,
                    begin=max(planned.begin, at),
                    end=planned.end,
                ),
            )


def _bar(book: Book, each: Break, at: Instant) -> Bar | None:
    kind = kind_of_break(book, each)
    minutes = each.minutes or kind.length_min
    due: Instant | None = None
    if each.state is BreakState.OWED and each.slot is not None:
        how, begin = BarKind.AHEAD, max(each.slot, at)
        end = begin + minutes * 60.0
    elif each.state is BreakState.GRANTED:
        how, begin = BarKind.AHEAD, at
        end = begin + minutes * 60.0
    elif each.departed_at is None:
        return None
    elif each.ended_at is not None:
        how, begin, end, due = BarKind.PAST, each.departed_at, each.ended_at, each.back_at
    elif each.state is BreakState.UNASKED:
        how, begin, end = BarKind.UNASKED, each.departed_at, at
    else:
        how, begin, due = BarKind.NOW, each.departed_at, each.back_at
        end = at
    return Bar(
        id=each.id,
        name=each.name,
        kind=kind.id,
        words=kind_words(kind),
        rank=[one.id for one in rules_of(book).of(each.group).kinds].index(kind.id),
        how=how,
        begin=begin,
        end=max(end, begin),
        due=due,
        over=due is not None and end > due,
    )


def _band(view: FloorView, book: Book, group: str, name: str, bars: list[Bar]) -> Band:
    seats = view.figures.groups.get(group, Figures()).seats
    laid = _in_lanes(bars)
    return Band(
        group=group,
        name=name,
        on_shift=seats.on_shift,
        away=seats.away,
        limits=limits_of(rules_of(book).of(group), seats.on_shift),
        lanes=max((bar.lane + 1 for bar in laid), default=0),
        bars=tuple(laid),
        steps=_steps(laid),
    )


def occupied_until(bar: Bar) -> Instant:
    """Return until when a bar fills its lane: one under way until it is expected to end."""
    return max(bar.end, bar.due or bar.end) if bar.how is BarKind.NOW else bar.end


def _in_lanes(bars: Iterable[Bar]) -> list[Bar]:
    """Give each bar the lowest lane free at its begin, so that the lanes in use are those away together."""
    free: list[Instant] = []
    laid = []
    for bar in sorted(bars, key=lambda bar: (bar.begin, bar.id)):
        lane = next((n for n, until in enumerate(free) if until <= bar.begin), len(free))
        until = occupied_until(bar)
        if lane == len(free):
            free.append(until)
        else:
            free[lane] = until
        laid.append(msgspec.structs.replace(bar, lane=lane))
    return laid


def _steps(bars: Iterable[Bar]) -> tuple[tuple[Instant, int], ...]:
    """Return how many are away from each moment on; several at one moment are one step."""
    turns: dict[Instant, int] = {}
    for bar in bars:
        turns[bar.begin] = turns.get(bar.begin, 0) + 1
        until = occupied_until(bar)
        turns[until] = turns.get(until, 0) - 1
    count, steps = 0, []
    for moment in sorted(turns):
        count += turns[moment]
        steps.append((moment, count))
    return tuple(steps)
