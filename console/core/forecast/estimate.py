"""Arrival rate, handle time and patience from the floor's own counts, each with how far it may be off.

Arrivals are Poisson, handle times and patience exponential, as the forecast assumes. Waits that ended in an answer tell
about patience too: the censored maximum likelihood estimate is gave up / all time waited. Intervals are the exact gamma
ones of a Poisson count (Garwood 1936), so they are honest with few events; none is given below `FEWEST` of them.
"""

import math

import msgspec

from console.core.forecast.live import Compared, compare
from console.core.forecast.question import Break

FEWEST = 10
"""Events (arrivals, calls ended) below which a rate is no more than a guess."""

FEWEST_GAVE_UP = 5
"""Callers who gave up below which patience is unknown, unless `LONG_WAITED` says they are simply patient."""

LONG_WAITED = 60.0
"""Minutes waited by all together after which it tells something that (nearly) nobody gave up."""

SURE = 0.9
"""The chance that an interval holds the true rate."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A rate a minute with the interval that holds it with chance SURE; `events` is how many it rests on."""

    value: float
    low: float
    high: float
    events: int

    @property
    def mean_min(self) -> float:
        """Return the mean time between events, or the mean duration, in minutes; inf for a rate of 0."""
        return 1.0 / self.value if self.value > 0 else math.inf


class NotEnough(msgspec.Struct, frozen=True, kw_only=True):
    """Not enough data: `figure` ("arrivals", "handle_time" or "patience") rests on `seen` of `needed` events."""

    figure: str
    seen: int
    needed: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the floor counted, in minutes; the three pairs may come from windows of different length.

    `handle_min` is the time spent on calls, wrap-up and the running ones included; `waited_min` is what everybody
    waited together: answered, given up and still waiting.
    """

    window_min: float
    arrivals: int
    handled: int
    handle_min: float
    gave_up: int
    waited_min: float


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """The three rates of a queue."""

    arrivals: Rate
    service: Rate
    abandon: Rate


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What a break does at the estimated rates (`likely`) and at the ends of their intervals, all kind or all hard."""

    likely: Compared
    kind: Compared
    hard: Compared


def rate(events: int, exposure: float, sure: float = SURE) -> Rate:
    """Return the rate of `events` in `exposure` minutes with its exact Poisson interval; 0 exposure: 0 to infinity."""
    if exposure <= 0:
        return Rate(value=0.0, low=0.0, high=math.inf, events=events)
    # scipy is heavy to import and only this needs it.
    from scipy.special import gammaincinv  # noqa: PLC0415

    outside = (1.0 - sure) / 2
    low = float(gammaincinv(events, outside)) if events else 0.0
    high = float(gammaincinv(events + 1, 1.0 - outside))
    return Rate(value=events / exposure, low=low / exposure, high=high / exposure, events=events)


def estimate(seen: Seen) -> Rates | NotEnough:
    """Return the rates of a queue, or the first figure there is too little to tell of."""
    if seen.arrivals < FEWEST or seen.window_min <= 0:
        return NotEnough(figure="arrivals", seen=seen.arrivals, needed=FEWEST)
    if seen.handled < FEWEST or seen.handle_min <= 0:
        return NotEnough(figure="handle_time", seen=seen.handled, needed=FEWEST)
    if seen.gave_up < FEWEST_GAVE_UP and seen.waited_min < LONG_WAITED:
        return NotEnough(figure="patience", seen=seen.gave_up, needed=FEWEST_GAVE_UP)
    return Rates(
        arrivals=rate(seen.arrivals, seen.window_min),
        service=rate(seen.handled, seen.handle_min),
        abandon=rate(seen.gave_up, seen.waited_min),
    )


def outlook(rates: Rates, asked: Break) -> Outlook:
    """Return the forecast of `asked` with its rates replaced by the estimated ones and by the ends of their intervals.

    Hard is more callers, longer calls and more patience (who stays in line makes the others wait). All ends at once are
    rarer than the interval of each, so the span errs on the wide side. Raises ValueError as `compare` does.
    """
    ends = (
        (rates.arrivals.value, rates.service.value, rates.abandon.value),
        (rates.arrivals.low, rates.service.high, rates.abandon.high),
        (rates.arrivals.high, rates.service.low, rates.abandon.low),
    )
    likely, kind, hard = (
        compare(msgspec.structs.replace(asked, arrivals=arrivals, service=service, abandon=abandon))
        for arrivals, service, abandon in ends
    )
    return Outlook(likely=likely, kind=kind, hard=hard)
