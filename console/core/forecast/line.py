"""One caller in line: `ahead` others before them, a fixed number of busy seats, everybody's patience exponential.

With c seats at rate mu and patience rate theta the line before the caller shrinks as a pure death process with rates
c*mu + j*theta. Its hitting times have closed forms (e^(-theta*V) is Beta distributed), so no step is needed here.
"""

import math

import numpy as np

from console.core.forecast.question import Vector


def mean_wait(length: int, capacity: float, abandon: float) -> Vector:
    """Return the mean wait in minutes (to service or to giving up) with 0..length-1 ahead; inf where nothing ends it.

    `capacity` is c*mu, calls ended a minute. Induction over the place gives (j + 1) / (c*mu + (j + 1)*theta).
    """
    place = np.arange(1, length + 1, dtype=np.float64)
    rate = capacity + place * abandon
    if capacity == 0 and abandon == 0:
        return np.full(length, math.inf)
    waits: Vector = place / rate
    return waits


def answered_within(length: int, capacity: float, abandon: float, minutes: float) -> Vector:
    """Return the chance of being answered within `minutes` with 0..length-1 ahead and busy seats (0 at `minutes` = 0).

    Served at all with j ahead: c*mu / (c*mu + (j+1)*theta); given that, the number of places gained is negative
    binomial with c*mu/theta + 1, in the limit of no impatience Poisson; both are one product of ratios, taken in logs.
    """
    if capacity == 0 or minutes <= 0 or length == 0:
        return np.zeros(length)
    lived = abandon * minutes
    span = minutes * (-math.expm1(-lived) / lived if lived > 0 else 1.0)
    place = np.arange(1, length + 1, dtype=np.float64)
    logs = np.empty(length)
    logs[0] = -(capacity + abandon) * minutes
    with np.errstate(divide="ignore"):  # a target too short for a float leaves no chance at all
        logs[1:] = logs[0] + np.cumsum(np.log((capacity + abandon * place[:-1]) * span / place[:-1]))
    late = np.cumsum(np.exp(logs))
    chance: Vector = np.clip(1.0 - late, 0.0, 1.0) * (capacity / (capacity + place * abandon))
    return chance
