"""A wall that was closed is asked nothing more."""

from collections.abc import Callable

from console.core.kept import Book
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import floor


def _stands(desk: Desk) -> bool:
    return desk.window.wall is not None


def test_a_closed_wall_is_asked_nothing_more(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.publish(floor())
    desk.window.toggle_wall()
    settle()
    assert _stands(desk)
    desk.window.toggle_wall()
    settle()
    assert not _stands(desk)
    # A slot that fails is an error of the test, by pytest-qt.
    desk.clock.at += 120  # so that there is something new to draw
    desk.shell.take_book(Book(seq=7))
    desk.publish(floor())
    desk.shell.change(wall_rotate_s=20.0)
    settle()
