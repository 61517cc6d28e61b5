"""The part of the fold that follows contacts: one life a queue visit, told step by step as facts."""

from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from console.core.floor import events as ev
from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact
from console.core.floor.model import CallerKey, Instant, QueueName, Seconds, Talk, Uid

DROPPED = frozenset({27, 38, 41, 42, 102})
"""Q.850 causes of a line that failed: destination or network out of order, temporary failure, congestion, timer."""

HOW = {
    "TIMEOUT": "timed_out",
    "WITHDRAW": "withdrawn",
    "LEAVEEMPTY": "sent_away",
    "LEAVEUNAVAIL": "sent_away",
    "CONTINUE": "sent_away",
}
"""QUEUESTATUS of a caller who had joined to how the contact ended."""

REMEMBERED = 8_192
"""How many ended contacts, recordings and channels are kept in mind for what is told of them later."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(dict[Key, Value]):
    """A dict that forgets its oldest entry beyond `REMEMBERED`."""

    def keep(self, key: Key, value: Value) -> None:
        """Hold `value` as the newest."""
        if key in self:
            del self[key]
        elif len(self) >= REMEMBERED:
            del self[next(iter(self))]
        self[key] = value


class ContactsState(Struct, frozen=True):
    """The contacts for a keyframe, each mapping as a tuple in its own order."""

    waiting: tuple[Contact, ...] = ()
    left: tuple[tuple[Uid, Contact], ...] = ()
    talking: tuple[tuple[Uid, Contact], ...] = ()
    ended: tuple[tuple[Uid, Contact], ...] = ()
    visits: tuple[tuple[CallerKey, int], ...] = ()
    recordings: tuple[tuple[Uid, str], ...] = ()
    legs: tuple[tuple[Uid, Uid], ...] = ()


class Contacts:
    """Contacts waiting, just left, talking and lately ended; every method returns the facts its event makes."""

    def __init__(self) -> None:
        self._waiting: dict[CallerKey, Contact] = {}
        self._left: Recent[Uid, Contact] = Recent()
        self._talking: Recent[Uid, Contact] = Recent()
        self._ended: Recent[Uid, Contact] = Recent()
        self._visits: Recent[CallerKey, int] = Recent()
        self._recordings: Recent[Uid, str] = Recent()
        self._legs: Recent[Uid, Uid] = Recent()

    def _visit(self, queue: QueueName, uid: Uid) -> int:
        # A transferred caller comes again with the same uid.
        key = (queue, uid)
        visit = self._visits.get(key, 0)
        self._visits.keep(key, visit + 1)
        return visit

    def joined(self, event: ev.CallerJoined, at: Instant | None) -> list[Fact]:
        """Begin a contact; one whose caller a snapshot listed already goes on."""
        key = (event.queue, event.uid)
        facts = self._told(event.uid, at, "unknown") if event.uid in self._left else []
        contact = self._waiting.get(key)
        if contact is None:
            contact = self._waiting[key] = Contact(
                queue=event.queue,
                uid=event.uid,
                visit=self._visit(event.queue, event.uid),
                number=event.number,
                entered_at=at,
            )
        facts.append(Fact(kind=FactKind.ENTERED, at=at, contact=contact))
        return facts

    def listed(self, event: ev.CallerSeen, at: Instant | None) -> None:
        """Take a contact a snapshot found waiting; it is never told as entered."""
        key = (event.queue, event.uid)
        if key not in self._waiting:
            self._waiting[key] = Contact(
                queue=event.queue,
                uid=event.uid,
                visit=self._visit(event.queue, event.uid),
                number=event.number,
                entered_at=None if at is None else at - event.waited_s,
            )

    def vanished(self, key: CallerKey) -> None:
        """Forget a contact that ended while nobody listened: how is not known, so nothing is told."""
        self._waiting.pop(key, None)

    def left(self, key: CallerKey, at: Instant | None) -> None:
        """Take that a caller is out of the queue; unless it was told why, the reason follows."""
        contact = self._waiting.pop(key, None)
        if contact is not None:
            self._left.keep(key[1], replace(contact, ended_at=at))

    def _of(self, queue: QueueName, uid: Uid) -> Contact | None:
        contact = self._waiting.pop((queue, uid), None)
        if contact is None and uid in self._left and self._left[uid].queue == queue:
            contact = self._left.pop(uid)
        return contact

    def abandoned(self, event: ev.CallerAbandoned, at: Instant | None) -> Fact:
        """End a contact unanswered; why may be told later."""
        contact = self._of(event.queue, event.uid) or self._unseen(event.queue, event.uid, at, event.hold_s)
        contact = replace(contact, ended_at=at, waited_s=event.hold_s, how="unknown")
        self._ended.keep(event.uid, contact)
        return Fact(kind=FactKind.ABANDONED, at=at, contact=contact)

    def _unseen(self, queue: QueueName, uid: Uid, at: Instant | None, waited: Seconds) -> Contact:
        return Contact(
            queue=queue,
            uid=uid,
            visit=self._visit(queue, uid) if uid else 0,
            entered_at=None if at is None else at - waited,
        )

    def exit_told(self, uid: Uid, how: str, at: Instant | None) -> Fact | None:
        """Say why an abandoned contact left, once; None where nothing was open to be told."""
        contact = self._ended.get(uid)
        if contact is None or contact.how != "unknown" or contact.answered_at is not None or contact.interface:
            contact = self._left.pop(uid, None)
            if contact is None:
                return None
        contact = replace(contact, how=how)
        self._ended.keep(uid, contact)
        return Fact(kind=FactKind.EXIT_TOLD, at=at, contact=contact)

    def answered(self, event: ev.AgentConnected, at: Instant | None) -> Fact:
        """Join a contact with its agent."""
        uid = event.uid
        contact = self._of(event.queue, uid) or self._unseen(event.queue, uid, at, event.hold_s)
        contact = replace(
            contact,
            number=event.number or contact.number,
            answered_at=at,
            ended_at=None,
            interface=event.interface,
            agent=event.name,
            waited_s=event.hold_s,
            ring_s=event.ring_s,
            how="answered",
            recording=self._recordings.get(uid, ""),
        )
        self._talking.keep(uid, contact)
        if event.agent_uid:
            self._legs.keep(event.agent_uid, uid)
        return Fact(kind=FactKind.ANSWERED, at=at, contact=contact)

    def found_talking(self, talk: Talk, interface: str, agent: str) -> None:
        """Take a contact a snapshot found answered, once its caller is known."""
        if talk.uid and talk.uid not in self._talking:
            self._talking.keep(
                talk.uid,
                Contact(
                    queue=talk.queue,
                    uid=talk.uid,
                    visit=self._visit(talk.queue, talk.uid),
                    number=talk.number,
                    interface=interface,
                    agent=agent,
                    how="answered",
                ),
            )

    def completed(self, event: ev.AgentCompleted, talk: Talk | None, at: Instant | None) -> list[Fact]:
        """End an answered contact; `talk` is the agent's, for an event that names no caller."""
        uid = event.uid or (talk.uid if talk is not None else "")
        contact = self._talking.get(uid)
        if contact is not None and contact.queue == event.queue:
            del self._talking[uid]
        else:
            answered_at = None if at is None else at - event.talk_s
            contact = self._unseen(event.queue, uid, answered_at, event.hold_s)
            contact = replace(contact, answered_at=answered_at, recording=self._recordings.get(uid, ""))
        dropped = contact.cause in DROPPED
        contact = replace(
            contact,
            interface=event.interface,
            agent=event.name,
            ended_at=at,
            waited_s=event.hold_s,
            talk_s=event.talk_s,
            how="dropped" if dropped else event.reason or "unknown",
        )
        if uid:
            self._ended.keep(uid, contact)
        facts = [Fact(kind=FactKind.COMPLETED, at=at, contact=contact)]
        if dropped:
            facts.append(Fact(kind=FactKind.DROPPED, at=at, contact=contact))
        return facts

    def hung_up(self, event: ev.ChannelEnded, at: Instant | None) -> list[Fact]:
        """Take the end of a channel: a line that failed under a contact, or a caller who gave up."""
        uid = event.uid
        facts: list[Fact] = []
        if event.cause in DROPPED:
            caller = self._legs.get(uid, uid)
            running, ended = self._talking.get(caller), self._ended.get(caller)
            if running is not None:
                self._talking[caller] = replace(running, cause=event.cause)
            elif ended is not None and ended.interface and ended.how != "dropped":
                dropped = replace(ended, how="dropped", cause=event.cause)
                self._ended[caller] = dropped
                facts.append(Fact(kind=FactKind.DROPPED, at=at, contact=dropped))
        ended = self._ended.get(uid)
        if ended is not None:
            if ended.how == "unknown" and not ended.interface:
                facts += self._told(uid, at, "hung_up")
        elif uid in self._left:
            facts += self._told(uid, at, "unknown")
        self._recordings.pop(uid, None)
        return facts

    def _told(self, uid: Uid, at: Instant | None, how: str) -> list[Fact]:
        fact = self.exit_told(uid, how, at)
        return [] if fact is None else [fact]

    def recorded(self, event: ev.RecordingNamed) -> None:
        """Keep the file a caller's contacts are recorded to."""
        self._recordings.keep(event.uid, event.file)
        running = self._talking.get(event.uid)
        if running is not None:
            self._talking[event.uid] = replace(running, recording=event.file)

    def state(self) -> ContactsState:
        """Return everything, to keep."""
        return ContactsState(
            waiting=tuple(self._waiting.values()),
            left=tuple(self._left.items()),
            talking=tuple(self._talking.items()),
            ended=tuple(self._ended.items()),
            visits=tuple(self._visits.items()),
            recordings=tuple(self._recordings.items()),
            legs=tuple(self._legs.items()),
        )

    def restore(self, state: ContactsState) -> None:
        """Stand as a kept state stood."""
        self._waiting = {(contact.queue, contact.uid): contact for contact in state.waiting}
        self._left = Recent(state.left)
        self._talking = Recent(state.talking)
        self._ended = Recent(state.ended)
        self._visits = Recent(state.visits)
        self._recordings = Recent(state.recordings)
        self._legs = Recent(state.legs)
