"""The demo's peak and what a plan's levers do to it: the same callers, with and without, and the calm return."""

import pytest

from console.core.floor import events as said
from console.core.floor.policy import Channel
from console.feeds.demo import demo_policy
from tests.feeds.test_demo_feed import Run, of, opened

STEP = 1.0
AT_ONCE = 60.0


def waiting(run: Run, queue: str = "security") -> int:
    return len(run.world.acd.lines[queue].waiting)


def mean_wait(run: Run, queue: str = "security") -> float:
    now = run.world.clockwork.now
    line = run.world.acd.lines[queue].waiting.values()
    return sum(now - contact.entered for contact in line) / max(1, len(line)) / 1000


def joined(run: Run, seconds: float, queue: str) -> int:
    return sum(event.queue == queue for event in of(run.live(seconds, STEP), said.CallerJoined))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_afternoon_crosses_one_group_s_emergency_line_and_no_other_s(seed: int) -> None:
    """So that a first-time supervisor meets one proposal, not a flood of them."""
    policy = demo_policy()
    over: dict[str, int] = {}
    run = opened("14:02", seed=seed)
    for _ in range(12):
        run.live(30, STEP)
        for group in policy.groups:
            target = group.targets.average_wait_s
            (queue,) = group.queues
            beyond = target is not None and mean_wait(run, queue) > target * (1 + policy.emergency_wait_over)
            if waiting(run, queue) >= 5 and (beyond or waiting(run, queue) > group.emergency_waiting):
                over[queue] = over.get(queue, 0) + 1
    assert over.pop("security") >= 2
    # Two looks in a row, half a minute apart, would be what the shipped watch calls sustained.
    assert all(count < 2 for count in over.values()), over
    assert all(group.targets.average_wait_s is None for group in policy.groups if group.channel is Channel.WEB)


def test_the_levers_of_a_plan_shorten_the_same_peak() -> None:
    plain, planned = opened("14:02"), opened("14:02")
    assert waiting(plain) == waiting(planned)
    for run in (plain, planned):
        run.live(AT_ONCE, STEP)
    flex = [agent for agent in planned.world.acd.agents.values() if agent.hand.person.flex][:2]
    for agent in flex:
        planned.switch.add_member("security", agent.interface, penalty=1)
    planned.switch.put_key("ivr", "shortcut", "announce")
    entered = [joined(run, 480, "security") for run in (plain, planned)]
    assert entered[1] < 0.7 * entered[0], "the announcement settles about half"
    assert waiting(planned) < 0.5 * waiting(plain)
    answered = {event.interface for event in of(planned.got, said.AgentConnected)}
    assert {agent.interface for agent in flex} <= answered


def test_put_back_everybody_comes_through_again_and_nothing_is_left() -> None:
    run = opened("14:02")
    agent = run.agent(lambda agent: agent.hand.person.flex)
    run.switch.add_member("security", agent.interface, penalty=1)
    for family, key, value in (("queue/closed", "web", "1"), ("ivr", "shortcut", "announce")):
        run.switch.put_key(family, key, value)
    assert joined(run, 300, "web") == 0
    run.switch.delete_key("queue/closed", "web")
    run.switch.delete_key("ivr", "shortcut")
    run.switch.remove_member("security", agent.interface)
    assert joined(run, 600, "web") > 10
    assert run.world.acd.keys == {}
    assert agent.interface not in run.world.acd.lines["security"].agents
    settled = [event for event in of(run.live(120, STEP), said.Told) if event.name in {"QueueClosed", "IvrShortcut"}]
    assert not [event for event in settled if event.fields.get("Shortcut") == "announce" or event.name == "QueueClosed"]


def test_whoever_is_asked_on_line_answers_within_the_time_a_plan_waits() -> None:
    run = opened("14:02")
    flex = [agent for agent in run.world.acd.agents.values() if agent.hand.person.flex]
    for agent in flex:
        fields = {"Agent": agent.hand.extension, "RequestId": f"run#1#{agent.hand.extension}", "Id": "m"}
        run.switch.tell("FlexAsked", fields)
    answers = [event.fields for event in of(run.live(90, STEP), said.Told) if event.name == "FlexAnswered"]
    assert {fields["RequestId"] for fields in answers} == {f"run#1#{agent.hand.extension}" for agent in flex}
