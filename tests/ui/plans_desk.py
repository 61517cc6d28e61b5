"""A window in front of the plans' own desk: floor, book and steward told by hand, answers really decided."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.app.answers import commands_of
from console.core.errors import NotAllowed
from console.core.kept import Command
from console.core.words import Said, say
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import Plan, PlanRun, StartPlan, WithdrawPlan
from console.core.work.plan_rehearsal import RehearsedStep, rehearse
from console.ui.pages.plans import PlansPage
from console.ui.shell import NoDoors
from tests.core.floor_of_ten import NOON
from tests.core.plan_desk import LI, ZHOU, PlanDesk
from tests.ui.conftest import Desk, settle


class PlanningDoors(NoDoors):
    """Doors behind which every answer is decided at once."""

    def __init__(self, played: "PlayedPlans") -> None:
        self._played = played
        self.acted: list[tuple[str, str, str]] = []
        self.files: dict[Path, str] = {}

    def act(self, card: str, action: str, why: str = "", otherwise: Callable[[Said], None] | None = None) -> None:
        played = self._played
        self.acted.append((card, action, why))
        shell = played.desk.shell
        try:
            told = commands_of(card, action, why, book=shell.book, policy=shell.live.policy, by=LI, at=played.plans.at)
            for command in told:
                played.plans.told(command)
        except NotAllowed as refusal:
            (otherwise or shell.tell)(refusal.said)
        played.show()

    def start_plan(
        self, plan: str, subject: str, then: Callable[[Said | None], None], *, anyway: bool = False, why: str = ""
    ) -> None:
        name = f"{plan}/{self._played.plans.id()}"
        self._decide(StartPlan(id=name, by=LI, run=name, plan=plan, subject=subject, anyway=anyway, why=why), then)

    def withdraw_plan(self, plan: str, read_version: int, then: Callable[[Said | None], None]) -> None:
        self._decide(WithdrawPlan(id=self._played.plans.id(), by=ZHOU, plan=plan, read_version=read_version), then)

    def _decide(self, command: Command, then: Callable[[Said | None], None]) -> None:
        try:
            self._played.plans.told(command)
        except NotAllowed as refusal:
            then(refusal.said)
            return
        self._played.show()
        then(None)

    def rehearse(self, plan: Plan, subject: str, then: Callable[[tuple[RehearsedStep, ...] | Said], None]) -> None:
        plans = self._played.plans
        then(rehearse(plans.book, plans.view, plan, subject, plans.at, lambda _key: None))

    def past_runs(self, then: Callable[[tuple[PlanRun, ...]], None]) -> None:
        runs = self._played.plans.book.every(PlanRun).values()
        then(tuple(run for run in runs if run.ended_at is not None))

    def read_plan_text(self, path: Path, then: Callable[[str | Said], None]) -> None:
        then(self.files.get(path) or say("{path} cannot be read.", path=str(path)))

    def write_plan_text(self, path: Path, text: str, then: Callable[[Said | None], None]) -> None:
        self.files[path] = text
        then(None)


class Behind(QWidget):
    """What stands behind the page: an editor or a report that only remembers what it was opened with."""

    kept = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[object] = []

    def open_plan(self, plan: Plan | None) -> None:
        self.opened.append(plan)

    def open_run(self, run: str) -> None:
        self.opened.append(run)


class PlayedPlans:
    """A desk's window before the floor of ten, its plans and their steward."""

    def __init__(self, desk: Desk, *, waiting: int = 0) -> None:
        self.desk = desk
        self.plans = PlanDesk(waiting=waiting)
        self.doors = PlanningDoors(self)
        desk.shell.doors = self.doors
        desk.clock.at = NOON
        self.said: list[str] = []
        desk.shell.told.connect(lambda said, _tone: self.said.append(said.english()))
        self.editor, self.report = Behind(), Behind()
        self.show()

    def keep(self, body: PlanBody, name: str = "peak") -> None:
        self.plans.keep(body, name)
        self.show()

    def ticks(self, count: int) -> None:
        self.plans.ticks(count)
        self.show()

    def show(self) -> None:
        """Let the screen see floor and book as they now stand."""
        self.desk.clock.at = self.plans.at
        self.desk.publish(self.plans.view)
        self.desk.shell.take_book(self.plans.book)
        settle()

    def open_page(self) -> PlansPage:
        self.desk.window.open_page("plans")
        settle()
        page = self.desk.window.page
        assert isinstance(page, PlansPage)
        page._make = {"editor": lambda _shell: self.editor, "report": lambda _shell: self.report}
        return page
