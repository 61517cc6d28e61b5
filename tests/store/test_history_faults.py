"""The history's file flipped, cut, filled, locked and killed: said in a line, nothing lost that was kept, no crash."""

import random
import resource
import sqlite3
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.core.errors import FloordeskError
from console.core.floor.figures import Contact
from console.store import database
from console.store.database import Damaged, Locked
from console.store.files import NoRoom
from console.store.history import HistoryFile

ROOT = Path(__file__).parents[2]
NOON = 1_700_049_600.0


def contacts(begin: int, end: int) -> list[Contact]:
    return [Contact(queue="support", uid=f"1.{n}", entered_at=NOON + n, recording="x" * 200) for n in range(begin, end)]


def filled(path: Path, count: int = 500) -> None:
    history = HistoryFile(path, lambda: NOON)
    history.keep_contacts(contacts(0, count))
    history.close()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\x00" + b"\x00" * 3000])
def test_a_file_that_is_no_database_is_kept_aside_and_a_new_one_begun(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.sqlite"
    path.write_bytes(content)
    history = HistoryFile(path, lambda: NOON)
    history.keep_contacts(contacts(0, 3))
    assert len(history.contacts_between(NOON, NOON + 10)) == 3
    history.close()
    kept = list(tmp_path.glob("history.sqlite.damaged-*"))
    assert [each.read_bytes() for each in kept] == ([content] if content else [])
    assert (history.said is None) is not bool(content)


def test_flipped_bytes_are_never_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    filled(path, 200)
    clean = path.read_bytes()
    dice = random.Random(3)
    for turn in range(60):
        spoilt = bytearray(clean)
        for _ in range(40):
            spoilt[dice.randrange(len(clean))] ^= 1 << dice.randrange(8)
        folder = tmp_path / str(turn)
        folder.mkdir()
        (folder / "history.sqlite").write_bytes(spoilt)
        try:
            history = HistoryFile(folder / "history.sqlite", lambda: NOON)
        except FloordeskError:
            continue
        begun_anew = 0
        for _ in range(3):
            try:
                history.keep_contacts(contacts(200, 260))
                history.lives_between(NOON, NOON + 999)
            except Damaged:
                begun_anew += 1
        assert begun_anew <= 1
        history.close()
        if history.said is not None:
            (aside,) = [each for each in folder.glob("history.sqlite.damaged-*") if "wal" not in each.name]
            assert len(aside.read_bytes()) >= len(clean)


def test_damage_found_while_writing_begins_anew_and_the_same_news_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.sqlite"
    filled(path, 2000)
    monkeypatch.setattr("console.store.history._CHECKED_BYTES", 0)
    size = path.stat().st_size
    with path.open("r+b") as file:
        for offset in range(4096 * 40, size, 4096):  # the head stays readable, the tables do not
            file.seek(offset)
            file.write(b"\xff" * 64)
    history = HistoryFile(path, lambda: NOON)
    assert history.said is None
    with pytest.raises(Damaged):
        history.keep_contacts(contacts(2000, 4000))
    history.keep_contacts(contacts(2000, 4000))
    assert len(history.contacts_between(NOON, NOON + 5000)) >= 2000
    history.close()
    assert path.with_name(history.path.name).exists()
    assert len(list(tmp_path.glob("*.damaged-*"))) >= 1


def test_a_full_disk_is_said_nothing_half_is_kept_and_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    history = HistoryFile(path, lambda: NOON)
    history.keep_contacts(contacts(0, 10))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(FloordeskError):
            history.keep_contacts(contacts(10, 5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(history.contacts_between(NOON, NOON + 9999)) == 10
    history.keep_contacts(contacts(10, 5000))
    assert len(history.contacts_between(NOON, NOON + 9999)) == 5000
    history.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = tmp_path / "disk"
    mount.mkdir()
    try:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(mount)], check=False, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("no mount command")
    if made.returncode != 0:
        pytest.skip("a disk of our own needs root")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


def test_a_really_full_disk_is_called_full(small_disk: Path) -> None:
    history = HistoryFile(small_disk / "history.sqlite", lambda: NOON)
    history.keep_contacts(contacts(0, 10))
    (small_disk / "ballast").write_bytes(b"\0" * 200_000)
    with pytest.raises(NoRoom):
        history.keep_contacts(contacts(10, 3000))
    (small_disk / "ballast").unlink()
    assert len(history.contacts_between(NOON, NOON + 9999)) == 10
    history.keep_contacts(contacts(10, 100))
    assert len(history.contacts_between(NOON, NOON + 9999)) == 100
    history.close()


def test_a_transaction_of_another_program_is_waited_for_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    path = tmp_path / "history.sqlite"
    history = HistoryFile(path, lambda: NOON)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Locked):
        history.keep_contacts(contacts(0, 10))
    assert history.contacts_between(NOON, NOON + 10) == []
    other.execute("ROLLBACK")
    other.close()
    history.keep_contacts(contacts(0, 10))
    assert len(history.contacts_between(NOON, NOON + 10)) == 10
    history.close()


def test_an_errors_text_never_carries_a_customers_number(tmp_path: Path) -> None:
    history = HistoryFile(tmp_path / "history.sqlite", lambda: NOON)
    with sqlite3.connect(history.path) as connection:
        connection.execute("ALTER TABLE contacts RENAME COLUMN number TO digits")
    connection.close()
    with pytest.raises(FloordeskError) as caught:
        history.keep_contacts([Contact(queue="support", uid="1.1", number=str(5_550_100))])
    told = "".join(traceback.format_exception(caught.value))
    history.close()
    assert "INSERT INTO contacts" in told
    assert "5550100" not in told


KILLED = """
    import sys
    from pathlib import Path
    from console.core.floor.figures import Contact
    from console.store.history import HistoryFile
    history = HistoryFile(Path(sys.argv[1]), lambda: 0.0)
    for turn in range(100000):
        history.keep_contacts(
            [Contact(queue="support", uid=f"{{turn}}.{{n}}", entered_at={noon} + turn) for n in range(50)]
        )
        print(turn, flush=True)
"""


def test_killed_in_mid_write_what_was_kept_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED.format(noon=NOON)), str(path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if line == "30\n":
            break
    process.kill()
    said = 30 + len(process.communicate()[0].split())
    history = HistoryFile(path, lambda: NOON)
    assert history.said is None
    kept = history.contacts_between(NOON, NOON + 200_000)
    history.close()
    turns = {contact.uid.partition(".")[0] for contact in kept}
    assert len(kept) == 50 * len(turns)
    assert len(turns) >= said + 1
