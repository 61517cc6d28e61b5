"""A long run: `python -m tests.asterisk.soak --duration 600` holds the console's floor against a real Asterisk.

Traffic runs against a server of its own while the live feed folds. Every few seconds QueueStatus of a second
connection is compared with the floor: a difference that outlives three looks is an error, and so is any at the end.
A third connection counts the same events independently; reconciliation must find no drift. Exit 1 on any difference.
"""

import argparse
import json
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from console.core.floor.events import Batch
from console.core.floor.fold import Floor
from console.core.floor.fold_snapshot import Snapshot
from console.core.floor.model import LinkStatus, Seconds
from console.core.floor.policy import FloorPolicy
from console.feeds.asterisk.pace import Pace
from tests.asterisk import drive
from tests.asterisk.ami import Ami, Message
from tests.asterisk.lab import AsteriskLab, why_not
from tests.asterisk.truth import compare, truth_of
from tests.feeds.live_feed import Running, profile_of

USER = "floordesk-feed"
LOOK_EVERY: Seconds = 2.0
LOOKS = 3
"""In how many looks in a row a difference must stand to be one: a look takes time, and the floor moves."""
COUNTED = {
    "QueueCallerJoin": "entered",
    "AgentConnect": "answered",
    "QueueCallerAbandon": "abandoned",
    "AgentComplete": "completed",
    "AgentRingNoAnswer": "ring_no_answer",
}


class Folding(Running):
    """The live feed, folded as it comes; keeps the floor and the links, not the events."""

    def __init__(self, lab: AsteriskLab, reconcile_every: Seconds) -> None:
        super().__init__(
            profile_of(lab.ami_port, user=USER), secret=lab.secret(USER), pace=Pace(), reconcile_every=reconcile_every
        )
        self.floor = Floor(FloorPolicy())
        self.taken = Counter[str]()
        self.longest_fold: Seconds = 0.0

    def _take(self, batch: Batch) -> None:
        with self.news:
            began = time.perf_counter()
            self.floor.fold(batch)
            self.longest_fold = max(self.longest_fold, time.perf_counter() - began)
            self.taken.update(type(event).__name__ for event in batch.events)
            self.news.notify_all()

    def differences(self, observer: Ami) -> list[str]:
        """Compare with what the server says now."""
        truth = truth_of(observer)
        observer.forget()
        with self.news:
            return compare(self.floor, truth)


@contextmanager
def drift_named(drifted: list[str]) -> Iterator[None]:
    """Collect what reconciliation repaired, by name; the floor itself only counts it."""
    count = Snapshot.drift

    def naming(self: Snapshot, at: float | None) -> int:
        before = dict(self.suspects)
        found = count(self, at)
        drifted.extend(" ".join(one) for one in before if found and one not in self.suspects)
        return found

    with patch.object(Snapshot, "drift", naming):
        yield


class Counting:
    """Counts the events of the floor by itself, by queue, with another parser."""

    def __init__(self, ami: Ami) -> None:
        self.ami = ami
        self.seen: Counter[tuple[str, str]] = Counter()
        self.over = threading.Event()
        ami.on_event = self._count
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _count(self, message: Message) -> None:
        figure = COUNTED.get(message.get("Event", ""))
        if figure:
            self.seen[message["Queue"], figure] += 1

    def _listen(self) -> None:
        while not self.over.is_set() and not self.ami.closed:
            self.ami.poll(0.1)

    def end(self) -> None:
        """Stop listening."""
        self.over.set()
        self.thread.join(10)


@contextmanager
def traffic(lab: AsteriskLab, plan: drive.Plan) -> Iterator[tuple[drive.Traffic, threading.Thread]]:
    """Offer a plan in a thread of its own."""
    offering = drive.Traffic(lab, plan)
    thread = threading.Thread(target=offering.run, daemon=True)
    thread.start()
    try:
        yield offering, thread
    finally:
        offering.over = True
        thread.join(plan.drain + 30)


def soak(lab: AsteriskLab, plan: drive.Plan, reconcile_every: Seconds) -> dict[str, object]:
    """Run a plan to its end; return the figures, `errors` empty when all is true."""
    errors: list[str] = []
    rss: list[int] = []
    looks = passing = 0
    standing: Counter[str] = Counter()
    drifted: list[str] = []
    with (
        drift_named(drifted),
        lab.connect(USER) as counter_ami,
        lab.connect(events="off") as observer,
        Folding(lab, reconcile_every) as feed,
    ):
        counting = Counting(counter_ami)
        feed.until(lambda: feed.floor.link.status is LinkStatus.LIVE, "live", within=20)
        began = time.monotonic()
        with traffic(lab, plan) as (offering, thread):
            while thread.is_alive():
                thread.join(LOOK_EVERY)
                looks += 1
                found = set(feed.differences(observer))
                passing += len(found)
                standing = Counter({line: standing[line] + 1 for line in found})
                errors += [f"{time.monotonic() - began:.0f} s: {line}" for line, n in standing.items() if n == LOOKS]
                rss.append(_resident())
        deadline = time.monotonic() + 10
        while (left := feed.differences(observer)) and time.monotonic() < deadline:
            time.sleep(0.2)
        errors += [f"at the end: {line}" for line in left]
        ended = time.monotonic() - began
        counting.end()
        errors += _miscounted(feed.floor, counting.seen)
        link = feed.floor.link
        if link.drift_repaired:
            errors.append(f"reconciliation repaired what events should have told: {drifted}")
        if [status for status, _ in feed.links].count(LinkStatus.LIVE) > 1 or link.status is not LinkStatus.LIVE:
            errors.append(f"the link did not hold: {feed.links}")
        return {
            "seconds": round(ended, 1),
            "offered": offering.counts,
            "events": feed.taken.total(),
            "by kind": dict(feed.taken.most_common()),
            "looks": looks,
            "passing differences": passing,
            "figures": {
                figure: sum(n for (_, one), n in counting.seen.items() if one == figure) for figure in COUNTED.values()
            },
            "longest fold ms": round(feed.longest_fold * 1000, 1),
            "resident MB": [round(rss[at] / 2**20, 1) for at in (0, len(rss) // 4, len(rss) // 2, -1)],
            "cpu seconds": round(resource.getrusage(resource.RUSAGE_SELF).ru_utime, 1),
            "errors": errors,
        }


def _miscounted(floor: Floor, seen: Counter[tuple[str, str]]) -> list[str]:
    return [
        f"{name}: {figure} {getattr(queue, figure)}, counted {seen[name, figure]}"
        for name, queue in floor.queues.items()
        for figure in COUNTED.values()
        if getattr(queue, figure) != seen[name, figure]
    ]


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def main() -> int:
    """Soak for the time asked; 0 when the floor stayed true, 1 with the differences."""
    parser = argparse.ArgumentParser(prog="python -m tests.asterisk.soak", description=__doc__)
    parser.add_argument("--reconcile", type=float, default=60.0, help="seconds between reconciliations")
    drive.add_arguments(parser)
    arguments = parser.parse_args()
    if reason := why_not():
        print(f"cannot run: {reason}", file=sys.stderr)
        return 1
    with AsteriskLab.start() as lab:
        result = soak(lab, drive.plan_of(arguments), arguments.reconcile)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 1 if result["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
