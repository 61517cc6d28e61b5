"""The Markov chains of a queue while agents are away; one uniformized step of each.

Callers in system n is a birth-death chain. With FINISH_CALL the first leavers may still talk: then every seat in use
belongs to a call of before, whoever ends one goes, and nobody in line moves up; the state is (leavers still talking r,
callers in line q), and r falls at (remaining + r)*service whatever q does. At r = 0 it is the birth-death chain again.

A waiting caller is followed by what stands ahead: n ahead in system, or (r, q ahead). Whoever arrives later is of no
concern, so arrivals drop out and the caller's own patience comes in as a way out.
"""

import math
from typing import Self

import numpy as np

from console.core.forecast.question import Break, Vector


def overlap(source: int, source_size: int, target: int, target_size: int) -> tuple[slice, slice]:
    """Return the slices of two windows of states (first, size) that are the same states."""
    low, high = max(source, target), max(source, target, min(source + source_size, target + target_size))
    return slice(low - source, high - source), slice(low - target, high - target)


class Window:
    """The states kept: n in first..first+size-1 in system; leavers 1..rows still talking with line_first.. in line.

    What leaves the window at its edge is lost and shows as missing weight.
    """

    def __init__(self, *, first: int, size: int, ahead_first: int, rows: int, line_first: int, line_size: int) -> None:
        self.first, self.size = first, size
        self.ahead_first = ahead_first
        self.ahead_size = first + size - ahead_first
        self.rows, self.line_first, self.line_size = rows, line_first, line_size


class Rates:
    """The rates a minute that every chain here shares, with the capacity there is."""

    def __init__(self, *, arrivals: float, service: float, abandon: float, seats: int) -> None:
        self.arrivals, self.service, self.abandon, self.seats = arrivals, service, abandon, seats

    @classmethod
    def during(cls, asked: Break) -> Self:
        """Return the rates while agents are away."""
        return cls(
            arrivals=asked.arrivals, service=asked.service, abandon=asked.abandon, seats=asked.seats - asked.leaving
        )

    @classmethod
    def after(cls, asked: Break) -> Self:
        """Return the rates with all seats."""
        return cls(arrivals=asked.arrivals, service=asked.service, abandon=asked.abandon, seats=asked.seats)

    def fastest(self, window: Window) -> float:
        """Return a rate no state of the window is left faster than."""
        top = window.first + window.size
        line = max(0, top - self.seats, window.line_first + window.line_size if window.rows else 0)
        busy = min(top, self.seats) + window.rows
        return self.arrivals + busy * self.service + (line + 1) * self.abandon


class Crowd:
    """The birth-death chain of callers in system, as a step; the last axis is n."""

    def __init__(self, rates: Rates, window: Window, rate: float) -> None:
        count = np.arange(window.first, window.first + window.size)
        down = np.minimum(count, rates.seats) * rates.service + np.maximum(count - rates.seats, 0) * rates.abandon
        self._stay = 1.0 - (rates.arrivals + down) / rate
        self._down = down[1:] / rate
        self._up = rates.arrivals / rate

    def step(self, source: Vector, target: Vector) -> None:
        """Write one step of `source` into `target`."""
        np.multiply(source, self._stay, out=target)
        target[..., :-1] += source[..., 1:] * self._down
        target[..., 1:] += source[..., :-1] * self._up


class Waiting:
    """The chain of what is ahead of a waiting caller in system, all seats busy; the last axis is n ahead."""

    def __init__(self, rates: Rates, window: Window, rate: float) -> None:
        line = np.arange(window.ahead_size) + (window.ahead_first - rates.seats)
        down = rates.seats * rates.service + line * rates.abandon
        self._stay = 1.0 - (down + rates.abandon) / rate
        self._down = down[1:] / rate
        self._answer = rates.seats * rates.service / rate if window.ahead_first == rates.seats else 0.0

    def step(self, source: Vector, target: Vector) -> None:
        """Write one step of `source` into `target`."""
        np.multiply(source, self._stay, out=target)
        target[..., :-1] += source[..., 1:] * self._down

    def answered(self, source: Vector) -> Vector:
        """Return the weight that reaches an agent in one step."""
        taken: Vector = source[..., 0] * self._answer
        return taken


class Talking:
    """The chain of (leavers still talking, callers in line), as a step; the last two axes are (r - 1, q).

    With `follow` it is a waiting caller's: no arrivals, own patience a way out.
    """

    def __init__(self, rates: Rates, window: Window, rate: float, *, follow: bool) -> None:
        leaving = np.arange(1, window.rows + 1)[:, None]
        line = (window.line_first + np.arange(window.line_size))[None, :]
        end = (rates.seats + leaving) * rates.service / rate
        gone = line * (rates.abandon / rate)
        other = rates.abandon if follow else rates.arrivals
        self._stay = 1.0 - end - gone - other / rate
        self._end, self._gone = end[1:], gone[:, 1:]
        self._last = float(end[0, 0])
        self._up = 0.0 if follow else rates.arrivals / rate
        target = window.ahead_first if follow else window.first
        size = window.ahead_size if follow else window.size
        self._out, self._in = overlap(rates.seats + window.line_first, window.line_size, target, size)

    def step(self, source: Vector, target: Vector, free: Vector) -> None:
        """Write one step of `source` into `target`, adding to `free` (n in system) what saw the last leaver off."""
        np.multiply(source, self._stay, out=target)
        target[..., :-1, :] += source[..., 1:, :] * self._end
        target[..., :-1] += source[..., 1:] * self._gone
        if self._up:
            target[..., 1:] += source[..., :-1] * self._up
        free[..., self._in] += source[..., 0, self._out] * self._last


def longest_goodbye(rates: Rates, rows: int, chance: float = 1e-16) -> float:
    """Return the minutes after which the last of `rows` leavers hung up, but for `chance` at most (Chernoff)."""
    if rows == 0:
        return 0.0
    ends = (rates.seats + np.arange(1, rows + 1)) * rates.service
    if ends[0] == 0:
        return math.inf
    return min(
        (-math.log(chance) - float(np.log1p(-part * ends[0] / ends).sum())) / (part * float(ends[0]))
        for part in (0.3, 0.6, 0.8, 0.9, 0.97)
    )
