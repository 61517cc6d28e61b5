"""The only place that reads the time."""

import time

from console.core.floor.model import Instant


class SystemClock:
    """The machine's clock, as the Clock port asks for it."""

    def now(self) -> Instant:
        """Return seconds since the epoch, UTC."""
        return time.time()

    def steady(self) -> float:
        """Return seconds that never go back, from an arbitrary start."""
        return time.monotonic()
