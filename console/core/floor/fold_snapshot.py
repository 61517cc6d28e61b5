"""What a snapshot means to a floor that already stands: what to keep, what to drop, what was drift."""

from msgspec import Struct

from console.core.floor.model import CallerKey, Instant, Interface, MemberKey, QueueName, Seconds, Uid

IN_FLIGHT: Seconds = 5.0
"""How long an event may be under way; a difference it explains within this time was no drift."""

Difference = tuple[str, QueueName, str]
"""What differed: `caller`, `member`, `talk` or `queue`, its queue, and the uid or interface."""


class Snapshot(Struct):
    """The listing under way (or the last one), and the differences not yet known to be drift.

    `touched` are those an event spoke of since it began: the event is at least as new as the listing.
    """

    active: bool = False
    reconciling: bool = False
    taken: int = 0
    touched: set[Difference] = set()
    queues: set[QueueName] = set()
    members: set[MemberKey] = set()
    order: dict[QueueName, list[Uid]] = {}
    legs: dict[str, tuple[Interface, Uid, str]] = {}
    suspects: dict[Difference, Instant | None] = {}

    @property
    def first(self) -> bool:
        """Return whether nothing was listed before: what it brings is news, not drift."""
        return self.taken == 0

    def begin(self, *, reconciling: bool) -> None:
        """Start a listing, dropping one that never ended."""
        self.active = True
        self.reconciling = reconciling
        self.touched = set()
        self.queues = set()
        self.members = set()
        self.order = {}
        self.legs = {}

    def end(self) -> None:
        """Finish the listing."""
        self.active = False
        self.taken += 1

    def told(self, kind: str, queue: QueueName, subject: str) -> None:
        """Take that an event speaks of this: it needs no listing, and explains a difference found."""
        if self.active:
            self.touched.add((kind, queue, subject))
        if self.suspects:
            self.suspects.pop((kind, queue, subject), None)

    def suspect(self, kind: str, queue: QueueName, subject: str, at: Instant | None) -> None:
        """Note a difference the listing repaired; drift unless an event under way explains it."""
        if self.taken and (kind, queue, subject) not in self.touched:
            self.suspects[kind, queue, subject] = None if at is None else at + IN_FLIGHT

    def drift(self, at: Instant | None) -> int:
        """Return how many differences are now known to be drift, each once; all of them at a new listing (None)."""
        known = [one for one, due in self.suspects.items() if at is None or (due is not None and due <= at)]
        for one in known:
            del self.suspects[one]
        return len(known)

    def missing(self, waiting: set[CallerKey]) -> list[CallerKey]:
        """Return who waits by our own count, was not listed, and no event spoke of since."""
        listed = {(queue, uid) for queue, uids in self.order.items() for uid in uids}
        return [key for key in waiting - listed if ("caller", *key) not in self.touched]

    def copied(self) -> "Snapshot":
        """Return a copy that shares nothing that changes."""
        return Snapshot(
            active=self.active,
            reconciling=self.reconciling,
            taken=self.taken,
            touched=self.touched.copy(),
            queues=self.queues.copy(),
            members=self.members.copy(),
            order={queue: uids.copy() for queue, uids in self.order.items()},
            legs=self.legs.copy(),
            suspects=self.suspects.copy(),
        )


def channel_base(channel: str) -> str:
    """Return a channel's name without its number: `Local/1001@agents-0000000d;1` is `Local/1001@agents`."""
    return channel.partition(";")[0].rpartition("-")[0]


def interface_base(interface: Interface) -> str:
    """Return an interface without its options: `Local/1001@agents/n` is `Local/1001@agents`."""
    return interface.rpartition("/")[0] if interface.startswith("Local/") and interface.count("/") > 1 else interface
