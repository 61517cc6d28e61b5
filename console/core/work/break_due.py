"""What the clock finds due among breaks: departures, lapses, overruns, slots, returns, pauses nobody granted."""

from collections.abc import Iterator
from typing import Any

from console.core.floor.model import Instant, LinkStatus, Record
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.levers import Lever
from console.core.roles import CONSOLE
from console.core.rules.owed import Place
from console.core.work.break_cases import rules_of, states_of, unasked_interfaces
from console.core.work.break_index import breaks_of
from console.core.work.break_leaving import has_left, lapses_at
from console.core.work.break_line import gone_home, is_clear, line_of, may_go
from console.core.work.break_records import (
    OUT,
    WAITING,
    Break,
    BreakCommand,
    BreakState,
    DepartBreak,
    GrantBreak,
    LapseBreak,
    LateBreak,
    NoticeUnasked,
    OfferBreak,
    OverrunBreak,
    PostponeBreak,
    ReturnBreak,
    WithdrawBreak,
)
from console.core.work.break_steps import kind_of
from console.core.work.break_verdicts import verdict_on
from console.core.work.meal_records import round_of

UNASKED_AFTER_S = 10.0
_S = BreakState


class _Moment(Record, frozen=True, kw_only=True):
    """Book and floor at a moment, and each group's line, read once."""

    book: Book
    view: FloorView
    at: Instant
    held: frozenset[str]
    lines: dict[str, tuple[Place, ...]]

    @property
    def live(self) -> bool:
        """Return whether the floor is seen as it is now: nobody's absence is told by a picture of before."""
        return self.view.link.status is LinkStatus.LIVE

    def line(self, group: str) -> tuple[Place, ...]:
        """Return a group's line."""
        if group not in self.lines:
            self.lines[group] = line_of(self.book, self.view, group, self.at)
        return self.lines[group]


def due(book: Book, view: FloorView, at: Instant) -> tuple[Command, ...]:
    """Return the commands about breaks whose time has come."""
    held = frozenset(hold.holder for lever in book.every(Lever).values() for hold in lever.holds)
    moment = _Moment(book=book, view=view, at=at, held=held, lines={})
    commands: list[Command] = []
    itself = _granting_itself(moment)
    if itself is not None:
        commands.append(GrantBreak(id=f"{itself.id}/itself/{itself.version}", by=CONSOLE, break_id=itself.id))
    for each in book.every(Break).values():
        if each.state is _S.ASKED and in_round(book, each, at) and verdict_on(book, view, each, at).allowed:
            commands.append(round_grant(book, each, at, f"{each.id}/round/{each.version}"))
            continue
        found = _of_waiting(moment, each) if each.state in WAITING else _of_leaving(moment, each)
        if found is not None:
            kind, more = found
            commands.append(kind(id=f"{each.id}/{kind.__name__}/{each.version}", by=CONSOLE, break_id=each.id, **more))
    commands.extend(_unasked(moment))
    return tuple(commands)


_Due = tuple[type[BreakCommand], dict[str, Any]] | None


def _of_waiting(moment: _Moment, asked: Break) -> _Due:
    if gone_home(moment.view, asked, moment.at):
        return WithdrawBreak, {"why": "gone home"}
    if asked.state is not _S.OWED or asked.slot is None or not (asked.floats or moment.at >= asked.slot):
        return None
    if may_go(moment.book, moment.view, asked, moment.at, moment.line(asked.group)):
        return OfferBreak, {}
    return (PostponeBreak, {}) if moment.at >= asked.slot else None


def _of_leaving(moment: _Moment, out: Break) -> _Due:
    if out.state is _S.UNASKED:
        return (ReturnBreak, {"how": "acd"}) if moment.live and _is_back(moment.view, out) else None
    if out.state is _S.GRANTED:
        return _of_granted(moment, out)
    if out.state in OUT and moment.live and out.holder not in moment.held and _is_seated(moment.view, out):
        return ReturnBreak, {"how": "acd"}
    return _of_time(moment, out)


def _of_time(moment: _Moment, out: Break) -> _Due:
    if out.back_at is None:
        return None
    if out.state is _S.AWAY and moment.at >= out.back_at:
        return OverrunBreak, {}
    card_after_s = rules_of(moment.book).of(out.group).card_after_s
    if out.state is _S.OVERRUN and moment.at >= out.back_at + card_after_s:
        return LateBreak, {}
    return None


def _of_granted(moment: _Moment, granted: Break) -> _Due:
    if not moment.live:
        return None
    if has_left(moment.view, granted):
        return DepartBreak, {}
    lapses = lapses_at(moment.book, moment.view, granted)
    return (LapseBreak, {}) if lapses is not None and moment.at >= lapses else None


def _granting_itself(moment: _Moment) -> Break | None:
    """Return the request of a kind that grants itself for which rules and forecast are clear by now, first in line.

    At the asking the forecast of its group may not have been made. One at a time: each takes of the room there is.
    """
    book, view, at = moment.book, moment.view, moment.at
    groups = dict.fromkeys(
        each.group for each in breaks_of(book).waiting if each.state is _S.ASKED and kind_of(book, each).grants_itself
    )
    for group in groups:
        for place in moment.line(group):
            each = book.get(Break, place.waiting.id)
            if each is None or each.state is not _S.ASKED or "undone_at" in each.figures:
                continue
            if kind_of(book, each).grants_itself and not gone_home(view, each, at) and is_clear(book, view, each, at):
                return each
    return None


def in_round(book: Book, asked: Break, at: Instant) -> bool:
    """Return whether a request is for the meal of the asker's own published round, which runs; not one taken back."""
    found = round_of(book, asked.person, at)
    return found is not None and found[0].kind == asked.kind and "undone_at" not in asked.figures


def round_grant(book: Book, asked: Break, at: Instant, command_id: str) -> GrantBreak:
    """Return the grant of a meal within its round, which names plan and round."""
    found = round_of(book, asked.person, at)
    figures: dict[str, int | float | str | None] = {}
    if found is not None:
        figures = {"plan": found[0].id, "round": found[1].round}
    return GrantBreak(id=command_id, by=CONSOLE, break_id=asked.id, figures=figures)


def _unasked(moment: _Moment) -> Iterator[Command]:
    for state in unasked_interfaces(moment.book, moment.view, moment.at, after_s=UNASKED_AFTER_S):
        since = state.paused_since or moment.at
        key = f"unasked/{state.interface}/{since:.0f}"
        yield NoticeUnasked(
            id=key, by=CONSOLE, break_id=key, interface=state.interface, reason=state.pause_reason or "", since=since
        )


def _is_seated(view: FloorView, out: Break) -> bool:
    """Return whether somebody away, whom no lever of the break could see, has signed in again and is not paused."""
    person = view.people.get(out.person)
    states = states_of(view, person) if person else []
    return any(state.queues for state in states) and not any(state.paused for state in states)


def _is_back(view: FloorView, out: Break) -> bool:
    person = view.people.get(out.person)
    states = states_of(view, person) if person else []
    return not any(state.paused for state in states)
