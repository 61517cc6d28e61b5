"""What a person answers on a card becomes commands; what was typed is read here, and a slip is said in one line."""

from collections.abc import Mapping
from uuid import uuid4

from msgspec.structs import replace

from console.app.plan_replies import plan_replies
from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy
from console.core.kept import Book, Command
from console.core.levers import Lever, LeverState
from console.core.roles import Actor
from console.core.rules.break_forecast import BreakForecast
from console.core.words import Said
from console.core.work.break_records import (
    Break,
    CallBack,
    GrantBreak,
    MakeRegular,
    OweBreak,
    RefuseBreak,
    ReturnBreak,
    UndoGrant,
)
from console.core.work.floor_checks import ConfirmFloorCheck
from console.core.work.levers import LeaveLever, SetLeverAgain
from console.views.book_cards import lever_subject
from console.views.plan_cards import PLAN, PLAN_FLEX
from console.views.typed_time import read_moment

FIRST_SLOT: Instant = 0.0
"""As the slot of an OweBreak: the first one that rules and forecast allow."""


def commands_of(
    card: str,
    action: str,
    why: str,
    *,
    book: Book,
    policy: FloorPolicy,
    by: Actor,
    at: Instant,
    forecasts: Mapping[str, BreakForecast] | None = None,
) -> tuple[Command, ...]:
    """Return what an answer to a card commands; raises NotAllowed for what cannot be read, () for what nobody knows.

    A grant carries the forecast, of `forecasts` by break, that whoever decides had before them.
    """
    kind, _, subject = card.partition(":")
    if kind == "floor_check" and action == "confirm":
        return (ConfirmFloorCheck(id=uuid4().hex, by=by, check_id=subject),)
    if kind == "lever":
        return _of_levers(subject, action, book, by)
    if kind in {PLAN, PLAN_FLEX}:
        return plan_replies(card, action, why, policy=policy, by=by, at=at)
    if kind == "break":
        commands = _of_break(subject, action, why, book=book, policy=policy, by=by, at=at)
        seen = (forecasts or {}).get(subject)
        return commands if seen is None else tuple(_with_forecast(command, seen) for command in commands)
    return ()


def _with_forecast(command: Command, seen: BreakForecast) -> Command:
    return replace(command, figures=seen.figures()) if isinstance(command, GrantBreak) else command


def _of_break(  # noqa: PLR0911  a table
    subject: str, action: str, why: str, *, book: Book, policy: FloorPolicy, by: Actor, at: Instant
) -> tuple[Command, ...]:
    identity = uuid4().hex
    match action:
        case "grant":
            return (GrantBreak(id=identity, by=by, break_id=subject),)
        case "exception":
            return (GrantBreak(id=identity, by=by, break_id=subject, exception=True, why=why),)
        case "owe":
            return (OweBreak(id=identity, by=by, break_id=subject, slot=FIRST_SLOT),)
        case "owe_at":
            return (OweBreak(id=identity, by=by, break_id=subject, slot=read_slot(why, policy, at)),)
        case "refuse":
            return (RefuseBreak(id=identity, by=by, break_id=subject, why=why),)
        case "call_back":
            return (CallBack(id=identity, by=by, break_id=subject),)
        case "seen":
            return (ReturnBreak(id=identity, by=by, break_id=subject, how="seen"),)
        case "undo":
            return (UndoGrant(id=identity, by=by, break_id=subject),)
        case "regular":
            known = book.get(Break, subject)
            kind = known.kind if known is not None else ""
            return (MakeRegular(id=identity, by=by, break_id=subject, kind=kind, why=why),)
        case _:
            return ()


def _of_levers(subject: str, action: str, book: Book, by: Actor) -> tuple[Command, ...]:
    state, _, whose = subject.partition(":")
    made = {"again": SetLeverAgain, "leave": LeaveLever}.get(action)
    if made is None or state not in set(LeverState):
        return ()
    return tuple(
        made(id=uuid4().hex, by=by, lever=lever.id)
        for lever in book.every(Lever).values()
        if lever.state.value == state and lever_subject(lever) == whose
    )


def read_slot(text: str, policy: FloorPolicy, at: Instant) -> Instant:
    """Return the moment somebody typed; raises NotAllowed for what is none."""
    told = read_moment(text, policy, at)
    if isinstance(told, Said):
        raise NotAllowed(told)
    return told
