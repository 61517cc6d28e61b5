"""Views cross threads as the newest alone, jobs in order."""

import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from console.core.floor.view import FloorView
from console.ui.bridge import Bridge
from tests.ui.conftest import settle


def test_a_burst_arrives_as_its_newest(qtbot: QtBot) -> None:
    bridge = Bridge()
    came: list[int] = []
    bridge.view_came.connect(lambda view: came.append(view.version))
    for version in range(1000):
        bridge.publish(FloorView(version=version))
    qtbot.waitUntil(lambda: bool(came))
    settle()
    assert came == [999]


def test_every_later_view_is_delivered_too(qtbot: QtBot) -> None:
    bridge = Bridge()
    came: list[int] = []
    bridge.view_came.connect(lambda view: came.append(view.version))
    for version in range(5):
        bridge.publish(FloorView(version=version))
        with qtbot.waitSignal(bridge.view_came):
            pass
    assert came == [0, 1, 2, 3, 4]


def test_views_of_another_thread_are_shown_in_the_screens_own(qtbot: QtBot) -> None:
    bridge = Bridge()
    threads: list[bool] = []
    newest: list[int] = []

    def take(view: FloorView) -> None:
        threads.append(QThread.currentThread() is bridge.thread())
        newest.append(view.version)

    bridge.view_came.connect(take)

    def run() -> None:
        for version in range(2000):
            bridge.publish(FloorView(version=version))

    worker = threading.Thread(target=run)
    worker.start()
    qtbot.waitUntil(lambda: newest[-1:] == [1999])
    worker.join()
    assert all(threads)
    assert newest == sorted(newest)


def test_handed_jobs_run_once_in_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    done: list[int] = []

    def run() -> None:
        for number in range(200):
            bridge.hand(partial(done.append, number))

    worker = threading.Thread(target=run)
    worker.start()
    qtbot.waitUntil(lambda: len(done) == 200)
    worker.join()
    assert done == list(range(200))


class Dying:
    """Remembers the thread it dies in."""

    def __init__(self, died: list[threading.Thread]) -> None:
        self._died = died

    def hear(self, _answer: object) -> None:
        pass

    def __del__(self) -> None:
        self._died.append(threading.current_thread())


def test_what_awaits_an_answer_dies_in_the_screens_thread(qtbot: QtBot) -> None:
    bridge = Bridge()
    died: list[threading.Thread] = []
    answered = threading.Event()
    let_go = threading.Event()

    def work(tell: Callable[[int], None]) -> None:
        tell(7)
        answered.set()
        # A worker that goes on holding what it was given, long after the screen has had its answer.
        let_go.wait()

    worker = threading.Thread(target=work, args=(bridge.once(Dying(died).hear),))
    worker.start()
    answered.wait()
    qtbot.waitUntil(lambda: bool(died))
    let_go.set()
    worker.join()
    assert died == [threading.current_thread()]


def test_a_job_that_fails_holds_nobody_up(qtbot: QtBot) -> None:
    bridge = Bridge()
    ran: list[int] = []
    bridge.hand(lambda: ran.append(1 // 0))
    bridge.hand(lambda: ran.append(2))
    with qtbot.captureExceptions() as raised:
        qtbot.waitUntil(lambda: ran == [2])
    assert [each[0] for each in raised] == [ZeroDivisionError]
