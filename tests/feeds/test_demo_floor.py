"""The demo's simulation: exact, lawful and lifelike."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.floor import events as said
from console.core.floor.events import Batch
from console.core.floor.model import LinkStatus, Phone
from console.core.floor.policy import Channel
from console.feeds.demo import demo_people, demo_policy
from console.feeds.demo.clockwork import HOUR, MINUTE, Clockwork
from console.feeds.demo.load import DEMANDS, Surges, level
from console.feeds.demo.people import TEAMS
from console.feeds.demo.world import World
from tests.feeds.demo_tally import BEGINS, EPOCH, GROUP, Tally, moment, played

OPENS = 14 * HOUR + 2 * MINUTE


def digest(batches: Iterable[Batch]) -> str:
    encoder = msgspec.msgpack.Encoder()
    found = hashlib.sha256()
    for batch in batches:
        found.update(encoder.encode(batch))
    return found.hexdigest()


@pytest.fixture(scope="module")
def day() -> list[Batch]:
    """The demo's day with seed 1, from its beginning to midnight."""
    return played(1, 24 * HOUR)[1]


@pytest.fixture(scope="module")
def opening(day: list[Batch]) -> Tally:
    tally = Tally().feed(batch for batch in day if (batch.at or 0) <= moment(OPENS))
    tally.at = moment(OPENS)
    return tally


def events(batches: Iterable[Batch]) -> Iterable[said.FloorEvent]:
    return (event for batch in batches for event in batch.events)


# ---- exact ----


def test_the_same_seed_gives_the_same_bytes(day: list[Batch]) -> None:
    assert digest(played(1, 24 * HOUR)[1]) == digest(day)


def test_another_seed_gives_another_day(day: list[Batch]) -> None:
    assert digest(played(2, 24 * HOUR)[1]) != digest(day)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(0.001, 1500), min_size=1, max_size=200))
def test_how_far_it_is_asked_to_run_changes_nothing(steps: list[float]) -> None:
    end = 9 * HOUR + 10 * MINUTE
    world = World(3, EPOCH, 8 * HOUR + 40 * MINUTE)
    got: list[Batch] = []
    while world.clockwork.now < end - world.clockwork.begin_of_day:
        for step in steps:
            world.advance(min(world.now + step, EPOCH + (end - world.clockwork.begin_of_day) / 1000))
            got += world.take()
        world.advance(world.now + 60)
        got += world.take()
    plain = World(3, EPOCH, 8 * HOUR + 40 * MINUTE)
    plain.advance(world.now)
    assert digest(got) == digest(plain.take())


def test_an_earlier_moment_changes_nothing() -> None:
    world = World(1, EPOCH, BEGINS)
    world.advance(EPOCH + 60)
    world.take()
    world.advance(EPOCH)
    assert world.now == EPOCH + 60
    assert world.take() == []


def test_time_only_goes_forward_and_no_instant_comes_twice(day: list[Batch]) -> None:
    times = [batch.at for batch in day if batch.at is not None]
    assert len(times) == len(day)
    assert all(one < other for one, other in pairwise(times))


def test_what_is_due_together_is_done_in_the_order_it_was_put_in() -> None:
    clockwork = Clockwork(0.0, 0)
    done: list[str] = []
    for name in "abc":
        clockwork.at(5, done.append, name)
    clockwork.at(2, lambda: clockwork.at(5, done.append, "d"))
    clockwork.run_to(10)
    assert done == ["a", "b", "c", "d"]


# ---- lawful, as a distributor is ----


def test_it_begins_as_a_real_distributor_does(day: list[Batch]) -> None:
    first = day[0].events
    assert isinstance(first[0], said.LinkChanged)
    assert first[0].status is LinkStatus.LIVE
    assert isinstance(first[1], said.SnapshotBegun)
    end = next(place for place, event in enumerate(first) if isinstance(event, said.SnapshotEnded))
    assert [event.queue for event in first[:end] if isinstance(event, said.QueueSeen)] == list(DEMANDS)
    assert {event.why for event in first[:end] if isinstance(event, said.MemberTold)} == {"seen"}
    listed = sum(isinstance(event, said.SnapshotBegun) for event in events(day))
    assert listed == 1


def test_every_caller_enters_once_a_visit_and_leaves_for_a_reason(day: list[Batch]) -> None:
    waiting: dict[str, str] = {}
    reason: dict[str, str] = {}
    for event in events(day):
        match event:
            case said.CallerJoined():
                assert event.uid not in waiting
                waiting[event.uid] = event.queue
                assert event.count == sum(queue == event.queue for queue in waiting.values())
            case said.CallerAbandoned():
                assert waiting[event.uid] == event.queue
                assert 1 <= event.position <= event.original_position
                reason[event.uid] = "abandoned"
            case said.CallerLeft():
                assert waiting.pop(event.uid) == event.queue
                if reason.pop(event.uid, "") != "abandoned":
                    reason[event.uid] = "connects"
                assert event.count == sum(queue == event.queue for queue in waiting.values())
            case said.AgentConnected():
                assert reason.pop(event.uid) == "connects"
            case _:
                pass
    assert not reason


def test_a_seat_has_one_contact_and_none_while_it_cannot(day: list[Batch]) -> None:  # noqa: C901  one arm an event
    members: dict[tuple[str, str], said.MemberTold] = {}
    ringing: dict[str, tuple[str, str]] = {}
    talking: dict[str, str] = {}
    free_at: dict[str, float] = {}
    for batch in day:
        for event in batch.events:
            match event:
                case said.MemberTold():
                    members[event.queue, event.interface] = event
                case said.MemberLeft():
                    del members[event.queue, event.interface]
                case said.AgentOffered():
                    member = members[event.queue, event.interface]
                    assert not member.paused
                    assert member.phone is Phone.IDLE
                    assert event.interface not in talking
                    assert event.interface not in ringing
                    assert (batch.at or 0) >= free_at.get(event.interface, 0) - 0.0005
                    ringing[event.interface] = (event.uid, event.agent_uid)
                case said.AgentRangOut():
                    assert ringing.pop(event.interface)[0] == event.uid
                case said.OfferEnded():
                    if event.how == "CANCEL":
                        ringing = {seat: offer for seat, offer in ringing.items() if offer[1] != event.agent_uid}
                case said.AgentConnected():
                    assert ringing.pop(event.interface) == (event.uid, event.agent_uid)
                    talking[event.interface] = event.uid
                case said.AgentCompleted():
                    assert talking.pop(event.interface) == event.uid
                    free_at[event.interface] = (batch.at or 0) + DEMANDS[event.queue].wrap_s
                case _:
                    pass


def test_nobody_waits_long_while_a_seat_of_the_queue_is_free(day: list[Batch]) -> None:
    """The board says "callers wait while somebody is available" after 5 s; on a sound floor it has no cause to."""
    members: dict[str, dict[str, said.MemberTold]] = {queue: {} for queue in DEMANDS}
    unoffered: dict[str, set[str]] = {queue: set() for queue in DEMANDS}
    wrapping: dict[str, float] = {}
    since: dict[str, float] = {}
    for batch in day[: len(day) // 2]:
        at = batch.at or 0.0
        longest = max((at - begun for begun in since.values()), default=0.0)
        for event in batch.events:
            match event:
                case said.MemberTold():
                    members[event.queue][event.interface] = event
                case said.MemberLeft():
                    del members[event.queue][event.interface]
                case said.CallerJoined() | said.AgentRangOut():
                    unoffered[event.queue].add(event.uid)
                case said.CallerLeft() | said.AgentOffered():
                    unoffered[event.queue].discard(event.uid)
                case said.AgentCompleted():
                    wrapping[event.interface] = at + DEMANDS[event.queue].wrap_s
                case _:
                    pass
        for queue in DEMANDS:
            seats = members[queue].items() if unoffered[queue] else ()
            if any(not m.paused and m.phone is Phone.IDLE and wrapping.get(seat, 0) <= at for seat, m in seats):
                since.setdefault(queue, at)
            else:
                since.pop(queue, None)
        assert longest <= 5


def test_time_outs_are_told_apart_from_hanging_up(day: list[Batch]) -> None:
    held = {event.uid: event.hold_s for event in events(day) if isinstance(event, said.CallerAbandoned)}
    exits = [event for event in events(day) if isinstance(event, said.ExitTold)]
    assert exits
    for event in exits:
        assert event.how == "TIMEOUT"
        assert held[event.uid] == DEMANDS[event.queue].timeout_s


# ---- lifelike ----


def test_the_floor_has_the_seats_of_the_sketch(opening: Tally) -> None:
    for team in TEAMS:
        signed_in = opening.states(team.queue)["signed in"]
        assert team.seats - 1 <= signed_in <= team.seats, team.queue
    assert sum(team.seats for team in TEAMS) == 100


def test_it_opens_on_one_group_in_trouble_one_near_it_and_the_others_calm(opening: Tally) -> None:
    waiting = {queue: len(opening.rows[queue].waiting) for queue in DEMANDS}
    assert 28 <= waiting["security"] <= 48
    assert 6 <= waiting["payment"] <= 20
    assert all(waiting[queue] <= 3 for queue in ("orders", "members", "tech"))
    assert 1 <= len(opening.asks) <= 8
    ages = [opening.at - since for since in opening.rows["security"].waiting.values()]
    assert max(ages) > 90


def test_an_ordinary_hour_has_the_figures_of_a_working_centre() -> None:
    """Over several seeds, since one day may have its surge at ten."""
    occupancy, abandoned, entered, rung = [], 0, 0, []
    for seed in range(4):
        tally = Tally().feed(played(seed, 12 * HOUR)[1])
        begin, end = moment(10 * HOUR), moment(12 * HOUR)
        handled = sum(tally.occupancy(q, begin, end) * tally.seat_seconds(q, begin, end) for q in DEMANDS)
        occupancy.append(handled / sum(tally.seat_seconds(q, begin, end) for q in DEMANDS))
        for row in tally.rows.values():
            entered += sum(begin <= at < end for at in row.entered)
            abandoned += sum(begin <= at < end for at, _ in row.abandoned)
            rung += [ring for at, _, ring in row.answered if begin <= at < end]
    # Manual wrap-up and ringing come on top of talk and timed wrap-up: 5 to 7 points more on the board.
    assert 0.72 <= sum(occupancy) / len(occupancy) <= 0.90
    assert 0.03 <= abandoned / entered <= 0.08
    assert 2 <= sum(rung) / len(rung) <= 6


def test_the_emergency_line_is_reached_in_the_afternoon_and_left_again(day: list[Batch]) -> None:
    tally = Tally().feed(day)
    over = [at for at, count in tally.phone_waiting if count > 50]
    assert over
    assert moment(14 * HOUR) <= over[0] <= moment(14 * HOUR + 12 * MINUTE)
    calm = [count for at, count in tally.phone_waiting if moment(14 * HOUR + 45 * MINUTE) <= at < moment(15 * HOUR)]
    assert max(calm) < 25


def test_surges_come_about_every_seventy_minutes() -> None:
    starts = []
    for seed in range(20):
        surges = Surges(seed, 0)
        before = dict.fromkeys(DEMANDS, False)
        for minute in range(12 * 60):
            for queue in DEMANDS:
                on = surges.running(queue, minute * MINUTE)
                if on and not before[queue]:
                    starts.append(minute)
                before[queue] = on
    assert 50 <= 20 * 12 * 60 / len(starts) <= 90


def test_the_curve_of_the_day_peaks_where_a_weekday_does() -> None:
    assert level(round(10.75 * HOUR)) == max(level(minute * MINUTE) for minute in range(8 * 60, 12 * 60))
    assert level(15 * HOUR) > level(13 * HOUR) < level(11 * HOUR)
    assert level(round(20.2 * HOUR)) > level(round(19.3 * HOUR))
    assert level(0) == pytest.approx(level(24 * HOUR - 1), abs=1e-3)


def test_everything_a_page_lives_on_happens_in_a_day(day: list[Batch]) -> None:
    found = Counter(type(event).__name__ for event in events(day))
    for name in ("AgentRangOut", "BreakAsked", "BreakEnded", "BreakWithdrawn", "Told", "RecordingNamed", "MemberLeft"):
        assert found[name] > 20, name
    drops = [event for event in events(day) if isinstance(event, said.ChannelEnded) and event.cause == 38]
    assert len(drops) > 50
    reasons = Counter(event.reason for event in events(day) if isinstance(event, said.AgentCompleted))
    assert set(reasons) == {"agent", "caller", "transfer"}
    assert max(event.talk_s for event in events(day) if isinstance(event, said.AgentCompleted)) > 1200


def test_drops_are_followed_by_their_completion_at_once(day: list[Batch]) -> None:
    for batch in day:
        for place, event in enumerate(batch.events):
            if isinstance(event, said.ChannelEnded) and event.cause == 38:
                assert isinstance(batch.events[place + 1], said.AgentCompleted)


def test_some_leave_without_asking_and_autopause_happens(day: list[Batch]) -> None:
    asked: set[str] = set()
    paused: set[str] = set()
    unasked = autopaused = 0
    for event in events(day):
        if isinstance(event, said.BreakAsked):
            asked.add(event.interface)
        elif isinstance(event, said.BreakEnded):
            asked.discard(event.interface)
        elif isinstance(event, said.MemberTold) and event.why == "pause":
            autopaused += event.pause_reason == "Auto-Pause"
            began = event.paused and event.interface not in paused
            if began and event.pause_reason in {"小休", "喝水", "面谈"} and event.interface not in asked:
                unasked += 1
            (paused.add if event.paused else paused.discard)(event.interface)
    assert unasked > 5
    assert autopaused > 0


@pytest.mark.parametrize("seed", range(1, 5))
def test_nobody_is_forgotten_on_a_break(seed: int) -> None:
    since: dict[tuple[str, str], float] = {}
    longest = 0.0
    for batch in played(seed, 24 * HOUR)[1]:
        for event in batch.events:
            if isinstance(event, said.MemberTold):
                key = (event.queue, event.interface)
                if event.paused and event.phone is Phone.IDLE:
                    since.setdefault(key, batch.at or 0.0)
                elif key in since:
                    longest = max(longest, (batch.at or 0.0) - since.pop(key))
            elif isinstance(event, said.MemberLeft):
                since.pop((event.queue, event.interface), None)
    assert 20 * 60 < longest < 65 * 60
    assert all(moment(24 * HOUR) - begun < 65 * 60 for begun in since.values())


def test_shifts_hand_over(day: list[Batch]) -> None:
    def on_line(hour: float) -> int:
        tally = Tally().feed(batch for batch in day if (batch.at or 0) <= moment(round(hour * HOUR)))
        return sum(tally.states(team.queue)["signed in"] for team in TEAMS)

    assert on_line(8.3) == pytest.approx(64, abs=6)
    assert on_line(15.9) == pytest.approx(145, abs=4)
    assert on_line(17) == pytest.approx(89, abs=4)
    assert on_line(20) == pytest.approx(45, abs=3)


def test_a_second_day_follows_the_first() -> None:
    _, batches = played(1, 24 * HOUR + OPENS)
    tally = Tally().feed(batches)
    assert sum(tally.states(team.queue)["signed in"] for team in TEAMS) >= 98
    assert all(interface in GROUP for _, interface in tally.members)


# ---- who and how judged ----


def test_names_and_numbers_are_each_somebody() -> None:
    people = demo_people()
    assert len({person.name for person in people}) == len(people)
    assert len({person.id for person in people}) == len(people)
    named = {person.number: person.name for person in people}
    assert (named["2031"], named["1077"], named["1042"]) == ("张莉", "赵倩", "李强")
    assert sum(person.flex for person in people) == 4
    assert sum(person.trainer for person in people) == 1
    groups = {group.id for group in demo_policy().groups}
    assert all(set(person.groups) <= groups and person.primary_group in groups for person in people)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_policy_names_every_queue_in_both_languages(language: str) -> None:
    policy = demo_policy(language)
    assert [queue for group in policy.groups for queue in group.queues] == list(DEMANDS)
    assert [group.channel for group in policy.groups].count(Channel.WEB) == 1
    assert all(group.name.isascii() == (language == "en") for group in policy.groups)


def test_an_english_floor_says_english_reasons() -> None:
    _, batches = played(1, 12 * HOUR, language="en")
    reasons = {event.pause_reason for event in events(batches) if isinstance(event, said.MemberTold)}
    assert "wrap-up" in reasons
    assert all(reason.isascii() for reason in reasons)
