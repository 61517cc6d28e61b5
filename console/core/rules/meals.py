"""Meal rounds: who eats when, so that ratio, queues and forecast keep their seats and the hungriest go first.

Every person costs their hunger times the number of the round they get; being left out costs more than anything else.
The cheapest arrangement is searched exactly for small groups. For large ones a good one is built and improved, and how
far it may be from the best is stated: what it costs beyond the best there could be if only the rounds' sizes mattered.
"""

from collections.abc import Mapping, Sequence

from console.core.floor.model import Instant, Record, Seconds
from console.core.rules.break_policy import BreakKind, Minutes
from console.core.rules.breaks import DAY_MIN, least_on_line, minute_of

EXACT_UP_TO = 14
"""Up to so many people are arranged exactly."""

NODES = 60_000
"""After so many tries the search takes the best it has; its gap is then stated like a large group's."""


class Eater(Record, frozen=True, kw_only=True):
    """One who eats: `hungry_since` their shift's begin or last break, the `queues` they serve."""

    id: str
    hungry_since: Instant
    queues: tuple[str, ...] = ()


class Proposal(Record, frozen=True, kw_only=True):
    """Who eats in which round (from 0), hungriest first, and who found no place.

    `gap` is the cost beyond a bound no arrangement can beat, 0: none is better. `exact`: the search was complete, so
    none is better whatever the gap.
    """

    rounds: Mapping[str, int]
    left_out: tuple[str, ...]
    cost: int
    gap: int
    exact: bool


class _Table:
    """The question in numbers: people hungriest first, room in each round, room of each queue in a round."""

    def __init__(self, eaters: Sequence[Eater], most: Sequence[int], queue_most: Mapping[str, int]) -> None:
        self.people = sorted(eaters, key=lambda each: (each.hungry_since, each.id))
        self.most = list(most)
        self.limits = dict(queue_most)
        self.queues = [[queue for queue in each.queues if queue in self.limits] for each in self.people]
        count, rounds = len(self.people), len(most)
        self.out = rounds
        self.weight = [count - place for place in range(count)]
        self.left_out = 1 + sum(self.weight) * max(rounds, 1)

    def cost(self, person: int, number: int) -> int:
        """Return what a person's round costs; the number after the last is none at all."""
        return self.weight[person] * number + (self.left_out if number == self.out else 0)

    def total(self, places: Sequence[int]) -> int:
        """Return what an arrangement costs."""
        return sum(self.cost(person, number) for person, number in enumerate(places))

    def bound(self, first: int, room: Sequence[int]) -> int:
        """Return the least the people from `first` on can cost, if only the rounds' `room` mattered."""
        found, person, end = 0, first, len(self.people)
        for number, free in enumerate(room):
            until = min(end, person + max(0, free))
            found += number * sum(self.weight[person:until])
            person = until
        return found + sum(self.cost(each, self.out) for each in range(person, end))


class _Filling:
    """Rounds being filled: how much room is left in each, in all and by queue."""

    def __init__(self, table: _Table) -> None:
        self.table = table
        self.room = list(table.most)
        self.by_queue = [dict(table.limits) for _ in table.most]

    def fits(self, person: int, number: int) -> bool:
        """Return whether a person has room in a round; without a round there is always room."""
        if number == self.table.out:
            return True
        return self.room[number] > 0 and all(self.by_queue[number][queue] > 0 for queue in self.table.queues[person])

    def put(self, person: int, number: int, by: int = 1) -> None:
        """Seat a person in a round, or with -1 take them out of it."""
        if number == self.table.out:
            return
        self.room[number] -= by
        for queue in self.table.queues[person]:
            self.by_queue[number][queue] -= by


def propose(eaters: Sequence[Eater], most: Sequence[int], queue_most: Mapping[str, int]) -> Proposal:
    """Return who eats when; `most` people may be away in each round, of each queue at most `queue_most` at a time."""
    table = _Table(eaters, most, queue_most)
    places = _improved(table, _greedy(table))
    exact = False
    if len(table.people) <= EXACT_UP_TO:
        places, exact = _searched(table, places)
    cost = table.total(places)
    return Proposal(
        rounds={each.id: number for each, number in zip(table.people, places, strict=True) if number != table.out},
        left_out=tuple(each.id for each, number in zip(table.people, places, strict=True) if number == table.out),
        cost=cost,
        gap=cost - table.bound(0, table.most),
        exact=exact,
    )


def _greedy(table: _Table) -> list[int]:
    """Seat the hungriest first, each in the earliest round with room."""
    filling = _Filling(table)
    places = []
    for person in range(len(table.people)):
        number = next(number for number in range(table.out + 1) if filling.fits(person, number))
        filling.put(person, number)
        places.append(number)
    return places


def _improved(table: _Table, places: list[int]) -> list[int]:
    """Move or exchange people as long as that costs less."""
    filling = _Filling(table)
    for person, number in enumerate(places):
        filling.put(person, number)
    better = True
    while better:
        better = sum(_moved(table, filling, places, person) for person in range(len(places))) > 0
    return places


def _moved(table: _Table, filling: _Filling, places: list[int], person: int) -> bool:
    """Give a person a cheaper round, alone or in exchange with somebody; return whether there was one."""
    before = places[person]
    filling.put(person, before, -1)
    for number in range(before):
        if filling.fits(person, number):
            filling.put(person, number)
            places[person] = number
            return True
    for other, theirs in enumerate(places):
        if theirs >= before or other == person:
            continue
        filling.put(other, theirs, -1)
        if filling.fits(person, theirs):
            filling.put(person, theirs)
            spent = table.cost(person, before) + table.cost(other, theirs) - table.cost(person, theirs)
            for number in range(table.out + 1):
                if table.cost(other, number) < spent and filling.fits(other, number):
                    filling.put(other, number)
                    places[person], places[other] = theirs, number
                    return True
            filling.put(person, theirs, -1)
        filling.put(other, theirs)
    filling.put(person, before)
    return False


def _searched(table: _Table, known: list[int]) -> tuple[list[int], bool]:
    """Return the cheapest arrangement, better than `known` where there is one, and whether all were considered."""
    filling = _Filling(table)
    best, best_cost = list(known), table.total(known)
    places: list[int] = []
    nodes = 0

    def descend(spent: int) -> bool:
        nonlocal best, best_cost, nodes
        nodes += 1
        if nodes > NODES:
            return False
        person = len(places)
        if person == len(table.people):
            best, best_cost = list(places), spent
            return True
        complete = True
        for number in range(table.out + 1):
            if not filling.fits(person, number):
                continue
            filling.put(person, number)
            places.append(number)
            cost = spent + table.cost(person, number)
            if cost + table.bound(person + 1, filling.room) < best_cost:
                complete = descend(cost) and complete
            places.pop()
            filling.put(person, number, -1)
        return complete

    complete = table.bound(0, table.most) >= best_cost or descend(0)
    return best, complete


# ---- rounds and their room -------------------------------------------------------------------------------------------


def rounds_in(kind: BreakKind, window: int, at: Instant, minute: Minutes) -> tuple[tuple[Instant, Instant], ...]:
    """Return the rounds of a kind's window that are not over `at`, when the time of day is `minute`; may be none.

    Each is as long as the break; the last may begin in the window and end past it. Of a window that has gone by today,
    tomorrow's are returned.
    """
    length: Seconds = kind.length_min * 60.0
    opens, span = opening(kind, window, at, minute)
    starts = range(0, span, max(1, kind.length_min))
    found = ((opens + start * 60.0, opens + start * 60.0 + length) for start in starts)
    return tuple(each for each in found if each[1] > at)


def opening(kind: BreakKind, window: int, at: Instant, minute: Minutes) -> tuple[Instant, Minutes]:
    """Return when a kind's window opens that runs now or comes next, and for how long."""
    begin, end = (minute_of(clock) for clock in kind.windows[window])
    span = (end - begin) % DAY_MIN
    midnight = at - at % 60 - minute * 60.0
    opens = midnight + (begin - DAY_MIN) * 60.0
    while opens + span * 60.0 <= at:
        opens += DAY_MIN * 60.0
    return opens, span


def may_be_away(percent: int | None, seats: int, needed: int = 0, *, one_may_go: bool) -> int:
    """Return how many of `seats` may be away at a time: the ratio's share stays, and what the forecast says is needed.

    The forecast never lets the first one go where it needs everybody; the ratio does where `one_may_go`.
    """
    least = 0 if percent is None else least_on_line(percent, seats)
    if one_may_go and seats > 0:
        least = min(least, seats - 1)
    return max(0, seats - max(least, needed))
