"""Half-hour and day figures from contacts: counted again from the rows each time, so a restart changes nothing.

A contact counts as entered in the half hour it entered, answered in the one it was answered, abandoned and completed in
the one it ended: as the measures count it live. Sums add up over any stretch; a day is the sum of its half hours.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Row, delete, func, insert, or_, select

from console.core.floor.facts import FactKind
from console.core.floor.figures import FLOOR_SUBJECT, channel_subject, group_subject, queue_subject
from console.core.floor.model import Instant, QueueName, Seconds
from console.core.floor.policy import FloorPolicy, answer_within, group_of
from console.core.floor.tape import Span
from console.store.history_schema import COUNTS, LARGEST, SUMS, contacts, curves, days, intervals, listening, misses

HALF_HOUR: Seconds = 1800.0
STEP: Mapping[FactKind, int] = {
    FactKind.ENTERED: 1,
    FactKind.ANSWERED: 2,
    FactKind.ABANDONED: 4,
    FactKind.EXIT_TOLD: 8,
    FactKind.COMPLETED: 16,
    FactKind.DROPPED: 32,
}
_REASONS = {"hung_up": "hung_up", "timed_out": "timed_out", "sent_away": "sent_away", "withdrawn": "sent_away"}
_TIMES = (contacts.c.entered_at, contacts.c.answered_at, contacts.c.ended_at)


def subjects_of(policy: FloorPolicy, queue: QueueName) -> tuple[str, ...]:
    """Return the subjects a queue's contacts count for: the floor, its channel, its group, itself."""
    group = group_of(policy, queue)
    return (FLOOR_SUBJECT, channel_subject(group.channel), group_subject(group.id), queue_subject(queue))


def half_hour(at: Instant) -> Instant:
    """Return when the half hour of `at` begins."""
    return at // HALF_HOUR * HALF_HOUR


def roll_up_half_hour(connection: Connection, policy: FloorPolicy, begin: Instant) -> None:
    """Count the half hour that begins at `begin` again and put its rows in place of the old ones."""
    end = begin + HALF_HOUR
    rolls: dict[str, dict[str, Any]] = {}
    judge = _judge(policy)
    columns: list[Column[Any]] = [contacts.c.queue, contacts.c.steps, *_TIMES]
    columns += [contacts.c.waited_s, contacts.c.ring_s, contacts.c.talk_s, contacts.c.how]
    touched = or_(*(_within(column, begin, end) for column in _TIMES))
    for row in connection.execute(select(*columns).where(touched)):
        subjects, within_s = judge(row.queue)
        counted = _count(row, begin, end, within_s)
        for subject in subjects:
            _add(rolls.setdefault(subject, _blank()), counted)
    missed = select(misses.c.queue, func.count()).where(_within(misses.c.at, begin, end)).group_by(misses.c.queue)
    for queue, count in connection.execute(missed):
        for subject in judge(queue)[0]:
            rolls.setdefault(subject, _blank())["ring_no_answer"] += count
    crowd = select(curves.c.subject, func.max(curves.c.waiting)).where(_within(curves.c.at, begin, end))
    for subject, most in connection.execute(crowd.group_by(curves.c.subject)):
        if most is not None:
            rolls.setdefault(subject, _blank())["waiting_most"] = most
    heard = _listened(connection, begin, end)
    if heard:
        rolls.setdefault(FLOOR_SUBJECT, _blank())
    connection.execute(delete(intervals).where(intervals.c.begins_at == begin))
    if rolls:
        rows = [{"subject": key, "begins_at": begin, "listened_s": heard} | roll for key, roll in rolls.items()]
        connection.execute(insert(intervals), rows)


def roll_up_day(connection: Connection, span: Span) -> None:
    """Sum the half hours of the day `span` and put its rows in place of the old ones.

    A day whose length or begin is no whole number of half hours takes those that begin in it.
    """
    sums = [func.sum(intervals.c[name]) for name in (*COUNTS, *SUMS, "listened_s")]
    largest = [func.max(intervals.c[name]) for name in LARGEST]
    made = select(intervals.c.subject, *sums, *largest).where(_within(intervals.c.begins_at, span.begin, span.end))
    names = ("subject", *COUNTS, *SUMS, "listened_s", *LARGEST)
    rows = [
        dict(zip(names, row, strict=True), begins_at=span.begin)
        for row in connection.execute(made.group_by(intervals.c.subject))
    ]
    connection.execute(delete(days).where(days.c.begins_at == span.begin))
    if rows:
        connection.execute(insert(days), rows)


def _within(column: Any, begin: Instant, end: Instant) -> Any:  # noqa: ANN401  SQLAlchemy's own column types
    return (column >= begin) & (column < end)


def _listened(connection: Connection, begin: Instant, end: Instant) -> Seconds:
    heard = select(listening.c.begins_at, listening.c.ends_at).where(
        (listening.c.ends_at > begin) & (listening.c.begins_at < end)
    )
    reached, total = begin, 0.0
    for since, until in connection.execute(heard.order_by(listening.c.begins_at)):
        since, until = max(since, reached), min(until, end)  # noqa: PLW2901  clipped to what is not yet counted
        if until > since:
            total += until - since
            reached = until
    return total


def _judge(policy: FloorPolicy) -> Callable[[QueueName], tuple[tuple[str, ...], Seconds]]:
    known: dict[QueueName, tuple[tuple[str, ...], Seconds]] = {}

    def judge(queue: QueueName) -> tuple[tuple[str, ...], Seconds]:
        found = known.get(queue)
        if found is None:
            found = known[queue] = (subjects_of(policy, queue), answer_within(group_of(policy, queue)))
        return found

    return judge


def _blank() -> dict[str, Any]:
    return dict.fromkeys(COUNTS, 0) | dict.fromkeys(SUMS, 0.0) | dict.fromkeys(LARGEST)


def _count(row: Row[Any], begin: Instant, end: Instant, within_s: Seconds) -> dict[str, Any]:
    """Return what one contact adds to a half hour."""
    counted: dict[str, Any] = {}
    steps: int = row.steps
    if steps & STEP[FactKind.ENTERED] and _in(row.entered_at, begin, end):
        counted["entered"] = 1
    if steps & STEP[FactKind.ANSWERED] and _in(row.answered_at, begin, end):
        counted |= {"answered": 1, "ring_s": row.ring_s or 0.0}
        if row.waited_s is not None:
            counted |= {"judged": 1, "in_time": int(row.waited_s <= within_s)}
            counted |= {"wait_answered_s": row.waited_s, "wait_longest_s": row.waited_s}
    if not _in(row.ended_at, begin, end):
        return counted
    if steps & STEP[FactKind.ABANDONED]:
        counted["abandoned"] = 1
        if row.waited_s is not None:
            counted |= {"wait_abandoned_s": row.waited_s, "wait_longest_s": row.waited_s}
            counted["judged"] = int(row.waited_s > within_s)
        counted[_REASONS.get(row.how, "unknown")] = 1
    if steps & STEP[FactKind.COMPLETED]:
        counted |= {"completed": 1, "talk_s": row.talk_s or 0.0}
    if steps & STEP[FactKind.DROPPED]:
        counted["dropped"] = 1
    return counted


def _in(at: Instant | None, begin: Instant, end: Instant) -> bool:
    return at is not None and begin <= at < end


def _add(roll: dict[str, Any], counted: Mapping[str, Any]) -> None:
    for name, value in counted.items():
        if name in LARGEST:
            roll[name] = value if roll[name] is None else max(roll[name], value)
        else:
            roll[name] += value
