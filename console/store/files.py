"""The data folder: one process at a time, private to its owner, and nothing in it is ever thrown away unasked.

A damaged file is moved aside under a dated name and a new one begun; a full or write-protected disk is told apart from
other errors, so that it can be said in one calm line and tried again later.
"""

import contextlib
import errno
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from console.core.errors import BadInput, FloordeskError
from console.core.floor.model import Instant
from console.core.words import Said, say

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_NAME = "lock"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_WRITING = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class FolderTaken(FloordeskError):  # noqa: N818  said to a person, not an error of theirs
    """Another process holds the data folder; `pid` is its process id (0: unknown), `door` where it can be called."""

    def __init__(self, folder: Path, pid: int, door: str) -> None:
        super().__init__(
            say(
                "Floordesk is already open on these data ({folder}), as process {pid}."
                " Use that window, or close it first.",
                folder=str(folder),
                pid=pid or "?",
            )
        )
        self.pid = pid
        self.door = door


class NoRoom(FloordeskError):  # noqa: N818  said to a person
    """The disk is full (or a quota or a size limit is reached); try again when there is room."""

    def __init__(self, path: Path) -> None:
        super().__init__(say("The disk is full: nothing can be recorded in {folder} for now.", folder=str(path)))


class NotWritable(FloordeskError):  # noqa: N818  said to a person
    """The folder or file cannot be written by this user."""

    def __init__(self, path: Path) -> None:
        super().__init__(say("{folder} cannot be written: nothing is recorded until it can.", folder=str(path)))


def trouble(error: OSError, path: Path) -> FloordeskError:
    """Return the sentence for an error of the operating system at `path`."""
    if error.errno in _NO_ROOM:
        return NoRoom(path)
    if error.errno in _NO_WRITING:
        return NotWritable(path)
    return FloordeskError(say("{path} cannot be used: {why}.", path=str(path), why=error.strerror or "input/output"))


def private_folder(path: Path) -> Path:
    """Make `path` (mode 0700 where it is new) and return it; raise BadInput where that cannot be."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise BadInput(say("{path} is a file; a folder is needed there.", path=str(path))) from None
    except OSError as error:
        raise BadInput(trouble(error, path).said) from error
    return path


def move_aside(path: Path, at: Instant) -> Path:
    """Rename a damaged file (and its -wal, -shm and -journal) to a dated name beside it; return the new name."""
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    path.replace(target)
    for tail in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + tail)
        with contextlib.suppress(FileNotFoundError):
            beside.replace(target.with_name(target.name + tail))
    return target


def moved_aside(path: Path, target: Path) -> Said:
    """Return the sentence that says a damaged file was kept under another name."""
    return say("{file} was damaged. It was kept as {kept}, and a new one begun.", file=path.name, kept=target.name)


class DataFolder:
    """A data folder held by this process alone, until `close`.

    The operating system drops the lock with its process, so a lock file left by a crash holds nobody up; its text
    (process id, and the door where that process can be asked to show its window) is only for the message.
    """

    def __init__(self, path: Path, *, door: str = "") -> None:
        """Take the folder; raise FolderTaken, or BadInput where it cannot be used."""
        self.path = private_folder(path)
        self._lock = self.path / LOCK_NAME
        try:
            self._handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise BadInput(trouble(error, self.path).said) from error
        try:
            _lock(self._handle)
        except OSError as error:
            pid, known_door = self._holder()
            os.close(self._handle)
            if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
                raise FolderTaken(self.path, pid, known_door) from None
            raise BadInput(trouble(error, self._lock).said) from error
        with contextlib.suppress(OSError):  # a full disk must not keep the desk shut: the lock itself needs no room
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, f"{os.getpid()}\n{door}\n".encode())

    def _holder(self) -> tuple[int, str]:
        try:
            lines = self._lock.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return 0, ""
        pid = int(lines[0]) if lines and lines[0].isdecimal() else 0
        return pid, lines[1] if len(lines) > 1 else ""

    def close(self) -> None:
        """Give the folder back; closing twice is allowed."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


if sys.platform == "win32":
    _BEYOND = 1 << 30  # msvcrt locks bytes: one past the text, so that the text can still be read

    def _lock(handle: int) -> None:
        os.lseek(handle, _BEYOND, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

else:

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
