"""Erlang B, C and A against printed tables, each other and their own balance."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.forecast.erlang import erlang_b, erlang_c, stationary, steady
from console.core.forecast.line import answered_within, mean_wait
from console.core.forecast.question import TooLarge


@pytest.mark.parametrize(
    ("seats", "load", "lost"),
    # Printed Erlang B tables: the load that loses 1 % and 5 % of the calls.
    [
        (1, 0.0101, 0.01),
        (5, 1.3608, 0.01),
        (10, 4.4612, 0.01),
        (20, 12.031, 0.01),
        (50, 37.901, 0.01),
        (100, 84.064, 0.01),
        (10, 6.2157, 0.05),
        (100, 95.240, 0.05),
    ],
)
def test_erlang_b_of_the_tables(seats: int, load: float, lost: float) -> None:
    assert erlang_b(seats, load) == pytest.approx(lost, rel=3e-4)


def test_erlang_c_by_hand() -> None:
    # M/M/1 waits with chance rho; two servers: 2 rho^2 / (1 + rho).
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.5) == pytest.approx(2 * 0.75**2 / 1.75)
    assert erlang_c(3, 3.0) == 1.0
    assert erlang_c(0, 0.0) == 1.0


@given(st.integers(1, 400), st.floats(0.01, 500.0))
def test_erlang_b_is_the_weight_of_the_last_state(seats: int, load: float) -> None:
    logs = np.cumsum(np.log(load / np.arange(1, seats + 1)))
    top = max(0.0, logs.max())
    assert erlang_b(seats, load) == pytest.approx(
        math.exp(logs[-1] - top) / (math.exp(-top) + np.exp(logs - top).sum()), rel=1e-9, abs=1e-300
    )


def test_thousands_of_seats_and_overload_are_plain_numbers() -> None:
    assert erlang_b(5000, 50_000.0) == pytest.approx(0.9, abs=1e-4)
    assert 0.2 < erlang_c(5000, 4950.0) < 0.6
    heavy = steady(50_000.0, 1.0, 0.5, 5000, 0.3)
    assert heavy is not None
    assert heavy.p_wait == pytest.approx(1.0)
    assert heavy.p_abandon == pytest.approx(0.9, rel=1e-9)
    assert heavy.mean_wait_min == pytest.approx(1.8, rel=1e-9)


@given(st.floats(0.01, 30.0), st.floats(0.1, 3.0), st.floats(0.01, 5.0), st.integers(1, 15), st.floats(0.0, 2.0))
def test_what_comes_goes(arrivals: float, service: float, abandon: float, seats: int, target: float) -> None:
    first, weights = stationary(arrivals, service, abandon, seats)
    count = first + np.arange(len(weights))
    served = float(weights @ np.minimum(count, seats)) * service
    found = steady(arrivals, service, abandon, seats, target)
    assert found is not None
    assert found.mean_wait_min is not None
    assert served + arrivals * found.p_abandon == pytest.approx(arrivals, rel=1e-9)
    # Little: callers in line = arrivals times the mean wait.
    assert float(weights @ np.maximum(count - seats, 0)) == pytest.approx(arrivals * found.mean_wait_min, rel=1e-8)


@given(st.floats(0.5, 9.5), st.integers(10, 12), st.floats(0.0, 3.0))
def test_endless_patience_is_erlang_c(arrivals: float, seats: int, target: float) -> None:
    patient = steady(arrivals, 1.0, 0.0, seats, target)
    nearly = steady(arrivals, 1.0, 1e-9, seats, target)
    assert patient is not None
    assert nearly is not None
    assert patient.p_wait == pytest.approx(erlang_c(seats, arrivals), abs=1e-12)
    assert nearly.p_wait == pytest.approx(patient.p_wait, abs=1e-6)
    assert nearly.service_level == pytest.approx(patient.service_level, abs=1e-6)
    assert nearly.mean_wait_min == pytest.approx(patient.mean_wait_min, rel=1e-5)


def test_garnett_mandelbaum_reiman_example() -> None:
    # "Designing a call center with impatient customers" (2002): 50 agents, 48 calls a minute, one minute of service and
    # two of patience; Erlang C alone would say a wait of 20.8 s and 0 % lost.
    found = steady(48.0, 1.0, 0.5, 50, 0.0)
    plain = steady(48.0, 1.0, 0.0, 50, 0.0)
    assert found is not None
    assert plain is not None
    assert plain.mean_wait_min is not None
    assert plain.mean_wait_min * 60 == pytest.approx(20.8, abs=0.1)
    assert found.mean_wait_min is not None
    assert found.mean_wait_min < plain.mean_wait_min / 3
    assert found.p_abandon == pytest.approx(0.5 * found.mean_wait_min)


@given(st.integers(1, 30), st.floats(0.1, 5.0), st.floats(0.0, 3.0), st.floats(0.01, 4.0))
def test_answered_in_time_tends_to_answered_at_all(
    length: int, capacity: float, abandon: float, minutes: float
) -> None:
    soon = answered_within(length, capacity, abandon, minutes)
    later = answered_within(length, capacity, abandon, minutes * 1.5)
    ever = answered_within(length, capacity, abandon, 1e5)
    assert (soon <= later + 1e-12).all()
    assert (np.diff(soon) <= 1e-12).all()
    assert ever == pytest.approx(1 - abandon * mean_wait(length, capacity, abandon), abs=1e-9)


def test_nothing_stationary_is_said() -> None:
    assert steady(5.0, 1.0, 0.0, 5, 0.3) is None
    with pytest.raises(ValueError, match="no stationary state"):
        stationary(5.0, 1.0, 0.0, 5)
    with pytest.raises(TooLarge, match="too many to follow"):
        stationary(5.0, 1.0, 1e-9, 4)
