"""What the plans page asks of the composition root; each call returns at once, `then` runs in the screen's thread.

Answers about one run go through `Doors.act("plan:<run id>", action, why)`, from its card and from the page alike:
`start`, `start_anyway`, `put_off` (why: a time of day or minutes, empty for ten minutes), `drop`, `yes` and `no` to
what it asks, `retry:<n>`, `stop`, `continue`, `stand_down`, `keep_on`, `confirm_cause`, `release:<n>`,
`flex_yes:<n>:<person>`, `flex_no:<n>:<person>`. A flex agent's own card, `plan_flex:<run id>|<n>|<person>`, is
answered with the last two.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from console.core.words import Said

if TYPE_CHECKING:
    from console.core.work.plan_body import PlanBody
    from console.core.work.plan_records import Plan, PlanRun
    from console.core.work.plan_rehearsal import RehearsedStep
    from console.core.work.plan_report import PlanReport


class PlanDoors(Protocol):
    """Plans kept, begun, rehearsed and told of."""

    def keep_plan(self, plan: str, body: "PlanBody", read_version: int, then: Callable[[Said | None], None]) -> None:
        """Put a plan, or a new text of it, in force; `then` gets why not, or None."""
        ...

    def withdraw_plan(self, plan: str, read_version: int, then: Callable[[Said | None], None]) -> None:
        """Take a plan out of force."""
        ...

    def start_plan(
        self, plan: str, subject: str, then: Callable[[Said | None], None], *, anyway: bool = False, why: str = ""
    ) -> None:
        """Begin a plan by hand; `anyway`: though somebody else holds a lever of it."""
        ...

    def rehearse(self, plan: "Plan", subject: str, then: "Callable[[tuple[RehearsedStep, ...] | Said], None]") -> None:
        """Find out what a plan, kept or still a draft, would set for a subject at this moment, setting nothing."""
        ...

    def past_runs(self, then: "Callable[[tuple[PlanRun, ...]], None]") -> None:
        """Give every run that has ended, newest first."""
        ...

    def report(self, run: str, then: "Callable[[PlanReport | Said], None]") -> None:
        """Give the report of a run, under way or ended."""
        ...

    def write_report(self, path: Path, report: "PlanReport", then: Callable[[Said | None], None]) -> None:
        """Write a report to a printable .html, or a .json; `then` gets why not, or None."""
        ...

    def read_plan_text(self, path: Path, then: Callable[[str | Said], None]) -> None:
        """Give the text of a plan's file."""
        ...

    def write_plan_text(self, path: Path, text: str, then: Callable[[Said | None], None]) -> None:
        """Write a plan's text to a file; `then` gets why not, or None."""
        ...


class NoPlanDoors:
    """Doors that lead nowhere: pictures and tests."""

    def keep_plan(self, plan: str, body: "PlanBody", read_version: int, then: Callable[[Said | None], None]) -> None:
        """Do nothing."""

    def withdraw_plan(self, plan: str, read_version: int, then: Callable[[Said | None], None]) -> None:
        """Do nothing."""

    def start_plan(
        self, plan: str, subject: str, then: Callable[[Said | None], None], *, anyway: bool = False, why: str = ""
    ) -> None:
        """Do nothing."""

    def rehearse(self, plan: "Plan", subject: str, then: "Callable[[tuple[RehearsedStep, ...] | Said], None]") -> None:
        """Do nothing."""

    def past_runs(self, then: "Callable[[tuple[PlanRun, ...]], None]") -> None:
        """Say that there is none."""
        then(())

    def report(self, run: str, then: "Callable[[PlanReport | Said], None]") -> None:
        """Do nothing."""

    def write_report(self, path: Path, report: "PlanReport", then: Callable[[Said | None], None]) -> None:
        """Do nothing."""

    def read_plan_text(self, path: Path, then: Callable[[str | Said], None]) -> None:
        """Do nothing."""

    def write_plan_text(self, path: Path, text: str, then: Callable[[Said | None], None]) -> None:
        """Do nothing."""
