"""The switch against a scripted server: every answer is done, already, refused or unknown, never an exception."""

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from console.core.ports import Answer, Done, Refused, Unreachable
from console.desk.clock import SystemClock
from console.feeds.asterisk.switch import AsteriskSwitch
from tests.feeds.fake_ami import SECRET, FakeAmi, Fields, Peer, Script, hear_action, let_in
from tests.feeds.live_feed import profile_of

SEAT = "Local/1001@agents/n"


class Steady(SystemClock):
    """A clock whose waits a test can shorten."""

    ahead = 0.0

    def steady(self) -> float:
        return super().steady() + self.ahead


@contextmanager
def switched(*scripts: Script, **options: float) -> Iterator[tuple[AsteriskSwitch, FakeAmi, Steady]]:
    clock = Steady()
    with FakeAmi(*scripts) as server:
        switch = AsteriskSwitch(profile_of(server.port), lambda: SECRET, clock, **options)
        try:
            yield switch, server, clock
        finally:
            switch.close()


def answering(*answers: tuple[str, str]) -> Script:
    """Let the client in and answer each action in turn, the last answer again and again."""

    def script(peer: Peer) -> None:
        assert let_in(peer)["Events"] == "off"
        for turn in range(1000):
            action = hear_action(peer)
            response, told = answers[min(turn, len(answers) - 1)]
            peer.answer(action, response, told)

    return script


ACTS: list[tuple[Callable[[AsteriskSwitch], Answer], Fields]] = [
    (
        lambda s: s.pause(SEAT, "sales", paused=True, reason="午休: lunch"),
        {"Action": "QueuePause", "Interface": SEAT, "Queue": "sales", "Paused": "true", "Reason": "午休: lunch"},
    ),
    (lambda s: s.pause(SEAT, None, paused=False), {"Action": "QueuePause", "Interface": SEAT, "Paused": "false"}),
    (
        lambda s: s.add_member("q", SEAT, name="机动 一", penalty=3, paused=True, state_interface="hint:1@x"),
        {
            "Action": "QueueAdd",
            "Queue": "q",
            "Interface": SEAT,
            "MemberName": "机动 一",
            "Penalty": "3",
            "Paused": "true",
            "StateInterface": "hint:1@x",
        },
    ),
    (lambda s: s.remove_member("q", SEAT), {"Action": "QueueRemove", "Queue": "q", "Interface": SEAT}),
    (
        lambda s: s.set_penalty("q", SEAT, 7),
        {"Action": "QueuePenalty", "Queue": "q", "Interface": SEAT, "Penalty": "7"},
    ),
    (
        lambda s: s.put_key("ivr", "shortcut", "é: 1"),
        {"Action": "DBPut", "Family": "ivr", "Key": "shortcut", "Val": "é: 1"},
    ),
    (lambda s: s.delete_key("ivr", "shortcut"), {"Action": "DBDel", "Family": "ivr", "Key": "shortcut"}),
    (
        lambda s: s.tell("BreakGranted", {"Agent": "1001"}),
        {"Action": "UserEvent", "UserEvent": "BreakGranted", "Agent": "1001"},
    ),
]


@pytest.mark.parametrize(("act", "fields"), ACTS, ids=lambda one: one.get("Action") if isinstance(one, dict) else "")
def test_an_action_says_exactly_what_is_meant(act: Callable[[AsteriskSwitch], Answer], fields: Fields) -> None:
    with switched(answering(("Success", "done"))) as (switch, server, _):
        assert act(switch) == Done()
        sent = server.peers[0].actions[-1]
        assert {key: value for key, value in sent.items() if key != "ActionID" and value} == fields


ALREADY: list[tuple[Callable[[AsteriskSwitch], Answer], str]] = [
    (lambda s: s.add_member("q", SEAT), "Unable to add interface: Already there"),
    (lambda s: s.remove_member("q", SEAT), "Unable to remove interface: Not there"),
]


@pytest.mark.parametrize(("act", "told"), ALREADY)
def test_a_repeated_action_is_done(act: Callable[[AsteriskSwitch], Answer], told: str) -> None:
    with switched(answering(("Error", told))) as (switch, _, _):
        assert act(switch) == Done(already=True)


def test_deleting_a_key_that_is_gone_is_done_but_one_that_stays_is_refused() -> None:
    not_deleted = ("Error", "Database entry could not be deleted")
    with switched(answering(not_deleted, ("Error", "Database entry not found"))) as (switch, _, _):
        assert switch.delete_key("ivr", "x") == Done(already=True)

    def stays(peer: Peer) -> None:
        let_in(peer)
        peer.answer(hear_action(peer), *not_deleted)
        action = hear_action(peer)
        peer.answer(action, message="Result will follow", EventList="start")
        peer.say(f"Event: DBGetResponse\nFamily: ivr\nKey: x\nVal: still\nActionID: {action['ActionID']}")
        peer.say(f"Event: DBGetComplete\nActionID: {action['ActionID']}\nEventList: Complete\nListItems: 1")
        peer.wait()

    with switched(stays) as (switch, _, _):
        answer = switch.delete_key("ivr", "x")
        assert isinstance(answer, Refused)
        assert answer.message == not_deleted[1]


REFUSALS = [
    ("Permission denied", "may not"),
    ("Unable to add interface to queue: No such queue", "no queue nope"),
    ("Member not dynamic", "not signed out"),
    ("Interface not found", "not signed in"),
    ("Invalid interface, queuename or penalty", "not signed in"),
    ("Something new", "Something new"),
]


@pytest.mark.parametrize(("told", "words"), REFUSALS)
def test_a_refusal_is_a_sentence_with_the_servers_own_words(told: str, words: str) -> None:
    with switched(answering(("Error", told))) as (switch, server, _):
        for answer in (switch.add_member("nope", SEAT), switch.pause(SEAT, "nope", paused=True)):
            assert isinstance(answer, Refused)
            assert words in answer.said.english()
            assert answer.message == told
        assert len(server.heard("Login")) == 1


def test_an_app_queue_not_loaded_yet_is_not_a_refusal() -> None:
    with switched(answering(("Error", "Invalid/unknown command: QueueAdd."))) as (switch, _, _):
        assert isinstance(switch.add_member("q", SEAT), Unreachable)


def test_a_server_that_is_going_down_has_refused_nothing() -> None:
    with switched(answering(("Error", "Asterisk is shutting down"))) as (switch, _, _):
        assert isinstance(switch.add_member("q", SEAT), Unreachable)
        assert isinstance(switch.tell("BreakGranted", {}), Unreachable)
        assert isinstance(switch.get_key("ivr", "x"), Unreachable)


def test_a_key_is_read_from_the_event_that_follows() -> None:
    def script(peer: Peer) -> None:
        let_in(peer)
        for val in ("é: 1", ""):
            action = hear_action(peer)
            peer.answer(action, message="Result will follow", EventList="start")
            peer.say("Event: DBGetResponse\nFamily: ivr\nKey: x\nVal: a stranger's\nActionID: other")
            peer.say(f"Event: DBGetResponse\nFamily: ivr\nKey: x\nVal: {val}\nActionID: {action['ActionID']}")
            peer.say(f"Event: DBGetComplete\nActionID: {action['ActionID']}\nEventList: Complete\nListItems: 1")
        peer.answer(hear_action(peer), "Error", "Database entry not found")
        peer.answer(hear_action(peer), "Error", "Permission denied")
        peer.wait()

    with switched(script) as (switch, _, _):
        assert switch.get_key("ivr", "x") == "é: 1"
        assert switch.get_key("ivr", "x") == ""
        assert switch.get_key("ivr", "x") is None
        assert isinstance(switch.get_key("ivr", "x"), Refused)


HOSTILE: list[Callable[[AsteriskSwitch], Answer]] = [
    lambda s: s.pause("Local/1\r\nAction: Originate", None, paused=True),
    lambda s: s.pause(SEAT, "q\nX: y", paused=True),
    lambda s: s.put_key("ivr", "x", "1\r\n\r\nAction: Command"),
    lambda s: s.put_key("ivr", "x", " leading blank"),
    lambda s: s.put_key("ivr", "x", "y" * 1100),
    lambda s: s.tell("A\rB", {}),
    lambda s: s.tell("A", {"Agent": "1\0"}),
    lambda s: s.tell("A", {"ActionID": "1"}),
    lambda s: s.tell("A", {"Bad key:": "1"}),
    lambda s: s.tell("A", {f"K{n}": "" for n in range(130)}),
    lambda s: s.message("pjsip:1\r\nX: y", "hi"),
    lambda s: s.message("pjsip:1", "long" * 300),
]


@pytest.mark.parametrize("act", HOSTILE)
def test_what_cannot_be_said_safely_is_refused_before_it_is_sent(act: Callable[[AsteriskSwitch], Answer]) -> None:
    with switched(answering(("Success", ""))) as (switch, server, _):
        assert isinstance(act(switch), Refused)
        assert not server.peers


def test_a_reason_is_cut_between_characters_where_app_queue_would_cut_within() -> None:
    with switched(answering(("Success", ""))) as (switch, server, _):
        switch.pause(SEAT, None, paused=True, reason="午" * 27)
        switch.add_member("q", SEAT, name="aa" + "休" * 30)
        assert server.heard("QueuePause")[0]["Reason"] == "午" * 26
        assert server.heard("QueueAdd")[0]["MemberName"] == "aa" + "休" * 25


def test_a_text_of_several_lines_reaches_the_phone() -> None:
    with switched(answering(("Success", "Message successfully sent"))) as (switch, server, _):
        assert switch.message("pjsip:1001", "小休 14:10\r\nthanks") == Done()
        sent = server.heard("MessageSend")[0]
        assert base64.b64decode(sent["Base64Body"]).decode() == "小休 14:10\r\nthanks"


# ---- when the link breaks --------------------------------------------------------------------------------------------


def test_nothing_heard_in_time_is_unknown_and_the_next_action_goes_over_a_new_connection() -> None:
    def deaf(peer: Peer) -> None:
        let_in(peer)
        peer.hear()
        peer.wait()

    with switched(deaf, answering(("Success", ""))) as (switch, server, _):
        late = AsteriskSwitch(switch.profile, lambda: SECRET, SystemClock(), answer_within=0.2)
        try:
            answer = late.pause(SEAT, None, paused=True)
            assert isinstance(answer, Unreachable)
            assert "not known" in answer.said.english()
            assert late.pause(SEAT, None, paused=True) == Done()
        finally:
            late.close()
        assert len(server.peers) == 2


def test_cut_after_the_action_is_unknown() -> None:
    def cuts(peer: Peer) -> None:
        let_in(peer)
        peer.hear()

    with switched(cuts, answering(("Success", ""))) as (switch, _, _):
        assert isinstance(switch.pause(SEAT, None, paused=True), Unreachable)
        assert switch.pause(SEAT, None, paused=True) == Done()


def test_a_connection_closed_while_idle_is_made_anew_without_a_word() -> None:
    closed = threading.Event()

    def once(peer: Peer) -> None:
        let_in(peer)
        peer.answer(hear_action(peer))
        peer.sock.close()
        closed.set()

    with switched(once, answering(("Success", ""))) as (switch, server, _):
        assert switch.pause(SEAT, None, paused=True) == Done()
        assert closed.wait(10)
        assert switch.pause(SEAT, None, paused=True) == Done()
        assert [len(peer.actions) for peer in server.peers] == [3, 3]


def test_a_wrong_secret_is_not_tried_again_at_once() -> None:
    with switched(answering(("Success", ""))) as (_, server, clock):
        switch = AsteriskSwitch(profile_of(server.port), lambda: "", clock)
        assert isinstance(switch.pause(SEAT, None, paused=True), Unreachable)
        assert not server.peers
        asked: list[int] = []
        switch = AsteriskSwitch(profile_of(server.port), lambda: str(asked.append(1)) and None, clock)  # type: ignore[func-returns-value]  # counts the asking
        for _ in range(5):
            assert isinstance(switch.pause(SEAT, None, paused=True), Unreachable)
        assert len(asked) == 1
        clock.ahead += 61
        assert isinstance(switch.pause(SEAT, None, paused=True), Unreachable)
        assert len(asked) == 2


def test_nobody_there_is_tried_again_after_a_growing_wait() -> None:
    with switched(answering(("Success", ""))) as (switch, server, clock):
        port = server.port
    clock.ahead = 0
    switch = AsteriskSwitch(profile_of(port), lambda: SECRET, clock)
    first = switch.pause(SEAT, None, paused=True)
    assert isinstance(first, Unreachable)
    assert "Nothing listens" in first.said.english()
    with switched(answering(("Success", ""))) as (_, server, _):
        object.__setattr__(switch, "profile", profile_of(server.port))
        assert switch.pause(SEAT, None, paused=True) == first
        clock.ahead += 1
        assert switch.pause(SEAT, None, paused=True) == Done()
        switch.close()


def test_many_threads_share_one_connection_and_each_gets_its_own_answer() -> None:
    def echo(peer: Peer) -> None:
        let_in(peer)
        while True:
            action = hear_action(peer)
            peer.answer(action, "Error", f"told {action['Family']}")

    with switched(echo) as (switch, server, _):
        answers: dict[str, Answer] = {}

        def ask(name: str) -> None:
            for _ in range(20):
                answers[name] = switch.put_key(name, "k", "v")

        threads = [threading.Thread(target=ask, args=(f"f{n}",)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert {name: getattr(answer, "message", "") for name, answer in answers.items()} == {
            f"f{n}": f"told f{n}" for n in range(6)
        }
        assert len(server.peers) == 1


def test_close_ends_an_action_under_way() -> None:
    asked = threading.Event()

    def deaf(peer: Peer) -> None:
        let_in(peer)
        peer.hear()
        asked.set()
        peer.wait()

    with switched(deaf, answer_within=30.0) as (switch, _, _):
        answers: list[Answer] = []
        thread = threading.Thread(target=lambda: answers.append(switch.pause(SEAT, None, paused=True)))
        thread.start()
        assert asked.wait(10)
        switch.close()
        thread.join(5)
        assert isinstance(answers[0], Unreachable)
        assert isinstance(switch.pause(SEAT, None, paused=True), Unreachable)
