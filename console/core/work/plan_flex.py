"""Flex agents 机动坐席 on line: asked, confirmed by code or by the supervisor, signed in with a penalty, let go again.

Asked are those whose phone can be reached, who are not on a break or on the phone, and whose own group is not below
its ratio; whoever had the fewest contacts today comes first.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from console.core.floor.events import Told
from console.core.floor.model import AgentStatus, Instant, Phone
from console.core.floor.people import Person
from console.core.floor.view import FloorView
from console.core.kept import Book, Message, Step
from console.core.levers import Lever, Membership, hold, lever_id, release
from console.core.roles import Actor, Role
from console.core.words import Said, say
from console.core.work.break_records import PROMISED, Break, BreakState
from console.core.work.plan_action import Action, Effect, Fault, Ground, Known, number_faults, one_line, queue_faults
from console.core.work.plan_records import AnswerFlex, PlanRun, StepRun, StepState
from console.core.work.plan_subjects import groups_under, open_runs

ASKED, YES, NO, SILENT = "asked", "yes", "no", "silent"
_BUSY = frozenset({AgentStatus.TALKING, AgentStatus.RINGING})
_DEAF = frozenset({Phone.UNAVAILABLE, Phone.INVALID})


class Flex(Action, frozen=True, kw_only=True, tag="flex"):
    """Ask `count` flex agents into `queues` (none: those the run is about); silence for `answer_s` is a no.

    `confirm` says whose word counts: `code` the agent's, `supervisor`, or `either`.
    """

    background = True
    way_back = "lever"

    count: int = 1
    queues: tuple[str, ...] = ()
    penalty: int = 0
    answer_s: float = 90.0
    confirm: str = "either"

    def said(self) -> Said:
        """Return what it does, in words."""
        return say("Ask {count} flex agents on line", count=self.count)

    def take(self, on: Ground) -> Effect:
        """Ask the first ones; whether anybody can come is found out afterwards."""
        effect = asked_next(self, on)
        first = {key: value for key, value in effect.changes.items() if key in {"asked", "asked_at"}}
        return Effect(messages=effect.messages, changes=first)

    def stands(self, _on: Ground) -> bool:
        """Say yes at once: the plan goes on while they answer."""
        return True

    def undo(self, on: Ground) -> Effect:
        """Thank those who came, and those still asked."""
        people = [person for person, word in on.step.asked.items() if word in {YES, ASKED}]
        return Effect(messages=tuple(not_needed(on, person) for person in people))

    def faults(self, known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        yield from number_faults("count", self.count, least=1, most=200)
        yield from number_faults("penalty", self.penalty, least=0, most=1000)
        yield from number_faults("answer_s", self.answer_s, least=10, most=3600)
        yield from queue_faults("queues", self.queues, known)
        if self.confirm not in {"code", "supervisor", "either"}:
            said = say("confirm is code, supervisor or either, not {value}.", value=self.confirm)
            yield Fault(kind="unknown_word", field="confirm", said=said)

    def counts(self, by: Actor) -> bool:
        """Return whether this actor's word is the one that counts."""
        agent = by.role is Role.AGENT
        return self.confirm == "either" or (self.confirm == "code") is agent


def candidates(flex: Flex, on: Ground) -> list[Person]:
    """Return who may be asked, the least burdened first."""
    queues = flex.queues or on.queues
    wanted = groups_under(on.view.policy, on.view, on.run.subject)
    away = {
        each.person
        for each in on.book.every(Break).values()
        if each.state in PROMISED or each.state is BreakState.UNASKED
    }
    elsewhere = _asked_elsewhere(on)
    found = [
        person
        for person in on.view.people.values()
        if person.flex
        and person.interfaces
        and not person.absent
        and person.id not in on.step.asked
        and person.id not in away | elsewhere
        and _reachable(on.view, person)
        and not any((queue, each) in on.view.members for queue in queues for each in person.interfaces)
        and not _needed_at_home(on.view, person, wanted)
    ]
    return sorted(found, key=lambda person: (_contacts(on.view, person), person.id))


def wanting(flex: Flex, on: Ground) -> int:
    """Return how many more must be asked now."""
    words = on.step.asked
    asked = sum(word == ASKED and not _late(flex, on, person) for person, word in words.items())
    return flex.count - sum(word == YES for word in words.values()) - asked


def is_due(flex: Flex, on: Ground) -> bool:
    """Return whether somebody's time to answer is over, or the next one must be asked."""
    late = any(word == ASKED and _late(flex, on, person) for person, word in on.step.asked.items())
    return late or (not on.step.trouble and wanting(flex, on) > 0)


def asked_next(flex: Flex, on: Ground) -> Effect:
    """Ask as many as are wanting; note who stayed silent, and that nobody is left where nobody is."""
    words = {
        person: SILENT if word == ASKED and _late(flex, on, person) else word for person, word in on.step.asked.items()
    }
    noted = replace(on, step=replace(on.step, asked=words))
    more = wanting(flex, noted)
    people = candidates(flex, noted)[: max(more, 0)]
    since = {**on.step.asked_at, **{person.id: on.at for person in people}}
    words |= {person.id: ASKED for person in people}
    changes: dict[str, Any] = {"asked": words, "asked_at": since}
    if more > len(people) and ASKED not in words.values():
        came = sum(word == YES for word in words.values())
        changes["trouble"] = f"{came}/{flex.count}"
        if not came:
            changes["state"] = StepState.FAILED
    messages = tuple(_told(on, person.id, "FlexAsked", flex) for person in people)
    return Effect(messages=messages, changes=changes)


def answered(flex: Flex, on: Ground, person: str, *, yes: bool) -> tuple[StepRun, Step]:
    """Return the step after a flex agent's answer, and what it leads to: signed in, or not needed any more."""
    known = on.view.people.get(person)
    came = sum(word == YES for word in on.step.asked.values())
    words = {**on.step.asked, person: YES if yes else NO}
    if not yes:
        freed = tuple(
            lever
            for lever in release(on.book, on.holder, at=on.at)
            if isinstance(lever.target, Membership) and known and lever.target.interface in known.interfaces
        )
        return replace(on.step, asked=words), Step(puts=freed)
    if known is None or not known.interfaces or came >= flex.count:
        return replace(on.step, asked={**words, person: NO}), Step(messages=(not_needed(on, person),))
    levers = _signed_in(flex, on, known, on.book)
    ids = (*on.step.levers, *(lever.id for lever in levers))
    state = StepState.STANDING if on.step.state is StepState.FAILED else on.step.state
    stepped = replace(on.step, asked=words, levers=tuple(dict.fromkeys(ids)), state=state, trouble="")
    return stepped, Step(puts=tuple(levers), messages=(_told(on, person, "FlexOnLine", flex),))


def not_needed(on: Ground, person: str) -> Message:
    """Return what tells a flex agent that nobody needs them on line (any more)."""
    return _told(on, person, "FlexReleased")


def _signed_in(flex: Flex, on: Ground, person: Person, book: Book) -> list[Lever]:
    interface = person.interfaces[0]
    targets = [Membership(interface=interface, queue=queue, name=person.name) for queue in flex.queues or on.queues]
    fresh = (target for target in targets if not _held(book, lever_id(target), on.holder))
    return [hold(book, target, holder=on.holder, wanted=str(flex.penalty), at=on.at) for target in fresh]


def _held(book: Book, lever: str, holder: str) -> bool:
    found = book.get(Lever, lever)
    return found is not None and found.held_by(holder)


def _asked_elsewhere(on: Ground) -> set[str]:
    """Return who was asked by another run, or stands in for one."""
    return {
        person
        for run in open_runs(on.book)
        for step in run.steps
        if (run.id, step.n) != (on.run.id, on.step.n) and step.state in {StepState.DOING, StepState.STANDING}
        for person, word in step.asked.items()
        if word in {ASKED, YES}
    }


def _late(flex: Flex, on: Ground, person: str) -> bool:
    since: Instant = on.step.asked_at.get(person, on.at)
    return on.at - since >= flex.answer_s


def _reachable(view: FloorView, person: Person) -> bool:
    states = [view.agents[each] for each in person.interfaces if each in view.agents]
    return not any(state.status in _BUSY for state in states) and not (
        states and all(state.phone in _DEAF for state in states)
    )


def _needed_at_home(view: FloorView, person: Person, wanted: Iterable[str]) -> bool:
    """Return whether the agent works in another group that is below its ratio."""
    signed_in = any(view.agents[each].queues for each in person.interfaces if each in view.agents)
    group = next((each for each in view.policy.groups if each.id == person.primary_group), None)
    if not signed_in or group is None or group.id in wanted:
        return False
    figures = view.figures.groups.get(group.id)
    ratio = None if figures is None else figures.seats.on_line_ratio.value
    least = group.targets.on_line_ratio.alarm
    return ratio is not None and least is not None and ratio < least


def _contacts(view: FloorView, person: Person) -> int:
    return sum(view.agents[each].answered for each in person.interfaces if each in view.agents)


def _told(on: Ground, person: str, name: str, flex: Flex | None = None) -> Message:
    known = on.view.people.get(person)
    interface = known.interfaces[0] if known and known.interfaces else ""
    fields = {
        "Agent": known.extensions[0] if known and known.extensions else "",
        "Interface": interface,
        "RequestId": request_of(on.run.id, on.step.n, person),
        "Plan": one_line(on.run.body.name),
    }
    if flex is not None:
        fields |= {"Queue": ",".join(flex.queues or on.queues), "AnswerWithin": str(round(flex.answer_s))}
    return Message(id=f"{on.holder}/{person}/{name}/{on.at:.0f}", to=interface, name=name, fields=fields, due=on.at)


def _name(view: FloorView, person: str) -> str:
    known = view.people.get(person)
    return "" if known is None else known.name


def request_of(run: str, n: int, person: str) -> str:
    """Return the id under which a flex agent is asked; the answer carries it back."""
    return f"{run}#{n}#{person}"


def flex_answers(book: Book, view: FloorView, event: Told) -> tuple[AnswerFlex, ...]:
    """Return what a flex agent's answer by code commands.

    A bot's answer carries the id of the question; a phone's cannot, and answers the last one that agent was asked. A
    run that is over hears it, too: a yes that comes too late is answered.
    """
    said, fields = event.fields.get("Answer", "").strip().casefold(), event.fields
    if said not in {YES, NO}:
        return ()
    asked = [(run, step, person) for run in book.every(PlanRun).values() for step in run.steps for person in step.asked]
    request = fields.get("RequestId", "")
    if request:
        meant = [each for each in asked if request == request_of(each[0].id, each[1].n, each[2])]
    else:
        who = _who(view, fields)
        mine = [each for each in asked if each[2] == who and each[1].asked[who] in {ASKED, SILENT}]
        meant = sorted(mine, key=lambda each: each[1].asked_at.get(who, 0.0))[-1:]
    return tuple(
        AnswerFlex(
            id=f"flex/{run.id}/{step.n}/{person}/{run.version}/{said}",
            by=Actor(id=person, name=_name(view, person), role=Role.AGENT),
            run=run.id,
            n=step.n,
            person=person,
            yes=said == YES,
        )
        for run, step, person in meant
    )


def _who(view: FloorView, fields: Mapping[str, str]) -> str:
    """Return the person an event names by Interface or Agent, "" for nobody known."""
    interface, agent = fields.get("Interface", ""), fields.get("Agent", "")
    owner = view.person_of.get(interface)
    return owner or next(
        (
            person.id
            for person in view.people.values()
            if interface in person.interfaces or (agent and agent in person.extensions)
        ),
        "",
    )
