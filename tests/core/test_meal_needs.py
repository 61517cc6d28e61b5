"""What a meal round has to leave on line, by the callers of the same hour on another day."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.figures import CurvePoint
from console.core.floor.policy import FloorPolicy
from console.core.rules.break_forecast import most_leaving
from console.core.rules.meal_needs import KNOWN_SHARE, Points, needs
from tests.core.floor_of_ten import NOON
from tests.core.test_break_forecast import NOW

HALF = 1800.0
DAY_S = 86400.0
UTC = FloorPolicy(time_zone="UTC")
SPANS = tuple((NOON + 3600 + n * HALF, NOON + 3600 + (n + 1) * HALF) for n in range(2))


def kept(*days: tuple[int, int], minutes: int = 30) -> Points:
    """Return the curve of some days ago: so many callers a minute, of every half hour so many minutes heard."""

    def points(begin: float, end: float) -> Sequence[CurvePoint]:
        return [
            CurvePoint(at=begin + n * 60, waiting=0 if n < minutes else None, entered=callers if n < minutes else 0)
            for ago, callers in days
            if NOON - ago * DAY_S < begin < NOON - (ago - 1) * DAY_S
            for n in range(int((end - begin) // 60))
        ]

    return points


def test_the_same_day_of_last_week_is_the_better_measure() -> None:
    found = needs(NOW, SPANS, 30, kept((7, 1), (1, 3)), UTC)
    assert [(need.begin, need.basis) for need in found] == [(begin, "last_week") for begin, _ in SPANS]
    assert {need.basis for need in needs(NOW, SPANS, 30, kept((1, 3)), UTC)} == {"yesterday"}


def test_where_no_day_is_known_nothing_is_said() -> None:
    assert needs(NOW, SPANS, 30, kept(), UTC) == ()
    assert needs(NOW, SPANS, 30, kept((1, 2), minutes=int(30 * KNOWN_SHARE) - 1), UTC) == ()
    assert len(needs(NOW, SPANS, 30, kept((1, 2), minutes=int(30 * KNOWN_SHARE)), UTC)) == 2


def test_a_round_under_way_is_told_by_now() -> None:
    assert needs(NOW, [(NOON - 60, NOON + HALF)], 30, kept((1, 2)), UTC) == ()


def test_as_many_callers_as_now_need_about_as_many_seats_as_now() -> None:
    (need, _) = needs(NOW, SPANS, 30, kept((1, round(NOW.arrivals / NOW.window_min))), UTC)
    most = most_leaving(NOW, 30)
    assert most is not None
    assert need.seats == pytest.approx(NOW.seats - most, abs=2)


@settings(max_examples=20, deadline=None)
@given(callers=st.integers(1, 5))
def test_more_callers_never_need_fewer_seats(callers: int) -> None:
    (few, _) = needs(NOW, SPANS, 30, kept((1, callers)), UTC)
    (many, _) = needs(NOW, SPANS, 30, kept((1, callers + 1)), UTC)
    assert 0 <= few.seats <= many.seats <= NOW.seats


def test_the_same_hour_is_the_clocks_also_where_it_changed_in_between() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # summer time began in the night to Sunday, 29 March 2026
    noon = datetime(2026, 3, 30, 12, tzinfo=berlin).timestamp()
    read: list[float] = []

    def points(begin: float, end: float) -> Sequence[CurvePoint]:
        read.append(begin)
        assert end - begin == HALF
        return ()

    needs(replace(NOW, at=noon - 60), [(noon, noon + HALF)], 30, points, FloorPolicy(time_zone="Europe/Berlin"))
    assert read == [datetime(2026, 3, day, 12, tzinfo=berlin).timestamp() for day in (23, 29)]
