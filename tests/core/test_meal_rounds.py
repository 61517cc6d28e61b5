"""Playbook of meal rounds: proposed, edited, published; gone and returned within the round; late, early, absent."""

import pytest
from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.events import BreakAsked, BreakEnded
from console.core.floor.model import Link, LinkStatus
from console.core.roles import CONSOLE
from console.core.rules.meal_needs import Need
from console.core.work.asked import commands_of
from console.core.work.break_outlooks import TellOutlook
from console.core.work.break_records import AskBreak, Break, BreakState, ReturnBreak, UndoGrant
from console.core.work.meal_records import (
    SEAT,
    MealPlan,
    MealSeat,
    MissMeal,
    MoveToRound,
    PlanState,
    ProposeMeals,
    PublishMeals,
    SeatState,
    WithdrawMeals,
    seats_in,
)
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.core.test_breaks import LI, Desk

ELEVEN = NOON - 3600
HALF = 1800.0
S = SeatState


@pytest.fixture
def desk() -> Desk:
    return Desk(floor(at=ELEVEN - 600), at=ELEVEN - 600)


def propose(desk: Desk, **fields: object) -> MealPlan:
    desk.told(replace(ProposeMeals(id=desk.id(), by=LI, plan="m", group=GROUP), **fields))
    return plan_of(desk)


def plan_of(desk: Desk) -> MealPlan:
    found = desk.book.get(MealPlan, "m")
    assert found is not None
    return found


def place(desk: Desk, number: int) -> MealSeat:
    found = desk.book.get(MealSeat, f"m/p{number}")
    assert found is not None
    return found


def publish(desk: Desk) -> None:
    desk.told(PublishMeals(id=desk.id(), by=LI, plan="m"))


def move(desk: Desk, number: int, to: int, **fields: object) -> None:
    desk.told(replace(MoveToRound(id=desk.id(), by=LI, plan="m", person=f"p{number}", round=to), **fields))


def in_round(desk: Desk, number: int) -> list[int]:
    return [int(each.person[1:]) for each in seats_in(desk.book, "m") if each.round == number]


def go_to(desk: Desk, at: float, *, away: tuple[int, ...] = (), out: tuple[int, ...] = ()) -> None:
    desk.at = at
    desk.view = floor(at=at, away=away, out=out, reason="用餐", paused_since=at - 60)


def ask(desk: Desk, number: int) -> Break:
    (told,) = commands_of(
        desk.book,
        desk.view,
        BreakAsked(agent=str(1000 + number), interface=seat(number), code="1", request_id=f"r{number}"),
        desk.at,
    )
    desk.told(told)
    return asked(desk, number)


def asked(desk: Desk, number: int) -> Break:
    (found,) = [each for each in desk.book.every(Break).values() if each.request == f"r{number}"]
    return found


@pytest.fixture
def published(desk: Desk) -> Desk:
    propose(desk)
    publish(desk)
    go_to(desk, ELEVEN)
    return desk


def test_ten_people_eat_three_at_a_time(desk: Desk) -> None:
    plan = propose(desk)
    assert [each.most for each in plan.rounds] == [3] * 5
    assert [len(in_round(desk, number)) for number in range(5)] == [3, 3, 3, 1, 0]
    assert (plan.state, plan.gap, plan.left_out) == (PlanState.PROPOSED, 0, ())
    assert desk.messages() == [], "nobody is told of what is only proposed"


def test_who_has_eaten_or_had_a_break_of_late_comes_later_or_not_at_all(desk: Desk) -> None:
    eaten = Break(
        id="x", state=BreakState.RETURNED, person="p1", name="坐席1", interface=seat(1), group=GROUP, kind="meal",
        minutes=30, asked_at=1.0, departed_at=ELEVEN - 7200, ended_at=ELEVEN - 5400, version=1,
    )  # fmt: skip
    rested = replace(eaten, id="y", person="p2", kind="other")
    desk.book = desk.book.told(1, (eaten, rested), {})
    propose(desk)
    assert desk.book.get(MealSeat, "m/p1") is None
    assert place(desk, 2).round == 2, "nine eat, and this one is the least hungry"


def test_the_longest_signed_in_go_first(desk: Desk) -> None:
    members = {
        key: replace(member, login_at=ELEVEN - 100 - int(member.name.removeprefix("坐席")))
        for key, member in desk.view.members.items()
    }
    desk.view = replace(desk.view, members=members)
    propose(desk)
    assert sorted(in_round(desk, 0)) == [8, 9, 10]


def test_the_forecast_makes_rounds_smaller_while_it_is_new(desk: Desk) -> None:
    desk.told(TellOutlook(id="t", by=CONSOLE, group=GROUP, forecast_at=desk.at, seats=10, most={"meal": 2}))
    assert [each.most for each in propose(desk).rounds] == [2] * 5
    desk.at += 1000
    assert [each.most for each in propose(desk).rounds] == [3] * 5


def test_proposing_again_replaces_what_was_not_published(desk: Desk) -> None:
    propose(desk)
    move(desk, 1, 4)
    desk.view = replace(desk.view, people={key: each for key, each in desk.view.people.items() if key != "p10"})
    propose(desk)
    assert place(desk, 1).round != 4
    assert place(desk, 10).state is S.CANCELLED
    publish(desk)
    with pytest.raises(NotAllowed):
        propose(desk)


def test_proposed_again_when_a_round_has_gone_by_every_seat_has_a_round_that_is(desk: Desk) -> None:
    propose(desk)
    last = in_round(desk, 3)[0]
    desk.view = replace(desk.view, people={key: each for key, each in desk.view.people.items() if key != f"p{last}"})
    desk.at = ELEVEN + 4 * HALF
    assert len(propose(desk).rounds) == 1
    assert all(each.round == 0 for each in seats_in(desk.book, "m"))


def test_a_group_has_one_plan_at_a_time(desk: Desk) -> None:
    propose(desk)
    with pytest.raises(NotAllowed, match="withdraw it first"):
        desk.told(ProposeMeals(id="x", by=LI, plan="other", group=GROUP))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"kind": "dance"}, "no kind"),
        ({"window": 2}, "no such window"),
        ({"kind": "toilet"}, "no such window"),
        ({"group": "nobody"}, "on shift"),
    ],
)
def test_what_cannot_be_proposed_is_said(desk: Desk, fields: dict[str, object], why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        propose(desk, **fields)


def test_moved_and_exchanged_by_hand(desk: Desk) -> None:
    propose(desk)
    here, there = in_round(desk, 0)[0], in_round(desk, 1)[0]
    with pytest.raises(NotAllowed, match="3 may eat in it"):
        move(desk, here, 1)
    move(desk, here, 1, why="要求")
    assert len(in_round(desk, 1)) == 4
    move(desk, here, 0)
    move(desk, here, 1, swap_with=f"p{there}")
    assert (place(desk, here).round, place(desk, there).round) == (1, 0)
    with pytest.raises(NotAllowed, match="cannot be exchanged"):
        move(desk, here, 3, swap_with=f"p{there}")
    with pytest.raises(NotAllowed, match="no such round"):
        move(desk, here, 9)


def test_publishing_tells_everybody_their_round(desk: Desk) -> None:
    propose(desk)
    publish(desk)
    told = desk.steps[-1].messages
    assert len(told) == 10
    first = next(each for each in told if each.to == place(desk, in_round(desk, 0)[0]).interface)
    assert (first.name, first.fields["Round"], first.fields["Begin"]) == ("MealRound", "1", str(round(ELEVEN)))


def test_within_the_round_asking_is_going(published: Desk) -> None:
    desk = published
    mine = in_round(desk, 0)[0]
    granted = ask(desk, mine)
    assert (granted.state, granted.decided_by) == (BreakState.GRANTED, "console")
    assert (granted.figures["plan"], granted.figures["round"]) == ("m", 0)
    go_to(desk, ELEVEN + 60, away=(mine,))
    assert desk.tick() == ["DepartBreak"]
    assert desk.tick() == ["LeaveForMeal"]
    assert (place(desk, mine).state, place(desk, mine).timing) == (S.EATING, "in time")
    desk.steward_has_set()
    desk.at = ELEVEN + 1500
    for told in commands_of(desk.book, desk.view, BreakEnded(agent=str(1000 + mine), interface=seat(mine)), desk.at):
        desk.told(told)
    assert desk.tick() == ["BackFromMeal"], "and our own pause, not yet taken off, is no absence"
    assert place(desk, mine).state is S.EATEN


def test_each_round_keeps_the_seats_of_its_own_hour_where_a_day_tells(desk: Desk) -> None:
    """The forecast of now would let one go; yesterday says that of the second round three may, and says so."""
    told = {"group": GROUP, "forecast_at": desk.at, "seats": 10, "most": {"meal": 1}}
    desk.told(TellOutlook(id="o", by=CONSOLE, **told))  # type: ignore[arg-type]  # its own fields
    need = Need(begin=ELEVEN + HALF, seats=7, basis="yesterday")
    rounds = propose(desk, needs=(need,)).rounds
    assert [(each.most, each.basis) for each in rounds[:3]] == [(1, "now"), (3, "yesterday"), (1, "now")]


def test_another_round_is_a_request_like_any_other(published: Desk) -> None:
    assert ask(published, in_round(published, 1)[0]).state is BreakState.ASKED


def test_another_kind_is_a_request_like_any_other(published: Desk) -> None:
    mine = in_round(published, 0)[0]
    published.told(AskBreak(id="t", by=LI, break_id="t", interface=seat(mine), kind="toilet"))
    assert published.of("t").state is BreakState.ASKED


def test_a_plan_is_no_licence_and_the_grant_comes_when_there_is_room(published: Desk) -> None:
    desk = published
    others = [number for number in range(1, 11) if number not in in_round(desk, 0)][:3]
    for number in others:
        desk.told(AskBreak(id=f"a{number}", by=LI, break_id=f"b{number}", interface=seat(number), kind="meal"))
        desk.grant(f"b{number}")
    mine = in_round(desk, 0)[0]
    assert ask(desk, mine).state is BreakState.ASKED, "three are away already, whoever they are"
    desk.told(ReturnBreak(id="r", by=LI, break_id=f"b{others[0]}", how="seen"))
    assert "GrantBreak" in desk.tick()
    assert asked(desk, mine).state is BreakState.GRANTED


def test_a_grant_taken_back_does_not_come_again_by_itself(published: Desk) -> None:
    desk = published
    mine = in_round(desk, 0)[0]
    ask(desk, mine)
    desk.told(UndoGrant(id="u", by=LI, break_id=asked(desk, mine).id))
    assert desk.tick() == []
    assert asked(desk, mine).state is BreakState.ASKED


def test_the_pause_code_in_the_own_round_is_the_meal(published: Desk) -> None:
    desk = published
    mine, other = in_round(desk, 0)[0], in_round(desk, 2)[0]
    go_to(desk, ELEVEN + 30, away=(mine, other))
    desk.tick()
    away = {each.person: each for each in desk.book.every(Break).values()}
    assert (away[f"p{mine}"].state, away[f"p{mine}"].exception) == (BreakState.AWAY, "m #1")
    assert away[f"p{other}"].state is BreakState.UNASKED
    desk.tick()
    assert place(desk, mine).state is S.EATING
    assert place(desk, other).timing == "early", "gone before their round, however they went"


def test_late_is_late_and_still_the_round(published: Desk) -> None:
    desk = published
    mine = in_round(desk, 0)[0]
    go_to(desk, ELEVEN + 900)
    ask(desk, mine)
    go_to(desk, ELEVEN + 960, away=(mine,))
    desk.tick()
    desk.tick()
    assert place(desk, mine).timing == "late"


def test_whose_round_goes_by_has_missed_it_or_was_not_there(published: Desk) -> None:
    desk = published
    first = in_round(desk, 0)
    go_to(desk, ELEVEN + HALF, out=(first[0],))
    desk.tick()
    assert [place(desk, number).state for number in first] == [S.ABSENT, S.MISSED, S.MISSED]
    assert desk.messages().count("MealMissed") == 2
    move(desk, first[1], 3)
    assert (place(desk, first[1]).state, place(desk, first[1]).round) == (S.PLANNED, 3)
    with pytest.raises(NotAllowed, match="over"):
        move(desk, first[2], 0)


def test_a_plan_taken_back_leaves_nobody_waiting_for_their_round(published: Desk) -> None:
    desk = published
    mine = in_round(desk, 0)[0]
    ask(desk, mine)
    go_to(desk, ELEVEN + 60, away=(mine,))
    desk.tick()
    desk.tick()
    desk.told(WithdrawMeals(id="w", by=LI, plan="m"))
    assert plan_of(desk).state is PlanState.WITHDRAWN
    assert desk.messages().count("MealRoundsWithdrawn") == 9
    assert place(desk, mine).state is S.EATING
    desk.told(ReturnBreak(id="r", by=LI, break_id=asked(desk, mine).id, how="seen"))
    desk.tick()
    assert place(desk, mine).state is S.EATEN


def test_when_all_rounds_are_over_so_is_the_plan(published: Desk) -> None:
    desk = published
    go_to(desk, ELEVEN + 5 * HALF)
    desk.tick()
    assert desk.tick() == ["CloseMeals"]
    assert plan_of(desk).state is PlanState.OVER
    assert desk.tick() == []


def test_nobody_misses_a_meal_on_a_floor_nobody_sees(published: Desk) -> None:
    desk = published
    go_to(desk, ELEVEN + HALF)
    desk.view = replace(desk.view, link=Link(status=LinkStatus.LOST))
    assert desk.tick() == []


@pytest.mark.parametrize("state", [None, *SeatState])
def test_a_seat_misses_its_meal_only_while_it_is_planned(state: SeatState | None) -> None:
    if state is S.PLANNED:
        assert SEAT.move(state, MissMeal) is S.MISSED
    else:
        with pytest.raises(NotAllowed):
            SEAT.move(state, MissMeal)


def test_lunch_is_no_dinner_nor_is_yesterdays(desk: Desk) -> None:
    def eaten(number: int, at: float) -> Break:
        return Break(
            id=f"eaten{number}",
            state=BreakState.RETURNED,
            person=f"p{number}",
            name=f"坐席{number}",
            interface=seat(number),
            group=GROUP,
            kind="meal",
            minutes=30,
            asked_at=at,
            departed_at=at,
            ended_at=at + HALF,
        )

    yesterday, early, lunch = eaten(1, NOON - 18 * 3600), eaten(2, ELEVEN - HALF), eaten(3, NOON)
    desk.book = desk.book.told(1, [yesterday, early, lunch], {})
    go_to(desk, NOON + 3600)
    propose(desk)
    midday = {each.person for each in seats_in(desk.book, "m")} | set(plan_of(desk).left_out)
    assert not {"p2", "p3"} & midday
    assert "p1" in midday
    desk.told(WithdrawMeals(id=desk.id(), by=LI, plan="m"))
    go_to(desk, NOON + 4 * 3600)
    desk.told(ProposeMeals(id=desk.id(), by=LI, plan="dinner", group=GROUP, window=1))
    dinner = desk.book.get(MealPlan, "dinner")
    assert dinner is not None
    assert len(seats_in(desk.book, "dinner")) + len(dinner.left_out) == 10
