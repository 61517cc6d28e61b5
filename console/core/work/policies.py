"""Policy documents: how the floor is read and what the rules are, one document a name, each edit journalled.

| state | command | becomes |
|---|---|---|
| — | EditPolicy | in force |
| in force | EditPolicy | in force |
"""

from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from console.core.errors import NotAllowed
from console.core.floor.model import Instant, Record
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Entry, Kept, Step
from console.core.machine import Machine
from console.core.roles import CLOCK_ROLES, EDITOR_ROLES, FLOOR_ROLES, Role
from console.core.rules.break_policy import BreakPolicy, BreakRules
from console.core.rules.breaks import minute_of
from console.core.words import Said, say
from console.core.workflow import Workflow

FLOOR = "floor"
PEOPLE = "people"
BREAKS = "breaks"

R = TypeVar("R", bound=Record)


class PolicyState(StrEnum):
    """A policy document has one state."""

    IN_FORCE = "in force"


class Policy(Kept, frozen=True, kw_only=True):
    """One document: `id` its name, `body` its fields as plain values."""

    body: dict[str, Any]
    edited_at: Instant
    edited_by: str


class EditPolicy(Command, frozen=True, kw_only=True):
    """Put a new text of a document in force; `read_version` is the one the editor had before them."""

    name: str
    body: dict[str, Any]
    read_version: int = 0


MACHINE = Machine(
    "policy",
    PolicyState,
    {(None, EditPolicy): PolicyState.IN_FORCE, (PolicyState.IN_FORCE, EditPolicy): PolicyState.IN_FORCE},
)


def policy_in_force(book: Book, name: str, kind: type[R], otherwise: R) -> R:
    """Return a document as its record, or `otherwise` where none was ever edited."""
    document = book.get(Policy, name)
    return otherwise if document is None else msgspec.convert(document.body, kind)


def why_not_edit(role: Role) -> Said | None:
    """Return why somebody in this role may not change the rules, or None."""
    if role in EDITOR_ROLES | CLOCK_ROLES:
        return None
    return say("Only an administrator or a duty manager may change this.")


def _edit(book: Book, _view: FloorView, command: EditPolicy, at: Instant) -> Step:
    refusal = why_not_edit(command.by.role)
    if refusal is not None:
        raise NotAllowed(refusal)
    before = book.get(Policy, command.name)
    if before is not None and command.read_version != before.version:
        raise NotAllowed(say("Somebody else has edited this meanwhile; look at the new text first."))
    _usable(command.name, command.body)
    MACHINE.move(None if before is None else PolicyState.IN_FORCE, EditPolicy)
    if before is not None and before.body == command.body:
        return NOTHING
    changed = _changed({} if before is None else before.body, command.body)
    document = Policy(
        id=command.name,
        version=0 if before is None else before.version,
        body=command.body,
        edited_at=at,
        edited_by=command.by.id,
    )
    entry = Entry(
        what="policy.edited",
        subject=f"policies:{command.name}",
        said=say(
            "{name} edited the policy {policy}: {fields}", name=command.by.name, policy=command.name, fields=changed
        ),
        data={
            "before": msgspec.json.encode(None if before is None else before.body, order="sorted").decode(),
            "after": msgspec.json.encode(command.body, order="sorted").decode(),
        },
    )
    return Step(puts=(document,), entries=(entry,))


def _usable(name: str, body: dict[str, Any]) -> None:
    """Raise NotAllowed for a text that could not be put in force: every later decision would rest on it."""
    shape = {FLOOR: FloorPolicy, BREAKS: BreakPolicy}.get(name)
    if shape is None:
        return
    try:
        document = msgspec.convert(body, shape)
    except msgspec.ValidationError as wrong:
        raise NotAllowed(say("The policy {policy} cannot be used: {why}", policy=name, why=str(wrong))) from None
    if isinstance(document, BreakPolicy):
        for rules in (document.everywhere, *document.by_group.values()):
            _usable_rules(rules)


def _usable_rules(rules: BreakRules) -> None:
    if not rules.kinds:
        raise NotAllowed(say("At least one kind of break has to stay."))
    for clock in (*rules.shift_changes, *(each for kind in rules.kinds for span in kind.windows for each in span)):
        try:
            minute_of(clock)
        except ValueError:
            raise NotAllowed(say("“{typed}” is no time of day such as 11:30.", typed=clock)) from None


def _changed(before: dict[str, Any], after: dict[str, Any]) -> str:
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(sorted(names))


WORKFLOW = Workflow(
    name="policies",
    machine=MACHINE,
    kinds=(Policy,),
    handlers={EditPolicy: _edit},
    # Whoever may not is told by the workflow itself who may.
    rights={EditPolicy: FLOOR_ROLES | CLOCK_ROLES | {Role.QA_LEAD}},
)
