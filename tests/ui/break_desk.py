"""A window whose answers are really decided: doors that step the book, without threads, a store or an ACD."""

from collections.abc import Callable
from pathlib import Path

from msgspec import to_builtins
from msgspec.structs import replace
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.answers import commands_of
from console.core.errors import NotAllowed
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Command, Step
from console.core.rules.break_policy import BreakPolicy
from console.core.sheets import Sheet
from console.core.step import step
from console.core.words import Said, say
from console.core.work.break_records import AskBreak, Break
from console.core.work.lending import EndLoan, ExtendLoan, LendSeat
from console.core.work.meal_records import MoveToRound, ProposeMeals, PublishMeals, WithdrawMeals
from console.core.work.policies import BREAKS, EditPolicy
from console.ui.pages.breaks import BreaksPage
from console.ui.shell import NoDoors
from console.views.breaks import PastBreaks
from tests.core.floor_of_ten import NOON, floor
from tests.core.test_breaks import LI, ZHAO
from tests.ui.conftest import Desk, settle


class DecidingDoors(NoDoors):
    """Doors behind which every answer is decided at once, by the same step the desk uses."""

    def __init__(self, played: "Played") -> None:
        self._played = played
        self.written: list[tuple[Path, Sheet]] = []
        self.asked_days: list[tuple[float, float]] = []
        self.past: PastBreaks | None = None
        self.answer_day: Callable[[PastBreaks | Said], None] = lambda _told: None

    def act(self, card: str, action: str, why: str = "", otherwise: Callable[[Said], None] | None = None) -> None:
        played = self._played
        shell = played.desk.shell
        try:
            told = commands_of(
                card, action, why, book=shell.book, policy=shell.live.policy, by=LI, at=played.desk.clock.at
            )
        except NotAllowed as refusal:
            (otherwise or shell.tell)(refusal.said)
            return
        for command in told:
            played.told(command)

    def ask_break(self, person: str, kind: str, minutes: int) -> None:
        name = self._played.id()
        self._played.told(AskBreak(id=name, by=LI, break_id=name, agent=person, kind=kind, minutes=minutes))

    def keep_breaks(self, policy: BreakPolicy, read_version: int) -> None:
        body = to_builtins(policy)
        self._played.told(EditPolicy(id=self._played.id(), by=ZHAO, name=BREAKS, body=body, read_version=read_version))

    def past_breaks(self, begin: float, end: float, then: Callable[[PastBreaks | Said], None]) -> None:
        self.asked_days.append((begin, end))
        self.answer_day = then
        if self.past is not None:
            then(self.past)

    def export(self, path: Path, table: Sheet, then: Callable[[Said | None], None]) -> None:
        self.written.append((path, table))
        then(None)

    def propose_meals(self, group: str, window: int, plan: str = "") -> None:
        name = plan or self._played.id()
        self._played.told(ProposeMeals(id=self._played.id(), by=LI, plan=name, group=group, kind="meal", window=window))

    def move_to_round(self, plan: str, person: str, number: int, *, swap_with: str = "", why: str = "") -> None:
        self._played.told(
            MoveToRound(
                id=self._played.id(), by=LI, plan=plan, person=person, round=number, swap_with=swap_with, why=why
            )
        )

    def publish_meals(self, plan: str) -> None:
        self._played.told(PublishMeals(id=self._played.id(), by=LI, plan=plan))

    def withdraw_meals(self, plan: str) -> None:
        self._played.told(WithdrawMeals(id=self._played.id(), by=LI, plan=plan))

    def lend_seat(
        self,
        interface: str,
        to_queue: str,
        until: float,
        *,
        from_queue: str = "",
        penalty: int = 0,
        over_others: bool = False,
    ) -> None:
        told = LendSeat(
            id=self._played.id(),
            by=LI,
            loan=self._played.id(),
            interface=interface,
            to_queue=to_queue,
            from_queue=from_queue,
            penalty=penalty,
            until=until,
            over_others=over_others,
        )
        self._played.told(told)

    def extend_loan(self, loan: str, until: float, then: Callable[[Said | None], None]) -> None:
        before = len(self._played.said)
        self._played.told(ExtendLoan(id=self._played.id(), by=LI, loan=loan, until=until))
        then(say("{line}", line=self._played.said[-1]) if len(self._played.said) > before else None)

    def end_loan(self, loan: str) -> None:
        self._played.told(EndLoan(id=self._played.id(), by=LI, loan=loan))


class Played:
    """A desk's window with the floor of ten and a book that answers."""

    def __init__(self, desk: Desk, view: FloorView | None = None) -> None:
        self.desk = desk
        self.steps: list[Step] = []
        self.said: list[str] = []
        self._count = 0
        desk.clock.at = NOON
        self.doors = DecidingDoors(self)
        desk.shell.doors = self.doors
        desk.shell.told.connect(lambda said, _tone: self.said.append(said.english()))
        desk.publish(view or floor(10))
        self.judge()

    def id(self) -> str:
        self._count += 1
        return f"c{self._count}"

    def told(self, command: Command) -> None:
        shell = self.desk.shell
        try:
            taken = step(shell.book, shell.live, command, self.desk.clock.at)
        except NotAllowed as refusal:
            shell.tell(refusal.said, Tone.WARN)
            return
        self.steps.append(taken)
        records = tuple(replace(r, version=r.version + 1) for r in (*taken.puts, *taken.messages))
        versions = {key: shell.book.versions.get(key, 0) + 1 for key in taken.touched}
        shell.take_book(shell.book.told(shell.book.seq + 1, records, versions))
        settle()

    def ask(self, number: int, kind: str = "toilet") -> str:
        name = f"b{number}"
        self.told(AskBreak(id=self.id(), by=LI, break_id=name, agent=f"p{number}", kind=kind))
        return name

    def judge(self) -> None:
        self.desk.window.work.judge()
        settle()

    def of(self, name: str) -> Break:
        found = self.desk.shell.book.get(Break, name)
        assert found is not None
        return found

    def open_page(self) -> BreaksPage:
        self.desk.window.open_page("breaks")
        settle()
        page = self.desk.window.page
        assert isinstance(page, BreaksPage)
        return page

    def later(self, seconds: float, view: FloorView | None = None) -> None:
        self.desk.clock.at += seconds
        self.desk.publish(view or floor(10, at=self.desk.clock.at))
        self.judge()


def press(key: object, modifier: object = None) -> None:
    """Press a key wherever the focus is: only what a person without a mouse can do."""
    widget = QApplication.focusWidget()
    assert widget is not None
    if modifier is None:
        QTest.keyClick(widget, key)  # type: ignore[call-overload]  # any of Qt's keys
    else:
        QTest.keyClick(widget, key, modifier)  # type: ignore[call-overload]  # any of Qt's keys
    settle()


def type_in(words: str) -> None:
    """Type words wherever the focus is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClicks(widget, words)
    settle()
