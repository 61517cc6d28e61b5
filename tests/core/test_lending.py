"""Playbook of lent seats: who may be lent, what is held, and that everything is as it was afterwards."""

from typing import Any

import pytest
from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import AgentStatus, QueueState
from console.core.floor.view import FloorView
from console.core.kept import NOTHING
from console.core.levers import Lever, LeverState, Membership, hold, lever_id
from console.core.roles import CONSOLE, Actor, Role
from console.core.work.break_records import ReturnBreak
from console.core.work.lending import EndLoan, ExtendLoan, LendSeat, Loan, LoanState, other_holders
from console.core.work.levers import LeverMoved, LeverRefused
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.core.test_breaks import LI, Desk

HOUR = 3600.0
WEB = "web"


def with_web(view: FloorView) -> FloorView:
    members = {key: replace(member, dynamic=True) for key, member in view.members.items()}
    return replace(view, queues={name: QueueState(name=name) for name in (GROUP, "vip", WEB)}, members=members)


@pytest.fixture
def desk() -> Desk:
    return Desk(with_web(floor()))


def lend(desk: Desk, number: int = 1, **fields: object) -> str:
    name = f"l{number}"
    told = LendSeat(id=desk.id(), by=LI, loan=name, interface=seat(number), to_queue=WEB, penalty=2, until=NOON + HOUR)
    desk.told(replace(told, **fields))
    return name


def loan(desk: Desk, name: str) -> Loan:
    found = desk.book.get(Loan, name)
    assert found is not None
    return found


def lever(desk: Desk, queue: str, number: int = 1) -> Lever:
    found = desk.book.get(Lever, lever_id(Membership(interface=seat(number), queue=queue)))
    assert found is not None
    return found


def stand(desk: Desk, queue: str, found: str | None) -> None:
    """The steward has found, written and observed."""
    held = lever(desk, queue)
    done = replace(held, state=LeverState.STANDING, found=found, found_at=NOON, written=held.wanted, written_at=NOON)
    desk.book = desk.book.told(desk.book.seq, (done,), {})


def test_lent_until_a_time_and_back_as_it_was(desk: Desk) -> None:
    lend(desk, from_queue="vip", why="在线排队多")
    assert (lever(desk, WEB).wanted, lever(desk, "vip").wanted) == ("2", None)
    assert lever(desk, WEB).holds[0].until == NOON + HOUR
    assert desk.messages() == ["SeatLent"]
    stand(desk, WEB, found=None)
    stand(desk, "vip", found="0")
    desk.at = NOON + HOUR - 1
    assert desk.tick() == []
    desk.at = NOON + HOUR
    assert desk.tick() == ["LoanOver"]
    assert (loan(desk, "l1").state, loan(desk, "l1").ended_how) == (LoanState.ENDED, "over")
    assert (lever(desk, WEB).wanted, lever(desk, "vip").wanted) == (None, "0")
    assert desk.messages() == ["SeatLent", "SeatBack"]
    assert desk.tick() == []


def test_the_same_loan_twice_is_one(desk: Desk) -> None:
    lend(desk)
    again = LendSeat(id="again", by=LI, loan="l1", interface=seat(1), to_queue=WEB, until=NOON + HOUR)
    assert desk.told(again) == NOTHING


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"until": NOON}, "until a time"),
        ({"until": NOON + 13 * HOUR}, "until a time"),
        ({"penalty": -1}, "penalty"),
        ({"to_queue": "nowhere"}, "no queue nowhere"),
        ({"to_queue": "vip"}, "serves vip already"),
        ({"from_queue": "chat"}, "does not serve chat"),
        ({"interface": "PJSIP/9"}, "Nobody on this floor"),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Desk, fields: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        lend(desk, **fields)


def test_a_member_of_the_acds_own_configuration_is_lent_without_leaving(desk: Desk) -> None:
    members = {key: replace(member, dynamic=False) for key, member in desk.view.members.items()}
    desk.view = replace(desk.view, members=members)
    with pytest.raises(NotAllowed, match="without leaving it"):
        lend(desk, from_queue="vip")
    lend(desk)


def test_nobody_on_a_break_is_lent(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    with pytest.raises(NotAllowed, match="on a break"):
        lend(desk)


def test_nobody_away_without_asking_is_lent(desk: Desk) -> None:
    desk.view = with_web(floor(away=[1]))
    desk.tick()
    with pytest.raises(NotAllowed, match="on a break"):
        lend(desk)


def test_nobody_absent_or_signed_out_is_lent(desk: Desk) -> None:
    people = {**desk.view.people, "p1": replace(desk.view.people["p1"], absent=True)}
    desk.view = replace(desk.view, people=people)
    with pytest.raises(NotAllowed, match="absent today"):
        lend(desk)
    desk.view = with_web(floor(out=[1]))
    with pytest.raises(NotAllowed, match="signed out"):
        lend(desk)


def test_nobody_is_lent_twice(desk: Desk) -> None:
    lend(desk)
    with pytest.raises(NotAllowed, match="lent to web already"):
        lend(desk, loan="other")


def test_other_holders_are_said_before(desk: Desk) -> None:
    plan = hold(desk.book, Membership(interface=seat(1), queue=WEB), holder="plan_runs:7", wanted="0", at=NOON)
    desk.book = desk.book.told(1, (plan,), {})
    assert [each.holder for each in other_holders(desk.book, seat(1), WEB)] == ["plan_runs:7"]
    with pytest.raises(NotAllowed, match=r"held by plan_runs:7 already"):
        lend(desk)
    lend(desk, over_others=True)
    assert [each.holder for each in lever(desk, WEB).holds] == ["plan_runs:7", "loans:l1"]


def test_taken_back_early_and_lent_longer(desk: Desk) -> None:
    lend(desk)
    desk.told(ExtendLoan(id="x", by=LI, loan="l1", until=NOON + 2 * HOUR))
    assert lever(desk, WEB).holds[0].until == NOON + 2 * HOUR
    desk.at = NOON + HOUR
    assert desk.tick() == []
    desk.told(EndLoan(id="e", by=LI, loan="l1"))
    assert loan(desk, "l1").ended_how == "taken_back"
    assert not lever(desk, WEB).holds
    with pytest.raises(NotAllowed):
        desk.told(EndLoan(id="e2", by=LI, loan="l1"))


def test_a_loan_that_ends_during_a_break_waits_for_the_person(desk: Desk) -> None:
    lend(desk, from_queue="vip")
    desk.grant(desk.ask(1))
    desk.view = with_web(floor(away=[1]))
    desk.tick()
    desk.at = NOON + HOUR
    assert "LoanOver" not in desk.tick()
    with pytest.raises(NotAllowed, match="on a break"):
        desk.told(EndLoan(id="e", by=LI, loan="l1"))
    desk.view = with_web(floor(at=desk.at))
    desk.told(ReturnBreak(id="r", by=LI, break_id="b1", how="seen"))
    assert "LoanOver" in desk.tick()


def test_who_has_signed_out_is_not_signed_in_again(desk: Desk) -> None:
    lend(desk, from_queue="vip")
    stand(desk, WEB, found=None)
    stand(desk, "vip", found="0")
    desk.view = with_web(floor(out=[1]))
    desk.told(LeverMoved(id="m", by=CONSOLE, lever=lever(desk, WEB).id, observed=None))
    assert loan(desk, "l1").ended_how == "left"
    assert lever(desk, "vip").state is LeverState.DONE


def test_leaving_the_other_queue_by_themselves_ends_the_loan(desk: Desk) -> None:
    lend(desk)
    stand(desk, WEB, found=None)
    desk.told(LeverMoved(id="m", by=CONSOLE, lever=lever(desk, WEB).id, observed=None))
    assert loan(desk, "l1").ended_how == "left"


def test_an_acd_that_refuses_is_on_the_loan(desk: Desk) -> None:
    lend(desk)
    desk.told(LeverRefused(id="r", by=CONSOLE, lever=lever(desk, WEB).id, answer="Member not dynamic"))
    assert loan(desk, "l1").trouble == "Member not dynamic"
    assert loan(desk, "l1").state is LoanState.LENT


def test_an_agent_may_not_lend_and_only_the_clock_ends_by_time(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="another role"):
        lend(desk, by=Actor(id="p1", name="坐席1", role=Role.AGENT))


def test_a_break_of_a_lent_seat_pauses_it_there_too(desk: Desk) -> None:
    lend(desk)
    view = with_web(floor())
    member = replace(view.members[GROUP, seat(1)], queue=WEB)
    state = replace(view.agents[seat(1)], queues=(GROUP, "vip", WEB), status=AgentStatus.AVAILABLE)
    desk.view = replace(view, members={**view.members, (WEB, seat(1)): member}, agents={**view.agents, seat(1): state})
    desk.grant(desk.ask(1))
    assert f"seat/{WEB}/{seat(1)}" in {each.id for each in desk.levers()}
