"""The curve of the day, cut to the time shown and brought together to the pixels there are."""

import math
from collections.abc import Callable, Sequence

import msgspec

from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, Seconds

GAP_AFTER_S = 150.0


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """One line as stretches without a gap: (seconds since the left edge, value) in the order of time."""

    stretches: tuple[tuple[tuple[Seconds, float], ...], ...] = ()

    @property
    def highest(self) -> float:
        """Return the largest value, 0 where there is none."""
        return max((value for stretch in self.stretches for _, value in stretch), default=0.0)


def plot(
    points: Sequence[CurvePoint],
    begin: Instant,
    end: Instant,
    columns: int,
    of: Callable[[CurvePoint], float | None],
) -> Plot:
    """Return the line of `of` between two moments with at most two points a column; its highest points survive.

    A bucket without a value ends a stretch, and so does a hole in time: a gap is shown as a gap.
    """
    width = max((end - begin) / max(1, columns), 1e-9)
    stretches: list[list[tuple[Seconds, float]]] = []
    open_stretch: list[tuple[Seconds, float]] | None = None
    column, last_at = -1, -math.inf
    for point in points:
        if not begin <= point.at <= end:
            continue
        value = of(point)
        if value is None or point.at - last_at > GAP_AFTER_S:
            open_stretch = None
        last_at = point.at
        if value is None:
            continue
        if open_stretch is None:
            open_stretch = []
            stretches.append(open_stretch)
            column = -1
        place = int((point.at - begin) / width)
        if place == column and value <= open_stretch[-1][1]:
            continue
        if place == column:
            open_stretch[-1] = (point.at - begin, value)
        else:
            open_stretch.append((point.at - begin, value))
            column = place
    return Plot(stretches=tuple(tuple(stretch) for stretch in stretches))


def nice_top(highest: float, least: float = 5.0) -> float:
    """Return a round end of an axis that holds `highest` with some air above it."""
    wanted = max(highest * 1.12, least)
    size = 10 ** math.floor(math.log10(wanted))
    for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10):
        if step * size >= wanted:
            return float(step * size)
    return wanted


def time_marks(
    begin: Instant, end: Instant, width: float, offset_s: float = 0.0, apart: float = 110.0
) -> list[Instant]:
    """Return round moments between two, at least `apart` pixels from one another; `offset_s` is local time less UTC."""
    steps = (300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 21600)
    step = next((s for s in steps if width * s / max(1.0, end - begin) >= apart), steps[-1])
    first = math.ceil((begin + offset_s) / step) * step - offset_s
    return [first + i * step for i in range(int((end - first) // step) + 1)] if first <= end else []
