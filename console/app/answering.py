"""What every family of doors stands on: the floor that is open, a worker, and who decides here."""

from collections.abc import Callable

from console.app.floors import OpenFloor
from console.core.kept import Command
from console.core.roles import Actor
from console.core.words import Said


class Answering:
    """Base of the families of doors; `AppDoors` answers what they need of each other."""

    floor: OpenFloor | None
    _tell: Callable[[Said], None]

    def later(
        self,
        job: Callable[[], object],
        then: Callable[[object], None],
        otherwise: Callable[[Said], None] | None = None,
    ) -> None:
        """Run `job` in a worker, `then` with its result in the screen's thread; a failure goes to `otherwise`."""
        raise NotImplementedError

    def operator(self) -> Actor:
        """Return who decides at this desk."""
        raise NotImplementedError

    def submit(self, command: Command) -> None:
        """Have a command decided; a refusal is said in one line."""
        raise NotImplementedError

    def _decided(self, command: Command, then: Callable[[Said | None], None]) -> None:
        """Have a command decided; `then` gets why not, or None, in the screen's thread."""
        raise NotImplementedError
