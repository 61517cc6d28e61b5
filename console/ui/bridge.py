"""The one signal that crosses from other threads into the screen's."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from console.core.floor.view import FloorView


class Bridge(QObject):
    """Takes floor views from any thread and gives the newest to the screen; a burst never queues up.

    `publish` and `hand` may be called from any thread; `view_came` and handed jobs run in the screen's thread.
    """

    view_came = Signal(object)
    _knocked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: FloorView | None = None
        self._jobs: deque[Callable[[], None]] = deque()
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

    def _knock(self) -> None:
        # Set before emitting: a delivery that starts between the two finds the news and a spare knock finds nothing.
        if not self._pending:
            self._pending = True
            self._knocked.emit()

    @Slot()
    def _deliver(self) -> None:
        self._pending = False
        while self._jobs:
            self._jobs.popleft()()
        view, self._newest = self._newest, None
        if view is not None:
            self.view_came.emit(view)
