"""A floor that is not seen, just after a start or with the link gone: a plan takes nothing from what is not there."""

from typing import Any

import pytest

from console.core.floor.model import Link, LinkStatus
from console.core.floor.view import FloorView
from console.core.work.plan_records import RunState, StepState
from tests.core.plan_desk import PlanDesk, body

UNSEEN = [status for status in LinkStatus if status is not LinkStatus.LIVE]
TELL = {"do": "notify", "text": "排队高峰"}
OVERFLOW = {"do": "overflow", "to": "chat"}
FLEX = {"do": "flex", "count": 1, "answer_s": 30.0}


class Blind(PlanDesk):
    """A desk whose floor has no queue, no seat and nobody in it until it is seen."""

    def __init__(self, status: LinkStatus, **more: Any) -> None:  # noqa: ANN401  what the desk takes
        super().__init__(**more)
        self.status = status

    @property
    def view(self) -> FloorView:
        seen = super().view
        if self.status is LinkStatus.LIVE:
            return seen
        return FloorView(at=self.at, link=Link(status=self.status), policy=seen.policy, figures=seen.figures)


@pytest.mark.parametrize("status", UNSEEN)
@pytest.mark.parametrize("step", [OVERFLOW, FLEX], ids=["overflow", "flex"])
def test_a_step_on_levers_waits_until_the_floor_is_seen(status: LinkStatus, step: dict[str, Any]) -> None:
    desk = Blind(LinkStatus.LIVE)
    desk.start(body(TELL, step), visible=True)
    desk.status = status
    desk.ticks(10)
    assert desk.states == [StepState.STANDING, StepState.PENDING], "what nobody has to see goes on"
    desk.status = LinkStatus.LIVE
    desk.ticks(6)
    assert desk.state is RunState.STANDING
    assert desk.states == [StepState.STANDING, StepState.STANDING]


@pytest.mark.parametrize("status", UNSEEN)
def test_flex_agents_nobody_sees_are_not_agents_nobody_has(status: LinkStatus) -> None:
    desk = Blind(LinkStatus.LIVE)
    desk.start(body(FLEX))
    desk.ticks(3)
    asked = dict(desk.run.steps[0].asked)
    assert len(asked) == 1
    desk.status = status
    desk.ticks(120)
    assert desk.states == [StepState.STANDING]
    assert dict(desk.run.steps[0].asked) == asked
    desk.status = LinkStatus.LIVE
    desk.ticks(2)
    assert len(desk.run.steps[0].asked) == 2, "the first stayed silent, so the next one is asked"


def test_a_floor_looked_for_anew_keeps_what_was_pulled() -> None:
    desk = Blind(LinkStatus.LIVE)
    desk.start(body(OVERFLOW), visible=True)
    desk.ticks(4)
    held = desk.run.steps[0].levers
    desk.status = LinkStatus.LOST
    desk.ticks(5)
    assert desk.run.steps[0].levers == held
    assert desk.states == [StepState.STANDING]
