"""What the steps of a break share: its journal line, its message, its levers, the group's seats."""

from typing import Any

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.people import Person
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Entry, Message, Step
from console.core.levers import SeatPaused, hold, release
from console.core.rules.break_policy import BreakKind
from console.core.words import Said, say
from console.core.work.break_cases import (
    rules_of,
    states_of,
)
from console.core.work.break_records import (
    MACHINE,
    Break,
    BreakCommand,
)
from console.core.work.break_serving import deciding_groups, second_groups


def seats_of_group(group: str) -> str:
    """Return the aggregate of a group's seats: judged and touched by grants, so no seat is promised twice."""
    return f"seats:{group}"


def seats_judged(book: Book, view: FloorView, asked: Break) -> dict[str, int]:
    """Return the seats a judgement rests on, with the versions read: those of every group the break has to pass in."""
    names = [seats_of_group(group) for group in deciding_groups(book, view, asked)]
    return {name: book.versions.get(name, 0) for name in names}


def seats_taken(view: FloorView, asked: Break) -> tuple[str, ...]:
    """Return the seats that are one fewer when somebody may go: those of every group they serve."""
    return tuple(seats_of_group(group) for group in (asked.group, *second_groups(view, asked)))


def break_of(book: Book, command: BreakCommand) -> Break:
    """Return the break a command is about; raise NotAllowed where it is not open."""
    found = book.get(Break, command.break_id)
    if found is None:
        raise NotAllowed(say("This break is no longer open."))
    return found


def kind_of(book: Book, asked: Break) -> BreakKind:
    """Return the kind of a break by its group's rules in force."""
    rules = rules_of(book).of(asked.group)
    return rules.kind(asked.kind) or rules.asked("", asked.reason)


def entry_of(asked: Break, what: str, said: Said, **data: str | int | float | bool | None) -> Entry:  # noqa: PYI041  JSON
    """Return a journal line about a break."""
    facts = {"person": asked.person, "name": asked.name, "group": asked.group, "kind": asked.kind, **data}
    return Entry(what=f"break.{what}", subject=f"breaks:{asked.id}", said=said, data=facts)


def told_to(asked: Break, command: Command, name: str, view: FloorView, at: Instant, **fields: str) -> Message:
    """Return a message to the agent, for the dialplan or a bot to read."""
    person = view.people.get(asked.person)
    extension = person.extensions[0] if person and person.extensions else ""
    return Message(
        id=f"{command.id}/{name}",
        to=asked.interface,
        name=name,
        fields={
            "Agent": extension,
            "Interface": asked.interface,
            "RequestId": asked.request,
            "Kind": asked.kind,
            **fields,
        },
        due=at,
    )


def moved_on(asked: Break, command: BreakCommand, **changes: Any) -> Break:  # noqa: ANN401  the fields of Break
    """Return the break in the state its table says, with changes."""
    return replace(asked, state=MACHINE.move(asked.state, type(command)), **changes)


def pauses(book: Book, view: FloorView, asked: Break, kind: BreakKind, at: Instant, *, regular: bool) -> Step:
    """Return the levers that pause every seat of the person, in every queue they are signed into now."""
    person = view.people.get(asked.person)
    interfaces = person.interfaces if person else (asked.interface,)
    levers = []
    for queue, interface in sorted(view.members):
        if interface in interfaces:
            target = SeatPaused(interface=interface, queue=queue)
            # An unasked pause is the break itself: what was found before it is a seat on line.
            known: dict[str, Any] = {"found": None} if regular else {}
            levers.append(hold(book, target, holder=asked.holder, wanted=kind.pause_reason, at=at, **known))
    return Step(puts=tuple(levers))


def group_of(view: FloorView, person: Person) -> str:
    """Return the group a person's break is judged in: the primary one, else that of the first queue."""
    if person.primary_group:
        return person.primary_group
    queues = [queue for state in states_of(view, person) for queue in state.queues]
    for group in view.policy.groups:
        if any(queue in group.queues for queue in queues):
            return group.id
    return f"queue:{queues[0]}" if queues else ""


def let_go(book: Book, ended: Break, at: Instant, entry: Entry) -> Step:
    """Return the step that ends a break or takes a grant back: its levers released, the group's seats touched."""
    seats = seats_of_group(ended.group)
    return Step(puts=(ended, *release(book, ended.holder, at=at)), entries=(entry,), touched=(seats,))
