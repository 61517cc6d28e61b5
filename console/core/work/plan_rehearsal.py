"""Rehearsal 预演: exactly what a plan would set on which object, and what stands there now, setting nothing."""

from collections.abc import Callable
from typing import Any

import msgspec

from console.core.floor.model import Instant, Record
from console.core.floor.view import FloorView
from console.core.kept import Book, Message
from console.core.levers import Lever, Membership, RoutingKey, SeatPaused, Target, Value, lever_id, others
from console.core.words import Said
from console.core.work.break_records import WAITING, Break
from console.core.work.messages import shown_address
from console.core.work.plan_action import Action, Ground
from console.core.work.plan_actions import HoldBreaks, action_of
from console.core.work.plan_body import Trigger
from console.core.work.plan_flex import Flex, candidates
from console.core.work.plan_records import Plan, PlanRun, RunState, StepRun
from console.core.work.plan_subjects import groups_under
from console.core.work.plan_telling import Wording, signed_in

KeyOf = Callable[[RoutingKey], Value | Said]
"""Reads a routing key where the ACD can be asked; a sentence where it cannot."""


class Setting(Record, frozen=True, kw_only=True):
    """One lever a step would pull: what it would set, what stands there now, and who holds it already.

    `found` is what standing down would put back: what stands now, or what was found before another holder. `unknown`
    says why what stands now could not be read. `if_yes`: only if the flex agent says yes.
    """

    lever: str
    wanted: Value
    stands: Value
    found: Value
    unknown: str = ""
    holders: tuple[str, ...] = ()
    if_yes: bool = False


class Telling(Record, frozen=True, kw_only=True):
    """One message a step would send; of a web hook's address no more than the host."""

    to: str
    name: str
    text: str


class RehearsedStep(Record, frozen=True, kw_only=True):
    """What one step would do; `asks` a person first because customers notice it, or because the plan says so.

    `agents` is how many agents on line would be told an agreed wording.
    """

    n: int
    action: str
    said: Said
    visible: bool
    asks: bool
    on_failure: str
    way_back: str
    sets: tuple[Setting, ...] = ()
    tells: tuple[Telling, ...] = ()
    flex: tuple[str, ...] = ()
    called_back: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    agents: int = 0


def rehearse(
    book: Book, view: FloorView, plan: Plan, subject: str, at: Instant, key_of: KeyOf
) -> tuple[RehearsedStep, ...]:
    """Return what every step of a plan would do for a subject at this moment."""
    run = PlanRun(
        id="rehearsal",
        plan=plan.id,
        plan_version=plan.version,
        body=plan.body,
        subject=subject,
        state=RunState.RUNNING,
        steps=tuple(StepRun(n=n, body=body) for n, body in enumerate(plan.body.steps)),
        trigger=Trigger.HAND,
        started_at=at,
    )
    return tuple(
        _step(action_of(step.body), Ground(book=book, view=view, run=run, step=step, at=at), key_of)
        for step in run.steps
    )


def _step(action: Action, on: Ground, key_of: KeyOf) -> RehearsedStep:
    effect = action.take(on)
    flex = candidates(action, on)[: action.count] if isinstance(action, Flex) else []
    lent = [
        Membership(interface=person.interfaces[0], queue=queue, name=person.name)
        for person in flex
        for queue in (action.queues if isinstance(action, Flex) and action.queues else on.queues)
    ]
    penalty = str(action.penalty) if isinstance(action, Flex) else None
    sets = [_setting(on, pull.target, pull.wanted, key_of) for pull in action.pulls(on)]
    sets += [_setting(on, target, penalty, key_of, if_yes=True) for target in lent]
    called = [put.name for put in effect.step.puts if isinstance(put, Break)]
    tells = [_telling(message) for message in (*effect.messages, *effect.step.messages)]
    groups = groups_under(on.view.policy, on.view, on.run.subject) if isinstance(action, HoldBreaks) else ()
    held = [each.name for each in on.book.every(Break).values() if each.state in WAITING and each.group in groups]
    return RehearsedStep(
        n=on.step.n + 1,
        action=on.step.does,
        said=action.said(),
        visible=action.visible,
        asks=action.visible or on.step.does == "ask",
        on_failure=str(action.on_failure or on.run.body.on_failure),
        way_back=action.way_back,
        sets=tuple(sets),
        tells=tuple(tells),
        flex=tuple(person.name for person in flex),
        called_back=tuple(called),
        held_back=tuple(held),
        agents=len(signed_in(on)) if isinstance(action, Wording) else 0,
    )


def _setting(on: Ground, target: Target, wanted: Value, key_of: KeyOf, *, if_yes: bool = False) -> Setting:
    stands = standing_value(on.view, target, key_of)
    unknown = stands.english() if isinstance(stands, Said) else ""
    now = None if isinstance(stands, Said) else stands
    lever = on.book.get(Lever, lever_id(target))
    held = lever is not None and lever.found_at is not None and lever.closed_at is None
    return Setting(
        lever=lever_id(target),
        wanted=wanted,
        stands=now,
        found=lever.found if held and lever is not None else now,
        unknown=unknown,
        holders=tuple(hold.holder for hold in others(on.book, target, on.holder)),
        if_yes=if_yes,
    )


def standing_value(view: FloorView, target: Target, key_of: KeyOf) -> Value | Said:
    """Return what stands on the ACD now, as a lever's value."""
    if isinstance(target, RoutingKey):
        return key_of(target)
    member = view.members.get((target.queue, target.interface))
    if isinstance(target, SeatPaused):
        return member.pause_reason if member is not None and member.paused else None
    return None if member is None else str(member.penalty)


def _telling(message: Message) -> Telling:
    text = message.text or message.fields.get("Text", "") or message.fields.get("RequestId", "")
    to = f"https://{shown_address(message.to)}" if message.to.startswith("https:") else message.to
    return Telling(to=to, name=message.name, text=text)


def as_json(steps: tuple[RehearsedStep, ...]) -> list[dict[str, Any]]:
    """Return a rehearsal as plain values, its sentences in English."""
    return [{**msgspec.to_builtins(step), "said": step.said.english()} for step in steps]
