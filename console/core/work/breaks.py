"""Breaks 离席: asked, judged, granted, watched, returned.

| state | command | becomes |
|---|---|---|
| — | AskBreak | asked |
| — | NoticeUnasked | unasked |
| asked, owed | GrantBreak | granted |
| asked, owed | OweBreak | owed |
| owed | OfferBreak | asked |
| asked, owed | RefuseBreak | refused |
| asked, owed, granted | WithdrawBreak | withdrawn |
| granted | DepartBreak | away |
| granted | LapseBreak | lapsed |
| granted | UndoGrant | asked |
| away | UndoGrant, CallBack | called_back |
| away | OverrunBreak | overrun |
| overrun | LateBreak | late |
| overrun, late | CallBack | called_back |
| granted, away, overrun, late, called_back, unasked | ReturnBreak | returned |
| unasked | CallBack | unasked |
| unasked | MakeRegular | away |
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Step
from console.core.roles import ASKING_ROLES, CLOCK_ROLES, CONSOLE, FLOOR_ROLES, Role
from console.core.words import say
from console.core.work import break_watch as watch
from console.core.work.break_cases import (
    figures_of,
    person_named,
    rules_of,
    usual_minutes,
    verdict_on,
)
from console.core.work.break_records import (
    MACHINE,
    AskBreak,
    Break,
    BreakState,
    CallBack,
    DepartBreak,
    GrantBreak,
    LapseBreak,
    LateBreak,
    MakeRegular,
    NoticeUnasked,
    OfferBreak,
    OverrunBreak,
    OweBreak,
    RefuseBreak,
    ReturnBreak,
    UndoGrant,
    WithdrawBreak,
)
from console.core.work.break_steps import (
    break_of,
    entry_of,
    group_of,
    kind_of,
    let_go,
    moved_on,
    pauses,
    seats_of_group,
    told_to,
)
from console.core.work.levers import LeverMoved, LeverRefused
from console.core.workflow import Workflow

_S = BreakState


# ---- asking ----------------------------------------------------------------------------------------------------------


def _ask(book: Book, view: FloorView, command: AskBreak, at: Instant) -> Step:
    person = person_named(view, command.interface, command.agent)
    if person is None:
        who = command.agent or command.interface
        raise NotAllowed(say("Nobody on this floor is known as {who}; add them under people.", who=who))
    open_already = [each for each in book.every(Break).values() if each.person == person.id and each.closed_at is None]
    if book.get(Break, command.break_id) is not None or any(each.state is not _S.UNASKED for each in open_already):
        return NOTHING
    group = group_of(view, person)
    rules = rules_of(book).of(group)
    kind = rules.kind(command.kind) or rules.asked(command.code, command.reason)
    asked = Break(
        id=command.break_id,
        state=MACHINE.move(None, AskBreak),
        person=person.id,
        name=person.name,
        interface=command.interface or (person.interfaces[0] if person.interfaces else ""),
        group=group,
        kind=kind.id,
        minutes=usual_minutes(kind, command.minutes),
        asked_at=at,
        asked_by=command.by.id,
        request=command.request,
        reason=command.reason,
    )
    said = say("{name} asks for {kind}, {minutes} min", name=person.name, kind=kind.name, minutes=asked.minutes)
    step = Step(puts=(asked,), entries=(entry_of(asked, "asked", said),))
    # What the rules say at once is on the card; a kind that grants itself goes the same way as a person's grant.
    if kind.grants_itself and verdict_on(book, view, asked, at).allowed:
        grant = GrantBreak(id=f"{command.id}/itself", by=CONSOLE, break_id=asked.id)
        return step + _grant(book.as_if(step), view, grant, at)
    return step


# ---- deciding --------------------------------------------------------------------------------------------------------


def _grant(book: Book, view: FloorView, command: GrantBreak, at: Instant) -> Step:
    asked = break_of(book, command)
    state = MACHINE.move(asked.state, GrantBreak)
    verdict = verdict_on(book, view, asked, at)
    if not verdict.allowed and not command.exception:
        raise NotAllowed(verdict.objections[0].said)
    if command.exception and not command.why.strip():
        raise NotAllowed(say("An exception (特批) needs a reason."))
    kind = kind_of(book, asked)
    granted = replace(
        asked,
        state=state,
        decided_at=at,
        decided_by=command.by.id,
        why=command.why,
        exception="" if verdict.allowed else command.why,
        figures={**figures_of(verdict), **command.figures},
        slot=None,
        trouble="",
    )
    facts = {**figures_of(verdict), "exception": granted.exception, "by_itself": command.by.role is Role.CONSOLE}
    words: dict[str, str | int] = {
        "who": command.by.name or command.by.id,
        "name": asked.name,
        "kind": kind.name,
        "minutes": asked.minutes,
    }
    if granted.exception:
        said = say("{who} grants {name} {kind}, {minutes} min, against the rules: {why}", **words, why=command.why)
    else:
        said = say("{who} grants {name} {kind}, {minutes} min", **words)
    seats = seats_of_group(asked.group)
    step = Step(
        puts=(granted,),
        entries=(entry_of(granted, "granted", said, **facts),),
        messages=(told_to(granted, command, "BreakGranted", view, at, Minutes=str(granted.minutes)),),
        judged={seats: book.versions.get(seats, 0)},
        touched=(seats,),
    )
    return step + pauses(book, view, granted, kind, at, regular=False)


def _owe(book: Book, view: FloorView, command: OweBreak, at: Instant) -> Step:
    asked = break_of(book, command)
    if command.slot <= at:
        raise NotAllowed(say("The time given has passed; grant it, or give a later one."))
    owed = moved_on(
        asked,
        command,
        slot=command.slot,
        owed_since=asked.owed_since if asked.owed_since is not None else at,
        decided_by=command.by.id,
        decided_at=at,
        why=command.why,
    )
    said = say("{who} owes {name} a slot", who=command.by.name, name=asked.name)
    return Step(
        puts=(owed,),
        entries=(entry_of(owed, "owed", said, slot=command.slot, why=command.why),),
        messages=(told_to(owed, command, "BreakOwed", view, at, Slot=str(round(command.slot))),),
    )


def _offer(book: Book, _view: FloorView, command: OfferBreak, _at: Instant) -> Step:
    offered = moved_on(break_of(book, command), command)
    return Step(
        puts=(offered,), entries=(entry_of(offered, "offered", say("The slot of {name} has come", name=offered.name)),)
    )


def _refuse(book: Book, view: FloorView, command: RefuseBreak, at: Instant) -> Step:
    asked = break_of(book, command)
    if not command.why.strip():
        raise NotAllowed(say("A refusal needs a reason."))
    refused = moved_on(
        asked, command, ended_at=at, ended_how="refused", decided_at=at, decided_by=command.by.id, why=command.why
    )
    said = say("{who} refuses {name}: {why}", who=command.by.name, name=asked.name, why=command.why)
    return Step(
        puts=(refused,),
        entries=(entry_of(refused, "refused", said),),
        messages=(told_to(refused, command, "BreakRefused", view, at, Why=command.why),),
    )


def _withdraw(book: Book, _view: FloorView, command: WithdrawBreak, at: Instant) -> Step:
    gone = moved_on(break_of(book, command), command, ended_at=at, ended_how="withdrawn")
    return let_go(book, gone, at, entry_of(gone, "withdrawn", say("{name} takes the request back", name=gone.name)))


def _undo(book: Book, view: FloorView, command: UndoGrant, at: Instant) -> Step:
    granted = break_of(book, command)
    limit = rules_of(book).of(granted.group).undo_s
    if granted.decided_at is None or at - granted.decided_at > limit:
        raise NotAllowed(say("The minute for taking it back is over; ask the agent back instead."))
    undone = moved_on(granted, command)
    if undone.state is _S.CALLED_BACK:
        return _asked_back(undone, command, view, at)
    said = say("{who} takes the grant of {name} back", who=command.by.name, name=granted.name)
    return let_go(
        book,
        replace(undone, decided_at=None, decided_by="", exception="", why=""),
        at,
        entry_of(undone, "undone", said),
    ) + Step(messages=(told_to(undone, command, "BreakUndone", view, at),))


def _call_back(book: Book, view: FloorView, command: CallBack, at: Instant) -> Step:
    return _asked_back(moved_on(break_of(book, command), command), command, view, at)


def _asked_back(out: Break, command: Command, view: FloorView, at: Instant) -> Step:
    said = say("{who} asks {name} back", who=command.by.name, name=out.name)
    return Step(
        puts=(out,),
        entries=(entry_of(out, "called_back", said),),
        messages=(told_to(out, command, "BreakCalledBack", view, at),),
    )


HANDLERS: Mapping[type[Command], Callable[[Book, FloorView, Any, Instant], Step]] = {
    AskBreak: _ask,
    GrantBreak: _grant,
    OweBreak: _owe,
    OfferBreak: _offer,
    RefuseBreak: _refuse,
    WithdrawBreak: _withdraw,
    DepartBreak: watch.depart,
    LapseBreak: watch.lapse,
    OverrunBreak: watch.overrun,
    LateBreak: watch.late,
    CallBack: _call_back,
    ReturnBreak: watch.come_back,
    UndoGrant: _undo,
    NoticeUnasked: watch.notice,
    MakeRegular: watch.regular,
}
_CLOCK = (OfferBreak, DepartBreak, LapseBreak, OverrunBreak, LateBreak, NoticeUnasked)
_PEOPLE = (OweBreak, RefuseBreak, CallBack, UndoGrant, MakeRegular)

WORKFLOW = Workflow(
    name="breaks",
    machine=MACHINE,
    kinds=(Break,),
    handlers=HANDLERS,
    rights={
        **dict.fromkeys(_CLOCK, CLOCK_ROLES),
        **dict.fromkeys(_PEOPLE, FLOOR_ROLES),
        GrantBreak: FLOOR_ROLES | CLOCK_ROLES,
        **dict.fromkeys((AskBreak, WithdrawBreak, ReturnBreak), ASKING_ROLES),
    },
    due=watch.due,
    follows={LeverMoved: watch.seat_moved, LeverRefused: watch.seat_refused},
)
