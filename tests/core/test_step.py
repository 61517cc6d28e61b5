"""The one function: every (state, command) pair of every workflow, rights, composition."""

from itertools import product

import pytest

from console.core.errors import NotAllowed
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.roles import Actor, Role
from console.core.step import step
from console.core.work import WORKFLOWS
from console.core.work.floor_checks import ConfirmFloorCheck, DueFloorCheck
from console.core.workflow import Workflow

PAIRS = [
    (workflow, state, command)
    for workflow in WORKFLOWS
    for state, command in product([None, *workflow.machine.states], workflow.machine.commands)
]


@pytest.mark.parametrize(
    ("workflow", "state", "command"), PAIRS, ids=[f"{w.name}-{s}-{c.__name__}" for w, s, c in PAIRS]
)
def test_a_pair_is_in_the_table_or_not_allowed(workflow: Workflow, state: object, command: type[Command]) -> None:
    machine = workflow.machine
    if (state, command) in machine.moves:
        assert machine.move(state, command) in machine.states
    else:
        with pytest.raises(NotAllowed) as refused:
            machine.move(state, command)
        assert workflow.machine.name in refused.value.said.english()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=[w.name for w in WORKFLOWS])
def test_every_command_of_a_table_has_a_handler_and_rights(workflow: Workflow) -> None:
    assert set(workflow.machine.commands) <= set(workflow.handlers)
    assert set(workflow.handlers) == set(workflow.rights)
    assert all(workflow.rights.values())


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=[w.name for w in WORKFLOWS])
def test_every_state_can_be_reached(workflow: Workflow) -> None:
    reached = set(workflow.machine.moves.values())
    begun = {state for state, _ in workflow.machine.moves if state is not None}
    assert begun <= reached | {workflow.machine.states[0]}


def test_no_two_workflows_answer_the_same_command() -> None:
    commands = [command for workflow in WORKFLOWS for command in workflow.handlers]
    assert len(commands) == len(set(commands))


def test_a_role_without_the_right_is_told_so() -> None:
    agent = Actor(id="a", name="张伟", role=Role.AGENT)
    with pytest.raises(NotAllowed, match="张伟 may not do this"):
        step(Book(), FloorView(), ConfirmFloorCheck(id="1", by=agent, check_id="x"), 0.0)


def test_only_the_clock_makes_a_check_due() -> None:
    person = Actor(id="li", name="李", role=Role.DUTY_MANAGER)
    with pytest.raises(NotAllowed):
        step(Book(), FloorView(), DueFloorCheck(id="1", by=person, check_id="x", due_at=0.0, until=9.0), 0.0)


def test_an_unknown_command_is_refused_in_words() -> None:
    class Dance(Command, frozen=True, kw_only=True):
        pass

    with pytest.raises(NotAllowed, match="does not know the command Dance"):
        step(Book(), FloorView(), Dance(id="1", by=Actor(id="li")), 0.0)
