"""Two desks on one ACD: what a plan of the one tells all desks reaches both, by the ACD itself, each word once."""

from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from console.core.kept import Message
from console.core.profiles import FloorKind
from console.core.work.plan_body import PlanBody, Trigger
from console.core.work.plan_records import KeepPlan, PlanRun, StandDown, StartPlan
from tests.app.open_floor import ZHAO, KnownSecrets, Opened
from tests.feeds.fake_ami import SECRET, FakeAmi, Gone, Peer, answer_question, let_in, member, queue
from tests.feeds.live_feed import profile_of

if TYPE_CHECKING:
    from console.views.desk_notices import DeskNotice

SECRETS = KnownSecrets(feed=SECRET, steward=SECRET)
TELLS = PlanBody(
    name="故障",
    each="floor",  # type: ignore[arg-type]  # as a text says it
    trigger=Trigger.HAND,
    stage_s=0.0,
    steps=(
        {"do": "notify", "title": "系统故障", "text": "排队 ${waiting}:请值班经理通知技术"},
        {"do": "directive", "title": "口径", "text": "正在抢修: 不承诺时间"},
    ),
)


class Switchboard:
    """An ACD that passes every UserEvent on to all who are connected, as Asterisk does."""

    def __init__(self) -> None:
        self.peers: list[Peer] = []
        self.lock = Lock()

    def play(self, peer: Peer) -> None:
        let_in(peer)
        with self.lock:
            self.peers.append(peer)
        while True:
            action = peer.hear()
            with self.lock:
                if answer_question(peer, action, (queue(), member())):
                    continue
                peer.answer(action, message="as you wish")
                if action["Action"] == "UserEvent":
                    self.pass_on(action)

    def pass_on(self, action: dict[str, str]) -> None:
        fields = {key: value for key, value in action.items() if key not in {"Action", "ActionID"}}
        block = "\n".join(("Event: UserEvent", *(f"{key}: {value}" for key, value in fields.items())))
        for peer in list(self.peers):
            try:
                peer.say(block)
            except Gone:
                self.peers.remove(peer)


@pytest.fixture
def ami() -> Iterator[FakeAmi]:
    with FakeAmi(Switchboard().play) as server:
        yield server


def test_a_notice_reaches_every_desk_of_the_floor(ami: FakeAmi, tmp_path: Path) -> None:
    ours = Opened(profile_of(ami.port), tmp_path / "ours", secrets=SECRETS)
    # The other desk only reads: it has no steward of its own.
    theirs = Opened(profile_of(ami.port, steward_user=""), tmp_path / "theirs", secrets=SECRETS)
    heard: dict[str, list[DeskNotice]] = {"ours": [], "theirs": []}
    ours.floor.on_notice(heard["ours"].append)
    theirs.floor.on_notice(heard["theirs"].append)
    with ours:
        ours.until_live()
        # One process makes one database at a time; two consoles are two processes.
        ours.until(lambda: ours.books, "our own book")
        theirs.floor.start()
        try:
            theirs.until_live()
            tells_both(ours, heard)
        finally:
            theirs.floor.close()
        assert not theirs.book.every(PlanRun)
    assert ours.told == []


def tells_both(ours: Opened, heard: dict[str, list["DeskNotice"]]) -> None:
    """Begin a plan that tells all desks and gives a wording out, and stand it down again."""
    ours.decided(KeepPlan(id=uuid4().hex, by=ZHAO, plan="fault", body=TELLS))
    ours.decided(StartPlan(id=uuid4().hex, by=ZHAO, run="r1", plan="fault", subject="floor"))
    ours.until(lambda: min(len(each) for each in heard.values()) >= 2, "both words on both desks")
    assert [each.title for each in heard["theirs"]] == ["系统故障", "口径"]
    assert [each.text for each in heard["theirs"]] == ["排队 0:请值班经理通知技术", "正在抢修: 不承诺时间"]
    assert [each.sound for each in heard["theirs"]] == [True, False]
    assert heard["ours"] == heard["theirs"]
    assert {each.id for each in heard["ours"]} <= set(ours.book.every(Message))
    ours.decided(StandDown(id=uuid4().hex, by=ZHAO, run="r1"))
    ours.until(lambda: len(heard["theirs"]) == 3, "the withdrawal")
    assert heard["theirs"][2].name == "DirectiveWithdrawn"
    ours.until(lambda: ours.book.every(PlanRun)["r1"].ended_at, "the end")


def test_a_recording_tells_nobody_what_was_told_then(tmp_path: Path) -> None:
    trace = tmp_path / "trace.ami"
    trace.write_text(
        "Asterisk Call Manager/9.0.0\r\n"
        "Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n"
        "Event: UserEvent\r\nUserEvent: PlanNotice\r\nId: m1\r\nTitle: then\r\nText: long ago\r\n\r\n",
        encoding="utf-8",
    )
    replay = Opened(profile_of(1, kind=FloorKind.REPLAY, path=str(trace), id="replay"), tmp_path)
    heard: list[DeskNotice] = []
    replay.floor.on_notice(heard.append)
    with replay:
        replay.until(lambda: replay.views > 1, "some views")
        replay.floor._feed.join(10)
    assert heard == []
