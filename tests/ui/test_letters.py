"""Large letters in a low window: nothing is cut, nothing runs under something else."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from console.core.floor.policy import Tone
from console.core.words import say
from console.ui import theme
from console.ui.help import COLUMNS, KEYS, KeyTable
from console.ui.i18n import dotted
from console.ui.theme import Type
from console.ui.widgets.figure_card import MARK, FigureCard
from console.ui.widgets.group_table import RATIO, GroupTable
from console.ui.widgets.notice import EmptyPage
from console.ui.widgets.plan_figures import PlanFigures
from console.views.plan_run import FigureRow
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import floor

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


def test_a_full_group_stands_whole_in_its_column(desk_of: DeskOf) -> None:
    desk = desk_of()
    desk.window.resize(1280, 720)
    desk.publish(floor())
    table = desk.window.findChild(GroupTable)
    assert table is not None
    widest = QFontMetrics(theme.font(Type.ROW)).horizontalAdvance(dotted("24/24", "100%"))
    assert table.columnWidth(RATIO) >= widest + theme.px(20)


def test_words_without_a_reason_are_no_matter_to_qt(desk_of: DeskOf, caplog: pytest.LogCaptureFixture) -> None:
    desk_of()
    page = EmptyPage("plug")
    page.show_words("Waiting for the floor")
    assert not [record for record in caplog.records if record.name == "qt"]
    page.deleteLater()


@pytest.mark.parametrize("width", [340, 390, 520])
def test_the_figures_of_a_run_each_find_room(desk_of: DeskOf, width: int) -> None:
    desk_of()
    figures = PlanFigures()
    rows = [FigureRow(key=k, name=say("{n}", n=n)) for k, n in (("waiting", "people waiting"), ("x", "average wait"))]
    figures.rows = tuple(rows)
    figures.resize(width, 100)
    ends = figures.ends(("Limit", "At fire", "Now", "Without the plan"))
    assert ends == sorted(ends)
    assert ends[-1] == width
    assert all(second - first >= theme.px(40) for first, second in pairwise(ends))
    if width >= 390:
        assert ends[0] >= QFontMetrics(theme.font(Type.BODY)).horizontalAdvance("people waiting")
    figures.deleteLater()


def test_the_keys_at_a_glance_are_each_told_once() -> None:
    said = [what.english() for _, what in KEYS]
    assert len(set(said)) == len(said)
    assert sum(len(rows) for _, rows in COLUMNS) == len(KEYS)


@pytest.mark.parametrize("width", [760, 1200])
@pytest.mark.parametrize("scale", [1.0, 1.6])
def test_the_keys_at_a_glance_have_room_for_their_words(qapp: QApplication, width: int, scale: float) -> None:
    assert qapp is not None
    theme.use("dark", scale)
    try:
        told, high = KeyTable().drawn(width)
        metrics = QFontMetrics(theme.font(Type.BODY))
        wrap = int(Qt.TextFlag.TextWordWrap)
        for where, words, _ in told:
            needs = metrics.boundingRect(where.toRect().adjusted(0, 0, 0, 1000), wrap, words)
            assert needs.height() <= where.height(), words
            assert where.bottom() <= high
    finally:
        theme.use("dark")
