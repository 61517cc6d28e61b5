"""The curve of the day: one point a minute for a group, a channel or the floor, ready to be drawn."""

import msgspec

from console.core.floor.figures import CurvePoint

MINUTE_MS = 60_000

Counts = tuple[int, int, int]


class CurveState(msgspec.Struct, frozen=True, array_like=True):
    """A curve for a keyframe: the running minute, and as many points before it as were asked for."""

    at_ms: int
    area: int
    heads_ms: int
    largest: int
    listened: bool
    counted: Counts
    points: list[CurvePoint]


class Curve:
    """Of every minute the largest number waiting and the mean wait of those waiting, averaged over people and time.

    The mean wait is the area under everybody's wait so far, divided by the time people spent waiting in that minute;
    it is 0 when nobody waited. A minute in which nobody listened has None for both: a gap, not a quiet minute.
    """

    def __init__(self) -> None:
        self.points: list[CurvePoint] = []
        self._published: tuple[CurvePoint, ...] | None = None
        self._at_ms = 0
        self._waiting = 0
        self._timed = 0
        self._since_ms = 0
        self._area = 0
        self._heads_ms = 0
        self._largest = 0
        self._listened = False
        self._counted: Counts = (0, 0, 0)

    def change(self, waiting: int, timed: int, since_ms: int, *, live: bool) -> None:
        """Set who waits from now on: how many, of how many it is known since when, and the sum of those moments."""
        self._waiting, self._timed, self._since_ms = waiting, timed, since_ms
        if live:
            self.listen()

    def listen(self) -> None:
        """Know that somebody listens at this moment."""
        self._listened = True
        self._largest = max(self._largest, self._waiting)

    def run_to(self, at_ms: int, *, live: bool) -> None:
        """Let time pass until `at_ms`, within this minute."""
        spent = at_ms - self._at_ms
        if live and self._at_ms and spent > 0:
            waited = max(0, self._timed * self._at_ms - self._since_ms)
            self._area += 2 * waited * spent + self._timed * spent * spent
            self._heads_ms += self._timed * spent
            self.listen()
        self._at_ms = at_ms

    def close(self, minute_ms: int, counts: Counts, *, live: bool) -> None:
        """End the minute that began at `minute_ms`; `counts` entered, answered, abandoned so far today."""
        self.points.append(self._point(minute_ms, counts))
        self._published = None
        self._area = self._heads_ms = self._largest = 0
        self._listened = False
        self._counted = counts
        if live:
            self.listen()

    def new_day(self, counts: Counts = (0, 0, 0)) -> None:
        """Begin the day's curve anew."""
        self.points = []
        self._published = None
        self._counted = counts

    def seed(self, points: list[CurvePoint], now_ms: int, counts: Counts) -> None:
        """Put points of history before this minute; minutes that are missing become gaps."""
        known = {round(point.at * 1000) // MINUTE_MS: point for point in points}
        known.update({round(point.at * 1000) // MINUTE_MS: point for point in self.points if point.waiting is not None})
        minutes = [minute for minute in known if minute < now_ms // MINUTE_MS]
        span = range(min(minutes), now_ms // MINUTE_MS) if minutes else range(0)
        self.points = [known.get(minute) or CurvePoint(at=minute * 60.0) for minute in span]
        self._published = None
        self._counted = counts

    def published(self, minute_ms: int, counts: Counts) -> tuple[CurvePoint, ...]:
        """Return the day so far, the running minute last."""
        if self._published is None:
            self._published = tuple(self.points)
        return (*self._published, self._point(minute_ms, counts))

    def state(self, keep: int | None) -> CurveState:
        """Return the running minute and the last `keep` points before it (None: all)."""
        points = self.points if keep is None else self.points[len(self.points) - min(keep, len(self.points)) :]
        return CurveState(
            self._at_ms, self._area, self._heads_ms, self._largest, self._listened, self._counted, list(points)
        )

    def restore(self, state: CurveState) -> None:
        """Stand as `state` says; who waits is set by the floor of that moment."""
        self._at_ms, self._area, self._heads_ms = state.at_ms, state.area, state.heads_ms
        self._largest, self._listened, self._counted = state.largest, state.listened, state.counted
        self.points = list(state.points)
        self._published = None

    def _point(self, minute_ms: int, counts: Counts) -> CurvePoint:
        entered, answered, abandoned = (max(0, now - then) for now, then in zip(counts, self._counted, strict=True))
        return CurvePoint(
            at=minute_ms / 1000,
            waiting=self._largest if self._listened else None,
            mean_wait_s=self._mean_s() if self._listened else None,
            entered=entered,
            answered=answered,
            abandoned=abandoned,
        )

    def _mean_s(self) -> float:
        return self._area / (2000 * self._heads_ms) if self._heads_ms else 0.0
