"""Whatever happens to a plan, in the end everything stands as it was found; nobody is asked twice, nothing is lost."""

import contextlib
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from console.core.errors import NotAllowed
from console.core.levers import Lever, LeverState, lever_id
from console.core.work.levers import LeaveLever, SetLeverAgain
from console.core.work.plan_records import (
    ACTIVE,
    HELD,
    AnswerFlex,
    AnswerStep,
    ConfirmCause,
    ContinuePlan,
    Directive,
    DropPlan,
    KeepOn,
    PlanRun,
    PutOffPlan,
    ReleaseStep,
    RetryStep,
    RunState,
    StandDown,
    StartPlan,
    StopPlan,
)
from tests.core.plan_desk import LI, SHORTCUT, SUBJECT, PlanDesk, body

R = RunState
KEYS = ("key/ivr/shortcut", "key/queue/closed/chat", "key/queue/overflow/sales", "key/queue/x")
STEPS: tuple[dict[str, Any], ...] = (
    {"do": "notify", "text": "${waiting}"},
    {"do": "directive", "text": "口径"},
    {"do": "flex", "count": 2, "answer_s": 10.0},
    {"do": "hold_breaks"},
    {"do": "key", "family": "queue", "key": "x", "value": "1", "noticed": False},
    {"do": "overflow", "to": "vip"},
    {"do": "close", "queues": ["chat"]},
    {"do": "ivr_shortcut", "to": "announce"},
)


class PlanCourse(RuleBasedStateMachine):
    """One plan under a hand that does anything, on an ACD that goes away, refuses and forgets."""

    @initialize(
        found=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["a", "b"])),
        policy=st.sampled_from(["go_on", "stop", "ask"]),
        steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=6, unique_by=lambda step: str(step["do"])),
        cause=st.booleans(),
    )
    def begins(self, found: dict[str, str], policy: str, steps: list[dict[str, Any]], cause: bool) -> None:  # noqa: FBT001
        self.desk = PlanDesk()
        self.desk.acd.update(found)
        self.found = dict(found)
        self.moved = False
        order = [step for step in STEPS if step in steps]
        self.desk.keep(body(*order, on_failure=policy, cause="?" if cause else "", trigger="propose", countdown_s=20.0))

    def _give(self, kind: type, **fields: Any) -> None:  # noqa: ANN401  the fields of a command
        open_runs = [run for run in self.desk.book.every(PlanRun).values() if run.closed_at is None]
        if not open_runs:
            return
        with contextlib.suppress(NotAllowed):  # with a sentence; anything else is a fault
            self.desk.give(kind, run=open_runs[-1].id, **fields)

    @rule(seconds=st.integers(1, 15))
    def time_passes(self, seconds: int) -> None:
        self.desk.ticks(seconds)

    @rule(waiting=st.sampled_from([0, 11]))
    def callers(self, waiting: int) -> None:
        self.desk.waiting = waiting

    @rule(away=st.booleans())
    def acd_goes_or_comes(self, away: bool) -> None:  # noqa: FBT001  drawn
        self.desk.away = away

    @rule(key=st.sampled_from(KEYS))
    def acd_refuses(self, key: str) -> None:
        self.desk.refuses[key] = "no"

    @rule()
    def acd_is_well(self) -> None:
        self.desk.refuses.clear()
        self.desk.away = False

    @rule()
    def begun_by_hand(self) -> None:
        try:
            self.desk.give(StartPlan, run=f"hand{self.desk.at}", plan="peak", subject=SUBJECT, anyway=True)
        except NotAllowed:
            assert any(run.closed_at is None for run in self.desk.book.every(PlanRun).values())

    @rule(kind=st.sampled_from([StartPlan, DropPlan, StopPlan, ContinuePlan, ConfirmCause, KeepOn, StandDown]))
    def decided(self, kind: type) -> None:
        self._give(kind)

    @rule(yes=st.booleans())
    def answered(self, yes: bool) -> None:  # noqa: FBT001  drawn
        self._give(AnswerStep, yes=yes)

    @rule(n=st.integers(0, 6), kind=st.sampled_from([ReleaseStep, RetryStep]))
    def about_a_step(self, n: int, kind: type) -> None:
        self._give(kind, n=n)

    @rule(person=st.sampled_from(["f1", "f2", "f3"]), n=st.integers(0, 3), yes=st.booleans())
    def flex_answers(self, person: str, n: int, yes: bool) -> None:  # noqa: FBT001  drawn
        self._give(AnswerFlex, n=n, person=person, yes=yes)

    @rule()
    def put_off(self) -> None:
        self._give(PutOffPlan, until=self.desk.at + 30)

    @precondition(lambda self: not self.desk.away)
    @rule(value=st.sampled_from(["other", None]))
    def somebody_moves_the_shortcut(self, value: str | None) -> None:
        lever = self.desk.book.get(Lever, lever_id(SHORTCUT))
        if lever is not None and lever.state is LeverState.STANDING:
            self.desk.moves(SHORTCUT, value)
            self.moved = True

    @invariant()
    def one_run_at_a_time(self) -> None:
        if hasattr(self, "desk"):
            assert sum(run.closed_at is None for run in self.desk.book.every(PlanRun).values()) <= 1

    @invariant()
    def every_lever_has_a_holder_or_is_on_its_way_back(self) -> None:
        if not hasattr(self, "desk"):
            return
        runs = self.desk.book.every(PlanRun)
        for lever in self.desk.book.every(Lever).values():
            for hold in lever.holds:
                run_id, _, n = hold.holder.removeprefix("plan_runs:").rpartition("#")
                assert runs[run_id].steps[int(n)].state in HELD, "only a step that holds something holds a lever"

    def teardown(self) -> None:
        """Let the ACD be well, put everything down, and look whether anything was left."""
        if not hasattr(self, "desk"):
            return
        desk = self.desk
        desk.away, desk.waiting = False, 0
        desk.refuses.clear()
        desk.ticks(5)
        for _ in range(3):
            self._give(ConfirmCause)
            self._give(DropPlan)
            self._give(StandDown)
            desk.ticks(40)
            for lever in list(desk.book.every(Lever).values()):
                if lever.state in {LeverState.MOVED, LeverState.REFUSED}:
                    kind = LeaveLever if self.moved and lever.id == lever_id(SHORTCUT) else SetLeverAgain
                    desk.told(kind(id=desk.id(), by=LI, lever=lever.id))
            desk.ticks(40)
        for run in desk.book.every(PlanRun).values():
            assert run.closed_at is not None, f"{run.state} {[step.state for step in run.steps]}"
            assert not any(step.state in HELD for step in run.steps)
            assert run.state not in ACTIVE
        assert all(lever.state is LeverState.DONE for lever in desk.book.every(Lever).values())
        assert all(each.ended_at is not None for each in desk.book.every(Directive).values())
        assert desk.signed_in == set(), "every flex agent is signed out again"
        now = desk.held()
        if self.moved:
            now.pop(lever_id(SHORTCUT), None)
            self.found.pop(lever_id(SHORTCUT), None)
        assert now == self.found


PlanCourse.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestPlanCourse = PlanCourse.TestCase
