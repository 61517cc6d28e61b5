"""The player: a thread that takes the board back to a moment and lets it run from there at 1-60 times its pace."""

import contextlib
import logging
import math
import threading
from collections.abc import Callable

from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.ports import Clock
from console.desk.past import Past

FRAME_S: Seconds = 1 / 15
RATES = (1.0, 60.0)

_log = logging.getLogger(__name__)


class Player:
    """Commands from any thread, answers through `publish` from its own; of several seeks only the last is done."""

    def __init__(
        self,
        open_past: Callable[[], Past],
        clock: Clock,
        publish: Callable[[FloorView], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin in a thread of its own; `open_past` is called there. `ended`: playing reached the end of the tape."""
        self._open_past = open_past
        self._clock = clock
        self._publish = publish
        self._ended = ended
        self._news = threading.Condition()
        self._wanted: Instant | None = None
        self._at: Instant | None = None
        self._rate = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    def seek(self, at: Instant) -> None:
        """Show the moment `at`; playing goes on from there."""
        with self._news:
            self._wanted = at
            self._news.notify()

    def play(self, rate: float = 1.0) -> None:
        """Let time run at `rate` times its pace, kept within 1-60."""
        with self._news:
            self._rate = min(max(rate, RATES[0]), RATES[1])
            self._news.notify()

    def pause(self) -> None:
        """Let time stand."""
        with self._news:
            self._rate = 0.0
            self._news.notify()

    def close(self) -> None:
        """End; nothing is published afterwards."""
        with self._news:
            self._closed = True
            self._news.notify()
        self._thread.join()

    def _run(self) -> None:
        with contextlib.closing(self._open_past()) as past:
            self._play(past)

    def _play(self, past: Past) -> None:
        before = self._clock.steady()
        while True:
            with self._news:
                if not self._closed and self._wanted is None:
                    self._news.wait(FRAME_S if self._rate else None)
                if self._closed:
                    return
                wanted, self._wanted, rate = self._wanted, None, self._rate
            now = self._clock.steady()
            passed, before = now - before, now
            playing = wanted is None and rate > 0 and self._at is not None
            if playing and self._at is not None:
                wanted = self._at + min(passed, 1.0) * rate
            if wanted is not None:
                self._show(past, wanted, playing=playing)

    def _show(self, past: Past, at: Instant, *, playing: bool) -> None:
        try:
            view = past.seek(at)
            if playing and past.known is not None and past.known < at:
                at, view = self._beyond(past, at)
        except Exception:  # noqa: BLE001  whatever a tape holds, the player is there for the next moment
            _log.exception("A moment of the past cannot be shown.")
            self.pause()
            return
        self._at = at
        if view is not None:
            self._publish(view)

    def _beyond(self, past: Past, at: Instant) -> tuple[Instant, FloorView | None]:
        """Go on after the gap that holds `at`, or stop where the tape is over."""
        gap = past.gap_at(at)
        if gap is not None and math.isfinite(gap.end):
            return gap.end, past.seek(gap.end)
        self.pause()
        self._ended()
        return at, past.seek(at if gap is None else gap.begin)
