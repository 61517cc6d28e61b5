"""The curve of the day: gaps stay gaps, every line lies at its own scale, and its heavy import waits."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.core.floor.figures import CurvePoint
from console.core.preferences import Preferences
from console.ui import i18n, theme
from console.ui.application import make_application
from console.ui.i18n import tr
from console.ui.widgets.day_curve import Curve, CurveDrawing, Expected
from console.ui.widgets.day_plot import DayPlot
from tests.ui.conftest import settle

BEGIN = 1_700_000_000.0
NOW = BEGIN + 7200.0


def minutes(*waiting: int | None) -> tuple[CurvePoint, ...]:
    return tuple(
        CurvePoint(at=BEGIN + 60 * minute, waiting=people, mean_wait_s=None if people is None else 2 * people)
        for minute, people in enumerate(waiting)
    )


Draw = Callable[..., CurveDrawing]


@pytest.fixture
def draw(qtbot: QtBot) -> Iterator[Draw]:
    kept: list[CurveDrawing] = []

    def shown(*points: int | None, **fields: object) -> CurveDrawing:
        make_application(Preferences(language="en", theme="dark"))
        drawing = CurveDrawing()
        kept.append(drawing)
        qtbot.addWidget(drawing)
        drawing.resize(900, 260)
        drawing.show()
        plain: dict[str, object] = {"points": minutes(*points), "begin": BEGIN, "now": NOW, **fields}
        drawing.show_curve(Curve(**plain))  # type: ignore[arg-type]  # fields named by the test
        qtbot.waitUntil(lambda: drawing.day_plot is not None)
        settle()
        return drawing

    yield shown
    i18n.use("en")
    theme.use("dark")


def plotted(drawing: CurveDrawing) -> DayPlot:
    assert drawing.day_plot is not None
    return drawing.day_plot


def test_a_board_is_there_before_pyqtgraph_is() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import sys, console.ui.pages.board; print('pyqtgraph' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "False"


def test_a_window_is_there_before_the_work_of_plans_and_breaks_is() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import sys, console.ui.window; print('console.core.work' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "False"


def test_the_first_paint_is_calm_and_the_plot_comes_after_it(qtbot: QtBot) -> None:
    make_application(Preferences(language="en"))
    drawing = CurveDrawing()
    qtbot.addWidget(drawing)
    drawing.resize(900, 260)
    drawing.show_curve(Curve(points=minutes(3, 4), begin=BEGIN, now=NOW))
    drawing.grab()
    assert drawing.day_plot is None
    drawing.show()
    qtbot.waitUntil(lambda: drawing.day_plot is not None)
    assert drawing.drawn == 1


def test_a_gap_is_shown_as_a_gap_and_a_lone_minute_is_seen(draw: Draw) -> None:
    plot = plotted(draw(3, 4, None, 9, None, 5, 6))
    x, y = plot.people.getData()
    runs = np.split(np.arange(len(y)), np.flatnonzero(np.isnan(y)) + 1)
    drawn = [[float(y[place]) for place in run if not np.isnan(y[place])] for run in runs]
    assert [run for run in drawn if run] == [[3, 4], [9, 9], [5, 6]]
    assert plot.people.opts["connect"] == "finite"
    assert x[0] == 0


def test_the_wait_has_its_own_scale(draw: Draw) -> None:
    plot = plotted(draw(10, 20, 30))
    _, people = plot.people.getData()
    _, wait = plot.wait.getData()
    assert np.nanmax(people) == 30
    assert np.nanmax(wait) == 60
    (_, left), (_, right) = plot.people.getViewBox().viewRange(), plot.wait.getViewBox().viewRange()
    assert right[1] > 60 > left[1] > 30
    one, other = (line.getViewBox().sceneBoundingRect().getRect() for line in (plot.people, plot.wait))
    assert other == pytest.approx(one, abs=1.0)


def test_the_emergency_line_stands_at_its_number_and_says_it(draw: Draw) -> None:
    drawing = draw(3, 4, limit=50)
    plot = plotted(drawing)
    assert plot.limit.isVisible()
    assert plot.limit.value() == 50
    assert plot.limit.label.toPlainText() == "Emergency line 50 people"
    drawing.show_curve(Curve(points=minutes(3, 4), begin=BEGIN, now=NOW))
    assert not plot.limit.isVisible()


def test_now_stands_where_the_figures_end_and_old_figures_say_of_when(draw: Draw) -> None:
    drawing = draw(3, 4)
    plot = plotted(drawing)
    assert plot.now.value() == NOW - BEGIN
    assert plot.now.label.toPlainText() == "now"
    drawing.show_curve(Curve(points=minutes(3, 4), begin=BEGIN, now=NOW, muted=True))
    assert plot.now.label.toPlainText().startswith("as of ")


def test_what_may_come_lies_right_of_now(draw: Draw) -> None:
    expected = tuple(Expected(at=NOW + 60 * step, low=5, middle=8, high=70) for step in range(31))
    plot = plotted(draw(3, 4, expected=expected))
    assert plot._band.isVisible()
    band = plot._band.path().boundingRect()
    assert band.left() == pytest.approx(NOW - BEGIN)
    assert band.bottom() == pytest.approx(70)
    across, up = plot.people.getViewBox().viewRange()
    assert band.right() <= across[1]
    assert band.bottom() < up[1]


def test_nothing_to_draw_is_said(draw: Draw) -> None:
    drawing = draw()
    assert plotted(drawing).nothing.isVisible()
    drawing.show_curve(Curve(points=minutes(1, 2), begin=BEGIN, now=NOW))
    assert not plotted(drawing).nothing.isVisible()


def test_a_thousand_minutes_are_brought_together_to_the_pixels(draw: Draw) -> None:
    drawing = draw(*range(1000), now=BEGIN + 60_000)
    drawing.resize(300, 200)
    settle()
    x, y = plotted(drawing).people.getData()
    assert len(x) <= 300
    assert np.nanmax(y) == 999


def test_it_takes_neither_keys_nor_mouse(draw: Draw) -> None:
    drawing = draw(3, 4)
    plot = plotted(drawing)
    before = plot.people.getViewBox().viewRange()
    assert plot.widget.focusPolicy() is Qt.FocusPolicy.NoFocus
    QTest.mousePress(drawing, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    QTest.mouseMove(drawing, QPoint(500, 140))
    QTest.mouseRelease(drawing, Qt.MouseButton.LeftButton, pos=QPoint(500, 140))
    assert drawing.childAt(300, 100) is None
    assert plot.people.getViewBox().viewRange() == before


def test_hidden_it_costs_nothing_and_catches_up(draw: Draw) -> None:
    drawing = draw(3, 4)
    drawing.hide()
    drawn = drawing.drawn
    drawing.show_curve(Curve(points=minutes(7, 8), begin=BEGIN, now=NOW))
    assert drawing.drawn == drawn
    drawing.show()
    settle()
    _, y = plotted(drawing).people.getData()
    assert np.nanmax(y) == 8


def test_other_colours_reach_the_plot(draw: Draw) -> None:
    drawing = draw(3, 4)
    theme.use("light")
    drawing.redraw()
    assert plotted(drawing).people.opts["pen"].color() == theme.colour("accent")


@pytest.mark.parametrize("ats", [(7000, 7150, 7190), (10, 40, 7190), (3000, 3010, 3020), (6000, 6900, 7100)])
def test_the_words_of_marks_never_lie_on_each_other(draw: Draw, ats: tuple[int, ...]) -> None:
    names = ("the watch fires", "the plan begins", "step 1-4")
    told = tuple((BEGIN + at, name) for at, name in zip(ats, names, strict=True))
    plot = plotted(draw(*range(120), marks=told))
    rooms = [line.label.textItem.sceneBoundingRect().adjusted(1, 1, -1, -1) for line in plot.marks]
    rooms.append(plot.now.label.textItem.sceneBoundingRect().adjusted(1, 1, -1, -1))
    assert len(rooms) == 4
    for place, one in enumerate(rooms):
        assert not [other for other in rooms[place + 1 :] if one.intersects(other)]


def test_where_half_an_hour_ahead_finds_no_room_now_is_just_now(draw: Draw) -> None:
    ahead = tuple(Expected(at=NOW + 60 * minute, low=1.0, middle=2.0, high=3.0) for minute in range(30))
    assert plotted(draw(*range(120), expected=ahead)).now.label.format == "now"
    wide = draw(*range(60, 120), expected=ahead, begin=NOW - 1800.0)
    assert plotted(wide).now.label.format == tr("now · next 30 minutes expected")
