import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.floor import events as ev
from console.core.floor.events import Batch, FloorEvent
from console.core.floor.fold import Floor
from console.core.floor.fold_keep import FloorState
from console.core.floor.model import LinkStatus, Phone
from console.core.floor.policy import FloorPolicy
from tests.core.told import (
    HINT,
    NOON,
    abandoned,
    caller,
    completed,
    connected,
    hung_up,
    joined,
    left,
    listing,
    member,
    offered,
    rang_out,
    seen,
)

POLICY = FloorPolicy(wrap_up_s=20, wrap_up_reasons=("ACW",))
UIDS = st.sampled_from(["1", "2", "3"])
SEATS = st.sampled_from(["A", "B", "Local/1@x/n"])
QUEUES = st.sampled_from(["q", "r"])
REASONS = st.sampled_from(["", "lunch", "ACW"])
MEMBERS = st.builds(
    member,
    SEATS,
    QUEUES,
    why=st.sampled_from(["status", "pause", "added", "seen"]),
    phone=st.sampled_from(list(Phone)),
    paused=st.booleans(),
    pause_reason=REASONS,
    in_call=st.booleans(),
    state_interface=st.sampled_from(["", HINT]),
    last_pause=st.sampled_from([None, NOON - 5, NOON + 5]),
    last_call=st.sampled_from([None, NOON - 5]),
)
EVENTS: st.SearchStrategy[FloorEvent] = st.one_of(
    MEMBERS,
    st.builds(joined, UIDS, QUEUES, st.integers(0, 4)),
    st.builds(left, UIDS, QUEUES),
    st.builds(abandoned, UIDS, QUEUES),
    st.builds(ev.ExitTold, uid=UIDS, how=st.sampled_from(["TIMEOUT", "WITHDRAW", "?"])),
    st.builds(offered, UIDS, SEATS, QUEUES),
    st.builds(connected, UIDS, SEATS, QUEUES),
    st.builds(completed, st.sampled_from(["", "1", "2"]), SEATS, QUEUES),
    st.builds(rang_out, st.sampled_from(["", "1"]), SEATS, QUEUES),
    st.builds(hung_up, st.sampled_from(["1", "2", "A-1", "B-2"]), st.sampled_from([16, 38])),
    st.builds(caller, UIDS, QUEUES),
    st.builds(ev.MemberLeft, queue=QUEUES, interface=SEATS, name=st.just("Agent A")),
    st.builds(ev.OfferEnded, agent_uid=st.sampled_from(["A-1", "B-1"])),
    st.builds(ev.RecordingNamed, uid=UIDS, file=st.just("f")),
    st.builds(ev.SnapshotBegun, reconciling=st.booleans()),
    st.just(ev.SnapshotEnded()),
    st.builds(ev.QueueSeen, queue=QUEUES),
    st.builds(ev.LinkChanged, status=st.sampled_from(LinkStatus)),
    st.builds(ev.BreakAsked, agent=st.just("1")),
)
BATCHES = st.lists(st.tuples(st.sampled_from([0.0, 1.0, 15.0]), st.lists(EVENTS, max_size=5)), max_size=12)


def run(floor: Floor, at: float, batches: list[tuple[float, list[FloorEvent]]]) -> list[object]:
    said: list[object] = []
    for after, events in batches:
        at += after
        said.append(floor.fold(Batch(at=at, events=tuple(events))))
        said.append(floor.contents())
    return said


@settings(max_examples=100)
@given(BATCHES, BATCHES)
def test_a_restored_floor_goes_on_exactly_as_the_one_kept(
    before: list[tuple[float, list[FloorEvent]]], later: list[tuple[float, list[FloorEvent]]]
) -> None:
    floor = Floor(POLICY)
    run(floor, NOON, before)
    kept = msgspec.msgpack.encode(floor.state())
    state = msgspec.msgpack.decode(kept, type=FloorState)
    again = Floor(POLICY)
    again.restore(state)
    assert again.state() == floor.state()
    then = NOON + sum(after for after, _ in before)
    assert run(again, then, later) == run(floor, then, later)
    assert again.state() == floor.state()


@settings(max_examples=60)
@given(BATCHES)
def test_a_kept_state_does_not_change_with_the_floor(batches: list[tuple[float, list[FloorEvent]]]) -> None:
    floor = Floor(POLICY)
    run(floor, NOON, batches[:6])
    state = floor.state()
    kept = msgspec.msgpack.encode(state)
    run(floor, NOON + 100, batches)
    assert msgspec.msgpack.encode(state) == kept


@settings(max_examples=60)
@given(BATCHES)
def test_books_agree_whatever_is_told(batches: list[tuple[float, list[FloorEvent]]]) -> None:
    floor = Floor(POLICY)
    run(floor, NOON, batches)
    waiting = dict.fromkeys(floor.queues, 0)
    for name, _ in floor.callers:
        waiting[name] += 1
    for name, queue in floor.queues.items():
        assert queue.waiting == waiting[name]
    for interface, agent in floor.agents.items():
        assert {queue for queue, other in floor.members if other == interface} == set(agent.queues)
        assert (agent.status == "signed_out") == (not agent.queues)
        assert not (agent.status == "ringing" and agent.talk)


def test_restoring_takes_the_place_of_what_stood() -> None:
    kept = Floor(POLICY)
    kept.fold(Batch(at=NOON, events=listing(seen("A"), caller("1"))))
    other = Floor(POLICY)
    other.fold(Batch(at=NOON, events=(joined("7", "r"), member("Z"), connected("8", "Z"))))
    other.restore(kept.state())
    assert other.contents() == kept.contents()
