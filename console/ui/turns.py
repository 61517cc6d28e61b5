"""Work that follows a change, one piece a turn of the event loop: what was painted is on screen before the next begins.

Timers of no interval all run in one turn; three pieces of 5 ms would be one frame lost. Here the first in rank goes,
the screen is painted and keys are heard, then the next.
"""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

PAGE, OUT_OF_SIGHT, LAST = 0, 1, 2
"""Ranks: what somebody looks at, what they may scroll to, what can wait for both."""


class _Job(msgspec.Struct, frozen=True):
    rank: int
    number: int
    owner: QObject
    run: Callable[[], None]


class Turns(QObject):
    """Runs pieces of work in the screen's thread; asking again for one that waits already keeps it one."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs: dict[tuple[int, str], _Job] = {}
        self._asked = 0
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._turn)

    def ask(self, owner: QObject, name: str, run: Callable[[], None], rank: int = PAGE) -> None:
        """Run a piece of an owner's work in a turn to come; not at all when the owner has gone by then."""
        self._asked += 1
        self._jobs.setdefault((id(owner), name), _Job(rank, self._asked, owner, run))
        self._next.start()

    def waits(self, owner: QObject, name: str) -> bool:
        """Return whether a piece of work is still to come."""
        return (id(owner), name) in self._jobs

    def _turn(self) -> None:
        key, job = min(self._jobs.items(), key=lambda each: (each[1].rank, each[1].number))
        del self._jobs[key]
        if self._jobs:
            self._next.start()
        if isValid(job.owner):
            job.run()
