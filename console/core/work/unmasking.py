"""Customer numbers are masked; whoever looks at one is written down with the reason, the number itself is not.

| state | command | becomes |
|---|---|---|
| — | UnmaskNumber | shown |
"""

from enum import StrEnum

from console.core.errors import NotAllowed
from console.core.floor.model import Instant, QueueName, Uid
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Entry, Step
from console.core.machine import Machine
from console.core.roles import FLOOR_ROLES
from console.core.words import say
from console.core.workflow import Workflow


class UnmaskState(StrEnum):
    """A number is shown once; nothing is kept of it but the journal's line."""

    SHOWN = "shown"


class UnmaskNumber(Command, frozen=True, kw_only=True):
    """Show the number of a contact that waits or is being talked to; `why` is the reason."""

    queue: QueueName
    uid: Uid


MACHINE: Machine[UnmaskState] = Machine("unmasking", UnmaskState, {(None, UnmaskNumber): UnmaskState.SHOWN})


def number_of(view: FloorView, queue: QueueName, uid: Uid) -> str | None:
    """Return the number of a contact on the floor now, None where it is there no more."""
    caller = view.callers.get((queue, uid))
    if caller is not None:
        return caller.number
    talks = (agent.talk for agent in view.agents.values() if agent.talk is not None)
    return next((talk.number for talk in talks if (talk.queue, talk.uid) == (queue, uid)), None)


def _unmask(_book: Book, view: FloorView, command: UnmaskNumber, _at: Instant) -> Step:
    MACHINE.move(None, UnmaskNumber)
    if not command.why.strip():
        raise NotAllowed(say("Say why the number is needed: the reason is journalled."))
    if number_of(view, command.queue, command.uid) is None:
        raise NotAllowed(say("This contact is no longer on the floor."))
    entry = Entry(
        what="number.unmasked",
        subject=f"contacts:{command.queue}/{command.uid}",
        said=say("{name} looked at the number of a customer in {queue}", name=command.by.name, queue=command.queue),
    )
    return Step(entries=(entry,))


WORKFLOW = Workflow(
    name="unmasking",
    machine=MACHINE,
    kinds=(),
    handlers={UnmaskNumber: _unmask},
    rights={UnmaskNumber: FLOOR_ROLES},
)
