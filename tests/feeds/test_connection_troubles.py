"""Every way a link can fail has its own name, is told once with when it will be tried again, and is survived."""

import contextlib
import logging
import random
import socket
import ssl
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.events import LinkChanged, SnapshotEnded
from console.core.floor.model import LinkStatus, LinkTrouble
from console.core.words import say
from console.feeds.asterisk.connection import LINE_BYTES, Unsendable, encode
from console.feeds.asterisk.pace import Pace, Waits
from console.feeds.asterisk.parse import pairs
from console.feeds.asterisk.troubles import SLOW_TO_MEND, explain
from tests.asterisk import certs
from tests.feeds.fake_ami import (
    BANNER,
    SECRET,
    FakeAmi,
    Gone,
    Peer,
    Script,
    a_floor,
    answer_question,
    follow,
    let_in,
    member,
    queue,
)
from tests.feeds.live_feed import Running, profile_of

# ---- what the other end does -----------------------------------------------------------------------------------------


def refuses_secret(peer: Peer) -> None:
    peer.say(BANNER)
    action = peer.hear()
    peer.answer(action, Challenge="1")
    peer.answer(peer.hear(), "Error", "Authentication failed")


def closes_at_once(_peer: Peer) -> None:
    """As Asterisk does above its authlimit."""


def speaks_ssh(peer: Peer) -> None:
    peer.say(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    peer.wait()


def speaks_http(peer: Peer) -> None:
    with contextlib.suppress(Gone):
        peer.hear_bytes()
        peer.say(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        peer.wait()


def drips_a_foreign_greeting(peer: Peer) -> None:
    peer.say(b"Asterisk")
    peer.say(b" Call Mangler/11\r\n")
    peer.wait()


def never_ends_its_greeting(peer: Peer) -> None:
    peer.say(b"Asterisk Call Manager/" + b"1" * 4096)
    peer.wait()


def hangs_up_on_plain_text(peer: Peer) -> None:
    """As a TLS port does."""
    with contextlib.suppress(Gone):
        peer.hear_bytes()


def alerts_in_tls(peer: Peer) -> None:
    with contextlib.suppress(Gone):
        peer.hear_bytes()
        peer.say(b"\x15\x03\x01\x00\x02\x02\x46")
        peer.wait()


def listed(peer: Peer) -> None:
    let_in(peer)
    for _ in range(3):
        assert answer_question(peer, peer.hear(), (queue(), member()))


def shuts_down(peer: Peer) -> None:
    listed(peer)
    peer.say("Event: Shutdown\nPrivilege: system,all\nShutdown: Cleanly\nRestart: False")


def cuts_mid_line(peer: Peer) -> None:
    listed(peer)
    peer.say(b"Event: QueueCallerJoin\r\nPrivilege: agent,all\r\nChann")


def resets(peer: Peer) -> None:
    listed(peer)
    peer.reset()


def falls_silent(peer: Peer) -> None:
    listed(peer)
    peer.wait()


def babbles(peer: Peer) -> None:
    listed(peer)
    peer.say(*[random.Random(n).randbytes(50).replace(b"\r", b".") + b"\r\n\r\n" for n in range(12)])
    follow(peer)


def never_ends_a_message(peer: Peer) -> None:
    listed(peer)
    with contextlib.suppress(Gone):
        for _ in range(12 * 20):
            peer.say(b"Event: QueueCallerJoin\r\nX: " + b"y" * 65536)
            peer.say(b"\r\n\r\n" if _ % 20 == 19 else b"")
    follow(peer)


def never_ends_a_listing(peer: Peer) -> None:
    let_in(peer)
    with contextlib.suppress(Gone):
        while True:
            action = peer.hear()
            peer.answer(action, message="Queue status will follow", EventList="start")
            peer.say(f"Event: QueueParams\nQueue: sales\nActionID: {action['ActionID']}")


def refuses_queue_status(peer: Peer) -> None:
    let_in(peer)
    while True:
        action = peer.hear()
        if action["Action"] == "QueueStatus":
            peer.answer(action, "Error", "Permission denied")
        else:
            assert answer_question(peer, action, ())


def is_going_down(peer: Peer) -> None:
    """As Asterisk answers whatever is asked once it has begun to stop."""
    let_in(peer)
    while True:
        peer.answer(peer.hear(), "Error", "Asterisk is shutting down")


def lets_nobody_in_while_going_down(peer: Peer) -> None:
    peer.say(BANNER)
    while True:
        peer.answer(peer.hear(), "Error", "Asterisk is shutting down")


def has_no_app_queue(peer: Peer) -> None:
    let_in(peer)
    while True:
        action = peer.hear()
        if action["Action"].startswith("Queue"):
            peer.answer(action, "Error", f"Invalid/unknown command: {action['Action']}.")
        else:
            assert answer_question(peer, action, ())


def sends_no_events(peer: Peer) -> None:
    let_in(peer, booted=False)
    completed = 0
    while True:
        action = peer.hear()
        completed += action["Action"] == "QueueStatus"
        assert answer_question(peer, action, (queue(completed), member()))


TROUBLES: list[tuple[Script, LinkTrouble, str]] = [
    (refuses_secret, LinkTrouble.WRONG_SECRET, "Authentication failed"),
    (closes_at_once, LinkTrouble.CROWDED, ""),
    (speaks_ssh, LinkTrouble.NOT_AMI, "SSH-2.0"),
    (drips_a_foreign_greeting, LinkTrouble.NOT_AMI, "Call Mangler"),
    (never_ends_its_greeting, LinkTrouble.NOT_AMI, ""),
    (shuts_down, LinkTrouble.SHUT_DOWN, ""),
    (cuts_mid_line, LinkTrouble.CUT, "in the middle of a message"),
    (resets, LinkTrouble.CUT, "reset"),
    (falls_silent, LinkTrouble.SILENT, "Ping"),
    (babbles, LinkTrouble.GARBLED, "unreadable"),
    (never_ends_a_message, LinkTrouble.GARBLED, "unreadable"),
    (never_ends_a_listing, LinkTrouble.SILENT, "listing"),
    (refuses_queue_status, LinkTrouble.NO_RIGHTS, "Permission denied"),
    (is_going_down, LinkTrouble.SHUT_DOWN, "shutting down"),
    (lets_nobody_in_while_going_down, LinkTrouble.SHUT_DOWN, "shutting down"),
    (has_no_app_queue, LinkTrouble.NO_RIGHTS, "app_queue"),
    (sends_no_events, LinkTrouble.NO_RIGHTS, "no event"),
]


@pytest.mark.parametrize(("script", "trouble", "words"), TROUBLES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_trouble_is_named_and_the_next_try_succeeds(script: Script, trouble: LinkTrouble, words: str) -> None:
    with (
        FakeAmi(script, busy_floor) as server,
        Running(profile_of(server.port), reconcile_every=30.0) as feed,
    ):
        status = LinkStatus.REFUSED if trouble in SLOW_TO_MEND else LinkStatus.LOST
        feed.until(
            lambda: any(one.trouble is trouble and one.retry_at is not None for one in feed.of(LinkChanged)),
            f"{trouble} with the time of the next try",
            within=15,
        )
        told = next(one for one in feed.of(LinkChanged) if one.trouble is trouble and one.retry_at is not None)
        assert told.status is status
        assert words in told.detail
        before = len(feed.of(SnapshotEnded))
        feed.until(lambda: len(feed.of(SnapshotEnded)) > before, "a listing from the mended server")
        feed.until(lambda: feed.links[-1] == (LinkStatus.LIVE, LinkTrouble.NONE), "live again")
        assert SECRET not in repr(feed.batches)


def busy_floor(peer: Peer) -> None:
    """A floor where things happen: a feed that doubts its rights sees events come."""
    listed(peer)
    peer.say(
        "Event: QueueMemberPause\nPrivilege: agent,all\nQueue: sales\nMemberName: A\nInterface: Local/1001@agents/n"
    )
    follow(peer)


SILENT_GREETERS: list[tuple[Script, LinkTrouble, str]] = [
    (speaks_http, LinkTrouble.NOT_AMI, "HTTP/1.1 400"),
    (hangs_up_on_plain_text, LinkTrouble.TLS, "TLS port"),
    (alerts_in_tls, LinkTrouble.TLS, "switch TLS on"),
    (Peer.wait, LinkTrouble.TIMEOUT, "no greeting"),
]


@pytest.mark.parametrize(("script", "trouble", "words"), SILENT_GREETERS, ids=lambda one: getattr(one, "__name__", ""))
def test_what_greets_in_silence_is_found_out(
    script: Script, trouble: LinkTrouble, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.feeds.asterisk.login.GREETING_WITHIN", 0.2)
    with FakeAmi(script) as server, Running(profile_of(server.port)) as feed:
        feed.until(lambda: any(one is trouble for _, one in feed.links), f"{trouble}")
        told = next(one for one in feed.of(LinkChanged) if one.trouble is trouble)
        assert words in told.detail


# ---- reaching it -----------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nobody_listens() -> None:
    with Running(profile_of(free_port())) as feed:
        told = feed.until_link(LinkStatus.LOST, LinkTrouble.REFUSED)
        assert told.retry_at is not None


@pytest.mark.parametrize("host", ["no-such-host.invalid", "", "bad\x00host", "x" * 300, "ho st"])
def test_a_host_that_has_no_address(host: str) -> None:
    with Running(profile_of(5038, host=host)) as feed:
        feed.until_link(LinkStatus.LOST, LinkTrouble.NAME_UNKNOWN)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_does_not_exist(port: int) -> None:
    with Running(profile_of(port)) as feed:
        feed.until_link(LinkStatus.LOST, LinkTrouble.UNREACHABLE)


@pytest.fixture
def full_listener() -> Iterator[int]:
    """A port that never completes another handshake: its queue of connections is full."""
    with contextlib.ExitStack() as open_:
        listener = open_.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = int(listener.getsockname()[1])
        for _ in range(4):
            client = open_.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
        yield port


def test_a_host_that_does_not_answer_is_given_up_in_time(full_listener: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.feeds.asterisk.connection.DIAL_WITHIN", 0.3)
    with Running(profile_of(full_listener)) as feed:
        feed.until_link(LinkStatus.LOST, LinkTrouble.TIMEOUT)


def test_stop_does_not_wait_for_a_host_that_does_not_answer(full_listener: int) -> None:
    with Running(profile_of(full_listener)) as feed:
        feed.until_link(LinkStatus.CONNECTING)
        assert feed.end() < 0.5


def test_stop_does_not_wait_for_the_name_service(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, released = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        asked.set()
        released.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        with Running(profile_of(5038, host="slow.example")) as feed:
            assert asked.wait(10)
            assert feed.end() < 0.5
    finally:
        released.set()


def test_stop_does_not_wait_for_a_keyring_that_asks_its_owner() -> None:
    asked, released = threading.Event(), threading.Event()

    def ask() -> str:
        asked.set()
        released.wait(10)
        return SECRET

    try:
        with Running(profile_of(5038), secret=ask) as feed:
            assert asked.wait(10)
            assert feed.end() < 0.5
    finally:
        released.set()


# ---- TLS -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    certs.write(tmp_path)
    (tmp_path / "empty.pem").write_text("no certificate here\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("ca_file", "host", "words"),
    [
        ("stranger.pem", "localhost", "certificate"),
        ("", "localhost", "certificate"),
        ("missing.pem", "localhost", "CA file"),
        ("empty.pem", "localhost", "CA file"),
        ("ca.pem", "127.1", "ostname mismatch"),
    ],
)
def test_a_certificate_that_proves_nothing(certificates: Path, ca_file: str, host: str, words: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "ami.pem", certificates / "ami.key")
    with FakeAmi(a_floor, tls=context) as server:
        own = str(certificates / ca_file) if ca_file else ""
        with Running(profile_of(server.port, host=host, tls=True, ca_file=own)) as feed:
            told = feed.until_link(LinkStatus.REFUSED, LinkTrouble.TLS)
            assert words in told.detail
    assert not server.heard("Login")


@pytest.mark.parametrize("script", [a_floor, closes_at_once], ids=["plain port", "hangs up"])
def test_a_port_that_speaks_no_tls(certificates: Path, script: Script) -> None:
    with FakeAmi(script) as server:
        profile = profile_of(server.port, tls=True, ca_file=str(certificates / "ca.pem"))
        with Running(profile) as feed:
            feed.until_link(LinkStatus.REFUSED, LinkTrouble.TLS)


# ---- secrets and settings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "words"),
    [(None, "none is kept"), ("", "none is kept"), (say("The system keyring is locked."), "locked")],
    ids=["none", "empty", "locked"],
)
def test_without_a_secret_nothing_is_dialled(secret: object, words: str) -> None:
    with FakeAmi(a_floor) as server, Running(profile_of(server.port), secret=secret) as feed:  # type: ignore[arg-type]  # what a keyring may say
        told = feed.until_link(LinkStatus.REFUSED, LinkTrouble.NO_SECRET)
        assert words in told.detail
    assert not server.peers


def test_a_secret_given_later_is_taken() -> None:
    kept: list[str] = []
    with FakeAmi(a_floor) as server, Running(profile_of(server.port), secret=lambda: kept[0] if kept else None) as feed:
        feed.until_link(LinkStatus.REFUSED, LinkTrouble.NO_SECRET)
        kept.append(SECRET)
        feed.until_link(LinkStatus.LIVE)


@pytest.mark.parametrize("user", ["floordesk\r\nAction: Originate", "a\nb", "a\x00b", "u" * 2000, "\udc80"])
def test_settings_never_become_lines_of_their_own(user: str) -> None:
    with FakeAmi(a_floor) as server, Running(profile_of(server.port, user=user)) as feed:
        feed.until_link(LinkStatus.REFUSED, LinkTrouble.WRONG_SECRET)
    assert not server.heard("Login")
    assert not server.heard("Originate")


def test_the_secret_is_in_no_log_and_no_event(caplog: pytest.LogCaptureFixture, certificates: Path) -> None:
    caplog.set_level(logging.DEBUG)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "ami.pem", certificates / "ami.key")

    def echoes(peer: Peer) -> None:
        peer.say(BANNER)
        action = peer.hear()
        if action["Action"] == "Login":
            peer.answer(action, "Error", f"no such secret {action['Secret']}")

    hidden = "hush-hush\r\nX: y"
    with FakeAmi(refuses_secret) as server, Running(profile_of(server.port)) as feed:
        feed.until_link(LinkStatus.REFUSED, LinkTrouble.WRONG_SECRET, times=2)
    with FakeAmi(echoes, tls=context) as server:
        profile = profile_of(server.port, tls=True, ca_file=str(certificates / "ca.pem"))
        with Running(profile) as talkative:
            talkative.until_link(LinkStatus.REFUSED, LinkTrouble.WRONG_SECRET)
        with Running(profile, secret=hidden) as injected:
            injected.until_link(LinkStatus.REFUSED, LinkTrouble.WRONG_SECRET)
    told = caplog.text + repr(feed.batches) + repr(talkative.batches) + repr(injected.batches)
    assert SECRET not in told
    assert "hush" not in told


def test_a_keyring_that_fails_is_a_refused_link_not_a_crash(caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> str:
        raise RuntimeError(SECRET)

    with FakeAmi(a_floor) as server, Running(profile_of(server.port), secret=breaks) as feed:
        told = feed.until_link(LinkStatus.REFUSED, LinkTrouble.NO_SECRET)
        assert "RuntimeError" in told.detail
    assert SECRET not in caplog.text + repr(feed.batches)


# ---- waits and lines -------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**32), st.sampled_from(sorted(LinkTrouble)))
def test_waits_grow_within_their_bounds_and_begin_small_again(seed: int, trouble: LinkTrouble) -> None:
    pace = Pace()
    waits = Waits(pace, random.Random(seed))
    told = [waits.after(trouble) for _ in range(40)]
    longest = pace.longest_person_wait_s if trouble in SLOW_TO_MEND else pace.longest_wait_s
    first = pace.person_wait_s if trouble in SLOW_TO_MEND else pace.first_wait_s
    assert all(first * 0.75 <= wait <= longest * 1.25 for wait in told)
    assert all(late > early / 2 for early, late in pairwise(told))
    assert told[-1] >= longest * 0.75
    waits.settled()
    assert waits.after(LinkTrouble.CUT) <= 1.25 * pace.first_wait_s


def test_many_desks_do_not_come_back_at_once() -> None:
    waits = {round(Waits(Pace(), random.Random(desk)).after(LinkTrouble.CUT), 6) for desk in range(20)}
    assert len(waits) > 15


def test_a_wrong_secret_is_never_hammered() -> None:
    pace = Pace()
    waits = Waits(pace, random.Random(1))
    assert all(waits.after(LinkTrouble.WRONG_SECRET) >= 20 for _ in range(10))


@given(st.dictionaries(st.from_regex(r"[A-Za-z][\w-]{0,20}", fullmatch=True).filter(str.isascii), st.text(max_size=80)))
def test_an_action_carries_exactly_its_fields_or_is_refused(fields: dict[str, str]) -> None:
    fields = {key: value for key, value in fields.items() if key not in {"Action", "ActionID"}}
    if any(set(value) & {"\r", "\n", "\0"} or not _encodable(value) for value in fields.values()):
        with pytest.raises(Unsendable):
            encode("UserEvent", "id-1", fields)
        return
    data = encode("UserEvent", "id-1", fields)
    assert data.endswith(b"\r\n\r\n")
    assert data.count(b"\r\n\r\n") == 1
    assert pairs(data[:-4]) == [("Action", "UserEvent"), ("ActionID", "id-1"), *fields.items()]


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def test_lines_and_actions_longer_than_the_server_takes_are_refused() -> None:
    encode("UserEvent", "id", {"A": "x" * (LINE_BYTES - 3)})
    with pytest.raises(Unsendable):
        encode("UserEvent", "id", {"A": "x" * (LINE_BYTES - 2)})
    encode("UserEvent", "id", {f"A{n}": "" for n in range(126)})
    with pytest.raises(Unsendable):
        encode("UserEvent", "id", {f"A{n}": "" for n in range(127)})


def test_every_trouble_has_a_sentence_of_its_own() -> None:
    told = {explain(trouble, detail="d", where="h:1").english() for trouble in LinkTrouble}
    assert len(told) == len(LinkTrouble)


# ---- hostile bytes ---------------------------------------------------------------------------------------------------

STREAM = (
    "Event: QueueCallerJoin\nPrivilege: agent,all\nChannel: C\nUniqueid: 1.1\nQueue: sales\nPosition: 1\nCount: 1",
    "Response: Success\nActionID: x\nMessage: Queue status will follow",
    queue(),
    member(),
    "Event: QueueStatusComplete\nActionID: x\nEventList: Complete\nListItems: 2",
    "Event: AgentConnect\nPrivilege: agent,all\nUniqueid: 1.1\nQueue: sales\nInterface: Local/1001@agents/n",
    "Event: UserEvent\nPrivilege: user,all\nUserEvent: BreakRequest\nAgent: 1001\nReason: 午休",
    "Event: Reload\nPrivilege: system,all\nModule: All\nStatus: 0",
    "Event: AgentComplete\nPrivilege: agent,all\nQueue: sales\nInterface: Local/1001@agents/n\nTalkTime: 1e999",
)


def flipping(seed: int) -> Script:
    """Send a plausible stream with bytes flipped, lost and doubled, then hang up."""

    def script(peer: Peer) -> None:
        listed(peer)
        dice = random.Random(seed)
        data = bytearray("\r\n\r\n".join("\r\n".join(one.splitlines()) for one in STREAM * 20).encode())
        for _ in range(200):
            at = dice.randrange(len(data))
            match dice.randrange(3):
                case 0:
                    data[at] ^= 1 << dice.randrange(8)
                case 1:
                    del data[at : at + dice.randrange(1, 40)]
                case _:
                    data[at:at] = data[at : at + dice.randrange(1, 40)]
        for at in range(0, len(data), 997):
            peer.say(bytes(data[at : at + 997]))

    return script


def test_hostile_streams_are_survived_one_after_the_other() -> None:
    scripts = [flipping(seed) for seed in range(12)]
    with FakeAmi(*scripts, busy_floor) as server, Running(profile_of(server.port)) as feed:
        feed.until(
            lambda: len(server.peers) > len(scripts) and feed.links[-1] == (LinkStatus.LIVE, LinkTrouble.NONE),
            "live after all of them",
            within=30,
        )
        troubles = {one.trouble for one in feed.of(LinkChanged)}
        assert troubles <= {LinkTrouble.NONE, LinkTrouble.CUT, LinkTrouble.GARBLED}
