"""Recording and going back: `python -m tests.bench.tape`.

Two floors are recorded as the floor's thread records them, the recorder flushed after every second of their time: the
demo's day (about 100 agents, six hours), and a storm (5,000 agents, 300 queues, 2,000 events a second). Then moments
drawn at random are sought, each from wherever the one before has led, as a slider dragged about would; a second figure
drags on steadily. What recording costs the floor's thread is its processor time over the same storm with a recorder
and without, taken in turn.
"""

import gc
import random
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from console.core.floor.events import Batch
from console.core.floor.policy import FloorPolicy
from console.desk.past import Past
from console.desk.recorder import Recorder
from console.desk.stepping import Stepper
from console.feeds.demo.clockwork import HOUR, MINUTE
from console.feeds.demo.world import World
from console.store.tape import TapeReader, TapeWriter
from tests.bench.floor_storm import Storm, storm

BUDGET_MS = 150.0
SEEKS = 200
STORM_S = 60.0
NOON = 1_763_700_000.0
METHOD = (
    "200 random moments, fresh keyframe or onward as it falls, tape in the page cache, processor time of one thread"
)


class Steady:
    """A clock that follows the stream."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> float:
        return self.at

    def steady(self) -> float:
        return self.at


def demo_day() -> list[Batch]:
    """Six hours of the demo floor."""
    world = World(1, NOON, 7 * HOUR + 50 * MINUTE, language="zh_CN", self_serve=True)
    world.advance(NOON + 6 * 3600.0)
    return world.take()


def storm_minute() -> list[Batch]:
    """A minute of the storm."""
    return storm(seconds=STORM_S)


def record(batches: Iterable[Batch], policy: FloorPolicy, folder: Path) -> float:
    """Record a stream; return the floor's thread's seconds of processor time, without the recorder's own."""
    clock = Steady()
    recorder = Recorder(clock=clock, policy=policy, tape=TapeWriter(folder))
    stepper = Stepper(policy)
    spent, flushed = 0.0, 0.0
    for batch in batches:
        begin = time.thread_time()
        at = batch.at or 0.0
        if recorder.wants_keyframe(at):
            recorder.keyframe(stepper.floor.at or at, stepper.keyframe(stepper.floor.at))
        recorder.took(batch, stepper.take(batch))
        spent += time.thread_time() - begin
        clock.at = at
        if at - flushed >= 1.0:
            flushed = at
            recorder.flush()
    recorder.flush(last=True)
    return spent


def unrecorded(batches: Iterable[Batch], policy: FloorPolicy) -> float:
    """Return the same without a recorder."""
    stepper = Stepper(policy)
    begin = time.thread_time()
    for batch in batches:
        stepper.take(batch)
    return time.thread_time() - begin


def sought(folder: Path, begin: float, end: float, *, steadily: bool) -> list[float]:
    """Return milliseconds each seek took, smallest first."""
    past, dice = Past(TapeReader(folder)), random.Random(5)
    moments = [dice.uniform(begin, end) for _ in range(SEEKS)]
    took = []
    for moment in sorted(moments) if steadily else moments:
        start = time.thread_time()
        view = past.seek(moment)
        took.append((time.thread_time() - start) * 1000)
        assert view is not None
    return sorted(took)


def run() -> list[tuple[str, str, str]]:
    """Return (budget, figure, method) of the budgets this bench shows."""
    rows: list[tuple[str, str, str]] = []
    for name, batches, policy in (
        ("demo's day, 100 agents", demo_day(), FloorPolicy()),
        ("storm, 5,000 agents, 2,000 events/s", storm_minute(), Storm().policy()),
    ):
        events = sum(len(batch.events) for batch in batches)
        begin, end = batches[0].at or 0.0, batches[-1].at or 0.0
        with tempfile.TemporaryDirectory() as folder:
            record(batches, policy, Path(folder))
            batches.clear()
            gc.collect()
            size = sum(path.stat().st_size for path in Path(folder).iterdir())
            took = sought(Path(folder), begin, end, steadily=False)
            on = sought(Path(folder), begin, end, steadily=True)
        p99 = took[int(SEEKS * 0.99)]
        rows.append(
            (
                f"tape seek <= 150 ms ({name})",
                f"p99 {p99:.0f} ms = {p99 / BUDGET_MS:.2f} of the budget; median {statistics.median(took):.0f}, "  # noqa: ISC004  one sentence
                f"dragged on {on[int(SEEKS * 0.99)]:.0f}; {size / events:.0f} bytes an event",
                METHOD,
            )
        )
    batches, policy = storm_minute(), Storm().policy()
    with_it, without = [], []
    for _ in range(3):
        without.append(unrecorded(batches, policy))
        with tempfile.TemporaryDirectory() as folder:
            with_it.append(record(batches, policy, Path(folder)))
    bare, recorded = (statistics.median(times) / STORM_S * 100 for times in (without, with_it))
    rows.append(
        (
            "recording a storm of 2,000 events/s does not slow the floor noticeably",
            f"{recorded:.1f} % of a core for folding, {bare:.1f} % without recording",
            "thread time of folding, noting and handing over, middle of 3 rounds in turn",
        )
    )
    return rows


if __name__ == "__main__":
    for budget, figure, _method in run():
        print(f"{budget}: {figure}")
