"""The live forecast against the exact one."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.forecast.live import compare, glance
from console.core.forecast.question import Answer, Break, Departure
from console.core.forecast.transient import answer

NOW = Break(
    arrivals=12.0,
    service=0.25,
    abandon=0.5,
    seats=50,
    leaving=3,
    break_min=15.0,
    target_min=1 / 3,
    departure=Departure.PREEMPT,
    start_in_system=50,
)


def off(one: Answer, other: Answer) -> float:
    """The largest difference of two answers, against the larger of 1 and the figure."""
    worst = 0.0
    for mine, theirs in ((one.during, other.during), (one.after, other.after)):
        for x, y in zip(msgspec.structs.astuple(mine), msgspec.structs.astuple(theirs), strict=True):
            assert (x is None) == (y is None)
            if x is not None and y is not None:
                worst = max(worst, abs(x - y) / max(1.0, abs(y)))
    return worst


@settings(max_examples=80, deadline=None)
@given(
    st.builds(
        Break,
        arrivals=st.sampled_from([0.0, 2.0, 7.0, 11.0]),
        service=st.sampled_from([0.1, 0.25, 1.0]),
        abandon=st.sampled_from([0.0, 0.05, 0.5, 3.0]),
        seats=st.integers(4, 24),
        leaving=st.integers(0, 4),
        break_min=st.sampled_from([0.5, 5.0, 15.0, 60.0]),
        target_min=st.sampled_from([0.0, 1 / 3, 1.0, 10.0]),
        departure=st.sampled_from(Departure),
        start_in_system=st.integers(0, 60),
    )
)
def test_is_the_exact_one_to_a_thousandth(asked: Break) -> None:
    assert off(glance(asked), answer(asked)) <= 1e-3


@pytest.mark.parametrize("abandon", [1.0, 3.0, 20.0])
def test_where_most_give_up_long_before_a_far_target(abandon: float) -> None:
    asked = msgspec.structs.replace(
        NOW, arrivals=0.0, abandon=abandon, seats=4, leaving=4, break_min=60.0, target_min=10.0, start_in_system=0
    )
    assert off(glance(asked), answer(asked)) <= 1e-3


@pytest.mark.parametrize("departure", Departure)
@pytest.mark.parametrize("leaving", [1, 8])
def test_two_hundred_seats(departure: Departure, leaving: int) -> None:
    asked = msgspec.structs.replace(
        NOW, arrivals=48.0, seats=200, leaving=leaving, start_in_system=205, departure=departure
    )
    assert off(glance(asked), answer(asked)) <= 1e-3


@pytest.mark.parametrize("departure", Departure)
def test_everybody_leaves(departure: Departure) -> None:
    asked = msgspec.structs.replace(NOW, seats=12, leaving=12, start_in_system=14, arrivals=3.0, departure=departure)
    assert off(glance(asked), answer(asked)) <= 1e-3


def test_compares_with_nobody_leaving_from_the_same_start() -> None:
    found = compare(NOW)
    assert off(found.granted, answer(NOW)) <= 1e-3
    assert off(found.refused, answer(msgspec.structs.replace(NOW, leaving=0))) <= 1e-3
    assert found.granted.during.service_level < found.refused.during.service_level


@pytest.mark.parametrize("changes", [{"start_in_system": None}, {"break_min": 0.0}])
def test_needs_the_queue_as_it_is_and_a_length(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="starts from the callers there are"):
        glance(msgspec.structs.replace(NOW, **changes))
