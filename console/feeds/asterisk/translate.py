"""AMI messages to floor events: one table from event name to the function that reads it.

Fields are looked up in the bytes by key, not by building a dict of fifty: a storm leaves no time for that. The
quirks of the interface (see the functions) end here; nothing behind this module knows the AMI. An event without its
queue, caller or interface is a garbled one and tells nothing.
"""

from collections.abc import Callable, Iterable

from console.core.floor import events as ev
from console.core.floor.events import FloorEvent
from console.core.floor.model import LinkStatus, LinkTrouble, Phone, Seconds
from console.feeds.asterisk.fields import (
    Fields,
    as_known,
    as_text,
    channel_keys,
    numbers,
    raw_value,
    seconds,
    unescape,
    words,
)
from console.feeds.asterisk.parse import message

RECONCILE = "floordesk-reconcile"
"""A QueueStatus whose ActionID begins so is a reconciling one; whatever it changes is drift."""

_SNAPSHOT = b"\r\nMessage: Queue status will follow"


# ---- callers ---------------------------------------------------------------------------------------------------------

_CALLER = channel_keys("", "Channel", "CallerIDNum", "CallerIDName", "Uniqueid", "Linkedid")
_JOIN = Fields(*_CALLER, "Queue*", "Position*", "Count*")
_LEAVE = Fields("Uniqueid*", "Linkedid", "Queue*", "Position", "Count*")
_ABANDON = Fields("Uniqueid*", "Linkedid", "Queue*", "Position*", "OriginalPosition*", "HoldTime*")
_HANGUP = Fields("Uniqueid*", "Linkedid", "Cause*", "Cause-txt*")
_CHANNEL = Fields("Channel*")
_NORMAL = frozenset({b"0", b"16"})


def _joined(frame: bytes) -> FloorEvent | None:
    channel, number, name, uid, linked, queue, position, count = _JOIN(frame)
    if not (queue and uid):
        return None
    return ev.CallerJoined(
        queue=words[queue],
        uid=as_text(uid),
        channel=as_text(channel),
        linked_uid=as_text(linked),
        number=as_known(number),
        name=unescape(as_known(name)),
        position=numbers[position],
        count=numbers[count],
    )


def _left(frame: bytes) -> FloorEvent | None:
    uid, queue, count = _LEAVE(frame)
    if not (queue and uid):
        return None
    return ev.CallerLeft(queue=words[queue], uid=as_text(uid), count=numbers[count])


def _abandoned(frame: bytes) -> FloorEvent | None:
    """QueueCallerAbandon: hung up, but also timed out, withdrawn, sent away; only `ExitTold` tells them apart."""
    uid, queue, position, original, hold = _ABANDON(frame)
    if not (queue and uid):
        return None
    return ev.CallerAbandoned(
        queue=words[queue],
        uid=as_text(uid),
        position=numbers[position],
        original_position=numbers[original],
        hold_s=seconds[hold],
    )


def _hung_up(frame: bytes) -> FloorEvent:
    """Hangup: channel and words only of a cause that is not the ordinary one; these are most of what is left."""
    uid, cause, told = _HANGUP(frame)
    if cause in _NORMAL:
        return ev.ChannelEnded(uid=as_text(uid), cause=numbers[cause])
    (channel,) = _CHANNEL(frame)
    return ev.ChannelEnded(uid=as_text(uid), channel=as_text(channel), cause=numbers[cause], cause_text=words[told])


_VARIABLE = Fields("Uniqueid*", "Linkedid", "Variable*", "Value*")


def _variable(frame: bytes) -> FloorEvent | None:
    """VarSet: why a caller left (QUEUESTATUS) and where a contact is recorded ([MIX]MONITOR_FILENAME)."""
    uid, variable, value = _VARIABLE(frame)
    if not value:
        return None
    if variable == b"QUEUESTATUS":
        return ev.ExitTold(uid=as_text(uid), how=words[value])
    if variable in {b"MONITOR_FILENAME", b"MIXMONITOR_FILENAME"}:
        return ev.RecordingNamed(uid=as_text(uid), file=as_text(value))
    return None


# ---- agents ----------------------------------------------------------------------------------------------------------

_OFFER = Fields(
    "Uniqueid*", "Linkedid", *channel_keys("Dest", "Uniqueid"), "Queue*", "Interface*", "MemberName*"
)  # fmt: skip
_CONNECT = Fields(
    *channel_keys("", "Channel", "CallerIDNum", "CallerIDName", "Uniqueid"),
    *channel_keys("Dest", "Channel", "Uniqueid"),
    *("Queue*", "Interface*", "MemberName*", "HoldTime*", "RingTime*"),
)
_RANG_OUT = Fields("Queue*", "Interface*", "MemberName*", "RingTime*")
_COMPLETE = Fields("Queue*", "Interface*", "MemberName*", "HoldTime*", "TalkTime*", "Reason*")
_UID = b"\r\nUniqueid: "
_DEST_UID = b"\r\nDestUniqueid: "


def _called(frame: bytes) -> FloorEvent | None:
    uid, agent_uid, queue, interface, name = _OFFER(frame)
    if not (queue and interface):
        return None
    return ev.AgentOffered(
        queue=words[queue], interface=words[interface], name=words[name], uid=as_text(uid), agent_uid=as_text(agent_uid)
    )


def _connected(frame: bytes) -> FloorEvent | None:
    channel, number, caller, uid, agent_channel, agent_uid, queue, interface, name, hold, ring = _CONNECT(frame)
    if not (queue and interface):
        return None
    return ev.AgentConnected(
        queue=words[queue],
        interface=words[interface],
        name=words[name],
        uid=as_text(uid),
        channel=as_text(channel),
        agent_channel=as_text(agent_channel),
        agent_uid=as_text(agent_uid),
        number=as_known(number),
        caller_name=unescape(as_known(caller)),
        hold_s=seconds[hold],
        ring_s=seconds[ring],
    )


def _rang_out(frame: bytes) -> FloorEvent | None:
    """AgentRingNoAnswer: RingTime in milliseconds here, in seconds in AgentConnect."""
    queue, interface, name, ring = _RANG_OUT(frame)
    if not (queue and interface):
        return None
    return ev.AgentRangOut(
        queue=words[queue],
        interface=words[interface],
        name=words[name],
        uid=as_text(raw_value(frame, _UID)),
        ring_s=seconds[ring] / 1000.0,
    )


def _completed(frame: bytes) -> FloorEvent | None:
    """AgentComplete: the caller's, the agent's or both channels' fields may be missing."""
    queue, interface, name, hold, talk, reason = _COMPLETE(frame)
    if not (queue and interface):
        return None
    return ev.AgentCompleted(
        queue=words[queue],
        interface=words[interface],
        name=words[name],
        uid=as_text(raw_value(frame, _UID)),
        hold_s=seconds[hold],
        talk_s=seconds[talk],
        reason=words[reason],
    )


def _dial_ended(frame: bytes) -> FloorEvent | None:
    """DialEnd without the caller's channel is an Originate; with ANSWER the AgentConnect will tell."""
    if frame.endswith(b"\r\nDialStatus: ANSWER") or frame.find(b"\r\nChannel: ", 0, 80) < 0:
        return None
    return ev.OfferEnded(
        agent_uid=as_text(raw_value(frame, _DEST_UID)), how=words[raw_value(frame, b"\r\nDialStatus: ")]
    )


def _dumped(frame: bytes) -> FloorEvent:
    """AgentDump: the agent hung up during the announcement; the caller waits on."""
    return ev.OfferEnded(agent_uid=as_text(raw_value(frame, _DEST_UID)), how="DUMPED")


# ---- members ---------------------------------------------------------------------------------------------------------

_MEMBER = (
    "StateInterface*", "Membership*", "Penalty*", "CallsTaken*", "LastCall*", "LastPause*", "LoginTime*", "InCall*",
    "Status*", "Paused*", "PausedReason*",
)  # fmt: skip
_TOLD = Fields("Queue*", "MemberName*", "Interface*", *_MEMBER, "Ringinuse*", "Wrapuptime*")
_LISTED = Fields("Queue*", "Name*", "Location*", *_MEMBER, "Wrapuptime*")
_REMOVED = Fields("Queue*", "MemberName*", "Interface*")
_PHONES = {str(int(phone)).encode(): phone for phone in Phone}


def _member(why: str, values: tuple[bytes, ...], ring_in_use: bytes, wrapup: bytes) -> FloorEvent | None:
    (queue, name, interface, state_interface, membership, penalty, calls, last_call, last_pause, login, in_call,
     status, paused, reason) = values  # fmt: skip
    if not (queue and interface):
        return None
    return ev.MemberTold(
        why=why,
        queue=words[queue],
        interface=words[interface],
        name=words[name],
        state_interface=words[state_interface],
        dynamic=membership not in {b"static", b""},
        penalty=numbers[penalty],
        calls_taken=numbers[calls],
        last_call=seconds[last_call] or None,
        last_pause=seconds[last_pause] or None,
        login_at=seconds[login] or None,
        in_call=in_call == b"1",
        phone=_PHONES.get(status, Phone.UNKNOWN),
        paused=paused == b"1",
        pause_reason=words[reason],
        wrapup_s=numbers[wrapup],
        ring_in_use=ring_in_use == b"1",
    )


def _member_event(why: str) -> Callable[[bytes], FloorEvent | None]:
    def read(frame: bytes) -> FloorEvent | None:
        *values, ring_in_use, wrapup = _TOLD(frame)
        return _member(why, tuple(values), ring_in_use, wrapup)

    return read


def _listed_member(frame: bytes) -> FloorEvent | None:
    """QueueMember, a list reply: Name and Location where the events say MemberName and Interface."""
    *values, wrapup = _LISTED(frame)
    return _member("seen", tuple(values), b"", wrapup)


def _member_removed(frame: bytes) -> FloorEvent | None:
    queue, name, interface = _REMOVED(frame)
    if not (queue and interface):
        return None
    return ev.MemberLeft(queue=words[queue], interface=words[interface], name=words[name])


# ---- listings --------------------------------------------------------------------------------------------------------

_QUEUE = Fields("Queue*")
_PARAMS = Fields("Queue*", "Max*", "Strategy*")
_ENTRY = Fields(
    "Queue*", "Position*", "Channel*", "Uniqueid*", "CallerIDNum*", "CallerIDName*", "ConnectedLineNum",
    "ConnectedLineName", "Wait*", "Priority*",
)  # fmt: skip
_CALL = Fields(
    *channel_keys("", "Channel", "CallerIDNum", "ConnectedLineNum", "Uniqueid", "Linkedid"),
    *("Application*", "ApplicationData", "Duration*", "BridgeId*"),
)


def _queue_seen(frame: bytes) -> FloorEvent | None:
    queue, maximum, strategy = _PARAMS(frame)
    if not queue:
        return None
    return ev.QueueSeen(
        queue=words[queue],
        strategy=words[strategy],
        weight=numbers[raw_value(frame, b"\r\nWeight: ")],
        maximum=numbers[maximum],
        service_level_s=numbers[raw_value(frame, b"\r\nServiceLevel: ")],
    )


def _queue_named(frame: bytes) -> FloorEvent | None:
    (queue,) = _QUEUE(frame)
    return ev.QueueNamed(queue=words[queue]) if queue else None


def _caller_seen(frame: bytes) -> FloorEvent | None:
    """QueueEntry, a list reply: the caller's name plain, the wait so far in seconds."""
    queue, position, channel, uid, number, name, wait, priority = _ENTRY(frame)
    if not (queue and uid):
        return None
    return ev.CallerSeen(
        queue=words[queue],
        uid=as_text(uid),
        channel=as_text(channel),
        number=as_known(number),
        name=as_known(name),
        position=numbers[position],
        priority=numbers[priority],
        waited_s=seconds[wait],
    )


def _call_seen(frame: bytes) -> FloorEvent:
    channel, number, connected, uid, linked, application, duration, bridge = _CALL(frame)
    return ev.CallSeen(
        uid=as_text(uid),
        channel=as_text(channel),
        linked_uid=as_text(linked),
        bridge=as_text(bridge),
        duration_s=_clock(duration),
        number=as_known(number),
        connected_number=as_known(connected),
        application=words[application],
    )


def _clock(raw: bytes) -> Seconds:
    """Return `hh:mm:ss` in seconds, 0 where it is something else."""
    try:
        hours, minutes, rest = map(int, raw.split(b":"))
    except ValueError:
        return 0.0
    return hours * 3600.0 + minutes * 60.0 + rest


def _listing_ended(_frame: bytes) -> FloorEvent:
    return ev.SnapshotEnded()


# ---- the server, and what the dialplan tells ------------------------------------------------------------------------


def _booted(frame: bytes) -> FloorEvent:
    uptime = raw_value(frame, b"\r\nUptime: ")
    return ev.Reloaded(why="fully_booted", uptime_s=seconds[uptime] if uptime else None)


def _reloaded(_frame: bytes) -> FloorEvent:
    return ev.Reloaded(why="reload")


def _shut_down(_frame: bytes) -> FloorEvent:
    return ev.LinkChanged(status=LinkStatus.LOST, trouble=LinkTrouble.SHUT_DOWN)


def _user_event(frame: bytes) -> FloorEvent:
    fields = message(frame)
    name = fields.get("UserEvent", "")
    agent, interface = fields.get("Agent", ""), fields.get("Interface", "")
    if name == "BreakRequest":
        return ev.BreakAsked(
            agent=agent,
            interface=interface,
            reason=fields.get("Reason", ""),
            code=fields.get("Code", ""),
            request_id=fields.get("RequestId", ""),
        )
    if name == "BreakCancel":
        return ev.BreakWithdrawn(agent=agent, interface=interface, request_id=fields.get("RequestId", ""))
    if name == "BreakEnd":
        return ev.BreakEnded(agent=agent, interface=interface, request_id=fields.get("RequestId", ""))
    if name == "QueueExit" and fields.get("Status"):
        uid = fields.get("CallerUniqueid") or fields.get("Uniqueid", "")
        return ev.ExitTold(uid=uid, how=fields["Status"], queue=fields.get("Queue", ""))
    return ev.Told(name=name, fields={key: fields[key] for key in fields if key not in _ENVELOPE})


_ENVELOPE = frozenset({"Event", "Privilege", "UserEvent"})

TABLE: dict[bytes, Callable[[bytes], FloorEvent | None]] = {
    b"AgentCalled": _called,
    b"AgentComplete": _completed,
    b"AgentConnect": _connected,
    b"AgentDump": _dumped,
    b"AgentRingNoAnswer": _rang_out,
    b"CoreShowChannel": _call_seen,
    b"DialEnd": _dial_ended,
    b"FullyBooted": _booted,
    b"Hangup": _hung_up,
    b"QueueCallerAbandon": _abandoned,
    b"QueueCallerJoin": _joined,
    b"QueueCallerLeave": _left,
    b"QueueEntry": _caller_seen,
    b"QueueMember": _listed_member,
    b"QueueMemberAdded": _member_event("added"),
    b"QueueMemberPause": _member_event("pause"),
    b"QueueMemberPaused": _member_event("pause"),
    b"QueueMemberPenalty": _member_event("penalty"),
    b"QueueMemberRemoved": _member_removed,
    b"QueueMemberRinginuse": _member_event("ringinuse"),
    b"QueueMemberStatus": _member_event("status"),
    b"QueueParams": _queue_seen,
    b"QueueStatusComplete": _listing_ended,
    b"QueueSummary": _queue_named,
    b"Reload": _reloaded,
    b"Shutdown": _shut_down,
    b"UserEvent": _user_event,
    b"VarSet": _variable,
}


def translate(frames: Iterable[bytes]) -> tuple[FloorEvent, ...]:
    """Return what these messages tell the floor, in order; responses only where they begin a queue listing."""
    events: list[FloorEvent] = []
    reader_of = TABLE.get
    for frame in frames:
        read = reader_of(frame[7 : frame.find(b"\r", 7)])
        if read is not None:
            event = read(frame)
            if event is not None:
                events.append(event)
        elif _SNAPSHOT in frame and frame.startswith(b"Response: Success"):
            asked = as_text(raw_value(frame, b"\r\nActionID: "))
            events.append(ev.SnapshotBegun(reconciling=asked.startswith(RECONCILE)))
    return tuple(events)
