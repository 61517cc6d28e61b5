"""The report of a run on screen: read when asked for, followed while it runs, saved and left by keys."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from console.core.kept import Book
from console.core.preferences import Preferences
from console.core.words import Said, say
from console.core.work.plan_report import PlanReport
from console.ui import i18n, theme
from console.ui.application import make_application
from console.ui.bridge import Bridge
from console.ui.pages.plans_report import AGAIN_S, PlanReportView
from console.ui.shell import NoDoors, Shell
from console.ui.widgets.report_table import Head, Part, ReportTable
from tests.core.test_plan_report import Clocked
from tests.ui.conftest import settle
from tests.ui.floor_fixture import FixedClock, MemorySettings
from tests.views.told_run import course, nothing_done, policy, told

Then = Callable[[PlanReport | Said], None]


class Doors(NoDoors):
    """Notes what is asked and answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Then]] = []
        self.written: list[tuple[Path, PlanReport]] = []
        self.trouble: Said | None = None

    def report(self, run: str, then: Then) -> None:
        self.asked.append((run, then))

    def write_report(self, path: Path, report: PlanReport, then: Callable[[Said | None], None]) -> None:
        self.written.append((path, report))
        then(self.trouble)

    def answer(self, what: PlanReport | Said) -> None:
        self.asked[-1][1](what)
        settle()


class Screen:
    """The view on a shell of its own."""

    def __init__(self, language: str) -> None:
        self.doors, self.clock = Doors(), FixedClock()
        settings = MemorySettings(Preferences(language=language, theme="dark"))
        self.shell = Shell(bridge=Bridge(), clock=self.clock, settings=settings, doors=self.doors)
        self.desk = ended()
        self.shell.live = replace(self.desk.view, policy=policy(self.desk))
        self.view = PlanReportView(self.shell)
        self.said: list[str] = []
        self.shell.told.connect(lambda said, _tone: self.said.append(said.english()))


@cache
def ended() -> Clocked:
    return course()


@cache
def under_way() -> Clocked:
    return course(down=False)


@pytest.fixture
def screen_of(qtbot: QtBot) -> Iterator[Callable[..., Screen]]:
    kept: list[Screen] = []

    def make(language: str = "en", size: tuple[int, int] = (1100, 800)) -> Screen:
        make_application(Preferences(language=language, theme="dark"))
        one = Screen(language)
        kept.append(one)
        qtbot.addWidget(one.view)
        one.view.resize(*size)
        one.view.show()
        qtbot.waitExposed(one.view)
        return one

    yield make
    for one in kept:
        one.view.close()
    i18n.use("en")
    theme.use("dark")
    settle()


@pytest.fixture
def screen(screen_of: Callable[..., Screen]) -> Screen:
    return screen_of()


def test_it_is_read_when_opened_and_says_so_meanwhile(screen: Screen) -> None:
    assert screen.doors.asked == []
    screen.view.open_run("r1")
    assert [run for run, _ in screen.doors.asked] == ["r1"]
    assert screen.view.empty.headline.text() == "Reading the report …"
    assert not screen.view.html.isEnabled()
    screen.doors.answer(told(screen.desk))
    assert screen.view.title.text() == i18n.dotted("排队高峰", "销售")
    assert screen.view.headline.text().startswith("fired 20:00:03 on people waiting 53")
    assert len(screen.view.steps.rows) == 5
    assert len(screen.view.timeline.rows) == len(told(screen.desk).timeline)
    assert screen.view.area.isVisible()


def test_what_cannot_be_read_is_said_and_can_be_tried_again(screen: Screen) -> None:
    screen.view.open_run("r1")
    screen.doors.answer(say("This run of a plan is not known here."))
    assert screen.view.empty.reason.text() == "This run of a plan is not known here."
    screen.view.empty.button.click()
    assert len(screen.doors.asked) == 2
    screen.doors.answer(told(screen.desk))
    assert screen.view.area.isVisible()


def test_an_answer_about_another_run_comes_too_late(screen: Screen) -> None:
    screen.view.open_run("old")
    late = screen.doors.asked[0][1]
    screen.view.open_run("new")
    late(told(screen.desk))
    assert screen.view.report is None
    assert screen.view.empty.isVisible()


def test_every_word_has_room_at_any_width(qtbot: QtBot) -> None:
    make_application(Preferences(language="en", theme="dark"))
    table = ReportTable()
    qtbot.addWidget(table)
    table.show_rows("Steps", (Head("#"), Head("step", rest=True)), [[(Part("1"),), (Part("統一口径 " * 40),)]])
    table.resize(900, 100)
    table.show()
    settle()
    wide = table.height()
    table.resize(320, 100)
    settle()
    assert table.height() > wide + 60, "words break, they are not cut"


def test_a_small_window_scrolls_down_only(screen_of: Callable[..., Screen]) -> None:
    screen = screen_of("zh_CN", (640, 420))
    screen.view.open_run("r1")
    screen.doors.answer(told(screen.desk))
    assert screen.view.area.verticalScrollBar().maximum() > 0
    assert screen.view.area.horizontalScrollBar().maximum() == 0


def test_a_run_under_way_is_followed(screen: Screen) -> None:
    desk = under_way()
    run = desk.run
    screen.view.open_run(run.id)
    screen.doors.answer(told(desk))
    before = len(screen.doors.asked)
    screen.shell.take_book(Book().told(1, [replace(run, version=run.version + 1)], {}))
    assert len(screen.doors.asked) == before + 1, "a commit about it is read at once"
    screen.doors.answer(told(desk))
    screen.shell.ticked.emit()
    assert len(screen.doors.asked) == before + 1
    screen.clock.at += AGAIN_S + 1
    screen.shell.ticked.emit()
    assert len(screen.doors.asked) == before + 2, "its curve grows"
    screen.shell.ticked.emit()
    assert len(screen.doors.asked) == before + 2, "one at a time"
    assert screen.view.area.isVisible(), "what was shown stays meanwhile"


def test_one_that_has_ended_is_left_alone(screen: Screen) -> None:
    screen.view.open_run("r1")
    screen.doors.answer(told(screen.desk))
    screen.clock.at += 1000
    screen.shell.ticked.emit()
    assert len(screen.doors.asked) == 1


def test_keys_scroll_save_and_leave(screen: Screen, qtbot: QtBot) -> None:
    screen.view.open_run("r1")
    screen.doors.answer(told(screen.desk))
    screen.view.setFocus()
    bar = screen.view.area.verticalScrollBar()
    assert bar.maximum() > 0
    QTest.keyClick(screen.view.area, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    for key, suffix in ((Qt.Key.Key_H, "html"), (Qt.Key.Key_J, "json")):
        QTest.keyClick(screen.view.area, key)
        dialog = screen.view.findChildren(QFileDialog)[-1]
        assert dialog.selectedFiles()[0].endswith(f"排队高峰-销售-2027-01-15.{suffix}")
        dialog.close()
        settle()
    with qtbot.waitSignal(screen.view.closed):
        QTest.keyClick(screen.view.area, Qt.Key.Key_Escape)


def test_what_came_of_saving_is_said(screen: Screen, tmp_path: Path) -> None:
    screen.view.open_run("r1")
    report = told(screen.desk)
    screen.doors.answer(report)
    screen.view.write(tmp_path / "a.html", report)
    assert screen.said == [f"Written: {tmp_path / 'a.html'}"]
    screen.doors.trouble = say("There is no room left.")
    screen.view.write(tmp_path / "a.html", report)
    assert screen.said[1] == "There is no room left."


def test_another_language_at_once(screen: Screen) -> None:
    screen.view.open_run("r1")
    screen.doors.answer(told(screen.desk))
    i18n.use("zh_CN")
    settle()
    assert screen.view.timeline.title == "时间线"
    assert screen.view.back.text() == "返回"
    assert "触发" in screen.view.headline.text()


def test_the_curve_carries_the_steps(screen: Screen, qtbot: QtBot) -> None:
    screen.view.open_run("r1")
    screen.doors.answer(told(screen.desk, nothing_done(screen.desk)))
    drawing = screen.view.curve.drawing
    qtbot.waitUntil(lambda: drawing.day_plot is not None)
    settle()
    assert drawing.day_plot is not None
    shown = [line.label.format for line in drawing.day_plot.marks if line.isVisible()]
    assert "fired" in shown
    assert any(words.startswith("step 1") for words in shown)
    assert drawing.day_plot._middle.isVisible()
    assert not drawing.day_plot.now.isVisible(), "the end of a run is not now"
