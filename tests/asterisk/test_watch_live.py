"""A plan from its first sign to the calm, on a real Asterisk: callers wait, flex agents serve them, all is put back."""

from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from console.core.floor.policy import FloorPolicy, SkillGroup
from console.core.levers import Lever, LeverState
from console.core.work.plan_body import PlanBody, Trigger
from console.core.work.plan_records import AnswerStep, KeepPlan, PlanRun, RunState, StandDown, StartPlan, StepState
from console.core.work.policies import FLOOR, PEOPLE, EditPolicy
from tests.app.open_floor import LI, ZHAO, Opened
from tests.asterisk.ami import Ami
from tests.asterisk.lab import SEATS, AsteriskLab
from tests.asterisk.test_plans_live import data, desk_of, kept_in, keys_there, members_there, path_of

__all__ = ["data"]

pytestmark = pytest.mark.asterisk

R = RunState
CALLERS = 4
FLEX, OVERFLOW = 1, 2
STAGE_S = 2.0
PLAN = msgspec.convert(
    {
        "name": "排队高峰",
        "each": "group",
        "only": ["billing"],
        "trigger": "propose",
        "countdown_s": 3600.0,
        "calm_s": 1.0,
        "stage_s": STAGE_S,
        "watch": {
            "when": {"all": [{"measure": "waiting", "above": CALLERS - 1}, {"measure": "longest_wait_s", "above": 1}]},
            "sustained_s": 1,
            "least_waiting": 2,
            "clear_s": 1,
        },
        "step": [
            {"do": "notify", "text": "${waiting} 人排队"},
            {"do": "flex", "count": 2, "penalty": 1, "confirm": "code"},
            {"do": "overflow", "to": "overflow"},
        ],
    },
    PlanBody,
)


def the_run(desk: Opened, *states: RunState) -> PlanRun:
    def found() -> PlanRun | None:
        return next((run for run in desk.book.every(PlanRun).values() if run.state in states), None)

    run = desk.until(found, f"a run {states} among {[run.state for run in desk.book.every(PlanRun).values()]}")
    assert run is not None
    return run


def prepare(desk: Opened) -> None:
    policy = FloorPolicy(groups=(SkillGroup(id="billing", name="账务", queues=("billing",)),))
    desk.decided(EditPolicy(id=uuid4().hex, by=ZHAO, name=FLOOR, body=msgspec.to_builtins(policy)))
    rows = [
        {"name": name, "extensions": [ext], "interfaces": [SEATS[ext]], "flex": True}
        for ext, name in (("5001", "Flex One"), ("5002", "机动 二"))
    ]
    desk.decided(EditPolicy(id=uuid4().hex, by=ZHAO, name=PEOPLE, body={"rows": rows}))
    desk.until(lambda: sum(person.flex for person in desk.view.people.values()) == len(rows), "the flex agents")
    desk.decided(KeepPlan(id=uuid4().hex, by=ZHAO, plan="rush", body=PLAN))


def both_come(listener: Ami) -> None:
    """Let each flex agent say yes by code."""
    for _ in range(2):
        asked = listener.expect("UserEvent", UserEvent="FlexAsked")
        words = {"Agent": asked["Agent"], "Interface": asked["Interface"], "RequestId": asked["RequestId"]}
        listener.must("UserEvent", UserEvent="FlexAnswered", Answer="yes", **words)


def test_real_callers_waiting_begin_it_and_being_served_ends_it(
    asterisk: AsteriskLab, everything: Ami, data: Path
) -> None:
    lab = asterisk
    keys_before, members_before = keys_there(lab), members_there(lab)
    assert not any(queue == "billing" for queue, _ in members_before), "nobody serves it"
    with desk_of(lab, data) as desk:
        prepare(desk)
        for number in range(CALLERS):
            lab.call(f"94{number:02}", "billing", patience=120, talk=0.2)
        proposed = the_run(desk, R.PROPOSED)
        assert (proposed.trigger, proposed.subject) == (Trigger.PROPOSE, "group:billing")
        assert proposed.fired["waiting"] == CALLERS
        assert keys_there(lab) == keys_before, "a proposal sets nothing"
        everything.forget()
        desk.decided(StartPlan(id=uuid4().hex, by=LI, run=proposed.id))
        both_come(everything)
        asking = the_run(desk, R.ASKING)
        assert (asking.question, asking.question_at) == ("visible", OVERFLOW)
        desk.decided(AnswerStep(id=uuid4().hex, by=LI, run=proposed.id, yes=True))
        the_run(desk, R.STANDING)
        desk.until(lambda: members_there(lab).get(("billing", SEATS["5002"])), "both flex agents are on line")
        signed_in = {("billing", SEATS[ext]): ("dynamic", "1", "0") for ext in ("5001", "5002")}
        assert members_there(lab) == {**members_before, **signed_in}
        assert keys_there(lab) == {**keys_before, "queue/overflow/billing": "overflow"}
        assert path_of(lab, everything, "9411", "billing") == "overflow"
        desk.until(lambda: the_run(desk, R.STANDING).calm_proposed_at is not None, "standing down is proposed")
        desk.until(
            lambda: desk.view.figures.groups["billing"].recent.answered == CALLERS, "those who waited are served"
        )
        desk.decided(StandDown(id=uuid4().hex, by=LI, run=proposed.id))
        ended = the_run(desk, R.STOOD_DOWN)
        assert {step.state for step in ended.steps} == {StepState.RELEASED}
        noticed, unseen = ended.steps[OVERFLOW].ended_at, ended.steps[FLEX].ended_at
        assert noticed is not None
        assert unseen is not None
        assert unseen >= noticed + STAGE_S, "what customers notice goes back first"
        assert all(lever.state is LeverState.DONE for lever in desk.book.every(Lever).values())
        assert keys_there(lab) == keys_before
        assert members_there(lab) == members_before
        assert path_of(lab, everything, "9412", "billing") == "billing"
    whats = [what for what in kept_in(data) if what in {"watch.fired", "plan.proposed", "plan.calm", "plan.over"}]
    assert whats == ["watch.fired", "plan.proposed", "plan.calm", "plan.over"]
