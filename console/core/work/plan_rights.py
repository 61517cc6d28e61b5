"""Who decides about a run of a plan: by the plan's setting, and of supervisors those who answer for its groups."""

from console.core.errors import NotAllowed
from console.core.floor.figures import FLOOR_SUBJECT
from console.core.floor.view import FloorView
from console.core.roles import Actor, Role
from console.core.rules.watches import group_at
from console.core.words import Said, say
from console.core.work.plan_body import DECIDERS
from console.core.work.plan_subjects import groups_under


def why_not(by: Actor, decide: str, view: FloorView, subject: str) -> Said | None:
    """Return why this actor may not decide about a plan for a subject, or None; the clock does what a plan says.

    `decide` is the plan's setting. What concerns several groups needs a supervisor who answers for all of them.
    """
    if by.role is Role.CONSOLE:
        return None
    if by.role not in DECIDERS[decide]:
        if decide == "duty_manager":
            return say("{name} may not do this: the plan is for the duty manager to decide.", name=by.name or by.id)
        return say("{name} may not do this: the plan is for a supervisor to decide.", name=by.name or by.id)
    return _groups_of_others(by, view, subject) if by.role is Role.SUPERVISOR and by.groups else None


def _groups_of_others(by: Actor, view: FloorView, subject: str) -> Said | None:
    """Return whose the plan is, where a supervisor does not answer for all of its groups."""
    about = groups_under(view.policy, view, subject)
    if about and set(about) <= set(by.groups):
        return None
    group = group_at(view.policy, subject)
    if group is not None:
        return say("This plan is answered by the supervisor of {group} or a duty manager.", group=group.name)
    if subject == FLOOR_SUBJECT:
        return say("This plan is for the whole floor: a supervisor of every group or a duty manager answers it.")
    return say("This plan is for several groups: a supervisor of all of them or a duty manager answers it.")


def must_decide(by: Actor, decide: str, view: FloorView, subject: str) -> None:
    """Raise NotAllowed where this actor may not decide about a plan for a subject."""
    told = why_not(by, decide, view, subject)
    if told is not None:
        raise NotAllowed(told)
