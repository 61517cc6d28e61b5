"""What the recorder's thread does with what it was handed: contacts into the history, batches onto the tape.

Each side tells a trouble once when it begins and once when it is over, keeps what it can, and tries again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence

import msgspec

from console.core.errors import FloordeskError
from console.core.floor.day import day_of
from console.core.floor.events import Batch
from console.core.floor.facts import Fact
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.model import Instant, QueueName, Seconds, Uid
from console.core.floor.policy import FloorPolicy
from console.core.floor.tape import Span
from console.core.ports import Clock, History, TapeWriter
from console.core.words import Said, say
from console.desk.discretion import without_numbers
from console.desk.stepping import gently

RETRY_S: Seconds = 5.0
ALIVE_S: Seconds = 10.0
SYNC_S: Seconds = 30.0
ROLL_UP_S: Seconds = 60.0
PRUNE_S: Seconds = 3600.0
FACTS_HELD = 200_000
HALF_HOUR: Seconds = 1800.0
DAY: Seconds = 86_400.0

_log = logging.getLogger(__name__)

Curves = Mapping[str, Sequence[CurvePoint]]
Buckets = dict[str, dict[Instant, CurvePoint]]
Tell = Callable[[Said], None]


class Recalled(msgspec.Struct, frozen=True):
    """What the history knew of today and the last window when the desk opened, up to `at`."""

    at: Instant
    contacts: tuple[Contact, ...] = ()
    misses: tuple[Fact, ...] = ()
    curves: Curves = {}


class Frame(msgspec.Struct, frozen=True):
    """A keyframe on its way to the tape, in order between batches."""

    at: Instant
    state: msgspec.Struct
    joins: bool


class Trouble:
    """One side's trouble: said once when it begins (or changes), once when it is over; when to try again."""

    def __init__(self, clock: Clock, tell: Tell, over: Said) -> None:
        self._clock = clock
        self._tell = tell
        self._over = over
        self._said: str | None = None
        self._again = 0.0

    def now(self) -> bool:
        """Return whether there is trouble and it is too early to try again."""
        return self._said is not None and self._clock.steady() < self._again

    def began(self, said: Said) -> None:
        """Say it, unless it is already said; try again in RETRY_S."""
        self._again = self._clock.steady() + RETRY_S
        if said.text != self._said:
            self._said = said.text
            _log.warning("%s", said.english())
            self._tell(said)

    def unexpected(self) -> None:
        """Log the error at hand and say that there was one."""
        _log.exception("The recorder met an unexpected error and goes on.")
        self.began(say("Something went wrong while recording; the board goes on. The log tells what."))

    def ended(self) -> None:
        """Say that it is over, where there was any."""
        if self._said is not None:
            self._said = None
            _log.info("%s", self._over.english())
            self._tell(self._over)


class ContactsSide:
    """Contacts, misses, curves, listening and roll-ups, by way of the History port."""

    def __init__(
        self,
        open_history: Callable[[], History],
        clock: Clock,
        source: str,
        tell: Tell,
        recall: Callable[[Recalled], None],
    ) -> None:
        self._open_history = open_history
        self._recall = recall
        self._clock = clock
        self._source = source
        self._history: History | None = None
        self._trouble = Trouble(clock, tell, say("The history is being kept again; nothing was lost meanwhile."))
        self._tell = tell
        self._facts: list[Fact] = []
        self._curves: Buckets = {}
        self._listened: dict[Instant, Span] = {}
        self._dirty: set[Instant] = set()
        self._visits: dict[tuple[QueueName, Uid], tuple[int, bool]] = {}
        self._rolled = 0.0
        self._pruned = -PRUNE_S

    def open(self, policy: FloorPolicy) -> bool:
        """Open the history and hand on today's news; False where it cannot be opened now (said, tried again later)."""
        now = self._clock.now()
        begin = min(day_of(now, policy)[0], now - policy.window_s)
        try:
            history = self._open_history()
            recalled = Recalled(
                at=now,
                contacts=tuple(history.lives_between(begin, now)),
                misses=tuple(history.misses_between(begin, now)),
                curves=history.curves_between(begin, now),
            )
            self._visits = history.last_visits(min(begin, now - DAY))
            last = history.last_half_hour()
        except FloordeskError as error:
            self._trouble.began(error.said)
            return False
        except Exception:  # noqa: BLE001  a history that cannot be read must not keep the desk shut
            self._trouble.unexpected()
            return False
        if last is not None:
            self._dirty.update(half_hours(last, now))
        self._history = history
        if history.said is not None:
            self._tell(history.said)
        self._recall(recalled)
        return True

    def keep(self, facts: Sequence[Fact], curves: Curves, listened: Sequence[Span]) -> None:
        """Add news to what waits to be written."""
        self._facts.extend(self._own_visit(fact) for fact in facts)
        if len(self._facts) > FACTS_HELD:
            lost = len(self._facts) - FACTS_HELD
            del self._facts[:lost]
            self._tell(say("{count} steps of contacts could not be kept in the history.", count=lost))
        for subject, points in curves.items():
            kept = self._curves.setdefault(subject, {})
            kept.update((point.at, point) for point in points)
        for span in listened:
            self._listened[span.begin] = span

    def write(self, policy: FloorPolicy, *, last: bool = False) -> None:
        """Write what waits, in one transaction; count half hours and forget the old when it is time."""
        if self._trouble.now() and not last:
            return
        if self._history is None and not self.open(policy):
            return
        history = self._history
        assert history is not None  # open() just made it
        try:
            if self._write_news(history, policy):
                self._trouble.ended()
            self._roll_up(history, policy, last=last)
            self._prune(history, policy)
        except FloordeskError as error:
            self._trouble.began(error.said)
        except Exception:  # noqa: BLE001  whatever these news hold, the next must not suffer from them
            self._facts, self._curves, self._listened = [], {}, {}
            self._trouble.unexpected()

    def close(self) -> None:
        """Let go of the history."""
        if self._history is not None:
            self._history.close()
            self._history = None

    def _write_news(self, history: History, policy: FloorPolicy) -> bool:
        if not (self._facts or self._curves or self._listened):
            return False
        with history.together():
            history.keep_facts(self._facts, numbers=policy.keep_numbers)
            for subject, points in self._curves.items():
                history.keep_curve(subject, points.values())
            for span in self._listened.values():
                history.keep_listening(self._source, span)
        for fact in self._facts:
            self._dirty.update(_touched(fact.contact, fact.at))
        for points in self._curves.values():
            self._dirty.update(at // HALF_HOUR * HALF_HOUR for at in points)
        self._facts, self._curves, self._listened = [], {}, {}
        return True

    def _roll_up(self, history: History, policy: FloorPolicy, *, last: bool) -> None:
        """Count touched half hours again: each minute, and at the end."""
        steady = self._clock.steady()
        if not self._dirty or (steady - self._rolled < ROLL_UP_S and not last):
            return
        self._rolled = steady
        days = {day_of(begin, policy) for begin in self._dirty}
        history.roll_up(policy, sorted(self._dirty), [Span(begin=begin, end=end) for begin, end in sorted(days)])
        self._dirty.clear()

    def _prune(self, history: History, policy: FloorPolicy) -> None:
        steady = self._clock.steady()
        if steady - self._pruned >= PRUNE_S and not history.prune(self._clock.now() - policy.keep_history_days * DAY):
            self._pruned = steady

    def _own_visit(self, fact: Fact) -> Fact:
        """Return it with visits numbered on from those known before this start: a unique id comes again, from 0 on.

        A life that had not ended goes on under its number, one that had is followed by the next.
        """
        contact = fact.contact
        known = self._visits.get((contact.queue, contact.uid))
        if known is None or not contact.uid:
            return fact
        visit, ended = known
        own = msgspec.structs.replace(contact, visit=contact.visit + visit + int(ended))
        return msgspec.structs.replace(fact, contact=own)


class TapeSide:
    """Batches and keyframes, by way of the TapeWriter port; what cannot be written is let go until a keyframe comes."""

    def __init__(self, tape: TapeWriter, clock: Clock, tell: Tell) -> None:
        self._tape = tape
        self._clock = clock
        self._trouble = Trouble(clock, tell, say("The day is being recorded again."))
        self._cut = True
        self._last = 0.0
        self._synced = 0.0
        self._pruned = -PRUNE_S

    def ready(self) -> bool:
        """Return whether a keyframe would be written; for any thread."""
        return not self._trouble.now()

    def keep(self, strip: Sequence[Batch | Frame], alive_at: Instant | None, policy: FloorPolicy) -> bool:
        """Write a stretch of tape; return whether it runs on unbroken (else a keyframe is needed)."""
        try:
            self._write(strip, policy)
            self._alive(alive_at)
            self._care(policy)
        except FloordeskError as error:
            self._cut = True
            self._trouble.began(error.said)
        except Exception:  # noqa: BLE001  whatever this stretch holds, the next must not suffer from it
            self._cut = True
            self._trouble.unexpected()
        else:
            if not self._cut:
                self._trouble.ended()
        return not self._cut

    def close(self) -> None:
        """End the tape."""
        self._tape.close()

    def _write(self, strip: Sequence[Batch | Frame], policy: FloorPolicy) -> None:
        run: list[Batch] = []
        for piece in strip:
            if isinstance(piece, Frame):
                self._write_run(run)
                run = []
                payload = gently(piece.state if policy.keep_numbers else without_numbers(piece.state))
                self._tape.keyframe(payload, piece.at, joins=piece.joins and not self._cut)
                self._cut = False
                self._last = piece.at
            elif not self._cut:
                run.append(piece if policy.keep_numbers else without_numbers(piece))
        self._write_run(run)

    def _write_run(self, run: Sequence[Batch]) -> None:
        if run and run[0].at is not None and run[-1].at is not None:
            self._tape.batches(run, run[0].at, run[-1].at)
            self._last = run[-1].at

    def _alive(self, alive_at: Instant | None) -> None:
        """Say now and then that somebody listens although nothing comes."""
        if alive_at is not None and not self._cut and alive_at - self._last >= ALIVE_S:
            self._tape.batches((), self._last, alive_at)
            self._last = alive_at

    def _care(self, policy: FloorPolicy) -> None:
        steady = self._clock.steady()
        if steady - self._synced >= SYNC_S:
            self._synced = steady
            self._tape.sync()
        if steady - self._pruned >= PRUNE_S and not self._tape.forget(self._clock.now() - policy.keep_tape_days * DAY):
            self._pruned = steady


def half_hours(begin: Instant, end: Instant) -> list[Instant]:
    """Return the begins of the half hours that touch [begin, end]."""
    first, last = int(begin // HALF_HOUR), int(end // HALF_HOUR)
    return [number * HALF_HOUR for number in range(first, last + 1)]


def _touched(contact: Contact, at: Instant | None) -> set[Instant]:
    """Return the half hours a contact's life counts in."""
    times = (contact.entered_at, contact.answered_at, contact.ended_at, at)
    return {each // HALF_HOUR * HALF_HOUR for each in times if each is not None}
