"""What a person answers about a run of an emergency plan becomes commands; the words: `console.ui.plan_doors`."""

from collections.abc import Callable
from uuid import uuid4

from console.core.errors import NotAllowed
from console.core.floor.model import Instant, Seconds
from console.core.floor.policy import FloorPolicy
from console.core.kept import Command
from console.core.roles import Actor
from console.core.words import Said
from console.core.work.plan_records import (
    AnswerFlex,
    AnswerStep,
    ConfirmCause,
    ContinuePlan,
    DropPlan,
    KeepOn,
    PutOffPlan,
    ReleaseStep,
    RetryStep,
    RunCommand,
    StandDown,
    StartPlan,
    StopPlan,
)
from console.views.plan_cards import run_of_card
from console.views.typed_time import read_moment

PUT_OFF_S: Seconds = 600.0
"""How long a proposal is put off where nothing else was typed."""

_PLAIN: dict[str, type[RunCommand]] = {
    "drop": DropPlan,
    "stop": StopPlan,
    "continue": ContinuePlan,
    "stand_down": StandDown,
    "keep_on": KeepOn,
    "confirm_cause": ConfirmCause,
}


def plan_replies(
    card: str, action: str, why: str, *, policy: FloorPolicy, by: Actor, at: Instant
) -> tuple[Command, ...]:
    """Return what an answer to a run's card commands; raises NotAllowed for a time nobody can read, () if unknown."""
    run, identity = run_of_card(card), uuid4().hex
    word, _, about = action.partition(":")
    if action in _PLAIN:
        return (_PLAIN[action](id=identity, by=by, why=why, run=run),)
    if action in {"start", "start_anyway"}:
        return (StartPlan(id=identity, by=by, why=why, run=run, anyway=action == "start_anyway"),)
    if action == "put_off":
        return (PutOffPlan(id=identity, by=by, run=run, until=_until(why, policy, at)),)
    if action in {"yes", "no"}:
        return (AnswerStep(id=identity, by=by, why=why, run=run, yes=action == "yes"),)
    made = _OF_A_STEP.get(word)
    number, _, person = about.partition(":")
    if made is None or not number.isascii() or not number.isdecimal() or (word in _FLEX and not person):
        return ()
    return (made(identity, by, run, int(number), person),)


def _until(why: str, policy: FloorPolicy, at: Instant) -> Instant:
    if not why.strip():
        return at + PUT_OFF_S
    told = read_moment(why, policy, at)
    if isinstance(told, Said):
        raise NotAllowed(told)
    return told


_FLEX = frozenset({"flex_yes", "flex_no"})
_OF_A_STEP: dict[str, Callable[[str, Actor, str, int, str], Command]] = {
    "retry": lambda name, by, run, n, _: RetryStep(id=name, by=by, run=run, n=n),
    "release": lambda name, by, run, n, _: ReleaseStep(id=name, by=by, run=run, n=n),
    "flex_yes": lambda name, by, run, n, person: AnswerFlex(id=name, by=by, run=run, n=n, person=person, yes=True),
    "flex_no": lambda name, by, run, n, person: AnswerFlex(id=name, by=by, run=run, n=n, person=person, yes=False),
}
