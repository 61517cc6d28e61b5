"""What is answered about a run becomes exactly one command of the person; a slip is said, nonsense is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.app.answers import commands_of
from console.core.errors import NotAllowed
from console.core.floor.policy import FloorPolicy
from console.core.kept import Book, Command
from console.core.roles import Actor
from console.core.work.plan_records import (
    AnswerFlex,
    AnswerStep,
    ConfirmCause,
    ContinuePlan,
    DropPlan,
    KeepOn,
    PutOffPlan,
    ReleaseStep,
    RetryStep,
    StandDown,
    StartPlan,
    StopPlan,
)
from tests.core.floor_of_ten import NOON

LI = Actor(id="li", name="李班长", groups=("sales",))
RUN = "queue-peak@group:sales/1700000000"


def told(action: str, why: str = "", card: str = f"plan:{RUN}") -> tuple[Command, ...]:
    return commands_of(card, action, why, book=Book(), policy=FloorPolicy(time_zone="UTC"), by=LI, at=NOON)


@pytest.mark.parametrize(
    ("action", "kind", "fields"),
    [
        ("start", StartPlan, {"anyway": False, "visible": False}),
        ("start_anyway", StartPlan, {"anyway": True}),
        ("put_off", PutOffPlan, {"until": NOON + 600}),
        ("drop", DropPlan, {}),
        ("yes", AnswerStep, {"yes": True}),
        ("no", AnswerStep, {"yes": False}),
        ("retry:2", RetryStep, {"n": 2}),
        ("stop", StopPlan, {"n": -1}),
        ("continue", ContinuePlan, {}),
        ("stand_down", StandDown, {}),
        ("keep_on", KeepOn, {}),
        ("confirm_cause", ConfirmCause, {}),
        ("release:0", ReleaseStep, {"n": 0}),
        ("flex_yes:1:PJSIP/5001", AnswerFlex, {"n": 1, "person": "PJSIP/5001", "yes": True}),
        ("flex_no:1:@a:b", AnswerFlex, {"n": 1, "person": "@a:b", "yes": False}),
    ],
)
def test_every_word_of_the_contract_is_one_command(action: str, kind: type[Command], fields: dict[str, object]) -> None:
    (command,) = told(action)
    assert type(command) is kind
    assert command.by == LI
    assert command.run == RUN  # type: ignore[attr-defined]  # all of them are about a run
    assert {name: getattr(command, name) for name in fields} == fields
    assert told(action)[0].id != command.id


@pytest.mark.parametrize("action", ["stand_down", "drop", "confirm_cause", "start", "yes"])
def test_a_reason_goes_along(action: str) -> None:
    assert told(action, "法务同意")[0].why == "法务同意"


@pytest.mark.parametrize(("typed", "until"), [("", 600), ("  ", 600), ("10", 600), ("+25", 1500), ("12:40", 2400)])
def test_how_long_it_is_put_off(typed: str, until: float) -> None:
    (command,) = told("put_off", typed)
    assert isinstance(command, PutOffPlan)
    assert command.until == NOON + until


def test_a_time_nobody_can_read_is_said() -> None:
    with pytest.raises(NotAllowed, match="no time such as"):
        told("put_off", "25:99")


def test_a_flex_agents_card_answers_for_its_run() -> None:
    (command,) = told("flex_yes:1:PJSIP/5001", card=f"plan_flex:{RUN}|1|PJSIP/5001")
    assert isinstance(command, AnswerFlex)
    assert command.run == RUN


@pytest.mark.parametrize("action", ["", "retry", "retry:", "retry:x", "retry:-1", "release:²", "flex_yes:1", "dance:1"])
def test_nonsense_commands_nothing(action: str) -> None:
    assert told(action) == ()


@given(action=st.text(max_size=20), card=st.text(max_size=30))
def test_nothing_typed_breaks_it(action: str, card: str) -> None:
    for kind in ("plan", "plan_flex"):
        assert len(told(action, card=f"{kind}:{card}")) <= 1
