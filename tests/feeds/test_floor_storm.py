"""The benches' storm must be lawful: a bench fed nonsense measures nothing."""

from collections import Counter

import msgspec

from console.core.floor import events as said
from tests.bench.floor_storm import Storm, storm


def test_it_is_as_big_and_as_fast_as_asked() -> None:
    made = storm(agents=500, queues=30, events_per_s=2000, seconds=5)
    listed = made[0].events
    assert len({event.interface for event in listed if isinstance(event, said.MemberTold)}) == 500
    assert sum(isinstance(event, said.QueueSeen) for event in listed) == 30
    assert sum(len(batch.events) for batch in made[1:]) == 5 * 2000
    times = [batch.at for batch in made if batch.at is not None]
    assert times == sorted(set(times))


def test_the_same_storm_comes_twice() -> None:
    encode = msgspec.msgpack.Encoder().encode
    assert encode(storm(200, 10, 1000, 3)) == encode(storm(200, 10, 1000, 3))


def test_every_contact_takes_lawful_steps() -> None:
    waiting: set[str] = set()
    talking: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    for batch in storm(agents=300, queues=20, events_per_s=2000, seconds=20):
        for event in batch.events:
            kinds[type(event).__name__] += 1
            match event:
                case said.CallerJoined():
                    waiting.add(event.uid)
                case said.CallerLeft():
                    waiting.remove(event.uid)
                case said.AgentConnected():
                    assert event.interface not in talking
                    talking[event.interface] = event.uid
                case said.AgentCompleted():
                    assert talking.pop(event.interface) == event.uid
                case _:
                    pass
    assert min(kinds[name] for name in ("CallerJoined", "AgentConnected", "AgentCompleted", "CallerAbandoned")) > 100


def test_its_policy_names_every_queue_once() -> None:
    asked = Storm(queues=50)
    named = [queue for group in asked.policy().groups for queue in group.queues]
    assert sorted(named) == sorted(asked.queue_names())
