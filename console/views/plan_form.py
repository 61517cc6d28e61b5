"""The forms of a plan: which field stands under which words, what may be chosen, how it is typed and written.

The fields of an action are read off its class, so a new action with plain fields has its form at once; what it calls
them is added to `LABELS`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin

import msgspec

from console.core.floor.model import Record
from console.core.floor.policy import Channel
from console.core.floor.view import FloorView
from console.core.rules.break_policy import BreakRules
from console.core.rules.watches import Condition, Each
from console.core.words import Said, say
from console.core.work.plan_action import NAMES, Action
from console.core.work.plan_actions import ANNOUNCE, NAMED, name_of
from console.core.work.plan_body import DECIDERS, OnFailure, Trigger
from console.views.break_words import kind_words
from console.views.plan_words import DECIDER, EACH, TRIGGER
from console.views.scope import groups_of
from console.views.settings_breaks import read_windows, write_windows
from console.views.words import CHANNEL, how_long


class Kind(StrEnum):
    """How a field is entered."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    PERCENT = "percent"
    CHOICE = "choice"
    PICKS = "picks"
    FLAG = "flag"
    CONDITION = "condition"
    SPANS = "spans"
    OTHER = "other"


class Field(Record, frozen=True, kw_only=True):
    """One field: its key, its words, how it is entered; `usual` is what stands where nothing is said.

    `of` names what may be chosen (`queues`, `queue`, `shortcut`, `breaks`, `only`) or "" for `choices`; `empty` allows
    nothing at all. Numbers have a `unit`.
    """

    name: str
    said: Said
    kind: Kind
    usual: Any = None
    needed: bool = False
    empty: bool = False
    unit: Said | None = None
    hint: Said | None = None
    of: str = ""
    choices: tuple[tuple[str, Said], ...] = ()


_S = say("s")
_AS_PLAN = ("", say("as the plan says"))
ON_FAILURE: Mapping[str, Said] = {
    OnFailure.ASK: say("ask a person"),
    OnFailure.GO_ON: say("go on with the next step"),
    OnFailure.STOP: say("stop here"),
}
ACTION: Mapping[str, Said] = {
    "notify": say("Tell desks or a web hook"),
    "flex": say("Flex agents on line"),
    "hold_breaks": say("Hold breaks"),
    "directive": say("Agreed wording"),
    "wait": say("Wait"),
    "ask": say("Ask a person"),
    "ivr_shortcut": say("IVR short-cut"),
    "overflow": say("Overflow"),
    "close": say("Close queues"),
    "key": say("Set a routing key"),
}
"""What an action is called in a list."""

LABELS: Mapping[str, Said] = {
    "id": say("Short name"),
    "name": say("Name of the plan"),
    "watch": say("Watch"),
    "when": say("Condition"),
    "step": say("Steps"),
    "do": say("Action"),
    "title": say("Heading"),
    "on_failure": say("Where it fails"),
    "to": say("To"),
    "text": say("What is said"),
    "sound": say("With a sound"),
    "body": say("Body of the web hook"),
    "content_type": say("Kind of body"),
    "unsigned": say("Send it unsigned"),
    "answer": say("To be typed with a yes"),
    "count": say("How many"),
    "queues": say("Queues"),
    "penalty": say("Penalty"),
    "answer_s": say("Time to answer"),
    "confirm": say("Whose word counts"),
    "call_back": say("Ask back from"),
    "release_every_s": say("Let through every"),
    "seconds": say("How long"),
    "until": say("Until it holds"),
    "at_most_s": say("At most"),
    "channel": say("Other queues of"),
    "family": say("Family"),
    "key": say("Key"),
    "value": say("Value"),
    "noticed": say("Customers notice it"),
    "each": say("Stands for"),
    "only": say("Only for"),
    "trigger": say("Begins"),
    "countdown_s": say("Begins by itself after"),
    "decide": say("Who decides"),
    "calm_s": say("Calm for"),
    "stage_s": say("Between the stages"),
    "cause": say("Question before standing down"),
    "ends_after_s": say("Ends at the latest after"),
    "sustained_s": say("Must last"),
    "least_waiting": say("Only with at least"),
    "clear_by": say("Back behind the limit by"),
    "clear_s": say("And stay there for"),
    "quiet": say("Does not begin from – to"),
}
"""What a key of a plan's text is called."""

_HINTS: Mapping[str, Said] = {
    "notify.to": say("desks: all desks. Or the address of a web hook, https only."),
    "notify.body": say("Empty: plan, subject and words as JSON."),
    "flex.queues": say("None: those the plan runs for."),
    "overflow.queues": say("None: those the plan runs for."),
    "hold_breaks.call_back": say("People are asked back, never pulled back."),
    "close.channel": say("Every queue of that channel the plan does not run for."),
    "wait.seconds": say("Empty where it waits for figures."),
    "flex.penalty": say("How far behind the others they are called; 0: beside them."),
}
_CHOICES: Mapping[str, tuple[tuple[str, Said], ...]] = {
    "on_failure": (_AS_PLAN, *ON_FAILURE.items()),
    "flex.confirm": (
        ("either", say("the agent's or the supervisor's")),
        ("code", say("the agent's, dialled")),
        ("supervisor", say("the supervisor's")),
    ),
    "close.channel": (("", say("none")), *((str(each), CHANNEL[each]) for each in Channel)),
}
_PICKED = {
    "queues": "queues",
    "overflow.to": "queue",
    "ivr_shortcut.to": "shortcut",
    "hold_breaks.call_back": "breaks",
}
_LONG = frozenset({"notify.text", "notify.body", "directive.text", "ask.text"})
_HOLDS = say("May hold {names}.", names=" ".join(f"${{{name}}}" for name in NAMES))
_LAST = ("title", "on_failure")

TOP = (
    Field(name="name", said=LABELS["name"], kind=Kind.LINE, needed=True),
    Field(
        name="id",
        said=LABELS["id"],
        kind=Kind.LINE,
        needed=True,
        hint=say("Small letters, digits, - and _; scripts call it so, and it stays as it is."),
    ),
    Field(name="each", said=LABELS["each"], kind=Kind.CHOICE, usual=str(Each.GROUP), choices=tuple(EACH.items())),
    Field(name="only", said=LABELS["only"], kind=Kind.PICKS, usual=[], of="only", hint=say("None: all of them.")),
    Field(
        name="trigger",
        said=LABELS["trigger"],
        kind=Kind.CHOICE,
        usual=str(Trigger.PROPOSE),
        choices=tuple((str(key), words) for key, words in TRIGGER.items()),
    ),
    Field(
        name="countdown_s",
        said=LABELS["countdown_s"],
        kind=Kind.NUMBER,
        empty=True,
        unit=_S,
        hint=say("Once proposed. Empty: it waits for a person."),
    ),
    Field(
        name="decide",
        said=LABELS["decide"],
        kind=Kind.CHOICE,
        usual="supervisor",
        choices=tuple((key, DECIDER[key]) for key in DECIDERS if key in DECIDER),
    ),
    Field(
        name="on_failure",
        said=LABELS["on_failure"],
        kind=Kind.CHOICE,
        usual=str(OnFailure.ASK),
        choices=tuple(ON_FAILURE.items()),
    ),
    Field(
        name="calm_s",
        said=LABELS["calm_s"],
        kind=Kind.NUMBER,
        usual=900.0,
        unit=_S,
        hint=say("Then standing down is proposed."),
    ),
    Field(
        name="stage_s",
        said=LABELS["stage_s"],
        kind=Kind.NUMBER,
        usual=60.0,
        unit=_S,
        hint=say("What customers notice is put back first, the rest after this."),
    ),
    Field(name="cause", said=LABELS["cause"], kind=Kind.LINE, usual="", empty=True, hint=say("Empty: none is asked.")),
    Field(
        name="ends_after_s",
        said=LABELS["ends_after_s"],
        kind=Kind.NUMBER,
        empty=True,
        unit=_S,
        hint=say("Empty: at no set time."),
    ),
)
WATCH = (
    Field(name="sustained_s", said=LABELS["sustained_s"], kind=Kind.NUMBER, usual=30.0, unit=_S),
    Field(
        name="least_waiting",
        said=LABELS["least_waiting"],
        kind=Kind.WHOLE,
        usual=5,
        unit=say("callers waiting"),
    ),
    Field(name="clear_by", said=LABELS["clear_by"], kind=Kind.PERCENT, usual=0.1, unit=say("%")),
    Field(name="clear_s", said=LABELS["clear_s"], kind=Kind.NUMBER, usual=60.0, unit=_S),
    Field(
        name="quiet",
        said=LABELS["quiet"],
        kind=Kind.SPANS,
        usual=[],
        empty=True,
        hint=say("Times of day such as 22:30–07:00, several with a comma between. Empty: at any time."),
    ),
)


def fields_of(do: str) -> tuple[Field, ...]:
    """Return the form of an action, its own fields first; none for one nobody knows."""
    action = NAMED.get(do)
    if action is None:
        return ()
    found = [_field(action, each) for each in msgspec.structs.fields(action)]
    own = [each for each in found if each.name not in _LAST]
    own.sort(key=lambda each: not each.needed)
    return (*own, *(each for name in _LAST for each in found if each.name == name))


def label_of(key: str) -> Said:
    """Return what a key of a plan's text is called; one nobody named is called by its key."""
    return LABELS.get(key, say("{key}", key=key.replace("_", " ")))


def _field(action: type[Action], info: msgspec.structs.FieldInfo) -> Field:
    do, name = name_of(action), info.name
    place = f"{do}.{name}"
    optional = _is_optional(info.type)
    return Field(
        name=name,
        said=label_of(name),
        kind=_kind(info.type, place),
        usual=None if info.required else _plain(info.default),
        needed=info.required,
        empty=optional or name == "title" or place == "notify.body",
        unit=_S if name.endswith("_s") or name == "seconds" else None,
        hint=_HINTS.get(place, _HOLDS if place in _LONG else None),
        of=_PICKED.get(place, _PICKED.get(name, "")),
        choices=_CHOICES.get(place, _CHOICES.get(name, ())),
    )


def _kind(kind: Any, place: str) -> Kind:  # noqa: ANN401  a type as msgspec gives it
    plain = next((each for each in get_args(kind) if each is not type(None)), kind) if _is_optional(kind) else kind
    name = place.rpartition(".")[2]
    listed = get_origin(plain) is tuple
    if place in _CHOICES or name in _CHOICES or _PICKED.get(place) in {"queue", "shortcut"}:
        return Kind.CHOICE
    if listed and (place in _PICKED or name in _PICKED):
        return Kind.PICKS
    if place in _LONG:
        return Kind.TEXT
    return {bool: Kind.FLAG, int: Kind.WHOLE, float: Kind.NUMBER, str: Kind.LINE, Condition: Kind.CONDITION}.get(
        plain, Kind.OTHER
    )


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever a field holds
    plain = msgspec.to_builtins(value)
    return list(plain) if isinstance(plain, tuple) else plain


def _is_optional(kind: Any) -> bool:  # noqa: ANN401  a type as msgspec gives it
    return get_origin(kind) is UnionType and type(None) in get_args(kind)


# ---- what may be chosen ----------------------------------------------------------------------------------------------


def offers(field: Field, view: FloorView, breaks: BreakRules, each: str) -> tuple[tuple[str, Said], ...]:
    """Return what may be chosen in a field on this floor: (key, words)."""
    wanted = each if field.of == "only" else field.of
    if wanted in {"queues", "queue", Each.QUEUE, "shortcut"}:
        named = {queue for group in view.policy.groups for queue in group.queues}
        queues = tuple((name, say("{queue}", queue=name)) for name in sorted(named | set(view.queues)))
        return ((ANNOUNCE, say("the emergency announcement")), *queues) if wanted == "shortcut" else queues
    if wanted == "breaks":
        return tuple((kind.id, kind_words(kind)) for kind in breaks.kinds)
    if wanted == Each.CHANNEL:
        return tuple((str(channel), CHANNEL[channel]) for channel in Channel)
    if wanted == Each.GROUP:
        return tuple((group.id, say("{group}", group=group.name)) for group in groups_of(view))
    return field.choices


# ---- what is typed ---------------------------------------------------------------------------------------------------

_CLOCK = re.compile(r"(\d{1,4})[:\uff1a](\d{2})")


def read_typed(field: Field, typed: str) -> Any:  # noqa: ANN401  whatever the field holds
    """Return what was typed as it goes into the plan's table; what cannot be read stays as typed, and is a fault."""
    told = typed.strip()
    if field.kind in {Kind.LINE, Kind.TEXT}:
        return typed if field.kind is Kind.TEXT else told
    if not told and field.empty:
        return [] if field.kind is Kind.SPANS else None
    if field.kind is Kind.SPANS:
        spans = read_windows(told)
        return told if isinstance(spans, Said) else [list(span) for span in spans]
    clock = _CLOCK.fullmatch(told) if field.unit is _S else None
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    return read_number(told, percent=field.kind is Kind.PERCENT)


def read_number(typed: str, *, percent: bool = False) -> int | float | str:
    """Return a number as typed, with `percent` as a share; the text itself where it is none."""
    told = typed.strip().rstrip("%\uff05").strip().replace(",", ".").replace("。", ".")
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{0,9})?", told):
        return typed.strip()
    value = float(told)
    if percent:
        return round(value / 100, 9)
    return int(value) if value == int(value) else value


def write_typed(field: Field, value: Any) -> str:  # noqa: ANN401  whatever the field holds
    """Return a value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if field.kind is Kind.SPANS and isinstance(value, list):
        try:
            return write_windows(tuple((str(begin), str(end)) for begin, end in value))
        except ValueError:
            return str(value)
    return write_number(value, percent=field.kind is Kind.PERCENT)


def write_number(value: Any, *, percent: bool = False) -> str:  # noqa: ANN401  whatever stands there
    """Return a number without needless digits, with `percent` a share as per cent."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"{round(value * 100, 7) if percent else value:.10g}"


def length_words(field: Field, value: Any) -> Said | None:  # noqa: ANN401  whatever the field holds
    """Return a length of more than a minute in minutes, as seconds are hard to read."""
    if field.unit is not _S or isinstance(value, bool) or not isinstance(value, int | float) or value < 60:
        return None
    return how_long(value)


def noticed(step: Mapping[str, Any]) -> bool:
    """Return whether customers notice a step, as its action or its author says."""
    action = NAMED.get(str(step.get("do", "")))
    return action is not None and action.customers_notice and step.get("noticed", True) is not False


_OF_WEB_HOOKS = frozenset({"body", "content_type", "unsigned"})


def matters(step: Mapping[str, Any], name: str) -> bool:
    """Return whether a field means something beside the others of its step, or says something already."""
    if name in step:
        return True
    if step.get("do") == "notify":
        desks = step.get("to", "desks") == "desks"
        return not desks if name in _OF_WEB_HOOKS else desks or name != "sound"
    if step.get("do") == "wait":
        return {"seconds": "until" not in step, "at_most_s": "until" in step}.get(name, True)
    return True
