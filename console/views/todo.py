"""待办: one list of what waits for this person, as cards from whatever has something to ask."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce

import msgspec

from console.core.floor.alarm import Alarm
from console.core.floor.model import Instant, Interface
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.views.link import Trust, standing
from console.views.scope import group_names
from console.views.tones import rank, worst
from console.views.words import clock, percent

SNOOZE_S = 300.0
MOST_LINES = 3

Short = Callable[[float, float], Said]
SHORT: Mapping[str, Short] = {
    "waiting": lambda value, limit: say("{waiting} waiting (limit {limit})", waiting=int(value), limit=int(limit)),
    "longest_wait": lambda value, limit: say(
        "longest wait {wait} (limit {limit})", wait=clock(value), limit=clock(limit)
    ),
    "mean_wait": lambda value, limit: say("average wait {wait} (limit {limit})", wait=clock(value), limit=clock(limit)),
    "service_level": lambda value, limit: say(
        "service level {share} (limit {limit})", share=percent(value), limit=percent(limit)
    ),
    "answer_rate": lambda value, limit: say(
        "answer rate {share} (limit {limit})", share=percent(value), limit=percent(limit)
    ),
    "on_line_ratio": lambda value, limit: say(
        "on-line ratio {share} (limit {limit})", share=percent(value), limit=percent(limit)
    ),
}
"""A group's figures beyond their limits, said shortly: they stand together on the group's own card."""
_TOLD_BY_PLANS = frozenset({"waiting", "mean_wait"})


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a card; `shortcut` is a key that gives it, `kind` plain, strong or danger.

    `asks` is what has to be typed before it is given (a reason, a time), in place on the card; `preset` stands there
    already. `sure` is asked in place of the button before what no one key takes back. `why_not`: it is shown, and says
    why this person may not give it.
    """

    key: str
    label: Said
    shortcut: str = ""
    kind: str = "plain"
    asks: Said | None = None
    preset: str = ""
    sure: Said | None = None
    why_not: Said | None = None


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits for a person: what, why, what can be done, since when or until when.

    `urgency` orders cards of one tone, larger first; `group` is the skill group it concerns (empty: everybody's).
    `others` names who else is on it, `seats` are those it is about. An action's `key` comes back to who made the card.
    `good`: a calm badge says yes rather than nothing. `speaks_for` is the card of a group's alarms that this one takes
    in, as far as the tone `as_loud_as`: one trouble is one card.
    """

    id: str
    tone: Tone
    title: Said
    lines: tuple[Said, ...] = ()
    actions: tuple[Action, ...] = ()
    badge: Said | None = None
    badge_tone: Tone = Tone.CALM
    since: Instant | None = None
    due: Instant | None = None
    group: str = ""
    others: tuple[str, ...] = ()
    urgency: float = 0.0
    seats: tuple[Interface, ...] = ()
    good: bool = False
    speaks_for: str = ""
    as_loud_as: Tone = Tone.ALARM


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A card in its place in the list; `settled` once nobody asks any more, `fresh` while it has not been sorted in."""

    card: Card
    settled: bool = False
    fresh: bool = False


def cards_of(
    view: FloorView,
    now: Instant,
    *,
    mine: tuple[str, ...] = (),
    snoozed: Mapping[str, Instant] | None = None,
    more: Iterable[Card] = (),
) -> tuple[Card, ...]:
    """Return what waits now, most urgent first: the link's trouble, alarms, and cards other work brings (`more`).

    `mine` keeps the cards of some groups and those of nobody's; `snoozed` hides a card until its moment, but never an
    alarm that grew worse, since that is another card id.
    """
    until = snoozed or {}
    every = [*_link_cards(view, now), *_alarm_cards(view, now), *more]
    chosen = [
        card
        for card in every
        if until.get(_snooze_key(card), now) <= now and (not mine or not card.group or card.group in mine)
    ]
    return tuple(sorted(_taken_in(view, chosen), key=_order))


def _taken_in(view: FloorView, cards: list[Card]) -> list[Card]:
    """Let a group's alarms stand on the card of the plan that is about them, where there is one."""
    alarms = {card.id: card for card in cards if card.id.startswith("group:")}
    about: dict[str, Card] = {}
    for card in sorted(cards, key=_order):
        if card.speaks_for in alarms:
            about.setdefault(card.speaks_for, card)
    taking = {card.id: alarms[name] for name, card in about.items()}
    return [
        _with_alarms(view, card, taking[card.id]) if card.id in taking else card
        for card in cards
        if card.id not in about
    ]


def _with_alarms(view: FloorView, card: Card, alarm: Card) -> Card:
    heard = alarm.tone if rank(alarm.tone) < rank(card.as_loud_as) else card.as_loud_as
    beside = [a for a in view.alarms if a.group == alarm.group and a.rule in SHORT and a.rule not in _TOLD_BY_PLANS]
    beside.sort(key=lambda each: (-rank(each.tone), each.since, each.id))
    lines = _alarm_lines(beside) if beside else ()
    also = [say("Also: {figures}", figures=reduce(_and, lines))] if lines else []
    return msgspec.structs.replace(card, tone=worst(card.tone, heard), lines=(*card.lines, *also))


def _and(first: Said, second: Said) -> Said:
    return say("{first} · {second}", first=first, second=second)


def _order(card: Card) -> tuple[float, float, float, float, str]:
    due = card.due if card.due is not None else float("inf")
    since = card.since if card.since is not None else float("inf")
    return (-rank(card.tone), -card.urgency, due, since, card.id)


def snooze_key(card: Card) -> str:
    """Return under which name a card is hidden: a worse tone of the same alarm is heard again."""
    return _snooze_key(card)


def _snooze_key(card: Card) -> str:
    return f"{card.id}|{card.tone}"


def _link_cards(view: FloorView, now: Instant) -> list[Card]:
    state = standing(view, now)
    if state.tone is Tone.CALM or state.trust is Trust.PAST:
        return []
    lines = [state.reason] if state.reason is not None else []
    if view.link.detail:
        lines.append(say("Told by the other side: {detail}", detail=view.link.detail))
    if state.trust is Trust.OLD:
        lines.append(say("The figures on screen are old."))
    since = view.link.since
    return [
        Card(
            id="link",
            tone=state.tone,
            title=say("Connection to {floor}", floor=view.link.source) if view.link.source else say("Connection"),
            lines=tuple(lines),
            actions=(Action(key="connection", label=say("Check the connection"), shortcut="Return", kind="strong"),),
            badge=_ago(since, now),
            badge_tone=state.tone,
            since=since,
            urgency=1e9,
        )
    ]


def _ago(since: Instant | None, now: Instant) -> Said | None:
    return say("for {length}", length=clock(now - since)) if since is not None else None


def _alarm_cards(view: FloorView, now: Instant) -> list[Card]:
    """Bring alarms together: a group's figures on one card, agents stuck alike in one group on one; the rest alone."""
    together: dict[str, list[Alarm]] = {}
    for alarm in view.alarms:
        if alarm.subject == "link":
            continue
        if alarm.group and alarm.rule in SHORT:
            key = f"group:{alarm.group}"
        elif alarm.rule.startswith("stuck_"):
            key = f"{alarm.rule}:{alarm.group}"
        else:
            key = alarm.id
        together.setdefault(key, []).append(alarm)
    names = group_names(view) if together else {}
    return [_alarm_card(view, key, alarms, names, now) for key, alarms in together.items()]


def _alarm_card(view: FloorView, key: str, alarms: list[Alarm], names: Mapping[str, str], now: Instant) -> Card:
    alarms.sort(key=lambda alarm: (-rank(alarm.tone), alarm.since, alarm.id))
    first = alarms[0]
    tone, since = (
        worst(*(alarm.tone for alarm in alarms)),
        min(alarm.since for alarm in alarms if alarm.tone is first.tone),
    )
    seats = any(alarm.seats for alarm in alarms)
    show = Action(key="seats", label=say("Show seats"), shortcut="Return")
    if not seats:
        show = Action(key="show", label=say("Show"), shortcut="Return")
    group = names.get(first.group, "")
    return Card(
        id=key,
        tone=tone,
        title=say("{group}", group=group or first.subject),
        lines=_alarm_lines(alarms),
        actions=(show, Action(key="snooze", label=say("Later, in 5 min"), shortcut="S")),
        badge=_ago(since, now),
        badge_tone=tone,
        since=since,
        group=first.group,
        seats=tuple(seat for alarm in alarms for seat in alarm.seats),
        urgency=_crowd(view, first.group),
    )


def _crowd(view: FloorView, group: str) -> float:
    """Return how many wait in a group in steps of twice as many, so that cards do not change places at every caller."""
    figures = view.figures.groups.get(group)
    return float((figures.now.waiting if figures is not None else 0).bit_length())


def _alarm_lines(alarms: list[Alarm]) -> tuple[Said, ...]:
    if alarms[0].group and alarms[0].rule in SHORT:
        shorts = [SHORT[a.rule](a.value, a.limit) for a in alarms if a.value is not None and a.limit is not None]
        return tuple(shorts[:MOST_LINES])
    lines = [alarm.said for alarm in alarms[:MOST_LINES]]
    if len(alarms) > MOST_LINES:
        lines.append(say("and {count} more", count=len(alarms) - MOST_LINES))
    return tuple(lines)


def arranged(slots: Sequence[Slot], cards: Sequence[Card], *, held: bool) -> tuple[Slot, ...]:
    """Return the list's next order: sorted while nobody's hand is in it, otherwise nothing moves.

    Held: known cards keep their places, those nobody asks about any more stay as settled, new ones come last as fresh.
    Let go: settled ones leave and all is sorted again.
    """
    if not held:
        return tuple(Slot(card=card) for card in cards)
    by_id = {card.id: card for card in cards}
    kept = [
        Slot(card=by_id.get(slot.card.id, slot.card), settled=slot.card.id not in by_id, fresh=slot.fresh)
        for slot in slots
    ]
    known = {slot.card.id for slot in slots}
    return (*kept, *(Slot(card=card, fresh=True) for card in cards if card.id not in known))


def fresh_count(slots: Sequence[Slot]) -> int:
    """Return how many cards came while the list was held and still ask."""
    return sum(slot.fresh and not slot.settled for slot in slots)


def neighbour(slots: Sequence[Slot], current: str, gone_at: int) -> str:
    """Return the card the focus stands on: its own while it is there, else the one that took its place."""
    ids = [slot.card.id for slot in slots]
    if current in ids or not ids:
        return current if ids else ""
    return ids[min(max(gone_at, 0), len(ids) - 1)]
