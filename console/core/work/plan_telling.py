"""Telling: agreed wording 统一口径 for desks and agents, and notices to all desks or to a web hook."""

import json
from collections.abc import Iterator

import msgspec

from console.core.floor.model import Instant, Interface, Seconds
from console.core.kept import Entry, Message, Step
from console.core.words import Said, say
from console.core.work.messages import shown_address
from console.core.work.plan_action import (
    NAMES,
    Action,
    Effect,
    Fault,
    Ground,
    Known,
    address_faults,
    filled,
    one_line,
    text_faults,
)
from console.core.work.plan_records import Directive

PATIENCE_S: Seconds = 20.0
"""How long a step waits for a receiver that cannot be reached before the plan goes on without its answer."""
AT_ONCE = 100
"""How many agents are told a wording with one commit."""


class Wording(Action, frozen=True, kw_only=True, tag="directive"):
    """Agreed wording 统一口径 for desks and agents, until it is withdrawn.

    Every agent signed into a queue of the run is told, also those who come on line later, each once.
    """

    way_back = "withdrawn"

    text: str

    def said(self) -> Said:
        """Return what it does, in words."""
        return say("Agreed wording: {words}", words=self.text)

    def take(self, on: Ground) -> Effect:
        """Give the wording out."""
        text = filled(self.text, on)
        directive = Directive(
            id=on.holder,
            holder=on.holder,
            subject=on.run.subject,
            title=self.title or on.run.body.name,
            text=text,
            given_at=on.at,
            given_by=on.run.started_by,
        )
        told = _to_desks(on, "Directive", directive.title, text)
        # Tried again after a failure it is the same directive, given out anew.
        before = on.book.get(Directive, directive.id)
        if before is not None:
            directive = msgspec.structs.replace(directive, version=before.version)
        said = say("Agreed wording given out: {words}", words=text)
        entry = Entry(what="directive.given", subject=f"directives:{directive.id}", said=said)
        step = Step(puts=(directive,), entries=(entry,))
        return Effect(messages=(told,), step=step, changes={"directive": directive.id, "told": text})

    def undo(self, on: Ground) -> Effect:
        """Withdraw it."""
        given = on.book.get(Directive, on.step.directive)
        if given is None or given.ended_at is not None:
            return Effect()
        said = say("Agreed wording withdrawn: {words}", words=given.text)
        entry = Entry(what="directive.withdrawn", subject=f"directives:{given.id}", said=said)
        step = Step(puts=(msgspec.structs.replace(given, ended_at=on.at),), entries=(entry,))
        desks = _to_desks(on, "DirectiveWithdrawn", given.title, given.text)
        agents = (_to_agent(on, "WordingWithdrawn", each, given) for each in signed_in(on) if each in on.step.heard)
        return Effect(messages=(desks, *agents), step=step)

    def faults(self, _known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        yield from text_faults("text", self.text)


def signed_in(on: Ground) -> list[Interface]:
    """Return the seats signed into the run's queues."""
    queues = frozenset(on.queues)
    return sorted({interface for queue, interface in on.view.members if queue in queues})


def unheard(on: Ground) -> list[Interface]:
    """Return the seats on line that have not been told the wording in force, as many as are told at once."""
    given = on.book.get(Directive, on.step.directive)
    if given is None or given.ended_at is not None:
        return []
    heard = frozenset(on.step.heard)
    return [each for each in signed_in(on) if each not in heard][:AT_ONCE]


def told_wording(on: Ground) -> Effect:
    """Tell the next agents the wording in force."""
    given, agents = on.book.get(Directive, on.step.directive), unheard(on)
    if given is None or not agents:
        return Effect()
    messages = tuple(_to_agent(on, "WordingGiven", each, given) for each in agents)
    return Effect(messages=messages, changes={"heard": (*on.step.heard, *agents)})


class Notify(Action, frozen=True, kw_only=True, tag="notify"):
    """Tell all desks (tray and sound), or a web hook: a signed POST over https whose `body` is a template.

    `unsigned`: the receiver checks no signature, so no secret has to be kept for it. The step stands when the receiver
    has taken it; one that cannot be reached is tried on, and holds the plan up no longer than `PATIENCE_S`.
    """

    text: str
    to: str = "desks"
    sound: bool = True
    body: str = ""
    content_type: str = "application/json"
    unsigned: bool = False

    def said(self) -> Said:
        """Return what it does, in words; of a web hook only the host, its path may be a secret."""
        if self.to == "desks":
            return say("Tell all desks: {words}", words=self.text)
        return say("Tell {to}: {words}", to=shown_address(self.to), words=self.text)

    def take(self, on: Ground) -> Effect:
        """Tell."""
        text = filled(self.text, on)
        if self.to == "desks":
            notice = _to_desks(on, "PlanNotice", self.title, text, sound=self.sound)
            return Effect(messages=(notice,), changes={"told": text})
        is_json = self.content_type.endswith("json")
        default = json.dumps({"plan": on.run.body.name, "subject": on.run.subject, "text": text}, ensure_ascii=False)
        sent = filled(self.body, on, as_json=is_json) if self.body else default
        fields = {"ContentType": self.content_type if self.body else "application/json"}
        if self.unsigned:
            fields["Unsigned"] = "yes"
        message = Message(id=_notice(on, on.at), to=self.to, name="PlanNotice", fields=fields, text=sent, due=on.at)
        return Effect(messages=(message,), changes={"told": text})

    def stands(self, on: Ground) -> bool:
        """Return whether a web hook was told, or need not be waited for."""
        if self.to == "desks":
            return True
        begun = on.at if on.step.begun_at is None else on.step.begun_at
        message = on.book.get(Message, _notice(on, begun))
        return (message is not None and message.sent_at is not None) or on.at - begun >= PATIENCE_S

    def trouble(self, on: Ground) -> str:
        """Return why a web hook would not be told."""
        message = on.book.get(Message, _notice(on, on.step.begun_at or on.at))
        return message.failure if message is not None and message.failed_at is not None else ""

    def faults(self, _known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        yield from text_faults("text", self.text)
        if self.to != "desks":
            yield from address_faults("to", self.to)
        yield from text_faults("body", self.body, needed=False)
        if self.body and self.content_type.endswith("json"):
            try:
                json.loads(_sample(self.body))
            except ValueError as error:
                said = say("The body is no JSON: {reason}", reason=str(error))
                yield Fault(kind="no_json", field="body", said=said)


def _to_desks(on: Ground, name: str, title: str, text: str, *, sound: bool = False) -> Message:
    fields = {
        "Title": one_line(title or on.run.body.name),
        "Text": one_line(text),
        "Subject": on.run.subject,
        "Run": on.run.id,
        "Sound": "yes" if sound else "no",
    }
    return Message(id=f"{on.holder}/{name}/{on.at:.0f}", to="desks", name=name, fields=fields, due=on.at)


def _to_agent(on: Ground, name: str, interface: Interface, given: Directive) -> Message:
    known = on.view.people.get(on.view.person_of.get(interface, ""))
    fields = {
        "Agent": known.extensions[0] if known and known.extensions else "",
        "Interface": interface,
        "RequestId": given.id,
        "Title": one_line(given.title),
        "Text": one_line(given.text),
    }
    name_of = f"{on.holder}/{name}/{interface}/{given.given_at:.0f}"
    return Message(id=name_of, to=interface, name=name, fields=fields, due=on.at)


def _notice(on: Ground, at: Instant) -> str:
    return f"{on.holder}/PlanNotice/{at:.0f}"


def _sample(body: str) -> str:
    for name in NAMES:
        body = body.replace(f"${{{name}}}", "0").replace(f"${name}", "0")
    return body
