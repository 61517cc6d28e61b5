"""The past: the floor as it stood at any moment of the kept days, from the tape.

A keyframe gives the whole state, the batches after it are folded by the very code that folds live ones. A piece of
tape that cannot be read ends what can be told until the next keyframe; meanwhile, and where nobody recorded, the floor
stands as it was last known, its link marked as ended.
"""

import contextlib
import gc
import logging
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from console.core.errors import FloordeskError
from console.core.floor.day import day_of
from console.core.floor.events import Batch
from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, LinkStatus, Record, Seconds
from console.core.floor.policy import FloorPolicy
from console.core.floor.tape import GAP_S, Block, BlockKind, Damage, Span, gaps_between
from console.core.floor.view import FloorView
from console.core.ports import TapeReader
from console.desk.stepping import Keyframe, Stepper

FRAMES_TRIED = 4
"""Keyframes tried, each older than the one before, until the tape is taken for unreadable (or another version's)."""
JUDGE_S: Seconds = 10.0
JUDGED_S: Seconds = 30.0
"""Alarms are judged every 10 s of the half minute before the moment asked for: some must hold for a while."""

LOOKED_ROUND_S: Seconds = 4 * 86_400.0
FOLDED_AT_MOST = 2_000
"""More events than this are not folded where a keyframe spares it."""

Curves = Mapping[str, Sequence[CurvePoint]]
ReadCurves = Callable[[Instant, Instant], Curves]

_log = logging.getLogger(__name__)


class Moments(Record, frozen=True, kw_only=True):
    """What can be shown of [begin, end]: None as span where nothing is kept; `gaps` inside it; what was unreadable."""

    span: Span | None = None
    gaps: tuple[Span, ...] = ()
    damage: tuple[Damage, ...] = ()


class Past:
    """The kept past, by way of the TapeReader port; for one thread, which is not the one that paints.

    `curves` gives the curves of [begin, end) from the history; without it a curve holds only what the tape retold.
    `known` is the moment last shown, or the last one before it of which the tape tells.
    """

    def __init__(
        self, tape: TapeReader, curves: ReadCurves | None = None, close: Callable[[], None] = lambda: None
    ) -> None:
        """Read from `tape` and `curves`; `close` lets go of what they read from."""
        self._tape = tape
        self.close = close
        self._curves = DayCurves(curves) if curves is not None else None
        self._decoder = msgspec.msgpack.Decoder(Keyframe)
        self._stepper: Stepper | None = None
        self._frame: Block | None = None
        self._blocks: list[Block] = []
        self._next = 0
        self._run: list[Batch] = []
        self._folded = 0
        self._at: Instant = 0.0
        self._broken: Instant | None = None
        self.known: Instant | None = None

    def moments(self, begin: Instant, end: Instant) -> Moments:
        """Return what can be shown of [begin, end]."""
        spans = self._tape.spans(begin, end)
        damage = tuple(self._tape.damage(begin, end))
        if not spans:
            return Moments(damage=damage)
        span = Span(begin=spans[0].begin, end=spans[-1].end)
        return Moments(span=span, gaps=gaps_between(spans, span.begin, span.end), damage=damage)

    def day(self, at: Instant, policy: FloorPolicy) -> Moments:
        """Return what can be shown of the floor's day that holds `at`."""
        return self.moments(*day_of(at, policy))

    def gap_at(self, at: Instant) -> Span | None:
        """Return the gap that holds `at`, without end where the tape is over; None where the tape tells of `at`."""
        spans = self._tape.spans(at - LOOKED_ROUND_S, at + LOOKED_ROUND_S)
        for span in spans:
            if span.begin <= at <= span.end:
                return None
        begin = max((span.end for span in spans if span.end < at), default=-math.inf)
        return Span(begin=begin, end=min((span.begin for span in spans if span.begin > at), default=math.inf))

    def seek(self, at: Instant) -> FloorView | None:
        """Return the floor as it stood at `at`; None where nothing that old is kept."""
        with _without_collection():
            if not (self._goes_on(at) or self._restored(at)):
                return None
            stepper = self._stepper
            assert stepper is not None  # one of the two has put it there
            self._fold_to(stepper, at)
            self._at = at
            known = self.known = self._known(at)
            view = stepper.view(known, past=True)
        figures = view.figures
        if self._curves is not None:
            figures = msgspec.structs.replace(figures, curves=self._curves.upto(at, figures.curves, stepper.policy))
        link = view.link
        if known < at:
            link = msgspec.structs.replace(link, status=LinkStatus.ENDED, since=known)
        return msgspec.structs.replace(view, at=at, link=link, figures=figures)

    def _goes_on(self, at: Instant) -> bool:
        """Return whether the way from where we stand is unbroken, and shorter than that from a keyframe."""
        if self._frame is None or at < self._at:
            return False
        blocks = self._tape.blocks(self._frame.first, at)
        if not blocks or blocks[0] != self._frame:
            return False
        ahead = blocks[self._next :]
        if any(block.kind is not BlockKind.BATCHES for block in ahead) and (
            self._broken is not None
            or any(block.kind is BlockKind.START for block in ahead)
            or sum(block.events for block in ahead) > FOLDED_AT_MOST
        ):
            return False
        self._blocks = blocks
        return True

    def _restored(self, at: Instant) -> bool:
        """Stand at the last keyframe at or before `at` that can be read; return whether there is one."""
        moment = at
        for _ in range(FRAMES_TRIED):
            blocks = self._tape.blocks(moment, at)
            if not blocks or blocks[0].first > moment:
                return False
            frame = blocks[0]
            try:
                keyframe = self._decoder.decode(self._tape.read(frame))
            except (FloordeskError, msgspec.MsgspecError):
                _log.warning("A keyframe of the tape cannot be read; the one before it is used.")
                moment = math.nextafter(frame.first, 0.0)
                continue
            self._stand(keyframe, frame, blocks)
            return True
        return False

    def _stand(self, keyframe: Keyframe, frame: Block, blocks: list[Block]) -> None:
        if self._stepper is None:  # else it stands anew in its place: a floor let go is a heap of cycles to collect
            self._stepper = Stepper(keyframe.policy)
        self._stepper.restore(keyframe)
        self._frame, self._blocks, self._next = frame, blocks, 1
        self._run, self._folded = [], 0
        self._broken = None

    def _fold_to(self, stepper: Stepper, at: Instant) -> None:
        while True:
            while self._folded < len(self._run):
                batch = self._run[self._folded]
                if batch.at is None or batch.at > at:
                    return
                self._folded += 1
                self._take(stepper, batch, at)
            if self._next >= len(self._blocks) or self._blocks[self._next].first > at:
                return
            block = self._blocks[self._next]
            self._next += 1
            if block.kind is BlockKind.START and self._broken is None:  # met only where it could not be read
                self._broken = block.first
            elif block.kind is BlockKind.BATCHES and self._broken is None:
                try:
                    self._run, self._folded = self._tape.batches(block), 0
                except FloordeskError:
                    _log.warning("A piece of the tape cannot be read; the floor stands still until the next keyframe.")
                    self._broken = block.first

    def _take(self, stepper: Stepper, batch: Batch, until: Instant) -> None:
        at = batch.at or 0.0
        if until - at <= JUDGED_S and at % JUDGE_S < 1 and stepper.begins_second(batch):
            stepper.view(stepper.floor.at, past=True)
        try:
            stepper.take(batch)
        except Exception:  # noqa: BLE001  the live floor met the same batch and went on
            _log.warning("A recorded batch could not be folded; the replay goes on.")

    def _known(self, at: Instant) -> Instant:
        """Return `at`, or the last moment before it of which the tape still tells."""
        if self._broken is not None:
            return min(at, self._broken)
        last = max((block.last for block in self._blocks), default=at)
        return last if at - last > GAP_S else at


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the cycle collector from walking a whole floor again and again while one is being built.

    Afterwards everything young is called old (freeze, unfreeze), which walks nothing; a later full collection finds it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.enable()


class DayCurves:
    """The curves of one day from the history, cut at a moment and joined with what the tape retold."""

    def __init__(self, read: ReadCurves) -> None:
        self._read = read
        self._day = (0.0, 0.0)
        self._asked: Instant = 0.0
        self._points: dict[str, list[CurvePoint]] = {}

    def upto(self, at: Instant, retold: Curves, policy: FloorPolicy) -> Mapping[str, tuple[CurvePoint, ...]]:
        """Return the day's curves up to `at`; a minute of which nothing is known stands there as a gap."""
        self._learn(at, policy)
        joined: dict[str, tuple[CurvePoint, ...]] = {}
        for subject in self._points.keys() | retold.keys():
            own = [point for point in retold.get(subject, ()) if point.at >= self._day[0] and point.waiting is not None]
            points = self._points.get(subject, [])
            end = own[0].at if own else at
            joined[subject] = (*points[: bisect_left(points, end, key=_at)], *own)
        return joined

    def _learn(self, at: Instant, policy: FloorPolicy) -> None:
        day = day_of(at, policy)
        if day == self._day and at <= self._asked + 60.0:
            return
        try:
            known = self._read(*day)
        except FloordeskError as error:
            _log.warning("%s", error.said.english())
            known = {}
        self._day, self._asked = day, at
        self._points = {subject: _with_gaps(points) for subject, points in known.items()}


def _at(point: CurvePoint) -> Instant:
    return point.at


def _with_gaps(points: Sequence[CurvePoint]) -> list[CurvePoint]:
    filled: list[CurvePoint] = []
    for point in points:
        while filled and point.at - filled[-1].at > 90.0:
            filled.append(CurvePoint(at=filled[-1].at + 60.0))
        filled.append(point)
    return filled
