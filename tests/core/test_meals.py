"""Meal rounds as arithmetic: held against trying everything, on small groups; lawful and never worse on large ones."""

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.rules.break_policy import MEAL
from console.core.rules.breaks import minute_of
from console.core.rules.meals import EXACT_UP_TO, Eater, Proposal, may_be_away, propose, rounds_in
from tests.core.floor_of_ten import NOON


def lawful(eaters: list[Eater], most: list[int], queue_most: dict[str, int], rounds: dict[str, int]) -> bool:
    for number, room in enumerate(most):
        here = [each for each in eaters if rounds.get(each.id) == number]
        if len(here) > room:
            return False
        if any(sum(queue in each.queues for each in here) > limit for queue, limit in queue_most.items()):
            return False
    return True


def tried(eaters: list[Eater], most: list[int], queue_most: dict[str, int]) -> tuple[int, int]:
    """Return (left out, hunger times rounds) of the best of all arrangements, tried one by one."""
    people = sorted(eaters, key=lambda each: (each.hungry_since, each.id))
    weights = {each.id: len(people) - place for place, each in enumerate(people)}
    best: tuple[int, int] | None = None
    for places in product(range(len(most) + 1), repeat=len(people)):
        rounds = {each.id: n for each, n in zip(people, places, strict=True) if n < len(most)}
        if lawful(eaters, most, queue_most, rounds):
            found = (
                len(people) - len(rounds),
                sum(weights[each.id] * n for each, n in zip(people, places, strict=True)),
            )
            best = found if best is None else min(best, found)
    assert best is not None
    return best


def worth(eaters: list[Eater], most: list[int], made: Proposal) -> tuple[int, int]:
    people = sorted(eaters, key=lambda each: (each.hungry_since, each.id))
    weights = {each.id: len(people) - place for place, each in enumerate(people)}
    return len(made.left_out), sum(weights[each.id] * made.rounds.get(each.id, len(most)) for each in people)


QUEUES = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3).map(tuple)


@settings(max_examples=150, deadline=None)
@given(
    people=st.lists(st.tuples(st.integers(0, 5), QUEUES), max_size=5),
    most=st.lists(st.integers(0, 3), min_size=1, max_size=3),
    queue_most=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 2)),
)
def test_small_groups_get_the_best_there_is(
    people: list[tuple[int, tuple[str, ...]]], most: list[int], queue_most: dict[str, int]
) -> None:
    eaters = [Eater(id=f"p{n}", hungry_since=float(since), queues=queues) for n, (since, queues) in enumerate(people)]
    made = propose(eaters, most, queue_most)
    assert made.exact
    assert lawful(eaters, most, queue_most, dict(made.rounds))
    assert worth(eaters, most, made) == tried(eaters, most, queue_most)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(EXACT_UP_TO + 1, 120))
def test_large_groups_are_lawful_and_the_gap_is_true(seed: int, count: int) -> None:
    dice = Random(seed)
    eaters = [
        Eater(
            id=f"p{n}",
            hungry_since=dice.uniform(0, 1000),
            queues=tuple(queue for queue in "abc" if dice.random() < 0.5),
        )
        for n in range(count)
    ]
    most = [dice.randint(0, max(1, count // 4)) for _ in range(5)]
    queue_most = {queue: dice.randint(1, max(1, count // 6)) for queue in "abc"}
    made = propose(eaters, most, queue_most)
    assert lawful(eaters, most, queue_most, dict(made.rounds))
    assert made.rounds.keys() | set(made.left_out) == {each.id for each in eaters}
    assert made.gap >= 0
    for left in made.left_out:
        for number in range(len(most)):
            assert not lawful(eaters, most, queue_most, {**made.rounds, left: number}), "there was room"


@settings(max_examples=40, deadline=None)
@given(
    people=st.lists(st.tuples(st.integers(0, 5), QUEUES), min_size=1, max_size=5),
    most=st.lists(st.integers(0, 2), min_size=1, max_size=3),
    queue_most=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 2)),
)
def test_the_stated_gap_is_never_less_than_the_true_one(
    people: list[tuple[int, tuple[str, ...]]], most: list[int], queue_most: dict[str, int]
) -> None:
    import console.core.rules.meals as module  # noqa: PLC0415

    eaters = [Eater(id=f"p{n}", hungry_since=float(since), queues=queues) for n, (since, queues) in enumerate(people)]
    exact = propose(eaters, most, queue_most)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXACT_UP_TO", 0)
        built = propose(eaters, most, queue_most)
    assert not built.exact
    assert built.gap >= built.cost - exact.cost >= 0


def test_without_queues_in_the_way_the_gap_is_nothing() -> None:
    eaters = [Eater(id=f"p{n:03}", hungry_since=float(n)) for n in range(100)]
    made = propose(eaters, [25, 25, 25, 25, 25], {})
    assert made.gap == 0
    assert made.left_out == ()
    assert [made.rounds[f"p{n:03}"] for n in (0, 24, 25, 99)] == [0, 0, 1, 3], "the hungriest first"


def test_who_is_left_out_is_least_hungry() -> None:
    eaters = [Eater(id=f"p{n}", hungry_since=float(9 - n)) for n in range(10)]
    made = propose(eaters, [2, 2], {})
    assert set(made.left_out) == {"p0", "p1", "p2", "p3", "p4", "p5"}


def test_one_queue_keeps_its_seats_in_every_round() -> None:
    eaters = [Eater(id=f"p{n}", hungry_since=float(n), queues=("vip",)) for n in range(4)]
    made = propose(eaters, [4, 4, 4], {"vip": 1})
    assert sorted(made.rounds.values()) == [0, 1, 2]
    assert made.left_out == ("p3",)


def test_nobody_eats_and_no_round_are_answers() -> None:
    assert propose([], [3], {}).rounds == {}
    assert propose([Eater(id="p", hungry_since=0.0)], [], {}).left_out == ("p",)


def test_rounds_follow_one_another_through_the_window() -> None:
    found = rounds_in(MEAL, 0, NOON - 7200, minute_of("10:00"))
    assert [begin - NOON for begin, _ in found] == [-3600, -1800, 0, 1800, 3600]
    assert {end - begin for begin, end in found} == {1800}


def test_rounds_that_are_over_are_left_out_and_the_running_one_stays() -> None:
    found = rounds_in(MEAL, 0, NOON + 60, minute_of("12:01"))
    assert [begin - NOON for begin, _ in found] == [0, 1800, 3600]


def test_a_window_gone_by_is_tomorrows() -> None:
    found = rounds_in(MEAL, 0, NOON + 7200, minute_of("14:00"))
    assert found[0][0] == NOON - 3600 + 86400


def test_a_window_over_midnight_is_running_after_it() -> None:
    night = replace(MEAL, windows=(("23:00", "01:00"),))
    midnight = NOON - 43200
    assert rounds_in(night, 0, midnight + 60, 1)[0] == (midnight, midnight + 1800)
    assert rounds_in(night, 0, midnight + 4000, 66)[0][0] == midnight + 23 * 3600


@pytest.mark.parametrize(
    ("percent", "seats", "needed", "one_may_go", "most"),
    [
        (70, 10, 0, True, 3),
        (70, 10, 9, True, 1),
        (70, 10, 10, True, 0),
        (70, 2, 0, True, 1),
        (70, 2, 0, False, 0),
        (70, 0, 0, True, 0),
        (None, 5, 0, True, 5),
    ],
)
def test_how_many_may_be_away(percent: int | None, seats: int, needed: int, one_may_go: bool, most: int) -> None:  # noqa: FBT001
    assert may_be_away(percent, seats, needed, one_may_go=one_may_go) == most
