"""Playbook of emergency plans: proposed, begun, carried out, watched, stood down, and nothing left behind."""

from typing import Any

import pytest
from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.events import Told
from console.core.floor.figures import CurvePoint
from console.core.floor.model import Phone
from console.core.kept import NOTHING, Command
from console.core.levers import Lever, LeverState, hold, lever_id
from console.core.roles import CONSOLE, Actor, Role
from console.core.rules.watches import WatchState
from console.core.step import step
from console.core.work.asked import commands_of
from console.core.work.break_records import AskBreak, Break, BreakState, GrantBreak, RefuseBreak
from console.core.work.break_verdicts import verdict_on
from console.core.work.levers import SetLeverAgain
from console.core.work.plan_flex import request_of
from console.core.work.plan_records import (
    AnswerFlex,
    AnswerStep,
    ConfirmCause,
    ContinuePlan,
    Directive,
    DropPlan,
    KeepOn,
    KeepPlan,
    Plan,
    PlanRun,
    PutOffPlan,
    ReleaseStep,
    RetryStep,
    RunState,
    StandDown,
    StartPlan,
    StopPlan,
    WithdrawPlan,
)
from console.core.work.plan_report import report
from console.core.work.plan_subjects import plan_holding_breaks
from console.core.work.plan_telling import AT_ONCE
from console.core.work.plan_watch import WatchStanding
from tests.core.floor_of_ten import GROUP, seat
from tests.core.plan_desk import LI, SHORTCUT, SUBJECT, ZHOU, PlanDesk, body

R = RunState
TELL = {"do": "notify", "text": "${waiting} 人排队"}
HOLD = {"do": "hold_breaks"}
SHORT = {"do": "ivr_shortcut", "to": "announce"}
CLOSE = {"do": "close", "queues": ["chat"]}
FLEX = {"do": "flex", "count": 2, "penalty": 3, "answer_s": 30.0}
WORDS = {"do": "directive", "text": "系统抢修中"}
QUIET = {"do": "key", "family": "queue", "key": "x", "value": "1", "noticed": False}
SHORT_ID, CLOSE_ID = lever_id(SHORTCUT), "key/queue/closed/chat"


@pytest.fixture
def desk() -> PlanDesk:
    return PlanDesk()


def ticked(desk: PlanDesk, state: RunState, most: int = 60) -> None:
    """Let time pass until the run is in a state."""
    for _ in range(most):
        if desk.state is state:
            return
        desk.tick()
    raise AssertionError(f"never {state}: {desk.state}, {desk.states}")


# ---- proposing -------------------------------------------------------------------------------------------------------


def test_a_condition_that_lasts_is_one_proposal_however_long_it_lasts(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose"))
    desk.waiting = 11
    assert desk.ticks(2) == ["WatchRises"], "two seconds must have passed"
    assert desk.ticks(2) == ["WatchFires", "ProposePlan"]
    assert desk.ticks(600) == []
    assert desk.state is R.PROPOSED
    assert desk.run.fired["waiting"] == 11
    assert desk.run.decide_by is None, "without a countdown it waits for a person"


def test_a_countdown_begins_the_plan_by_itself_and_can_be_hastened(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose", countdown_s=30.0))
    desk.waiting = 11
    desk.ticks(4)
    assert desk.ticks(29) == []
    assert "StartPlan" in desk.ticks(2)
    assert desk.run.started_by == CONSOLE.id
    other = PlanDesk(waiting=11)
    other.keep(body(TELL, trigger="propose", countdown_s=30.0))
    other.ticks(4)
    other.give(StartPlan, run=other.run.id)
    assert (other.state, other.run.started_by) == (R.RUNNING, "li")


def test_put_off_it_comes_again_and_only_if_the_condition_lasts(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose", countdown_s=30.0))
    desk.waiting = 11
    desk.ticks(4)
    desk.give(PutOffPlan, run=desk.run.id, until=desk.at + 60)
    assert desk.ticks(59) == []
    assert desk.ticks(1) == ["ProposeAgain"]
    assert desk.run.decide_by == desk.at + 30
    desk.give(PutOffPlan, run=desk.run.id, until=desk.at + 60)
    desk.waiting = 0
    desk.ticks(5)
    assert desk.state is R.LAPSED
    with pytest.raises(NotAllowed, match="eight hours"):
        desk.give(PutOffPlan, run=desk.run.id, until=desk.at - 1)


def test_dropped_it_is_not_proposed_again_before_the_next_fire(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose"))
    desk.waiting = 11
    desk.ticks(4)
    desk.give(DropPlan, run=desk.run.id, why="演练")
    assert desk.ticks(300) == []
    desk.waiting = 0
    desk.ticks(5)
    desk.waiting = 11
    assert "ProposePlan" in desk.ticks(4)
    assert len(desk.book.every(PlanRun)) == 2


@pytest.mark.parametrize("trigger", ["itself", "propose"])
def test_stood_down_by_a_person_while_the_condition_lasts_it_does_not_begin_anew(desk: PlanDesk, trigger: str) -> None:
    desk.keep(body(QUIET, trigger=trigger))
    desk.give(StartPlan, plan="peak", subject=SUBJECT)
    desk.waiting = 11
    desk.ticks(10)
    desk.give(StandDown)
    desk.ticks(60)
    assert desk.state is R.STOOD_DOWN, "that fire was answered"
    desk.waiting = 0
    desk.ticks(10)
    desk.waiting = 11
    desk.ticks(10)
    assert len(desk.book.every(PlanRun)) == 2, "the next one is another"


def test_a_plan_that_says_so_begins_by_itself_and_one_by_hand_is_never_proposed(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="itself"), "auto")
    desk.keep(body(TELL, trigger="hand"), "hand")
    desk.waiting = 11
    desk.ticks(6)
    assert [run.plan for run in desk.book.every(PlanRun).values()] == ["auto"]
    assert desk.state in {R.RUNNING, R.STANDING}


def test_the_watch_is_kept_so_that_a_restart_forgets_nothing_that_lasts(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose"))
    desk.waiting = 11
    desk.tick()
    kept = desk.book.get(WatchStanding, f"peak@{SUBJECT}")
    assert kept is not None
    assert (kept.state, kept.since) == (WatchState.RISING, desk.at)


# ---- beginning -------------------------------------------------------------------------------------------------------


def test_who_may_decide_is_the_plans_setting(desk: PlanDesk) -> None:
    with pytest.raises(NotAllowed, match="duty manager to decide"):
        desk.start(body(TELL, decide="duty_manager"))
    desk.give(StartPlan, by=ZHOU, plan="peak", subject=SUBJECT)
    refused: list[tuple[type[Command], dict[str, Any]]] = [
        (StandDown, {}),
        (StopPlan, {}),
        (ReleaseStep, {"n": 0}),
        (KeepOn, {}),
    ]
    for kind, fields in refused:
        with pytest.raises(NotAllowed, match="duty manager to decide"):
            desk.give(kind, **fields)


def test_nobody_gives_themselves_the_right_by_editing(desk: PlanDesk) -> None:
    desk.keep(body(TELL, decide="duty_manager"))
    mine = KeepPlan(id="x", by=LI, plan="peak", body=body(TELL), read_version=1)
    with pytest.raises(NotAllowed, match="administrator or a duty manager may change"):
        desk.told(mine)


def test_a_plan_with_a_fault_is_not_kept_and_an_old_text_is_not_overwritten(desk: PlanDesk) -> None:
    with pytest.raises(NotAllowed, match="no queue nowhere"):
        desk.keep(body({"do": "ivr_shortcut", "to": "nowhere"}))
    desk.keep(body(TELL))
    with pytest.raises(NotAllowed, match="edited this meanwhile"):
        desk.told(KeepPlan(id="x", by=ZHOU, plan="peak", body=body(HOLD), read_version=0))


@pytest.mark.parametrize("subject", ["group:nowhere", "queue:sales", "floor", "", "channel:phone"])
def test_a_plan_begins_only_for_what_it_stands_for(desk: PlanDesk, subject: str) -> None:
    desk.keep(body(TELL))
    with pytest.raises(NotAllowed, match="does not stand for"):
        desk.give(StartPlan, plan="peak", subject=subject)


def test_one_run_of_a_plan_for_a_group_and_none_of_a_plan_taken_out(desk: PlanDesk) -> None:
    desk.start(body(TELL))
    with pytest.raises(NotAllowed, match="already open"):
        desk.give(StartPlan, run="r2", plan="peak", subject=SUBJECT)
    desk.told(WithdrawPlan(id="w", by=ZHOU, plan="peak"))
    with pytest.raises(NotAllowed, match="no such plan"):
        desk.give(StartPlan, run="r3", plan="peak", subject="group:web")


def test_a_proposal_of_a_plan_taken_out_of_force_lapses_and_does_not_begin_by_itself(desk: PlanDesk) -> None:
    desk.waiting = 11
    desk.keep(body(QUIET, trigger="propose", countdown_s=30.0))
    desk.ticks(6)
    assert desk.state.value == "proposed"
    desk.told(WithdrawPlan(id=desk.id(), by=ZHOU, plan="peak"))
    assert (desk.state, desk.run.ended_how) == (R.LAPSED, "lapsed")
    desk.ticks(60)
    assert desk.state is R.LAPSED


def test_a_proposal_is_begun_as_its_plan_reads_now(desk: PlanDesk) -> None:
    desk.waiting = 11
    desk.keep(body(QUIET, trigger="propose"))
    desk.ticks(6)
    desk.keep(body(TELL, trigger="propose"))
    assert [step.does for step in desk.run.steps] == ["notify"]
    plan = desk.book.get(Plan, "peak")
    assert plan is not None
    assert desk.run.plan_version == plan.version
    desk.keep(body(TELL, trigger="propose", only=("web",)))
    assert desk.state is R.LAPSED, "it is no longer for this group"


def test_the_floor_is_noted_where_a_plan_was_begun_by_who_saw_none(desk: PlanDesk) -> None:
    desk.start(body(TELL))
    blind = replace(desk.run, floor_then=())
    desk.book = desk.book.told(desk.book.seq + 1, [blind], {})
    desk.ticks(2)
    assert [now.group for now in desk.run.floor_then] == [GROUP]


def test_the_clock_cannot_begin_what_nobody_decided(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose"))
    with pytest.raises(NotAllowed, match="by itself"):
        desk.give(StartPlan, by=CONSOLE, plan="peak", subject=SUBJECT)
    desk.waiting = 11
    desk.ticks(4)
    with pytest.raises(NotAllowed, match="by itself"):
        desk.give(StartPlan, by=CONSOLE, run=desk.run.id)


def test_a_run_goes_on_as_it_was_begun_whatever_is_edited_meanwhile(desk: PlanDesk) -> None:
    desk.start(body(TELL, SHORT), visible=True)
    desk.keep(body(TELL))
    ticked(desk, R.STANDING)
    assert desk.held() == {SHORT_ID: "announce"}
    assert desk.run.plan_version == 1


# ---- carrying out ----------------------------------------------------------------------------------------------------


def test_steps_are_taken_in_order_and_each_is_seen_to_stand_before_the_next(desk: PlanDesk) -> None:
    desk.start(body(TELL, QUIET, SHORT), visible=True)
    assert desk.tick() == ["TakeStep"]
    assert desk.states == ["standing", "pending", "pending"]
    desk.away = True
    desk.ticks(30)
    assert desk.states == ["standing", "doing", "pending"], "the ACD is gone: the plan waits for it"
    desk.away = False
    ticked(desk, R.STANDING)
    assert desk.held() == {"key/queue/x": "1", SHORT_ID: "announce"}
    assert [message.fields["Text"] for message in desk.messages] == ["0 人排队"]


def test_what_customers_notice_is_asked_for_once_more(desk: PlanDesk) -> None:
    desk.start(body(TELL, SHORT, CLOSE))
    ticked(desk, R.ASKING)
    assert (desk.run.question, desk.run.question_at) == ("visible", 1)
    assert desk.held() == {}
    desk.give(AnswerStep, yes=True)
    ticked(desk, R.STANDING)
    assert desk.held() == {SHORT_ID: "announce", CLOSE_ID: "1"}, "once is enough for all of them"


def test_a_no_leaves_the_step_out_and_the_next_visible_one_asks_again(desk: PlanDesk) -> None:
    desk.start(body(SHORT, CLOSE))
    ticked(desk, R.ASKING)
    desk.give(AnswerStep, yes=False)
    ticked(desk, R.ASKING)
    assert desk.run.question_at == 1
    desk.give(AnswerStep, yes=False)
    ticked(desk, R.STANDING)
    assert desk.states == ["skipped", "skipped"]
    assert desk.held() == {}


def test_a_step_that_asks_waits_for_its_answer(desk: PlanDesk) -> None:
    desk.start(body({"do": "ask", "text": "已通知法务?"}, TELL))
    ticked(desk, R.ASKING)
    assert desk.run.question == "ask"
    desk.give(AnswerStep, yes=True)
    ticked(desk, R.STANDING)
    assert desk.states == ["standing", "standing"]


def test_an_answer_the_plan_wants_is_typed_with_the_yes_and_kept(desk: PlanDesk) -> None:
    desk.start(body({"do": "ask", "text": "已指定唯一联系人?", "answer": "姓名"}))
    ticked(desk, R.ASKING, most=3)
    with pytest.raises(NotAllowed, match="姓名"):
        desk.give(AnswerStep, yes=True, why=" ")
    assert desk.state is R.ASKING
    desk.give(AnswerStep, yes=True, why="王敏")
    assert desk.step(0).told == "王敏"
    assert "王敏" in desk.entries[-1].said.english()
    (step,) = report(desk.run, ()).steps
    assert "王敏" in step.said.english()


def test_waiting_for_a_time_and_for_the_figures(desk: PlanDesk) -> None:
    until = {"measure": "waiting", "below": 5.0}
    desk.waiting = 20
    desk.start(body({"do": "wait", "seconds": 10.0}, {"do": "wait", "until": until, "at_most_s": 100.0}, TELL))
    desk.ticks(11)
    assert desk.states == ["standing", "pending", "pending"]
    desk.ticks(50)
    assert desk.states == ["standing", "doing", "pending"]
    desk.waiting = 3
    ticked(desk, R.STANDING)
    other = PlanDesk(waiting=20)
    other.start(body({"do": "wait", "until": until, "at_most_s": 20.0}))
    other.ticks(10)
    assert other.state is R.RUNNING
    ticked(other, R.STANDING, most=20)


@pytest.mark.parametrize(
    ("policy", "state", "after"),
    [("go_on", R.STANDING, "standing"), ("stop", R.STOPPED, "pending"), ("ask", R.ASKING, "pending")],
)
def test_a_step_that_fails_says_why_and_the_policy_decides(
    desk: PlanDesk, policy: str, state: RunState, after: str
) -> None:
    desk.refuses[SHORT_ID] = "Permission denied"
    desk.start(body(SHORT, TELL, on_failure=policy), visible=True)
    ticked(desk, state)
    assert desk.states == ["failed", after]
    assert "Permission denied" in desk.step(0).trouble
    assert any("Permission denied" in entry.said.english() for entry in desk.entries)


def test_a_steps_own_policy_wins_over_the_plans(desk: PlanDesk) -> None:
    desk.refuses[SHORT_ID] = "no"
    desk.start(body({**SHORT, "on_failure": "go_on"}, TELL, on_failure="stop"), visible=True)
    ticked(desk, R.STANDING)


def test_a_failed_step_is_tried_again_left_out_or_stopped_at(desk: PlanDesk) -> None:
    desk.refuses[SHORT_ID] = "no"
    desk.start(body(SHORT, TELL), visible=True)
    ticked(desk, R.ASKING)
    desk.refuses.clear()
    desk.give(RetryStep, n=0)
    ticked(desk, R.STANDING)
    assert desk.held() == {SHORT_ID: "announce"}
    assert desk.states == ["standing", "standing"]


def test_a_stopped_plan_goes_no_further_until_it_is_let(desk: PlanDesk) -> None:
    desk.start(body(QUIET, TELL, HOLD))
    desk.ticks(3)
    desk.give(StopPlan, why="等等")
    before = desk.states
    assert desk.ticks(20) == []
    assert desk.states == before
    assert desk.held() == {"key/queue/x": "1"}, "what stands remains"
    desk.give(ContinuePlan)
    ticked(desk, R.STANDING)


# ---- levers of others ------------------------------------------------------------------------------------------------


def _held_by_another(desk: PlanDesk) -> None:
    lever = hold(desk.book, SHORTCUT, holder="plan_runs:other#0", wanted="vip", at=desk.at)
    desk.book = desk.book.told(desk.book.seq + 1, [replace(lever, version=1)], {})
    desk.steward()


def test_a_lever_held_by_another_is_said_before_with_its_holder(desk: PlanDesk) -> None:
    _held_by_another(desk)
    with pytest.raises(NotAllowed, match=r"ivr/shortcut is held by plan_runs:other#0"):
        desk.start(body(SHORT))
    desk.give(StartPlan, plan="peak", subject=SUBJECT, anyway=True, visible=True)
    ticked(desk, R.STANDING)
    assert desk.held() == {SHORT_ID: "announce"}
    desk.give(StandDown)
    ticked(desk, R.STOOD_DOWN)
    assert desk.held() == {SHORT_ID: "vip"}, "the other holder's wish stands again"


def test_a_plan_nobody_began_by_hand_asks_at_the_step(desk: PlanDesk) -> None:
    _held_by_another(desk)
    desk.keep(
        body(QUIET, {"do": "key", "family": "ivr", "key": "shortcut", "value": "x"}, trigger="propose", countdown_s=0.0)
    )
    desk.waiting = 11
    desk.ticks(6)
    ticked(desk, R.ASKING)
    desk.give(AnswerStep, run=desk.run.id, yes=True)
    ticked(desk, R.ASKING)
    assert desk.run.question == "held"
    assert "plan_runs:other#0" in desk.step(1).trouble
    desk.give(AnswerStep, run=desk.run.id, yes=False)
    desk.ticks(3)
    assert desk.held()[SHORT_ID] == "vip"


# ---- breaks ----------------------------------------------------------------------------------------------------------


def _ask(desk: PlanDesk, number: int, kind: str = "toilet") -> Break:
    desk.told(AskBreak(id=desk.id(), by=LI, break_id=f"b{number}", interface=seat(number), kind=kind))
    return _break(desk, number)


def _break(desk: PlanDesk, number: int) -> Break:
    found = desk.book.get(Break, f"b{number}")
    assert found is not None
    return found


def test_new_breaks_are_held_back_and_people_asked_back_not_pulled(desk: PlanDesk) -> None:
    _ask(desk, 1)
    desk.told(GrantBreak(id="g", by=LI, break_id="b1"))
    away = replace(_break(desk, 1), state=BreakState.AWAY, departed_at=desk.at)
    desk.book = desk.book.told(desk.book.seq + 1, [away], {})
    paused = desk.open_levers
    desk.start(body({"do": "hold_breaks", "call_back": ["toilet"]}))
    ticked(desk, R.STANDING)
    assert _break(desk, 1).state is BreakState.CALLED_BACK
    assert "BreakCalledBack" in desk.names()
    assert desk.open_levers == paused, "nobody's pause is taken off"
    _ask(desk, 2)
    with pytest.raises(NotAllowed, match="排队高峰 is running"):
        desk.told(GrantBreak(id="g2", by=LI, break_id="b2"))
    desk.told(GrantBreak(id="g3", by=LI, break_id="b2", exception=True, why="身体不适"))
    assert plan_holding_breaks(desk.book, desk.view, "web") == "", "only in the plan's group"


def test_breaks_held_back_are_let_through_one_by_one(desk: PlanDesk) -> None:
    desk.start(body({"do": "hold_breaks", "release_every_s": 60.0}))
    ticked(desk, R.STANDING)
    waiting = [_ask(desk, number) for number in (1, 2, 3)]
    desk.give(StandDown)
    desk.ticks(3)
    allowed = [verdict_on(desk.book, desk.view, each, desk.at).allowed for each in waiting]
    assert allowed == [True, False, False]
    late = _ask(desk, 4)
    assert verdict_on(desk.book, desk.view, late, desk.at).allowed, "who asks afterwards is not held back"
    desk.ticks(60)
    assert [verdict_on(desk.book, desk.view, each, desk.at).allowed for each in waiting] == [True, True, False]
    desk.told(RefuseBreak(id="no", by=LI, break_id="b3", why="-"))
    ticked(desk, R.STOOD_DOWN)


# ---- flex agents -----------------------------------------------------------------------------------------------------


def _told(desk: PlanDesk, person: str, answer: str) -> Told:
    return Told(name="FlexAnswered", fields={"RequestId": request_of(desk.run.id, 0, person), "Answer": answer})


def _answer(desk: PlanDesk, person: str, answer: str) -> None:
    for command in commands_of(desk.book, desk.view, _told(desk, person, answer), desk.at):
        desk.told(command)
    desk.steward()


def test_flex_agents_are_asked_confirm_by_code_and_are_let_go_again(desk: PlanDesk) -> None:
    desk.start(body(FLEX, TELL))
    desk.tick()
    assert desk.names() == ["FlexAsked", "FlexAsked"]
    assert desk.step(0).asked == {"f1": "asked", "f2": "asked"}
    ticked(desk, R.STANDING, most=4)
    _answer(desk, "f1", "yes")
    assert desk.signed_in == {("sales", "PJSIP/5001"), ("vip", "PJSIP/5001")}
    assert desk.acd["member/sales/PJSIP/5001"] == "3"
    (said,) = commands_of(desk.book, desk.view, _told(desk, "f2", "no"), desk.at)
    assert said.by.name == "机动2", "who answered is called by their name"
    _answer(desk, "f2", "no")
    assert desk.ticks(2) == ["AskFlex"], "the next one is asked in place of who said no"
    _answer(desk, "f3", "yes")
    assert desk.ticks(50) == []
    desk.give(StandDown)
    ticked(desk, R.STOOD_DOWN)
    assert desk.signed_in == set()
    assert desk.names().count("FlexReleased") == 2


@pytest.mark.parametrize("who", [{"Interface": "PJSIP/5001"}, {"Agent": "5001"}])
def test_a_phone_answers_what_its_agent_was_asked_last(desk: PlanDesk, who: dict[str, str]) -> None:
    desk.start(body(FLEX, TELL))
    desk.tick()
    yes = Told(name="FlexAnswered", fields={**who, "Answer": "yes"})
    (told,) = commands_of(desk.book, desk.view, yes, desk.at)
    desk.told(told)
    assert desk.step(0).asked == {"f1": "yes", "f2": "asked"}
    assert commands_of(desk.book, desk.view, yes, desk.at) == (), "answered is answered"
    unknown = Told(name="FlexAnswered", fields={"Agent": "", "Interface": "PJSIP/9999", "Answer": "yes"})
    assert commands_of(desk.book, desk.view, unknown, desk.at) == ()


def test_silence_is_a_no_and_nobody_left_is_a_failure(desk: PlanDesk) -> None:
    desk.start(body(FLEX, on_failure="go_on"))
    desk.ticks(32)
    assert desk.step(0).asked == {"f1": "silent", "f2": "silent", "f3": "asked"}
    desk.ticks(31)
    assert desk.step(0).state.value == "failed"
    assert desk.step(0).trouble == "0/2"
    assert desk.ticks(50) == []
    _answer(desk, "f2", "yes")
    assert desk.step(0).state.value == "standing", "late, but welcome"


def test_where_the_plan_asks_a_run_without_flex_agents_asks(desk: PlanDesk) -> None:
    desk.flex = 0
    desk.start(body(FLEX, {"do": "wait", "seconds": 60.0}))
    ticked(desk, R.ASKING)
    assert (desk.run.question, desk.step(0).trouble) == ("failed", "0/2")


def test_only_whom_it_makes_sense_to_ask_is_asked(desk: PlanDesk) -> None:
    desk.phones = {1: Phone.UNAVAILABLE, 2: Phone.IDLE}
    desk.signed_in = {("sales", "PJSIP/5003")}
    desk.start(body(FLEX))
    desk.tick()
    assert list(desk.step(0).asked) == ["f2"]


def test_whose_word_counts_is_the_plans_setting(desk: PlanDesk) -> None:
    desk.start(body({**FLEX, "confirm": "supervisor"}))
    desk.tick()
    with pytest.raises(NotAllowed, match="the other way"):
        _answer(desk, "f1", "yes")
    desk.give(AnswerFlex, n=0, person="f1", yes=True)
    desk.steward()
    assert ("sales", "PJSIP/5001") in desk.signed_in
    with pytest.raises(NotAllowed, match="Nobody asked"):
        desk.give(AnswerFlex, n=0, person="p1", yes=True)
    desk.give(AnswerFlex, n=0, person="f1", yes=False)
    desk.steward()
    assert desk.signed_in == set(), "who changes their mind is signed out"


def test_a_yes_that_comes_too_late_signs_nobody_in_and_is_answered(desk: PlanDesk) -> None:
    desk.start(body(FLEX, {"do": "hold_breaks"}))
    ticked(desk, R.STANDING, most=4)
    desk.give(StandDown)
    ticked(desk, R.STOOD_DOWN)
    before = desk.names().count("FlexReleased")
    _answer(desk, "f1", "no")
    assert desk.names().count("FlexReleased") == before
    _answer(desk, "f1", "yes")
    assert (desk.signed_in, desk.state) == (set(), R.STOOD_DOWN)
    last = desk.messages[-1]
    assert (last.name, last.fields["Agent"]) == ("FlexReleased", "5001")
    desk.tick()
    _answer(desk, "f1", "yes")
    assert desk.messages[-1].id != last.id, "asked again, they hear it again"


def test_a_yes_while_it_is_stood_down_is_answered(desk: PlanDesk) -> None:
    desk.start(body(FLEX, QUIET, stage_s=0.0))
    ticked(desk, R.STANDING)
    desk.give(StandDown)
    desk.away = True
    desk.ticks(3)
    assert desk.state is R.STANDING_DOWN
    before = desk.names().count("FlexReleased")
    _answer(desk, "f2", "yes")
    assert (desk.signed_in, desk.names().count("FlexReleased")) == (set(), before + 1)
    desk.away = False
    ticked(desk, R.STOOD_DOWN)


def test_one_answer_too_many_is_thanked(desk: PlanDesk) -> None:
    desk.start(body({**FLEX, "count": 1}))
    desk.ticks(33)
    _answer(desk, "f2", "yes")
    _answer(desk, "f1", "yes")
    assert {interface for _, interface in desk.signed_in} == {"PJSIP/5002"}


# ---- calm, standing down ---------------------------------------------------------------------------------------------


def _fired(desk: PlanDesk, **fields: object) -> None:
    desk.waiting = 11
    desk.keep(body(QUIET, trigger="itself", **fields))
    desk.ticks(8)
    assert desk.state is R.STANDING


def test_calm_for_long_enough_it_proposes_to_stand_down(desk: PlanDesk) -> None:
    _fired(desk)
    desk.waiting = 0
    desk.answered = 5
    names = desk.ticks(59)
    assert "ProposeStandDown" not in names
    assert "ProposeStandDown" in desk.ticks(6)
    desk.waiting = 11
    assert "WithdrawStandDown" in desk.ticks(5)
    assert desk.run.calm_proposed_at is None


def test_calm_only_because_callers_gave_up_is_no_calm(desk: PlanDesk) -> None:
    _fired(desk)
    desk.waiting = 0
    desk.answered, desk.abandoned = 2, 9
    assert "ProposeStandDown" not in desk.ticks(100)
    desk.curve = (CurvePoint(at=desk.at - 30, answered=4, abandoned=1),)
    assert "ProposeStandDown" in desk.ticks(1), "what counts is what left since the calm began"


def test_a_queue_that_emptied_because_all_gave_up_is_no_calm_until_as_many_were_answered(desk: PlanDesk) -> None:
    _fired(desk)
    desk.waiting = 0
    gone = CurvePoint(at=desk.at - 200, answered=1, abandoned=30)
    desk.curve = (gone,)
    assert "ProposeStandDown" not in desk.ticks(120)
    desk.curve = (gone, CurvePoint(at=desk.at - 20, answered=40, abandoned=2))
    assert "ProposeStandDown" in desk.ticks(1)


def test_not_yet_keeps_it_standing_for_another_while(desk: PlanDesk) -> None:
    _fired(desk)
    desk.waiting = 0
    desk.ticks(70)
    desk.give(KeepOn, run=desk.run.id)
    assert desk.ticks(59) == []
    assert desk.ticks(2) == ["ProposeStandDown"]


def test_the_cause_must_be_confirmed_gone_where_the_plan_asks(desk: PlanDesk) -> None:
    _fired(desk, cause="技术确认恢复了吗?")
    desk.waiting = 0
    assert "ProposeStandDown" not in desk.ticks(200)
    with pytest.raises(NotAllowed, match="技术确认恢复了吗"):
        desk.give(StandDown, run=desk.run.id)
    desk.give(ConfirmCause, run=desk.run.id)
    assert desk.ticks(1) == ["ProposeStandDown"]
    desk.give(StandDown, run=desk.run.id)
    ticked(desk, R.STOOD_DOWN)
    assert desk.run.cause_gone_by == "li"


def test_at_its_end_time_it_stands_down_by_itself(desk: PlanDesk) -> None:
    desk.start(body(QUIET, ends_after_s=120.0))
    desk.ticks(110)
    ticked(desk, R.STANDING, most=1)
    ticked(desk, R.STOOD_DOWN, most=20)
    assert desk.held() == {}


def test_standing_down_puts_back_what_customers_notice_first_and_then_waits_a_while(desk: PlanDesk) -> None:
    desk.acd[SHORT_ID] = "found"
    desk.start(body(QUIET, SHORT, CLOSE, stage_s=30.0), visible=True)
    ticked(desk, R.STANDING)
    desk.give(StandDown)
    desk.ticks(8)
    assert desk.states == ["standing", "released", "released"]
    assert desk.held() == {SHORT_ID: "found", "key/queue/x": "1"}
    desk.ticks(20)
    assert desk.states[0] == "standing"
    ticked(desk, R.STOOD_DOWN)
    assert desk.held() == {SHORT_ID: "found"}
    assert desk.open_levers == []


def test_single_steps_are_stood_down_alone(desk: PlanDesk) -> None:
    desk.start(body(QUIET, SHORT, WORDS), visible=True)
    ticked(desk, R.STANDING)
    desk.give(ReleaseStep, n=1)
    desk.ticks(3)
    assert desk.states == ["standing", "released", "standing"]
    assert desk.held() == {"key/queue/x": "1"}
    with pytest.raises(NotAllowed, match="holds nothing"):
        desk.give(ReleaseStep, n=1)
    assert desk.state is R.STANDING


def test_agreed_wording_stands_until_it_is_withdrawn(desk: PlanDesk) -> None:
    desk.start(body(WORDS))
    ticked(desk, R.STANDING)
    (given,) = desk.book.every(Directive).values()
    assert (given.text, given.ended_at) == ("系统抢修中", None)
    desk.give(StandDown)
    ticked(desk, R.STOOD_DOWN)
    (given,) = desk.book.every(Directive).values()
    assert given.ended_at is not None
    assert [message.name for message in desk.messages if message.to == "desks"] == ["Directive", "DirectiveWithdrawn"]


def test_agreed_wording_reaches_every_agent_once_also_who_comes_on_line_later(desk: PlanDesk) -> None:
    desk.start(body({"do": "directive", "title": "口径", "text": "请说:${subject}繁忙"}, QUIET))
    ticked(desk, R.STANDING)
    on_line = {key[1] for key in desk.view.members}
    told = [message for message in desk.messages if message.name == "WordingGiven"]
    assert {message.to for message in told} == on_line
    assert len(told) == len(on_line)
    assert told[0].fields["Text"] == "请说:销售繁忙"
    assert all(message.fields["Interface"] == message.to for message in told)
    assert desk.ticks(30) == []
    desk.signed_in.add(("vip", "PJSIP/5003"))
    assert desk.ticks(2) == ["TellWording"]
    assert (desk.messages[-1].name, desk.messages[-1].to) == ("WordingGiven", "PJSIP/5003")
    desk.give(ReleaseStep, n=0)
    withdrawn = [message.to for message in desk.messages if message.name == "WordingWithdrawn"]
    assert set(withdrawn) == on_line | {"PJSIP/5003"}
    desk.signed_in.add(("vip", "PJSIP/5002"))
    desk.ticks(5)
    assert desk.messages[-1].name == "WordingWithdrawn", "what is withdrawn is told to nobody any more"


def test_a_wording_for_hundreds_is_told_in_parts(desk: PlanDesk) -> None:
    desk.signed_in = {("vip", f"PJSIP/6{number:03}") for number in range(250)}
    desk.start(body({"do": "directive", "text": "口径"}))
    before = 0
    for _ in range(12):
        desk.tick()
        told = desk.names().count("WordingGiven")
        assert told - before <= AT_ONCE
        before = told
    assert before == len({key[1] for key in desk.view.members})


def test_a_lever_somebody_else_moved_is_left_to_a_person(desk: PlanDesk) -> None:
    desk.start(body(SHORT, QUIET), visible=True)
    ticked(desk, R.STANDING)
    desk.moves(SHORTCUT, "vip")
    desk.give(StandDown)
    ticked(desk, R.STOOD_DOWN)
    assert desk.held() == {SHORT_ID: "vip"}, "the other's wish is not overruled"
    assert desk.step(0).trouble == SHORT_ID
    lever = desk.book.get(Lever, SHORT_ID)
    assert lever is not None
    assert (lever.state, lever.holds) == (LeverState.MOVED, ())
    desk.told(SetLeverAgain(id="again", by=LI, lever=SHORT_ID))
    desk.steward()
    assert desk.held() == {}, "a person has what was found set again"


def test_a_plan_stood_down_while_it_asks_leaves_out_what_was_to_come(desk: PlanDesk) -> None:
    desk.start(body(QUIET, SHORT, CLOSE))
    ticked(desk, R.ASKING)
    desk.give(StandDown)
    assert desk.run.question == ""
    ticked(desk, R.STOOD_DOWN)
    assert desk.states == ["released", "skipped", "skipped"]
    assert desk.held() == {}


def test_the_acd_gone_while_standing_down_is_waited_for(desk: PlanDesk) -> None:
    desk.start(body(SHORT), visible=True)
    ticked(desk, R.STANDING)
    desk.give(StandDown)
    desk.away = True
    desk.ticks(100)
    assert (desk.state, desk.states) == (R.STANDING_DOWN, ["releasing"])
    desk.away = False
    ticked(desk, R.STOOD_DOWN)
    assert desk.held() == {}


def test_a_refused_step_is_not_in_the_way_of_standing_down(desk: PlanDesk) -> None:
    desk.refuses[SHORT_ID] = "no"
    desk.start(body(SHORT, QUIET, on_failure="go_on"), visible=True)
    ticked(desk, R.STANDING)
    desk.give(StandDown)
    ticked(desk, R.STOOD_DOWN)
    assert desk.held() == {}
    assert desk.step(0).trouble, "it says that this lever is left to a person"
    desk.refuses.clear()
    desk.told(SetLeverAgain(id="again", by=LI, lever=SHORT_ID))
    desk.steward()


def test_the_run_keeps_the_curve_its_report_shows(desk: PlanDesk) -> None:
    desk.curve = tuple(CurvePoint(at=desk.at + 60 * n, waiting=n) for n in range(-60, 1))
    desk.start(body(QUIET))
    ticked(desk, R.STANDING)
    desk.give(StandDown)
    ticked(desk, R.STOOD_DOWN)
    assert [point.waiting for point in desk.run.curve] == list(range(-15, 1))


# ---- repeated, late, foreign -----------------------------------------------------------------------------------------


def test_what_the_clock_says_twice_is_once(desk: PlanDesk) -> None:
    desk.start(body(TELL))
    from console.core.step import due  # noqa: PLC0415

    (take,) = due(desk.book, desk.view, desk.at)[-1:]
    desk.told(take)
    assert step(desk.book, desk.view, take, desk.at) == NOTHING


def test_an_agent_may_only_answer_for_being_asked(desk: PlanDesk) -> None:
    agent = Actor(id="f1", role=Role.AGENT)
    desk.keep(body(TELL))
    with pytest.raises(NotAllowed):
        desk.give(StartPlan, by=agent, plan="peak", subject=SUBJECT)
    odd = Told(name="FlexAnswered", fields={"RequestId": "r9#0#f1", "Answer": "yes"})
    assert commands_of(desk.book, desk.view, odd, desk.at) == ()
    assert GROUP in SUBJECT
