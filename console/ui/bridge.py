"""The one signal that crosses from other threads into the screen's."""

from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TypeVar, cast

from PySide6.QtCore import QObject, Qt, Signal, Slot

from console.core.floor.view import FloorView

T = TypeVar("T")


class Bridge(QObject):
    """Takes floor views from any thread and gives the newest to the screen; a burst never queues up.

    `publish`, `hand` and what `once` returns may be called from any thread; `view_came`, handed jobs and answers run in
    the screen's thread.
    """

    view_came = Signal(object)
    _knocked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: FloorView | None = None
        self._jobs: deque[Callable[[], None]] = deque()
        self._awaited: dict[int, Callable[[object], None]] = {}
        self._numbers = count()
        self._pending = False
        self._knocked.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def publish(self, view: FloorView) -> None:
        """Make `view` the newest; an older one the screen has not taken yet is dropped."""
        self._newest = view
        self._knock()

    def hand(self, job: Callable[[], None]) -> None:
        """Run a job in the screen's thread, in the order handed."""
        self._jobs.append(job)
        self._knock()

    def once(self, then: Callable[[T], None]) -> Callable[[T], None]:
        """Return what another thread calls, once, for `then` to get the answer in the screen's thread.

        `then` holds widgets, and a widget may die in the screen's thread alone: the other thread gets a number for it.
        """
        number = next(self._numbers)
        self._awaited[number] = cast("Callable[[object], None]", then)
        return partial(self._answered, number)

    def _answered(self, number: int, answer: object) -> None:
        self.hand(partial(self._give, number, answer))

    def _give(self, number: int, answer: object) -> None:
        self._awaited.pop(number)(answer)

    def _knock(self) -> None:
        # Set before emitting: a delivery that starts between the two finds the news and a spare knock finds nothing.
        if not self._pending:
            self._pending = True
            self._knocked.emit()

    @Slot()
    def _deliver(self) -> None:
        self._pending = False
        try:
            while self._jobs:
                self._jobs.popleft()()
        finally:
            # One that fails does not hold up those behind it.
            if self._jobs:
                self._knock()
        view, self._newest = self._newest, None
        if view is not None:
            self.view_came.emit(view)
