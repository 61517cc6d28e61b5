"""Emergency plans 应急预案: proposed, begun, carried out, watched, stood down with nothing left behind.

"active" are running, asking, stopped and standing.

| state | command | becomes |
|---|---|---|
| — | ProposePlan | proposed |
| —, proposed, put_off | StartPlan | running |
| proposed, put_off | PutOffPlan | put_off |
| put_off | ProposeAgain | proposed |
| proposed, put_off | DropPlan | dropped |
| proposed, put_off | LapsePlan | lapsed |
| running | TakeStep, StepStands, PassStep | running |
| running | AskStep | asking |
| asking | AnswerStep, RetryStep | running |
| running, asking | StopPlan | stopped |
| stopped | ContinuePlan, RetryStep | running |
| running | AllStand | standing |
| active | AskFlex, AnswerFlex, TellWording, ConfirmCause, ProposeStandDown, WithdrawStandDown, KeepOn | the same |
| active | ReleaseStep, FreeBreak, StepReleased | the same |
| active | StandDown | standing_down |
| standing_down | ReleaseStep, FreeBreak, StepReleased, ConfirmCause, AnswerFlex | standing_down |
| standing_down | EndPlan | stood_down |
| stood_down | AnswerFlex | stood_down |
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Step
from console.core.roles import ASKING_ROLES, CLOCK_ROLES, FLOOR_ROLES, Role
from console.core.rules.plan_outlook import floor_then
from console.core.words import say
from console.core.work import plan_steps as steps
from console.core.work.plan_action import Ground, held_by_others
from console.core.work.plan_actions import action_of
from console.core.work.plan_body import Trigger
from console.core.work.plan_due import burns, curve_of, due
from console.core.work.plan_keeping import first_steps, keep, withdraw
from console.core.work.plan_records import (
    HELD,
    MACHINE,
    AllStand,
    AnswerFlex,
    AnswerStep,
    AskFlex,
    AskStep,
    ConfirmCause,
    ContinuePlan,
    Directive,
    DropPlan,
    EndPlan,
    FreeBreak,
    KeepOn,
    KeepPlan,
    LapsePlan,
    PassStep,
    Plan,
    PlanRun,
    ProposeAgain,
    ProposePlan,
    ProposeStandDown,
    PutOffPlan,
    ReleaseStep,
    RetryStep,
    RunState,
    StandDown,
    StartPlan,
    StepReleased,
    StepStands,
    StepState,
    StopPlan,
    TakeStep,
    TellWording,
    WithdrawPlan,
    WithdrawStandDown,
)
from console.core.work.plan_rights import must_decide
from console.core.work.plan_steps import entry_of, moved_on, run_of
from console.core.work.plan_subjects import fits, groups_under, holder_name, open_runs
from console.core.work.plan_watch import WatchStanding, standing_key
from console.core.workflow import Handler, Workflow

LONGEST_PUT_OFF_S = 8 * 3600.0
CURVE_BEFORE_S = 900.0
"""How much of the curve before a plan its report shows."""


# ---- proposing and beginning -----------------------------------------------------------------------------------------


def _new_run(book: Book, view: FloorView, run_id: str, plan: Plan, subject: str, state: RunState) -> PlanRun:
    if plan.withdrawn_at is not None:
        raise NotAllowed(say("There is no such plan in force."))
    if any(run.plan == plan.id and run.subject == subject for run in open_runs(book)):
        raise NotAllowed(say("{plan} is already open for {subject}.", plan=plan.body.name, subject=subject))
    if not fits(view, plan, subject):
        raise NotAllowed(say("{plan} does not stand for {subject}.", plan=plan.body.name, subject=subject))
    standing = book.get(WatchStanding, standing_key(plan.id, subject))
    fired = standing is not None and standing.standing.burning
    return PlanRun(
        id=run_id,
        plan=plan.id,
        plan_version=plan.version,
        body=plan.body,
        subject=subject,
        state=state,
        steps=first_steps(plan.body),
        trigger=Trigger.HAND,
        fired=standing.figures if standing and fired else {},
        fired_at=standing.fired_at if standing and fired else None,
        floor_then=floor_then(view, groups_under(view.policy, view, subject)),
    )


def _plan(book: Book, plan_id: str) -> Plan:
    plan = book.get(Plan, plan_id)
    if plan is None:
        raise NotAllowed(say("There is no such plan in force."))
    return plan


def _propose(book: Book, view: FloorView, command: ProposePlan, at: Instant) -> Step:
    if book.get(PlanRun, command.run) is not None:
        return NOTHING
    plan = _plan(book, command.plan)
    run = _new_run(book, view, command.run, plan, command.subject, MACHINE.move(None, ProposePlan))
    countdown = plan.body.countdown_s
    run = replace(
        run,
        trigger=Trigger.PROPOSE,
        proposed_at=at,
        decide_by=None if countdown is None else at + countdown,
    )
    said = say("{plan} is proposed for {subject}", plan=plan.body.name, subject=run.subject)
    return Step(puts=(run,), entries=(entry_of(run, "proposed", said, **run.fired),))


def _start(book: Book, view: FloorView, command: StartPlan, at: Instant) -> Step:
    run = book.get(PlanRun, command.run)
    clock = command.by.role is Role.CONSOLE
    if run is None:
        plan = _plan(book, command.plan)
        must_decide(command.by, plan.body.decide, view, command.subject)
        run = _new_run(book, view, command.run, plan, command.subject, MACHINE.move(None, StartPlan))
        run = replace(run, trigger=Trigger.ITSELF if clock else Trigger.HAND)
        if clock and not (plan.body.trigger is Trigger.ITSELF and burns(book, run)):
            raise NotAllowed(say("The plan does not begin by itself."))
    else:
        must_decide(command.by, run.body.decide, view, run.subject)
        if clock and (run.decide_by is None or at < run.decide_by):
            raise NotAllowed(say("The plan does not begin by itself."))
        run = moved_on(run, command)
    held = _held(book, view, run, at)
    if held and not clock and not command.anyway:
        lever, holder = held[0][1]
        who = holder_name(book, holder)
        raise NotAllowed(
            say("{lever} is held by {holder}; begin it anyway?", lever=lever.removeprefix("key/"), holder=who)
        )
    ends = run.body.ends_after_s
    begun = replace(
        run,
        started_at=at,
        started_by=command.by.id,
        decide_by=None,
        put_off_until=None,
        ends_at=None if ends is None else at + ends,
        confirmed=command.visible and not clock,
        accepted=() if clock else tuple(dict.fromkeys(n for n, _ in held)),
    )
    said = say("{who} begins {plan} for {subject}", who=command.by.name, plan=run.body.name, subject=run.subject)
    return Step(puts=(begun,), entries=(entry_of(begun, "begun", said, version=run.plan_version, why=command.why),))


def _held(book: Book, view: FloorView, run: PlanRun, at: Instant) -> list[tuple[int, tuple[str, str]]]:
    """Return the levers of every step that somebody else holds: step, lever, holder."""
    return [
        (step.n, each)
        for step in run.steps
        for each in held_by_others(action_of(step.body), Ground(book=book, view=view, run=run, step=step, at=at))
    ]


def _put_off(book: Book, view: FloorView, command: PutOffPlan, at: Instant) -> Step:
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    if not at < command.until <= at + LONGEST_PUT_OFF_S:
        raise NotAllowed(say("Put it off to a time within the next eight hours."))
    off = moved_on(run, command, put_off_until=command.until, decide_by=None)
    said = say("{who} puts {plan} off", who=command.by.name, plan=run.body.name)
    return Step(puts=(off,), entries=(entry_of(off, "put_off", said, until=command.until, why=command.why),))


def _again(book: Book, _view: FloorView, command: ProposeAgain, at: Instant) -> Step:
    run = run_of(book, command)
    countdown = run.body.countdown_s
    on = moved_on(run, command, put_off_until=None, decide_by=None if countdown is None else at + countdown)
    said = say("{plan} is proposed for {subject}", plan=run.body.name, subject=run.subject)
    return Step(puts=(on,), entries=(entry_of(on, "proposed", said),))


def _drop(book: Book, view: FloorView, command: DropPlan, at: Instant) -> Step:
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    dropped = moved_on(run, command, ended_at=at, ended_how="dropped", down_by=command.by.id)
    said = say("{who} drops the proposal of {plan}", who=command.by.name, plan=run.body.name)
    return Step(puts=(dropped,), entries=(entry_of(dropped, "dropped", said, why=command.why),))


def _lapse(book: Book, _view: FloorView, command: LapsePlan, at: Instant) -> Step:
    run = run_of(book, command)
    if burns(book, run):
        return NOTHING
    lapsed = moved_on(run, command, ended_at=at, ended_how="lapsed")
    said = say("It is calm again: the proposal of {plan} lapses", plan=run.body.name)
    return Step(puts=(lapsed,), entries=(entry_of(lapsed, "lapsed", said),))


# ---- under way -------------------------------------------------------------------------------------------------------


def _continue(book: Book, view: FloorView, command: ContinuePlan, _at: Instant) -> Step:
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    on = moved_on(run, command)
    said = say("{who} lets {plan} go on", who=command.by.name, plan=run.body.name)
    return Step(puts=(on,), entries=(entry_of(on, "continued", said),))


def _all_stand(book: Book, _view: FloorView, command: AllStand, _at: Instant) -> Step:
    run = run_of(book, command)
    if any(step.state in {StepState.PENDING, StepState.DOING} for step in run.steps):
        return NOTHING
    on = moved_on(run, command)
    said = say("Every step of {plan} has been seen to", plan=run.body.name)
    return Step(puts=(on,), entries=(entry_of(on, "stands", said),))


def _confirm_cause(book: Book, view: FloorView, command: ConfirmCause, at: Instant) -> Step:
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    on = moved_on(run, command, cause_gone_at=at, cause_gone_by=command.by.id)
    said = say("{who} confirms that the cause is gone", who=command.by.name)
    return Step(puts=(on,), entries=(entry_of(on, "cause_gone", said, why=command.why),))


def _propose_down(book: Book, _view: FloorView, command: ProposeStandDown, at: Instant) -> Step:
    on = moved_on(run_of(book, command), command, calm_proposed_at=at)
    said = say("It is time to stand {plan} down", plan=on.body.name)
    return Step(puts=(on,), entries=(entry_of(on, "calm", said),))


def _withdraw_down(book: Book, _view: FloorView, command: WithdrawStandDown, _at: Instant) -> Step:
    on = moved_on(run_of(book, command), command, calm_proposed_at=None)
    said = say("The condition is back: {plan} stays", plan=on.body.name)
    return Step(puts=(on,), entries=(entry_of(on, "back", said),))


def _keep_on(book: Book, view: FloorView, command: KeepOn, at: Instant) -> Step:
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    ends = (
        None if run.ends_at is None or run.body.ends_after_s is None else max(run.ends_at, at) + run.body.ends_after_s
    )
    on = moved_on(run, command, calm_proposed_at=None, calm_not_before=at, ends_at=ends)
    said = say("{who} keeps {plan} standing", who=command.by.name, plan=run.body.name)
    return Step(puts=(on,), entries=(entry_of(on, "kept", said, why=command.why),))


# ---- standing down ---------------------------------------------------------------------------------------------------


def _stand_down(book: Book, view: FloorView, command: StandDown, at: Instant) -> Step:
    run = run_of(book, command)
    must_decide(command.by, run.body.decide, view, run.subject)
    if run.body.cause and run.cause_gone_at is None:
        raise NotAllowed(say("Confirm first: {question}", question=run.body.cause))
    left = tuple(
        replace(step, state=StepState.SKIPPED, ended_at=at) if step.state is StepState.PENDING else step
        for step in run.steps
    )
    down = moved_on(run, command, steps=left, question="", question_at=-1, down_at=at, down_by=command.by.id)
    said = say("{who} stands {plan} down", who=command.by.name, plan=run.body.name)
    return Step(puts=(down,), entries=(entry_of(down, "standing_down", said, why=command.why),))


def _end(book: Book, view: FloorView, command: EndPlan, at: Instant) -> Step:
    run = run_of(book, command)
    if any(step.state in HELD or step.state is StepState.RELEASING for step in run.steps):
        return NOTHING
    begin = min(run.fired_at or at, run.started_at or at) - CURVE_BEFORE_S
    curve = tuple(point for point in curve_of(view, run.subject) if point.at >= begin)
    ended = moved_on(run, command, ended_at=at, ended_how="stood_down", curve=curve)
    said = say("{plan} is over: everything is as it was found", plan=run.body.name)
    if any(step.trouble for step in run.steps if step.state is StepState.RELEASED):
        said = say("{plan} is over; some of it is left to a person", plan=run.body.name)
    return Step(puts=(ended,), entries=(entry_of(ended, "over", said),))


HANDLERS: Mapping[type[Command], Handler] = {
    KeepPlan: keep,
    WithdrawPlan: withdraw,
    ProposePlan: _propose,
    StartPlan: _start,
    PutOffPlan: _put_off,
    ProposeAgain: _again,
    DropPlan: _drop,
    LapsePlan: _lapse,
    TakeStep: steps.take,
    StepStands: steps.stands,
    PassStep: steps.pass_over,
    AskStep: steps.ask,
    AnswerStep: steps.answer,
    RetryStep: steps.retry,
    StopPlan: steps.stop,
    ContinuePlan: _continue,
    AllStand: _all_stand,
    AskFlex: steps.ask_flex,
    AnswerFlex: steps.answer_flex,
    TellWording: steps.tell_wording,
    ConfirmCause: _confirm_cause,
    ProposeStandDown: _propose_down,
    WithdrawStandDown: _withdraw_down,
    KeepOn: _keep_on,
    StandDown: _stand_down,
    ReleaseStep: steps.release_step,
    FreeBreak: steps.free_break,
    StepReleased: steps.released,
    EndPlan: _end,
}
_PEOPLE = (PutOffPlan, DropPlan, AnswerStep, RetryStep, ContinuePlan, ConfirmCause, KeepOn, WithdrawPlan)
_BOTH = (KeepPlan, StartPlan, StopPlan, StandDown, ReleaseStep)

_RIGHTS: Mapping[type[Command], Any] = {
    **dict.fromkeys(HANDLERS, CLOCK_ROLES),
    **dict.fromkeys(_PEOPLE, FLOOR_ROLES),
    **dict.fromkeys(_BOTH, FLOOR_ROLES | CLOCK_ROLES),
    AnswerFlex: ASKING_ROLES,
}

WORKFLOW = Workflow(
    name="plans",
    machine=MACHINE,
    kinds=(Plan, PlanRun, Directive),
    handlers=HANDLERS,
    rights=_RIGHTS,
    due=due,
)
