"""Breaks 离席: asked, judged, granted, watched, returned.

| state | command | becomes |
|---|---|---|
| — | AskBreak | asked |
| —, asked, owed | NoticeUnasked | unasked |
| asked, owed | GrantBreak | granted |
| asked, owed | OweBreak | owed |
| owed | OfferBreak | asked |
| owed | PostponeBreak | owed |
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
from console.core.floor.seats import Reasons
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Message, Step
from console.core.roles import ASKING_ROLES, CLOCK_ROLES, CONSOLE, FLOOR_ROLES, Role
from console.core.rules.owed import LEAST_S
from console.core.words import say
from console.core.work import break_watch as watch
from console.core.work.break_cases import (
    person_named,
    rules_of,
    same_request,
    states_of,
    usual_minutes,
)
from console.core.work.break_due import due, in_round, round_grant
from console.core.work.break_line import is_clear, may_go, slot_for
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
    PostponeBreak,
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
    seats_judged,
    seats_taken,
    told_to,
)
from console.core.work.break_verdicts import figures_of, verdict_on
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
    heard_at = at if command.heard_at is None else command.heard_at
    # Another desk heard it, too, and it was decided and over before this one read the news.
    if command.request and same_request(book, person.id, command.request, heard_at) is not None:
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
        asked_at=min(heard_at, at),
        asked_by=command.by.id,
        request=command.request,
        reason=command.reason,
    )
    said = say("{name} asks for {kind}, {minutes} min", name=person.name, kind=kind.name, minutes=asked.minutes)
    step = Step(entries=(entry_of(asked, "asked", said),))
    for out in open_already:
        # Away without having asked, and asking now: one break a person, so the asking takes its place.
        ended = ReturnBreak(id=f"{command.id}/instead", by=command.by, break_id=out.id, how="asked")
        step += watch.come_back(book, view, ended, at)
    step += Step(puts=(asked,))
    # What the rules say at once is on the card; a kind that grants itself goes the same way as a person's grant.
    return step + _by_itself(book.as_if(step), view, command, asked, at)


def _by_itself(book: Book, view: FloorView, command: Command, asked: Break, at: Instant) -> Step:
    """Return the grant of a kind that grants itself, where rules and forecast are clear, or of a meal in its round."""
    if in_round(book, asked, at) and verdict_on(book, view, asked, at).allowed:
        return _grant(book, view, round_grant(book, asked, at, f"{command.id}/round"), at)
    if not kind_of(book, asked).grants_itself or not is_clear(book, view, asked, at):
        return NOTHING
    return _grant(book, view, GrantBreak(id=f"{command.id}/itself", by=CONSOLE, break_id=asked.id), at)


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
    facts = {
        **figures_of(verdict),
        **command.figures,
        "exception": granted.exception,
        "by_itself": command.by.role is Role.CONSOLE,
    }
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
    step = Step(
        puts=(granted,),
        entries=(entry_of(granted, "granted", said, **facts),),
        messages=(told_to(granted, command, "BreakGranted", view, at, Minutes=str(granted.minutes)),),
        judged=seats_judged(book, view, asked),
        touched=seats_taken(view, asked),
    )
    return step + pauses(book, view, granted, kind, at, regular=_away_already(view, asked))


def _away_already(view: FloorView, asked: Break) -> bool:
    """Return whether the seat is paused by the agent, who asked later: what is found there is not to be restored."""
    person = view.people.get(asked.person)
    wrap_up = Reasons(view.policy.wrap_up_reasons)
    return person is not None and any(
        state.paused and not wrap_up.wraps_up(state.pause_reason) for state in states_of(view, person)
    )


def _owe(book: Book, view: FloorView, command: OweBreak, at: Instant) -> Step:
    asked = break_of(book, command)
    floats = command.slot == 0
    if not floats and command.slot <= at:
        raise NotAllowed(say("The time given has passed; grant it, or give a later one."))
    found = slot_for(book, view, asked, at, earliest=at + LEAST_S) if floats else None
    owed = moved_on(
        asked,
        command,
        slot=command.slot if found is None else found.at,
        floats=floats,
        owed_since=asked.owed_since if asked.owed_since is not None else at,
        decided_by=command.by.id,
        decided_at=at,
        why=command.why,
    )
    said = say("{who} owes {name} a slot", who=command.by.name, name=asked.name)
    because = None if found is None else found.why.english()
    return Step(
        puts=(owed,),
        entries=(entry_of(owed, "owed", said, slot=owed.slot, why=command.why, because=because),),
        messages=(_slot_told(owed, command, view, at),),
    )


def _slot_told(owed: Break, command: Command, view: FloorView, at: Instant) -> Message:
    return told_to(owed, command, "BreakOwed", view, at, Slot=str(round(owed.slot or at)))


def _offer(book: Book, view: FloorView, command: OfferBreak, at: Instant) -> Step:
    owed = break_of(book, command)
    offered = moved_on(owed, command)
    # Of two whose slots come together, the first may have taken what there was.
    if not may_go(book, view, owed, at):
        raise NotAllowed(say("Rules or forecast do not allow the slot of {name} yet.", name=owed.name))
    entry = entry_of(offered, "offered", say("The slot of {name} has come", name=offered.name))
    step = Step(puts=(offered,), entries=(entry,))
    return step + _by_itself(book.as_if(step), view, command, offered, at)


def _postpone(book: Book, view: FloorView, command: PostponeBreak, at: Instant) -> Step:
    owed = break_of(book, command)
    found = slot_for(book, view, owed, at, earliest=at + LEAST_S)
    later = moved_on(owed, command, slot=found.at, floats=True)
    because = found.why.english()
    said = say("The slot of {name} moves: it cannot be kept yet", name=later.name)
    return Step(
        puts=(later,),
        entries=(entry_of(later, "postponed", said, was=owed.slot, slot=found.at, because=because),),
        messages=(_slot_told(later, command, view, at),),
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
        replace(undone, decided_at=None, decided_by="", exception="", why="", figures={"undone_at": at}),
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
    PostponeBreak: _postpone,
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
_CLOCK = (OfferBreak, PostponeBreak, DepartBreak, LapseBreak, OverrunBreak, LateBreak, NoticeUnasked)
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
    due=due,
    follows={LeverMoved: watch.seat_moved, LeverRefused: watch.seat_refused},
)
