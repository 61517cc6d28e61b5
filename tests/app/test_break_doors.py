"""The doors of the breaks page: each call is one command of the person at this desk."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from console.app.break_doors import BreakAnswers
from console.core.errors import BadInput
from console.core.floor.figures import CurvePoint, group_subject
from console.core.kept import Book, Command
from console.core.roles import Actor
from console.core.rules.break_policy import BreakPolicy, BreakRules
from console.core.sheets import Sheet
from console.core.words import Said, say
from console.core.work.break_records import AskBreak, GrantBreak
from console.core.work.lending import EndLoan, LendSeat
from console.core.work.meal_records import MoveToRound, ProposeMeals, PublishMeals, WithdrawMeals
from console.core.work.policies import BREAKS, EditPolicy
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.core.test_break_forecast import busy

LI = Actor(id="li", name="李班长")


class Doors(BreakAnswers):
    """The doors over a floor that only listens."""

    def __init__(self, *, opened: bool = True) -> None:
        self.commands: list[Command] = []
        self.kept: dict[str, list[CurvePoint]] | None = {}
        self.said: list[Said] = []
        clock = SimpleNamespace(now=lambda: NOON)
        view = floor(10)
        known = SimpleNamespace(
            book=Book(),
            view=view,
            policy=view.policy,
            source=SimpleNamespace(clock=clock),
            forecaster=SimpleNamespace(told={}),
            curves=self.curves,
        )
        self.floor = known if opened else None  # type: ignore[assignment]  # as much of a floor as the doors look at
        self._tell = self.said.append

    def curves(self, begin: float, end: float) -> dict[str, list[CurvePoint]]:
        if self.kept is None:
            raise BadInput(say("{file} cannot be read.", file="history.db"))
        return {name: [point for point in points if begin <= point.at < end] for name, points in self.kept.items()}

    def operator(self) -> Actor:
        return LI

    def submit(self, command: Command) -> None:
        self.commands.append(command)

    def _decided(self, command: Command, then: Callable[[Said | None], None]) -> None:
        self.submit(command)
        then(None)

    def later(
        self,
        job: Callable[[], object],
        then: Callable[[object], None],
        otherwise: Callable[[Said], None] | None = None,
    ) -> None:
        try:
            result = job()
        except BadInput as error:
            assert otherwise is not None, "a job that fails tells its caller"
            otherwise(error.said)
        else:
            then(result)


def test_each_call_is_one_command_of_the_person() -> None:
    doors = Doors()
    doors.act("break:b", "grant")
    doors.ask_break("p7", "meal", 20)
    doors.keep_breaks(BreakPolicy(everywhere=BreakRules(undo_s=30.0)), 3)
    doors.propose_meals(GROUP, 1)
    doors.move_to_round("m", "p1", 2, swap_with="p2", why="car")
    doors.publish_meals("m")
    doors.withdraw_meals("m")
    doors.lend_seat(seat(1), "web", NOON + 3600, from_queue=GROUP, penalty=2, over_others=True)
    doors.end_loan("l")
    kinds = (
        GrantBreak,
        AskBreak,
        EditPolicy,
        ProposeMeals,
        MoveToRound,
        PublishMeals,
        WithdrawMeals,
        LendSeat,
        EndLoan,
    )
    assert tuple(type(command) for command in doors.commands) == kinds
    assert {command.by for command in doors.commands} == {LI}
    assert len({command.id for command in doors.commands}) == len(kinds)
    asked, edited, proposed = doors.commands[1], doors.commands[2], doors.commands[3]
    assert isinstance(asked, AskBreak)
    assert (asked.agent, asked.interface, asked.kind, asked.minutes) == ("p7", seat(7), "meal", 20)
    assert isinstance(edited, EditPolicy)
    assert (edited.name, edited.read_version, edited.body["everywhere"]["undo_s"]) == (BREAKS, 3, 30.0)
    assert isinstance(proposed, ProposeMeals)
    assert (proposed.group, proposed.kind, proposed.window) == (GROUP, "meal", 1)


def test_rounds_are_held_against_the_same_hour_of_a_day_that_is_kept() -> None:
    doors = Doors()
    assert doors.floor is not None
    doors.floor.view = busy(doors.floor.view)
    doors.kept = {
        group_subject(GROUP): [
            CurvePoint(at=NOON - 86400 + minute * 60, waiting=1, entered=2) for minute in range(8 * 60)
        ]
    }
    doors.propose_meals(GROUP, 1)
    doors.kept = None
    doors.propose_meals(GROUP, 1)
    told, blind = doors.commands
    assert isinstance(told, ProposeMeals)
    assert [(need.begin, need.basis) for need in told.needs] == [
        (NOON + 5 * 3600 + number * 1800, "yesterday") for number in range(4)
    ]
    assert isinstance(blind, ProposeMeals)
    assert blind.needs == (), "a history that cannot be read keeps nobody from proposing"


def test_proposing_again_is_about_the_same_plan() -> None:
    doors = Doors()
    doors.propose_meals(GROUP, 0, "m")
    (told,) = doors.commands
    assert isinstance(told, ProposeMeals)
    assert told.plan == "m"


def test_a_slip_of_the_keys_is_one_line_and_commands_nothing() -> None:
    doors = Doors()
    doors.act("break:b", "owe_at", "soonish")
    assert doors.commands == []
    assert "soonish" in doors.said[0].english()


def test_without_a_floor_nothing_is_asked() -> None:
    doors = Doors(opened=False)
    doors.act("break:b", "grant")
    doors.ask_break("p1", "toilet", 0)
    doors.propose_meals(GROUP, 0)
    assert doors.commands == []


def test_a_table_is_written_in_a_worker_and_trouble_told(tmp_path: Path) -> None:
    doors = Doors()
    table = Sheet(name="x", heads=("a",), rows=[("1",)])
    told: list[Said | None] = []
    doors.export(tmp_path / "a.csv", table, told.append)
    doors.export(tmp_path / "none" / "a.csv", table, told.append)
    assert told[0] is None
    assert (tmp_path / "a.csv").exists()
    assert told[1] is not None
    assert str(tmp_path) in told[1].english()
