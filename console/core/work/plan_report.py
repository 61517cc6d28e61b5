"""What is told of a run afterwards: conditions, decisions, steps and levers in time, the curve, the people."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, Record, Seconds
from console.core.kept import JournalLine
from console.core.rules.plan_outlook import OutlookPoint, PlanOutlook
from console.core.words import Said
from console.core.work.plan_actions import action_of, as_told
from console.core.work.plan_records import PlanRun

CURVE_AROUND_S: Seconds = 900.0
"""How much of the curve before and after a run its report shows."""


_OF_BREAKS = frozenset({"break.called_back", "break.returned", "break.granted", "break.refused", "break.withdrawn"})
"""What is told of the breaks a run asked back or held back."""


class Happened(Record, frozen=True, kw_only=True):
    """One line of the timeline: `what` is the journal's code, `who` acted, `text` the sentence in English.

    `said` is the same sentence with its values, for another language; `by` is the id behind `who`, `values` the
    line's data.
    """

    at: Instant
    what: str
    who: str
    text: str
    values: Mapping[str, Any] = {}
    why: str = ""
    said: Said = Said("")
    by: str = ""
    role: str = ""


class ReportedStep(Record, frozen=True, kw_only=True):
    """One step as it went."""

    n: int
    action: str
    said: Said
    state: str
    visible: bool
    begun_at: Instant | None
    stood_at: Instant | None
    ended_at: Instant | None
    trouble: str
    levers: tuple[str, ...]
    asked: dict[str, str]


class PlanReport(Record, frozen=True, kw_only=True):
    """A run from the first sign to the end, for a page, a printed sheet or a file.

    `waited_s` is from the fire to the beginning, `all_stood_s` from the beginning until the last step stood (None: not
    every one did). `before`, `during` and `after` are the mean and the peak of people waiting, their mean wait, and how
    many were answered and gave up, read off `curve`, whose points are a minute apart. `journal_head` is the hash of the
    last line of the journal it was read from, "" where nobody named it. `without` is the forecast of doing nothing, a
    point a minute until the plan was stood down, as far as anybody can tell; else `without_trouble` says why not.
    """

    run: str
    plan: str
    name: str
    version: int
    subject: str
    state: str
    trigger: str
    fired_at: Instant | None
    fired: dict[str, float | None]
    started_at: Instant | None
    started_by: str
    down_at: Instant | None
    down_by: str
    ended_at: Instant | None
    waited_s: Seconds | None
    lasted_s: Seconds | None
    cause_gone_by: str
    steps: tuple[ReportedStep, ...]
    timeline: tuple[Happened, ...]
    people: tuple[str, ...]
    curve: tuple[CurvePoint, ...]
    before: dict[str, float | None]
    during: dict[str, float | None]
    after: dict[str, float | None]
    cause: str = ""
    ended_how: str = ""
    all_stood_s: Seconds | None = None
    journal_head: str = ""
    without: tuple[OutlookPoint, ...] = ()
    without_trouble: str = ""


def report(
    run: PlanRun,
    lines: Iterable[JournalLine],
    curve: tuple[CurvePoint, ...] = (),
    journal_head: str = "",
    outlook: PlanOutlook | None = None,
) -> PlanReport:
    """Return the report of a run from its record and the journal.

    `curve` is that of the day, where the record has none yet, and for what came after the end. `outlook` is the
    forecast of doing nothing.
    """
    points = _around(run, curve)
    wanted = {f"plan_runs:{run.id}", f"watch_standings:{run.watch_key}"}
    for step in run.steps:
        wanted |= {f"levers:{lever}" for lever in step.levers} | {f"directives:{run.holder(step.n)}"}
    breaks = {f"breaks:{each}" for step in run.steps for each in (*step.called, *step.line)}
    messages = f"messages:plan_runs:{run.id}#"
    begin = min((at for at in (run.fired_at, run.proposed_at, run.started_at) if at is not None), default=0.0) - 1.0
    told = [
        _happened(line)
        for line in lines
        if (
            line.subject in wanted
            or (line.subject in breaks and line.what in _OF_BREAKS)
            or line.subject.startswith(messages)
        )
        and line.at >= begin
        and (run.ended_at is None or line.at <= run.ended_at + 1.0)
    ]
    start, end = run.started_at, run.ended_at
    return PlanReport(
        run=run.id,
        plan=run.plan,
        name=run.body.name,
        version=run.plan_version,
        subject=run.subject,
        state=run.state.value,
        trigger=run.trigger.value,
        fired_at=run.fired_at,
        fired=dict(run.fired),
        started_at=start,
        started_by=run.started_by,
        down_at=run.down_at,
        down_by=run.down_by,
        ended_at=end,
        waited_s=None if start is None or run.fired_at is None else start - run.fired_at,
        lasted_s=None if start is None or end is None else end - start,
        cause_gone_by=run.cause_gone_by,
        steps=tuple(_step(run, n) for n in range(len(run.steps))),
        timeline=tuple(told),
        people=tuple(dict.fromkeys(line.who for line in told)),
        curve=points,
        before=_summed(points, None, start),
        during=_summed(points, start, run.down_at or end),
        after=_summed(points, run.down_at or end, None) if run.down_at or end else _summed((), None, None),
        cause=run.body.cause,
        ended_how=run.ended_how,
        all_stood_s=_all_stood(run),
        journal_head=journal_head,
        without=_without(run, points, outlook),
        without_trouble="" if outlook is None or outlook.trouble is None else outlook.trouble.english(),
    )


def as_json(told: PlanReport) -> dict[str, Any]:
    """Return a report as plain values, its sentences in English; times are seconds since the epoch, UTC."""
    plain: dict[str, Any] = msgspec.to_builtins(told)
    for step, each in zip(plain["steps"], told.steps, strict=True):
        step["said"] = each.said.english()
    for line in plain["timeline"]:
        del line["said"]
    return plain


def _around(run: PlanRun, curve: tuple[CurvePoint, ...]) -> tuple[CurvePoint, ...]:
    """Return the points of a run and a while around it; what the record kept counts before the day's."""
    known = [at for at in (run.fired_at, run.proposed_at, run.started_at) if at is not None]
    begin = min(known, default=0.0) - CURVE_AROUND_S
    end = None if run.ended_at is None else run.ended_at + CURVE_AROUND_S
    kept_until = run.curve[-1].at if run.curve else begin
    later = (point for point in curve if point.at > kept_until and (end is None or point.at <= end))
    return (*run.curve, *later)


def _without(run: PlanRun, points: tuple[CurvePoint, ...], outlook: PlanOutlook | None) -> tuple[OutlookPoint, ...]:
    """Return the forecast as far as there is something to hold against it."""
    if outlook is None or run.started_at is None:
        return ()
    last = points[-1].at + 60.0 if points else run.started_at
    end = min(last, run.down_at or last)
    return tuple(point for point in outlook.points if point.at <= end)


def _all_stood(run: PlanRun) -> Seconds | None:
    stood = [step.stood_at for step in run.steps]
    if run.started_at is None or not stood or None in stood:
        return None
    return max(at for at in stood if at is not None) - run.started_at


def _step(run: PlanRun, n: int) -> ReportedStep:
    step = run.steps[n]
    action = action_of(step.body)
    return ReportedStep(
        n=n + 1,
        action=step.does,
        said=as_told(step).said(),
        state=step.state.value,
        visible=action.visible,
        begun_at=step.begun_at,
        stood_at=step.stood_at,
        ended_at=step.ended_at,
        trouble=step.trouble,
        levers=step.levers,
        asked=dict(step.asked),
    )


def _happened(line: JournalLine) -> Happened:
    said = msgspec.json.decode(
        b'{"text":' + msgspec.json.encode(line.text) + b',"values":' + line.values.encode() + b"}", type=Said
    )
    return Happened(
        at=line.at,
        what=line.what,
        who=line.name or line.who,
        text=said.english(),
        values=msgspec.json.decode(line.data),
        why=line.why,
        said=said,
        by=line.who,
        role=line.role,
    )


def _summed(points: tuple[CurvePoint, ...], begin: Instant | None, end: Instant | None) -> dict[str, float | None]:
    chosen = [p for p in points if (begin is None or p.at >= begin) and (end is None or p.at < end)]
    waiting = [p.waiting for p in chosen if p.waiting is not None]
    waits = [p.mean_wait_s for p in chosen if p.mean_wait_s is not None]
    return {
        "peak_waiting": max(waiting, default=None),
        "mean_waiting": sum(waiting) / len(waiting) if waiting else None,
        "mean_wait_s": sum(waits) / len(waits) if waits else None,
        "answered": sum(p.answered for p in chosen) if chosen else None,
        "abandoned": sum(p.abandoned for p in chosen) if chosen else None,
    }
