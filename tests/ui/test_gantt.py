"""The drawing of the day's breaks: limits are those of now and of what is to come."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from console.core.preferences import Preferences
from console.core.words import say
from console.ui import theme
from console.ui.application import make_application
from console.ui.widgets.gantt import HEAD, Gantt, GanttView
from console.views.break_timeline import Band

HOUR = 3600.0


def drawn(qtbot: QtBot, now: float, *, limited: bool) -> tuple[QImage, Gantt]:
    make_application(Preferences(language="en", theme="dark"))
    gantt = Gantt()
    qtbot.addWidget(gantt)
    gantt.resize(1000, 300)
    limits = ((say("Toilet"), 3),) if limited else ()
    band = Band(group="g", name="", on_shift=10, away=0, limits=limits, lanes=5, bars=(), steps=())
    gantt.show_view(GanttView(bands=(band,), begin=0.0, end=4 * HOUR, now=now))
    return gantt.grab().toImage(), gantt


@pytest.mark.parametrize("now", [HOUR, 3 * HOUR])
def test_no_limit_is_drawn_over_what_is_past(qtbot: QtBot, now: float) -> None:
    """Of the seats on shift before now nobody has kept how many they were."""
    plain, _ = drawn(qtbot, now, limited=False)
    limited, gantt = drawn(qtbot, now, limited=True)
    head, begins = round(theme.px(HEAD)) + 1, round(gantt._x(now))
    past = QRect(head, 0, begins - head - 1, limited.height())
    assert limited.copy(past) == plain.copy(past)
    ahead = QRect(begins + 2, 0, limited.width() - begins - 2, limited.height())
    assert limited.copy(ahead) != plain.copy(ahead)


def test_a_day_gone_by_has_no_limit(qtbot: QtBot) -> None:
    _, gantt = drawn(qtbot, 5 * HOUR, limited=True)
    assert gantt.limit_span() is None
