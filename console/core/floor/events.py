"""The ACD-neutral vocabulary: everything a feed can tell the floor. Twin of the commands a switch takes.

Events carry no time of their own: a feed stamps the whole `Batch` on receipt (None where the stream has no times).
Their tag names are the tape's format; a field may be added with a default, never renamed.
"""

from collections.abc import Mapping

import msgspec

from console.core.floor.model import Instant, Interface, LinkStatus, LinkTrouble, Phone, QueueName, Seconds, Uid


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True, gc=False):
    """Base of all events; `tag` is the class name."""


class LinkChanged(Event, frozen=True, kw_only=True):
    """The connection itself: up, lost, refused, why, and when it will be tried again."""

    status: LinkStatus
    trouble: LinkTrouble = LinkTrouble.NONE
    detail: str = ""
    retry_at: Instant | None = None
    source: str = ""


class SnapshotBegun(Event, frozen=True, kw_only=True):
    """A full listing follows; what it does not name by its end (and no event touched meanwhile) is gone.

    `reconciling` marks the gentle listing now and then: whatever it changes is drift, counted and said.
    """

    reconciling: bool = False


class SnapshotEnded(Event, frozen=True, kw_only=True):
    """The listing is complete."""


class QueueSeen(Event, frozen=True, kw_only=True):
    """A queue and its parameters (QueueParams)."""

    queue: QueueName
    strategy: str = ""
    weight: int = 0
    maximum: int = 0
    service_level_s: int = 0


class CallerSeen(Event, frozen=True, kw_only=True):
    """A caller found waiting by a snapshot (QueueEntry); `waited_s` so far."""

    queue: QueueName
    uid: Uid
    channel: str = ""
    number: str = ""
    name: str = ""
    position: int = 0
    priority: int = 0
    waited_s: Seconds = 0.0


class CallSeen(Event, frozen=True, kw_only=True):
    """A channel found by a snapshot (CoreShowChannel), to know how long a call found in progress has run."""

    uid: Uid
    channel: str
    linked_uid: Uid = ""
    bridge: str = ""
    duration_s: Seconds = 0.0
    number: str = ""
    connected_number: str = ""
    application: str = ""


class QueueNamed(Event, frozen=True, kw_only=True):
    """A queue exists, and nothing more is told about it (QueueSummary)."""

    queue: QueueName


class MemberTold(Event, frozen=True, kw_only=True):
    """A whole membership as the ACD states it: seen in a snapshot, added, or changed.

    `why` is one of seen, added, status, pause, penalty, ringinuse.
    """

    why: str
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
    wrapup_s: int = 0
    ring_in_use: bool = False


class MemberLeft(Event, frozen=True, kw_only=True):
    """A membership ended (QueueMemberRemoved)."""

    queue: QueueName
    interface: Interface
    name: str


class CallerJoined(Event, frozen=True, kw_only=True):
    """A caller entered a queue; `count` is the ACD's own count after it."""

    queue: QueueName
    uid: Uid
    channel: str = ""
    linked_uid: Uid = ""
    number: str = ""
    name: str = ""
    position: int = 0
    count: int = 0


class CallerMoved(Event, frozen=True, kw_only=True):
    """A waiting caller's priority or position changed."""

    queue: QueueName
    uid: Uid
    position: int = 0
    priority: int = 0


class CallerLeft(Event, frozen=True, kw_only=True):
    """A caller is no longer in the queue, for whatever reason; always follows the reason."""

    queue: QueueName
    uid: Uid
    count: int = 0


class CallerAbandoned(Event, frozen=True, kw_only=True):
    """A caller left unanswered: hung up, or timed out, withdrawn, sent away (see `ExitTold`)."""

    queue: QueueName
    uid: Uid
    position: int = 0
    original_position: int = 0
    hold_s: Seconds = 0.0


class ExitTold(Event, frozen=True, kw_only=True):
    """Why a caller left the queue without an agent, where the stream tells.

    `how` is app_queue's QUEUESTATUS: TIMEOUT FULL JOINEMPTY LEAVEEMPTY JOINUNAVAIL LEAVEUNAVAIL CONTINUE WITHDRAW.
    """

    uid: Uid
    how: str
    queue: QueueName = ""


class AgentOffered(Event, frozen=True, kw_only=True):
    """A caller began to ring at an agent (AgentCalled)."""

    queue: QueueName
    interface: Interface
    name: str
    uid: Uid
    agent_uid: Uid = ""


class OfferEnded(Event, frozen=True, kw_only=True):
    """A dial to an agent's channel ended without telling the queue (DialEnd): cancelled, busy, no answer."""

    agent_uid: Uid
    how: str = ""


class AgentConnected(Event, frozen=True, kw_only=True):
    """An agent answered: `hold_s` the caller's wait, `ring_s` the agent's pick-up time within it."""

    queue: QueueName
    interface: Interface
    name: str
    uid: Uid
    channel: str = ""
    agent_channel: str = ""
    agent_uid: Uid = ""
    number: str = ""
    caller_name: str = ""
    hold_s: Seconds = 0.0
    ring_s: Seconds = 0.0


class AgentRangOut(Event, frozen=True, kw_only=True):
    """An agent did not take the call offered; `ring_s` in seconds (the AMI says milliseconds)."""

    queue: QueueName
    interface: Interface
    name: str
    uid: Uid = ""
    ring_s: Seconds = 0.0


class AgentCompleted(Event, frozen=True, kw_only=True):
    """The contact ended; matched by queue and interface since the channels' fields may be missing.

    `reason` is agent, caller or transfer.
    """

    queue: QueueName
    interface: Interface
    name: str
    uid: Uid = ""
    hold_s: Seconds = 0.0
    talk_s: Seconds = 0.0
    reason: str = ""


class ChannelEnded(Event, frozen=True, kw_only=True):
    """A channel hung up, with its Q.850 cause (16 normal; 38 network out of order: dropped)."""

    uid: Uid
    channel: str = ""
    cause: int = 0
    cause_text: str = ""


class BreakAsked(Event, frozen=True, kw_only=True):
    """An agent asks for a break by feature code or bot; `request_id` makes the same request one request."""

    agent: str
    interface: Interface = ""
    reason: str = ""
    code: str = ""
    request_id: str = ""


class BreakWithdrawn(Event, frozen=True, kw_only=True):
    """An agent takes the request back; `request_id` where it says which one."""

    agent: str
    interface: Interface = ""
    request_id: str = ""


class BreakEnded(Event, frozen=True, kw_only=True):
    """An agent tells they are back; `request_id` where it says from which break."""

    agent: str
    interface: Interface = ""
    request_id: str = ""


class Told(Event, frozen=True, kw_only=True):
    """Any other message of the dialplan, a bot or another desk (UserEvent), with its own fields."""

    name: str
    fields: Mapping[str, str] = {}


class RecordingNamed(Event, frozen=True, kw_only=True):
    """The file a contact is recorded to, by the dialplan's convention."""

    uid: Uid
    file: str


class Reloaded(Event, frozen=True, kw_only=True):
    """The ACD says that its configuration changed or that it just started; a listing will follow.

    `uptime_s` is how long it has run, where it says so: what was set before has been forgotten.
    """

    why: str = ""
    uptime_s: Seconds | None = None


FloorEvent = (
    LinkChanged
    | SnapshotBegun
    | SnapshotEnded
    | QueueSeen
    | QueueNamed
    | CallerSeen
    | CallSeen
    | MemberTold
    | MemberLeft
    | CallerJoined
    | CallerMoved
    | CallerLeft
    | CallerAbandoned
    | ExitTold
    | AgentOffered
    | OfferEnded
    | AgentConnected
    | AgentRangOut
    | AgentCompleted
    | ChannelEnded
    | BreakAsked
    | BreakWithdrawn
    | BreakEnded
    | Told
    | RecordingNamed
    | Reloaded
)


class Batch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one read of the feed brought: the time of receipt and the events in order."""

    at: Instant | None
    events: tuple[FloorEvent, ...] = ()
