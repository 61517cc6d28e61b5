"""A rehearsal 预演 as a table: step by step, which object, what stands there now, what would be set, who holds it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from console.core.floor.model import Record
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import Value
from console.core.words import Said, say
from console.core.work.break_records import Break
from console.core.work.plan_actions import CLOSED
from console.core.work.plan_records import PlanRun
from console.core.work.plan_rehearsal import RehearsedStep, Setting, Telling

_OF_FLEX = frozenset({"FlexAsked", "FlexReleased", "FlexOnLine"})
_OF_BREAKS = "Break"
"""The agents asked, or asked back, stand in a line of their own by name: what a bot is told of them is no news."""
NOTHING_SET = say("Nothing is set")


class RehearsalRow(Record, frozen=True, kw_only=True):
    """One line: `step` and `n` stand at the first line of a step only; `first` says who is asked before it."""

    id: str
    on: Said
    n: str = ""
    step: Said | None = None
    visible: bool = False
    now: Said | None = None
    then: Said | None = None
    back: Said | None = None
    holders: tuple[Said, ...] = ()
    first: Said | None = None
    unknown: bool = False


def rehearsal_rows(
    steps: tuple[RehearsedStep, ...], book: Book | None = None, view: FloorView | None = None
) -> tuple[RehearsalRow, ...]:
    """Return the lines of a rehearsal; `book` gives holders their names, `view` phones and queues."""
    return tuple(row for step in steps for row in _rows(step, Book() if book is None else book, view))


def _rows(step: RehearsedStep, book: Book, view: FloorView | None) -> Iterator[RehearsalRow]:
    lines = [*(_setting(each, book, view) for each in step.sets), *_told(step, view)]
    if not lines:
        lines = [RehearsalRow(id="", on=NOTHING_SET)]
    for place, line in enumerate(lines):
        head = place == 0
        yield RehearsalRow(
            id=f"{step.n}/{place}",
            n=str(step.n) if head else "",
            step=_said(step) if head else None,
            visible=step.visible and head,
            first=line.first or (_first(step) if head else None),
            on=line.on,
            now=line.now,
            then=line.then,
            back=line.back,
            holders=line.holders,
            unknown=line.unknown,
        )


def _said(step: RehearsedStep) -> Said:
    """Return what a step does; the text it tells stands beside it, filled in."""
    if step.action != "notify":
        return step.said
    host = step.said.values.get("to")
    return say("Tell all desks") if host is None else say("Tell {host}", host=host)


def _first(step: RehearsedStep) -> Said | None:
    if step.action == "ask":
        return say("A person answers")
    return say("A person agrees") if step.asks else None


def _setting(setting: Setting, book: Book, view: FloorView | None) -> RehearsalRow:
    kind, name = _parted(setting.lever)
    unread = say("not known: {why}", why=setting.unknown) if setting.unknown else None
    return RehearsalRow(
        id="",
        on=object_words(setting.lever, view),
        now=unread or _value(kind, name, setting.stands),
        then=_value(kind, name, setting.wanted),
        back=say("what is found") if setting.unknown else _value(kind, name, setting.found),
        holders=tuple(holder_words(book, each) for each in setting.holders),
        first=say("The agent says yes") if setting.if_yes else None,
        unknown=bool(setting.unknown),
    )


def _told(step: RehearsedStep, view: FloorView | None) -> Iterator[RehearsalRow]:
    if step.flex:
        yield RehearsalRow(id="", on=say("Flex agents asked"), then=_names(step.flex))
    if step.called_back:
        yield RehearsalRow(id="", on=say("Asked back from a break"), then=_names(step.called_back))
    if step.held_back:
        yield RehearsalRow(id="", on=say("Requests that go on waiting"), then=_names(step.held_back))
    if step.agents:
        later = say("{count} now, and whoever comes later", count=step.agents)
        yield RehearsalRow(id="", on=say("Agents on line are told"), then=later)
    yield from (RehearsalRow(id="", on=_to(each, view), then=_text(each)) for each in step.tells if _is_news(each))


def _is_news(telling: Telling) -> bool:
    return telling.name not in _OF_FLEX and not telling.name.startswith(_OF_BREAKS)


def _names(people: tuple[str, ...]) -> Said:
    return say("{names}", names=", ".join(people))


def _text(telling: Telling) -> Said:
    return say("{words}", words=" ".join(telling.text.split()))


def _to(telling: Telling, view: FloorView | None) -> Said:
    if telling.to == "desks":
        return say("All desks")
    if telling.to.startswith("https:"):
        return say("Web hook {host}", host=urlsplit(telling.to).hostname or "https")
    return say("Phone {phone}", phone=phone_name(view, telling.to))


def _parted(lever: str) -> tuple[str, str]:
    kind, _, name = lever.partition("/")
    return kind, name


def phone_name(view: FloorView | None, interface: str) -> str:
    """Return whose phone it is, name and number; the phone itself where nobody is known."""
    person = None if view is None else view.people.get(view.person_of.get(interface, ""))
    return interface if person is None else f"{person.name} {person.number}".strip()


def _queue_name(view: FloorView | None, queue: str) -> str:
    """Return a queue by the name of its group where it is the group's only one, as people call it."""
    found = None if view is None else next((g for g in view.policy.groups if tuple(g.queues) == (queue,)), None)
    return queue if found is None else found.name


def object_words(lever: str, view: FloorView | None = None) -> Said:
    """Return what a lever moves, in words: a key of the dialplan, a sign-in, a pause; `view` gives names."""
    kind, name = _parted(lever)
    if kind == "key":
        return say("Key {key}", key=name)
    queue, _, phone = name.partition("/")
    queue, phone = _queue_name(view, queue), phone_name(view, phone)
    if kind == "member":
        return say("{phone} in queue {queue}", phone=phone, queue=queue)
    return say("Pause of {phone} in {queue}", phone=phone, queue=queue)


def value_words(lever: str, value: Value) -> Said:
    """Return what a lever's value means."""
    return _value(*_parted(lever), value)


def _value(kind: str, name: str, value: Value) -> Said:
    if kind == "member":
        return say("not signed in") if value is None else say("signed in, penalty {penalty}", penalty=value)
    if kind == "seat":
        if not value:
            return say("not paused") if value is None else say("paused")
        return say("paused: {reason}", reason=value)
    if value is None:
        return say("not set")
    if name.startswith(f"{CLOSED}/"):
        return say("closed")
    return say("{value}", value=value)


def holder_words(book: Book, holder: str) -> Said:
    """Return who holds a lever: a step of a plan, a break, or the name as it is kept."""
    kind, _, name = holder.partition(":")
    if kind == "plan_runs":
        run_id, _, place = name.partition("#")
        run = book.get(PlanRun, run_id)
        if run is not None and place.isdigit():
            return say("{plan}, step {n}", plan=run.body.name, n=int(place) + 1)
        return say("another plan")
    if kind == "breaks":
        found = book.get(Break, name)
        return say("a break") if found is None else say("the break of {name}", name=found.name)
    return say("{holder}", holder=holder)
