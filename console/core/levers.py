"""Levers: whatever the console holds on the ACD, from the moment it is wanted until what was found stands again.

A lever's value is text or None, None meaning off or absent: for a seat the pause reason ("" a pause without one), for a
membership its penalty, for a routing key its value. `found` is the value before we touched it, read and committed
before the first write and never read again. Holders push what they want; the newest hold decides. When the last holder
lets go, `found` is wanted again, unless somebody else moved the lever meanwhile: then a person is asked.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from console.core.floor.model import Instant, Interface, QueueName, Record
from console.core.kept import Book, Kept

Value: TypeAlias = str | None


class SeatPaused(msgspec.Struct, frozen=True, tag="seat"):
    """A seat paused in one queue."""

    interface: Interface
    queue: QueueName


class Membership(msgspec.Struct, frozen=True, tag="member"):
    """An interface signed into a queue with a penalty; `name` is the member name to give it."""

    interface: Interface
    queue: QueueName
    name: str = ""


class RoutingKey(msgspec.Struct, frozen=True, tag="key"):
    """A key of the ACD's own database that its dialplan reads."""

    family: str
    key: str


Target: TypeAlias = SeatPaused | Membership | RoutingKey


def lever_id(target: Target) -> str:
    """Return the identity of the lever on `target`, the same on every desk."""
    match target:
        case SeatPaused(interface, queue):
            return f"seat/{queue}/{interface}"
        case Membership(interface, queue):
            return f"member/{queue}/{interface}"
        case RoutingKey(family, key):
            return f"key/{family}/{key}"


class Hold(Record, frozen=True, kw_only=True):
    """One holder's wish: `holder` is the aggregate that wants it, such as `breaks:42` or `plan_runs:7`."""

    holder: str
    wanted: Value
    since: Instant
    until: Instant | None = None


class LeverState(StrEnum):
    """`fresh`: found not yet read; `setting`: wanted, not yet observed; `standing`: observed; `refused`; `moved`."""

    FRESH = "fresh"
    SETTING = "setting"
    STANDING = "standing"
    REFUSED = "refused"
    MOVED = "moved"
    DONE = "done"


class Lever(Kept, frozen=True, kw_only=True):
    """One lever; `found` counts only when `found_at` is set, `wanted` is what the steward sets until observed.

    `written` is the last value we wrote or were about to; `ours` are those written since it last stood, for a crash may
    lie between the word and the deed.
    """

    reopens = True

    target: Target
    state: LeverState = LeverState.FRESH
    found: Value = None
    found_at: Instant | None = None
    holds: tuple[Hold, ...] = ()
    written: Value = None
    written_at: Instant | None = None
    ours: tuple[Value, ...] = ()
    observed: Value = None
    observed_at: Instant | None = None
    refusal: str = ""
    tries: int = 0
    due: Instant = 0.0

    @property
    def closed_at(self) -> Instant | None:
        """Return when it came to its end: nobody holds it and what was found stands again."""
        return self.due if self.state is LeverState.DONE else None

    @property
    def wanted(self) -> Value:
        """Return the newest holder's wish, or what was found once nobody holds it."""
        return self.holds[-1].wanted if self.holds else self.found

    def held_by(self, holder: str) -> bool:
        """Return whether `holder` holds this lever."""
        return any(hold.holder == holder for hold in self.holds)


def hold(
    book: Book,
    target: Target,
    *,
    holder: str,
    wanted: Value,
    at: Instant,
    until: Instant | None = None,
    found: Value | msgspec.UnsetType = msgspec.UNSET,
) -> Lever:
    """Return the lever on `target` with `holder` wanting `wanted` on top; a renewed hold moves to the top.

    `found` is given only where it is known better than a look could tell: under a pause nobody granted, not paused.
    """
    lever = book.get(Lever, lever_id(target))
    if lever is None or lever.state is LeverState.DONE:
        lever = Lever(id=lever_id(target), version=lever.version if lever else 0, target=target)
    if found is not msgspec.UNSET and lever.found_at is None:
        lever = msgspec.structs.replace(lever, found=found, found_at=at)
    holds = (
        *(each for each in lever.holds if each.holder != holder),
        Hold(holder=holder, wanted=wanted, since=at, until=until),
    )
    state = LeverState.FRESH if lever.found_at is None else LeverState.SETTING
    return msgspec.structs.replace(lever, holds=holds, state=state, refusal="", tries=0, due=at)


def release(book: Book, holder: str, *, at: Instant) -> tuple[Lever, ...]:
    """Return every lever `holder` holds without its hold; one never touched is simply done."""
    freed = []
    for lever in book.every(Lever).values():
        if not lever.held_by(holder):
            continue
        holds = tuple(each for each in lever.holds if each.holder != holder)
        unseen = LeverState.FRESH if holds else LeverState.DONE
        state = unseen if lever.found_at is None else LeverState.SETTING
        freed.append(msgspec.structs.replace(lever, holds=holds, state=state, refusal="", tries=0, due=at))
    return tuple(freed)


def others(book: Book, target: Target, holder: str) -> tuple[Hold, ...]:
    """Return the holds of everybody else on `target`, to be said before, not after."""
    lever = book.get(Lever, lever_id(target))
    return tuple(each for each in lever.holds if each.holder != holder) if lever else ()


class Sight(StrEnum):
    """What a look at the ACD gave beside a value: `unknown` no look possible now, `gone` there is no such seat."""

    UNKNOWN = "unknown"
    GONE = "gone"


class MoveKind(StrEnum):
    """What the steward has to do next about one lever."""

    WAIT = "wait"
    LEARN = "learn"
    WRITE = "write"
    STANDS = "stands"
    MOVED = "moved"
    OVER = "over"


class Move(msgspec.Struct, frozen=True):
    """The next move: for LEARN and MOVED `value` is what was seen, for WRITE what to write."""

    kind: MoveKind
    value: Value = None


def next_move(lever: Lever, seen: Value | Sight, *, booted_at: Instant | None, at: Instant) -> Move:  # noqa: PLR0911  a table
    """Return what to do about `lever` when a look gave `seen`; `booted_at` is when the ACD last started.

    An ACD that started after our last write has forgotten, and is set right again; any other difference from what stood
    is somebody else's doing. A seat that is gone is waited for while somebody holds it, and needs no restoring.
    """
    if lever.state in {LeverState.DONE, LeverState.MOVED, LeverState.REFUSED}:
        return Move(MoveKind.WAIT)
    if seen is Sight.GONE:
        return Move(MoveKind.WAIT) if lever.holds else Move(MoveKind.OVER)
    if seen is Sight.UNKNOWN:
        return Move(MoveKind.WAIT)
    if lever.found_at is None:
        return Move(MoveKind.LEARN, seen)
    # Only our own last write proves what stands: what was seen may be older than a write still on its way.
    ours = lever.written_at is None or lever.written == lever.wanted
    if seen == lever.wanted and ours:
        settled = lever.state is LeverState.STANDING and lever.holds
        return Move(MoveKind.WAIT) if settled else Move(MoveKind.STANDS, seen)
    forgot = booted_at is not None and lever.written_at is not None and booted_at > lever.written_at
    if not forgot and _another_hand(lever, seen):
        return Move(MoveKind.MOVED, seen)
    if at < lever.due:
        return Move(MoveKind.WAIT)
    return Move(MoveKind.WRITE, lever.wanted)


def _another_hand(lever: Lever, seen: Value) -> bool:
    """Return whether what is seen can only be somebody else's doing.

    While it stands, anything but what we wrote. While it is being let go, a write of ours may not have got through, and
    what we wrote before is still there. While it is being set, whatever is there is what we are about to change.
    """
    if lever.state is LeverState.STANDING:
        return seen not in {lever.written, lever.wanted}
    return not lever.holds and lever.written_at is not None and seen not in {*lever.ours, lever.wanted}
