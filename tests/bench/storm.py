"""The fast road against its yardsticks in one run: `python -m tests.bench.storm [TAPE]`.

The bytes of a taped storm, as an unfiltered manager user sees it, in reads of 32 KiB from memory, four ways:
cut at blank lines and nothing else; panoramisk's protocol parsing every message into its dict, dispatching to nobody;
ours to the floor, batch by batch; ours to floor and measures as in a storm: the floor drains every 40 ms what the feed
brought, 24 reads at the 20 MB/s a server can send, and takes figures 25 times a second of the wall clock. The middle of
nine rounds each, taken in turn, in processor time of one thread.
"""

import logging
import lzma
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from panoramisk.ami_protocol import AMIProtocol

from console.core.floor.events import Batch
from console.core.floor.fold import Floor
from console.core.floor.measures import Measures
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.feeds.asterisk.parse import END, READ, Frames
from console.feeds.asterisk.translate import translate

TAPE = Path(__file__).parents[1] / "fixtures" / "ami" / "storm_raw.ami.xz"
ROUNDS = 9
DRAIN = 24
FRAME_S = 0.04
METHOD = (
    "storm_raw tape from memory in 32 KiB reads, middle of 9 rounds taken in turn, processor time of one thread; "
    "drained every 24 reads, figures 25 times a second"
)
BEGIN = 1_780_000_000.0


class Nobody:
    """Panoramisk's manager, for a protocol that only parses."""

    save_stream = None

    def dispatch(self, message: object) -> None:
        """Take a parsed message and leave it."""


def split_only(chunks: list[bytes]) -> int:
    """Cut at blank lines, carry the tail over, count."""
    tail, messages = b"", 0
    for chunk in chunks:
        frames = (tail + chunk).split(END)
        tail = frames.pop()
        messages += len(frames)
    return messages


def panoramisk(chunks: list[bytes]) -> int:
    """Let panoramisk parse every message."""
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory = Nobody()
    protocol.encoding = "utf8"
    for chunk in chunks:
        protocol.data_received(chunk)
    return 0


def to_floor(chunks: list[bytes]) -> int:
    """Our road as far as the floor."""
    frames, floor = Frames(), Floor(FloorPolicy())
    for number, chunk in enumerate(chunks):
        floor.fold(Batch(at=BEGIN + number * 0.01, events=translate(frames.feed(chunk))))
    return frames.messages


def to_measures(chunks: list[bytes]) -> int:
    """Our road to floor and measures, drained and shown as the floor's thread does in a storm."""
    frames, floor, measures = Frames(), Floor(FloorPolicy()), Measures(FloorPolicy())
    queue: list[Batch] = []
    shown = time.monotonic()
    for number, chunk in enumerate(chunks, 1):
        at = BEGIN + number * 0.01
        queue.append(Batch(at=at, events=translate(frames.feed(chunk))))
        if len(queue) < DRAIN and number < len(chunks):
            continue
        for batch in queue:
            measures.note(floor.fold(batch))
        queue.clear()
        if time.monotonic() - shown >= FRAME_S:
            shown = time.monotonic()
            seen = floor.contents()
            measures.see(
                FloorView(
                    at=at,
                    link=seen.link,
                    queues=seen.queues,
                    callers=seen.callers,
                    members=seen.members,
                    agents=seen.agents,
                )
            )
            measures.figures()
    return frames.messages


WAYS: tuple[Callable[[list[bytes]], int], ...] = (split_only, panoramisk, to_floor, to_measures)


def measure(data: bytes) -> dict[str, float]:
    """Return seconds of processor time each way took, the middle of its rounds."""
    chunks = [data[begin : begin + READ] for begin in range(0, len(data), READ)]
    took: dict[str, list[float]] = {way.__name__: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way in WAYS:
            begin = time.process_time()
            way(chunks)
            took[way.__name__].append(time.process_time() - begin)
    return {name: statistics.median(times) for name, times in took.items()}


def load(tape: Path) -> bytes:
    """Return a tape's bytes."""
    data = tape.read_bytes()
    return lzma.decompress(data) if tape.suffix == ".xz" else data


def run(tape: Path = TAPE) -> list[tuple[str, str, str]]:
    """Return (budget, figure, method) of the budgets this bench shows."""
    logging.getLogger("panoramisk").setLevel(logging.WARNING)
    logging.getLogger(AMIProtocol.__module__).setLevel(logging.WARNING)
    data = load(tape)
    messages = split_only([data])
    took = measure(data)
    ours, floor = took["to_measures"], took["to_floor"]
    return [
        (
            "bytes -> floor + measures >= 5x panoramisk only parsing",
            f"{took['panoramisk'] / ours:.1f}x ({messages / ours / 1000:.0f} thousand messages a second)",
            METHOD,
        ),
        (
            "bytes -> floor + measures >= 1/3 of frame-split-only",
            f"{took['split_only'] / ours:.2f} (to the floor alone {took['split_only'] / floor:.2f})",
            METHOD,
        ),
    ]


if __name__ == "__main__":
    for budget, figure, _method in run(*map(Path, sys.argv[1:2])):
        print(f"{budget}: {figure}")
