"""What is asked of the forecast and what it answers; rates are per minute, times in minutes."""

import math
from enum import StrEnum

import msgspec
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


class TooLarge(ValueError):  # noqa: N818  what is wrong with the question
    """A question whose states and steps go beyond what is computed in reasonable time; `field` is the case's field."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        super().__init__(why)


class Departure(StrEnum):
    """How the leaving agents go: at once, or idle ones first and the rest as calls end."""

    PREEMPT = "preempt"
    FINISH_CALL = "finish_call"


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """One break on one queue: `leaving` of `seats` go at 0 and are all back at `break_min`.

    `start_in_system` is how many callers, waiting and served, are there at 0; None: stationary with `seats`.
    """

    arrivals: float
    service: float
    abandon: float
    seats: int
    leaving: int
    break_min: float
    target_min: float
    departure: Departure
    start_in_system: int | None = None

    @property
    def remaining(self) -> int:
        """Return the seats that stay."""
        return self.seats - self.leaving

    @property
    def stable(self) -> bool:
        """Tell whether `seats` can carry the arrivals for ever: somebody gives up, or load < seats."""
        if self.abandon > 0:
            return True
        if self.arrivals == 0:
            return self.seats > 0
        return self.arrivals < self.seats * self.service


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the arrivals of a window meet; `mean_wait_min` None: no bound, as nobody serves and nobody gives up."""

    p_wait: float
    mean_wait_min: float | None
    service_level: float
    p_abandon: float


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The figures before (None: unstable, or the start was given), during and after a break."""

    before: Figures | None
    during: Figures
    after: Figures


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """The weight answered at once and in time, and the weighted mean wait, of some of the arrivals."""

    at_once: float = 0.0
    mean_wait: float = 0.0
    in_time: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(
            at_once=self.at_once + other.at_once,
            mean_wait=self.mean_wait + other.mean_wait,
            in_time=self.in_time + other.in_time,
        )


def share(value: float) -> float:
    """Return `value` with the last rounding taken off: never outside 0..1."""
    return min(1.0, max(0.0, float(value)))


def figures(sums: Sums, abandon: float) -> Figures:
    """Return Figures; who gives up does so at rate `abandon` while waiting, so p_abandon = abandon * mean wait."""
    bounded = math.isfinite(sums.mean_wait)
    return Figures(
        p_wait=share(1.0 - sums.at_once),
        mean_wait_min=max(0.0, float(sums.mean_wait)) if bounded else None,
        service_level=share(sums.in_time),
        p_abandon=share(abandon * sums.mean_wait) if bounded else 0.0,
    )
