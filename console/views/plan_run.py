"""One run of a plan as the plans page shows it: what it asks, the figures since it fired, its steps on a rail."""

from collections.abc import Mapping

from console.core.floor.model import Instant, Record
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import Lever, LeverState
from console.core.rules.watches import figures_at, measured
from console.core.words import Said, say
from console.core.work.break_records import WAITING, Break
from console.core.work.plan_actions import action_of
from console.core.work.plan_due import calm_since, stage_ends, standing_of
from console.core.work.plan_flex import ASKED, NO, SILENT, YES
from console.core.work.plan_records import ENDED, HOLD_BREAKS, OFFERED, PlanRun, RunState, StepRun, StepState
from console.core.work.plan_subjects import groups_under
from console.views.break_words import clock24
from console.views.plan_answers import answers_of, step_answers
from console.views.plan_words import (
    DECIDER,
    LIMIT,
    RUN_STATE,
    STEP_STATE,
    TRIGGER,
    figure_text,
    held_words,
    may_decide,
    measure_words,
    step_words,
    subject_words,
    trouble_words,
)
from console.views.rehearsal import object_words, value_words
from console.views.todo import Action
from console.views.words import DASH, clock, how_long

ALWAYS = ("waiting", "mean_wait_s")
"""What every run shows, whatever its watch measured."""
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


class LeverLine(Record, frozen=True, kw_only=True):
    """One lever of a step: what is wanted of what, what was found, how it stands."""

    id: str
    on: Said
    wanted: Said
    found: Said | None
    state: Said
    tone: Tone = Tone.CALM


class AskedLine(Record, frozen=True, kw_only=True):
    """One flex agent asked; `waits`: nobody has answered yet, the supervisor may."""

    person: str
    name: str
    word: Said
    waits: bool


class StepLine(Record, frozen=True, kw_only=True):
    """One step on the rail; `at_hand`: the run asks about it; `told` are its times, `trouble` what went wrong."""

    n: int
    said: Said
    state: StepState
    words: Said
    visible: bool = False
    at_hand: bool = False
    told: tuple[Said, ...] = ()
    trouble: Said | None = None
    levers: tuple[LeverLine, ...] = ()
    asked: tuple[AskedLine, ...] = ()
    freed: Said | None = None
    answers: tuple[Action, ...] = ()


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
    role: str = "",
    nothing: Mapping[str, float] | None = None,
) -> RunSheet:
    """Return a run as it stands; `nothing` are the figures expected by now had nothing been done."""
    mine = not role or may_decide(role, run.body.decide)
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
        asks=_asks(run, book),
        note=_note(run, view, book, at),
        due=run.decide_by,
        figures=figure_rows(run, view, nothing or {}),
        steps=tuple(_step(run, step, view, book, mine=mine) for step in run.steps),
        answers=answers_of(run) if mine else (),
        not_mine=None if mine else say("{decider} decides about this plan", decider=DECIDER[run.body.decide]),
        done=sum(step.state in _SEEN_TO for step in run.steps),
        fired_at=run.fired_at,
        marks=tuple((step.begun_at, str(step.n + 1)) for step in run.steps if step.begun_at is not None),
    )


def tone_of(run: PlanRun) -> Tone:
    """Return how loud a run is: a proposal or a question waits for a person, trouble warns."""
    if run.state in {RunState.PROPOSED, RunState.ASKING}:
        return Tone.ALARM
    if run.state is RunState.STOPPED or run.calm_proposed_at is not None:
        return Tone.WARN
    trouble = run.state not in ENDED and any(step.state is StepState.FAILED for step in run.steps)
    return Tone.WARN if trouble else Tone.CALM


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


# ---- steps -----------------------------------------------------------------------------------------------------------


def _step(run: PlanRun, step: StepRun, view: FloorView, book: Book, *, mine: bool) -> StepLine:
    trouble = trouble_words(step.trouble, book) if step.trouble else None
    if step.state is StepState.RELEASED and step.trouble:
        trouble = say("left to a person: {levers}", levers=step.trouble)
    return StepLine(
        n=step.n,
        said=step_words(step.body),
        state=step.state,
        words=STEP_STATE[step.state],
        visible=action_of(step.body).visible,
        at_hand=run.state is RunState.ASKING and run.question_at == step.n,
        told=_times(step, view),
        trouble=trouble,
        levers=tuple(_lever(each, book) for each in step.levers),
        asked=_asked(step, view, open_=run.state not in ENDED | OFFERED),
        freed=_freed(run, step, view, book),
        answers=step_answers(run, step) if mine else (),
    )


def _times(step: StepRun, view: FloorView) -> tuple[Said, ...]:
    told = []
    if step.begun_at is not None:
        told.append(say("begun {time}", time=clock24(step.begun_at, view.policy)))
    if step.stood_at is not None and step.begun_at is not None:
        told.append(say("stood after {length}", length=how_long(step.stood_at - step.begun_at)))
    if step.ended_at is not None and step.state is StepState.RELEASED:
        told.append(say("put back {time}", time=clock24(step.ended_at, view.policy)))
    return tuple(told)


_LEVER: Mapping[LeverState, tuple[Said, Tone]] = {
    LeverState.FRESH: (say("being read"), Tone.CALM),
    LeverState.SETTING: (say("being set"), Tone.CALM),
    LeverState.STANDING: (say("stands"), Tone.CALM),
    LeverState.REFUSED: (say("refused"), Tone.ALARM),
    LeverState.MOVED: (say("moved by somebody else"), Tone.WARN),
    LeverState.DONE: (say("as it was found"), Tone.CALM),
}


def _lever(lever_id: str, book: Book) -> LeverLine:
    lever = book.get(Lever, lever_id)
    if lever is None:
        said, tone = _LEVER[LeverState.DONE]
        return LeverLine(id=lever_id, on=object_words(lever_id), wanted=say("as it was found"), found=None, state=said)
    said, tone = _LEVER[lever.state]
    if lever.state is LeverState.SETTING and not lever.holds:
        said = say("being put back")
    if lever.refusal and lever.state is LeverState.REFUSED:
        said = say("refused: {why}", why=lever.refusal)
    return LeverLine(
        id=lever_id,
        on=object_words(lever_id),
        wanted=value_words(lever_id, lever.wanted),
        found=None if lever.found_at is None else value_words(lever_id, lever.found),
        state=said,
        tone=tone,
    )


_WORD: Mapping[str, Said] = {
    ASKED: say("asked"),
    YES: say("comes on line"),
    NO: say("does not come"),
    SILENT: say("no answer"),
}


def _asked(step: StepRun, view: FloorView, *, open_: bool) -> tuple[AskedLine, ...]:
    lines = []
    for person, word in step.asked.items():
        known = view.people.get(person)
        name = f"{known.name} {known.number}".strip() if known is not None else person
        waits = open_ and word in {ASKED, SILENT} and step.state is StepState.STANDING
        said = _WORD.get(word, say("{word}", word=word))
        lines.append(AskedLine(person=person, name=name, word=said, waits=waits))
    return tuple(lines)


def _freed(run: PlanRun, step: StepRun, view: FloorView, book: Book) -> Said | None:
    """Return how far the breaks held back are let through, or how many wait."""
    if step.does != HOLD_BREAKS:
        return None
    if step.state in {StepState.RELEASING, StepState.RELEASED} and step.line:
        return say("{freed} of {all} requests let through", freed=len(step.freed), all=len(step.line))
    if step.state is StepState.STANDING:
        groups = groups_under(view.policy, view, run.subject)
        waiting = sum(each.state in WAITING and each.group in groups for each in book.every(Break).values())
        return say("{count} requests wait", count=waiting) if waiting else None
    return None
