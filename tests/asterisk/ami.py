"""A blocking AMI client for tests and traffic: standard library only, independent of console.feeds."""

import contextlib
import itertools
import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Self

END = b"\r\n\r\n"


class AmiError(Exception):
    """The server refused, hung up or did not answer in time; the text says which."""


class Message(dict[str, str]):
    """One AMI message: the last value of every key, and in `pairs` every line in the order sent."""

    def __init__(self, block: bytes) -> None:
        lines = (line.partition(b":") for line in block.split(b"\r\n"))
        self.pairs = [
            (key.decode("utf-8", "replace"), value.removeprefix(b" ").decode("utf-8", "replace"))
            for key, colon, value in lines
            if colon
        ]
        super().__init__(self.pairs)

    def all(self, key: str) -> list[str]:
        """Every value of a key that one message may repeat."""
        return [value for name, value in self.pairs if name == key]

    def has(self, fields: dict[str, str]) -> bool:
        """Whether every given field has exactly the given value."""
        return all(self.get(key) == value for key, value in fields.items())


class Ami:
    """One connection: `action` asks and returns the answer, `events` keeps what came in between, `expect` waits.

    `on_bytes`, where given, sees every received chunk before it is parsed (a recorder).
    """

    def __init__(
        self,
        port: int,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        timeout: float = 10.0,
        on_bytes: Callable[[bytes], None] | None = None,
    ) -> None:
        self.timeout = timeout
        self.events: list[Message] = []
        self.on_event: Callable[[Message], None] | None = None
        self.on_bytes = on_bytes
        self.closed = False
        self._ids = itertools.count(1)
        self._answers: dict[str, Message] = {}
        self._wanted: set[str] = set()
        self._lists: dict[str, list[Message]] = {}
        self._seen = 0
        raw = socket.create_connection((host, port), timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._sock = tls.wrap_socket(raw, server_hostname=host) if tls else raw
        except (OSError, ssl.SSLError):
            raw.close()
            raise
        self._buffer = b""
        self.banner = self._read_banner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    # ---- asking ----------------------------------------------------------

    def login(self, user: str, secret: str, *, events: str = "on") -> Message:
        """Log in; AmiError with the server's words where it refuses."""
        return self.must("Login", Username=user, Secret=secret, Events=events)

    def send(self, name: str, variables: Mapping[str, object] | None = None, /, **fields: object) -> str:
        """Send one action without waiting; returns its ActionID."""
        action_id = str(fields.pop("ActionID", None) or f"t{next(self._ids)}")
        lines = [f"Action: {name}", f"ActionID: {action_id}"]
        lines += [f"{key}: {value}" for key, value in fields.items() if value is not None]
        lines += [f"Variable: {key}={value}" for key, value in (variables or {}).items()]
        try:
            self._sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        except OSError as error:
            self.closed = True
            raise AmiError(f"{name}: the connection is gone ({error})") from error
        return action_id

    def action(self, name: str, variables: Mapping[str, object] | None = None, /, **fields: object) -> Message:
        """Send one action and return its Response, whatever it says; events meanwhile are kept."""
        action_id = str(fields.get("ActionID") or f"t{next(self._ids)}")
        fields["ActionID"] = action_id
        self._wanted.add(action_id)
        self.send(name, variables, **fields)
        deadline = time.monotonic() + self.timeout
        while action_id not in self._answers:
            if not self.poll(deadline - time.monotonic()) and time.monotonic() >= deadline:
                raise AmiError(f"{name}: no answer within {self.timeout:g} s")
            if self.closed and action_id not in self._answers:
                raise AmiError(f"{name}: the server hung up")
        self._wanted.discard(action_id)
        return self._answers.pop(action_id)

    def must(self, name: str, variables: Mapping[str, object] | None = None, /, **fields: object) -> Message:
        """`action`, but an Error answer raises AmiError."""
        answer = self.action(name, variables, **fields)
        if answer.get("Response") == "Error":
            raise AmiError(f"{name}: {answer.get('Message')}")
        return answer

    def listing(self, name: str, /, **fields: object) -> list[Message]:
        """An action answered by a list (QueueStatus, CoreShowChannels, ...): its items, without the closing event."""
        action_id = f"t{next(self._ids)}"
        items: list[Message] = []
        self._lists[action_id] = items
        try:
            self.must(name, ActionID=action_id, **fields)
            self.until(lambda: bool(items) and items[-1].get("EventList") == "Complete", f"the end of {name}")
        finally:
            del self._lists[action_id]
        return items[:-1]

    # ---- listening -------------------------------------------------------

    def poll(self, wait: float = 0.0) -> int:
        """Take in what has come, waiting up to `wait` seconds for the first byte; returns how many messages."""
        pending = isinstance(self._sock, ssl.SSLSocket) and self._sock.pending()
        if self.closed or not (pending or select.select([self._sock], [], [], max(wait, 0.0))[0]):
            return 0
        try:
            chunk = self._sock.recv(1 << 18)
        except OSError:
            chunk = b""
        if not chunk:
            self.closed = True
            return 0
        if self.on_bytes:
            self.on_bytes(chunk)
        *blocks, self._buffer = (self._buffer + chunk).split(END)
        for block in blocks:
            self._take(Message(block))
        return len(blocks)

    def drain(self, seconds: float) -> None:
        """Keep reading for a while."""
        deadline = time.monotonic() + seconds
        while not self.closed and (left := deadline - time.monotonic()) > 0:
            self.poll(left)

    def until(self, met: Callable[[], bool], what: str, *, timeout: float | None = None) -> None:
        """Read until `met()`; AmiError naming `what` after `timeout` seconds."""
        limit = self.timeout if timeout is None else timeout
        deadline = time.monotonic() + limit
        while not met():
            if self.closed:
                raise AmiError(f"the server hung up before {what}")
            if (left := deadline - time.monotonic()) <= 0:
                raise AmiError(f"{what}: not within {limit:g} s; last events: {self._tail()}")
            self.poll(left)

    def expect(self, event: str, *, timeout: float | None = None, **fields: str) -> Message:
        """The next event of that name with those fields after the last one expected, waiting for it if need be."""
        found: list[Message] = []

        def met() -> bool:
            while self._seen < len(self.events):
                message = self.events[self._seen]
                self._seen += 1
                if message.get("Event") == event and message.has(fields):
                    found.append(message)
                    return True
            return False

        self.until(met, f"{event} {fields}", timeout=timeout)
        return found[0]

    def of(self, event: str, **fields: str) -> list[Message]:
        """Every event of that name with those fields kept so far."""
        return [m for m in self.events if m.get("Event") == event and m.has(fields)]

    def forget(self) -> None:
        """Drop the kept events: `expect` looks only at what comes from now on."""
        self.poll()
        self.events.clear()
        self._seen = 0

    def close(self) -> None:
        """Log off and close; never raises."""
        with contextlib.suppress(AmiError, OSError):
            if not self.closed:
                self.send("Logoff")
        self.closed = True
        self._sock.close()

    # ---- inside ----------------------------------------------------------

    def _read_banner(self) -> str:
        while b"\r\n" not in self._buffer:
            try:
                chunk = self._sock.recv(4096)
            except OSError as error:
                self._sock.close()
                raise AmiError(f"no banner: {error}") from error
            if not chunk:
                self._sock.close()
                raise AmiError("the server closed without a banner")
            if self.on_bytes:
                self.on_bytes(chunk)
            self._buffer += chunk
        banner, self._buffer = self._buffer.split(b"\r\n", 1)
        return banner.decode("ascii", "replace")

    def _take(self, message: Message) -> None:
        if "Response" in message and "Event" not in message:
            if message.get("ActionID", "") in self._wanted:
                self._answers[message["ActionID"]] = message
            return
        if (items := self._lists.get(message.get("ActionID", ""))) is not None:
            items.append(message)
        elif self.on_event:
            self.on_event(message)
        else:
            self.events.append(message)

    def _tail(self) -> str:
        return ", ".join(m.get("Event", "?") for m in self.events[-8:]) or "none"
