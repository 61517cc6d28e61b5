"""A whole plan on a real Asterisk: keys, members, the path of real calls, and everything back, compared key by key."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from console.core.floor.policy import FloorPolicy, SkillGroup
from console.core.levers import Lever, LeverState
from console.core.profiles import FloorKind, Profile
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import (
    AnswerStep,
    KeepPlan,
    Plan,
    PlanRun,
    RunState,
    StandDown,
    StartPlan,
    StepState,
)
from console.core.work.policies import FLOOR, PEOPLE, EditPolicy
from console.store.opening import look_into
from tests.app.open_floor import LI, ZHAO, KnownSecrets, Opened, eventually
from tests.asterisk.ami import Ami
from tests.asterisk.lab import SEATS, AsteriskLab

pytestmark = pytest.mark.asterisk

FLEX = SEATS["5001"]
R = RunState
STEPS: list[dict[str, Any]] = [
    {"do": "notify", "text": "${waiting} 人排队"},
    {"do": "directive", "text": "系统抢修中,请稍后再拨"},
    {"do": "flex", "count": 1, "queues": ["overflow"], "penalty": 2, "confirm": "code"},
    {"do": "hold_breaks"},
    {"do": "overflow", "to": "overflow"},
    {"do": "close", "queues": ["support"]},
]
PLAN = msgspec.convert(
    {"name": "排队高峰", "each": "group", "trigger": "hand", "stage_s": 0.0, "on_failure": "stop", "step": STEPS},
    PlanBody,
)


@contextmanager
def desk_of(lab: AsteriskLab, data: Path) -> Iterator[Opened]:
    secrets = KnownSecrets(feed=lab.secret("floordesk-feed"), steward=lab.secret("floordesk-steward"))
    profile = Profile(
        id="lab",
        name="Lab",
        kind=FloorKind.ASTERISK,
        port=lab.ami_port,
        user="floordesk-feed",
        steward_user="floordesk-steward",
    )
    with Opened(profile, data, secrets=secrets) as opened:
        opened.until_live()
        yield opened


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def prepare(desk: Opened) -> None:
    """Name the groups, the flex agent and the plan."""
    policy = FloorPolicy(groups=(SkillGroup(id="sales", name="销售", queues=("sales",)),))
    desk.decided(EditPolicy(id=uuid4().hex, by=ZHAO, name=FLOOR, body=msgspec.to_builtins(policy)))
    rows = [{"name": "Flex One", "extensions": ["5001"], "interfaces": [FLEX], "flex": True}]
    desk.decided(EditPolicy(id=uuid4().hex, by=ZHAO, name=PEOPLE, body={"rows": rows}))
    desk.until(lambda: any(person.flex for person in desk.view.people.values()), "the flex agent is known")
    desk.until(lambda: "sales" in desk.view.figures.groups, "the group is known")
    desk.decided(KeepPlan(id=uuid4().hex, by=ZHAO, plan="peak", body=PLAN))


def run_of(desk: Opened) -> PlanRun | None:
    return desk.book.get(PlanRun, "r1")


def until_run(desk: Opened, *states: RunState) -> PlanRun:
    def found() -> PlanRun | None:
        run = run_of(desk)
        return run if run is not None and run.state in states else None

    run = desk.until(found, f"the run {states}, not {run_of(desk)}")
    assert run is not None
    return run


def begin(desk: Opened, listener: Ami) -> None:
    """Begin the plan, answer for the flex agent by code and for what customers notice by hand."""
    desk.decided(StartPlan(id=uuid4().hex, by=LI, run="r1", plan="peak", subject="group:sales"))
    asked = listener.expect("UserEvent", UserEvent="FlexAsked")
    assert asked["Interface"] == FLEX
    listener.must(
        "UserEvent", UserEvent="FlexAnswered", Agent="5001", Interface=FLEX, Answer="yes", RequestId=asked["RequestId"]
    )
    assert until_run(desk, R.ASKING).question == "visible"
    desk.decided(AnswerStep(id=uuid4().hex, by=LI, run="r1", yes=True))
    until_run(desk, R.STANDING)


def members_there(lab: AsteriskLab) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return what Asterisk itself says of every member: membership, penalty, paused."""
    return {
        (one["Queue"], one["Location"]): (one["Membership"], one["Penalty"], one["Paused"])
        for one in lab.control.listing("QueueStatus")
        if one["Event"] == "QueueMember"
    }


def keys_there(lab: AsteriskLab) -> dict[str, str]:
    """Return every key of Asterisk's database but those in which its phones keep their own state."""
    return {key: value for key, value in lab.astdb_show().items() if not key.startswith("CustomDevstate/")}


def all_stand(desk: Opened) -> bool:
    levers = [lever for lever in desk.book.every(Lever).values() if lever.holds]
    return len(levers) == 3 and all(lever.state is LeverState.STANDING for lever in levers)


def path_of(lab: AsteriskLab, listener: Ami, number: str, wanted: str) -> str:
    """Return where a real caller wanting a queue ends: in a queue, or before a closed door."""
    listener.forget()
    lab.call(number, wanted, patience=1.0, talk=0.2)

    def ends() -> str:
        listener.poll(0.05)
        joined = [event["Queue"] for event in listener.of("QueueCallerJoin") if number in event.get("CallerIDNum", "")]
        closed = [f"closed {event['Queue']}" for event in listener.of("UserEvent", UserEvent="QueueClosed")]
        return next(iter(joined + closed), "")

    return eventually(ends, f"the end of {number}'s way")


def kept_in(data: Path) -> list[str]:
    store = look_into(data / "floor-lab" / "desk.db")
    try:
        assert store.verify() is None
        return [line.what for line in store.journal()]
    finally:
        store.close()


def test_the_whole_course_leaves_nothing_behind(asterisk: AsteriskLab, everything: Ami, data: Path) -> None:
    lab = asterisk
    lab.control.must("DBPut", Family="ivr", Key="greeting", Val="summer")
    lab.control.must("DBPut", Family="queue/overflow", Key="sales", Val="vip")
    keys_before, members_before = keys_there(lab), members_there(lab)
    assert path_of(lab, everything, "9301", "sales") == "vip", "what somebody set before we came"
    assert path_of(lab, everything, "9302", "support") == "support"
    with desk_of(lab, data) as desk:
        prepare(desk)
        everything.forget()
        begin(desk, everything)
        run = run_of(desk)
        assert run is not None
        assert [step.state for step in run.steps] == [StepState.STANDING] * len(STEPS)
        during = {"queue/overflow/sales": "overflow", "queue/closed/support": "1"}
        assert keys_there(lab) == {**keys_before, **during}
        assert members_there(lab) == {**members_before, ("overflow", FLEX): ("dynamic", "2", "0")}
        assert path_of(lab, everything, "9303", "sales") == "overflow"
        assert path_of(lab, everything, "9304", "support") == "closed support"
        desk.decided(StandDown(id=uuid4().hex, by=LI, run="r1"))
        ended = until_run(desk, R.STOOD_DOWN)
        assert {step.state for step in ended.steps} == {StepState.RELEASED}
        assert not any(step.trouble for step in ended.steps)
        assert all(lever.state is LeverState.DONE for lever in desk.book.every(Lever).values())
        assert keys_there(lab) == keys_before
        assert members_there(lab) == members_before
        assert path_of(lab, everything, "9305", "sales") == "vip"
        assert path_of(lab, everything, "9306", "support") == "support"
    whats = kept_in(data)
    assert [what for what in whats if what in {"plan.begun", "plan.standing_down", "plan.over"}] == [
        "plan.begun",
        "plan.standing_down",
        "plan.over",
    ]


def test_an_acd_restarted_in_the_middle_and_a_desk_closed_change_nothing_of_the_end(
    fresh_asterisk: AsteriskLab, data: Path
) -> None:
    lab = fresh_asterisk
    keys_before, members_before = keys_there(lab), members_there(lab)
    during = {"queue/overflow/sales": "overflow", "queue/closed/support": "1"}
    with desk_of(lab, data) as desk:
        prepare(desk)
        with lab.connect("everything") as listener:
            begin(desk, listener)
        lab.restart()
        wanted = ("overflow", FLEX)
        eventually(
            lambda: members_there(lab).get(wanted) == ("dynamic", "2", "0"),
            f"the flex agent is signed in again; {desk.view.link}",
        )
        assert keys_there(lab) == {**keys_before, **during}
        desk.until_live()
        desk.decided(StandDown(id=uuid4().hex, by=LI, run="r1"))
    with desk_of(lab, data) as desk:
        desk.until(lambda: desk.book.get(Plan, "peak"), "the plan is read again")
        until_run(desk, R.STOOD_DOWN)
        eventually(lambda: members_there(lab) == members_before, "everybody is where they were")
        assert keys_there(lab) == keys_before
    kept_in(data)


def test_a_lever_somebody_moved_is_a_persons_to_decide(asterisk: AsteriskLab, everything: Ami, data: Path) -> None:
    with desk_of(asterisk, data) as desk:
        prepare(desk)
        everything.forget()
        begin(desk, everything)
        desk.until(lambda: all_stand(desk), "every lever stands")
        asterisk.control.must("DBPut", Family="queue/closed", Key="support", Val="by hand")
        desk.decided(StandDown(id=uuid4().hex, by=LI, run="r1"))
        ended = until_run(desk, R.STOOD_DOWN)
        assert [step.trouble for step in ended.steps if step.trouble] == ["key/queue/closed/support"]
        assert asterisk.astdb_show("queue") == {"queue/closed/support": "by hand"}
