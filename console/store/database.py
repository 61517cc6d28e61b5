"""Opening a database: SQLite files with a write-ahead log, real transactions, and errors said as sentences."""

import contextlib
import functools
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from console.core.errors import FloordeskError
from console.core.words import say
from console.store.files import NoRoom, NotWritable, private_folder

_BUSY_MS = 3000
_LEAST_ROOM = 256 << 10


class Damaged(FloordeskError):  # noqa: N818  said to a person
    """The file is not a database, or its pages do not add up."""


class Locked(FloordeskError):  # noqa: N818  said to a person
    """Another program holds a transaction on the database."""


def sqlite_engine(path: Path) -> Engine:
    """Return an engine on a SQLite file (mode 0600 where it is new); raises nothing until it is first used."""
    private_folder(path.parent)
    with contextlib.suppress(OSError):
        path.touch(mode=0o600, exist_ok=True)
    # an error's text must not carry the rows it was about: they hold customer numbers
    engine = create_engine(
        f"sqlite+pysqlite:///{path}", hide_parameters=True, connect_args={"timeout": _BUSY_MS / 1000}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Let us say BEGIN ourselves (the driver would leave table definitions outside) and set the file's manners."""
    connection.isolation_level = None
    connection.text_factory = functools.partial(str, encoding="utf-8", errors="replace")
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin; a writer takes the write lock at once, so that it never loses a read snapshot half-way."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def said(path: Path) -> Iterator[None]:
    """Turn the driver's errors at `path` into NoRoom, NotWritable, Damaged, Locked or another FloordeskError."""
    try:
        yield
    except exc.DBAPIError as error:
        raise _sentence(error.orig, path) from error
    except sqlite3.Error as error:
        raise _sentence(error, path) from error
    except UnicodeDecodeError as error:  # a damaged table definition, quoted in the driver's own error
        raise Damaged(say("{file} is damaged.", file=path.name)) from error


def _sentence(error: BaseException | None, path: Path) -> FloordeskError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return NoRoom(path.parent)
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return NotWritable(path)
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return Damaged(say("{file} is damaged.", file=path.name))
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Locked(say("{file} is in use by another program: waiting for it.", file=path.name))
    if code == sqlite3.SQLITE_IOERR and _nearly_full(path):
        return NoRoom(path.parent)
    why = getattr(error, "sqlite_errorname", "") or type(error).__name__
    return FloordeskError(say("{file} cannot be used ({why}).", file=path.name, why=why))


def _nearly_full(path: Path) -> bool:
    """Return whether the disk has no room for a page and its log, which SQLite may call an input/output error."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False


def quick_check(engine: Engine, path: Path, limit: int) -> None:
    """Raise Damaged where a file of at most `limit` bytes does not add up; larger ones only show a readable head."""
    with said(path), engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one()
        if path.stat().st_size <= limit:
            verdict = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
            if verdict != "ok":
                raise Damaged(say("{file} is damaged.", file=path.name))
