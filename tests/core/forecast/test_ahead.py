"""The line ahead, minute by minute, against every state of the chain and against callers followed one by one."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy.sparse import diags_array
from scipy.sparse.linalg import expm_multiply

from console.core.forecast.erlang import steady
from console.core.forecast.live import ahead
from console.core.forecast.question import Break, Departure

SIZE = 350
NOW = Break(
    arrivals=6.0,
    service=0.25,
    abandon=0.1,
    seats=20,
    leaving=0,
    break_min=40.0,
    target_min=0.25,
    departure=Departure.FINISH_CALL,
    start_in_system=30,
)


def lines(asked: Break) -> list[float]:
    """Mean lines at 0..break_min from exp(At) over plainly cut states."""
    count = np.arange(SIZE)
    down = np.minimum(count, asked.seats) * asked.service + np.maximum(count - asked.seats, 0) * asked.abandon
    up = np.full(SIZE, asked.arrivals)
    up[-1] = 0.0
    # Columns are what is left: births go one down the matrix, departures one up.
    moves = diags_array([up[:-1], -(up + down), down[1:]], offsets=[-1, 0, 1]).tocsr()
    crowd = np.zeros(SIZE)
    crowd[asked.start_in_system or 0] = 1.0
    line = np.maximum(count - asked.seats, 0)
    found = [float(crowd @ line)]
    for _ in range(int(asked.break_min)):
        crowd = expm_multiply(moves, crowd)
        found.append(float(crowd @ line))
    return found


@settings(max_examples=15, deadline=None)
@given(
    st.builds(
        Break,
        arrivals=st.sampled_from([0.5, 4.0, 7.0]),
        service=st.sampled_from([0.1, 0.25, 1.0]),
        abandon=st.sampled_from([0.0, 0.05, 0.5]),
        seats=st.integers(0, 20),
        leaving=st.just(0),
        break_min=st.sampled_from([3.0, 20.0]),
        target_min=st.just(0.25),
        departure=st.just(Departure.FINISH_CALL),
        start_in_system=st.integers(0, 60),
    )
)
def test_the_line_is_the_chains_to_three_thousandths(asked: Break) -> None:
    found, exact = ahead(asked), lines(asked)
    assert len(found) == len(exact) == int(asked.break_min) + 1
    for mine, theirs in zip(found, exact, strict=True):
        assert mine.waiting == pytest.approx(theirs, rel=3e-3, abs=3e-3)


@pytest.mark.parametrize(("seats", "begun", "abandon"), [(19, 58, 0.5), (14, 59, 0.5), (15, 57, 0.05), (9, 23, 0.0)])
def test_a_long_line_that_is_gone_in_a_minute_or_two_is_followed_as_sharply(
    seats: int, begun: int, abandon: float
) -> None:
    asked = replace(NOW, arrivals=0.5, service=1.0, abandon=abandon, seats=seats, start_in_system=begun, break_min=3.0)
    for mine, theirs in zip(ahead(asked), lines(asked), strict=True):
        assert mine.waiting == pytest.approx(theirs, rel=3e-3, abs=3e-3)


def test_it_begins_with_the_line_there_is_and_ends_where_erlang_a_stands() -> None:
    found = ahead(replace(NOW, break_min=240.0))
    assert found[0].waiting == pytest.approx(10.0)
    level = steady(NOW.arrivals, NOW.service, NOW.abandon, NOW.seats, NOW.target_min)
    assert level is not None
    assert level.mean_wait_min is not None
    assert found[-1].wait_min == pytest.approx(level.mean_wait_min, rel=1e-3)
    # Little: those waiting are those who come, times how long each waits.
    assert found[-1].waiting == pytest.approx(NOW.arrivals * level.mean_wait_min, rel=1e-3)


def test_nobody_serves_and_nobody_gives_up_has_no_bound() -> None:
    found = ahead(replace(NOW, seats=0, abandon=0.0, start_in_system=0, break_min=5.0))
    assert [round(each.waiting, 2) for each in found] == [0.0, 6.0, 12.0, 18.0, 24.0, 30.0]
    assert found[3].wait_min is None


def test_a_break_is_not_followed() -> None:
    for asked in (replace(NOW, leaving=1), replace(NOW, start_in_system=None)):
        with pytest.raises(ValueError, match="everybody on line"):
            ahead(asked)


@pytest.mark.parametrize("asked", [NOW, replace(NOW, abandon=0.02, start_in_system=20)])
def test_how_long_those_waiting_have_waited_is_that_of_callers_followed_one_by_one(asked: Break) -> None:
    minute = 15
    waiting, waited = _simulated(asked, minute, runs=1500)
    found = ahead(asked)[minute]
    assert found.waited_min is not None
    assert found.waiting == pytest.approx(waiting, rel=0.05)
    assert found.waited_min == pytest.approx(waited, rel=0.12)


def _simulated(asked: Break, minute: int, runs: int) -> tuple[float, float]:
    """Return (people waiting, their mean wait so far) at a minute; those there at 0 came at the same rate before."""
    draw = random.Random(7)
    crowd = total = 0.0
    for _ in range(runs):
        begun = (asked.start_in_system or 0) - asked.seats
        line = [(-(place + 0.5) / asked.arrivals, draw.expovariate(asked.abandon)) for place in range(begun)][::-1]
        busy, at, comes = min(asked.seats, asked.start_in_system or 0), 0.0, draw.expovariate(asked.arrivals)
        while True:
            ends = at + draw.expovariate(busy * asked.service) if busy else float("inf")
            gives_up = min((limit for _, limit in line), default=float("inf"))
            at = min(ends, gives_up, comes)
            if at > minute:
                break
            if at == gives_up:
                line = [each for each in line if each[1] != gives_up]
            elif at == comes:
                comes = at + draw.expovariate(asked.arrivals)
                if busy < asked.seats:
                    busy += 1
                else:
                    line.append((at, at + draw.expovariate(asked.abandon)))
            elif line:
                line.pop(0)
            else:
                busy -= 1
        crowd += len(line)
        total += sum(minute - came for came, _ in line)
    return crowd / runs, total / crowd
