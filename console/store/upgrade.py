"""Bringing a database to this version's schema at start: a copy first, then every revision in one transaction."""

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from console.core.errors import BadInput, FloordeskError
from console.core.floor.model import Instant
from console.core.words import Said, say
from console.store.database import said
from console.store.schema import REVISION

log = logging.getLogger(__name__)

VERSION_TABLE = "alembic_version"
_STANDS_AT = text("SELECT version_num FROM alembic_version")
_MIGRATION_LOCK = 7_041_777


def upgrade(engine: Engine, path: Path, at: Instant, *, to: str = REVISION) -> Said | None:
    """Run the revisions still missing; return what was done to what was there in words, or None where nothing was.

    Raises BadInput for a schema newer than this console's, FloordeskError where a revision failed: then the file is as
    it was. An existing SQLite file is first copied beside itself.
    """
    before = revision_of(engine, path)
    if before == to:
        return None
    from console.store import revisions  # noqa: PLC0415  Alembic is heavy and most starts do not need it

    if before is not None and before not in revisions.known_revisions():
        raise BadInput(
            say(
                "{file} was made by a newer Floordesk (revision {revision}); please update.",
                file=path.name,
                revision=before,
            )
        )
    copy = _copied(path, before, at) if before is not None and engine.dialect.name == "sqlite" else None
    try:
        with said(path), engine.connect().execution_options(writes=True) as connection:
            _loosen(connection)
            with connection.begin():
                _alone(connection)
                revisions.run(connection, to)
                _whole(connection, path)
    except FloordeskError:
        raise
    except Exception as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FloordeskError(
            say("{file} could not be brought to this version ({why}); it is as it was.", file=path.name, why=why)
        ) from error
    finally:
        engine.dispose()
    if before is None:
        log.info("%s was made (revision %s).", path.name, to)
        return None
    if copy is None:
        return say("{file} was brought to revision {revision}.", file=path.name, revision=to)
    return say(
        "{file} was brought to revision {revision}; the one before is kept as {copy}.",
        file=path.name,
        revision=to,
        copy=copy.name,
    )


def revision_of(engine: Engine, path: Path) -> str | None:
    """Return the revision a database stands at, None for an empty one; raise BadInput for one that is not ours."""
    with said(path), engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables:
            return None
        if VERSION_TABLE not in tables:
            raise BadInput(say("{file} is a database of another program.", file=path.name))
        return connection.execute(_STANDS_AT).scalar()


def _copied(path: Path, revision: str, at: Instant) -> Path:
    """Copy a SQLite file as it stands, its write-ahead log included; return the copy."""
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = path.with_name(f"{path.name}.before-{revision}-{stamp}")
    with said(path), closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.chmod(0o600)
    return copy


def _loosen(connection: Connection) -> None:
    """Stop SQLite from following foreign keys: rebuilding a table would delete the rows that point to it."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        if driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")


def _alone(connection: Connection) -> None:
    """Let one desk migrate at a time; SQLite's write lock already sees to it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})


def _whole(connection: Connection, path: Path) -> None:
    """Raise FloordeskError where a revision left a row that points nowhere."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise FloordeskError(
            say(
                "{file} could not be brought to this version ({why}); it is as it was.",
                file=path.name,
                why="foreign key",
            )
        )
