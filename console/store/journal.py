"""The journal's chain: every line's hash covers all its other fields and the hash of the line before."""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from console.core.floor.model import Instant
from console.core.kept import Command, Entry, JournalLine
from console.core.words import Said, say

BEGINNING = "0" * 64

_json = msgspec.json.Encoder(order="sorted")


class Head(msgspec.Struct, frozen=True):
    """Where the chain ends: the newest sequence and its hash; kept apart, so that a cut tail is found."""

    seq: int = 0
    hash: str = BEGINNING


def hash_of(line: JournalLine) -> str:
    """Return the SHA-256 over every field of `line` but its hash, as canonical JSON."""
    fields = msgspec.structs.asdict(line)
    del fields["hash"]
    return hashlib.sha256(_json.encode(fields)).hexdigest()


def chained(entries: Iterable[Entry], command: Command, at: Instant, commit: int, head: Head) -> Iterator[JournalLine]:
    """Yield the lines of one commit, chained on to `head`."""
    for entry in entries:
        line = JournalLine(
            seq=head.seq + 1,
            commit=commit,
            at=float(at),
            who=command.by.id,
            name=command.by.name,
            role=command.by.role,
            desk=command.by.desk,
            command=type(command).__name__,
            what=entry.what,
            subject=entry.subject,
            text=entry.said.text,
            values=_json.encode(entry.said.values).decode(),
            why=command.why,
            data=_json.encode(entry.data).decode(),
            previous=head.hash,
            hash="",
        )
        line = msgspec.structs.replace(line, hash=hash_of(line))
        head = Head(line.seq, line.hash)
        yield line


def first_fault(lines: Iterable[JournalLine], head: Head) -> Said | None:
    """Return the first altered, missing or cut entry in words, or None where the chain holds up to `head`."""
    before = Head()
    for line in lines:
        if line.seq != before.seq + 1:
            return say("Journal entry {seq} is missing.", seq=before.seq + 1)
        if hash_of(line) != line.hash:
            return say("Journal entry {seq} was altered.", seq=line.seq)
        if line.previous != before.hash:
            # It holds in itself, so whoever changed the one before hashed that one anew.
            return say("Journal entry {seq} was altered.", seq=max(before.seq, 1))
        before = Head(line.seq, line.hash)
    if before.seq < head.seq:
        return say(
            "The journal was cut after entry {seq}: {known} entries were written.", seq=before.seq, known=head.seq
        )
    if before != head:
        return say("Journal entry {seq} was altered.", seq=before.seq)
    return None
