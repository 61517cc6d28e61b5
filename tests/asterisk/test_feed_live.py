"""The live feed, folded into a floor, against a real Asterisk: joined, followed, lost, found again, drift mended."""

import time
from collections.abc import Callable, Iterator

import pytest

from console.core.floor.events import Batch, CallerJoined, LinkChanged, MemberTold, Reloaded, SnapshotBegun
from console.core.floor.fold import Floor
from console.core.floor.model import LinkStatus, LinkTrouble, Seconds
from console.core.floor.policy import FloorPolicy
from console.core.profiles import Profile
from console.desk.clock import SystemClock
from console.feeds.asterisk.check import check_profile
from console.feeds.asterisk.pace import Pace
from tests.asterisk.ami import Ami
from tests.asterisk.lab import SEATS, AsteriskLab
from tests.asterisk.truth import compare, truth_of
from tests.feeds.live_feed import Running, profile_of

pytestmark = pytest.mark.asterisk

BRISK = Pace(
    first_wait_s=0.1,
    longest_wait_s=0.5,
    person_wait_s=0.3,
    longest_person_wait_s=0.5,
    booted_within_s=0.5,
    events_within_s=1.0,
)
WITHIN: Seconds = 20.0


class Watching(Running):
    """A running feed whose batches are folded; `floor` is only read between pushes, under `news`."""

    def __init__(self, profile: Profile, secret: str, **options: float) -> None:
        super().__init__(profile, secret=secret, pace=BRISK, **options)  # type: ignore[arg-type]  # seconds
        self.floor = Floor(FloorPolicy())

    def _take(self, batch: Batch) -> None:
        with self.news:
            self.floor.fold(batch)
        super()._take(batch)

    def settle(self, lab: AsteriskLab, *, within: Seconds = WITHIN) -> None:
        """Wait until the floor says what QueueStatus says; fail with the differences."""
        deadline = time.monotonic() + within
        while True:
            with lab.connect(events="off") as ami:
                truth = truth_of(ami)
            with self.news:
                differences = compare(self.floor, truth)
            if not differences:
                return
            assert time.monotonic() < deadline, differences
            with self.news:
                self.news.wait(0.2)


def reading(lab: AsteriskLab, user: str = "floordesk-feed", **changes: object) -> Profile:
    plain: dict[str, object] = {"user": user, "steward_user": "floordesk-steward"}
    return profile_of(lab.ami_port, **(plain | changes))


def watching(
    lab: AsteriskLab, user: str = "floordesk-feed", *, reconcile_every: Seconds = 0.0, **changes: object
) -> Watching:
    return Watching(reading(lab, user, **changes), lab.secret(user), reconcile_every=reconcile_every)


# ---- joining and following -------------------------------------------------------------------------------------------


def test_it_joins_a_floor_and_follows_a_call(asterisk: AsteriskLab) -> None:
    with watching(asterisk) as feed:
        feed.until_link(LinkStatus.LIVE)
        feed.settle(asterisk)
        asterisk.call("9101", "sales", talk=0.5)
        feed.until(
            lambda: any(queue.completed for queue in feed.floor.queues.values()), "the call's end", within=WITHIN
        )
        assert [one.number for one in feed.of(CallerJoined)] == ["9101"]
        assert feed.floor.queues["sales"].answered == 1
        feed.settle(asterisk)


def test_a_floor_found_in_mid_call_is_whole(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.call("9102", "sales", talk=30)
    everything.expect("AgentConnect")
    for ext in ("1001", "1002", "1003", "1004", "1005", "1006"):
        asterisk.control.action("QueuePause", Interface=SEATS[ext], Paused="true", Reason="会议: weekly")
    asterisk.call("9103", "sales", patience=60)
    everything.expect("QueueCallerJoin", CallerIDNum="9103")
    with watching(asterisk) as feed:
        feed.until_link(LinkStatus.LIVE)
        feed.settle(asterisk)
        assert feed.floor.queues["sales"].waiting == 1
        assert feed.floor.queues["sales"].entered == 0
        assert sum(agent.paused for agent in feed.floor.agents.values()) >= 6
        assert {agent.pause_reason for agent in feed.floor.agents.values() if agent.paused} == {"会议: weekly"}


def test_tls_with_the_servers_authority(asterisk: AsteriskLab) -> None:
    with watching(asterisk, port=asterisk.tls_port, tls=True, ca_file=str(asterisk.ca_file), host="localhost") as feed:
        feed.until_link(LinkStatus.LIVE)
        asterisk.control.must("QueuePause", Interface=SEATS["1001"], Paused="true", Reason="x" * 500)
        feed.until(lambda: any(one.paused for one in feed.of(MemberTold)), "the pause")


TLS_TROUBLES: list[tuple[Callable[[AsteriskLab], dict[str, object]], LinkTrouble, str]] = [
    (lambda lab: {"port": lab.tls_port, "tls": True}, LinkTrouble.TLS, "certificate"),
    (
        lambda lab: {"port": lab.tls_port, "tls": True, "ca_file": str(lab.ca_file.with_name("stranger.pem"))},
        LinkTrouble.TLS,
        "certificate",
    ),
    (
        lambda lab: {"port": lab.tls_port, "tls": True, "ca_file": str(lab.ca_file), "host": "127.1"},
        LinkTrouble.TLS,
        "mismatch",
    ),
    (lambda lab: {"tls": True, "ca_file": str(lab.ca_file)}, LinkTrouble.TLS, "does not speak TLS"),
    (lambda lab: {"port": lab.tls_port}, LinkTrouble.TLS, "TLS port"),
]


@pytest.mark.parametrize(
    ("changes", "trouble", "words"), TLS_TROUBLES, ids=["no CA", "wrong CA", "wrong host", "plain port", "no TLS"]
)
def test_tls_that_cannot_be_trusted(
    asterisk: AsteriskLab,
    changes: Callable[[AsteriskLab], dict[str, object]],
    trouble: LinkTrouble,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("console.feeds.asterisk.login.GREETING_WITHIN", 0.3)
    with Watching(reading(asterisk, "floordesk-feed", **changes(asterisk)), asterisk.secret("floordesk-feed")) as feed:
        feed.until(lambda: any(one is trouble for _, one in feed.links), str(trouble))
        assert any(words in one.detail for one in feed.of(LinkChanged) if one.trouble is trouble)


# ---- rights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["floordesk-feed", "nobody-of-that-name"])
def test_a_wrong_secret_or_user_is_told_after_the_servers_second(asterisk: AsteriskLab, user: str) -> None:
    with Watching(reading(asterisk, user), "wrong") as feed:
        told = feed.until_link(LinkStatus.REFUSED, LinkTrouble.WRONG_SECRET)
        assert told.detail == "Authentication failed"
        feed.until_link(LinkStatus.REFUSED, LinkTrouble.WRONG_SECRET, times=2)
        assert LinkStatus.LIVE not in [status for status, _ in feed.links]


def test_a_user_without_events_is_found_out_once_calls_are_handled(asterisk: AsteriskLab, everything: Ami) -> None:
    with watching(asterisk, "norights", reconcile_every=1.0) as feed:
        feed.until_link(LinkStatus.LIVE)
        asterisk.call("9104", "sales", talk=0.2)
        everything.expect("AgentComplete")
        feed.until_link(LinkStatus.REFUSED, LinkTrouble.NO_RIGHTS)
        live = feed.links.count((LinkStatus.LIVE, LinkTrouble.NONE))
        feed.until_link(LinkStatus.SYNCING, LinkTrouble.NO_RIGHTS)
        feed.until(lambda: len(feed.of(SnapshotBegun)) >= 3, "the figures after it")
        assert feed.links.count((LinkStatus.LIVE, LinkTrouble.NONE)) == live


@pytest.fixture
def crowd(asterisk: AsteriskLab) -> Iterator[Callable[[], None]]:
    """Take every place for pending log-ins (authlimit = 20)."""
    sockets = [Ami(asterisk.ami_port) for _ in range(20)]

    def leave() -> None:
        while sockets:
            sockets.pop().close()

    yield leave
    leave()


def test_a_crowded_server_is_named_and_waited_for(asterisk: AsteriskLab, crowd: Callable[[], None]) -> None:
    with watching(asterisk) as feed:
        feed.until_link(LinkStatus.LOST, LinkTrouble.CROWDED)
        crowd()
        feed.until_link(LinkStatus.LIVE)


# ---- losing and finding it again -------------------------------------------------------------------------------------


def log_in_flex(lab: AsteriskLab) -> None:
    lab.control.must("QueueAdd", Queue="overflow", Interface=SEATS["5002"], MemberName="机动 二", Penalty="2")


def test_a_restart_is_a_shutdown_then_a_floor_without_its_dynamic_members(fresh_asterisk: AsteriskLab) -> None:
    lab = fresh_asterisk
    log_in_flex(lab)
    with watching(lab) as feed:
        feed.until_link(LinkStatus.LIVE)
        assert ("overflow", SEATS["5002"]) in feed.floor.members
        lab.halt()
        feed.until_link(LinkStatus.LOST, LinkTrouble.SHUT_DOWN)
        feed.until_link(LinkStatus.LOST, LinkTrouble.REFUSED)
        retry = next(one.retry_at for one in feed.of(LinkChanged) if one.trouble is LinkTrouble.REFUSED)
        assert retry is not None
        lab.resume()
        feed.until_link(LinkStatus.LIVE, times=2)
        feed.settle(lab)
        assert ("overflow", SEATS["5002"]) not in feed.floor.members
        assert ("sales", SEATS["1001"]) in feed.floor.members


def test_a_server_killed_is_cut_and_found_again(fresh_asterisk: AsteriskLab) -> None:
    lab = fresh_asterisk
    with watching(lab) as feed:
        feed.until_link(LinkStatus.LIVE)
        lab.call("9105", "sales", talk=60)
        feed.until(lambda: feed.floor.queues["sales"].answered == 1, "the call", within=WITHIN)
        lab.kill()
        feed.until_link(LinkStatus.LOST, LinkTrouble.CUT)
        lab.resume()
        feed.until_link(LinkStatus.LIVE, times=2)
        feed.settle(lab)
        assert feed.floor.queues["sales"].answered == 1


def test_members_that_persist_are_there_again(asterisk: AsteriskLab) -> None:
    del asterisk  # skips where no server can run
    with AsteriskLab.start(persistent_members=True) as lab:
        log_in_flex(lab)
        with watching(lab) as feed:
            feed.until_link(LinkStatus.LIVE)
            lab.restart()
            feed.until_link(LinkStatus.LIVE, times=2)
            feed.settle(lab)
            assert ("overflow", SEATS["5002"]) in feed.floor.members


# ---- what the server does in silence ---------------------------------------------------------------------------------


def test_a_silent_reload_is_drift_and_is_repaired(fresh_asterisk: AsteriskLab) -> None:
    lab = fresh_asterisk
    with watching(lab, reconcile_every=1.0) as feed:
        feed.until_link(LinkStatus.LIVE)
        known = set(feed.floor.members)
        lab.reload_queues(replace=(_member_line(lab, "1001"), ""))
        feed.until(lambda: set(feed.floor.members) != known, "the reconciliation", within=WITHIN)
        feed.settle(lab)
        feed.until(lambda: feed.floor.link.drift_repaired >= 1, "the drift counted", within=WITHIN)
        assert any(one.reconciling for one in feed.of(SnapshotBegun))
        assert [status for status, _ in feed.links].count(LinkStatus.LIVE) == 1


def _member_line(lab: AsteriskLab, ext: str) -> str:
    text = (lab.home / "etc" / "queues.conf").read_text(encoding="utf-8")
    return next(line for line in text.splitlines() if line.startswith("member") and SEATS[ext] in line)


def test_a_module_reload_is_told_and_listed_anew(fresh_asterisk: AsteriskLab) -> None:
    lab = fresh_asterisk
    with watching(lab) as feed:
        feed.until_link(LinkStatus.LIVE)
        listings, told = len(feed.of(SnapshotBegun)), len(feed.of(Reloaded))
        lab.rx("module reload app_queue.so")
        feed.until(lambda: len(feed.of(Reloaded)) > told, "the reload")
        feed.until(lambda: len(feed.of(SnapshotBegun)) == listings + 1, "one listing more")
        feed.settle(lab)


# ---- check -----------------------------------------------------------------------------------------------------------


def test_check_finds_the_shipped_users_right(asterisk: AsteriskLab) -> None:
    profile = reading(asterisk, port=asterisk.tls_port, tls=True, ca_file=str(asterisk.ca_file), host="localhost")
    secrets = {"feed": asterisk.secret("floordesk-feed"), "steward": asterisk.secret("floordesk-steward")}
    lines = check_profile(profile, secrets.get, SystemClock())
    told = {line.name: line.said.english() for line in lines}
    assert all(line.ok and not line.warn for line in lines), told
    assert list(told)[-1] == "steward"
    assert told["tls"].startswith("TLSv1.3")
    assert not asterisk.astdb_show("queue")


def test_check_warns_of_a_user_who_may_everything(asterisk: AsteriskLab) -> None:
    profile = reading(asterisk, "everything", steward_user="everything")
    lines = check_profile(profile, lambda _: asterisk.secret("everything"), SystemClock())
    warned = {line.name: line.said.english() for line in lines if line.warn}
    assert all(line.ok for line in lines)
    assert set(warned) == {"rights", "steward"}
    assert "command, config" in warned["steward"]


def test_check_fails_a_steward_who_may_only_look(asterisk: AsteriskLab) -> None:
    profile = reading(asterisk, steward_user="viewer")
    secrets = {"feed": asterisk.secret("floordesk-feed"), "steward": asterisk.secret("viewer")}
    lines = check_profile(profile, secrets.get, SystemClock())
    assert [line.name for line in lines if not line.ok] == ["steward"]
