"""A WEB seat at a shift change goes when somebody of the next shift has come, each of whom lets one go."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import AgentStatus, Link, LinkStatus
from console.core.floor.policy import Channel
from console.core.floor.view import FloorView
from console.core.roles import Actor, Role
from console.core.work.break_records import BreakState, ReturnBreak
from console.core.work.policies import BREAKS, Policy
from tests.core.floor_of_ten import NOON, floor, seat
from tests.core.test_breaks import Desk

LI = Actor(id="li", name="李班长", role=Role.SUPERVISOR)
EARLY = NOON - 4 * 3600.0
SOON = NOON - 600.0
"""Within the twenty minutes around the shift change at noon."""


def web(signed_in: Mapping[int, float | None], *, at: float = NOON, **fields: object) -> FloorView:
    """Return a WEB group of ten in which each is signed in since the moment told, all others since the morning."""
    made = floor(channel=Channel.WEB, at=at, **fields)  # type: ignore[arg-type]  # the fields of floor
    members = {
        key: replace(member, login_at=signed_in.get(int(member.name.removeprefix("坐席")), EARLY))
        for key, member in made.members.items()
    }
    return replace(made, members=members)


@pytest.fixture
def desk() -> Desk:
    made = Desk(web({}))
    rules = {"everywhere": {"shift_changes": ["12:00"], "handover_within_min": 20}}
    made.book = made.book.told(1, (Policy(id=BREAKS, version=1, body=rules, edited_at=0.0, edited_by="li"),), {})
    return made


def let_go(desk: Desk, number: int) -> None:
    desk.grant(desk.ask(number, "handover"))


def test_idle_colleagues_of_the_same_shift_are_no_relief(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="WEB agent is not in yet"):
        let_go(desk, 1)


def test_each_who_has_come_lets_one_go(desk: Desk) -> None:
    desk.view = web({9: SOON, 10: SOON})
    let_go(desk, 1)
    let_go(desk, 2)
    with pytest.raises(NotAllowed, match="2 WEB agents in so far have let 2 go"):
        let_go(desk, 3)


def test_who_is_on_line_again_gives_the_relief_back_and_who_went_home_does_not(desk: Desk) -> None:
    desk.view = web({10: SOON})
    let_go(desk, 1)
    desk.view = web({10: SOON}, away=[1], reason="交接")
    assert desk.tick() == ["DepartBreak"]
    desk.told(ReturnBreak(id="r", by=LI, break_id="b1", how="seen"))
    desk.view = web({10: SOON}, out=[1])
    desk.ask(2, "handover")
    with pytest.raises(NotAllowed, match="have let 1 go"):
        desk.grant("b2")
    desk.view = web({10: SOON})
    desk.grant("b2")


def test_who_came_and_is_away_or_promised_away_is_no_relief(desk: Desk) -> None:
    desk.view = web({10: SOON}, away=[10])
    with pytest.raises(NotAllowed, match="not in yet"):
        let_go(desk, 1)
    desk.view = web({10: SOON})
    desk.grant(desk.ask(10, "toilet"))
    with pytest.raises(NotAllowed, match="not in yet"):
        desk.grant("b1")


def test_a_relief_on_a_contact_is_in(desk: Desk) -> None:
    desk.view = web({10: SOON}, talking=[10])
    assert desk.view.agents[seat(10)].status is AgentStatus.TALKING
    let_go(desk, 1)


def test_who_came_before_the_handover_began_is_of_this_shift(desk: Desk) -> None:
    desk.view = web({10: NOON - 20 * 60 - 1})
    with pytest.raises(NotAllowed, match="not in yet"):
        let_go(desk, 1)
    desk.view = web({10: NOON - 20 * 60})
    desk.grant("b1")


def test_yesterdays_change_of_shift_has_ended(desk: Desk) -> None:
    desk.view = web({10: SOON - 86400.0})
    with pytest.raises(NotAllowed, match="not in yet"):
        let_go(desk, 1)


@pytest.mark.parametrize("restarted", [False, True])
def test_where_nobody_knows_who_came_when_it_is_said(desk: Desk, restarted: bool) -> None:  # noqa: FBT001
    """Static members have no time of signing in, and an ACD that has started gives everybody a new one."""
    if restarted:
        link = Link(status=LinkStatus.LIVE, booted_at=SOON - 2)
        desk.view = replace(web(dict.fromkeys(range(1, 11), SOON)), link=link)
    else:
        desk.view = web(dict.fromkeys(range(1, 11)))
    with pytest.raises(NotAllowed, match="of 9 on line nobody knows since when"):
        let_go(desk, 1)
    assert desk.of("b1").state is BreakState.ASKED


def test_a_phone_group_needs_no_relief(desk: Desk) -> None:
    desk.view = floor()
    let_go(desk, 1)
    assert desk.of("b1").state is BreakState.GRANTED
