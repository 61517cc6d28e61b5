"""What the slow road keeps: records with versions, the book of them, and the step a command leads to."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeVar

import msgspec

from console.core.floor.model import Instant, Record
from console.core.roles import Actor
from console.core.words import Said


class Kept(Record, frozen=True, kw_only=True):
    """Base of every stored record; `version` is the one read (0: new), the store writes the next.

    Its aggregate, the unit of compare-and-set, is `<table>:<id>`. A kind that `reopens` has ids of its own that come
    again: one closed so long ago that it left the book is taken for new, and the store goes on from where it stands.
    """

    reopens: ClassVar[bool] = False

    id: str
    version: int = 0

    @property
    def closed_at(self) -> Instant | None:
        """Return when the record came to its end (None: open); closed ones leave the book after a day or two."""
        return None


class Command(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of all commands; `id` makes a repeated command one command, `by` is who decided, `why` their reason."""

    id: str
    by: Actor
    why: str = ""


class Entry(Record, frozen=True, kw_only=True):
    """One line for the journal: what happened to which subject; the store adds sequence, time, who, hashes."""

    what: str
    subject: str
    said: Said
    data: Mapping[str, str | int | float | bool | None] = {}


class Message(Kept, frozen=True, kw_only=True):
    """The only outbox: told at least once, each with its id, until `sent_at`.

    `to` is an interface (agent), `desks`, or an https address; `name` and `fields` are what the dialplan, bot or
    receiver reads; `text` the sentence for a phone's display.
    """

    to: str
    name: str
    fields: Mapping[str, str] = {}
    text: str = ""
    due: Instant = 0.0
    tries: int = 0
    sent_at: Instant | None = None
    failed_at: Instant | None = None
    failure: str = ""

    @property
    def closed_at(self) -> Instant | None:
        """Return when it was told, or given up."""
        return self.sent_at if self.sent_at is not None else self.failed_at


class Step(Record, frozen=True, kw_only=True):
    """What one command leads to, committed in one transaction: records to keep, journal lines, messages.

    `judged` names every aggregate the judgement rested on with the version read; the records in `puts` are judged by
    their own version. Levers are records like any other, so they stand in `puts`. An empty step commits nothing.
    """

    puts: tuple[Kept, ...] = ()
    entries: tuple[Entry, ...] = ()
    messages: tuple[Message, ...] = ()
    judged: Mapping[str, int] = {}
    touched: tuple[str, ...] = ()

    def __add__(self, other: "Step") -> "Step":
        """Return both as one step; a record put by both is the other's (later wins)."""
        later = {(type(record), record.id) for record in other.puts}
        return Step(
            puts=tuple(r for r in self.puts if (type(r), r.id) not in later) + other.puts,
            entries=self.entries + other.entries,
            messages=self.messages + other.messages,
            judged={**other.judged, **self.judged},
            touched=tuple(dict.fromkeys(self.touched + other.touched)),
        )


NOTHING = Step()

K = TypeVar("K", bound=Kept)


class Book(Record, frozen=True, kw_only=True):
    """All open records (and those closed today) by kind, as of commit `seq`; a value, never changed once read.

    `versions` holds aggregates that are no record of their own, such as `seats:<group>`: whoever judges a group's
    seats names it in `Step.judged` and in `Step.touched`, so two requests cannot take one free seat.
    """

    seq: int = 0
    kinds: Mapping[type[Kept], Mapping[str, Kept]] = {}
    versions: Mapping[str, int] = {}

    def every(self, kind: type[K]) -> Mapping[str, K]:
        """Return the open records of one kind by id."""
        return self.kinds.get(kind, {})  # type: ignore[return-value]  # keyed by type

    def get(self, kind: type[K], record_id: str) -> K | None:
        """Return one record, or None."""
        return self.every(kind).get(record_id)

    def told(self, seq: int, records: Iterable[Kept], versions: Mapping[str, int]) -> "Book":
        """Return the book with what was committed up to `seq`; records as they now stand replace what was read."""
        kinds = dict(self.kinds)
        fresh: dict[type[Kept], dict[str, Kept]] = {}
        for record in records:
            fresh.setdefault(type(record), {})[record.id] = record
        for kind, changed in fresh.items():
            kinds[kind] = {**kinds.get(kind, {}), **changed}
        return Book(seq=seq, kinds=kinds, versions={**self.versions, **versions})

    def since_only(self, closed_before: Instant) -> "Book":
        """Return the book without records closed before an instant."""
        kinds = {
            kind: {key: r for key, r in records.items() if r.closed_at is None or r.closed_at >= closed_before}
            for kind, records in self.kinds.items()
        }
        return Book(seq=self.seq, kinds=kinds, versions=self.versions)

    def as_if(self, step: Step) -> "Book":
        """Return the book as it would read with `step`, versions as they are: to judge what comes after."""
        kinds = dict(self.kinds)
        for record in (*step.puts, *step.messages):
            kinds[type(record)] = {**kinds.get(type(record), {}), record.id: record}
        return Book(seq=self.seq, kinds=kinds, versions=self.versions)


class JournalLine(Record, frozen=True, kw_only=True):
    """One committed line of the journal, chained: `hash` covers every other field and the line before."""

    seq: int
    commit: int
    at: Instant
    who: str
    name: str
    role: str
    desk: str
    command: str
    what: str
    subject: str
    text: str
    values: str
    why: str
    data: str
    previous: str
    hash: str
