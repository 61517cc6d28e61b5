"""Whom a run is about: the groups and queues of its subject, the runs that are open, and who holds breaks back."""

from collections.abc import Iterable

from console.core.floor.figures import FLOOR_SUBJECT
from console.core.floor.model import QueueName
from console.core.floor.policy import Channel, FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.watches import Each, group_at
from console.core.work.plan_body import HOLD_BREAKS
from console.core.work.plan_records import Plan, PlanRun, StepState


def groups_under(policy: FloorPolicy, view: FloorView, subject: str) -> tuple[str, ...]:
    """Return the skill groups a subject covers."""
    kind, _, name = subject.partition(":")
    if subject == FLOOR_SUBJECT:
        return tuple(view.figures.groups) or tuple(group.id for group in policy.groups)
    if kind == Each.CHANNEL:
        return tuple(group.id for group in policy.groups if group.channel == name)
    group = group_at(policy, subject)
    return () if group is None else (group.id,)


def queues_under(policy: FloorPolicy, view: FloorView, subject: str) -> tuple[QueueName, ...]:
    """Return the queues a subject covers: the queue, those of the group, of the channel, or all."""
    kind, _, name = subject.partition(":")
    if kind == Each.QUEUE:
        return (name,)
    if subject == FLOOR_SUBJECT:
        named = tuple(queue for group in policy.groups for queue in group.queues)
        return tuple(dict.fromkeys((*named, *view.queues)))
    if kind == Each.CHANNEL:
        wanted = name if name in set(Channel) else ""
        return tuple(queue for group in policy.groups if group.channel == wanted for queue in group.queues)
    group = group_at(policy, subject)
    return () if group is None else group.queues


def fits(view: FloorView, plan: Plan, subject: str) -> bool:
    """Return whether a plan may be begun for a subject of this floor."""
    kind, _, name = subject.partition(":")
    if plan.body.each is Each.FLOOR:
        return subject == FLOOR_SUBJECT
    if kind != plan.body.each or not name or (plan.body.only and name not in plan.body.only):
        return False
    known = group_at(view.policy, subject) is not None
    return name in set(Channel) if plan.body.each is Each.CHANNEL else known


def open_runs(book: Book) -> Iterable[PlanRun]:
    """Yield the runs that are proposed or under way."""
    return (run for run in book.every(PlanRun).values() if run.closed_at is None)


def holder_name(book: Book, holder: str) -> str:
    """Return what people call the holder of a lever: a plan by its name, anything else as it is kept."""
    kind, _, about = holder.partition(":")
    run = book.get(PlanRun, about.rpartition("#")[0]) if kind == "plan_runs" else None
    return holder if run is None else run.body.name


def plan_holding_breaks(book: Book, view: FloorView, group: str, asked: str = "") -> str:
    """Return the name of the plan that holds new breaks back in a group, "" where there is none.

    While it lets go, those that waited then are let through one by one; `asked` is the break in question.
    """
    for run in open_runs(book):
        for step in run.steps:
            if step.does != HOLD_BREAKS or group not in groups_under(view.policy, view, run.subject):
                continue
            waits = step.state is StepState.RELEASING and asked in step.line and asked not in step.freed
            if waits or step.state in {StepState.DOING, StepState.STANDING}:
                return run.body.name
    return ""
