"""Bars in lanes: none covers another, lanes are as many as were away at once, limits are exact."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.kept import Book
from console.core.rules.break_policy import BreakRules
from console.core.words import say
from console.core.work.break_records import Break, BreakState
from console.core.work.meal_records import MealPlan, MealSeat, PlanState, Round, SeatState
from console.views.break_timeline import BarKind, limits_of, occupied_until, timeline
from console.views.meal_rounds import next_window, rounds_board, standing_words
from tests.core.floor_of_ten import GROUP, NOON, floor, seat

DAY = (NOON - 7200, NOON + 3600)
S = BreakState


def one(number: int, state: S = S.RETURNED, **fields: object) -> Break:
    plain: dict[str, object] = {
        "id": f"b{number}",
        "state": state,
        "person": f"p{number}",
        "name": f"坐席{number}",
        "interface": seat(number),
        "group": GROUP,
        "kind": "toilet",
        "minutes": 10,
        "asked_at": NOON - 7000,
        **fields,
    }
    return Break(**plain)  # type: ignore[arg-type]  # fields named by the test


def book_of(*records: object) -> Book:
    return Book().told(1, records, {})  # type: ignore[arg-type]  # kept ones


SPELLS = st.lists(st.tuples(st.integers(0, 7000), st.integers(1, 3000)), max_size=25)


@given(SPELLS)
def test_lanes_never_overlap_and_are_as_many_as_were_away_together(spells: list[tuple[int, int]]) -> None:
    records = [
        one(number, departed_at=NOON - 7200 + begin, ended_at=NOON - 7200 + begin + length)
        for number, (begin, length) in enumerate(spells)
    ]
    (band,) = timeline(floor(10), book_of(*records), NOON, (NOON - 8000, NOON + 8000))
    assert len(band.bars) == len(spells)
    by_lane: dict[int, list[tuple[float, float]]] = {}
    for bar in band.bars:
        by_lane.setdefault(bar.lane, []).append((bar.begin, occupied_until(bar)))
    for spans in by_lane.values():
        spans.sort()
        assert all(mine[1] <= after[0] for mine, after in pairwise(spans))
    assert band.lanes == max((count for _, count in band.steps), default=0)
    for moment, count in band.steps:
        assert count == sum(bar.begin <= moment < occupied_until(bar) for bar in band.bars)


def test_each_state_is_drawn_as_what_it_is() -> None:
    records = (
        one(1, departed_at=NOON - 600, ended_at=NOON - 100),
        one(2, S.AWAY, departed_at=NOON - 300),
        one(3, S.LATE, departed_at=NOON - 1200),
        one(4, S.GRANTED, decided_at=NOON - 10),
        one(5, S.OWED, slot=NOON + 900),
        one(6, S.UNASKED, departed_at=NOON - 50, minutes=0),
        one(7, S.ASKED),
        one(8, S.REFUSED, ended_at=NOON - 5),
    )
    (band,) = timeline(floor(10), book_of(*records), NOON, DAY)
    drawn = {bar.id: bar for bar in band.bars}
    assert set(drawn) == {"b1", "b2", "b3", "b4", "b5", "b6"}
    assert [drawn[f"b{n}"].how for n in (1, 2, 4, 6)] == [BarKind.PAST, BarKind.NOW, BarKind.AHEAD, BarKind.UNASKED]
    assert (drawn["b2"].end, occupied_until(drawn["b2"])) == (NOON, NOON + 300)
    assert drawn["b3"].over
    assert not drawn["b2"].over
    assert drawn["b5"].begin == NOON + 900


def test_limits_are_exact_and_the_first_may_always_go() -> None:
    rules = BreakRules()
    assert limits_of(rules, 10) == ((say("Toilet"), 2), (say("Meal"), 3))
    assert limits_of(rules, 4) == ((say("Meal"), 1),)
    strict = replace(rules, one_may_go=False)
    assert limits_of(strict, 4) == ((say("Toilet"), 0), (say("Meal"), 1))
    assert limits_of(rules, 0) == ((say("Meal"), 0),)


def planned(number: int, place: int, state: SeatState = SeatState.PLANNED) -> MealSeat:
    return MealSeat(
        id=f"m/p{number}",
        state=state,
        plan="m",
        person=f"p{number}",
        name=f"坐席{number}",
        interface=seat(number),
        round=place,
    )


def plan(**fields: object) -> MealPlan:
    plain: dict[str, object] = {
        "id": "m",
        "state": PlanState.PUBLISHED,
        "group": GROUP,
        "kind": "meal",
        "rounds": tuple(Round(begin=NOON + 1800 * n, end=NOON + 1800 * (n + 1), most=1) for n in (-1, 0, 1)),
        "left_out": ("p9",),
        "proposed_at": NOON - 3600,
        "proposed_by": "li",
        **fields,
    }
    return MealPlan(**plain)  # type: ignore[arg-type]  # fields named by the test


def test_meals_still_ahead_lie_on_the_timeline() -> None:
    seats = [planned(1, 0), planned(2, 1), planned(3, 2), planned(4, 2, SeatState.EATEN)]
    (band,) = timeline(floor(10), book_of(plan(), *seats), NOON, DAY)
    assert {bar.id: bar.begin for bar in band.bars} == {"meal:m/p2": NOON, "meal:m/p3": NOON + 1800}
    gone = plan(state=PlanState.WITHDRAWN, ended_at=NOON)
    (band,) = timeline(floor(10), book_of(gone, *seats), NOON, DAY)
    assert band.bars == ()


def test_rounds_say_who_is_in_them_and_how_that_went() -> None:
    seats = [
        planned(1, 0, SeatState.MISSED),
        planned(2, 1, SeatState.EATING),
        planned(3, 1),
        planned(4, 2, SeatState.CANCELLED),
    ]
    board = rounds_board(floor(10), book_of(plan(), *seats), GROUP, NOON)
    assert [column.taken for column in board.columns] == [0, 2, 0]
    assert [column.full for column in board.columns] == [False, True, False]
    assert [column.open for column in board.columns] == [False, True, True]
    missed = board.columns[0].people[0]
    assert (missed.words, missed.movable) == (say("did not go"), True)
    assert not board.columns[1].people[0].movable
    assert [each.name for each in board.left_out] == ["坐席9 2009"]
    assert standing_words(board)[0].text.startswith("Published")


def test_a_proposal_says_by_which_load_each_round_has_its_room() -> None:
    spans = [
        Round(begin=NOON + n * 1800, end=NOON + (n + 1) * 1800, most=3, basis=basis)
        for n, basis in enumerate(("now", "last_week", "last_week", ""))
    ]
    plan = MealPlan(
        id="m",
        state=PlanState.PROPOSED,
        group=GROUP,
        kind="meal",
        rounds=tuple(spans),
        proposed_at=NOON,
        proposed_by="li",
    )
    board = rounds_board(floor(), Book(kinds={MealPlan: {"m": plan}}), GROUP, NOON)
    assert [column.basis and column.basis.english() for column in board.columns] == [
        "by the load of now",
        "by last week's load",
        "by last week's load",
        None,
    ]
    assert [said.english() for said in standing_words(board)][-2:] == ["by the load of now", "by last week's load"]


def test_the_window_offered_is_the_one_that_runs_or_comes() -> None:
    for hour, place in ((9, "0"), (12, "0"), (13.6, "1"), (18, "1"), (20, "0")):
        at = NOON + (hour - 12) * 3600
        assert next_window(floor(10, at=at), Book(), GROUP, at) == place, hour
