"""SIGKILL at random points: `python -m tests.asterisk.crash --runs 300` prints what became of every run.

A console without a window carries out a course of decisions against a real Asterisk: breaks, lending, meal rounds,
emergency plans. It is killed between decision, commit, lever and observation; Asterisk is restarted, the connection
cut or dead, the store locked by another writer. Whatever happens, each run must end as an undisturbed one, key by key.
"""

import argparse
import contextlib
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from console.core.kept import Message
from console.core.levers import Lever, LeverState
from console.store.opening import look_into
from tests.asterisk.crash_child import FUSES
from tests.asterisk.crash_courses import COURSES, Course, Order
from tests.asterisk.crash_ending import Ending, differences, ending_of, keys_of, members_of
from tests.asterisk.crash_life import Dead, Ears, Life
from tests.asterisk.lab import SEATS, AsteriskLab, why_not
from tests.asterisk.wire import Wire

PATIENCE_S = 150.0
REFUSALS_S = 45.0
"""How long a person whom a disturbed console refused tries again."""
QUIET_S = 1.2

Weather = tuple[tuple[str, float], ...]
WEATHER: Weather = (("kill", 0.22), ("cut", 0.03), ("dead", 0.012), ("lock", 0.04), ("restart", 0.02))
"""What may happen during one order, and how likely."""
MOST = {"kill": 7, "cut": 2, "dead": 1, "lock": 2, "restart": 1}


class Run:
    """One course, disturbed as its seed says; `counts` says how often by what."""

    def __init__(self, lab: AsteriskLab, wire: Wire, course: Course, seed: int, *, disturbed: bool) -> None:
        self.lab = lab
        self.wire = wire
        self.course = course
        self.random = random.Random(seed)
        self.disturbed = disturbed
        self.counts: Counter[str] = Counter()
        self.life: Life | None = None
        self.ahead = 0.0
        self.orders: list[Order] = []
        self.lockers: list[threading.Thread] = []

    def go(self) -> Ending:
        """Carry out the course; return its ending. AssertionError says what went wrong."""
        with tempfile.TemporaryDirectory(prefix="floordesk-crash-") as folder:
            self.data = Path(folder)
            self._prepare()
            keys, members = keys_of(self.lab), members_of(self.lab)
            with Ears(self.lab) as self.ears:
                try:
                    for number, order in enumerate(self.course.orders()):
                        self.orders.append({**order, "id": f"c{number}"})
                        self._see_through(self.orders[-1])
                    self._await_quiet()
                finally:
                    self._end()
                ending = ending_of(self.lab, self._file)
                self._check(ending, keys, members)
                self._heard_all()
            return ending

    @property
    def _file(self) -> Path:
        return self.data / "floor-crash" / "desk.db"

    def _prepare(self) -> None:
        self.lab.clear()
        for family, key, value in self.course.found:
            self.lab.control.must("DBPut", Family=family, Key=key, Val=value)
        for ext in self.course.signed_in:
            self.lab.control.must("QueueAdd", Queue="billing", Interface=SEATS[ext], MemberName="Dina Haddad")

    def _end(self) -> None:
        if self.life is not None:
            self.life.kill()
        for each in self.lockers:
            each.join()

    # ---- orders ------------------------------------------------------------------------------------------------------

    def _living(self) -> Life:
        while self.life is None:
            fuse = None
            if self.disturbed and self.counts["kill"] < MOST["kill"] and self.random.random() < 0.35:
                fuse = (self.random.choice(FUSES), self.random.randint(1, 14))
            life = Life(self.lab, self.wire.port, self.data, ahead=self.ahead, fuse=fuse)
            try:
                ready = life.answer("ready", PATIENCE_S)
            except Dead:
                self._died(life)
                continue
            if ready is None:
                life.kill()
                raise AssertionError(f"the console did not get ready: {life.moaned[-3:]}")
            self.life = life
        return self.life

    def _died(self, life: Life) -> None:
        life.kill()
        assert life.fuse is not None, f"the console died by itself: {life.moaned[-12:]}"
        self.counts["kill"] += 1
        self.life = None

    def _see_through(self, order: Order) -> None:
        if order["do"] == "leap":
            self.ahead += order["by"]
            order["ahead"] = self.ahead
        refused_since: float | None = None
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            life = self._living()
            try:
                life.tell(order)
                if self.disturbed and self._disturb():
                    continue
                words = self._answer(life, order, deadline)
            except Dead:
                self._died(life)
                continue
            if words["said"] == "done":
                return
            refused_since = refused_since or time.monotonic()
            if not self.disturbed or time.monotonic() - refused_since > REFUSALS_S:
                raise AssertionError(f"{order} was refused: {words['why']}")
            self.counts["refusal"] += 1
            time.sleep(0.3)
        raise AssertionError(f"never came: {order}; {self._left()}")

    def _answer(self, life: Life, order: Order, deadline: float) -> dict[str, Any]:
        """Return what the console answers; meanwhile the agent says again and again what they have to say."""
        says = order.get("says")
        while time.monotonic() < deadline:
            if says is not None:
                with contextlib.suppress(Exception):  # a server being restarted hears nobody
                    self.lab.control.action("UserEvent", **says)
            words = life.answer("done", 0.4 if says else deadline - time.monotonic(), id=order["id"])
            if words is not None:
                return words
        raise AssertionError(f"no answer to {order}: {self._left()} {life.moaned[-3:]}")

    def _left(self) -> list[str]:
        """Return levers and the last lines of the journal, for the report of a run that hangs."""
        store = look_into(self._file)
        try:
            levers = [str(each) for each in store.book().every(Lever).values() if each.state is not LeverState.DONE]
            return levers + [f"{line.what} {line.subject}" for line in store.journal(0, 100_000)[-8:]]
        finally:
            store.close()

    # ---- disturbances ------------------------------------------------------------------------------------------------

    def _disturb(self) -> bool:
        """Perhaps do one of the things that happen; return whether the order has to be given again."""
        names, shares = zip(*WEATHER, strict=True)
        (what,) = self.random.choices((*names, ""), (*shares, 1 - sum(shares)))
        if not what or self.counts[what] >= MOST[what] or (what == "restart" and not self.course.restarts):
            return False
        # Long enough to fall anywhere between the decision and the observation that it stands.
        time.sleep(self.random.choice((0.0, 0.005, 0.03, 0.15, 0.5, 1.2)) * self.random.random())
        self.counts[what] += 1
        if what == "kill":
            assert self.life is not None
            self.life.kill()
            self.life = None
            may_restart = self.course.restarts and self.counts["restart"] < MOST["restart"]
            if may_restart and self.random.random() < 0.04:
                self.counts["restart"] += 1
                self.lab.restart()
            return True
        match what:
            case "cut":
                self.wire.cut(self.random.choice((0.0, 0.3, 1.5)))
            case "dead":
                self.wire.deaden(self.random.choice((0.5, 2.0, 7.0)))
            case "lock":
                self._lock(self.random.choice((0.2, 1.0, 4.0)))
            case _:
                self.lab.restart()
        return False

    def _lock(self, seconds: float) -> None:
        """Let another writer hold the store for so long."""

        def hold() -> None:
            with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(self._file)) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.rollback()

        self.lockers.append(threading.Thread(target=hold, daemon=True))
        self.lockers[-1].start()

    # ---- the end -----------------------------------------------------------------------------------------------------

    def _await_quiet(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        quiet_since: float | None = None
        left: list[str] = ["?"]
        while time.monotonic() < deadline:
            life = self._living()
            try:
                life.tell({"do": "quiet?"})
                words = life.answer("quiet", 10.0)
            except Dead:
                self._died(life)
                continue
            left = ["no answer"] if words is None else words["left"]
            now = time.monotonic()
            quiet_since = None if left else quiet_since or now
            # A lever that stands is looked at again a moment later: the last look may have been an old one.
            if quiet_since is not None and now - quiet_since > QUIET_S:
                return
            time.sleep(0.1)
        raise AssertionError(f"never quiet: {left}")

    def _check(self, ending: Ending, keys: dict[str, str], members: dict[str, str]) -> None:
        """Hold the ending against what stood before: every key and every member back, but who is away or lent."""
        assert ending["keys"] == keys, f"keys: {ending['keys']}, not {keys}"
        wanted = {**members, **dict(self.course.changed(members))}
        assert ending["members"] == wanted, f"members: {differences(ending, {'members': wanted})}"
        assert not ending["unheard"], f"never told: {ending['unheard']}"

    def _heard_all(self) -> None:
        store = look_into(self._file)
        try:
            for order in self.orders:
                decided = order["do"] not in {"until", "leap"}
                assert not decided or store.committed(order["id"]), f"lost: {order}"
            told = {each.id: each.sent_at or 0.0 for each in store.book().every(Message).values()}
        finally:
            store.close()
        assert self.ears.have_heard(told, self.ahead), f"nobody heard {sorted(set(told) - self.ears.heard)}"


class Desk:
    """One worker: an Asterisk and a wire of its own, and the endings of the undisturbed runs."""

    def __init__(self, endings: "Endings", *, say: bool) -> None:
        self.endings = endings
        self.say = say

    def run(self, lab: AsteriskLab, wire: Wire, kind: str, seed: int) -> tuple[Counter[str], str]:
        """Return what disturbed one run, and what was wrong with it ("": nothing)."""
        course = COURSES[kind][seed % len(COURSES[kind])]
        wanted = self.endings.of(course, lab, wire)
        run = Run(lab, wire, course, seed, disturbed=True)
        wrong = ""
        try:
            found = run.go()
            wrong = "; ".join(differences(found, wanted))
        except AssertionError as error:
            wrong = str(error)
        if wrong:
            wrong = f"{course.name}, seed {seed}, {dict(run.counts)}: {wrong}"
            if self.say:
                print(wrong, flush=True)
            if not lab.running:
                lab.resume()
        return run.counts, wrong


class Endings:
    """How each course ends undisturbed: run once, by whoever needs it first."""

    def __init__(self) -> None:
        self._known: dict[str, Ending] = {}
        self._turns = {course.name: threading.Lock() for courses in COURSES.values() for course in courses}

    def of(self, course: Course, lab: AsteriskLab, wire: Wire) -> Ending:
        """Return the ending of an undisturbed run; AssertionError where even that fails."""
        with self._turns[course.name]:
            if course.name not in self._known:
                self._known[course.name] = Run(lab, wire, course, 0, disturbed=False).go()
            return self._known[course.name]


def courses(
    runs: int, seed: int, *, kinds: tuple[str, ...] = tuple(COURSES), jobs: int = 1, say: bool = True
) -> tuple[Counter[str], list[str]]:
    """Return what disturbed so many runs, in turn of each kind, and what went wrong in them; `jobs` at a time."""
    desk = Desk(Endings(), say=say)
    waiting = [(kinds[number % len(kinds)], seed + number // len(kinds)) for number in range(runs)]
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    turn = threading.Lock()

    def work(_number: int) -> None:
        with AsteriskLab.start() as lab, Wire(lab.ami_port) as wire:
            while True:
                with turn:
                    if not waiting:
                        return
                    kind, own = waiting.pop(0)
                found, fault = desk.run(lab, wire, kind, own)
                with turn:
                    counts.update(found)
                    counts["run"] += 1
                    if fault:
                        wrong.append(fault)
                    if say and counts["run"] % 10 == 0:
                        print(summary(counts, wrong), flush=True)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, range(jobs)))
    return counts, wrong


def summary(counts: Counter[str], wrong: list[str]) -> str:
    """Return the figures so far in one line."""
    return (
        f"{counts['run']} runs: {counts['kill']} kills, {counts['restart']} restarts of Asterisk,"
        f" {counts['cut'] + counts['dead']} cuts, {counts['lock']} locks, {counts['refusal']} refusals tried again,"
        f" {len(wrong)} ended otherwise than undisturbed"
    )


def main() -> int:
    """Run from the command line; status 1 where a run ended otherwise than undisturbed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--courses", default=",".join(COURSES))
    parser.add_argument("--jobs", type=int, default=3)
    arguments = parser.parse_args()
    kinds = tuple(arguments.courses.split(","))
    unknown = [kind for kind in kinds if kind not in COURSES]
    reason = f"no such course: {', '.join(unknown)}" if unknown else why_not()
    if reason:
        print(reason, file=sys.stderr)
        return 2
    begin = time.monotonic()
    counts, wrong = courses(arguments.runs, arguments.seed, kinds=kinds, jobs=arguments.jobs)
    print(f"{summary(counts, wrong)}; {time.monotonic() - begin:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
