"""One connection to a manager interface: bytes in bounded reads, messages, numbered actions.

Used by one thread at a time. Every wait is cut into slices, so that `stop` is never kept waiting.
"""

import contextlib
import itertools
import re
import secrets
import selectors
import socket
from collections.abc import Callable, Mapping

from console.core.errors import FloordeskError
from console.core.floor.model import LinkTrouble, Seconds
from console.core.ports import Stop
from console.core.profiles import Profile
from console.core.words import say
from console.feeds.asterisk.apart import SLICE, Stopped
from console.feeds.asterisk.dial import dial, where_of
from console.feeds.asterisk.parse import READ, Frames, message
from console.feeds.asterisk.troubles import LinkFailed

Message = dict[str, str]

LINE_BYTES = 1022
"""What a client's line may have, its end not counted (manager.c)."""
LINES = 128
"""How many lines an action may have (manager.c)."""
DIAL_WITHIN: Seconds = 8.0
SEND_WITHIN: Seconds = 5.0

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.()-]*")
_BREAKS = re.compile(r"[\r\n\0]")


class Unsendable(FloordeskError):  # noqa: N818  it names what the action is
    """An action that cannot go over the wire as it stands; its values are never repeated in the sentence."""


def encode(action: str, action_id: str, fields: Mapping[str, str]) -> bytes:
    """Return an action's bytes; Unsendable for a line break inside a value, a line or an action too long."""
    lines = []
    for key, value in {"Action": action, "ActionID": action_id, **fields}.items():
        if _BREAKS.search(value):
            raise Unsendable(say("{field} holds a line break, which the manager interface cannot carry.", field=key))
        if not _KEY.fullmatch(key):
            raise Unsendable(say("A field's name may have letters, digits and _ - only."))
        try:
            line = f"{key}: {value}".encode()
        except UnicodeEncodeError:
            raise Unsendable(say("{field} holds a character that does not exist.", field=key)) from None
        if len(line) > LINE_BYTES:
            raise Unsendable(say("{field} is too long for the manager interface.", field=key))
        lines.append(line)
    if len(lines) > LINES:
        raise Unsendable(say("{action} has too many fields for the manager interface.", action=action))
    return b"\r\n".join(lines) + b"\r\n\r\n"


class Connection:
    """An open connection; every method raises LinkFailed when the link breaks and Stopped when told to end."""

    def __init__(self, sock: socket.socket, *, where: str, stop: Stop, steady: Callable[[], Seconds]) -> None:
        self.where = where
        self.heard_at: Seconds = steady()
        self.last_read = 0
        self.sock = sock
        self._stop = stop
        self._steady = steady
        self._split = Frames()
        self._kept: list[bytes] = []
        self._ids = itertools.count(1)
        self._own = secrets.token_hex(4)

    @classmethod
    def open(cls, profile: Profile, *, stop: Stop, steady: Callable[[], Seconds]) -> "Connection":
        """Dial a profile's host; LinkFailed names the step that failed."""
        sock = dial(profile, stop=stop, steady=steady, within=DIAL_WITHIN)
        return cls(sock, where=where_of(profile), stop=stop, steady=steady)

    def failed(self, trouble: LinkTrouble, detail: str = "") -> LinkFailed:
        """Return a failure of this link, to raise."""
        return LinkFailed(trouble, detail, where=self.where)

    def read(self, patience: Seconds) -> bytes:
        """Return what has come, at most `READ` bytes; b"" when nothing came within `patience`."""
        until = self._steady() + patience
        while not self._stop.is_set():
            try:
                chunk = self.sock.recv(READ)
            except TimeoutError:
                if self._steady() >= until:
                    self.last_read = 0
                    return b""
                continue
            except OSError as error:
                raise self._cut(error.strerror or type(error).__name__) from None
            if not chunk:
                raise self._cut("the other end hung up")
            self.heard_at = self._steady()
            self.last_read = len(chunk)
            return chunk
        raise Stopped

    def pause(self, seconds: Seconds) -> None:
        """Let other threads go first, for `seconds` at most."""
        self._stop.wait(seconds)

    def frames(self, patience: Seconds) -> list[bytes]:
        """Return what one read completes, kept-back frames first; none when nothing came within `patience`."""
        if self._kept:
            kept, self._kept = self._kept, []
            return kept
        return self._split.feed(self.read(patience))

    def keep(self, rest: bytes) -> None:
        """Take bytes that were read beyond the greeting."""
        self._kept += self._split.feed(rest)

    @property
    def garbled(self) -> int:
        """Return how many messages could not be read so far."""
        return self._split.garbled

    def write(self, data: bytes) -> None:
        """Send bytes, all of them."""
        until = self._steady() + SEND_WITHIN
        view = memoryview(data)
        while view:
            try:
                view = view[self.sock.send(view) :]
            except TimeoutError:
                if self._stop.is_set():
                    raise Stopped from None
                if self._steady() >= until:
                    raise self.failed(LinkTrouble.SILENT, "it takes no more bytes") from None
            except OSError as error:
                raise self._cut(error.strerror or type(error).__name__) from None

    def send(self, action: str, fields: Mapping[str, str] | None = None, *, mark: str = "floordesk") -> str:
        """Send an action without waiting; return its ActionID, which begins with `mark`.

        Unsendable where it cannot go as it stands.
        """
        action_id = f"{mark}-{self._own}-{next(self._ids)}"
        self.write(encode(action, action_id, fields or {}))
        return action_id

    def ask(self, action: str, fields: Mapping[str, str] | None = None, *, within: Seconds = 5.0) -> Message:
        """Send an action and return its response; other frames wait for `frames`. TIMEOUT when none comes."""
        action_id = self.send(action, fields)
        return self._gather(
            lambda one: "Response" in one and one.get("ActionID") == action_id, lambda _: True, action, within
        )[-1]

    def items(self, action_id: str, end: str, *, within: Seconds = 5.0) -> list[Message]:
        """Return the events that answer an action already asked, without the closing event `end`."""
        return self._gather(
            lambda one: one.get("ActionID") == action_id, lambda one: one.get("Event") == end, end, within
        )[:-1]

    def stale(self) -> bool:
        """Return whether the other end has closed an idle connection; drops what came unasked. Does not wait."""
        self._kept.clear()
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.sock, selectors.EVENT_READ)
                while selector.select(0):
                    self._split.feed(self.read(0.0))
        except (LinkFailed, OSError, ValueError):
            return True
        return False

    def close(self) -> None:
        """Say goodbye where that is possible, and close; never raises."""
        with contextlib.suppress(OSError, ValueError):
            self.sock.settimeout(SLICE)
            self.sock.send(encode("Logoff", f"floordesk-{self._own}-end", {}))
        with contextlib.suppress(OSError):
            self.sock.close()

    def _gather(
        self, mine: Callable[[Message], bool], last: Callable[[Message], bool], what: str, within: Seconds
    ) -> list[Message]:
        """Return messages that are `mine` up to the `last` of them; keep all other frames for `frames`."""
        until = self._steady() + within
        found: list[Message] = []
        others: list[bytes] = []
        try:
            while True:
                left = until - self._steady()
                came = self.frames(max(left, 0.0))
                for place, frame in enumerate(came):
                    one = message(frame)
                    if not mine(one):
                        others.append(frame)
                        continue
                    found.append(one)
                    if last(one):
                        others += came[place + 1 :]
                        return found
                if left <= 0:
                    raise self.failed(LinkTrouble.TIMEOUT, f"no answer to {what}")
        finally:
            self._kept = others + self._kept

    def _cut(self, detail: str) -> LinkFailed:
        if self._split.cut:
            detail = f"{detail}, in the middle of a message"
        return self.failed(LinkTrouble.CUT, detail)
