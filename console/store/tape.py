"""The tape: every batch the floor folded, so that the board can be taken back to any moment of the kept days.

Kept as append-only segment files of an hour each in the data folder, not as rows in the history database. Why: a day is
tens of megabytes written once in order and read by hops; in a database those pages would be written twice (log and
file), would widen every checkpoint the contacts wait for, would leave holes instead of room when a day is forgotten,
and one flipped bit among them could cost the contacts. A segment is forgotten by deleting a file, harmed alone, and
copied by copying. It stays on the machine that records; a shared database holds the history only.

A segment is the line `SEGMENT_MARK`, then blocks. A block is a header (`_HEADER`: mark, kind, first and last instant,
number of events, lengths, check sums of payload and header) and a zstandard payload: msgpack of `list[Batch]`, or of a
keyframe. A block stands alone, so damage costs that block and what follows until the next keyframe, nothing else: a
header that does not add up is skipped by searching the next one that does, a torn last block is ignored, both are
counted and said. A block written while the process is killed is torn, never wrong.
"""

import contextlib
import functools
import os
import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard

from console.core.errors import FloordeskError
from console.core.floor.events import Batch
from console.core.floor.model import Instant, Seconds
from console.core.floor.tape import GAP_S, Block, BlockKind, Damage, Span
from console.store.files import private_folder, trouble

SEGMENT_MARK = b"Floordesk tape 1\n"
SEGMENT_S: Seconds = 3600.0
SUFFIX = ".tape"
_BLOCK_MARK = b"\xf1FDt"
_HEADER = struct.Struct("<4sBxxxddIIII")
_CHECK = struct.Struct("<I")
_HEADER_BYTES = _HEADER.size + _CHECK.size
_LARGEST = 256 << 20
_SEARCH_BYTES = 1 << 20
_LEVEL = 3
_KINDS = frozenset(int(kind) for kind in BlockKind)


class DamagedBlock(FloordeskError):  # noqa: N818  said to a person
    """A block's bytes are not those that were written."""


class TapeWriter:
    """Appends blocks; for one thread. Raises NoRoom, NotWritable or another FloordeskError when the disk says no.

    After an error the half-written block is cut off again and the segment closed: the next write begins a new one, so
    a disk with room again is enough to go on.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = private_folder(folder)
        self.written = 0
        self._handle = -1
        self._path = folder
        self._end = 0
        self._hour = 0
        self._press = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False, write_content_size=True)
        self._encoder = msgspec.msgpack.Encoder()

    def ends_before(self, at: Instant) -> bool:
        """Return whether a block at `at` begins a new segment, which must begin with a keyframe."""
        return self._handle < 0 or at // SEGMENT_S != self._hour

    def batches(self, batches: Sequence[Batch], first: Instant, last: Instant) -> None:
        """Append one block of batches received in [first, last]; none at all says only that somebody listened."""
        events = sum(len(batch.events) for batch in batches)
        self._append(BlockKind.BATCHES, self._encoder.encode(batches), first, last, events)

    def keyframe(self, payload: bytes, at: Instant, *, joins: bool) -> None:
        """Append the whole state as it stands at `at`; `joins` when the tape runs on unbroken through it."""
        self._append(BlockKind.KEYFRAME if joins else BlockKind.START, payload, at, at, 0)

    def forget(self, before: Instant) -> bool:
        """Delete the oldest segment if it lies wholly before `before`; return whether it did (call again)."""
        for path in segment_paths(self.folder)[:1]:
            if _began(path) + 2 * SEGMENT_S < before:
                with contextlib.suppress(OSError):
                    path.unlink()
                    return True
        return False

    def sync(self) -> None:
        """Ask the disk to keep what was written, against a power cut."""
        if self._handle >= 0:
            try:
                os.fsync(self._handle)
            except OSError as error:
                self.close()
                raise trouble(error, self.folder) from error

    def close(self) -> None:
        """End the segment; the writer can go on with another."""
        if self._handle >= 0:
            handle, self._handle = self._handle, -1
            os.close(handle)

    def _append(self, kind: BlockKind, raw: bytes, first: Instant, last: Instant, events: int) -> None:
        payload = self._press.compress(raw)
        head = _HEADER.pack(_BLOCK_MARK, kind, first, last, events, len(raw), len(payload), zlib.crc32(payload))
        block = b"".join((head, _CHECK.pack(zlib.crc32(head)), payload))
        try:
            if self.ends_before(last):
                self._begin(last)
            self._write(block)
        except OSError as error:
            self._give_up()
            raise trouble(error, self.folder) from error

    def _begin(self, at: Instant) -> None:
        self.close()
        stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%S")
        for number in range(1000):
            self._path = self.folder / (f"{stamp}{SUFFIX}" if number == 0 else f"{stamp}-{number:03}{SUFFIX}")
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
                self._handle = os.open(self._path, flags, 0o600)
                break
            except FileExistsError:
                continue
        self._hour = int(at // SEGMENT_S)
        self._end = 0
        self._write(SEGMENT_MARK)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        self._end += len(data)
        self.written += len(data)

    def _give_up(self) -> None:
        """Cut a half-written block off (needs no room) and end the segment; an empty segment goes altogether."""
        if self._handle < 0:
            return
        with contextlib.suppress(OSError):  # the reader ignores a torn block anyway
            os.ftruncate(self._handle, self._end)
        self.close()
        if self._end <= len(SEGMENT_MARK):
            with contextlib.suppress(OSError):
                self._path.unlink()


class Segment:
    """One file of the tape, read by hops from header to header; `grow` takes in what was appended since."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.blocks: list[Block] = []
        self.spans: list[Span] = []
        self.damage: list[Damage] = []
        self._end = 0
        self._size = -1
        self.grow()

    def grow(self) -> bool:
        """Read the headers of new blocks; return whether there were any. Never raises for what it finds inside."""
        try:
            size = self.path.stat().st_size
        except OSError:
            size = 0
        if size == self._size:
            return False
        self._size = size
        before = len(self.blocks)
        self.damage = [each for each in self.damage if each.offset < self._end]
        try:
            with self.path.open("rb") as file:
                self._scan(file, size)
        except OSError:
            self._size = -1
        return len(self.blocks) > before

    def read(self, block: Block) -> bytes:
        """Return a block's payload; raise DamagedBlock where its bytes are not those written."""
        try:
            with self.path.open("rb") as file:
                file.seek(block.offset)
                stored = file.read(block.stored)
        except OSError as error:
            raise DamagedBlock("A piece of the tape cannot be read.") from error
        if len(stored) != block.stored or zlib.crc32(stored) != block.check:
            raise DamagedBlock("A piece of the tape is damaged.")
        try:
            return zstandard.ZstdDecompressor().decompress(stored, max_output_size=block.raw)
        except zstandard.ZstdError as error:
            raise DamagedBlock("A piece of the tape is damaged.") from error

    def _scan(self, file: BinaryIO, size: int) -> None:
        offset = self._end
        if offset == 0:
            if file.read(len(SEGMENT_MARK)) == SEGMENT_MARK:
                offset = len(SEGMENT_MARK)
            elif size < len(SEGMENT_MARK):
                return
        file.seek(offset)
        while offset < size:
            head = file.read(_HEADER_BYTES)
            block = _block(head, str(self.path), offset + _HEADER_BYTES)
            if block is None:
                found = _search(file, offset + 1, size)
                torn = found is None
                self.damage.append(Damage(path=str(self.path), offset=offset, size=(found or size) - offset, torn=torn))
                if found is None:
                    break
                offset = found
                file.seek(offset)
                continue
            if block.offset + block.stored > size:
                self.damage.append(Damage(path=str(self.path), offset=offset, size=size - offset, torn=True))
                break
            self.blocks.append(block)
            _extend(self.spans, Span(begin=block.first, end=block.last))
            offset = block.offset + block.stored
            self._end = offset
            file.seek(offset)


def _extend(spans: list[Span], span: Span) -> None:
    """Add a later span: to the last one, where no more than GAP_S lies between."""
    if spans and span.begin - spans[-1].end <= GAP_S:
        if span.end > spans[-1].end:
            spans[-1] = Span(begin=spans[-1].begin, end=span.end)
    else:
        spans.append(span)


def _block(head: bytes, path: str, offset: int) -> Block | None:
    if len(head) < _HEADER_BYTES or head[:4] != _BLOCK_MARK:
        return None
    if _CHECK.unpack_from(head, _HEADER.size)[0] != zlib.crc32(head[: _HEADER.size]):
        return None
    _, kind, first, last, events, raw, stored, check = _HEADER.unpack_from(head)
    if raw > _LARGEST or stored > _LARGEST or kind not in _KINDS:
        return None
    return Block(
        path=path,
        offset=offset,
        stored=stored,
        raw=raw,
        check=check,
        kind=BlockKind(kind),
        first=first,
        last=last,
        events=events,
    )


def _search(file: BinaryIO, offset: int, size: int) -> int | None:
    """Return where the next header that adds up begins, at `offset` or later; None when there is none."""
    window = b""
    base = offset
    while base < size:
        file.seek(base)
        window = file.read(_SEARCH_BYTES + _HEADER_BYTES)
        at = window.find(_BLOCK_MARK)
        while at >= 0:
            if _block(window[at : at + _HEADER_BYTES], "", 0) is not None:
                return base + at
            at = window.find(_BLOCK_MARK, at + 1)
        base += _SEARCH_BYTES
    return None


class TapeReader:
    """The kept segments of a folder, oldest first; for one thread. Segments are scanned when first asked about."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._segments: dict[str, Segment] = {}
        self._decoder = msgspec.msgpack.Decoder(list[Batch])

    def blocks(self, begin: Instant, end: Instant) -> list[Block]:
        """Return the blocks that touch [begin, end] in order, from the last keyframe at or before `begin` on.

        Where no keyframe is that old, from the oldest kept keyframe on.
        """
        found: list[Block] = []
        for path in reversed(self._paths(None, end)):
            blocks = self._segment(path).blocks
            upto = len(blocks)
            while upto and blocks[upto - 1].first > end:
                upto -= 1
            start = next((i for i in range(upto - 1, -1, -1) if _keyframe(blocks[i]) and blocks[i].first <= begin), -1)
            found = blocks[max(start, 0) : upto] + found
            if start >= 0:
                break
        first = next((i for i, block in enumerate(found) if _keyframe(block)), len(found))
        return found[first:]

    def spans(self, begin: Instant, end: Instant) -> tuple[Span, ...]:
        """Return the stretches of [begin, end] the tape covers, oldest first; a silence over GAP_S parts two."""
        spans: list[Span] = []
        for path in self._paths(begin, end):
            for span in self._segment(path).spans:
                _extend(spans, span)
        return tuple(
            Span(begin=max(span.begin, begin), end=min(span.end, end))
            for span in spans
            if span.end >= begin and span.begin <= end
        )

    def damage(self, begin: Instant, end: Instant) -> list[Damage]:
        """Return what could not be read in the segments that touch [begin, end]."""
        return [each for path in self._paths(begin, end) for each in self._segment(path).damage]

    def read(self, block: Block) -> bytes:
        """Return a block's payload; raise DamagedBlock where its bytes are not those written."""
        return self._segments[block.path].read(block)

    def batches(self, block: Block) -> list[Batch]:
        """Return a block's batches; raise DamagedBlock where they cannot be read."""
        try:
            return self._decoder.decode(self.read(block))
        except msgspec.MsgspecError as error:
            raise DamagedBlock("A piece of the tape is damaged.") from error

    def _paths(self, begin: Instant | None, end: Instant) -> list[Path]:
        """Return the segments that may touch [begin, end], oldest first; no `begin`: from the oldest on."""
        paths = segment_paths(self.folder)
        for gone in self._segments.keys() - {str(path) for path in paths}:
            del self._segments[gone]
        return [
            path
            for path in paths
            if _began(path) - SEGMENT_S <= end and (begin is None or _began(path) + 2 * SEGMENT_S >= begin)
        ]

    def _segment(self, path: Path) -> Segment:
        segment = self._segments.get(str(path))
        if segment is None:
            segment = self._segments[str(path)] = Segment(path)
        else:
            segment.grow()
        return segment


def segment_paths(folder: Path) -> list[Path]:
    """Return the segments of a tape folder, oldest first; a folder that is not there has none."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix == SUFFIX and _began(path) >= 0]
    except OSError:
        return []
    return sorted(paths, key=lambda path: path.stem)


def _began(path: Path) -> Instant:
    """Return when a segment began, by its name; -1 where the name is not ours."""
    return _instant(path.stem.partition("-")[0])


@functools.lru_cache(maxsize=4096)
def _instant(stamp: str) -> Instant:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return -1.0


def _keyframe(block: Block) -> bool:
    return block.kind is not BlockKind.BATCHES
