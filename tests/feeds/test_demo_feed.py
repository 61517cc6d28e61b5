"""The demo at the edge: its pace, its past, its link, and the levers on it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

import msgspec
import pytest

from console.core.errors import BadInput
from console.core.floor import events as said
from console.core.floor.events import Batch
from console.core.floor.model import LinkStatus
from console.core.ports import Clock, Done, Feed, Refused, Switch, Unreachable
from console.feeds.demo import DemoFeed, DemoSwitch, demo_policy, demo_profile
from console.feeds.demo.clockwork import HOUR, MINUTE
from console.feeds.demo.people import Shift, hands
from console.feeds.demo.seats import Agent
from console.feeds.demo.world import World

T = TypeVar("T")

NOW = 1_763_736_157.25


class FakeClock:
    def __init__(self, now: float = NOW) -> None:
        self.time = now
        self.monotonic = 500.0

    def now(self) -> float:
        return self.time

    def steady(self) -> float:
        return self.monotonic

    def go(self, seconds: float) -> None:
        self.time += seconds
        self.monotonic += seconds


@dataclass
class Pace:
    """A Stop that lets fake time pass where a real one would sleep, and calls `each` once a tick."""

    clock: FakeClock
    seconds: float
    step: float = 0.1
    each: Callable[[], None] = lambda: None
    over: bool = False

    def is_set(self) -> bool:
        return self.over

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        if self.seconds <= 0:
            self.over = True
        else:
            self.seconds -= self.step
            self.clock.go(self.step)
            self.each()
        return self.over


@dataclass
class Run:
    """A demo opened, with its day so far pushed and the floor live."""

    feed: DemoFeed
    clock: FakeClock
    got: list[Batch] = field(default_factory=list)
    past: int = 0

    @property
    def switch(self) -> DemoSwitch:
        return self.feed.switch

    @property
    def world(self) -> World:
        assert self.feed._world is not None
        return self.feed._world

    def live(self, seconds: float, step: float = 0.1, each: Callable[[], None] = lambda: None) -> list[Batch]:
        """Let it live on for some of its seconds; return what came meanwhile."""
        before = len(self.got)
        pace = Pace(self.clock, seconds, step, each)
        # What `run` does after the past: the same loop, without beginning a new floor.
        while not pace.is_set():
            batches, caught_up = self.feed._next()
            self.got += batches
            if caught_up:
                pace.wait()
        return self.got[before:]

    def agent(self, fits: Callable[[Agent], bool]) -> Agent:
        return next(agent for agent in self.world.acd.agents.values() if fits(agent))


def opened(start: str = "10:00", *, rate: float = 1.0, self_serve: bool = True, seed: int = 1) -> Run:
    clock = FakeClock()
    feed = DemoFeed(demo_profile(seed, rate, start), clock, self_serve=self_serve)
    got: list[Batch] = []
    feed.run(got.append, Pace(clock, 0.0))
    feed._live = True
    return Run(feed, clock, got, len(got))


def events(batches: list[Batch]) -> Iterator[said.FloorEvent]:
    return (event for batch in batches for event in batch.events)


def of(batches: list[Batch], kind: type[T]) -> list[T]:
    return [event for event in events(batches) if isinstance(event, kind)]


def idle(agent: Agent) -> bool:
    return agent.contact is None and not agent.paused and bool(agent.members) and not agent.hand.static


def away_for(agent: Agent) -> str:
    return agent.absent


def busy(agent: Agent) -> bool:
    return agent.contact is not None


def told(batches: list[Batch], interface: str) -> list[said.MemberTold]:
    return [event for event in of(batches, said.MemberTold) if event.interface == interface]


# ---- pace and past ----


def test_it_is_a_feed_a_switch_and_a_clock() -> None:
    feed = DemoFeed(demo_profile(), FakeClock())
    as_feed: Feed = feed
    as_switch: Switch = feed.switch
    as_clock: Clock = feed.clock
    assert as_feed.name
    assert as_clock.now() == NOW
    assert isinstance(as_switch.pause("Local/2031@from-queue/n", None, paused=True), Unreachable)


def test_the_day_so_far_comes_first_in_order_and_ends_now() -> None:
    run = opened("14:02")
    times = [batch.at for batch in run.got if batch.at is not None]
    assert times == sorted(times)
    assert times[0] == pytest.approx(NOW - 6.2 * 3600, abs=0.001)
    assert NOW - 5 < times[-1] <= NOW
    assert len(of(run.got, said.CallerJoined)) > 5000


@pytest.mark.parametrize("start", ["08:00", "03:15", "00:00", "23:59:30"])
def test_a_start_at_any_hour_has_some_past(start: str) -> None:
    run = opened(start)
    times = [batch.at for batch in run.got if batch.at is not None]
    assert times[-1] <= NOW
    assert NOW - times[0] >= 1800
    assert of(run.got, said.AgentConnected)


def test_a_dated_start_is_the_same_to_the_byte_whatever_the_clock() -> None:
    def stream(now: float, step: float, rate: float) -> bytes:
        clock = FakeClock(now)
        feed = DemoFeed(demo_profile(5, rate, "2026-03-02T14:02:00+08:00"), clock)
        got: list[Batch] = []
        feed.run(got.append, Pace(clock, 60 / rate, step / rate))
        end = datetime.fromisoformat("2026-03-02T14:02:55+08:00").timestamp()
        return msgspec.msgpack.encode([batch for batch in got if batch.events and (batch.at or 0) < end])

    first = stream(NOW, 0.1, 1)
    assert stream(NOW + 9999.5, 0.73, 1) == first
    assert stream(NOW, 3.1, 1) == first
    assert stream(NOW, 0.5, 20) == first


def test_rate_makes_the_floor_faster_than_the_clock() -> None:
    run = opened(rate=60)
    run.live(10)
    assert run.feed.clock.now() == pytest.approx(NOW + 600, abs=10)
    assert run.got[-1].at == pytest.approx(NOW + 600, abs=15)


def test_a_clock_put_back_stops_nothing_and_a_long_sleep_is_caught_up() -> None:
    run = opened()
    run.clock.time -= 3600
    run.clock.monotonic += 5
    later = run.live(5)
    assert later
    assert run.feed.clock.now() == pytest.approx(NOW + 10, abs=0.5)
    run.clock.time += 2 * 3600
    assert len(of(run.live(1), said.CallerJoined)) > 1000


def test_a_quiet_floor_gives_a_sign_of_life() -> None:
    clock = FakeClock()
    got: list[Batch] = []
    DemoFeed(demo_profile(start="03:30"), clock).run(got.append, Pace(clock, 600))
    live = [batch.at for batch in got if (batch.at or 0) > NOW]
    assert max(two - one for one, two in pairwise(live) if one and two) < 2.5


@pytest.mark.parametrize("start", ["half past two", "25:00", "2026-13-01T00:00", "午后"])
def test_a_start_that_is_no_time_is_said(start: str) -> None:
    with pytest.raises(BadInput, match="start"):
        DemoFeed(demo_profile(start=start), FakeClock())


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_rate_nobody_can_live_at_is_said(rate: float) -> None:
    with pytest.raises(BadInput, match="rate"):
        DemoFeed(demo_profile(rate=rate), FakeClock())


def test_today_can_be_the_whole_demo_day_at_any_hour() -> None:
    feed = DemoFeed(demo_profile(), FakeClock())
    policy = demo_policy("en", feed.midnight)
    local = datetime.fromtimestamp(NOW - (14 * HOUR + 2 * MINUTE) / 1000, UTC).astimezone()
    assert policy.day_starts_at == local.strftime("%H:%M")


def test_it_ends_when_told_to_even_while_catching_up() -> None:
    clock = FakeClock()
    stop = threading.Event()
    got: list[Batch] = []

    def sink(batch: Batch) -> None:
        got.append(batch)
        stop.set()

    DemoFeed(demo_profile(), clock).run(sink, stop)
    assert (got[-1].at or 0) < NOW - 3600


# ---- seats ----


def test_a_seat_is_paused_in_all_its_queues_and_the_agent_stays_away() -> None:
    run = opened()
    agent = run.agent(lambda agent: idle(agent) and len(agent.members) > 1)
    assert run.switch.pause(agent.interface, None, paused=True, reason="小休") == Done()
    pauses = [event for event in told(run.live(1), agent.interface) if event.why == "pause"]
    assert {event.queue for event in pauses} == set(agent.members)
    assert all(event.paused and event.pause_reason == "小休" for event in pauses)
    later = run.live(16 * 60, 1.0)
    back = [event for event in told(later, agent.interface) if event.why == "pause"]
    assert back
    assert not back[0].paused
    assert agent.hand.extension in {event.agent for event in of(later, said.BreakEnded)}


def test_a_repeated_pause_is_taken_again_as_asterisk_does() -> None:
    run = opened()
    agent = run.agent(idle)
    queue = next(iter(agent.members))
    assert run.switch.pause(agent.interface, queue, paused=True, reason="x") == Done()
    assert run.switch.pause(agent.interface, queue, paused=True, reason="x") == Done()
    assert [event.paused for event in told(run.live(0.2), agent.interface)] == [True, True]
    assert run.switch.pause(agent.interface, queue, paused=False) == Done()
    assert away_for(agent) == ""


def test_what_the_floor_does_not_know_is_refused_in_its_own_words() -> None:
    run = opened()
    agent = run.agent(idle)
    own = next(iter(agent.members))
    for answer, words in [
        (run.switch.pause("Local/9999@from-queue/n", None, paused=True), "Interface not found"),
        (run.switch.pause(agent.interface, "nowhere", paused=True), "Interface not found"),
        (run.switch.add_member("nowhere", agent.interface), "No such queue"),
        (run.switch.remove_member("nowhere", agent.interface), "No such queue"),
        (run.switch.set_penalty("web", "Local/2031@from-queue/n", 3), "Invalid"),
        (run.switch.set_penalty(own, agent.interface, -1), "Invalid"),
    ]:
        assert isinstance(answer, Refused)
        assert words in answer.message
        assert words in answer.said.english()


def test_a_seat_is_lent_and_given_back() -> None:
    run = opened()
    agent = run.agent(lambda agent: idle(agent) and "web" not in agent.members)
    assert run.switch.add_member("web", agent.interface, penalty=3) == Done()
    assert run.switch.add_member("web", agent.interface) == Done(already=True)
    (added,) = [event for event in told(run.live(0.2), agent.interface) if event.why == "added"]
    assert (added.queue, added.penalty, added.dynamic) == ("web", 3, True)
    assert run.switch.set_penalty("web", agent.interface, 0) == Done()
    (changed,) = [event for event in told(run.live(0.2), agent.interface) if event.why == "penalty"]
    assert changed.penalty == 0
    assert run.switch.remove_member("web", agent.interface) == Done()
    assert run.switch.remove_member("web", agent.interface) == Done(already=True)
    assert [event.queue for event in of(run.live(0.2), said.MemberLeft)] == ["web"]


def test_a_lent_seat_takes_contacts_of_the_other_queue() -> None:
    run = opened("14:02")
    lent = [agent for agent in run.world.acd.agents.values() if "orders" in agent.members][:8]
    for agent in lent:
        if "security" not in agent.members:
            assert isinstance(run.switch.add_member("security", agent.interface), Done)
    seats = {agent.interface for agent in lent}
    answered = of(run.live(600, 1.0), said.AgentConnected)
    assert any(event.queue == "security" and event.interface in seats for event in answered)


def test_a_static_member_cannot_be_removed() -> None:
    run = opened()
    agent = run.agent(lambda agent: agent.hand.static)
    queue = next(iter(agent.members))
    answer = run.switch.remove_member(queue, agent.interface)
    assert isinstance(answer, Refused)
    assert answer.message == "Member not dynamic"
    assert queue in agent.members


# ---- routing keys ----


def test_routing_keys_are_kept_read_and_deleted() -> None:
    switch = opened().switch
    assert switch.get_key("ivr", "shortcut") is None
    assert switch.put_key("ivr", "shortcut", "announce") == Done()
    assert switch.get_key("ivr", "shortcut") == "announce"
    assert switch.delete_key("ivr", "shortcut") == Done()
    assert switch.delete_key("ivr", "shortcut") == Done(already=True)


def test_a_closed_queue_gets_nobody_and_says_so() -> None:
    run = opened("10:30")
    run.switch.put_key("queue/closed", "orders", "1")
    live = run.live(600, 1.0)
    assert "orders" not in {event.queue for event in of(live, said.CallerJoined)}
    closed = [event for event in of(live, said.Told) if event.name == "QueueClosed"]
    assert len(closed) > 20
    assert {event.fields["Queue"] for event in closed} == {"orders"}


def test_an_overflow_moves_arrivals_once() -> None:
    run = opened("10:30")
    run.switch.put_key("queue/overflow", "members", "orders")
    run.switch.put_key("queue/overflow", "orders", "members")
    live = run.live(600, 1.0)
    moved = 0
    for event, following in pairwise(events(live)):
        if isinstance(event, said.Told) and event.name == "QueueOverflow":
            assert isinstance(following, said.CallerJoined)
            assert (following.uid, following.queue) == (event.fields["CallerUniqueid"], event.fields["To"])
            moved += 1
    assert moved > 20


@pytest.mark.parametrize("shortcut", ["announce", "账户锁定", "members"])
def test_a_shortcut_takes_load_off_the_hottest_queue(shortcut: str) -> None:
    plain, eased = opened("14:02"), opened("14:02")
    eased.switch.put_key("ivr", "shortcut", shortcut)
    entered = [
        sum(event.queue == "security" for event in of(run.live(480, 1.0), said.CallerJoined)) for run in (plain, eased)
    ]
    assert entered[1] < 0.75 * entered[0]


# ---- breaks ----


def asking(run: Run, kind: str = "toilet") -> Agent:
    agent = run.agent(lambda agent: idle(agent) and agent.ask is None and agent.on_shift)
    assert run.world.breaks.ask(agent, kind)
    return agent


def test_a_granted_break_is_taken_and_ends() -> None:
    run = opened()
    agent = asking(run)
    asked = of(run.live(0.2), said.BreakAsked)[-1]
    assert (asked.agent, asked.interface, asked.reason, asked.code) == (
        agent.hand.extension,
        agent.interface,
        "小休",
        "2",
    )
    fields = {"RequestId": asked.request_id, "Agent": asked.agent}
    assert run.switch.tell("BreakGranted", fields) == Done()
    live = run.live(0.2)
    assert of(live, said.Told)[-1].fields == fields
    assert away_for(agent) == "toilet"
    assert agent.paused
    run.live(17 * 60, 1.0)
    assert away_for(agent) == ""


def test_a_grant_in_mid_call_lets_the_call_run_on() -> None:
    run = opened("10:30")
    agent = run.agent(
        lambda agent: agent.contact is not None and agent.contact.talking and agent.ask is None and not agent.paused
    )
    assert run.world.breaks.ask(agent, "toilet")
    run.switch.pause(agent.interface, None, paused=True, reason="小休")
    assert agent.paused
    assert busy(agent)
    assert away_for(agent) == ""
    for _ in range(1600):
        run.live(1, 1.0)
        if not busy(agent):
            break
    assert away_for(agent) == "toilet"


def test_a_refused_agent_stays_and_asks_again_later() -> None:
    run = opened(self_serve=False)
    agent = asking(run)
    run.switch.tell("BreakRefused", {"Agent": agent.hand.extension})
    assert agent.ask is None
    assert not agent.paused
    asked = [event.agent for event in of(run.live(40 * 60, 5.0), said.BreakAsked)]
    assert agent.hand.extension in asked


def test_an_undone_grant_before_departure_leaves_the_agent_at_work() -> None:
    run = opened("10:30")
    agent = run.agent(lambda agent: agent.contact is not None and agent.contact.talking and agent.ask is None)
    assert run.world.breaks.ask(agent, "toilet")
    run.switch.pause(agent.interface, None, paused=True, reason="小休")
    run.switch.pause(agent.interface, None, paused=False)
    assert agent.ask is None
    assert not agent.paused


def test_without_any_answer_requests_are_withdrawn() -> None:
    run = opened(self_serve=False)
    agent = asking(run)
    live = run.live(21 * 60, 2.0)
    assert agent.hand.extension in {event.agent for event in of(live, said.BreakWithdrawn)}


def test_a_slot_keeps_an_agent_patient() -> None:
    run = opened(self_serve=False)
    agent = asking(run)
    run.live(0.2)
    run.switch.tell("BreakSlot", {"Agent": agent.hand.extension, "At": "14:10"})
    run.live(21 * 60, 2.0)
    assert agent.ask is not None


def test_the_first_answer_of_the_desk_ends_the_simulated_supervisor() -> None:
    run = opened()
    run.switch.tell("BreakRefused", {"Agent": asking(run).hand.extension})
    open_asks = {agent.interface for agent in run.world.acd.agents.values() if agent.ask is not None}
    run.live(300, 2.0)
    granted = [agent for agent in run.world.acd.agents.values() if agent.interface in open_asks and agent.absent]
    assert not granted


def test_whoever_is_asked_back_mostly_comes() -> None:
    run = opened("12:30")
    away = [agent for agent in run.world.acd.agents.values() if agent.absent][:8]
    assert len(away) >= 4
    for agent in away:
        agent.turn += 1
        run.switch.tell("BreakRecalled", {"Agent": agent.hand.extension})
    run.live(120, 1.0)
    assert sum(not agent.absent for agent in away) >= len(away) // 2


def test_flex_agents_answer_after_a_while_and_work_when_signed_in() -> None:
    run = opened("10:30")
    flex = [hand for hand in hands() if hand.shift is Shift.FLEX]
    for hand in flex:
        run.switch.tell("FlexAsked", {"Agent": hand.extension, "RequestId": f"r{hand.extension}"})
    answers = [event.fields for event in of(run.live(120, 1.0), said.Told) if event.name == "FlexAnswered"]
    assert {fields["RequestId"] for fields in answers} == {f"r{hand.extension}" for hand in flex}
    assert {fields["Answer"] for fields in answers} <= {"yes", "no"}
    assert run.switch.add_member("payment", flex[0].interface) == Done()
    answered = of(run.live(900, 1.0), said.AgentConnected)
    assert flex[0].interface in {event.interface for event in answered}


def test_requests_of_a_bot_come_back_as_requests() -> None:
    run = opened()
    fields = {
        "Agent": "2031",
        "Interface": "Local/2031@from-queue/n",
        "Reason": "小休",
        "Code": "2",
        "RequestId": "bot-1",
    }
    run.switch.tell("BreakRequest", fields)
    run.switch.tell("BreakCancel", {"Agent": "2031"})
    live = run.live(0.2)
    assert "bot-1" in {event.request_id for event in of(live, said.BreakAsked)}
    assert "2031" in {event.agent for event in of(live, said.BreakWithdrawn)}


def test_a_message_reaches_a_registered_phone_only() -> None:
    run = opened()
    assert run.switch.message("pjsip:2031", "请回席") == Done()
    assert run.switch.messages == [("pjsip:2031", "请回席")]
    assert isinstance(run.switch.message("pjsip:1198", "hello"), Refused)
    assert isinstance(run.switch.message("pjsip:4711", "hello"), Refused)


# ---- faults on request ----


def test_the_next_commands_can_be_refused() -> None:
    run = opened()
    agent = run.agent(idle)
    run.switch.refuse_next(2, "Permission denied")
    assert isinstance(run.switch.pause(agent.interface, None, paused=True), Refused)
    assert isinstance(run.switch.get_key("a", "b"), Refused)
    assert run.switch.put_key("a", "b", "c") == Done()
    assert not agent.paused


def test_a_cut_link_says_so_and_comes_back_with_a_snapshot() -> None:
    run = opened("10:30")
    run.live(1)
    run.switch.go_away(20)
    assert isinstance(run.switch.put_key("a", "b", "c"), Unreachable)
    away = run.live(19)
    (lost,) = of(away, said.LinkChanged)
    assert lost.status is LinkStatus.LOST
    assert lost.retry_at == pytest.approx(run.feed.clock.now() + 1, abs=0.3)
    assert away[-1].events == (lost,)
    back = run.live(2)
    first = back[0].events
    assert isinstance(first[0], said.LinkChanged)
    assert first[0].status is LinkStatus.LIVE
    assert isinstance(first[1], said.SnapshotBegun)
    assert any(isinstance(event, said.CallSeen) for event in first)
    seen = {event.interface for event in first if isinstance(event, said.MemberTold)}
    assert seen == {agent.interface for agent in run.world.acd.agents.values() if agent.members}
    assert isinstance(run.switch.put_key("a", "b", "c"), Done)


def test_many_threads_may_pull_levers_while_it_runs() -> None:
    run = opened("10:30")
    agents = [agent for agent in run.world.acd.agents.values() if agent.members]
    answers: list[object] = []

    def pull(number: int) -> None:
        for agent in agents[number::4]:
            answers.append(run.switch.pause(agent.interface, None, paused=True, reason="小休"))
            answers.append(run.switch.pause(agent.interface, None, paused=False))

    threads = [threading.Thread(target=pull, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    live = run.live(20, 0.5)
    for thread in threads:
        thread.join()
    live += run.live(1)
    assert all(isinstance(answer, Done) for answer in answers)
    times = [batch.at for batch in live if batch.at is not None]
    assert times == sorted(times)
