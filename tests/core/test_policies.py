"""Policy documents: what cannot be used is refused before it is in force, in one sentence."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.roles import Actor, Role
from console.core.rules.break_policy import MEAL, BreakPolicy, BreakRules
from console.core.work.policies import BREAKS, FLOOR, EditPolicy, Policy
from tests.core.test_breaks import ZHAO, Desk


def edit(desk: Desk, body: dict[str, Any], name: str = BREAKS) -> None:
    known = desk.book.get(Policy, name)
    version = 0 if known is None else known.version
    desk.told(EditPolicy(id=desk.id(), by=ZHAO, name=name, body=body, read_version=version))


def body(rules: BreakRules) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(BreakPolicy(by_group={"sales": rules}))
    return told


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"everywhere": {"total_min": "an hour"}}, "cannot be used"),
        ({"everywhere": []}, "cannot be used"),
        (body(BreakRules(kinds=())), "At least one kind"),
        (body(BreakRules(shift_changes=("25:00",))), "25:00"),
        (body(BreakRules(kinds=(replace(MEAL, windows=(("11:00", "noon"),)),))), "noon"),
    ],
)
def test_rules_nobody_could_judge_by_are_never_in_force(told: dict[str, Any], words: str) -> None:
    desk = Desk()
    with pytest.raises(NotAllowed, match=words):
        edit(desk, told)
    desk.grant(desk.ask(1))
    assert desk.of("b1").figures["needs"] == 8, "judged by what was in force before"


def test_a_floor_policy_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(NotAllowed, match="cannot be used"):
        edit(Desk(), {"groups": "all"}, FLOOR)


def test_a_groups_own_rules_apply_from_then_on_and_the_journal_has_both_texts() -> None:
    desk = Desk()
    first, second = desk.ask(1), desk.ask(2)
    desk.grant(first)
    edit(desk, body(BreakRules(kinds=(replace(MEAL, id="toilet", windows=(), on_line_percent=90),))))
    (entry,) = desk.steps[-1].entries
    assert entry.what == "policy.edited"
    assert '"on_line_percent":90' in str(entry.data["after"])
    with pytest.raises(NotAllowed, match="needs 90 %"):
        desk.grant(second)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.QA_LEAD])
def test_who_may_not_edit_the_rules_is_told_who_may(role: Role) -> None:
    desk = Desk()
    by = Actor(id="li", name="李班长", role=role)
    with pytest.raises(NotAllowed, match="Only an administrator or a duty manager"):
        desk.told(EditPolicy(id="e", by=by, name=BREAKS, body={}))
    assert desk.book.get(Policy, BREAKS) is None


@pytest.mark.parametrize("role", [Role.DUTY_MANAGER, Role.ADMIN, Role.CONSOLE])
def test_administrators_duty_managers_and_the_console_edit_the_rules(role: Role) -> None:
    desk = Desk()
    desk.told(EditPolicy(id="e", by=Actor(id="x", name="x", role=role), name=BREAKS, body={}))
    assert desk.book.get(Policy, BREAKS) is not None
