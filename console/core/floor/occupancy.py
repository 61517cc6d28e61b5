"""Occupancy 占用率: how long people handled contacts, and how long they stood ready, over the window and today.

Kept for groups, channels and the floor as two levels (how many handle, how many are available) summed over time, in
whole milliseconds, in the same buckets as the counts; so a change costs the same however long the state before it
lasted. A queue has none: its people serve other queues too.
"""

from array import array

import msgspec

from console.core.floor.figures import Share
from console.core.floor.model import Seconds
from console.core.floor.windows import BUCKET_S

BUCKET_MS = BUCKET_S * 1000


class OccupancyState(msgspec.Struct, frozen=True, array_like=True):
    """An occupancy for a keyframe; the rings as the bytes of 64-bit whole numbers of this machine."""

    at_ms: int
    begin_ms: int
    handling: bytes
    available: bytes
    today_handling_ms: int
    today_available_ms: int


class Occupancy:
    """Handling and available time of one subject's people; levels are changed, never set."""

    def __init__(self, *, window_s: Seconds) -> None:
        self.handling = 0
        self.available = 0
        self._size = max(1, -int(-window_s // BUCKET_S)) + 1
        self._at_ms: int | None = None
        self._begin_ms = 0
        self._handling = array("q", bytes(8 * self._size))
        self._available = array("q", bytes(8 * self._size))
        self._recent = [0, 0]
        self._today = [0, 0]

    def run_to(self, at_ms: int, *, live: bool) -> None:
        """Let time pass until `at_ms`; while the link is not live nothing is known and nothing counted."""
        before = self._at_ms
        if at_ms == before:
            return
        if before is not None and live and at_ms > before and at_ms // BUCKET_MS == before // BUCKET_MS:
            self._at_ms = at_ms
            if self.handling or self.available:
                self._put(at_ms // BUCKET_MS % self._size, at_ms - before)
            return
        if before is None or at_ms // BUCKET_MS - before // BUCKET_MS >= self._size:
            self._clear()
        elif at_ms > before:
            for index in range(before // BUCKET_MS + 1, at_ms // BUCKET_MS + 1):
                place = index % self._size
                self._recent[0] -= self._handling[place]
                self._recent[1] -= self._available[place]
                self._handling[place] = self._available[place] = 0
        self._at_ms = at_ms if before is None else max(before, at_ms)
        if before is not None and live and at_ms > before:
            self._credit(before, at_ms, self.handling, self.available)

    def correct(self, begin_ms: int, handling: int, available: int) -> None:
        """Let a change of level, made now, hold since `begin_ms` already: the state told began before it was told."""
        if self._at_ms is not None and begin_ms < self._at_ms:
            self._credit(begin_ms, self._at_ms, handling, available)

    def new_day(self, begin_ms: int) -> None:
        """Begin today anew."""
        self._begin_ms = begin_ms
        self._today = [0, 0]

    def recent(self) -> Share:
        """Return handling of handling and available time over the window, in milliseconds."""
        return Share(part=self._recent[0], whole=self._recent[0] + self._recent[1])

    def today(self) -> Share:
        """Return the same over today, as long as somebody listened."""
        return Share(part=self._today[0], whole=self._today[0] + self._today[1])

    def state(self) -> OccupancyState:
        """Return the times; the levels are those of the floor at that moment."""
        return OccupancyState(
            -1 if self._at_ms is None else self._at_ms,
            self._begin_ms,
            self._handling.tobytes(),
            self._available.tobytes(),
            self._today[0],
            self._today[1],
        )

    def restore(self, state: OccupancyState) -> None:
        """Stand as `state` says; a window of another length begins empty."""
        self._at_ms = None if state.at_ms < 0 else state.at_ms
        self._begin_ms = state.begin_ms
        self._today = [state.today_handling_ms, state.today_available_ms]
        self._clear()
        if len(state.handling) == len(state.available) == 8 * self._size:
            self._handling = array("q", state.handling)
            self._available = array("q", state.available)
            self._recent = [sum(self._handling), sum(self._available)]

    def _clear(self) -> None:
        self._handling = array("q", bytes(8 * self._size))
        self._available = array("q", bytes(8 * self._size))
        self._recent = [0, 0]

    def _put(self, place: int, spent_ms: int) -> None:
        """Count the levels for a time within the newest bucket."""
        handling, available = self.handling * spent_ms, self.available * spent_ms
        self._handling[place] += handling
        self._available[place] += available
        self._recent[0] += handling
        self._recent[1] += available
        self._today[0] += handling
        self._today[1] += available

    def _credit(self, begin_ms: int, end_ms: int, handling: int, available: int) -> None:
        """Add levels times time to today and to the buckets still kept."""
        if not handling and not available:
            return
        today_ms = end_ms - max(begin_ms, self._begin_ms)
        if today_ms > 0:
            self._today[0] += handling * today_ms
            self._today[1] += available * today_ms
        newest = (self._at_ms or end_ms) // BUCKET_MS
        begin_ms = max(begin_ms, (newest - self._size + 1) * BUCKET_MS)
        while begin_ms < end_ms:
            index = begin_ms // BUCKET_MS
            stop = min(end_ms, (index + 1) * BUCKET_MS)
            part, spare = handling * (stop - begin_ms), available * (stop - begin_ms)
            self._handling[index % self._size] += part
            self._available[index % self._size] += spare
            self._recent[0] += part
            self._recent[1] += spare
            begin_ms = stop
