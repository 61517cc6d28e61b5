"""Breaks as cards: who asks, what the rules say in figures, what it would do, and the answers with their keys."""

from console.core.floor.model import Instant, Seconds
from console.core.floor.policy import Tone
from console.core.kept import Book
from console.core.roles import CONSOLE
from console.core.rules.break_forecast import BreakForecast
from console.core.rules.break_policy import BreakRules
from console.core.rules.breaks import Objection, Verdict
from console.core.words import Said, say
from console.core.work.break_cases import rules_of
from console.core.work.break_records import Break, BreakState
from console.core.work.break_verdicts import verdict_on
from console.views.break_words import STATE, kind_of_break, kind_words, objection_words, who
from console.views.sight import Sight
from console.views.todo import Action, Card
from console.views.words import clock, percent

CARD = "break"
"""A card's id is `break:` and the break's own id."""

_UNDOABLE = frozenset({BreakState.GRANTED, BreakState.AWAY})
ON_LIST = frozenset({BreakState.ASKED, BreakState.LATE, BreakState.CALLED_BACK, BreakState.UNASKED})

LOOK_AHEAD = 12
"""So many at the head of a line are told a possible time."""

_WHY = say("Reason; Enter sends, Esc closes")
_WHEN = say("Time such as 14:25, or minutes from now; Enter sends")
_REFUSE = Action(key="refuse", label=say("Refuse…"), shortcut="X", asks=_WHY)
_EXCEPTION = Action(key="exception", label=say("Exception…"), shortcut="E", asks=_WHY)
_SEEN_BACK = Action(key="seen", label=say("Is back"), shortcut="B")


def order_of(seen: Sight, each: Break, mine: tuple[str, ...]) -> tuple[bool, bool, float, Instant]:
    """Return where a break's card will stand: groups looked at, warnings, urgency, since when."""
    warns = each.state in {BreakState.LATE, BreakState.UNASKED}
    return (bool(mine) and each.group not in mine, not warns, -_urgency(seen, each), each.asked_at)


def _urgency(seen: Sight, each: Break) -> float:
    if each.state not in {BreakState.ASKED, BreakState.OWED}:
        return 0.0
    return 100.0 - kind_of_break(seen.book, each).rank * 10.0 + (5.0 if each.owed_since is not None else 0.0)


def name_card(seen: Sight, each: Break) -> Card:
    """Return a card that says no more than who it is."""
    kind = kind_words(kind_of_break(seen.book, each))
    title = say("{kind} {minutes} min · {who}", kind=kind, minutes=each.minutes, who=who(seen.view, each))
    return _about(each, title, [], (), STATE[each.state], since=each.asked_at, urgency=_urgency(seen, each))


def card_of(seen: Sight, each: Break) -> Card:
    """Return a break as a card, whatever its state: what is known of it, and what can be done."""
    match each.state:
        case BreakState.ASKED | BreakState.OWED:
            return _asked(seen, each)
        case BreakState.LATE | BreakState.OVERRUN:
            return _late(seen, each)
        case BreakState.CALLED_BACK:
            return _called_back(seen, each)
        case BreakState.UNASKED:
            return _unasked(seen, each)
        case BreakState.GRANTED | BreakState.AWAY:
            return _granted(seen, each)
        case _:
            return _closed(seen, each)


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


# ---- a request -------------------------------------------------------------------------------------------------------


def _asked(seen: Sight, each: Break) -> Card:
    book, at = seen.book, seen.at
    kind = kind_of_break(book, each)
    rules = rules_of(book).of(each.group)
    verdict = verdict_on(book, seen.view, each, at)
    owed = each.state is BreakState.OWED
    lines = [ratio_line(verdict, seen.group(each))]
    lines += [_objected(seen, one, rules) for one in verdict.objections if one.rule != "ratio" or one.group]
    slot, place_line = (None, None) if verdict.allowed and not owed else _slot(seen, each)
    if place_line is not None:
        lines.append(place_line)
    forecast = seen.forecasts.get(each.id)
    if forecast is not None:
        lines.append(forecast_line(forecast))
        lines += afterwards(forecast)
    if not owed and each.slot is not None and each.slot <= at:
        lines.insert(0, say("Its time has come: {time} was promised.", time=seen.clock(each.slot)))
    lines += [_advice(seen, one, rules) for one in verdict.advice]
    wait = clock(at - each.asked_at)
    return Card(
        id=f"{CARD}:{each.id}",
        tone=Tone.CALM,
        title=say(
            "{kind} {minutes} min · {who}", kind=kind_words(kind), minutes=each.minutes, who=who(seen.view, each)
        ),
        lines=tuple(lines),
        actions=_answers(each, slot, allowed=verdict.allowed, owed=owed),
        badge=_badge(wait, allowed=verdict.allowed, owed=owed),
        badge_tone=Tone.CALM if verdict.allowed or owed else Tone.WARN,
        good=verdict.allowed,
        since=each.asked_at,
        group=each.group,
        urgency=_urgency(seen, each),
        seats=(each.interface,),
    )


def _objected(seen: Sight, objection: Objection, rules: BreakRules) -> Said:
    said = objection_words(objection, rules)
    if not objection.group:
        return said
    return say("{group}: {said}", group=seen.names.get(objection.group, objection.group), said=said)


def _advice(seen: Sight, objection: Objection, rules: BreakRules) -> Said:
    said = objection_words(objection, rules)
    if not objection.group:
        return say("Advice: {said}", said=said)
    return say("Advice, {group}: {said}", group=seen.names.get(objection.group, objection.group), said=said)


def _badge(wait: str, *, allowed: bool, owed: bool) -> Said:
    if owed:
        return say("In line · waits {wait}", wait=wait)
    return say("May go · waits {wait}", wait=wait) if allowed else say("Not now · waits {wait}", wait=wait)


def _answers(each: Break, slot: str | None, *, allowed: bool, owed: bool) -> tuple[Action, ...]:
    if owed or allowed:
        now = Action(key="grant", label=say("Grant {name}", name=each.name), shortcut="A", kind="strong")
        later = Action(key="owe_at", label=say("Another time…") if owed else say("Slot…"), shortcut="D", asks=_WHEN)
        return (now if allowed else _EXCEPTION, later, _REFUSE)
    first = say("Next free slot") if slot is None else say("Slot at {time}", time=slot)
    return (Action(key="owe", label=first, shortcut="D", kind="strong"), _EXCEPTION, _REFUSE)


def _slot(seen: Sight, each: Break) -> tuple[str | None, Said | None]:
    """Return the time of the first possible slot (None: not known), and the line about it and the place in line."""
    line = seen.line(each.group)
    place = next((number for number, one in enumerate(line, start=1) if one.waiting.id == each.id), len(line) + 1)
    if each.state is BreakState.ASKED and place > LOOK_AHEAD:
        return None, say("Place {place} in line.", place=place)
    if each.state is BreakState.OWED and each.slot is not None:
        time = seen.clock(each.slot)
        return time, say("Promised for {time}, place {place} in line.", time=time, place=place)
    found = seen.slot(each)
    if not found.sure:
        return None, say("No time is known yet, place {place} in line.", place=place)
    time = seen.clock(found.at)
    return time, say("Earliest {time}, place {place} in line.", time=time, place=place)


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
    objected = any(objection.rule == "ratio" and not objection.group for objection in verdict.objections)
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


def afterwards(forecast: BreakForecast) -> list[Said]:
    """Return what callers meet for as long again after the break, where it can be told apart from not granting it."""
    if forecast.refused is None or forecast.granted is None:
        return []
    before, after = forecast.refused.after, forecast.granted.after
    waits = clock(before.mean_wait_s), clock(after.mean_wait_s)
    levels = percent(before.service_level), percent(after.service_level)
    if waits[0] == waits[1] and levels[0] == levels[1]:
        return []
    return [
        say(
            "Afterwards {before} → {after}, service level {level} → {less}",
            before=waits[0],
            after=waits[1],
            level=levels[0],
            less=levels[1],
        )
    ]


# ---- those who are away ----------------------------------------------------------------------------------------------


def _granted(seen: Sight, each: Break) -> Card:
    book, at = seen.book, seen.at
    kind = kind_words(kind_of_break(book, each))
    gone = each.state is BreakState.AWAY
    lines = [
        say("Left at {time}, expected back at {back}", time=seen.clock(each.departed_at), back=seen.clock(each.back_at))
        if gone
        else say("Has not left yet")
    ]
    if each.exception:
        lines.append(say("Exception: {why}", why=each.exception))
    back = Action(key="call_back", label=say("Ask {name} back", name=each.name), shortcut="C")
    actions: tuple[Action, ...] = (back, _SEEN_BACK) if gone else (_SEEN_BACK,)
    badge = say("{left} left", left=clock((each.back_at or at) - at)) if gone else say("waits to leave")
    title = say("Away: {kind} · {who}", kind=kind, who=who(seen.view, each))
    undo = undoable(book, each, at)
    if undo:
        left: Seconds = rules_of(book).of(each.group).undo_s - (at - (each.decided_at or at))
        words = say("Ask {name} back", name=each.name) if gone else say("Undo")
        actions = (Action(key="undo", label=words, shortcut="U"),)
        badge = say("{left} to undo", left=clock(left))
        title = say("Granted: {kind} · {who}", kind=kind, who=who(seen.view, each))
    elif not gone:
        title = say("Granted: {kind} · {who}", kind=kind, who=who(seen.view, each))
    return _about(each, title, lines, actions, badge, good=undo, since=each.decided_at, urgency=-10.0)


def _late(seen: Sight, each: Break) -> Card:
    back = each.back_at or seen.at
    lines = [
        say(
            "{minutes} min; left {left}, expected {back}",
            minutes=each.minutes,
            left=seen.clock(each.departed_at),
            back=seen.clock(back),
        ),
        say("The agent was nudged at {time}.", time=seen.clock(back)),
    ]
    call = Action(key="call_back", label=say("Ask {name} back", name=each.name), shortcut="C", kind="strong")
    title = say("Over time: {kind} · {who}", kind=kind_words(kind_of_break(seen.book, each)), who=who(seen.view, each))
    badge = say("{over} over", over=clock(seen.at - back))
    return _about(each, title, lines, (call, _SEEN_BACK), badge, tone=Tone.WARN, since=back)


def _called_back(seen: Sight, each: Break) -> Card:
    lines = [say("Left at {time}", time=seen.clock(each.departed_at))]
    if each.back_at is not None and seen.at > each.back_at:
        lines.append(say("{over} over time", over=clock(seen.at - each.back_at)))
    title = say("Asked back: {kind} · {who}", kind=kind_words(kind_of_break(seen.book, each)), who=who(seen.view, each))
    badge = say("for {length}", length=clock(seen.at - (each.departed_at or seen.at)))
    return _about(each, title, lines, (_SEEN_BACK,), badge, since=each.departed_at)


def _unasked(seen: Sight, each: Break) -> Card:
    since = each.departed_at or each.asked_at
    figures = seen.view.figures.groups.get(each.group)
    lines = [say("Paused for {reason}, nobody granted it.", reason=each.reason or "—")]
    if figures is not None and figures.seats.on_shift:
        seats = figures.seats
        lines.append(
            say(
                "{group}: {on_line} of {on_shift} on line = {share}%",
                group=seen.group(each),
                on_line=seats.on_line,
                on_shift=seats.on_shift,
                share=seats.on_line * 100 // seats.on_shift,
            )
        )
    actions = (
        Action(key="regular", label=say("Make regular…"), shortcut="A", asks=_WHY),
        Action(key="call_back", label=say("Ask {name} back", name=each.name), shortcut="C", kind="strong"),
        _SEEN_BACK,
    )
    title = say("Away without asking · {who}", who=who(seen.view, each))
    badge = say("for {length}", length=clock(seen.at - since))
    return _about(each, title, lines, actions, badge, tone=Tone.WARN, since=since)


def _closed(seen: Sight, each: Break) -> Card:
    lines = [say("Asked at {time}", time=seen.clock(each.asked_at))]
    if each.departed_at is not None:
        back = seen.clock(each.ended_at)
        lines.append(say("Away from {left} to {back}", left=seen.clock(each.departed_at), back=back))
    if each.exception or each.why:
        why = each.exception or each.why
        lines.append(say("Exception: {why}", why=why) if each.exception else say("Reason: {why}", why=why))
    kind = kind_words(kind_of_break(seen.book, each))
    title = say("{kind} {minutes} min · {who}", kind=kind, minutes=each.minutes, who=who(seen.view, each))
    return _about(each, title, lines, (), STATE[each.state], since=each.asked_at)


def _about(  # noqa: PLR0913  the parts of a card
    each: Break,
    title: Said,
    lines: list[Said],
    actions: tuple[Action, ...],
    badge: Said,
    *,
    tone: Tone = Tone.CALM,
    good: bool = False,
    since: Instant | None = None,
    urgency: float = 0.0,
) -> Card:
    return Card(
        id=f"{CARD}:{each.id}",
        tone=tone,
        title=title,
        lines=tuple(lines),
        actions=actions,
        badge=badge,
        badge_tone=tone,
        good=good,
        since=since,
        group=each.group,
        urgency=urgency,
        seats=(each.interface,),
    )
