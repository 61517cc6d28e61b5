"""What no page may hide: the plans under way or about to begin, and the agreed wordings in force."""

from collections.abc import Iterator, Mapping

from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.roles import CONSOLE
from console.core.rules.watches import figures_at
from console.core.words import Said, say
from console.core.work.plan_records import HELD, Directive, PlanRun, RunState, StepState
from console.core.work.plan_subjects import groups_under, open_runs
from console.views.break_words import clock24
from console.views.link import Trust, standing
from console.views.plan_lines import PlanBanner, PlanLine, Stage, WordingLine
from console.views.plan_words import step_words, subject_words
from console.views.words import clock

MOST_LINES = 3


_GOING_BACK = frozenset({StepState.RELEASING, StepState.RELEASED})


def plan_banner(
    view: FloorView, book: Book, at: Instant, *, mine: tuple[str, ...] = (), most: int = MOST_LINES
) -> PlanBanner:
    """Return what the banner shows at `at`: every plan, those that ask first; wordings of the groups `mine` (all)."""
    runs = [(stage, run) for run in open_runs(book) if (stage := stage_of(run)) is not None]
    order = tuple(Stage)
    runs.sort(key=lambda each: (order.index(each[0]), _began(each[1]), each[1].id))
    told = runs if len(runs) <= most else runs[:most]
    return PlanBanner(
        lines=tuple(_line(view, run, stage, at) for stage, run in told),
        more=len(runs) - len(told),
        wordings=wordings(view, book, mine),
    )


_STAGES: Mapping[RunState, Stage] = {
    RunState.PROPOSED: Stage.PROPOSED,
    RunState.ASKING: Stage.ASKING,
    RunState.STOPPED: Stage.STOPPED,
    RunState.RUNNING: Stage.RUNNING,
    RunState.STANDING: Stage.STANDING,
    RunState.STANDING_DOWN: Stage.STANDING_DOWN,
}


def stage_of(run: PlanRun) -> Stage | None:
    """Return where a run stands, None where nothing of it need be said on every page."""
    stage = _STAGES.get(run.state)
    if stage is Stage.PROPOSED and run.decide_by is None:
        return None
    if stage in {Stage.RUNNING, Stage.STANDING} and run.calm_proposed_at is not None:
        return Stage.CALM
    return stage


def _began(run: PlanRun) -> Instant:
    return run.started_at or run.proposed_at or 0.0


# ---- one plan --------------------------------------------------------------------------------------------------------


def _line(view: FloorView, run: PlanRun, stage: Stage, at: Instant) -> PlanLine:
    return PlanLine(
        run=run.id,
        stage=stage,
        name=run.body.name,
        subject=subject_words(view, run.subject),
        since=_since(view, run, stage, at),
        progress=_progress(run, stage),
        figures=tuple(_figures(view, run, at)),
        asks=_asks(run, stage),
        by=_by(run, stage),
    )


def _since(view: FloorView, run: PlanRun, stage: Stage, at: Instant) -> Said:
    if stage is Stage.PROPOSED:
        return say("begins by itself in {time}", time=clock((run.decide_by or at) - at))
    since = run.down_at if stage is Stage.STANDING_DOWN else run.started_at
    return say("since {time}", time=clock24(since if since is not None else at, view.policy))


def _by(run: PlanRun, stage: Stage) -> Said | None:
    if stage is Stage.PROPOSED:
        return None
    who = run.down_by if stage is Stage.STANDING_DOWN else run.started_by
    if not who:
        return None
    return say("by itself") if who == CONSOLE.id else say("{name}", name=who)


def _progress(run: PlanRun, stage: Stage) -> Said:
    count = len(run.steps)
    if stage is Stage.PROPOSED:
        return say("{count} steps", count=count)
    if stage is Stage.STANDING_DOWN:
        held = [step for step in run.steps if step.state in HELD | _GOING_BACK]
        back = sum(step.state is StepState.RELEASED for step in held)
        return say("{done} of {count} steps put back", done=back, count=len(held))
    pending = [step for step in run.steps if step.state is StepState.PENDING]
    under_way = [step for step in run.steps if step.state is StepState.DOING]
    stand = sum(step.state is StepState.STANDING for step in run.steps)
    if not pending and not under_way:
        return say("all stand") if stand == count else say("{done} of {count} steps stand", done=stand, count=count)
    step = min(under_way or pending, key=lambda each: each.n)
    if stage is Stage.ASKING:
        return say("step {n} of {count}", n=step.n + 1, count=count)
    return say("step {n} of {count}: {step}", n=step.n + 1, count=count, step=step_words(step.body))


def _figures(view: FloorView, run: PlanRun, at: Instant) -> Iterator[Said]:
    now = figures_at(view, run.subject)
    # What stands still looks like calm: without a live floor there is no figure to put beside that of the beginning.
    if now is None or standing(view, at).trust in {Trust.OLD, Trust.NOTHING_YET}:
        return
    then = run.fired.get("waiting")
    waiting = now.now.waiting
    if then is None:
        yield say("waiting {now}", now=waiting)
    else:
        yield say("waiting {then} → {now}", then=round(then), now=waiting)
    before, wait = run.fired.get("mean_wait_s"), now.now.mean_wait_s
    if before is not None:
        yield say("average wait {then} → {now}", then=clock(before), now=clock(wait or 0.0))


def _asks(run: PlanRun, stage: Stage) -> Said | None:
    if stage is Stage.CALM:
        return say("stand it down?")
    if stage is not Stage.ASKING:
        return None
    step = next((each for each in run.steps if each.n == run.question_at), None)
    if step is None:
        return None
    said = step_words(step.body)
    return {
        "ask": say("{words}", words=str(step.body.get("text", ""))),
        "visible": say("customers will notice: {step}. Go on?", step=said),
        "held": say("somebody else holds: {step}. Go on?", step=said),
    }.get(run.question, say("failed: {step}. How to go on?", step=said))


# ---- agreed wordings -------------------------------------------------------------------------------------------------


def wordings(view: FloorView, book: Book, mine: tuple[str, ...] = ()) -> tuple[WordingLine, ...]:
    """Return the agreed wordings in force that concern any of the groups `mine` (none named: all), newest first."""
    runs = {step.directive: run for run in open_runs(book) for step in run.steps if step.directive}
    known = {group.id for group in view.policy.groups}
    chosen = {group for group in mine if group in known}
    found = [
        each
        for each in book.every(Directive).values()
        if each.ended_at is None and (not chosen or chosen & set(groups_under(view.policy, view, each.subject)))
    ]
    found.sort(key=lambda each: (-each.given_at, each.id))
    return tuple(_wording(view, each, runs.get(each.id)) for each in found)


def _wording(view: FloorView, given: Directive, run: PlanRun | None) -> WordingLine:
    time = clock24(given.given_at, view.policy)
    by = say("by itself") if given.given_by == CONSOLE.id else say("{name}", name=given.given_by)
    until = say("until it is withdrawn")
    if run is not None:
        until = say("until the plan {plan} is stood down", plan=run.body.name)
        if run.ends_at is not None:
            until = say("until {time}", time=clock24(run.ends_at, view.policy))
    return WordingLine(
        id=given.id,
        title=given.title,
        text=given.text,
        subject=subject_words(view, given.subject),
        given=say("given out at {time} · {by}", time=time, by=by),
        until=until,
    )
