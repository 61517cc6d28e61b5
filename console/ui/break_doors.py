"""What the breaks page and its settings ask of the composition root; each call returns at once."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from console.core.floor.model import Instant, Interface, QueueName
from console.core.rules.break_policy import BreakPolicy, Minutes
from console.core.sheets import Sheet
from console.core.words import Said

if TYPE_CHECKING:
    from console.views.breaks import PastBreaks


class BreakDoors(Protocol):
    """Asking for somebody, the rules, files; answers to cards go through `act`."""

    def ask_break(self, person: str, kind: str, minutes: Minutes) -> None:
        """Ask for a break on somebody's behalf; `minutes` 0 is the kind's usual length."""
        ...

    def keep_breaks(self, policy: BreakPolicy, read_version: int) -> None:
        """Put changed rules in force; `read_version` is the document the editor had before them."""
        ...

    def export(self, path: Path, table: Sheet, then: Callable[[Said | None], None]) -> None:
        """Write a table to a CSV or XLSX file; `then` gets why not, or None."""
        ...

    def past_breaks(self, begin: Instant, end: Instant, then: "Callable[[PastBreaks | Said], None]") -> None:
        """Read the breaks of a day gone by, [begin, end), in a worker; `then` gets them, or why not."""
        ...

    def propose_meals(self, group: str, window: int, plan: str = "") -> None:
        """Have meal rounds proposed for a group's window; `plan` is the one this replaces, empty for a new one."""
        ...

    def move_to_round(self, plan: str, person: str, number: int, *, swap_with: str = "", why: str = "") -> None:
        """Put somebody into another round, in exchange for somebody, or with a reason where it is full."""
        ...

    def publish_meals(self, plan: str) -> None:
        """Tell everybody their round."""
        ...

    def withdraw_meals(self, plan: str) -> None:
        """Take a plan of rounds back."""
        ...

    def lend_seat(
        self,
        interface: Interface,
        to_queue: QueueName,
        until: Instant,
        *,
        from_queue: QueueName = "",
        penalty: int = 0,
        over_others: bool = False,
    ) -> None:
        """Lend a seat to another queue; `over_others` where another holder was said before."""
        ...

    def extend_loan(self, loan: str, until: Instant, then: Callable[[Said | None], None]) -> None:
        """Lend a seat longer, or shorter; `then` gets why not, or None."""
        ...

    def end_loan(self, loan: str) -> None:
        """Take a lent seat back."""
        ...


class NoBreakDoors:
    """Doors that lead nowhere: pictures and tests."""

    def ask_break(self, person: str, kind: str, minutes: Minutes) -> None:
        """Do nothing."""

    def keep_breaks(self, policy: BreakPolicy, read_version: int) -> None:
        """Do nothing."""

    def export(self, path: Path, table: Sheet, then: Callable[[Said | None], None]) -> None:  # noqa: ARG002  the protocol's names
        """Say that it was written."""
        then(None)

    def past_breaks(self, begin: Instant, end: Instant, then: "Callable[[PastBreaks | Said], None]") -> None:  # noqa: ARG002  the protocol's names
        """Say that nothing is kept."""
        from console.views.breaks import PastBreaks  # noqa: PLC0415  not before the first paint

        then(PastBreaks())

    def propose_meals(self, group: str, window: int, plan: str = "") -> None:
        """Do nothing."""

    def move_to_round(self, plan: str, person: str, number: int, *, swap_with: str = "", why: str = "") -> None:
        """Do nothing."""

    def publish_meals(self, plan: str) -> None:
        """Do nothing."""

    def withdraw_meals(self, plan: str) -> None:
        """Do nothing."""

    def lend_seat(
        self,
        interface: Interface,
        to_queue: QueueName,
        until: Instant,
        *,
        from_queue: QueueName = "",
        penalty: int = 0,
        over_others: bool = False,
    ) -> None:
        """Do nothing."""

    def extend_loan(self, loan: str, until: Instant, then: Callable[[Said | None], None]) -> None:
        """Do nothing."""

    def end_loan(self, loan: str) -> None:
        """Do nothing."""
