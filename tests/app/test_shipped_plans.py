"""The plans that come with the program: in force on a new floor, in the console's language; people's word stands."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import pytest
from msgspec.structs import replace

from console.app.floors import folder_name
from console.app.plan_files import first_plans, shipped_texts
from console.core.kept import Message
from console.core.preferences import DEMO
from console.core.profiles import FloorKind, Profile
from console.core.roles import CONSOLE, Actor, Role
from console.core.work.plan_records import (
    KeepPlan,
    Plan,
    PlanRun,
    RunState,
    StandDown,
    StartPlan,
    StepState,
    WithdrawPlan,
)
from console.store.opening import look_into
from tests.app.open_floor import LI, DemoOpened, KnownSecrets, Opened

if TYPE_CHECKING:
    from console.views.desk_notices import DeskNotice

ZHOU = Actor(id="zhou", name="周经理", role=Role.DUTY_MANAGER)
NOWHERE = Profile(
    id="nowhere",
    name="Nowhere",
    kind=FloorKind.ASTERISK,
    host="127.0.0.1",
    port=9,
    user="floordesk",
    steward_user="steward",
)
"""A real floor that cannot be reached: plans are kept all the same, before the first call."""


def opened(data: Path, language: str = "zh_CN") -> Opened:
    return Opened(NOWHERE, data, language=language, secrets=KnownSecrets())


def plans(floor: Opened, count: int = 3) -> dict[str, Plan]:
    floor.until(lambda: len(floor.book.every(Plan)) >= count, "the shipped plans")
    return dict(floor.book.every(Plan))


@pytest.mark.parametrize(("language", "name"), [("zh_CN", "排队高峰"), ("en", "Queue peak")])
def test_a_new_floor_has_the_shipped_plans_in_its_language(tmp_path: Path, language: str, name: str) -> None:
    with opened(tmp_path, language) as floor:
        found = plans(floor)
        assert set(found) == set(shipped_texts(language)) == {"queue-peak", "system-outage", "crisis"}
        assert found["queue-peak"].body.name == name
        assert {plan.edited_by for plan in found.values()} == {CONSOLE.id}
    store = look_into(tmp_path / folder_name(NOWHERE) / "desk.db")
    try:
        lines = [line for line in store.journal() if line.what == "plan.edited"]
    finally:
        store.close()
    assert {(line.who, line.role) for line in lines} == {(CONSOLE.id, Role.CONSOLE.value)}
    assert len(lines) == 3


def test_what_people_edited_or_withdrew_stays_so_whatever_is_shipped_later(tmp_path: Path) -> None:
    with opened(tmp_path) as floor:
        found = plans(floor)
        peak, crisis = found["queue-peak"], found["crisis"]
        mine = msgspec.structs.replace(peak.body, name="我们的高峰", countdown_s=None)
        floor.decided(KeepPlan(id=uuid4().hex, by=ZHOU, plan=peak.id, body=mine, read_version=peak.version))
        floor.decided(WithdrawPlan(id=uuid4().hex, by=ZHOU, plan=crisis.id, read_version=crisis.version))
    # In another language, as after an update every text would be another.
    with opened(tmp_path, "en") as floor:
        again = plans(floor)
        floor.decided(KeepPlan(id=uuid4().hex, by=ZHOU, plan="own", body=mine))
        assert again["queue-peak"].body == mine
        assert again["crisis"].withdrawn_at is not None
        assert again["system-outage"].body.name == "系统故障"
        for command in first_plans("en"):
            floor.decided(replace(command, id=uuid4().hex))
        assert {name: floor.book.every(Plan)[name] for name in again} == again


def test_the_demo_proposes_one_plan_and_carries_it_through(tmp_path: Path) -> None:
    """From the proposal to the end: levers stand on the demo's ACD, flex agents answer, everything is put back."""
    notices: list[DeskNotice] = []
    demo = DemoOpened(replace(DEMO, rate=8.0), tmp_path, language="zh_CN")
    demo.floor.on_notice(notices.append)
    with demo:
        demo.until_live()

        def proposed() -> PlanRun | None:
            return next((each for each in demo.book.every(PlanRun).values() if each.state is RunState.PROPOSED), None)

        run = demo.until(proposed, "a proposal")
        assert run is not None
        assert (run.plan, run.subject) == ("queue-peak", "group:security")
        assert len(demo.book.every(PlanRun)) == 1
        demo.decided(StartPlan(id=uuid4().hex, by=LI, run=run.id, visible=True))

        def came() -> set[str]:
            """Return the flex agents who said yes by code and are signed in on the ACD for it."""
            yes = {f"Local/{person}@from-queue/n" for person, word in words(demo, run.id).items() if word == "yes"}
            return yes & demo.with_world(lambda world: set(world.acd.lines["security"].agents))

        flex = demo.until(came, "a flex agent answers by code and is signed in")
        demo.until(lambda: notices, "the ACD passes the notice on")
        assert notices[0].title == "排队高峰"
        assert notices[0].id in demo.book.every(Message)
        demo.until(lambda: demo.book.every(PlanRun)[run.id].steps[2].state is StepState.STANDING, "breaks held")
        demo.decided(StandDown(id=uuid4().hex, by=LI, run=run.id))
        demo.until(lambda: demo.book.every(PlanRun)[run.id].state is RunState.STOOD_DOWN, "stood down")
        assert not flex & demo.with_world(lambda world: set(world.acd.lines["security"].agents))
        assert demo.with_world(lambda world: dict(world.acd.keys)) == {}


def words(demo: DemoOpened, run: str) -> dict[str, str]:
    return {person: word for step in demo.book.every(PlanRun)[run].steps for person, word in step.asked.items()}
