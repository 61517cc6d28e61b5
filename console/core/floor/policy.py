"""How the floor is judged: skill groups, channels, targets and thresholds; defaults from the operating rules.

Policy lives in the store, journalled and shared by all desks; every number here is a default, editable per group.
"""

from collections.abc import Mapping
from enum import StrEnum

from console.core.floor.model import QueueName, Record, Seconds
from console.core.words import Said, say


class Channel(StrEnum):
    """Phone and web chat are never mixed silently in one figure."""

    PHONE = "phone"
    WEB = "web"


CHANNEL_WORDS: Mapping[Channel, Said] = {Channel.PHONE: say("Phone"), Channel.WEB: say("WEB")}
"""What people call the channels."""


class Tone(StrEnum):
    """How much a figure needs a person: shown as shape and colour together."""

    CALM = "calm"
    WARN = "warn"
    ALARM = "alarm"


class Limits(Record, frozen=True, kw_only=True):
    """When a figure warns and alarms, and how far it must come back to be calm (hysteresis).

    `above` True: larger is worse. `clear` is the share of the threshold's distance it must return, 0.1 = 10 %.
    None: never.
    """

    warn: float | None = None
    alarm: float | None = None
    above: bool = True
    clear: float = 0.1


class Targets(Record, frozen=True, kw_only=True):
    """Targets of one group, in seconds and shares (0.9 = 90 %).

    A threshold is crossed for `hold_s` before it is said. So that one night caller is no emergency: with fewer than
    `least_waiting` people a wait warns at most, rates need `least_offered` contacts, ratios `least_seats` on shift.
    """

    answer_within_s: Seconds = 15.0
    service_level: float = 0.80
    average_wait_s: Seconds | None = None
    answer_rate: float = 0.90
    first_response_s: Seconds = 30.0
    first_response_rate: float = 0.95
    ring_s: Seconds = 15.0
    waiting: Limits = Limits(warn=10, alarm=50)
    longest_wait: Limits = Limits(warn=60, alarm=120)
    mean_wait: Limits = Limits(warn=15, alarm=60)
    service_level_limits: Limits = Limits(warn=0.80, alarm=0.60, above=False)
    answer_rate_limits: Limits = Limits(warn=0.90, alarm=0.80, above=False)
    on_line_ratio: Limits = Limits(warn=0.80, alarm=0.70, above=False)
    callers_wait_while_available_s: Seconds = 5.0
    nobody_on_line_s: Seconds = 10.0
    stuck_ringing_s: Seconds = 60.0
    stuck_wrap_up_s: Seconds = 300.0
    stuck_talking_s: Seconds = 3600.0
    stuck_paused_s: Seconds = 3600.0
    stuck_unavailable_s: Seconds = 600.0
    hold_s: Seconds = 10.0
    least_waiting: int = 2
    least_offered: int = 10
    least_seats: int = 3


class SkillGroup(Record, frozen=True, kw_only=True):
    """A skill group 技能组 and the queues it serves."""

    id: str
    name: str
    queues: tuple[QueueName, ...] = ()
    channel: Channel = Channel.PHONE
    targets: Targets = Targets()
    wrap_up_s: int = 0
    emergency_waiting: int = 50


class FloorPolicy(Record, frozen=True, kw_only=True):
    """Everything needed to read the floor; `groups` in the order shown.

    A queue no group names gets a group of its own, named like the queue, with default targets.
    `wrap_up_reasons` are pause reasons that stand for manual wrap-up 话后处理; `gone_home_s` is how long an agent
    must be signed out without a granted break to count as gone home. An empty `time_zone` is the machine's own.
    A live link from which nothing came for `stale_s` is said to be stale.
    """

    groups: tuple[SkillGroup, ...] = ()
    centre: str = ""
    wrap_up_s: int = 0
    queue_wrap_up_s: Mapping[QueueName, int] = {}
    wrap_up_reasons: tuple[str, ...] = ("wrap-up", "wrapup", "话后处理", "ACW")
    autopause_reasons: tuple[str, ...] = ("Auto-Pause",)
    gone_home_s: Seconds = 300.0
    stale_s: Seconds = 15.0
    window_s: Seconds = 1800.0
    day_starts_at: str = "00:00"
    time_zone: str = ""
    emergency_waiting: int = 50
    emergency_wait_over: float = 0.20
    reconcile_every_s: Seconds = 300.0
    keep_tape_days: int = 7
    keep_history_days: int = 400
    keep_numbers: bool = True


def group_of(policy: FloorPolicy, queue: QueueName) -> SkillGroup:
    """Return the group that serves `queue`, or one of its own with default targets."""
    for group in policy.groups:
        if queue in group.queues:
            return group
    return SkillGroup(id=f"queue:{queue}", name=queue, queues=(queue,), emergency_waiting=policy.emergency_waiting)


def wrap_up_of(policy: FloorPolicy, queue: QueueName) -> Seconds:
    """Return how long wrap-up lasts after a call of `queue`, where the ACD does not tell it of the seat."""
    own = policy.queue_wrap_up_s.get(queue, -1)
    return own if own >= 0 else group_of(policy, queue).wrap_up_s or policy.wrap_up_s


def answer_within(group: SkillGroup) -> Seconds:
    """Return the service level's threshold: answer in seconds on the phone, first response in a web group."""
    return group.targets.first_response_s if group.channel is Channel.WEB else group.targets.answer_within_s
