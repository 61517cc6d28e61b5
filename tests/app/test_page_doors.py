"""What settings and drill-down ask of everything behind the window, against a floor that answers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.core.floor.people import PersonRow
from console.core.profiles import FEED_SECRET
from console.core.words import Said
from console.store.opening import another_on
from console.ui.doors import CheckLine, PeopleRead
from tests.app.open_floor import KnownSecrets
from tests.app.test_doors import Desk
from tests.feeds.fake_ami import SECRET, FakeAmi, Peer, follow, let_in, member, queue
from tests.feeds.live_feed import profile_of
from tests.feeds.test_check import READER, server_of

CALLER = """Event: QueueEntry
Queue: sales
Position: 1
Channel: PJSIP/trunk-00000001
Uniqueid: 1700000000.1
CallerIDNum: 13912347780
CallerIDName: unknown
ConnectedLineNum: unknown
ConnectedLineName: unknown
Wait: 12
Priority: 0"""


def a_floor_with_a_caller(peer: Peer) -> None:
    let_in(peer)
    follow(peer, (queue(), member(), CALLER))


@pytest.fixture
def desk(data: Path, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(data, qtbot)
    yield made
    made.doors.close()


@pytest.fixture
def ami() -> Iterator[FakeAmi]:
    with FakeAmi(a_floor_with_a_caller) as server:
        yield server


def test_a_number_is_given_once_the_look_is_journalled(desk: Desk, ami: FakeAmi, data: Path) -> None:
    desk.opened(profile_of(ami.port, steward_user=""))
    desk.until(lambda: desk.view.callers)
    told: list[str | Said] = []
    desk.doors.unmask("sales", "1700000000.1", "call-back", told.append)
    desk.until(lambda: told)
    assert told == ["13912347780"]
    (path,) = data.rglob("desk.db")
    (line,) = [line for line in another_on(path).journal() if line.what == "number.unmasked"]
    assert line.who == "li"
    assert line.why == "call-back"
    assert "13912347780" not in repr(line)


@pytest.mark.parametrize(("uid", "why", "words"), [("1700000000.1", " ", "Say why"), ("9.9", "call-back", "no longer")])
def test_without_a_reason_or_a_caller_there_is_no_number(
    desk: Desk, ami: FakeAmi, uid: str, why: str, words: str
) -> None:
    desk.opened(profile_of(ami.port, steward_user=""))
    desk.until(lambda: desk.view.callers)
    told: list[str | Said] = []
    desk.doors.unmask("sales", uid, why, told.append)
    desk.until(lambda: told)
    (said,) = told
    assert isinstance(said, Said)
    assert words in said.english()


def checked(desk: Desk, port: int, secrets: dict[str, str]) -> Sequence[CheckLine]:
    found: list[Sequence[CheckLine]] = []
    desk.doors.check(profile_of(port, steward_user=""), secrets, found.append)
    desk.until(lambda: found)
    return found[0]


def test_nobody_answering_is_one_line_that_says_so(desk: Desk) -> None:
    lines = checked(desk, 1, {})
    assert [line.ok for line in lines] == [False]


def test_a_secret_typed_but_not_kept_yet_lets_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.doors, "_secrets", KnownSecrets())
    with server_of(READER) as server:
        assert checked(desk, server.port, {FEED_SECRET: SECRET})[-1].ok
    (line,) = (line for line in checked(desk, 1, {FEED_SECRET: SECRET}) if not line.ok)
    assert SECRET not in repr(line.said)


def test_people_go_out_and_come_back(desk: Desk, tmp_path: Path) -> None:
    rows = (PersonRow(name="张伟", number="1001", extensions=("1001",), flex=True),)
    for name in ("people.xlsx", "people.csv"):
        written: list[Said | None] = []
        desk.doors.write_people(tmp_path / name, rows, chinese=True, then=written.append)
        desk.until(lambda written=written: written)  # type: ignore[misc]  # bound now
        assert written == [None]
        read: list[PeopleRead] = []
        desk.doors.read_people(tmp_path / name, read.append)
        desk.until(lambda read=read: read)  # type: ignore[misc]  # bound now
        assert [(row.name, row.number, row.flex) for row in read[0].rows] == [("张伟", "1001", True)]


def test_a_list_that_is_not_there_or_no_list_is_said(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "noise.xlsx").write_bytes(b"\x00\x01 no list \xff")
    for name in ("gone.csv", "noise.xlsx"):
        read: list[PeopleRead] = []
        desk.doors.read_people(tmp_path / name, read.append)
        desk.until(lambda read=read: read)  # type: ignore[misc]  # bound now
        assert read[0].rows == ()
        assert read[0].problems
    written: list[Said | None] = []
    desk.doors.write_people(tmp_path / "no" / "such" / "folder.csv", (), chinese=False, then=written.append)
    desk.until(lambda: written)
    assert isinstance(written[0], Said)
