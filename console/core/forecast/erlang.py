"""Erlang B, C and A: stationary queues with exponential calls, Poisson arrivals and, in A, exponential patience.

Everything is recursive or in logarithms, so thousands of seats and any overload are safe. Sources: Erlang 1917 (B, C),
Palm 1946 and Garnett, Mandelbaum & Reiman 2002 (A).
"""

import math

import numpy as np

from console.core.forecast.line import answered_within, mean_wait
from console.core.forecast.question import Figures, Sums, TooLarge, Vector, figures

_SLIGHT = -48.0
"""Logarithm of the weight, against the heaviest, below which a state is left out (1e-21)."""

_LONGEST = 2e7
"""States on one side of the heaviest beyond which a question is refused."""


def erlang_b(seats: int, load: float) -> float:
    """Return the share of calls lost with `load` erlang on `seats` and no waiting; 1 with no seats, load > 0."""
    if load <= 0:
        return 0.0 if seats > 0 else 1.0
    blocked = 1.0
    for busy in range(1, seats + 1):
        blocked = load * blocked / (busy + load * blocked)
    return blocked


def erlang_c(seats: int, load: float) -> float:
    """Return the share of callers who wait when nobody gives up; 1 in overload."""
    if seats == 0 or load >= seats:
        return 1.0
    blocked = erlang_b(seats, load)
    return blocked / (1.0 - load / seats * (1.0 - blocked))


def stationary(
    arrivals: float, service: float, abandon: float, seats: int, limit: float = math.inf
) -> tuple[int, Vector]:
    """Return (first, weights): the chance of first, first+1, ... callers in system; all else is below 1e-18.

    The weights are built outwards from the heaviest state. States beyond `limit` are left out where nobody gives up:
    then the tail is geometric and the weights sum to what it leaves. Raises ValueError where no stationary state
    exists, TooLarge where the line grows beyond what can be kept.
    """
    if arrivals == 0:
        return 0, np.ones(1)
    full = seats * service
    if abandon == 0 and arrivals >= full:
        raise ValueError("no stationary state: nobody gives up and the load is not below the seats")
    if arrivals >= full:
        excess = (arrivals - full) / abandon
        if excess > _LONGEST:
            raise TooLarge(
                "abandon_per_min", f"so few give up that {excess:.3g} callers stand in line, too many to follow"
            )
        top = seats + math.floor(excess)
    else:
        top = min(seats, math.floor(arrivals / service))
    cut = limit if abandon == 0 else math.inf
    up = _outwards(arrivals, service, abandon, seats, top, 1, cut)
    down = _outwards(arrivals, service, abandon, seats, top, -1, cut)
    logs = np.concatenate([down[::-1], np.zeros(1), up])
    weights = np.exp(logs - logs.max())
    rest = 0.0
    if top + len(up) >= cut:
        rest = float(weights[-1]) * arrivals / (full - arrivals)
    total: Vector = weights / (weights.sum() + rest)
    return top - len(down), total


def _outwards(arrivals: float, service: float, abandon: float, seats: int, top: int, way: int, limit: float) -> Vector:
    """Return the log weights of the states above (way 1) or below (way -1) `top`, against `top`, nearest first."""
    pieces: list[Vector] = []
    level, size, done = 0.0, 64, 0
    while level > _SLIGHT:
        length = int(min(size, limit - top - done)) if way > 0 else min(size, top - done)
        if length <= 0:
            break
        # The state whose departures balance the step: upwards the one reached, downwards the one left.
        state = top + done + np.arange(1, length + 1) if way > 0 else top - done - np.arange(length)
        departures = np.minimum(state, seats) * service + np.maximum(state - seats, 0) * abandon
        with np.errstate(divide="ignore", over="ignore"):
            step = np.log(arrivals / departures) if way > 0 else np.log(departures / arrivals)
        logs = level + np.cumsum(step)
        pieces.append(logs)
        if done > _LONGEST:
            raise TooLarge("seats", "so many callers are in system that they cannot be followed")
        level, size, done = float(logs[-1]), size * 2, done + length
    if not pieces:
        return np.zeros(0)
    joined = np.concatenate(pieces)
    kept: Vector = joined[: int(np.searchsorted(-joined, -_SLIGHT))]
    return kept


def met(first: int, weights: Vector, service: float, abandon: float, seats: int, target: float) -> Sums:
    """Return what arrivals meet that find first, first+1, ... in system with these chances, the seats fixed."""
    found = float(weights[: max(0, seats - first)].sum())
    length = first + len(weights) - seats
    if length <= 0:
        return Sums(at_once=found, mean_wait=0.0, in_time=found)
    skip = max(0, first - seats)
    waiting = weights[max(0, seats - first) :]
    capacity = seats * service
    waits = mean_wait(length, capacity, abandon)[skip:]
    served = answered_within(length, capacity, abandon, target)[skip:]
    return Sums(at_once=found, mean_wait=expected(waiting, waits), in_time=found + float(waiting @ served))


def expected(weights: Vector, values: Vector) -> float:
    """Return the weighted sum in which an unreachable state counts nothing, even where its value is infinite."""
    reached = weights > 0
    return float(weights[reached] @ values[reached])


def steady(arrivals: float, service: float, abandon: float, seats: int, target: float) -> Figures | None:
    """Return the stationary Erlang A figures (C where `abandon` is 0), or None where there is no stationary state."""
    if arrivals == 0:
        if seats == 0 and abandon == 0:
            return None
        return figures(met(0, np.ones(1), service, abandon, seats, target), abandon)
    if abandon == 0:
        if arrivals >= seats * service:
            return None
        p_wait = erlang_c(seats, arrivals / service)
        spare = seats * service - arrivals
        late = p_wait * math.exp(-spare * target)
        return figures(Sums(at_once=1.0 - p_wait, mean_wait=p_wait / spare, in_time=1.0 - late), 0.0)
    first, weights = stationary(arrivals, service, abandon, seats)
    return figures(met(first, weights, service, abandon, seats, target), abandon)
