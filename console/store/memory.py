"""The slow road's memory without a file: the demo's store, and the measure every other store is held against."""

import threading
from collections.abc import Mapping

import msgspec

from console.core.errors import Stale
from console.core.floor.model import Instant
from console.core.kept import Book, Command, JournalLine, K, Kept, Step
from console.core.ports import News
from console.core.words import Said, say
from console.store.journal import Head, chained, first_fault
from console.store.kinds import TABLES


class MemoryStore:
    """A Store in this process; safe to use from several threads, gone with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[type[Kept], dict[str, Kept]] = {kind: {} for kind in TABLES}
        self._written: dict[tuple[type[Kept], str], int] = {}
        self._versions: dict[str, int] = {}
        self._touched: dict[str, int] = {}
        self._commands: dict[str, int] = {}
        self._lines: list[JournalLine] = []

    def book(self, closed_since: Instant = 0.0) -> Book:
        """Read all open records and those closed at or after `closed_since`."""
        with self._lock:
            kinds = {kind: dict(records) for kind, records in self._records.items()}
            whole = Book(seq=len(self._commands), kinds=kinds, versions=dict(self._versions))
        return whole.since_only(closed_since)

    def since(self, seq: int) -> News:
        """Return what was committed after `seq`."""
        with self._lock:
            records = tuple(self._records[k][i] for (k, i), commit in self._written.items() if commit > seq)
            versions = {key: self._versions[key] for key, commit in self._touched.items() if commit > seq}
            return News(seq=len(self._commands), records=records, versions=versions)

    def commit(self, step: Step, command: Command, at: Instant) -> int:
        """Keep a step; raise Stale when anything judged has moved."""
        with self._lock:
            if command.id in self._commands:
                return self._commands[command.id]
            self._judge(step)
            commit = len(self._commands) + 1
            head = Head(self._lines[-1].seq, self._lines[-1].hash) if self._lines else Head()
            lines = list(chained(step.entries, command, at, commit, head))
            for record in (*step.puts, *step.messages):
                there = self._records[type(record)].get(record.id)
                kept = msgspec.structs.replace(record, version=1 if there is None else there.version + 1)
                self._records[type(record)][record.id] = kept
                self._written[type(record), record.id] = commit
            for key in step.touched:
                self._versions[key] = self._versions.get(key, 0) + 1
                self._touched[key] = commit
            self._lines += lines
            self._commands[command.id] = commit
            return commit

    def _judge(self, step: Step) -> None:
        for record in (*step.puts, *step.messages):
            there = self._records[type(record)].get(record.id)
            reopened = record.reopens and record.version == 0 and there is not None and there.closed_at is not None
            if not reopened and record.version != (0 if there is None else there.version):
                raise Stale(say("Somebody else has just changed this; it is judged again."))
        judged_records = {TABLES[kind].name: records for kind, records in self._records.items()}
        for key, version in step.judged.items():
            if version != _version(key, judged_records, self._versions):
                raise Stale(say("Somebody else has just changed this; it is judged again."))

    def committed(self, command_id: str) -> bool:
        """Return whether a command with this id was committed before."""
        with self._lock:
            return command_id in self._commands

    def journal(self, begin: int = 0, limit: int = 1000) -> list[JournalLine]:
        """Return journal lines with sequence > `begin`, oldest first."""
        with self._lock:
            return self._lines[begin : begin + limit]

    def journal_between(self, begin: Instant, end: Instant) -> list[JournalLine]:
        """Return the journal lines of begin <= at <= end, oldest first."""
        with self._lock:
            return [line for line in self._lines if begin <= line.at <= end]

    def all_of(self, kind: type[K]) -> list[K]:
        """Return every record of one kind ever kept, the closed ones too, by id."""
        with self._lock:
            records = dict(self._records[kind])
        return [record for _, record in sorted(records.items()) if isinstance(record, kind)]

    def closed_between(self, kind: type[K], begin: Instant, end: Instant) -> list[K]:
        """Return the records of one kind closed in [begin, end), by id."""
        return [each for each in self.all_of(kind) if each.closed_at is not None and begin <= each.closed_at < end]

    def first_closed(self, kind: type[K]) -> Instant | None:
        """Return when the first record of a kind that is kept was closed, None for none."""
        return min((each.closed_at for each in self.all_of(kind) if each.closed_at is not None), default=None)

    def verify(self) -> Said | None:
        """Return the first fault of the chain, or None."""
        with self._lock:
            head = Head(self._lines[-1].seq, self._lines[-1].hash) if self._lines else Head()
            return first_fault(self._lines, head)


def _version(key: str, records: Mapping[str, Mapping[str, Kept]], versions: Mapping[str, int]) -> int:
    table, _, record_id = key.partition(":")
    if table in records:
        record = records[table].get(record_id)
        return 0 if record is None else record.version
    return versions.get(key, 0)
