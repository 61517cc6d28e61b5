from msgspec.structs import replace

from console.core.floor import events as ev
from console.core.floor.events import FloorEvent
from console.core.floor.fold_snapshot import IN_FLIGHT, channel_base, interface_base
from console.core.floor.model import LinkStatus, LinkTrouble, Phone
from tests.core.told import (
    HINT,
    NOON,
    Stand,
    abandoned,
    caller,
    completed,
    connected,
    joined,
    left,
    listing,
    member,
    offered,
    seen,
)

LOCAL = "Local/1001@agents/n"
STANDING = (seen("A"), caller("1", position=1), caller("2", position=2))


def standing(*more: FloorEvent) -> Stand:
    stand = Stand()
    stand.tell(ev.LinkChanged(status=LinkStatus.LIVE, source="lab"), *listing(*STANDING, *more))
    return stand


def drift(stand: Stand) -> int:
    assert stand.at is not None
    stand.floor.tick(stand.at + IN_FLIGHT)
    return stand.floor.link.drift_repaired


def test_first_listing_is_no_drift() -> None:
    assert drift(standing()) == 0


def test_same_listing_again_changes_nothing() -> None:
    stand = standing()
    before = stand.floor.contents()
    stand.tell(*listing(*STANDING, reconciling=True), after=60)
    after = stand.floor.contents()
    assert (after.callers, after.members, after.agents, after.queues) == (
        before.callers,
        before.members,
        before.agents,
        before.queues,
    )
    assert after.agents["A"] is before.agents["A"]
    assert drift(stand) == 0


def test_listing_drops_what_it_does_not_name_and_counts_it() -> None:
    stand = standing()
    stand.tell(ev.SnapshotBegun(reconciling=True), ev.QueueSeen(queue="new"), ev.SnapshotEnded())
    assert stand.waiting() == []
    assert stand.status() == "signed_out"
    assert (stand.floor.queues["q"].gone, stand.floor.queues["new"].gone) == (True, False)
    assert drift(stand) == 5, "two callers, a member, a queue gone and a queue new"


def test_silent_reload_that_renames_and_pauses_is_drift() -> None:
    stand = standing()
    renamed = seen("A", name="Renamed", penalty=5)
    stand.tell(*listing(renamed, *STANDING[1:], reconciling=True))
    assert (stand.agent().name, stand.floor.members["q", "A"].penalty) == ("Renamed", 5)
    assert drift(stand) == 1


def test_what_an_event_touched_since_the_listing_began_stays() -> None:
    stand = standing()
    stand.tell(
        ev.SnapshotBegun(),
        ev.QueueSeen(queue="q"),
        joined("3"),
        member("B", why="added"),
        offered("3", "C"),
        joined("9", queue="r"),
        seen("A"),
        caller("1"),
        caller("2", position=2),
        ev.SnapshotEnded(),
    )
    assert stand.waiting() == ["1", "2", "3"]
    assert {interface for _, interface in stand.floor.members} == {"A", "B", "C"}
    assert stand.status("C") == "ringing"


def test_events_in_flight_are_no_drift() -> None:
    stand = standing()
    stand.tell(
        *listing(seen("A", paused=True, pause_reason="lunch"), seen("B"), caller("2", position=1), caller("3")),
        after=60,
    )
    assert stand.waiting() == ["2", "3"]
    stand.tell(
        left("1"),
        joined("3"),
        member("A", why="pause", paused=True, pause_reason="lunch"),
        member("B", why="added"),
        after=0.1,
    )
    assert stand.waiting() == ["2", "3"]
    assert drift(stand) == 0
    assert stand.floor.queues["q"].longest_queue == 2, "never three at once"


def test_what_no_event_explains_is_drift_after_a_while() -> None:
    stand = standing()
    stand.tell(*listing(seen("A"), caller("2"), reconciling=True), after=60)
    assert stand.floor.link.drift_repaired == 0
    stand.tell(after=IN_FLIGHT + 0.1)
    assert stand.floor.link.drift_repaired == 1
    assert drift(stand) == 1, "counted once"


def test_drift_without_times_is_known_at_the_next_listing() -> None:
    stand = Stand(at=None)
    stand.tell(*listing(*STANDING), *listing(seen("A"), caller("2")))
    assert stand.floor.link.drift_repaired == 0
    stand.tell(*listing(seen("A"), caller("2")))
    assert stand.floor.link.drift_repaired == 1


def test_changes_that_come_without_any_event_are_no_drift() -> None:
    stand = standing(seen(LOCAL))
    stand.tell(*listing(*STANDING, seen(LOCAL, calls_taken=7, last_call=NOON, phone=Phone.IN_USE)))
    assert drift(stand) == 0, "counters, and the status of a Local channel"


def test_listing_keeps_ring_in_use_which_it_does_not_tell() -> None:
    stand = standing()
    stand.tell(member("A", why="ringinuse", ring_in_use=True))
    stand.tell(*listing(*STANDING))
    assert stand.floor.members["q", "A"].ring_in_use


def test_order_and_priority_are_the_listings() -> None:
    stand = standing()
    stand.tell(*listing(seen("A"), caller("2", position=1, priority=9), caller("1", position=2), reconciling=True))
    assert stand.waiting() == ["2", "1"]
    assert stand.floor.callers["q", "2"].priority == 9
    assert stand.floor.callers["q", "2"].since == NOON - 20, "how long they have waited does not begin anew"


def test_listing_that_never_ends_drops_nothing() -> None:
    stand = standing()
    stand.tell(ev.SnapshotBegun(), ev.QueueSeen(queue="q"))
    stand.tell(ev.LinkChanged(status=LinkStatus.LOST, trouble=LinkTrouble.CUT))
    stand.tell(ev.SnapshotEnded())
    assert stand.waiting() == ["1", "2"]


def test_lost_link_keeps_the_floor_and_says_so() -> None:
    stand = standing()
    stand.tell(ev.LinkChanged(status=LinkStatus.LOST, trouble=LinkTrouble.CUT, retry_at=NOON + 5), after=10)
    link = stand.floor.link
    assert stand.waiting() == ["1", "2"]
    assert (link.status, link.trouble, link.since, link.source) == (LinkStatus.LOST, LinkTrouble.CUT, NOON + 10, "lab")
    stand.tell(ev.LinkChanged(status=LinkStatus.LOST, trouble=LinkTrouble.UNREACHABLE), after=5)
    assert stand.floor.link.since == NOON + 10


def test_link_tells_when_it_was_last_heard() -> None:
    stand = standing()
    stand.tell(after=3)
    assert stand.floor.link.heard_at == NOON + 3


# ---- contacts found running ------------------------------------------------------------------------------------------


def leg(uid: str, channel: str, application: str, seconds: float) -> ev.CallSeen:
    return ev.CallSeen(
        uid=uid, channel=channel, bridge="b1", duration_s=seconds, number="4711", application=application
    )


AGENT_LEG = leg("1.9", "Local/1001@agents-0000000d;1", "AppQueue", 40.0)
CALLER_LEG = leg("1.1", "PJSIP/trunk-00000001", "Queue", 55.0)


def test_contact_found_running_is_talking_until_complete() -> None:
    stand = Stand()
    stand.tell(*listing(seen(LOCAL, in_call=True, phone=Phone.IN_USE)))
    talk = stand.agent(LOCAL).talk
    assert talk is not None
    assert (stand.status(LOCAL), talk.found, talk.since) == ("talking", True, NOON)
    stand.tell(completed("1.1", LOCAL))
    assert stand.status(LOCAL) == "available"


def test_channels_tell_since_when_and_with_whom() -> None:
    for legs in ((AGENT_LEG, CALLER_LEG), (CALLER_LEG, AGENT_LEG)):
        stand = Stand()
        stand.tell(*listing(seen(LOCAL, in_call=True)))
        stand.tell(*legs)
        talk = stand.agent(LOCAL).talk
        assert talk is not None
        assert (talk.uid, talk.since, talk.number) == ("1.1", NOON - 40, "4711")
        (done,) = stand.tell(completed("", LOCAL))
        assert (done.contact.uid, done.contact.interface) == ("1.1", LOCAL)


def test_contact_found_running_ends_when_a_status_says_no_call() -> None:
    stand = Stand()
    stand.tell(*listing(seen(LOCAL, in_call=True)))
    stand.tell(member(LOCAL, in_call=False))
    assert stand.status(LOCAL) == "available"


def test_contact_told_by_events_outlives_a_status_without_call() -> None:
    stand = Stand()
    stand.tell(*listing(seen(LOCAL)), connected("1", LOCAL), member(LOCAL, in_call=False))
    assert stand.status(LOCAL) == "talking"


def test_connect_in_flight_is_the_contact_found() -> None:
    stand = standing()
    stand.tell(*listing(seen("A", in_call=True), *STANDING[1:]))
    stand.tell(connected("1"))
    stand.tell(completed("1"))
    assert stand.status() == "available"
    assert drift(stand) == 0


def test_contact_that_ended_unheard_is_ended_by_the_listing() -> None:
    stand = standing()
    stand.tell(connected("1"))
    stand.tell(*listing(seen("A"), reconciling=True))
    assert stand.status() == "available"
    assert drift(stand) == 3, "the contact and two callers"


def test_overlapping_contacts_are_not_ended_by_a_reconciling_listing() -> None:
    stand = standing()
    stand.tell(connected("8"), connected("9"), completed("8"))
    stand.tell(*listing(*STANDING, reconciling=True))
    assert stand.status() == "talking", "the first to end clears InCall though the other goes on"
    stand.tell(completed("9"), connected("10"))
    stand.tell(*listing(*STANDING, reconciling=True))
    assert stand.status() == "available"


def test_contact_begun_since_the_listing_began_goes_on() -> None:
    stand = standing()
    stand.tell(ev.SnapshotBegun(), ev.QueueSeen(queue="q"), connected("1"), *STANDING, ev.SnapshotEnded())
    assert stand.status() == "talking"


def test_after_a_gap_a_contact_of_somebody_signed_out_has_ended() -> None:
    stand = standing(seen("B"))
    stand.tell(connected("5", "B"))
    stand.tell(ev.LinkChanged(status=LinkStatus.LOST), ev.LinkChanged(status=LinkStatus.LIVE), *listing(*STANDING))
    stand.tell(member("B", why="added"))
    assert stand.status("B") == "available"


def test_offers_of_callers_no_longer_waiting_end_with_the_listing() -> None:
    stand = standing()
    stand.tell(offered("1"))
    stand.tell(*listing(seen("A"), caller("2"), reconciling=True))
    assert stand.status() == "available"


def test_caller_gone_in_a_gap_makes_no_fact() -> None:
    stand = standing()
    assert stand.tell(*listing(seen("A"))) == ()
    (gone,) = stand.tell(joined("1"), abandoned("1"))[1:]
    assert gone.contact.visit == 1


def test_phone_of_a_device_that_changed_unheard_is_drift() -> None:
    stand = standing(seen("B", state_interface=HINT))
    changed = replace(seen("B", state_interface=HINT), phone=Phone.UNAVAILABLE)
    stand.tell(*listing(*STANDING, changed, reconciling=True))
    assert stand.status("B") == "unavailable"
    assert drift(stand) == 1


def test_names_of_channels_and_interfaces_meet() -> None:
    for channel, interface in (
        ("Local/1001@agents-0000000d;1", "Local/1001@agents/n"),
        ("Local/4001@from-opt-00000002;1", "Local/4001@from-opt"),
        ("PJSIP/1001-0000abcd", "PJSIP/1001"),
    ):
        assert channel_base(channel) == interface_base(interface)


def test_a_seat_out_and_in_again_in_mid_call_still_talks_whatever_its_new_membership_knows() -> None:
    stand = standing()
    stand.tell(connected("1", "A"), left("1"), after=10)
    stand.tell(ev.MemberLeft(queue="q", interface="A", name="A"), after=5)
    stand.tell(member("A", why="added", login_at=stand.at), after=5)
    assert stand.status("A") == "talking"
    renewed = replace(seen("A"), login_at=(stand.at or 0) - 1, in_call=False)
    stand.tell(*listing(renewed, caller("2", position=1), reconciling=True), after=20)
    assert stand.status("A") == "talking"
    assert drift(stand) == 0


def test_word_of_a_lost_link_is_nothing_heard_of_the_floor() -> None:
    stand = standing()
    heard = stand.floor.link.heard_at
    stand.tell(ev.LinkChanged(status=LinkStatus.LOST, trouble=LinkTrouble.CUT), after=30)
    stand.tell(ev.LinkChanged(status=LinkStatus.CONNECTING), after=30)
    assert stand.floor.link.heard_at == heard
    stand.tell(after=1)
    assert stand.floor.link.heard_at == stand.at


def test_a_caller_named_twice_by_one_listing_waits_once() -> None:
    stand = Stand()
    stand.tell(ev.LinkChanged(status=LinkStatus.LIVE), *listing(seen("A"), caller("1"), caller("1")))
    assert stand.waiting() == ["1"]
    stand.tell(left("1"))
    assert stand.waiting() == []
