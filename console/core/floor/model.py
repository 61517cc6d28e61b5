"""What the floor is made of: immutable records, replaced one at a time by the fold.

Times are `Instant`: seconds since the epoch, UTC, as the feed stamped them on receipt. A stream without times
(`None`) has no timed state: no waits so far, no wrap-up.
"""

from enum import IntEnum, StrEnum

import msgspec

Instant = float
Seconds = float
QueueName = str
Interface = str
Uid = str

CallerKey = tuple[QueueName, Uid]
MemberKey = tuple[QueueName, Interface]


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A frozen record; readers compare two by `is` to know whether anything changed."""


class Phone(IntEnum):
    """State of an agent's device, numbered as app_queue numbers it (devicestate.h)."""

    UNKNOWN = 0
    IDLE = 1
    IN_USE = 2
    BUSY = 3
    INVALID = 4
    UNAVAILABLE = 5
    RINGING = 6
    RING_IN_USE = 7
    ON_HOLD = 8


class AgentStatus(StrEnum):
    """What an agent is doing, in the order in which the first true one is shown."""

    SIGNED_OUT = "signed_out"
    TALKING = "talking"
    RINGING = "ringing"
    PAUSED = "paused"
    UNAVAILABLE = "unavailable"
    WRAP_UP = "wrap_up"
    AVAILABLE = "available"


class LinkStatus(StrEnum):
    """How the console stands to the ACD."""

    IDLE = "idle"
    CONNECTING = "connecting"
    SYNCING = "syncing"
    LIVE = "live"
    LOST = "lost"
    REFUSED = "refused"
    ENDED = "ended"


class LinkTrouble(StrEnum):
    """Why there is no link, each with its own sentence on screen and in `check`."""

    NONE = "none"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NAME_UNKNOWN = "name_unknown"
    TIMEOUT = "timeout"
    TLS = "tls"
    NOT_AMI = "not_ami"
    WRONG_SECRET = "wrong_secret"  # noqa: S105  a name of a trouble, no secret
    NO_SECRET = "no_secret"  # noqa: S105  a name of a trouble, no secret
    NO_RIGHTS = "no_rights"
    CROWDED = "crowded"
    SHUT_DOWN = "shut_down"
    CUT = "cut"
    SILENT = "silent"
    GARBLED = "garbled"
    SOURCE = "source"


class Link(Record, frozen=True, kw_only=True):
    """State of the connection; `heard_at` is when the last byte came, `since` when `status` began.

    `booted_at` is when the ACD last started, where it tells: whatever we set before then it has forgotten.
    """

    status: LinkStatus = LinkStatus.IDLE
    trouble: LinkTrouble = LinkTrouble.NONE
    detail: str = ""
    since: Instant | None = None
    heard_at: Instant | None = None
    retry_at: Instant | None = None
    source: str = ""
    drift_repaired: int = 0
    booted_at: Instant | None = None


class Caller(Record, frozen=True, kw_only=True):
    """One person waiting in a queue; the number is never shown unmasked without a journalled reason."""

    queue: QueueName
    uid: Uid
    channel: str = ""
    number: str = ""
    name: str = ""
    position: int = 0
    priority: int = 0
    since: Instant | None = None


class Member(Record, frozen=True, kw_only=True):
    """One membership of an interface in a queue, as the ACD tells it."""

    queue: QueueName
    interface: Interface
    name: str
    state_interface: str = ""
    dynamic: bool = False
    penalty: int = 0
    calls_taken: int = 0
    last_call: Instant | None = None
    last_pause: Instant | None = None
    login_at: Instant | None = None
    in_call: bool = False
    phone: Phone = Phone.UNKNOWN
    paused: bool = False
    pause_reason: str = ""
    pause_order: int = 0
    wrapup_s: int = 0
    ring_in_use: bool = False


class Talk(Record, frozen=True, kw_only=True):
    """A contact an agent is on; `since` is the moment of connect.

    `found` marks one a snapshot found running: its caller is known only where the channels tell, and `since` is then
    the age of the agent's channel, its ringing included; else the moment it was found.
    """

    queue: QueueName
    uid: Uid
    channel: str = ""
    agent_channel: str = ""
    number: str = ""
    name: str = ""
    since: Instant | None = None
    waited_s: Seconds | None = None
    ring_s: Seconds | None = None
    found: bool = False


class AgentState(Record, frozen=True, kw_only=True):
    """One interface over all its queues: the state shown, since when, and today's tallies.

    `pause_reason` is the newest among the queues in which it is paused; `wrap_until` is set while wrap-up runs.
    """

    interface: Interface
    name: str
    queues: tuple[QueueName, ...] = ()
    status: AgentStatus = AgentStatus.SIGNED_OUT
    since: Instant | None = None
    paused: bool = False
    pause_reason: str | None = None
    paused_since: Instant | None = None
    phone: Phone = Phone.UNKNOWN
    talk: Talk | None = None
    ringing_for: tuple[Uid, ...] = ()
    wrap_until: Instant | None = None
    signed_out_since: Instant | None = None
    last_seen_queues: tuple[QueueName, ...] = ()
    answered: int = 0
    completed: int = 0
    ring_no_answer: int = 0
    handled_s: Seconds = 0.0


class QueueState(Record, frozen=True, kw_only=True):
    """One queue: its parameters and its tallies over the stream; callers are looked up in the view."""

    name: QueueName
    strategy: str = ""
    weight: int = 0
    maximum: int = 0
    acd_service_level_s: int = 0
    waiting: int = 0
    longest_queue: int = 0
    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    timed_out: int = 0
    completed: int = 0
    ring_no_answer: int = 0
    wait_answered_s: Seconds = 0.0
    wait_abandoned_s: Seconds = 0.0
    gone: bool = False
