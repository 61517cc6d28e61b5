"""Stand-ins for the desk's tests: a clock wound by hand, a small floor's day, and memory in place of disks."""

import random
from collections.abc import Iterator

from console.core.floor.events import (
    AgentCompleted,
    AgentConnected,
    AgentOffered,
    AgentRangOut,
    Batch,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    FloorEvent,
    LinkChanged,
    MemberTold,
    QueueSeen,
    SnapshotBegun,
    SnapshotEnded,
)
from console.core.floor.model import LinkStatus, Phone
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup

NOON = 1_700_049_600.0
"""A whole hour."""

POLICY = FloorPolicy(
    groups=(
        SkillGroup(id="orders", name="Orders", queues=("sales", "support"), wrap_up_s=10),
        SkillGroup(id="chat", name="Web chat", queues=("chat",), channel=Channel.WEB),
    ),
    time_zone="UTC",
)


class HandClock:
    """A clock that stands until it is wound."""

    def __init__(self, at: float = NOON) -> None:
        self.at = at
        self.passed = 0.0

    def now(self) -> float:
        return self.at

    def steady(self) -> float:
        return self.passed

    def wind(self, seconds: float) -> None:
        self.at += seconds
        self.passed += seconds


def seat(number: int) -> str:
    return f"PJSIP/{1000 + number}"


def told(number: int, queue: str, phone: Phone, *, why: str = "status", in_call: bool = False) -> MemberTold:
    return MemberTold(
        why=why, queue=queue, interface=seat(number), name=f"Agent {number}", state_interface=seat(number),
        phone=phone, in_call=in_call, wrapup_s=5,
    )  # fmt: skip


def listing(agents: int = 6, *, reconciling: bool = False) -> tuple[FloorEvent, ...]:
    queues = ("sales", "support", "chat")
    return (
        SnapshotBegun(reconciling=reconciling),
        *(QueueSeen(queue=queue) for queue in queues),
        *(told(n, queues[n % 3], Phone.IDLE, why="seen") for n in range(agents)),
        SnapshotEnded(),
    )


def opening(at: float = NOON, agents: int = 6) -> Batch:
    return Batch(at=at, events=(LinkChanged(status=LinkStatus.LIVE, source="lab"), *listing(agents)))


def day(seconds: float = 600.0, *, begin: float = NOON, agents: int = 6, seed: int = 1) -> Iterator[Batch]:
    """A floor's day in irregular batches: callers come, are taken, missed or give up; contacts end."""
    dice = random.Random(seed)
    queues = ("sales", "support", "chat")
    yield opening(begin, agents)
    at, uid = begin, 0
    waiting: list[tuple[str, str, float]] = []
    busy: dict[int, tuple[str, str, float]] = {}
    while at < begin + seconds:
        at = round(at + dice.choice((0.02, 0.3, 1.1, 2.5)), 3)
        events: list[FloorEvent] = []
        for _ in range(dice.randrange(1, 4)):
            chance, free = dice.random(), [n for n in range(agents) if n not in busy]
            if chance < 0.4:
                uid += 1
                queue = dice.choice(queues)
                events.append(CallerJoined(queue=queue, uid=f"{begin}.{uid}", number="5550100"))
                waiting.append((queue, f"{begin}.{uid}", at))
            elif chance < 0.7 and waiting and free:
                number, (queue, caller, since) = dice.choice(free), waiting.pop(0)
                mine = queues[number % 3]
                if mine != queue:
                    waiting.insert(0, (queue, caller, since))
                    continue
                offered = AgentOffered(queue=queue, interface=seat(number), name=f"Agent {number}", uid=caller)
                if dice.random() < 0.2:
                    rang_out = AgentRangOut(
                        queue=queue, interface=seat(number), name=f"Agent {number}", uid=caller, ring_s=3.0
                    )
                    events += [offered, rang_out]
                    waiting.insert(0, (queue, caller, since))
                    continue
                busy[number] = (queue, caller, round(at - since))
                connected = AgentConnected(
                    queue=queue, interface=seat(number), name=f"Agent {number}", uid=caller,
                    hold_s=round(at - since), ring_s=2.0, number="5550100",
                )  # fmt: skip
                events += [offered, CallerLeft(queue=queue, uid=caller), connected]
                events.append(told(number, queue, Phone.IN_USE, in_call=True))
            elif chance < 0.8 and waiting:
                queue, caller, since = waiting.pop()
                events.append(CallerAbandoned(queue=queue, uid=caller, hold_s=round(at - since)))
                events.append(CallerLeft(queue=queue, uid=caller))
            elif busy:
                number = dice.choice(sorted(busy))
                queue, caller, held = busy.pop(number)
                completed = AgentCompleted(
                    queue=queue, interface=seat(number), name=f"Agent {number}", uid=caller,
                    hold_s=held, talk_s=20.0, reason="caller",
                )  # fmt: skip
                events += [completed, told(number, queue, Phone.IDLE)]
        yield Batch(at=at, events=tuple(events))
