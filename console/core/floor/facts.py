"""What the fold notices about contacts, for measures and history alike: one fact a step of a contact's life."""

from enum import StrEnum

from console.core.floor.figures import Contact
from console.core.floor.model import Instant, Record


class FactKind(StrEnum):
    """The steps of a contact's life; `exit_told` says later why an abandoned one left."""

    ENTERED = "entered"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    EXIT_TOLD = "exit_told"
    COMPLETED = "completed"
    RANG_OUT = "rang_out"
    DROPPED = "dropped"


class Fact(Record, frozen=True, kw_only=True):
    """One step: the contact as it stands after it (for RANG_OUT: queue, interface, agent, ring_s)."""

    kind: FactKind
    at: Instant | None
    contact: Contact
