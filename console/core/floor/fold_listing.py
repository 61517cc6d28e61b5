"""The part of the fold that takes a snapshot in: what it names, what it drops, and what of that was drift."""

from console.core.floor import events as ev
from console.core.floor.fold_contacts import Contacts
from console.core.floor.fold_queues import Queues
from console.core.floor.fold_seats import Seats
from console.core.floor.fold_snapshot import IN_FLIGHT, Snapshot, channel_base, interface_base
from console.core.floor.fold_states import Seat
from console.core.floor.model import Instant, QueueName, Uid

FOREVER = float("inf")


class Listing:
    """Takes snapshots into queues, seats and contacts; `due` is when the next difference is known to be drift."""

    def __init__(self, queues: Queues, seats: Seats, contacts: Contacts) -> None:
        self.snapshot = Snapshot()
        self.due = FOREVER
        self._queues = queues
        self._seats = seats
        self._contacts = contacts

    def begin(self, *, reconciling: bool) -> None:
        """Start a listing."""
        self.snapshot.begin(reconciling=reconciling)

    def _suspect(self, kind: str, queue: QueueName, subject: str, at: Instant | None) -> None:
        self.snapshot.suspect(kind, queue, subject, at)
        if at is not None and self.snapshot.suspects:
            self.due = min(self.due, at + IN_FLIGHT)

    def drift(self, at: Instant | None) -> int:
        """Return how many differences have turned out to be drift by `at` (None: all, for a new listing begins)."""
        found = self.snapshot.drift(at)
        self.due = min((due for due in self.snapshot.suspects.values() if due is not None), default=FOREVER)
        return found

    def restore(self, snapshot: Snapshot) -> None:
        """Stand as a kept state stood."""
        self.snapshot = snapshot.copied()
        self.due = min((due for due in snapshot.suspects.values() if due is not None), default=FOREVER)

    def queue_seen(self, event: ev.QueueSeen, at: Instant | None) -> None:
        """Take a queue listed."""
        snapshot, queue = self.snapshot, event.queue
        if snapshot.active:
            known = self._queues.ledgers.get(queue)
            if known is None or known.gone:
                self._suspect("queue", queue, "", at)
            snapshot.queues.add(queue)
            snapshot.order[queue] = []
        self._queues.seen(event)

    def caller_seen(self, event: ev.CallerSeen, at: Instant | None) -> None:
        """Take a caller listed; in a later snapshot the line is longest only once the listing has ended."""
        snapshot, queue, uid = self.snapshot, event.queue, event.uid
        news = self._queues.listed(event, at, count=snapshot.first)
        self._contacts.listed(event, at)
        if snapshot.active:
            snapshot.queues.add(queue)
            line = snapshot.order.setdefault(queue, [])
            if uid not in line:
                line.append(uid)
            if news:
                self._suspect("caller", queue, uid, at)

    def member_seen(self, event: ev.MemberTold, seat: Seat, at: Instant | None, *, news: bool) -> None:
        """Take a membership listed, and whether a contact runs in it."""
        snapshot, queue, interface = self.snapshot, event.queue, event.interface
        snapshot.members.add((queue, interface))
        if news:
            self._suspect("member", queue, interface, at)
        if ("talk", queue, interface) in snapshot.touched:
            return
        if event.in_call:
            changed = self._seats.listed_in_call(queue, seat, at)
        elif not seat.talks or (snapshot.reconciling and queue in seat.overlapping) or _signed_in_since(event, seat):
            changed = False
        else:
            changed = self._seats.no_contact(queue, seat, only_found=False)
        if changed:
            self._suspect("talk", queue, interface, at)

    def end(self, at: Instant | None) -> None:
        """Finish the listing: what it did not name, and no event spoke of since, is gone."""
        snapshot, queues, seats = self.snapshot, self._queues, self._seats
        if not snapshot.active:
            return
        for key in snapshot.missing(queues.waiting()):
            queues.left(key)
            self._contacts.vanished(key)
            seats.caller_gone(key[1])
            self._suspect("caller", *key, at)
        queues.reorder(snapshot.order)
        queues.settle_longest()
        for key in [key for key in seats.members if key not in snapshot.members]:
            if ("member", *key) not in snapshot.touched:
                seats.gone(key, at)
                self._suspect("member", *key, at)
        for name, ledger in list(queues.ledgers.items()):
            if name not in snapshot.queues and not ledger.gone and ("queue", name, "") not in snapshot.touched:
                queues.ledger(name).gone = True
                self._suspect("queue", name, "", at)
        seats.forget_offers({uid for _, uid in queues.waiting()})
        if not snapshot.first and not snapshot.reconciling:
            self._end_unheard_talks()
        snapshot.end()

    def _end_unheard_talks(self) -> None:
        # After a gap a contact of somebody signed out meanwhile may have ended unheard.
        snapshot = self.snapshot
        for seat in self._seats.seats.values():
            for talk in seat.talks:
                key = (talk.queue, seat.interface)
                if key not in snapshot.members and ("talk", *key) not in snapshot.touched:
                    self._seats.no_contact(talk.queue, seat, only_found=False)

    def call_seen(self, event: ev.CallSeen, at: Instant | None) -> None:
        """Take a channel found running: it may tell since when a contact runs, and with whom."""
        # A contact in progress is two channels in one bridge: the agent's, dialled by the queue, and the caller's.
        legs, bridge = self.snapshot.legs, event.bridge
        if not bridge:
            return
        since = None if at is None else at - event.duration_s
        if event.application == "AppQueue":
            base = channel_base(event.channel)
            for seat in self._seats.seats.values():
                if seat.talks and seat.talks[-1].found and interface_base(seat.interface) == base:
                    _, uid, number = legs.get(bridge, ("", "", ""))
                    legs[bridge] = (seat.interface, uid, number)
                    self._identify(seat, since, uid, number)
        elif event.application == "Queue":
            interface = legs.get(bridge, ("", "", ""))[0]
            legs[bridge] = (interface, event.uid, event.number)
            if interface:
                self._identify(self._seats.seats[interface], None, event.uid, event.number)

    def _identify(self, seat: Seat, since: Instant | None, uid: Uid, number: str) -> None:
        talk = self._seats.identified(seat, since=since, uid=uid, number=number)
        if talk is not None:
            self._contacts.found_talking(talk, seat.interface, seat.name)


def _signed_in_since(event: ev.MemberTold, seat: Seat) -> bool:
    """Return whether the membership is younger than the contact: it knows nothing of it, whatever its InCall says."""
    return event.login_at is not None and any(
        talk.queue == event.queue and talk.since is not None and event.login_at >= talk.since - 1.0
        for talk in seat.talks
    )
