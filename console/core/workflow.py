"""The shape of a workflow: its table of moves, its kinds of record, who may command what, and its handler."""

from collections.abc import Callable, Mapping
from typing import Any

from console.core.floor.model import Instant, Record
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Kept, Step
from console.core.machine import Machine
from console.core.roles import Role

Handler = Callable[[Book, FloorView, Any, Instant], Step]
Due = Callable[[Book, FloorView, Instant], tuple[Command, ...]]


def nothing_due(_book: Book, _view: FloorView, _at: Instant) -> tuple[Command, ...]:
    """Return no command: a workflow without deadlines."""
    return ()


class Workflow(Record, frozen=True, kw_only=True):
    """One workflow: adding one is a module and a line in `WORKFLOWS`.

    `handlers` answers each command type; `rights` says which roles may give it; `kinds` are the records it keeps.
    `due` names the commands whose time has come; asked again before they are committed it may name them again, so their
    ids must be the same. `follows` lets a workflow answer, in the same step, a command that belongs to another one.
    """

    name: str
    machine: Machine[Any]
    kinds: tuple[type[Kept], ...]
    handlers: Mapping[type[Command], Handler]
    rights: Mapping[type[Command], frozenset[Role]]
    due: Due = nothing_due
    follows: Mapping[type[Command], Handler] = {}
