"""The forecast of a break: from the floor's counts to what the card says, and how many more may leave."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.figures import CurvePoint, Figures, FloorFigures, Now, Seats, Window, group_subject
from console.core.floor.model import AgentStatus
from console.core.floor.policy import Targets
from console.core.floor.view import FloorView
from console.core.forecast.live import glance
from console.core.forecast.question import Break, Departure
from console.core.rules.break_forecast import (
    GroupNow,
    figures_of,
    forecast,
    group_now,
    most_leaving,
    same_enough,
)
from tests.core.floor_of_ten import GROUP, NOON, floor

NOW = GroupNow(
    group=GROUP,
    at=NOON,
    window_min=30.0,
    arrivals=72,
    handled=70,
    handle_min=280.0,
    gave_up=6,
    waited_min=20.0,
    seats=12,
    in_system=10,
    target_min=0.25,
    service_level=0.8,
)


def busy(view: FloorView, talking: int = 6, waiting: int = 2) -> FloorView:
    """A floor half an hour into its day, with figures to estimate from."""
    recent = Window(
        entered=60,
        answered=55,
        abandoned=5,
        hung_up=4,
        timed_out=1,
        completed=50,
        asa_s=6.0,
        mean_wait_abandoned_s=30.0,
        handle_s=240.0,
    )
    before = view.figures.groups[GROUP]
    seats = replace(before.seats, by_status={AgentStatus.TALKING: talking, AgentStatus.WRAP_UP: 1})
    today = replace(recent, entered=600, answered=560, abandoned=40, hung_up=38, timed_out=2, completed=500)
    figures = Figures(now=Now(waiting=waiting, mean_wait_s=9.0), recent=recent, today=today, seats=seats)
    return replace(view, figures=FloorFigures(at=view.at, groups={GROUP: figures}, floor=figures))


def test_the_counts_are_the_floors_own() -> None:
    found = group_now(busy(floor()), GROUP, promised=1)
    assert found is not None
    assert (found.arrivals, found.handled, found.gave_up, found.window_min) == (60, 50, 38, 30.0)
    assert found.handle_min == pytest.approx(50 * 4)
    assert found.waited_min == pytest.approx((560 * 6 + 40 * 30 + 2 * 9) / 60)
    assert (found.seats, found.in_system) == (9, 9)


def test_a_seat_promised_away_serves_nobody() -> None:
    found = group_now(busy(floor(), talking=9), GROUP, promised=4)
    assert found is not None
    assert (found.seats, found.in_system) == (6, 8)


def test_only_minutes_somebody_listened_to_count() -> None:
    view = busy(floor())
    curve = [CurvePoint(at=NOON - 60 * k, waiting=None if k > 10 else 1) for k in range(40, -1, -1)]
    known = replace(view, figures=replace(view.figures, curves={group_subject(GROUP): tuple(curve)}))
    found = group_now(known, GROUP)
    assert found is not None
    assert found.window_min == pytest.approx(10.0)


def test_running_calls_older_than_calls_get_are_news() -> None:
    view = busy(floor(talking=[1, 2]))
    agents = {
        interface: replace(state, talk=replace(state.talk, since=NOON - 1200)) if state.talk else state
        for interface, state in view.agents.items()
    }
    found = group_now(replace(view, agents=agents), GROUP)
    assert found is not None
    assert found.handle_min == pytest.approx((50 * 240 + 2 * 1200 - 2 * 240) / 60)


def test_few_calls_of_late_take_the_days_handle_time() -> None:
    view = busy(floor())
    figures = view.figures.groups[GROUP]
    few = replace(figures, recent=replace(figures.recent, completed=19, handle_s=900.0))
    found = group_now(replace(view, figures=replace(view.figures, groups={GROUP: few})), GROUP)
    assert found is not None
    assert found.handled == 500
    assert found.handle_min == pytest.approx(2000)


def test_a_group_of_its_own_queue_is_known_and_a_stranger_is_not() -> None:
    view = busy(floor())
    own = replace(view, figures=replace(view.figures, groups={"queue:vip": view.figures.groups[GROUP]}))
    assert group_now(own, "queue:vip") is not None
    assert group_now(view, "nobody") is None
    assert group_now(replace(view, at=None), GROUP) is None


def test_leaving_makes_callers_wait_longer_and_the_card_says_by_how_much() -> None:
    told = forecast(NOW, 10)
    assert told.trouble is None
    assert told.refused is not None
    assert told.granted is not None
    assert told.granted.during.mean_wait_s is not None
    assert told.refused.during.mean_wait_s is not None
    assert told.granted.during.mean_wait_s > told.refused.during.mean_wait_s
    assert told.granted.during.service_level < told.refused.during.service_level
    assert told.kind is not None
    assert told.hard is not None
    assert told.kind.during.service_level > told.granted.during.service_level > told.hard.during.service_level
    figures = figures_of(told)
    assert figures["forecast_at"] == NOON
    assert figures["wait_granted_s"] == told.granted.during.mean_wait_s


def test_whoever_is_not_on_line_changes_nothing() -> None:
    told = forecast(NOW, 10, leaving=0)
    assert told.granted == told.refused


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"arrivals": 9}, "9 of 10 callers seen"),
        ({"handled": 3}, "3 of 10 ended calls"),
        ({"gave_up": 2}, "2 of 5 callers who gave up"),
        ({"seats": 0}, "Nobody is on line"),
    ],
)
def test_too_little_is_said_and_no_guess_is_made(lacking: dict[str, int], words: str) -> None:
    told = forecast(replace(NOW, **lacking), 10)
    assert told.granted is None
    assert told.trouble is not None
    assert words in told.trouble.english()
    assert words in str(figures_of(told)["forecast"])
    assert most_leaving(replace(NOW, **lacking), 10) is None


def _level(now: GroupNow, minutes: int, leaving: int) -> float:
    asked = Break(
        arrivals=now.arrivals / now.window_min,
        service=now.handled / now.handle_min,
        abandon=now.gave_up / now.waited_min,
        seats=now.seats,
        leaving=leaving,
        break_min=minutes,
        target_min=now.target_min,
        departure=Departure.FINISH_CALL,
        start_in_system=now.in_system,
    )
    return glance(asked).during.service_level


@settings(max_examples=15, deadline=None)
@given(
    seats=st.integers(1, 14),
    arrivals=st.integers(10, 90),
    in_system=st.integers(0, 14),
    minutes=st.sampled_from([10, 30]),
)
def test_so_many_may_leave_and_not_one_more(seats: int, arrivals: int, in_system: int, minutes: int) -> None:
    now = replace(NOW, seats=seats, arrivals=arrivals, in_system=in_system)
    found = most_leaving(now, minutes)
    assert found is not None
    levels = [_level(now, minutes, leaving) for leaving in range(seats + 1)]
    held = [leaving for leaving, level in enumerate(levels) if level >= now.service_level]
    assert found == max(held, default=0)


def test_a_target_for_the_wait_counts_too() -> None:
    quiet = replace(NOW, arrivals=36, in_system=4)
    free = most_leaving(quiet, 10)
    strict = most_leaving(replace(quiet, mean_wait_s=0.5), 10)
    assert free is not None
    assert strict is not None
    assert strict < free


def test_a_forecast_is_good_until_the_floor_moves() -> None:
    assert same_enough(NOW, replace(NOW, at=NOON + 5, in_system=11))
    assert not same_enough(NOW, replace(NOW, in_system=13))
    assert not same_enough(NOW, replace(NOW, seats=11))
    assert not same_enough(NOW, replace(NOW, arrivals=90))


def test_targets_come_from_the_policy() -> None:
    view = busy(floor())
    strict = replace(view.policy.groups[0], targets=Targets(answer_within_s=30, average_wait_s=20, service_level=0.9))
    found = group_now(replace(view, policy=replace(view.policy, groups=(strict,))), GROUP)
    assert found is not None
    assert (found.target_min, found.mean_wait_s, found.service_level) == (0.5, 20, 0.9)


def test_figures_without_a_clock_are_not_enough() -> None:
    view = busy(floor())
    timeless = Figures(recent=Window(entered=50), seats=Seats(on_line=5, on_shift=5))
    found = group_now(replace(view, figures=FloorFigures(groups={GROUP: timeless})), GROUP)
    assert found is not None
    assert most_leaving(found, 10) is None


def test_showing_a_forecast_needs_no_numpy() -> None:
    code = "import sys, console.core.step, console.core.rules.break_forecast; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
