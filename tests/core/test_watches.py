"""Watches: sustained, of enough callers, with hysteresis, quiet at night, and deaf while nothing can be known."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.figures import Figures, FloorFigures, Now, Seats, Share, Window
from console.core.floor.model import Link, LinkStatus
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup, Targets
from console.core.floor.view import FloorView
from console.core.rules.watches import (
    Condition,
    Each,
    Standing,
    Watch,
    WatchState,
    holds,
    judge,
    measured,
    subjects_of,
    value_of,
)

NOON = 1_800_014_400.0 - 1_800_014_400.0 % 86400 + 12 * 3600
GROUP = "group:sales"
OVER_TEN = Watch(when=Condition(measure="waiting", above=10), sustained_s=30, clear_s=60, clear_by=0.2, least_waiting=1)
S = WatchState
LIVE = Link(status=LinkStatus.LIVE)


def floor(
    waiting: int = 0,
    mean_wait_s: float | None = None,
    *,
    target: float | None = None,
    on_line: int = 5,
    abandoned: int = 0,
    answered: int = 0,
    link: Link = LIVE,
    line: int = 50,
) -> FloorView:
    recent = Window(
        answered=answered, abandoned=abandoned, service_level=Share(part=answered, whole=answered + abandoned)
    )
    figures = Figures(
        now=Now(waiting=waiting, mean_wait_s=mean_wait_s), recent=recent, seats=Seats(on_line=on_line, on_shift=10)
    )
    group = SkillGroup(
        id="sales", name="销售", queues=("s1",), targets=Targets(average_wait_s=target), emergency_waiting=line
    )
    return FloorView(
        link=link,
        policy=FloorPolicy(groups=(group,), time_zone="UTC"),
        figures=FloorFigures(
            floor=figures,
            groups={"sales": figures, "queue:odd": Figures()},
            queues={"s1": figures},
            channels={Channel.PHONE: figures},
        ),
    )


class Course:
    """A watch seen second by second; `moments` are the changes of its state."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.standing = Standing()
        self.at = NOON
        self.moments: list[tuple[WatchState, float]] = []

    def see(self, view: FloorView, seconds: float = 0.0) -> WatchState:
        end = self.at + seconds
        while True:
            after = judge(self.watch, self.standing, view, GROUP, self.at)
            if after.state is not self.standing.state:
                self.moments.append((after.state, self.at - NOON))
            self.standing = after
            if self.at >= end:
                return after.state
            self.at += 1.0


def test_it_fires_once_the_condition_has_lasted_and_clears_once_the_calm_has() -> None:
    course = Course(OVER_TEN)
    assert course.see(floor(11), 29) is S.RISING
    assert course.see(floor(11), 1) is S.FIRED
    assert course.see(floor(11), 500) is S.FIRED
    assert course.see(floor(8), 59) is S.CALMING
    assert course.see(floor(8), 5) is S.CALM
    assert course.standing.calm_at == NOON + 530
    assert [moment[0] for moment in course.moments] == [S.RISING, S.FIRED, S.CALMING, S.CALM]


def test_between_the_limit_and_its_slack_it_neither_clears_nor_begins() -> None:
    course = Course(OVER_TEN)
    assert course.see(floor(9), 300) is S.CALM, "behind the limit nothing begins"
    course.see(floor(11), 30)
    assert course.see(floor(9), 300) is S.FIRED, "nine is not yet 20 % behind ten"
    assert course.see(floor(8), 50) is S.CALMING


def test_one_calm_second_is_no_calm_and_one_dip_begins_anew() -> None:
    course = Course(OVER_TEN)
    course.see(floor(11), 29)
    course.see(floor(2), 1)
    assert course.see(floor(11), 29) is S.RISING
    course.see(floor(11), 2)
    course.see(floor(1), 30)
    assert course.see(floor(11), 0) is S.FIRED
    assert course.standing.fired_at == course.moments[3][1] + NOON, "the same fire, not a new one"


def test_one_night_caller_is_no_emergency() -> None:
    watch = Watch(when=Condition(measure="mean_wait_s", above=60), sustained_s=0, least_waiting=5)
    assert Course(watch).see(floor(1, 900.0), 10) is S.CALM
    assert Course(watch).see(floor(5, 61.0)) is S.FIRED


def test_the_defaults_are_the_procedures_own() -> None:
    watch = Watch(sustained_s=0)
    assert Course(watch).see(floor(50)) is S.CALM
    assert Course(watch).see(floor(51)) is S.FIRED
    assert Course(watch).see(floor(6, 24.0, target=20.0)) is S.CALM, "exactly 20 % over is not more"
    assert Course(watch).see(floor(6, 24.1, target=20.0)) is S.FIRED
    assert Course(watch).see(floor(6, 9999.0)) is S.CALM, "no target is set"
    assert Course(watch).see(floor(16, line=15)) is S.FIRED, "the group's own line"


@pytest.mark.parametrize(
    ("one", "other", "everyone", "anyone"),
    [(True, True, True, True), (True, False, False, True), (False, False, False, False)],
)
def test_and_and_or(one: bool, other: bool, everyone: bool, anyone: bool) -> None:  # noqa: FBT001  a truth table
    parts = (
        Condition(measure="waiting", above=10),
        Condition(measure="on_line", below=4),
    )
    view = floor(11 if one else 9, on_line=3 if other else 5)
    assert holds(Condition(all=parts), view, GROUP) is everyone
    assert holds(Condition(any=parts), view, GROUP) is anyone


def test_a_figure_nobody_has_decides_only_where_the_others_leave_it_open() -> None:
    unknown, true = Condition(measure="asa_s", above=1), Condition(measure="waiting", above=0)
    view = floor(3)
    assert holds(unknown, view, GROUP) is None
    assert holds(Condition(any=(unknown, true)), view, GROUP) is True
    assert holds(Condition(all=(unknown, true)), view, GROUP) is None
    assert holds(Condition(all=(unknown, Condition(measure="waiting", above=9))), view, GROUP) is False


def test_nobody_waiting_is_a_wait_of_nothing() -> None:
    course = Course(Watch(when=Condition(measure="mean_wait_s", above=10), sustained_s=0, clear_s=0, least_waiting=1))
    course.see(floor(3, 20.0))
    assert course.see(floor(0, None)) is S.CALM


def test_per_seat_counts_seats_on_line_and_none_at_all_is_over_any_limit() -> None:
    condition = Condition(measure="waiting", above=2, per_seat=True)
    assert holds(condition, floor(10, on_line=5), GROUP) is False
    assert holds(condition, floor(11, on_line=5), GROUP) is True
    assert holds(condition, floor(1, on_line=0), GROUP) is True
    assert value_of(condition, Figures()) == 0.0
    assert dict(measured(condition, floor(1, on_line=0), GROUP))["waiting per seat"] is None, "no infinity in a file"


def test_another_subject_may_be_looked_at() -> None:
    assert holds(Condition(measure="waiting", above=2, of="channel:phone"), floor(3), "queue:odd") is True
    assert holds(Condition(measure="waiting", above=2, of="queue:nowhere"), floor(3), GROUP) is None


def test_quiet_times_span_midnight_and_only_keep_it_from_beginning() -> None:
    night = Watch(
        when=Condition(measure="waiting", above=0),
        sustained_s=0,
        clear_s=0,
        least_waiting=1,
        quiet=(("22:00", "13:00"),),
    )
    course = Course(night)
    assert course.see(floor(5)) is S.CALM
    course.at = NOON + 3600
    assert course.see(floor(5)) is S.FIRED
    course.at = NOON + 11 * 3600
    assert course.see(floor(5)) is S.FIRED, "what burns at ten in the evening goes on burning"
    assert course.see(floor(0)) is S.CALM


def test_while_the_link_is_gone_nothing_begins_nothing_clears_and_nothing_is_counted() -> None:
    lost = Link(status=LinkStatus.LOST, since=NOON + 20)
    course = Course(OVER_TEN)
    course.see(floor(11), 20)
    assert course.see(floor(0, link=lost), 100) is S.RISING
    back = Link(status=LinkStatus.LIVE, since=course.at)
    assert course.see(floor(11, link=back), 29) is S.RISING, "the blind minutes are no part of thirty seconds"
    assert course.see(floor(11, link=back), 1) is S.FIRED


def test_the_subjects_are_those_of_the_floor() -> None:
    view = floor()
    assert subjects_of(view, Each.GROUP) == ("group:sales", "group:queue:odd")
    assert subjects_of(view, Each.GROUP, ("sales",)) == (GROUP,)
    assert subjects_of(view, Each.QUEUE) == ("queue:s1",)
    assert subjects_of(view, Each.CHANNEL) == ("channel:phone",)
    assert subjects_of(view, Each.FLOOR) == ("floor",)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=300), st.integers(0, 20), st.integers(0, 20))
def test_every_fire_has_lasted_and_every_calm_too(counts: list[int], sustained: int, clear: int) -> None:
    watch = Watch(
        when=Condition(measure="waiting", above=10), sustained_s=sustained, clear_s=clear, clear_by=0.3, least_waiting=0
    )
    course = Course(watch)
    for count in counts:
        course.see(floor(count))
        course.at += 1.0
    for before, after in pairwise([(S.CALM, 0.0), *course.moments]):
        first, last = round(before[1]), round(after[1])
        if after[0] is S.FIRED and before[0] is S.RISING:
            assert last - first >= sustained
            assert all(count > 10 for count in counts[first : last + 1])
        if after[0] is S.CALM and before[0] is S.CALMING:
            assert last - first >= clear
            assert all(count <= 7 for count in counts[first : last + 1])
