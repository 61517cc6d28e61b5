import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from console.core.errors import BadInput
from console.store.files import DataFolder, FolderTaken, NoRoom, NotWritable, move_aside, moved_aside, trouble

ROOT = Path(__file__).parents[2]

HOLDER = """
    import sys, time
    from pathlib import Path
    from console.store.files import DataFolder
    folder = DataFolder(Path(sys.argv[1]), door="the-first-window")
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(folder)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def ended(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def test_a_second_console_is_told_who_holds_the_folder_and_where_to_call(tmp_path: Path) -> None:
    first = holder(tmp_path)
    try:
        with pytest.raises(FolderTaken) as caught:
            DataFolder(tmp_path)
        assert caught.value.pid == first.pid
        assert caught.value.door == "the-first-window"
        assert str(first.pid) in caught.value.said.english()
    finally:
        ended(first)


def test_the_lock_of_a_killed_console_holds_nobody_up(tmp_path: Path) -> None:
    first = holder(tmp_path)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert (tmp_path / "lock").read_text().startswith(f"{first.pid}\n")
    folder = DataFolder(tmp_path)
    assert (tmp_path / "lock").read_text().startswith(f"{os.getpid()}\n")
    folder.close()


def test_a_lock_file_full_of_rubbish_is_only_a_lock_file(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"\xff\xfe\x00 rubbish" * 100)
    DataFolder(tmp_path).close()


def test_two_folders_in_one_process_shut_each_other_out_too(tmp_path: Path) -> None:
    first = DataFolder(tmp_path)
    with pytest.raises(FolderTaken):
        DataFolder(tmp_path)
    first.close()
    first.close()
    DataFolder(tmp_path).close()


def test_what_is_kept_is_only_for_its_owner(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "lock").stat().st_mode & 0o077 == 0
    folder.close()


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    with pytest.raises(BadInput, match="is a file"):
        DataFolder(tmp_path / "data")
    assert (tmp_path / "data").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(BadInput, match="cannot be written"):
        DataFolder(tmp_path)


def test_a_damaged_file_is_kept_beside_with_its_log_and_never_over_another(tmp_path: Path) -> None:
    kept = []
    for content in ("first", "second"):
        (tmp_path / "h.sqlite").write_text(content)
        (tmp_path / "h.sqlite-wal").write_text(f"{content} log")
        kept.append(move_aside(tmp_path / "h.sqlite", 1_700_000_000.0))
    assert [path.read_text() for path in kept] == ["first", "second"]
    assert [path.with_name(path.name + "-wal").read_text() for path in kept] == ["first log", "second log"]
    assert not list(tmp_path.glob("h.sqlite"))
    assert kept[0].name in moved_aside(tmp_path / "h.sqlite", kept[0]).english()


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, NoRoom), (errno.EDQUOT, NoRoom), (errno.EROFS, NotWritable), (errno.EACCES, NotWritable)],
)
def test_a_full_disk_is_told_apart_from_a_protected_one(number: int, kind: type[Exception]) -> None:
    assert type(trouble(OSError(number, os.strerror(number)), Path("data"))) is kind


def test_any_other_error_says_what_the_system_says() -> None:
    assert os.strerror(errno.EIO) in trouble(OSError(errno.EIO, os.strerror(errno.EIO)), Path("data")).said.english()
