"""One life of the console until it is killed, and ears on the ACD that hear what it tells."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Self

from tests.asterisk.ami import Ami, AmiError
from tests.asterisk.lab import AsteriskLab

DEAF_S = 1.5
"""What was told so shortly before a server went down may have reached nobody."""


class Dead(Exception):  # noqa: N818  it is what the course is about
    """The console has killed itself, as its fuse says."""


class Life:
    """One life of the console, until it is killed, by us or by its own `fuse` (place, count)."""

    def __init__(
        self, lab: AsteriskLab, port: int, data: Path, *, ahead: float, fuse: tuple[str, int] | None = None
    ) -> None:
        self.fuse = fuse
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.asterisk.crash_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.said: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.moaned: list[str] = []
        self.readers = [threading.Thread(target=read, daemon=True) for read in (self._listen, self._hear_errors)]
        for reader in self.readers:
            reader.start()
        users = {"feed": "floordesk-feed", "steward": "floordesk-steward"}
        secrets = {name: lab.secret(user) for name, user in users.items()}
        with contextlib.suppress(Dead):
            self.tell({"port": port, "data": str(data), "secrets": secrets, "ahead": ahead, "fuse": fuse})

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(json.JSONDecodeError):  # its last word was cut short
                self.said.put(json.loads(line))
        self.said.put({"said": "dead"})

    def _hear_errors(self) -> None:
        assert self.process.stderr is not None
        self.moaned += self.process.stderr.readlines()

    def tell(self, order: dict[str, Any]) -> None:
        """Give an order."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Dead from None

    def answer(self, said: str, wait: float, **fields: str) -> dict[str, Any] | None:
        """Return the answer waited for, or a no to it; None where neither comes in time. Raises Dead."""
        deadline = time.monotonic() + wait
        while (left := deadline - time.monotonic()) > 0:
            try:
                words = self.said.get(timeout=left)
            except Empty:
                return None
            if words["said"] == "dead":
                raise Dead
            if words["said"] in {said, "no"} and all(words.get(key) == value for key, value in fields.items()):
                return words
        return None

    def kill(self) -> None:
        """SIGKILL, and wait until the kernel has closed its files."""
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


class Ears:
    """Hears every UserEvent with an Id, over restarts of the server; a thread of its own."""

    def __init__(self, lab: AsteriskLab) -> None:
        self._lab = lab
        self._over = threading.Event()
        self._listening = threading.Event()
        self.heard: set[str] = set()
        self._deaf: list[tuple[float, float]] = []
        self._thread = threading.Thread(target=self._run, name="ears", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(20), "nobody listens"
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()

    def have_heard(self, told: dict[str, float], ahead: float) -> bool:
        """Return whether every message (id: when told, by a clock up to `ahead` fast) was heard but around restarts."""
        deadline = time.monotonic() + 3.0
        while left := set(told) - self.heard:
            if all(self._was_deaf(told[each], ahead) for each in left):
                break
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _was_deaf(self, at: float, ahead: float) -> bool:
        return any(begin <= at - shift <= end for begin, end in self._deaf for shift in {0.0, ahead})

    def _run(self) -> None:
        since = time.time()
        while not self._over.is_set():
            try:
                ami = self._lab.connect("everything")
            except (AmiError, OSError):
                time.sleep(0.02)
                continue
            if self._listening.is_set():
                self._deaf.append((since - DEAF_S, time.time()))
            self._listening.set()
            with contextlib.closing(ami):
                self._listen(ami)
            since = time.time()

    def _listen(self, ami: Ami) -> None:
        while not (self._over.is_set() or ami.closed):
            ami.poll(0.1)
            self.heard |= {event["Id"] for event in ami.of("UserEvent") if "Id" in event}
            ami.events.clear()
