"""The shape of a workflow: its table of moves, its kinds of record, who may command what, and its handler."""

from collections.abc import Callable, Mapping
from typing import Any

from console.core.floor.model import Instant, Record
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Kept, Step
from console.core.machine import Machine
from console.core.roles import Role

Handler = Callable[[Book, FloorView, Any, Instant], Step]


class Workflow(Record, frozen=True, kw_only=True):
    """One workflow: adding one is a module and a line in `WORKFLOWS`.

    `handlers` answers each command type; `rights` says which roles may give it; `kinds` are the records it keeps.
    """

    name: str
    machine: Machine[Any]
    kinds: tuple[type[Kept], ...]
    handlers: Mapping[type[Command], Handler]
    rights: Mapping[type[Command], frozenset[Role]]
