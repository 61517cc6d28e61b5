"""Web hooks of a plan: the step stands when the receiver took it, fails by its policy, and tells no address."""

import pytest

from console.core.kept import Message
from console.core.roles import CONSOLE
from console.core.work.messages import MessageGivenUp, MessageSent, MessageTried, shown_address
from console.core.work.plan_records import RetryStep, RunState, StepState
from console.core.work.plan_telling import PATIENCE_S
from tests.core.plan_desk import PlanDesk, body

ADDRESS = "https://bot.example/hook/geheim-4711"
HOOK = {"do": "notify", "text": "${waiting} 人排队", "to": ADDRESS}
NEXT = {"do": "hold_breaks"}


def hooked(**fields: object) -> PlanDesk:
    desk = PlanDesk()
    desk.start(body({**HOOK, **fields}, NEXT))
    desk.tick()
    return desk


def sent(desk: PlanDesk) -> Message:
    (message,) = (each for each in desk.book.every(Message).values() if each.name == "PlanNotice")
    return message


def test_the_step_waits_until_the_receiver_has_taken_it() -> None:
    desk = hooked()
    desk.ticks(3)
    assert desk.states == ["doing", "pending"]
    desk.told(MessageSent(id="m", by=CONSOLE, message=sent(desk).id))
    desk.ticks(3)
    assert desk.states == ["standing", "standing"]


def test_one_that_cannot_be_reached_holds_the_plan_up_for_a_while_only() -> None:
    desk = hooked()
    desk.told(MessageTried(id="m", by=CONSOLE, message=sent(desk).id, trouble="it does not answer"))
    desk.tick()
    assert desk.states[0] == "doing"
    desk.tick(PATIENCE_S)
    desk.tick()
    assert desk.states[0] == "standing"


@pytest.mark.parametrize(
    ("policy", "state"), [("ask", RunState.ASKING), ("stop", RunState.STOPPED), ("go_on", RunState.STANDING)]
)
def test_a_refusal_is_the_trouble_of_the_step_by_its_policy(policy: str, state: RunState) -> None:
    desk = hooked(on_failure=policy)
    desk.told(MessageGivenUp(id="m", by=CONSOLE, message=sent(desk).id, trouble="No secret is kept"))
    desk.ticks(4)
    assert desk.state is state
    assert desk.step(0).state is StepState.FAILED
    assert desk.step(0).trouble == "No secret is kept"


def test_tried_again_it_is_told_again() -> None:
    desk = hooked(on_failure="ask")
    desk.told(MessageGivenUp(id="m", by=CONSOLE, message=sent(desk).id, trouble="No secret is kept"))
    desk.ticks(2)
    desk.give(RetryStep, n=0)
    desk.ticks(2)
    second = [each for each in desk.book.every(Message).values() if each.failed_at is None]
    assert len(second) == 1
    desk.told(MessageSent(id="m2", by=CONSOLE, message=second[0].id))
    desk.ticks(3)
    assert desk.states == ["standing", "standing"]


def test_the_journal_names_the_host_alone() -> None:
    desk = hooked(on_failure="go_on")
    desk.told(MessageGivenUp(id="m", by=CONSOLE, message=sent(desk).id, trouble="bot.example answers 404."))
    desk.ticks(4)
    told = [entry.said.english() for entry in desk.entries]
    assert any("could not be told to bot.example: " in each for each in told)
    assert not any("geheim" in each for each in [*told, *(str(entry.data) for entry in desk.entries)])


def test_unsigned_is_said_with_the_message() -> None:
    assert sent(hooked(unsigned=True)).fields["Unsigned"] == "yes"
    assert "Unsigned" not in sent(hooked()).fields


@pytest.mark.parametrize(
    ("to", "shown"),
    [
        (ADDRESS, "bot.example"),
        ("desks", "desks"),
        ("PJSIP/5001", "PJSIP/5001"),
        ("https://me:pw@h.example:8443/x", "h.example"),
    ],
)
def test_an_address_is_shown_as_its_host(to: str, shown: str) -> None:
    assert shown_address(to) == shown
