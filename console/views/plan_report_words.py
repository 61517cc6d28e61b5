"""A plan's run in words: what a line of its journal is, and its sentences retold."""

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec.structs import replace

from console.core.floor.day import zone_of
from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.roles import CONSOLE
from console.core.words import Said, say
from console.core.work.plan_report import Happened
from console.views.plan_words import subject_words
from console.views.rehearsal import object_words, value_words
from console.views.words import DASH

KINDS: Mapping[str, Said] = {
    "condition": say("condition"),
    "decision": say("decision"),
    "step": say("step"),
    "lever": say("lever"),
    "message": say("message"),
    "break": say("break"),
}
"""What a line of the timeline may be."""
_CONDITIONS = frozenset({"proposed", "lapsed", "calm", "back"})


def moment(at: Instant | None, policy: FloorPolicy) -> str:
    """Return a moment as the time of day at the centre, HH:MM:SS, a dash for None."""
    return DASH if at is None else local(at, policy).strftime("%H:%M:%S")


def local(at: Instant, policy: FloorPolicy) -> datetime:
    """Return a moment in the floor's time zone."""
    zone = zone_of(policy)
    return datetime.fromtimestamp(at, zone) if zone else datetime.fromtimestamp(at, UTC).astimezone()


def plain(text: str) -> Said:
    """Return a text the core keeps in English as a sentence, which a language may know."""
    return Said("{words}", {"words": text}) if "{" in text or "}" in text else Said(text)


def retold(line: Happened, policy: FloorPolicy, called: Mapping[str, str]) -> Said:
    """Return what a line of the journal says; its subject, levers and values as people call them, the plan left out."""
    said = line.said
    if said.text == "{plan}, step {n}, {action}: {state}":
        of = said.values
        said = say("step {n}, {action}: {state}", n=of["n"], action=of["action"], state=of["state"])
    values = dict(said.values)
    lever = str(values.get("lever", ""))
    for name, value in said.values.items():
        if name == "lever":
            values[name] = object_named(lever, called)
        elif name in _SET and lever and name in line.values:
            values[name] = value_words(lever, line.values[name])
        elif name == "subject":
            values[name] = subject_words(FloorView(policy=policy), str(value))
        elif isinstance(value, Said):
            values[name] = _by_the_console(value)
    return _by_the_console(replace(said, values=values))


_SET = frozenset({"found", "value"})


def _by_the_console(said: Said) -> Said:
    """Return a sentence with the console itself called as the language calls it."""
    if said.values.get("who") != CONSOLE.name:
        return said
    return replace(said, values={**said.values, "who": say("the console")})


def object_named(lever: str, called: Mapping[str, str]) -> Said:
    """Return what a lever moves, a phone called by its person where the name is known."""
    said = object_words(lever)
    phone = called.get(str(said.values.get("phone", "")))
    return replace(said, values={**said.values, "phone": phone}) if phone else said


def kind_of(line: Happened) -> str:
    """Return what a line of the journal is: a key of `KINDS`; what the clock does in its turn is no decision."""
    family, _, rest = line.what.partition(".")
    by_itself = line.role == CONSOLE.role
    if family == "lever":
        return "decision" if rest in {"again", "left"} else "lever"
    if family == "watch" or rest in _CONDITIONS:
        return "condition"
    if family in {"message", "break"}:
        return family
    if by_itself:
        return "decision" if rest in _BY_SETTING else "step"
    return "decision"


_BY_SETTING = frozenset({"begun", "standing_down", "stopped"})
"""What the clock decides because people told the plan to."""
