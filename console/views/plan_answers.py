"""What a person may do about a run of a plan, as it stands: the answers of its card and of the plans page."""

from msgspec.structs import replace

from console.core.words import say
from console.core.work.plan_records import ACTIVE, HELD, OFFERED, PlanRun, RunState, StepRun, StepState
from console.views.todo import Action

START = Action(key="start", label=say("Start now"), shortcut="A", kind="danger")
START_ANYWAY = Action(key="start_anyway", label=say("Start anyway"), shortcut="A", kind="danger")
PUT_OFF = Action(key="put_off", label=say("Put off…"), shortcut="S", asks=say("Until when: 14:30, or minutes"))
DROP = Action(key="drop", label=say("Do not start"), shortcut="X")
YES = Action(key="yes", label=say("Yes"), shortcut="Y", kind="strong")
NO = Action(key="no", label=say("No, leave it out"), shortcut="N")
GO_ON_WITHOUT = Action(key="no", label=say("Go on without it"), shortcut="N")
STOP = Action(key="stop", label=say("Stop here"), shortcut="P")
CONTINUE = Action(key="continue", label=say("Go on"), shortcut="C", kind="strong")
STAND_DOWN = Action(
    key="stand_down", label=say("Stand down"), shortcut="E", sure=say("Stand down? Enter: yes · Esc: no")
)
KEEP_ON = Action(key="keep_on", label=say("Keep it standing"), shortcut="K")
CONFIRM_CAUSE = Action(key="confirm_cause", label=say("The cause is gone"), shortcut="G")


def answers_of(run: PlanRun, *, held: bool = False) -> tuple[Action, ...]:
    """Return what may be said about a run, the likeliest first; about single steps see `step_answers`.

    `held`: somebody else holds a lever of it, so that it begins only over them.
    """
    cause = (CONFIRM_CAUSE,) if bool(run.body.cause) and run.cause_gone_at is None else ()
    if run.state in OFFERED:
        told: tuple[Action, ...] = (START_ANYWAY if held else START, PUT_OFF, DROP)
    elif run.state is RunState.STANDING_DOWN:
        told = cause
    elif run.state is RunState.ASKING:
        failed = run.question == "failed"
        told = (*((_retry(run.question_at), GO_ON_WITHOUT) if failed else (_yes(run), NO)), STOP, *cause, STAND_DOWN)
    elif run.state not in ACTIVE:
        told = ()
    elif run.calm_proposed_at is not None:
        told = (*cause, _strong(STAND_DOWN), KEEP_ON)
    elif run.state is RunState.STOPPED:
        again = tuple(_retry(step.n) for step in run.steps if step.state is StepState.FAILED)
        told = (CONTINUE, *again[:1], *cause, STAND_DOWN)
    else:
        told = (*cause, STAND_DOWN, *((STOP,) if run.state is RunState.RUNNING else ()))
    return told


def step_answers(run: PlanRun, step: StepRun) -> tuple[Action, ...]:
    """Return what may be said about one step: try it again, put it back alone."""
    if run.state not in ACTIVE:
        return ()
    told = []
    if step.state is StepState.FAILED and run.state in {RunState.ASKING, RunState.STOPPED}:
        told.append(_retry(step.n))
    if step.state in HELD and (step.levers or step.directive or step.does in {"hold_breaks", "flex", "directive"}):
        sure = say("Put this step back? Enter: yes · Esc: no")
        told.append(Action(key=f"release:{step.n}", label=say("Put this step back"), shortcut="X", sure=sure))
    return tuple(told)


def flex_answers(n: int, person: str, *, keys: bool) -> tuple[Action, ...]:
    """Return what a supervisor may say for a flex agent who was asked; `keys`: with one key each."""
    return (
        Action(key=f"flex_yes:{n}:{person}", label=say("Comes"), shortcut="Y" if keys else "", kind="strong"),
        Action(key=f"flex_no:{n}:{person}", label=say("Does not come"), shortcut="N" if keys else ""),
    )


def _yes(run: PlanRun) -> Action:
    """Return a yes, with what the plan wants typed along with it."""
    asked = str(run.steps[run.question_at].body.get("answer", "")) if run.question == "ask" else ""
    return replace(YES, asks=say("{words}", words=asked)) if asked else YES


def _retry(n: int) -> Action:
    return Action(key=f"retry:{n}", label=say("Try again"), shortcut="T", kind="strong")


def _strong(action: Action) -> Action:
    return replace(action, kind="strong")
