"""What the middle rooms need of one another, as protocols; `console.app` puts the real ones in."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import msgspec

from console.core.floor.events import Batch
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.model import Instant, Interface, QueueName
from console.core.kept import Book, Command, JournalLine, Kept, Step
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
    """Contacts, half-hour figures and the tape; written by the recorder's own thread."""

    def keep_contacts(self, contacts: Iterable[Contact]) -> None:
        """Insert or complete contacts by (queue, uid, visit)."""
        ...

    def keep_curve(self, subject: str, points: Iterable[CurvePoint]) -> None:
        """Insert or replace buckets of a subject's curve."""
        ...

    def contacts_between(self, begin: Instant, end: Instant) -> list[Contact]:
        """Return contacts that entered in [begin, end), oldest first."""
        ...

    def curve(self, subject: str, begin: Instant, end: Instant) -> list[CurvePoint]:
        """Return a subject's buckets in [begin, end)."""
        ...


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What was committed after a sequence: the records as they stand now, bumped aggregates, the newest sequence."""

    seq: int
    records: tuple[Kept, ...] = ()
    versions: Mapping[str, int] = {}


class Store(Protocol):
    """The slow road's memory: one transaction a step, compare-and-set on every aggregate judged, one journal.

    Every implementation passes the same contract suite. Errors a person can act on are FloordeskErrors.
    """

    def book(self) -> Book:
        """Read all open records."""
        ...

    def since(self, seq: int) -> News:
        """Return what was committed after `seq`, by whichever desk."""
        ...

    def commit(self, step: Step, command: Command, at: Instant) -> int:
        """Keep a step and its journal lines; return the new sequence; raise Stale when anything judged has moved.

        The same command id committed before returns its sequence and keeps nothing twice.
        """
        ...

    def journal(self, begin: int = 0, limit: int = 1000) -> list[JournalLine]:
        """Return journal lines with sequence > `begin`, oldest first."""
        ...

    def verify(self) -> Said | None:
        """Return the first altered, missing or cut journal entry in words, or None when the chain holds."""
        ...
