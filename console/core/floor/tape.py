"""What the recorder writes and the player reads: blocks of the tape and the spans of time they cover."""

from enum import IntEnum

from console.core.floor.model import Instant, Record, Seconds

GAP_S: Seconds = 15.0
"""A longer silence between two blocks is a time in which nobody recorded; a recorder writes at least every 10 s."""


class BlockKind(IntEnum):
    """What a block holds; START is a keyframe which the tape before it does not join (begin, loss, edited policy)."""

    BATCHES = 1
    KEYFRAME = 2
    START = 3


class Block(Record, frozen=True, kw_only=True):
    """Where a block lies: its segment, the payload's offset, lengths and check sum, and the time it covers."""

    path: str
    offset: int
    stored: int
    raw: int
    check: int
    kind: BlockKind
    first: Instant
    last: Instant
    events: int


class Span(Record, frozen=True, kw_only=True):
    """A stretch of time [begin, end]."""

    begin: Instant
    end: Instant


class Damage(Record, frozen=True, kw_only=True):
    """What could not be read in a segment: bytes skipped at `offset`; `torn` is an unfinished last block."""

    path: str
    offset: int
    size: int
    torn: bool = False


def gaps_between(spans: tuple[Span, ...], begin: Instant, end: Instant) -> tuple[Span, ...]:
    """Return the stretches of [begin, end] that no span covers, oldest first; `spans` sorted by begin."""
    found: list[Span] = []
    reached = begin
    for span in spans:
        if span.end <= reached:
            continue
        if span.begin >= end:
            break
        if span.begin > reached:
            found.append(Span(begin=reached, end=span.begin))
        reached = span.end
    if reached < end:
        found.append(Span(begin=reached, end=end))
    return tuple(found)
