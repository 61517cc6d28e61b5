"""The switch pulls real levers: every action, its repetition, its refusals, and what the floor sees of it."""

import time
from collections.abc import Callable, Iterator

import pytest

from console.core.ports import Answer, Done, Refused, Unreachable
from console.desk.clock import SystemClock
from console.feeds.asterisk.switch import AsteriskSwitch
from tests.asterisk.ami import Ami, Message
from tests.asterisk.lab import SEATS, AsteriskLab
from tests.feeds.live_feed import profile_of

pytestmark = pytest.mark.asterisk

SEAT = SEATS["1001"]
FLEX = SEATS["5002"]


def switch_of(lab: AsteriskLab, user: str = "floordesk-steward", **changes: object) -> AsteriskSwitch:
    profile = profile_of(lab.ami_port, steward_user=user, **changes)
    return AsteriskSwitch(profile, lambda: lab.secret(user), SystemClock())


@pytest.fixture
def switch(asterisk: AsteriskLab) -> Iterator[AsteriskSwitch]:
    one = switch_of(asterisk)
    yield one
    one.close()


def memberships(lab: AsteriskLab, interface: str) -> dict[str, Message]:
    listed = lab.control.listing("QueueStatus", Member=interface)
    return {one["Queue"]: one for one in listed if one["Event"] == "QueueMember"}


def test_a_seat_is_paused_in_all_its_queues_and_back(asterisk: AsteriskLab, switch: AsteriskSwitch) -> None:
    assert switch.pause(SEAT, None, paused=True, reason="用餐: 30 min") == Done()
    assert {one["PausedReason"] for one in memberships(asterisk, SEAT).values()} == {"用餐: 30 min"}
    assert len(memberships(asterisk, SEAT)) == 2
    assert switch.pause(SEAT, None, paused=True, reason="用餐: 30 min") == Done()
    assert switch.pause(SEAT, "vip", paused=False) == Done()
    assert {queue: one["Paused"] for queue, one in memberships(asterisk, SEAT).items()} == {"sales": "1", "vip": "0"}
    assert switch.pause(SEAT, None, paused=False) == Done()
    assert {one["Paused"] for one in memberships(asterisk, SEAT).values()} == {"0"}


def test_a_seat_is_signed_in_moved_and_signed_out(asterisk: AsteriskLab, switch: AsteriskSwitch) -> None:
    assert switch.add_member("overflow", FLEX, name="机动 二", penalty=2, paused=True) == Done()
    found = memberships(asterisk, FLEX)["overflow"]
    assert (found["Name"], found["Penalty"], found["Paused"]) == ("机动 二", "2", "1")
    assert switch.add_member("overflow", FLEX) == Done(already=True)
    assert switch.set_penalty("overflow", FLEX, 7) == Done()
    assert switch.set_penalty("overflow", FLEX, 7) == Done()
    assert memberships(asterisk, FLEX)["overflow"]["Penalty"] == "7"
    assert switch.remove_member("overflow", FLEX) == Done()
    assert switch.remove_member("overflow", FLEX) == Done(already=True)
    assert not memberships(asterisk, FLEX)


@pytest.mark.parametrize("value", ["support", "客服: 2", "", "ends with blanks  ", "é" * 400])
def test_a_routing_key_is_written_read_and_deleted(asterisk: AsteriskLab, switch: AsteriskSwitch, value: str) -> None:
    assert switch.get_key("ivr", "shortcut") is None
    assert switch.put_key("ivr", "shortcut", value) == Done()
    assert switch.put_key("ivr", "shortcut", value) == Done()
    assert switch.get_key("ivr", "shortcut") == value
    assert switch.delete_key("ivr", "shortcut") == Done()
    assert switch.delete_key("ivr", "shortcut") == Done(already=True)
    assert "ivr/shortcut" not in asterisk.astdb_show("ivr")


REFUSED: list[tuple[Callable[[AsteriskSwitch], Answer], str, str]] = [
    (lambda s: s.remove_member("sales", SEAT), "Member not dynamic", "not signed out"),
    (lambda s: s.add_member("nope", FLEX), "Unable to add interface to queue: No such queue", "no queue nope"),
    (lambda s: s.remove_member("nope", FLEX), "Unable to remove interface from queue: No such queue", "no queue nope"),
    (lambda s: s.pause("Local/9999@phones", None, paused=True), "Interface not found", "not signed in"),
    (lambda s: s.pause(SEAT, "billing", paused=True), "Interface not found", "not signed in to billing"),
    (lambda s: s.set_penalty("billing", SEAT, 1), "Invalid interface, queuename or penalty", "not signed in"),
    (lambda s: s.set_penalty("sales", SEAT, -1), "Invalid interface, queuename or penalty", "no penalty"),
    (lambda s: s.message("nonsense:1001", "hello"), "Message technology not found.", "technology"),
]


@pytest.mark.parametrize(("act", "told", "words"), REFUSED)
def test_a_refusal_says_why(
    switch: AsteriskSwitch, act: Callable[[AsteriskSwitch], Answer], told: str, words: str
) -> None:
    answer = act(switch)
    assert isinstance(answer, Refused)
    assert answer.message == told
    assert words in answer.said.english()


@pytest.mark.parametrize("user", ["viewer", "norights"])
def test_a_user_who_may_not_write_is_refused_every_lever(asterisk: AsteriskLab, user: str) -> None:
    switch = switch_of(asterisk, user)
    try:
        answers = [
            switch.pause(SEAT, None, paused=True),
            switch.add_member("overflow", FLEX),
            switch.put_key("ivr", "x", "1"),
            switch.delete_key("ivr", "x"),
            switch.tell("BreakGranted", {}),
            switch.message("pjsip:1001", "x"),
        ]
        assert all(isinstance(one, Refused) and "manager.conf" in one.said.english() for one in answers), answers
        assert {one["Paused"] for one in memberships(asterisk, SEAT).values()} == {"0"}
    finally:
        switch.close()


def test_what_is_told_reaches_everybody(switch: AsteriskSwitch, everything: Ami) -> None:
    assert switch.tell("BreakGranted", {"Agent": "1001", "Until": "14:10", "Note": "小休: 5 min"}) == Done()
    told = everything.expect("UserEvent", UserEvent="BreakGranted")
    assert (told["Agent"], told["Until"], told["Note"]) == ("1001", "14:10", "小休: 5 min")


def test_a_long_reason_is_still_told_as_an_event(switch: AsteriskSwitch, everything: Ami) -> None:
    # app_queue cuts at 79 bytes; a character cut in half would make Asterisk send no event at all
    assert switch.pause(SEAT, "sales", paused=True, reason="午" * 40) == Done()
    told = everything.expect("QueueMemberPause", Interface=SEAT)
    assert told["PausedReason"] == "午" * 26


def test_levers_work_over_tls(asterisk: AsteriskLab) -> None:
    switch = switch_of(asterisk, port=asterisk.tls_port, tls=True, ca_file=str(asterisk.ca_file))
    try:
        assert switch.pause(SEAT, None, paused=True) == Done()
        assert switch.put_key("ivr", "shortcut", "x") == Done()
        assert switch.get_key("ivr", "shortcut") == "x"
    finally:
        switch.close()


def once_reached(act: Callable[[], Answer]) -> Answer:
    """Act as the steward does: again and again while the answer is that nobody was reached."""
    deadline = time.monotonic() + 15
    while isinstance(answer := act(), Unreachable) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def test_a_restart_between_two_levers_is_survived(fresh_asterisk: AsteriskLab) -> None:
    switch = switch_of(fresh_asterisk)
    try:
        assert switch.add_member("overflow", FLEX) == Done()
        fresh_asterisk.halt()
        assert isinstance(switch.add_member("overflow", FLEX), Unreachable)
        fresh_asterisk.resume()
        assert once_reached(lambda: switch.add_member("overflow", FLEX)) == Done()
        fresh_asterisk.restart()
        assert switch.remove_member("overflow", FLEX) == Done(already=True)
    finally:
        switch.close()
