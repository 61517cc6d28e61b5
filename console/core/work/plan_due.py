"""What the clock finds to do about plans: propose, begin, carry out in order, notice the calm, put back in stages."""

from collections.abc import Iterator

from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, LinkStatus, Seconds
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.roles import CONSOLE
from console.core.rules.watches import WatchState, figures_at, group_at
from console.core.work.plan_action import Action, Ground, held_by_others
from console.core.work.plan_actions import Ask, HoldBreaks, action_of
from console.core.work.plan_body import OnFailure, Trigger
from console.core.work.plan_flex import Flex, candidates, is_due, wanting
from console.core.work.plan_records import (
    ACTIVE,
    HELD,
    OFFERED,
    AllStand,
    AskFlex,
    AskStep,
    EndPlan,
    FreeBreak,
    LapsePlan,
    PassStep,
    Plan,
    PlanRun,
    ProposeAgain,
    ProposePlan,
    ProposeStandDown,
    ReleaseStep,
    RunState,
    StandDown,
    StartPlan,
    StepReleased,
    StepRun,
    StepStands,
    StepState,
    StopPlan,
    TakeStep,
    TellWording,
    WithdrawStandDown,
)
from console.core.work.plan_subjects import open_runs
from console.core.work.plan_telling import unheard
from console.core.work.plan_watch import WatchStanding

_S = StepState

EMPTYING_S: Seconds = 300.0
"""How long before the calm it is looked at how the queue came to be empty: answered, or given up."""


def due(book: Book, view: FloorView, at: Instant) -> tuple[Command, ...]:
    """Return every command about plans whose time has come; one a run at a time keeps their order plain."""
    commands = list(_proposals(book, at))
    for run in open_runs(book):
        commands.extend(_of_run(book, view, run, at))
    return tuple(commands)


def standing_of(book: Book, run: PlanRun) -> WatchStanding | None:
    """Return how the watch of a run stands now."""
    return book.get(WatchStanding, run.watch_key)


def burns(book: Book, run: PlanRun) -> bool:
    """Return whether the condition a run was begun for lasts."""
    standing = standing_of(book, run)
    return standing is not None and standing.standing.burning


def _proposals(book: Book, at: Instant) -> Iterator[Command]:
    """Yield a proposal, or the beginning, for each fire of a watch nobody has answered yet."""
    taken = {(run.plan, run.subject) for run in open_runs(book)}
    answered = _answered(book)
    for standing in book.every(WatchStanding).values():
        plan = book.get(Plan, standing.plan)
        if plan is None or plan.withdrawn_at is not None or plan.body.trigger is Trigger.HAND:
            continue
        if standing.state is not WatchState.FIRED or (standing.plan, standing.subject) in taken:
            continue
        # A fire that was answered is not proposed again, however long it lasts: its run has its name, or another run
        # was stood down while it lasted.
        name = f"{standing.id}/{standing.fired_at or at:.0f}"
        if book.get(PlanRun, name) is not None or answered.get(standing.id, 0.0) > (standing.fired_at or at):
            continue
        if plan.body.trigger is Trigger.ITSELF:
            yield StartPlan(id=f"begin/{name}", by=CONSOLE, run=name, plan=plan.id, subject=standing.subject)
        else:
            yield ProposePlan(id=f"propose/{name}", by=CONSOLE, run=name, plan=plan.id, subject=standing.subject)


def _answered(book: Book) -> dict[str, Instant]:
    """Return when a person last decided that a plan ends, by the standing of its watch."""
    ends: dict[str, Instant] = {}
    for run in book.every(PlanRun).values():
        decided = run.down_at if run.state is RunState.STOOD_DOWN else None
        decided = run.ended_at if run.state is RunState.DROPPED else decided
        if decided is not None:
            ends[run.watch_key] = max(decided, ends.get(run.watch_key, decided))
    return ends


def _of_run(book: Book, view: FloorView, run: PlanRun, at: Instant) -> Iterator[Command]:
    told = f"{run.id}/{run.version}"
    if run.state in OFFERED:
        if not burns(book, run):
            yield LapsePlan(id=f"{told}/lapse", by=CONSOLE, run=run.id)
        elif run.state is RunState.PUT_OFF and at >= (run.put_off_until or at):
            yield ProposeAgain(id=f"{told}/again", by=CONSOLE, run=run.id)
        elif run.state is RunState.PROPOSED and run.decide_by is not None and at >= run.decide_by:
            yield StartPlan(id=f"{told}/start", by=CONSOLE, run=run.id)
        return
    released = list(_releasing(book, view, run, at))
    if released:
        yield from released
    elif run.state is RunState.STANDING_DOWN:
        yield from _standing_down(run, at)
    else:
        flex = list(_wording(book, view, run, at)) or list(_flex(book, view, run, at))
        yield from flex or _calm(book, view, run, at) or _next(book, view, run, at)


# ---- carrying out ----------------------------------------------------------------------------------------------------


def _next(book: Book, view: FloorView, run: PlanRun, at: Instant) -> list[Command]:
    """Return what the run does next about its steps, in order."""
    if run.state is not RunState.RUNNING:
        return []
    for step in run.steps:
        action, on = action_of(step.body), Ground(book=book, view=view, run=run, step=step, at=at)
        if step.state is _S.DOING:
            trouble = action.trouble(on)
            if trouble:
                return [failing(run, step, trouble)]
            told = f"{run.id}/{run.version}/stands"
            return [StepStands(id=told, by=CONSOLE, run=run.id, n=step.n)] if action.stands(on) else []
        if step.state is _S.PENDING:
            return _of_pending(action, on)
    return [AllStand(id=f"{run.id}/{run.version}/all", by=CONSOLE, run=run.id)]


def _of_pending(action: Action, on: Ground) -> list[Command]:
    """Return whether it is a step's turn now, or what a person must say first."""
    run, n, told = on.run, on.step.n, f"{on.run.id}/{on.run.version}"
    about, trouble = "", ""
    if isinstance(action, Ask):
        about = "ask"
    elif action.visible and not run.confirmed:
        about = "visible"
    elif not _sees_enough(action, on.view):
        return []
    elif others := held_by_others(action, on) if n not in run.accepted else ():
        about, trouble = "held", ", ".join(f"{lever}: {holder}" for lever, holder in others)
    if about:
        return [AskStep(id=f"{told}/ask", by=CONSOLE, run=run.id, n=n, about=about, trouble=trouble)]
    return [TakeStep(id=f"{told}/take", by=CONSOLE, run=run.id, n=n)]


def _sees_enough(action: Action, view: FloorView) -> bool:
    """Return whether a step may be taken now: what it pulls is read off the floor, so the floor must be seen."""
    return action.way_back != "lever" or view.link.status is LinkStatus.LIVE


def failing(run: PlanRun, step: StepRun, trouble: str) -> Command:
    """Return what the plan's policy says of a step that failed."""
    told = f"{run.id}/{run.version}/failed"
    match OnFailure(action_of(step.body).on_failure or run.body.on_failure):
        case OnFailure.GO_ON:
            return PassStep(id=told, by=CONSOLE, run=run.id, n=step.n, trouble=trouble)
        case OnFailure.STOP:
            return StopPlan(id=told, by=CONSOLE, run=run.id, n=step.n, trouble=trouble)
        case OnFailure.ASK:
            return AskStep(id=told, by=CONSOLE, run=run.id, n=step.n, about="failed", trouble=trouble)


def _wording(book: Book, view: FloorView, run: PlanRun, at: Instant) -> Iterator[Command]:
    """Yield that agents on line have not heard an agreed wording in force: at first, and whoever comes later."""
    for step in run.steps:
        on = Ground(book=book, view=view, run=run, step=step, at=at)
        if step.directive and step.state in HELD and unheard(on):
            yield TellWording(id=f"{run.id}/{run.version}/wording", by=CONSOLE, run=run.id, n=step.n)
            return


def _flex(book: Book, view: FloorView, run: PlanRun, at: Instant) -> Iterator[Command]:
    """Yield the next question to flex agents; where nobody is left and nobody came, the step failed.

    While the floor is not seen nobody could answer, and nobody is missed.
    """
    if view.link.status is not LinkStatus.LIVE:
        return
    for step in run.steps:
        action, on = action_of(step.body), Ground(book=book, view=view, run=run, step=step, at=at)
        if not isinstance(action, Flex) or step.state is not _S.STANDING or not is_due(action, on):
            continue
        words = set(step.asked.values())
        alone = wanting(action, on) == action.count and "yes" not in words and not candidates(action, on)
        policy = OnFailure(action.on_failure or run.body.on_failure)
        if alone and run.state is RunState.RUNNING and policy is not OnFailure.GO_ON:
            yield failing(run, step, f"0/{action.count}")
            return
        late = any(
            word == "asked" and at - step.asked_at.get(who, at) >= action.answer_s for who, word in step.asked.items()
        )
        if late or candidates(action, on) or "asked" not in words:
            yield AskFlex(id=f"{run.id}/{run.version}/flex", by=CONSOLE, run=run.id, n=step.n)
            return


# ---- calm and standing down ------------------------------------------------------------------------------------------


def _calm(book: Book, view: FloorView, run: PlanRun, at: Instant) -> list[Command]:
    """Return a proposal to stand down, its withdrawal, or the end that was set."""
    told = f"{run.id}/{run.version}"
    unconfirmed = bool(run.body.cause) and run.cause_gone_at is None
    if run.ends_at is not None and at >= run.ends_at and not unconfirmed:
        return [StandDown(id=f"{told}/end", by=CONSOLE, run=run.id)]
    over = run.ends_at is not None and at >= run.ends_at
    if run.calm_proposed_at is None:
        calm = over or (not unconfirmed and is_calm(book, view, run, at))
        return [ProposeStandDown(id=f"{told}/calm", by=CONSOLE, run=run.id)] if calm else []
    if burns(book, run) and not over:
        return [WithdrawStandDown(id=f"{told}/back", by=CONSOLE, run=run.id)]
    return []


def calm_since(book: Book, run: PlanRun) -> Instant | None:
    """Return since when a run's condition is gone; None while it lasts, or without a watch."""
    if run.body.watch is None or run.started_at is None:
        return None
    standing = standing_of(book, run)
    moments = [run.started_at] if run.calm_not_before is None else [run.started_at, run.calm_not_before]
    if standing is None:
        return max(moments)
    if standing.state is not WatchState.CALM:
        return None
    return max((*moments, standing.calm_at or run.started_at))


def is_calm(book: Book, view: FloorView, run: PlanRun, at: Instant) -> bool:
    """Return whether it has been calm for long enough, and not only because callers gave up."""
    since = calm_since(book, run)
    if since is None or at - since < run.body.calm_s or figures_at(view, run.subject) is None:
        return False
    points = [point for point in curve_of(view, run.subject) if point.at >= since - EMPTYING_S]
    if points:
        answered, lost = sum(point.answered for point in points), sum(point.abandoned for point in points)
    else:
        figures = figures_at(view, run.subject)
        answered, lost = (figures.recent.answered, figures.recent.abandoned) if figures else (0, 0)
    return lost <= answered


def curve_of(view: FloorView, subject: str) -> tuple[CurvePoint, ...]:
    """Return the day's curve of a subject; a queue's is that of its group."""
    return view.figures.curves.get(curve_key(view.policy, subject), ())


def curve_key(policy: FloorPolicy, subject: str) -> str:
    """Return the subject whose curve is kept for a run's: a queue's is that of its group."""
    group = group_at(policy, subject)
    return subject if group is None else f"group:{group.id}"


def _releasing(book: Book, view: FloorView, run: PlanRun, at: Instant) -> Iterator[Command]:
    """Yield what the steps being put back need: the next break let through, or that they are back."""
    for step in run.steps:
        if step.state is not _S.RELEASING:
            continue
        action, on = action_of(step.body), Ground(book=book, view=view, run=run, step=step, at=at)
        told = f"{run.id}/{run.version}"
        if action.is_back(on):
            yield StepReleased(id=f"{told}/back", by=CONSOLE, run=run.id, n=step.n)
            return
        if isinstance(action, HoldBreaks) and action.may_free(on):
            yield FreeBreak(id=f"{told}/free", by=CONSOLE, run=run.id, n=step.n)
            return


def _standing_down(run: PlanRun, at: Instant) -> Iterator[Command]:
    """Yield the next step to put back, what customers notice first, or the end."""
    if any(step.state is _S.RELEASING for step in run.steps):
        return
    told = f"{run.id}/{run.version}"
    held = [step for step in run.steps if step.state in HELD]
    if not held:
        yield EndPlan(id=f"{told}/over", by=CONSOLE, run=run.id)
        return
    visible = [step for step in held if action_of(step.body).visible]
    if not visible and at < stage_ends(run):
        return
    yield ReleaseStep(id=f"{told}/release", by=CONSOLE, run=run.id, n=(visible or held)[-1].n)


def stage_ends(run: PlanRun) -> Instant:
    """Return when the second stage of standing down may begin: a while after customers notice nothing any more."""
    back = [
        step.ended_at
        for step in run.steps
        if step.ended_at is not None and step.state is _S.RELEASED and action_of(step.body).visible
    ]
    return max(back) + run.body.stage_s if back else run.down_at or 0.0


def is_open(run: PlanRun) -> bool:
    """Return whether a run holds, or is about to hold, anything."""
    return run.state in ACTIVE or run.state is RunState.STANDING_DOWN
