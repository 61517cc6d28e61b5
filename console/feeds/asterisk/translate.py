"""AMI messages to floor events: one table from event name to the function that reads it.

Fields are looked up in the bytes by key, not by building a dict of fifty: a storm leaves no time for that. The
quirks of the interface (see the functions) end here; nothing behind this module knows the AMI.
"""

import re
from collections.abc import Callable, Iterable

from console.core.floor import events as ev
from console.core.floor.events import FloorEvent
from console.core.floor.model import Instant, LinkStatus, LinkTrouble, Phone, Seconds
from console.feeds.asterisk.parse import message

RECONCILE = "floordesk-reconcile"
"""A QueueStatus whose ActionID begins so is a reconciling one; whatever it changes is drift."""

_SNAPSHOT = b"\r\nMessage: Queue status will follow"
_MANY_WORDS = 32_768


class _Words(dict[bytes, str]):
    """Decoded names, shared: queues, interfaces and members come again in every message."""

    def __missing__(self, raw: bytes) -> str:
        if len(self) >= _MANY_WORDS:
            self.clear()
        word = self[raw] = raw.decode("utf-8", "replace")
        return word


_words = _Words()


def _raw(frame: bytes, key: bytes) -> bytes:
    at = frame.find(key)
    if at < 0:
        return b""
    at += len(key)
    end = frame.find(b"\r", at)
    return frame[at:end] if end >= 0 else frame[at:]


def _word(frame: bytes, key: bytes) -> str:
    return _words[_raw(frame, key)]


def _text(frame: bytes, key: bytes) -> str:
    return _raw(frame, key).decode("utf-8", "replace")


def _known(frame: bytes, key: bytes) -> str:
    raw = _raw(frame, key)
    return "" if raw == b"<unknown>" else raw.decode("utf-8", "replace")


def _number(frame: bytes, key: bytes) -> int:
    try:
        return int(_raw(frame, key))
    except ValueError:
        return 0


def _seconds(frame: bytes, key: bytes) -> Seconds:
    try:
        seconds = float(_raw(frame, key))
    except ValueError:
        return 0.0
    return seconds if 0.0 <= seconds < 1e9 else 0.0


def _instant(frame: bytes, key: bytes) -> Instant | None:
    return _seconds(frame, key) or None


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unescape(name: str) -> str:
    r"""Return a caller's name as typed: events C-escape it (`O\'Neil`), QueueEntry does not."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), name) if "\\" in name else name


_UID = b"\r\nUniqueid: "
_LINKED = b"\r\nLinkedid: "
_CHANNEL = b"\r\nChannel: "
_NUMBER = b"\r\nCallerIDNum: "
_NAME = b"\r\nCallerIDName: "
_DEST_CHANNEL = b"\r\nDestChannel: "
_DEST_UID = b"\r\nDestUniqueid: "
_QUEUE = b"\r\nQueue: "
_INTERFACE = b"\r\nInterface: "
_MEMBER = b"\r\nMemberName: "
_HOLD = b"\r\nHoldTime: "
_POSITION = b"\r\nPosition: "
_COUNT = b"\r\nCount: "


def _own(frame: bytes) -> bytes:
    """Return the part from the Queue line on: what the event itself says, behind the channels' fields."""
    at = frame.rfind(_QUEUE)
    return frame[at:] if at >= 0 else frame


# ---- callers ---------------------------------------------------------------------------------------------------------


def _joined(frame: bytes) -> FloorEvent:
    own = _own(frame)
    return ev.CallerJoined(
        queue=_word(own, _QUEUE),
        uid=_text(frame, _UID),
        channel=_text(frame, _CHANNEL),
        linked_uid=_text(frame, _LINKED),
        number=_known(frame, _NUMBER),
        name=unescape(_known(frame, _NAME)),
        position=_number(own, _POSITION),
        count=_number(own, _COUNT),
    )


def _left(frame: bytes) -> FloorEvent:
    own = _own(frame)
    return ev.CallerLeft(queue=_word(own, _QUEUE), uid=_text(frame, _UID), count=_number(own, _COUNT))


def _abandoned(frame: bytes) -> FloorEvent:
    """QueueCallerAbandon: hung up, but also timed out, withdrawn, sent away; only `ExitTold` tells them apart."""
    own = _own(frame)
    return ev.CallerAbandoned(
        queue=_word(own, _QUEUE),
        uid=_text(frame, _UID),
        position=_number(own, _POSITION),
        original_position=_number(own, b"\r\nOriginalPosition: "),
        hold_s=_seconds(own, _HOLD),
    )


def _hung_up(frame: bytes) -> FloorEvent:
    return ev.ChannelEnded(
        uid=_text(frame, _UID),
        channel=_text(frame, _CHANNEL),
        cause=_number(frame, b"\r\nCause: "),
        cause_text=_word(frame, b"\r\nCause-txt: "),
    )


_EXIT = b"\r\nVariable: QUEUESTATUS\r\n"
_FILE = b"MONITOR_FILENAME\r\n"


def _variable(frame: bytes) -> FloorEvent | None:
    """VarSet: why a caller left (QUEUESTATUS) and where a contact is recorded ([MIX]MONITOR_FILENAME)."""
    if frame.find(_EXIT, -60) >= 0:
        how = _word(frame, b"\r\nValue: ")
        return ev.ExitTold(uid=_text(frame, _UID), how=how) if how else None
    if frame.find(_FILE, -300) >= 0 and _raw(frame, b"\r\nVariable: ") in {b"MONITOR_FILENAME", b"MIXMONITOR_FILENAME"}:
        file = _text(frame, b"\r\nValue: ")
        return ev.RecordingNamed(uid=_text(frame, _UID), file=file) if file else None
    return None


# ---- agents ----------------------------------------------------------------------------------------------------------


def _called(frame: bytes) -> FloorEvent:
    own = _own(frame)
    return ev.AgentOffered(
        queue=_word(own, _QUEUE),
        interface=_word(own, _INTERFACE),
        name=_word(own, _MEMBER),
        uid=_text(frame, _UID),
        agent_uid=_text(frame, _DEST_UID),
    )


def _connected(frame: bytes) -> FloorEvent:
    own = _own(frame)
    return ev.AgentConnected(
        queue=_word(own, _QUEUE),
        interface=_word(own, _INTERFACE),
        name=_word(own, _MEMBER),
        uid=_text(frame, _UID),
        channel=_text(frame, _CHANNEL),
        agent_channel=_text(frame, _DEST_CHANNEL),
        agent_uid=_text(frame, _DEST_UID),
        number=_known(frame, _NUMBER),
        caller_name=unescape(_known(frame, _NAME)),
        hold_s=_seconds(own, _HOLD),
        ring_s=_seconds(own, b"\r\nRingTime: "),
    )


def _rang_out(frame: bytes) -> FloorEvent:
    """AgentRingNoAnswer: RingTime in milliseconds here, in seconds in AgentConnect."""
    own = _own(frame)
    return ev.AgentRangOut(
        queue=_word(own, _QUEUE),
        interface=_word(own, _INTERFACE),
        name=_word(own, _MEMBER),
        uid=_text(frame, _UID),
        ring_s=_seconds(own, b"\r\nRingTime: ") / 1000.0,
    )


def _completed(frame: bytes) -> FloorEvent:
    """AgentComplete: the caller's, the agent's or both channels' fields may be missing."""
    own = _own(frame)
    return ev.AgentCompleted(
        queue=_word(own, _QUEUE),
        interface=_word(own, _INTERFACE),
        name=_word(own, _MEMBER),
        uid=_text(frame, _UID),
        hold_s=_seconds(own, _HOLD),
        talk_s=_seconds(own, b"\r\nTalkTime: "),
        reason=_word(own, b"\r\nReason: "),
    )


def _dial_ended(frame: bytes) -> FloorEvent | None:
    """DialEnd without the caller's channel is an Originate; with ANSWER the AgentConnect will tell."""
    if frame.endswith(b"\r\nDialStatus: ANSWER") or frame.find(_CHANNEL, 0, 80) < 0:
        return None
    return ev.OfferEnded(agent_uid=_text(frame, _DEST_UID), how=_word(frame, b"\r\nDialStatus: "))


def _dumped(frame: bytes) -> FloorEvent:
    """AgentDump: the agent hung up during the announcement; the caller waits on."""
    return ev.OfferEnded(agent_uid=_text(frame, _DEST_UID), how="DUMPED")


# ---- members ---------------------------------------------------------------------------------------------------------

_PHONES = {str(int(phone)).encode(): phone for phone in Phone}


def _told(frame: bytes, why: str, name: bytes, interface: bytes) -> FloorEvent:
    return ev.MemberTold(
        why=why,
        queue=_word(frame, _QUEUE),
        interface=_word(frame, interface),
        name=_word(frame, name),
        state_interface=_word(frame, b"\r\nStateInterface: "),
        dynamic=_raw(frame, b"\r\nMembership: ") not in {b"static", b""},
        penalty=_number(frame, b"\r\nPenalty: "),
        calls_taken=_number(frame, b"\r\nCallsTaken: "),
        last_call=_instant(frame, b"\r\nLastCall: "),
        last_pause=_instant(frame, b"\r\nLastPause: "),
        login_at=_instant(frame, b"\r\nLoginTime: "),
        in_call=_raw(frame, b"\r\nInCall: ") == b"1",
        phone=_PHONES.get(_raw(frame, b"\r\nStatus: "), Phone.UNKNOWN),
        paused=_raw(frame, b"\r\nPaused: ") == b"1",
        pause_reason=_word(frame, b"\r\nPausedReason: "),
        wrapup_s=_number(frame, b"\r\nWrapuptime: "),
        ring_in_use=_raw(frame, b"\r\nRinginuse: ") == b"1",
    )


def _member_event(why: str) -> Callable[[bytes], FloorEvent]:
    def read(frame: bytes) -> FloorEvent:
        return _told(frame, why, _MEMBER, _INTERFACE)

    return read


def _listed_member(frame: bytes) -> FloorEvent:
    """QueueMember, a list reply: Name and Location where the events say MemberName and Interface."""
    return _told(frame, "seen", b"\r\nName: ", b"\r\nLocation: ")


def _member_removed(frame: bytes) -> FloorEvent:
    return ev.MemberLeft(queue=_word(frame, _QUEUE), interface=_word(frame, _INTERFACE), name=_word(frame, _MEMBER))


# ---- listings --------------------------------------------------------------------------------------------------------


def _queue_seen(frame: bytes) -> FloorEvent:
    return ev.QueueSeen(
        queue=_word(frame, _QUEUE),
        strategy=_word(frame, b"\r\nStrategy: "),
        weight=_number(frame, b"\r\nWeight: "),
        maximum=_number(frame, b"\r\nMax: "),
        service_level_s=_number(frame, b"\r\nServiceLevel: "),
    )


def _queue_named(frame: bytes) -> FloorEvent:
    return ev.QueueNamed(queue=_word(frame, _QUEUE))


def _caller_seen(frame: bytes) -> FloorEvent:
    """QueueEntry, a list reply: the caller's name plain, the wait so far in seconds."""
    return ev.CallerSeen(
        queue=_word(frame, _QUEUE),
        uid=_text(frame, _UID),
        channel=_text(frame, _CHANNEL),
        number=_known(frame, _NUMBER),
        name=_known(frame, _NAME),
        position=_number(frame, _POSITION),
        priority=_number(frame, b"\r\nPriority: "),
        waited_s=_seconds(frame, b"\r\nWait: "),
    )


def _call_seen(frame: bytes) -> FloorEvent:
    return ev.CallSeen(
        uid=_text(frame, _UID),
        channel=_text(frame, _CHANNEL),
        linked_uid=_text(frame, _LINKED),
        bridge=_text(frame, b"\r\nBridgeId: "),
        duration_s=_clock(_raw(frame, b"\r\nDuration: ")),
        number=_known(frame, _NUMBER),
        connected_number=_known(frame, b"\r\nConnectedLineNum: "),
        application=_word(frame, b"\r\nApplication: "),
    )


def _clock(raw: bytes) -> Seconds:
    """Return `hh:mm:ss` in seconds, 0 where it is something else."""
    try:
        hours, minutes, seconds = map(int, raw.split(b":"))
    except ValueError:
        return 0.0
    return hours * 3600.0 + minutes * 60.0 + seconds


def _listing_ended(_frame: bytes) -> FloorEvent:
    return ev.SnapshotEnded()


# ---- the server, and what the dialplan tells ------------------------------------------------------------------------


def _booted(_frame: bytes) -> FloorEvent:
    return ev.Reloaded(why="fully_booted")


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
        return ev.BreakWithdrawn(agent=agent, interface=interface)
    if name == "BreakEnd":
        return ev.BreakEnded(agent=agent, interface=interface)
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
    for frame in frames:
        read = TABLE.get(frame[7 : frame.find(b"\r", 7)])
        if read is not None:
            event = read(frame)
            if event is not None:
                events.append(event)
        elif _SNAPSHOT in frame and frame.startswith(b"Response: Success"):
            asked = _text(frame, b"\r\nActionID: ")
            events.append(ev.SnapshotBegun(reconciling=asked.startswith(RECONCILE)))
    return tuple(events)
