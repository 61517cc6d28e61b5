"""A storm of floor events for benches: as many agents, queues and events a second as asked, lawful and seeded.

Contacts run through their whole life (joined, offered, connected or abandoned, completed), so a fold has real work;
what is spread over the agents is which of them changes, as on a floor. `python -m tests.bench.floor_storm` prints how
fast the generator itself is: what feeds a bench must cost little beside what is measured.
"""

import sys
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from random import Random

import msgspec

from console.core.floor import events as said
from console.core.floor.events import Batch, FloorEvent
from console.core.floor.model import Instant, LinkStatus, Phone, QueueName
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup

EPOCH: Instant = 1_763_700_000.0


class Storm(msgspec.Struct, frozen=True, kw_only=True):
    """How big a floor, and how much happens on it: events a second of its own time, batches of `batch_s`."""

    agents: int = 5000
    queues: int = 300
    events_per_s: int = 2000
    seed: int = 1
    batch_s: float = 0.02
    skills: int = 1
    waiting: int = 2

    def policy(self, groups: int = 12) -> FloorPolicy:
        """Return a policy that spreads the queues over some groups, one of them web chat."""
        each = [
            SkillGroup(
                id=f"g{group:02}",
                name=f"Group {group + 1:02}",
                queues=tuple(queue for place, queue in enumerate(self.queue_names()) if place % groups == group),
                channel=Channel.WEB if group == groups - 1 else Channel.PHONE,
            )
            for group in range(groups)
        ]
        return FloorPolicy(groups=tuple(each), centre="Storm")

    def queue_names(self) -> tuple[QueueName, ...]:
        """Return the queues' names."""
        return tuple(f"q{queue:03}" for queue in range(self.queues))


class _Seat:
    __slots__ = ("interface", "name", "queues", "taken", "uid")

    def __init__(self, number: int, queues: tuple[QueueName, ...]) -> None:
        self.interface = f"PJSIP/{10_000 + number}"
        self.name = f"坐席 {number:04}"
        self.queues = queues
        self.taken = 0
        self.uid = ""


class _Floor:
    """The state a lawful stream needs: who is free, who talks, who waits."""

    def __init__(self, storm: Storm) -> None:
        self.random = Random(f"storm/{storm.seed}")
        self.names = storm.queue_names()
        count = storm.queues
        self.seats = [
            _Seat(number, tuple(self.names[(number + skill * 7) % count] for skill in range(storm.skills)))
            for number in range(storm.agents)
        ]
        self.at = EPOCH
        self.deep = storm.waiting * count
        self.waiting: dict[QueueName, deque[str]] = {name: deque() for name in self.names}
        self.people = 0
        self.free: dict[QueueName, list[_Seat]] = {name: [] for name in self.names}
        for seat in self.seats:
            self.free[seat.queues[0]].append(seat)
        self.talking: deque[tuple[_Seat, QueueName]] = deque()
        self.serial = 0

    def listing(self) -> Iterator[FloorEvent]:
        """Yield the snapshot a link begins with."""
        yield said.LinkChanged(status=LinkStatus.LIVE, source="storm")
        yield said.SnapshotBegun()
        for name in self.names:
            yield said.QueueSeen(queue=name, strategy="rrmemory")
        for seat in self.seats:
            yield from self.told(seat, "seen", Phone.IDLE)
        yield said.SnapshotEnded()

    def told(self, seat: _Seat, why: str, phone: Phone, *, paused: bool = False) -> Iterator[said.MemberTold]:
        """Yield a seat's memberships as they stand."""
        for queue in seat.queues:
            yield said.MemberTold(
                why=why,
                queue=queue,
                interface=seat.interface,
                name=seat.name,
                dynamic=True,
                calls_taken=seat.taken,
                in_call=phone is Phone.IN_USE,
                phone=phone,
                paused=paused,
                pause_reason="小休" if paused else "",
            )

    def step(self) -> Iterator[FloorEvent]:
        """Yield what one contact does next."""
        dice = self.random.random()
        busy = len(self.talking) > 0.8 * len(self.seats)
        if self.people < self.deep or (dice < 0.34 and not busy):
            yield from self.join()
        elif dice < 0.37:
            yield from self.pause()
        elif dice < 0.4:
            yield from self.abandon()
        elif dice < 0.72 and not busy:
            yield from self.connect()
        else:
            yield from self.complete()

    def join(self) -> Iterator[FloorEvent]:
        """Have somebody enter a queue."""
        self.serial += 1
        queue = self.names[self.random.randrange(len(self.names))]
        line = self.waiting[queue]
        uid = f"{int(self.at)}.{self.serial}"
        line.append(uid)
        self.people += 1
        count = len(line)
        yield said.CallerJoined(
            queue=queue,
            uid=uid,
            channel=f"PJSIP/trunk-{self.serial:08x}",
            linked_uid=uid,
            number=f"1390000{self.serial % 10_000:04}",
            position=count,
            count=count,
        )

    def _line(self, *, served: bool) -> tuple[QueueName, deque[str]] | None:
        begin = self.random.randrange(len(self.names))
        for place in range(len(self.names)):
            queue = self.names[(begin + place) % len(self.names)]
            if self.waiting[queue] and (self.free[queue] or not served):
                return queue, self.waiting[queue]
        return None

    def connect(self) -> Iterator[FloorEvent]:
        """Offer the longest waiting contact of a queue to a free seat, which answers."""
        found = self._line(served=True)
        if found is None:
            return
        queue, line = found
        uid = line.popleft()
        self.people -= 1
        free = self.free[queue]
        place = self.random.randrange(len(free))
        free[place], free[-1] = free[-1], free[place]
        seat = free.pop()
        seat.uid = uid
        leg = f"{uid}1"
        yield said.AgentOffered(queue=queue, interface=seat.interface, name=seat.name, uid=uid, agent_uid=leg)
        yield from self.told(seat, "status", Phone.RINGING)
        yield said.CallerLeft(queue=queue, uid=uid, count=len(line))
        yield said.AgentConnected(
            queue=queue,
            interface=seat.interface,
            name=seat.name,
            uid=uid,
            agent_channel=f"{seat.interface}-{self.serial:08x}",
            agent_uid=leg,
            hold_s=float(self.random.randrange(40)),
            ring_s=3.0,
        )
        yield from self.told(seat, "status", Phone.IN_USE)
        self.talking.append((seat, queue))

    def complete(self) -> Iterator[FloorEvent]:
        """End the oldest talk."""
        if not self.talking:
            return
        seat, queue = self.talking.popleft()
        seat.taken += 1
        yield said.AgentCompleted(
            queue=queue,
            interface=seat.interface,
            name=seat.name,
            uid=seat.uid,
            talk_s=float(self.random.randrange(20, 600)),
            reason="caller",
        )
        yield said.ChannelEnded(uid=seat.uid, cause=16)
        yield from self.told(seat, "status", Phone.IDLE)
        self.free[seat.queues[0]].append(seat)

    def abandon(self) -> Iterator[FloorEvent]:
        """Have the longest waiting contact of a queue give up."""
        found = self._line(served=False)
        if found is None:
            return
        queue, line = found
        uid = line.popleft()
        self.people -= 1
        yield said.CallerAbandoned(queue=queue, uid=uid, position=1, original_position=1, hold_s=30.0)
        yield said.CallerLeft(queue=queue, uid=uid, count=len(line))
        yield said.ChannelEnded(uid=uid, cause=16)

    def pause(self) -> Iterator[FloorEvent]:
        """Pause a free seat and take it back at once: two changes of one row."""
        seat = self.seats[self.random.randrange(len(self.seats))]
        if seat in self.free[seat.queues[0]]:
            yield from self.told(seat, "pause", Phone.IDLE, paused=True)
            yield from self.told(seat, "pause", Phone.IDLE)


def stream(storm: Storm) -> Iterator[Batch]:
    """Yield the snapshot, then batches for ever at the storm's rate, in its own time from `EPOCH`."""
    floor = _Floor(storm)
    yield Batch(at=floor.at, events=tuple(floor.listing()))
    each = max(1, round(storm.events_per_s * storm.batch_s))
    number = 0
    spare: list[FloorEvent] = []
    while True:
        number += 1
        floor.at = EPOCH + number * storm.batch_s
        while len(spare) < each:
            spare.extend(floor.step())
        yield Batch(at=floor.at, events=tuple(spare[:each]))
        del spare[:each]


def storm(agents: int = 5000, queues: int = 300, events_per_s: int = 2000, seconds: float = 10.0) -> list[Batch]:
    """Return `seconds` of a storm with its snapshot first, made beforehand so that a bench measures only itself."""
    asked = Storm(agents=agents, queues=queues, events_per_s=events_per_s)
    return list(islice(stream(asked), 1 + round(seconds / asked.batch_s)))


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    begun = time.perf_counter()
    made = storm(seconds=seconds)
    took = time.perf_counter() - begun
    events = sum(len(batch.events) for batch in made)
    print(f"{events} events in {took:.2f} s: {events / took:.0f} a second")


if __name__ == "__main__":
    main()
