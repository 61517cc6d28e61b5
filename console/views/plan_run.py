"""One run of a plan as the plans page shows it: what it asks, the figures since it fired, its steps on a rail."""

from collections.abc import Mapping

from console.core.floor.model import Instant, Record
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.roles import Actor
from console.core.rules.watches import figures_at, measured
from console.core.words import Said, say
from console.core.work.plan_action import Ground, held_by_others
from console.core.work.plan_actions import action_of
from console.core.work.plan_due import calm_since, stage_ends, standing_of
from console.core.work.plan_records import ENDED, OFFERED, PlanRun, RunState, StepState
from console.core.work.plan_rights import why_not
from console.views.break_words import clock24
from console.views.plan_answers import answers_of
from console.views.plan_run_steps import StepLine, step_line
from console.views.plan_words import (
    LIMIT,
    RUN_STATE,
    TRIGGER,
    figure_text,
    held_words,
    measure_words,
    step_words,
    subject_words,
    trouble_words,
)
from console.views.todo import Action
from console.views.words import DASH, clock, how_long

ALWAYS = ("waiting", "mean_wait_s")
"""What every run shows, whatever its watch measured."""
SAME_MARK_S = 20.0
_SEEN_TO = frozenset({StepState.STANDING, StepState.SKIPPED, StepState.RELEASED, StepState.FAILED})


class FigureRow(Record, frozen=True, kw_only=True):
    """One figure: its limit, when the watch fired, now, and had nothing been done; texts, a dash where unknown."""

    key: str
    name: Said
    limit: str = DASH
    fired: str = DASH
    now: str = DASH
    nothing: str = DASH
    tone: Tone = Tone.CALM


class RunSheet(Record, frozen=True, kw_only=True):
    """One run; `asks` is what it wants to know, `note` what happens next by itself, `marks` when its steps began.

    `not_mine`: why the one at this desk may not decide, instead of answers.
    """

    id: str
    plan: str
    name: str
    subject: Said
    about: str
    state: RunState
    words: Said
    tone: Tone
    head: tuple[Said, ...]
    asks: Said | None = None
    note: Said | None = None
    due: Instant | None = None
    figures: tuple[FigureRow, ...] = ()
    steps: tuple[StepLine, ...] = ()
    answers: tuple[Action, ...] = ()
    not_mine: Said | None = None
    done: int = 0
    fired_at: Instant | None = None
    marks: tuple[tuple[Instant, str], ...] = ()


def sheet_of(
    run: PlanRun,
    view: FloorView,
    book: Book,
    at: Instant,
    *,
    by: Actor | None = None,
    nothing: Mapping[str, float] | None = None,
) -> RunSheet:
    """Return a run as it stands for the one at this desk; `nothing` are the figures expected had nothing been done."""
    not_mine = None if by is None else why_not(by, run.body.decide, view, run.subject)
    mine = not_mine is None
    held = held_by(run, view, book, at) if run.state in OFFERED else ()
    return RunSheet(
        id=run.id,
        plan=run.plan,
        name=run.body.name,
        subject=subject_words(view, run.subject),
        about=run.subject,
        state=run.state,
        words=RUN_STATE[run.state],
        tone=tone_of(run),
        head=_head(run, view, at),
        asks=held_words(held, book) if held else _asks(run, book),
        note=_note(run, view, book, at),
        due=run.decide_by,
        figures=figure_rows(run, view, nothing or {}),
        steps=tuple(step_line(run, step, view, book, mine=mine) for step in run.steps),
        answers=answers_of(run, held=bool(held)) if mine else (),
        not_mine=not_mine,
        done=sum(step.state in _SEEN_TO for step in run.steps),
        fired_at=run.fired_at,
        marks=marks_of(run),
    )


def marks_of(run: PlanRun) -> tuple[tuple[Instant, str], ...]:
    """Return when the steps began, for a curve; those of nearly the same moment share a mark: 1-3."""
    marks: list[tuple[Instant, int, int]] = []
    for step in run.steps:
        if step.begun_at is None:
            continue
        if marks and abs(step.begun_at - marks[-1][0]) < SAME_MARK_S:
            marks[-1] = (marks[-1][0], marks[-1][1], step.n + 1)
        else:
            marks.append((step.begun_at, step.n + 1, step.n + 1))
    return tuple((at, str(first) if first == last else f"{first}-{last}") for at, first, last in marks)


def tone_of(run: PlanRun) -> Tone:
    """Return how loud a run is: a proposal or a question waits for a person, trouble warns."""
    if run.state in {RunState.PROPOSED, RunState.ASKING}:
        return Tone.ALARM
    if run.state is RunState.STOPPED or run.calm_proposed_at is not None:
        return Tone.WARN
    trouble = run.state not in ENDED and any(step.state is StepState.FAILED for step in run.steps)
    return Tone.WARN if trouble else Tone.CALM


def held_by(run: PlanRun, view: FloorView, book: Book, at: Instant) -> tuple[tuple[str, str], ...]:
    """Return the levers of a run that somebody else holds: lever and holder."""
    return tuple(
        each
        for step in run.steps
        for each in held_by_others(action_of(step.body), Ground(book=book, view=view, run=run, step=step, at=at))
    )


# ---- above -----------------------------------------------------------------------------------------------------------


def _head(run: PlanRun, view: FloorView, at: Instant) -> tuple[Said, ...]:
    told = []
    if run.started_at is not None:
        begun = {"time": clock24(run.started_at, view.policy), "ago": clock(max(0.0, at - run.started_at))}
        if run.started_by in {"", "console"}:
            told.append(say("begun {time} by itself, {ago} ago", **begun))
        else:
            told.append(say("begun {time} by {who}, {ago} ago", who=run.started_by, **begun))
    elif run.proposed_at is not None:
        told.append(say("proposed {time}", time=clock24(run.proposed_at, view.policy)))
    if run.fired_at is not None:
        told.append(say("fired {time}", time=clock24(run.fired_at, view.policy)))
    elif run.started_at is not None:
        told.append(TRIGGER[run.trigger])
    told.append(say("version {n}", n=run.plan_version))
    return tuple(told)


def _asks(run: PlanRun, book: Book) -> Said | None:
    if run.state is RunState.ASKING:
        return _question(run, book)
    if run.state is RunState.PROPOSED:
        return say("Begin {plan}?", plan=run.body.name)
    if run.state is RunState.STOPPED:
        return say("Stopped: what stands remains. Go on, or stand down?")
    if run.body.cause and run.cause_gone_at is None and run.calm_proposed_at is not None:
        return say("It is calm. {question}", question=run.body.cause)
    if run.calm_proposed_at is not None and run.state is not RunState.STANDING_DOWN:
        return say("It has been calm for long enough: stand it down?")
    return None


def _question(run: PlanRun, book: Book) -> Said:
    step = run.steps[run.question_at] if 0 <= run.question_at < len(run.steps) else None
    what, n = (step_words(step.body), step.n + 1) if step is not None else (say("{action}", action=DASH), 0)
    trouble = trouble_words(step.trouble, book) if step is not None and step.trouble else None
    if run.question == "visible":
        return say("Customers will notice step {n}: {what}. Go ahead?", n=n, what=what)
    if run.question == "held":
        holder = trouble or held_words((("", ""),), book)
        return say("Step {n}: {holder}. Take it over?", n=n, holder=holder)
    if run.question == "failed":
        return say("Step {n} failed: {why}", n=n, why=trouble or what)
    text = str(step.body.get("text", "")) if step is not None else ""
    return say("{words}", words=text or DASH)


def _note(run: PlanRun, view: FloorView, book: Book, at: Instant) -> Said | None:
    """Return what will happen by itself, and when."""
    note = None
    if run.state is RunState.PROPOSED and run.decide_by is None:
        note = say("It waits for a person.")
    elif run.state is RunState.PROPOSED and run.decide_by is not None:
        note = say("It begins by itself in {left}.", left=clock(max(0.0, run.decide_by - at)))
    elif run.state is RunState.PUT_OFF and run.put_off_until is not None:
        note = say("It is proposed again at {time}.", time=clock24(run.put_off_until, view.policy))
    elif run.state is RunState.STANDING_DOWN:
        note = _down_note(run, at)
    elif run.ends_at is not None:
        note = say("It ends by itself in {left}.", left=clock(max(0.0, run.ends_at - at)))
    elif run.state in {RunState.RUNNING, RunState.STANDING} and run.calm_proposed_at is None:
        note = _calm_note(run, book, at)
    return note


def _down_note(run: PlanRun, at: Instant) -> Said | None:
    releasing = any(step.state is StepState.RELEASING for step in run.steps)
    left = stage_ends(run) - at
    if not releasing and left > 0:
        return say("The rest is put back in {left}.", left=clock(left))
    return say("Everything goes back to what it was found as.")


def _calm_note(run: PlanRun, book: Book, at: Instant) -> Said | None:
    if run.body.watch is None:
        return None
    since = calm_since(book, run)
    if since is None:
        standing = standing_of(book, run)
        return say("The condition lasts.") if standing is not None and standing.standing.burning else None
    left = run.body.calm_s - (at - since)
    if left <= 0:
        return say("Calm, but callers gave up: standing down is not proposed yet.")
    return say(
        "Calm for {length}; standing down is proposed in {left}.",
        length=how_long(max(0.0, at - since)),
        left=clock(left),
    )


# ---- figures ---------------------------------------------------------------------------------------------------------


def figure_rows(run: PlanRun, view: FloorView, nothing: Mapping[str, float]) -> tuple[FigureRow, ...]:
    """Return what the watch looks at, and always people waiting and their wait: then, now, and without the plan."""
    now: dict[str, float | None] = {}
    figures = figures_at(view, run.subject)
    if figures is not None:
        now = {"waiting": float(figures.now.waiting), "mean_wait_s": figures.now.mean_wait_s}
    if run.body.watch is not None:
        now |= dict(measured(run.body.watch.when, view, run.subject))
    if not now.get("waiting"):
        now |= {key: 0.0 for key in ("mean_wait_s", "longest_wait_s") if key in now and now[key] is None and figures}
    names = [name for name in (*run.fired, *now) if not name.endswith(LIMIT)]
    return tuple(
        _figure(name, run.fired, now, nothing, view)
        for name in sorted(dict.fromkeys(names), key=lambda name: ALWAYS.index(name) if name in ALWAYS else len(ALWAYS))
    )


def _figure(
    name: str,
    fired: Mapping[str, float | None],
    now: Mapping[str, float | None],
    nothing: Mapping[str, float],
    view: FloorView,
) -> FigureRow:
    limit, value = now.get(name + LIMIT, fired.get(name + LIMIT)), now.get(name)
    beyond = limit is not None and value is not None and value > limit
    return FigureRow(
        key=name,
        name=measure_words(name, view),
        limit=figure_text(name, limit),
        fired=figure_text(name, fired.get(name)),
        now=figure_text(name, value),
        nothing=figure_text(name, nothing.get(name)),
        tone=Tone.ALARM if beyond else Tone.CALM,
    )
