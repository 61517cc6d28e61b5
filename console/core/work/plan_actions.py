"""The emergency actions: one class and one line in `ACTIONS` each."""

from collections.abc import Iterator
from typing import Any

import msgspec

from console.core.floor.policy import CHANNEL_WORDS, Channel
from console.core.kept import NOTHING
from console.core.levers import RoutingKey
from console.core.roles import CONSOLE
from console.core.rules.watches import Condition, holds
from console.core.words import Said, say
from console.core.work.break_records import WAITING, Break, BreakState, CallBack
from console.core.work.breaks import HANDLERS
from console.core.work.plan_action import (
    Action,
    Effect,
    Fault,
    Ground,
    Known,
    Pull,
    number_faults,
    queue_faults,
    text_faults,
)
from console.core.work.plan_body import HOLD_BREAKS
from console.core.work.plan_flex import Flex
from console.core.work.plan_records import StepRun
from console.core.work.plan_subjects import groups_under
from console.core.work.plan_telling import Notify, Wording

IVR_SHORTCUT = RoutingKey(family="ivr", key="shortcut")
CLOSED, OVERFLOW = "queue/closed", "queue/overflow"
ANNOUNCE = "announce"
PLAN_FAMILIES = ("ivr", "queue")
"""The families of the ACD's database that its dialplan reads for us; every other one is somebody else's."""

_CALLABLE = frozenset({BreakState.AWAY, BreakState.OVERRUN, BreakState.LATE})


class HoldBreaks(Action, frozen=True, kw_only=True, tag=HOLD_BREAKS):
    """Grant no new breaks in the run's groups, and ask people back from breaks of the kinds `call_back`.

    Nobody is pulled back. Put back, those that waited are let through one by one, `release_every_s` apart.
    """

    way_back = "let_go"

    call_back: tuple[str, ...] = ()
    release_every_s: float = 60.0

    def said(self) -> Said:
        """Return what it does, in words."""
        return say("Hold new breaks, ask people back") if self.call_back else say("Hold new breaks")

    def take(self, on: Ground) -> Effect:
        """Ask back who is away on a break of these kinds."""
        groups = groups_under(on.view.policy, on.view, on.run.subject)
        step, called = NOTHING, []
        for each in on.book.every(Break).values():
            if each.state in _CALLABLE and each.kind in self.call_back and each.group in groups:
                called.append(each.id)
                asked = CallBack(id=f"{on.holder}/{each.id}", by=CONSOLE, break_id=each.id, why=on.run.body.name)
                step += HANDLERS[CallBack](on.book, on.view, asked, on.at)
        return Effect(step=step, changes={"called": tuple(called)})

    def undo(self, on: Ground) -> Effect:
        """Note who waits, so that they are let through one by one."""
        groups = groups_under(on.view.policy, on.view, on.run.subject)
        waiting = [each for each in on.book.every(Break).values() if each.state in WAITING and each.group in groups]
        waiting.sort(key=lambda each: (each.owed_since or each.asked_at, each.id))
        return Effect(changes={"line": tuple(each.id for each in waiting), "freed_at": on.at - self.release_every_s})

    def is_back(self, on: Ground) -> bool:
        """Return whether nobody of those who waited then waits any more unheard."""
        return self.next_free(on) is None

    def next_free(self, on: Ground) -> str | None:
        """Return the break to let through next, None where nobody waits."""
        for each in on.step.line:
            asked = on.book.get(Break, each)
            if each not in on.step.freed and asked is not None and asked.state in WAITING:
                return each
        return None

    def may_free(self, on: Ground) -> bool:
        """Return whether it is time for the next one."""
        return on.step.freed_at is None or on.at - on.step.freed_at >= self.release_every_s

    def faults(self, _known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        yield from number_faults("release_every_s", self.release_every_s, least=0, most=3600)


class IvrShortcut(Action, frozen=True, kw_only=True, tag="ivr_shortcut"):
    """The IVR's short-cut 快捷入口: `to` a queue, or `announce` the emergency wording."""

    customers_notice = True
    way_back = "lever"

    to: str

    def said(self) -> Said:
        """Return what it does, in words."""
        if self.to == ANNOUNCE:
            return say("IVR short-cut: the emergency announcement")
        return say("IVR short-cut: {to}", to=self.to)

    def pulls(self, _on: Ground) -> tuple[Pull, ...]:
        """Return the one key."""
        return (Pull(target=IVR_SHORTCUT, wanted=self.to),)

    def faults(self, known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        if self.to != ANNOUNCE:
            yield from queue_faults("to", (self.to,), known)


class Overflow(Action, frozen=True, kw_only=True, tag="overflow"):
    """Send new callers of `queues` (none: those of the run) on to the queue `to`."""

    customers_notice = True
    way_back = "lever"

    to: str
    queues: tuple[str, ...] = ()

    def said(self) -> Said:
        """Return what it does, in words."""
        return say("New callers overflow to {to}", to=self.to)

    def pulls(self, on: Ground) -> tuple[Pull, ...]:
        """Return a key for each queue."""
        queues = [queue for queue in self.queues or on.queues if queue != self.to]
        return tuple(Pull(target=RoutingKey(family=OVERFLOW, key=queue), wanted=self.to) for queue in queues)

    def faults(self, known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        yield from queue_faults("to", (self.to,), known)
        yield from queue_faults("queues", self.queues, known)
        if self.to in self.queues:
            yield Fault(kind="loop", field="to", said=say("{queue} would overflow into itself.", queue=self.to))


class CloseQueues(Action, frozen=True, kw_only=True, tag="close"):
    """Close queues for a while: those named, and every queue of `channel` (phone, web) the run is not about."""

    customers_notice = True
    way_back = "lever"

    queues: tuple[str, ...] = ()
    channel: str = ""

    def said(self) -> Said:
        """Return what it does, in words."""
        queues = ", ".join(self.queues)
        if self.channel not in set(Channel):
            return say("Close for a while: {what}", what=queues or self.channel)
        channel = CHANNEL_WORDS[Channel(self.channel)]
        if not queues:
            return say("Close for a while: other queues of {channel}", channel=channel)
        return say("Close for a while: {what} and other queues of {channel}", what=queues, channel=channel)

    def pulls(self, on: Ground) -> tuple[Pull, ...]:
        """Return a key for each queue."""
        own = on.queues
        groups = [group for group in on.view.policy.groups if group.channel == self.channel]
        more = [queue for group in groups for queue in group.queues if queue not in own]
        queues = dict.fromkeys((*self.queues, *more))
        return tuple(Pull(target=RoutingKey(family=CLOSED, key=queue), wanted="1") for queue in queues)

    def faults(self, known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        yield from queue_faults("queues", self.queues, known)
        if not self.queues and not self.channel:
            yield Fault(kind="empty", said=say("Closing needs queues or a channel."))
        if self.channel and self.channel not in set(Channel):
            said = say("A channel is phone or web, not {channel}.", channel=self.channel)
            yield Fault(kind="unknown_word", field="channel", said=said)


class SetKey(Action, frozen=True, kw_only=True, tag="key"):
    """Set any routing key the dialplan reads; `noticed` False where customers do not notice it."""

    customers_notice = True
    way_back = "lever"

    family: str
    key: str
    value: str
    noticed: bool = True

    @property
    def visible(self) -> bool:
        """Return whether customers notice it, as its author says."""
        return self.noticed

    def said(self) -> Said:
        """Return what it does, in words."""
        return say("Set {key} to {value}", key=f"{self.family}/{self.key}", value=self.value)

    def pulls(self, _on: Ground) -> tuple[Pull, ...]:
        """Return the key."""
        return (Pull(target=RoutingKey(family=self.family, key=self.key), wanted=self.value),)

    def faults(self, _known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        if self.family.partition("/")[0] not in PLAN_FAMILIES:
            said = say(
                "{family} is not a family the console may put back; use {families}.",
                family=self.family,
                families=", ".join(PLAN_FAMILIES),
            )
            yield Fault(kind="no_way_back", field="family", said=said)
        if not self.key or any(letter.isspace() for letter in self.family + self.key):
            yield Fault(kind="empty", field="key", said=say("A key has a name without blanks."))
        if not self.value:
            yield Fault(kind="empty", field="value", said=say("{field} is empty.", field="value"))


class Wait(Action, frozen=True, kw_only=True, tag="wait"):
    """Wait for `seconds`, or until a condition holds, `at_most_s` long."""

    seconds: float | None = None
    until: Condition | None = None
    at_most_s: float = 600.0

    def said(self) -> Said:
        """Return what it does, in words."""
        if self.until is None:
            return say("Wait {seconds} s", seconds=round(self.seconds or 0))
        return say("Wait for the figures, at most {seconds} s", seconds=round(self.at_most_s))

    def stands(self, on: Ground) -> bool:
        """Return whether the waiting is over."""
        waited = on.at - (on.step.begun_at if on.step.begun_at is not None else on.at)
        if self.until is None:
            return waited >= (self.seconds or 0)
        return waited >= self.at_most_s or holds(self.until, on.view, on.run.subject) is True

    def faults(self, _known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        if (self.seconds is None) == (self.until is None):
            yield Fault(kind="empty", said=say("A wait has seconds, or a condition it waits for."))
        yield from number_faults("seconds", self.seconds, least=0, most=86400)
        yield from number_faults("at_most_s", self.at_most_s, least=1, most=86400)


class Ask(Action, frozen=True, kw_only=True, tag="ask"):
    """Ask a person before going on; `answer` is what must be typed with a yes, such as a name ("": nothing)."""

    text: str
    answer: str = ""

    def said(self) -> Said:
        """Return what it does, in words."""
        return say("Ask: {words}", words=self.text)

    def faults(self, _known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        yield from text_faults("text", self.text)
        yield from text_faults("answer", self.answer, needed=False)


ACTIONS: tuple[type[Action], ...] = (
    Notify,
    Flex,
    HoldBreaks,
    Wording,
    Wait,
    Ask,
    IvrShortcut,
    Overflow,
    CloseQueues,
    SetKey,
)


def name_of(action: type[Action]) -> str:
    """Return the name by which a plan calls an action."""
    return str(action.__struct_config__.tag)


_SAYING = (Notify, Wording)
NAMED = {name_of(action): action for action in ACTIONS}


def action_of(body: dict[str, Any]) -> Action:
    """Return a step's table as its action; raise msgspec.ValidationError for what is none."""
    kind = NAMED.get(str(body.get("do")))
    if kind is None:
        raise msgspec.ValidationError(f"Unknown action `{body.get('do')}` - at `$.do`")
    return msgspec.convert(body, kind)


def as_told(step: StepRun) -> Action:
    """Return the action of a step of a run, with the words as they were said and answered, their figures filled in."""
    action = action_of(step.body)
    if step.told and isinstance(action, Ask):
        return msgspec.structs.replace(action, text=f"{action.text} {step.told}")
    return msgspec.structs.replace(action, text=step.told) if step.told and isinstance(action, _SAYING) else action
