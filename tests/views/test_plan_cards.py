"""Plans as cards: what is proposed and why, what it does to the floor, the keys that fit its state, whose it is."""

from typing import Any

import pytest
from msgspec.structs import replace

from console.core.floor.figures import CurvePoint
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.roles import Actor, Role
from console.core.rules.plan_outlook import OutlookPoint, PlanOutlook
from console.core.words import say
from console.core.work.plan_records import (
    AnswerStep,
    ConfirmCause,
    PlanRun,
    PutOffPlan,
    RunState,
    StandDown,
    StartPlan,
    StopPlan,
)
from console.views.book_cards import work_cards
from console.views.plan_answers import answers_of
from console.views.plan_cards import MOST_FLEX, PLAN, plan_cards, run_of_card
from console.views.plan_effect import nothing_by
from console.views.todo import Card, cards_of
from tests.core.floor_of_ten import GROUP, NOON
from tests.core.plan_desk import LI, SHORTCUT, SUBJECT, ZHOU, PlanDesk, body

TELL = {"do": "notify", "text": "${subject}:${waiting}", "title": "高峰"}
HOLD = {"do": "hold_breaks"}
SHORT = {"do": "ivr_shortcut", "to": "announce"}
CLOSE = {"do": "close", "queues": ["chat"]}
FLEX = {"do": "flex", "count": 2, "penalty": 3, "answer_s": 30.0}
OF_WEB = Actor(id="wang", name="王班长", role=Role.SUPERVISOR, groups=("web",))


def cards(desk: PlanDesk, by: Actor = LI, **outlooks: PlanOutlook) -> list[Card]:
    return plan_cards(desk.view, desk.book, desk.at, by=by, outlooks=outlooks)


def the_card(desk: PlanDesk, by: Actor = LI, outlook: PlanOutlook | None = None) -> Card:
    outlooks = {} if outlook is None else {desk.run.id: outlook}
    found = plan_cards(desk.view, desk.book, desk.at, by=by, outlooks=outlooks)
    return next(card for card in found if card.id == f"{PLAN}:{desk.run.id}")


def lines(card: Card) -> list[str]:
    return [line.english() for line in card.lines]


def badge(card: Card) -> str:
    assert card.badge is not None
    return card.badge.english()


def keys(card: Card) -> dict[str, str]:
    return {action.shortcut: action.key for action in card.actions}


def proposed(*steps: dict[str, Any], **fields: Any) -> PlanDesk:  # noqa: ANN401  the fields of a plan
    desk = PlanDesk()
    desk.keep(body(*steps, trigger="propose", **fields))
    desk.waiting = 34
    desk.ticks(4)
    assert desk.state is RunState.PROPOSED
    return desk


def course(waiting: float, at: float = NOON) -> PlanOutlook:
    points = tuple(
        OutlookPoint(
            at=at + 60 * k, waiting=waiting + k, least=waiting, most=waiting + 2 * k, mean_wait_s=100.0 + k, wait_s=200
        )
        for k in range(61)
    )
    return PlanOutlook(run="r1", begun_at=at, points=points)


# ---- offered ---------------------------------------------------------------------------------------------------------


def test_a_proposal_says_why_what_it_does_in_order_and_when_it_begins_by_itself() -> None:
    desk = proposed(TELL, FLEX, HOLD, SHORT, countdown_s=180)
    desk.at += 20
    card = the_card(desk)
    assert card.tone is Tone.ALARM
    assert card.title.english() == "排队高峰 · 销售"
    assert badge(card) == "begins by itself in 2:40"
    assert lines(card) == [
        "people waiting 34 (limit 10)",
        "1. Tell all desks: 高峰",
        "2. Ask 2 flex agents on line",
        "3. Hold new breaks",
        "4. IVR short-cut: the emergency announcement (customers notice)",
    ]
    assert keys(card) == {"A": "start", "S": "put_off", "X": "drop", "Return": "plan"}
    assert (card.group, card.due) == (GROUP, desk.run.decide_by)


def test_a_proposal_that_waits_for_a_person_says_how_long() -> None:
    desk = proposed(TELL)
    desk.at += 75
    assert badge(the_card(desk)) == "Proposed · waits 1:15"


def test_a_wait_stands_beside_its_target_and_the_line_it_crossed() -> None:
    desk = proposed(TELL)
    run = replace(desk.run, fired={"mean_wait_s": 192.0, "mean_wait_s limit": 72.0, "waiting": 3.0})
    desk.book = desk.book.told(desk.book.seq + 1, (run,), {})
    view = desk.view
    groups = tuple(
        replace(group, targets=replace(group.targets, average_wait_s=60.0)) if group.id == GROUP else group
        for group in view.policy.groups
    )
    seen = replace(view, policy=replace(view.policy, groups=groups))
    card = plan_cards(seen, desk.book, desk.at, by=LI)[0]
    assert lines(card)[0] == "average wait 3:12, target 1:00 (limit 1:12)"


def test_what_comes_if_nothing_is_done_stands_on_a_proposal() -> None:
    desk = proposed(TELL)
    card = the_card(desk, outlook=course(30.0, at=desk.at))
    assert "If nothing is done, in 10 min: 40 waiting (30–50), average wait 1:50" in lines(card)


def test_too_little_data_is_said_and_a_forecast_not_made_yet_is_left_out() -> None:
    desk = proposed(TELL)
    untold = PlanOutlook(run="r1", begun_at=desk.at, trouble=say("Not enough data: {x}", x="3 of 10"))
    assert "Without the plan: Not enough data: 3 of 10" in lines(the_card(desk, outlook=untold))
    assert not any("plan:" in line for line in lines(the_card(desk)))


def test_a_lever_somebody_else_holds_is_said_before_and_begun_over_only_knowingly() -> None:
    desk = PlanDesk()
    desk.keep(body(SHORT, name="系统故障"), "outage")
    desk.told(StartPlan(id="o", by=LI, run="other", plan="outage", subject=SUBJECT, visible=True))
    desk.keep(body(TELL, SHORT, trigger="propose"))
    desk.waiting = 34
    desk.ticks(6)
    mine = next(run for run in desk.book.every(PlanRun).values() if run.plan == "peak")
    card = next(card for card in cards(desk) if card.id == f"{PLAN}:{mine.id}")
    assert keys(card)["A"] == "start_anyway"
    assert "start" not in keys(card).values()
    assert lines(card)[-1] == "Key ivr/shortcut is held by 系统故障, step 1"


def test_put_off_it_says_until_when_and_can_be_begun_or_put_off_again() -> None:
    desk = proposed(TELL, HOLD)
    desk.give(PutOffPlan, run=desk.run.id, until=desk.at + 600)
    card = the_card(desk)
    assert card.tone is Tone.CALM
    assert badge(card) == "put off until 12:10"
    assert keys(card) == {"A": "start", "S": "put_off", "X": "drop", "Return": "plan"}
    assert "people waiting: 34 → 34 now" in lines(card)
    assert not any(line.startswith("1.") for line in lines(card))


def test_ten_minutes_stand_in_the_line_for_the_time_already() -> None:
    put_off = next(action for action in the_card(proposed(TELL)).actions if action.key == "put_off")
    assert put_off.asks is not None
    assert put_off.preset == "10"


# ---- whose it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "decide", "words"),
    [
        (OF_WEB, "supervisor", "answered by the supervisor of 销售 or a duty manager"),
        (LI, "duty_manager", "for the duty manager to decide"),
        (Actor(id="q", name="质检", role=Role.QA_LEAD), "supervisor", "for a supervisor to decide"),
    ],
)
def test_who_may_not_decide_sees_whose_it_is_and_no_keys(by: Actor, decide: str, words: str) -> None:
    desk = PlanDesk()
    desk.keep(body(FLEX, decide=decide))
    desk.told(StartPlan(id="s", by=ZHOU, run="r1", plan="peak", subject=SUBJECT))
    desk.ticks(2)
    (card,) = cards(desk, by)
    assert words in lines(card)[-1]
    assert keys(card) == {"Return": "plan"}


def test_of_the_others_groups_every_card_is_still_seen() -> None:
    desk = PlanDesk()
    desk.start(body(HOLD))
    assert [card.id for card in cards(desk, OF_WEB)] == ["plan:r1"]


# ---- under way -------------------------------------------------------------------------------------------------------


def test_under_way_it_says_how_far_and_what_failed() -> None:
    desk = PlanDesk(flex=0)
    desk.start(body(TELL, FLEX, {"do": "wait", "seconds": 600}, SHORT, on_failure="go_on"))
    desk.ticks(8)
    card = the_card(desk)
    assert (card.tone, card.badge_tone) == (Tone.CALM, Tone.WARN)
    assert badge(card) == "2 of 4 steps"
    assert lines(card)[:2] == [
        "Step 3: Wait 600 s",
        "Step 2 failed (Ask 2 flex agents on line): 0 of 2 came on line",
    ]
    assert keys(card) == {"E": "stand_down", "P": "stop", "Return": "plan"}


def test_then_worst_and_now_against_having_done_nothing() -> None:
    desk = proposed(TELL, HOLD)
    desk.give(StartPlan, run=desk.run.id)
    desk.ticks(5)
    begin = desk.run.fired_at
    assert begin is not None
    desk.curve = tuple(
        CurvePoint(at=begin + 60 * k, waiting=waiting, mean_wait_s=20.0 * k + 20)
        for k, waiting in enumerate((34, 41, 20))
    )
    desk.waiting = 12
    desk.at = begin + 180
    told = lines(the_card(desk, outlook=course(40.0, at=begin)))
    assert "people waiting: 34 → at most 41 → 12 now" in told
    assert "average wait: 0:20 → at most 1:00 → 0:30 now" in told
    assert "Without the plan, by now: 43 waiting (40–46), average wait 1:43" in told


def test_a_forecast_can_be_read_as_figures() -> None:
    told = course(40.0)
    assert nothing_by(told, NOON + 120) == {"waiting": 42.0, "mean_wait_s": 102.0}
    assert nothing_by(told, NOON + 4000) == {}
    assert nothing_by(None, NOON) == {}


def test_when_all_stands_there_is_nothing_to_stop() -> None:
    desk = PlanDesk()
    desk.start(body(TELL, HOLD))
    desk.ticks(6)
    card = the_card(desk)
    assert desk.state is RunState.STANDING
    assert badge(card) == "stands since 12:00"
    assert keys(card) == {"E": "stand_down", "Return": "plan"}
    down = next(action for action in card.actions if action.key == "stand_down")
    assert down.asks is not None, "before the calm it wants a reason"


# ---- asking ----------------------------------------------------------------------------------------------------------


def test_before_customers_notice_it_asks_once_more_for_all_of_them() -> None:
    desk = PlanDesk()
    desk.start(body(TELL, SHORT, CLOSE))
    desk.ticks(4)
    card = the_card(desk)
    assert card.tone is Tone.WARN
    assert badge(card) == "asks at step 2 of 3"
    assert lines(card)[:2] == [
        "Customers will notice step 2: IVR short-cut: the emergency announcement. Go ahead?",
        "Customers will also notice step 3; yes is for all of them.",
    ]
    assert keys(card) == {"Y": "yes", "N": "no", "P": "stop", "E": "stand_down", "Return": "plan"}


def test_a_question_of_the_plan_is_asked_in_its_own_words() -> None:
    desk = PlanDesk()
    desk.start(body({"do": "ask", "text": "技术已确认故障?"}, HOLD))
    desk.ticks(2)
    assert lines(the_card(desk))[0] == "技术已确认故障?"


def test_what_a_plan_wants_answered_is_typed_on_the_card() -> None:
    desk = PlanDesk()
    desk.start(body({"do": "ask", "text": "已指定唯一联系人?", "answer": "姓名"}))
    desk.ticks(2)
    yes = answers_of(desk.run)[0]
    assert yes.key == "yes"
    assert yes.asks is not None
    assert yes.asks.english() == "姓名"


def test_a_lever_taken_meanwhile_is_asked_about_with_its_holder() -> None:
    desk = PlanDesk()
    desk.start(body({"do": "ask", "text": "?"}, SHORT))
    desk.keep(body(SHORT, name="系统故障"), "outage")
    desk.told(StartPlan(id="o", by=LI, run="other", plan="outage", subject=SUBJECT, visible=True))
    desk.ticks(4)
    desk.give(AnswerStep, run="r1", yes=True)
    desk.ticks(3)
    run = desk.book.get(PlanRun, "r1")
    assert run is not None
    if run.question == "visible":
        desk.give(AnswerStep, run="r1", yes=True)
        desk.ticks(3)
    card = next(card for card in cards(desk) if card.id == "plan:r1")
    assert lines(card)[0] == "Step 2: Key ivr/shortcut is held by 系统故障, step 1. Take it over?"


def test_a_step_that_failed_is_tried_again_or_left_out() -> None:
    desk = PlanDesk()
    desk.refuses = {f"key/{SHORTCUT.family}/{SHORTCUT.key}": "Permission denied"}
    desk.start(body(SHORT, HOLD), visible=True)
    desk.ticks(4)
    card = the_card(desk)
    assert lines(card)[0].startswith("Step 1 failed (IVR short-cut: the emergency announcement): ")
    assert "Permission denied" in lines(card)[0]
    assert keys(card) == {"T": "retry:0", "N": "no", "P": "stop", "E": "stand_down", "Return": "plan"}


def test_stopped_it_goes_on_or_is_stood_down() -> None:
    desk = PlanDesk()
    desk.start(body(HOLD, {"do": "wait", "seconds": 600}, SHORT))
    desk.ticks(3)
    desk.give(StopPlan)
    card = the_card(desk)
    assert card.tone is Tone.WARN
    assert badge(card) == "stopped at 1 of 3"
    assert keys(card) == {"C": "continue", "E": "stand_down", "Return": "plan"}


# ---- calm and standing down ------------------------------------------------------------------------------------------


def test_when_it_is_calm_one_key_stands_it_down_and_one_keeps_it() -> None:
    desk = PlanDesk()
    desk.start(body(HOLD, calm_s=5.0))
    desk.answered = 9
    desk.ticks(20)
    card = the_card(desk)
    assert card.tone is Tone.WARN
    assert badge(card) == "calm again"
    assert keys(card) == {"E": "stand_down", "K": "keep_on", "Return": "plan"}
    assert card.actions[0].asks is None
    assert card.actions[0].kind == "strong"


def test_where_the_plan_asks_for_the_cause_nothing_is_stood_down_before_it_is_confirmed() -> None:
    desk = PlanDesk()
    desk.start(body(HOLD, cause="技术确认恢复了吗?"))
    desk.ticks(4)
    card = the_card(desk)
    assert "Before standing down: 技术确认恢复了吗?" in lines(card)
    assert keys(card) == {"G": "confirm_cause", "Return": "plan"}
    desk.give(ConfirmCause)
    assert keys(the_card(desk)) == {"E": "stand_down", "Return": "plan"}


def test_going_down_it_says_what_is_back_and_what_is_left_to_a_person() -> None:
    desk = PlanDesk()
    desk.start(body(HOLD, SHORT, stage_s=60.0), visible=True)
    desk.ticks(6)
    desk.moves(SHORTCUT, "elsewhere")
    desk.give(StandDown)
    desk.ticks(4)
    card = the_card(desk)
    assert card.tone is Tone.CALM
    assert badge(card) == "standing down, 1 of 2 back"
    told = lines(card)
    assert told[0].startswith("What customers notice is back; the rest follows at 12:0")
    assert told[1] == "Step 2 is left to a person: key/ivr/shortcut"
    assert keys(card) == {"Return": "plan"}


def test_what_has_ended_is_no_card_any_more() -> None:
    desk = PlanDesk()
    desk.start(body(HOLD))
    desk.ticks(4)
    desk.give(StandDown)
    desk.ticks(5)
    assert desk.state is RunState.STOOD_DOWN
    assert cards(desk) == []


# ---- flex agents -----------------------------------------------------------------------------------------------------


def test_each_flex_agent_asked_is_answered_for_with_one_key() -> None:
    desk = PlanDesk()
    desk.start(body(FLEX))
    desk.ticks(3)
    flex = [card for card in cards(desk) if card.id.startswith("plan_flex:")]
    assert [card.title.english() for card in flex] == ["Flex agent 机动1", "Flex agent 机动2"]
    first = flex[0]
    assert run_of_card(first.id) == "r1"
    assert keys(first) == {"Y": "flex_yes:0:f1", "N": "flex_no:0:f1"}
    assert lines(first)[0] == "Asked on line for 销售: 排队高峰, step 1"
    assert badge(first).endswith("to answer")


def test_where_only_the_agents_code_counts_nobody_answers_for_them() -> None:
    desk = PlanDesk()
    desk.start(body({**FLEX, "confirm": "code"}))
    desk.ticks(3)
    assert [card.id for card in cards(desk)] == ["plan:r1"]


def test_of_many_asked_the_first_have_cards() -> None:
    desk = PlanDesk(flex=9)
    desk.start(body({**FLEX, "count": 9}))
    desk.ticks(3)
    assert len(cards(desk)) == 1 + MOST_FLEX


# ---- the list --------------------------------------------------------------------------------------------------------


def test_a_proposal_stands_above_alarms_and_its_place_never_follows_figures() -> None:
    desk = proposed(TELL, countdown_s=300)
    before = the_card(desk)
    desk.waiting = 90
    desk.ticks(20)
    after = the_card(desk)
    assert (before.tone, before.urgency, before.due, before.since) == (
        after.tone,
        after.urgency,
        after.due,
        after.since,
    )
    other = Card(id="alarm:x", tone=Tone.ALARM, title=say("x"), urgency=10.0)
    ordered = cards_of(FloorView(), desk.at, more=(other, after))
    assert [card.id for card in ordered if not card.id.startswith("link")] == [after.id, "alarm:x"]


def test_plans_are_on_the_list_of_everything_that_waits() -> None:
    desk = proposed(TELL)
    found = work_cards(desk.view, desk.book, desk.at)
    assert [card.id for card in found if card.id.startswith("plan:")] == [f"plan:{desk.run.id}"]


def test_the_run_of_a_card_is_found_whatever_its_name() -> None:
    run = "queue-peak@queue:a|b/1700000000"
    assert run_of_card(f"plan:{run}") == run
    assert run_of_card(f"plan_flex:{run}|3|PJSIP/5001") == run
