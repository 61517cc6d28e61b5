"""The history: contacts, misses, roll-ups, curves and who listened when, in a database of its own.

Written by one thread in transactions of many rows; read by any thread over connections of its own. Rows are inserted or
completed, so writing the same news twice changes nothing.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, delete, func, insert, inspect, select, update

from console.core.errors import BadInput
from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.model import Instant, QueueName, Uid
from console.core.floor.policy import FloorPolicy
from console.core.floor.tape import Span
from console.core.words import Said, say
from console.store.database import Damaged, quick_check, said, sqlite_engine
from console.store.files import move_aside, moved_aside, trouble
from console.store.history_reading import HistoryReader
from console.store.history_schema import (
    VERSION,
    contacts,
    curves,
    intervals,
    listening,
    meta,
    metadata,
    misses,
)
from console.store.rollups import STEP, roll_up_day, roll_up_half_hour
from console.store.upsert import replaced, upsert

_CHECKED_BYTES = 64 << 20
_KEY = ("queue", "uid", "visit")
_FIRST_STAYS = ("entered_at", "answered_at")
_NEWEST_COUNTS = ("number", "ended_at", "interface", "agent", "waited_s", "ring_s", "talk_s", "how", "recording")


class HistoryFile(HistoryReader):
    """The history in a SQLite file; `said` tells what had to be done to open it, or None."""

    def __init__(self, path: Path, now: Callable[[], Instant]) -> None:
        """Open or make it; a damaged file is moved aside. Raises BadInput for a newer or a foreign file."""
        super().__init__(path)
        self.said: Said | None = None
        self._now = now
        self._writer: Connection | None = None
        self._writing = threading.RLock()
        try:
            self._open()
        except Damaged:
            self._begin_anew(self._engine)
        except BaseException:
            self._engine.dispose()
            raise

    @contextlib.contextmanager
    def together(self) -> Iterator[Connection]:
        """Keep all that is written inside in one transaction, or none of it.

        Raises NoRoom, NotWritable, Locked or another FloordeskError; nothing was kept then. Where the file turns out
        to be damaged it is moved aside and a new one begun before Damaged is raised: the same news can be kept again.
        """
        if self._writer is not None:
            yield self._writer
            return
        with self._writing:
            engine = self._engine
            try:
                with said(self.path), engine.connect() as connection:
                    writer = connection.execution_options(writes=True)
                    with writer.begin():
                        self._writer = writer
                        yield writer
            except Damaged as damaged:
                raise Damaged(self._begin_anew(engine)) from damaged
            finally:
                self._writer = None

    # -- writing ----------------------------------------------------------------------------------------------------

    def keep_contacts(self, contacts: Iterable[Contact]) -> None:
        """Insert or complete contacts by (queue, uid, visit), with the steps their times tell of."""
        self._keep([(contact, _steps(contact)) for contact in contacts], numbers=True)

    def keep_facts(self, facts: Iterable[Fact], *, numbers: bool = True) -> None:
        """Insert or complete the contacts these facts tell of, and the misses; `numbers` False: no customer number."""
        lives: dict[tuple[QueueName, Uid, int], tuple[Contact, int]] = {}
        missed: list[dict[str, Any]] = []
        for fact in facts:
            contact = fact.contact
            if fact.kind is FactKind.RANG_OUT:
                if fact.at is not None:
                    missed.append(_miss(fact))
                continue
            key = (contact.queue, contact.uid, contact.visit)
            before = lives.get(key)
            steps = STEP[fact.kind] | (before[1] if before else 0)
            lives[key] = (contact, steps)
        self._keep(list(lives.values()), numbers=numbers)
        if missed:
            with self.together() as connection:
                connection.execute(insert(misses), missed)

    def keep_curve(self, subject: str, points: Iterable[CurvePoint]) -> None:
        """Insert or replace buckets of a subject's curve."""
        rows = [
            {
                "subject": subject,
                "at": point.at,
                "waiting": point.waiting,
                "mean_wait_s": point.mean_wait_s,
                "entered": point.entered,
                "answered": point.answered,
                "abandoned": point.abandoned,
            }
            for point in points
        ]
        if rows:
            with self.together() as connection:
                connection.execute(upsert(connection.dialect.name, curves, ("subject", "at"), replaced), rows)

    def keep_listening(self, source: str, span: Span) -> None:
        """Say that somebody listened during `span`; the known one of `source` with the same begin is extended."""
        with self.together() as connection:
            same = (listening.c.source == source) & (listening.c.begins_at == span.begin)
            known = connection.execute(update(listening).where(same).values(ends_at=max(span.begin, span.end)))
            if known.rowcount == 0:
                row = {"source": source, "begins_at": span.begin, "ends_at": max(span.begin, span.end)}
                connection.execute(insert(listening), [row])

    def roll_up(self, policy: FloorPolicy, half_hours: Iterable[Instant], in_days: Iterable[Span]) -> None:
        """Count these half hours again from their contacts, then these days from their half hours."""
        with self.together() as connection:
            for begin in half_hours:
                roll_up_half_hour(connection, policy, begin)
            for span in in_days:
                roll_up_day(connection, span)

    def prune(self, before: Instant, *, rows: int = 500) -> int:
        """Forget at most `rows` of each table older than `before`; return how many went (0: nothing is left)."""
        gone = 0
        with self.together() as connection:
            for table, column in (
                (contacts, contacts.c.entered_at),
                (contacts, contacts.c.ended_at),
                (misses, misses.c.at),
                (listening, listening.c.ends_at),
            ):
                old = select(table.c.id).where(column < before).limit(rows)
                gone += connection.execute(delete(table).where(table.c.id.in_(old))).rowcount
            for table, column in ((curves, curves.c.at), (intervals, intervals.c.begins_at)):
                gone += self._prune_keyed(connection, table, column, before, rows)
        return gone

    # -- within -----------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        quick_check(self._engine, self.path, _CHECKED_BYTES)
        with said(self.path):
            tables = set(inspect(self._engine).get_table_names())
        if tables and meta.name not in tables:
            raise BadInput(
                say("{file} is a database of another program. Name another data folder.", file=str(self.path))
            )
        with self.together() as connection:
            metadata.create_all(connection)
            version = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar_one_or_none()
            if version is None:
                connection.execute(insert(meta), [{"key": "schema", "value": str(VERSION)}])
            elif not version.isdecimal() or int(version) > VERSION:
                raise BadInput(
                    say(
                        "{file} was written by a newer Floordesk (schema {theirs}, this one knows {ours})."
                        " Use the newer one.",
                        file=str(self.path),
                        theirs=version,
                        ours=VERSION,
                    )
                )

    def _begin_anew(self, damaged: Engine) -> Said:
        """Move the damaged file aside, begin a new one and return the sentence that says so."""
        with self._writing:
            if self._engine is damaged:  # else another thread was first
                damaged.dispose()
                try:
                    self.said = moved_aside(self.path, move_aside(self.path, self._now()))
                except OSError as error:
                    raise trouble(error, self.path) from error
                self._engine = sqlite_engine(self.path)
                self._writer = None
                self._open()
            return self.said or say("{file} is damaged.", file=self.path.name)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        engine = self._engine
        try:
            with said(self.path), engine.connect() as connection:
                yield connection
        except Damaged as damaged:
            raise Damaged(self._begin_anew(engine)) from damaged

    def _keep(self, lives: list[tuple[Contact, int]], *, numbers: bool) -> None:
        if lives:
            rows = [_row(contact, steps, numbers=numbers) for contact, steps in lives]
            with self.together() as connection:
                connection.execute(upsert(connection.dialect.name, contacts, _KEY, _completed), rows)

    def _prune_keyed(
        self, connection: Connection, table: Table, column: Column[Any], before: Instant, rows: int
    ) -> int:
        oldest = connection.execute(select(func.min(column))).scalar_one()
        if oldest is None or oldest >= before:
            return 0
        edge = select(column).where(column < before).order_by(column).offset(rows).limit(1)
        upto = connection.execute(edge).scalar_one_or_none()
        # every row of one instant goes together, so at least that instant
        limit = before if upto is None else max(upto, oldest)
        where = column <= limit if upto is not None and upto == oldest else column < limit
        return connection.execute(delete(table).where(where)).rowcount


def _steps(contact: Contact) -> int:
    steps = STEP[FactKind.ENTERED] if contact.entered_at is not None else 0
    if contact.answered_at is not None:
        steps |= STEP[FactKind.ANSWERED]
    if contact.ended_at is not None:
        steps |= STEP[FactKind.ABANDONED if contact.answered_at is None else FactKind.COMPLETED]
    return steps


def _row(contact: Contact, steps: int, *, numbers: bool) -> dict[str, Any]:
    return {
        "queue": contact.queue,
        "uid": contact.uid,
        "visit": contact.visit,
        "steps": steps,
        "number": (contact.number or None) if numbers else None,
        "entered_at": contact.entered_at,
        "answered_at": contact.answered_at,
        "ended_at": contact.ended_at,
        "interface": contact.interface or None,
        "agent": contact.agent or None,
        "waited_s": contact.waited_s,
        "ring_s": contact.ring_s,
        "talk_s": contact.talk_s,
        "how": contact.how or None,
        "cause": contact.cause,
        "recording": contact.recording or None,
    }


def _completed(table: Table, offered: Any) -> dict[str, Any]:  # noqa: ANN401  the dialect's row of columns
    """Go on with a life: steps add up, the first entry and answer stay, what is newly known counts."""
    complete: dict[str, Any] = {name: func.coalesce(table.c[name], offered[name]) for name in _FIRST_STAYS}
    complete |= {name: func.coalesce(offered[name], table.c[name]) for name in _NEWEST_COUNTS}
    complete["steps"] = table.c.steps.bitwise_or(offered.steps)
    complete["cause"] = func.coalesce(func.nullif(offered.cause, 0), table.c.cause)
    return complete


def _miss(fact: Fact) -> dict[str, Any]:
    contact = fact.contact
    return {
        "at": fact.at,
        "queue": contact.queue,
        "uid": contact.uid or None,
        "interface": contact.interface,
        "agent": contact.agent or None,
        "ring_s": contact.ring_s,
    }
