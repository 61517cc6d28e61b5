"""What the steps of a plan lead to: taken, standing, failed, retried, put back; levers and messages only."""

from typing import Any

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Entry, Step
from console.core.levers import Lever, LeverState, hold, release
from console.core.rules.plan_outlook import floor_then
from console.core.words import Said, say
from console.core.work.plan_action import Action, Effect, Ground, left_of
from console.core.work.plan_actions import Ask, HoldBreaks, action_of, as_told
from console.core.work.plan_flex import NO, YES, Flex, answered, asked_next, not_needed
from console.core.work.plan_records import (
    ACTIVE,
    HELD,
    MACHINE,
    AnswerFlex,
    AnswerStep,
    AskFlex,
    AskStep,
    FreeBreak,
    PassStep,
    PlanRun,
    ReleaseStep,
    RetryStep,
    RunCommand,
    StepReleased,
    StepRun,
    StepStands,
    StepState,
    StopPlan,
    TakeStep,
    TellWording,
)
from console.core.work.plan_rights import must_decide
from console.core.work.plan_subjects import groups_under
from console.core.work.plan_telling import Wording, told_wording

_S = StepState


def run_of(book: Book, command: RunCommand) -> PlanRun:
    """Return the run a command is about; raise NotAllowed where it is not open."""
    found = book.get(PlanRun, command.run)
    if found is None:
        raise NotAllowed(say("This plan is no longer open."))
    return found


def moved_on(run: PlanRun, command: RunCommand, **changes: Any) -> PlanRun:  # noqa: ANN401  the fields of PlanRun
    """Return the run in the state its table says, with changes."""
    return replace(run, state=MACHINE.move(run.state, type(command)), **changes)


def entry_of(run: PlanRun, what: str, said: Said, **data: str | int | float | bool | None) -> Entry:  # noqa: PYI041  JSON
    """Return a journal line about a run."""
    facts = {"plan": run.plan, "subject": run.subject, **data}
    return Entry(what=f"plan.{what}", subject=f"plan_runs:{run.id}", said=said, data=facts)


def ground_of(book: Book, view: FloorView, run: PlanRun, n: int, at: Instant) -> tuple[Action, Ground]:
    """Return the action of a step and what it stands on; raise NotAllowed where there is no such step."""
    if not 0 <= n < len(run.steps):
        raise NotAllowed(say("The plan has no step {n}.", n=n + 1))
    step = run.steps[n]
    return action_of(step.body), Ground(book=book, view=view, run=run, step=step, at=at)


def with_step(run: PlanRun, step: StepRun) -> PlanRun:
    """Return the run with one step as it now is."""
    return replace(run, steps=tuple(step if each.n == step.n else each for each in run.steps))


def _line(run: PlanRun, n: int, what: str, state: Said, **data: str | int | None) -> Entry:
    action = as_told(run.steps[n]).said()
    said = say("{plan}, step {n}, {action}: {state}", plan=run.body.name, n=n + 1, action=action, state=state)
    return entry_of(run, what, said, n=n, **data)


# ---- carrying out ----------------------------------------------------------------------------------------------------


def take(book: Book, view: FloorView, command: TakeStep, at: Instant) -> Step:
    """Carry out a step: hold its levers, tell whom it tells."""
    run = moved_on(run_of(book, command), command)
    action, on = ground_of(book, view, run, command.n, at)
    if on.step.state is not _S.PENDING:
        return NOTHING
    if action.visible and not run.confirmed:
        raise NotAllowed(say("Customers notice this step; a person agrees to it first."))
    levers = tuple(hold(book, pull.target, holder=on.holder, wanted=pull.wanted, at=at) for pull in action.pulls(on))
    effect = action.take(on)
    stepped = replace(on.step, state=_S.DOING, begun_at=at, trouble="", levers=tuple(lever.id for lever in levers))
    # Where nothing has to be seen on the ACD it stands at once.
    if action.background or (not levers and action.stands(replace(on, step=stepped))):
        stepped = replace(stepped, state=_S.STANDING, stood_at=at)
    stepped = replace(stepped, **effect.changes)
    run = with_step(run, stepped)
    if not run.floor_then:
        # Begun from a command line, which sees no floor: the desk that carries it out notes how it stands.
        run = replace(run, floor_then=floor_then(view, groups_under(view.policy, view, run.subject)))
    entry = _line(run, command.n, "step.begun", say("begun"), levers=", ".join(stepped.levers))
    return Step(puts=(run, *levers), entries=(entry,)) + _done(effect)


def stands(book: Book, view: FloorView, command: StepStands, at: Instant) -> Step:
    """Note that what a step wants stands."""
    run = moved_on(run_of(book, command), command)
    action, on = ground_of(book, view, run, command.n, at)
    if on.step.state is not _S.DOING or not action.stands(on):
        return NOTHING
    stood = with_step(run, replace(on.step, state=_S.STANDING, stood_at=at))
    return Step(puts=(stood,), entries=(_line(run, command.n, "step.stands", say("done")),))


def pass_over(book: Book, view: FloorView, command: PassStep, at: Instant) -> Step:
    """Note that a step failed, and go on."""
    return _failed(book, view, moved_on(run_of(book, command), command), command.n, command.trouble, at)


def ask(book: Book, view: FloorView, command: AskStep, at: Instant) -> Step:
    """Ask a person how to go on."""
    run = moved_on(run_of(book, command), command, question=command.about, question_at=command.n)
    _, on = ground_of(book, view, run, command.n, at)
    if command.about == "failed":
        return _failed(book, view, run, command.n, command.trouble, at)
    asking = with_step(run, replace(on.step, trouble=command.trouble))
    entry = _line(run, command.n, "asks", say("a person is asked"), about=command.about, trouble=command.trouble)
    return Step(puts=(asking,), entries=(entry,))


def stop(book: Book, view: FloorView, command: StopPlan, at: Instant) -> Step:
    """Go no further."""
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    stopped = moved_on(run, command, question="", question_at=-1)
    if command.n >= 0:
        return _failed(book, view, stopped, command.n, command.trouble, at)
    said = say("{who} stops {plan}: what stands remains", who=command.by.name, plan=run.body.name)
    return Step(puts=(stopped,), entries=(entry_of(stopped, "stopped", said),))


def _failed(book: Book, view: FloorView, run: PlanRun, n: int, trouble: str, at: Instant) -> Step:
    _, on = ground_of(book, view, run, n, at)
    failed = with_step(run, replace(on.step, state=_S.FAILED, trouble=trouble))
    entry = _line(run, n, "step.failed", say("failed, {why}", why=trouble), trouble=trouble)
    return Step(puts=(failed,), entries=(entry,))


def answer(book: Book, view: FloorView, command: AnswerStep, at: Instant) -> Step:
    """Take a person's answer to what the run asks."""
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    about, n = run.question, run.question_at
    run = moved_on(run, command, question="", question_at=-1)
    action, on = ground_of(book, view, run, n, at)
    step, levers = on.step, tuple[Lever, ...]()
    if command.yes:
        if about == "visible":
            run = replace(run, confirmed=True)
        elif about == "held":
            run = replace(run, accepted=(*run.accepted, n))
        elif about == "failed":
            step, levers = _again(on) if step.state is _S.FAILED else (step, ())
        else:
            told = command.why.strip()
            if isinstance(action, Ask) and action.answer and not told:
                raise NotAllowed(say("Type the answer, too: {question}", question=action.answer))
            step = replace(step, state=_S.STANDING, begun_at=at, stood_at=at, told=told)
    elif about != "failed":
        step = replace(step, state=_S.SKIPPED, ended_at=at)
    said = say("{who} says yes", who=command.by.name) if command.yes else say("{who} says no", who=command.by.name)
    run = with_step(run, step)
    return Step(puts=(run, *levers), entries=(_line(run, n, "answered", said, about=about, yes=int(command.yes)),))


def retry(book: Book, view: FloorView, command: RetryStep, at: Instant) -> Step:
    """Try a failed step again."""
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    run = moved_on(run, command, question="", question_at=-1)
    _, on = ground_of(book, view, run, command.n, at)
    if on.step.state is not _S.FAILED:
        raise NotAllowed(say("This step has not failed."))
    step, levers = _again(on)
    entry = _line(run, command.n, "retried", say("tried again"))
    return Step(puts=(with_step(run, step), *levers), entries=(entry,))


def _again(on: Ground) -> tuple[StepRun, tuple[Lever, ...]]:
    """Return a failed step and its refused levers to be tried again; one without levers begins anew."""
    levers = []
    for each in on.step.levers:
        lever = on.book.get(Lever, each)
        if lever is not None and lever.state is LeverState.REFUSED:
            state = LeverState.FRESH if lever.found_at is None else LeverState.SETTING
            levers.append(replace(lever, state=state, refusal="", tries=0, due=on.at))
    if not on.step.levers:
        return replace(on.step, state=_S.PENDING, trouble="", told="", heard=(), asked={}, asked_at={}), ()
    return replace(on.step, state=_S.DOING, trouble=""), tuple(levers)


# ---- flex agents -----------------------------------------------------------------------------------------------------


def ask_flex(book: Book, view: FloorView, command: AskFlex, at: Instant) -> Step:
    """Ask the next ones."""
    run = moved_on(run_of(book, command), command)
    action, on = ground_of(book, view, run, command.n, at)
    if not isinstance(action, Flex) or on.step.state not in HELD:
        return NOTHING
    effect = asked_next(action, on)
    stepped = replace(on.step, **effect.changes)
    if stepped == on.step:
        return NOTHING
    asked = sum(word == "asked" for word in stepped.asked.values())
    entry = _line(run, command.n, "flex.asked", say("{count} asked", count=asked), trouble=stepped.trouble)
    return Step(puts=(with_step(run, stepped),), entries=(entry,)) + _done(effect)


def answer_flex(book: Book, view: FloorView, command: AnswerFlex, at: Instant) -> Step:
    """Sign a flex agent in who said yes; note one who said no."""
    run = moved_on(run_of(book, command), command)
    action, on = ground_of(book, view, run, command.n, at)
    if not isinstance(action, Flex) or command.person not in on.step.asked:
        raise NotAllowed(say("Nobody asked this agent on line."))
    if not action.counts(command.by):
        raise NotAllowed(say("The plan wants it confirmed the other way."))
    if on.step.state not in HELD or run.state not in ACTIVE:
        # Too late: nobody is signed in any more, and whoever gets ready hears that they need not.
        return Step(messages=(not_needed(on, command.person),)) if command.yes else NOTHING
    if on.step.asked[command.person] == (YES if command.yes else NO):
        return NOTHING
    stepped, more = answered(action, on, command.person, yes=command.yes)
    known = view.people.get(command.person)
    name = known.name if known else command.person
    said = say("{name} comes on line", name=name) if command.yes else say("{name} does not come", name=name)
    entry = _line(run, command.n, "flex.answered", said, person=command.person, yes=int(command.yes))
    return Step(puts=(with_step(run, stepped),), entries=(entry,)) + more


def tell_wording(book: Book, view: FloorView, command: TellWording, at: Instant) -> Step:
    """Tell the next agents an agreed wording; that they were told stands in the outbox, not in the journal."""
    run = moved_on(run_of(book, command), command)
    action, on = ground_of(book, view, run, command.n, at)
    effect = told_wording(on) if isinstance(action, Wording) and on.step.state in HELD else Effect()
    if not effect.messages:
        return NOTHING
    return Step(puts=(with_step(run, replace(on.step, **effect.changes)),)) + _done(effect)


# ---- putting back ----------------------------------------------------------------------------------------------------


def release_step(book: Book, view: FloorView, command: ReleaseStep, at: Instant) -> Step:
    """Put one step back: let its levers go, withdraw what it gave out."""
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    run = moved_on(run, command)
    action, on = ground_of(book, view, run, command.n, at)
    if on.step.state not in HELD:
        raise NotAllowed(say("This step holds nothing."))
    effect = action.undo(on)
    stepped = replace(on.step, state=_S.RELEASING, **effect.changes)
    entry = _line(run, command.n, "step.releasing", say("put back by {who}", who=command.by.name))
    return Step(puts=(with_step(run, stepped), *release(book, on.holder, at=at)), entries=(entry,)) + _done(effect)


def free_break(book: Book, view: FloorView, command: FreeBreak, at: Instant) -> Step:
    """Let the next break held back through."""
    run = moved_on(run_of(book, command), command)
    action, on = ground_of(book, view, run, command.n, at)
    if not isinstance(action, HoldBreaks) or on.step.state is not _S.RELEASING or not action.may_free(on):
        return NOTHING
    found = action.next_free(on)
    if found is None:
        return NOTHING
    stepped = replace(on.step, freed=(*on.step.freed, found), freed_at=at)
    entry = _line(run, command.n, "break.freed", say("the next break may be granted"), **{"break": found})
    return Step(puts=(with_step(run, stepped),), entries=(entry,))


def released(book: Book, view: FloorView, command: StepReleased, at: Instant) -> Step:
    """Note that a step is back."""
    run = moved_on(run_of(book, command), command)
    action, on = ground_of(book, view, run, command.n, at)
    if on.step.state is not _S.RELEASING or not action.is_back(on):
        return NOTHING
    left = left_of(on)
    back = with_step(run, replace(on.step, state=_S.RELEASED, ended_at=at, trouble=left))
    said = say("left to a person: {levers}", levers=left) if left else say("as it was found")
    return Step(puts=(back,), entries=(_line(run, command.n, "step.released", said, left=left),))


def _done(effect: Effect) -> Step:
    return effect.step + Step(messages=effect.messages)
