"""Large letters in a low window: nothing is cut, nothing runs under something else."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QFontMetrics

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.help import ANSWERS, EVERYWHERE, KEYS
from console.ui.theme import Type
from console.ui.widgets.figure_card import MARK, FigureCard
from tests.ui.conftest import Desk, settle

DeskOf = Callable[..., Desk]


@pytest.mark.parametrize("high", [600, 720, 940])
@pytest.mark.parametrize("scale", [1.0, 1.3, 1.6])
def test_every_page_stands_whole_in_the_rail(desk_of: DeskOf, high: int, scale: float) -> None:
    desk = desk_of(text_scale=scale)
    desk.window.resize(1280, high)
    settle()
    rail = desk.window.rail
    foot = 0
    for button in rail.buttons.values():
        assert button.y() >= foot
        assert button.height() >= theme.px(21)
        foot = button.y() + button.height()
        if button.named:
            assert button.height() >= theme.px(21) + QFontMetrics(theme.font(Type.SMALL)).height()
    assert rail.about.y() >= foot
    assert rail.about.y() + rail.about.height() <= rail.height()


def test_the_frame_of_the_window_follows_the_letters(desk_of: DeskOf) -> None:
    desk = desk_of()
    window = desk.window
    usual = (window.rail.width(), window.top.height(), window.todo.width())
    desk.shell.change(text_scale=1.5)
    settle()
    grown = (window.rail.width(), window.top.height(), window.todo.width())
    assert grown[0] == theme.px(theme.RAIL_WIDTH) > usual[0]
    assert grown[1] == theme.px(theme.TOP_HEIGHT) > usual[1]
    desk.shell.change(text_scale=1.0)
    settle()
    assert (window.rail.width(), window.top.height(), window.todo.width()) == usual


def test_a_figures_label_gives_way_to_the_mark_of_its_tone(desk_of: DeskOf) -> None:
    desk_of()
    assert FigureCard.label_room(110, Tone.CALM) == 110
    assert FigureCard.label_room(110, Tone.ALARM) <= 110 - 2 * theme.px(MARK)


def test_the_keys_at_a_glance_are_each_told_once() -> None:
    said = [what.english() for _, what in KEYS]
    assert len(set(said)) == len(said)
    assert abs(len(EVERYWHERE) - len(ANSWERS)) <= 2
