"""The demo floor's own time: an event queue in whole milliseconds, with no clock behind it.

What happens is decided only by what was put in and when, never by how far or how often it is asked to run; so the
same seed gives the same bytes at any pace.
"""

from collections.abc import Callable
from heapq import heappop, heappush

from console.core.floor.events import Batch, FloorEvent
from console.core.floor.model import Instant

Millis = int
MINUTE: Millis = 60_000
HOUR: Millis = 3_600_000
DAY: Millis = 86_400_000


class Clockwork:
    """Virtual time in ms since the demo's beginning; `time_of_day` in ms since midnight of the demo's own day."""

    __slots__ = ("_batches", "_due", "_order", "_said", "begin_of_day", "epoch", "now")

    def __init__(self, epoch: Instant, begin_of_day: Millis) -> None:
        self.epoch = round(epoch * 1000)
        self.begin_of_day = begin_of_day
        self.now: Millis = 0
        self._order = 0
        self._due: list[tuple[Millis, int, Callable[..., object], tuple[object, ...]]] = []
        self._said: list[FloorEvent] = []
        self._batches: list[Batch] = []

    @property
    def instant(self) -> Instant:
        """Return now in seconds since the epoch."""
        return (self.epoch + self.now) / 1000

    @property
    def time_of_day(self) -> Millis:
        """Return ms since the demo's midnight."""
        return (self.begin_of_day + self.now) % DAY

    def at(self, when: Millis, do: Callable[..., object], *given: object) -> None:
        """Do something at `when`; what falls on one instant is done in the order in which it was put in."""
        self._order += 1
        heappush(self._due, (max(when, self.now), self._order, do, given))

    def after(self, delay: float, do: Callable[..., object], *given: object) -> None:
        """Do something `delay` ms from now, rounded to whole ms."""
        self._order += 1
        heappush(self._due, (self.now + max(0, round(delay)), self._order, do, given))

    def until_time_of_day(self, time_of_day: Millis) -> Millis:
        """Return how long it is to the next `time_of_day`; a whole day when it is just now."""
        return (time_of_day - self.time_of_day - 1) % DAY + 1

    def say(self, event: FloorEvent) -> None:
        """Put one event into the batch of this instant."""
        self._said.append(event)

    def run_to(self, end: Millis) -> None:
        """Do everything due up to and including `end`; now is then `end`."""
        due = self._due
        while due and due[0][0] <= end:
            when, _, do, given = heappop(due)
            if when != self.now:
                self._close()
                self.now = when
            do(*given)
        if end > self.now:
            self._close()
            self.now = end

    def take(self) -> list[Batch]:
        """Return the batches since the last call, one an instant, each with its exact time."""
        self._close()
        batches, self._batches = self._batches, []
        return batches

    def _close(self) -> None:
        if self._said:
            self._batches.append(Batch(at=self.instant, events=tuple(self._said)))
            self._said = []
