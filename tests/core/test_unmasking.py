"""Whoever looks at a customer's number is written down with the reason; the number itself never is."""

import msgspec
import pytest

from console.core.errors import NotAllowed
from console.core.floor.model import AgentState, Caller, Talk
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.roles import Actor, Role
from console.core.step import step
from console.core.work.unmasking import UnmaskNumber, number_of

LI = Actor(id="li", name="李")
VIEW = FloorView(
    callers={("support", "1.1"): Caller(queue="support", uid="1.1", number="13912347780")},
    agents={
        "PJSIP/1": AgentState(
            interface="PJSIP/1", name="A", talk=Talk(queue="support", uid="1.2", number="13800005286")
        )
    },
)


def asked(uid: str, why: str = "call-back", by: Actor = LI) -> UnmaskNumber:
    return UnmaskNumber(id="c1", by=by, why=why, queue="support", uid=uid)


@pytest.mark.parametrize(("uid", "number"), [("1.1", "13912347780"), ("1.2", "13800005286"), ("1.3", None)])
def test_callers_and_contacts_in_talk_have_a_number(uid: str, number: str | None) -> None:
    assert number_of(VIEW, "support", uid) == number


@pytest.mark.parametrize("uid", ["1.1", "1.2"])
def test_a_look_leaves_one_line_and_no_number(uid: str) -> None:
    taken = step(Book(), VIEW, asked(uid), 5.0)
    assert taken.puts == ()
    assert [entry.what for entry in taken.entries] == ["number.unmasked"]
    assert "李" in taken.entries[0].said.english()
    kept = msgspec.json.encode(taken).decode()
    assert "13912347780" not in kept
    assert "13800005286" not in kept
    assert uid in taken.entries[0].subject


def test_without_a_reason_nothing_is_shown() -> None:
    with pytest.raises(NotAllowed, match="journalled"):
        step(Book(), VIEW, asked("1.1", why="  "), 5.0)


def test_who_has_left_has_no_number() -> None:
    with pytest.raises(NotAllowed, match="no longer"):
        step(Book(), VIEW, asked("9.9"), 5.0)


def test_quality_people_do_not_look() -> None:
    with pytest.raises(NotAllowed, match="another role"):
        step(Book(), VIEW, asked("1.1", by=Actor(id="qa", name="QA", role=Role.QA_LEAD)), 5.0)
