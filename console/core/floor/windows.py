"""Counts over spans of time: one queue's last half hour and day, kept in buckets so that an event costs one addition.

A bucket is `BUCKET_S` long and aligned to the epoch. The window is the running bucket and the whole buckets before it,
so it holds at least `window_s` and less than `window_s + BUCKET_S` seconds: a contact leaves it up to 10 s late, never
early, and never leaves half. Everything is counted in whole numbers (times in milliseconds), so sums do not drift and a
group is exactly the sum of its queues.
"""

from collections import deque
from collections.abc import Iterable
from copy import copy
from operator import add, sub

import msgspec
from msgspec.structs import astuple

from console.core.floor.facts import FactKind
from console.core.floor.figures import Contact, Share, Window
from console.core.floor.model import Instant, Seconds

BUCKET_S = 10

Row = tuple[int, ...]


class Sums(msgspec.Struct, array_like=True, gc=False):
    """What is counted, in whole numbers; `*_n` how many of them told a time, `*_ms` their times together.

    `within` and `late` are answers within, and abandonments after, the service level's threshold. `settled_n` are
    completions seen under a clock, those whose wrap-up could be seen too.
    """

    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    hung_up: int = 0
    timed_out: int = 0
    sent_away: int = 0
    elsewhere: int = 0
    completed: int = 0
    ring_no_answer: int = 0
    waited_n: int = 0
    waited_ms: int = 0
    left_n: int = 0
    left_ms: int = 0
    ring_n: int = 0
    ring_ms: int = 0
    talk_n: int = 0
    talk_ms: int = 0
    settled_n: int = 0
    wrap_ms: int = 0
    within: int = 0
    late: int = 0


NOTHING: Row = astuple(Sums())


class Tally(Sums, array_like=True, gc=False):
    """One bucket; `waits` in whole seconds rounded up, of the answered as they are, of the abandoned as -1 - wait.

    They let an edited threshold count for what has already happened.
    """

    waits: tuple[int, ...] = ()


def milliseconds(seconds: Seconds) -> int:
    """Return seconds as whole milliseconds."""
    return round(seconds * 1000)


def bucket_of(at: Instant) -> int:
    """Return the number of the bucket that holds `at`."""
    return int(at // BUCKET_S)


def note(tally: Tally, kind: FactKind, contact: Contact, threshold: int, *, timed: bool) -> None:
    """Count one step of a contact's life into `tally`; `threshold` in whole seconds."""
    if kind is FactKind.ENTERED:
        tally.entered += 1
    elif kind is FactKind.ANSWERED:
        _note_answer(tally, contact, threshold)
    elif kind is FactKind.ABANDONED:
        tally.abandoned += 1
        _note_why(tally, contact.how)
        if contact.waited_s is not None:
            wait = _whole(contact.waited_s)
            tally.left_n += 1
            tally.left_ms += milliseconds(contact.waited_s)
            tally.late += wait > threshold
            tally.waits += (-1 - wait,)
    elif kind is FactKind.EXIT_TOLD:
        if contact.waited_s is None:  # left, but not told as abandoned: pressed a key, was withdrawn
            tally.elsewhere += 1
        else:
            _note_why(tally, contact.how)
    elif kind is FactKind.COMPLETED:
        tally.completed += 1
        tally.settled_n += timed
        if contact.talk_s is not None:
            tally.talk_n += 1
            tally.talk_ms += milliseconds(contact.talk_s)
    elif kind is FactKind.RANG_OUT:
        tally.ring_no_answer += 1


def _note_answer(tally: Tally, contact: Contact, threshold: int) -> None:
    tally.answered += 1
    if contact.waited_s is not None:
        wait = _whole(contact.waited_s)
        tally.waited_n += 1
        tally.waited_ms += milliseconds(contact.waited_s)
        tally.within += wait <= threshold
        tally.waits += (wait,)
    if contact.ring_s is not None:
        tally.ring_n += 1
        tally.ring_ms += milliseconds(contact.ring_s)


def _whole(wait: Seconds) -> int:
    """Return a wait rounded up to whole seconds: at most a whole threshold exactly when the wait itself is."""
    return max(0, -int(-wait // 1))


def _note_why(tally: Tally, how: str) -> None:
    if how == "hung_up":
        tally.hung_up += 1
    elif how == "timed_out":
        tally.timed_out += 1
    elif how in {"withdrawn", "sent_away"}:
        tally.sent_away += 1


class QueueWindowState(msgspec.Struct, frozen=True, array_like=True):
    """A queue's window for a keyframe: closed buckets by number, the running one, today so far, the untimed."""

    index: int
    open: Tally
    ring: list[tuple[int, Tally]]
    today: Tally
    today_waits: dict[int, int]
    untimed: Tally
    threshold: int = -1


class QueueWindow:
    """One queue's counts: a ring of buckets for the window and one sum for today; `threshold` in whole seconds."""

    def __init__(self, *, window_s: Seconds, threshold: int) -> None:
        self.threshold = threshold
        self.dirty = True
        self._span = max(1, -int(-window_s // BUCKET_S))
        self._index = 0
        self._open = Tally()
        self._ring: deque[tuple[int, Tally]] = deque()
        self._recent: Row = NOTHING
        self._today: Row = NOTHING
        self._today_waits: dict[int, int] = {}
        self._untimed = Tally()

    def count(self, kind: FactKind, contact: Contact, at: Instant | None, day_begin: Instant | None) -> None:
        """Count one step at `at`; without a time only today, which is then the whole stream, can hold it."""
        self.dirty = True
        if at is None:
            note(self._untimed, kind, contact, self.threshold, timed=False)
            return
        index = bucket_of(at)
        if index > self._index:
            self.roll(index)
        if index == self._index:
            note(self._open, kind, contact, self.threshold, timed=True)
        else:
            delta = Tally()
            note(delta, kind, contact, self.threshold, timed=True)
            self._merge(index, delta, day_begin)

    def seed(self, kind: FactKind, contact: Contact, at: Instant, day_begin: Instant) -> None:
        """Count a step read back from history, after rolling to now; nobody watched its wrap-up."""
        delta = Tally()
        note(delta, kind, contact, self.threshold, timed=False)
        self._merge(min(bucket_of(at), self._index), delta, day_begin)

    def wrapped(self, spent_ms: int, at: Instant) -> None:
        """Add a wrap-up that ended at `at`."""
        self.dirty = True
        self.roll(bucket_of(at))
        self._open.wrap_ms += spent_ms

    def roll(self, index: int) -> None:
        """Go on to bucket `index`: close the running one, let go of what the window no longer holds."""
        if index <= self._index:
            return
        row = astuple(self._open)[:-1]
        if any(row):
            self._ring.append((self._index, self._open))
            self._recent = _plus(self._recent, row)
            self._to_today(self._open)
            self._open = Tally()
            self.dirty = True
        self._index = index
        oldest = index - self._span
        while self._ring and self._ring[0][0] < oldest:
            _, gone = self._ring.popleft()
            self._recent = _minus(self._recent, astuple(gone)[:-1])
            self.dirty = True

    def new_day(self) -> None:
        """Begin today anew; call it after rolling to the day's first bucket."""
        self._today = NOTHING
        self._today_waits = {}
        self.dirty = True

    def forget(self) -> None:
        """Let go of everything but the threshold."""
        self._open, self._recent, self._untimed = Tally(), NOTHING, Tally()
        self._ring.clear()
        self.new_day()

    def judge_by(self, threshold: int) -> None:
        """Count everything kept against another threshold."""
        if threshold == self.threshold:
            return
        self.threshold = threshold
        self.dirty = True
        self._ring = deque((index, _judged(tally, threshold)) for index, tally in self._ring)
        self._open = _judged(self._open, threshold)
        self._untimed = _judged(self._untimed, threshold)
        self._recent = total(astuple(tally)[:-1] for _, tally in self._ring)
        self._judge_today()

    def rows(self) -> tuple[Row, Row]:
        """Return the sums of the window, and of today with all that came without a time."""
        running = astuple(self._open)[:-1]
        recent, today = _plus(self._recent, running), _plus(self._today, running)
        untimed = astuple(self._untimed)[:-1]
        return recent, _plus(today, untimed) if any(untimed) else today

    def state(self) -> QueueWindowState:
        """Return all of it as it stands; closed buckets are shared, for they are replaced and never changed."""
        return QueueWindowState(
            self._index,
            copy(self._open),
            list(self._ring),
            _tally(self._today),
            dict(self._today_waits),
            copy(self._untimed),
            self.threshold,
        )

    def restore(self, state: QueueWindowState) -> None:
        """Stand as `state` says, judged by this window's own threshold."""
        wanted, self.threshold = self.threshold, state.threshold
        self._index = state.index
        self._open = copy(state.open)
        self._ring = deque(state.ring)
        self._recent = total(astuple(tally)[:-1] for _, tally in self._ring)
        self._untimed = copy(state.untimed)
        self._today = astuple(state.today)[:-1]
        self._today_waits = dict(state.today_waits)
        self.dirty = True
        self.judge_by(wanted)

    def _merge(self, index: int, delta: Tally, day_begin: Instant | None) -> None:
        """Add to a bucket that may have closed already."""
        self.dirty = True
        if index == self._index:
            self._open = _joined(self._open, delta)
            return
        if index >= self._index - self._span:
            place = len(self._ring)
            while place and self._ring[place - 1][0] > index:
                place -= 1
            if place and self._ring[place - 1][0] == index:
                self._ring[place - 1] = (index, _joined(self._ring[place - 1][1], delta))
            else:
                self._ring.insert(place, (index, delta))
            self._recent = _plus(self._recent, astuple(delta)[:-1])
        if day_begin is None or index >= bucket_of(day_begin):
            self._to_today(delta)

    def _judge_today(self) -> None:
        today = _tally(self._today)
        today.within = sum(n for wait, n in self._today_waits.items() if 0 <= wait <= self.threshold)
        today.late = sum(n for wait, n in self._today_waits.items() if -1 - wait > self.threshold)
        self._today = astuple(today)[:-1]

    def _to_today(self, tally: Tally) -> None:
        self._today = _plus(self._today, astuple(tally)[:-1])
        waits = self._today_waits
        for wait in tally.waits:
            waits[wait] = waits.get(wait, 0) + 1


def _tally(row: Row, waits: tuple[int, ...] = ()) -> Tally:
    return msgspec.convert((*row, waits), Tally)


def _joined(one: Tally, other: Tally) -> Tally:
    return _tally(_plus(astuple(one)[:-1], astuple(other)[:-1]), one.waits + other.waits)


def _judged(tally: Tally, threshold: int) -> Tally:
    judged = copy(tally)
    judged.within = sum(1 for wait in tally.waits if 0 <= wait <= threshold)
    judged.late = sum(1 for wait in tally.waits if -1 - wait > threshold)
    return judged


def _plus(one: Row, other: Row) -> Row:
    return tuple(map(add, one, other))


def _minus(one: Row, other: Row) -> Row:
    return tuple(map(sub, one, other))


def total(rows: Iterable[Row]) -> Row:
    """Return the sum of rows, field by field."""
    return tuple(map(sum, zip(NOTHING, *rows, strict=True)))


def window_of(row: Row, occupancy: Share) -> Window:
    """Return the figures of a span from its sums."""
    sums = Sums(*row)
    talk = _mean(sums.talk_ms, sums.talk_n)
    wrap_up = _mean(sums.wrap_ms, sums.settled_n)
    return Window(
        entered=sums.entered,
        answered=sums.answered,
        abandoned=sums.abandoned,
        hung_up=sums.hung_up,
        timed_out=sums.timed_out,
        sent_away=sums.sent_away,
        unknown=max(0, sums.abandoned - sums.hung_up - sums.timed_out - sums.sent_away),
        elsewhere=sums.elsewhere,
        completed=sums.completed,
        ring_no_answer=sums.ring_no_answer,
        asa_s=_mean(sums.waited_ms, sums.waited_n),
        mean_wait_abandoned_s=_mean(sums.left_ms, sums.left_n),
        service_level=Share(part=sums.within, whole=sums.waited_n + sums.late),
        answer_rate=Share(part=sums.answered, whole=sums.answered + sums.abandoned),
        talk_s=talk,
        wrap_up_s=wrap_up,
        handle_s=None if talk is None or wrap_up is None else talk + wrap_up,
        ring_s=_mean(sums.ring_ms, sums.ring_n),
        occupancy=occupancy,
    )


def _mean(spent_ms: int, count: int) -> Seconds | None:
    return spent_ms / (1000 * count) if count else None
