"""From the grant to the departure: a call that runs on keeps the slot, and a grant nobody uses lapses."""

import pytest
from msgspec.structs import replace

from console.core.floor.model import AgentStatus, LinkStatus, Talk
from console.core.floor.policy import FloorPolicy, SkillGroup
from console.core.floor.view import FloorView
from console.core.rules.break_policy import BreakRules
from console.core.work.break_leaving import lapses_at
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.core.test_breaks import Desk

LAPSE = BreakRules().lapse_s


def agent(view: FloorView, number: int = 1, **fields: object) -> FloorView:
    """Return the view with one agent changed."""
    changed = replace(view.agents[seat(number)], **fields)
    return replace(view, agents={**view.agents, seat(number): changed})


def talking(at: float, since: float = NOON - 60) -> FloorView:
    talk = Talk(queue=GROUP, uid="u", since=since)
    return agent(floor(at=at), status=AgentStatus.TALKING, talk=talk, since=since)


def ended(at: float, last_call: float, *, wrap_up_s: int = 0) -> FloorView:
    """Return a floor whose first seat had its last call's end told by the ACD, which never paused it."""
    view = floor(at=at)
    key = (GROUP, seat(1))
    return replace(
        view, members={**view.members, key: replace(view.members[key], last_call=last_call, wrapup_s=wrap_up_s)}
    )


@pytest.fixture
def desk() -> Desk:
    made = Desk(talking(NOON))
    made.grant(made.ask(1))
    return made


def look(desk: Desk, view: FloorView) -> list[str]:
    assert view.at is not None
    desk.view, desk.at = view, view.at
    return desk.tick()


def test_a_call_that_runs_on_keeps_the_slot_however_long(desk: Desk) -> None:
    assert look(desk, talking(NOON + 3600)) == []
    assert lapses_at(desk.book, desk.view, desk.of("b1")) is None


def test_the_time_counts_from_the_end_of_the_call(desk: Desk) -> None:
    over = NOON + 1200
    assert look(desk, talking(over)) == []
    assert look(desk, ended(over + LAPSE - 1, over)) == []
    assert look(desk, ended(over + LAPSE, over)) == ["LapseBreak"]


def test_and_from_the_end_of_the_wrap_up_of_the_seat_or_of_the_policy(desk: Desk) -> None:
    over = NOON + 1200
    wrapping = agent(ended(over + 400, over, wrap_up_s=60), status=AgentStatus.WRAP_UP)
    assert look(desk, wrapping) == [], "nobody lapses in the middle of it"
    assert look(desk, ended(over + LAPSE + 59, over, wrap_up_s=60)) == []
    policy = FloorPolicy(groups=(SkillGroup(id=GROUP, name="销售", queues=(GROUP, "vip"), wrap_up_s=90),))
    assert look(desk, replace(ended(over + LAPSE + 89, over), policy=policy)) == []
    assert look(desk, replace(ended(over + LAPSE + 90, over), policy=policy)) == ["LapseBreak"]


def test_manual_wrap_up_is_no_departure_and_keeps_the_slot(desk: Desk) -> None:
    """Between grant and the steward's own pause, a seat may be paused for wrap-up."""
    manual = floor(away=[1], reason="话后处理", at=NOON + 400)
    assert look(desk, manual) == []
    assert look(desk, floor(away=[1], reason="小休", at=NOON + 410)) == ["DepartBreak"]


def test_a_call_before_the_grant_gives_no_time_away() -> None:
    desk = Desk(ended(NOON, NOON - 600))
    desk.grant(desk.ask(1))
    assert look(desk, ended(NOON + LAPSE, NOON - 600)) == ["LapseBreak"]


def test_who_takes_call_after_call_keeps_no_slot(desk: Desk) -> None:
    assert look(desk, talking(NOON + 900, since=NOON + LAPSE)) == [], "it began while the grant stood"
    assert look(desk, talking(NOON + 900, since=NOON + LAPSE + 1)) == ["LapseBreak"]


def test_a_call_that_rings_out_begins_nothing_anew(desk: Desk) -> None:
    over = NOON + 60
    view = agent(ended(over + LAPSE, over), status=AgentStatus.AVAILABLE, since=over + LAPSE - 5)
    assert look(desk, view) == ["LapseBreak"]


def test_a_restart_forgets_nothing_of_it(desk: Desk) -> None:
    """Book and floor tell it all: a desk that opens just now finds the same moment."""
    over = NOON + 1200
    view = ended(over + 10, over)
    assert lapses_at(desk.book, view, desk.of("b1")) == over + LAPSE


def test_whose_phone_rings_at_the_grant_has_not_left(desk: Desk) -> None:
    """The pause stands, and the call that rang before it is answered all the same: it runs on, too."""
    rings = agent(floor(away=[1], at=NOON + 1), status=AgentStatus.RINGING)
    assert look(desk, rings) == []
    taken = agent(floor(away=[1], at=NOON + 5), status=AgentStatus.TALKING, talk=Talk(queue=GROUP, uid="v", since=NOON))
    assert look(desk, taken) == []
    assert look(desk, floor(away=[1], at=NOON + 700)) == ["DepartBreak"]
    assert desk.of("b1").departed_at == NOON + 700


def test_a_floor_not_seen_lapses_nothing(desk: Desk) -> None:
    view = ended(NOON + 7200, NOON + 60)
    assert look(desk, replace(view, link=replace(view.link, status=LinkStatus.LOST))) == []
