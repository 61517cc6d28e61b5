"""A recorded stream on disk: `X.ami`, plain or packed (gzip, xz), and beside it `X.idx`, its pace."""

import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from console.core.errors import BadInput
from console.core.floor.model import Instant, Seconds
from console.core.words import Said, say

PIECE = 65_536
SUFFIXES = ("", ".gz", ".xz")

Note = Callable[[Said], None]


class _Gzip:
    """zlib's unpacker in the shape of lzma's: what did not fit is kept inside."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def pieces(path: Path, note: Note) -> Iterator[bytes]:
    """Yield a file's bytes in pieces, unpacked by what it begins with; a packed file cut short is noted.

    Raises BadInput where it cannot be read at all.
    """
    try:
        with path.open("rb") as file:
            start = file.read(PIECE)
            if start.startswith(b"\x1f\x8b"):
                yield from _unpacked(path, start, file.read, _Gzip, note)
            elif start.startswith(b"\xfd7zXZ\x00"):
                yield from _unpacked(path, start, file.read, lzma.LZMADecompressor, note)
            else:
                while start:
                    yield start
                    start = file.read(PIECE)
    except OSError as error:
        raise BadInput(say("{path} cannot be read: {why}.", path=str(path), why=error.strerror or str(error))) from None


def _unpacked(
    path: Path,
    data: bytes,
    read: Callable[[int], bytes],
    fresh: Callable[[], _Gzip | lzma.LZMADecompressor],
    note: Note,
) -> Iterator[bytes]:
    unpacker = fresh()
    try:
        while True:
            piece = unpacker.decompress(data, PIECE)
            data = b""
            if piece:
                yield piece
            if unpacker.eof:
                # One packed file may be several put together; zeros at the end are padding.
                data = (unpacker.unused_data or read(PIECE)).lstrip(b"\0")
                if not data:
                    return
                unpacker = fresh()
            elif unpacker.needs_input:
                data = read(PIECE)
                if not data:
                    note(say("{path} is cut short; what can be unpacked is used.", path=str(path)))
                    return
    except (zlib.error, lzma.LZMAError):
        note(say("{path} is damaged; what can be unpacked before that is used.", path=str(path)))


def index_of(path: Path) -> Path | None:
    """Return the file with the pace of a recorded stream, None where there is none."""
    stem = re.sub(r"(\.ami)?(\.gz|\.xz)?$", "", path.name)
    beside = (path.with_name(f"{stem}.idx{suffix}") for suffix in SUFFIXES)
    return next((file for file in beside if file.is_file()), None)


class Pace:
    """When each byte came: seconds since connect, and how many bytes had come by then, both never falling.

    `connected_at` is the instant of the connect where the file tells it in a comment, else None.
    """

    def __init__(self) -> None:
        self.connected_at: Instant | None = None
        self.reads: list[tuple[Seconds, int]] = []


_CONNECTED = re.compile(r"#\s*connected at\s+([0-9.]+)")


def read_pace(path: Path, note: Note) -> Pace:
    """Read an index, leaving out lines that are no index lines or go back, which is noted once."""
    pace = Pace()
    text = b"".join(pieces(path, note)).decode("utf-8", "replace")
    bad = 0
    time, size = 0.0, 0
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            found = _CONNECTED.match(line)
            if found:
                pace.connected_at = _number(found[1])
            continue
        words = line.split()
        at, so_far = (_number(words[0]), _number(words[1])) if len(words) == 2 else (None, None)
        if at is None or so_far is None or at < time or so_far < size:
            bad += 1
            continue
        time, size = at, int(so_far)
        pace.reads.append((time, size))
    if bad:
        note(say("{count} lines of {path} are no pace and are left out.", count=bad, path=str(path)))
    return pace


def _number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return number if 0.0 <= number < 1e15 else None


def pace_of(path: Path, note: Note) -> Pace:
    """Return the pace of a recorded stream, an empty one where no index lies beside it."""
    index = index_of(path)
    return Pace() if index is None else read_pace(index, note)


def connected_at(path: Path) -> Instant | None:
    """Return the instant at which a recorded stream connected, from the head of its index alone."""
    index = index_of(path)
    if index is None:
        return None
    try:
        head = next(pieces(index, lambda _said: None), b"")
    except BadInput:
        return None
    lines = head[:1024].decode("utf-8", "replace").splitlines()
    found = next((found for found in map(_CONNECTED.match, lines) if found), None)
    return None if found is None else _number(found[1])


def reads(path: Path, pace: Pace, note: Note) -> Iterator[tuple[Seconds | None, bytes]]:
    """Yield what each read of the recording brought: seconds since connect (None without a pace) and bytes.

    Bytes beyond the index come at its last moment.
    """
    source = pieces(path, note)
    buffer, begin = bytearray(), 0
    for at, so_far in pace.reads:
        while begin + len(buffer) < so_far:
            piece = next(source, b"")
            if not piece:
                break
            buffer += piece
        chunk = bytes(buffer[: so_far - begin])
        del buffer[: so_far - begin]
        begin += len(chunk)
        if chunk:
            yield at, chunk
    last = pace.reads[-1][0] if pace.reads else None
    if buffer:
        yield last, bytes(buffer)
    beyond = bool(buffer)
    for piece in source:
        beyond = True
        yield last, piece
    if beyond and pace.reads:
        note(say("The index of {path} ends before the stream does.", path=str(path)))
