"""Chips offered anew again and again: none is held on to after its list has let it go."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.ui.widgets.pick_list import PickList
from tests.ui.conftest import Desk


def test_chips_come_and_go_and_are_ticked_by_key(desk_of: Callable[..., Desk]) -> None:
    desk_of()
    chips = PickList()
    told: list[object] = []
    chips.picked.connect(told.append)
    chips.show()
    for turn in range(600):
        choices = tuple((f"g{n}", f"Group {n}") for n in range(turn % 7))
        chips.offer(choices, ("gone",) if turn % 2 else ())
        assert chips.count() == len(choices) + turn % 2
        chips.setCurrentRow(chips.count() - 1)
        QTest.keyClick(chips, Qt.Key.Key_Space)
    assert len(told) == sum(1 for turn in range(600) if turn % 7 + turn % 2)
    chips.offer((("a", "A"), ("b", "B")), ("b",))
    chips.setCurrentRow(0)
    QTest.keyClick(chips, Qt.Key.Key_Space)
    assert told[-1] == ["a", "b"]
    chips.deleteLater()
