"""The watches of plans, kept: how each stands for each subject, so that a restart forgets nothing that has lasted.

| state | command | becomes |
|---|---|---|
| —, calm | WatchRises | rising |
| rising | WatchFalls | calm |
| —, calm, rising, calming | WatchFires | fired |
| fired | WatchCalms | calming |
| fired, calming | WatchClears | calm |
"""

from collections.abc import Iterator, Mapping

from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Entry, Kept, Step
from console.core.machine import Machine
from console.core.roles import CLOCK_ROLES, CONSOLE
from console.core.rules.watches import Standing, WatchState, judge, subjects_of
from console.core.words import say
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import Plan
from console.core.work.plan_subjects import open_runs
from console.core.workflow import Workflow

_W = WatchState


class WatchStanding(Kept, frozen=True, kw_only=True):
    """How the watch of one plan stands for one subject; its id is `<plan>@<subject>`. It is never closed."""

    plan: str
    subject: str
    state: WatchState = WatchState.CALM
    since: Instant | None = None
    fired_at: Instant | None = None
    calm_at: Instant | None = None
    figures: Mapping[str, float | None] = {}

    @property
    def standing(self) -> Standing:
        """Return it as the judge has it."""
        return Standing(
            state=self.state, since=self.since, fired_at=self.fired_at, calm_at=self.calm_at, figures=self.figures
        )


class WatchCommand(Command, frozen=True, kw_only=True):
    """Base of what the clock says of a watch: it has changed."""

    plan: str
    subject: str


class WatchRises(WatchCommand, frozen=True, kw_only=True):
    """The condition has come true."""


class WatchFalls(WatchCommand, frozen=True, kw_only=True):
    """It was true too shortly."""


class WatchFires(WatchCommand, frozen=True, kw_only=True):
    """It has lasted; or it is back before it was calm."""


class WatchCalms(WatchCommand, frozen=True, kw_only=True):
    """Every figure is behind its limit."""


class WatchClears(WatchCommand, frozen=True, kw_only=True):
    """The calm has lasted."""


MACHINE = Machine(
    "watch",
    WatchState,
    {
        (None, WatchRises): _W.RISING,
        (_W.CALM, WatchRises): _W.RISING,
        (_W.RISING, WatchFalls): _W.CALM,
        (None, WatchFires): _W.FIRED,
        (_W.CALM, WatchFires): _W.FIRED,
        (_W.RISING, WatchFires): _W.FIRED,
        (_W.CALMING, WatchFires): _W.FIRED,
        (_W.FIRED, WatchCalms): _W.CALMING,
        (_W.FIRED, WatchClears): _W.CALM,
        (_W.CALMING, WatchClears): _W.CALM,
    },
)


def standing_key(plan: str, subject: str) -> str:
    """Return the id of a standing."""
    return f"{plan}@{subject}"


def watched(book: Book) -> Mapping[str, PlanBody]:
    """Return every plan whose watch is judged: those in force, and those of runs under way as they were begun."""
    found = {plan.id: plan.body for plan in book.every(Plan).values() if plan.withdrawn_at is None}
    for run in open_runs(book):
        found.setdefault(run.plan, run.body)
    return {plan: body for plan, body in found.items() if body.watch is not None}


def _see(book: Book, view: FloorView, command: WatchCommand, at: Instant) -> Step:
    body = watched(book).get(command.plan)
    if body is None or body.watch is None:
        return NOTHING
    key = standing_key(command.plan, command.subject)
    kept = book.get(WatchStanding, key)
    before = Standing() if kept is None else kept.standing
    after = judge(body.watch, before, view, command.subject, at)
    if after.state is before.state or _command_of(before, after) is not type(command):
        return NOTHING
    state = MACHINE.move(None if kept is None else kept.state, type(command))
    standing = WatchStanding(
        id=key,
        version=0 if kept is None else kept.version,
        plan=command.plan,
        subject=command.subject,
        state=state,
        since=after.since,
        fired_at=after.fired_at,
        calm_at=after.calm_at,
        figures=after.figures,
    )
    return Step(puts=(standing,), entries=tuple(_entries(standing, before, body)))


def _entries(standing: WatchStanding, before: Standing, body: PlanBody) -> Iterator[Entry]:
    """Yield a journal line where it fires or clears; rising and falling are nobody's business."""
    fires = standing.state is _W.FIRED and not before.burning
    if not fires and not (standing.state is _W.CALM and before.burning):
        return
    said = (
        say("The watch of {plan} has fired for {subject}", plan=body.name, subject=standing.subject)
        if fires
        else say("It is calm again: {plan}, {subject}", plan=body.name, subject=standing.subject)
    )
    what = "watch.fired" if fires else "watch.cleared"
    yield Entry(what=what, subject=f"watch_standings:{standing.id}", said=said, data=dict(standing.figures))


def _command_of(before: Standing, after: Standing) -> type[WatchCommand]:
    if after.state is _W.CALM:
        return WatchClears if before.burning else WatchFalls
    return {_W.RISING: WatchRises, _W.FIRED: WatchFires, _W.CALMING: WatchCalms}[after.state]


def _due(book: Book, view: FloorView, at: Instant) -> tuple[Command, ...]:
    commands: list[Command] = []
    for plan, body in watched(book).items():
        for subject in subjects_of(view, body.each, body.only):
            kept = book.get(WatchStanding, standing_key(plan, subject))
            before = Standing() if kept is None else kept.standing
            after = before if body.watch is None else judge(body.watch, before, view, subject, at)
            if after.state is not before.state:
                name = f"watch/{plan}@{subject}/{0 if kept is None else kept.version}/{after.state}"
                commands.append(_command_of(before, after)(id=name, by=CONSOLE, plan=plan, subject=subject))
    return tuple(commands)


WORKFLOW = Workflow(
    name="watches",
    machine=MACHINE,
    kinds=(WatchStanding,),
    handlers=dict.fromkeys((WatchRises, WatchFalls, WatchFires, WatchCalms, WatchClears), _see),
    rights=dict.fromkeys((WatchRises, WatchFalls, WatchFires, WatchCalms, WatchClears), CLOCK_ROLES),
    due=_due,
)
