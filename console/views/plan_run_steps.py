"""One step of a run on its rail: its times, its trouble, its levers, the flex agents it asked, the breaks it held."""

from collections.abc import Mapping

from console.core.floor.model import Record
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import Lever, LeverState
from console.core.words import Said, say
from console.core.work.break_records import WAITING, Break
from console.core.work.plan_actions import action_of
from console.core.work.plan_body import HOLD_BREAKS
from console.core.work.plan_flex import ASKED, SILENT
from console.core.work.plan_records import ACTIVE, PlanRun, RunState, StepRun, StepState
from console.core.work.plan_subjects import groups_under
from console.views.break_words import clock24
from console.views.plan_answers import flex_answers, step_answers
from console.views.plan_words import FLEX_ANSWER, STEP_STATE, step_words, trouble_words
from console.views.rehearsal import object_words, value_words
from console.views.todo import Action
from console.views.words import how_long


class LeverLine(Record, frozen=True, kw_only=True):
    """One lever of a step: what is wanted of what, what was found, how it stands."""

    id: str
    on: Said
    wanted: Said
    found: Said | None
    state: Said
    tone: Tone = Tone.CALM


class AskedLine(Record, frozen=True, kw_only=True):
    """One flex agent asked; `answers`: what the supervisor may say while nobody else has."""

    person: str
    name: str
    word: Said
    answers: tuple[Action, ...] = ()


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


def step_line(run: PlanRun, step: StepRun, view: FloorView, book: Book, *, mine: bool) -> StepLine:
    """Return a step as it stands; `mine`: the one at this desk decides about the plan."""
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
        levers=tuple(_lever(each, book, view) for each in step.levers),
        asked=_asked(run, step, view, mine=mine),
        freed=_freed(run, step, view, book),
        answers=step_answers(run, step) if mine else (),
    )


def _times(step: StepRun, view: FloorView) -> tuple[Said, ...]:
    told = []
    if step.begun_at is not None:
        told.append(say("begun {time}", time=clock24(step.begun_at, view.policy)))
    if step.stood_at is not None and step.begun_at is not None and step.stood_at - step.begun_at >= 1:
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


def _lever(lever_id: str, book: Book, view: FloorView) -> LeverLine:
    lever = book.get(Lever, lever_id)
    if lever is None:
        said, tone = _LEVER[LeverState.DONE]
        return LeverLine(
            id=lever_id, on=object_words(lever_id, view), wanted=say("as it was found"), found=None, state=said
        )
    said, tone = _LEVER[lever.state]
    if lever.state is LeverState.SETTING and not lever.holds:
        said = say("being put back")
    if lever.refusal and lever.state is LeverState.REFUSED:
        said = say("refused: {why}", why=lever.refusal)
    return LeverLine(
        id=lever_id,
        on=object_words(lever_id, view),
        wanted=value_words(lever_id, lever.wanted),
        found=None if lever.found_at is None else value_words(lever_id, lever.found),
        state=said,
        tone=tone,
    )


def _asked(run: PlanRun, step: StepRun, view: FloorView, *, mine: bool) -> tuple[AskedLine, ...]:
    by_code = step.body.get("confirm") == "code"
    open_ = mine and run.state in ACTIVE and step.state is StepState.STANDING and not by_code
    # The keys of yes and no are the run's own where it asks; of several agents the first one has them.
    first = "" if run.state is RunState.ASKING or not open_ else _first_asked(run)
    lines = []
    for person, word in step.asked.items():
        known = view.people.get(person)
        waits = open_ and word in {ASKED, SILENT}
        line = AskedLine(
            person=person,
            name=f"{known.name} {known.number}".strip() if known is not None else person,
            word=FLEX_ANSWER.get(word, say("{word}", word=word)),
            answers=flex_answers(step.n, person, keys=f"{step.n}:{person}" == first) if waits else (),
        )
        lines.append(line)
    return tuple(lines)


def _first_asked(run: PlanRun) -> str:
    standing = (step for step in run.steps if step.state is StepState.STANDING)
    asked = (f"{step.n}:{person}" for step in standing for person, word in step.asked.items() if word == ASKED)
    return next(asked, "")


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
