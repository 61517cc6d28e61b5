"""Which states a break can reach: the start, the window of states kept, and the closed form for lines beyond it.

Comparison of chains gives the window: the crowd is at all times between its stationary states with the fewest and the
most departures. Which seats those are depends on who leaves faster, the served or the impatient. A guess that is too
narrow shows as lost weight and is widened.
"""

import math

import msgspec
import numpy as np

from console.core.forecast.away import Rates, Talking, Window, longest_goodbye
from console.core.forecast.erlang import stationary
from console.core.forecast.question import Break, Departure, Sums, TooLarge, Vector
from console.core.forecast.uniform import State, advance, poisson_at_most

_WORK = 2e11
"""Moves of one state by one step (about a nanosecond each) beyond which a question is refused."""

_STEP = 1e4
"""What a step costs however few the states."""

_STEPS = 1e8
_CELLS = 1e8


class Start(msgspec.Struct, frozen=True):
    """The chances of first, first+1, ... callers at 0, and the weight and mean of the states beyond them (0: none)."""

    first: int
    weights: Vector
    beyond: float = 0.0
    mean_beyond: float = 0.0

    @property
    def last(self) -> int:
        """Return the last state kept."""
        return self.first + len(self.weights) - 1


def start(asked: Break) -> Start:
    """Return the callers at 0: as given, stationary, or empty where that is unstable.

    Close to full load a patient line has no end to speak of; from beyond `limit` it cannot drain within the windows
    and the target, so all that matters of those states is their weight and mean.
    """
    if asked.start_in_system is not None:
        return Start(asked.start_in_system, np.ones(1))
    if not asked.stable:
        return Start(0, np.ones(1))
    if asked.abandon > 0 or asked.arrivals == 0:
        return Start(*stationary(asked.arrivals, asked.service, asked.abandon, asked.seats))
    full = asked.seats * asked.service
    # A long target would need more states than the tail has: 40 of its means are all of it.
    tail = 48.0 / math.log1p((full - asked.arrivals) / asked.arrivals)
    pace = full * (2 * asked.break_min + asked.target_min)
    limit = math.inf
    if tail > pace + 12.0 * math.sqrt(pace) + 256.0:
        limit = asked.seats + poisson_at_most(_sane(pace), 1e-17) + 64
    first, weights = stationary(asked.arrivals, asked.service, 0.0, asked.seats, limit)
    if math.isinf(limit) or first + len(weights) - 1 < limit:
        return Start(first, weights)
    beyond = float(weights[-1]) * asked.arrivals / (full - asked.arrivals)
    return Start(first, weights, beyond, limit + full / (full - asked.arrivals))


def deserted(asked: Break) -> bool:
    """Tell whether nobody is left to serve while the last calls end: the line and those calls then never meet."""
    return asked.departure is Departure.FINISH_CALL and asked.remaining == 0 and asked.leaving > 0


def far(asked: Break, begun: Start) -> tuple[Sums, Sums]:
    """Return (during, after) of the starts beyond the window: nobody there is answered at once or in time.

    Every wait is the time to serve those ahead, and all agents there are work throughout.
    """
    full, span = asked.seats * asked.service, asked.break_min
    ended = _ended(asked)
    waits = (begun.mean_beyond - ended - asked.seats + 1 + asked.arrivals * span / 2) / full + span / 2
    later = (begun.mean_beyond - ended - asked.seats + 1 + asked.arrivals * 1.5 * span - full * span / 2) / full
    return Sums(mean_wait=begun.beyond * waits), Sums(mean_wait=begun.beyond * later)


def _ended(asked: Break) -> float:
    """Return the mean number of calls that end during the break when there is always somebody in line."""
    remaining = asked.remaining * asked.service * asked.break_min
    if asked.departure is Departure.PREEMPT or asked.leaving == 0 or asked.service == 0:
        return remaining
    quiet = msgspec.structs.replace(asked, arrivals=0.0, abandon=0.0)
    rates = Rates.during(quiet)
    window = Window(first=0, size=1, ahead_first=0, rows=asked.leaving, line_first=0, line_size=1)
    rate = rates.fastest(window)
    chain = Talking(rates, window, rate, follow=False)
    leavers = np.zeros((asked.leaving, 1))
    leavers[-1] = 1.0

    def move(source: State, target: State) -> None:
        chain.step(source[0], target[0], np.empty(0))

    _, (spent,) = advance(move, (leavers,), rate, asked.break_min)
    return remaining + float(np.arange(1, asked.leaving + 1) @ spent[:, 0]) * asked.service


def window(asked: Break, begun: Start, slack: int) -> Window:
    """Return the states to keep, wider with each `slack`; raises TooLarge."""
    low, top = _reach(asked, begun)
    wider = slack * max(64, (top - low) // 2)
    low, top = max(0, low - wider), top + wider
    remaining = asked.remaining
    rates = Rates.during(asked)
    rows = 0
    if deserted(asked):
        low = max(0, low - asked.seats)
    elif asked.departure is Departure.FINISH_CALL:
        rows = max(0, min(asked.leaving, begun.last - remaining))
    ahead, line_first = remaining, 0
    if low > remaining:
        pace = remaining * asked.service + (top - remaining) * asked.abandon
        drop = poisson_at_most(_sane(pace * asked.break_min))
        line_first = max(0, low - asked.seats - drop)
        ahead = max(remaining, min(low, remaining + line_first) - drop)
    line_top = top - remaining
    if rows:
        span = min(longest_goodbye(rates, rows), asked.break_min)
        grown = max(0, begun.last - asked.seats) + poisson_at_most(_sane(asked.arrivals * span)) + 1
        line_top = min(line_top, grown)
    kept = Window(
        first=low,
        size=top - low + 1,
        ahead_first=ahead,
        rows=rows,
        line_first=line_first,
        line_size=max(1, line_top - line_first + 1),
    )
    cells = 2.0 * kept.size + kept.ahead_size + 2.0 * kept.rows * kept.line_size
    rate = max(rates.fastest(kept), Rates.after(asked).fastest(kept))
    steps = _sane(rate * asked.break_min)
    # Those nearer to the end of the break than the target go in cohorts, 15 at a time, some panels of them.
    near = 6.0 * min(1.0, asked.target_min / asked.break_min)
    work = steps * (2.0 * (cells + _STEP) + near * (15.0 * (kept.ahead_size + kept.rows * kept.line_size) + _STEP))
    if cells > _CELLS or work > _WORK:
        raise TooLarge("break_min", f"too long to compute for this queue: {steps:.2g} steps of {cells:.2g} states")
    return kept


def _sane(mean: float) -> float:
    """Return a mean count of events; raises TooLarge where nobody can step through that many."""
    if mean > _STEPS:
        raise TooLarge("break_min", f"too long to compute for this queue: {mean:.2g} events")
    return mean


def _reach(asked: Break, begun: Start) -> tuple[int, int]:
    """Return (fewest, most) callers in system within twice the break, but for a chance of about 1e-15."""
    slow, full = asked.remaining * asked.service, asked.seats * asked.service
    span = asked.break_min
    drift = max(0.0, asked.arrivals - slow) * span + max(0.0, asked.arrivals - full) * span
    noise = 9.0 * math.sqrt((asked.arrivals + min(asked.arrivals, full)) * 2 * span)
    grown = min(int(_sane(drift + noise)) + 32, poisson_at_most(_sane(2 * span * asked.arrivals), 1e-14) + 1)
    fewest, most = 0, begun.last + grown
    if asked.abandon > 0 and asked.arrivals > 0:
        # A crowd whose stationary line is out of reach bounds nothing within the break.
        near = [seats for seats in (asked.remaining, asked.seats) if standing(asked, seats) <= begun.last + grown]
        settled = [_within(asked, seats) for seats in near]
        if asked.start_in_system is None:
            fewest = min(low for low, _ in settled)
        if len(settled) == 2:
            # Two crowds that see the same events never come further apart than they began.
            most = min(most, max(high for _, high in settled) + (asked.start_in_system or 0))
    return fewest, max(most, begun.last, asked.remaining) + 1


def standing(asked: Break, seats: int) -> float:
    """Return about how long the stationary line is with `seats`."""
    return max(0.0, asked.arrivals - seats * asked.service) / asked.abandon


def _within(asked: Break, seats: int) -> tuple[int, int]:
    """Return the (lowest, highest) state of the stationary crowd with `seats`, but for 1e-15 on each side."""
    first, weights = stationary(asked.arrivals, asked.service, asked.abandon, seats)
    beyond = np.cumsum(weights[::-1])[::-1]
    return first, first + int(np.searchsorted(-beyond, -1e-15)) + 1
