"""The floor's thread: folds what the feed brings, measures, judges, and publishes the view; no database here.

Publishing is paced: at once when something changed after a quiet moment, at most 30 times a second, more seldom where a
view costs much, once a second for the clock's sake. Commands (policy, people, what history remembers of today) take
their turn among the batches, so they apply at once and in order.
"""

import logging
import threading
import traceback
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue

import msgspec

from console.core.floor.day import day_of
from console.core.floor.directory import Directory
from console.core.floor.events import Batch, LinkChanged, SnapshotEnded
from console.core.floor.facts import Fact
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.fold_states import DayTally
from console.core.floor.measures import Measures
from console.core.floor.model import Instant, Interface, LinkStatus, Seconds
from console.core.floor.people import PersonRow
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.ports import Clock
from console.core.words import Said, say
from console.desk.keeping import Recalled
from console.desk.recorder import Recorder
from console.desk.stepping import Stepper

FRAME_S: Seconds = 1 / 30
CLOCK_S: Seconds = 1.0
SLICE_S: Seconds = 0.02
MOST_OF_THE_TIME = 3.0
"""A view is published at most every this many times what it costs, so that folding keeps most of the thread."""
PRESENT_S: Seconds = 2.0
BEHIND_S: Seconds = 120.0
EVENTS_WAITING = 200_000
FACTS_BEFORE_RECALL = 100_000
SAID_AGAIN_S: Seconds = 60.0
ANOTHER_TIME_S: Seconds = 86_400.0
"""A stream this far from the clock (a recording, a clock being set) tells its own time."""

_log = logging.getLogger(__name__)

Command = Callable[[], None]


class FloorLoop:
    """One floor's thread. `sink` takes batches from the feed's thread, and never waits.

    `publish` receives every view in this thread and must return at once. `tell` receives sentences for the person.
    `resync` asks the feed for a new listing, after events were lost or could not be folded. `told_time`: the stream
    tells the time (a replay), not the clock.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        policy: FloorPolicy,
        publish: Callable[[FloorView], None],
        recorder: Recorder | None = None,
        directory: Directory | None = None,
        tell: Callable[[Said], None] = lambda _: None,
        resync: Callable[[], None] = lambda: None,
        told_time: bool = False,
    ) -> None:
        self._clock = clock
        self._publish = publish
        self._recorder = recorder
        self._tell = tell
        self._resync = resync
        self._told_time = told_time
        self._stepper = Stepper(policy, directory)
        self._inbox: SimpleQueue[Batch | Command] = SimpleQueue()
        self._counting = threading.Lock()
        self._waiting = 0
        self._lost = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._changed = True
        self._behind = False
        self._version = 0
        self._published = -CLOCK_S
        self._period = FRAME_S
        self._said_at: dict[str, float] = {}
        self._missing = False
        self._awaited: list[Callable[[], None]] = []
        self._since_start: list[Fact] | None = []
        self._curve_at: Instant = 0.0

    # -- from any thread ----------------------------------------------------------------------------------------------

    def sink(self, batch: Batch) -> None:
        """Take a batch; never waits. What the loop cannot keep up with is let go, said, and listed anew."""
        count = len(batch.events)
        with self._counting:
            if self._waiting > EVENTS_WAITING:
                self._lost += count
                return
            self._waiting += count
        self._inbox.put(batch)

    def apply_policy(self, policy: FloorPolicy) -> None:
        """Judge, measure and keep by another policy from the next moment on."""
        self._inbox.put(lambda: self._apply_policy(policy))

    def mend_people(
        self,
        rows: Iterable[PersonRow],
        answer: Callable[[list[Said]], None] = lambda _: None,
        *,
        whole: bool = False,
    ) -> None:
        """Take what people wrote about people; `answer` receives why not (empty: done), in the floor's thread."""
        kept = tuple(rows)
        self._inbox.put(lambda: answer(self._mend(kept, whole=whole)))

    def granted(self, people: frozenset[str]) -> None:
        """Take who is on a granted break: signed out or unplugged meanwhile, they are on shift still."""
        self._inbox.put(lambda: setattr(self._stepper, "granted", people))

    def once_shown(self, then: Callable[[], None]) -> None:
        """Call `then` in the floor's thread once a view is published in which all that was asked before this stands."""
        self._inbox.put(lambda: self._awaited.append(then))

    def recall(self, recalled: Recalled) -> None:
        """Take what the history knows of today; what was folded meanwhile is counted on top of it. Once."""
        self._inbox.put(lambda: self._recall(recalled))

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="floor", daemon=True)
        self._thread.start()

    def close(self, timeout: Seconds = 5.0) -> None:
        """End promptly; what waits is not folded any more, for its figures would be shown to nobody."""
        self._stop.set()
        self._inbox.put(lambda: None)
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    # -- the floor's thread -------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Fold and publish until closed; no error ends it."""
        while not self._stop.is_set():
            try:
                self.turn()
            except Exception as error:  # noqa: BLE001  the board lives on, whatever went wrong
                self._failed(error)
                self._stop.wait(FRAME_S)

    def turn(self, patience: Seconds = CLOCK_S) -> None:
        """Wait for news until something is due (at most `patience`), fold for a slice, publish when it is time."""
        try:
            item = self._inbox.get(timeout=min(patience, self._due_in()))
        except Empty:
            item = None
        if item is not None:
            ends = self._clock.steady() + SLICE_S
            while item is not None and not self._stop.is_set():
                self._do(item)
                item = self._more() if self._clock.steady() < ends else None
        if self._lost:
            self._say_lost()
        if self._due_in() <= 0.0:
            self._show()

    def _more(self) -> Batch | Command | None:
        try:
            return self._inbox.get_nowait()
        except Empty:
            return None

    def _due_in(self) -> Seconds:
        period = self._period if self._changed else max(CLOCK_S, self._period)
        return max(0.0, self._published + period - self._clock.steady())

    def _do(self, item: Batch | Command) -> None:
        if not isinstance(item, Batch):
            item()
            self._changed = True
            return
        with self._counting:
            self._waiting -= len(item.events)
        self._fold(item)

    def _fold(self, batch: Batch) -> None:
        stepper, recorder, at = self._stepper, self._recorder, batch.at
        if recorder is not None and at is not None and recorder.wants_keyframe(at):
            recorder.keyframe(stepper.floor.at or at, stepper.keyframe(stepper.floor.at))
        facts: tuple[Fact, ...] = ()
        late = 0.0 if at is None or self._told_time else self._clock.now() - at
        # Nothing may be ticked on to the present while what happened before it still waits to be folded.
        self._behind = late > PRESENT_S
        stepper.hurry(behind=late > BEHIND_S)
        try:
            facts = stepper.take(batch)
        except Exception as error:  # noqa: BLE001  one batch must not end the day
            self._failed(error)
            self._resync()
        if batch.events:
            self._changed = True
        if self._since_start is not None:
            self._since_start += facts
            if len(self._since_start) > FACTS_BEFORE_RECALL:
                self._since_start = None
        if recorder is not None:
            recorder.took(batch, facts)
        if self._missing and any(type(event) is SnapshotEnded for event in batch.events):
            self._missing = False
            if stepper.floor.link.status is LinkStatus.SYNCING:
                self._fold(Batch(at=at, events=(LinkChanged(status=LinkStatus.LIVE),)))

    def _now(self) -> Instant | None:
        told = self._stepper.floor.at
        if self._told_time or self._behind:
            return told
        now = self._clock.now()
        if told is None or 0.0 <= now - told <= ANOTHER_TIME_S:
            return now
        return told

    def _show(self) -> None:
        begin = self._clock.steady()
        self._published = begin
        self._changed = False
        self._version += 1
        now = self._now()
        view = self._stepper.view(now, version=self._version)
        if self._recorder is not None and now is not None:
            self._recorder.heard(now, live=view.link.status is LinkStatus.LIVE)
            self._hand_curves(view, now)
        if self._behind and view.link.status is LinkStatus.LIVE:
            # What the feed tells is hours old: true, but not the present yet.
            view = msgspec.structs.replace(view, link=msgspec.structs.replace(view.link, status=LinkStatus.SYNCING))
        awaited, self._awaited = self._awaited, []
        try:
            self._publish(view)
        finally:
            for then in awaited:
                then()
        self._period = max(FRAME_S, MOST_OF_THE_TIME * (self._clock.steady() - begin))

    def _hand_curves(self, view: FloorView, now: Instant) -> None:
        """Hand the minutes that closed since the last time to the recorder; at a start all that are known."""
        minute = now // 60 * 60
        if self._recorder is None or minute == self._curve_at:
            return
        since, self._curve_at = self._curve_at - 60.0, minute
        closed = {subject: _after(points, since) for subject, points in view.figures.curves.items()}
        self._recorder.curves(closed)

    # -- commands -----------------------------------------------------------------------------------------------------

    def _apply_policy(self, policy: FloorPolicy) -> None:
        self._stepper.apply_policy(policy)
        self._cut_tape()
        if self._recorder is not None:
            self._recorder.apply_policy(policy)

    def _mend(self, rows: Iterable[PersonRow], *, whole: bool) -> list[Said]:
        problems = self._stepper.mend(rows, whole=whole)
        if not problems:
            self._cut_tape()
        return problems

    def _cut_tape(self) -> None:
        """Begin the tape anew after something no event tells of."""
        recorder, at = self._recorder, self._stepper.floor.at
        if recorder is not None and at is not None and recorder.recording:
            recorder.keyframe(at, self._stepper.keyframe(at), joins=False)

    def _recall(self, recalled: Recalled) -> None:
        stepper, told = self._stepper, self._since_start
        if told is None:
            return
        self._since_start = None
        before = stepper.measures.figures().curves
        curves = {
            subject: [*recalled.curves.get(subject, ()), *(p for p in before.get(subject, ()) if p.waiting is not None)]
            for subject in recalled.curves.keys() | before.keys()
        }
        measures = Measures(stepper.policy)
        measures.seed(recalled.contacts, curves, recalled.at)
        measures.note(recalled.misses)
        measures.note(told)
        stepper.measures = measures
        begin, _ = day_of(recalled.at, stepper.policy)
        stepper.floor.recall_day(tallies(recalled.contacts, recalled.misses, begin))
        stepper.look(self._now())
        self._cut_tape()

    # -- when something is wrong --------------------------------------------------------------------------------------

    def _failed(self, error: Exception) -> None:
        """Log where it failed and what it was, not its words: they may hold a customer's number."""
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("The floor's thread met %s and goes on:\n%s", type(error).__name__, where)
        self._say(say("Something in the stream could not be understood; the board goes on and lists the floor anew."))

    def _say_lost(self) -> None:
        """Say that events were let go: the figures are not live until the floor has been listed again."""
        with self._counting:
            lost, self._lost = self._lost, 0
        _log.warning("%d events were let go.", lost)
        self._missing = True
        self._fold(Batch(at=self._stepper.floor.at, events=(LinkChanged(status=LinkStatus.SYNCING),)))
        self._say(say("More events came than this machine can take; the floor is listed anew."))
        self._resync()

    def _say(self, said: Said) -> None:
        steady = self._clock.steady()
        last = self._said_at.get(said.text)
        if last is None or steady - last >= SAID_AGAIN_S:
            self._said_at[said.text] = steady
            self._tell(said)


def tallies(contacts: Iterable[Contact], misses: Iterable[Fact], begin: Instant) -> dict[Interface, DayTally]:
    """Return what each seat did since `begin`, as the fold counts it; wrap-up the history does not know."""
    done: dict[Interface, DayTally] = {}
    for contact in contacts:
        if not contact.interface:
            continue
        tally = done.get(contact.interface, DayTally())
        answered = contact.answered_at is not None and contact.answered_at >= begin
        completed = contact.talk_s is not None and contact.ended_at is not None and contact.ended_at >= begin
        done[contact.interface] = DayTally(
            tally.answered + answered,
            tally.completed + completed,
            tally.ring_no_answer,
            tally.handled_s + (contact.talk_s or 0.0) * completed,
        )
    for miss in misses:
        if miss.at is not None and miss.at >= begin:
            tally = done.get(miss.contact.interface, DayTally())
            done[miss.contact.interface] = tally._replace(ring_no_answer=tally.ring_no_answer + 1)
    return done


def _after(points: tuple[CurvePoint, ...], since: Instant) -> tuple[CurvePoint, ...]:
    """Return the closed points from `since` on; the last one is still running."""
    first = len(points) - 1
    while first > 0 and points[first - 1].at >= since:
        first -= 1
    return points[first:-1]
