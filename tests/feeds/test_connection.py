"""The live feed on a good connection: greeting, log-in, one listing, events, ping, reconciliation, an orderly end."""

import ssl
import threading
from pathlib import Path

import pytest

from console.core.floor.events import (
    Batch,
    CallerJoined,
    LinkChanged,
    MemberTold,
    QueueSeen,
    Reloaded,
    SnapshotBegun,
    SnapshotEnded,
)
from console.core.floor.model import LinkStatus, LinkTrouble
from console.feeds.asterisk.pace import Pace
from tests.asterisk import certs
from tests.feeds.fake_ami import BANNER, SECRET, FakeAmi, Peer, a_floor, answer_question, follow, let_in, member, queue
from tests.feeds.live_feed import QUICK, Running, profile_of

JOIN = """Event: QueueCallerJoin
Privilege: agent,all
Channel: Local/9001@callers-00000001;1
ChannelState: 6
CallerIDNum: 9001
CallerIDName: O\\'Neil
Uniqueid: 1700000000.1
Linkedid: 1700000000.1
Queue: sales
Position: 1
Count: 1"""


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    certs.write(tmp_path)
    return tmp_path


def server_tls(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ami.pem", folder / "ami.key")
    return context


def test_it_connects_lists_once_and_is_live() -> None:
    with FakeAmi(a_floor) as server, Running(profile_of(server.port)) as feed:
        feed.until_link(LinkStatus.LIVE)
        assert [status for status, _ in feed.links] == [LinkStatus.CONNECTING, LinkStatus.SYNCING, LinkStatus.LIVE]
        kinds = [type(event) for event in feed.events]
        assert kinds.index(SnapshotBegun) < kinds.index(QueueSeen) < kinds.index(SnapshotEnded)
        assert [one.name for one in feed.of(MemberTold)] == ["Alice Zhang"]
        assert all(batch.at is not None for batch in feed.batches)
        assert {one.source for one in feed.of(LinkChanged)} == {f"127.0.0.1:{server.port}"}
    assert [len(server.heard(name)) for name in ("QueueStatus", "QueueSummary", "CoreShowChannels")] == [1, 1, 1]
    assert feed.links[-1] == (LinkStatus.ENDED, LinkTrouble.NONE)


def test_events_flow_however_they_are_cut() -> None:
    block = "\r\n".join(JOIN.splitlines()).encode() + b"\r\n\r\n"

    def script(peer: Peer) -> None:
        let_in(peer)
        for _ in range(3):
            assert answer_question(peer, peer.hear(), (queue(), member()))
        for byte in block:
            peer.say(bytes([byte]))
        peer.say(block + block[:40])
        peer.say(block[40:])
        follow(peer)

    with FakeAmi(script) as server, Running(profile_of(server.port)) as feed:
        feed.until(lambda: len(feed.of(CallerJoined)) == 3, "three joins")
        assert {one.name for one in feed.of(CallerJoined)} == {"O'Neil"}


def test_without_tls_the_secret_never_crosses_the_network() -> None:
    with FakeAmi(a_floor) as server, Running(profile_of(server.port)) as feed:
        feed.until_link(LinkStatus.LIVE)
    heard = bytes(server.peers[0].heard)
    assert b"Action: Login" in heard
    assert SECRET.encode() not in heard


def test_tls_with_its_own_authority(certificates: Path) -> None:
    with FakeAmi(a_floor, tls=server_tls(certificates)) as server:
        profile = profile_of(server.port, host="localhost", tls=True, ca_file=str(certificates / "ca.pem"))
        with Running(profile) as feed:
            feed.until_link(LinkStatus.LIVE)
    assert server.heard("Login")[0]["Secret"] == SECRET


def test_a_listing_follows_fully_booted_when_the_server_is_still_starting() -> None:
    asked_early = threading.Event()

    def script(peer: Peer) -> None:
        let_in(peer, booted=False)
        while not asked_early.is_set():
            action = peer.hear()
            if action["Action"] == "QueueStatus":
                asked_early.set()
            peer.answer(action, "Error", f"Invalid/unknown command: {action['Action']}. Use Action: ListCommands")
        peer.say("Event: FullyBooted\nPrivilege: system,all\nUptime: 0\nLastReload: 0\nStatus: Fully Booted")
        follow(peer)

    with FakeAmi(script) as server, Running(profile_of(server.port)) as feed:
        feed.until_link(LinkStatus.LIVE)
        assert feed.of(Reloaded)
        assert [status for status, _ in feed.links].count(LinkStatus.CONNECTING) == 1
    assert asked_early.is_set()


def test_a_user_who_may_not_read_system_or_channels_still_gets_the_floor() -> None:
    def script(peer: Peer) -> None:
        let_in(peer, booted=False)
        while True:
            action = peer.hear()
            if action["Action"] == "CoreShowChannels":
                peer.answer(action, "Error", "Permission denied")
            else:
                assert answer_question(peer, action, (queue(), member()))

    with FakeAmi(script) as server, Running(profile_of(server.port)) as feed:
        feed.until_link(LinkStatus.LIVE)


def test_a_quiet_server_is_pinged_and_the_answer_keeps_the_figures_young() -> None:
    with FakeAmi(a_floor) as server, Running(profile_of(server.port)) as feed:
        feed.until_link(LinkStatus.LIVE)
        feed.until(lambda: sum(not batch.events for batch in feed.batches) >= 1, "a sign of life")
        assert (LinkStatus.LOST, LinkTrouble.SILENT) not in feed.links
    assert len(server.heard("Ping")) >= 2
    assert len(server.heard("Login")) == 1


def test_reconciliation_is_a_listing_of_its_own_kind() -> None:
    with (
        FakeAmi(a_floor) as server,
        Running(profile_of(server.port), reconcile_every=0.2, pace=QUICK) as feed,
    ):
        feed.until(lambda: len(feed.of(SnapshotEnded)) >= 3, "two reconciliations")
        assert [one.reconciling for one in feed.of(SnapshotBegun)][:3] == [False, True, True]
        assert [status for status, _ in feed.links].count(LinkStatus.LIVE) == 1
    assert len(server.heard("CoreShowChannels")) == 1


def test_a_reload_is_followed_by_one_new_listing() -> None:
    def script(peer: Peer) -> None:
        let_in(peer)
        for _ in range(3):
            assert answer_question(peer, peer.hear(), (queue(), member()))
        peer.say(*["Event: Reload\nPrivilege: system,all\nModule: app_queue.so\nStatus: 0"] * 3)
        peer.say("Event: Reload\nPrivilege: system,all\nModule: chan_iax2.so\nStatus: 0")
        follow(peer)

    with FakeAmi(script) as server, Running(profile_of(server.port)) as feed:
        feed.until(lambda: len(feed.of(SnapshotEnded)) == 2, "the second listing")
        feed.until(lambda: any(not batch.events for batch in feed.batches), "a quiet moment after it")
        assert len(feed.of(SnapshotBegun)) == 2
        assert not any(one.reconciling for one in feed.of(SnapshotBegun))


def test_whoever_lost_events_gets_a_new_listing() -> None:
    with FakeAmi(a_floor) as server, Running(profile_of(server.port)) as feed:
        feed.until_link(LinkStatus.LIVE)
        feed.feed.resync()
        feed.until(lambda: len(feed.of(SnapshotEnded)) == 2, "the second listing")
        assert not any(one.reconciling for one in feed.of(SnapshotBegun))


@pytest.mark.parametrize("where", ["greeting", "log-in", "listing", "live"])
def test_stop_ends_it_promptly_wherever_it_waits(where: str) -> None:
    reached = threading.Event()
    patient = Pace(silent_after_s=60, booted_within_s=60)

    def script(peer: Peer) -> None:
        if where != "greeting":
            peer.say(BANNER)
            peer.hear()
        reached.set()
        peer.wait()

    def listing(peer: Peer) -> None:
        let_in(peer)
        peer.hear()
        reached.set()
        peer.wait()

    scripts = {"listing": listing, "live": a_floor}
    with (
        FakeAmi(scripts.get(where, script)) as server,
        Running(profile_of(server.port), pace=patient) as feed,
    ):
        if where == "live":
            feed.until_link(LinkStatus.LIVE)
        else:
            assert reached.wait(10)
        assert feed.end() < 0.5
        assert feed.links[-1] == (LinkStatus.ENDED, LinkTrouble.NONE)


def test_a_floor_that_stumbles_over_a_batch_gets_a_new_listing() -> None:
    stumbled: list[Batch] = []

    def refuse(batch: Batch) -> bool:
        if stumbled or not any(isinstance(event, SnapshotBegun) for event in batch.events):
            return False
        stumbled.append(batch)
        return True

    with FakeAmi(a_floor) as server:
        feed = Running(profile_of(server.port))
        feed.refuse = refuse
        with feed:
            feed.until_link(LinkStatus.LIVE)
            assert stumbled
            assert (LinkStatus.LOST, LinkTrouble.CUT) in feed.links
            assert feed.of(SnapshotEnded)
