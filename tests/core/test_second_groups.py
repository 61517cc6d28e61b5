"""Where a break has to pass in all of a person's groups: the second ones count who serves them, and look ahead, too."""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.figures import Figures, Seats, Share
from console.core.floor.model import AgentStatus
from console.core.floor.policy import SkillGroup
from console.core.floor.view import FloorView
from console.core.roles import CONSOLE
from console.core.rules.break_policy import BreakPolicy, BreakRules
from console.core.work.break_line import is_clear, slot_for
from console.core.work.break_outlooks import TellOutlook
from console.core.work.break_records import Break, BreakState, MakeRegular, OweBreak, ReturnBreak
from console.core.work.break_verdicts import case_of
from console.core.work.policies import BREAKS, Policy
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.core.test_breaks import LI, Desk

CARE = "care"
STRICT = BreakRules(primary_decides=False, one_may_go=False)


def two(
    both: tuple[int, ...] = (1,),
    own: tuple[int, ...] = (),
    *,
    seats: int = 40,
    care: tuple[int, int] = (10, 10),
    away: tuple[int, ...] = (),
    at: float = NOON,
) -> FloorView:
    """Return a floor whose `both` serve care as a second group; `own` have it as their first.

    `care` are its seats on line and on shift, as the board shows them: of who has it as the first group.
    """
    view = floor(seats, away=away, at=at)
    people = dict(view.people)
    for number in both:
        people[f"p{number}"] = replace(people[f"p{number}"], groups=(GROUP, CARE))
    for number in own:
        people[f"p{number}"] = replace(people[f"p{number}"], primary_group=CARE, groups=(CARE,))
    on_line, on_shift = care
    shown = Figures(
        seats=Seats(
            on_shift=on_shift,
            on_line=on_line,
            away=on_shift - on_line,
            on_line_ratio=Share(part=on_line, whole=on_shift),
        )
    )
    groups = {**view.figures.groups, CARE: shown}
    policy = replace(view.policy, groups=(*view.policy.groups, SkillGroup(id=CARE, name="会员服务", queues=(CARE,))))
    return replace(view, people=people, policy=policy, figures=replace(view.figures, groups=groups))


def desk_of(view: FloorView, rules: BreakRules = STRICT, by_group: Mapping[str, BreakRules] | None = None) -> Desk:
    made = Desk(view)
    body = msgspec.to_builtins(BreakPolicy(everywhere=rules, by_group=by_group or {}))
    made.book = made.book.told(1, (Policy(id=BREAKS, version=1, body=body, edited_at=0.0, edited_by="li"),), {})
    return made


def test_the_asker_is_one_of_the_second_groups_seats_and_leaves_it() -> None:
    desk = desk_of(two(both=(1, 2), care=(15, 17)))
    desk.ask(1)
    case = case_of(desk.book, desk.view, desk.of("b1"), CARE, NOON)
    assert (case.on_line, case.on_shift, case.leaves_line) == (17, 19, True)
    assert desk.grant("b1").judged == {"seats:sales": 0, "seats:care": 0}


def test_the_second_group_says_no_in_its_own_figures() -> None:
    desk = desk_of(two(both=(1, 2), care=(14, 17)))
    desk.ask(1)
    with pytest.raises(NotAllowed, match="16 → 15 of 19 on line = 78 %, needs 80 %"):
        desk.grant("b1")


def test_the_first_group_alone_is_judged_where_it_decides() -> None:
    desk = desk_of(two(care=(0, 17)), BreakRules(one_may_go=False))
    taken = desk.grant(desk.ask(1))
    assert taken.judged == {"seats:sales": 0}
    assert taken.touched == ("seats:sales", "seats:care"), "who is judged there reads that a seat has gone"


def test_who_left_for_one_group_has_left_the_other_too() -> None:
    """Ten seats serve care, of whom two may go: whose first group it is makes no difference."""
    desk = desk_of(two(both=(1, 2, 3), care=(7, 7)))
    desk.grant(desk.ask(1))
    desk.grant(desk.ask(2))
    desk.ask(3)
    with pytest.raises(NotAllowed, match="8 → 7 of 10"):
        desk.grant("b3")
    desk.told(ReturnBreak(id="r", by=LI, break_id="b1", how="seen"))
    desk.grant("b3")


def test_one_away_without_asking_is_the_one_that_may_go() -> None:
    desk = desk_of(two(both=(1, 2), care=(1, 1), away=(2,)), BreakRules(primary_decides=False))
    assert desk.tick() == ["NoticeUnasked"]
    desk.ask(1)
    with pytest.raises(NotAllowed, match="2 → 1 of 3"):
        desk.grant("b1")
    name = next(name for name in desk.book.every(Break) if name.startswith("unasked"))
    taken = desk.told(MakeRegular(id="m", by=LI, break_id=name, kind="toilet", why="口头同意"))
    assert taken.touched == ("seats:sales", "seats:care")


def test_a_slot_waits_for_the_second_groups_return() -> None:
    desk = desk_of(two(both=(1, 2, 3), care=(7, 7)))
    desk.grant(desk.ask(1))
    desk.at += 60
    desk.grant(desk.ask(2))
    desk.ask(3)
    slot = slot_for(desk.book, desk.view, desk.of("b3"), desk.at)
    assert (slot.at, slot.sure, slot.why.english()) == (desk.at + 600, True, "坐席1 is back then")


def test_of_two_in_each_others_way_one_goes_first() -> None:
    """Both serve both groups, from either side; where one may go at a time, the line is one line."""
    view = two(both=(1,), own=(2,), seats=5, care=(5, 5))
    people = {**view.people, "p2": replace(view.people["p2"], primary_group=CARE, groups=(CARE, GROUP))}
    desk = desk_of(replace(view, people=people))
    for number in (1, 2):
        desk.at += 60
        desk.told(OweBreak(id=desk.id(), by=LI, break_id=desk.ask(number), slot=NOON + 900))
    assert [desk.of(f"b{number}").state for number in (1, 2)] == [BreakState.OWED, BreakState.OWED]
    desk.at = NOON + 900
    assert desk.tick() == ["OfferBreak", "PostponeBreak"]


def test_a_black_out_and_a_shift_change_of_the_second_group_count() -> None:
    other = replace(STRICT, shift_changes=("12:10",), black_out_before_min=15, black_out_after_min=20)
    desk = desk_of(two(), STRICT, {CARE: other})
    desk.ask(1, "meal")
    with pytest.raises(NotAllowed, match="No breaks around the shift change at 12:10"):
        desk.grant("b1")
    slot = slot_for(desk.book, desk.view, desk.of("b1"), desk.at)
    assert (slot.at, slot.why.english()) == (NOON + 1800, "after the shift change at 12:10")


def test_the_forecast_of_the_second_group_has_to_leave_room() -> None:
    desk = desk_of(two(both=(1, 2), care=(17, 17)))
    for number in (1, 2):
        desk.ask(number)

    def tell(most: int) -> None:
        desk.at += 1
        for group, seats, room in ((GROUP, 10, 10), (CARE, 17, most)):
            told = {"group": group, "forecast_at": desk.at, "seats": seats, "most": {"toilet": room}}
            desk.told(TellOutlook(id=desk.id(), by=CONSOLE, **told))  # type: ignore[arg-type]  # its own fields

    assert not is_clear(desk.book, desk.view, desk.of("b1"), desk.at), "no forecast yet"
    tell(1)
    assert is_clear(desk.book, desk.view, desk.of("b1"), desk.at)
    desk.grant("b1")
    assert not is_clear(desk.book, desk.view, desk.of("b2"), desk.at), "who left took the room there was"
    tell(2)
    assert is_clear(desk.book, desk.view, desk.of("b2"), desk.at)


@given(
    both=st.sets(st.integers(1, 12), max_size=12),
    away=st.sets(st.integers(1, 12)),
    own=st.integers(1, 12).flatmap(lambda shift: st.tuples(st.integers(0, shift), st.just(shift))),
)
def test_the_second_group_is_counted_as_by_hand(both: set[int], away: set[int], own: tuple[int, int]) -> None:
    desk = desk_of(two(tuple(both), seats=12, care=own, away=tuple(away)))
    desk.ask(1)
    case = case_of(desk.book, desk.view, desk.of("b1"), CARE, NOON)
    on_line = [n for n in both if desk.view.agents[seat(n)].status is not AgentStatus.PAUSED]
    assert (case.on_line, case.on_shift) == (own[0] + len(on_line), own[1] + len(both))


@settings(max_examples=40, deadline=None)
@given(
    own=st.sets(st.integers(1, 10), min_size=1, max_size=5),
    both=st.sets(st.integers(1, 10)),
    order=st.permutations(range(1, 11)),
)
def test_no_grant_breaks_a_limit_in_any_group(own: set[int], both: set[int], order: list[int]) -> None:
    """Ten people, some of whose first group is care, some in both: every grant leaves each group its share."""
    view = floor(10)
    people = {
        f"p{number}": replace(
            view.people[f"p{number}"],
            primary_group=CARE if number in own else GROUP,
            groups=(GROUP, CARE) if number in both else (CARE,) if number in own else (GROUP,),
        )
        for number in range(1, 11)
    }
    care = two(care=(len(own), len(own)))
    sales = Figures(seats=replace(view.figures.groups[GROUP].seats, on_shift=10 - len(own), on_line=10 - len(own)))
    groups = {GROUP: sales, CARE: care.figures.groups[CARE]}
    desk = desk_of(
        replace(view, people=people, policy=care.policy, figures=replace(view.figures, groups=groups)),
        STRICT,
    )
    gone: set[int] = set()
    for number in order:
        name = desk.ask(number)
        mine = people[f"p{number}"].groups
        serving = {group: {n for n in range(1, 11) if group in people[f"p{n}"].groups} for group in mine}
        # In the first group those count whose first it is, as on the board.
        first = people[f"p{number}"].primary_group
        serving[first] = {n for n in serving[first] if people[f"p{n}"].primary_group == first}
        fits = all(len(those - gone - {number}) * 100 >= 80 * len(those) for those in serving.values())
        if fits:
            desk.grant(name)
            gone.add(number)
        else:
            with pytest.raises(NotAllowed, match="needs 80 %"):
                desk.grant(name)
