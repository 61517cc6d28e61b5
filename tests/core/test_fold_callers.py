from hypothesis import given
from hypothesis import strategies as st

from console.core.floor import events as ev
from console.core.floor.facts import FactKind
from tests.core.told import (
    NOON,
    Stand,
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
)


def kinds(facts: tuple[object, ...]) -> list[str]:
    return [str(fact.kind) for fact in facts]  # type: ignore[attr-defined]  # facts, whatever the tuple


def test_caller_waits_from_join_to_leave() -> None:
    stand = Stand()
    (fact,) = stand.tell(joined("1"))
    assert fact.kind is FactKind.ENTERED
    assert stand.floor.callers["q", "1"].since == NOON
    assert stand.floor.queues["q"].waiting == 1
    stand.tell(left("1"), after=3)
    assert stand.waiting() == []
    queue = stand.floor.queues["q"]
    assert (queue.entered, queue.waiting, queue.longest_queue) == (1, 0, 1)


def test_leaving_twice_or_unknown_is_nothing() -> None:
    stand = Stand()
    stand.tell(left("9"), joined("1"), left("1"), left("1"))
    assert stand.floor.queues["q"].waiting == 0


def test_join_after_the_snapshot_that_listed_it_counts_but_does_not_wait_twice() -> None:
    stand = Stand()
    stand.tell(*listing(caller("1", waited=20.0)))
    facts = stand.tell(joined("1"), after=1)
    assert kinds(facts) == ["entered"]
    queue = stand.floor.queues["q"]
    assert (queue.entered, queue.waiting, queue.longest_queue) == (1, 1, 1)
    assert stand.floor.callers["q", "1"].since == NOON - 20.0


def test_listed_callers_count_in_waiting_and_longest_but_not_in_entered() -> None:
    stand = Stand()
    assert stand.tell(*listing(caller("1", position=1), caller("2", position=2))) == ()
    queue = stand.floor.queues["q"]
    assert (queue.entered, queue.waiting, queue.longest_queue) == (0, 2, 2)
    stand.tell(left("1"), left("2"))
    assert stand.floor.queues["q"].longest_queue == 2


def test_positions_close_up_and_priority_goes_in_front() -> None:
    stand = Stand()
    stand.tell(joined("1", position=1), joined("2", position=2), joined("3", position=1))
    assert stand.waiting() == ["3", "1", "2"]
    stand.tell(left("3"))
    assert stand.waiting() == ["1", "2"]
    stand.tell(ev.CallerMoved(queue="q", uid="2", position=1, priority=5))
    assert stand.waiting() == ["2", "1"]
    assert stand.floor.callers["q", "2"].priority == 5


def test_record_stays_the_same_object_unless_it_changes() -> None:
    stand = Stand()
    stand.tell(joined("1", position=1), joined("2", position=2), member("A"))
    before = stand.floor.contents()
    stand.tell(member("A"), ev.QueueSeen(queue="other"), after=1)
    after = stand.floor.contents()
    assert after.callers["q", "2"] is before.callers["q", "2"]
    assert after.agents["A"] is before.agents["A"]
    assert after.members["q", "A"] is before.members["q", "A"]
    assert after.queues["q"] is before.queues["q"]
    stand.tell(left("1"))
    assert stand.floor.contents().callers["q", "2"].position == 1
    assert before.callers["q", "2"].position == 2
    assert ("q", "1") in before.callers


def test_life_of_an_answered_contact() -> None:
    stand = Stand()
    stand.tell(ev.RecordingNamed(uid="1", file="rec-1"), joined("1"))
    stand.tell(offered("1"), after=2)
    (answered,) = stand.tell(left("1"), connected("1", hold=4.0, ring=2.0), after=2)
    assert answered.kind is FactKind.ANSWERED
    contact = answered.contact
    assert (contact.entered_at, contact.answered_at, contact.waited_s, contact.ring_s) == (NOON, NOON + 4, 4.0, 2.0)
    assert (contact.agent, contact.interface, contact.how, contact.recording) == ("Agent A", "A", "answered", "rec-1")
    (done,) = stand.tell(completed("1", talk=30.0), after=30)
    contact = done.contact
    assert done.kind is FactKind.COMPLETED
    assert (contact.entered_at, contact.ended_at, contact.talk_s, contact.how) == (NOON, NOON + 34, 30.0, "agent")
    queue = stand.floor.queues["q"]
    assert (queue.answered, queue.completed, queue.wait_answered_s) == (1, 1, 4.0)


def test_complete_without_channels_ends_the_contact_of_queue_and_interface() -> None:
    stand = Stand()
    stand.tell(joined("1"), left("1"), connected("1"), connected("2", interface="B"))
    (done,) = stand.tell(completed("", interface="A"), after=9)
    assert (done.contact.uid, done.contact.entered_at) == ("1", NOON)
    assert stand.agent("A").talk is None
    assert stand.agent("B").talk is not None


def test_why_an_abandoned_caller_left_is_told_later_once() -> None:
    stand = Stand()
    (gone,) = stand.tell(joined("1"), abandoned("1", hold=7.0), left("1"))[1:]
    assert (gone.kind, gone.contact.how, gone.contact.waited_s) == (FactKind.ABANDONED, "unknown", 7.0)
    (told,) = stand.tell(ev.ExitTold(uid="1", how="TIMEOUT"))
    assert (told.kind, told.contact.how) == (FactKind.EXIT_TOLD, "timed_out")
    assert stand.tell(ev.ExitTold(uid="1", how="TIMEOUT", queue="q"), hung_up("1")) == ()
    queue = stand.floor.queues["q"]
    assert (queue.abandoned, queue.timed_out, queue.wait_abandoned_s) == (1, 1, 7.0)


def test_abandoned_caller_whose_channel_ends_untold_hung_up() -> None:
    stand = Stand()
    stand.tell(joined("1"), abandoned("1"), left("1"))
    (told,) = stand.tell(hung_up("1"))
    assert (told.kind, told.contact.how) == (FactKind.EXIT_TOLD, "hung_up")


def test_caller_who_leaves_by_a_key_was_not_abandoned() -> None:
    stand = Stand()
    stand.tell(joined("1"), left("1"))
    (told,) = stand.tell(hung_up("1"), after=5)
    assert (told.kind, told.contact.how, told.contact.waited_s) == (FactKind.EXIT_TOLD, "unknown", None)
    assert told.contact.ended_at == NOON


def test_exit_told_of_somebody_who_never_joined_is_nothing() -> None:
    stand = Stand()
    assert stand.tell(ev.ExitTold(uid="1", how="FULL"), hung_up("1")) == ()


def test_transferred_caller_comes_again_with_the_same_uid() -> None:
    stand = Stand()
    stand.tell(joined("1"), left("1"), connected("1"), completed("1"))
    (again,) = stand.tell(joined("1"))
    assert again.contact.visit == 1
    (other,) = stand.tell(joined("1", queue="r"))
    assert other.contact.visit == 0


def test_line_that_fails_drops_the_contact() -> None:
    for events in (
        (completed("1"), hung_up("1", cause=38)),
        (completed("1"), hung_up("A-1", cause=38)),
        (hung_up("1", cause=38), completed("1")),
    ):
        stand = Stand()
        stand.tell(joined("1"), left("1"), connected("1"))
        facts = stand.tell(*events)
        assert kinds(facts) == ["completed", "dropped"], events
        assert (facts[-1].contact.how, facts[-1].contact.cause) == ("dropped", 38)
        assert stand.tell(hung_up("1", cause=38)) == ()


def test_ordinary_hang_up_after_a_contact_says_nothing() -> None:
    stand = Stand()
    stand.tell(joined("1"), left("1"), connected("1"), completed("1"))
    assert stand.tell(hung_up("1"), hung_up("A-1"), hung_up("elsewhere", cause=38)) == ()


def test_ring_no_answer_is_told_and_counted() -> None:
    stand = Stand()
    (fact,) = stand.tell(joined("1"), offered("1"), rang_out("1"))[1:]
    assert (fact.kind, fact.contact.agent, fact.contact.ring_s) == (FactKind.RANG_OUT, "Agent A", 12.0)
    assert stand.floor.queues["q"].ring_no_answer == 1
    assert stand.agent().ring_no_answer == 1


def test_stream_without_times_has_counts_and_no_times() -> None:
    stand = Stand(at=None)
    stand.tell(*listing(caller("0")), joined("1"), left("1"), connected("1"))
    (done,) = stand.tell(completed("1"))
    assert done.at is None
    assert (done.contact.entered_at, done.contact.ended_at, done.contact.talk_s) == (None, None, 30.0)
    assert stand.floor.callers["q", "0"].since is None
    assert stand.agent().since is None


@given(st.lists(st.tuples(st.sampled_from("jlax"), st.integers(0, 5), st.integers(0, 4)), max_size=60))
def test_ledger_is_the_set_of_joins_less_leaves(steps: list[tuple[str, int, int]]) -> None:
    stand, there, longest = Stand(), set[str](), 0
    for step, who, place in steps:
        uid = str(who)
        if step == "j":
            stand.tell(joined(uid, position=place))
            there.add(uid)
        elif step == "l":
            stand.tell(left(uid))
            there.discard(uid)
        elif step == "a":
            stand.tell(abandoned(uid), left(uid))
            there.discard(uid)
        else:
            stand.tell(ev.CallerMoved(queue="q", uid=uid, position=min(place, len(there))))
        longest = max(longest, len(there))
        assert set(stand.waiting()) == there
    if steps:
        ledger = stand.floor.queues.get("q")
        assert (ledger.waiting, ledger.longest_queue) == (len(there), longest) if ledger else not there


def test_what_is_remembered_stays_bounded() -> None:
    stand = Stand()
    for number in range(9_000):
        uid = str(number)
        stand.tell(joined(uid), abandoned(uid), left(uid), ev.RecordingNamed(uid=uid, file=uid))
    state = stand.floor.state().contacts
    assert max(map(len, (state.ended, state.visits, state.recordings))) <= 8_192
    assert not state.waiting
    assert not state.left
