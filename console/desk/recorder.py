"""The recorder: what the floor's thread hands over is kept by a thread of its own, with connections of its own.

Handing over never waits. When the disk cannot keep pace or has no room, the tape gives way before the contacts: tape
is let go (and a keyframe begins it anew), contacts stay in memory until they can be kept.
"""

import threading
from collections.abc import Callable, Sequence

import msgspec

from console.core.floor.events import Batch
from console.core.floor.facts import Fact
from console.core.floor.model import Instant, Seconds
from console.core.floor.policy import FloorPolicy
from console.core.floor.tape import Span
from console.core.ports import Clock, History, TapeWriter
from console.desk.keeping import Buckets, ContactsSide, Curves, Frame, Recalled, TapeSide, Tell

FLUSH_S: Seconds = 1.0
FLUSH_FACTS = 500
KEYFRAME_S: Seconds = 300.0
KEYFRAME_EVENTS = 2_500
KEYFRAME_LEAST_S: Seconds = 1.0
LISTING_EVENTS = 5_000
"""In a storm keyframes a second apart are enough, a big floor's is half a megabyte; but a listing never waits."""
TAPE_EVENTS_HELD = 200_000
SEGMENT_S: Seconds = 3600.0


def _nothing(_: Recalled) -> None:
    """Receive what nobody asked for."""


class Recorder:
    """Keeps contacts and tape. `took`, `heard`, `curves`, `keyframe` are for the floor's thread; `run` is its own.

    `open_history` is called in the recorder's thread, and again after a failure. `recall` receives today's news
    when the history was opened. Without `open_history` only the tape is kept, without `tape` only the history.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        policy: FloorPolicy,
        open_history: Callable[[], History] | None = None,
        tape: TapeWriter | None = None,
        tell: Tell = lambda _: None,
        recall: Callable[[Recalled], None] = _nothing,
        source: str = "",
    ) -> None:
        self._policy = policy
        self._contacts = ContactsSide(open_history, clock, source, tell, recall) if open_history is not None else None
        self._tape = TapeSide(tape, clock, tell) if tape is not None else None
        self._inbox = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._facts: list[Fact] = []
        self._strip: list[Batch | Frame] = []
        self._strip_events = 0
        self._curves: Buckets = {}
        self._listening: Span | None = None
        self._listened: dict[Instant, Span] = {}
        self._alive_at: Instant | None = None
        self._frame_at: Instant | None = None
        self._since_frame = 0
        self._joins = False

    # -- the floor's side: nothing here waits for a disk --------------------------------------------------------------

    def took(self, batch: Batch, facts: Sequence[Fact]) -> None:
        """Take what was folded; a batch without a time is not kept, for nobody could seek it."""
        if batch.at is None:
            return
        with self._inbox:
            if self._contacts is not None:
                self._facts.extend(facts)
            if self._joins:
                self._strip.append(batch)
                self._strip_events += len(batch.events)
                self._since_frame += len(batch.events)
                if self._strip_events > TAPE_EVENTS_HELD:
                    self._cut_tape()
            hurry = len(self._facts) >= FLUSH_FACTS or self._strip_events >= KEYFRAME_EVENTS
        if hurry:
            self._wake.set()

    def heard(self, at: Instant, *, live: bool) -> None:
        """Say that at `at` somebody still listens, and whether to a live floor."""
        with self._inbox:
            self._alive_at = at
            if not live:
                self._listening = None
                return
            begin = self._listening.begin if self._listening is not None else at
            self._listening = self._listened[begin] = Span(begin=begin, end=max(begin, at))

    def curves(self, points: Curves) -> None:
        """Take buckets of the day's curves; a bucket taken again replaces the earlier one."""
        with self._inbox:
            for subject, buckets in points.items():
                self._curves.setdefault(subject, {}).update((point.at, point) for point in buckets)

    @property
    def recording(self) -> bool:
        """Return whether a tape runs unbroken, so that a keyframe may join or cut it."""
        return self._tape is not None and self._joins

    def wants_keyframe(self, at: Instant) -> bool:
        """Return whether the tape needs the whole state now: it begins, has lost some, or the way back grows long."""
        if self._tape is None or not self._tape.ready():
            return False
        if not self._joins or self._frame_at is None:
            return True
        elapsed = at - self._frame_at
        if self._since_frame >= (KEYFRAME_EVENTS if elapsed >= KEYFRAME_LEAST_S else LISTING_EVENTS):
            return True
        return not 0 <= elapsed < KEYFRAME_S or at // SEGMENT_S != self._frame_at // SEGMENT_S

    def keyframe(self, at: Instant, state: msgspec.Struct, *, joins: bool = True) -> None:
        """Take the whole state as it stands at `at`, never changed afterwards; not `joins`: the past is cut off."""
        with self._inbox:
            self._strip.append(Frame(at=at, state=state, joins=joins and self._joins))
            self._joins = True
            self._since_frame = 0
            self._frame_at = at

    def apply_policy(self, policy: FloorPolicy) -> None:
        """Keep and count by another policy from now on."""
        self._policy = policy

    def _cut_tape(self) -> None:
        """Let the waiting tape go (the lock is held); a keyframe is wanted, and begins it anew."""
        self._strip.clear()
        self._strip_events = 0
        self._joins = False

    # -- its own thread -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin recording in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="recorder", daemon=True)
        self._thread.start()

    def close(self, timeout: Seconds = 10.0) -> None:
        """Keep what is at hand and end; waits at most `timeout`."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def run(self) -> None:
        """Recall today, then flush every second, or sooner when much has come, until closed."""
        if self._contacts is not None:
            self._contacts.open(self._policy)
        while not self._stop.is_set():
            self._wake.wait(FLUSH_S)
            self._wake.clear()
            self.flush()
        self.flush(last=True)
        if self._contacts is not None:
            self._contacts.close()
        if self._tape is not None:
            self._tape.close()

    def flush(self, *, last: bool = False) -> None:
        """Keep what is at hand; never raises."""
        with self._inbox:
            facts, self._facts = self._facts, []
            strip, self._strip = self._strip, []
            curves, self._curves = self._curves, {}
            listened, self._listened = self._listened, {}
            self._strip_events = 0
            alive_at = self._alive_at
        policy = self._policy
        if self._contacts is not None:
            points = {subject: tuple(buckets.values()) for subject, buckets in curves.items()}
            self._contacts.keep(facts, points, tuple(listened.values()))
            self._contacts.write(policy, last=last)
        if self._tape is not None and not self._tape.keep(strip, alive_at, policy) and strip:
            with self._inbox:
                self._cut_tape()
