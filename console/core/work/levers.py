"""What the steward reports about levers, and how people answer when it cannot go on by itself.

| state | command | becomes |
|---|---|---|
| fresh | LeverFound | setting |
| setting, standing | LeverWriting | setting |
| setting, standing | LeverStands | standing (held) or done (let go) |
| fresh, setting | LeverRefused | refused |
| standing, setting | LeverMoved | moved |
| fresh, setting, standing | LeverOver | done |
| refused, moved | SetLeverAgain | setting |
| refused, moved | LeaveLever | done |
"""

from typing import TypeVar

import msgspec

from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Entry, Step
from console.core.levers import Lever, LeverState, Value
from console.core.machine import Machine
from console.core.roles import CLOCK_ROLES, FLOOR_ROLES
from console.core.words import Said, say
from console.core.workflow import Workflow

FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 30.0


class LeverCommand(Command, frozen=True, kw_only=True):
    """Base of what is said about one lever; `read_version` is the lever the steward looked at."""

    lever: str
    read_version: int = 0


class LeverFound(LeverCommand, frozen=True, kw_only=True):
    """The value that stands before the console touches it: committed before the first write."""

    found: Value


class LeverWriting(LeverCommand, frozen=True, kw_only=True):
    """The steward is about to write: committed first, so that a crash never takes our own write for another's."""

    value: Value


class LeverStands(LeverCommand, frozen=True, kw_only=True):
    """The ACD was seen to agree."""

    observed: Value


class LeverRefused(LeverCommand, frozen=True, kw_only=True):
    """The ACD said no, in its words."""

    answer: str


class LeverMoved(LeverCommand, frozen=True, kw_only=True):
    """Somebody else has moved it since it stood."""

    observed: Value


class LeverOver(LeverCommand, frozen=True, kw_only=True):
    """There is nothing left to restore: the seat or queue is gone."""


class SetLeverAgain(LeverCommand, frozen=True, kw_only=True):
    """A person wants what the console wants: try once more, or set it over the other's move."""


class LeaveLever(LeverCommand, frozen=True, kw_only=True):
    """A person leaves it as it stands on the ACD."""


_L = LeverState
MACHINE = Machine(
    "lever",
    LeverState,
    {
        (_L.FRESH, LeverFound): _L.SETTING,
        (_L.SETTING, LeverWriting): _L.SETTING,
        (_L.STANDING, LeverWriting): _L.SETTING,
        (_L.SETTING, LeverStands): _L.STANDING,
        (_L.STANDING, LeverStands): _L.STANDING,
        (_L.FRESH, LeverRefused): _L.REFUSED,
        (_L.SETTING, LeverRefused): _L.REFUSED,
        (_L.STANDING, LeverMoved): _L.MOVED,
        (_L.SETTING, LeverMoved): _L.MOVED,
        (_L.FRESH, LeverOver): _L.DONE,
        (_L.SETTING, LeverOver): _L.DONE,
        (_L.STANDING, LeverOver): _L.DONE,
        (_L.REFUSED, SetLeverAgain): _L.SETTING,
        (_L.MOVED, SetLeverAgain): _L.SETTING,
        (_L.REFUSED, LeaveLever): _L.DONE,
        (_L.MOVED, LeaveLever): _L.DONE,
    },
)

C = TypeVar("C", bound=LeverCommand)


def _at(book: Book, command: LeverCommand) -> Lever:
    lever = book.get(Lever, command.lever)
    if lever is None:
        raise NotAllowed(say("The console holds nothing there any more."))
    return lever


def _outdated(lever: Lever, command: LeverCommand) -> bool:
    """Return whether the lever changed after the steward looked: then its report is about the past."""
    return command.read_version not in {0, lever.version}


def _entry(lever: Lever, what: str, said: Said, **data: Value) -> Entry:
    return Entry(what=f"lever.{what}", subject=f"levers:{lever.id}", said=said, data=data)


def _found(book: Book, _view: FloorView, command: LeverFound, at: Instant) -> Step:
    lever = _at(book, command)
    if lever.found_at is not None or _outdated(lever, command):
        return NOTHING
    kept = msgspec.structs.replace(
        lever,
        state=MACHINE.move(lever.state, LeverFound),
        found=command.found,
        found_at=at,
        observed=command.found,
        observed_at=at,
    )
    said = say("Before touching {lever} the console found {found}", lever=lever.id, found=_words(command.found))
    return Step(puts=(kept,), entries=(_entry(lever, "found", said, found=command.found, wanted=kept.wanted),))


def _writing(book: Book, _view: FloorView, command: LeverWriting, at: Instant) -> Step:
    lever = _at(book, command)
    if _outdated(lever, command):
        return NOTHING
    wait = min(FIRST_RETRY_S * 2**lever.tries, LONGEST_RETRY_S)
    kept = msgspec.structs.replace(
        lever,
        state=MACHINE.move(lever.state, LeverWriting),
        written=command.value,
        written_at=at,
        ours=(*lever.ours, command.value) if command.value not in lever.ours else lever.ours,
        tries=lever.tries + 1,
        due=at + wait,
    )
    if lever.tries:
        return Step(puts=(kept,))
    said = say("The console sets {lever} to {value}", lever=lever.id, value=_words(command.value))
    return Step(puts=(kept,), entries=(_entry(lever, "set", said, value=command.value),))


def _stands(book: Book, _view: FloorView, command: LeverStands, at: Instant) -> Step:
    lever = _at(book, command)
    if _outdated(lever, command):
        return NOTHING
    state = MACHINE.move(lever.state, LeverStands)
    if not lever.holds:
        state = LeverState.DONE
    kept = msgspec.structs.replace(
        lever,
        state=state,
        observed=command.observed,
        observed_at=at,
        ours=(lever.written,),
        tries=0,
        due=at,
        refusal="",
    )
    if lever.holds:
        said = say("{lever} stands at {value}", lever=lever.id, value=_words(command.observed))
        return Step(puts=(kept,), entries=(_entry(lever, "stands", said, value=command.observed),))
    said = say("{lever} is back at {value}", lever=lever.id, value=_words(command.observed))
    return Step(puts=(kept,), entries=(_entry(lever, "restored", said, value=command.observed),))


def _refused(book: Book, _view: FloorView, command: LeverRefused, at: Instant) -> Step:
    lever = _at(book, command)
    if _outdated(lever, command):
        return NOTHING
    kept = msgspec.structs.replace(lever, state=MACHINE.move(lever.state, LeverRefused), refusal=command.answer, due=at)
    said = say("The ACD refused {lever}: {answer}", lever=lever.id, answer=command.answer)
    return Step(puts=(kept,), entries=(_entry(lever, "refused", said, answer=command.answer),))


def _moved(book: Book, _view: FloorView, command: LeverMoved, at: Instant) -> Step:
    lever = _at(book, command)
    if _outdated(lever, command):
        return NOTHING
    kept = msgspec.structs.replace(
        lever, state=MACHINE.move(lever.state, LeverMoved), observed=command.observed, observed_at=at, due=at
    )
    said = say("Somebody else has set {lever} to {value}", lever=lever.id, value=_words(command.observed))
    return Step(puts=(kept,), entries=(_entry(lever, "moved", said, value=command.observed),))


def _over(book: Book, _view: FloorView, command: LeverOver, at: Instant) -> Step:
    lever = _at(book, command)
    if _outdated(lever, command):
        return NOTHING
    kept = msgspec.structs.replace(lever, state=MACHINE.move(lever.state, LeverOver), due=at)
    said = say("{lever} is gone: nothing to restore", lever=lever.id)
    return Step(puts=(kept,), entries=(_entry(lever, "over", said),))


def _again(book: Book, _view: FloorView, command: SetLeverAgain, at: Instant) -> Step:
    lever = _at(book, command)
    state = MACHINE.move(lever.state, SetLeverAgain)
    if lever.found_at is None:
        state = LeverState.FRESH
    # Our last write is what stands from here on, so the other's move is not taken for news once more.
    kept = msgspec.structs.replace(
        lever, state=state, written=lever.observed, ours=(*lever.ours, lever.observed), refusal="", tries=0, due=at
    )
    said = say("{name} has {lever} set again", name=command.by.name, lever=lever.id)
    return Step(puts=(kept,), entries=(_entry(lever, "again", said),))


def _leave(book: Book, _view: FloorView, command: LeaveLever, at: Instant) -> Step:
    lever = _at(book, command)
    kept = msgspec.structs.replace(lever, state=MACHINE.move(lever.state, LeaveLever), holds=(), due=at)
    said = say("{name} leaves {lever} as it stands", name=command.by.name, lever=lever.id)
    return Step(puts=(kept,), entries=(_entry(lever, "left", said, value=lever.observed),))


def _words(value: Value) -> str:
    return "—" if value is None else value or "·"


WORKFLOW = Workflow(
    name="levers",
    machine=MACHINE,
    kinds=(Lever,),
    handlers={
        LeverFound: _found,
        LeverWriting: _writing,
        LeverStands: _stands,
        LeverRefused: _refused,
        LeverMoved: _moved,
        LeverOver: _over,
        SetLeverAgain: _again,
        LeaveLever: _leave,
    },
    rights={
        **dict.fromkeys((LeverFound, LeverWriting, LeverStands, LeverRefused, LeverMoved, LeverOver), CLOCK_ROLES),
        SetLeverAgain: FLOOR_ROLES,
        LeaveLever: FLOOR_ROLES,
    },
)
