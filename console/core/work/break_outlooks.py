"""How many more may leave each group: what the forecaster found, kept as dated data for whoever judges.

| state | command | becomes |
|---|---|---|
| — | TellOutlook | told |
| told | TellOutlook | told |
"""

from collections.abc import Mapping
from enum import StrEnum

from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Kept, Step
from console.core.machine import Machine
from console.core.roles import CLOCK_ROLES
from console.core.workflow import Workflow

LIVES_S: Seconds = 180.0
"""How old an outlook may be and still be judged by; older ones leave the rules to decide alone."""


class OutlookState(StrEnum):
    """An outlook has one state."""

    TOLD = "told"


class Outlook(Kept, frozen=True, kw_only=True):
    """The newest outlook of a group (`id`): with `seats` on line, `most` more could leave, by kind of break.

    None where there is not enough data to tell. `forecast_at` is the moment of the floor it was computed from.
    """

    forecast_at: Instant
    seats: int
    most: Mapping[str, int | None] = {}


class TellOutlook(Command, frozen=True, kw_only=True):
    """The forecaster has looked at a group."""

    group: str
    forecast_at: Instant
    seats: int
    most: Mapping[str, int | None]


MACHINE = Machine(
    "outlook",
    OutlookState,
    {(None, TellOutlook): OutlookState.TOLD, (OutlookState.TOLD, TellOutlook): OutlookState.TOLD},
)


def room(book: Book, group: str, kind: str, seats: int, at: Instant) -> int | None:
    """Return how many more of `seats` on line now may leave by the forecast; None where it does not tell."""
    told = book.get(Outlook, group)
    if told is None or not 0 <= at - told.forecast_at <= LIVES_S:
        return None
    most = told.most.get(kind)
    return None if most is None else most - (told.seats - seats)


def _tell(book: Book, _view: FloorView, command: TellOutlook, _at: Instant) -> Step:
    before = book.get(Outlook, command.group)
    if before is not None and before.forecast_at >= command.forecast_at:
        return NOTHING
    MACHINE.move(None if before is None else OutlookState.TOLD, TellOutlook)
    told = Outlook(
        id=command.group,
        version=0 if before is None else before.version,
        forecast_at=command.forecast_at,
        seats=command.seats,
        most=command.most,
    )
    # No decision: nothing for the journal. Decisions that rested on it carry its figures themselves.
    return Step(puts=(told,))


WORKFLOW = Workflow(
    name="break_outlooks",
    machine=MACHINE,
    kinds=(Outlook,),
    handlers={TellOutlook: _tell},
    rights={TellOutlook: CLOCK_ROLES},
)
