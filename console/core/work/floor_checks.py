"""Floor checks 巡检: every 30 minutes a supervisor looks at the floor; done with one key, or recorded as missed.

| state | command | becomes |
|---|---|---|
| — | DueFloorCheck | due |
| due | ConfirmFloorCheck | done |
| due | MissFloorCheck | missed |
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from console.core.errors import NotAllowed
from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Entry, Kept, Step
from console.core.machine import Machine
from console.core.roles import CLOCK_ROLES, CONSOLE, FLOOR_ROLES
from console.core.words import say
from console.core.workflow import Workflow

EVERY_S: Seconds = 1800.0


class CheckState(StrEnum):
    """Where a floor check stands."""

    DUE = "due"
    DONE = "done"
    MISSED = "missed"


class FloorCheck(Kept, frozen=True, kw_only=True):
    """One floor check: due from `due_at`, missed at `until`; `looked` is what the floor looked like when confirmed."""

    state: CheckState
    due_at: Instant
    until: Instant
    done_at: Instant | None = None
    done_by: str = ""
    looked: Mapping[str, int | float | None] = {}

    @property
    def closed_at(self) -> Instant | None:
        """Return when it was done, or missed."""
        return None if self.state is CheckState.DUE else self.done_at or self.until


class DueFloorCheck(Command, frozen=True, kw_only=True):
    """The clock says a check is due; `check_id` names its half-hour, so that every desk means the same one."""

    check_id: str
    due_at: Instant
    until: Instant


class ConfirmFloorCheck(Command, frozen=True, kw_only=True):
    """A supervisor has looked."""

    check_id: str


class MissFloorCheck(Command, frozen=True, kw_only=True):
    """The clock says nobody looked in time."""

    check_id: str


MACHINE = Machine(
    "floor check",
    CheckState,
    {
        (None, DueFloorCheck): CheckState.DUE,
        (CheckState.DUE, ConfirmFloorCheck): CheckState.DONE,
        (CheckState.DUE, MissFloorCheck): CheckState.MISSED,
    },
)


def _looked(view: FloorView) -> dict[str, int | float | None]:
    """Return the figures a later reader wants to see beside the signature."""
    figures = view.figures.floor
    return {
        "waiting": figures.now.waiting,
        "mean_wait_s": figures.now.mean_wait_s,
        "longest_wait_s": figures.now.longest_wait_s,
        "service_level": figures.recent.service_level.value,
        "on_line": figures.seats.on_line,
        "on_shift": figures.seats.on_shift,
        "away": figures.seats.away,
    }


def _due(book: Book, _view: FloorView, command: DueFloorCheck, _at: Instant) -> Step:
    if book.get(FloorCheck, command.check_id):
        return NOTHING
    check = FloorCheck(
        id=command.check_id,
        state=MACHINE.move(None, DueFloorCheck),
        due_at=command.due_at,
        until=command.until,
    )
    said = say("Floor check due")
    return Step(puts=(check,), entries=(Entry(what="floor_check.due", subject=f"floor_checks:{check.id}", said=said),))


def _found(book: Book, check_id: str) -> FloorCheck:
    check = book.get(FloorCheck, check_id)
    if check is None:
        raise NotAllowed(say("This floor check is no longer open."))
    return check


def _confirm(book: Book, view: FloorView, command: ConfirmFloorCheck, at: Instant) -> Step:
    check = _found(book, command.check_id)
    looked = _looked(view)
    done = msgspec.structs.replace(
        check,
        state=MACHINE.move(check.state, ConfirmFloorCheck),
        done_at=at,
        done_by=command.by.id,
        looked=looked,
    )
    entry = Entry(
        what="floor_check.done",
        subject=f"floor_checks:{check.id}",
        said=say("Floor check done by {name}: {waiting} waiting", name=command.by.name, waiting=looked["waiting"] or 0),
        data=looked,
    )
    return Step(puts=(done,), entries=(entry,))


def _miss(book: Book, _view: FloorView, command: MissFloorCheck, _at: Instant) -> Step:
    check = _found(book, command.check_id)
    missed = msgspec.structs.replace(check, state=MACHINE.move(check.state, MissFloorCheck))
    entry = Entry(what="floor_check.missed", subject=f"floor_checks:{check.id}", said=say("Floor check missed"))
    return Step(puts=(missed,), entries=(entry,))


def _due_now(book: Book, view: FloorView, at: Instant) -> tuple[Command, ...]:
    """Return the check of the present half-hour where there is none yet and people are on shift, and those missed."""
    due: list[Command] = [
        MissFloorCheck(id=f"miss/{check.id}", by=CONSOLE, check_id=check.id)
        for check in book.every(FloorCheck).values()
        if check.state is CheckState.DUE and at >= check.until
    ]
    begin = at - at % EVERY_S
    check_id = datetime.fromtimestamp(begin, UTC).strftime("%Y%m%dT%H%MZ")
    if view.figures.floor.seats.on_shift and book.get(FloorCheck, check_id) is None:
        due.append(
            DueFloorCheck(id=f"due/{check_id}", by=CONSOLE, check_id=check_id, due_at=begin, until=begin + EVERY_S)
        )
    return tuple(due)


WORKFLOW = Workflow(
    name="floor_checks",
    machine=MACHINE,
    kinds=(FloorCheck,),
    handlers={DueFloorCheck: _due, ConfirmFloorCheck: _confirm, MissFloorCheck: _miss},
    rights={DueFloorCheck: CLOCK_ROLES, ConfirmFloorCheck: FLOOR_ROLES, MissFloorCheck: CLOCK_ROLES},
    due=_due_now,
)
