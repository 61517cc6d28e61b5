"""Reading the history: today's contacts and curves, who listened when, and the roll-ups reports are made of."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, Row, func, select

from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.model import Instant, QueueName, Uid
from console.core.floor.tape import Span
from console.store.database import said, sqlite_engine
from console.store.history_schema import COUNTS, LARGEST, SUMS, contacts, curves, days, intervals, listening, misses
from console.store.rollups import STEP, half_hour


class HistoryReader:
    """A history another part of the console writes, read over connections of its own; for any thread.

    Every call may raise a FloordeskError: the file is not there yet, is damaged, or is in use.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sqlite_engine(path)

    def close(self) -> None:
        """Let go of the file; the last to do so folds the log into it."""
        self._engine.dispose()

    def contacts_between(self, begin: Instant, end: Instant) -> list[Contact]:
        """Return contacts that entered in [begin, end), oldest first."""
        wanted = select(contacts).where(_within(contacts.c.entered_at, begin, end)).order_by(contacts.c.entered_at)
        with self._reading() as connection:
            return [_contact(row) for row in connection.execute(wanted)]

    def lives_between(self, begin: Instant, end: Instant) -> list[Contact]:
        """Return contacts to which anything happened in [begin, end), by entry; None as entry where nobody saw it.

        That is what the measures were told of: a caller a snapshot found waiting had entered before.
        """
        touched = (
            _within(contacts.c.entered_at, begin, end)
            | _within(contacts.c.answered_at, begin, end)
            | _within(contacts.c.ended_at, begin, end)
        )
        with self._reading() as connection:
            rows = connection.execute(select(contacts).where(touched).order_by(contacts.c.entered_at, contacts.c.id))
            return [_as_seen(row) for row in rows]

    def misses_between(self, begin: Instant, end: Instant) -> list[Fact]:
        """Return the offers agents let pass in [begin, end), oldest first, as RANG_OUT facts."""
        wanted = select(misses).where(_within(misses.c.at, begin, end)).order_by(misses.c.at, misses.c.id)
        with self._reading() as connection:
            return [_missed(row) for row in connection.execute(wanted)]

    def last_visits(self, begin: Instant) -> dict[tuple[QueueName, Uid], tuple[int, bool]]:
        """Return the last visit of each contact entered since `begin`, and whether it ended: uids come again."""
        wanted = select(contacts.c.queue, contacts.c.uid, contacts.c.visit, contacts.c.ended_at)
        wanted = wanted.where(contacts.c.entered_at >= begin).order_by(contacts.c.visit)
        with self._reading() as connection:
            return {(row.queue, row.uid): (row.visit, row.ended_at is not None) for row in connection.execute(wanted)}

    def curve(self, subject: str, begin: Instant, end: Instant) -> list[CurvePoint]:
        """Return a subject's buckets in [begin, end), oldest first."""
        wanted = select(curves).where((curves.c.subject == subject) & _within(curves.c.at, begin, end))
        with self._reading() as connection:
            return [_point(row) for row in connection.execute(wanted.order_by(curves.c.at))]

    def curves_between(self, begin: Instant, end: Instant) -> dict[str, list[CurvePoint]]:
        """Return every subject's buckets in [begin, end), oldest first."""
        found: dict[str, list[CurvePoint]] = {}
        wanted = select(curves).where(_within(curves.c.at, begin, end)).order_by(curves.c.at)
        with self._reading() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.subject, []).append(_point(row))
        return found

    def listened_between(self, begin: Instant, end: Instant) -> tuple[Span, ...]:
        """Return the spans that touch [begin, end] in which somebody listened, oldest first."""
        wanted = select(listening.c.begins_at, listening.c.ends_at)
        wanted = wanted.where((listening.c.ends_at >= begin) & (listening.c.begins_at <= end))
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(listening.c.begins_at))
            return tuple(Span(begin=row.begins_at, end=row.ends_at) for row in rows)

    def last_half_hour(self) -> Instant | None:
        """Return when the newest counted half hour begins, else that of the oldest contact, else None."""
        with self._reading() as connection:
            newest: Instant | None = connection.execute(select(func.max(intervals.c.begins_at))).scalar_one()
            oldest: Instant | None = connection.execute(select(func.min(contacts.c.entered_at))).scalar_one()
        return newest if newest is not None or oldest is None else half_hour(oldest)

    def report(self, subjects: Iterable[str], begin: Instant, end: Instant, *, daily: bool) -> list[Mapping[str, Any]]:
        """Return the roll-ups of `subjects` (none: of all) that begin in [begin, end), by half hour or by day."""
        table = days if daily else intervals
        names = tuple(subjects)
        wanted = select(table).where(_within(table.c.begins_at, begin, end))
        if names:
            wanted = wanted.where(table.c.subject.in_(names))
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(table.c.begins_at, table.c.subject)).mappings()
            return [dict(row) for row in rows]

    def totals(self, begin: Instant, end: Instant, *, daily: bool = True) -> list[Mapping[str, Any]]:
        """Return one row a subject over [begin, end): counts, sums and largest values, from the roll-ups."""
        table = days if daily else intervals
        columns: list[Any] = [table.c.subject]
        columns += [func.sum(table.c[name]).label(name) for name in (*COUNTS, *SUMS, "listened_s")]
        columns += [func.max(table.c[name]).label(name) for name in LARGEST]
        wanted = select(*columns).where(_within(table.c.begins_at, begin, end)).group_by(table.c.subject)
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(wanted.order_by(table.c.subject)).mappings()]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with said(self.path), self._engine.connect() as connection:
            yield connection


def _within(column: Any, begin: Instant, end: Instant) -> Any:  # noqa: ANN401  SQLAlchemy's own column types
    return (column >= begin) & (column < end)


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        queue=row.queue,
        uid=row.uid,
        visit=row.visit,
        number=row.number or "",
        entered_at=row.entered_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        interface=row.interface or "",
        agent=row.agent or "",
        waited_s=row.waited_s,
        ring_s=row.ring_s,
        talk_s=row.talk_s,
        how=row.how or "",
        cause=row.cause,
        recording=row.recording or "",
    )


def _as_seen(row: Row[Any]) -> Contact:
    contact = _contact(row)
    return contact if row.steps & STEP[FactKind.ENTERED] else structs.replace(contact, entered_at=None)


def _missed(row: Row[Any]) -> Fact:
    contact = Contact(
        queue=row.queue, uid=row.uid or "", interface=row.interface, agent=row.agent or "", ring_s=row.ring_s
    )
    return Fact(kind=FactKind.RANG_OUT, at=row.at, contact=contact)


def _point(row: Row[Any]) -> CurvePoint:
    return CurvePoint(
        at=row.at,
        waiting=row.waiting,
        mean_wait_s=row.mean_wait_s,
        entered=row.entered,
        answered=row.answered,
        abandoned=row.abandoned,
    )
