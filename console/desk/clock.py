"""The only place that reads the time."""

import time
from collections.abc import Callable

from console.core.floor.model import Instant
from console.core.ports import Clock


class SystemClock:
    """The machine's clock, as the Clock port asks for it."""

    def now(self) -> Instant:
        """Return seconds since the epoch, UTC."""
        return time.time()

    def steady(self) -> float:
        """Return seconds that never go back, from an arbitrary start."""
        return time.monotonic()


class FloorClock:
    """The time of whatever floor is open, the machine's while none is; steady seconds are always the machine's."""

    def __init__(self, machine: Clock, floor: Callable[[], Clock | None]) -> None:
        self._machine = machine
        self._floor = floor

    def now(self) -> Instant:
        """Return the open floor's present."""
        return (self._floor() or self._machine).now()

    def steady(self) -> float:
        """Return seconds that never go back, from an arbitrary start."""
        return self._machine.steady()
