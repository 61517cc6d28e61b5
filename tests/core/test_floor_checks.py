"""Playbook of the floor check: given book and floor, told command, expect step."""

import pytest

from console.core.errors import NotAllowed
from console.core.floor.figures import Figures, FloorFigures, Now, Seats, Share
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Step
from console.core.roles import CONSOLE, Actor
from console.core.step import due, step
from console.core.work.floor_checks import (
    CheckState,
    ConfirmFloorCheck,
    DueFloorCheck,
    FloorCheck,
    MissFloorCheck,
)

LI = Actor(id="li", name="李班长")
BUSY = FloorView(
    figures=FloorFigures(
        floor=Figures(
            now=Now(waiting=12, longest_wait_s=95.0, mean_wait_s=40.0),
            seats=Seats(on_shift=20, on_line=17, away=3, on_line_ratio=Share(part=17, whole=20)),
        )
    )
)
HALF_PAST_NINE = 1_800_000_000.0 - 1_800_000_000.0 % 1800.0


def due_check() -> FloorCheck:
    return FloorCheck(id="x", state=CheckState.DUE, due_at=HALF_PAST_NINE, until=HALF_PAST_NINE + 1800, version=1)


def book(*checks: FloorCheck) -> Book:
    return Book().told(1, checks, {})


def test_the_clock_makes_one_check_a_half_hour_while_people_are_on_shift() -> None:
    (command,) = due(Book(), BUSY, HALF_PAST_NINE + 7)
    assert isinstance(command, DueFloorCheck)
    assert (command.due_at, command.until) == (HALF_PAST_NINE, HALF_PAST_NINE + 1800)
    made = step(Book(), BUSY, command, HALF_PAST_NINE + 7)
    after = Book().as_if(made)
    assert due(after, BUSY, HALF_PAST_NINE + 1000) == ()
    assert step(after, BUSY, command, HALF_PAST_NINE + 8) == NOTHING


def test_an_empty_floor_owes_no_check() -> None:
    assert due(Book(), FloorView(), HALF_PAST_NINE) == ()


def test_confirming_keeps_what_the_floor_looked_like() -> None:
    taken = step(book(due_check()), BUSY, ConfirmFloorCheck(id="c", by=LI, check_id="x"), HALF_PAST_NINE + 60)
    (done,) = taken.puts
    assert isinstance(done, FloorCheck)
    assert (done.state, done.done_by, done.done_at) == (CheckState.DONE, "li", HALF_PAST_NINE + 60)
    assert (done.looked["waiting"], done.looked["on_line"], done.looked["longest_wait_s"]) == (12, 17, 95.0)
    assert taken.entries[0].said.english() == "Floor check done by 李班长: 12 waiting"


def test_nobody_looked_in_time() -> None:
    at = HALF_PAST_NINE + 1800
    missed, fresh = due(book(due_check()), BUSY, at)
    assert isinstance(missed, MissFloorCheck)
    assert isinstance(fresh, DueFloorCheck)
    (record,) = step(book(due_check()), BUSY, missed, at).puts
    assert isinstance(record, FloorCheck)
    assert record.state is CheckState.MISSED
    assert record.closed_at == at


@pytest.mark.parametrize("state", [CheckState.DONE, CheckState.MISSED])
def test_a_check_that_is_over_is_not_confirmed_again(state: CheckState) -> None:
    over = FloorCheck(id="x", state=state, due_at=0.0, until=9.0, done_at=5.0, version=2)
    with pytest.raises(NotAllowed):
        step(book(over), BUSY, ConfirmFloorCheck(id="c", by=LI, check_id="x"), 6.0)


def test_a_check_nobody_knows_is_said_so() -> None:
    with pytest.raises(NotAllowed, match="no longer open"):
        step(Book(), BUSY, MissFloorCheck(id="c", by=CONSOLE, check_id="nope"), 6.0)


def test_an_empty_step_adds_nothing() -> None:
    assert Step() == NOTHING + NOTHING
