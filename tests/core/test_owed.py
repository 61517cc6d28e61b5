"""Owed slots: the line and why it stands so, the first possible moment, and slots that come, move and float."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.view import FloorView
from console.core.roles import CONSOLE
from console.core.rules.break_policy import MEAL, OTHER, TOILET, BreakKind, BreakRules
from console.core.rules.breaks import Case, judge, minute_of
from console.core.rules.owed import (
    BELIEVED_S,
    LEAST_S,
    LOOK_AGAIN_S,
    Back,
    Prospect,
    Reserved,
    Waiting,
    case_at,
    first_slot,
    fits,
    in_line,
)
from console.core.work.break_line import has_hard_calls, line_of
from console.core.work.break_outlooks import LIVES_S, TellOutlook, room
from console.core.work.break_records import (
    AskBreak,
    Break,
    BreakState,
    GrantBreak,
    OfferBreak,
    OweBreak,
    ReturnBreak,
    UndoGrant,
)
from console.core.work.policies import BREAKS, Policy
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.core.test_breaks import LI, Desk

S = BreakState


def minute(at: float) -> int:
    return int(at // 60) % 1440


def case(kind: BreakKind = TOILET, on_shift: int = 10, away: int = 0, **fields: object) -> Case:
    made = Case(
        kind=kind,
        rules=BreakRules(),
        group=GROUP,
        on_shift=on_shift,
        on_line=on_shift - away,
        away=away,
        away_alike=away,
        minute=minute(NOON),
        minutes=kind.length_min,
    )
    return replace(made, **fields)


def prospect(made: Case, **fields: object) -> Prospect:
    return replace(Prospect(at=NOON, case=made, away={made.kind.id: made.away_alike}), **fields)


# ---- the line --------------------------------------------------------------------------------------------------------


def waiting(name: str, **fields: object) -> Waiting:
    return replace(Waiting(id=name, rank=4, asked_at=NOON, kind="其他"), **fields)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"rank": 1, "kind": "小休"}, {"owed": True, "asked_at": NOON - 900}, "小休 goes first"),
        ({"owed": True}, {"asked_at": NOON - 900}, "owed a slot already"),
        ({"asked_at": NOON - 120}, {"taken_min": 0, "contacts": 200}, "waits longer"),
        ({"taken_min": 5}, {"taken_min": 20, "hard": True}, "less break today: 5 min"),
        ({"contacts": 101}, {"contacts": 100}, "101 contacts today"),
        ({"hard": True}, {}, "a run of hard calls"),
        ({"asked_at": NOON + 1}, {"asked_at": NOON + 2}, "waits longer"),
    ],
)
def test_the_line_and_why(first: dict[str, object], second: dict[str, object], why: str) -> None:
    line = in_line([waiting("b", **second), waiting("a", **first)], many_contacts=100)
    assert [place.waiting.id for place in line] == ["a", "b"]
    assert line[0].why is not None
    assert line[0].why.english() == why
    assert line[1].why is None


# ---- the first moment ------------------------------------------------------------------------------------------------


def test_what_fits_now_is_now() -> None:
    assert first_slot(prospect(case()), minute).at == NOON


def test_the_first_return_that_makes_room() -> None:
    back = (Back(at=NOON + 300, name="张", kind="meal"), Back(at=NOON + 120, name="李", kind="meal"))
    slot = first_slot(prospect(case(away=3), back=back), minute)
    assert (slot.at, slot.why.english()) == (NOON + 300, "张 is back then")


def test_those_ahead_in_line_go_first_and_then_it_is_our_turn() -> None:
    back = (Back(at=NOON + 120, kind="toilet", name="张"),)
    ahead = (Reserved(at=NOON + 120, minutes=10, kind=TOILET, name="李"),)
    slot = first_slot(prospect(case(away=2), back=back, ahead=ahead), minute)
    assert (slot.at, slot.why.english()) == (NOON + 720, "李 has had their turn then")


def test_a_slot_ahead_is_kept_also_when_ours_would_reach_into_it() -> None:
    ahead = (Reserved(at=NOON + 300, minutes=10, kind=TOILET, name="李"),)
    slot = first_slot(prospect(case(away=1), ahead=ahead), minute)
    assert slot.at == NOON + 900, "with one away and one reserved, a third would be one too many at 5 minutes"
    assert first_slot(prospect(case(away=0), ahead=ahead), minute).at == NOON


def test_a_meal_waits_for_its_window() -> None:
    early = prospect(case(MEAL), at=NOON - 7200)
    slot = first_slot(early, minute)
    assert minute(slot.at) == minute_of("11:00")
    assert "用餐" in slot.why.english()


def test_a_handover_waits_for_the_shift_change() -> None:
    kind = replace(MEAL, id="handover", windows=(), only_at_handover=True)
    rules = BreakRules(shift_changes=("16:00",), handover_within_min=20)
    assert minute(first_slot(prospect(case(kind, rules=rules)), minute).at) == minute_of("15:40")


def test_a_black_out_ends() -> None:
    rules = BreakRules(shift_changes=("12:00",), black_out_after_min=25)
    assert minute(first_slot(prospect(case(OTHER, rules=rules)), minute).at) == minute_of("12:25")


def test_an_emergency_is_taken_to_last_a_while_and_not_for_ever() -> None:
    slot = first_slot(prospect(case(waiting=60, emergency_waiting=50)), minute)
    assert slot.at == NOON + BELIEVED_S


def test_the_forecast_keeps_people_until_somebody_is_back() -> None:
    back = (Back(at=NOON + 240, kind="meal", name="张"),)
    assert first_slot(prospect(case(away=1), room=0, back=back), minute).at == NOON + 240
    assert first_slot(prospect(case(away=1), room=-1, back=back), minute).at == NOON + BELIEVED_S
    assert first_slot(prospect(case(leaves_line=False), room=0), minute).at == NOON


def test_where_nothing_ever_allows_it_the_request_keeps_its_place() -> None:
    never = case(replace(TOILET, on_line_percent=100), rules=BreakRules(one_may_go=False))
    slot = first_slot(prospect(never), minute)
    assert (slot.at, slot.sure) == (NOON + LOOK_AGAIN_S, False)


KINDS = st.sampled_from([TOILET, MEAL, OTHER])
LATER = st.integers(1, 60).map(lambda minutes: NOON + minutes * 60.0)


@settings(max_examples=200, deadline=None)
@given(
    kind=KINDS,
    on_shift=st.integers(1, 20),
    back=st.lists(st.builds(Back, at=LATER, kind=st.sampled_from(["toilet", "meal", ""])), max_size=6),
    ahead=st.lists(st.builds(Reserved, at=LATER, minutes=st.sampled_from([10, 30]), kind=KINDS), max_size=4),
    room_left=st.none() | st.integers(-2, 3),
    earliest=st.none() | LATER,
)
def test_a_slot_is_never_in_the_past_fits_where_it_is_sure_and_none_earlier_does(
    kind: BreakKind,
    on_shift: int,
    back: list[Back],
    ahead: list[Reserved],
    room_left: int | None,
    earliest: float | None,
) -> None:
    away = min(len(back), on_shift)
    alike = sum(each.kind == kind.id for each in back)
    made = prospect(case(kind, on_shift, away, away_alike=alike), back=tuple(back), ahead=tuple(ahead), room=room_left)
    slot = first_slot(made, minute, earliest=earliest)
    begin = NOON if earliest is None else earliest
    assert slot.at >= begin
    if slot.sure:
        assert fits(made, slot.at, minute)
        assert judge(case_at(made, slot.at, minute)).allowed
    # Known changes come at whole minutes here, so minute by minute misses none of them.
    tried = begin
    while tried < min(slot.at, begin + 7200):
        assert not fits(made, tried, minute)
        tried += 60.0


# ---- owed, offered, moved --------------------------------------------------------------------------------------------


@pytest.fixture
def desk() -> Desk:
    return Desk()


def crowded(desk: Desk, *, minutes: int = 600) -> None:
    """Two of ten are away, and a third wants to go."""
    for number in (1, 2):
        desk.grant(desk.ask(number))
    desk.view = floor(away=[1, 2])
    desk.tick()
    desk.at = NOON + minutes - 600
    desk.ask(3)


def owe(desk: Desk, name: str, slot: float = 0.0) -> None:
    desk.told(OweBreak(id=desk.id(), by=LI, break_id=name, slot=slot))


def test_the_first_possible_slot_is_when_somebody_is_back(desk: Desk) -> None:
    crowded(desk)
    owe(desk, "b3")
    owed = desk.of("b3")
    assert (owed.state, owed.slot, owed.floats) == (S.OWED, NOON + 600, True)
    assert desk.messages()[-1] == "BreakOwed"
    assert desk.steps[-1].messages[0].fields["Slot"] == str(round(NOON + 600))
    assert desk.steps[-1].entries[0].data["because"] == "坐席1 is back then"


def test_an_early_return_brings_a_floating_slot_forward(desk: Desk) -> None:
    crowded(desk)
    owe(desk, "b3")
    desk.at = NOON + 120
    assert "OfferBreak" not in desk.tick()
    desk.told(ReturnBreak(id=desk.id(), by=LI, break_id="b1", how="seen"))
    desk.view = floor(away=[2], at=desk.at)
    assert "OfferBreak" in desk.tick()
    assert desk.of("b3").state is S.ASKED


def test_a_time_a_person_gave_is_not_brought_forward(desk: Desk) -> None:
    desk.ask(3)
    owe(desk, "b3", slot=NOON + 900)
    desk.at = NOON + 600
    assert desk.tick() == []
    desk.at = NOON + 900
    assert desk.tick() == ["OfferBreak"]


def test_a_slot_that_cannot_be_kept_moves_and_the_agent_is_told_once(desk: Desk) -> None:
    crowded(desk)
    owe(desk, "b3", slot=NOON + 300)
    desk.at = NOON + 300
    assert desk.tick() == ["PostponeBreak"]
    moved = desk.of("b3")
    assert (moved.state, moved.slot, moved.owed_since) == (S.OWED, NOON + 600, NOON)
    assert desk.messages()[-2:] == ["BreakOwed", "BreakOwed"]
    assert desk.tick() == [], "told once, not at every tick"


def test_an_overdue_colleague_moves_slots_a_few_minutes_at_a_time(desk: Desk) -> None:
    crowded(desk)
    owe(desk, "b3")
    told_at = []
    for second in range(600, 3600):
        desk.at = NOON + second
        if "PostponeBreak" in desk.tick():
            told_at.append(second)
            assert (desk.of("b3").slot or 0.0) >= desk.at + LEAST_S
    assert told_at
    assert min(b - a for a, b in pairwise(told_at)) >= 180


def test_two_owed_do_not_both_get_the_one_seat(desk: Desk) -> None:
    crowded(desk)
    desk.ask(4)
    owe(desk, "b3")
    owe(desk, "b4")
    desk.at = NOON + 300
    desk.told(ReturnBreak(id=desk.id(), by=LI, break_id="b1", how="seen"))
    desk.view = floor(away=[2], at=desk.at)
    assert desk.tick().count("OfferBreak") == 1
    assert (desk.of("b3").state, desk.of("b4").state) == (S.ASKED, S.OWED)
    assert desk.tick() == [], "whose slot has come holds the seat until answered"


def test_two_offers_from_one_book_are_judged_one_after_the_other(desk: Desk) -> None:
    crowded(desk)
    desk.ask(4)
    for name in ("b3", "b4"):
        owe(desk, name)
    desk.at = NOON + 300
    desk.told(ReturnBreak(id=desk.id(), by=LI, break_id="b1", how="seen"))
    desk.view = floor(away=[2], at=desk.at)
    desk.told(OfferBreak(id="o3", by=CONSOLE, break_id="b3"))
    with pytest.raises(NotAllowed, match="坐席4"):
        desk.told(OfferBreak(id="o4", by=CONSOLE, break_id="b4"))


def test_a_toilet_break_goes_before_a_meal_owed_earlier(desk: Desk) -> None:
    for number in (1, 2, 5):
        desk.grant(desk.ask(number, kind="meal"))
    desk.view = floor(away=[1, 2, 5])
    desk.tick()
    desk.ask(3, kind="meal")
    owe(desk, "b3")
    desk.at = NOON + 60
    desk.ask(4)
    line = [place.waiting.id for place in line_of(desk.book, desk.view, GROUP, desk.at)]
    assert line == ["b4", "b3"]


def test_the_forecast_keeps_an_owed_one_waiting_while_it_is_fresh(desk: Desk) -> None:
    desk.ask(3)
    owe(desk, "b3", slot=NOON + 300)
    desk.at = NOON + 300
    told = TellOutlook(id="t", by=CONSOLE, group=GROUP, forecast_at=desk.at, seats=10, most={"toilet": 0})
    desk.told(told)
    assert desk.tick() == ["PostponeBreak"]
    assert desk.of("b3").slot == NOON + 300 + BELIEVED_S
    desk.at = NOON + 300 + BELIEVED_S
    assert desk.tick() == ["OfferBreak"], "an old forecast decides nothing"


def test_what_a_forecast_allows_shrinks_with_every_grant(desk: Desk) -> None:
    desk.told(TellOutlook(id="t", by=CONSOLE, group=GROUP, forecast_at=NOON, seats=10, most={"toilet": 2}))
    assert room(desk.book, GROUP, "toilet", 10, NOON) == 2
    assert room(desk.book, GROUP, "toilet", 9, NOON + LIVES_S) == 1
    assert room(desk.book, GROUP, "toilet", 9, NOON + LIVES_S + 1) is None
    assert room(desk.book, GROUP, "meal", 9, NOON) is None


def test_an_older_forecast_never_replaces_a_newer_one(desk: Desk) -> None:
    for number, at in enumerate((NOON, NOON - 5)):
        desk.told(
            TellOutlook(
                id=f"t{number}", by=CONSOLE, group=GROUP, forecast_at=at, seats=10, most={"toilet": int(NOON - at)}
            )
        )
    assert room(desk.book, GROUP, "toilet", 10, NOON) == 0


def test_a_kind_that_grants_itself_waits_for_the_forecast_and_goes_at_its_slot(desk: Desk) -> None:
    itself = {"everywhere": {"kinds": [{**_plain(TOILET), "grants_itself": True}]}}
    desk.book = desk.book.told(1, (Policy(id=BREAKS, version=1, body=itself, edited_at=0.0, edited_by="li"),), {})
    desk.told(TellOutlook(id="t", by=CONSOLE, group=GROUP, forecast_at=NOON, seats=10, most={"toilet": 0}))
    desk.ask(1)
    assert desk.of("b1").state is S.ASKED
    owe(desk, "b1")
    desk.at = NOON + BELIEVED_S
    assert desk.tick() == ["OfferBreak"]
    assert desk.of("b1").state is S.ASKED, "the forecast of a quarter of an hour ago clears nobody"
    told = {"group": GROUP, "seats": 10, "most": {"toilet": 1}}
    desk.told(TellOutlook(id="t2", by=CONSOLE, forecast_at=desk.at, **told))  # type: ignore[arg-type]  # its own fields
    assert desk.tick() == ["GrantBreak"]
    assert (desk.of("b1").state, desk.of("b1").decided_by) == (S.GRANTED, "console")


def test_kinds_that_grant_themselves_take_the_forecasts_room_one_by_one_in_line(desk: Desk) -> None:
    itself = {"everywhere": {"kinds": [{**_plain(TOILET), "grants_itself": True}]}}
    desk.book = desk.book.told(1, (Policy(id=BREAKS, version=1, body=itself, edited_at=0.0, edited_by="li"),), {})
    for number in (1, 2, 3):
        desk.ask(number)
        desk.at += 60
    assert desk.tick() == [], "no forecast has been made yet"
    tell = {"by": CONSOLE, "group": GROUP, "seats": 10}
    desk.told(TellOutlook(id="none", forecast_at=desk.at, most={"toilet": None}, **tell))  # type: ignore[arg-type]
    assert desk.tick() == [], "not enough data clears nobody"
    desk.at += 1
    desk.told(TellOutlook(id="one", forecast_at=desk.at, most={"toilet": 1}, **tell))  # type: ignore[arg-type]
    assert desk.tick() == ["GrantBreak"]
    assert desk.tick() == []
    assert [desk.of(f"b{number}").state for number in (1, 2, 3)] == [S.GRANTED, S.ASKED, S.ASKED]
    desk.told(UndoGrant(id="u", by=LI, break_id="b1"))
    assert desk.tick() == ["GrantBreak"]
    assert [desk.of(f"b{number}").state for number in (1, 2, 3)] == [S.ASKED, S.GRANTED, S.ASKED]


def _plain(kind: BreakKind) -> dict[str, object]:
    return {name: getattr(kind, name) for name in ("id", "name", "english", "length_min", "longest_min")} | {
        "on_line_percent": kind.on_line_percent
    }


def test_whoever_has_gone_home_waits_no_more(desk: Desk) -> None:
    desk.ask(3)
    desk.view = floor(out=[3])
    assert desk.tick() == [], "signed out a moment ago is not gone home"
    desk.at = NOON + 1200
    assert desk.tick() == ["WithdrawBreak"]
    assert desk.of("b3").state is S.WITHDRAWN


def test_away_without_asking_and_asking_now_is_one_break(desk: Desk) -> None:
    desk.view = floor(away=[4], reason="lunch")
    desk.tick()
    (out,) = desk.book.every(Break).values()
    desk.ask(4)
    assert desk.of(out.id).state is S.RETURNED
    assert desk.of(out.id).ended_how == "asked"
    desk.grant("b4", exception=True, why="已经离开")
    assert {lever.found for lever in desk.levers()} == {None}, "the pause under it is not restored"


def test_signed_in_again_unpaused_where_no_lever_sees_it_is_the_return(desk: Desk) -> None:
    desk.view = floor(out=[1])
    desk.told(AskBreak(id="a", by=LI, break_id="b1", interface=seat(1), kind="toilet"))
    desk.told(GrantBreak(id="g", by=LI, break_id="b1"))
    assert desk.levers() == []
    assert desk.tick() == ["DepartBreak"]
    desk.view = floor()
    assert desk.tick() == ["ReturnBreak"]
    assert desk.of("b1").ended_how == "acd"


def test_hard_calls_are_longer_than_the_groups() -> None:
    view = _with_mean(floor(talking=[1]), 200.0)
    person = view.people["p1"]
    assert not has_hard_calls(view, person, GROUP, NOON)
    assert has_hard_calls(view, person, GROUP, NOON + 540), "the running call is three times the mean"
    agents = {**view.agents, seat(1): replace(view.agents[seat(1)], talk=None, completed=6, handled_s=1800.0)}
    assert has_hard_calls(replace(view, agents=agents), person, GROUP, NOON)
    assert not has_hard_calls(
        replace(view, agents={**agents, seat(1): replace(agents[seat(1)], handled_s=1700.0)}), person, GROUP, NOON
    )


def _with_mean(view: FloorView, handle_s: float) -> FloorView:
    figures = view.figures.groups[GROUP]
    today = replace(figures.today, handle_s=handle_s)
    return replace(view, figures=replace(view.figures, groups={GROUP: replace(figures, today=today)}))


@settings(max_examples=40, deadline=None)
@given(returns=st.lists(st.integers(0, 3000), min_size=2, max_size=2), slots=st.lists(st.integers(0, 30), max_size=4))
def test_every_owed_request_comes_up_in_finite_time(returns: list[int], slots: list[int]) -> None:
    desk = Desk()
    crowded(desk)
    for place, minutes in enumerate(slots):
        name = desk.ask(4 + place) if place else "b3"
        owe(desk, name, slot=NOON + minutes * 60.0 if minutes else 0.0)
    away = {1, 2}
    for second in range(0, 3 * 3600, 30):
        desk.at = NOON + second
        for number, when in zip((1, 2), returns, strict=True):
            if number in away and second >= when:
                away.discard(number)
                desk.told(ReturnBreak(id=desk.id(), by=LI, break_id=f"b{number}", how="seen"))
        desk.view = floor(away=away, at=desk.at)
        desk.tick()
        for each in list(desk.book.every(Break).values()):
            if each.state is S.ASKED and each.owed_since is not None:
                desk.grant(each.id)
                desk.told(ReturnBreak(id=desk.id(), by=LI, break_id=each.id, how="seen"))
            assert each.state is not S.OWED or each.slot is not None
    assert not [each for each in desk.book.every(Break).values() if each.state is S.OWED]
