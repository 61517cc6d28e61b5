"""Everybody leaves as their calls end: the line and the calls still running are independent until all are back.

Nobody in line is served before, so instead of (leavers talking, callers in line) together, the line alone is moved,
once for the starts without a line and once for those with all seats busy; the calls still running are binomial.
"""

import math

import numpy as np

from console.core.forecast import bounds
from console.core.forecast.away import Window
from console.core.forecast.course import Course
from console.core.forecast.question import Break, Vector
from console.core.forecast.uniform import State


class Deserted(Course):
    """A break with no seat left; the state's rows are the starts without and with a line, the last axis is the line."""

    def __init__(self, asked: Break, begun: bounds.Start, window: Window) -> None:
        count = np.arange(begun.first, begun.last + 1)
        super().__init__(asked, begun, window)
        lasting = math.exp(-asked.service * asked.break_min)
        few = count <= asked.seats
        total = begun.weights[few].sum()
        talking = np.zeros((2, min(begun.last, asked.seats) + 1))
        if total > 0:
            for calls, weight in zip(count[few], begun.weights[few] / total, strict=True):
                talking[0, : calls + 1] += weight * _binomial(int(calls), lasting)
        if begun.last > asked.seats:
            talking[1] = _binomial(asked.seats, lasting)
        self.calls = talking

    def _placed(self, first: int, weights: Vector) -> State:
        """Return the line at 0 and the waiting arrivals of the break."""
        window, seats = self.window, self.asked.seats
        line = np.zeros((2, window.size))
        for place, weight in enumerate(weights):
            count = first + place
            line[int(count > seats), max(0, count - seats) - window.first] += weight
        return line, np.zeros((2, window.ahead_size))

    def _together(self, state: State) -> tuple[Window, Vector]:
        """Return the chances of n in system, the running calls added to the line."""
        window = self.window
        size = window.size + self.calls.shape[1] - 1
        whole = Window(first=window.first, size=size, ahead_first=0, rows=0, line_first=0, line_size=1)
        return whole, self._added(state[0])

    def _met_again(self, state: State) -> Vector:
        """Return the weight of waiting callers by place in line when all are back; who gets a seat is out."""
        ahead = self._added(state[1])
        skip = self.asked.seats - self.window.ahead_first
        if skip >= 0:
            return ahead[skip:]
        return np.concatenate([np.zeros(-skip), ahead])

    def _added(self, line: Vector) -> Vector:
        """Return both rows with their running calls added, as one distribution."""
        total: Vector = np.convolve(line[0], self.calls[0]) + np.convolve(line[1], self.calls[1])
        return total


def _binomial(count: int, chance: float) -> Vector:
    """Return the chances of 0..count successes."""
    if chance in {0.0, 1.0}:
        sure = np.zeros(count + 1)
        sure[count if chance == 1.0 else 0] = 1.0
        return sure
    number = np.arange(1, count + 1)
    logs = np.concatenate([np.zeros(1), np.cumsum(np.log((count + 1 - number) / number))])
    logs += np.arange(count + 1) * math.log(chance) + np.arange(count, -1, -1) * math.log1p(-chance)
    chances: Vector = np.exp(logs)
    return chances
