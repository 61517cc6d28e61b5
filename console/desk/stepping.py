"""One step after another: events to floor, facts, directory, measures and alarms, the same live as from the tape.

Measures look at the floor whenever a second of the stream's own time begins, and when somebody looks; so what a tape
gives back does not hang on how fast the machine was that day.
"""

from collections.abc import Iterable

import msgspec

from console.core.floor.day import day_of
from console.core.floor.directory import Directory
from console.core.floor.events import Batch, SnapshotEnded
from console.core.floor.facts import Fact
from console.core.floor.fold import Floor
from console.core.floor.fold_keep import FloorState
from console.core.floor.measures import Measures, MeasuresState
from console.core.floor.model import Instant, Seconds
from console.core.floor.people import PersonRow
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.rules.alarms import AlarmState, judge
from console.core.words import Said

LOOK_S: Seconds = 1.0
HURRIED_LOOK_S: Seconds = 15.0
CURVE_POINTS = 0
"""Points of each curve in a keyframe: none, the running minute aside. The history keeps the curves of every day."""
ANOTHER_TIME_S: Seconds = 2 * 86_400.0
"""After a leap of the clock as long as this nothing of before is in any window; minutes are not counted through."""
REMEMBERED = 512
"""Ended contacts, visits, recordings and legs in a keyframe, for what is told of them seconds later."""


class Keyframe(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state at `at`: enough to go on from there as if one had followed from the beginning."""

    at: Instant | None
    policy: FloorPolicy
    directory: Directory
    floor: FloorState
    measures: MeasuresState
    alarms: AlarmState = AlarmState()


class Stepper:
    """Folds batches and keeps everything derived from them; for one thread, without a clock.

    `granted` are the ids of people on a granted break: they are on shift whatever their phone says.
    """

    def __init__(self, policy: FloorPolicy, directory: Directory | None = None) -> None:
        self.floor = Floor(policy)
        self.measures = Measures(policy)
        self.policy = policy
        self.directory = (directory or Directory()).under(policy)
        self.granted: frozenset[str] = frozenset()
        self._alarms = AlarmState()
        self._second = 0.0
        self._look_s = LOOK_S
        self._day_ends: Instant | None = None
        self._reached: Instant | None = None
        self._relearn = False

    def begins_second(self, batch: Batch) -> bool:
        """Return whether a second of the stream's time begins with this batch: the moment for a keyframe."""
        return batch.at is not None and batch.at // self._look_s != self._second

    def hurry(self, *, behind: bool) -> None:
        """Look more seldom while a feed tells of hours long past, as the demo tells its day."""
        look_s = HURRIED_LOOK_S if behind else LOOK_S
        if look_s != self._look_s:
            self._look_s, self._second = look_s, 0.0

    def take(self, batch: Batch) -> tuple[Fact, ...]:
        """Fold a batch; return the steps of contacts it told."""
        at = batch.at
        if at is not None:
            if self.begins_second(batch):
                self._second = at // self._look_s
                self.look(self.floor.at)
            if self._day_ends is None:
                self._day_ends = day_of(at, self.policy)[1]
            elif at >= self._day_ends:
                self._day_ends = day_of(at, self.policy)[1]
                self.floor.begin_day()
            self._come_to(at)
        facts = self.floor.fold(batch)
        self.measures.note(facts)
        if any(type(event) is SnapshotEnded for event in batch.events):
            self._relearn = True
        return facts

    def look(self, at: Instant | None) -> FloorView:
        """Let time pass to `at` and take in the floor as it stands then; return it, without figures."""
        floor = self.floor
        if at is not None and (floor.at is None or at >= floor.at):
            floor.tick(at)
            self._come_to(at)
        if self._relearn:
            self._relearn = False
            self.directory = self.directory.relearn(floor.agents, floor.members)
        self.directory = self.directory.learn(floor.agents, floor.members)
        contents = floor.contents()
        seen = FloorView(
            at=at,
            link=contents.link,
            queues=contents.queues,
            callers=contents.callers,
            members=contents.members,
            agents=contents.agents,
            people=self.directory.people,
            person_of=self.directory.person_of,
            policy=self.policy,
        )
        self.measures.see(seen, self.granted)
        return seen

    def _come_to(self, at: Instant) -> None:
        if self._reached is not None and at - self._reached > ANOTHER_TIME_S:
            self.measures = Measures(self.policy)
        self._reached = at

    def view(self, at: Instant | None, *, past: bool = False, version: int = 0) -> FloorView:
        """Return the floor at `at` with its figures and the alarms that stand."""
        seen = msgspec.structs.replace(self.look(at), figures=self.measures.figures(), past=past, version=version)
        self._alarms, alarms = judge(seen, self._alarms, at)
        return msgspec.structs.replace(seen, alarms=alarms) if alarms else seen

    def apply_policy(self, policy: FloorPolicy) -> None:
        """Judge and measure by another policy from now on."""
        self.policy = policy
        self.floor.policy = policy
        self.measures.judge_by(policy)
        self.directory = self.directory.under(policy)
        # Which queue comes first is a matter of the groups: what was seen is ranked anew, not at the next listing.
        self._relearn = True
        if self.floor.at is not None:
            self._day_ends = day_of(self.floor.at, policy)[1]

    def mend(self, rows: Iterable[PersonRow], *, whole: bool = False) -> list[Said]:
        """Take what people wrote about people; return why not, with nothing changed then."""
        self.directory, problems = self.directory.mend(rows, whole=whole)
        return problems

    def keyframe(self, at: Instant | None) -> Keyframe:
        """Return the whole state, which is never changed afterwards."""
        self.look(at)
        return Keyframe(
            at=at,
            policy=self.policy,
            directory=self.directory,
            floor=_trimmed(self.floor.state()),
            measures=self.measures.state(curve_points=CURVE_POINTS),
            alarms=self._alarms,
        )

    def restore(self, frame: Keyframe) -> None:
        """Stand as the keyframe says."""
        self.directory = frame.directory
        self.floor.policy = frame.policy
        self.floor.restore(frame.floor)
        if frame.policy != self.policy:
            self.policy = frame.policy
            self.measures = Measures(frame.policy)
        self._alarms = frame.alarms
        self._relearn = False
        self._second = 0.0 if frame.at is None else frame.at // LOOK_S
        self._reached = frame.at
        self._day_ends = None if frame.at is None else day_of(frame.at, frame.policy)[1]
        contents = self.floor.contents()
        self.measures.restore(
            frame.measures,
            FloorView(
                at=frame.at,
                link=contents.link,
                queues=contents.queues,
                callers=contents.callers,
                members=contents.members,
                agents=contents.agents,
                people=self.directory.people,
                person_of=self.directory.person_of,
                policy=frame.policy,
            ),
        )


def _trimmed(state: FloorState) -> FloorState:
    """Return the state without long-ended contacts, four fifths of a busy floor's keyframe."""
    contacts = state.contacts
    kept = {name: getattr(contacts, name)[-REMEMBERED:] for name in ("left", "ended", "visits", "recordings", "legs")}
    return msgspec.structs.replace(state, contacts=msgspec.structs.replace(contacts, **kept))


def gently(value: msgspec.Struct, depth: int = 3) -> bytes:
    """Return a record as msgpack, encoded field by field: one long encoding would hold up every other thread."""
    encode = msgspec.msgpack.encode
    pieces: list[msgspec.Raw] = []
    for field in value.__struct_fields__:
        part = getattr(value, field)
        deeper = depth > 1 and isinstance(part, msgspec.Struct)
        pieces.append(msgspec.Raw(gently(part, depth - 1) if deeper else encode(part)))
    if value.__struct_config__.array_like:
        return encode(pieces)
    return encode(dict(zip(value.__struct_encode_fields__, pieces, strict=True)))
