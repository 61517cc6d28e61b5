"""Looking back: by keys alone to any moment and on, clearly marked, and always one key from now."""

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.core.floor.model import Instant
from console.core.floor.tape import Span
from console.core.floor.view import FloorView
from console.ui.doors import Moments, PastPlayer
from console.ui.shell import NoDoors
from console.ui.widgets.replay_bar import ReplayBar
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import NOON_TWO, floor

CONTROL = Qt.KeyboardModifier.ControlModifier
MORNING = NOON_TWO - 5 * 3600
GAP = Span(begin=NOON_TWO - 9000, end=NOON_TWO - 7200)


class Kept(msgspec.Struct, frozen=True):
    span: Span | None
    gaps: tuple[Span, ...] = ()


class HandPlayer:
    """A player that shows a moment when the test says so."""

    def __init__(self, show: Callable[[FloorView], None], ended: Callable[[], None]) -> None:
        self.show, self.ended = show, ended
        self.sought: list[Instant] = []
        self.rate = 0.0
        self.closed = False

    def seek(self, at: Instant) -> None:
        self.sought.append(at)

    def play(self, rate: float = 1.0) -> None:
        self.rate = rate

    def pause(self) -> None:
        self.rate = 0.0

    def close(self) -> None:
        self.closed = True

    def pace(self) -> float:
        return self.rate

    def arrive(self, at: Instant | None = None) -> None:
        self.show(floor(self.sought[-1] if at is None else at, past=True))
        settle()


class PastDoors(NoDoors):
    def __init__(self) -> None:
        self.players: list[HandPlayer] = []
        self.kept: Moments | None = Kept(Span(begin=MORNING, end=NOON_TWO), (GAP,))
        self.asked: list[tuple[Instant, Instant]] = []

    def moments(self, begin: Instant, end: Instant, then: Callable[[Moments | None], None]) -> None:
        self.asked.append((begin, end))
        today = begin <= MORNING < end
        then(self.kept if today or self.kept is None else Kept(Span(begin=begin + 8 * 3600, end=end - 1800)))

    def play_past(self, show: Callable[[FloorView], None], ended: Callable[[], None]) -> PastPlayer | None:
        if self.kept is None:
            return None
        self.players.append(HandPlayer(show, ended))
        return self.players[-1]


@pytest.fixture
def doors(desk: Desk) -> PastDoors:
    made = PastDoors()
    desk.shell.doors = made
    return made


@pytest.fixture
def bar(desk: Desk, doors: PastDoors) -> ReplayBar:
    QTest.keyClick(desk.window, Qt.Key.Key_R, CONTROL)
    settle()
    assert doors.asked
    return desk.window.replay_bar


def in_past(desk: Desk) -> bool:
    return desk.shell.view.past


def press(*keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, modifier)
        settle()


def test_the_bar_comes_with_one_key_and_stands_at_now(desk: Desk, bar: ReplayBar) -> None:
    assert bar.isVisible()
    assert bar.slider.hasFocus()
    assert bar.words.text() == "Now"
    assert not in_past(desk)
    assert (bar.slider.begin, bar.slider.end) == (MORNING, NOON_TWO)


def test_by_keys_alone_back_played_faster_and_to_now(desk: Desk, doors: PastDoors, bar: ReplayBar) -> None:
    press(Qt.Key.Key_Left)
    player = doors.players[0]
    assert player.sought == [NOON_TWO - 60]
    player.arrive()
    assert in_past(desk)
    assert "Past" in bar.words.text()
    assert bar.time.text() == "14:01:37"
    press(Qt.Key.Key_Left, modifier=CONTROL)
    assert player.sought[-1] == NOON_TWO - 660
    press(Qt.Key.Key_Home)
    assert player.sought[-1] == MORNING
    press(Qt.Key.Key_Space)
    assert player.pace() == 5.0
    press(Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert player.pace() == 60.0
    press(Qt.Key.Key_Down)
    assert player.pace() == 15.0
    player.arrive(MORNING + 33)
    assert bar.replay.at == MORNING + 33
    press(Qt.Key.Key_Space)
    assert player.pace() == 0.0
    press(Qt.Key.Key_End)
    assert not in_past(desk)
    assert player.closed
    assert bar.words.text() == "Now"
    press(Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_a_moment_that_arrives_after_the_return_is_not_shown(desk: Desk, doors: PastDoors, bar: ReplayBar) -> None:
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_End)
    doors.players[0].arrive()
    assert not in_past(desk)
    assert bar.replay.at is None


def test_live_views_meanwhile_do_not_end_the_way_back(desk: Desk, doors: PastDoors, bar: ReplayBar) -> None:
    press(Qt.Key.Key_Left)
    desk.publish(floor())
    assert bar.replay.at == NOON_TWO - 60
    doors.players[0].arrive()
    desk.publish(floor())
    assert in_past(desk)


def test_another_way_to_now_ends_the_player_too(desk: Desk, doors: PastDoors, bar: ReplayBar) -> None:
    press(Qt.Key.Key_Left)
    doors.players[0].arrive()
    desk.shell.show_past(None)
    settle()
    assert doors.players[0].closed
    assert bar.replay.at is None


def test_the_hand_drags_through_the_day_and_no_further(doors: PastDoors, bar: ReplayBar) -> None:
    slider = bar.slider
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    wanted = doors.players[0].sought[-1]
    assert wanted == pytest.approx((MORNING + NOON_TWO) / 2, abs=60)
    QTest.mouseMove(slider, QPoint(-50, middle.y()))
    assert slider.at_x(-50) == MORNING
    assert slider.x_of(NOON_TWO + 1000) == slider.x_of(NOON_TWO)


def test_gaps_are_drawn_and_said(bar: ReplayBar) -> None:
    slider = bar.slider
    picture = slider.grab().toImage()
    inside = round((slider.x_of(GAP.begin) + slider.x_of(GAP.end)) / 2)
    outside = round(slider.x_of(GAP.end + 3000))
    y = slider.height() // 2
    column = [picture.pixelColor(inside + dx, y).name() for dx in range(-4, 5)]
    assert len(set(column)) > 1  # hatched
    assert len({picture.pixelColor(outside + dx, y).name() for dx in range(-4, 5)}) == 1
    assert "nobody recorded" in slider.toolTip()


def test_other_days_are_within_reach_as_far_as_they_are_kept(desk: Desk, doors: PastDoors, bar: ReplayBar) -> None:
    press(Qt.Key.Key_PageUp)
    assert doors.players[0].sought[-1] == NOON_TWO - 86_400
    assert bar.date.text() == "2026-07-29"
    for _ in range(20):
        bar.replay.other_day(-1)
    oldest = desk.shell.live.policy.keep_tape_days
    assert NOON_TWO - 6 * 86_400 > min(doors.players[0].sought) > NOON_TWO - (oldest + 1) * 86_400
    for _ in range(20):
        bar.replay.other_day(1)
    assert bar.replay.at is None


def test_where_nothing_is_recorded_it_is_said(desk: Desk, doors: PastDoors) -> None:
    doors.kept = None
    bar = desk.window.replay_bar
    bar.start()
    settle()
    press(Qt.Key.Key_Left)
    assert bar.slider.empty
    assert bar.replay.at is None
    assert desk.window.toast.isVisible()


def test_the_end_of_the_tape_is_now(desk: Desk, doors: PastDoors, bar: ReplayBar) -> None:
    press(Qt.Key.Key_Left)
    player = doors.players[0]
    player.arrive()
    bar.replay.toggle()
    player.arrive(NOON_TWO - 3)
    player.ended()
    settle()
    assert not in_past(desk)
    assert not bar.replay.playing


def test_every_page_carries_the_mark(desk: Desk, doors: PastDoors, bar: ReplayBar) -> None:
    press(Qt.Key.Key_Left)
    doors.players[0].arrive()
    for key in ("board", "agents", "queue"):
        desk.shell.go(key)
        settle()
        page = desk.window.page
        assert page is not None
        assert page._framed
        assert bar.isVisible()
        assert desk.window.top.time.text() == "14:01:37"
