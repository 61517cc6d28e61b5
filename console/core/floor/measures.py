"""Measures: every number the floor shows, defined once, here.

Counts come from the facts the fold notices, moments from the floor's records. Each figure is kept for every queue,
group, channel and the floor; a group is exactly the sum of its queues, the floor of its channels. Windows: *recent*,
the last `policy.window_s` (30 min; buckets of 10 s, see `windows.py`), and *today*, since `policy.day_starts_at` in
`policy.time_zone`. A step counts in the window of the moment it happened: entered when the caller joined, answered at
connect, abandoned when they left, completed when the contact ended.

- waiting now 排队人数: callers in the queue. Longest wait: now - the earliest entered of those waiting. Average wait
  now 平均等待: mean of now - entered over those waiting. While the link is not live these stand still.
- entered: QueueCallerJoin; callers a snapshot found waiting had entered before and do not count.
- answered: AgentConnect. abandoned: QueueCallerAbandon, which Asterisk sends for every way of leaving unanswered; told
  apart where the stream says more: hung_up (the caller's channel ended), timed_out (QUEUESTATUS TIMEOUT), sent_away
  (LEAVEEMPTY, CONTINUE, WITHDRAW ...); unknown as long as nothing was told. elsewhere: left without being abandoned.
- ASA: mean HoldTime of the answered. mean wait of the abandoned: mean HoldTime of the abandoned. Two figures.
- service level: answered within T / (answered + abandoned after T). Abandonments within T are short ones and excluded,
  for nobody could have answered them in time. T is the group's `answer_within_s` (web: `first_response_s`) in whole
  seconds; a wait of exactly T is within. A group mixing thresholds does not exist; a channel sums its groups.
- answer rate 接通率: answered / (answered + abandoned), short abandonments included.
- talk: mean TalkTime of the completed. wrap-up: time agents spent in wrap-up after contacts of the queue (timed or by
  reason, counted when it ends) / contacts completed under our eyes. handle = talk + wrap-up. None without a clock.
- ring: mean RingTime of the answered, the agents' pick-up time within the wait; never part of handle time.
- ring-no-answers: AgentRingNoAnswer, one for every offer an agent let pass; not a contact.
- seats on shift, on line, 在线率: see `seats.py`. occupancy 占用率: (talking + wrap-up) time / (the same + available)
  time of the people on line; ringing and away count in neither. Not of a queue, whose people serve others too.

A stream without times (`at` None) has counts and means of told times, all under *today*; what needs a clock is None.
Curves: one point a minute for groups, channels and the floor, see `curves.py`.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

import msgspec
from msgspec.structs import replace

from console.core.floor.curves import MINUTE_MS, CurveState
from console.core.floor.day import day_of
from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact, CurvePoint, FloorFigures
from console.core.floor.groups import Groups
from console.core.floor.model import Caller, CallerKey, Instant, Interface, LinkStatus, QueueName
from console.core.floor.occupancy import OccupancyState
from console.core.floor.policy import FloorPolicy
from console.core.floor.seat_book import Diff, SeatBook
from console.core.floor.subjects import Subject, Tree
from console.core.floor.view import FloorView
from console.core.floor.windows import QueueWindowState, bucket_of, milliseconds

STEP_BACK_MS = 5_000
"""A clock set back by less than this is waited for; by more, the window begins anew."""


class MeasuresState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything measured so far, for a keyframe of the tape; `restore` needs the floor of the same moment with it."""

    at_ms: int | None = None
    live: bool = False
    minute_ms: int = 0
    day: tuple[Instant, Instant] | None = None
    listening_from_ms: int = 0
    queues: dict[QueueName, QueueWindowState] = {}
    occupancies: dict[str, OccupancyState] = {}
    curves: dict[str, CurveState] = {}
    last_queue: dict[Interface, QueueName] = {}


class Measures:
    """All figures of one floor. Order of calls: `note` the facts, `see` the view they led to, read `figures`."""

    def __init__(self, policy: FloorPolicy) -> None:
        self._policy = policy
        self._groups = Groups(policy)
        self._tree = Tree(policy, self._groups)
        self._seats = SeatBook(policy, self._groups)
        self._callers = Diff[CallerKey, Caller]()
        self._view = FloorView()
        self._breaks: AbstractSet[str] = frozenset()
        self._at_ms: int | None = None
        self._live_at_ms: int | None = None
        self._live = False
        self._minute_ms = 0
        self._day: tuple[Instant, Instant] | None = None
        self._second = 0
        self._bucket = self._rolled = 0
        self._last_queue: dict[Interface, QueueName] = {}
        self._published: dict[str, tuple[CurvePoint, ...]] = {}

    def note(self, facts: Iterable[Fact]) -> None:
        """Count facts, in the order they happened."""
        queues = self._tree.queues
        for fact in facts:
            contact = fact.contact
            at = fact.at
            if at is not None and self._at_ms is not None and at * 1000 >= self._minute_ms + MINUTE_MS:
                self._advance(milliseconds(at))
            if fact.kind is FactKind.EXIT_TOLD and contact.ended_at is not None:
                at = contact.ended_at
            if fact.kind is FactKind.COMPLETED:
                self._last_queue[contact.interface] = contact.queue
            queue = queues.get(contact.queue) or self._tree.queue(contact.queue)
            queue.window.count(fact.kind, contact, at, self._day[0] if self._day else None)

    def see(self, view: FloorView, granted_breaks: AbstractSet[str] = frozenset()) -> None:
        """Take in a moment of the floor; `granted_breaks` are the ids of people on a granted break."""
        live = view.link.status is LinkStatus.LIVE
        if view.at is not None:
            at_ms = self._steady(milliseconds(view.at))
            if self._at_ms is None:
                self._begin(at_ms)
            self._advance(at_ms)
            if live != self._live:
                self._flip(at_ms, live=live)
        self._view, self._breaks = view, granted_breaks
        self._take_in()

    def figures(self) -> FloorFigures:
        """Return all figures as of the last `see`; records of subjects in which nothing changed are the same ones.

        Occupancies and the running minute of the curves, which change with every moment, are renewed once a second.
        """
        tree, at_ms = self._tree, self._at_ms
        renew = False
        if at_ms is not None:
            self._roll(at_ms)
            renew = at_ms // 1000 != self._second
            if renew:
                self._second = at_ms // 1000
                self._run_to(at_ms)
        self._sum_up()
        if renew:
            self._publish_curves()
        now_ms = at_ms if self._live else self._live_at_ms
        dirty = self._seats.dirty
        for queue in tree.queues.values():
            if queue.moved or queue.waiters.timed:
                queue.pass_time(now_ms)
            if queue.counted or queue.key in dirty:
                self._count(queue, renew=False)
        for subject in tree.above:
            if subject.moved or subject.waiters.timed:
                subject.pass_time(now_ms)
            if renew or subject.counted or subject.key in dirty:
                self._count(subject, renew=renew)
        dirty.clear()
        return FloorFigures(
            at=None if at_ms is None else at_ms / 1000,
            floor=tree.floor.figures,
            channels={channel: subject.figures for channel, subject in tree.channels.items()},
            groups={group: subject.figures for group, subject in tree.groups.items()},
            queues={queue: subject.figures for queue, subject in tree.queues.items()},
            curves=self._published,
        )

    def judge_by(self, policy: FloorPolicy) -> None:
        """Measure by another policy from now on; edited thresholds also judge what has already happened.

        A queue moved to another group takes its counts along. Another window length begins that window anew; another
        begin of the day or time zone needs `seed` to know today.
        """
        old, state, view, breaks = self._policy, self.state(), self._view, self._breaks
        if old.window_s != policy.window_s:
            state = replace(state, occupancies={})
        self._policy, self._groups = policy, Groups(policy)
        self.restore(state, view, breaks)
        if self._at_ms is not None and (old.day_starts_at, old.time_zone) != (policy.day_starts_at, policy.time_zone):
            self._day = day_of(self._at_ms / 1000, policy)

    def seed(self, contacts: Iterable[Contact], curves: Mapping[str, list[CurvePoint]], at: Instant) -> None:
        """Begin with what history knows of today and the last window; call it before the first fact.

        What happened between the history's last contact and `at` nobody saw: it is missing from the counts and a gap in
        the curves. Ring-no-answers are not contacts; history does not know them.
        """
        at_ms = milliseconds(at)
        self._begin(at_ms)
        begin = self._day[0] if self._day else at
        for queue in self._tree.queues.values():
            queue.window.forget()
        for contact in contacts:
            window = self._tree.queue(contact.queue).window
            window.roll(bucket_of(at))
            for kind, moment in _steps(contact):
                if moment is not None and moment <= at:
                    window.seed(kind, contact, moment, begin)
        self._roll(at_ms)
        self._sum_up()
        for key, (subject, curve) in self._tree.curves.items():
            curve.seed([point for point in curves.get(key, []) if point.at >= begin], at_ms, subject.counts())
        self._publish_curves()

    def state(self, *, curve_points: int | None = None) -> MeasuresState:
        """Return everything measured; of the curves the last `curve_points` minutes (None: the whole day)."""
        if self._at_ms is not None:
            self._run_to(self._at_ms)
        self._second = 0
        listening_from_ms, occupancies = self._seats.state()
        return MeasuresState(
            at_ms=self._at_ms,
            live=self._live,
            minute_ms=self._minute_ms,
            day=self._day,
            listening_from_ms=listening_from_ms,
            queues={name: queue.window.state() for name, queue in self._tree.queues.items()},
            occupancies=occupancies,
            curves={key: curve.state(curve_points) for key, (_, curve) in self._tree.curves.items()},
            last_queue=dict(self._last_queue),
        )

    def restore(self, state: MeasuresState, view: FloorView, granted_breaks: AbstractSet[str] = frozenset()) -> None:
        """Stand as `state` says, with the floor of that same moment; counts of before are gone."""
        self._tree.let_go()
        self._tree = Tree(self._policy, self._groups)
        self._seats = SeatBook(self._policy, self._groups)
        self._callers = Diff()
        self._bucket = self._rolled = 0
        self._at_ms, self._live = state.at_ms, state.live
        self._live_at_ms = state.at_ms
        self._minute_ms, self._day, self._second = state.minute_ms, state.day, 0
        self._last_queue = dict(state.last_queue)
        for name, window in state.queues.items():
            self._tree.queue(name).window.restore(window)
        self._seats.restore(state.listening_from_ms, state.occupancies)
        curves = self._tree.curves
        for key, saved in state.curves.items():
            if key in curves:
                curves[key][1].restore(saved)
        self._view, self._breaks = view, granted_breaks
        self._take_in()
        self._sum_up()
        self._publish_curves()

    def _begin(self, at_ms: int) -> None:
        """Know the time for the first time, or anew."""
        self._at_ms = self._live_at_ms = at_ms
        self._minute_ms = at_ms - at_ms % MINUTE_MS
        self._day = day_of(at_ms / 1000, self._policy)
        self._seats.listen_from(at_ms)
        self._seats.new_day(milliseconds(self._day[0]))
        self._run_to(at_ms)

    def _steady(self, at_ms: int) -> int:
        """Return a time that does not go back; a clock set back far begins the window anew."""
        if self._at_ms is None or at_ms >= self._at_ms:
            return at_ms
        if self._at_ms - at_ms < STEP_BACK_MS:
            return self._at_ms
        state = self.state()
        kept = {name: replace(queue, ring=[], index=bucket_of(at_ms / 1000)) for name, queue in state.queues.items()}
        self.restore(replace(state, queues=kept, occupancies={}, at_ms=at_ms), self._view, self._breaks)
        self._begin(at_ms)
        return at_ms

    def _advance(self, at_ms: int) -> None:
        """Let time pass, closing every minute and day on the way."""
        while at_ms >= self._minute_ms + MINUTE_MS:
            end_ms = self._minute_ms + MINUTE_MS
            self._run_to(end_ms, curves_only=True)
            self._roll(end_ms)
            self._sum_up()
            for subject, curve in self._tree.curves.values():
                curve.close(self._minute_ms, subject.counts(), live=self._live)
            self._minute_ms = end_ms
            if self._day is not None and end_ms >= milliseconds(self._day[1]):
                self._new_day(end_ms)
        self._at_ms = at_ms
        if self._live:
            self._live_at_ms = at_ms

    def _new_day(self, at_ms: int) -> None:
        self._seats.run_to(at_ms, live=self._live)
        self._day = day_of(at_ms / 1000, self._policy)
        self._seats.new_day(milliseconds(self._day[0]))
        for queue in self._tree.queues.values():
            queue.window.new_day()
        self._sum_up()
        for _, curve in self._tree.curves.values():
            curve.new_day()

    def _flip(self, at_ms: int, *, live: bool) -> None:
        """Begin or cease to know what happens."""
        self._run_to(at_ms)
        self._live = live
        self._live_at_ms = at_ms
        if live:
            self._seats.listen_from(at_ms)
            for _, curve in self._tree.curves.values():
                curve.listen()

    def _run_to(self, at_ms: int, *, curves_only: bool = False) -> None:
        for _, curve in self._tree.curves.values():
            curve.run_to(at_ms, live=self._live)
        if not curves_only:
            self._seats.run_to(at_ms, live=self._live)

    def _take_in(self) -> None:
        view, at = self._view, None if self._at_ms is None else self._at_ms / 1000
        for name in view.queues.keys() - self._tree.queues.keys():
            self._tree.queue(name)
        changed, gone = self._callers.of(view.callers)
        if changed or gone:
            self._move(changed, gone)
        wrapped = self._seats.see(view.agents, view.people, view.person_of, self._breaks, at, live=self._live)
        for interface, spent_ms, ended in wrapped:
            queue = self._last_queue.get(interface)
            if queue is not None:
                self._tree.queue(queue).window.wrapped(spent_ms, ended)

    def _move(self, changed: Mapping[CallerKey, Caller], gone: Iterable[CallerKey]) -> None:
        """Let callers enter and leave, and the curves know it."""
        tree = self._tree
        for name, uid in gone:
            tree.queue(name).left(uid)
        for (name, uid), caller in changed.items():
            tree.queue(name).entered(uid, None if caller.since is None else milliseconds(caller.since))
        for subject, curve in tree.curves.values():
            if subject.moved:
                if self._at_ms is not None:
                    curve.run_to(self._at_ms, live=self._live)
                waiters = subject.waiters
                curve.change(waiters.waiting, waiters.timed, waiters.since_ms, live=self._live)

    def _roll(self, at_ms: int) -> None:
        index = bucket_of(at_ms / 1000)
        if index == self._bucket and len(self._tree.queues) == self._rolled:
            return
        self._bucket, self._rolled = index, len(self._tree.queues)
        for queue in self._tree.queues.values():
            queue.window.roll(index)

    def _sum_up(self) -> None:
        """Bring the sums of every subject up to date."""
        dirty: dict[str, Subject] = {}
        for queue in self._tree.queues.values():
            if queue.window.dirty:
                queue.window.dirty = False
                queue.recent, queue.today = queue.window.rows()
                queue.counted = True
                if queue.parent is not None:
                    dirty[queue.parent.key] = queue.parent
        while dirty:
            above: dict[str, Subject] = {}
            for subject in dirty.values():
                subject.sum_up()
                if subject.parent is not None:
                    above[subject.parent.key] = subject.parent
            dirty = above

    def _count(self, subject: Subject, *, renew: bool) -> None:
        old = subject.figures
        seats, recent, today = old.seats, old.recent.occupancy, old.today.occupancy
        if renew:
            occupancy = self._seats.occupancy(subject.key)
            recent, today = occupancy.recent(), occupancy.today()
        if subject.key in self._seats.dirty:
            seats = self._seats.seats(subject.key, recent)
        elif recent != seats.occupancy:
            seats = replace(seats, occupancy=recent)
        subject.count(seats, recent, today)

    def _publish_curves(self) -> None:
        self._published = {
            key: curve.published(self._minute_ms, subject.counts())
            for key, (subject, curve) in self._tree.curves.items()
        }


def _steps(contact: Contact) -> list[tuple[FactKind, Instant | None]]:
    """Return what a contact kept in history went through, and when."""
    steps: list[tuple[FactKind, Instant | None]] = [(FactKind.ENTERED, contact.entered_at)]
    if contact.answered_at is not None:
        steps.append((FactKind.ANSWERED, contact.answered_at))
        steps.append((FactKind.COMPLETED, contact.ended_at))
    else:
        left = FactKind.EXIT_TOLD if contact.waited_s is None else FactKind.ABANDONED
        steps.append((left, contact.ended_at))
    return steps
