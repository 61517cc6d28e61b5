"""The exact forecast against two strangers: dense matrices, and the queue played call by call."""

import math
from unittest.mock import patch

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.forecast import bounds
from console.core.forecast.course import Course
from console.core.forecast.erlang import stationary
from console.core.forecast.question import Answer, Break, Departure, Figures
from console.core.forecast.transient import answer
from tests.core.forecast import dense
from tests.core.forecast.simulated import played

PREEMPT, FINISH = Departure.PREEMPT, Departure.FINISH_CALL


def asking(**changes: object) -> Break:
    asked = Break(
        arrivals=8.0, service=1.0, abandon=0.5, seats=10, leaving=3, break_min=5.0, target_min=0.33, departure=PREEMPT
    )
    return msgspec.structs.replace(asked, **changes)


def values(figures: Figures) -> tuple[float, ...]:
    row = msgspec.structs.astuple(figures)
    return tuple(math.inf if value is None else value for value in row)


def close(one: Answer, other: Answer, within: float = 1e-9) -> None:
    assert values(one.during) == pytest.approx(values(other.during), rel=within, abs=within)
    assert values(one.after) == pytest.approx(values(other.after), rel=within, abs=within)


SMALL = {
    "busy": asking(arrivals=3.0, seats=4, leaving=2, break_min=2.0),
    "impatient": asking(arrivals=2.0, seats=3, leaving=1, abandon=3.0, break_min=1.0, target_min=0.5),
    "patient": asking(arrivals=1.0, service=0.6, seats=4, leaving=2, abandon=0.0, break_min=3.0, target_min=1.0),
    "patient, short of seats": asking(arrivals=2.0, seats=3, leaving=3, abandon=0.0, break_min=2.0, target_min=0.2),
    "overloaded, starts empty": asking(arrivals=3.0, seats=2, leaving=1, abandon=0.0, break_min=2.0, target_min=0.7),
    "target longer than the break": asking(arrivals=2.0, seats=3, leaving=2, break_min=0.4, target_min=1.5),
    "target as long as the break": asking(arrivals=2.0, seats=3, leaving=2, break_min=1.0, target_min=1.0),
    "target 0": asking(arrivals=2.0, seats=3, leaving=2, break_min=1.0, target_min=0.0),
    "everybody leaves": asking(arrivals=2.0, seats=3, leaving=3, break_min=1.5, target_min=0.4),
    "everybody leaves a line": asking(arrivals=2.0, seats=3, leaving=3, break_min=1.0, start_in_system=9),
    "starts with a line": asking(arrivals=1.0, seats=3, leaving=2, break_min=1.5, target_min=2.0, start_in_system=8),
    "starts empty": asking(arrivals=2.0, seats=3, leaving=2, break_min=1.5, start_in_system=0),
    "starts half full": asking(arrivals=2.0, seats=4, leaving=2, break_min=1.5, start_in_system=3),
    "nobody leaves": asking(arrivals=2.0, seats=3, leaving=0, break_min=1.5, start_in_system=5),
    "no arrivals": asking(arrivals=0.0, seats=3, leaving=2, break_min=1.0, start_in_system=7),
    "no seats": asking(arrivals=1.0, seats=0, leaving=0, break_min=1.0, abandon=1.0),
    "nobody hangs up": asking(arrivals=1.0, service=0.0, seats=3, leaving=1, break_min=1.0, start_in_system=2),
}


@pytest.mark.parametrize("departure", Departure)
@pytest.mark.parametrize("name", SMALL)
def test_agrees_with_dense_matrices(name: str, departure: Departure) -> None:
    asked = msgspec.structs.replace(SMALL[name], departure=departure)
    found = answer(asked)
    size = 40 if asked.abandon else 70
    assert values(found.during) == pytest.approx(dense.during(asked, size, 20), abs=1e-8)
    assert values(found.after) == pytest.approx(dense.after(asked, size, 20), abs=1e-8)


@pytest.mark.parametrize("departure", Departure)
@pytest.mark.parametrize(
    "asked",
    [
        asking(arrivals=6.0, seats=6, leaving=3, break_min=3.0, target_min=0.5, start_in_system=8),
        asking(arrivals=4.0, seats=6, leaving=4, abandon=0.0, break_min=2.0, target_min=1.5, start_in_system=5),
    ],
)
def test_agrees_with_the_queue_played(asked: Break, departure: Departure) -> None:
    asked = msgspec.structs.replace(asked, departure=departure)
    found = answer(asked)
    exact = [*values(found.during), *values(found.after)]
    for value, (mean, error) in zip(exact, played(asked, times=1500, seed=5), strict=True):
        assert abs(value - mean) <= 4.5 * error + 1e-12


@pytest.mark.parametrize("departure", Departure)
def test_a_break_of_nobody_changes_nothing(departure: Departure) -> None:
    found = answer(asking(leaving=0, departure=departure))
    assert found.before is not None
    assert values(found.during) == pytest.approx(values(found.before), abs=1e-11)
    assert values(found.after) == pytest.approx(values(found.before), abs=1e-11)


def test_both_departures_are_one_when_enough_agents_are_idle() -> None:
    close(answer(asking(start_in_system=7)), answer(asking(start_in_system=7, departure=FINISH)), 1e-12)


@pytest.mark.parametrize("departure", Departure)
@pytest.mark.parametrize("target", [0.0, 0.4])
def test_a_break_of_no_length_is_the_limit_of_short_ones(departure: Departure, target: float) -> None:
    short = answer(asking(break_min=1e-9, target_min=target, departure=departure))
    close(answer(asking(break_min=0.0, target_min=target, departure=departure)), short, 1e-7)


@pytest.mark.parametrize("departure", Departure)
def test_no_arrivals_are_the_limit_of_few(departure: Departure) -> None:
    few = answer(asking(arrivals=1e-10, start_in_system=12, departure=departure))
    close(answer(asking(arrivals=0.0, start_in_system=12, departure=departure)), few, 1e-8)


@pytest.mark.parametrize("departure", Departure)
def test_endless_patience_is_the_limit_of_much(departure: Departure) -> None:
    much = answer(asking(abandon=1e-10, leaving=10, departure=departure))
    close(answer(asking(abandon=0.0, leaving=10, departure=departure)), much, 1e-7)


def test_before_is_missing_where_nothing_is_stationary_or_the_start_is_given() -> None:
    assert answer(asking(arrivals=10.0, abandon=0.0)).before is None
    assert answer(asking(arrivals=11.0, abandon=0.0)).before is None
    assert answer(asking(start_in_system=4)).before is None
    assert answer(asking(seats=0, leaving=0, abandon=0.0, arrivals=0.0)).before is None
    assert answer(asking(arrivals=11.0, abandon=0.01)).before is not None


def test_an_unstable_queue_starts_empty() -> None:
    given_empty = answer(asking(arrivals=12.0, abandon=0.0, start_in_system=0))
    close(answer(asking(arrivals=12.0, abandon=0.0)), given_empty, 1e-14)


def test_a_wait_without_end_has_no_mean() -> None:
    for found in (
        answer(asking(seats=0, leaving=0, abandon=0.0)),
        answer(asking(service=0.0, abandon=0.0)),
    ):
        assert found.during.mean_wait_min is None
        assert found.after.mean_wait_min is None
        assert found.during.p_abandon == 0.0
    # Patient and overloaded, but served in the end.
    assert answer(asking(arrivals=50.0, abandon=0.0)).after.mean_wait_min is not None


def test_everybody_leaving_the_quick_way_is_everybody_leaving_state_by_state() -> None:
    for start in (None, 25, 4):
        for asked in (
            asking(leaving=10, departure=FINISH, start_in_system=start),
            asking(leaving=10, departure=FINISH, start_in_system=start, abandon=0.0, target_min=7.0),
        ):
            quick = answer(asked)
            with patch.object(bounds, "deserted", return_value=False):
                close(quick, answer(asked), 1e-10)


@pytest.mark.parametrize(
    "changes",
    [
        {"arrivals": 60.0, "abandon": 0.03, "seats": 5, "leaving": 5, "break_min": 0.5},
        {"service": 0.0, "start_in_system": 12},
        {"service": 1000.0, "arrivals": 2.0, "break_min": 1.0, "seats": 3, "leaving": 3, "start_in_system": 5},
    ],
)
def test_a_long_line_endless_calls_and_the_shortest_are_deserted_just_so(changes: dict[str, object]) -> None:
    asked = msgspec.structs.replace(asking(leaving=10, departure=FINISH), **changes)
    quick = answer(asked)
    with patch.object(bounds, "deserted", return_value=False):
        close(quick, answer(asked), 1e-9)


@pytest.mark.parametrize("departure", Departure)
def test_a_line_beyond_the_window_counts_as_if_it_were_kept(departure: Departure) -> None:
    asked = asking(arrivals=9.95, abandon=0.0, departure=departure, break_min=1.0)
    cut = bounds.start(asked)
    assert cut.beyond > 0.3
    whole = bounds.Start(*stationary(9.95, 1.0, 0.0, 10))
    with patch.object(bounds, "start", return_value=whole):
        kept = answer(asked)
    close(answer(asked), kept)


def test_close_to_full_load_has_an_answer() -> None:
    found = answer(asking(arrivals=math.nextafter(10.0, 0.0), abandon=0.0))
    assert found.before is not None
    assert found.before.mean_wait_min is not None
    assert found.before.mean_wait_min > 1e14
    assert found.during.p_wait == pytest.approx(1.0)


def test_a_window_too_narrow_is_widened() -> None:
    asked = asking(abandon=0.0, leaving=8, start_in_system=0)
    begun = bounds.start(asked)
    with patch.object(bounds, "_reach", return_value=(0, 15)):
        _, _, lost = Course(asked, begun, bounds.window(asked, begun, 0)).run()
        widened = answer(asked)
    assert lost > 1e-6
    close(answer(asked), widened, 1e-11)


def test_a_long_line_of_the_patient_keeps_its_low_edge() -> None:
    # 60 a minute on 50 seats and 0.002: about 5,000 in line, and the states below some 3,000 are left out.
    asked = asking(arrivals=60.0, seats=50, leaving=5, abandon=0.002, departure=FINISH, break_min=2.0)
    begun = bounds.start(asked)
    assert bounds.window(asked, begun, 0).first > 3000
    with patch.object(bounds, "_reach", return_value=(0, begun.last + 200)):
        whole = answer(asked)
    close(answer(asked), whole, 1e-10)


@pytest.mark.parametrize("departure", Departure)
def test_a_thousand_seats(departure: Departure) -> None:
    found = answer(asking(arrivals=196.0, service=0.2, seats=1000, leaving=20, abandon=0.3, departure=departure))
    assert found.before is not None
    assert found.before.p_wait < found.during.p_wait < 1.0
    assert 0.9 < found.during.service_level < found.before.service_level


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Break,
        arrivals=st.sampled_from([0.0, 0.3, 2.0, 9.0]),
        service=st.sampled_from([0.0, 0.25, 1.0]),
        abandon=st.sampled_from([0.0, 0.01, 0.5, 4.0]),
        seats=st.integers(3, 8),
        leaving=st.integers(0, 3),
        break_min=st.sampled_from([0.0, 0.01, 1.0, 6.0]),
        target_min=st.sampled_from([0.0, 0.3, 1.0, 1e6]),
        departure=st.sampled_from(Departure),
        start_in_system=st.one_of(st.none(), st.integers(0, 20)),
    )
)
def test_figures_hang_together(asked: Break) -> None:
    found = answer(asked)
    slack = 1e-10
    for figures in (found.before, found.during, found.after):
        if figures is None:
            continue
        assert 1 - figures.p_wait <= figures.service_level + slack
        assert figures.service_level + figures.p_abandon <= 1 + slack
        assert figures.p_abandon <= figures.p_wait + slack
        if figures.mean_wait_min is not None:
            assert np.isfinite(figures.mean_wait_min)
            assert figures.p_abandon == pytest.approx(asked.abandon * figures.mean_wait_min, abs=1e-9)
    alone = answer(msgspec.structs.replace(asked, leaving=0))
    assert found.during.p_wait >= alone.during.p_wait - slack


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.integers(0, 14), st.sampled_from(Departure))
def test_more_leavers_never_shorten_the_break_s_wait(leaving: int, begun: int, departure: Departure) -> None:
    fewer = answer(asking(leaving=leaving - 1, start_in_system=begun, departure=departure, break_min=1.0))
    more = answer(asking(leaving=leaving, start_in_system=begun, departure=departure, break_min=1.0))
    assert fewer.during.mean_wait_min is not None
    assert more.during.mean_wait_min is not None
    assert more.during.mean_wait_min >= fewer.during.mean_wait_min - 1e-12
