"""Breaks in words: their kinds, their states, who they are about, and what the rules object."""

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec.structs import replace

from console.core.floor.day import zone_of
from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_policy import HANDOVER, MEAL, OTHER, TOILET, BreakKind, BreakRules
from console.core.rules.breaks import Objection
from console.core.words import Said, say
from console.core.work.break_cases import rules_of
from console.core.work.break_records import Break, BreakState

_STOCK: Mapping[tuple[str, str], Said] = {
    (MEAL.id, MEAL.name): say("Meal"),
    (TOILET.id, TOILET.name): say("Toilet"),
    (OTHER.id, OTHER.name): say("Other"),
    (HANDOVER.id, HANDOVER.name): say("Handover"),
}
"""The kinds of the operating rules have a name in every language; one that was renamed is called what it was named."""

STATE: Mapping[BreakState, Said] = {
    BreakState.ASKED: say("asked"),
    BreakState.OWED: say("in line"),
    BreakState.GRANTED: say("granted"),
    BreakState.AWAY: say("away"),
    BreakState.OVERRUN: say("over time"),
    BreakState.LATE: say("over time"),
    BreakState.CALLED_BACK: say("asked back"),
    BreakState.UNASKED: say("not asked for"),
    BreakState.RETURNED: say("back"),
    BreakState.REFUSED: say("refused"),
    BreakState.WITHDRAWN: say("withdrawn"),
    BreakState.LAPSED: say("not used"),
}


def kind_words(kind: BreakKind) -> Said:
    """Return what a kind is called."""
    return _STOCK.get((kind.id, kind.name)) or say("{kind}", kind=kind.name)


def kind_of_break(book: Book, each: Break) -> BreakKind:
    """Return the kind of a break by the rules now in force."""
    rules = rules_of(book).of(each.group)
    return rules.kind(each.kind) or rules.asked("", each.reason)


def objection_words(objection: Objection, rules: BreakRules) -> Said:
    """Return why a rule says no, its kind called as the reader's language calls it."""
    return with_kind(objection.said, rules)


def with_kind(said: Said, rules: BreakRules) -> Said:
    """Return a sentence of the core with the kind in it called as the reader's language calls it."""
    kind = next((kind for kind in rules.kinds if kind.name == said.values.get("kind")), None)
    return said if kind is None else replace(said, values={**said.values, "kind": kind_words(kind)})


def who(view: FloorView, each: Break) -> str:
    """Return name and number 工号."""
    person = view.people.get(each.person)
    return f"{each.name} {person.number}" if person is not None and person.number else each.name


def clock24(at: Instant, policy: FloorPolicy) -> str:
    """Return a moment as the time of day at the centre, HH:MM."""
    zone = zone_of(policy)
    local = datetime.fromtimestamp(at, zone) if zone else datetime.fromtimestamp(at, UTC).astimezone()
    return local.strftime("%H:%M")
