"""The one function of the slow road: a command, judged on the book and the floor, becomes a step. Pure and total."""

from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Step
from console.core.words import say
from console.core.work import WORKFLOWS

_WORKFLOW_OF = {command: workflow for workflow in WORKFLOWS for command in workflow.handlers}


def step(book: Book, view: FloorView, command: Command, at: Instant) -> Step:
    """Return what `command`, given at `at`, leads to; raise NotAllowed with a sentence a supervisor understands."""
    kind = type(command)
    workflow = _WORKFLOW_OF.get(kind)
    if workflow is None:
        raise NotAllowed(say("The console does not know the command {command}.", command=kind.__name__))
    if command.by.role not in workflow.rights[kind]:
        raise NotAllowed(
            say("{name} may not do this: {command} needs another role.", name=command.by.name, command=kind.__name__)
        )
    taken = workflow.handlers[kind](book, view, command, at)
    for follower in WORKFLOWS:
        if kind in follower.follows:
            taken += follower.follows[kind](book.as_if(taken), view, command, at)
    return taken


def due(book: Book, view: FloorView, at: Instant) -> tuple[Command, ...]:
    """Return every command whose time has come, workflow by workflow."""
    return tuple(command for workflow in WORKFLOWS for command in workflow.due(book, view, at))
