"""Emergency plans and their runs: the records, the states, the commands."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, Record
from console.core.kept import Command, Kept
from console.core.machine import Machine
from console.core.rules.break_forecast import GroupNow
from console.core.work.plan_body import PlanBody, Trigger


class Plan(Kept, frozen=True, kw_only=True):
    """A plan in force, or withdrawn; its version is the record's own."""

    body: PlanBody
    edited_at: Instant
    edited_by: str
    withdrawn_at: Instant | None = None


class StepState(StrEnum):
    """Where one step of a run stands."""

    PENDING = "pending"
    DOING = "doing"
    STANDING = "standing"
    FAILED = "failed"
    SKIPPED = "skipped"
    RELEASING = "releasing"
    RELEASED = "released"


class StepRun(Record, frozen=True, kw_only=True):
    """One step of a run: what was done when, on which levers, and what of it was asked of whom.

    `asked` are flex agents and what they said (asked, yes, no, silent) with `asked_at`. `line` are the breaks that
    waited when it was released, `freed` those let through since. `told` is what was said or answered in it, figures
    filled in; `heard` are the agents' interfaces that were told an agreed wording, `called` the
    breaks whose people were asked back.
    """

    n: int
    body: dict[str, Any]
    state: StepState = StepState.PENDING
    begun_at: Instant | None = None
    stood_at: Instant | None = None
    ended_at: Instant | None = None
    trouble: str = ""
    levers: tuple[str, ...] = ()
    asked: Mapping[str, str] = {}
    asked_at: Mapping[str, Instant] = {}
    line: tuple[str, ...] = ()
    freed: tuple[str, ...] = ()
    freed_at: Instant | None = None
    directive: str = ""
    told: str = ""
    heard: tuple[str, ...] = ()
    called: tuple[str, ...] = ()

    @property
    def does(self) -> str:
        """Return the name of its action."""
        return str(self.body.get("do", ""))


HELD = frozenset({StepState.DOING, StepState.STANDING, StepState.FAILED})
"""States in which a step may hold something."""


class RunState(StrEnum):
    """Where a run stands, from its proposal to the end."""

    PROPOSED = "proposed"
    PUT_OFF = "put_off"
    RUNNING = "running"
    ASKING = "asking"
    STOPPED = "stopped"
    STANDING = "standing"
    STANDING_DOWN = "standing_down"
    STOOD_DOWN = "stood_down"
    DROPPED = "dropped"
    LAPSED = "lapsed"


OFFERED = frozenset({RunState.PROPOSED, RunState.PUT_OFF})
ACTIVE = frozenset({RunState.RUNNING, RunState.ASKING, RunState.STOPPED, RunState.STANDING})
ENDED = frozenset({RunState.STOOD_DOWN, RunState.DROPPED, RunState.LAPSED})


class PlanRun(Kept, frozen=True, kw_only=True):
    """One activation of a plan for one subject; a proposal is a run not yet begun.

    `body` is the plan as it was then, `fired` the figures its watch fired on, `floor_then` each of its groups at that
    moment (or when it was begun by hand): what the forecast of doing nothing starts from. `question` (`visible`,
    `held`, `failed`, `ask`) is what it asks about step `question_at`; `accepted` are steps that may share a lever;
    `confirmed`: what customers notice was agreed to.
    """

    plan: str
    plan_version: int
    body: PlanBody
    subject: str
    state: RunState
    steps: tuple[StepRun, ...]
    trigger: Trigger
    fired: Mapping[str, float | None] = {}
    fired_at: Instant | None = None
    floor_then: tuple[GroupNow, ...] = ()
    proposed_at: Instant | None = None
    decide_by: Instant | None = None
    put_off_until: Instant | None = None
    started_at: Instant | None = None
    started_by: str = ""
    ends_at: Instant | None = None
    question: str = ""
    question_at: int = -1
    confirmed: bool = False
    accepted: tuple[int, ...] = ()
    cause_gone_at: Instant | None = None
    cause_gone_by: str = ""
    calm_proposed_at: Instant | None = None
    calm_not_before: Instant | None = None
    down_at: Instant | None = None
    down_by: str = ""
    ended_at: Instant | None = None
    ended_how: str = ""
    curve: tuple[CurvePoint, ...] = ()

    @property
    def closed_at(self) -> Instant | None:
        """Return when it came to its end."""
        return self.ended_at

    @property
    def watch_key(self) -> str:
        """Return the id of the standing of its watch."""
        return f"{self.plan}@{self.subject}"

    def holder(self, n: int) -> str:
        """Return the name under which step `n` holds levers: each step can be stood down alone."""
        return f"plan_runs:{self.id}#{n}"


class Directive(Kept, frozen=True, kw_only=True):
    """An agreed wording 统一口径 for everybody of a subject, until withdrawn; `holder` is who gave it."""

    holder: str
    subject: str
    title: str
    text: str
    given_at: Instant
    given_by: str
    ended_at: Instant | None = None

    @property
    def closed_at(self) -> Instant | None:
        """Return when it was withdrawn."""
        return self.ended_at


# ---- commands --------------------------------------------------------------------------------------------------------


class KeepPlan(Command, frozen=True, kw_only=True):
    """Put a plan, or a new text of it, in force; `read_version` is the one the editor had before them."""

    plan: str
    body: PlanBody
    read_version: int = 0


class WithdrawPlan(Command, frozen=True, kw_only=True):
    """Take a plan out of force; a run of it goes on."""

    plan: str
    read_version: int = 0


class RunCommand(Command, frozen=True, kw_only=True):
    """Base of what is said about one run."""

    run: str


class StepCommand(RunCommand, frozen=True, kw_only=True):
    """Base of what is said about one step of a run."""

    n: int


class ProposePlan(RunCommand, frozen=True, kw_only=True):
    """The plan's watch has fired."""

    plan: str
    subject: str


class StartPlan(RunCommand, frozen=True, kw_only=True):
    """Begin: a proposal, or by hand `plan` for `subject`. `anyway`: though others hold a lever of it.

    `visible` agrees beforehand to what customers notice, for scripts that nobody could ask.
    """

    plan: str = ""
    subject: str = ""
    anyway: bool = False
    visible: bool = False


class PutOffPlan(RunCommand, frozen=True, kw_only=True):
    """Not now 暂缓: propose it again at `until`."""

    until: Instant


class ProposeAgain(RunCommand, frozen=True, kw_only=True):
    """The time it was put off to has come, and the condition lasts."""


class DropPlan(RunCommand, frozen=True, kw_only=True):
    """No: not again before the condition has been calm and comes anew."""


class LapsePlan(RunCommand, frozen=True, kw_only=True):
    """The condition has gone before anybody decided."""


class TakeStep(StepCommand, frozen=True, kw_only=True):
    """It is this step's turn."""


class StepStands(StepCommand, frozen=True, kw_only=True):
    """What the step wants was seen to stand."""


class PassStep(StepCommand, frozen=True, kw_only=True):
    """The step failed; the plan goes on."""

    trouble: str


class AskStep(StepCommand, frozen=True, kw_only=True):
    """A person must say how to go on: `about` is visible, held, failed or ask."""

    about: str
    trouble: str = ""


class AnswerStep(RunCommand, frozen=True, kw_only=True):
    """A person's answer to what the run asks: go ahead, or leave this step out."""

    yes: bool


class RetryStep(StepCommand, frozen=True, kw_only=True):
    """Try a failed step again."""


class StopPlan(RunCommand, frozen=True, kw_only=True):
    """Go no further; what stands remains. By the clock where step `n` failed and the plan says stop."""

    n: int = -1
    trouble: str = ""


class ContinuePlan(RunCommand, frozen=True, kw_only=True):
    """Go on after a stop."""


class AllStand(RunCommand, frozen=True, kw_only=True):
    """Every step has been seen to."""


class AskFlex(StepCommand, frozen=True, kw_only=True):
    """Ask the next flex agent, the ones before having said no or nothing."""


class AnswerFlex(StepCommand, frozen=True, kw_only=True):
    """A flex agent's answer, by code, or seen by the supervisor."""

    person: str
    yes: bool


class TellWording(StepCommand, frozen=True, kw_only=True):
    """Tell the agents on line who have not heard it yet the agreed wording."""


class ConfirmCause(RunCommand, frozen=True, kw_only=True):
    """The cause is gone, confirmed by whoever was to be asked."""


class ProposeStandDown(RunCommand, frozen=True, kw_only=True):
    """Calm for long enough, and not only because callers gave up."""


class WithdrawStandDown(RunCommand, frozen=True, kw_only=True):
    """The condition is back."""


class KeepOn(RunCommand, frozen=True, kw_only=True):
    """Not yet: keep the plan standing."""


class StandDown(RunCommand, frozen=True, kw_only=True):
    """Put everything back, in stages."""


class ReleaseStep(StepCommand, frozen=True, kw_only=True):
    """Put one step back: by the clock in its turn, or by a person alone."""


class FreeBreak(StepCommand, frozen=True, kw_only=True):
    """Let the next break held back through."""


class StepReleased(StepCommand, frozen=True, kw_only=True):
    """What the step held stands as it was found, or is left to a person."""

    trouble: str = ""


class EndPlan(RunCommand, frozen=True, kw_only=True):
    """Everything is back."""


_R = RunState
_SAME = (AskFlex, AnswerFlex, TellWording, ConfirmCause, ProposeStandDown, WithdrawStandDown, KeepOn)
_RELEASING = (ReleaseStep, FreeBreak, StepReleased)
MACHINE = Machine(
    "plan",
    RunState,
    {
        (None, ProposePlan): _R.PROPOSED,
        (None, StartPlan): _R.RUNNING,
        (_R.PROPOSED, StartPlan): _R.RUNNING,
        (_R.PUT_OFF, StartPlan): _R.RUNNING,
        (_R.PROPOSED, PutOffPlan): _R.PUT_OFF,
        (_R.PUT_OFF, PutOffPlan): _R.PUT_OFF,
        (_R.PUT_OFF, ProposeAgain): _R.PROPOSED,
        (_R.PROPOSED, DropPlan): _R.DROPPED,
        (_R.PUT_OFF, DropPlan): _R.DROPPED,
        (_R.PROPOSED, LapsePlan): _R.LAPSED,
        (_R.PUT_OFF, LapsePlan): _R.LAPSED,
        (_R.RUNNING, TakeStep): _R.RUNNING,
        (_R.RUNNING, StepStands): _R.RUNNING,
        (_R.RUNNING, PassStep): _R.RUNNING,
        (_R.RUNNING, AskStep): _R.ASKING,
        (_R.ASKING, AnswerStep): _R.RUNNING,
        (_R.ASKING, RetryStep): _R.RUNNING,
        (_R.STOPPED, RetryStep): _R.RUNNING,
        (_R.RUNNING, StopPlan): _R.STOPPED,
        (_R.ASKING, StopPlan): _R.STOPPED,
        (_R.STOPPED, ContinuePlan): _R.RUNNING,
        (_R.RUNNING, AllStand): _R.STANDING,
        **{(state, command): state for state in sorted(ACTIVE) for command in (*_SAME, *_RELEASING)},
        **{(state, StandDown): _R.STANDING_DOWN for state in sorted(ACTIVE)},
        **{(_R.STANDING_DOWN, command): _R.STANDING_DOWN for command in (*_RELEASING, ConfirmCause)},
        (_R.STANDING_DOWN, AnswerFlex): _R.STANDING_DOWN,
        (_R.STANDING_DOWN, EndPlan): _R.STOOD_DOWN,
        (_R.STOOD_DOWN, AnswerFlex): _R.STOOD_DOWN,
    },
)
