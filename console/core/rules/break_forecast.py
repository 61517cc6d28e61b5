"""From the floor's figures of a group to the forecast of a break: who calls, how long calls take, who gives up.

Everything heavy is imported only when a forecast is computed, so that whoever only shows or keeps one needs no numpy.
"""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from console.core.floor.figures import Figures, Window, group_subject
from console.core.floor.model import AgentStatus, Instant, Record, Seconds
from console.core.floor.policy import FloorPolicy, SkillGroup, answer_within, group_of
from console.core.floor.view import FloorView
from console.core.rules.break_policy import Minutes
from console.core.words import Said, say

if TYPE_CHECKING:
    from console.core.forecast.estimate import NotEnough, Rates
    from console.core.forecast.question import Answer, Break
    from console.core.forecast.question import Figures as Meets

FRESH_S: Seconds = 10.0
"""A forecast older than this is computed anew while somebody looks at it."""

FEW_HANDLED = 20
"""Ended calls of the last minutes below which handle time is that of the whole day."""


class GroupNow(Record, frozen=True, kw_only=True):
    """What the forecast starts from: counts of the last `window_min` minutes, and the queue as it is now.

    Patience is today's: on a calm floor hardly anybody gives up within half an hour. Ended calls are today's, too,
    while the last minutes have too few. `handle_min` and `waited_min` are spent by all together; `seats` are on line
    less those promised away, `in_system` callers waiting and served, `target_min` how soon one should be answered.
    """

    group: str
    at: Instant
    window_min: float
    arrivals: int
    handled: int
    handle_min: float
    gave_up: int
    waited_min: float
    seats: int
    in_system: int
    target_min: float
    service_level: float
    mean_wait_s: Seconds | None = None


class Met(Record, frozen=True, kw_only=True):
    """What callers of a stretch of time meet; `mean_wait_s` None: no bound, as nobody serves and nobody gives up."""

    mean_wait_s: Seconds | None
    service_level: float
    p_abandon: float


class Course(Record, frozen=True, kw_only=True):
    """What callers meet while the break lasts, and for as long again after it."""

    during: Met
    after: Met


class BreakForecast(Record, frozen=True, kw_only=True):
    """What a break of `minutes` does in a group, computed `at`; `trouble` in words where there is no forecast.

    `refused` is how it goes with nobody leaving from the same start. `kind` and `hard` are `granted` with all rates at
    the friendly or at the unfriendly end of what they may be.
    """

    at: Instant
    group: str
    minutes: Minutes
    leaving: int = 1
    refused: Course | None = None
    granted: Course | None = None
    kind: Course | None = None
    hard: Course | None = None
    trouble: Said | None = None

    def figures(self) -> dict[str, int | float | str | None]:
        """Return it as plain figures for the record of a decision: waits in s, service levels as shares, dated."""
        told: dict[str, int | float | str | None] = {"forecast_at": self.at}
        if self.refused is None or self.granted is None:
            return {**told, "forecast": self.trouble.english() if self.trouble is not None else None}
        for name, course in (("refused", self.refused), ("granted", self.granted)):
            for stretch, met in (("during", course.during), ("after", course.after)):
                told[f"wait_s_{stretch}_{name}"] = None if met.mean_wait_s is None else round(met.mean_wait_s, 3)
                told[f"service_level_{stretch}_{name}"] = round(met.service_level, 6)
        return told


def group_now(view: FloorView, group_id: str, *, promised: int = 0) -> GroupNow | None:
    """Return what a forecast of the group starts from; `promised` seats still on line are as good as away.

    None for a group nobody knows, or a floor without a clock.
    """
    group = _group_named(view.policy, group_id)
    figures = view.figures.groups.get(group_id)
    if group is None or figures is None or view.at is None:
        return None
    recent, today, targets = figures.recent, figures.today, group.targets
    seats = max(0, figures.seats.on_line - promised)
    return GroupNow(
        group=group_id,
        at=view.at,
        window_min=_listened_min(view, group_id, view.at),
        arrivals=recent.entered,
        handled=_handled(figures).completed,
        handle_min=_handle_min(view, group, _handled(figures), view.at),
        gave_up=today.hung_up + today.unknown,
        waited_min=_waited_min(figures),
        seats=seats,
        in_system=figures.now.waiting + min(seats, _busy(figures)),
        target_min=answer_within(group) / 60,
        service_level=targets.service_level,
        mean_wait_s=targets.average_wait_s,
    )


def forecast(now: GroupNow, minutes: Minutes, *, leaving: int = 1, spread: bool = True) -> BreakForecast:
    """Return what `leaving` agents away for `minutes` do to the group; with `spread` also at the ends of the rates.

    `leaving` 0 is somebody who is not on line anyway: granted and refused are then the same.
    """
    from console.core.forecast.estimate import NotEnough, outlook  # noqa: PLC0415  numpy
    from console.core.forecast.live import compare  # noqa: PLC0415  numpy

    told = BreakForecast(at=now.at, group=now.group, minutes=minutes, leaving=leaving)
    if leaving > now.seats:
        return replace(told, trouble=say("Nobody is on line in this group."))
    rates = rates_of(now)
    if isinstance(rates, NotEnough):
        return replace(told, trouble=not_enough(rates))
    asked = _question(now, rates, minutes, leaving)
    try:
        if not spread:
            likely = compare(asked)
            return replace(told, refused=_course(likely.refused), granted=_course(likely.granted))
        found = outlook(rates, asked)
    except ValueError:
        return replace(told, trouble=say("The queue is beyond what can be forecast."))
    return replace(
        told,
        refused=_course(found.likely.refused),
        granted=_course(found.likely.granted),
        kind=_course(found.kind.granted),
        hard=_course(found.hard.granted),
    )


def most_leaving(now: GroupNow, minutes: Minutes) -> int | None:
    """Return how many more may leave for `minutes` before the group misses its target while they are away.

    0 where it is missed already; None where there is not enough data: then the rules alone decide.
    """
    from console.core.forecast.estimate import NotEnough  # noqa: PLC0415  numpy
    from console.core.forecast.live import glance  # noqa: PLC0415  numpy

    rates = rates_of(now)
    if isinstance(rates, NotEnough) or now.seats == 0:
        return None

    def holds(leaving: int) -> bool:
        met = glance(_question(now, rates, minutes, leaving)).during
        wait = now.mean_wait_s
        return met.service_level >= now.service_level and (
            wait is None or (met.mean_wait_min is not None and met.mean_wait_min * 60 <= wait)
        )

    try:
        fine, beyond = -1, now.seats + 1
        # Near the answer most of the time: few may leave. Doubling first keeps the heavy questions away.
        step = 1
        while beyond - fine > 1:
            tried = min(fine + step, beyond - 1)
            if holds(tried):
                fine, step = tried, step * 2
            else:
                beyond, step = tried, 1
    except ValueError:
        return None
    return max(0, fine)


def rates_of(now: GroupNow) -> "Rates | NotEnough":
    """Return arrivals, service and patience with their uncertainty, or what there is not enough data for."""
    from console.core.forecast.estimate import Seen, estimate  # noqa: PLC0415  numpy

    return estimate(
        Seen(
            window_min=now.window_min,
            arrivals=now.arrivals,
            handled=now.handled,
            handle_min=now.handle_min,
            gave_up=now.gave_up,
            waited_min=now.waited_min,
        )
    )


def not_enough(missing: "NotEnough") -> Said:
    """Return in words what there is not enough data for."""
    if missing.figure == "arrivals":
        return say("Not enough data: {seen} of {needed} callers seen", seen=missing.seen, needed=missing.needed)
    if missing.figure == "handle_time":
        return say("Not enough data: {seen} of {needed} ended calls seen", seen=missing.seen, needed=missing.needed)
    return say("Not enough data: {seen} of {needed} callers who gave up seen", seen=missing.seen, needed=missing.needed)


def same_enough(before: GroupNow, now: GroupNow) -> bool:
    """Return whether a forecast from `before` still tells what one from `now` would, but for its age."""
    if (before.group, before.seats, before.target_min) != (now.group, now.seats, now.target_min):
        return False
    moved = abs(before.in_system - now.in_system)
    return moved <= max(1, now.seats // 20) and abs(before.arrivals - now.arrivals) <= max(2, now.arrivals // 10)


def figures_of(told: BreakForecast) -> dict[str, int | float | str | None]:
    """Return a forecast as plain figures, dated, for the record of a decision that rested on it."""
    found: dict[str, int | float | str | None] = {"forecast_at": told.at, "forecast_min": told.minutes}
    if told.trouble is not None:
        found["forecast"] = told.trouble.english()
    for name, course in (("refused", told.refused), ("granted", told.granted)):
        if course is not None:
            found[f"wait_{name}_s"] = course.during.mean_wait_s
            found[f"service_level_{name}"] = round(course.during.service_level, 4)
            found[f"p_abandon_{name}"] = round(course.during.p_abandon, 4)
    return found


def _group_named(policy: FloorPolicy, group_id: str) -> SkillGroup | None:
    kind, colon, queue = group_id.partition(":")
    if kind == "queue" and colon:
        return group_of(policy, queue)
    return next((each for each in policy.groups if each.id == group_id), None)


# ---- from figures to counts ------------------------------------------------------------------------------------------


def _listened_min(view: FloorView, group_id: str, at: Instant) -> float:
    """Return how much of the window anybody listened, by the minutes of the curve; all of it where there is none."""
    window_min = view.policy.window_s / 60
    curve = view.figures.curves.get(group_subject(group_id))
    if not curve:
        return window_min
    since = at - view.policy.window_s
    known = sum(
        (min(at, point.at + 60) - max(since, point.at)) / 60
        for point in curve
        if point.waiting is not None and point.at + 60 > since and point.at < at
    )
    return min(window_min, known)


def _handled(figures: Figures) -> Window:
    return figures.recent if figures.recent.completed >= FEW_HANDLED else figures.today


def _handle_min(view: FloorView, group: SkillGroup, handled: Window, at: Instant) -> float:
    """Return the minutes the ended calls took, and what running ones take longer than those lead to expect."""
    mean_s = handled.handle_s
    if mean_s is None:
        return 0.0
    ages = [
        at - state.talk.since
        for state in view.agents.values()
        if state.talk is not None and state.talk.since is not None and state.talk.queue in group.queues
    ]
    # Calls without memory are as old, on the average, as calls get: only what is beyond that is news.
    return (handled.completed * mean_s + max(0.0, sum(ages) - len(ages) * mean_s)) / 60


def _waited_min(figures: Figures) -> float:
    now, today = figures.now, figures.today
    waited = today.answered * (today.asa_s or 0.0) + today.abandoned * (today.mean_wait_abandoned_s or 0.0)
    return (waited + now.waiting * (now.mean_wait_s or 0.0)) / 60


def _busy(figures: Figures) -> int:
    by_status = figures.seats.by_status
    return by_status.get(AgentStatus.TALKING, 0) + by_status.get(AgentStatus.WRAP_UP, 0)


# ---- asking the solver -----------------------------------------------------------------------------------------------


def _question(now: GroupNow, rates: "Rates", minutes: Minutes, leaving: int) -> "Break":
    from console.core.forecast.question import Break, Departure  # noqa: PLC0415  numpy

    return Break(
        arrivals=rates.arrivals.value,
        service=rates.service.value,
        abandon=rates.abandon.value,
        seats=now.seats,
        leaving=leaving,
        break_min=float(minutes),
        target_min=now.target_min,
        departure=Departure.FINISH_CALL,
        start_in_system=now.in_system,
    )


def _course(found: "Answer") -> Course:
    return Course(during=_met(found.during), after=_met(found.after))


def _met(found: "Meets") -> Met:
    wait = found.mean_wait_min
    return Met(
        mean_wait_s=None if wait is None else wait * 60,
        service_level=found.service_level,
        p_abandon=found.p_abandon,
    )
