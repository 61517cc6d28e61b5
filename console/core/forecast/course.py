"""One break on one window of states: the chain and its waiting callers moved through the break and what follows it."""

import numpy as np

from console.core.forecast import bounds, quadrature
from console.core.forecast.away import Crowd, Rates, Talking, Waiting, Window, longest_goodbye, overlap
from console.core.forecast.erlang import expected, met
from console.core.forecast.line import answered_within, mean_wait
from console.core.forecast.question import Break, Sums, Vector
from console.core.forecast.uniform import State, advance, at_each, each_for

_AGREE = 1e-10
"""Difference of the two quadrature rules at which a panel is done, as a share of the break."""

_DEEPEST = 14
"""Halvings of a panel after which its figure is taken as it is."""


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
        target[1][..., there] += source[0][..., here] / self.rate
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
        at_once = float(early[0][..., : max(0, found)].sum() + late[0][..., : max(0, found)].sum())
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
        after, kept = self._after(*self._together(end))
        return during, after, begun - kept

    def _together(self, state: State) -> tuple[Window, Vector]:
        """Return the chances of n in system, whoever serves them, and their window."""
        window = self.window
        crowd = state[0].copy()
        if len(state) > 2:
            for row in range(window.rows):
                here, there = overlap(
                    window.line_first + self.asked.remaining + row + 1, window.line_size, window.first, window.size
                )
                crowd[there] += state[2][row, here]
        return window, crowd

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

    def _after(self, window: Window, crowd: Vector) -> tuple[Sums, float]:
        """Return the sums over the time after the break, and the weight still in the window at its end."""
        asked = self.asked
        rates = Rates.after(asked)
        rate = max(rates.fastest(window), 1.0 / asked.break_min)
        chain = Crowd(rates, window, rate)
        (last,), (integral,) = advance(
            lambda source, target: chain.step(source[0], target[0]), (crowd,), rate, asked.break_min
        )
        found = integral / asked.break_min
        sums = met(window.first, found, asked.service, asked.abandon, asked.seats, asked.target_min)
        return sums, float(last.sum())

    def _answered_far(self, integral: State) -> float:
        """Return the weight answered within the target of arrivals that reach it before the break ends."""
        asked, window = self.asked, self.window
        capacity = asked.remaining * asked.service
        if capacity == 0:
            return 0.0
        here, there = self._same
        waiting = np.zeros(window.ahead_size)
        waiting[there] = integral[0][here]
        if len(integral) > 2:
            first = self._follow(waiting[None, :], integral[2][None], np.array([asked.target_min]))
            return float(first[2][0])
        chance = answered_within(
            window.ahead_first + window.ahead_size - asked.remaining, capacity, asked.abandon, asked.target_min
        )
        return float(waiting @ chance[window.ahead_first - asked.remaining :])

    def _follow(self, waiting: Vector, line: Vector | None, minutes: Vector) -> State:
        """Return cohorts (rows) after their own `minutes` in the break: (n ahead, [r and q ahead], answered)."""
        answered = np.zeros(waiting.shape[:-1])
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
        waiting = np.zeros((*found[0].shape[:-1], window.ahead_size))
        waiting[..., there] = found[0][..., here]
        age = asked.break_min - low - at
        followed = self._follow(waiting, found[1] if len(found) > 1 else None, age)
        served = followed[-1].reshape(len(age), -1).sum(axis=1)
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
