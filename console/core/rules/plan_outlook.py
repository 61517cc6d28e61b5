"""The forecast of doing nothing: how the line would have gone on from the moment an emergency plan's watch fired.

Rates are those of the last minutes before it, seats and callers as they were then; no lever of the plan is in it. Each
group is followed alone; where a plan is about several, their callers are added up.
"""

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from console.core.floor.figures import group_subject
from console.core.floor.model import Instant, Record, Seconds
from console.core.floor.view import FloorView
from console.core.rules.break_forecast import GroupNow, group_now, not_enough, rates_of
from console.core.words import Said, say

if TYPE_CHECKING:
    from console.core.forecast.estimate import Rates
    from console.core.forecast.live import Ahead

SURGE: tuple[tuple[Seconds, int], ...] = ((300.0, 30), (600.0, 10))
"""A surge is minutes old: its arrivals are those of so many seconds where they are so many, else of the window."""

FIRST_MIN = 60
LONGEST_MIN = 240
"""How far the line is followed: an hour at first, and on while the plan stands, up to four."""


class OutlookPoint(Record, frozen=True, kw_only=True):
    """One minute of it: people expected waiting, `least` and `most` at the ends of the rates, and their waits.

    `mean_wait_s` is the floor's own figure, the mean of those waiting then, so far. `wait_s` is what a caller who comes
    then would wait, answered or giving up; None: without a bound.
    """

    at: Instant
    waiting: float
    least: float
    most: float
    mean_wait_s: Seconds | None
    wait_s: Seconds | None


class PlanOutlook(Record, frozen=True, kw_only=True):
    """What would have been without the plan, a point a minute from `begun_at` on; `trouble` where nobody can tell.

    `left_out` are quiet groups of which too little is known to follow them.
    """

    run: str
    begun_at: Instant | None
    points: tuple[OutlookPoint, ...] = ()
    left_out: tuple[str, ...] = ()
    trouble: Said | None = None

    def at(self, at: Instant) -> OutlookPoint | None:
        """Return the point of a moment, None outside of what was followed."""
        if self.begun_at is None or not self.points:
            return None
        place = math.floor((at - self.begun_at) / 60 + 0.5)
        return self.points[place] if 0 <= place < len(self.points) else None


def floor_then(view: FloorView, groups: tuple[str, ...]) -> tuple[GroupNow, ...]:
    """Return what a forecast of doing nothing starts from, for each of these groups that is known."""
    found = (group_now(view, group) for group in groups)
    return tuple(_of_the_surge(view, now) for now in found if now is not None)


def _of_the_surge(view: FloorView, now: GroupNow) -> GroupNow:
    """Return it with the arrivals of the last minutes of the day's curve, where they are enough."""
    curve = view.figures.curves.get(group_subject(now.group), ())
    for span, enough in SURGE:
        seen = [point for point in curve if now.at - span <= point.at < now.at and point.waiting is not None]
        arrivals = sum(point.entered for point in seen)
        minutes = sum((min(now.at, point.at + 60) - point.at) / 60 for point in seen)
        if arrivals >= enough and 0 < minutes < now.window_min:
            return replace(now, arrivals=arrivals, window_min=minutes)
    return now


def minutes_wanted(then: tuple[GroupNow, ...], at: Instant) -> int:
    """Return how far a run's line is to be followed at `at`: doubled whenever the end comes near."""
    since = (at - min((now.at for now in then), default=at)) / 60
    wanted = FIRST_MIN
    while wanted < min(since + 10, LONGEST_MIN):
        wanted *= 2
    return wanted


def outlook(run: str, then: tuple[GroupNow, ...], minutes: int) -> PlanOutlook:
    """Return how the line of these groups goes on for so many minutes if nobody does anything."""
    from console.core.forecast.estimate import NotEnough  # noqa: PLC0415  numpy

    begun = min((now.at for now in then), default=None)
    told = PlanOutlook(run=run, begun_at=begun)
    if begun is None:
        return replace(told, trouble=say("Not enough data: nobody noted the floor at that moment."))
    courses: list[_Course] = []
    left_out: list[str] = []
    for now in then:
        rates = rates_of(now)
        if not isinstance(rates, NotEnough):
            try:
                courses.append(_Course(now, rates, minutes))
            except ValueError:
                return replace(told, trouble=say("The queue is beyond what can be forecast."))
        elif now.in_system > now.seats or len(then) == 1:
            return replace(told, trouble=not_enough(rates))
        else:
            left_out.append(now.group)
    if not courses:
        return replace(told, trouble=say("Not enough data: the groups were too quiet to tell."))
    points = tuple(_point(courses, minute, begun) for minute in range(minutes + 1))
    return replace(told, points=points, left_out=tuple(left_out))


class _Course:
    """One group's line followed at the likely rates, and at both ends of what they may be."""

    def __init__(self, now: GroupNow, rates: "Rates", minutes: int) -> None:
        self.weight = rates.arrivals.value
        # Fewer callers, shorter calls and less patience make the shortest line, the other ends the longest.
        ends = (
            (rates.arrivals.value, rates.service.value, rates.abandon.value),
            (rates.arrivals.low, rates.service.high, rates.abandon.high),
            (rates.arrivals.high, rates.service.low, rates.abandon.low),
        )
        self.likely, self.least, self.most = (_followed(now, *each, minutes) for each in ends)


def _followed(now: GroupNow, arrivals: float, service: float, abandon: float, minutes: int) -> "list[Ahead]":
    from console.core.forecast.live import ahead  # noqa: PLC0415  numpy
    from console.core.forecast.question import Break, Departure  # noqa: PLC0415  numpy

    asked = Break(
        arrivals=arrivals,
        service=service,
        abandon=abandon,
        seats=now.seats,
        leaving=0,
        break_min=float(minutes),
        target_min=now.target_min,
        departure=Departure.FINISH_CALL,
        start_in_system=now.in_system,
    )
    return ahead(asked)


def _point(courses: list[_Course], minute: int, begun: Instant) -> OutlookPoint:
    found = [(course.weight, course.likely[minute]) for course in courses]
    crowd = [(each.waiting, each.waited_min) for _, each in found if each.waiting > 0]
    return OutlookPoint(
        at=begun + minute * 60.0,
        waiting=sum(each.waiting for _, each in found),
        least=sum(course.least[minute].waiting for course in courses),
        most=sum(course.most[minute].waiting for course in courses),
        mean_wait_s=_mean_s(crowd),
        wait_s=_mean_s([(weight, each.wait_min) for weight, each in found]),
    )


def _mean_s(parts: list[tuple[float, float | None]]) -> Seconds | None:
    """Return the weighted mean of minutes as seconds, None where one of them has none."""
    weight = sum(each for each, _ in parts)
    sums = [each * minutes for each, minutes in parts if minutes is not None]
    return None if len(sums) < len(parts) or weight <= 0 else sum(sums) / weight * 60
