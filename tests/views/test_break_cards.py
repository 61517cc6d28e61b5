"""Cards of breaks, checks and levers: the figures of the rules, the names on the buttons, the answers that fit."""

import msgspec
import pytest
from msgspec.structs import replace

from console.core.floor.policy import SkillGroup, Tone
from console.core.kept import Book
from console.core.levers import Lever, LeverState, Membership, RoutingKey, SeatPaused
from console.core.roles import CONSOLE
from console.core.rules.break_forecast import BreakForecast, Course, Met
from console.core.rules.break_policy import BreakPolicy, BreakRules
from console.core.words import say
from console.core.work.break_records import (
    Break,
    BreakState,
    CallBack,
    DepartBreak,
    GrantBreak,
    LateBreak,
    NoticeUnasked,
    OverrunBreak,
    OweBreak,
)
from console.core.work.floor_checks import CheckState, FloorCheck
from console.core.work.policies import BREAKS, EditPolicy
from console.views.book_cards import work_cards
from console.views.break_cards import card_of, newest_undoable
from console.views.break_words import kind_words
from console.views.breaks import line_rows
from console.views.judging import break_cards
from console.views.sight import sight
from console.views.todo import Card
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.core.test_breaks import LI, ZHAO, Desk


def cards(desk: Desk, **forecasts: BreakForecast) -> list[Card]:
    return break_cards(sight(desk.view, desk.book, desk.at, forecasts))


def the_card(desk: Desk, name: str, **forecasts: BreakForecast) -> Card:
    return next(card for card in cards(desk, **forecasts) if card.id == f"break:{name}")


def lines(card: Card) -> list[str]:
    return [line.english() for line in card.lines]


def keys(card: Card) -> dict[str, str]:
    return {action.shortcut: action.key for action in card.actions}


def test_a_request_that_may_go_says_so_in_figures_and_names_the_agent_on_the_button() -> None:
    desk = Desk(floor(10))
    name = desk.ask(1)
    desk.at += 80
    card = the_card(desk, name)
    assert card.title.english() == "Toilet 10 min · 坐席1 2001"
    assert lines(card) == ["销售 once granted: 10 → 9 of 10 = 90% (needs 80%)"]
    assert card.badge is not None
    assert card.badge.english() == "May go · waits 1:20"
    assert card.good
    assert keys(card) == {"A": "grant", "D": "owe_at", "X": "refuse"}
    assert card.actions[0].label.english() == "Grant 坐席1"
    assert [action.asks is not None for action in card.actions] == [False, True, True]


def test_what_rules_object_to_leads_to_a_slot_not_to_a_grant() -> None:
    desk = Desk(floor(10))
    for number in (2, 3):
        desk.grant(desk.ask(number))
    name = desk.ask(1)
    card = the_card(desk, name)
    assert lines(card)[0] == "销售 once granted: 8 → 7 of 10 = 70% (needs 80%)"
    assert card.badge_tone is Tone.WARN
    assert keys(card) == {"D": "owe", "E": "exception", "X": "refuse"}
    assert card.actions[0].kind == "strong"
    assert "place 1 in line" in lines(card)[-1]


def test_a_group_that_must_agree_says_itself_why_it_does_not() -> None:
    """Where secondary groups decide too, the card names the one that stands against it, its ratio included."""
    view = floor(10)
    people = {**view.people, "p1": replace(view.people["p1"], groups=(GROUP, "care"))}
    figures = view.figures.groups[GROUP]
    short = replace(figures, seats=replace(figures.seats, on_shift=10, on_line=7, away=3))
    groups = {**view.figures.groups, "care": short}
    care = SkillGroup(id="care", name="会员服务", queues=("care",))
    policy = replace(view.policy, groups=(*view.policy.groups, care))
    desk = Desk(replace(view, people=people, policy=policy, figures=replace(view.figures, groups=groups)))
    body = msgspec.to_builtins(BreakPolicy(everywhere=BreakRules(primary_decides=False, one_may_go=False)))
    desk.told(EditPolicy(id=desk.id(), by=ZHAO, name=BREAKS, body=body))
    card = the_card(desk, desk.ask(1))
    assert lines(card)[:2] == [
        "销售 once granted: 10 → 9 of 10 = 90% (needs 80%)",
        "会员服务: 8 → 7 of 11 on line = 63 %, needs 80 %",
    ]
    assert lines(card)[2] == "No time is known yet, place 1 in line.", "not a slot that has passed already"
    assert "A" not in keys(card)


def test_a_ratio_is_exact_and_the_first_one_may_go_although_the_ratio_is_missed() -> None:
    desk = Desk(floor(4))
    card = the_card(desk, desk.ask(1))
    assert card.good
    assert lines(card)[0] == "销售 once granted: 4 → 3 of 4 = 75% (needs 80%; one may always go)"


def test_the_second_card_follows_the_first_grant_at_once() -> None:
    desk = Desk(floor(10))
    desk.grant(desk.ask(3))
    first, second = desk.ask(1), desk.ask(2)
    assert the_card(desk, second).good
    desk.grant(first)
    # The floor has not yet shown the first seat as paused: the promise alone counts.
    card = the_card(desk, second)
    assert not card.good
    assert lines(card)[0] == "销售 once granted: 8 → 7 of 10 = 70% (needs 80%)"


def test_the_forecast_stands_as_before_and_after_or_says_why_not() -> None:
    desk = Desk(floor(10))
    name = desk.ask(1)

    def course(wait: float, level: float) -> Course:
        met = Met(mean_wait_s=wait, service_level=level, p_abandon=0.0)
        return Course(during=met, after=met)

    told = BreakForecast(at=NOON, group=GROUP, minutes=10, refused=course(3, 0.93), granted=course(4.4, 0.921))
    assert lines(the_card(desk, name, **{name: told}))[1] == "Expected wait 0:03 → 0:04, service level 93% → 92%"
    assert lines(the_card(desk, name, **{name: told}))[2] == "Afterwards 0:03 → 0:04, service level 93% → 92%"
    calm = replace(told, granted=Course(during=course(4.4, 0.921).during, after=course(3, 0.93).after))
    assert len(lines(the_card(desk, name, **{name: calm}))) == 2, "nothing to tell of afterwards"
    silent = BreakForecast(at=NOON, group=GROUP, minutes=10, trouble=say("Nobody is on line in this group."))
    assert lines(the_card(desk, name, **{name: silent}))[1] == "No forecast: Nobody is on line in this group."


def test_the_line_says_its_reasons_with_the_kind_in_the_readers_language() -> None:
    desk = Desk(floor(10, away=[5, 6, 7]))
    desk.ask(1, kind="meal")
    desk.ask(2)
    first, last = line_rows(desk.view, desk.book, desk.at)
    assert first.why is not None
    assert first.why.english() == "Toilet goes first"
    assert last.why is None


def test_other_rules_object_in_their_own_words_with_the_kind_in_the_readers_language() -> None:
    desk = Desk(floor(10), at=NOON + 4 * 3600)
    card = the_card(desk, desk.ask(1, kind="meal"))
    objection = card.lines[1]
    assert objection.text == "{kind} is only from {spans}"
    assert objection.values["kind"] == say("Meal")
    assert objection.english() == "Meal is only from 11:00–13:30, 17:00–19:00"


def test_secondary_groups_only_advise() -> None:
    desk = Desk(floor(10))
    person = replace(desk.view.people["p1"], groups=(GROUP, "vip"))
    desk.view = replace(desk.view, people={**desk.view.people, "p1": person})
    card = the_card(desk, desk.ask(1))
    assert card.good
    assert all(line.startswith("Advice: ") for line in lines(card)[1:])


def test_a_promised_time_is_said_when_it_has_come() -> None:
    desk = Desk(floor(10))
    name = desk.ask(1)
    desk.told(OweBreak(id=desk.id(), by=LI, break_id=name, slot=NOON + 600))
    assert cards(desk) == []
    owed = card_of(sight(desk.view, desk.book, desk.at), desk.of(name))
    assert owed.badge is not None
    assert owed.badge.english().startswith("In line")
    assert "Promised for 12:10, place 1 in line." in lines(owed)
    desk.at = NOON + 601
    desk.view = floor(10, at=desk.at)
    assert "OfferBreak" in desk.tick()
    assert lines(the_card(desk, name))[0] == "Its time has come: 12:10 was promised."


def test_a_grant_can_be_taken_back_for_a_minute_in_its_own_place() -> None:
    desk = Desk(floor(10))
    name = desk.ask(1)
    before = the_card(desk, name).id
    desk.grant(name)
    card = the_card(desk, name)
    assert card.id == before
    assert keys(card) == {"U": "undo"}
    assert newest_undoable(desk.book, desk.at) == desk.of(name)
    desk.told(DepartBreak(id=desk.id(), by=CONSOLE, break_id=name))
    assert the_card(desk, name).actions[0].label.english() == "Ask 坐席1 back"
    desk.at += 61
    assert cards(desk) == []
    assert newest_undoable(desk.book, desk.at) is None


def test_what_the_console_granted_by_itself_asks_nobody_to_undo_it() -> None:
    desk = Desk(floor(10))
    name = desk.ask(1)
    desk.told(GrantBreak(id=desk.id(), by=CONSOLE, break_id=name))
    assert cards(desk) == []


def test_somebody_late_is_a_card_with_the_time_over_and_then_asked_back() -> None:
    desk = Desk(floor(10))
    name = desk.ask(1)
    desk.grant(name)
    for command, wait in ((DepartBreak, 0), (OverrunBreak, 600), (LateBreak, 180)):
        desk.at += wait
        desk.told(command(id=desk.id(), by=CONSOLE, break_id=name))
    card = the_card(desk, name)
    assert card.tone is Tone.WARN
    assert card.badge is not None
    assert card.badge.english() == "3:00 over"
    assert keys(card) == {"C": "call_back", "B": "seen"}
    desk.told(CallBack(id=desk.id(), by=LI, break_id=name))
    assert keys(the_card(desk, name)) == {"B": "seen"}


def test_nobody_is_a_card_during_the_silent_nudge() -> None:
    desk = Desk(floor(10))
    name = desk.ask(1)
    desk.grant(name)
    for command, wait in ((DepartBreak, 0), (OverrunBreak, 600)):
        desk.at += wait
        desk.told(command(id=desk.id(), by=CONSOLE, break_id=name))
    assert cards(desk) == []


def test_a_pause_nobody_granted_is_a_card_that_can_be_made_regular_with_a_reason() -> None:
    desk = Desk(floor(10, away=(3,)))
    desk.told(NoticeUnasked(id="u", by=CONSOLE, break_id="u", interface=seat(3), reason="小休", since=NOON - 60))
    card = the_card(desk, "u")
    assert card.title.english() == "Away without asking · 坐席3 2003"
    assert lines(card) == ["Paused for 小休, nobody granted it.", "销售: 9 of 10 on line = 90%"]
    regular = card.actions[0]
    assert (regular.key, regular.asks is not None) == ("regular", True)


@pytest.mark.parametrize("state", list(BreakState))
def test_every_state_has_a_card_to_look_at(state: BreakState) -> None:
    one = Break(
        id="x",
        state=state,
        person="p1",
        name="坐席1",
        interface=seat(1),
        group=GROUP,
        kind="toilet",
        minutes=10,
        asked_at=NOON - 900,
        slot=NOON + 60 if state is BreakState.OWED else None,
        decided_at=NOON - 800,
        decided_by="li",
        departed_at=None if state in {BreakState.ASKED, BreakState.OWED, BreakState.GRANTED} else NOON - 700,
        ended_at=NOON - 10 if state in {BreakState.RETURNED, BreakState.LAPSED} else None,
    )
    book = Book().told(1, [one], {})
    card = card_of(sight(floor(10), book, NOON), one)
    assert card.id == "break:x"
    assert "坐席1" in card.title.english()
    assert card.badge is not None
    assert len({action.shortcut for action in card.actions}) == len(card.actions)


def test_a_renamed_kind_is_called_what_it_was_named() -> None:
    toilet = BreakRules().kinds[1]
    assert kind_words(toilet) == say("Toilet")
    assert kind_words(replace(toilet, name="入厕")) == say("{kind}", kind="入厕")


def test_edited_rules_judge_the_very_next_card() -> None:
    desk = Desk(floor(10))
    name = desk.ask(1)
    strict = BreakRules(kinds=(replace(BreakRules().kinds[1], on_line_percent=95),), one_may_go=False)
    body = {"everywhere": {"kinds": [{"id": "toilet", "name": "小休", "english": "Toilet", "length_min": 10,
                                       "longest_min": 10, "on_line_percent": 95}], "one_may_go": False}}  # fmt: skip
    assert BreakPolicy(everywhere=strict).of("any").kinds[0].on_line_percent == 95
    desk.told(EditPolicy(id=desk.id(), by=ZHAO, name=BREAKS, body=body))
    card = the_card(desk, name)
    assert not card.good
    assert "(needs 95%)" in lines(card)[0]


# ---- checks, levers, the store ---------------------------------------------------------------------------------------


def check(number: int, state: CheckState, **fields: object) -> FloorCheck:
    due = NOON - 1800 * (2 - number)
    return FloorCheck(id=f"c{number}", state=state, due_at=due, until=due + 1800, **fields)  # type: ignore[arg-type]


def test_a_floor_check_asks_with_space_and_says_how_the_last_one_went() -> None:
    book = Book().told(1, [check(1, CheckState.DONE, done_by="li"), check(2, CheckState.DUE)], {})
    (card,) = work_cards(floor(10), book, NOON + 157)
    assert card.title.english() == "Floor check 12:00"
    assert lines(card) == ["The one at 11:30 was confirmed by li."]
    assert card.badge is not None
    assert (card.badge.english(), card.badge_tone) == ("due for 2:37", Tone.CALM)
    assert keys(card) == {"Space": "confirm"}
    (late,) = work_cards(floor(10), book, NOON + 900)
    assert late.badge_tone is Tone.WARN
    missed = book.told(2, [check(1, CheckState.MISSED)], {})
    assert lines(work_cards(floor(10), missed, NOON)[0]) == ["The one at 11:30 was missed."]


def test_levers_of_one_seat_are_one_card() -> None:
    levers = [
        Lever(
            id=f"seat/{queue}/{seat(1)}",
            target=SeatPaused(interface=seat(1), queue=queue),
            state=LeverState.REFUSED,
            refusal="Interface not found",
            due=NOON - 30,
        )
        for queue in (GROUP, "vip")
    ]
    (card,) = work_cards(floor(10), Book().told(1, levers, {}), NOON)
    assert card.title.english() == "The ACD refuses: 坐席1 2001"
    assert lines(card)[0] == "sales: wanted on line; the ACD answers: Interface not found"
    assert len(card.lines) == 2
    assert card.group == GROUP
    assert keys(card) == {"A": "again", "L": "leave"}


def test_a_lever_somebody_else_moved_says_what_was_wanted_and_what_stands() -> None:
    moved = Lever(
        id="m",
        target=Membership(interface=seat(2), queue="vip"),
        state=LeverState.MOVED,
        found="5",
        found_at=NOON,
        observed=None,
        due=NOON,
    )
    key = Lever(
        id="key/queue/closed", target=RoutingKey(family="queue", key="closed"), state=LeverState.MOVED, due=NOON
    )
    one, two = work_cards(floor(10), Book().told(1, [moved, key], {}), NOON)
    assert lines(one) == ["vip: wanted signed in, penalty 5, stands at signed out"]
    assert two.title.english() == "Changed by somebody else: queue/closed"
    assert lines(two) == ["closed: wanted none, stands at none"]
    assert two.seats == ()


def test_a_store_in_trouble_stands_above_everything() -> None:
    desk = Desk(floor(10))
    desk.ask(1)
    told = work_cards(desk.view, desk.book, desk.at, trouble=say("The disk is full."))
    assert max(told, key=lambda card: (card.tone is Tone.ALARM, card.urgency)).id == "store"
