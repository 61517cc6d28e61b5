"""The demo's call distributor: what app_queue does with callers and members, in the order in which it says it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from console.core.floor import events as said
from console.core.floor.model import Interface, Phone, QueueName, Uid
from console.feeds.demo.clockwork import Clockwork, Millis
from console.feeds.demo.load import DEMANDS
from console.feeds.demo.people import TEAMS
from console.feeds.demo.seats import Agent, Contact, Line, Membership

NORMAL = 16
DROPPED = 38


class Acd:
    """Queues, seats and routing keys; every change is said through the clockwork.

    `answering` decides what a ringing agent does, `talk` what follows a connect, `freed` what an agent does after it,
    `let_go` after a ring that came to nothing; `gave_up` and `rang_out` what comes of the caller and of the seat.
    """

    def __init__(self, clockwork: Clockwork, agents: Iterable[Agent]) -> None:
        self.clockwork = clockwork
        self.lines = {
            team.queue: Line(team.queue, DEMANDS[team.queue], "leastrecent" if team.queue == "web" else "rrmemory")
            for team in TEAMS
        }
        self.agents: dict[Interface, Agent] = {agent.interface: agent for agent in agents}
        self.keys: dict[tuple[str, str], str] = {}
        self.answering: Callable[[Agent, Contact], tuple[bool, Millis]] = lambda _agent, _contact: (True, 3000)
        self.talk: Callable[[Contact, Agent], None] = lambda _contact, _agent: None
        self.freed: Callable[[Agent, Contact], None] = lambda _agent, _contact: None
        self.gave_up: Callable[[Contact], None] = lambda _contact: None
        self.let_go: Callable[[Agent], None] = lambda _agent: None
        self.rang_out: Callable[[Agent, QueueName], None] = lambda _agent, _queue: None
        self._say = clockwork.say
        self._serial = 0

    # ---- callers ----

    def new_uid(self) -> Uid:
        """Return a fresh channel id in Asterisk's shape."""
        self._serial += 1
        return f"{int(self.clockwork.instant)}.{self._serial}"

    def join(self, contact: Contact, queue: QueueName) -> None:
        """Put a contact at the end of a queue; its patience begins anew."""
        line = self.lines[queue]
        contact.queue = queue
        contact.visit += 1
        contact.entered = self.clockwork.now
        contact.agent = None
        contact.talking = False
        line.waiting[contact.uid] = contact
        line.unoffered.append(contact)
        count = len(line.waiting)
        contact.first_position = count
        self._say(
            said.CallerJoined(
                queue=queue,
                uid=contact.uid,
                channel=contact.channel,
                linked_uid=contact.uid,
                number=contact.number,
                position=count,
                count=count,
            )
        )
        timeout = round(line.demand.timeout_s * 1000)
        self.clockwork.after(min(contact.nature.patience, timeout), self._tired, contact, contact.visit)
        self.offer(line)

    def _tired(self, contact: Contact, visit: int) -> None:
        if contact.visit != visit or contact.talking:
            return
        line = self.lines[contact.queue]
        if contact.agent is None:
            line.unoffered.remove(contact)
        else:
            agent = contact.agent
            self._say(said.OfferEnded(agent_uid=contact.agent_uid, how="CANCEL"))
            self._stop_ringing(agent)
            self.clockwork.after(0, self.seat_freed, agent)
        position = line.position(contact)
        del line.waiting[contact.uid]
        contact.visit += 1
        queue, uid = contact.queue, contact.uid
        held = self.clockwork.now - contact.entered
        self._say(
            said.CallerAbandoned(
                queue=queue,
                uid=uid,
                position=position,
                original_position=contact.first_position,
                hold_s=float(held // 1000),
            )
        )
        self._say(said.CallerLeft(queue=queue, uid=uid, count=len(line.waiting)))
        if held < contact.nature.patience:
            self._say(said.ExitTold(uid=uid, how="TIMEOUT", queue=queue))
        self._say(said.ChannelEnded(uid=uid, channel=contact.channel, cause=NORMAL, cause_text="Normal Clearing"))
        self.gave_up(contact)

    # ---- offering ----

    def offer(self, line: Line) -> None:
        """Ring free seats for whoever waits, as many as there are (autofill)."""
        while line.unoffered:
            agent = line.free_seat(self.clockwork.now)
            if agent is None:
                return
            self._ring(line, line.unoffered.popleft(), agent)

    def seat_freed(self, agent: Agent) -> None:
        """Offer the longest waiting contact of the seat's own queue, else of the others by penalty."""
        now = self.clockwork.now
        for member in sorted(agent.members.values(), key=lambda member: member.penalty):
            line = self.lines[member.queue]
            if line.unoffered and agent.free_in(member, now):
                self._ring(line, line.unoffered.popleft(), agent)
                return

    def _ring(self, line: Line, contact: Contact, agent: Agent) -> None:
        contact.agent = agent
        contact.offered = self.clockwork.now
        contact.agent_uid = self.new_uid()
        contact.agent_channel = f"{agent.interface.removesuffix('/n')}-{self._serial:08x};1"
        agent.contact = contact
        agent.phone = Phone.RINGING
        self._say(
            said.AgentOffered(
                queue=line.name,
                interface=agent.interface,
                name=agent.name,
                uid=contact.uid,
                agent_uid=contact.agent_uid,
            )
        )
        self.tell_members(agent, "status")
        answers, after = self.answering(agent, contact)
        if answers:
            self.clockwork.after(after, self._connect, contact, contact.agent_uid)
        else:
            self.clockwork.after(line.RING_TIMEOUT_S * 1000, self._rang_out, contact, contact.agent_uid)

    def _stop_ringing(self, agent: Agent) -> None:
        agent.contact = None
        agent.phone = Phone.IDLE
        # Rested as of now: the next caller goes to somebody else first.
        agent.last_contact = self.clockwork.now
        self.tell_members(agent, "status")
        self.clockwork.after(0, self.let_go, agent)

    def _rang_out(self, contact: Contact, agent_uid: Uid) -> None:
        agent = contact.agent
        if agent is None or contact.agent_uid != agent_uid or agent.contact is not contact:
            return
        line = self.lines[contact.queue]
        self._say(said.OfferEnded(agent_uid=agent_uid, how="NOANSWER"))
        self._say(
            said.AgentRangOut(
                queue=line.name,
                interface=agent.interface,
                name=agent.name,
                uid=contact.uid,
                ring_s=float(line.RING_TIMEOUT_S),
            )
        )
        contact.agent = None
        self._stop_ringing(agent)
        line.unoffered.appendleft(contact)
        self.rang_out(agent, line.name)
        self.clockwork.after(1000, self.offer, line)
        self.clockwork.after(1000, self.seat_freed, agent)

    def _connect(self, contact: Contact, agent_uid: Uid) -> None:
        agent = contact.agent
        if agent is None or contact.agent_uid != agent_uid or agent.contact is not contact or contact.talking:
            return
        line = self.lines[contact.queue]
        now = self.clockwork.now
        del line.waiting[contact.uid]
        contact.talking = True
        contact.since = now
        queue = line.name
        self._say(said.CallerLeft(queue=queue, uid=contact.uid, count=len(line.waiting)))
        self._say(
            said.AgentConnected(
                queue=queue,
                interface=agent.interface,
                name=agent.name,
                uid=contact.uid,
                channel=contact.channel,
                agent_channel=contact.agent_channel,
                agent_uid=agent_uid,
                number=contact.number,
                hold_s=float((now - contact.entered) // 1000),
                ring_s=float((now - contact.offered) // 1000),
            )
        )
        stamp = datetime.fromtimestamp(self.clockwork.instant, UTC).strftime("%Y%m%d-%H%M%S")
        self._say(said.RecordingNamed(uid=contact.uid, file=f"{stamp}-{queue}-{contact.uid}.wav"))
        agent.phone = Phone.IN_USE
        self.tell_members(agent, "status")
        self.talk(contact, agent)

    # ---- the end of a talk ----

    def complete(self, contact: Contact, reason: str, *, dropped_side: str = "") -> None:
        """End a talk: `reason` agent, caller or transfer; `dropped_side` caller or agent when the line broke."""
        agent = contact.agent
        if agent is None or not contact.talking:
            return
        now = self.clockwork.now
        if dropped_side:
            ours = dropped_side == "agent"
            self._say(
                said.ChannelEnded(
                    uid=contact.agent_uid if ours else contact.uid,
                    channel=contact.agent_channel if ours else contact.channel,
                    cause=DROPPED,
                    cause_text="Network out of order",
                )
            )
        self._say(
            said.AgentCompleted(
                queue=contact.queue,
                interface=agent.interface,
                name=agent.name,
                uid=contact.uid,
                hold_s=float((contact.since - contact.entered) // 1000),
                talk_s=float((now - contact.since) // 1000),
                reason=reason,
            )
        )
        if dropped_side != "agent":
            self._hung_up(contact.agent_uid, contact.agent_channel)
        if reason != "transfer" and dropped_side != "caller":
            self._hung_up(contact.uid, contact.channel)
        contact.talking = False
        contact.visit += 1
        contact.agent = None
        agent.contact = None
        agent.phone = Phone.IDLE
        agent.last_contact = now
        member = agent.members.get(contact.queue)
        if member is not None:
            member.calls_taken += 1
            member.last_call = float(int(self.clockwork.instant))
        agent.wrap_until = now + self.lines[contact.queue].demand.wrap_s * 1000
        self.tell_members(agent, "status")
        self.clockwork.at(agent.wrap_until, self.seat_freed, agent)
        self.freed(agent, contact)

    def _hung_up(self, uid: Uid, channel: str) -> None:
        self._say(said.ChannelEnded(uid=uid, channel=channel, cause=NORMAL, cause_text="Normal Clearing"))

    # ---- seats ----

    def tell_members(self, agent: Agent, why: str, queue: QueueName | None = None) -> None:
        """Say how the agent's memberships stand, all of them or the one in `queue`."""
        for member in agent.members.values():
            if queue is None or member.queue == queue:
                self._say(self.member_told(agent, member, why))

    def member_told(self, agent: Agent, member: Membership, why: str) -> said.MemberTold:
        """Return one membership as app_queue states it."""
        contact = agent.contact
        return said.MemberTold(
            why=why,
            queue=member.queue,
            interface=agent.interface,
            name=agent.name,
            state_interface=agent.hand.state_interface,
            dynamic=member.dynamic,
            penalty=member.penalty,
            calls_taken=member.calls_taken,
            last_call=member.last_call,
            last_pause=member.last_pause,
            login_at=member.login_at,
            in_call=contact is not None and contact.talking and contact.queue == member.queue,
            phone=agent.phone,
            paused=member.paused,
            pause_reason=member.reason,
        )

    def add(self, agent: Agent, queue: QueueName, penalty: int, *, dynamic: bool = True, paused: bool = False) -> None:
        """Sign an agent into a queue."""
        login_at = float(int(self.clockwork.instant))
        member = Membership(queue, penalty, dynamic=dynamic, login_at=login_at)
        member.paused = paused
        agent.members[queue] = member
        self.lines[queue].agents[agent.interface] = agent
        self._say(self.member_told(agent, member, "added"))
        self.clockwork.after(0, self.seat_freed, agent)

    def remove(self, agent: Agent, queue: QueueName) -> None:
        """Sign an agent out of a queue; a running talk runs on."""
        del agent.members[queue]
        del self.lines[queue].agents[agent.interface]
        self._say(said.MemberLeft(queue=queue, interface=agent.interface, name=agent.name))

    def pause(self, agent: Agent, *, paused: bool, reason: str = "", queue: QueueName | None = None) -> None:
        """Pause or unpause a seat in one queue or in all, and say so even where it stood so before."""
        for member in agent.members.values():
            if queue is None or member.queue == queue:
                member.paused = paused
                member.reason = reason if paused else ""
                if paused:
                    member.last_pause = float(int(self.clockwork.instant))
                self._say(self.member_told(agent, member, "pause"))
        if not paused:
            self.clockwork.after(0, self.seat_freed, agent)

    def set_phone(self, agent: Agent, phone: Phone) -> None:
        """Change the state of an agent's device."""
        agent.phone = phone
        self.tell_members(agent, "status")
        if phone is Phone.IDLE:
            self.clockwork.after(0, self.seat_freed, agent)

    # ---- the listing ----

    def listing(self) -> Iterator[said.FloorEvent]:
        """Yield a full snapshot: queues, members, callers waiting, channels in talk."""
        now = self.clockwork.now
        yield said.SnapshotBegun()
        for line in self.lines.values():
            yield said.QueueSeen(queue=line.name, strategy=line.strategy, service_level_s=20)
            for agent in line.agents.values():
                yield self.member_told(agent, agent.members[line.name], "seen")
            for position, caller in enumerate(line.waiting.values(), 1):
                yield said.CallerSeen(
                    queue=line.name,
                    uid=caller.uid,
                    channel=caller.channel,
                    number=caller.number,
                    position=position,
                    waited_s=float((now - caller.entered) // 1000),
                )
        for agent in self.agents.values():
            contact = agent.contact
            if contact is not None and contact.talking:
                yield from _channels(contact, float((now - contact.since) // 1000))
        yield said.SnapshotEnded()


def _channels(contact: Contact, duration: float) -> Iterator[said.CallSeen]:
    for uid, channel in ((contact.uid, contact.channel), (contact.agent_uid, contact.agent_channel)):
        yield said.CallSeen(
            uid=uid,
            channel=channel,
            linked_uid=contact.uid,
            bridge=f"bridge-{contact.agent_uid}",
            duration_s=duration,
            number=contact.number,
        )
