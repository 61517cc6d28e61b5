"""Plans as people write them: kept, taken out of force, and what that means for proposals of them."""

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Entry, Step
from console.core.roles import Role
from console.core.words import say
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import MACHINE, OFFERED, KeepPlan, LapsePlan, Plan, PlanRun, StepRun, WithdrawPlan
from console.core.work.plan_steps import entry_of
from console.core.work.plan_subjects import fits, open_runs
from console.core.work.plan_text import check_body, known_of
from console.core.work.policies import why_not_edit


def keep(book: Book, view: FloorView, command: KeepPlan, at: Instant) -> Step:
    """Put a plan, or a new text of it, in force; proposals nobody has decided about yet read as it reads now."""
    before = book.get(Plan, command.plan)
    if command.by.role is Role.CONSOLE and before is not None:
        return NOTHING
    if before is not None and command.read_version != before.version:
        raise NotAllowed(say("Somebody else has edited this meanwhile; look at the new text first."))
    _must_edit(command)
    if before is not None and before.body == command.body and before.withdrawn_at is None:
        return NOTHING
    faults = check_body(command.body, known_of(view.policy, frozenset(view.queues)))
    # The console's own defaults are checked by a test; what they name is for each floor to fit.
    if faults and command.by.role is not Role.CONSOLE:
        raise NotAllowed(faults[0].said)
    plan = Plan(
        id=command.plan,
        version=0 if before is None else before.version,
        body=command.body,
        edited_at=at,
        edited_by=command.by.id,
    )
    said = say("{name} edited the plan {plan}", name=command.by.name, plan=command.body.name)
    edited = Step(puts=(plan,), entries=(Entry(what="plan.edited", subject=f"plans:{plan.id}", said=said),))
    return sum((_with_new_text(view, run, plan, at) for run in _offered(book, plan.id)), edited)


def _offered(book: Book, plan: str) -> list[PlanRun]:
    return [run for run in open_runs(book) if run.plan == plan and run.state in OFFERED]


def _with_new_text(view: FloorView, run: PlanRun, plan: Plan, at: Instant) -> Step:
    """Return a proposal nobody has decided about yet with the text now in force; it lapses where that is not for it."""
    if not fits(view, plan, run.subject):
        return _lapsed(run, at)
    body, version = plan.body, plan.version + 1
    return Step(puts=(replace(run, body=body, plan_version=version, steps=first_steps(body)),))


def _lapsed(run: PlanRun, at: Instant) -> Step:
    lapsed = replace(run, state=MACHINE.move(run.state, LapsePlan), ended_at=at, ended_how="lapsed")
    said = say(
        "{plan} is no longer in force for {subject}: its proposal lapses", plan=run.body.name, subject=run.subject
    )
    return Step(puts=(lapsed,), entries=(entry_of(lapsed, "lapsed", said),))


def withdraw(book: Book, _view: FloorView, command: WithdrawPlan, at: Instant) -> Step:
    """Take a plan out of force; its proposals lapse, its runs go on."""
    plan = book.get(Plan, command.plan)
    if plan is None or plan.withdrawn_at is not None:
        raise NotAllowed(say("There is no such plan in force."))
    _must_edit(command)
    said = say("{name} took the plan {plan} out of force", name=command.by.name, plan=plan.body.name)
    entry = Entry(what="plan.withdrawn", subject=f"plans:{plan.id}", said=said)
    gone = Step(puts=(replace(plan, withdrawn_at=at, edited_by=command.by.id),), entries=(entry,))
    return sum((_lapsed(run, at) for run in _offered(book, plan.id)), gone)


def _must_edit(command: Command) -> None:
    """Raise NotAllowed for who may not edit rules: nobody gives themselves the right to decide."""
    refusal = why_not_edit(command.by.role)
    if refusal is not None:
        raise NotAllowed(refusal)


def first_steps(body: PlanBody) -> tuple[StepRun, ...]:
    """Return the steps of a run before any was taken."""
    return tuple(StepRun(n=n, body=each) for n, each in enumerate(body.steps))
