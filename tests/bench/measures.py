"""What a frame of figures costs on the largest floor: `python -m tests.bench.measures`.

300 queues in six groups, 5,000 agents in three queues each, 900 callers waiting, a full window of 30 minutes behind it.
A frame is what the floor's thread does 20-30 times a second after folding: `see` a view in which 100 records changed,
then `figures`, then `judge`. Also: a fact noted, a keyframe of the measures made, encoded, decoded and restored.
Medians and 99th percentiles in milliseconds of one run; budget 3 ms for see + figures.
"""

import random
import statistics
import time
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact
from console.core.floor.measures import Measures, MeasuresState
from console.core.floor.model import AgentState, AgentStatus, Caller, Link, LinkStatus, Member, QueueState
from console.core.floor.people import Person
from console.core.floor.policy import FloorPolicy, SkillGroup
from console.core.floor.view import FloorView
from console.core.rules.alarms import AlarmState, judge

QUEUES, AGENTS, WAITING, CHANGED, FRAMES = 300, 5_000, 900, 100, 300
START = 1_780_000_000.0
STATUSES = (AgentStatus.AVAILABLE, AgentStatus.TALKING, AgentStatus.RINGING, AgentStatus.WRAP_UP, AgentStatus.PAUSED)


class Large:
    """The largest floor, changed 100 records at a time."""

    def __init__(self, groups: int) -> None:
        names = [f"q{number}" for number in range(QUEUES)]
        self.policy = FloorPolicy(
            groups=tuple(SkillGroup(id=f"g{n}", name=f"g{n}", queues=tuple(names[n::groups])) for n in range(groups)),
            time_zone="Asia/Shanghai",
        )
        self.dice = random.Random(7)
        self.at = START
        self.uid = 0
        self.link = Link(status=LinkStatus.LIVE, heard_at=START)
        self.queues = {name: QueueState(name=name) for name in names}
        self.agents: dict[str, AgentState] = {}
        self.people: dict[str, Person] = {}
        self.members: dict[tuple[str, str], Member] = {}
        for number in range(AGENTS):
            interface = f"PJSIP/{number}"
            own = tuple(self.dice.sample(names, 3))
            self.agents[interface] = AgentState(
                interface=interface, name=f"Agent {number}", queues=own, status=STATUSES[number % 5], since=START
            )
            for queue in own:
                self.members[queue, interface] = Member(queue=queue, interface=interface, name=f"Agent {number}")
            group = next(group.id for group in self.policy.groups if own[0] in group.queues)
            self.people[str(number)] = Person(
                id=str(number), name=f"Agent {number}", primary_group=group, interfaces=(interface,)
            )
        self.person_of = {person.interfaces[0]: key for key, person in self.people.items()}
        self.callers = dict(self._caller() for _ in range(WAITING))
        self.measures = Measures(self.policy)

    def _caller(self) -> tuple[tuple[str, str], Caller]:
        self.uid += 1
        queue, uid = f"q{self.dice.randrange(QUEUES)}", str(self.uid)
        return (queue, uid), Caller(queue=queue, uid=uid, since=self.at)

    def view(self) -> FloorView:
        return FloorView(
            at=self.at,
            link=replace(self.link, heard_at=self.at),
            queues=self.queues.copy(),
            callers=self.callers.copy(),
            members=self.members,
            agents=self.agents.copy(),
            people=self.people,
            person_of=self.person_of,
            policy=self.policy,
        )

    def change(self, seconds: float) -> list[Fact]:
        """Change 60 agents and 40 callers; return the facts of it."""
        self.at += seconds
        facts: list[Fact] = []
        for _ in range(CHANGED * 6 // 10):
            interface = f"PJSIP/{self.dice.randrange(AGENTS)}"
            self.agents[interface] = replace(
                self.agents[interface], status=self.dice.choice(STATUSES), since=self.at, completed=self.uid
            )
        for _ in range(CHANGED * 2 // 10):
            queue, uid = next(iter(self.callers))
            caller = self.callers.pop((queue, uid))
            waited = self.at - (caller.since or self.at)
            interface = f"PJSIP/{self.dice.randrange(AGENTS)}"
            contact = Contact(
                queue=queue, uid=uid, waited_s=waited, ring_s=3.0, talk_s=120.0, interface=interface, ended_at=self.at
            )
            last = FactKind.ABANDONED if self.dice.random() < 0.1 else FactKind.ANSWERED
            facts.append(Fact(kind=last, at=self.at, contact=contact))
            facts.append(Fact(kind=FactKind.COMPLETED, at=self.at, contact=contact))
            key, new = self._caller()
            self.callers[key] = new
            facts.append(Fact(kind=FactKind.ENTERED, at=self.at, contact=Contact(queue=key[0], uid=key[1])))
        return facts


def spent(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return (time.thread_time() - begun) * 1000


def line(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    print(f"  {name:<28} median {statistics.median(times):7.2f}   p99 {ordered[int(len(ordered) * 0.99)]:7.2f}   ms")


def bench(groups: int) -> None:
    floor = Large(groups)
    measures = floor.measures
    for _ in range(1800):  # a full window behind it
        measures.note(floor.change(1.0))
        measures.see(floor.view())
    measures.figures()
    sees, figures, judges, notes = [], [], [], []
    state = AlarmState()
    for _ in range(FRAMES):
        facts = floor.change(1 / 25)
        notes.append(spent(lambda facts=facts: measures.note(facts)) / len(facts))  # type: ignore[misc]
        view = floor.view()
        sees.append(spent(lambda view=view: measures.see(view)))  # type: ignore[misc]
        figures.append(spent(measures.figures))
        whole = replace(view, figures=measures.figures())
        begun = time.thread_time()
        state, alarms = judge(whole, state, floor.at)
        judges.append((time.thread_time() - begun) * 1000)
    print(
        f"{QUEUES} queues in {groups} groups, {AGENTS} agents, {CHANGED} records changed a frame, {len(alarms)} alarms"
    )
    line("note, one fact", notes)
    line("see", sees)
    line("figures", figures)
    line("see + figures (budget 3)", [one + other for one, other in zip(sees, figures, strict=True)])
    line("judge", judges)
    encoder = msgspec.msgpack.Encoder()
    keyframes, decodes, restores = [], [], []
    for _ in range(20):
        keyframes.append(spent(lambda: encoder.encode(measures.state(curve_points=30))))
        payload = encoder.encode(measures.state(curve_points=30))
        decodes.append(spent(lambda: msgspec.msgpack.decode(payload, type=MeasuresState)))  # noqa: B023  run at once
        kept = msgspec.msgpack.decode(payload, type=MeasuresState)
        other, view = Measures(floor.policy), floor.view()
        restores.append(spent(lambda: other.restore(kept, view)))  # noqa: B023  run at once
    line("keyframe made and encoded", keyframes)
    line("keyframe decoded", decodes)
    line("keyframe restored", restores)
    print(f"  keyframe {len(payload) / 1e6:.1f} MB")


if __name__ == "__main__":
    bench(6)
    bench(QUEUES)
