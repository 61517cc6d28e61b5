"""A scripted manager interface on loopback: says what a test tells it to say, in every wrong way a real one can."""

import contextlib
import hashlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Self

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
END = b"\r\n\r\n"
USER = "floordesk-feed"
SECRET = "loopback-only"
CHALLENGE = "149526291"

Fields = dict[str, str]
Script = Callable[["Peer"], None]


class Gone(Exception):  # noqa: N818  no error: it is how every script ends
    """The client hung up, or the test ended."""


class Peer:
    """One accepted connection, seen from the server's side; `actions` is what the client asked so far."""

    def __init__(self, sock: socket.socket, over: threading.Event) -> None:
        self.sock = sock
        self.over = over
        self.actions: list[Fields] = []
        self.buffer = b""
        self.heard = bytearray()

    def say(self, *blocks: str | bytes) -> None:
        """Send blocks of text lines, each closed by an empty line, or bytes as they are."""
        data = b"".join(
            block if isinstance(block, bytes) else "\r\n".join(block.strip().splitlines()).encode() + END
            for block in blocks
        )
        try:
            self.sock.settimeout(10)
            self.sock.sendall(data)
        except OSError as error:
            raise Gone from error

    def hear(self) -> Fields:
        """Return the client's next action; Gone when there is none to come."""
        while END not in self.buffer:
            self.buffer += self.hear_bytes()
        block, _, self.buffer = self.buffer.partition(END)
        lines = [line.split(": ", 1) for line in block.decode().split("\r\n") if line]
        action = {line[0]: line[1] if len(line) > 1 else "" for line in lines}
        self.actions.append(action)
        return action

    def hear_bytes(self) -> bytes:
        """Return whatever comes next; Gone at the end."""
        self.sock.settimeout(0.05)
        while not self.over.is_set():
            try:
                chunk = self.sock.recv(65536)
            except TimeoutError:
                continue
            except OSError as error:
                raise Gone from error
            if not chunk:
                raise Gone
            self.heard += chunk
            return chunk
        raise Gone

    def answer(self, action: Fields, response: str = "Success", message: str = "", **fields: str) -> None:
        """Send the response to an action, with its ActionID."""
        lines = [f"Response: {response}"]
        if "ActionID" in action:
            lines.append(f"ActionID: {action['ActionID']}")
        lines += [f"{key}: {value}" for key, value in fields.items()]
        if message:
            lines.append(f"Message: {message}")
        self.say("\n".join(lines))

    def listing(self, action: Fields, end: str, items: tuple[str, ...] = ()) -> None:
        """Answer an action with a list: the items as blocks, then the closing event."""
        what = {"QueueStatus": "Queue status", "QueueSummary": "Queue summary", "CoreShowChannels": "Channels"}
        self.answer(action, message=f"{what[action['Action']]} will follow", EventList="start")
        self.say(*(f"{item.strip()}\nActionID: {action['ActionID']}" for item in items))
        self.say(
            f"Event: {end}\nActionID: {action['ActionID']}\nEventList: Complete\nListItems: {len(items)}",
        )

    def wait(self) -> None:
        """Hold the connection open and silent until the client hangs up or the test ends."""
        with contextlib.suppress(Gone):
            while True:
                self.hear_bytes()

    def reset(self) -> None:
        """Cut the connection with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class FakeAmi:
    """Runs one script a connection, the last one again for every later connection."""

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self.scripts = scripts
        self.tls = tls
        self.peers: list[Peer] = []
        self.faults: list[BaseException] = []
        self.over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_exc: object) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()
        for peer in self.peers:
            peer.sock.close()
        assert not self.faults, self.faults

    def heard(self, action: str) -> list[Fields]:
        """Return every action of that name heard on any connection."""
        return [one for peer in list(self.peers) for one in list(peer.actions) if one.get("Action") == action]

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                continue
            script = self.scripts[min(len(self.peers), len(self.scripts) - 1)]
            peer = Peer(sock, self.over)
            self.peers.append(peer)
            self._start(lambda peer=peer, script=script: self._play(peer, script))  # type: ignore[misc]

    def _play(self, peer: Peer, script: Script) -> None:
        try:
            if self.tls is not None:
                peer.sock.settimeout(5)
                peer.sock = self.tls.wrap_socket(peer.sock, server_side=True)
            script(peer)
        except (Gone, OSError):
            pass
        except BaseException as fault:  # noqa: BLE001  shown by __exit__, where a test can fail
            self.faults.append(fault)
        finally:
            with contextlib.suppress(OSError):
                peer.sock.close()


def hear_action(peer: Peer) -> Fields:
    """Return the next action; Gone when it is the farewell."""
    action = peer.hear()
    if action["Action"] == "Logoff":
        raise Gone
    return action


def let_in(peer: Peer, *, booted: bool = True) -> Fields:
    """Greet and take the log-in with the right user and secret, plain or by challenge; return the Login action."""
    peer.say(BANNER)
    action = hear_action(peer)
    if action["Action"] == "Challenge":
        peer.answer(action, Challenge=CHALLENGE)
        action = hear_action(peer)
        assert action["Key"] == hashlib.md5((CHALLENGE + SECRET).encode()).hexdigest()
    else:
        assert action["Secret"] == SECRET
    assert action["Action"] == "Login"
    assert action["Username"] == USER
    peer.answer(action, message="Authentication accepted")
    if booted and action.get("Events") != "off":
        peer.say("Event: FullyBooted\nPrivilege: system,all\nUptime: 9\nLastReload: 9\nStatus: Fully Booted")
    return action


QUEUE = """Event: QueueParams
Queue: sales
Max: 0
Strategy: rrmemory
Calls: 0
Holdtime: 0
TalkTime: 0
Completed: {completed}
Abandoned: 0
ServiceLevel: 20
ServicelevelPerf: 0.0
ServicelevelPerf2: 0.0
Weight: 0"""

MEMBER = """Event: QueueMember
Queue: sales
Name: {name}
Location: {interface}
StateInterface: {interface}
Membership: static
Penalty: 0
CallsTaken: 0
LastCall: 0
LastPause: 0
LoginTime: 1700000000
InCall: 0
Status: 1
Paused: {paused}
PausedReason:
Wrapuptime: 0"""


def queue(completed: int = 0) -> str:
    """Return a QueueParams block."""
    return QUEUE.format(completed=completed)


def member(name: str = "Alice Zhang", interface: str = "Local/1001@agents/n", *, paused: bool = False) -> str:
    """Return a QueueMember block."""
    return MEMBER.format(name=name, interface=interface, paused=int(paused))


def answer_question(peer: Peer, action: Fields, items: tuple[str, ...]) -> bool:
    """Answer what a feed asks while it follows the floor; False for anything else."""
    match action["Action"]:
        case "QueueStatus":
            peer.listing(action, "QueueStatusComplete", items)
        case "QueueSummary":
            peer.listing(action, "QueueSummaryComplete")
        case "CoreShowChannels":
            peer.listing(action, "CoreShowChannelsComplete")
        case "Ping":
            peer.answer(action, Ping="Pong", Timestamp="1.0")
        case "Logoff":
            peer.answer(action, "Goodbye", message="Thanks for all the fish.")
        case _:
            return False
    return True


def follow(peer: Peer, items: tuple[str, ...] | None = None) -> None:
    """Answer every question of a feed until it hangs up."""
    while True:
        action = peer.hear()
        assert answer_question(peer, action, (queue(), member()) if items is None else items), action


def a_floor(peer: Peer) -> None:
    """Be a floor with one queue and one agent."""
    let_in(peer)
    follow(peer)
