"""Conditions of a plan as rows: measure, comparison, number, per seat; and what they say of the floor now."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from console.core.floor.model import Instant, LinkStatus, Record
from console.core.floor.view import FloorView
from console.core.rules.watches import (
    MEASURES,
    WITH_LINE,
    WITH_TARGET,
    Condition,
    Each,
    Standing,
    Watch,
    WatchState,
    figures_at,
    holds,
    is_quiet,
    judge,
    limit_of,
    subjects_of,
    value_of,
)
from console.core.words import Said, say
from console.core.work.plan_text import condition_faults
from console.views.plan_form import read_number, write_number
from console.views.plan_words import LENGTHS, MEASURE, SHARES, figure_text, subject_words
from console.views.words import DASH

Part = dict[str, Any]
COMPARISONS = ("above", "below", "over_target", "emergency")
_COMPARISON: Mapping[str, Said] = {
    "above": say("above"),
    "below": say("below"),
    "over_target": say("over its target by"),
    "emergency": say("over the emergency line"),
}
_NO_SEAT = SHARES | {"on_shift", "on_line", "away"}
MOST_SUBJECTS = 8
"""So many groups, queues or channels are shown as they stand now, those where it holds first."""


def joined_parts(condition: Part) -> tuple[str, tuple[Part, ...]]:
    """Return how a condition joins its parts ("all", "any", "" for a single comparison), and the parts."""
    for how in ("any", "all"):
        parts = condition.get(how)
        if isinstance(parts, list) and parts:
            return how, tuple(part for part in parts if isinstance(part, dict))
    return "", (condition,) if condition else ()


def joined(how: str, parts: tuple[Part, ...]) -> Part:
    """Return parts as one condition."""
    if len(parts) < 2:
        return parts[0] if parts else {}
    return {how or "any": list(parts)}


def is_nested(part: Part) -> bool:
    """Return whether a part joins others itself: it is kept as it is."""
    return "all" in part or "any" in part


def measures() -> tuple[tuple[str, Said], ...]:
    """Return what can be measured: (name, words)."""
    return tuple((name, MEASURE.get(name, say("{measure}", measure=name))) for name in MEASURES)


def comparisons(measure: str) -> tuple[tuple[str, Said], ...]:
    """Return how a measure can be compared."""
    fits = {"over_target": measure in WITH_TARGET, "emergency": measure in WITH_LINE}
    return tuple((name, _COMPARISON[name]) for name in COMPARISONS if fits.get(name, True))


def comparison_of(part: Part) -> str:
    """Return how a part compares, the first where it names several, above where none."""
    return next((name for name in COMPARISONS if part.get(name) not in {None, False}), "above")


def may_be_per_seat(part: Part) -> bool:
    """Return whether a measure means something divided by the seats on line."""
    return part.get("measure") not in _NO_SEAT and comparison_of(part) in {"above", "below"}


def is_share(part: Part) -> bool:
    """Return whether its number is typed as per cent."""
    how = comparison_of(part)
    return how == "over_target" or (part.get("measure") in SHARES and how != "emergency")


def unit_of(part: Part) -> Said | None:
    """Return the unit of its number."""
    if is_share(part):
        return say("%")
    return say("s") if part.get("measure") in LENGTHS else None


def number_text(part: Part) -> str:
    """Return its number as it is typed, "" for the emergency line, which has its own."""
    how = comparison_of(part)
    return "" if how == "emergency" else write_number(part.get(how), percent=is_share(part))


def with_number(part: Part, typed: str) -> Part:
    """Return a part with another number."""
    return {**part, comparison_of(part): read_number(typed, percent=is_share(part))}


def with_comparison(part: Part, how: str) -> Part:
    """Return a part compared another way; its number goes along where it means the same."""
    rest = {key: value for key, value in part.items() if key not in COMPARISONS}
    if how == "emergency":
        rest.pop("per_seat", None)
        return {**rest, how: True}
    before = comparison_of(part)
    if how == before and how in part:
        return part
    number = part.get(before) if {how, before} == {"above", "below"} else ""
    return {**rest, how: number}


def with_measure(part: Part, measure: str) -> Part:
    """Return a part that measures something else."""
    how = comparison_of(part)
    changed = {**part, "measure": measure}
    if how not in dict(comparisons(measure)):
        changed = with_comparison(changed, "above")
    elif how in {"above", "below"} and unit_of(part) != unit_of(changed):
        changed[how] = ""
    if not may_be_per_seat(changed):
        changed.pop("per_seat", None)
    return changed


def with_per_seat(part: Part, *, per_seat: bool) -> Part:
    """Return a part per seat on line, or absolute."""
    rest = {key: value for key, value in part.items() if key != "per_seat"}
    return {**rest, "per_seat": True} if per_seat else rest


def new_part() -> Part:
    """Return a comparison to begin with."""
    return {"measure": "waiting", "above": 20}


def part_words(part: Part, view: FloorView) -> Said:
    """Return a part in words, joined ones in brackets."""
    how, parts = joined_parts(part)
    if how:
        words = [part_words(each, view) for each in parts]
        told = words[0]
        for each in words[1:]:
            told = (
                say("{one} and {other}", one=told, other=each)
                if how == "all"
                else say("{one} or {other}", one=told, other=each)
            )
        return say("({words})", words=told)
    measure = MEASURE.get(str(part.get("measure")), say("{measure}", measure=str(part.get("measure", DASH))))
    if part.get("per_seat"):
        measure = say("{measure} per seat", measure=measure)
    about = str(part.get("of", ""))
    if about:
        measure = say("{measure} of {subject}", measure=measure, subject=subject_words(view, about))
    unit = unit_of(part)
    number = say("{number}{unit}", number=number_text(part), unit=unit if unit is not None else "")
    return say(
        "{measure} {comparison} {number}", measure=measure, comparison=_COMPARISON[comparison_of(part)], number=number
    )


# ---- the floor now ---------------------------------------------------------------------------------------------------


class LineNow(Record, frozen=True, kw_only=True):
    """What one comparison says now; `true` None where figures are missing."""

    said: Said
    true: bool | None


class SubjectNow(Record, frozen=True, kw_only=True):
    """What a watch says of one subject now: whether it would hold, its comparisons, `but` what keeps it from firing."""

    subject: str
    name: Said
    true: bool | None
    lines: tuple[LineNow, ...]
    but: Said | None = None


def condition_now(condition: Condition, view: FloorView, subject: str) -> tuple[LineNow, ...]:
    """Return what every comparison of a condition says of a subject now."""
    parts = condition.all or condition.any
    if parts:
        return tuple(line for part in parts for line in condition_now(part, view, subject))
    about = condition.of or subject
    figures, limit = figures_at(view, about), limit_of(condition, view.policy, about)
    value = None if figures is None else value_of(condition, figures)
    name = condition.measure
    key = f"{name} per seat" if condition.per_seat else name
    measure = MEASURE.get(name, say("{measure}", measure=name))
    if condition.per_seat:
        measure = say("{measure} per seat", measure=measure)
    if condition.of:
        measure = say("{measure} of {subject}", measure=measure, subject=subject_words(view, about))
    if limit is None:
        return (LineNow(said=say("{measure}: no target here", measure=measure), true=False),)
    true = holds(condition, view, subject)
    written = "∞" if value == float("inf") else figure_text(key, value)
    said = say("{measure} {value} of {limit}", measure=measure, value=written, limit=figure_text(key, limit))
    return (LineNow(said=said, true=true),)


def watch_of(table: Part) -> Watch | None:
    """Return a watch's table as its record, None while something in it is wrong."""
    try:
        watch = msgspec.convert(table, Watch)
    except msgspec.ValidationError:
        return None
    return None if any(condition_faults(watch.when, "when")) else watch


def watch_now(watch: Watch, view: FloorView, each: str, only: tuple[str, ...], at: Instant) -> tuple[SubjectNow, ...]:
    """Return what a watch says of its subjects now, those where it holds first; not limited in number."""
    subjects = subjects_of(view, Each(each), only) if each in set(Each) else ()
    found = [_subject_now(watch, view, subject, at) for subject in subjects]
    order = {True: 0, None: 1, False: 2}
    return tuple(sorted(found, key=lambda now: order[now.true]))


def _subject_now(watch: Watch, view: FloorView, subject: str, at: Instant) -> SubjectNow:
    true = holds(watch.when, view, subject) if view.link.status is LinkStatus.LIVE else None
    begins = judge(replace(watch, sustained_s=0.0), Standing(), view, subject, at).state is WatchState.FIRED
    but = None
    if true and not begins:
        figures = figures_at(view, subject)
        waiting = 0 if figures is None else figures.now.waiting
        but = (
            say("a quiet time of day")
            if is_quiet(watch, view.policy, at)
            else say("only {waiting} wait, at least {least} are wanted", waiting=waiting, least=watch.least_waiting)
        )
    lines = condition_now(watch.when, view, subject)
    return SubjectNow(subject=subject, name=subject_words(view, subject), true=true, lines=lines, but=but)
