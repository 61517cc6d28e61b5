"""Records what a real Asterisk sends: `python -m tests.asterisk.record busy` writes tests/fixtures/ami/busy.*.

A tape is X.ami.xz, every byte received; X.idx.xz, lines `<seconds since connect> <bytes so far>`; X.end.ami.xz, what a
second connection is told at the end; X.queue_log.xz, Asterisk's own log of its whole life. The client sends Login,
QueueStatus, QueueSummary, CoreShowChannels and at the end Logoff, nothing else.
"""

import argparse
import lzma
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.asterisk import debian
from tests.asterisk.ami import Ami, AmiError
from tests.asterisk.drive import PROFILES, Plan, Traffic
from tests.asterisk.lab import SECRETS, AsteriskLab, LabError, why_not

OUT = Path(__file__).parents[1] / "fixtures" / "ami"
FLOOR_EVENT = re.compile(rb"Event: (Queue|Agent|Hangup|UserEvent)")
SNAPSHOT = ("QueueStatus", "QueueSummary", "CoreShowChannels")
Happening = tuple[float, Callable[[Traffic], object]]
FLEX, FLEX_NAME = "Local/5001@phones/n", "Flex One"


class Tape:
    """One connection and everything it received, with the time of every read."""

    def __init__(self, lab: AsteriskLab, user: str) -> None:
        self.user = user
        self.bytes = bytearray()
        self.pace: list[tuple[float, int]] = []
        self.reading = threading.Event()
        self.reading.set()
        self.connected_at = time.time()
        self._t0 = time.monotonic()
        self._socket = socket.create_connection(("127.0.0.1", lab.ami_port), 10)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self._ask("Login", f"Username: {user}\r\nSecret: {SECRETS[user]}\r\nEvents: on\r\n")
        self._await(b"Authentication accepted")
        for name in SNAPSHOT:
            self._ask(name)
        self._await(b"Event: CoreShowChannelsComplete")

    @property
    def seconds(self) -> float:
        """How long the tape has been running."""
        return time.monotonic() - self._t0

    def log_off(self) -> None:
        """Leave politely and wait for the server to close."""
        self._ask("Logoff")
        self.wait()

    def wait(self) -> None:
        """Wait until the server has closed the connection."""
        self._thread.join(30)
        if self._thread.is_alive():
            raise LabError("the server does not close the tape's connection")
        self._socket.close()

    def _ask(self, name: str, fields: str = "") -> None:
        self._socket.sendall(f"Action: {name}\r\nActionID: tape-{name}\r\n{fields}\r\n".encode())

    def _await(self, words: bytes) -> None:
        deadline = time.monotonic() + 20
        while words not in self.bytes:
            if time.monotonic() > deadline:
                raise LabError(f"the tape never saw {words.decode()}")
            time.sleep(0.002)

    def _read(self) -> None:
        while True:
            self.reading.wait()
            try:
                chunk = self._socket.recv(1 << 16)
            except OSError:
                return
            if not chunk:
                return
            self.bytes += chunk
            self.pace.append((time.monotonic() - self._t0, len(self.bytes)))


@dataclass
class Scenario:
    """A plan of traffic taped for `seconds` after `lead`, calls offered for `offered` of them; how the tape ends."""

    plan: Plan
    seconds: float
    offered: float | None = None
    user: str = "everything"
    lead: float = 8.0
    happenings: list[Happening] = field(default_factory=list)
    end: str = "logoff"


def happenings_of_a_busy_day() -> list[Happening]:
    """What a supervisor and an administrator do meanwhile; seconds count from the tape's start."""
    seat = {"Queue": "support", "Interface": "Local/1004@phones/n"}
    return [
        (10, lambda t: t.do("QueuePenalty", **seat, Penalty=2)),
        (
            18,
            lambda t: t.do(
                "QueueMemberRingInUse", Queue="support", Interface="Local/2002@from-queue/n", RingInUse="yes"
            ),
        ),
        (25, lambda t: t.lab.reload_queues(replace=("0,Björn Åsen", "0,Björn Åsen-Holm"))),
        (15, lambda t: t.lab.phone("2002", "ignore")),
        (15.5, lambda t: [t.lab.call(f"870000{n}", "support", patience=40, talk=5, via=t.ami) for n in range(3)]),
        (45, lambda t: t.do("DBDel", Family="phone", Key="2002")),
        (32, strand),
        (35, withdraw),
        (40, lambda t: t.do("QueueAdd", Queue="sales", Interface=FLEX, MemberName=FLEX_NAME, Penalty=1, Paused="true")),
        (44, lambda t: t.do("QueuePause", Queue="sales", Interface=FLEX, Paused="false")),
        (
            50,
            lambda t: t.lab.reload_queues(
                replace=("monitor-format = wav\n", "monitor-format = wav\nmember => Local/5002@phones/n,0,机动 二\n")
            ),
        ),
        (60, lambda t: t.do("QueuePause", Interface="Local/1001@phones/n", Paused="true", Reason="meeting: weekly")),
        (61, lambda t: t.do("QueuePause", Interface="Local/1001@phones/n", Paused="true", Reason="meal")),
        (66, strand),
        (70, withdraw),
        (75, lambda t: t.do("QueuePause", Interface="Local/1001@phones/n", Paused="false")),
        (80, lambda t: t.lab.reload_queues(replace=("member => Local/1006@phones/n,0\n", ""))),
        (
            85,
            lambda t: t.do(
                "QueueMemberRingInUse", Queue="support", Interface="Local/2002@from-queue/n", RingInUse="no"
            ),
        ),
        (90, lambda t: t.do("QueueRemove", Queue="sales", Interface=FLEX)),
        (95, lambda t: t.do("QueuePenalty", **seat, Penalty=10)),
        (
            100,
            lambda t: t.do("QueuePause", Queue="vip", Interface="Local/1002@phones/n", Paused="true", Reason="toilet"),
        ),
        (110, lambda t: t.do("QueuePause", Queue="vip", Interface="Local/1002@phones/n", Paused="false")),
    ]


def emergency() -> list[Happening]:
    """A plan starts, changes its mind and stands down; seconds count from the tape's start."""
    key = {"Family": "ivr", "Key": "shortcut"}
    return [
        (8, strand),
        (10, withdraw),
        (12, lambda t: t.do("DBPut", Family="queue/overflow", Key="support", Val="overflow")),
        (12.5, lambda t: t.do("QueueAdd", Queue="overflow", Interface=FLEX, MemberName=FLEX_NAME, Penalty=0)),
        (
            13,
            lambda t: t.do(
                "QueueAdd", Queue="overflow", Interface="Local/5002@phones/n", MemberName="机动 二", Penalty=2
            ),
        ),
        (13.2, lambda t: t.do("QueueAdd", Queue="overflow", Interface=FLEX, MemberName=FLEX_NAME, Penalty=0)),
        (18, lambda t: t.do("DBPut", Family="queue/closed", Key="billing", Val="1")),
        (24, lambda t: t.do("QueuePause", Interface="Local/1002@phones/n", Paused="false")),
        (30, lambda t: t.do("DBPut", **key, Val="sales")),
        (40, lambda t: t.do("DBPut", **key, Val="announce")),
        (48, lambda t: t.do("DBDel", **key)),
        (52, hurry),
        (55, lambda t: t.do("DBDel", Family="queue/closed", Key="billing")),
        (62, lambda t: t.do("DBDel", Family="queue/overflow", Key="support")),
        (70, lambda t: t.do("QueueRemove", Queue="overflow", Interface=FLEX)),
        (71, lambda t: t.do("QueueRemove", Queue="overflow", Interface="Local/5002@phones/n")),
        (71.2, lambda t: t.do("QueueRemove", Queue="overflow", Interface="Local/5002@phones/n")),
        (73, lambda t: t.do("UserEvent", UserEvent="PlanEnd", Plan="drill: 演练")),
    ]


def strand(traffic: Traffic) -> None:
    """A caller in the queue that has no seats."""
    traffic.lab.call(f"87100{round(traffic.seconds()):02d}", "overflow", patience=60, via=traffic.ami)


def withdraw(traffic: Traffic) -> None:
    """Take the newest of those out of the queue."""
    for channel in [c for c, joined in traffic.waiting.items() if joined["Queue"] == "overflow"][-1:]:
        traffic.do("QueueWithdrawCaller", Queue="overflow", Caller=channel, WithdrawInfo="callback")


def hurry(traffic: Traffic) -> None:
    """Move the newest waiting caller forward."""
    if traffic.waiting:
        channel, joined = list(traffic.waiting.items())[-1]
        traffic.do("QueueChangePriorityCaller", Queue=joined["Queue"], Caller=channel, Priority=5, Immediate="yes")


def scenarios() -> dict[str, Scenario]:
    """Every tape of tests/fixtures/ami."""
    busy, storm = PROFILES["busy"], PROFILES["storm"]
    lively = replace(busy, talk=14, ignore=10, transfer=0.08, drop=0.08, queue_timeout=0.1, acts_every=45)
    return {
        "quiet": Scenario(replace(PROFILES["quiet"], rate=0.15, seed=11), 60),
        "busy": Scenario(replace(lively, rate=0.7, seed=12), 120, happenings=happenings_of_a_busy_day()),
        "incident": Scenario(
            replace(busy, rate=1.1, seed=13, talk=10), 90, user="floordesk-feed", happenings=emergency()
        ),
        "storm": Scenario(replace(storm, seed=14), 36, offered=30, user="floordesk-feed", lead=0.5),
        "storm_raw": Scenario(replace(storm, seed=17), 14, offered=10, lead=0.5),
        "shutdown": Scenario(replace(busy, rate=0.8, seed=15), 15, end="shutdown"),
        "cut": Scenario(replace(storm, rate=40, seed=16), 1, user="viewer", lead=2, end="stall"),
    }


class Recording:
    """One scenario played on a server of its own."""

    def __init__(self, name: str, scenario: Scenario) -> None:
        self.name, self.scenario = name, scenario
        self.end_snapshot = b""
        self.remarks: list[str] = []

    def play(self) -> None:
        """Run the traffic with the tape in it."""
        scenario = self.scenario
        last = {"logoff": self._log_off, "shutdown": self._shut_down, "stall": self._stall}[scenario.end]
        moments = [(scenario.lead + at, what) for at, what in scenario.happenings]
        moments += [(scenario.lead, self._begin), (scenario.lead + scenario.seconds, last)]
        offered = scenario.lead + (scenario.seconds if scenario.offered is None else scenario.offered)
        with AsteriskLab.start() as self.lab:
            traffic = Traffic(self.lab, replace(scenario.plan, duration=offered + 1), happenings=moments, hold=True)
            self.counts = traffic.run()
            self.queue_log = self.lab.queue_log.read_bytes()

    def write(self, out: Path) -> str:
        """Write the tape's files; returns one line about it."""
        head = [
            f"connected at {self.tape.connected_at:.6f}",
            f"{debian.version()}, user {self.tape.user}, seed {self.scenario.plan.seed}",
            *self.remarks,
        ]
        pace = "".join(f"{second:.4f} {size}\n" for second, size in self.tape.pace)
        files = {
            "ami": bytes(self.tape.bytes),
            "idx": ("".join(f"# {line}\n" for line in head) + pace).encode(),
            "end.ami": self.end_snapshot,
            "queue_log": self.queue_log,
        }
        written = 0
        for kind, content in files.items():
            path = out / f"{self.name}.{kind}.xz"
            path.unlink(missing_ok=True)
            if content:
                path.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
                written += path.stat().st_size
        size, messages = len(self.tape.bytes), self.tape.bytes.count(b"\r\n\r\n")
        return f"{self.name}: {size} bytes, {messages} messages, {written} bytes packed; {self.counts}; {self.remarks}"

    # ---- moments ---------------------------------------------------------

    def _begin(self, _traffic: Traffic) -> None:
        self.tape = Tape(self.lab, self.scenario.user)

    def _log_off(self, traffic: Traffic) -> None:
        """Snapshot from a second connection in a moment without floor events, then leave: both say the same."""
        for _ in range(400):
            time.sleep(0.05)
            before = len(self.tape.bytes)
            self.end_snapshot = snapshot(self.lab)
            time.sleep(0.03)
            if not FLOOR_EVENT.search(self.tape.bytes, before):
                break
        self.tape.log_off()
        agrees = not FLOOR_EVENT.search(self.tape.bytes, before)
        self.remarks.append(
            f"the end snapshot {'agrees with' if agrees else 'is not of the same moment as'} the tape's end"
        )
        traffic.over = True

    def _shut_down(self, traffic: Traffic) -> None:
        self.remarks.append("the server is shut down at the end")
        traffic.over = True
        self.lab.halt()
        self.tape.wait()

    def _stall(self, traffic: Traffic) -> None:
        """Stop reading until the server has dropped us, then take what the kernel still holds."""
        self.tape.reading.clear()

        def look() -> None:
            if self.scenario.user in self.lab.rx("manager show connected"):
                traffic.at(traffic.seconds() + 0.3, look)
                return
            self.tape.reading.set()
            self.tape.wait()
            self.remarks.append(
                f"the reader stalled at {self.scenario.seconds:g} s and was dropped: cut in mid-message"
            )
            traffic.over = True

        look()


def snapshot(lab: AsteriskLab) -> bytes:
    """What a second connection without events reads: banner, login and the three lists, as sent."""
    chunks: list[bytes] = []
    with Ami(lab.ami_port, on_bytes=chunks.append) as ami:
        ami.login("everything", SECRETS["everything"], events="off")
        for name in SNAPSHOT:
            ami.listing(name)
    return b"".join(chunks)


def main() -> int:
    """Record the named scenarios."""
    known = scenarios()
    parser = argparse.ArgumentParser(prog="python -m tests.asterisk.record", description=__doc__)
    parser.add_argument("scenario", nargs="+", choices=known)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    if reason := why_not():
        print(f"error: {reason}", file=sys.stderr)
        return 1
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.scenario:
        recording = Recording(name, known[name])
        try:
            recording.play()
        except (AmiError, LabError, OSError) as error:
            print(f"error: {name}: {error}", file=sys.stderr)
            return 1
        print(recording.write(arguments.out), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
