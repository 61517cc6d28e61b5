"""Uniformization: exp(A*t) x as a Poisson mixture of the steps (I + A/rate)^n x; nothing negative ever appears.

`step(source, target)` writes one step of every array of the state; `rate` is at least the fastest way out of any state,
so all terms are non-negative and the sum loses nothing to cancellation (Jensen 1953, Grassmann 1977). Sums go through
einsum: as fast here as BLAS, whose threads stall on a busy machine and would take cores from the screen.
"""

from collections.abc import Callable, Iterator

import numpy as np

from console.core.forecast.question import Vector

State = tuple[Vector, ...]
Step = Callable[[State, State], None]

_HELD = 400_000
"""Cells of step results kept at once; sums are taken over many at a time, and all of it stays in the cache."""


def poisson(mean: float) -> Vector:
    """Return the Poisson chances of 0, 1, 2, ... up to where the rest is below 1e-18, by ratios from the mode."""
    mode = int(mean)
    reach = int(10.0 * mean**0.5) + 48
    below = np.cumsum(np.log(np.arange(mode, 0, -1) / mean)) if mode else np.zeros(0)
    above = np.cumsum(np.log(mean / np.arange(mode + 1, mode + reach + 1))) if mean > 0 else np.zeros(0)
    chances = np.exp(np.concatenate([below[::-1], np.zeros(1), above]))
    chances = chances[: int(np.flatnonzero(chances > 1e-19)[-1]) + 1]
    normal: Vector = chances / chances.sum()
    return normal


def poisson_at_most(mean: float, chance: float = 1e-16) -> int:
    """Return the least count that a Poisson variable of this mean exceeds with at most `chance`."""
    chances = poisson(mean)
    beyond = np.cumsum(chances[::-1])[::-1]
    return int(np.searchsorted(-beyond, -chance))


def _steps(step: Step, start: State, count: int) -> Iterator[tuple[int, State]]:
    """Yield (n, the results of steps n, n+1, ...) in stacks, `count` results in all; a stack is reused by the next."""
    size = sum(array.size for array in start)
    depth = max(2, min(64, count, _HELD // max(size, 1)))
    stacks = tuple(np.empty((depth, *array.shape)) for array in start)
    rows = [tuple(stack[place] for stack in stacks) for place in range(depth)]
    for stack, array in zip(stacks, start, strict=True):
        stack[0] = array
    for first in range(0, count, depth):
        if first:
            step(rows[-1], rows[0])
        length = min(depth, count - first)
        for place in range(1, length):
            step(rows[place - 1], rows[place])
        yield first, tuple(stack[:length] for stack in stacks)


def advance(step: Step, start: State, rate: float, minutes: float) -> tuple[State, State]:
    """Return (the state after `minutes`, its integral over them).

    Stops early where the steps have stopped moving anything: all later terms are then the same array.
    """
    now = poisson(rate * minutes)
    later = (np.cumsum(now[::-1])[::-1] - now) / rate
    states = tuple(np.zeros_like(array) for array in start)
    integrals = tuple(np.zeros_like(array) for array in start)
    for first, stacks in _steps(step, start, len(now)):
        last = first + len(stacks[0])
        for state, integral, stack in zip(states, integrals, stacks, strict=True):
            np.add(state, np.einsum("n,n...->...", now[first:last], stack), out=state)
            np.add(integral, np.einsum("n,n...->...", later[first:last], stack), out=integral)
        if last - first >= 32 and last < len(now) and all(_still(stack) for stack in stacks):
            for state, integral, stack in zip(states, integrals, stacks, strict=True):
                np.add(state, now[last:].sum() * stack[-1], out=state)
                np.add(integral, later[last:].sum() * stack[-1], out=integral)
            break
    return states, integrals


def _still(stack: Vector) -> bool:
    """Tell whether the first and last of a stack of steps agree to rounding."""
    return bool(np.abs(stack[-1] - stack[0]).max(initial=0.0) <= 1e-16 * max(1.0, float(stack[-1].max(initial=0.0))))


def at_each(step: Step, start: State, rate: float, minutes: Vector) -> State:
    """Return the state at each of `minutes`: arrays with one more, leading, axis."""
    chances = _table(rate * minutes)
    states = tuple(np.zeros((len(minutes), *array.shape)) for array in start)
    for first, stacks in _steps(step, start, chances.shape[1]):
        part = chances[:, first : first + len(stacks[0])]
        for state, stack in zip(states, stacks, strict=True):
            np.add(state, np.einsum("mn,n...->m...", part, stack), out=state)
    return states


def each_for(step: Step, start: State, rate: float, minutes: Vector) -> State:
    """Return arrays whose row i (leading axis) has moved for `minutes[i]`; `step` moves all rows at once."""
    chances = _table(rate * minutes)
    states = tuple(np.zeros_like(array) for array in start)
    for first, stacks in _steps(step, start, chances.shape[1]):
        part = chances[:, first : first + len(stacks[0])]
        for state, stack in zip(states, stacks, strict=True):
            np.add(state, np.einsum("in,ni...->i...", part, stack), out=state)
    return states


def _table(means: Vector) -> Vector:
    """Return one row of Poisson chances for each mean, padded with zeros to one length."""
    rows = [poisson(float(mean)) for mean in means]
    table = np.zeros((len(rows), max(len(row) for row in rows)))
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table
