"""Cycles are collected in the screen's thread and nowhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from console.ui.tidy import Tidying


class Loop(QObject):
    """An object in a cycle with itself."""

    def __init__(self, died: list[str]) -> None:
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: died.append(threading.current_thread().name))


@pytest.fixture
def tidying() -> Iterator[Tidying]:
    owner = QObject()
    made = Tidying(owner)
    yield made
    owner.deleteLater()
    gc.unfreeze()


def test_a_cycle_dies_in_the_screens_thread_however_busy_the_others_are(qtbot: QtBot, tidying: Tidying) -> None:
    died: list[str] = []
    Loop(died)

    def busy() -> None:
        for _ in range(50):
            _ = [[number] for number in range(1000)]

    other = threading.Thread(target=busy, name="floor")
    other.start()
    other.join()
    assert died == [], "another thread collected"
    kept = [[number] for number in range(3000)]
    qtbot.waitUntil(lambda: bool(died), timeout=5000)
    assert died == [threading.main_thread().name]
    assert kept
    assert tidying.parent() is not None
