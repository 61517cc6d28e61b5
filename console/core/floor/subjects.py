"""The tree of what is measured: the floor, its channels, their groups, their queues; a parent sums its children."""

from collections.abc import Iterable

from msgspec.structs import replace

from console.core.floor.curves import Counts, Curve
from console.core.floor.figures import (
    FLOOR_SUBJECT,
    Figures,
    Now,
    Seats,
    Share,
    Window,
    channel_subject,
    group_subject,
    queue_subject,
)
from console.core.floor.groups import Groups
from console.core.floor.model import QueueName, Uid
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup, answer_within
from console.core.floor.windows import NOTHING, QueueWindow, Row, Sums, total, window_of


class Waiters:
    """Who waits for one subject: how many, of how many it is known since when, those moments' sum and the earliest."""

    def __init__(self) -> None:
        self.waiting = 0
        self.timed = 0
        self.since_ms = 0
        self.earliest_ms: int | None = None

    def now(self, at_ms: int | None) -> Now:
        """Return waiting now, longest wait (now - the earliest entered) and mean wait of those waiting, in seconds."""
        if at_ms is None or not self.timed or self.earliest_ms is None:
            return Now(waiting=self.waiting)
        return Now(
            waiting=self.waiting,
            longest_wait_s=max(0, at_ms - self.earliest_ms) / 1000,
            mean_wait_s=max(0, self.timed * at_ms - self.since_ms) / (1000 * self.timed),
        )


class Subject:
    """One thing measured; figures are made anew only where something under it changed."""

    def __init__(self, key: str, parent: "Subject | None" = None) -> None:
        self.key = key
        self.parent = parent
        self.children: list[Subject] = []
        self.waiters = Waiters()
        self.recent: Row = NOTHING
        self.today: Row = NOTHING
        self.figures = Figures()
        self.moved = True
        self.counted = True
        if parent is not None:
            parent.children.append(self)

    def move(self, waiting: int, timed: int, since_ms: int) -> None:
        """Add to who waits, here and everywhere above."""
        subject: Subject | None = self
        while subject is not None:
            waiters = subject.waiters
            waiters.waiting += waiting
            waiters.timed += timed
            waiters.since_ms += since_ms
            subject.moved = True
            subject = subject.parent

    def sum_up(self) -> None:
        """Sum the children's counts."""
        self.recent = total(child.recent for child in self.children)
        self.today = total(child.today for child in self.children)
        self.counted = True
        if self.parent is not None:
            self.parent.counted = True

    def counts(self) -> Counts:
        """Return entered, answered and abandoned of today, for the curve."""
        sums = Sums(*self.today)
        return sums.entered, sums.answered, sums.abandoned

    def pass_time(self, at_ms: int | None) -> None:
        """Bring the figures of this moment up to date."""
        if self.moved:
            self.moved = False
            self.waiters.earliest_ms = min(self.moments(), default=None)
        old = self.figures
        now = self.waiters.now(at_ms)
        if now != old.now:
            self.figures = Figures(now=now, recent=old.recent, today=old.today, seats=old.seats)

    def count(self, seats: Seats, recent: Share, today: Share) -> None:
        """Bring windows and seats up to date, keeping every record in which nothing changed; shares are occupancies."""
        old = self.figures
        if self.counted:
            self.counted = False
            recent_window, today_window = window_of(self.recent, recent), window_of(self.today, today)
        else:
            recent_window, today_window = _occupied(old.recent, recent), _occupied(old.today, today)
        if recent_window is not old.recent or today_window is not old.today or seats is not old.seats:
            self.figures = Figures(now=old.now, recent=recent_window, today=today_window, seats=seats)

    def moments(self) -> Iterable[int]:
        """Return the moments among which the earliest since when somebody waits is found."""
        return [each.waiters.earliest_ms for each in self.children if each.waiters.earliest_ms is not None]


def _occupied(window: Window, occupancy: Share) -> Window:
    if window.occupancy.part == occupancy.part and window.occupancy.whole == occupancy.whole:
        return window
    return replace(window, occupancy=occupancy)


class QueueSubject(Subject):
    """A queue, with its windows and the moments its callers entered."""

    def __init__(self, queue: QueueName, parent: Subject, window: QueueWindow) -> None:
        super().__init__(queue_subject(queue), parent)
        self.queue = queue
        self.window = window
        self.callers: dict[Uid, int | None] = {}

    def moments(self) -> Iterable[int]:
        """Return since when each caller waits, where that is known."""
        return [since_ms for since_ms in self.callers.values() if since_ms is not None]

    def entered(self, uid: Uid, since_ms: int | None) -> None:
        """Let a caller wait; one already waiting is taken at the new word."""
        if uid in self.callers:
            if self.callers[uid] == since_ms:
                return
            self.left(uid)
        self.callers[uid] = since_ms
        self.move(1, since_ms is not None, since_ms or 0)

    def left(self, uid: Uid) -> None:
        """Let a caller wait no longer."""
        if uid in self.callers:
            since_ms = self.callers.pop(uid)
            self.move(-1, -(since_ms is not None), -(since_ms or 0))


class Tree:
    """All subjects of a policy; queues join as they are named.

    `above` are groups, channels and the floor, children before parents; each of them has a curve in `curves`, by key.
    """

    def __init__(self, policy: FloorPolicy, groups: Groups) -> None:
        self.floor = Subject(FLOOR_SUBJECT)
        self.channels: dict[Channel, Subject] = {}
        self.groups: dict[str, Subject] = {}
        self.queues: dict[QueueName, QueueSubject] = {}
        self.above: list[Subject] = [self.floor]
        self.curves: dict[str, tuple[Subject, Curve]] = {FLOOR_SUBJECT: (self.floor, Curve())}
        self._policy = policy
        self._by_queue = groups
        for group in policy.groups:
            self._group(group)
            for queue in group.queues:
                self.queue(queue)

    def queue(self, name: QueueName) -> QueueSubject:
        """Return a queue's subject, in its group, made where it is new."""
        found = self.queues.get(name)
        if found is None:
            group = self._by_queue.of_queue(name)
            window = QueueWindow(window_s=self._policy.window_s, threshold=int(answer_within(group)))
            found = self.queues[name] = QueueSubject(name, self._group(group), window)
        return found

    def let_go(self) -> None:
        """Undo the ties between parents and children, so that a tree nobody needs any more goes at once."""
        for subject in (*self.queues.values(), *self.above):
            subject.parent = None
            subject.children = []

    def _group(self, group: SkillGroup) -> Subject:
        found = self.groups.get(group.id)
        if found is None:
            channel = self.channels.get(group.channel)
            if channel is None:
                channel = self.channels[group.channel] = Subject(channel_subject(group.channel), self.floor)
                self.curves[channel.key] = (channel, Curve())
            found = self.groups[group.id] = Subject(group_subject(group.id), channel)
            self.curves[found.key] = (found, Curve())
            self.above = [*self.groups.values(), *self.channels.values(), self.floor]
        return found
