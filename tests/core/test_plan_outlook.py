"""The forecast of doing nothing: what it starts from, how far it looks, and when it says that it cannot tell."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.figures import CurvePoint, group_subject
from console.core.rules.break_forecast import GroupNow
from console.core.rules.plan_outlook import LONGEST_MIN, PlanOutlook, floor_then, minutes_wanted, outlook
from tests.core.floor_of_ten import GROUP, NOON, floor
from tests.core.plan_desk import PlanDesk, body
from tests.core.test_break_forecast import NOW, busy

TELL = {"do": "notify", "text": "${waiting}"}
SURGE = replace(NOW, arrivals=120, window_min=10.0, in_system=32, seats=12)


def test_in_a_surge_the_line_grows_and_says_how_sure_it_is() -> None:
    told = outlook("r", (SURGE,), 60)
    assert told.trouble is None
    assert len(told.points) == 61
    first, hour = told.points[0], told.points[60]
    assert (first.at, hour.at) == (NOON, NOON + 3600)
    assert first.waiting == pytest.approx(20.0)
    assert first.least == first.most == pytest.approx(20.0)
    assert hour.least < hour.waiting < hour.most
    assert hour.waiting > first.waiting
    assert hour.mean_wait_s is not None
    assert hour.wait_s is not None


@settings(max_examples=30, deadline=None)
@given(
    arrivals=st.integers(10, 80),
    handled=st.integers(10, 80),
    seats=st.integers(0, 20),
    in_system=st.integers(0, 60),
    gave_up=st.integers(5, 40),
)
def test_the_likely_course_lies_between_its_ends(
    arrivals: int, handled: int, seats: int, in_system: int, gave_up: int
) -> None:
    now = replace(
        NOW,
        arrivals=arrivals,
        handled=handled,
        handle_min=handled * 4.0,
        seats=seats,
        in_system=max(in_system, 0),
        gave_up=gave_up,
        waited_min=60.0,
    )
    told = outlook("r", (now,), 30)
    for point in told.points:
        assert point.least <= point.waiting + 1e-3
        assert point.waiting <= point.most + 1e-3


def test_two_groups_are_followed_apart_and_added_up() -> None:
    one, other = outlook("r", (SURGE,), 20), outlook("r", (NOW,), 20)
    both = outlook("r", (SURGE, replace(NOW, group="care")), 20)
    for place in (0, 10, 20):
        assert both.points[place].waiting == pytest.approx(one.points[place].waiting + other.points[place].waiting)


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ((), "nobody noted the floor"),
        ((replace(NOW, arrivals=9),), "9 of 10 callers seen"),
        ((replace(NOW, handled=3),), "3 of 10 ended calls seen"),
        ((SURGE, replace(NOW, group="care", arrivals=2, in_system=30)), "2 of 10 callers seen"),
    ],
)
def test_too_little_data_is_said_and_nothing_guessed(then: tuple[GroupNow, ...], words: str) -> None:
    told = outlook("r", then, 60)
    assert told.points == ()
    assert told.trouble is not None
    assert words in told.trouble.english()
    assert told.at(NOON) is None


def test_a_quiet_group_nobody_waits_in_is_left_out_of_a_floor() -> None:
    told = outlook("r", (SURGE, replace(NOW, group="care", arrivals=2, in_system=1)), 10)
    assert told.trouble is None
    assert told.left_out == ("care",)


def test_a_moment_is_its_nearest_minute_and_nothing_outside() -> None:
    told = outlook("r", (SURGE,), 10)
    assert told.at(NOON + 89) == told.points[1]
    assert told.at(NOON + 91) == told.points[2]
    assert told.at(NOON - 60) is None
    assert told.at(NOON + 700) is None
    assert PlanOutlook(run="r", begun_at=None).at(NOON) is None


@given(minutes=st.floats(0, 600))
def test_it_is_followed_beyond_now_and_never_for_ever(minutes: float) -> None:
    wanted = minutes_wanted((NOW,), NOON + minutes * 60)
    assert wanted >= min(minutes + 10, LONGEST_MIN)
    assert wanted <= LONGEST_MIN


def test_a_surge_is_counted_by_its_own_minutes() -> None:
    view = busy(floor())

    def then(entered: Callable[[int], int]) -> tuple[int, float]:
        curve = tuple(CurvePoint(at=NOON - 60 * k, waiting=3, entered=entered(k)) for k in range(40, 0, -1))
        seen = replace(view, figures=replace(view.figures, curves={group_subject(GROUP): curve}))
        (found,) = floor_then(seen, (GROUP, "nobody"))
        return found.arrivals, round(found.window_min, 6)

    assert then(lambda k: 8 if k <= 5 else 1) == (40, 5.0)
    assert then(lambda _: 2) == (20, 10.0), "five minutes are too few callers to tell"
    assert then(lambda _: 0) == (60, 30.0), "too few in the last minutes: the window's"


def test_a_run_keeps_the_floor_as_it_was_when_its_watch_fired() -> None:
    desk = PlanDesk()
    desk.keep(body(TELL, trigger="propose"))
    desk.waiting = 11
    desk.ticks(4)
    (then,) = desk.run.floor_then
    assert (then.group, then.in_system) == (GROUP, 11)
    desk.waiting = 40
    desk.ticks(5)
    assert desk.run.floor_then == (then,)
