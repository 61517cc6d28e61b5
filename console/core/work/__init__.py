"""The slow road's workflows: one module each, opening with its table of moves; `WORKFLOWS` names them all."""

from console.core.work import (
    break_outlooks,
    breaks,
    floor_checks,
    lending,
    levers,
    meal_rounds,
    messages,
    plan_watch,
    plans,
    policies,
    unmasking,
)
from console.core.workflow import Workflow

WORKFLOWS: tuple[Workflow, ...] = (
    floor_checks.WORKFLOW,
    policies.WORKFLOW,
    unmasking.WORKFLOW,
    levers.WORKFLOW,
    messages.WORKFLOW,
    break_outlooks.WORKFLOW,
    breaks.WORKFLOW,
    meal_rounds.WORKFLOW,
    lending.WORKFLOW,
    plan_watch.WORKFLOW,
    plans.WORKFLOW,
)
