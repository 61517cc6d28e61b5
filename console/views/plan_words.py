"""Plans in words: for whom, their states, what is measured and how it is written, what a step does, its trouble."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from console.core.floor.figures import FLOOR_SUBJECT
from console.core.floor.policy import Channel
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.watches import Each
from console.core.words import Said, say
from console.core.work.plan_action import Action
from console.core.work.plan_actions import action_of
from console.core.work.plan_body import Trigger
from console.core.work.plan_flex import ASKED, NO, SILENT, YES
from console.core.work.plan_records import RunState, StepState
from console.core.work.plan_telling import Notify, Wording
from console.views.rehearsal import holder_words, object_words
from console.views.scope import group_names
from console.views.words import CHANNEL, DASH, clock, percent

RUN_STATE: Mapping[RunState, Said] = {
    RunState.PROPOSED: say("proposed"),
    RunState.PUT_OFF: say("put off"),
    RunState.RUNNING: say("under way"),
    RunState.ASKING: say("asks a person"),
    RunState.STOPPED: say("stopped"),
    RunState.STANDING: say("all stands"),
    RunState.STANDING_DOWN: say("standing down"),
    RunState.STOOD_DOWN: say("stood down"),
    RunState.DROPPED: say("not begun"),
    RunState.LAPSED: say("calm before it began"),
}

STEP_STATE: Mapping[StepState, Said] = {
    StepState.PENDING: say("to come"),
    StepState.DOING: say("being done"),
    StepState.STANDING: say("stands"),
    StepState.FAILED: say("failed"),
    StepState.SKIPPED: say("left out"),
    StepState.RELEASING: say("being put back"),
    StepState.RELEASED: say("put back"),
}

TRIGGER: Mapping[Trigger, Said] = {
    Trigger.HAND: say("by hand"),
    Trigger.PROPOSE: say("proposed by its watch"),
    Trigger.ITSELF: say("by itself"),
}

DECIDER: Mapping[str, Said] = {"supervisor": say("supervisor"), "duty_manager": say("duty manager")}

FLEX_ANSWER: Mapping[str, Said] = {
    ASKED: say("asked, no answer yet"),
    YES: say("said yes"),
    NO: say("said no"),
    SILENT: say("no answer"),
}

EACH: Mapping[Each, Said] = {
    Each.GROUP: say("every skill group"),
    Each.QUEUE: say("every queue"),
    Each.CHANNEL: say("every channel"),
    Each.FLOOR: say("the whole floor"),
}

MEASURE: Mapping[str, Said] = {
    "waiting": say("people waiting"),
    "mean_wait_s": say("average wait"),
    "longest_wait_s": say("longest wait"),
    "asa_s": say("speed of answer"),
    "service_level": say("service level"),
    "answer_rate": say("answer rate"),
    "abandon_rate": say("abandon rate"),
    "entered": say("calls offered"),
    "abandoned": say("calls abandoned"),
    "on_shift": say("seats on shift"),
    "on_line": say("seats on line"),
    "away": say("seats away"),
    "on_line_ratio": say("on-line ratio"),
    "occupancy": say("occupancy"),
}

LENGTHS = frozenset({"mean_wait_s", "longest_wait_s", "asa_s"})
"""The measures in seconds."""
SHARES = frozenset({"service_level", "answer_rate", "abandon_rate", "on_line_ratio", "occupancy"})
"""The measures that are shares of one."""
LIMIT = " limit"
"""What ends the name of a figure that is a measure's limit, among those a watch fired on."""
_PER_SEAT = " per seat"
_FIGURE = re.compile(r"\$\{\w+\}")


def subject_words(view: FloorView, subject: str) -> Said:
    """Return what a subject is called on this floor."""
    kind, _, name = subject.partition(":")
    if subject == FLOOR_SUBJECT:
        return say("Whole floor")
    if kind == Each.CHANNEL and name in set(Channel):
        return CHANNEL[Channel(name)]
    if kind == Each.GROUP:
        return say("{group}", group=group_names(view).get(name, name))
    return say("Queue {queue}", queue=name)


def measure_words(figure: str, view: FloorView) -> Said:
    """Return what a figure of a watch is called: a measure, per seat, of another subject."""
    name, _, about = figure.replace(_PER_SEAT, "|").partition(" ")
    measure = MEASURE.get(name.rstrip("|"), say("{measure}", measure=name.rstrip("|")))
    if name.endswith("|"):
        measure = say("{measure} per seat", measure=measure)
    return say("{measure} of {subject}", measure=measure, subject=subject_words(view, about)) if about else measure


def figure_text(figure: str, value: float | None) -> str:
    """Return a figure of a watch as it is written: waits as m:ss, shares as per cent."""
    if value is None:
        return DASH
    name = figure.split(" ", 1)[0]
    if name in LENGTHS:
        return clock(value)
    if name in SHARES:
        return percent(value)
    return f"{value:.1f}" if _PER_SEAT in figure or value != int(value) else f"{value:.0f}"


def fired_words(fired: Mapping[str, float | None], view: FloorView) -> tuple[Said, ...]:
    """Return the figures a watch fired on that were beyond their limits, each with the limit."""
    told = []
    for name, value in fired.items():
        limit = fired.get(f"{name}{LIMIT}")
        if name.endswith(LIMIT) or value is None or limit is None:
            continue
        words = say(
            "{measure} {value} (limit {limit})",
            measure=measure_words(name, view),
            value=figure_text(name, value),
            limit=figure_text(name, limit),
        )
        told.append((value <= limit, words))
    beyond = [words for within, words in told if not within]
    return tuple(beyond or [words for _, words in told])


def step_words(body: Mapping[str, Any]) -> Said:
    """Return what a step does, names of the ACD said as people say them; a step nobody can read by its name."""
    try:
        action = action_of(dict(body))
    except msgspec.ValidationError:
        return say("{action}", action=str(body.get("do", DASH)))
    return action_words(action)


def action_words(action: Action) -> Said:
    """Return what an action does, its text in short."""
    said = action.said()
    if isinstance(action, Notify | Wording):
        # A text with a title goes by it: its figures are filled in only when it is told.
        return replace(said, values={**said.values, "words": action.title or unfilled(action.text)})
    return said


def unfilled(text: str) -> str:
    """Return a text whose figures are not yet known, a sign in the place of each."""
    return _FIGURE.sub("…", text)


def trouble_words(trouble: str, book: Book) -> Said:
    """Return a step's trouble in words: how many flex agents came, which lever is held by whom, or as it was told."""
    came, slash, wanted = trouble.partition("/")
    if slash and came.isdigit() and wanted.isdigit():
        return say("{came} of {count} came on line", came=int(came), count=int(wanted))
    lever, colon, holder = trouble.partition(": ")
    if colon and holder.startswith(("plan_runs:", "breaks:")):
        return held_words(((lever, holder.split(", ", 1)[0]),), book)
    if colon and lever.startswith(("key/", "member/", "seat/")):
        return say("{lever}: the ACD answers “{why}”", lever=object_words(lever), why=holder)
    return say("{trouble}", trouble=trouble)


def held_words(held: tuple[tuple[str, str], ...], book: Book) -> Said:
    """Return which lever is held by whom; of several the first."""
    lever, holder = held[0]
    return say("{lever} is held by {holder}", lever=object_words(lever), holder=holder_words(book, holder))
