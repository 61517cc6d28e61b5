"""What a break does to a queue, exactly: transient Erlang A, each arrival followed to the end of its wait.

The chains (`away.py`) move by uniformization. Arrivals see time averages (PASTA), so every figure is an integral over
the window of the chain's state times what a caller arriving there meets. Waiting inside the break is integrated along
with the chain; what still waits at its end meets the full seats, where closed forms finish the story (`line.py`). Being
answered within the target needs the age at the end of the break: for arrivals nearer to it than the target, cohorts at
Gauss-Kronrod points are followed there, halving panels until the two rules agree.

Limits taken: without arrivals the figures are what one more caller would meet; a break of 0 minutes is the limit of
short ones (whoever finds the agents gone waits no time for them, but is not answered within a target of 0); a wait with
no bound (nobody gives up and nobody will serve) has no mean.
"""

import msgspec
import numpy as np

from console.core.forecast import bounds, quadrature
from console.core.forecast.away import Crowd, Rates, Talking, Waiting, Window, longest_goodbye, overlap
from console.core.forecast.erlang import expected, met, steady
from console.core.forecast.line import answered_within, mean_wait
from console.core.forecast.question import Answer, Break, Figures, Sums, Vector, figures, share
from console.core.forecast.uniform import State, advance, at_each, each_for

_LOST = 1e-12
"""Weight that may leave the window of states before the window is widened."""

_ROUNDING = 1e-15
"""Weight that rounding may take in one step."""

_AGREE = 1e-10
"""Difference of the two quadrature rules at which a panel is done, as a share of the break."""

_DEEPEST = 14
"""Halvings of a panel after which its figure is taken as it is."""


def answer(asked: Break) -> Answer:
    """Return what arrivals meet before, during and after the break (see module) to 1e-9 of the larger of 1 and it.

    Raises TooLarge where that would take too many states and steps.
    """
    before = None
    if asked.start_in_system is None:
        before = steady(asked.arrivals, asked.service, asked.abandon, asked.seats, asked.target_min)
    begun = bounds.start(asked)
    if asked.break_min == 0:
        now = before or figures(_full(asked, begun.first, begun.weights), asked.abandon)
        return Answer(before=before, during=_instant(asked, begun, now), after=now)
    slack = 0
    while True:
        course = Course(asked, begun, bounds.window(asked, begun, slack))
        during, after, lost = course.run()
        if lost <= _LOST + _ROUNDING * course.rate * asked.break_min:
            break
        slack += 1
    if begun.beyond > 0:
        far = bounds.far(asked, begun)
        during, after = during + far[0], after + far[1]
    return Answer(before=before, during=figures(during, asked.abandon), after=figures(after, asked.abandon))


def _full(asked: Break, first: int, weights: Vector) -> Sums:
    """Return what arrivals meet that find these chances and all seats."""
    return met(first, weights, asked.service, asked.abandon, asked.seats, asked.target_min)


def _instant(asked: Break, begun: bounds.Start, back: Figures) -> Figures:
    """Return the limit of `during` for short breaks: gone when the arrival comes, back at once."""
    found = share(begun.weights[: max(0, asked.remaining - begun.first)].sum())
    level = back.service_level if asked.target_min > 0 else found
    return msgspec.structs.replace(back, p_wait=1.0 - found, service_level=level)


class Course:
    """One break computed on one window of states."""

    def __init__(self, asked: Break, begun: bounds.Start, window: Window) -> None:
        self.asked = asked
        self.window = window
        self.rates = Rates.during(asked)
        self.rate = max(self.rates.fastest(window), 1.0 / asked.break_min)
        self.goodbye = longest_goodbye(self.rates, window.rows)
        self.state = self._placed(begun.first, begun.weights)
        self.crowd = Crowd(self.rates, window, self.rate)
        self.waiting = Waiting(self.rates, window, self.rate)
        if window.rows:
            self.talking = Talking(self.rates, window, self.rate, follow=False)
            self.line = Talking(self.rates, window, self.rate, follow=True)

    def _placed(self, first: int, weights: Vector) -> State:
        """Return the state at 0: crowd, waiting arrivals of the break, and the same two while leavers talk."""
        window, asked = self.window, self.asked
        crowd, waiting = np.zeros(window.size), np.zeros(window.ahead_size)
        if not window.rows:
            crowd[first - window.first : first - window.first + len(weights)] = weights
            return crowd, waiting
        talking = np.zeros((window.rows, window.line_size))
        for place in np.flatnonzero(weights):
            count = first + int(place)
            leavers = min(count - asked.remaining, asked.leaving)
            if leavers <= 0:
                crowd[count - window.first] = weights[place]
            else:
                talking[leavers - 1, max(0, count - asked.seats) - window.line_first] = weights[place]
        return crowd, waiting, talking, np.zeros_like(talking)

    def _step(self, source: State, target: State) -> None:
        """Move the crowd and the waiting one step; arrivals that wait enter the waiting at a weight of 1 a minute."""
        self.crowd.step(source[0], target[0])
        self.waiting.step(source[1], target[1])
        here, there = self._same
        target[1][there] += source[0][here] / self.rate
        if len(source) > 2:
            self.talking.step(source[2], target[2], target[0])
            self.line.step(source[3], target[3], target[1])
            target[3][...] += source[2] / self.rate

    @property
    def _same(self) -> tuple[slice, slice]:
        window = self.window
        return overlap(window.first, window.size, window.ahead_first, window.ahead_size)

    def _advance(self, state: State, at: float, minutes: float) -> tuple[State, State]:
        """Return (state, integral) over `minutes` from `at`; the last leaver hangs up on the way at the latest."""
        if len(state) > 2 and at + minutes > self.goodbye:
            talk = max(0.0, self.goodbye - at)
            state, first = advance(self._step, state, self.rate, talk)
            state, rest = advance(self._step, state[:2], self.rate, minutes - talk)
            return state, (first[0] + rest[0], first[1] + rest[1], first[2], first[3])
        return advance(self._step, state, self.rate, minutes)

    def run(self) -> tuple[Sums, Sums, float]:
        """Return (during, after, weight lost at the edges of the window)."""
        asked = self.asked
        span, near = asked.break_min, min(asked.break_min, asked.target_min)
        middle, early = self._advance(self.state, 0.0, span - near)
        served = self._answered_far(early) if span > near else 0.0
        end, late = self._advance(middle, span - near, near)
        if near > 0:
            served += self._answered_near(middle, span - near, span, 0)
        found = self.asked.remaining - self.window.first
        at_once = float(early[0][: max(0, found)].sum() + late[0][: max(0, found)].sum())
        spent = sum(float(part.sum()) for integral in (early, late) for part in integral[1::2])
        # Left to right: those still waiting at the end of the break wait on with all seats.
        left = self._met_again(end)
        back = mean_wait(len(left), asked.seats * asked.service, asked.abandon)
        during = Sums(
            at_once=at_once / span,
            mean_wait=(spent + expected(left, back)) / span,
            in_time=(at_once + served) / span,
        )
        begun = sum(float(part.sum()) for part in self.state)
        after, kept = self._after(self._together(end))
        return during, after, begun - kept

    def _together(self, state: State) -> Vector:
        """Return the chances of n in system, whoever serves them."""
        window = self.window
        crowd = state[0].copy()
        if len(state) > 2:
            for row in range(window.rows):
                here, there = overlap(
                    window.line_first + self.asked.remaining + row + 1, window.line_size, window.first, window.size
                )
                crowd[there] += state[2][row, here]
        return crowd

    def _met_again(self, state: State) -> Vector:
        """Return the weight of waiting callers by place in line (0: next) when all are back; who gets a seat is out."""
        window, seats = self.window, self.asked.seats
        line = np.zeros(max(1, window.ahead_first + window.ahead_size + window.rows - seats))
        here, there = overlap(window.ahead_first, window.ahead_size, seats, len(line))
        line[there] += state[1][here]
        if len(state) > 2:
            for row in range(window.rows):
                ahead = self.asked.remaining + row + 1 + window.line_first
                here, there = overlap(ahead, window.line_size, seats, len(line))
                line[there] += state[3][row, here]
        return line

    def _after(self, crowd: Vector) -> tuple[Sums, float]:
        """Return the sums of the window after the break, and the weight still there at its end."""
        asked, window = self.asked, self.window
        rates = Rates.after(asked)
        rate = max(rates.fastest(window), 1.0 / asked.break_min)
        chain = Crowd(rates, window, rate)
        (last,), (integral,) = advance(
            lambda source, target: chain.step(source[0], target[0]), (crowd,), rate, asked.break_min
        )
        return _full(asked, window.first, integral / asked.break_min), float(last.sum())

    def _answered_far(self, integral: State) -> float:
        """Return the weight answered within the target of arrivals that reach it before the break ends."""
        asked, window = self.asked, self.window
        capacity = asked.remaining * asked.service
        here, there = self._same
        waiting = np.zeros(window.ahead_size)
        waiting[there] = integral[0][here]
        served = 0.0
        if len(integral) > 2:
            first = self._follow(waiting[None, :], integral[2][None], np.array([asked.target_min]))
            return float(first[2][0])
        chance = answered_within(
            window.ahead_first + window.ahead_size - asked.remaining, capacity, asked.abandon, asked.target_min
        )
        return served + float(waiting @ chance[window.ahead_first - asked.remaining :])

    def _follow(self, waiting: Vector, line: Vector | None, minutes: Vector) -> State:
        """Return cohorts (rows) after their own `minutes` in the break: (n ahead, [r and q ahead], answered)."""
        answered = np.zeros(len(minutes))
        if line is None:

            def free(source: State, target: State) -> None:
                self.waiting.step(source[0], target[0])
                np.add(source[1], self.waiting.answered(source[0]), out=target[1])

            return each_for(free, (waiting, answered), self.rate, minutes)

        def both(source: State, target: State) -> None:
            self.waiting.step(source[0], target[0])
            np.add(source[2], self.waiting.answered(source[0]), out=target[2])
            self.line.step(source[1], target[1], target[0])

        return each_for(both, (waiting, line, answered), self.rate, minutes)

    def _answered_near(self, state: State, low: float, high: float, depth: int) -> float:
        """Return the weight answered in time of arrivals in low..high, which is less than the target before the end."""
        asked, window = self.asked, self.window
        half = (high - low) / 2
        at = half * (1.0 + quadrature.AT)
        if low >= self.goodbye:
            state = state[:2]
        chain = (state[0],) if len(state) == 2 else (state[0], state[2])

        def move(source: State, target: State) -> None:
            self.crowd.step(source[0], target[0])
            if len(source) > 1:
                self.talking.step(source[1], target[1], target[0])

        found = at_each(move, chain, self.rate, at)
        here, there = self._same
        waiting = np.zeros((len(at), window.ahead_size))
        waiting[:, there] = found[0][:, here]
        age = asked.break_min - low - at
        followed = self._follow(waiting, found[1] if len(found) > 1 else None, age)
        served = followed[-1].copy()
        for place, already in enumerate(age):
            row: State = (state[0], followed[0][place])
            if len(found) > 1:
                row = (*row, found[1][place], followed[1][place])
            left = self._met_again(row)
            kept = float(row[1].sum()) + (float(row[3].sum()) if len(row) > 3 else 0.0)
            chance = answered_within(
                len(left), asked.seats * asked.service, asked.abandon, asked.target_min - float(already)
            )
            served[place] += kept - float(left.sum()) + float(left @ chance)
        fine, rough = half * float(quadrature.FINE @ served), half * float(quadrature.COARSE @ served)
        if abs(fine - rough) <= _AGREE * asked.break_min or depth >= _DEEPEST:
            return fine
        middle = low + half
        between, _ = self._advance(state, low, half)
        return self._answered_near(state, low, middle, depth + 1) + self._answered_near(
            between, middle, high, depth + 1
        )
