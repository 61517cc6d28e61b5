"""Watching a break: departure, lapse, overrun, return, pauses nobody granted, and what the seat's levers report."""

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Step
from console.core.levers import Lever, LeverState, SeatPaused
from console.core.roles import CONSOLE
from console.core.words import say
from console.core.work.break_cases import (
    person_named,
    rules_of,
)
from console.core.work.break_records import (
    MACHINE,
    OUT,
    PROMISED,
    WAITING,
    Break,
    BreakState,
    DepartBreak,
    LapseBreak,
    LateBreak,
    MakeRegular,
    NoticeUnasked,
    OverrunBreak,
    ReturnBreak,
)
from console.core.work.break_steps import (
    break_of,
    entry_of,
    group_of,
    let_go,
    moved_on,
    pauses,
    seats_taken,
    told_to,
)
from console.core.work.levers import LeverMoved, LeverRefused
from console.core.work.meal_records import round_of

UNASKED_AFTER_S = 10.0
_S = BreakState


def depart(book: Book, _view: FloorView, command: DepartBreak, at: Instant) -> Step:
    """Start the break's clock: the agent has left."""
    away = moved_on(break_of(book, command), command, departed_at=at)
    return Step(puts=(away,), entries=(entry_of(away, "departed", say("{name} has left", name=away.name)),))


def lapse(book: Book, view: FloorView, command: LapseBreak, at: Instant) -> Step:
    """Free the slot of a grant nobody used."""
    lapsed = moved_on(break_of(book, command), command, ended_at=at, ended_how="lapsed")
    said = say("The grant of {name} was not used and lapses", name=lapsed.name)
    return let_go(book, lapsed, at, entry_of(lapsed, "lapsed", said)) + Step(
        messages=(told_to(lapsed, command, "BreakLapsed", view, at),)
    )


def overrun(book: Book, view: FloorView, command: OverrunBreak, at: Instant) -> Step:
    """Nudge the agent, silently."""
    over = moved_on(break_of(book, command), command)
    said = say("The time of {name} is over; the agent was nudged", name=over.name)
    return Step(
        puts=(over,),
        entries=(entry_of(over, "overrun", said),),
        messages=(told_to(over, command, "BreakNudge", view, at),),
    )


def late(book: Book, _view: FloorView, command: LateBreak, at: Instant) -> Step:
    """Record that the agent is still away minutes after the nudge."""
    late = moved_on(break_of(book, command), command)
    minutes = round((at - (late.back_at or at)) / 60)
    said = say("{name} is {minutes} min over time", name=late.name, minutes=minutes)
    return Step(puts=(late,), entries=(entry_of(late, "late", said, minutes=minutes),))


def come_back(book: Book, _view: FloorView, command: ReturnBreak, at: Instant) -> Step:
    """End the break: its levers let go, its slot free at once."""
    out = break_of(book, command)
    back = moved_on(out, command, ended_at=at, ended_how=command.how)
    minutes = None if out.departed_at is None else round((at - out.departed_at) / 60, 1)
    return let_go(
        book,
        back,
        at,
        entry_of(back, "returned", say("{name} is back", name=back.name), how=command.how, minutes=minutes),
    )


def notice(book: Book, view: FloorView, command: NoticeUnasked, at: Instant) -> Step:
    """Note a pause nobody granted, once."""
    person = person_named(view, command.interface, "")
    if person is None or book.get(Break, command.break_id) is not None:
        return NOTHING
    if any(each.person == person.id and each.state in OUT | PROMISED for each in book.every(Break).values()):
        return NOTHING
    group = group_of(view, person)
    out = Break(
        id=command.break_id,
        state=MACHINE.move(None, NoticeUnasked),
        person=person.id,
        name=person.name,
        interface=command.interface,
        group=group,
        kind=rules_of(book).of(group).asked("", command.reason).id,
        minutes=0,
        asked_at=command.since,
        reason=command.reason,
        departed_at=command.since,
    )
    said = say("{name} is away without having asked ({reason})", name=person.name, reason=command.reason or "—")
    for each in book.every(Break).values():
        if each.person == person.id and each.state in WAITING:
            said = say("{name} has left before the answer ({reason})", name=person.name, reason=command.reason or "—")
            # Gone without waiting for the answer: still one break, and still to be answered for.
            state = MACHINE.move(each.state, NoticeUnasked)
            out = replace(each, state=state, reason=command.reason, departed_at=command.since, slot=None)
    step = Step(puts=(out,), entries=(entry_of(out, "unasked", said, reason=command.reason),))
    found = round_of(book, person.id, at)
    if found is None or found[0].kind != out.kind:
        return step
    # Gone to eat in their own round by the pause code: that is what the round is for.
    why = f"{found[0].id} #{found[1].round + 1}"
    told = MakeRegular(id=f"{command.id}/round", by=CONSOLE, break_id=out.id, kind=out.kind, why=why)
    return step + regular(book.as_if(step), view, told, at)


def regular(book: Book, view: FloorView, command: MakeRegular, at: Instant) -> Step:
    """Make an unasked pause a break, with a reason."""
    out = break_of(book, command)
    if not command.why.strip():
        raise NotAllowed(say("Making it regular needs a reason."))
    kind = rules_of(book).of(out.group).kind(command.kind)
    if kind is None:
        raise NotAllowed(say("There is no kind of break called {kind}.", kind=command.kind))
    regular = moved_on(
        out,
        command,
        kind=kind.id,
        minutes=kind.length_min,
        decided_at=at,
        decided_by=command.by.id,
        why=command.why,
        exception=command.why,
    )
    said = say("{who} makes it regular as {kind}: {why}", who=command.by.name, kind=kind.name, why=command.why)
    seats = seats_taken(view, out)
    step = Step(puts=(regular,), entries=(entry_of(regular, "regular", said),), touched=seats)
    # The pause that stands is kept, whatever its reason reads; when the agent is back it is taken off.
    standing = replace(kind, reason=out.reason) if out.reason else kind
    return step + pauses(book, view, regular, standing, at, regular=True)


# ---- what levers report, and what the clock finds --------------------------------------------------------------------


def _holding(book: Book, command: LeverMoved | LeverRefused) -> Break | None:
    lever = book.get(Lever, command.lever)
    if lever is None or not isinstance(lever.target, SeatPaused):
        return None
    for each in lever.holds:
        if each.holder.startswith("breaks:"):
            return book.get(Break, each.holder.removeprefix("breaks:"))
    return None


def seat_moved(book: Book, view: FloorView, command: LeverMoved, at: Instant) -> Step:
    """Read a pause taken off on the ACD as the return; a pause whose reason was changed stays the same break."""
    out = _holding(book, command)
    if out is None or out.state not in PROMISED:
        return NOTHING
    if command.observed is None:
        told = ReturnBreak(id=f"{command.id}/return", by=CONSOLE, break_id=out.id, how="acd")
        return come_back(book, view, told, at)
    lever = book.get(Lever, command.lever)
    if lever is None:
        return NOTHING
    holds = tuple(replace(each, wanted=command.observed) if each.holder == out.holder else each for each in lever.holds)
    return Step(puts=(replace(lever, state=LeverState.STANDING, holds=holds, written=command.observed),))


def seat_refused(book: Book, _view: FloorView, command: LeverRefused, _at: Instant) -> Step:
    """Keep on the break why the ACD would not pause the seat."""
    out = _holding(book, command)
    if out is None or out.state not in PROMISED:
        return NOTHING
    troubled = replace(out, trouble=command.answer)
    said = say("The ACD would not pause {name}: {answer}", name=out.name, answer=command.answer)
    return Step(puts=(troubled,), entries=(entry_of(troubled, "trouble", said),))
