"""The forecast of the live card: the figures of `transient.py` to better than 1e-3, in a few milliseconds.

The same chains as in `away.py`, moved by rational steps (`rational.py`): every stage is a tridiagonal solve, so the
steps follow how fast the figures change and not how many calls end. Integrals over the window ride along as further
parts of the state. The start is known: the queue as it is now.
"""

import math
from collections.abc import Callable

import msgspec
import numpy as np

from console.core.forecast.away import Rates, longest_goodbye
from console.core.forecast.bounds import standing
from console.core.forecast.erlang import expected, stationary
from console.core.forecast.line import answered_within, mean_wait
from console.core.forecast.question import Answer, Break, Departure, Sums, Vector, figures
from console.core.forecast.rational import GRADE, POLE, Solver, State, graded, moved

_LONGEST = 1 / 6
"""The longest step, as a share of the break."""

_SHARP = 0.2
"""The longest step in minutes where each minute is looked at: many seats empty a long line within one or two."""

_SIGMAS = 5.0
"""How far beyond its mean growth the crowd is kept."""

_LEFT = 1e-6
"""The weight of stationary states above the crowd kept."""

_HARDLY_LEFT = 0.995
"""The largest share of those who ever came that is taken to have given up, where a line is longer than it can last."""

_SHORT, _LONG = (np.polynomial.legendre.leggauss(points) for points in (4, 12))
"""Gauss points over the arrivals nearer to the end of the break than the target: a short stretch, or a long one."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What a break does (`granted`) against nobody leaving from the same start (`refused`), over the same windows."""

    granted: Answer
    refused: Answer


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """The line at one moment ahead: callers expected waiting, how long those have waited, and what a new one will wait.

    `waited_min` is the mean over those waiting then, so far; None: nobody calls. `wait_min` ends with the answer or
    with giving up; None: without a bound, as nobody serves and nobody gives up.
    """

    waiting: float
    waited_min: float | None
    wait_min: float | None


def compare(asked: Break) -> Compared:
    """Return the figures with and without the break; raises ValueError without a start or a length of the break."""
    return Compared(granted=glance(asked), refused=glance(msgspec.structs.replace(asked, leaving=0)))


def glance(asked: Break) -> Answer:
    """Return the figures of one break to 1e-3; raises ValueError without a start or a length of the break."""
    if asked.start_in_system is None or asked.break_min <= 0:
        raise ValueError("the live forecast starts from the callers there are and looks at a break with a length")
    if asked.leaving:
        during, crowd = _Away(asked, asked.start_in_system).run()
    else:
        sure = np.zeros(_top(asked, asked.start_in_system) + 1)
        sure[asked.start_in_system] = 1.0
        during, crowd = _all_there(asked, sure, _first_step(asked, len(sure), asked.seats))
    after, _ = _all_there(asked, crowd, asked.break_min / 100)
    return Answer(before=None, during=figures(during, asked.abandon), after=figures(after, asked.abandon))


def ahead(asked: Break) -> list[Ahead]:
    """Return the line at every whole minute from 0 to `break_min` with nobody leaving, to 3e-3 of it.

    Raises ValueError without a start, or where somebody leaves.
    """
    if asked.start_in_system is None or asked.leaving:
        raise ValueError("the line is followed from the callers there are, with everybody on line")
    size = max(_top(asked, asked.start_in_system), asked.start_in_system) + 1
    crowd = np.zeros(size)
    crowd[asked.start_in_system] = 1.0
    line = np.maximum(np.arange(size) - asked.seats, 0)
    waits = np.zeros(size)
    waits[asked.seats :] = mean_wait(size - asked.seats, asked.seats * asked.service, asked.abandon)
    ages = _ages(asked, line)
    down = _departures(size, asked, asked.seats)
    first, longest = _first_step(asked, size, asked.seats), min(_SHARP, _longest(asked, asked.seats))
    found: list[Ahead] = []
    for minute in range(int(asked.break_min) + 1):
        for step in graded(1.0, first, longest) if minute else ():
            solve = _crowd(asked, down, POLE * step)
            (crowd,) = moved(lambda parts, solve=solve: [solve(parts[0])], [crowd])  # type: ignore[misc]  # bound now
        if minute:
            first = longest
        chances = np.maximum(crowd, 0.0)
        wait, waiting = expected(chances, waits), float(chances @ line)
        waited = None if ages is None else float(chances @ (line * ages)) / max(waiting, 1e-12)
        found.append(Ahead(waiting=waiting, waited_min=waited, wait_min=wait if math.isfinite(wait) else None))
    return found


def _ages(asked: Break, line: Vector) -> Vector | None:
    """Return the mean time waited so far by a line of each length, in the order of arrival; None: nobody calls.

    As many stand behind one who came w ago as came since and have not given up: arrivals * (1 - e^(-abandon*w)) /
    abandon. So the length says how long ago its first one came, and the mean is over all who came since. Good to a
    tenth of a long line's, up to two fifths too long where hardly anybody waits.
    """
    if asked.arrivals == 0:
        return None
    if asked.abandon == 0:
        halves: Vector = line / asked.arrivals / 2
        return halves
    gone = np.clip(line * asked.abandon / asked.arrivals, 1e-6, _HARDLY_LEFT)
    oldest = -np.log1p(-gone)
    ages: Vector = (1.0 - (1.0 - gone) * (1.0 + oldest)) / gone / asked.abandon
    return np.where(line > 0, ages, 0.0)


def _points(near: float, lost: float) -> tuple[Vector, Vector]:
    """Return points and weights on 0..1 for the last `near` of the break; all of it is closer at the sure start.

    Where many give up in that stretch (`lost` is their rate times its length) the share answered falls steeply in it.
    """
    at, weight = _SHORT if near < 0.25 and lost < 4.0 else _LONG
    at, weight = (at + 1.0) / 2, weight / 2
    if near < 1.0:
        return at, weight
    return at**2, weight * 2 * at


def _top(asked: Break, begun: int) -> int:
    """Return the most callers in system kept."""
    span = asked.break_min
    slow, full = asked.remaining * asked.service, asked.seats * asked.service
    drift = max(0.0, asked.arrivals - slow) * span + max(0.0, asked.arrivals - full) * span
    most = begun + drift + _SIGMAS * math.sqrt((asked.arrivals + min(asked.arrivals, full)) * 2 * span)
    both = (asked.remaining, asked.seats)
    if asked.abandon > 0 and asked.arrivals > 0 and max(standing(asked, seats) for seats in both) <= most:
        highest, middle = 0, begun
        for seats in both:
            first, weights = stationary(asked.arrivals, asked.service, asked.abandon, seats)
            beyond = np.cumsum(weights[::-1])[::-1]
            highest = max(highest, first + int(np.searchsorted(-beyond, -_LEFT)))
            middle = min(middle, first + int(np.searchsorted(-beyond, -0.5)))
        # Two crowds that see the same events never come further apart than they began.
        most = min(most, highest + max(0, begun - middle))
    return max(int(most), begun, asked.seats) + 4


def _longest(asked: Break, seats: int) -> float:
    """Return the longest step: a share of the break, or what an outgrown crowd takes to move by its spread."""
    growth = asked.arrivals - seats * asked.service
    if growth <= 0:
        return asked.break_min * _LONGEST
    spread = math.sqrt((asked.arrivals + seats * asked.service) * asked.break_min)
    return min(asked.break_min * _LONGEST, spread / growth)


def _departures(size: int, asked: Break, seats: int) -> Vector:
    """Return the departures a minute with 0..size-1 callers in system."""
    count = np.arange(size)
    rates: Vector = np.minimum(count, seats) * asked.service + np.maximum(count - seats, 0) * asked.abandon
    return rates


def _crowd(asked: Break, down: Vector, reach: float, out: float = 0.0) -> Solver:
    """Return the solver of a birth-death chain left at rate `out`; births at the edge kept are turned away."""
    up = np.full(len(down) - 1, asked.arrivals)
    at = -down - out
    at[:-1] -= asked.arrivals
    return Solver(reach, up, at, down[1:])


def _first_step(asked: Break, size: int, seats: int) -> float:
    """Return a step about as short as the time to the first event from the fastest state."""
    fastest = min(size, seats) * asked.service + max(0, size - seats) * asked.abandon
    return 0.5 / (asked.arrivals + fastest + 1.0 / asked.break_min)


def _all_there(asked: Break, crowd: Vector, first: float) -> tuple[Sums, Vector]:
    """Return the sums over a time as long as the break with all seats, and the crowd at its end."""
    span, size = asked.break_min, len(crowd)
    line = size - asked.seats
    capacity = asked.seats * asked.service
    waits, found, level = np.zeros(size), np.zeros(size), np.ones(size)
    found[: asked.seats] = 1.0
    waits[asked.seats :] = mean_wait(line, capacity, asked.abandon)
    level[asked.seats :] = answered_within(line, capacity, asked.abandon, asked.target_min)
    down = _departures(size, asked, asked.seats)
    total = np.zeros(size)
    state: State = [crowd, total]
    for step in graded(span, first, _longest(asked, asked.seats)):
        reach = POLE * step
        solve = _crowd(asked, down, reach)

        def stage(parts: State, solve: Solver = solve, reach: float = reach) -> State:
            crowd = solve(parts[0])
            return [crowd, parts[1] + reach * crowd]

        state = moved(stage, state)
    share = state[1] / span
    sums = Sums(
        at_once=float(share @ found), mean_wait=expected(np.maximum(share, 0.0), waits), in_time=float(share @ level)
    )
    return sums, state[0]


class _Away:
    """The queue while agents are away.

    The chain's state is [crowd, waiting arrivals, integral of the crowd, time waited] and for each number of leavers
    still talking, most first, [callers in line, waiting arrivals, integral of the first]. A follower's state is
    [waiting, answered] and the waiting for each number of leavers; one column a cohort.
    """

    def __init__(self, asked: Break, begun: int) -> None:
        self.asked = asked
        self.seats = asked.remaining
        self.size = _top(asked, begun) + 1
        self.line = self.size - self.seats
        self.down = _departures(self.size, asked, self.seats)
        self.rows = 0
        if asked.departure is Departure.FINISH_CALL:
            self.rows = max(0, min(asked.leaving, begun - self.seats))
        self.goodbye = longest_goodbye(Rates.during(asked), self.rows, _LEFT)
        self.step = _first_step(asked, self.size, self.seats)
        self.time = 0.0
        self.state: State = [np.zeros(self.size), np.zeros(self.line), np.zeros(self.size), np.zeros(1)]
        self.cohorts: State = []
        self.talked: State = []
        for _ in range(self.rows):
            self.state += [np.zeros(self.line), np.zeros(self.line), np.zeros(self.line)]
        if self.rows:
            self.state[4][max(0, begun - asked.seats)] = 1.0
        else:
            self.state[0][begun] = 1.0

    def run(self) -> tuple[Sums, Vector]:
        """Return (during, the crowd at the end of the break)."""
        asked, span = self.asked, self.asked.break_min
        near = min(span, asked.target_min)
        served = 0.0
        if near < span:
            self._until(span - near)
            served = self._answered_far()
        if near > 0:
            waited = self._waited()
            part, weight = _points(near / span, asked.abandon * near)
            age = near * (1.0 - part)
            joined = []
            for minutes in age.tolist():
                self._until(span - minutes)
                joined.append(self._join())
            self._until(span)
            # The points give the share answered in time; how many wait at all the integral knows better.
            among = float(weight @ np.array(joined))
            if among > 0:
                served += (self._waited() - waited) * float(weight @ self._answered_near(age)) / among
        left = self._back(self.state[1], self.state[5::3])
        waits = mean_wait(len(left), asked.seats * asked.service, asked.abandon)
        during = Sums(
            at_once=float(self.state[2][: self.seats].sum()) / span,
            mean_wait=(float(self.state[3][0]) + expected(np.maximum(left, 0.0), waits)) / span,
            in_time=(float(self.state[2][: self.seats].sum()) + served) / span,
        )
        crowd = self.state[0].copy()
        for talking, line in self._talking(self.state[4::3]):
            shift = self.seats + talking
            crowd[shift:] += line[: self.size - shift]
        return during, crowd

    def _talking(self, parts: State) -> list[tuple[int, Vector]]:
        """Return the parts that go by leavers with how many leavers still talk in each."""
        return [(self.rows - place, part) for place, part in enumerate(parts)]

    def _until(self, end: float) -> None:
        """Move the chain and the cohorts to `end`; the last leaver has hung up on the way at the latest."""
        for stop in (min(end, max(self.time, self.goodbye)), end):
            for step in graded(stop - self.time, self.step, self._longest()):
                self.state = moved(self._chain(POLE * step), self.state)
                if self.cohorts:
                    self.cohorts = moved(self._follower(POLE * step, self.rows), self.cohorts)
                self.step = step * GRADE
            self.time = max(self.time, stop)
            if self.rows and self.time >= self.goodbye:
                self.talked, self.rows = self.state[6::3], 0
                self.state, self.cohorts = self.state[:4], self.cohorts[:2]

    def _longest(self) -> float:
        """Return the longest step that still sees the last leaver go."""
        longest = _longest(self.asked, self.seats)
        if not self.rows or self.asked.service == 0:
            return longest
        return min(longest, 2.0 * math.sqrt(self.rows) / ((self.seats + self.rows) * self.asked.service))

    def _waited(self) -> float:
        """Return the weight of arrivals so far that had to wait."""
        talked = self.state[6::3] or self.talked
        return float(self.state[2][self.seats :].sum()) + sum(float(part.sum()) for part in talked)

    def _join(self) -> float:
        """Let whoever arrives now and waits be one more cohort; return its weight."""
        fresh = [self.state[0][self.seats :, None], np.zeros((1, 1)), *(part[:, None] for part in self.state[4::3])]
        if not self.cohorts:
            self.cohorts = [np.asfortranarray(part) for part in fresh]
        else:
            self.cohorts = [
                np.asfortranarray(np.hstack([part, new])) for part, new in zip(self.cohorts, fresh, strict=True)
            ]
        return sum(float(part.sum()) for part in fresh)

    def _chain(self, reach: float) -> Callable[[State], State]:
        """Return the stage of the chain."""
        asked, seats = self.asked, self.seats
        crowd, waiting = _crowd(asked, self.down, reach), self._waiting(reach, asked.abandon, self.down[seats:])
        gone = np.arange(self.line, dtype=np.float64) * asked.abandon
        ends = [(seats + talking) * asked.service for talking in range(self.rows, 0, -1)]
        lines = [_crowd(asked, gone, reach, end) for end in ends]
        follow = [self._waiting(reach, asked.abandon + end, gone) for end in ends]

        def stage(parts: State) -> State:
            solved: State = []
            line, tagged, spent = np.zeros(self.line), np.zeros(self.line), 0.0
            flow = 0.0
            for place, end in enumerate(ends):
                line = lines[place](parts[4 + 3 * place] + reach * flow * line)
                tagged = follow[place](parts[5 + 3 * place] + reach * (line + flow * tagged))
                solved += [line, tagged, parts[6 + 3 * place] + reach * line]
                spent += float(tagged.sum())
                flow = end
            begin = parts[0].copy()
            begin[seats:] += reach * flow * line
            free = crowd(begin)
            held = waiting(parts[1] + reach * (free[seats:] + flow * tagged))
            spent += float(held.sum())
            return [free, held, parts[2] + reach * free, parts[3] + reach * spent, *solved]

        return stage

    def _follower(self, reach: float, rows: int) -> Callable[[State], State]:
        """Return the stage of waiting callers nobody joins any more."""
        asked, seats = self.asked, self.seats
        waiting = self._waiting(reach, asked.abandon, self.down[seats:])
        gone = np.arange(self.line, dtype=np.float64) * asked.abandon
        ends = [(seats + talking) * asked.service for talking in range(rows, 0, -1)]
        follow = [self._waiting(reach, asked.abandon + end, gone) for end in ends]

        def stage(parts: State) -> State:
            solved: State = []
            tagged, flow = np.zeros_like(parts[0]), 0.0
            for place, end in enumerate(ends):
                tagged = follow[place](parts[2 + place] + reach * flow * tagged)
                solved.append(tagged)
                flow = end
            held = waiting(parts[0] + reach * flow * tagged)
            return [held, parts[1] + reach * seats * asked.service * held[:1], *solved]

        return stage

    @staticmethod
    def _waiting(reach: float, out: float, down: Vector) -> Solver:
        """Return the solver of what is ahead of a waiting caller: `down` the line moves, `out` the caller leaves it."""
        return Solver(reach, np.zeros(len(down) - 1), -down - out, down[1:])

    def _answered_far(self) -> float:
        """Return the weight answered in time of those so far, whose target ends before the break does."""
        asked = self.asked
        waiting = self.state[2][self.seats :]
        talked = self.state[6::3] or self.talked
        if not talked:
            chance = answered_within(self.line, self.seats * asked.service, asked.abandon, asked.target_min)
            return float(waiting @ chance)
        parts = [waiting[:, None], np.zeros((1, 1)), *(part[:, None] for part in talked)]
        for step in graded(asked.target_min, asked.target_min / 12, asked.target_min / 4):
            parts = moved(self._follower(POLE * step, len(talked)), parts)
        return float(parts[1][0, 0])

    def _answered_near(self, age: Vector) -> Vector:
        """Return for each cohort, `age` minutes old at the end of the break, the weight answered in time."""
        asked = self.asked
        waiting, answered, *talking = self.cohorts
        served: Vector = answered[0].copy()
        for place, minutes in enumerate(age):
            left = self._back(waiting[:, place], [part[:, place] for part in talking])
            kept = sum(float(part[:, place].sum()) for part in (waiting, *talking))
            chance = answered_within(
                len(left), asked.seats * asked.service, asked.abandon, asked.target_min - float(minutes)
            )
            served[place] += kept - float(left.sum()) + float(left @ chance)
        return served

    def _back(self, waiting: Vector, talking: State) -> Vector:
        """Return the waiting by place in line (0: next) when all seats are back; who gets one is out."""
        leaving = self.asked.leaving
        left = np.zeros(max(1, self.line - leaving + self.rows))
        left[: self.line - leaving] += waiting[leaving:]
        for still, part in self._talking(talking):
            skip = leaving - still
            left[: self.line - skip] += part[skip:]
        return left
