"""A small floor told step by step, for tests of figures: facts for `note`, views for `see`."""

from msgspec.structs import replace

from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact, FloorFigures
from console.core.floor.measures import Measures
from console.core.floor.model import AgentState, AgentStatus, Caller, CallerKey, Link, LinkStatus, QueueState
from console.core.floor.people import Person
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup
from console.core.floor.view import FloorView

NOON = 1_780_000_000.0 - 1_780_000_000.0 % 3600
"""A whole hour."""

POLICY = FloorPolicy(
    groups=(
        SkillGroup(id="safety", name="Account safety", queues=("q1", "q2")),
        SkillGroup(id="orders", name="Orders", queues=("q3",)),
        SkillGroup(id="chat", name="Web chat", queues=("w1",), channel=Channel.WEB),
    ),
    time_zone="Asia/Shanghai",
)


class Told:
    """A floor that is told: who joins, answers, gives up; `at` is the clock, None for a stream without times."""

    def __init__(self, policy: FloorPolicy = POLICY, at: float | None = NOON) -> None:
        self.policy = policy
        self.at = at
        self.link = Link(status=LinkStatus.LIVE)
        self.measures = Measures(policy)
        self.facts: list[Fact] = []
        self.callers: dict[CallerKey, Caller] = {}
        self.agents: dict[str, AgentState] = {}
        self.people: dict[str, Person] = {}
        self.person_of: dict[str, str] = {}
        self.breaks: frozenset[str] = frozenset()
        self.queues: dict[str, QueueState] = {}
        self.see()

    def view(self) -> FloorView:
        return FloorView(
            at=self.at,
            link=self.link,
            queues=dict(self.queues),
            callers=dict(self.callers),
            agents=dict(self.agents),
            people=dict(self.people),
            person_of=dict(self.person_of),
            policy=self.policy,
        )

    def see(self) -> None:
        self.measures.see(self.view(), self.breaks)

    def figures(self) -> FloorFigures:
        self.see()
        return self.measures.figures()

    def after(self, seconds: float) -> "Told":
        assert self.at is not None
        self.at += seconds
        self.see()
        return self

    def tell(self, kind: FactKind, contact: Contact) -> None:
        fact = Fact(kind=kind, at=self.at, contact=contact)
        self.facts.append(fact)
        self.measures.note([fact])
        self.see()

    def joins(self, queue: str, uid: str) -> None:
        self.queues.setdefault(queue, QueueState(name=queue))
        self.callers[queue, uid] = Caller(queue=queue, uid=uid, since=self.at)
        self.tell(FactKind.ENTERED, Contact(queue=queue, uid=uid, entered_at=self.at))

    def answered(self, queue: str, uid: str, waited: float, ring: float = 3.0, interface: str = "PJSIP/1") -> None:
        self.callers.pop((queue, uid), None)
        contact = Contact(
            queue=queue, uid=uid, answered_at=self.at, waited_s=waited, ring_s=ring, interface=interface, how="answered"
        )
        self.tell(FactKind.ANSWERED, contact)

    def completed(self, queue: str, uid: str, talk: float, interface: str = "PJSIP/1") -> None:
        contact = Contact(queue=queue, uid=uid, ended_at=self.at, talk_s=talk, interface=interface, how="caller")
        self.tell(FactKind.COMPLETED, contact)

    def abandoned(self, queue: str, uid: str, waited: float) -> Contact:
        self.callers.pop((queue, uid), None)
        contact = Contact(queue=queue, uid=uid, ended_at=self.at, waited_s=waited, how="unknown")
        self.tell(FactKind.ABANDONED, contact)
        return contact

    def exit_told(self, contact: Contact, how: str) -> None:
        self.tell(FactKind.EXIT_TOLD, replace(contact, how=how))

    def agent(self, interface: str, status: AgentStatus, **fields: object) -> None:
        before = self.agents.get(interface)
        state = before or AgentState(interface=interface, name=interface, queues=("q1",))
        if before is None or before.status is not status:
            state = replace(state, since=self.at)
        self.agents[interface] = replace(state, status=status, **fields)
        self.see()

    def person(self, person: Person) -> None:
        self.people[person.id] = person
        self.person_of.update(dict.fromkeys(person.interfaces, person.id))
        self.see()
