"""What every emergency action is: what it looks at, what it wants, what may be wrong with it."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from string import Template
from typing import Any, ClassVar
from urllib.parse import urlsplit

from console.core.floor.day import zone_of
from console.core.floor.model import Instant, QueueName, Record
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Message, Step
from console.core.levers import Lever, LeverState, Target, Value, lever_id, others
from console.core.rules.watches import figures_at, group_at
from console.core.words import Said, say
from console.core.work.plan_records import PlanRun, StepRun
from console.core.work.plan_subjects import queues_under


class Fault(Record, frozen=True, kw_only=True):
    """What is wrong with a plan: `kind` is its code, `field` the key it stands at ("" the table itself)."""

    kind: str
    said: Said
    field: str = ""


class Known(Record, frozen=True, kw_only=True):
    """What a plan is checked against; `policy` None: no floor is known, so no name can be unknown."""

    policy: FloorPolicy | None = None
    queues: frozenset[QueueName] = frozenset()

    def has_queue(self, queue: QueueName) -> bool:
        """Return whether a queue may be named."""
        return not self.queues or queue in self.queues


class Ground(Record, frozen=True, kw_only=True):
    """What an action stands on: book and floor now, its run and its step."""

    book: Book
    view: FloorView
    run: PlanRun
    step: StepRun
    at: Instant

    @property
    def holder(self) -> str:
        """Return the name under which this step holds levers."""
        return self.run.holder(self.step.n)

    @property
    def queues(self) -> tuple[QueueName, ...]:
        """Return the queues the run is about."""
        return queues_under(self.view.policy, self.view, self.run.subject)


class Pull(Record, frozen=True, kw_only=True):
    """One lever an action wants to stand at a value."""

    target: Target
    wanted: Value


class Effect(Record, frozen=True, kw_only=True):
    """What an action does when it is its turn, beside its levers: messages, records, and changes of its step."""

    messages: tuple[Message, ...] = ()
    step: Step = NOTHING
    changes: Mapping[str, Any] = {}


class Action(Record, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """Base of every action; its fields are its form. An action is one class and one line in `ACTIONS`.

    `customers_notice`: a person agrees first, and it is put back first. `background`: the next step does not wait for
    it. `way_back`: what puts it back, `lever`, `withdrawn`, `let_go` or `none` where nothing stands.
    """

    customers_notice: ClassVar[bool] = False
    background: ClassVar[bool] = False
    way_back: ClassVar[str] = "none"

    title: str = ""
    on_failure: str = ""

    @property
    def visible(self) -> bool:
        """Return whether customers notice it."""
        return self.customers_notice

    def said(self) -> Said:
        """Return what it does, in words."""
        raise NotImplementedError

    def pulls(self, _on: Ground) -> tuple[Pull, ...]:
        """Return the levers it wants."""
        return ()

    def take(self, _on: Ground) -> Effect:
        """Return what else it does when its turn comes."""
        return Effect()

    def stands(self, on: Ground) -> bool:
        """Return whether what it wants was seen to stand."""
        return all(_settled(lever) for lever in levers_of(on))

    def trouble(self, on: Ground) -> str:
        """Return why it will not come about, "" where nothing has said so."""
        return refusal_of(on)

    def undo(self, _on: Ground) -> Effect:
        """Return what else it does when it is put back."""
        return Effect()

    def is_back(self, on: Ground) -> bool:
        """Return whether what it held stands as it was found, or is left to a person."""
        return all(lever.state in _LEFT or lever.holds for lever in levers_of(on))

    def faults(self, _known: Known) -> Iterator[Fault]:
        """Yield what is wrong with its fields."""
        yield from ()


_SETTLED = frozenset({LeverState.STANDING, LeverState.MOVED, LeverState.DONE})
_LEFT = frozenset({LeverState.DONE, LeverState.MOVED, LeverState.REFUSED})


def _settled(lever: Lever) -> bool:
    return lever.state in _SETTLED


def levers_of(on: Ground) -> list[Lever]:
    """Return the levers this step pulled, as they stand; one that left the book long ago is back."""
    found = (on.book.get(Lever, each) for each in on.step.levers)
    return [lever for lever in found if lever is not None]


def refusal_of(on: Ground) -> str:
    """Return why the ACD would not do it, "" where it did not say no."""
    said = [f"{lever.id}: {lever.refusal}" for lever in levers_of(on) if lever.state is LeverState.REFUSED]
    return "; ".join(said)


def left_of(on: Ground) -> str:
    """Return which levers are left to a person after putting back."""
    states = {LeverState.MOVED, LeverState.REFUSED}
    return ", ".join(lever.id for lever in levers_of(on) if lever.state in states and not lever.holds)


def held_by_others(action: Action, on: Ground) -> tuple[tuple[str, str], ...]:
    """Return which of its levers somebody else holds: lever and holder."""
    return tuple(
        (lever_id(pull.target), hold.holder)
        for pull in action.pulls(on)
        for hold in others(on.book, pull.target, on.holder)
    )


# ---- words with figures ----------------------------------------------------------------------------------------------

NAMES = ("plan", "subject", "waiting", "mean_wait_s", "longest_wait_s", "on_line", "time", "centre")
"""What may stand in a text as ${name}."""


def filled(text: str, on: Ground, *, as_json: bool = False) -> str:
    """Return a text with the figures of the moment; in JSON every value is escaped."""
    figures = figures_at(on.view, on.run.subject)
    zone = zone_of(on.view.policy)
    local = datetime.fromtimestamp(on.at, zone) if zone else datetime.fromtimestamp(on.at, UTC).astimezone()
    group = group_at(on.view.policy, on.run.subject)
    now = None if figures is None else figures.now
    values = {
        "plan": on.run.body.name,
        "subject": on.run.subject if group is None else group.name,
        "waiting": str(now.waiting if now else "—"),
        "mean_wait_s": _seconds(now.mean_wait_s if now else None),
        "longest_wait_s": _seconds(now.longest_wait_s if now else None),
        "on_line": str(figures.seats.on_line if figures else "—"),
        "time": local.strftime("%H:%M"),
        "centre": on.view.policy.centre,
    }
    if as_json:
        values = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in values.items()}
    return Template(text).safe_substitute(values)


def one_line(text: str) -> str:
    """Return a text without line ends, as a header of the ACD may carry it."""
    return " ".join(text.split())


def unknown_names(text: str) -> list[str]:
    """Return the ${names} of a text that nobody fills, "$" for a sign that stands alone."""
    template = Template(text)
    if not template.is_valid():
        return ["$"]
    return [name for name in template.get_identifiers() if name not in NAMES]


def text_faults(field: str, text: str, *, needed: bool = True) -> Iterator[Fault]:
    """Yield what is wrong with a text for people."""
    if needed and not text.strip():
        yield Fault(kind="empty", field=field, said=say("{field} is empty.", field=field))
    for name in unknown_names(text):
        known = ", ".join(f"${{{each}}}" for each in NAMES)
        said = say("Nothing fills ${name}; a text may hold {known}.", name=name, known=known)
        yield Fault(kind="unknown_name", field=field, said=said)


def queue_faults(field: str, queues: tuple[QueueName, ...], known: Known) -> Iterator[Fault]:
    """Yield the queues nobody knows."""
    for queue in queues:
        if not queue.strip():
            yield Fault(kind="empty", field=field, said=say("{field} is empty.", field=field))
        elif not known.has_queue(queue):
            yield Fault(
                kind="unknown_queue", field=field, said=say("There is no queue {queue} on this floor.", queue=queue)
            )


def address_faults(field: str, to: str) -> Iterator[Fault]:
    """Yield what is wrong with an address of a web hook."""
    try:
        parts = urlsplit(to)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        yield Fault(kind="bad_address", field=field, said=say("This is no address: {reason}", reason=str(error)))
        return
    if parts.scheme == "http":
        said = say("A web hook goes over https; plain http could be read and changed on its way.")
        yield Fault(kind="plain_http", field=field, said=said)
    elif parts.scheme != "https" or not host:
        yield Fault(kind="bad_address", field=field, said=say("Tell “desks”, or an https address."))
    elif parts.username or parts.password:
        said = say("No name and password in an address: the web hook's secret belongs into the keyring.")
        yield Fault(kind="bad_address", field=field, said=said)


def number_faults(field: str, value: float | None, *, least: float, most: float) -> Iterator[Fault]:
    """Yield a number that is out of its bounds."""
    if value is not None and not least <= value <= most:
        said = say(
            "{field} is {value}; it lies between {least} and {most}.", field=field, value=value, least=least, most=most
        )
        yield Fault(kind="out_of_bounds", field=field, said=said)


def _seconds(value: float | None) -> str:
    return "—" if value is None else str(round(value))
