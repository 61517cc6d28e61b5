"""The same figures the slow, obvious way: every state of every chain in one matrix, exp(Qt), Gauss-Legendre in time.

Shares no formula with the product: the caller's story is an absorbing chain, the mean wait an integral of survival and
a linear solve, the line behind everything simply cut at `size`.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.linalg import expm_multiply

from console.core.forecast.question import Break, Departure

Matrix = npt.NDArray[np.float64]
State = tuple[int, int]
"""(leavers still talking, callers in system)."""


def after_minutes(start: Matrix, generator: Matrix, minutes: float) -> Matrix:
    """start @ exp(generator * minutes); sparse, as threads of a dense product stall on a busy machine."""
    moved: Matrix = expm_multiply(csr_array(generator.T * minutes), start)
    return moved


class Dense:
    def __init__(self, asked: Break, size: int) -> None:
        self.asked, self.size = asked, size
        self.stay = asked.seats - asked.leaving
        self.states: list[State] = [(0, n) for n in range(size)]
        if asked.departure is Departure.FINISH_CALL:
            self.states += [(r, n) for r in range(1, asked.leaving + 1) for n in range(self.stay + r, size)]
        self.index = {state: place for place, state in enumerate(self.states)}
        self.count = len(self.states)
        self.answered, self.lost = self.count, self.count + 1
        self.free_away = np.array([r == 0 and n < self.stay for r, n in self.states])
        self.free_back = np.array([n < asked.seats for _, n in self.states])

    def crowd(self, *, back: bool) -> Matrix:
        """The generator of everybody."""
        asked = self.asked
        q = np.zeros((self.count, self.count))
        for (r, n), i in self.index.items():
            busy = min(n, asked.seats if back else self.stay + r)
            moves = (
                ((r, n + 1), asked.arrivals),
                ((max(0, r - 1), n - 1), busy * asked.service),
                ((r, n - 1), (n - busy) * asked.abandon),
            )
            for target, rate in moves:
                if target in self.index and rate > 0:
                    q[i, self.index[target]] += rate
                    q[i, i] -= rate
        return q

    def caller(self, *, back: bool) -> Matrix:
        """The generator of a waiting caller by what is ahead, with two sinks: answered, gave up."""
        asked = self.asked
        q = np.zeros((self.count + 2, self.count + 2))
        for (r, n), i in self.index.items():
            seats = asked.seats if back else self.stay + r
            if n < seats:
                continue
            if back or r == 0:
                moved = self.answered if n == seats else self.index[r, n - 1]
            else:
                moved = self.index[r - 1, n - 1]
            moves = [(self.lost, asked.abandon), (moved, seats * asked.service)]
            if n > seats:
                moves.append((self.index[r, n - 1], (n - seats) * asked.abandon))
            for target, rate in moves:
                q[i, target] += rate
                q[i, i] -= rate
        return q

    def begin(self) -> Matrix:
        """The chances at 0, who leaves already gone or still talking."""
        asked = self.asked
        counts = np.zeros(self.size)
        if asked.start_in_system is not None:
            counts[asked.start_in_system] = 1.0
        elif asked.abandon == 0 and asked.arrivals >= asked.seats * asked.service:
            counts[0] = 1.0
        else:
            counts[0] = 1.0
            for n in range(1, self.size):
                down = min(n, asked.seats) * asked.service + max(0, n - asked.seats) * asked.abandon
                counts[n] = counts[n - 1] * asked.arrivals / down
            counts /= counts.sum()
        start = np.zeros(self.count)
        for n, chance in enumerate(counts):
            r = max(0, asked.leaving - max(0, asked.seats - n))
            start[self.index[r if asked.departure is Departure.FINISH_CALL else 0, n]] += chance
        return start

    def rest(self) -> Matrix:
        """The mean wait of a caller from when all seats are there."""
        waiting = np.flatnonzero(~self.free_back)
        mean = np.zeros(self.count)
        mean[waiting] = np.linalg.solve(-self.caller(back=True)[np.ix_(waiting, waiting)], np.ones(len(waiting)))
        return mean

    def ever_lost(self) -> Matrix:
        """The chance of a caller to give up, from when all seats are there."""
        q = self.caller(back=True)
        waiting = np.flatnonzero(~self.free_back)
        chance = np.zeros(self.count + 2)
        chance[waiting] = np.linalg.solve(-q[np.ix_(waiting, waiting)], q[waiting, self.lost])
        chance[self.lost] = 1.0
        return chance

    def handed(self) -> Matrix:
        """What all coming back does to a caller: with a seat left over they are answered."""
        matrix = np.eye(self.count + 2)
        for i in np.flatnonzero(self.free_back):
            matrix[i, i], matrix[i, self.answered] = 0.0, 1.0
        return matrix

    def entered(self, found: Matrix, free: Matrix) -> Matrix:
        """A caller who finds these chances."""
        return np.append(np.where(free, 0.0, found), [found[free].sum(), 0.0])


def during(asked: Break, size: int, points: int) -> Matrix:
    dense = Dense(asked, size)
    start, crowd = dense.begin(), dense.crowd(back=False)
    away, back, rest, handed = dense.caller(back=False), dense.caller(back=True), dense.rest(), dense.handed()
    count, total = dense.count, np.zeros(4)
    timed = np.zeros((count + 3, count + 3))
    timed[: count + 2, : count + 2] = away
    timed[:count, count + 2] = 1.0
    ever = dense.ever_lost()
    nodes, weights = np.polynomial.legendre.leggauss(points)
    for low, high in pairwise(sorted({0.0, asked.break_min, max(0.0, asked.break_min - asked.target_min)})):
        for x, w in zip(nodes, weights, strict=True):
            at = low + (high - low) * (x + 1) / 2
            left = asked.break_min - at
            found = after_minutes(start, crowd, at)
            enters = dense.entered(found, dense.free_away)
            end = after_minutes(np.append(enters, 0.0), timed, left)
            returned = end[: count + 2] @ handed
            if asked.target_min < left:
                level = after_minutes(enters, away, asked.target_min)[dense.answered]
            else:
                level = after_minutes(returned, back, asked.target_min - left)[dense.answered]
            figures = [1 - found[dense.free_away].sum(), end[count + 2] + returned[:count] @ rest, level]
            total += w / 2 * (high - low) * np.array([*figures, returned @ ever])
    result: Matrix = total / asked.break_min
    return result


def after(asked: Break, size: int, points: int) -> Matrix:
    dense = Dense(asked, size)
    begun = after_minutes(dense.begin(), dense.crowd(back=False), asked.break_min)
    merged = np.zeros(dense.count)
    for (_, n), i in dense.index.items():
        merged[dense.index[0, n]] += begun[i]
    crowd, back, rest = dense.crowd(back=True), dense.caller(back=True), dense.rest()
    ever = dense.ever_lost()
    total: Matrix = np.zeros(4)
    for x, w in zip(*np.polynomial.legendre.leggauss(points), strict=True):
        found = after_minutes(merged, crowd, asked.break_min * (x + 1) / 2)
        enters = dense.entered(found, dense.free_back)
        figures = [
            1 - found[dense.free_back].sum(),
            found @ rest,
            after_minutes(enters, back, asked.target_min)[dense.answered],
        ]
        total += w / 2 * np.array([*figures, enters @ ever])
    return total
