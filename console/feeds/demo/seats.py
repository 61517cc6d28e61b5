"""The moving parts of the demo's call distributor: contacts, memberships and agents as they stand just now."""

from collections import deque
from random import Random

from console.core.floor.model import Interface, Phone, QueueName, Uid
from console.feeds.demo.clockwork import Millis
from console.feeds.demo.load import Demand, Nature
from console.feeds.demo.people import Hand


class Contact:
    """One caller or chat, over all its visits to queues."""

    __slots__ = (
        "agent",
        "agent_channel",
        "agent_uid",
        "channel",
        "entered",
        "first_position",
        "nature",
        "number",
        "offered",
        "queue",
        "since",
        "talking",
        "uid",
        "visit",
    )

    def __init__(self, uid: Uid, channel: str, number: str, queue: QueueName, nature: Nature) -> None:
        self.uid = uid
        self.channel = channel
        self.number = number
        self.queue = queue
        self.nature = nature
        self.entered: Millis = 0
        self.first_position = 0
        self.visit = 0
        self.agent: Agent | None = None
        self.agent_uid: Uid = ""
        self.agent_channel = ""
        self.offered: Millis = 0
        self.since: Millis = 0
        self.talking = False


class Membership:
    """An agent's seat in one queue."""

    __slots__ = (
        "calls_taken",
        "dynamic",
        "last_call",
        "last_pause",
        "login_at",
        "paused",
        "penalty",
        "queue",
        "reason",
    )

    def __init__(self, queue: QueueName, penalty: int, *, dynamic: bool, login_at: float) -> None:
        self.queue = queue
        self.penalty = penalty
        self.dynamic = dynamic
        self.login_at = login_at
        self.paused = False
        self.reason = ""
        self.calls_taken = 0
        self.last_call: float | None = None
        self.last_pause: float | None = None


class Ask:
    """A break asked for and not yet answered, or granted and not yet begun."""

    __slots__ = ("asked", "granted", "id", "kind", "owed")

    def __init__(self, request_id: str, kind: str, asked: Millis) -> None:
        self.id = request_id
        self.kind = kind
        self.asked = asked
        self.granted = False
        self.owed = False


class Agent:
    """One person at a phone or chat seat; `turn` counts changes, so that a timer set before one does nothing."""

    __slots__ = (
        "absent",
        "ask",
        "contact",
        "going_home",
        "hand",
        "interface",
        "last_contact",
        "members",
        "name",
        "on_shift",
        "phone",
        "random",
        "sign_out",
        "turn",
        "wrap_until",
    )

    def __init__(self, hand: Hand, random: Random) -> None:
        self.hand = hand
        self.name = hand.person.name
        self.interface: Interface = hand.interface
        self.random = random
        self.members: dict[QueueName, Membership] = {}
        self.phone = Phone.IDLE
        self.contact: Contact | None = None
        self.ask: Ask | None = None
        self.absent = ""
        self.on_shift = False
        self.going_home = False
        self.last_contact: Millis = 0
        self.wrap_until: Millis = 0
        self.turn = 0
        self.sign_out: Millis = 0

    @property
    def paused(self) -> bool:
        """Return whether the seat is paused in any queue."""
        return any(member.paused for member in self.members.values())

    def free_in(self, member: Membership, now: Millis) -> bool:
        """Return whether the distributor may offer this seat a contact of this queue."""
        return not member.paused and self.contact is None and self.wrap_until <= now and self.phone is Phone.IDLE


class Line:
    """One queue: who waits, who waits without being offered to a seat yet, and the seats by interface."""

    __slots__ = ("agents", "demand", "name", "strategy", "unoffered", "waiting")

    RING_TIMEOUT_S = 15

    def __init__(self, name: QueueName, demand: Demand, strategy: str) -> None:
        self.name = name
        self.demand = demand
        self.strategy = strategy
        self.waiting: dict[Uid, Contact] = {}
        self.unoffered: deque[Contact] = deque()
        self.agents: dict[Interface, Agent] = {}

    def free_seat(self, now: Millis) -> Agent | None:
        """Return the free seat of the lowest penalty that has rested longest, or None."""
        name = self.name
        best: Agent | None = None
        best_rank = (0, 0)
        for agent in self.agents.values():
            member = agent.members[name]
            if agent.contact is None and agent.free_in(member, now):
                rank = (member.penalty, agent.last_contact)
                if best is None or rank < best_rank:
                    best, best_rank = agent, rank
        return best

    def position(self, contact: Contact) -> int:
        """Return the place in line, from 1."""
        for place, uid in enumerate(self.waiting, 1):
            if uid == contact.uid:
                return place
        return 0
