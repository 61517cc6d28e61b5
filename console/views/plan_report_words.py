"""A plan's run in words: what flex agents answered, what a line of its journal is, and its sentences retold."""

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec.structs import replace

from console.core.floor.day import zone_of
from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.core.work.plan_actions import ANNOUNCE
from console.views.plan_words import subject_words
from console.views.rehearsal import object_words
from console.views.words import DASH

ANSWER: Mapping[str, Said] = {
    "asked": say("not answered yet"),
    "yes": say("yes"),
    "no": say("no"),
    "silent": say("no answer"),
}
KINDS: Mapping[str, Said] = {
    "condition": say("condition"),
    "decision": say("decision"),
    "step": say("step"),
    "lever": say("lever"),
    "message": say("message"),
}
"""What a line of the timeline may be."""
_DECISIONS = frozenset({"answered", "retried", "step.releasing", "flex.answered"})
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


def retold(said: Said, policy: FloorPolicy) -> Said:
    """Return a journal's sentence with subject, levers and actions called as people call them."""
    if said.text == "Tell {to}: {words}" and said.values.get("to") == "desks":
        return say("Tell all desks: {words}", words=said.values.get("words", ""))
    if said.text == "IVR short-cut: {to}" and said.values.get("to") == ANNOUNCE:
        return say("IVR short-cut: the emergency announcement")
    values = dict(said.values)
    for name, value in said.values.items():
        if isinstance(value, Said):
            values[name] = retold(value, policy)
        elif name == "subject":
            values[name] = subject_words(FloorView(policy=policy), str(value))
        elif name == "lever":
            values[name] = object_words(str(value))
    return replace(said, values=values)


def kind_of(what: str) -> str:
    """Return what a line of the journal is: a key of `KINDS`."""
    family, _, rest = what.partition(".")
    if family == "lever":
        return "decision" if rest in {"again", "left"} else "lever"
    if family in {"watch", "message"}:
        return {"watch": "condition"}.get(family, family)
    if rest in _DECISIONS:
        return "decision"
    if rest.startswith(("step.", "flex.", "break.")) or rest == "asks":
        return "step"
    return "condition" if rest in _CONDITIONS else "decision"
