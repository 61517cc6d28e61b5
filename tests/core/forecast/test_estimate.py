"""Rates from the floor: censored patience, honest intervals, and "not enough data" rather than a guess."""

import random

import msgspec
import pytest
from scipy.stats import poisson

from console.core.forecast.estimate import NotEnough, Rates, Seen, estimate, outlook, rate
from console.core.forecast.question import Break, Departure

SEEN = Seen(window_min=30.0, arrivals=240, handled=230, handle_min=920.0, gave_up=12, waited_min=24.0)


def known(seen: Seen) -> Rates:
    found = estimate(seen)
    assert isinstance(found, Rates)
    return found


def test_rates_are_events_over_exposure() -> None:
    found = known(SEEN)
    assert found.arrivals.value == pytest.approx(8.0)
    assert found.service.mean_min == pytest.approx(4.0)
    assert found.abandon.mean_min == pytest.approx(2.0)


@pytest.mark.parametrize("events", [1, 3, 17, 400])
def test_the_ends_of_an_interval_make_what_was_seen_just_unlikely(events: int) -> None:
    found = rate(events, 10.0, sure=0.9)
    assert poisson.sf(events - 1, found.low * 10.0) == pytest.approx(0.05, abs=1e-9)
    assert poisson.cdf(events, found.high * 10.0) == pytest.approx(0.05, abs=1e-9)


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    dice = random.Random(3)
    held = 0
    for _ in range(400):
        at, count = dice.expovariate(2.0), 0
        while at < 10.0:
            at, count = at + dice.expovariate(2.0), count + 1
        found = rate(count, 10.0)
        held += found.low <= 2.0 <= found.high
    assert held >= 345


def test_patience_counts_the_waits_that_were_answered() -> None:
    # Patience 2 minutes, answered after 1 whatever happens: averaging only who gave up would say half a minute.
    dice = random.Random(11)
    gave_up, waited = 0, 0.0
    for _ in range(4000):
        patience = dice.expovariate(0.5)
        gave_up += patience < 1.0
        waited += min(patience, 1.0)
    found = known(msgspec.structs.replace(SEEN, gave_up=gave_up, waited_min=waited))
    assert found.abandon.low < 0.5 < found.abandon.high
    assert found.abandon.high - found.abandon.low < 0.06


@pytest.mark.parametrize(
    ("changes", "figure"),
    [
        ({"arrivals": 3}, "arrivals"),
        ({"window_min": 0.0}, "arrivals"),
        ({"handled": 2}, "handle_time"),
        ({"handle_min": 0.0}, "handle_time"),
        ({"gave_up": 1}, "patience"),
        ({"gave_up": 0, "waited_min": 0.0}, "patience"),
    ],
)
def test_too_little_is_said_and_not_guessed(changes: dict[str, float], figure: str) -> None:
    found = estimate(msgspec.structs.replace(SEEN, **changes))
    assert isinstance(found, NotEnough)
    assert found.figure == figure


def test_long_waits_nobody_gives_up_in_tell_of_patience() -> None:
    found = known(msgspec.structs.replace(SEEN, gave_up=0, waited_min=100.0))
    assert found.abandon.value == found.abandon.low == 0.0
    assert 0.02 < found.abandon.high < 0.04


def test_the_outlook_spans_what_is_likely() -> None:
    asked = Break(
        arrivals=0.0, service=0.0, abandon=0.0, seats=34, leaving=2, break_min=10.0, target_min=1 / 3,
        departure=Departure.FINISH_CALL, start_in_system=30,
    )  # fmt: skip
    found = outlook(known(SEEN), asked)
    for window in ("during", "after"):
        kind, likely, hard = (
            getattr(end.granted, window).mean_wait_min for end in (found.kind, found.likely, found.hard)
        )
        assert kind < likely < hard
