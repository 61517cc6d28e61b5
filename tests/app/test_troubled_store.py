"""A desk.db nobody can use: said in one clear sentence, the board lives on, nothing asked meanwhile is lost."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from console.core.floor.events import BreakAsked
from console.core.work.break_records import BreakState
from console.core.work.policies import FLOOR, Policy
from console.store import database
from tests.app.open_floor import Opened
from tests.app.test_kept_floor import GROUPS, SEAT, ami, edit, opened
from tests.feeds.fake_ami import FakeAmi

__all__ = ["ami"]


@pytest.fixture
def desk_db(data: Path) -> Path:
    folder = data / "floor-floor-1"
    folder.mkdir(mode=0o700)
    return folder / "desk.db"


def lives_on(floor: Opened) -> None:
    """The board goes on being published, whatever the desk says."""
    floor.until_live()
    seen = floor.views
    floor.until(lambda: floor.views > seen + 1, "views go on")


def refused(floor: Opened) -> str:
    """Return why a decision cannot be kept just now."""
    outcome = floor.answer(edit(FLOOR, GROUPS))
    assert outcome.refusal is not None
    return outcome.refusal.english()


def times_told(floor: Opened, words: str) -> int:
    return sum(words in each.english() for each in floor.told)


def hear(floor: Opened, request: str) -> None:
    asking = BreakAsked(agent="1001", interface=SEAT, reason="toilet", code="2", request_id=request)
    floor.floor.desk.hear(asking, floor.floor.source.clock.now())


def test_a_damaged_one_is_kept_aside_and_a_new_one_begun(ami: FakeAmi, data: Path, desk_db: Path) -> None:
    desk_db.write_bytes(b"a page of nonsense " * 500)
    with opened(ami, data) as floor:
        floor.until_told("desk.db was damaged. It was kept as desk.db.damaged-")
        lives_on(floor)
        floor.decided(edit(FLOOR, GROUPS))
    (aside,) = desk_db.parent.glob("desk.db.damaged-*")
    assert aside.read_bytes().startswith(b"a page of nonsense ")


def test_a_newer_one_is_left_alone_and_named(ami: FakeAmi, data: Path, desk_db: Path) -> None:
    with opened(ami, data) as floor:
        floor.decided(edit(FLOOR, GROUPS))
    with sqlite3.connect(desk_db) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    before = desk_db.read_bytes()
    with opened(ami, data) as floor:
        floor.until_told("desk.db was made by a newer Floordesk (revision 9999); please update.")
        lives_on(floor)
        assert "newer Floordesk" in refused(floor)
        assert times_told(floor, "newer Floordesk") == 1, "said once, however often it is tried"
        assert not floor.books
    assert desk_db.read_bytes() == before
    assert not list(desk_db.parent.glob("desk.db.*")), "no copy, nothing moved"


def test_another_programs_database_is_left_alone(ami: FakeAmi, data: Path, desk_db: Path) -> None:
    with sqlite3.connect(desk_db) as foreign:
        foreign.execute("CREATE TABLE recipes (id INTEGER)")
    foreign.close()
    with opened(ami, data) as floor:
        floor.until_told("desk.db is a database of another program.")
        lives_on(floor)
    with sqlite3.connect(desk_db) as foreign:
        assert foreign.execute("SELECT count(*) FROM recipes").fetchone() == (0,)
    foreign.close()


def test_a_file_where_the_folder_should_be_is_said(ami: FakeAmi, data: Path) -> None:
    (data / "floor-floor-1").write_text("not a folder")
    with pytest.raises(Exception, match="is a file; a folder is needed there"):
        opened(ami, data)


@contextmanager
def held(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """Hold a database the way another program does, until the block ends."""
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute(how)
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")
    finally:
        other.close()


def test_a_locked_one_is_waited_for_and_what_was_asked_meanwhile_is_kept(
    ami: FakeAmi, data: Path, desk_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 100)
    with held(desk_db, "BEGIN EXCLUSIVE") as other, opened(ami, data) as floor:
        floor.until_told("desk.db is in use by another program: waiting for it.")
        lives_on(floor)
        hear(floor, "1.2")
        assert "in use" in refused(floor), "the desk has heard it and still waits"
        other.execute("ROLLBACK")
        floor.until_break(SEAT, BreakState.ASKED)
        floor.decided(edit(FLOOR, GROUPS))
        assert times_told(floor, "in use") == 1


def test_one_locked_in_mid_day_loses_no_request(
    ami: FakeAmi, data: Path, desk_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 100)
    with opened(ami, data) as floor:
        floor.until_live()
        floor.until(lambda: floor.books, "a book")
        with held(desk_db, "BEGIN IMMEDIATE"):
            hear(floor, "2.1")
            floor.until_told("desk.db is in use by another program")
            assert "in use" in refused(floor)
            lives_on(floor)
            assert floor.break_of(SEAT) is None
        floor.until_break(SEAT, BreakState.ASKED)
        floor.decided(edit(FLOOR, GROUPS))


def test_a_full_disk_is_said_and_the_same_decision_can_be_given_again(
    ami: FakeAmi, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(ami, data) as floor:
        floor.decided(edit(FLOOR, GROUPS))
    prepare = database._prepare
    full = True

    def crowded(connection: sqlite3.Connection, entry: object) -> None:
        prepare(connection, entry)  # type: ignore[arg-type]  # what the pool gives
        if full:
            connection.execute("PRAGMA max_page_count = 1")

    monkeypatch.setattr(database, "_prepare", crowded)
    with opened(ami, data) as floor:
        floor.until(lambda: floor.view.policy.centre == "East", "what was kept is read")
        floor.until_live()
        hear(floor, "3.1")
        big = edit(FLOOR, {"centre": "x" * 40_000}, floor.book.every(Policy)[FLOOR].version)
        outcome = floor.answer(big)
        assert outcome.refusal is not None
        assert "The disk is full" in outcome.refusal.english()
        floor.until_told("The disk is full")
        lives_on(floor)
        full = False
        for store in floor.floor._files:
            store._engine.dispose()
        floor.until_break(SEAT, BreakState.ASKED)
        floor.decided(big)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user without rights for a while: root may write anywhere."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="folders are write-protected otherwise there")
def test_a_folder_nobody_may_write_is_said_and_the_board_lives_on(ami: FakeAmi) -> None:
    with TemporaryDirectory() as place:
        data = Path(place)
        data.chmod(0o755)
        with opened(ami, data) as floor:  # everything lazily imported is there before the rights are given up
            floor.decided(edit(FLOOR, GROUPS))
        folder = data / "floor-floor-1"
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            with as_nobody(), opened(ami, data) as floor:
                floor.until_told("cannot be written: nothing is recorded until it can.")
                lives_on(floor)
                assert refused(floor)
        finally:
            for path in (folder, *folder.rglob("*")):
                path.chmod(path.stat().st_mode | stat.S_IRWXU)
