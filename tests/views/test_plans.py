"""What the plans page shows, made of a book that was really played."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.policy import Tone
from console.core.roles import Actor, Role
from console.core.work.plan_actions import CloseQueues
from console.core.work.plan_flex import ASKED
from console.core.work.plan_records import MACHINE, Plan, PlanRun, RunState, StandDown, StepState, StopPlan
from console.core.work.plan_rehearsal import RehearsedStep, Telling, rehearse
from console.views.plan_answers import answers_of
from console.views.plan_run import RunSheet, marks_of, sheet_of
from console.views.plan_words import figure_text, fired_words, step_words, subject_words, trouble_words
from console.views.plans import past_rows, plan_rows, run_at, run_rows, subjects_for
from console.views.rehearsal import object_words, rehearsal_rows
from tests.core.floor_of_ten import GROUP, floor
from tests.core.plan_desk import LI, SUBJECT, ZHOU, PlanDesk, body

TELL = {"do": "notify", "text": "${waiting} 人排队"}
SHORT = {"do": "ivr_shortcut", "to": "announce"}
FLEX = {"do": "flex", "count": 2, "penalty": 3, "answer_s": 30.0}
HOLD = {"do": "hold_breaks"}
WAIT = {"do": "wait", "seconds": 10.0}


@pytest.fixture
def desk() -> PlanDesk:
    return PlanDesk()


def sheet(desk: PlanDesk, **more: Any) -> RunSheet:  # noqa: ANN401  what sheet_of takes
    return sheet_of(desk.run, desk.view, desk.book, desk.at, by=LI, **more)


def keys(told: RunSheet) -> list[str]:
    return [action.key for action in told.answers]


def state_of(desk: PlanDesk) -> str:
    return plan_rows(desk.view, desk.book, desk.at)[0].state.english()


def test_a_plan_tells_how_near_it_is_to_firing(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose", countdown_s=60.0))
    assert state_of(desk) == "calm"
    desk.waiting = 11
    desk.ticks(2)
    assert state_of(desk) == "rising 0:01 of 0:02, 销售"
    desk.ticks(2)
    row = plan_rows(desk.view, desk.book, desk.at)[0]
    assert (row.state.english(), row.tone) == ("proposed for 销售 since 12:00", Tone.ALARM)


def test_a_proposal_counts_down_and_asks_to_begin(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose", countdown_s=60.0))
    desk.waiting = 11
    desk.ticks(4)
    told = sheet(desk)
    assert keys(told) == ["start", "put_off", "drop"]
    assert told.note is not None
    left = told.note.english()
    desk.at += 10
    assert sheet(desk).note != told.note
    assert left == "It begins by itself in 1:00."
    assert [(row.key, row.fired, row.limit, row.tone) for row in told.figures][:1] == [
        ("waiting", "11", "10", Tone.ALARM)
    ]


def test_what_might_have_been_stands_beside_what_is(desk: PlanDesk) -> None:
    desk.waiting = 4
    desk.start(body(TELL))
    row = sheet(desk, nothing={"waiting": 19.0, "mean_wait_s": 95.0}).figures
    assert [(each.now, each.nothing) for each in row] == [("4", "19"), ("0:30", "1:35")]


def test_what_customers_notice_is_asked_with_its_step(desk: PlanDesk) -> None:
    desk.start(body(TELL, SHORT))
    desk.ticks(4)
    told = sheet(desk)
    assert told.state is RunState.ASKING
    assert keys(told) == ["yes", "no", "stop", "stand_down"]
    assert told.asks is not None
    assert told.asks.english().startswith("Customers will notice step 2: IVR short-cut")
    assert [step.at_hand for step in told.steps] == [False, True]


def test_a_step_that_failed_may_be_tried_again_or_left(desk: PlanDesk) -> None:
    desk.refuses["key/ivr/shortcut"] = "no such family"
    desk.start(body(SHORT), visible=True)
    desk.ticks(60)
    told = sheet(desk)
    assert told.tone is Tone.ALARM
    assert keys(told)[:3] == ["retry:0", "no", "stop"]
    assert told.steps[0].state is StepState.FAILED
    assert told.steps[0].trouble is not None
    assert "no such family" in told.steps[0].trouble.english()
    assert told.steps[0].levers[0].tone is Tone.ALARM


def test_flex_agents_are_answered_for_and_only_the_first_has_keys(desk: PlanDesk) -> None:
    desk.start(body(FLEX, WAIT))
    desk.ticks(2)
    asked = sheet(desk).steps[0].asked
    assert len(asked) == 2
    assert [[action.shortcut for action in line.answers] for line in asked] == [["Y", "N"], ["", ""]]
    assert all(desk.step(0).asked[line.person] == ASKED for line in asked)
    code = body({**FLEX, "confirm": "code"}, WAIT)
    other = PlanDesk()
    other.start(code)
    other.ticks(2)
    assert [line.answers for line in sheet(other).steps[0].asked] == [(), ()]


def test_who_may_not_decide_sees_whose_it_is_and_no_keys(desk: PlanDesk) -> None:
    desk.keep(body(TELL, trigger="propose", decide="duty_manager"))
    desk.waiting = 11
    desk.ticks(4)
    told = sheet_of(desk.run, desk.view, desk.book, desk.at, by=LI)
    assert (told.answers, told.steps[0].answers) == ((), ())
    assert told.not_mine is not None
    assert sheet_of(desk.run, desk.view, desk.book, desk.at, by=ZHOU).not_mine is None
    elsewhere = Actor(id="x", role=Role.SUPERVISOR, groups=("web",))
    assert sheet_of(desk.run, desk.view, desk.book, desk.at, by=elsewhere).answers == ()


def test_a_lever_somebody_holds_is_said_before_the_start(desk: PlanDesk) -> None:
    desk.start(body(SHORT), visible=True)
    desk.ticks(3)
    desk.keep(body(SHORT, name="系统故障", trigger="propose"), "outage")
    desk.waiting = 11
    desk.ticks(4)
    run = next(run for run in desk.book.every(PlanRun).values() if run.plan == "outage")
    told = sheet_of(run, desk.view, desk.book, desk.at, by=LI)
    assert keys(told)[0] == "start_anyway"
    assert told.asks is not None
    assert told.asks.english() == "Key ivr/shortcut is held by 排队高峰, step 1"
    assert [row.id for row in run_rows(desk.view, desk.book, desk.at)] == [run.id, "r1"]
    assert run_at(desk.book, SUBJECT, desk.view) == run.id
    assert run_at(desk.book, "plan:r1", desk.view) == "r1"
    assert run_at(desk.book, "group:nobody", desk.view) == ""


def test_rows_of_a_rehearsal_name_object_holder_and_who_is_asked(desk: PlanDesk) -> None:
    desk.start(body(SHORT), visible=True)
    desk.ticks(3)
    desk.keep(body(TELL, FLEX, WAIT, SHORT, name="系统故障"), "outage")
    plan = next(plan for plan in desk.book.every(Plan).values() if plan.id == "outage")
    steps = rehearse(desk.book, desk.view, plan, SUBJECT, desk.at, lambda _key: None)
    rows = rehearsal_rows(steps, desk.book)
    assert [row.n for row in rows if row.n] == ["1", "2", "3", "4"]
    short = next(row for row in rows if row.n == "4")
    assert [each.english() for each in short.holders] == ["排队高峰, step 1"]
    assert short.first is not None
    assert (short.visible, short.first.english()) == (True, "A person agrees")
    assert next(row for row in rows if row.n == "3").on.english() == "Nothing is set"
    assert len({row.id for row in rows}) == len(rows)
    assert not [row for row in rows if row.then is not None and "rehearsal#" in row.then.english()]


def test_the_history_has_what_ended_and_only_that(desk: PlanDesk) -> None:
    desk.start(body(TELL))
    desk.ticks(3)
    assert past_rows(desk.view, desk.book, desk.at) == []
    desk.give(StandDown)
    desk.ticks(5)
    assert desk.state is RunState.STOOD_DOWN
    row = past_rows(desk.view, desk.book, desk.at, (desk.run,))
    assert [(each.id, each.by, each.ended.english(), each.today) for each in row] == [("r1", "li", "stood down", True)]
    assert row[0].lasted_s == desk.run.ended_at - desk.run.started_at  # type: ignore[operator]  # it ended
    assert past_rows(desk.view, desk.book, desk.at, mine=("web",)) == []
    assert run_rows(desk.view, desk.book, desk.at) == []


def test_a_stopped_run_asks_whether_to_go_on(desk: PlanDesk) -> None:
    desk.start(body(WAIT, TELL))
    desk.ticks(2)
    desk.give(StopPlan)
    assert keys(sheet(desk)) == ["continue", "stand_down"]
    assert run_rows(desk.view, desk.book, desk.at)[0].tone is Tone.WARN


def test_subjects_offered_are_those_the_plan_fits(desk: PlanDesk) -> None:
    desk.waiting = 3
    desk.keep(body(TELL))
    plan = desk.book.every(Plan)["peak"]
    assert [subject for subject, _ in subjects_for(desk.view, plan)] == [SUBJECT, "group:web"]
    desk.keep(body(TELL, only=(GROUP,)))
    assert [subject for subject, _ in subjects_for(desk.view, desk.book.every(Plan)["peak"])] == [SUBJECT]


def test_every_answer_offered_is_one_the_table_of_states_takes(desk: PlanDesk) -> None:
    desk.start(body(TELL))
    takes = {command.__name__ for (state, command) in MACHINE.moves if state is desk.state}
    assert {"StandDown", "StopPlan"} <= takes
    assert keys(sheet(desk)) == ["stand_down", "stop"]
    desk.ticks(5)
    assert [action.key for action in answers_of(desk.run)] == ["stand_down"]


def test_marks_of_one_moment_are_one(desk: PlanDesk) -> None:
    desk.start(body(TELL, HOLD, {"do": "wait", "seconds": 60.0}, TELL))
    desk.ticks(70)
    assert [text for _, text in marks_of(desk.run)] == ["1-3", "4"]


def test_figures_and_names_are_written_as_people_write_them(desk: PlanDesk) -> None:
    assert figure_text("mean_wait_s", 72.4) == "1:12"
    assert figure_text("service_level", 0.5) == "50%"
    assert figure_text("waiting per seat", 1.25) == "1.2"
    assert figure_text("waiting", None) == "—"
    fired = {"waiting": 53.0, "waiting limit": 50.0, "mean_wait_s": 10.0, "mean_wait_s limit": 72.0}
    assert [said.english() for said in fired_words(fired, desk.view)] == ["people waiting 53 (limit 50)"]
    assert subject_words(desk.view, SUBJECT).english() == "销售"
    assert subject_words(desk.view, "floor").english() == "Whole floor"
    assert trouble_words("1/2", desk.book).english() == "1 of 2 came on line"
    assert step_words(TELL).english() == "Tell all desks: … 人排队"
    assert step_words({"do": "no such thing"}).english() == "no such thing"


@given(
    st.floats(min_value=0, max_value=1e6), st.sampled_from(["waiting", "mean_wait_s", "occupancy", "on_line per seat"])
)
def test_no_figure_is_written_as_nothing(value: float, name: str) -> None:
    assert figure_text(name, value).strip() not in {"", "—"}


def test_a_lever_goes_by_the_name_of_who_sits_there_and_of_the_group() -> None:
    plain = floor(2)
    groups = (replace(plain.policy.groups[0], name="Sales", queues=("sales",)),)
    view = replace(plain, policy=replace(plain.policy, groups=groups))
    seat = next(iter(view.person_of))
    person = view.people[view.person_of[seat]]
    told = object_words(f"member/sales/{seat}", view).english()
    assert told == f"{person.name} {person.number}".strip() + " in queue Sales"
    assert object_words(f"member/sales/{seat}").english() == f"{seat} in queue sales"
    assert object_words("member/nobody/Local/9@x", view).english() == "Local/9@x in queue nobody"


def test_a_rehearsal_says_nothing_of_what_bots_are_told_and_names_the_channel_closed() -> None:
    said = CloseQueues(channel="web").said()
    told = Telling(to="Local/1@x", name="BreakCalledBack", text="1795311550.12650")
    step = RehearsedStep(
        n=1, action="close", said=said, visible=True, asks=True, on_failure="ask", way_back="lever", tells=(told,)
    )
    (row,) = rehearsal_rows((step,))
    assert row.step is not None
    assert (row.step.english(), row.on.english()) == ("Close for a while: other queues of WEB", "Nothing is set")
