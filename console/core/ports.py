"""What the middle rooms need of one another, as protocols; `console.app` puts the real ones in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from console.core.floor.events import Batch
from console.core.floor.facts import Fact
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.model import Instant, Interface, QueueName, Uid
from console.core.floor.policy import FloorPolicy
from console.core.floor.tape import Block, Damage, Span
from console.core.kept import Book, Command, JournalLine, K, Kept, Step
from console.core.words import Said


class Clock(Protocol):
    """The only source of the time; seconds since the epoch, UTC, and a monotonic one for waits."""

    def now(self) -> Instant:
        """Return the wall clock."""
        ...

    def steady(self) -> float:
        """Return seconds that never go back."""
        ...


class Stop(Protocol):
    """Tells a blocking loop to end (threading.Event has this shape)."""

    def is_set(self) -> bool:
        """Return whether the loop should end."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep at most `timeout` seconds, less when told to end; return whether it should end."""
        ...


class Feed(Protocol):
    """A source of floor events; `run` blocks its thread until `stop`, keeps itself connected, never raises."""

    name: str

    def run(self, sink: Callable[[Batch], None], stop: Stop) -> None:
        """Push every batch into `sink`, also LinkChanged events about the connection itself."""
        ...


class Done(msgspec.Struct, frozen=True, tag=True):
    """The ACD took the command; `already` when it stood so before (a repeated action answers Error)."""

    already: bool = False


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The ACD answered no, with its own words and ours."""

    said: Said
    message: str = ""


class Unreachable(msgspec.Struct, frozen=True, tag=True):
    """No answer: not connected, cut or timed out; whether it was carried out is not known."""

    said: Said


Answer = Done | Refused | Unreachable


class Switch(Protocol):
    """What the steward may do on the ACD; every call blocks its own thread and returns an answer, never raises."""

    def pause(self, interface: Interface, queue: QueueName | None, *, paused: bool, reason: str = "") -> Answer:
        """Pause or unpause a seat in one queue, or in all."""
        ...

    def add_member(
        self,
        queue: QueueName,
        interface: Interface,
        *,
        name: str = "",
        penalty: int = 0,
        paused: bool = False,
        state_interface: str = "",
    ) -> Answer:
        """Sign an interface into a queue."""
        ...

    def remove_member(self, queue: QueueName, interface: Interface) -> Answer:
        """Sign an interface out of a queue."""
        ...

    def set_penalty(self, queue: QueueName, interface: Interface, penalty: int) -> Answer:
        """Change a member's penalty."""
        ...

    def get_key(self, family: str, key: str) -> str | Refused | Unreachable | None:
        """Read a routing key; None where there is none."""
        ...

    def put_key(self, family: str, key: str, value: str) -> Answer:
        """Write a routing key."""
        ...

    def delete_key(self, family: str, key: str) -> Answer:
        """Delete a routing key."""
        ...

    def tell(self, name: str, fields: Mapping[str, str]) -> Answer:
        """Send a UserEvent for the dialplan, bots and other desks."""
        ...

    def message(self, to: str, text: str) -> Answer:
        """Send a text message to a phone."""
        ...


class Secrets(Protocol):
    """The system keyring; a missing or locked one is said, never worked round."""

    def get(self, profile: str, name: str) -> str | Said | None:
        """Return the secret, None where there is none, or why the keyring cannot be read."""
        ...

    def put(self, profile: str, name: str, secret: str) -> Said | None:
        """Keep a secret; return why it could not be kept, or None."""
        ...

    def drop(self, profile: str, name: str) -> Said | None:
        """Forget a secret; return why it could not be forgotten, or None."""
        ...


class History(Protocol):
    """Contacts, misses, roll-ups and curves; written by the recorder's thread, read by any.

    Every call may raise a FloordeskError with its sentence (full disk, locked, damaged); nothing was kept then.
    `said` is what had to be done to open it (a damaged file kept aside), or None.
    """

    said: Said | None

    def together(self) -> AbstractContextManager[object]:
        """Keep all that is written inside in one transaction, or none of it."""
        ...

    def keep_contacts(self, contacts: Iterable[Contact]) -> None:
        """Insert or complete contacts by (queue, uid, visit)."""
        ...

    def keep_facts(self, facts: Iterable[Fact], *, numbers: bool = True) -> None:
        """Insert or complete the contacts these facts tell of, and the misses; `numbers` False: no customer number."""
        ...

    def keep_curve(self, subject: str, points: Iterable[CurvePoint]) -> None:
        """Insert or replace buckets of a subject's curve."""
        ...

    def keep_listening(self, source: str, span: Span) -> None:
        """Say that somebody listened during `span`; the known one of `source` with the same begin is extended."""
        ...

    def roll_up(self, policy: FloorPolicy, half_hours: Iterable[Instant], in_days: Iterable[Span]) -> None:
        """Count these half hours again from their contacts, then these days from their half hours."""
        ...

    def prune(self, before: Instant, *, rows: int = 500) -> int:
        """Forget some of what is older than `before`; return how many rows went (0: nothing is left)."""
        ...

    def contacts_between(self, begin: Instant, end: Instant) -> list[Contact]:
        """Return contacts that entered in [begin, end), oldest first."""
        ...

    def lives_between(self, begin: Instant, end: Instant) -> list[Contact]:
        """Return contacts to which anything happened in [begin, end), by entry; None as entry where nobody saw it."""
        ...

    def misses_between(self, begin: Instant, end: Instant) -> list[Fact]:
        """Return the offers agents let pass in [begin, end), oldest first, as RANG_OUT facts."""
        ...

    def last_visits(self, begin: Instant) -> dict[tuple[QueueName, Uid], tuple[int, bool]]:
        """Return the last visit of each contact entered since `begin`, and whether it ended."""
        ...

    def curve(self, subject: str, begin: Instant, end: Instant) -> list[CurvePoint]:
        """Return a subject's buckets in [begin, end)."""
        ...

    def curves_between(self, begin: Instant, end: Instant) -> dict[str, list[CurvePoint]]:
        """Return every subject's buckets in [begin, end), oldest first."""
        ...

    def listened_between(self, begin: Instant, end: Instant) -> tuple[Span, ...]:
        """Return the spans that touch [begin, end] in which somebody listened, oldest first."""
        ...

    def last_half_hour(self) -> Instant | None:
        """Return when the newest counted half hour begins, else that of the oldest contact, else None."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class TapeWriter(Protocol):
    """Appends to the tape; for one thread. May raise a FloordeskError: the disk says no; the next write begins anew."""

    def ends_before(self, at: Instant) -> bool:
        """Return whether a block at `at` begins a new segment, which must begin with a keyframe."""
        ...

    def batches(self, batches: Sequence[Batch], first: Instant, last: Instant) -> None:
        """Append batches received in [first, last]; none at all says only that somebody listened."""
        ...

    def keyframe(self, payload: bytes, at: Instant, *, joins: bool) -> None:
        """Append the whole state as it stands at `at`; `joins` when the tape runs on unbroken through it."""
        ...

    def forget(self, before: Instant) -> bool:
        """Delete one segment that lies wholly before `before`; return whether there was one."""
        ...

    def sync(self) -> None:
        """Ask the disk to keep what was written, against a power cut."""
        ...

    def close(self) -> None:
        """End the segment."""
        ...


class TapeReader(Protocol):
    """Reads the kept tape; for one thread. Reading a block may raise a FloordeskError: that block is damaged."""

    def blocks(self, begin: Instant, end: Instant) -> list[Block]:
        """Return the blocks that touch [begin, end] in order, from the last keyframe at or before `begin` on."""
        ...

    def spans(self, begin: Instant, end: Instant) -> tuple[Span, ...]:
        """Return the stretches of [begin, end] the tape covers, oldest first."""
        ...

    def damage(self, begin: Instant, end: Instant) -> list[Damage]:
        """Return what could not be read near [begin, end]."""
        ...

    def read(self, block: Block) -> bytes:
        """Return a keyframe's payload."""
        ...

    def batches(self, block: Block) -> list[Batch]:
        """Return a block's batches."""
        ...


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What was committed after commit `seq`: the records as they stand now, bumped aggregates, the newest commit."""

    seq: int
    records: tuple[Kept, ...] = ()
    versions: Mapping[str, int] = {}


class Store(Protocol):
    """The slow road's memory: one transaction a step, compare-and-set on every aggregate judged, one journal.

    Every implementation passes the same contract suite. Errors a person can act on are FloordeskErrors.
    """

    def book(self, closed_since: Instant = 0.0) -> Book:
        """Read all open records and those closed at or after `closed_since`."""
        ...

    def since(self, seq: int) -> News:
        """Return what was committed after `seq`, by whichever desk."""
        ...

    def commit(self, step: Step, command: Command, at: Instant) -> int:
        """Keep a step and its journal lines; return the commit's number; raise Stale when anything judged has moved.

        The same command id committed before returns its number and keeps nothing twice.
        """
        ...

    def committed(self, command_id: str) -> bool:
        """Return whether a command with this id was committed before, by whichever desk."""
        ...

    def journal(self, begin: int = 0, limit: int = 1000) -> list[JournalLine]:
        """Return journal lines with sequence > `begin`, oldest first."""
        ...

    def journal_between(self, begin: Instant, end: Instant) -> list[JournalLine]:
        """Return the journal lines of begin <= at <= end, oldest first."""
        ...

    def all_of(self, kind: type[K]) -> list[K]:
        """Return every record of one kind ever kept, the closed ones too, by id."""
        ...

    def closed_between(self, kind: type[K], begin: Instant, end: Instant) -> list[K]:
        """Return the records of one kind closed in [begin, end), by id."""
        ...

    def first_closed(self, kind: type[K]) -> Instant | None:
        """Return when the first record of a kind that is kept was closed, None for none."""
        ...

    def verify(self) -> Said | None:
        """Return the first altered, missing or cut journal entry in words, or None when the chain holds."""
        ...
