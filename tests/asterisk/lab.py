"""A real Asterisk 22 of this test run's own: the shipped samples around simulated callers and phones.

`AsteriskLab.start()` takes one to two seconds once the packages are in the cache (see debian.py). Every server has its
own folder and ports, so several run side by side; it dies with the process that started it.
"""

import contextlib
import math
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.asterisk import certs, debian
from tests.asterisk.ami import Ami, AmiError

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "resources" / "asterisk"
BOOT_SECONDS = 60.0

SEATS = {
    **{str(ext): f"Local/{ext}@phones/n" for ext in (*range(1001, 1007), *range(3001, 3005), 5001, 5002)},
    **{str(ext): f"Local/{ext}@from-queue/n" for ext in range(2001, 2004)},
    **{str(ext): f"Local/{ext}@desks" for ext in (4001, 4002)},
}
"""Extension -> the interface it is a queue member by. 300x and 500x are members only once logged in."""

NAMES = {
    "3001": "Dina Haddad",
    "3002": "周 强",
    "3003": "Team: B, two",
    "3004": "Zoë Ørsted",
    "5001": "Flex One",
    "5002": "机动 二",
}
"""What *45 logs dynamic members in as."""

SECRETS = {
    "floordesk-feed": "test-feed",
    "floordesk-steward": "test-steward",
    "floordesk-bot": "test-bot",
    "everything": "test-everything",
    "viewer": "test-viewer",
    "norights": "test-norights",
    "driver": "test-driver",
}
"""AMI user -> secret: the three of the shipped manager.conf, then the tests' own."""

why_not = debian.why_not


class LabError(Exception):
    """The server did not start, or died; the text carries its last words."""


@dataclass
class AsteriskLab:
    """One running server. All state lies in `home`, which `stop` deletes unless it was given from outside."""

    home: Path
    ami_port: int
    tls_port: int
    persistent_members: bool = False
    extra_queues: str = ""
    process: subprocess.Popen[bytes] | None = None
    pid: int = 0
    _temporary: bool = False
    _control: Ami | None = field(default=None, repr=False)

    # ---- life ------------------------------------------------------------

    @classmethod
    def start(
        cls,
        *,
        home: Path | None = None,
        ami_port: int = 0,
        tls_port: int = 0,
        persistent_members: bool = False,
        extra_queues: str = "",
        detached: bool = False,
    ) -> Self:
        """Start a server; ports 0 mean free ones. `extra_queues` is appended to queues.conf. `detached` outlives us."""
        debian.ensure()
        temporary = home is None
        home = home or Path(tempfile.mkdtemp(prefix="fd-asterisk-"))
        if len(str(home / "run" / "asterisk.ctl")) > 107:
            raise LabError(f"{home} is too long a path for Asterisk's control socket")
        home.mkdir(parents=True, exist_ok=True)
        ports = (ami_port or _free_port(), tls_port or _free_port())
        lab = cls(home, *ports, persistent_members, extra_queues, _temporary=temporary)
        try:
            lab._furnish()
            lab._launch(detached=detached)
        except BaseException:
            lab.kill()
            lab._sweep()
            raise
        return lab

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Shut down in order (clients see `Shutdown`, then the end), delete a temporary home."""
        self.halt()
        self._sweep()

    def halt(self) -> None:
        """Shut down in order but keep the folder: AstDB, logs and recordings are there for `resume`."""
        self._drop_control()
        if self._alive():
            with contextlib.suppress(subprocess.SubprocessError):
                self.rx("core stop now")
            if not self._gone_within(10):
                self.kill()
        self._reap()

    def kill(self) -> None:
        """SIGKILL: no farewell, the kernel closes the connections."""
        self._drop_control()
        if self._alive():
            os.kill(self.pid, signal.SIGKILL)
            self._gone_within(10)
        self._reap()

    def resume(self) -> None:
        """Start again after `halt` or `kill`, on the same ports with the same AstDB."""
        self._launch()

    def restart(self) -> None:
        """`halt` and `resume`: counters are 0 again, dynamic members gone unless persistent."""
        self.halt()
        self._launch()

    @property
    def running(self) -> bool:
        """Whether the server process is there."""
        return self._alive()

    # ---- talking to it ---------------------------------------------------

    @property
    def ca_file(self) -> Path:
        """The authority that signed the TLS port's certificate (stranger.pem beside it did not)."""
        return self.home / "etc" / "ca.pem"

    @property
    def queue_log(self) -> Path:
        """Asterisk's own record of its queues."""
        return self.home / "log" / "queue_log"

    @property
    def recordings(self) -> Path:
        """Where MixMonitor writes."""
        return self.home / "spool" / "monitor"

    def secret(self, user: str) -> str:
        """The secret of an AMI user of this server."""
        return SECRETS[user]

    def connect(self, user: str = "everything", *, events: str = "on", booted: bool = True) -> Ami:
        """A logged-in connection, after FullyBooted unless told otherwise."""
        ami = Ami(self.ami_port)
        try:
            ami.login(user, SECRETS[user], events=events)
            if booted and events == "on" and user != "norights":
                ami.expect("FullyBooted")
        except AmiError:
            ami.close()
            raise
        return ami

    @property
    def control(self) -> Ami:
        """The lab's own connection, without events."""
        if self._control is None or self._control.closed:
            self._control = self.connect(events="off")
        return self._control

    def rx(self, command: str) -> str:
        """One CLI command's output, like `asterisk -rx`."""
        words = debian.command("-C", str(self.home / "etc" / "asterisk.conf"), "-rx", command)
        return subprocess.run(words, capture_output=True, text=True, timeout=30, check=False).stdout

    def call(  # noqa: PLR0913  one keyword for every trait of a caller
        self,
        number: str,
        queue: str = "",
        *,
        patience: float = 60,
        talk: float = 5,
        ends: str = "agent",
        name: str = "",
        audio: bool = False,
        queue_timeout: int | None = None,
        via: Ami | None = None,
        fast: bool = False,
    ) -> None:
        """A caller dials in through the IVR, wanting `queue`; gives up after `patience` s, talks `talk` s once served.

        `ends` says who hangs up first, agent or caller. `queue_timeout` sends them on after so many seconds.
        """
        variables: dict[str, object] = {"PATIENCE": patience, "__TALK": talk, "__ENDS": ends}
        if queue:
            variables["WANT"] = queue
        if audio:
            variables["__AUDIO"] = 1
        if fast:
            variables["__FAST"] = 1
        if queue_timeout is not None:
            variables["QUEUE_TIMEOUT"] = queue_timeout
        fields = {"Channel": f"Local/{number}@callers/n", "Context": "inbound", "Exten": "s", "Priority": 1}
        who = f'"{name}" <{number}>'
        send = via.send if via else self.control.must
        send("Originate", variables, **fields, CallerID=who, Async="true", Timeout=30000)

    def dial(self, ext: str, code: str, *, via: Ami | None = None) -> None:
        """The agent at `ext` lifts the handset and dials a feature code, like *811."""
        fields = {"Channel": f"Local/{ext}@handset/n", "Context": "agent", "Exten": code, "Priority": 1}
        send = via.send if via else self.control.must
        send("Originate", **fields, CallerID=f'"{ext}" <{ext}>', Async="true")

    def phone(self, ext: str, habit: str) -> None:
        """What that phone does when rung: answer, answer:<tenths of a second>, ignore, busy or refuse."""
        self.control.must("DBPut", Family="phone", Key=ext, Val=habit)

    def dice(self, *, ring: tuple[float, float] = (0.2, 0.2), ignore: int = 0, busy: int = 0) -> None:
        """How phones without a habit behave: seconds of ringing (from, to), per cent ignored and busy."""
        values = {
            "RING_TENTHS_MIN": round(ring[0] * 10),
            "RING_TENTHS_MAX": round(ring[1] * 10),
            "IGNORE_PERCENT": ignore,
            "BUSY_PERCENT": busy,
        }
        for name, value in values.items():
            self.control.must("Setvar", Variable=name, Value=value)

    def astdb_show(self, family: str = "") -> dict[str, str]:
        """AstDB, path without the leading slash -> value; one family or all of it."""
        lines = self.rx(f"database show {family}".strip()).splitlines()
        pairs = (line.split(":", 1) for line in lines if line.startswith("/"))
        return {path.strip().lstrip("/"): value.strip() for path, value in pairs}

    def clear(self) -> None:
        """Back to the start: no calls, pauses, dynamic members, routing keys or habits, calm dice."""
        ask = self.control
        ask.action("Hangup", Channel="/^Local/", Cause=16)
        deadline = time.monotonic() + 10
        while ask.listing("CoreShowChannels"):
            if time.monotonic() > deadline:
                raise LabError(f"calls do not end: {self.rx('core show channels concise')}")
            time.sleep(0.02)
        for family in ("ivr", "queue", "phone"):
            ask.action("DBDelTree", Family=family)
        self.dice()
        for member in ask.listing("QueueStatus"):
            if member["Event"] != "QueueMember":
                continue
            where = {"Queue": member["Queue"], "Interface": member["Location"]}
            if member["Paused"] == "1":
                ask.must("QueuePause", **where, Paused="false")
            if member["Membership"] == "dynamic":
                ask.must("QueueRemove", **where)

    def reload_queues(self, *, replace: tuple[str, str] | None = None) -> None:
        """QueueReload, after replacing one text in queues.conf by another: members come, go and change silently."""
        path = self.home / "etc" / "queues.conf"
        if replace:
            text = path.read_text(encoding="utf-8")
            if replace[0] not in text:
                raise LabError(f"queues.conf has no {replace[0]!r}")
            path.write_text(text.replace(*replace), encoding="utf-8")
        self.control.must("QueueReload", Members="yes", Rules="no", Parameters="yes")

    # ---- inside ----------------------------------------------------------

    def _furnish(self) -> None:
        """Write configuration, certificates and sounds into the home."""
        etc = self.home / "etc"
        for name in ("etc", "lib", "cache", "run", "log", "sounds/hold", "spool/monitor", "spool/outgoing"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        certs.write(etc)
        words = {
            "@HOME@": str(self.home),
            "@MODULES@": str(debian.modules()),
            "@DATA@": str(debian.tree() / "usr/share/asterisk"),
            "@PERSISTENT@": "yes" if self.persistent_members else "no",
            "; @EXTRA_QUEUES@": self.extra_queues,
        }
        for path in sorted((HERE / "etc").glob("*.conf")):
            text = path.read_text(encoding="utf-8")
            for word, value in words.items():
                text = text.replace(word, value)
            (etc / path.name).write_text(text, encoding="utf-8")
        shutil.copy(SAMPLES / "extensions.conf", etc / "extensions_floordesk.conf")
        (etc / "manager.conf").write_text(self._manager_conf(), encoding="utf-8")
        for name in ("acl", "ccss", "udptl"):
            (etc / f"{name}.conf").touch()
        for name, pitch in (("caller", 330.0), ("agent", 550.0), ("hold/hold", 220.0)):
            _tone(self.home / "sounds" / f"{name}.wav", pitch)

    def _manager_conf(self) -> str:
        """The shipped sample with ports, TLS and secrets filled in, then the tests' own users."""
        etc = self.home / "etc"
        text = (SAMPLES / "manager.conf").read_text(encoding="utf-8")
        changes = {
            "port = 5038": f"port = {self.ami_port}",
            ";tlsenable = yes": "tlsenable = yes",
            ";tlsbindaddr = 0.0.0.0:5039": f"tlsbindaddr = 127.0.0.1:{self.tls_port}",
            ";tlscertfile = /etc/asterisk/keys/ami.pem": f"tlscertfile = {etc}/ami.pem",
            ";tlsprivatekey = /etc/asterisk/keys/ami.key": f"tlsprivatekey = {etc}/ami.key",
            ";tlsdisablev1 = yes": "tlsdisablev1 = yes",
            **{
                f"[{user}]\n;secret =": f"[{user}]\nsecret = {secret}"
                for user, secret in SECRETS.items()
                if user.startswith("floordesk-")
            },
        }
        for sample, own in changes.items():
            if text.count(sample) != 1:
                raise LabError(f"the shipped manager.conf no longer has one {sample!r}")
            text = text.replace(sample, own)
        return text + (HERE / "etc" / "manager_tests.conf").read_text(encoding="utf-8")

    def _launch(self, *, detached: bool = False) -> None:
        words = debian.command("-f", "-C", str(self.home / "etc" / "asterisk.conf"))
        guard = shutil.which("setpriv")
        if guard and not detached:
            words = [guard, "--pdeathsig", "KILL", *words]
        with (self.home / "asterisk.out").open("ab") as out:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.home, start_new_session=True
            )
        self.pid = self.process.pid
        self._await_boot()
        known = self.astdb_show() if (self.home / "lib" / "seated").exists() else {}
        for ext, seat in SEATS.items():
            if known.get(f"agentseat/{ext}") != seat:
                self.control.must("DBPut", Family="agentseat", Key=ext, Val=seat)
        for ext, name in NAMES.items():
            if known.get(f"agentname/{ext}") != name:
                self.control.must("DBPut", Family="agentname", Key=ext, Val=name)
        (self.home / "lib" / "seated").touch()

    def _await_boot(self) -> None:
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline:
            if not self._alive():
                raise LabError(f"Asterisk ended while starting: {self._last_words()}")
            try:
                with self.connect():
                    return
            except (AmiError, OSError):
                time.sleep(0.05)
        raise LabError(f"Asterisk was not ready within {BOOT_SECONDS:g} s: {self._last_words()}")

    def _last_words(self) -> str:
        texts = [
            p.read_text(encoding="utf-8", errors="replace")
            for p in (self.home / "asterisk.out", self.home / "log" / "messages")
            if p.exists()
        ]
        return " | ".join("\n".join(texts).strip().splitlines()[-6:]) or "nothing said"

    def _alive(self) -> bool:
        if not self.pid:
            return False
        if self.process is not None:
            return self.process.poll() is None
        try:
            return b"asterisk" in Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except OSError:
            return False

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self._alive()

    def _reap(self) -> None:
        if self.process is not None:
            self.process.wait(10)
        self.process, self.pid = None, 0

    def _drop_control(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None

    def _sweep(self) -> None:
        if self._temporary:
            shutil.rmtree(self.home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tone(path: Path, pitch: float, seconds: float = 4.0) -> None:
    """A beeping tone as 8 kHz mono WAV, so a recording has two voices to tell apart."""
    rate = 8000
    samples = (
        int(9000 * math.sin(2 * math.pi * pitch * n / rate)) if n // (rate // 2) % 2 == 0 else 0
        for n in range(int(seconds * rate))
    )
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(struct.pack("<h", s) for s in samples))
