"""Who counts where: keeps every person's standing and moves only those who changed from one count to another."""

import heapq
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import compress
from operator import is_not
from typing import Generic, NamedTuple, TypeVar

from console.core.floor.figures import FLOOR_SUBJECT, Seats, Share, channel_subject, group_subject, queue_subject
from console.core.floor.groups import Groups
from console.core.floor.model import AgentState, AgentStatus, Instant, Interface, QueueName
from console.core.floor.occupancy import Occupancy, OccupancyState
from console.core.floor.people import Person
from console.core.floor.policy import FloorPolicy
from console.core.floor.seats import (
    Reasons,
    Standing,
    home_at,
    queues_of,
    seats_of,
    standing_of,
    standing_on_break,
)
from console.core.floor.windows import milliseconds

_REMEMBERED = 20_000

K = TypeVar("K")
V = TypeVar("V")


class Diff(Generic[K, V]):
    """What changed in a mapping of frozen records since it was last looked at; a mapping looked at stays as it is."""

    def __init__(self) -> None:
        self.last: Mapping[K, V] = {}

    def of(self, now: Mapping[K, V]) -> tuple[dict[K, V], AbstractSet[K]]:
        """Return the new and changed records by key, and the keys that are gone; nothing is compared but identity."""
        last = self.last
        if len(last) == len(now):
            changed = dict(compress(now.items(), map(is_not, now.values(), last.values())))
            if changed.keys() <= last.keys():  # same number, no new key: none is gone
                self.last = now
                return changed, frozenset()
        changed = {key: value for key, value in now.items() if last.get(key) is not value}
        self.last = now
        return changed, last.keys() - now.keys()


class Wrapped(NamedTuple):
    """A wrap-up that ended: whose, how long, when."""

    interface: Interface
    spent_ms: int
    at: Instant


class _Placed(NamedTuple):
    kind: int
    subjects: tuple[str, ...]
    occupied: tuple[str, ...]
    handling: int
    available: int


class SeatBook:
    """Standings of all people, and from them the seats and the occupancy of every subject."""

    def __init__(self, policy: FloorPolicy, groups: Groups) -> None:
        self.dirty: set[str] = set()
        self._policy = policy
        self._groups = groups
        self._reasons = Reasons(policy.wrap_up_reasons)
        self._kinds: dict[Standing, int] = {}
        self._standings: list[Standing] = []
        self._counted: dict[str, dict[int, int]] = {}
        self._counted_in: dict[tuple[str, tuple[QueueName, ...]], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._occupancy: dict[str, Occupancy] = {}
        self._placed: dict[str, _Placed] = {}
        self._agents: Mapping[Interface, AgentState] = {}
        self._agents_diff = Diff[Interface, AgentState]()
        self._people_diff = Diff[str, Person]()
        self._owner_diff = Diff[Interface, str]()
        self._people: Mapping[str, Person] = {}
        self._person_of: Mapping[Interface, str] = {}
        self._breaks: AbstractSet[str] = frozenset()
        self._due: list[tuple[Instant, str]] = []
        self._live_ms = 0
        self._primed = False

    def see(
        self,
        agents: Mapping[Interface, AgentState],
        people: Mapping[str, Person],
        person_of: Mapping[Interface, str],
        breaks: AbstractSet[str],
        at: Instant | None,
        *,
        live: bool,
    ) -> list[Wrapped]:
        """Take in what changed; return the wrap-ups that ended."""
        changed, gone = self._agents_diff.of(agents)
        wrapped = self._wrapped(changed, at) if live and self._primed and at is not None else []
        self._agents = self._agents_diff.last
        touched = self._touched(changed, gone, people, person_of)
        touched |= self._breaks ^ breaks
        self._breaks = breaks
        while self._due and at is not None and self._due[0][0] <= at:
            touched.add(heapq.heappop(self._due)[1])
        for person_id in touched:
            self._place(person_id, at, live=live and self._primed)
        self._primed = True
        return wrapped

    def run_to(self, at_ms: int, *, live: bool) -> None:
        """Let time pass for every subject."""
        for occupancy in self._occupancy.values():
            occupancy.run_to(at_ms, live=live)

    def listen_from(self, at_ms: int) -> None:
        """Know that nothing told about the time before `at_ms` is to be counted."""
        self._live_ms = at_ms

    def new_day(self, begin_ms: int) -> None:
        """Begin today's occupancy anew."""
        for occupancy in self._occupancy.values():
            occupancy.new_day(begin_ms)

    def seats(self, subject: str, occupancy: Share) -> Seats:
        """Return the seats of a subject, with the occupancy given."""
        standings = self._standings
        return seats_of([(standings[kind], n) for kind, n in self._counted.get(subject, {}).items()], occupancy)

    def occupancy(self, subject: str) -> Occupancy:
        """Return the occupancy of a subject."""
        found = self._occupancy.get(subject)
        if found is None:
            found = self._occupancy[subject] = Occupancy(window_s=self._policy.window_s)
        return found

    def state(self) -> tuple[int, dict[str, OccupancyState]]:
        """Return since when was listened, and the occupancies; standings come again from the floor of that moment."""
        return self._live_ms, {subject: occupancy.state() for subject, occupancy in self._occupancy.items()}

    def restore(self, live_ms: int, occupancies: Mapping[str, OccupancyState]) -> None:
        """Stand as `state` said; the next `see` sets the levels without counting anything."""
        self._live_ms = live_ms
        for subject, state in occupancies.items():
            self.occupancy(subject).restore(state)

    def _touched(
        self,
        changed: Mapping[Interface, AgentState],
        gone: Iterable[Interface],
        people: Mapping[str, Person],
        person_of: Mapping[Interface, str],
    ) -> set[str]:
        """Return the ids of people whose standing may have changed; an interface nobody owns is its own person."""
        touched: set[str] = set()
        if people is not self._people or person_of is not self._person_of:
            before = self._person_of
            mended, left = self._people_diff.of(people)
            moved, freed = self._owner_diff.of(person_of)
            touched.update(mended, left)
            for interface in (*moved, *freed):
                owner = before.get(interface, interface)
                if owner != interface or interface in self._placed:
                    touched.add(owner)
                touched.add(person_of.get(interface, interface))
            self._people, self._person_of = people, person_of
        for interface in (*changed, *gone):
            touched.add(self._person_of.get(interface, interface))
        return touched

    def _wrapped(self, changed: Mapping[Interface, AgentState], at: Instant) -> list[Wrapped]:
        found: list[Wrapped] = []
        for interface, state in changed.items():
            before = self._agents.get(interface)
            if before is None or before.since is None or self._reasons.status_of(before) is not AgentStatus.WRAP_UP:
                continue
            if self._reasons.status_of(state) is AgentStatus.WRAP_UP and state.since == before.since:
                continue
            ended = at if state.since is None else min(at, max(state.since, before.since))
            spent = milliseconds(ended) - max(milliseconds(before.since), self._live_ms)
            if spent > 0:
                found.append(Wrapped(interface, spent, ended))
        return found

    def _place(self, person_id: str, at: Instant | None, *, live: bool) -> None:
        before = self._placed.get(person_id)
        after, since = self._standing(person_id, at)
        if after == before:
            return
        if before is not None:
            self._count(before, -1)
        if after is None:
            self._placed.pop(person_id, None)
        else:
            self._placed[person_id] = after
            self._count(after, +1)
        if at is not None:
            self._levels(before, after, milliseconds(at), since if live else None, live=live)

    def _standing(self, person_id: str, at: Instant | None) -> tuple[_Placed | None, Instant | None]:
        person = self._people.get(person_id)
        if person is None:
            state = self._agents.get(person_id)
            if state is None or person_id in self._person_of:
                return None, None
            person = Person(id=person_id, name=state.name, interfaces=(person_id,))
        states = [self._agents[each] for each in person.interfaces if each in self._agents]
        if person_id in self._breaks:
            standing = standing_on_break(person, states, self._reasons)
        else:
            home = home_at(states, self._policy.gone_home_s)
            standing = standing_of(person, states, self._reasons, home=home, at=at)
            if home is not None and at is not None and home > at and standing.status is AgentStatus.SIGNED_OUT:
                heapq.heappush(self._due, (home, person_id))
        queues = states[0].queues if len(states) == 1 else ()
        moments = [state.since for state in states if state.since is not None]
        placed = _Placed(
            self._kind(standing),
            *self._subjects(person.primary_group, queues or queues_of(states)),
            int(standing.handling),
            int(standing.available),
        )
        return placed, max(moments, default=None)

    def _kind(self, standing: Standing) -> int:
        """Return a number for a standing: there are few, and a number is cheap to count by."""
        kind = self._kinds.get(standing)
        if kind is None:
            kind = self._kinds[standing] = len(self._standings)
            self._standings.append(standing)
        return kind

    def _subjects(self, primary: str, queues: tuple[QueueName, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return where a person counts, and of these where their time counts as occupied."""
        found = self._counted_in.get((primary, queues))
        if found is None:
            group = self._groups.by_id(primary) or (self._groups.of_queue(queues[0]) if queues else None)
            own = tuple(queue_subject(queue) for queue in queues)
            if group is None:
                return own, ()
            if len(self._counted_in) >= _REMEMBERED:  # agents who sign in queue by queue make new ones all day
                self._counted_in.clear()
            above = (group_subject(group.id), channel_subject(group.channel), FLOOR_SUBJECT)
            found = self._counted_in[primary, queues] = (above + own, above)
        return found

    def _count(self, placed: _Placed, people: int) -> None:
        kind, subjects = placed.kind, placed.subjects
        for subject in subjects:
            counted = self._counted.get(subject)
            if counted is None:
                counted = self._counted[subject] = {}
            left = counted.get(kind, 0) + people
            if left:
                counted[kind] = left
            else:
                del counted[kind]
        self.dirty.update(subjects)

    def _levels(
        self, before: _Placed | None, after: _Placed | None, at_ms: int, since: Instant | None, *, live: bool
    ) -> None:
        """Change handling and available levels; a state that began earlier than it was told counts from then."""
        begin_ms = at_ms if since is None else max(milliseconds(since), self._live_ms)
        if before is not None and after is not None and before.occupied == after.occupied:
            changes = [(after.occupied, after.handling - before.handling, after.available - before.available)]
        else:
            changes = [
                (placed.occupied, sign * placed.handling, sign * placed.available)
                for placed, sign in ((before, -1), (after, +1))
                if placed is not None
            ]
        for subjects, handling, available in changes:
            if handling or available:
                for subject in subjects:
                    occupancy = self.occupancy(subject)
                    occupancy.run_to(at_ms, live=live)
                    occupancy.handling += handling
                    occupancy.available += available
                    if begin_ms < at_ms:
                        occupancy.correct(begin_ms, handling, available)
