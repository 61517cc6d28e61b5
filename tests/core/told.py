"""A floor told event by event, with a clock the test moves; short makers of the events it needs most."""

from msgspec.structs import replace

from console.core.floor import events as ev
from console.core.floor.events import Batch, FloorEvent
from console.core.floor.facts import Fact
from console.core.floor.fold import Floor
from console.core.floor.model import AgentState, Instant, Phone
from console.core.floor.policy import FloorPolicy

NOON: Instant = 1_795_291_200.0
HINT = "hint:2001@ext-local"


class Stand:
    """A floor and its clock; `at` None is a stream without times."""

    def __init__(self, policy: FloorPolicy | None = None, at: Instant | None = NOON) -> None:
        self.floor = Floor(policy or FloorPolicy())
        self.at = at

    def tell(self, *events: FloorEvent, after: float = 0.0) -> tuple[Fact, ...]:
        """Fold events as one batch, `after` seconds later."""
        if self.at is not None:
            self.at += after
        return self.floor.fold(Batch(at=self.at, events=events))

    def agent(self, interface: str = "A") -> AgentState:
        """The agent's record."""
        return self.floor.agents[interface]

    def status(self, interface: str = "A") -> str:
        """What the agent shows."""
        return str(self.floor.agents[interface].status)

    def waiting(self, queue: str = "q") -> list[str]:
        """Who waits in a queue, in the order of their positions."""
        callers = [caller for caller in self.floor.callers.values() if caller.queue == queue]
        callers.sort(key=lambda caller: caller.position)
        assert [caller.position for caller in callers] == list(range(1, len(callers) + 1))
        return [caller.uid for caller in callers]


def member(interface: str = "A", queue: str = "q", *, why: str = "status", **changes: object) -> ev.MemberTold:
    """A membership; the interface is a Local channel without StateInterface unless told otherwise."""
    name = f"Agent {interface}"
    return replace(ev.MemberTold(why=why, queue=queue, interface=interface, name=name, phone=Phone.IDLE), **changes)


def seen(interface: str = "A", queue: str = "q", **changes: object) -> ev.MemberTold:
    """A membership as a snapshot lists it."""
    return member(interface, queue, why="seen", **changes)


def joined(uid: str, queue: str = "q", position: int = 0) -> ev.CallerJoined:
    return ev.CallerJoined(queue=queue, uid=uid, number=f"n{uid}", position=position)


def left(uid: str, queue: str = "q") -> ev.CallerLeft:
    return ev.CallerLeft(queue=queue, uid=uid)


def abandoned(uid: str, queue: str = "q", hold: float = 5.0) -> ev.CallerAbandoned:
    return ev.CallerAbandoned(queue=queue, uid=uid, hold_s=hold)


def offered(uid: str, interface: str = "A", queue: str = "q") -> ev.AgentOffered:
    return ev.AgentOffered(
        queue=queue, interface=interface, name=f"Agent {interface}", uid=uid, agent_uid=f"{interface}-{uid}"
    )


def connected(
    uid: str, interface: str = "A", queue: str = "q", hold: float = 4.0, ring: float = 2.0
) -> ev.AgentConnected:
    return ev.AgentConnected(
        queue=queue,
        interface=interface,
        name=f"Agent {interface}",
        uid=uid,
        agent_uid=f"{interface}-{uid}",
        hold_s=hold,
        ring_s=ring,
    )


def completed(uid: str = "", interface: str = "A", queue: str = "q", talk: float = 30.0) -> ev.AgentCompleted:
    return ev.AgentCompleted(
        queue=queue, interface=interface, name=f"Agent {interface}", uid=uid, hold_s=4.0, talk_s=talk, reason="agent"
    )


def rang_out(uid: str, interface: str = "A", queue: str = "q") -> ev.AgentRangOut:
    return ev.AgentRangOut(queue=queue, interface=interface, name=f"Agent {interface}", uid=uid, ring_s=12.0)


def hung_up(uid: str, cause: int = 16) -> ev.ChannelEnded:
    return ev.ChannelEnded(uid=uid, cause=cause)


def caller(uid: str, queue: str = "q", position: int = 1, waited: float = 20.0, priority: int = 0) -> ev.CallerSeen:
    return ev.CallerSeen(queue=queue, uid=uid, position=position, waited_s=waited, priority=priority)


def listing(*items: FloorEvent, reconciling: bool = False) -> tuple[FloorEvent, ...]:
    """A whole snapshot of queue `q` and what else is named."""
    return (
        ev.SnapshotBegun(reconciling=reconciling),
        ev.QueueSeen(queue="q", strategy="rrmemory"),
        *items,
        ev.SnapshotEnded(),
    )
