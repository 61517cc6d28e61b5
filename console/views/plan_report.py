"""The report of a plan's run as it is shown: headline, key figures, steps, timeline, people, and the marked curve."""

from collections.abc import Iterator, Mapping

from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, Record, Seconds
from console.core.floor.policy import FloorPolicy, Tone
from console.core.floor.view import FloorView
from console.core.rules.plan_outlook import OutlookPoint
from console.core.words import Said, say
from console.core.work.plan_body import Trigger
from console.core.work.plan_records import RunState, StepState
from console.core.work.plan_report import Happened, PlanReport, ReportedStep
from console.views.plan_report_words import kind_of, local, moment, plain, retold
from console.views.plan_words import FLEX_ANSWER, LIMIT, RUN_STATE, STEP_STATE, TRIGGER, fired_words, subject_words
from console.views.words import DASH, ROLE, clock, how_long


class KeyFigure(Record, frozen=True, kw_only=True):
    """One of the few figures above everything: label, value, and what stands beneath it."""

    label: Said
    value: str
    under: Said | None = None
    tone: Tone = Tone.CALM


class Span(Record, frozen=True, kw_only=True):
    """The figures of before, during or after, as they are written."""

    label: Said
    peak: str
    mean: str
    wait: str
    answered: str
    abandoned: str


class StepLine(Record, frozen=True, kw_only=True):
    """One step: what it does, where it stands, its moments, `took` from beginning to standing, what went wrong."""

    n: int
    words: Said
    state: Said
    tone: Tone
    begun: str
    stood: str
    ended: str
    took: str
    visible: bool
    trouble: Said | None
    levers: tuple[str, ...]
    asked: tuple[Said, ...]


class Moment(Record, frozen=True, kw_only=True):
    """One line of the timeline; `kind` is a key of `KINDS`."""

    at: Instant
    time: str
    kind: str
    who: str
    said: Said
    why: str
    tone: Tone


class Person(Record, frozen=True, kw_only=True):
    """Somebody who took part: role, and what they decided, in order."""

    name: str
    role: Said
    decided: tuple[Said, ...]


class Mark(Record, frozen=True, kw_only=True):
    """A moment marked on the curve: `what` is fired, begun, step, down or over; `label` is a step's number."""

    at: Instant
    what: str
    label: str
    said: Said
    tone: Tone = Tone.CALM


class ToldReport(Record, frozen=True, kw_only=True):
    """Everything a page or a printed sheet shows of a run; moments are written in the floor's time zone."""

    run: str
    plan: str
    version: int
    subject: Said
    day: str
    state: Said
    over: bool
    trigger: Said
    headline: tuple[Said, ...]
    figures: tuple[KeyFigure, ...]
    spans: tuple[Span, ...]
    steps: tuple[StepLine, ...]
    timeline: tuple[Moment, ...]
    people: tuple[Person, ...]
    curve: tuple[CurvePoint, ...]
    begin: Instant
    end: Instant
    limit: int | None
    marks: tuple[Mark, ...]
    without: tuple[OutlookPoint, ...]
    without_trouble: Said | None
    journal_head: str


def tell(report: PlanReport, policy: FloorPolicy, names: Mapping[str, str] | None = None) -> ToldReport:
    """Return what is shown of a report; `names` are those of people by id, for whom flex agents were asked."""
    called = {**_names_in(report), **(names or {})}
    begin, end = _bounds(report)
    limit = report.fired.get("waiting" + LIMIT)
    return ToldReport(
        run=report.run,
        plan=report.name,
        version=report.version,
        subject=subject_words(FloorView(policy=policy), report.subject),
        day=_day(report, policy),
        state=RUN_STATE[RunState(report.state)],
        over=report.ended_at is not None,
        trigger=TRIGGER[Trigger(report.trigger)],
        headline=tuple(_headline(report, policy)),
        figures=tuple(_figures(report)),
        spans=tuple(_spans(report)),
        steps=tuple(_step(step, policy, called) for step in report.steps),
        timeline=tuple(_moment(line, policy, called) for line in report.timeline),
        people=tuple(_people(report, policy, called)),
        curve=report.curve,
        begin=begin,
        end=end,
        limit=None if limit is None else round(limit),
        marks=tuple(_marks(report)),
        without=report.without,
        without_trouble=plain(report.without_trouble) if report.without_trouble else None,
        journal_head=report.journal_head,
    )


def _day(report: PlanReport, policy: FloorPolicy) -> str:
    at = _first(report)
    return DASH if at is None else local(at, policy).strftime("%Y-%m-%d")


def _first(report: PlanReport) -> Instant | None:
    known = [at for at in (report.fired_at, report.started_at) if at is not None]
    known += [line.at for line in report.timeline[:1]]
    return min(known, default=None)


def _name(report: PlanReport, person: str) -> str:
    return next((line.who for line in report.timeline if line.by == person and line.who), person)


def _names_in(report: PlanReport) -> dict[str, str]:
    """Return the names the journal gave to people who answered."""
    found = {}
    for line in report.timeline:
        state = line.said.values.get("state")
        if line.what == "plan.flex.answered" and isinstance(state, Said):
            found[str(line.values.get("person", ""))] = str(state.values.get("name", ""))
    return found


# ---- headline and figures --------------------------------------------------------------------------------------------


def _headline(report: PlanReport, policy: FloorPolicy) -> Iterator[Said]:
    if report.fired_at is not None:
        figures = fired_words(report.fired, FloorView(policy=policy))
        at = moment(report.fired_at, policy)
        yield (
            say("fired {time} on {figures}", time=at, figures=_listed(figures))
            if figures
            else say("fired {time}", time=at)
        )
    if report.started_at is not None:
        at, who = moment(report.started_at, policy), _who(report, report.started_by)
        yield say("begun {time} by {who}", time=at, who=who)
    if report.down_at is not None:
        yield say("stood down {time} by {who}", time=moment(report.down_at, policy), who=_who(report, report.down_by))
    elif report.state == RunState.DROPPED:
        yield say("not begun: {who} said no", who=_who(report, report.down_by))
    elif report.state == RunState.LAPSED:
        yield say("lapsed: it was calm before anybody decided")
    else:
        yield RUN_STATE[RunState(report.state)]
    if report.lasted_s is not None:
        yield how_long(report.lasted_s)


def _listed(parts: tuple[Said, ...]) -> Said:
    listed = parts[0]
    for part in parts[1:]:
        listed = say("{one}, {other}", one=listed, other=part)
    return listed


def _who(report: PlanReport, person: str) -> Said:
    return say("the console") if person == "console" else say("{name}", name=_name(report, person))


def _figures(report: PlanReport) -> Iterator[KeyFigure]:
    yield KeyFigure(label=say("Reaction"), value=clock(report.waited_s), under=say("since it fired"))
    stood = sum(step.stood_at is not None for step in report.steps)
    yield KeyFigure(
        label=say("All steps standing after"),
        value=clock(report.all_stood_s),
        under=say("{stood} of {steps} steps stood", stood=stood, steps=len(report.steps)),
        tone=Tone.CALM if stood == len(report.steps) or report.started_at is None else Tone.WARN,
    )
    yield KeyFigure(label=say("Lasted"), value=clock(report.lasted_s), under=say("until all was put back"))
    before, during = report.before["peak_waiting"], report.during["peak_waiting"]
    yield KeyFigure(
        label=say("Most waiting"),
        value=_count(during),
        under=say("before {before}, after {after}", before=_count(before), after=_count(report.after["peak_waiting"])),
    )
    lost, answered = report.during["abandoned"], report.during["answered"]
    yield KeyFigure(
        label=say("Gave up"), value=_count(lost), under=say("{answered} were answered", answered=_count(answered))
    )


def _spans(report: PlanReport) -> Iterator[Span]:
    yield _span(say("before"), report.before)
    yield _span(say("while it stood"), report.during)
    if report.without:
        waiting = [point.waiting for point in report.without]
        waits = [point.mean_wait_s for point in report.without if point.mean_wait_s is not None]
        figures: dict[str, float | None] = {
            "peak_waiting": max(waiting),
            "mean_waiting": sum(waiting) / len(waiting),
            "mean_wait_s": sum(waits) / len(waits) if waits else None,
            "answered": None,
            "abandoned": None,
        }
        yield _span(say("forecast of doing nothing"), figures)
    yield _span(say("after"), report.after)


def _span(label: Said, figures: Mapping[str, float | None]) -> Span:
    mean = figures["mean_waiting"]
    return Span(
        label=label,
        peak=_count(figures["peak_waiting"]),
        mean=DASH if mean is None else f"{mean:.1f}",
        wait=clock(figures["mean_wait_s"]),
        answered=_count(figures["answered"]),
        abandoned=_count(figures["abandoned"]),
    )


def _count(value: float | None) -> str:
    return DASH if value is None else f"{value:.0f}"


# ---- steps, timeline, people -----------------------------------------------------------------------------------------


def _step(step: ReportedStep, policy: FloorPolicy, called: Mapping[str, str]) -> StepLine:
    took = None if step.begun_at is None or step.stood_at is None else step.stood_at - step.begun_at
    return StepLine(
        n=step.n,
        words=step.said,
        state=STEP_STATE[StepState(step.state)],
        tone=Tone.ALARM if step.state == StepState.FAILED else Tone.WARN if step.trouble else Tone.CALM,
        begun=moment(step.begun_at, policy),
        stood=moment(step.stood_at, policy),
        ended=moment(step.ended_at, policy),
        took=clock(took),
        visible=step.visible,
        trouble=plain(step.trouble) if step.trouble else None,
        levers=step.levers,
        asked=tuple(
            say("{name}: {answer}", name=called.get(person) or person, answer=FLEX_ANSWER.get(word, plain(word)))
            for person, word in step.asked.items()
        ),
    )


def _moment(line: Happened, policy: FloorPolicy, called: Mapping[str, str]) -> Moment:
    bad = line.what in {"plan.step.failed", "lever.refused", "lever.moved", "message.given_up"}
    return Moment(
        at=line.at,
        time=moment(line.at, policy),
        kind=kind_of(line),
        who="" if line.role == "console" else called.get(line.by) or line.who,
        said=retold(line, policy, called),
        why=line.why,
        tone=Tone.ALARM if bad else Tone.WARN if line.what in {"watch.fired", "plan.asks"} else Tone.CALM,
    )


def _people(report: PlanReport, policy: FloorPolicy, called: Mapping[str, str]) -> Iterator[Person]:
    decided: dict[str, list[Said]] = {}
    roles: dict[str, str] = {}
    for line in report.timeline:
        if line.role == "console":
            continue
        roles[line.by] = line.role
        told = retold(line, policy, called)
        decided.setdefault(line.by, []).append(say("{time} {what}", time=moment(line.at, policy), what=told))
    for person, done in decided.items():
        role = ROLE.get(roles[person], say("Agent") if roles[person] == "agent" else say("{name}", name=roles[person]))
        yield Person(name=called.get(person) or _name(report, person), role=role, decided=tuple(done))


# ---- the curve -------------------------------------------------------------------------------------------------------


def _bounds(report: PlanReport) -> tuple[Instant, Instant]:
    """Return the stretch of time the curve shows."""
    moments = [mark.at for mark in _marks(report)] + [point.at for point in report.curve]
    moments = moments or [line.at for line in report.timeline] or [0.0]
    return min(moments), max(*moments, min(moments) + 60.0)


def _marks(report: PlanReport) -> Iterator[Mark]:
    if report.fired_at is not None:
        yield Mark(at=report.fired_at, what="fired", label="", said=say("fired"), tone=Tone.ALARM)
    if report.started_at is not None:
        yield Mark(at=report.started_at, what="begun", label="", said=say("the plan begins"), tone=Tone.WARN)
    for step in report.steps:
        at = step.stood_at if step.stood_at is not None else step.begun_at
        if at is not None:
            yield Mark(at=at, what="step", label=str(step.n), said=step.said)
    if report.down_at is not None:
        yield Mark(at=report.down_at, what="down", label="", said=say("standing down begins"), tone=Tone.WARN)
    if report.ended_at is not None and report.started_at is not None:
        yield Mark(at=report.ended_at, what="over", label="", said=say("all put back"))


def grouped_marks(told: ToldReport, apart: Seconds) -> tuple[Mark, ...]:
    """Return the marks in order, steps less than `apart` from the first of them as one, its label "1–3, 5"."""
    marks: list[Mark] = []
    runs: list[list[Mark]] = []
    for mark in sorted(told.marks, key=lambda mark: mark.at):
        if mark.what != "step":
            marks.append(mark)
        elif runs and mark.at - runs[-1][0].at < apart:
            runs[-1].append(mark)
        else:
            runs.append([mark])
    for run in runs:
        first = run[0]
        marks.append(Mark(at=first.at, what="step", label=_ranges([mark.label for mark in run]), said=first.said))
    return tuple(sorted(marks, key=lambda mark: mark.at))


def _ranges(labels: list[str]) -> str:
    """Return numbers as people write them: 1–3, 5."""
    told: list[list[int]] = []
    for number in sorted(int(label) for label in labels):
        if told and number == told[-1][-1] + 1:
            told[-1].append(number)
        else:
            told.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in told)
