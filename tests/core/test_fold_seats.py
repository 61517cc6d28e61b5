import pytest
from msgspec.structs import replace

from console.core.floor import events as ev
from console.core.floor.fold_states import tells_a_device
from console.core.floor.model import AgentStatus, Phone
from console.core.floor.policy import FloorPolicy, SkillGroup
from tests.core.told import (
    HINT,
    NOON,
    Stand,
    abandoned,
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

LOCAL = "Local/1001@agents/n"


def test_talking_from_connect_to_complete() -> None:
    stand = Stand()
    stand.tell(member())
    assert stand.status() == "available"
    stand.tell(joined("1"), offered("1"), after=1)
    assert (stand.status(), stand.agent().ringing_for) == ("ringing", ("1",))
    stand.tell(left("1"), connected("1"), after=3)
    assert (stand.status(), stand.agent().since, stand.agent().ringing_for) == ("talking", NOON + 4, ())
    stand.tell(completed("1", talk=30.0), after=30)
    assert (stand.status(), stand.agent().since) == ("available", NOON + 34)
    assert (stand.agent().answered, stand.agent().completed, stand.agent().handled_s) == (1, 1, 30.0)


def test_member_status_and_complete_come_in_either_order() -> None:
    busy = member(LOCAL, phone=Phone.IN_USE)
    for events in ((completed("1", LOCAL), member(LOCAL)), (member(LOCAL), completed("1", LOCAL))):
        stand = Stand()
        stand.tell(busy, connected("1", LOCAL))
        stand.tell(events[0])
        stand.tell(events[1])
        assert stand.status(LOCAL) == "available"


def test_local_member_in_use_is_not_talking() -> None:
    stand = Stand()
    stand.tell(member(LOCAL, state_interface=LOCAL, phone=Phone.IN_USE))
    assert stand.status(LOCAL) == "available"


@pytest.mark.parametrize("interface", [LOCAL, "PJSIP/1001"])
def test_phone_with_a_device_on_another_call_is_talking_without_contact(interface: str) -> None:
    stand = Stand()
    stand.tell(member(interface, state_interface=HINT, phone=Phone.IN_USE))
    assert (stand.status(interface), stand.agent(interface).talk) == ("talking", None)
    stand.tell(member(interface, state_interface=HINT, phone=Phone.ON_HOLD))
    assert stand.status(interface) == "talking"


def test_hint_member_rings_then_talks() -> None:
    stand = Stand()
    stand.tell(member(LOCAL, state_interface=HINT, phone=Phone.RINGING))
    assert stand.status(LOCAL) == "ringing"
    stand.tell(offered("1", LOCAL), member(LOCAL, state_interface=HINT, phone=Phone.IN_USE, in_call=True))
    assert stand.status(LOCAL) == "ringing", "picked up; the connect is about to be told"
    stand.tell(connected("1", LOCAL))
    assert stand.status(LOCAL) == "talking"


def test_on_a_call_and_offered_another_is_talking() -> None:
    stand = Stand()
    stand.tell(offered("1", LOCAL), member(LOCAL, state_interface=HINT, phone=Phone.RING_IN_USE))
    assert stand.status(LOCAL) == "talking"


@pytest.mark.parametrize(
    ("interface", "state_interface", "device"),
    [
        (LOCAL, "", False),
        (LOCAL, LOCAL, False),
        (LOCAL, HINT, True),
        (LOCAL, "Custom:dev1001", True),
        ("PJSIP/1001", "", True),
        ("PJSIP/1001", "PJSIP/1001", True),
    ],
)
def test_whose_state_a_status_tells(interface: str, state_interface: str, device: bool) -> None:  # noqa: FBT001  a table
    assert tells_a_device(interface, state_interface) is device


@pytest.mark.parametrize("phone", [Phone.UNAVAILABLE, Phone.INVALID])
def test_unreachable_phone(phone: Phone) -> None:
    stand = Stand()
    stand.tell(member(phone=phone))
    assert stand.status() == "unavailable"
    stand.tell(member(phone=Phone.UNKNOWN))
    assert stand.status() == "available"


def test_first_true_state_is_shown() -> None:
    stand = Stand(FloorPolicy(wrap_up_s=60))
    down = member(phone=Phone.UNAVAILABLE)
    stand.tell(down, connected("1"))
    stand.tell(completed("1"))
    assert stand.status() == "unavailable", "before wrap-up"
    stand.tell(replace(down, why="pause", paused=True, pause_reason="lunch"))
    assert stand.status() == "paused"
    stand.tell(offered("2"))
    assert stand.status() == "ringing"
    stand.tell(connected("2"))
    assert stand.status() == "talking"
    stand.tell(ev.MemberLeft(queue="q", interface="A", name="Agent A"))
    assert stand.status() == "signed_out"
    assert not stand.agent().paused


# ---- ringing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end",
    [rang_out("1"), abandoned("1"), ev.OfferEnded(agent_uid="A-1", how="BUSY"), hung_up("A-1"), hung_up("1")],
    ids=["no answer", "caller gave up", "dial ended", "leg hung up", "caller's channel ended"],
)
def test_ringing_ends(end: ev.FloorEvent) -> None:
    stand = Stand()
    stand.tell(member(), joined("1"), offered("1"))
    assert stand.status() == "ringing"
    stand.tell(end)
    assert (stand.status(), stand.agent().ringing_for) == ("available", ())


def test_all_others_stop_ringing_when_one_answers() -> None:
    stand = Stand()
    for interface in "ABC":
        stand.tell(member(interface), offered("1", interface))
    stand.tell(offered("2", "C"))
    stand.tell(left("1"), connected("1", "B"))
    assert [stand.status(interface) for interface in "ABC"] == ["available", "talking", "ringing"]
    assert stand.agent("C").ringing_for == ("2",)


def test_a_new_offer_after_no_answer_rings_again() -> None:
    stand = Stand()
    stand.tell(member(), offered("1"), rang_out("1"), replace(offered("1"), agent_uid="A-1b"))
    assert stand.status() == "ringing"
    stand.tell(ev.OfferEnded(agent_uid="A-1"))
    assert stand.status() == "ringing", "the old leg's end says nothing of the new one"


# ---- pauses ----------------------------------------------------------------------------------------------------------


def pause(queue: str, reason: str, *, last_pause: float | None = None, why: str = "pause") -> ev.MemberTold:
    return member(queue=queue, why=why, paused=True, pause_reason=reason, last_pause=last_pause)


def test_reason_is_that_of_the_newest_pause_still_standing() -> None:
    stand = Stand()
    stand.tell(pause("q", "lunch", last_pause=100.0), pause("r", "coffee", last_pause=100.0))
    assert (stand.agent().paused, stand.agent().pause_reason) == (True, "coffee")
    stand.tell(pause("q", "training", last_pause=100.0))
    assert stand.agent().pause_reason == "training", "a repeated pause is newer"
    stand.tell(pause("r", "coffee", last_pause=100.0, why="status"))
    assert stand.agent().pause_reason == "training", "a mere status is no new pause"
    stand.tell(member(queue="q", why="pause", last_pause=100.0))
    assert stand.agent().pause_reason == "coffee"
    stand.tell(member(queue="r", why="pause", last_pause=100.0))
    assert (stand.agent().paused, stand.agent().pause_reason, stand.agent().paused_since) == (False, None, None)


def test_empty_reason_is_none() -> None:
    stand = Stand()
    stand.tell(pause("q", ""))
    assert (stand.status(), stand.agent().pause_reason) == ("paused", None)


def test_pauses_found_by_a_listing_are_ordered_by_the_servers_clock() -> None:
    stand = Stand()
    older, newer = (pause(queue, reason, last_pause=at, why="seen") for queue, reason, at in PAUSES)
    stand.tell(*listing(newer, older))
    assert (stand.agent().pause_reason, stand.agent().since) == ("coffee", NOON - 50)
    stand.tell(pause("q", "toilet", last_pause=0.0))
    assert stand.agent().pause_reason == "toilet", "told as it happens, so the newest, whatever LastPause says"


PAUSES = (("q", "lunch", NOON - 90), ("r", "coffee", NOON - 50))


def test_a_pause_reason_can_stand_for_manual_wrap_up() -> None:
    stand = Stand(FloorPolicy(wrap_up_reasons=("ACW",)))
    stand.tell(pause("q", "ACW"))
    assert (stand.status(), stand.agent().paused) == ("wrap_up", True)
    stand.floor.policy = FloorPolicy(wrap_up_reasons=())
    stand.tell()
    assert stand.status() == "paused"


# ---- memberships -----------------------------------------------------------------------------------------------------


def test_one_interface_over_several_queues_is_one_agent() -> None:
    stand = Stand()
    stand.tell(member(queue="q"), member(queue="r", name="Other name"))
    assert stand.agent().queues == ("q", "r")
    stand.tell(ev.MemberLeft(queue="q", interface="A", name="Agent A"), after=1)
    assert (stand.status(), stand.agent().queues) == ("available", ("r",))
    stand.tell(ev.MemberLeft(queue="r", interface="A", name="Other name"), after=1)
    agent = stand.agent()
    assert (agent.status, agent.signed_out_since, agent.last_seen_queues) == (AgentStatus.SIGNED_OUT, NOON + 2, ("r",))
    stand.tell(member(queue="r", why="added"), after=1)
    assert (stand.status(), stand.agent().signed_out_since) == ("available", None)


def test_whoever_is_offered_a_call_is_a_member() -> None:
    stand = Stand()
    stand.tell(offered("1"))
    assert stand.status() == "ringing"
    assert stand.floor.members["q", "A"].name == "Agent A"


def test_complete_after_signing_out_does_not_sign_in_again() -> None:
    stand = Stand()
    stand.tell(member(), connected("1"), ev.MemberLeft(queue="q", interface="A", name="Agent A"), completed("1"))
    assert stand.status() == "signed_out"
    after_listing = Stand()
    after_listing.tell(*listing(), completed("1"))
    assert after_listing.status() == "signed_out"


def test_several_contacts_at_once_end_one_by_one() -> None:
    stand = Stand()
    stand.tell(member(), connected("1"), connected("2"), completed("1"))
    talk = stand.agent().talk
    assert stand.status() == "talking"
    assert talk is not None
    assert talk.uid == "2"


# ---- wrap-up ---------------------------------------------------------------------------------------------------------


def wrapping(policy: FloorPolicy, wrapup: int = 0) -> Stand:
    stand = Stand(policy)
    stand.tell(member(wrapup_s=wrapup), connected("1"))
    stand.tell(completed("1", talk=10.0), after=10)
    return stand


@pytest.mark.parametrize(
    ("policy", "wrapup", "length"),
    [
        (FloorPolicy(wrap_up_s=9, queue_wrap_up_s={"q": 7}), 15, 15),
        (FloorPolicy(wrap_up_s=9, queue_wrap_up_s={"q": 7}), 0, 7),
        (FloorPolicy(wrap_up_s=9, queue_wrap_up_s={"q": 0}), 0, 0),
        (FloorPolicy(wrap_up_s=9, groups=(SkillGroup(id="g", name="G", queues=("q",), wrap_up_s=20),)), 0, 20),
        (FloorPolicy(wrap_up_s=9), 0, 9),
        (FloorPolicy(), 0, 0),
    ],
    ids=["member's own", "queue's", "queue has none", "group's", "everybody's", "none"],
)
def test_whose_wrap_up_length_counts(policy: FloorPolicy, wrapup: int, length: int) -> None:
    stand = wrapping(policy, wrapup)
    if length == 0:
        assert stand.status() == "available"
        return
    assert stand.agent().wrap_until == NOON + 10 + length
    stand.floor.tick(NOON + 10 + length - 0.1)
    assert stand.status() == "wrap_up"
    stand.floor.tick(NOON + 10 + length)
    assert (stand.status(), stand.agent().since) == ("available", NOON + 10 + length)
    assert stand.agent().handled_s == 10.0 + length


def test_wrap_up_ends_at_its_own_moment_however_late_the_clock_comes() -> None:
    stand = wrapping(FloorPolicy(wrap_up_s=9))
    stand.tell(after=500)
    assert (stand.status(), stand.agent().since) == ("available", NOON + 19)


def test_next_contact_cuts_wrap_up_short() -> None:
    stand = wrapping(FloorPolicy(wrap_up_s=9))
    stand.tell(offered("2"), after=1)
    assert stand.status() == "ringing"
    stand.tell(connected("2"), after=2)
    stand.tell(after=60)
    assert (stand.status(), stand.agent().handled_s) == ("talking", 13.0)


def test_no_wrap_up_without_a_clock() -> None:
    stand = Stand(FloorPolicy(wrap_up_s=9), at=None)
    stand.tell(member(), connected("1"), completed("1"))
    assert stand.status() == "available"


def test_wrap_up_found_running_by_the_first_listing() -> None:
    stand = Stand(FloorPolicy(wrap_up_s=30))
    stand.tell(*listing(seen("A", last_call=NOON - 10), seen("B", last_call=NOON - 40), seen("C", last_call=NOON + 90)))
    assert [stand.status(interface) for interface in "ABC"] == ["wrap_up", "available", "available"]
    stand.floor.tick(NOON + 20)
    assert stand.status("A") == "available"


def test_day_begins_from_nought() -> None:
    stand = wrapping(FloorPolicy())
    stand.floor.begin_day()
    agent = stand.agent()
    assert (agent.answered, agent.completed, agent.ring_no_answer, agent.handled_s) == (0, 0, 0, 0.0)
    assert stand.floor.queues["q"].answered == 1
