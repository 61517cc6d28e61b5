"""Events to state: the fold, pure and clockless. Joins and leaves are idempotent, events older than a snapshot may
come after it, and what a snapshot repairs is counted as drift unless an event under way explains it.

Facts tell each step of a contact's life; records are replaced one at a time, and only when they really change.
"""  # noqa: D205  the first sentence needs its second line

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from console.core.floor import events as ev
from console.core.floor.events import Batch
from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact
from console.core.floor.fold_contacts import HOW, Contacts
from console.core.floor.fold_keep import Contents, FloorState
from console.core.floor.fold_listing import Listing
from console.core.floor.fold_queues import Queues, copy_of
from console.core.floor.fold_seats import Seats
from console.core.floor.fold_states import DayTally, Seat
from console.core.floor.model import (
    AgentState,
    Caller,
    CallerKey,
    Instant,
    Interface,
    Link,
    LinkStatus,
    Member,
    MemberKey,
    QueueName,
    QueueState,
)
from console.core.floor.policy import FloorPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

FOREVER = float("inf")


_HEARD = frozenset({LinkStatus.SYNCING, LinkStatus.LIVE})


class Floor:
    """The floor as the events so far tell it. One thread folds; readers take `contents`."""

    def __init__(self, policy: FloorPolicy) -> None:
        self.at: Instant | None = None
        self.break_requests = 0
        self._link = Link()
        self._heard_at: Instant | None = None
        self._queues = Queues()
        self._seats = Seats(policy)
        self._contacts = Contacts()
        self._listing = Listing(self._queues, self._seats, self._contacts)
        self._snapshot = self._listing.snapshot
        self._facts: list[Fact] = []
        self._due = FOREVER
        self._apply: dict[type[ev.Event], Callable[[Any], None]] = {
            ev.LinkChanged: self._link_changed,
            ev.Reloaded: self._reloaded,
            ev.SnapshotBegun: self._snapshot_begun,
            ev.SnapshotEnded: self._snapshot_ended,
            ev.QueueSeen: self._queue_seen,
            ev.QueueNamed: self._queue_named,
            ev.CallerSeen: self._caller_seen,
            ev.CallSeen: self._call_seen,
            ev.MemberTold: self._member_told,
            ev.MemberLeft: self._member_left,
            ev.CallerJoined: self._caller_joined,
            ev.CallerMoved: self._queues.moved,
            ev.CallerLeft: self._caller_left,
            ev.CallerAbandoned: self._caller_abandoned,
            ev.ExitTold: self._exit_told,
            ev.AgentOffered: self._agent_offered,
            ev.OfferEnded: self._offer_ended,
            ev.AgentConnected: self._agent_connected,
            ev.AgentRangOut: self._agent_rang_out,
            ev.AgentCompleted: self._agent_completed,
            ev.ChannelEnded: self._channel_ended,
            ev.BreakAsked: self._break_asked,
            ev.RecordingNamed: self._contacts.recorded,
        }

    # ---- what readers use --------------------------------------------------------------------------------------------

    @property
    def policy(self) -> FloorPolicy:
        """Return what states are judged by; a new one counts from the next batch or tick on."""
        return self._seats.policy

    @policy.setter
    def policy(self, policy: FloorPolicy) -> None:
        self._seats.policy = policy

    @property
    def link(self) -> Link:
        """Return the connection's state, heard of at the last batch."""
        if self._link.heard_at != self._heard_at:
            self._link = replace(self._link, heard_at=self._heard_at)
        return self._link

    @property
    def queues(self) -> dict[QueueName, QueueState]:
        """Return every queue named so far; not to be changed."""
        return self._queues.states

    @property
    def callers(self) -> dict[CallerKey, Caller]:
        """Return everybody waiting; not to be changed."""
        return self._queues.callers

    @property
    def members(self) -> dict[MemberKey, Member]:
        """Return every membership; not to be changed."""
        return self._seats.members

    @property
    def agents(self) -> dict[Interface, AgentState]:
        """Return every agent named so far, the signed-out too; not to be changed."""
        return self._seats.agents

    @property
    def seats(self) -> dict[Interface, Seat]:
        """Return what was told of every seat; not to be changed."""
        return self._seats.seats

    def contents(self) -> Contents:
        """Return shallow copies of everything, to publish."""
        return Contents(
            at=self.at,
            link=self.link,
            queues=self.queues.copy(),
            callers=self.callers.copy(),
            members=self.members.copy(),
            agents=self.agents.copy(),
        )

    # ---- the two ways forward ----------------------------------------------------------------------------------------

    def fold(self, batch: Batch) -> tuple[Fact, ...]:
        """Take a batch; return the steps of contacts it told."""
        at = batch.at
        if at is not None and (at >= self._due or at >= self._listing.due):
            self.tick(at)
        self.at = at
        if not _only_of_the_link(batch):
            self._heard_at = at
        apply = self._apply
        for event in batch.events:
            take = apply.get(type(event))
            if take is not None:
                take(event)
        self._seats.settle(at)
        if not self._facts:
            return ()
        facts = tuple(self._facts)
        self._facts.clear()
        return facts

    def tick(self, at: Instant) -> None:
        """End what ends by time: wrap-up, and the time in which an event under way may still explain a difference."""
        seats = self._seats
        seats.settle(at)
        seats.end_wrap_ups(at)
        self._count_drift(at)
        self._due = seats.next_end()

    def recall_day(self, done: Mapping[Interface, DayTally]) -> None:
        """Add what history knows the agents did earlier today."""
        self._seats.recall_day(done)
        self._seats.settle(self.at)

    def begin_day(self) -> None:
        """Count the agents' contacts of the day from nought; queue tallies are over the stream and stay."""
        self._seats.begin_day()
        self._seats.settle(self.at)

    def _count_drift(self, at: Instant | None) -> None:
        drift = self._listing.drift(at)
        if drift:
            self._link = replace(self._link, drift_repaired=self._link.drift_repaired + drift)

    # ---- link and snapshot -------------------------------------------------------------------------------------------

    def _link_changed(self, event: ev.LinkChanged) -> None:
        link = self._link
        self._link = Link(
            status=event.status,
            trouble=event.trouble,
            detail=event.detail,
            since=link.since if link.status is event.status else self.at,
            heard_at=link.heard_at,
            retry_at=event.retry_at,
            source=event.source or link.source,
            drift_repaired=link.drift_repaired,
            booted_at=link.booted_at,
        )
        if event.status is not LinkStatus.LIVE:
            self._snapshot.active = False

    def _reloaded(self, event: ev.Reloaded) -> None:
        if event.uptime_s is not None and self.at is not None:
            self._link = replace(self._link, booted_at=self.at - event.uptime_s)

    def _snapshot_begun(self, event: ev.SnapshotBegun) -> None:
        self._count_drift(None)
        self._listing.begin(reconciling=event.reconciling)

    def _queue_seen(self, event: ev.QueueSeen) -> None:
        self._listing.queue_seen(event, self.at)

    def _queue_named(self, event: ev.QueueNamed) -> None:
        self._queues.named(event.queue)

    def _caller_seen(self, event: ev.CallerSeen) -> None:
        self._listing.caller_seen(event, self.at)

    def _call_seen(self, event: ev.CallSeen) -> None:
        self._listing.call_seen(event, self.at)

    def _snapshot_ended(self, _event: ev.SnapshotEnded) -> None:
        self._listing.end(self.at)

    # ---- members -----------------------------------------------------------------------------------------------------

    def _member_told(self, event: ev.MemberTold) -> None:
        queue, interface = event.queue, event.interface
        self._named(queue)
        news = self._seats.told(event, self.at)
        seat = self._seats.seats[interface]
        if event.why == "seen":
            self._listing.member_seen(event, seat, self.at, news=news)
            self._await_wrap_up(seat)
        else:
            snapshot = self._snapshot
            if snapshot.active or snapshot.suspects:
                snapshot.told("member", queue, interface)
            if seat.talks and not event.in_call:
                self._seats.no_contact(queue, seat, only_found=True)

    def _member_left(self, event: ev.MemberLeft) -> None:
        self._named(event.queue)
        self._snapshot.told("member", event.queue, event.interface)
        self._seats.seat(event.interface, event.name)
        self._seats.gone((event.queue, event.interface), self.at)

    def _implied(self, event: ev.AgentOffered | ev.AgentConnected | ev.AgentRangOut | ev.AgentCompleted) -> None:
        # Before any listing whoever an event names is taken for a member; afterwards only who is offered a call.
        if (event.queue, event.interface) in self._seats.members:
            return
        if self._snapshot.first or type(event) is ev.AgentOffered:
            self._seats.implied(event.queue, event.interface, event.name)
            self._snapshot.told("member", event.queue, event.interface)

    def _named(self, queue: QueueName) -> None:
        if self._snapshot.active:
            self._snapshot.told("queue", queue, "")
        ledger = self._queues.ledgers.get(queue)
        if ledger is None or ledger.gone:
            self._queues.named(queue)

    # ---- callers -----------------------------------------------------------------------------------------------------

    def _caller_joined(self, event: ev.CallerJoined) -> None:
        self._snapshot.told("caller", event.queue, event.uid)
        self._queues.joined(event, self.at)
        self._facts += self._contacts.joined(event, self.at)

    def _caller_left(self, event: ev.CallerLeft) -> None:
        key = (event.queue, event.uid)
        snapshot = self._snapshot
        if snapshot.active or snapshot.suspects:
            snapshot.told("caller", *key)
        if self._queues.left(key):
            self._contacts.left(key, self.at)
        else:
            self._queues.named(event.queue)

    def _caller_abandoned(self, event: ev.CallerAbandoned) -> None:
        ledger = self._queues.named(event.queue)
        ledger.abandoned += 1
        ledger.wait_abandoned_s += event.hold_s
        self._seats.caller_gone(event.uid)
        self._facts.append(self._contacts.abandoned(event, self.at))

    def _exit_told(self, event: ev.ExitTold) -> None:
        fact = self._contacts.exit_told(event.uid, HOW.get(event.how, "unknown"), self.at)
        if fact is not None:
            self._facts.append(fact)
            if fact.contact.how == "timed_out":
                self._queues.ledger(fact.contact.queue).timed_out += 1

    def _channel_ended(self, event: ev.ChannelEnded) -> None:
        self._seats.leg_ended(event.uid)
        self._seats.caller_gone(event.uid)
        facts = self._contacts.hung_up(event, self.at)
        if facts:
            self._facts += facts

    # ---- agents ------------------------------------------------------------------------------------------------------

    def _agent_offered(self, event: ev.AgentOffered) -> None:
        self._queues.named(event.queue)
        self._implied(event)
        self._seats.offered(event)

    def _offer_ended(self, event: ev.OfferEnded) -> None:
        self._seats.leg_ended(event.agent_uid)

    def _agent_connected(self, event: ev.AgentConnected) -> None:
        ledger = self._queues.named(event.queue)
        ledger.answered += 1
        ledger.wait_answered_s += event.hold_s
        self._implied(event)
        self._snapshot.told("talk", event.queue, event.interface)
        self._seats.connected(event, self.at)
        self._facts.append(self._contacts.answered(event, self.at))

    def _agent_rang_out(self, event: ev.AgentRangOut) -> None:
        self._queues.named(event.queue).ring_no_answer += 1
        self._implied(event)
        self._seats.rang_out(event)
        contact = Contact(
            queue=event.queue, uid=event.uid, interface=event.interface, agent=event.name, ring_s=event.ring_s
        )
        self._facts.append(Fact(kind=FactKind.RANG_OUT, at=self.at, contact=contact))

    def _agent_completed(self, event: ev.AgentCompleted) -> None:
        self._queues.named(event.queue).completed += 1
        self._implied(event)
        self._snapshot.told("talk", event.queue, event.interface)
        talk = self._seats.completed(event, self.at)
        self._facts += self._contacts.completed(event, talk, self.at)
        self._await_wrap_up(self._seats.seats[event.interface])

    def _await_wrap_up(self, seat: Seat) -> None:
        if seat.wrap_until is not None and seat.wrap_until < self._due:
            self._due = seat.wrap_until

    def _break_asked(self, _event: ev.BreakAsked) -> None:
        self.break_requests += 1

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def state(self) -> FloorState:
        """Return everything, sharing nothing that changes."""
        return FloorState(
            at=self.at,
            link=self.link,
            break_requests=self.break_requests,
            ledgers=tuple(map(copy_of, self._queues.ledgers.values())),
            callers=tuple(self.callers.values()),
            members=tuple(self.members.values()),
            seats=tuple(map(replace, self._seats.seats.values())),
            agents=tuple(self.agents.values()),
            pauses=self._seats.pauses,
            contacts=self._contacts.state(),
            snapshot=self._snapshot.copied(),
        )

    def restore(self, state: FloorState) -> None:
        """Stand as the floor stood when `state` was taken."""
        self.at = state.at
        self.break_requests = state.break_requests
        self._link = state.link
        self._heard_at = state.link.heard_at
        self._queues.restore(state.ledgers, state.callers)
        self._seats.restore(state.seats, state.members, state.agents, state.pauses)
        self._contacts.restore(state.contacts)
        self._listing.restore(state.snapshot)
        self._snapshot = self._listing.snapshot
        self._facts.clear()
        self._due = self._seats.next_end()


def _only_of_the_link(batch: Batch) -> bool:
    """Return whether a batch only says how the connection stands: the console's own word, nothing heard of the ACD."""
    return bool(batch.events) and all(
        type(event) is ev.LinkChanged and event.status not in _HEARD for event in batch.events
    )
