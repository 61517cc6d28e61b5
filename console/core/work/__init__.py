"""The slow road's workflows: one module each, opening with its table of moves; `WORKFLOWS` names them all."""

from console.core.work import breaks, floor_checks, levers, messages, policies
from console.core.workflow import Workflow

WORKFLOWS: tuple[Workflow, ...] = (
    floor_checks.WORKFLOW,
    policies.WORKFLOW,
    levers.WORKFLOW,
    messages.WORKFLOW,
    breaks.WORKFLOW,
)
