"""Opening the desk's own database at start: brought to this schema, a damaged one kept aside and a new one begun."""

from pathlib import Path

from console.core.errors import BadInput
from console.core.floor.model import Instant
from console.core.words import Said, say
from console.store.database import Damaged, quick_check, sqlite_engine
from console.store.desk_store import DeskStore
from console.store.files import move_aside, moved_aside
from console.store.upgrade import upgrade

CHECKED_BYTES = 256 << 20


def open_desk_store(path: Path, at: Instant) -> tuple[DeskStore, tuple[Said, ...]]:
    """Return the store at `path` and what a person should know of its opening; a new file is only logged.

    Raises BadInput for a file of a newer or another program, FloordeskError where it cannot be used now.
    """
    said: list[Said] = []
    engine = sqlite_engine(path)
    try:
        if path.stat().st_size:
            quick_check(engine, path, CHECKED_BYTES)
        done = upgrade(engine, path, at)
    except Damaged:
        engine.dispose()
        said.append(moved_aside(path, move_aside(path, at)))
        engine = sqlite_engine(path)
        done = upgrade(engine, path, at)
    except BaseException:
        engine.dispose()
        raise
    if done is not None:
        said.append(done)
    return DeskStore(engine, path), tuple(said)


def another_on(path: Path) -> DeskStore:
    """Return one more store on a database already opened: each thread has its own connections."""
    return DeskStore(sqlite_engine(path), path)


def look_into(path: Path) -> DeskStore:
    """Return the store of an existing file for reading, whatever its revision; raises BadInput for a foreign file."""
    store = DeskStore(sqlite_engine(path), path)
    try:
        known = store.revision()
    except BaseException:
        store.close()
        raise
    if known is None:
        store.close()
        raise BadInput(say("{file} holds no decisions.", file=path.name))
    return store
