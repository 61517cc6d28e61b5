"""An emergency through the real window by keyboard alone: proposed, rehearsed, begun, answered, stood down, told of.

Everything behind the window is real: doors, desk, steward, and the demo floor as the telephone system.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.app.doors import AppDoors
from console.core.preferences import DEMO, Preferences
from console.core.rules.watches import Condition, Each, Watch
from console.core.work.plan_body import PlanBody, Trigger
from console.core.work.plan_records import PlanRun, RunState, StepState
from console.desk.clock import FloorClock, SystemClock
from console.settings import PreferencesFile
from console.ui.application import make_application
from console.ui.bridge import Bridge
from console.ui.pages.plans import PlansPage
from console.ui.pages.plans_report import PlanReportView
from console.ui.shell import Shell
from console.ui.widgets.todo_card import TodoCard
from console.ui.window import DeskWindow
from tests.app.open_floor import WITHIN, KnownSecrets
from tests.ui.break_desk import press
from tests.ui.conftest import settle

if TYPE_CHECKING:
    from console.core.words import Said

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NAME, GROUP = "演练", "orders"


def drill() -> PlanBody:
    """Return a plan whose condition is true wherever anybody is on shift, and whose last step customers notice."""
    return PlanBody(
        name=NAME,
        each=Each.GROUP,
        only=(GROUP,),
        trigger=Trigger.PROPOSE,
        countdown_s=3600.0,
        stage_s=0.0,
        watch=Watch(when=Condition(measure="on_shift", above=0.0), sustained_s=1.0, least_waiting=0),
        steps=(
            {"do": "notify", "text": "${subject}:${waiting} 人排队", "sound": False},
            {"do": "directive", "text": "请稍候"},
            {"do": "hold_breaks"},
            {"do": "ivr_shortcut", "to": "announce"},
        ),
    )


class Course:
    """The window at work on the demo floor, and whoever sits before it without a mouse."""

    def __init__(self, data: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        settings = PreferencesFile(data.parent / "preferences.json")
        settings.keep(Preferences(language="en", operator="li", demo_banner_closed=True, page="board"))
        make_application(settings.preferences())
        self.bridge, clock = Bridge(), SystemClock()
        self.said: list[Said] = []
        self.doors = AppDoors(
            data=data,
            clock=clock,
            secrets=KnownSecrets(),
            settings=settings,
            bridge=self.bridge,
            tell=self.said.append,
            screen=lambda: self.shell,
        )
        self.shell = Shell(
            bridge=self.bridge, clock=FloorClock(clock, self.doors.floor_clock), settings=settings, doors=self.doors
        )
        self.window = DeskWindow(self.shell)
        self.window.resize(1600, 940)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.doors.open_floor(DEMO)

    def until(self, found: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(found()), timeout=int(WITHIN * 1000))
        settle()

    def close(self) -> None:
        self.doors.close()
        self.window.close()
        self.window.deleteLater()
        settle()

    @property
    def run(self) -> PlanRun | None:
        runs = self.shell.book.every(PlanRun).values()
        return next((run for run in runs if run.body.name == NAME), None)

    def stands(self, state: RunState) -> bool:
        return self.run is not None and self.run.state is state

    @property
    def page(self) -> PlansPage:
        page = self.window.page
        assert isinstance(page, PlansPage)
        return page

    def shortcut(self) -> object:
        floor = self.doors.floor
        assert floor is not None
        assert floor.source.switch is not None
        return floor.source.switch.get_key("ivr", "shortcut")

    def go_to_card(self, identity: str) -> None:
        press(K.Key_T, CTRL)
        for _ in range(40):
            widget = QApplication.focusWidget()
            if isinstance(widget, TodoCard) and widget.slot.card.id == identity:
                return
            press(K.Key_Down)
        raise AssertionError(identity)


@pytest.fixture
def course(data: Path, qtbot: QtBot) -> Iterator[Course]:
    before = set(threading.enumerate())
    made = Course(data, qtbot)
    yield made
    made.close()
    left = {each for each in threading.enumerate() if "(" not in each.name} - before
    assert not left, f"threads live on: {left}"


def test_the_whole_course_by_keyboard_alone(course: Course) -> None:
    course.until(lambda: course.doors.floor is not None and course.shell.live.queues)
    kept: list[Said | None] = []
    course.doors.keep_plan("drill", drill(), 0, kept.append)
    course.until(lambda: kept)
    assert kept == [None]

    # One card says it is proposed; Return leads from it to its run.
    course.until(lambda: course.stands(RunState.PROPOSED))
    assert course.run is not None
    card = f"plan:{course.run.id}"
    course.until(lambda: card in {each.id for each in course.shell.cards})
    course.go_to_card(card)
    press(K.Key_Return)
    assert course.page.now.current == course.run.id

    # Rehearsed: what would be set and what stands there now; nothing is set.
    found = course.shortcut()
    press(K.Key_2)
    table = course.page.plans.table
    for _ in range(10):
        if (chosen := course.page.plans.chosen) is not None and chosen.id == "drill":
            break
        press(K.Key_Down)
    assert table.hasFocus()
    press(K.Key_R)
    form = course.page.plans.form
    course.until(lambda: form.table.table.rows.rows)
    assert [row.n for row in form.table.table.rows.rows if row.n] == ["1", "2", "3", "4"]
    assert course.shortcut() == found
    press(K.Key_Escape)
    press(K.Key_1)

    # Begun; what customers notice is asked for once more, and stands after the answer.
    press(K.Key_A)
    course.until(lambda: course.stands(RunState.ASKING))
    assert course.shortcut() == found
    press(K.Key_Y)
    course.until(lambda: course.stands(RunState.STANDING))
    assert [step.state for step in course.run.steps] == [StepState.STANDING] * 4
    assert course.shortcut() == "announce"
    assert course.window.plans.isVisible(), "the banner cannot be missed"

    # Stood down, everything is as it was found.
    press(K.Key_E)
    press(K.Key_Return)
    course.until(lambda: course.stands(RunState.STOOD_DOWN))
    assert course.shortcut() == found

    # Its report, from the history.
    press(K.Key_3)
    course.until(lambda: course.page.history.table.rows.rows)
    assert course.page.history.table.hasFocus()
    press(K.Key_Return)
    course.until(lambda: isinstance(course.page._behind.get("report"), PlanReportView))
    report = course.page._behind["report"]
    course.until(lambda: report.told is not None)
    assert report.told.plan == NAME
    press(K.Key_Escape)
    assert course.page.history.table.hasFocus(), "back where one was"
    assert not course.said, [each.english() for each in course.said]
