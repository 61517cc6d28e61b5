"""What a plan does to the figures that fired it: then, at their worst since, now, and had nothing been done."""

from collections.abc import Iterator

from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.rules.plan_outlook import OutlookPoint, PlanOutlook
from console.core.rules.watches import group_at
from console.core.words import Said, say
from console.core.work.plan_due import curve_of
from console.core.work.plan_records import PlanRun
from console.views.plan_run import ALWAYS, FigureRow, figure_rows
from console.views.plan_words import LIMIT, figure_text, fired_words
from console.views.words import DASH, clock

SOON_S: Seconds = 600.0
"""How far ahead a proposal says what comes if nothing is done."""


def nothing_by(outlook: PlanOutlook | None, at: Instant) -> dict[str, float]:
    """Return the figures expected at a moment had nothing been done, by measure; none where nobody can tell."""
    point = None if outlook is None else outlook.at(at)
    if point is None:
        return {}
    told = {"waiting": float(round(point.waiting))}
    return told if point.mean_wait_s is None else {**told, "mean_wait_s": point.mean_wait_s}


def fired_lines(run: PlanRun, view: FloorView) -> tuple[Said, ...]:
    """Return what fired a run, a wait with its group's target beside the line it crossed."""
    group = group_at(view.policy, run.subject)
    target = None if group is None else group.targets.average_wait_s
    told = list(fired_words(run.fired, view))
    wait, limit = run.fired.get("mean_wait_s"), run.fired.get(f"mean_wait_s{LIMIT}")
    if target is not None and wait is not None and limit is not None and wait > limit:
        plain = fired_words({"mean_wait_s": wait, f"mean_wait_s{LIMIT}": limit}, view)[0]
        figures = {"value": clock(wait), "target": clock(target), "limit": clock(limit)}
        told[told.index(plain)] = say("average wait {value}, target {target} (limit {limit})", **figures)
    return tuple(told)


def effect_lines(run: PlanRun, view: FloorView) -> Iterator[Said]:
    """Yield a line for each figure the run is about: when it fired, its worst since, and now."""
    begin = run.fired_at if run.fired_at is not None else run.started_at
    points = [] if begin is None else [point for point in curve_of(view, run.subject) if point.at + 60 > begin]
    for row in figure_rows(run, view, {}):
        if row.key in run.fired or row.key in ALWAYS:
            yield _effect(row, points, run.fired.get(row.key))


def _effect(row: FigureRow, points: list[CurvePoint], fired: float | None) -> Said:
    seen = [value for value in (_of(point, row.key) for point in points) if value is not None]
    then = fired if fired is not None else seen[0] if seen else None
    worst = max((*seen, *(() if fired is None else (fired,))), default=None)
    if then is None:
        return say("{figure}: {now} now", figure=row.name, now=row.now)
    if row.key not in ALWAYS or worst is None or worst <= then:
        return say("{figure}: {then} → {now} now", figure=row.name, then=figure_text(row.key, then), now=row.now)
    return say(
        "{figure}: {then} → at most {worst} → {now} now",
        figure=row.name,
        then=figure_text(row.key, then),
        worst=figure_text(row.key, worst),
        now=row.now,
    )


def _of(point: CurvePoint, measure: str) -> float | None:
    if measure == "waiting":
        return None if point.waiting is None else float(point.waiting)
    return point.mean_wait_s if measure == "mean_wait_s" else None


def nothing_line(outlook: PlanOutlook | None, at: Instant, *, ahead: Seconds = 0.0) -> Said | None:
    """Return how it would stand without the plan, now or `ahead` of it; None while nobody has computed it."""
    if outlook is None:
        return None
    if outlook.trouble is not None:
        return say("Without the plan: {why}", why=outlook.trouble)
    point = outlook.at(at + ahead)
    if point is None:
        return say("Without the plan: too long ago to tell")
    if ahead:
        return say(
            "If nothing is done, in {minutes} min: {waiting} waiting ({least}–{most}), average wait {wait}",
            minutes=round(ahead / 60),
            **_figures(point),
        )
    return say(
        "Without the plan, by now: {waiting} waiting ({least}–{most}), average wait {wait}",
        **_figures(point),
    )


def _figures(point: OutlookPoint) -> dict[str, int | str]:
    waiting = round(point.waiting)
    return {
        "waiting": waiting,
        "least": min(round(point.least), waiting),
        "most": max(round(point.most), waiting),
        "wait": DASH if point.mean_wait_s is None else clock(point.mean_wait_s),
    }
