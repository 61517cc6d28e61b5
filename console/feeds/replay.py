"""Recorded streams as a feed: the very same road as a live connection, at their own pace, faster, or at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from console.core.errors import BadInput
from console.core.floor.events import Batch, FloorEvent, LinkChanged
from console.core.floor.fold import Floor
from console.core.floor.model import Instant, LinkStatus, LinkTrouble, Seconds
from console.core.floor.summary import LITERAL, summary
from console.core.ports import Clock, Stop
from console.core.words import Said, say
from console.feeds.asterisk.parse import READ, Frames
from console.feeds.asterisk.translate import translate
from console.feeds.recording import Note, connected_at, pace_of, reads

BEAT: Seconds = 0.2
"""How often, by the wall clock, the time of a paced replay is told while nothing comes."""


class Recording:
    """One pass over a recorded stream; `frames` tells afterwards what there was.

    `connected_at` is the instant of its connect as the recording tells it, else `fallback`.
    """

    def __init__(self, path: Path, note: Note, fallback: Instant = 0.0) -> None:
        self.path = path
        self.frames = Frames()
        self._note = note
        self._pace = pace_of(path, note)
        told = self._pace.connected_at
        self.connected_at: Instant = fallback if told is None else told

    @property
    def has_times(self) -> bool:
        """Return whether the stream has times."""
        return bool(self._pace.reads)

    def batches(self) -> Iterator[tuple[Seconds | None, tuple[FloorEvent, ...]]]:
        """Yield seconds since connect and events of every read; BadInput for a file that is no such stream."""
        frames, size = self.frames, 0
        for at, chunk in reads(self.path, self._pace, self._note):
            for begin in range(0, len(chunk), READ):
                found = frames.feed(chunk[begin : begin + READ])
                size += len(chunk[begin : begin + READ])
                if frames.foreign:
                    raise BadInput(say("{path} is no recording of a manager interface (AMI).", path=str(self.path)))
                yield at, translate(found)
        if not size:
            raise BadInput(say("{path} is empty.", path=str(self.path)))
        if frames.cut:
            self._note(
                say(
                    "{path} ends inside a message; its last {count} bytes are left out.",
                    path=str(self.path),
                    count=frames.cut,
                )
            )
        if frames.garbled:
            self._note(
                say(
                    "{count} messages of {path} cannot be read and are left out.",
                    path=str(self.path),
                    count=frames.garbled,
                )
            )


class RecordedClock:
    """The clock a replayed floor lives by: the recording's time, standing still before and after it.

    Until it begins, a stream that does not tell when it connected lives by the machine's clock; one without
    times always.
    """

    def __init__(self, clock: Clock, rate: float, connected: Instant | None) -> None:
        self._clock = clock
        self._rate = rate
        self._told = connected
        self._begin: tuple[Instant, float] | None = None

    def now(self) -> Instant:
        """Return the recording's instant."""
        told, begin = self._told, self._begin
        if begin is not None and self._rate > 0:
            return begin[0] + (self._clock.steady() - begin[1]) * self._rate
        return self._clock.now() if told is None else told

    def steady(self) -> float:
        """Return the machine's steady seconds."""
        return self._clock.steady()

    def begins(self, at: Instant) -> None:
        """Run from `at`."""
        self._told, self._begin = at, (at, self._clock.steady())

    def tells(self, at: Instant) -> None:
        """Take what a batch says."""
        self._told = at

    def ends(self) -> None:
        """Stand still at what was told last."""
        self._begin = None


class Replay:
    """A Feed of a recorded stream; `rate` 1 is its own pace, 0 as fast as it goes; `clock` tells its time.

    Batches carry the recording's own times (None where it has none; where only the seconds since its connect are known,
    it connects now). At a pace, a batch without events tells the time every `BEAT`, so that waits grow on the board
    while nothing comes.
    """

    def __init__(self, path: Path, clock: Clock, *, rate: float = 1.0) -> None:
        self.name = path.name
        self.path = path
        self.clock = RecordedClock(clock, rate, connected_at(path))
        self._now = clock.now
        self._rate = rate

    def run(self, sink: Callable[[Batch], None], stop: Stop) -> None:
        """Push the recording into `sink`; ends with a LinkChanged that says how, and never raises."""
        notes: list[Said] = []
        at: Instant | None = None
        try:
            recording = Recording(self.path, notes.append, self._now())
            if recording.has_times:
                at = recording.connected_at
                self.clock.begins(at)
            sink(Batch(at=at, events=(LinkChanged(status=LinkStatus.LIVE, source=self.name),)))
            at = self._play(recording, sink, stop)
            if stop.is_set():
                return
            garbled = recording.frames.garbled > 0
            trouble = LinkTrouble.GARBLED if garbled else LinkTrouble.CUT if notes else LinkTrouble.NONE
        except BadInput as error:
            notes = [error.said]
            trouble = LinkTrouble.SOURCE
        finally:
            self.clock.ends()
        detail = " ".join(said.english() for said in notes)
        ended = LinkChanged(status=LinkStatus.ENDED, trouble=trouble, detail=detail, source=self.name)
        sink(Batch(at=at, events=(ended,)))

    def _play(self, recording: Recording, sink: Callable[[Batch], None], stop: Stop) -> Instant | None:
        last, at = 0.0, None
        for after, events in recording.batches():
            if after is not None:
                at = recording.connected_at + after
                if self._rate > 0:
                    self._wait_for(at, sink, stop)
                self.clock.tells(at)
            if stop.is_set():
                break
            if events or (after is not None and (self._rate > 0 or after - last >= 1.0)):
                last = after or 0.0
                sink(Batch(at=at, events=events))
        return at

    def _wait_for(self, at: Instant, sink: Callable[[Batch], None], stop: Stop) -> None:
        while not stop.is_set() and (now := self.clock.now()) < at:
            stop.wait(min(BEAT, (at - now) / self._rate))
            now = self.clock.now()
            if now < at:
                sink(Batch(at=now))


def summarise(path: Path, note: Callable[[str], None]) -> dict[str, Any]:
    """Return the figures of a recorded stream, as `replay --json` prints them; `note` is told what was left out.

    Raises BadInput for a file that cannot be read or is no such stream.
    """
    recording = Recording(path, lambda said: note(said.english()))
    floor = Floor(LITERAL)
    at: Instant | None = None
    for after, events in recording.batches():
        at = None if after is None else recording.connected_at + after
        if events:
            floor.fold(Batch(at=at, events=events))
    if at is not None:
        floor.tick(at)
    return summary(floor, recording.frames.messages)


def replay_summary(path: Path) -> dict[str, Any]:
    """Return the figures of a recorded stream without saying what was left out; raises BadInput."""
    return summarise(path, lambda _note: None)
