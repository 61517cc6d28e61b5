"""The demo's agents live with what the console itself says: granted, owed, undone, lapsed, nudged, asked back."""

from console.core.floor import events as said
from console.core.ports import Done
from tests.feeds.test_demo_feed import Run, asking, away_for, idle, of, opened


def told(run: Run, name: str, extension: str, request: str = "", **fields: str) -> None:
    answer = run.switch.tell(name, {"Agent": extension, "RequestId": request, "Id": "m1", **fields})
    assert answer == Done()


def paused_by_levers(run: Run, interface: str, *, paused: bool = True) -> None:
    """The steward sets each queue by itself."""
    for queue in tuple(run.world.acd.agents[interface].members):
        assert run.switch.pause(interface, queue, paused=paused, reason="小休") == Done()


def test_a_grant_of_the_console_lets_the_agent_go_and_the_console_pauses() -> None:
    run = opened(self_serve=False)
    agent = asking(run)
    request = of(run.live(0.2), said.BreakAsked)[-1].request_id
    told(run, "BreakGranted", agent.hand.extension, request, Kind="toilet", Minutes="10")
    assert not agent.paused, "what the console finds before its first write is a seat on line"
    paused_by_levers(run, agent.interface)
    run.live(2.0)
    assert away_for(agent) == "toilet"
    live = run.live(17 * 60, 1.0)
    assert away_for(agent) == ""
    assert not agent.paused
    assert agent.interface in {event.interface for event in of(live, said.BreakEnded)}


def test_whom_a_supervisor_sends_goes_too() -> None:
    run = opened(self_serve=False)
    agent = run.agent(lambda agent: idle(agent) and agent.ask is None and agent.on_shift)
    told(run, "BreakGranted", agent.hand.extension, Kind="meal", Minutes="30")
    run.live(2.0)
    assert away_for(agent) == "meal"


def test_a_grant_taken_back_leaves_the_agent_asking() -> None:
    run = opened(self_serve=False)
    agent = asking(run)
    told(run, "BreakGranted", agent.hand.extension, Kind="toilet")
    told(run, "BreakUndone", agent.hand.extension)
    run.live(5.0)
    assert away_for(agent) == ""
    assert agent.ask is not None
    assert not agent.ask.granted


def test_a_lapsed_grant_is_asked_for_again_later() -> None:
    run = opened(self_serve=False)
    agent = asking(run)
    told(run, "BreakGranted", agent.hand.extension, Kind="toilet")
    told(run, "BreakLapsed", agent.hand.extension)
    assert agent.ask is None
    asked = [event.agent for event in of(run.live(40 * 60, 5.0), said.BreakAsked)]
    assert agent.hand.extension in asked


def test_an_owed_agent_stays_patient() -> None:
    run = opened(self_serve=False)
    agent = asking(run)
    told(run, "BreakOwed", agent.hand.extension, Slot="1700000000")
    run.live(21 * 60, 2.0)
    assert agent.ask is not None


def test_nudged_and_asked_back_people_mostly_come() -> None:
    run = opened("12:30")
    away = [agent for agent in run.world.acd.agents.values() if agent.absent][:8]
    assert len(away) >= 4
    for number, agent in enumerate(away):
        agent.turn += 1
        told(run, ("BreakNudge", "BreakCalledBack")[number % 2], agent.hand.extension)
    run.live(120, 1.0)
    assert sum(not agent.absent for agent in away) >= len(away) // 2
