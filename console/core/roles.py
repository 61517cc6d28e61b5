"""Who acts: people with a role, agents on their phones, and the console itself (clock, rules, steward)."""

from enum import StrEnum

from console.core.floor.model import Record


class Role(StrEnum):
    """Roles of the operating rules; agents have no console, CONSOLE is the clock, a rule or the steward."""

    AGENT = "agent"
    SUPERVISOR = "floor_supervisor"
    DUTY_MANAGER = "duty_manager"
    QA_LEAD = "qa_lead"
    ADMIN = "console_admin"
    CONSOLE = "console"


class Actor(Record, frozen=True, kw_only=True):
    """One who decides: `id` as the journal keeps it, `name` as screens show it, `desk` where.

    `groups` are the skill groups a supervisor answers for (none named: every group).
    """

    id: str
    name: str = ""
    role: Role = Role.SUPERVISOR
    desk: str = ""
    groups: tuple[str, ...] = ()


CONSOLE = Actor(id="console", name="Floordesk", role=Role.CONSOLE)

FLOOR_ROLES = frozenset({Role.SUPERVISOR, Role.DUTY_MANAGER, Role.ADMIN})
EDITOR_ROLES = frozenset({Role.DUTY_MANAGER, Role.ADMIN})
"""Who changes what the floor is measured and judged by: rules, targets, groups, people."""
CLOCK_ROLES = frozenset({Role.CONSOLE})
ASKING_ROLES = FLOOR_ROLES | {Role.AGENT, Role.CONSOLE}
EVERYBODY = frozenset(Role)
