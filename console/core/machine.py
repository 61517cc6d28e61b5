"""Tables of moves: a workflow is its table; a pair that is not in it is not allowed, and says so."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from console.core.errors import NotAllowed
from console.core.kept import Command
from console.core.state_words import word_of
from console.core.words import say

S = TypeVar("S", bound=StrEnum)


class Machine(Generic[S]):
    """The moves of one workflow: (state, command) -> state; `None` stands for not yet begun."""

    def __init__(self, name: str, states: type[S], moves: Mapping[tuple[S | None, type[Command]], S]) -> None:
        self.name = name
        self.states: tuple[S, ...] = tuple(states)
        self.moves = dict(moves)
        self.commands = tuple(dict.fromkeys(command for _, command in moves))

    def move(self, state: S | None, command: type[Command]) -> S:
        """Return the state after `command`; raise NotAllowed where the table has no such pair."""
        try:
            return self.moves[state, command]
        except KeyError:
            raise NotAllowed(
                say(
                    "Not possible any more: the {workflow} is now: {state}.",
                    workflow=word_of(self.name),
                    state=word_of("not begun" if state is None else state.value),
                )
            ) from None

    def rows(self) -> list[tuple[str, str, str]]:
        """Return the table as (state, command, next state), for ARCHITECTURE.md and its test."""
        return [
            ("—" if state is None else state.value, command.__name__, after.value)
            for (state, command), after in self.moves.items()
        ]
