"""A plan as people write it: what begins it, who decides, what it does where a step fails, and its steps."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from console.core.floor.model import Record, Seconds
from console.core.roles import Role
from console.core.rules.watches import Each, Watch

HOLD_BREAKS = "hold_breaks"


class Trigger(StrEnum):
    """What makes a plan begin: a person, a proposal of its watch, or its watch by itself."""

    HAND = "hand"
    PROPOSE = "propose"
    ITSELF = "itself"


class OnFailure(StrEnum):
    """What a run does where a step fails."""

    STOP = "stop"
    GO_ON = "go_on"
    ASK = "ask"


DECIDERS: Mapping[str, frozenset[Role]] = {
    "supervisor": frozenset({Role.SUPERVISOR, Role.DUTY_MANAGER, Role.ADMIN}),
    "duty_manager": frozenset({Role.DUTY_MANAGER}),
}
"""Who may decide about a plan, by the plan's setting."""


class PlanBody(Record, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"steps": "step"}):
    """What a plan does, as people wrote it; each step is a table whose `do` names its action.

    `each` and `only` say for whom it stands (one run a group, a queue, a channel, or the floor). `countdown_s` is
    after how long a proposal begins by itself (None: it waits for a person). `cause` is the question that must be
    answered before standing down ("": none). `stage_s` lies between what customers notice and the rest.
    """

    name: str
    each: Each = Each.GROUP
    only: tuple[str, ...] = ()
    trigger: Trigger = Trigger.PROPOSE
    countdown_s: Seconds | None = None
    decide: str = "supervisor"
    on_failure: OnFailure = OnFailure.ASK
    calm_s: Seconds = 900.0
    stage_s: Seconds = 60.0
    cause: str = ""
    ends_after_s: Seconds | None = None
    watch: Watch | None = None
    steps: tuple[dict[str, Any], ...] = ()
