"""One break from the asking to the return: its record, its states, its commands."""

from collections.abc import Mapping
from enum import StrEnum

from console.core.floor.model import Instant, Interface
from console.core.kept import Command, Kept
from console.core.machine import Machine
from console.core.rules.break_policy import Minutes


class BreakState(StrEnum):
    """Where a break stands; `late` is an overrun that has become a card."""

    ASKED = "asked"
    OWED = "owed"
    GRANTED = "granted"
    AWAY = "away"
    OVERRUN = "overrun"
    LATE = "late"
    CALLED_BACK = "called_back"
    UNASKED = "unasked"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


WAITING = frozenset({BreakState.ASKED, BreakState.OWED})
PROMISED = frozenset({BreakState.GRANTED, BreakState.AWAY, BreakState.OVERRUN, BreakState.LATE, BreakState.CALLED_BACK})
"""A seat that is away or promised away: it counts against the group's limit from the commit of the grant."""
OUT = PROMISED - {BreakState.GRANTED} | {BreakState.UNASKED}


class Break(Kept, frozen=True, kw_only=True):
    """One break; times are instants, `minutes` its granted length, counted from departure.

    `figures` are the verdict and forecast it was decided on; `exception` is the reason of a 特批; `slot` is when an
    owed one comes up, and may come earlier where it `floats`; `trouble` is what the ACD said when the seat could not be
    set.
    """

    state: BreakState
    person: str
    name: str
    interface: Interface
    group: str
    kind: str
    minutes: Minutes
    asked_at: Instant
    asked_by: str = ""
    request: str = ""
    reason: str = ""
    slot: Instant | None = None
    floats: bool = False
    owed_since: Instant | None = None
    decided_at: Instant | None = None
    decided_by: str = ""
    why: str = ""
    exception: str = ""
    figures: Mapping[str, int | float | str | None] = {}
    departed_at: Instant | None = None
    ended_at: Instant | None = None
    ended_how: str = ""
    trouble: str = ""

    @property
    def closed_at(self) -> Instant | None:
        """Return when it ended."""
        return self.ended_at

    @property
    def back_at(self) -> Instant | None:
        """Return when the agent is expected back, known from departure on."""
        return None if self.departed_at is None else self.departed_at + self.minutes * 60.0

    @property
    def holder(self) -> str:
        """Return the name under which it holds levers."""
        return f"breaks:{self.id}"


class BreakCommand(Command, frozen=True, kw_only=True):
    """Base of what is said about one break."""

    break_id: str


class AskBreak(BreakCommand, frozen=True, kw_only=True):
    """An agent asks by code, or a supervisor for them; `kind` wins over `code` and `reason`, `minutes` 0 is usual.

    `heard_at` is when the ACD told it (None: now): a desk that was busy lets nobody wait the longer.
    """

    agent: str = ""
    interface: Interface = ""
    kind: str = ""
    code: str = ""
    reason: str = ""
    request: str = ""
    minutes: Minutes = 0
    heard_at: Instant | None = None


class GrantBreak(BreakCommand, frozen=True, kw_only=True):
    """Let the agent go. With `exception` (特批, `why` is its reason) even against the rules.

    `figures` is the forecast the decider saw, dated by the command.
    """

    exception: bool = False
    figures: Mapping[str, int | float | str | None] = {}


class OweBreak(BreakCommand, frozen=True, kw_only=True):
    """Not now: the agent has a place in line and a time; slot 0 is the first moment possible, and may move."""

    slot: Instant = 0.0


class OfferBreak(BreakCommand, frozen=True, kw_only=True):
    """The owed time has come, and rules allow it."""


class PostponeBreak(BreakCommand, frozen=True, kw_only=True):
    """The owed time has come, and rules or forecast do not allow it yet: the next possible moment."""


class RefuseBreak(BreakCommand, frozen=True, kw_only=True):
    """No, with a reason."""


class WithdrawBreak(BreakCommand, frozen=True, kw_only=True):
    """The agent takes it back, or returns before having gone."""


class DepartBreak(BreakCommand, frozen=True, kw_only=True):
    """The agent has left: paused and off the phone."""


class LapseBreak(BreakCommand, frozen=True, kw_only=True):
    """Granted and not used in time."""


class OverrunBreak(BreakCommand, frozen=True, kw_only=True):
    """The time is over: the agent is nudged, silently."""


class LateBreak(BreakCommand, frozen=True, kw_only=True):
    """Still away minutes after the nudge: a card, and recorded."""


class CallBack(BreakCommand, frozen=True, kw_only=True):
    """Ask the agent back; never pulled back."""


class ReturnBreak(BreakCommand, frozen=True, kw_only=True):
    """The agent is back, told by `how`: code, acd, or seen (by the supervisor)."""

    how: str


class UndoGrant(BreakCommand, frozen=True, kw_only=True):
    """Take a grant back within its minute: before departure it un-pauses, after it asks the agent back."""


class NoticeUnasked(BreakCommand, frozen=True, kw_only=True):
    """A pause on the ACD nobody granted 未申请离席."""

    interface: Interface
    reason: str = ""
    since: Instant


class MakeRegular(BreakCommand, frozen=True, kw_only=True):
    """Make an unasked one a break of `kind`, with a reason."""

    kind: str


_S = BreakState
MACHINE = Machine(
    "break",
    BreakState,
    {
        (None, AskBreak): _S.ASKED,
        (None, NoticeUnasked): _S.UNASKED,
        (_S.ASKED, NoticeUnasked): _S.UNASKED,
        (_S.OWED, NoticeUnasked): _S.UNASKED,
        (_S.ASKED, GrantBreak): _S.GRANTED,
        (_S.OWED, GrantBreak): _S.GRANTED,
        (_S.ASKED, OweBreak): _S.OWED,
        (_S.OWED, OweBreak): _S.OWED,
        (_S.OWED, OfferBreak): _S.ASKED,
        (_S.OWED, PostponeBreak): _S.OWED,
        (_S.ASKED, RefuseBreak): _S.REFUSED,
        (_S.OWED, RefuseBreak): _S.REFUSED,
        (_S.ASKED, WithdrawBreak): _S.WITHDRAWN,
        (_S.OWED, WithdrawBreak): _S.WITHDRAWN,
        (_S.GRANTED, WithdrawBreak): _S.WITHDRAWN,
        (_S.GRANTED, DepartBreak): _S.AWAY,
        (_S.GRANTED, LapseBreak): _S.LAPSED,
        (_S.GRANTED, UndoGrant): _S.ASKED,
        (_S.AWAY, UndoGrant): _S.CALLED_BACK,
        (_S.AWAY, OverrunBreak): _S.OVERRUN,
        (_S.OVERRUN, LateBreak): _S.LATE,
        (_S.AWAY, CallBack): _S.CALLED_BACK,
        (_S.OVERRUN, CallBack): _S.CALLED_BACK,
        (_S.LATE, CallBack): _S.CALLED_BACK,
        (_S.UNASKED, CallBack): _S.UNASKED,
        (_S.GRANTED, ReturnBreak): _S.RETURNED,
        (_S.AWAY, ReturnBreak): _S.RETURNED,
        (_S.OVERRUN, ReturnBreak): _S.RETURNED,
        (_S.LATE, ReturnBreak): _S.RETURNED,
        (_S.CALLED_BACK, ReturnBreak): _S.RETURNED,
        (_S.UNASKED, ReturnBreak): _S.RETURNED,
        (_S.UNASKED, MakeRegular): _S.AWAY,
    },
)
