"""Work that follows a change: one piece a turn, what is looked at first, nothing for those who have gone."""

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from console.ui.turns import LAST, OUT_OF_SIGHT, PAGE, Turns


def test_one_piece_a_turn_in_the_order_of_their_ranks(qapp: QApplication) -> None:  # noqa: ARG001  Qt is needed
    owner, ran = QObject(), list[object]()
    turns = Turns(owner)
    turns.ask(owner, "behind", lambda: ran.append("behind"), LAST)
    turns.ask(owner, "rest", lambda: ran.append("rest"), OUT_OF_SIGHT)
    turns.ask(owner, "page", lambda: ran.append("page"), PAGE)
    lengths = []
    for _ in range(4):
        QCoreApplication.processEvents()
        lengths.append(len(ran))
    assert ran == ["page", "rest", "behind"]
    assert all(after - before <= 1 for before, after in zip([0, *lengths], lengths, strict=False))


def test_asked_twice_it_is_done_once(qapp: QApplication) -> None:  # noqa: ARG001  as above
    owner, ran = QObject(), list[object]()
    turns = Turns(owner)
    for _ in range(2):
        turns.ask(owner, "page", lambda: ran.append(1))
    assert turns.waits(owner, "page")
    for _ in range(4):
        QCoreApplication.processEvents()
    assert ran == [1]
    assert not turns.waits(owner, "page")


def test_a_piece_of_somebody_gone_is_left_out(qapp: QApplication) -> None:  # noqa: ARG001  as above
    root, ran = QObject(), list[object]()
    turns, child = Turns(root), QObject(root)
    turns.ask(child, "page", lambda: ran.append(1))
    delete(child)
    for _ in range(3):
        QCoreApplication.processEvents()
    assert ran == []
