"""Breaks as cards of the list: who asks, what the rules say in figures, what it would do, and the answers."""

from collections.abc import Mapping

from console.core.floor.model import Instant, Seconds
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.roles import CONSOLE
from console.core.rules.break_forecast import BreakForecast
from console.core.rules.breaks import Verdict
from console.core.words import Said, say
from console.core.work.break_cases import rules_of, verdict_on
from console.core.work.break_records import Break, BreakState
from console.views.break_words import clock24, kind_of_break, kind_words, objection_words, who
from console.views.scope import group_names
from console.views.todo import Action, Card
from console.views.words import clock, percent

CARD = "break"
"""A card's id is `break:` and the break's own id."""

SHOWN = frozenset({BreakState.ASKED, BreakState.LATE, BreakState.CALLED_BACK, BreakState.UNASKED})
_UNDOABLE = frozenset({BreakState.GRANTED, BreakState.AWAY})

_WHY = say("Reason; Enter sends, Esc closes")
_WHEN = say("Time such as 14:25, or minutes from now; Enter sends")


def undoable(book: Book, each: Break, at: Instant) -> bool:
    """Return whether a person's grant is still within its minute."""
    return (
        each.state in _UNDOABLE
        and each.decided_at is not None
        and each.decided_by != CONSOLE.id
        and at - each.decided_at <= rules_of(book).of(each.group).undo_s
    )


def newest_undoable(book: Book, at: Instant) -> Break | None:
    """Return the grant that Ctrl+Z takes back: the last one still within its minute."""
    found = [each for each in book.every(Break).values() if undoable(book, each, at)]
    return max(found, key=lambda each: (each.decided_at or 0.0, each.id), default=None)


def break_cards(
    view: FloorView, book: Book, at: Instant, forecasts: Mapping[str, BreakForecast] | None = None
) -> list[Card]:
    """Return a card for every break that waits for a person, and for a minute one that takes a grant back.

    `forecasts` by break id are what a worker computed; a request without one says that it is under way.
    """
    names = group_names(view)
    cards = []
    for each in book.every(Break).values():
        match each.state:
            case BreakState.ASKED:
                forecast = (forecasts or {}).get(each.id)
                cards.append(_asked(view, book, each, at, (names.get(each.group, each.group), forecast)))
            case BreakState.LATE:
                cards.append(_late(view, book, each, at))
            case BreakState.CALLED_BACK:
                cards.append(_called_back(view, book, each, at))
            case BreakState.UNASKED:
                cards.append(_unasked(view, each, at, names))
            case _ if undoable(book, each, at):
                cards.append(_granted(view, book, each, at))
            case _:
                pass
    return cards


# ---- a request -------------------------------------------------------------------------------------------------------


def _asked(view: FloorView, book: Book, each: Break, at: Instant, beside: tuple[str, BreakForecast | None]) -> Card:
    group, forecast = beside
    kind = kind_of_break(book, each)
    verdict = verdict_on(book, view, each, at)
    lines = [ratio_line(verdict, group)]
    rules = rules_of(book).of(each.group)
    lines += [objection_words(each_one, rules) for each_one in verdict.objections if each_one.rule != "ratio"]
    if each.slot is not None and each.slot <= at:
        lines.insert(0, say("Its time has come: {time} was promised.", time=clock24(each.slot, view.policy)))
    if forecast is not None:
        lines.append(forecast_line(forecast))
    lines += [say("Advice: {said}", said=objection_words(one, rules)) for one in verdict.advice]
    refuse = Action(key="refuse", label=say("Refuse…"), shortcut="X", asks=_WHY)
    if verdict.allowed:
        badge = say("May go · waits {wait}", wait=clock(at - each.asked_at))
        actions: tuple[Action, ...] = (
            Action(key="grant", label=say("Grant {name}", name=each.name), shortcut="A", kind="strong"),
            Action(key="owe_at", label=say("Slot…"), shortcut="D", asks=_WHEN),
            refuse,
        )
    else:
        badge = say("Not now · waits {wait}", wait=clock(at - each.asked_at))
        actions = (
            Action(key="owe", label=say("Next free slot"), shortcut="D", kind="strong"),
            Action(key="exception", label=say("Exception…"), shortcut="E", asks=_WHY),
            refuse,
        )
    return Card(
        id=f"{CARD}:{each.id}",
        tone=Tone.CALM,
        title=say("{kind} {minutes} min · {who}", kind=kind_words(kind), minutes=each.minutes, who=who(view, each)),
        lines=tuple(lines),
        actions=actions,
        badge=badge,
        badge_tone=Tone.CALM if verdict.allowed else Tone.WARN,
        good=verdict.allowed,
        since=each.asked_at,
        group=each.group,
        urgency=100.0 - kind.rank * 10.0 + (5.0 if each.owed_since is not None else 0.0),
        seats=(each.interface,),
    )


def ratio_line(verdict: Verdict, group: str) -> Said:
    """Return what the group's on-line ratio would be, in figures: seats before and after, of those on shift."""
    figures: dict[str, str | int] = {
        "group": group,
        "before": verdict.before,
        "after": verdict.after,
        "on_shift": verdict.on_shift,
        "share": verdict.after * 100 // verdict.on_shift if verdict.on_shift else 0,
    }
    if verdict.percent is None:
        return say("{group} once granted: {before} → {after} of {on_shift} = {share}%", **figures)
    figures["percent"] = verdict.percent
    objected = any(objection.rule == "ratio" for objection in verdict.objections)
    if verdict.needs is not None and verdict.after < verdict.needs and not objected:
        return say(
            "{group} once granted: {before} → {after} of {on_shift} = {share}% (needs {percent}%; one may always go)",
            **figures,
        )
    return say("{group} once granted: {before} → {after} of {on_shift} = {share}% (needs {percent}%)", **figures)


def forecast_line(forecast: BreakForecast) -> Said:
    """Return what callers meet while the break lasts, not granted against granted, or why nobody can tell."""
    refused, granted = forecast.refused, forecast.granted
    if forecast.trouble is not None or refused is None or granted is None:
        return say("No forecast: {why}", why=forecast.trouble or say("not enough data"))
    before, after = refused.during, granted.during
    return say(
        "Expected wait {before} → {after}, service level {level} → {less}",
        before=clock(before.mean_wait_s),
        after=clock(after.mean_wait_s),
        level=percent(before.service_level),
        less=percent(after.service_level),
    )


# ---- those who are away ----------------------------------------------------------------------------------------------


def _granted(view: FloorView, book: Book, each: Break, at: Instant) -> Card:
    kind = kind_of_break(book, each)
    left: Seconds = rules_of(book).of(each.group).undo_s - (at - (each.decided_at or at))
    gone = each.state is BreakState.AWAY
    undo = say("Ask {name} back", name=each.name) if gone else say("Undo")
    line = say("Left at {time}", time=clock24(each.departed_at or at, view.policy)) if gone else say("Has not left yet")
    lines = [line]
    if each.exception:
        lines.append(say("Exception: {why}", why=each.exception))
    return Card(
        id=f"{CARD}:{each.id}",
        tone=Tone.CALM,
        title=say("Granted: {kind} · {who}", kind=kind_words(kind), who=who(view, each)),
        lines=tuple(lines),
        actions=(Action(key="undo", label=undo, shortcut="U"),),
        badge=say("{left} to undo", left=clock(left)),
        good=True,
        since=each.decided_at,
        group=each.group,
        urgency=-10.0,
        seats=(each.interface,),
    )


_SEEN_BACK = Action(key="seen", label=say("Is back"), shortcut="B")


def _late(view: FloorView, book: Book, each: Break, at: Instant) -> Card:
    kind = kind_of_break(book, each)
    left, back = each.departed_at or at, each.back_at or at
    line = say(
        "{minutes} min; left {left}, expected {back}",
        minutes=each.minutes,
        left=clock24(left, view.policy),
        back=clock24(back, view.policy),
    )
    return Card(
        id=f"{CARD}:{each.id}",
        tone=Tone.WARN,
        title=say("Over time: {kind} · {who}", kind=kind_words(kind), who=who(view, each)),
        lines=(line, say("The agent was nudged at {time}.", time=clock24(back, view.policy))),
        actions=(
            Action(key="call_back", label=say("Ask {name} back", name=each.name), shortcut="C", kind="strong"),
            _SEEN_BACK,
        ),
        badge=say("{over} over", over=clock(at - back)),
        badge_tone=Tone.WARN,
        since=back,
        group=each.group,
        seats=(each.interface,),
    )


def _called_back(view: FloorView, book: Book, each: Break, at: Instant) -> Card:
    back = each.back_at
    lines = [say("Left at {time}", time=clock24(each.departed_at or at, view.policy))]
    if back is not None and at > back:
        lines.append(say("{over} over time", over=clock(at - back)))
    return Card(
        id=f"{CARD}:{each.id}",
        tone=Tone.CALM,
        title=say("Asked back: {kind} · {who}", kind=kind_words(kind_of_break(book, each)), who=who(view, each)),
        lines=tuple(lines),
        actions=(_SEEN_BACK,),
        badge=say("for {length}", length=clock(at - (each.departed_at or at))),
        since=each.departed_at,
        group=each.group,
        seats=(each.interface,),
    )


def _unasked(view: FloorView, each: Break, at: Instant, names: Mapping[str, str]) -> Card:
    since = each.departed_at or each.asked_at
    seats = view.figures.groups[each.group].seats if each.group in view.figures.groups else None
    lines = [say("Paused for {reason}, nobody granted it.", reason=each.reason or "—")]
    if seats is not None and seats.on_shift:
        lines.append(
            say(
                "{group}: {on_line} of {on_shift} on line = {share}%",
                group=names.get(each.group, each.group),
                on_line=seats.on_line,
                on_shift=seats.on_shift,
                share=seats.on_line * 100 // seats.on_shift,
            )
        )
    return Card(
        id=f"{CARD}:{each.id}",
        tone=Tone.WARN,
        title=say("Away without asking · {who}", who=who(view, each)),
        lines=tuple(lines),
        actions=(
            Action(key="regular", label=say("Make regular…"), shortcut="A", asks=_WHY),
            Action(key="call_back", label=say("Ask {name} back", name=each.name), shortcut="C", kind="strong"),
            _SEEN_BACK,
        ),
        badge=say("for {length}", length=clock(at - since)),
        badge_tone=Tone.WARN,
        since=since,
        group=each.group,
        seats=(each.interface,),
    )
