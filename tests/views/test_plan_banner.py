"""The banner: which plans it tells, in what order, in which words; the agreed wordings in force."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.events import Told
from console.core.floor.model import Link, LinkStatus
from console.core.kept import Book, Message
from console.core.work.plan_body import Trigger
from console.core.work.plan_records import (
    AnswerStep,
    Directive,
    DropPlan,
    PlanRun,
    PutOffPlan,
    ReleaseStep,
    RunState,
    StandDown,
    StepState,
    StopPlan,
)
from console.views.desk_notices import FRESH_S, fresh_in, heard
from console.views.plan_banner import plan_banner, stage_of
from console.views.plan_lines import STAGE_WORDS, PlanBanner, PlanLine, Stage
from tests.core.floor_of_ten import GROUP
from tests.core.plan_desk import LI, SUBJECT, PlanDesk, body

TELL: dict[str, Any] = {"do": "notify", "text": "开始"}
HOLD: dict[str, Any] = {"do": "hold_breaks"}
SHORTCUT: dict[str, Any] = {"do": "ivr_shortcut", "to": "announce"}
WORDING: dict[str, Any] = {"do": "directive", "title": "口径", "text": "正在抢修,不承诺时间"}
ASK: dict[str, Any] = {"do": "ask", "text": "技术确认了吗?"}
WAIT: dict[str, Any] = {"do": "wait", "seconds": 60}


def shown(desk: PlanDesk, **fields: Any) -> PlanBanner:  # noqa: ANN401  the choices of a banner
    return plan_banner(desk.view, desk.book, desk.at, **fields)


def only(desk: PlanDesk) -> PlanLine:
    (line,) = shown(desk).lines
    return line


def english(line: PlanLine) -> list[str]:
    said = (line.subject, line.since, line.progress, *line.figures, line.asks, line.by)
    return [each.english() for each in said if each is not None]


def begun(*steps: dict[str, Any], **fields: Any) -> PlanDesk:  # noqa: ANN401  the fields of a plan
    desk = PlanDesk(waiting=12)
    desk.start(body(*steps, **fields))
    return desk


def test_without_a_plan_there_is_nothing() -> None:
    assert shown(PlanDesk()) == PlanBanner()


def test_a_running_plan_says_its_step_since_when_and_by_whom() -> None:
    desk = begun(TELL, WAIT, SHORTCUT)
    desk.ticks(5)
    line = only(desk)
    assert (line.stage, line.name) == (Stage.RUNNING, "排队高峰")
    group = next(each.name for each in desk.view.policy.groups if each.id == GROUP)
    assert english(line) == [group, "since 12:00", "step 2 of 3: Wait 60 s", "waiting 12", LI.id]


def test_a_proposal_counts_down_and_says_the_figures_it_fired_on() -> None:
    desk = PlanDesk(waiting=12)
    desk.keep(body(TELL, SHORTCUT, trigger="propose", countdown_s=180))
    desk.ticks(4)
    assert desk.state is RunState.PROPOSED
    desk.waiting = 9
    line = only(desk)
    assert line.stage is Stage.PROPOSED
    assert "waiting 12 → 9" in english(line)
    desk.at += 79
    line = only(desk)
    assert "begins by itself in 1:41" in english(line)
    assert line.by is None


@pytest.mark.parametrize("said", ["put off", "dropped", "waits for a person"])
def test_what_needs_nobody_on_every_page_is_left_to_its_card(said: str) -> None:
    desk = PlanDesk(waiting=12)
    desk.keep(body(TELL, trigger="propose", countdown_s=None if said == "waits for a person" else 180))
    desk.ticks(4)
    if said == "put off":
        desk.give(PutOffPlan, until=desk.at + 300, run=desk.run.id)
    elif said == "dropped":
        desk.give(DropPlan, run=desk.run.id)
    assert shown(desk).lines == ()


def test_what_it_asks_stands_in_words_and_the_step_is_named_once() -> None:
    desk = begun(TELL, ASK, SHORTCUT)
    desk.ticks(5)
    line = only(desk)
    assert line.stage is Stage.ASKING
    assert line.asks is not None
    assert line.asks.english() == "技术确认了吗?"
    assert line.progress.english() == "step 2 of 3"
    desk.give(AnswerStep, yes=True)
    desk.ticks(5)
    asks = only(desk).asks
    assert asks is not None
    assert asks.english() == "customers will notice: IVR short-cut: the emergency announcement. Go on?"


def test_a_held_lever_and_a_failed_step_are_asked_about_each_in_their_own_words() -> None:
    desk = begun(TELL, SHORTCUT, on_failure="ask")
    run = replace(desk.run, state=RunState.ASKING, question_at=1)
    words = {}
    for question in ("held", "failed"):
        book = Book(kinds={PlanRun: {"r1": replace(run, question=question)}})
        asks = plan_banner(desk.view, book, desk.at).lines[0].asks
        assert asks is not None
        words[question] = asks.english()
    assert words == {
        "held": "somebody else holds: IVR short-cut: the emergency announcement. Go on?",
        "failed": "failed: IVR short-cut: the emergency announcement. How to go on?",
    }


def test_it_stands_it_is_calm_it_is_put_back() -> None:
    desk = begun(TELL, HOLD)
    desk.ticks(6)
    assert only(desk).stage is Stage.STANDING
    assert only(desk).progress.english() == "all stand"
    desk.give(ReleaseStep, n=1)
    desk.ticks(2)
    assert only(desk).progress.english() == "1 of 2 steps stand"
    desk = begun(TELL, HOLD)
    desk.ticks(6)
    book = Book(kinds={PlanRun: {"r1": replace(desk.run, calm_proposed_at=desk.at)}})
    (line,) = plan_banner(desk.view, book, desk.at).lines
    assert line.stage is Stage.CALM
    assert line.asks is not None
    desk.give(StandDown)
    line = only(desk)
    assert line.stage is Stage.STANDING_DOWN
    assert line.progress.english() == "0 of 2 steps put back"
    first, second = desk.run.steps
    back = replace(desk.run, steps=(replace(first, state=StepState.RELEASED), second))
    (line,) = plan_banner(desk.view, Book(kinds={PlanRun: {"r1": back}}), desk.at).lines
    assert line.progress.english() == "1 of 2 steps put back"
    desk.ticks(10)
    assert desk.state is RunState.STOOD_DOWN
    assert shown(desk).lines == ()


def test_a_stopped_plan_stays_on_every_page() -> None:
    desk = begun(WAIT, SHORTCUT)
    desk.ticks(2)
    desk.give(StopPlan)
    assert only(desk).stage is Stage.STOPPED


def test_what_the_clock_began_says_so() -> None:
    desk = PlanDesk(waiting=12)
    desk.keep(body(WAIT, trigger="itself"))
    desk.ticks(4)
    by = only(desk).by
    assert by is not None
    assert by.english() == "by itself"


def test_without_a_live_floor_no_figure_stands_beside_that_of_the_beginning() -> None:
    desk = begun(WAIT)
    desk.ticks(2)
    assert only(desk).figures
    view = replace(desk.view, link=Link(status=LinkStatus.LOST, heard_at=desk.at))
    (line,) = plan_banner(view, desk.book, desk.at).lines
    assert line.figures == ()


def run_in(state: RunState, run: str, at: float) -> PlanRun:
    plan = body(TELL)
    return PlanRun(
        id=run,
        plan=run,
        plan_version=1,
        body=plan,
        subject=SUBJECT,
        state=state,
        steps=(),
        trigger=Trigger.HAND,
        started_at=at,
        decide_by=at + 60,
        question="ask",
        ended_at=at if state in {RunState.STOOD_DOWN, RunState.DROPPED, RunState.LAPSED} else None,
    )


@given(st.lists(st.sampled_from(list(RunState)), max_size=9), st.integers(1, 4))
def test_none_is_lost_and_those_that_ask_come_first(states: list[RunState], most: int) -> None:
    desk = PlanDesk()
    runs = [run_in(state, f"r{n}", desk.at - n) for n, state in enumerate(states)]
    told = shown(replace_book(desk, runs), most=most)
    due = [run for run in runs if run.closed_at is None and stage_of(run) is not None]
    assert len(told.lines) + told.more == len(due)
    assert len(told.lines) == min(most, len(due))
    order = [list(Stage).index(line.stage) for line in told.lines]
    assert order == sorted(order)


def test_the_order_is_not_that_of_the_book() -> None:
    desk = PlanDesk()
    runs = [
        run_in(RunState.RUNNING, "a", desk.at),
        run_in(RunState.ASKING, "b", desk.at),
        run_in(RunState.RUNNING, "c", desk.at - 5),
    ]
    orders = {tuple(line.run for line in shown(replace_book(desk, list(each))).lines) for each in permutations(runs)}
    assert orders == {("b", "c", "a")}


def replace_book(desk: PlanDesk, runs: list[PlanRun]) -> PlanDesk:
    desk.book = Book(kinds={PlanRun: {run.id: run for run in runs}})
    return desk


def test_a_subject_is_called_as_people_call_it() -> None:
    desk = PlanDesk()
    called = {}
    for subject in ("floor", "channel:phone", SUBJECT, "queue:vip"):
        book = Book(kinds={PlanRun: {"r": replace(run_in(RunState.RUNNING, "r", desk.at), subject=subject)}})
        called[subject] = plan_banner(desk.view, book, desk.at).lines[0].subject.english()
    group = next(each.name for each in desk.view.policy.groups if each.id == GROUP)
    assert called == {"floor": "Whole floor", "channel:phone": "Phone", SUBJECT: group, "queue:vip": "Queue vip"}


def test_every_stage_has_words_of_its_own() -> None:
    assert set(STAGE_WORDS) == set(Stage)
    assert len({said.text for said in STAGE_WORDS.values()}) == len(Stage)


# ---- agreed wordings -------------------------------------------------------------------------------------------------


def test_a_wording_stands_until_its_plan_is_stood_down() -> None:
    desk = begun(WORDING, WAIT)
    desk.ticks(2)
    (wording,) = shown(desk).wordings
    assert (wording.title, wording.text) == ("口径", "正在抢修,不承诺时间")
    assert wording.given.english() == "given out at 12:00 · li"
    assert wording.until.english() == "until the plan 排队高峰 is stood down"
    desk.give(StandDown)
    desk.ticks(10)
    assert shown(desk).wordings == ()


def test_a_plan_that_ends_at_a_time_says_until_when() -> None:
    desk = begun(WORDING, WAIT, ends_after_s=1800)
    desk.ticks(2)
    (wording,) = shown(desk).wordings
    assert wording.until.english() == "until 12:30"


def test_only_the_wordings_of_my_groups_the_newest_first() -> None:
    desk = PlanDesk()
    given_out = {
        name: Directive(id=name, holder="", subject=subject, title=name, text=name, given_at=desk.at + n, given_by="li")
        for n, (name, subject) in enumerate({"all": "floor", "web": "group:web", "ours": SUBJECT}.items())
    }
    desk.book = Book(kinds={Directive: given_out})
    assert [each.id for each in shown(desk).wordings] == ["ours", "web", "all"]
    assert [each.id for each in shown(desk, mine=(GROUP,)).wordings] == ["ours", "all"]
    assert [each.id for each in shown(desk, mine=("unknown",)).wordings] == ["ours", "web", "all"]
    assert shown(desk).wordings[0].until.english() == "until it is withdrawn"


# ---- what is told to all desks ---------------------------------------------------------------------------------------


def test_what_the_acd_passes_on_and_what_the_book_holds_is_one_notice() -> None:
    desk = begun({**TELL, "title": "高峰", "text": "排队 ${waiting}"}, WAIT)
    desk.ticks(2)
    (notice,) = fresh_in(desk.book, desk.at)
    (message,) = desk.book.every(Message).values()
    echoed = heard(Told(name=message.name, fields={**message.fields, "Id": message.id}))
    assert echoed == notice
    assert notice.sound
    assert notice.said.english() == "高峰: 排队 12"


def test_an_old_message_is_no_news() -> None:
    desk = begun(TELL, WAIT)
    desk.ticks(1)
    assert fresh_in(desk.book, desk.at)
    assert fresh_in(desk.book, desk.at + FRESH_S + 2) == ()


def test_a_wording_given_out_and_withdrawn_is_told_each_time_without_a_sound() -> None:
    desk = begun(WORDING, WAIT)
    desk.ticks(2)
    desk.give(StandDown)
    desk.ticks(3)
    told = fresh_in(desk.book, desk.at)
    assert [(each.name, each.sound) for each in told] == [("Directive", False), ("DirectiveWithdrawn", False)]
    assert [each.said.english() for each in told] == [
        "New agreed wording, 口径: 正在抢修,不承诺时间",
        "Agreed wording withdrawn: 口径",
    ]


@pytest.mark.parametrize(
    "told",
    [
        Told(name="FlexAsked", fields={"Id": "1", "Title": "x"}),
        Told(name="PlanNotice", fields={"Title": "x", "Text": "nobody's"}),
        Told(name="IvrShortcut", fields={}),
    ],
)
def test_other_words_of_the_acd_are_no_notices(told: Told) -> None:
    assert heard(told) is None
