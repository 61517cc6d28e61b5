"""Watches: when a floor is in an emergency, and when it is calm again; one pure, incremental judgement a subject.

A watch is looked at for one subject at a time: "group:orders", "queue:vip", "channel:phone" or "floor". It rises when
its condition comes true, fires after `sustained_s` of it, begins to calm when every figure has come back behind its
limit by `clear_by` of it, and is calm after `clear_s` of that. Figures nobody has (no link, nothing counted) decide
nothing: the watch stays as it is. Time without a live link proves nothing either way: counting begins anew.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from msgspec.structs import replace

from console.core.floor.day import zone_of
from console.core.floor.figures import FLOOR_SUBJECT, Figures, Share
from console.core.floor.model import Instant, LinkStatus, Record, Seconds
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup, group_of
from console.core.floor.view import FloorView
from console.core.rules.breaks import within

MeasureOf = Callable[[Figures], float | None]


def _lost(figures: Figures) -> float | None:
    recent = figures.recent
    return Share(part=recent.abandoned, whole=recent.answered + recent.abandoned).value


MEASURES: Mapping[str, MeasureOf] = {
    "waiting": lambda f: float(f.now.waiting),
    "mean_wait_s": lambda f: f.now.mean_wait_s,
    "longest_wait_s": lambda f: f.now.longest_wait_s,
    "asa_s": lambda f: f.recent.asa_s,
    "service_level": lambda f: f.recent.service_level.value,
    "answer_rate": lambda f: f.recent.answer_rate.value,
    "abandon_rate": _lost,
    "entered": lambda f: float(f.recent.entered),
    "abandoned": lambda f: float(f.recent.abandoned),
    "on_shift": lambda f: float(f.seats.on_shift),
    "on_line": lambda f: float(f.seats.on_line),
    "away": lambda f: float(f.seats.away),
    "on_line_ratio": lambda f: f.seats.on_line_ratio.value,
    "occupancy": lambda f: f.seats.occupancy.value,
}
"""What a condition may measure, as defined in `floor/measures.py`; rates and means are those of the recent window."""

NONE_IS_NOTHING = frozenset({"mean_wait_s", "longest_wait_s"})
"""Measures that are None where nobody waits: that is no missing figure, it is calm."""
WITH_TARGET = frozenset({"mean_wait_s", "asa_s"})
WITH_LINE = frozenset({"waiting", "mean_wait_s"})


class Each(StrEnum):
    """What a watch is judged for, one by one."""

    GROUP = "group"
    QUEUE = "queue"
    CHANNEL = "channel"
    FLOOR = "floor"


class Condition(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One comparison, or several joined: `all` of them, or `any`.

    A comparison has one of `above`, `below`, `over_target` (0.2: 20 % over the group's target) and `emergency` (the
    emergency line of the floor's policy). `per_seat` divides by the seats on line. `of` looks at another subject.
    """

    measure: str = ""
    above: float | None = None
    below: float | None = None
    over_target: float | None = None
    emergency: bool = False
    per_seat: bool = False
    of: str = ""
    all: tuple["Condition", ...] = ()
    any: tuple["Condition", ...] = ()

    @property
    def compares(self) -> int:
        """Return how many comparisons it names; one is right."""
        return sum(limit is not None for limit in (self.above, self.below, self.over_target)) + self.emergency


SOP_CONDITION = Condition(
    any=(Condition(measure="mean_wait_s", emergency=True), Condition(measure="waiting", emergency=True))
)
"""Average wait 20 % over its target, or more than 50 waiting: both figures are the floor policy's."""


class Watch(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One watch. `least_waiting` callers must wait for it to mean something; in `quiet` spans it does not begin."""

    when: Condition = SOP_CONDITION
    sustained_s: Seconds = 30.0
    least_waiting: int = 5
    clear_by: float = 0.1
    clear_s: Seconds = 60.0
    quiet: tuple[tuple[str, str], ...] = ()


class WatchState(StrEnum):
    """Where a watch stands for one subject."""

    CALM = "calm"
    RISING = "rising"
    FIRED = "fired"
    CALMING = "calming"


class Standing(Record, frozen=True, kw_only=True):
    """How a watch stands since `since`; `fired_at` and the figures it fired on, `calm_at` since when it is calm."""

    state: WatchState = WatchState.CALM
    since: Instant | None = None
    fired_at: Instant | None = None
    calm_at: Instant | None = None
    figures: Mapping[str, float | None] = {}

    @property
    def burning(self) -> bool:
        """Return whether it has fired and is not yet calm again."""
        return self.state in {WatchState.FIRED, WatchState.CALMING}


def subjects_of(view: FloorView, each: Each, only: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the subjects of this floor of one kind; `only` these, none named: all."""
    figures = view.figures
    names: Mapping[Each, tuple[str, ...]] = {
        Each.GROUP: tuple(figures.groups),
        Each.QUEUE: tuple(figures.queues),
        Each.CHANNEL: tuple(str(channel) for channel in figures.channels),
        Each.FLOOR: (),
    }
    if each is Each.FLOOR:
        return (FLOOR_SUBJECT,)
    return tuple(f"{each}:{name}" for name in names[each] if not only or name in only)


def figures_at(view: FloorView, subject: str) -> Figures | None:
    """Return the figures of a subject, None for one the floor does not know."""
    kind, _, name = subject.partition(":")
    match kind:
        case Each.FLOOR:
            return view.figures.floor
        case Each.GROUP:
            return view.figures.groups.get(name)
        case Each.QUEUE:
            return view.figures.queues.get(name)
        case Each.CHANNEL if name in set(Channel):
            return view.figures.channels.get(Channel(name))
        case _:
            return None


def group_at(policy: FloorPolicy, subject: str) -> SkillGroup | None:
    """Return the skill group of a subject: itself, or the one that serves a queue; None for channel and floor."""
    kind, _, name = subject.partition(":")
    if kind == Each.QUEUE:
        return group_of(policy, name)
    if kind != Each.GROUP:
        return None
    known = next((group for group in policy.groups if group.id == name), None)
    return known or (group_of(policy, name.removeprefix("queue:")) if name.startswith("queue:") else None)


def limit_of(condition: Condition, policy: FloorPolicy, subject: str) -> float | None:
    """Return what a comparison is held against; None where no target or line is set."""
    if condition.above is not None or condition.below is not None:
        return condition.above if condition.above is not None else condition.below
    group = group_at(policy, subject)
    over = condition.over_target
    if condition.emergency:
        if condition.measure == "waiting":
            line = policy.emergency_waiting if group is None else group.emergency_waiting
            return float(line) if line else None
        over = policy.emergency_wait_over
    target = None if group is None else group.targets.average_wait_s
    return None if target is None or over is None else target * (1 + over)


def value_of(condition: Condition, figures: Figures) -> float | None:
    """Return what is measured; a figure per seat is infinite where somebody waits and nobody is on line."""
    value = MEASURES[condition.measure](figures)
    if value is None and condition.measure in NONE_IS_NOTHING and not figures.now.waiting:
        value = 0.0
    if value is None or not condition.per_seat:
        return value
    seats = figures.seats.on_line
    return value / seats if seats else (math.inf if value else 0.0)


def holds(condition: Condition, view: FloorView, subject: str, *, clear_by: float = 0.0) -> bool | None:
    """Return whether a condition is true, None where figures are missing.

    With `clear_by` it stays true until a figure is behind its limit by that share of it.
    """
    joined = condition.all or condition.any
    if joined:
        parts = [holds(each, view, subject, clear_by=clear_by) for each in joined]
        deciding = bool(condition.any)
        if any(part is deciding for part in parts):
            return deciding
        return None if None in parts else not deciding
    about = condition.of or subject
    figures, limit = figures_at(view, about), limit_of(condition, view.policy, about)
    if limit is None:
        return False
    value = None if figures is None else value_of(condition, figures)
    if value is None:
        return None
    slack = abs(limit) * clear_by
    return value < limit + slack if condition.below is not None else value > limit - slack


def measured(condition: Condition, view: FloorView, subject: str) -> Iterator[tuple[str, float | None]]:
    """Yield every figure a condition looks at, by name, and its limit as "<name> limit"."""
    for each in condition.all or condition.any:
        yield from measured(each, view, subject)
    if condition.measure:
        about = condition.of or subject
        figures = figures_at(view, about)
        name = f"{condition.measure} per seat" if condition.per_seat else condition.measure
        name = name if not condition.of else f"{name} {condition.of}"
        value = None if figures is None else value_of(condition, figures)
        yield name, None if value is None or math.isinf(value) else value
        yield f"{name} limit", limit_of(condition, view.policy, about)


def is_quiet(watch: Watch, policy: FloorPolicy, at: Instant) -> bool:
    """Return whether this is a time of day in which the watch does not begin."""
    if not watch.quiet:
        return False
    zone = zone_of(policy)
    local = datetime.fromtimestamp(at, zone) if zone else datetime.fromtimestamp(at, UTC).astimezone()
    return any(within(local.hour * 60 + local.minute, begin, end) for begin, end in watch.quiet)


def judge(watch: Watch, before: Standing, view: FloorView, subject: str, at: Instant) -> Standing:
    """Return how the watch stands now; `before` itself where nothing has changed."""
    if view.link.status is not LinkStatus.LIVE:
        return before
    if before.burning:
        return _burning(watch, before, view, subject, at)
    true = _means_something(watch, view, subject, 0.0) and holds(watch.when, view, subject)
    if true is None:
        return before
    if not true or is_quiet(watch, view.policy, at):
        calm = before.state is WatchState.CALM
        return before if calm else replace(before, state=WatchState.CALM, since=before.calm_at)
    if before.state is WatchState.CALM:
        before = replace(before, state=WatchState.RISING, since=at)
    if at - _seen_since(before, view, at) < watch.sustained_s:
        return before
    figures = dict(measured(watch.when, view, subject))
    return Standing(state=WatchState.FIRED, since=at, fired_at=at, figures=figures)


def _burning(watch: Watch, before: Standing, view: FloorView, subject: str, at: Instant) -> Standing:
    means = _means_something(watch, view, subject, watch.clear_by)
    true = means and holds(watch.when, view, subject, clear_by=watch.clear_by)
    if true is None:
        return before
    if true:
        fired = before.state is WatchState.FIRED
        return before if fired else replace(before, state=WatchState.FIRED, since=before.fired_at)
    if before.state is WatchState.FIRED:
        before = replace(before, state=WatchState.CALMING, since=at)
    calm_since = _seen_since(before, view, at)
    if at - calm_since < watch.clear_s:
        return before
    return replace(before, state=WatchState.CALM, since=calm_since, calm_at=calm_since)


def _means_something(watch: Watch, view: FloorView, subject: str, clear_by: float) -> bool:
    figures = figures_at(view, subject)
    waiting = 0 if figures is None else figures.now.waiting
    return waiting >= watch.least_waiting * (1 - clear_by)


def _seen_since(standing: Standing, view: FloorView, at: Instant) -> Instant:
    """Return since when the present course was seen without a gap; a clock set back begins anew."""
    since = at if standing.since is None else min(standing.since, at)
    return max(since, min(view.link.since or since, at))
