"""Python's collector of cycles, kept in the screen's thread.

A widget caught in a cycle is destroyed by whichever thread collects it, and Qt's objects may die in the screen's thread
alone: a collection begun by the floor's thread would end the program. So nobody collects by itself; a timer here does.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500
_ENOUGH = (2000, 10, 10)
"""Containers made, and younger collections done, before a generation is worth a look."""


class Tidying(QObject):
    """Collects little and often; what stands when it begins is never looked at again."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tidy)
        self._timer.start()

    @staticmethod
    def tidy() -> None:
        """Collect the oldest generation that has grown enough."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > _ENOUGH[generation]:
                gc.collect(generation)
                return
