"""The forecaster: what open requests would do, computed apart, kept new and told once."""

import queue
import threading

import pytest
from msgspec.structs import replace

from console.core.floor.figures import FloorFigures
from console.core.floor.model import LinkStatus
from console.core.floor.policy import SkillGroup
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.rules.break_forecast import FRESH_S, BreakForecast, GroupNow, forecast
from console.core.rules.plan_outlook import floor_then
from console.core.work.break_outlooks import LIVES_S, Outlook, TellOutlook
from console.core.work.break_records import Break, BreakState
from console.core.work.meal_records import MealPlan, PlanState
from console.core.work.plan_body import PlanBody, Trigger
from console.core.work.plan_records import PlanRun, RunState
from console.core.work.policies import BREAKS, Policy
from console.desk import forecaster as module
from console.desk.forecaster import Forecaster, Forecasts, Outlooks
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.core.test_break_forecast import busy
from tests.desk.hand import HandClock


def asking(number: int, kind: str = "toilet", minutes: int = 10, **fields: object) -> Break:
    made = Break(
        id=f"b{number}",
        state=BreakState.ASKED,
        person=f"p{number}",
        name=f"坐席{number}",
        interface=seat(number),
        group=GROUP,
        kind=kind,
        minutes=minutes,
        asked_at=NOON,
    )
    return replace(made, **fields)


class Stand:
    def __init__(self, *breaks: Break) -> None:
        self.clock = HandClock(NOON)
        self.view = busy(floor())
        self.book = Book()
        self.keep(*breaks)
        self.published: list[Forecasts] = []
        self.submitted: list[TellOutlook] = []
        self.computed: list[tuple[int, int]] = []
        self.forecaster = Forecaster(self.clock, lambda: self.view, lambda: self.book, self.published.append, self.take)

    def keep(self, *breaks: Break) -> None:
        self.book = self.book.told(self.book.seq + 1, breaks, {})

    def take(self, command: Command) -> None:
        assert isinstance(command, TellOutlook)
        self.submitted.append(command)
        kept = Outlook(
            id=command.group, version=1, forecast_at=command.forecast_at, seats=command.seats, most=command.most
        )
        self.book = self.book.told(self.book.seq + 1, (kept,), {})

    def pass_time(self, seconds: float) -> None:
        self.clock.wind(seconds)
        self.view = replace(self.view, at=self.clock.at)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Every forecast really computed, as (minutes, leaving)."""
    computed: list[tuple[int, int]] = []

    def counting(start: GroupNow, minutes: int, *, leaving: int = 1) -> BreakForecast:
        computed.append((minutes, leaving))
        return forecast(start, minutes, leaving=leaving, spread=False)

    monkeypatch.setattr(module, "forecast", counting)
    return computed


def test_each_open_request_has_its_forecast(counted: list[tuple[int, int]]) -> None:
    stand = Stand(asking(1), asking(2), asking(3, "meal", 30), asking(4, state=BreakState.AWAY, departed_at=NOON))
    stand.forecaster.look()
    (told,) = stand.published
    assert told.keys() == {"b1", "b2", "b3"}
    assert told["b1"].granted is not None
    assert sorted(counted) == [(10, 1), (30, 1)], "the same question is computed once"


def test_what_is_new_enough_is_not_computed_again(counted: list[tuple[int, int]]) -> None:
    stand = Stand(asking(1))
    stand.forecaster.look()
    stand.pass_time(FRESH_S - 1)
    stand.forecaster.look()
    assert len(counted) == 1
    assert len(stand.published) == 1, "nothing new, nothing told"
    stand.pass_time(1)
    stand.forecaster.look()
    assert len(counted) == 2
    assert stand.published[-1]["b1"].at == NOON + FRESH_S


def test_a_floor_that_moved_is_computed_at_once(counted: list[tuple[int, int]]) -> None:
    stand = Stand(asking(1))
    stand.forecaster.look()
    stand.view = busy(floor(), waiting=9)
    stand.forecaster.look()
    assert len(counted) == 2


def test_a_grant_moves_the_others_figures_before_the_acd_shows_it(counted: list[tuple[int, int]]) -> None:
    stand = Stand(asking(1), asking(2))
    stand.forecaster.look()
    stand.keep(asking(1, state=BreakState.GRANTED, decided_at=NOON))
    stand.forecaster.look()
    assert len(counted) == 2
    assert stand.published[-1].keys() == {"b2"}


def test_whoever_is_not_on_line_anyway_changes_nothing(counted: list[tuple[int, int]]) -> None:
    stand = Stand(asking(1))
    stand.view = busy(floor(away=[1]))
    stand.forecaster.look()
    assert counted == [(10, 0)]


def test_an_answered_request_leaves_and_an_empty_list_is_told_once() -> None:
    stand = Stand(asking(1))
    stand.forecaster.look()
    stand.keep(asking(1, state=BreakState.REFUSED, ended_at=NOON))
    for _ in range(2):
        stand.forecaster.look()
    assert [list(told) for told in stand.published] == [["b1"], []]


def test_a_floor_not_seen_as_it_is_now_is_not_forecast() -> None:
    stand = Stand(asking(1))
    stand.view = replace(stand.view, link=replace(stand.view.link, status=LinkStatus.LOST))
    stand.forecaster.look()
    assert stand.published == []
    assert stand.submitted == []


def test_without_enough_data_it_says_so_and_leaves_the_rules_alone() -> None:
    stand = Stand(asking(1))
    stand.view = floor()
    stand.forecaster.look()
    assert stand.published[0]["b1"].trouble is not None
    assert stand.submitted[0].most == {"toilet": None}


def test_the_desk_is_told_how_many_may_leave_and_again_before_that_is_too_old() -> None:
    stand = Stand(asking(1), asking(3, "meal", 30))
    stand.forecaster.look()
    (told,) = stand.submitted
    assert (told.group, told.seats, told.forecast_at) == (GROUP, 10, NOON)
    assert told.most.keys() == {"toilet", "meal"}
    assert all(most is not None for most in told.most.values())
    stand.forecaster.look()
    assert len(stand.submitted) == 1
    while len(stand.submitted) == 1:
        stand.pass_time(5)
        stand.forecaster.look()
        assert stand.clock.at - NOON < LIVES_S
    assert stand.submitted[1].id != told.id


def test_a_plan_of_meal_rounds_under_hand_is_looked_out_for_too() -> None:
    stand = Stand()
    plan = MealPlan(
        id="m", state=PlanState.PROPOSED, group=GROUP, kind="meal", rounds=(), proposed_at=NOON, proposed_by="li"
    )
    stand.book = stand.book.told(stand.book.seq + 1, (plan,), {})
    stand.forecaster.look()
    assert stand.submitted[0].most.keys() == {"meal"}
    assert stand.published == []


def test_a_second_group_that_must_agree_is_looked_out_for_too() -> None:
    stand = Stand(asking(1))
    people = {**stand.view.people, "p1": replace(stand.view.people["p1"], groups=(GROUP, "care"))}
    groups = (*stand.view.policy.groups, SkillGroup(id="care", name="会员服务", queues=("care",)))
    figures = replace(
        stand.view.figures, groups={**stand.view.figures.groups, "care": stand.view.figures.groups[GROUP]}
    )
    stand.view = replace(stand.view, people=people, policy=replace(stand.view.policy, groups=groups), figures=figures)
    stand.forecaster.look()
    assert [told.group for told in stand.submitted] == [GROUP]
    strict = Policy(
        id=BREAKS, version=1, body={"everywhere": {"primary_decides": False}}, edited_at=NOON, edited_by="li"
    )
    stand.book = stand.book.told(stand.book.seq + 1, (strict,), {})
    stand.forecaster.look()
    assert [told.group for told in stand.submitted] == [GROUP, "care"]
    assert stand.submitted[-1].most.keys() == {"toilet"}


def test_a_group_nobody_knows_is_let_be() -> None:
    stand = Stand(asking(1, group="nobody"))
    stand.view = replace(stand.view, figures=FloorFigures(at=NOON))
    stand.forecaster.look()
    assert stand.published == []


def test_it_works_in_a_thread_of_its_own_and_outlives_trouble() -> None:
    told: queue.SimpleQueue[tuple[str, Forecasts]] = queue.SimpleQueue()
    book = Book().told(1, (asking(1),), {})
    views = iter([None])

    def view_of() -> FloorView:
        if next(views, True) is None:
            raise RuntimeError("a floor beyond understanding")
        return busy(floor())

    made = Forecaster(
        HandClock(NOON), view_of, lambda: book, lambda told_now: told.put((threading.current_thread().name, told_now))
    )
    made.start()
    made.wake()
    try:
        name, forecasts = told.get(timeout=20)
    finally:
        made.stop()
    assert name == "forecaster"
    assert forecasts.keys() == {"b1"}


def a_run(name: str = "r1", **fields: object) -> PlanRun:
    then = floor_then(busy(floor()), (GROUP,))
    made = PlanRun(
        id=name,
        plan="peak",
        plan_version=1,
        body=PlanBody(name="高峰"),
        subject=f"group:{GROUP}",
        state=RunState.PROPOSED,
        steps=(),
        trigger=Trigger.PROPOSE,
        fired_at=NOON,
        floor_then=then,
    )
    return replace(made, **fields)


def test_what_would_be_without_a_plan_is_computed_once_an_hour_and_told() -> None:
    stand = Stand()
    told: list[Outlooks] = []
    stand.forecaster = Forecaster(
        stand.clock, lambda: stand.view, lambda: stand.book, stand.published.append, stand.take, told.append
    )
    stand.book = stand.book.told(1, (a_run(), a_run("r0", state=RunState.LAPSED, ended_at=NOON)), {})
    stand.forecaster.look()
    (first,) = told
    assert first.keys() == {"r1"}
    assert first["r1"].trouble is None
    assert first["r1"].points[0].at == NOON
    stand.pass_time(300)
    stand.forecaster.look()
    assert told == [first], "the same start says the same"
    stand.pass_time(3300)
    stand.forecaster.look()
    assert len(told[-1]["r1"].points) > len(first["r1"].points), "a plan that stands is followed on"
    assert told[-1]["r1"].points[30].waiting == pytest.approx(first["r1"].points[30].waiting)
    stand.book = stand.book.told(2, (a_run(state=RunState.LAPSED, ended_at=NOON),), {})
    stand.forecaster.look()
    assert told[-1] == {}


def test_what_would_be_without_a_plan_is_told_though_the_link_is_cut() -> None:
    stand = Stand()
    told: list[Outlooks] = []
    stand.view = replace(stand.view, link=replace(stand.view.link, status=LinkStatus.LOST))
    stand.forecaster = Forecaster(
        stand.clock, lambda: stand.view, lambda: stand.book, stand.published.append, stand.take, told.append
    )
    stand.book = stand.book.told(1, (a_run(),), {})
    stand.forecaster.look()
    assert told[0]["r1"].points
