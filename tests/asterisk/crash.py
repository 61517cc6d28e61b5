"""SIGKILL at random points: `python -m tests.asterisk.crash --runs 300` prints what became of every run.

A console without a window carries out a course of decisions against a real Asterisk and is killed between decision,
commit, lever and observation; in some runs Asterisk is restarted as well. Whatever happens, each run must end as an
undisturbed one: the same seats paused, the same keys, every decision in an unbroken journal, every message told.
"""

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from console.core.kept import Message
from console.core.work.break_records import Break, BreakState
from console.store.opening import look_into
from tests.asterisk.ami import Ami, AmiError
from tests.asterisk.lab import SEATS, AsteriskLab, why_not

COURSE: tuple[dict[str, str], ...] = (
    {"do": "ask", "break": "a", "seat": SEATS["1001"]},
    {"do": "grant", "break": "a"},
    {"do": "hold", "value": "support"},
    {"do": "ask", "break": "b", "seat": SEATS["1005"]},
    {"do": "grant", "break": "b"},
    {"do": "return", "break": "a"},
    {"do": "let go"},
    {"do": "ask", "break": "c", "seat": SEATS["1006"]},
    {"do": "grant", "break": "c"},
    {"do": "undo", "break": "c"},
)
FOUND = "announce"
PAUSED = {("sales", SEATS["1005"]): "小休"}
STATES = {"a": {BreakState.RETURNED}, "b": {BreakState.GRANTED, BreakState.AWAY}, "c": {BreakState.ASKED}}
MESSAGES = {"BreakGranted": 3}
PATIENCE_S = 180.0


class Child:
    """One life of the console, until it is killed."""

    def __init__(self, lab: AsteriskLab, data: Path) -> None:
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
        self.tell({"port": lab.ami_port, "data": str(data), "secrets": secrets})

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.put(json.loads(line))

    def _hear_errors(self) -> None:
        assert self.process.stderr is not None
        self.moaned += self.process.stderr.readlines()

    def tell(self, order: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def answer(self, said: str, wait: float, **fields: str) -> dict[str, Any] | None:
        """Return the answer waited for, None where it does not come in time; raise where the console said no."""
        deadline = time.monotonic() + wait
        while (left := deadline - time.monotonic()) > 0:
            try:
                words = self.said.get(timeout=left)
            except Empty:
                return None
            if words["said"] == "no":
                raise AssertionError(f"refused: {words}")
            if words["said"] == said and all(words.get(key) == value for key, value in fields.items()):
                return words
        return None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


class Run:
    """One course, disturbed as its seed says; `kills` and `restarts` count the disturbances."""

    def __init__(self, lab: AsteriskLab, seed: int, *, disturbed: bool = True) -> None:
        self.lab = lab
        self.random = random.Random(seed)
        self.disturbed = disturbed
        self.with_restart = disturbed and self.random.random() < 0.3
        self.kills = 0
        self.restarts = 0
        self.child: Child | None = None

    def go(self) -> None:
        with tempfile.TemporaryDirectory(prefix="floordesk-crash-") as folder:
            self.data = Path(folder)
            self.lab.clear()
            self.lab.control.must("DBPut", Family="ivr", Key="shortcut", Val=FOUND)
            with self.lab.connect("everything") as listener:
                try:
                    for number, order in enumerate(COURSE):
                        self._see_through({**order, "id": f"c{number}"})
                    self._await_quiet()
                finally:
                    if self.child is not None:
                        self.child.kill()
                self._check(listener)

    def _living(self) -> Child:
        if self.child is None:
            self.child = Child(self.lab, self.data)
            if self.child.answer("ready", PATIENCE_S) is None:
                self.child.kill()
                raise AssertionError(f"the console did not get ready: {self.child.moaned[-3:]}")
        return self.child

    def _see_through(self, order: dict[str, str]) -> None:
        while True:
            child = self._living()
            child.tell(order)
            if self.disturbed and self.random.random() < 0.45:
                # Long enough to fall anywhere between the decision and the observation that it stands.
                time.sleep(self.random.choice((0.0, 0.002, 0.01, 0.05, 0.2, 0.6)) * self.random.random())
                self._kill()
                if self.with_restart and not self.restarts and self.random.random() < 0.5:
                    self.lab.restart()
                    self.restarts += 1
                continue
            if child.answer("done", PATIENCE_S, id=order["id"]) is None:
                raise AssertionError(f"no answer to {order}: {child.moaned[-3:]}")
            return

    def _kill(self) -> None:
        assert self.child is not None
        self.child.kill()
        self.child = None
        self.kills += 1

    def _await_quiet(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        quiet_since: float | None = None
        left: list[str] = ["?"]
        while time.monotonic() < deadline:
            child = self._living()
            child.tell({"do": "quiet?"})
            words = child.answer("quiet", 10.0)
            left = ["no answer"] if words is None else words["left"]
            now = time.monotonic()
            quiet_since = None if left else quiet_since or now
            # A lever that stands is looked at again a moment later: the last look may have been an old one.
            if quiet_since is not None and now - quiet_since > 1.5:
                return
            time.sleep(0.1)
        raise AssertionError(f"never quiet: {left}")

    def _check(self, listener: Ami) -> None:
        paused = {
            (member["Queue"], member["Location"]): member["PausedReason"]
            for member in self.lab.control.listing("QueueStatus")
            if member["Event"] == "QueueMember" and member["Paused"] == "1"
        }
        assert paused == PAUSED, f"paused: {paused}"
        assert self.lab.astdb_show("ivr") == {"ivr/shortcut": FOUND}, self.lab.astdb_show("ivr")
        store = look_into(self.data / "floor-crash" / "desk.db")
        try:
            assert store.verify() is None
            for number in range(len(COURSE)):
                assert store.committed(f"c{number}"), f"decision c{number} is lost"
            book = store.book()
            for name, states in STATES.items():
                found = book.get(Break, name)
                assert found is not None, f"break {name} is lost"
                assert found.state in states, f"break {name} is {found.state}"
            messages = list(book.every(Message).values())
            for name, count in MESSAGES.items():
                assert sum(message.name == name for message in messages) == count, name
            assert all(message.sent_at is not None for message in messages)
            if not self.restarts:
                self._heard(listener, {message.id for message in messages})
        finally:
            store.close()

    def _heard(self, listener: Ami, told: set[str]) -> None:
        try:
            listener.poll(0.2)
        except AmiError:
            return
        heard = {event.get("Id", "") for event in listener.of("UserEvent")}
        assert told <= heard, f"never told: {told - heard}"


def course(runs: int, seed: int, *, say: bool = True) -> tuple[int, int, list[str]]:
    """Return kills, restarts of Asterisk, and what went wrong, over so many runs and one undisturbed one."""
    kills = restarts = 0
    wrong: list[str] = []
    with AsteriskLab.start() as lab:
        for number in range(runs + 1):
            run = Run(lab, seed + number, disturbed=number > 0)
            try:
                run.go()
            except AssertionError as error:
                wrong.append(f"run {number} (seed {seed + number}): {error}")
                if say:
                    print(wrong[-1], flush=True)
            kills += run.kills
            restarts += run.restarts
            if say and number and number % 10 == 0:
                print(f"{number} runs, {kills} kills, {restarts} restarts, {len(wrong)} wrong", flush=True)
    return kills, restarts, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    reason = why_not()
    if reason:
        print(reason)
        return 2
    begin = time.monotonic()
    kills, restarts, wrong = course(arguments.runs, arguments.seed)
    print(
        f"{arguments.runs} runs: {kills} kills, {restarts} restarts of Asterisk, {len(wrong)} ended otherwise"
        f" than undisturbed; {time.monotonic() - begin:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
