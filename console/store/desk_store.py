"""The slow road's store on SQL: one transaction a step, compare-and-set, the journal in the same transaction."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, exc, func, insert, or_, select, text, update

from console.core.errors import FloordeskError, Stale
from console.core.floor.model import Instant
from console.core.kept import Book, Command, JournalLine, K, Kept, Step
from console.core.ports import News
from console.core.words import Said, say
from console.store import schema
from console.store.database import said
from console.store.journal import Head, chained, first_fault
from console.store.kinds import TABLES
from console.store.rows import record_of, row_of
from console.store.upgrade import revision_of
from console.store.upsert import upsert

_VERIFY_PAGE = 5000
_NAMED = {table.name: table for table in TABLES.values()}
_COMMIT_LOCK = 7_041_776
"""Any number will do, so long as every desk takes the same advisory lock to commit."""


class DeskStore:
    """A Store on an engine whose tables `upgrade` has made; `path` names the database in what is said of troubles."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._path = path

    def revision(self) -> str | None:
        """Return the revision the database stands at, None for an empty one; raises BadInput for a foreign one."""
        return revision_of(self._engine, self._path)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def book(self, closed_since: Instant = 0.0) -> Book:
        """Read all open records and those closed at or after `closed_since`, as of one commit."""
        with said(self._path), self._engine.begin() as connection:
            kinds: dict[type[Kept], dict[str, Kept]] = {}
            for kind, table in TABLES.items():
                wanted = select(table).where(or_(table.c.closed.is_(None), table.c.closed >= closed_since))
                kinds[kind] = {r.id: r for r in self._records(connection, wanted, kind, table)}
            keys = select(schema.aggregates.c.key, schema.aggregates.c.version)
            versions = {row.key: row.version for row in connection.execute(keys)}
            return Book(seq=_newest(connection), kinds=kinds, versions=versions)

    def since(self, seq: int) -> News:
        """Return what was committed after `seq`, by whichever desk, as of one commit."""
        with said(self._path), self._engine.begin() as connection:
            newest = _newest(connection)
            if newest == seq:
                return News(seq=seq)
            records = [
                record
                for kind, table in TABLES.items()
                for record in self._records(connection, select(table).where(table.c.commit > seq), kind, table)
            ]
            bumped = select(schema.aggregates.c.key, schema.aggregates.c.version).where(
                schema.aggregates.c.commit > seq
            )
            versions = {row.key: row.version for row in connection.execute(bumped)}
            return News(seq=newest, records=tuple(records), versions=versions)

    def _records(self, connection: Connection, wanted: Any, kind: type[Kept], table: Table) -> Iterator[Kept]:  # noqa: ANN401  a select
        for found in connection.execute(wanted):
            row = found._asdict()
            try:
                yield record_of(row, kind, table)
            except (msgspec.ValidationError, msgspec.DecodeError) as error:
                raise FloordeskError(
                    say("{table} {id} in {file} cannot be read.", table=table.name, id=row["id"], file=self._path.name)
                ) from error

    def commit(self, step: Step, command: Command, at: Instant) -> int:
        """Keep a step and its journal lines in one transaction; raise Stale when anything judged has moved."""
        try:
            with said(self._path), self._writer.begin() as connection:
                return _commit(connection, step, command, at)
        except FloordeskError as error:
            if isinstance(error.__cause__, exc.IntegrityError):
                raise _stale() from error
            raise

    def committed(self, command_id: str) -> bool:
        """Return whether a command with this id was committed before, by whichever desk."""
        with said(self._path), self._engine.begin() as connection:
            return _commit_of(connection, command_id) is not None

    def journal(self, begin: int = 0, limit: int = 1000) -> list[JournalLine]:
        """Return journal lines with sequence > `begin`, oldest first."""
        with said(self._path), self._engine.begin() as connection:
            return _lines(connection, begin, limit)

    def journal_between(self, begin: Instant, end: Instant) -> list[JournalLine]:
        """Return the journal lines of begin <= at <= end, oldest first."""
        journal = schema.journal
        wanted = select(journal).where(journal.c.at >= begin, journal.c.at <= end).order_by(journal.c.seq)
        with said(self._path), self._engine.begin() as connection:
            return [JournalLine(**row._asdict()) for row in connection.execute(wanted)]

    def all_of(self, kind: type[K]) -> list[K]:
        """Return every record of one kind ever kept, the closed ones too, by id."""
        table = TABLES[kind]
        with said(self._path), self._engine.begin() as connection:
            found = self._records(connection, select(table).order_by(table.c.id), kind, table)
            return [record for record in found if isinstance(record, kind)]

    def closed_between(self, kind: type[K], begin: Instant, end: Instant) -> list[K]:
        """Return the records of one kind closed in [begin, end), by id."""
        table = TABLES[kind]
        wanted = select(table).where(table.c.closed >= begin, table.c.closed < end).order_by(table.c.id)
        with said(self._path), self._engine.begin() as connection:
            return [each for each in self._records(connection, wanted, kind, table) if isinstance(each, kind)]

    def first_closed(self, kind: type[K]) -> Instant | None:
        """Return when the first record of a kind that is kept was closed, None for none."""
        table = TABLES[kind]
        with said(self._path), self._engine.begin() as connection:
            found = connection.execute(select(func.min(table.c.closed))).scalar_one()
            return None if found is None else float(found)

    def verify(self) -> Said | None:
        """Return the first altered, missing or cut journal entry in words, or None when the chain holds."""
        with said(self._path), self._engine.begin() as connection:
            return first_fault(_all_lines(connection), _head(connection))

    def head(self) -> Head:
        """Return where the chain ends, to be shown, exported and witnessed elsewhere."""
        with said(self._path), self._engine.begin() as connection:
            return _head(connection)


def _commit(connection: Connection, step: Step, command: Command, at: Instant) -> int:
    if connection.dialect.name == "postgresql":
        # Without it a later number could be committed first, and a reader would skip a row for ever.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _COMMIT_LOCK})
    known = _commit_of(connection, command.id)
    if known is not None:
        return known
    for key, version in step.judged.items():
        if _version(connection, key) != version:
            raise _stale()
    commit = _newest(connection) + 1
    connection.execute(
        insert(schema.commits).values(seq=commit, command_id=command.id, command=type(command).__name__, at=at)
    )
    for record in (*step.puts, *step.messages):
        _put(connection, record, commit)
    for key in step.touched:
        _touch(connection, key, commit)
    _append(connection, step, command, at, commit)
    return commit


def _put(connection: Connection, record: Kept, commit: int) -> None:
    table = TABLES[type(record)]
    row = row_of(record, table, commit=commit)
    if record.version == 0:
        there = connection.execute(select(table.c.version, table.c.closed).where(table.c.id == record.id)).one_or_none()
        if there is None:
            connection.execute(insert(table).values(row))
            return
        if not record.reopens or there.closed is None:
            raise _stale()
        row["version"] = there.version + 1
    before = row["version"] - 1
    changed = update(table).where(table.c.id == record.id, table.c.version == before).values(row)
    if connection.execute(changed).rowcount != 1:
        raise _stale()


def _touch(connection: Connection, key: str, commit: int) -> None:
    statement = upsert(
        connection.dialect.name,
        schema.aggregates,
        ["key"],
        lambda table, offered: {"version": table.c.version + 1, "commit": offered["commit"]},
    )
    connection.execute(statement, {"key": key, "version": 1, "commit": commit})


def _append(connection: Connection, step: Step, command: Command, at: Instant, commit: int) -> None:
    head = _head(connection)
    rows = [msgspec.structs.asdict(line) for line in chained(step.entries, command, at, commit, head)]
    if not rows:
        return
    connection.execute(insert(schema.journal), rows)
    connection.execute(update(schema.journal_head).values(seq=rows[-1]["seq"], hash=rows[-1]["hash"]))


def _version(connection: Connection, key: str) -> int:
    name, _, record_id = key.partition(":")
    table = _NAMED.get(name)
    if table is None:
        wanted = select(schema.aggregates.c.version).where(schema.aggregates.c.key == key)
    else:
        wanted = select(table.c.version).where(table.c.id == record_id)
    return int(connection.execute(wanted).scalar() or 0)


def _commit_of(connection: Connection, command_id: str) -> int | None:
    seq = schema.commits.c.seq
    found = connection.execute(select(seq).where(schema.commits.c.command_id == command_id)).scalar()
    return None if found is None else int(found)


def _newest(connection: Connection) -> int:
    seq = schema.commits.c.seq
    return int(connection.execute(select(seq).order_by(seq.desc()).limit(1)).scalar() or 0)


def _head(connection: Connection) -> Head:
    row = connection.execute(select(schema.journal_head.c.seq, schema.journal_head.c.hash)).one_or_none()
    if row is None:
        raise FloordeskError(say("The journal's head is missing: the database was changed by another program."))
    return Head(int(row.seq), str(row.hash))


def _lines(connection: Connection, begin: int, limit: int) -> list[JournalLine]:
    seq = schema.journal.c.seq
    wanted = select(schema.journal).where(seq > begin).order_by(seq).limit(limit)
    return [JournalLine(**row._asdict()) for row in connection.execute(wanted)]


def _all_lines(connection: Connection) -> Iterator[JournalLine]:
    begin = 0
    while page := _lines(connection, begin, _VERIFY_PAGE):
        yield from page
        begin = page[-1].seq


def _stale() -> Stale:
    return Stale(say("Somebody else has just changed this; it is judged again."))
