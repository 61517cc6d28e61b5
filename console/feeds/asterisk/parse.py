"""Bytes of the manager interface (AMI) to messages: cut at blank lines, drop the chatter unread, never raise.

A message is `Key: value` lines ended by a blank line. The first line of a connection is a banner, which belongs to
no message. Most of what a busy server sends is of no use here; it is told by its first 14 bytes and never decoded.
"""

END = b"\r\n\r\n"
BANNER = b"Asterisk Call Manager/"
READ = 32_768
LONGEST_MESSAGE = 1 << 20
LONGEST_BANNER = 256

CHATTER = (
    "Newchannel", "Newexten", "Newstate", "NewCallerid", "NewConnectedLine", "NewAccountCode",
    "BridgeCreate", "BridgeDestroy", "BridgeEnter", "BridgeLeave", "BridgeMerge", "BridgeVideoSourceUpdate",
    "DialBegin", "DialState", "HangupRequest", "HangupHandlerPush", "HangupHandlerPop", "HangupHandlerRun",
    "SoftHangupRequest", "DeviceStateChange", "ExtensionStatus", "PresenceStatus", "PresenceStateChange",
    "LocalBridge", "LocalOptimizationBegin", "LocalOptimizationEnd", "MusicOnHoldStart", "MusicOnHoldStop",
    "MixMonitorStart", "MixMonitorStop", "MixMonitorMute", "Hold", "Unhold", "DTMFBegin", "DTMFEnd",
    "OriginateResponse", "RTCPSent", "RTCPReceived", "TestEvent", "SuccessfulAuth", "ChallengeSent", "Registry",
    "PeerStatus", "ContactStatus", "ContactStatusDetail", "EndpointList", "ChanSpyStart", "ChanSpyStop", "Cdr", "CEL",
    "AGIExecStart", "AGIExecEnd", "AsyncAGIStart", "AsyncAGIExec", "AsyncAGIEnd", "Pickup", "MessageWaiting",
)  # fmt: skip
"""Events nothing here reads. Whatever is neither here nor known to the translator costs a little, no more."""

_HEAD = 14


def _head(name: str) -> bytes:
    return f"Event: {name}\r\n".encode()[:_HEAD]


def chatter_heads(wanted: tuple[str, ...] = ()) -> frozenset[bytes]:
    """Return the first 14 bytes of every chatter message; a head that a `wanted` event shares is left out."""
    return frozenset(map(_head, CHATTER)) - frozenset(map(_head, wanted))


WANTED = (
    "AgentCalled", "AgentComplete", "AgentConnect", "AgentDump", "AgentRingNoAnswer", "CoreShowChannel", "DialEnd",
    "FullyBooted", "Hangup", "QueueCallerAbandon", "QueueCallerJoin", "QueueCallerLeave", "QueueEntry", "QueueMember",
    "QueueMemberAdded", "QueueMemberPause", "QueueMemberPaused", "QueueMemberPenalty", "QueueMemberRemoved",
    "QueueMemberRinginuse", "QueueMemberStatus", "QueueParams", "QueueStatusComplete", "QueueSummary", "Reload",
    "Shutdown", "UserEvent", "VarSet",
)  # fmt: skip
"""Events the translator reads; a test holds this list against its table."""

_CHATTER = chatter_heads(WANTED)

_VARSET = _head("VarSet")
_VARIABLE = b"\r\nVariable: "
_VARIABLES = frozenset(
    (_VARIABLE + name)[:18] for name in (b"QUEUESTATUS", b"MONITOR_FILENAME", b"MIXMONITOR_FILENAME")
)
"""A third of a busy stream is VarSet; those few wanted are told by the first letters of the variable."""


class Frames:
    """Cuts one connection's bytes into messages, however they were chunked; memory stays bounded.

    `banner` is the first line once it came, `messages` counts complete ones (the unread too), `garbled` those that
    are none: no event and no response, or longer than 1 MiB. A stream without a banner leaves `banner` empty.
    """

    __slots__ = ("_fresh", "_skipping", "_tail", "banner", "garbled", "messages")

    def __init__(self) -> None:
        self.banner = ""
        self.messages = 0
        self.garbled = 0
        self._tail: bytes | bytearray = b""
        self._fresh = True
        self._skipping = False

    @property
    def cut(self) -> int:
        """Return how many bytes of an unfinished message are held: at the end of a stream, its cut tail."""
        return len(self._tail)

    @property
    def foreign(self) -> bool:
        """Return whether what came so far is no manager interface: it began neither with a banner nor a message."""
        if self._fresh:
            return bool(self._tail) and not _may_begin(bytes(self._tail), *_STARTS)
        return not self.banner and self.messages == self.garbled

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes; return the complete messages worth reading, without their blank line."""
        tail = self._tail
        if tail:
            if END not in chunk and END not in tail[-3:] + chunk[:3] and not self._fresh:
                self._tail = tail = bytearray(tail)
                tail += chunk
                self._bound()
                return []
            chunk = bytes(tail) + chunk
        if self._fresh:
            chunk = self._take_banner(chunk)
        frames = chunk.split(END)
        self._tail = frames.pop()
        if frames:
            self.messages += len(frames)
            if self._skipping:
                self._skipping = False
                self.garbled += 1
                del frames[0]
            if len(chunk) > LONGEST_MESSAGE:
                frames = self._short_enough(frames)
            frames = [
                frame
                for frame in frames
                if (head := frame[:_HEAD]) not in _CHATTER
                and (head != _VARSET or frame[(at := frame.rfind(_VARIABLE)) : at + 18] in _VARIABLES)
            ]
            if not all([frame.startswith(_MESSAGE_STARTS) for frame in frames]):  # noqa: C419  faster as a list
                frames = self._sound(frames)
        self._bound()
        return frames

    def _take_banner(self, chunk: bytes) -> bytes:
        if _may_begin(chunk, BANNER):
            line, end, rest = chunk.partition(b"\r\n")
            if not end and len(line) < LONGEST_BANNER:
                return chunk
            if line.startswith(BANNER) and end:
                self.banner = line.decode("ascii", "replace")
                chunk = rest
        self._fresh = False
        return chunk

    def _short_enough(self, frames: list[bytes]) -> list[bytes]:
        kept = [frame for frame in frames if len(frame) <= LONGEST_MESSAGE]
        self.garbled += len(frames) - len(kept)
        return kept

    def _sound(self, frames: list[bytes]) -> list[bytes]:
        # A blank line too many, or the banner of a second connection in one recording, is no damage.
        sound = []
        for frame in frames:
            bare = frame.lstrip(b"\r\n")
            if bare.startswith(BANNER):
                bare = bare.partition(b"\r\n")[2]
            if not bare:
                self.messages -= 1
            elif not bare.startswith(_MESSAGE_STARTS):
                self.garbled += 1
            elif bare[:_HEAD] not in _CHATTER:
                sound.append(bare)
        return sound

    def _bound(self) -> None:
        # A message that never ends is forgotten, but for what may be the beginning of its end.
        if len(self._tail) > LONGEST_MESSAGE + len(END):
            self._skipping = True
            self._tail = self._tail[-len(END) + 1 :]


_MESSAGE_STARTS = (b"Event: ", b"Response: ")
_STARTS = (BANNER, *_MESSAGE_STARTS)


def _may_begin(chunk: bytes, *starts: bytes) -> bool:
    return any(start.startswith(chunk[: len(start)]) for start in starts)


def pairs(frame: bytes) -> list[tuple[str, str]]:
    """Return every line of a message in order as (key, value); a message may repeat a key."""
    lines = (line.partition(":") for line in frame.decode("utf-8", "replace").split("\r\n"))
    return [(key, value.removeprefix(" ")) for key, colon, value in lines if colon]


def message(frame: bytes) -> dict[str, str]:
    """Return a message as a dict; of a repeated key the last value stands."""
    return dict(pairs(frame))
