"""The part of the fold that keeps seats: memberships, offers, talks and wrap-up of every interface.

What was told is kept in a `Seat`; the `AgentState` shown is derived from it once a batch, so that a burst costs one
record an agent.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from console.core.floor import events as ev
from console.core.floor.fold_states import UNREACHABLE, DayTally, Seat, add_tally, shown, tells_a_device
from console.core.floor.model import (
    AgentState,
    Instant,
    Interface,
    Member,
    MemberKey,
    Phone,
    QueueName,
    Seconds,
    Talk,
    Uid,
)
from console.core.floor.policy import FloorPolicy, wrap_up_of


class Seats:
    """All seats, memberships and the agents' records; `agents` is brought up to date by `settle`."""

    def __init__(self, policy: FloorPolicy) -> None:
        self.members: dict[MemberKey, Member] = {}
        self.agents: dict[Interface, AgentState] = {}
        self.seats: dict[Interface, Seat] = {}
        self._policy = policy
        self._wrap_up: dict[QueueName, Seconds] = {}
        self._changed: dict[Interface, None] = {}
        self._legs: dict[Uid, Interface] = {}
        self._rung: dict[Uid, tuple[Interface, ...]] = {}
        self._wrapping: dict[Interface, None] = {}
        self._pauses = 0
        self._last_pause = 0
        self._earlier: dict[Interface, DayTally] = {}

    # ---- who there is ------------------------------------------------------------------------------------------------

    def seat(self, interface: Interface, name: str) -> Seat:
        """Return the seat, a new one where the interface was never named; its record will be derived anew."""
        self._changed[interface] = None
        seat = self.seats.get(interface)
        if seat is None:
            seat = self.seats[interface] = Seat(interface, name)
            if interface in self._earlier:
                add_tally(seat, self._earlier.pop(interface))
        if name not in seat.tallies:
            seat.tallies = {**seat.tallies, name: (0, 0)}
        return seat

    def implied(self, queue: QueueName, interface: Interface, name: str) -> None:
        """Take a membership only an agent event names: whoever is offered a call is a member, listed or not."""
        seat = self.seat(interface, name)
        if queue not in seat.queues and queue not in seat.left:
            self._enrol(seat, Member(queue=queue, interface=interface, name=name))

    def told(self, event: ev.MemberTold, at: Instant | None) -> bool:
        """Take a whole membership; return whether a listing says of it what was not known."""
        key = (event.queue, event.interface)
        old = self.members.get(key)
        seen = event.why == "seen"
        order = old.pause_order if old is not None else 0
        if event.paused and (
            old is None
            or not old.paused
            or event.why == "pause"
            or (seen and (event.pause_reason, event.last_pause) != (old.pause_reason, old.last_pause))
        ):
            order = self._next_pause(event.last_pause, listed=seen)
        member = Member(
            queue=event.queue,
            interface=event.interface,
            name=event.name,
            state_interface=event.state_interface,
            dynamic=event.dynamic,
            penalty=event.penalty,
            calls_taken=event.calls_taken,
            last_call=event.last_call,
            last_pause=event.last_pause,
            login_at=event.login_at,
            in_call=event.in_call,
            phone=event.phone,
            paused=event.paused,
            pause_reason=event.pause_reason,
            pause_order=order if event.paused else 0,
            wrapup_s=event.wrapup_s,
            ring_in_use=old.ring_in_use if seen and old is not None else event.ring_in_use,
        )
        if member == old:
            return False
        trusted = tells_a_device(event.interface, event.state_interface)
        news = seen and (old is None or _lasting(member, trusted=trusted) != _lasting(old, trusted=trusted))
        seat = self.seats.get(event.interface)
        if old is not None and seat is not None and not self._matters(seat, member, old, trusted=trusted):
            self.members[key] = member
            return news
        seat = self.seat(event.interface, event.name)
        seat.name = event.name
        if trusted or not seat.trusted:
            seat.phone, seat.trusted = _device(member, trusted=trusted), trusted
        if old is None:
            self._enrol(seat, member)
            if seen:
                self._found_wrapping(seat, member, at)
        else:
            self.members[key] = member
        if event.paused and seat.paused_since is None:
            seat.paused_since = event.last_pause if seen and _before(event.last_pause, at) else at
        return news

    def _matters(self, seat: Seat, member: Member, old: Member, *, trusted: bool) -> bool:
        # Half of a storm's member events tell the status of Local channels, which shows nothing.
        return (
            member.name != old.name
            or member.name != seat.name
            or member.paused
            or old.paused
            or (
                (trusted or not seat.trusted)
                and (seat.trusted, seat.phone) != (trusted, _device(member, trusted=trusted))
            )
        )

    def _next_pause(self, last_pause: Instant | None, *, listed: bool) -> int:
        # The ACD's clock orders pauses found by a listing; one told as it happens is the newest of all.
        stamp = int(last_pause or 0)
        if not listed:
            stamp = max(stamp, self._last_pause)
        self._last_pause = max(stamp, self._last_pause)
        self._pauses = (self._pauses + 1) & 0xFF_FFFF
        return stamp << 24 | self._pauses

    def _enrol(self, seat: Seat, member: Member) -> None:
        self.members[member.queue, member.interface] = member
        seat.queues = (*seat.queues, member.queue)
        seat.left = tuple(queue for queue in seat.left if queue != member.queue)

    def gone(self, key: MemberKey, at: Instant | None) -> bool:
        """End a membership; return whether there was one."""
        queue, interface = key
        seat = self.seats.get(interface)
        if seat is None:
            return False
        self._changed[interface] = None
        if queue not in seat.left:
            seat.left = (*seat.left, queue)
        if self.members.pop(key, None) is None:
            return False
        if len(seat.queues) == 1:
            seat.last_seen_queues = seat.queues
            seat.signed_out_since = at
            self._end_wrap_up(seat, at)
        seat.queues = tuple(other for other in seat.queues if other != queue)
        if seat.trusted:
            told = (self.members[other, interface] for other in seat.queues)
            seat.trusted = any(tells_a_device(interface, member.state_interface) for member in told)
        return True

    # ---- calls -------------------------------------------------------------------------------------------------------

    def offered(self, event: ev.AgentOffered) -> None:
        """Let a caller ring at an agent."""
        seat = self.seat(event.interface, event.name)
        uid, interface = event.uid, event.interface
        leg = event.agent_uid or uid
        others = [offer for offer in seat.offers if offer[0] != leg] if seat.offers else ()
        seat.offers = (*others, (leg, uid))
        self._legs[leg] = interface
        self._rung[uid] = (*self._rung.get(uid, ()), interface)

    def leg_ended(self, agent_uid: Uid) -> None:
        """End the offer on an agent's channel: cancelled, busy, no answer, hung up."""
        interface = self._legs.pop(agent_uid, None)
        if interface is not None:
            seat = self.seats[interface]
            seat.offers = tuple(offer for offer in seat.offers if offer[0] != agent_uid)
            self._changed[interface] = None

    def caller_gone(self, uid: Uid) -> None:
        """End every offer of a caller: answered by one, or gone."""
        for interface in self._rung.pop(uid, ()):
            seat = self.seats[interface]
            if seat.offers:
                for offer in seat.offers:
                    if offer[1] == uid:
                        self._legs.pop(offer[0], None)
                seat.offers = tuple([offer for offer in seat.offers if offer[1] != uid])
                self._changed[interface] = None

    def connected(self, event: ev.AgentConnected, at: Instant | None) -> None:
        """Begin a contact; a contact a snapshot found in this queue is this one."""
        seat = self.seat(event.interface, event.name)
        self.caller_gone(event.uid)
        self._end_wrap_up(seat, at)
        talk = Talk(
            queue=event.queue,
            uid=event.uid,
            channel=event.channel,
            agent_channel=event.agent_channel,
            number=event.number,
            name=event.caller_name,
            since=at,
            waited_s=event.hold_s,
            ring_s=event.ring_s,
        )
        if seat.talks:
            talks = [one for one in seat.talks if not (one.found and one.queue == event.queue)]
            if event.queue not in seat.overlapping and any(one.queue == event.queue for one in talks):
                seat.overlapping = (*seat.overlapping, event.queue)
            seat.talks = (*talks, talk)
        else:
            seat.talks = (talk,)
        seat.answered += 1
        answered, completed = seat.tallies[event.name]
        seat.tallies = {**seat.tallies, event.name: (answered + 1, completed)}

    def completed(self, event: ev.AgentCompleted, at: Instant | None) -> Talk | None:
        """End a contact, matched by queue and interface, and the caller where told; return it where it was known."""
        seat = self.seat(event.interface, event.name)
        seat.completed += 1
        seat.handled_s += event.talk_s
        answered, completed = seat.tallies[event.name]
        seat.tallies = {**seat.tallies, event.name: (answered, completed + 1)}
        here = [talk for talk in seat.talks if talk.queue == event.queue]
        ended = None
        if here:
            ended = next((talk for talk in here if talk.uid == event.uid), here[0])
            seat.talks = tuple([talk for talk in seat.talks if talk is not ended])
            if seat.overlapping and len(here) == 1:
                seat.overlapping = tuple(queue for queue in seat.overlapping if queue != event.queue)
        if at is not None:
            self._end_wrap_up(seat, at)
            length = self._wrap_up_of(event.queue, event.interface)
            if length > 0 and seat.queues:
                self._wrap_up_runs(seat, at, at + length)
        return ended

    def rang_out(self, event: ev.AgentRangOut) -> None:
        """End an offer not taken, and count it."""
        seat = self.seat(event.interface, event.name)
        seat.ring_no_answer += 1
        for leg, uid in seat.offers:
            if not event.uid or uid == event.uid:
                self._legs.pop(leg, None)
        seat.offers = tuple(offer for offer in seat.offers if event.uid and offer[1] != event.uid)

    def listed_in_call(self, queue: QueueName, seat: Seat, at: Instant | None) -> bool:
        """Take from a snapshot that a contact runs here; return whether nobody knew."""
        if any(talk.queue == queue for talk in seat.talks):
            return False
        seat.talks = (*seat.talks, Talk(queue=queue, uid="", since=at, found=True))
        self._changed[seat.interface] = None
        return True

    def no_contact(self, queue: QueueName, seat: Seat, *, only_found: bool) -> bool:
        """Take that no contact of this queue runs here (InCall 0); return whether one was believed to."""
        kept = tuple(talk for talk in seat.talks if talk.queue != queue or (only_found and not talk.found))
        if len(kept) == len(seat.talks):
            return False
        seat.talks = kept
        self._changed[seat.interface] = None
        return True

    def identified(self, seat: Seat, *, since: Instant | None, uid: Uid = "", number: str = "") -> Talk | None:
        """Say of a contact a snapshot found since when it runs and with whom; return it where it is the only one."""
        found = [talk for talk in seat.talks if talk.found]
        if len(found) != 1:
            return None
        talk = found[0]
        told = replace(talk, since=since or talk.since, uid=uid or talk.uid, number=number or talk.number)
        seat.talks = tuple(told if one is talk else one for one in seat.talks)
        self._changed[seat.interface] = None
        return told

    def forget_offers(self, uids: set[Uid]) -> None:
        """Drop what rings for callers who are not among those waiting (`uids`)."""
        for uid in [uid for uid in self._rung if uid not in uids]:
            self.caller_gone(uid)

    # ---- wrap-up -----------------------------------------------------------------------------------------------------

    def _wrap_up_of(self, queue: QueueName, interface: Interface) -> Seconds:
        member = self.members.get((queue, interface))
        if member is not None and member.wrapup_s > 0:
            return member.wrapup_s
        length = self._wrap_up.get(queue)
        if length is None:
            length = self._wrap_up[queue] = wrap_up_of(self._policy, queue)
        return length

    def _found_wrapping(self, seat: Seat, member: Member, at: Instant | None) -> None:
        # Server's clock against ours: a call that ended after now is no measure.
        ended = member.last_call
        if at is None or ended is None or member.in_call or ended > at + 1.0:
            return
        until = ended + self._wrap_up_of(member.queue, member.interface)
        if until > at and (seat.wrap_until is None or until > seat.wrap_until):
            self._wrap_up_runs(seat, min(ended, at), until)

    def _wrap_up_runs(self, seat: Seat, begin: Instant, until: Instant) -> None:
        seat.wrap_from, seat.wrap_until = begin, until
        self._wrapping[seat.interface] = None

    def _end_wrap_up(self, seat: Seat, at: Instant | None) -> None:
        if seat.wrap_until is not None and seat.wrap_from is not None:
            if at is not None:
                seat.handled_s += max(0.0, min(at, seat.wrap_until) - seat.wrap_from)
            seat.wrap_from = seat.wrap_until = None
            self._wrapping.pop(seat.interface, None)
            self._changed[seat.interface] = None

    def next_end(self) -> Instant:
        """Return when the next wrap-up ends; infinity where none runs."""
        ends = (self.seats[interface].wrap_until for interface in self._wrapping)
        return min((end for end in ends if end is not None), default=float("inf"))

    def end_wrap_ups(self, at: Instant) -> None:
        """End every wrap-up whose time has come, each at its own moment; call with nothing unsettled."""
        due = [(self.seats[interface].wrap_until or at, interface) for interface in self._wrapping]
        for until, interface in sorted(due):
            if until <= at:
                self._end_wrap_up(self.seats[interface], until)
                self.settle(until)

    # ---- the state shown ---------------------------------------------------------------------------------------------

    @property
    def policy(self) -> FloorPolicy:
        """Return what the states are judged by; a new one counts from the next event on."""
        return self._policy

    @policy.setter
    def policy(self, policy: FloorPolicy) -> None:
        self._policy = policy
        self._wrap_up.clear()
        self._changed.update(dict.fromkeys(self.seats))

    def recall_day(self, done: Mapping[Interface, DayTally]) -> None:
        """Add what was done earlier today; to a seat not named yet as soon as it is."""
        self._earlier = dict(done)
        for interface in done.keys() & self.seats.keys():
            add_tally(self.seats[interface], self._earlier.pop(interface))
            self._changed[interface] = None

    def begin_day(self) -> None:
        """Count the agents' contacts of today from nought."""
        self._earlier.clear()
        for seat in self.seats.values():
            seat.answered = seat.completed = seat.ring_no_answer = 0
            seat.handled_s = 0.0
        self._changed.update(dict.fromkeys(self.seats))

    def settle(self, at: Instant | None) -> None:
        """Derive the records of the seats that changed; one that says the same stays the same object."""
        if self._changed:
            agents, manual = self.agents, self._policy.wrap_up_reasons
            for interface in self._changed:
                old = agents.get(interface)
                state = shown(self.seats[interface], self.members, old, at, manual)
                if state != old:
                    agents[interface] = state
            self._changed.clear()

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def restore(
        self,
        seats: tuple[Seat, ...],
        members: tuple[Member, ...],
        agents: tuple[AgentState, ...],
        pauses: tuple[int, int],
    ) -> None:
        """Stand as a kept state stood."""
        self.__init__(self._policy)  # type: ignore[misc]  # every field anew, as at the beginning
        self.seats.update({seat.interface: replace(seat) for seat in seats})
        self.members.update({(member.queue, member.interface): member for member in members})
        self.agents.update({agent.interface: agent for agent in agents})
        self._pauses, self._last_pause = pauses
        for seat in self.seats.values():
            for leg, uid in seat.offers:
                self._legs[leg] = seat.interface
                self._rung[uid] = (*self._rung.get(uid, ()), seat.interface)
            if seat.wrap_until is not None:
                self._wrapping[seat.interface] = None

    @property
    def pauses(self) -> tuple[int, int]:
        """Return the counters behind the order of pauses, to keep."""
        return self._pauses, self._last_pause


def _device(member: Member, *, trusted: bool) -> Phone:
    """Return what a member's Status tells of a phone: a Local channel's only that it cannot be reached."""
    return member.phone if trusted or member.phone in UNREACHABLE else Phone.UNKNOWN


def _lasting(member: Member, *, trusted: bool) -> tuple[object, ...]:
    """Return what a lost event would leave wrong; what changes without any event is left out."""
    return (
        member.name,
        member.state_interface,
        member.dynamic,
        member.penalty,
        member.paused,
        member.pause_reason,
        member.wrapup_s,
        member.phone if trusted else Phone.UNKNOWN,
    )


def _before(earlier: Instant | None, at: Instant | None) -> bool:
    return earlier is not None and at is not None and earlier <= at
