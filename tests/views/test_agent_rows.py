"""Rows of agents: made again only where something changed, and then the same as if made anew."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.alarm import Alarm
from console.core.floor.model import AgentStatus, Member, Talk
from console.core.floor.people import Person
from console.core.floor.policy import FloorPolicy, SkillGroup, Tone
from console.core.floor.view import FloorView
from console.core.words import say
from console.views.agents import (
    Wanted,
    details,
    fits,
    flags,
    memberships,
    retallied,
    roster,
    sorted_rows,
    tally,
    terms_of,
)
from tests.ui.floor_fixture import NOON_TWO, floor

BASE = floor()
SEATS = sorted(BASE.agents)
COLUMNS = ("number", "name", "status", "since", "reason", "call", "contacts", "missed", "groups")

change = st.tuples(
    st.sampled_from(SEATS),
    st.sampled_from(AgentStatus),
    st.sampled_from([None, "meal", "话后处理"]),
    st.booleans(),
    st.integers(0, 200),
)
wanted = st.builds(
    Wanted,
    terms=st.sampled_from([(), ("张",), ("10", "meal"), ("账户",)]),
    group=st.sampled_from(["", "security", "gone"]),
    queue=st.sampled_from(["", "orders"]),
    statuses=st.frozensets(st.sampled_from(AgentStatus), max_size=3),
)


def after(view: FloorView, changes: list[tuple[str, AgentStatus, str | None, bool, int]]) -> FloorView:
    agents = dict(view.agents)
    for seat, status, reason, talks, answered in changes:
        talk = Talk(queue="orders", uid="9.1", number="13912347780", since=NOON_TWO - 5) if talks else None
        agents[seat] = msgspec.structs.replace(
            agents[seat], status=status, paused=reason is not None, pause_reason=reason, talk=talk, answered=answered
        )
    return msgspec.structs.replace(view, agents=agents)


@given(st.lists(st.lists(change, max_size=6), max_size=5), wanted)
def test_step_by_step_is_the_same_as_at_once(
    frames: list[list[tuple[str, AgentStatus, str | None, bool, int]]], some: Wanted
) -> None:
    view, known = BASE, roster(BASE)
    counts = tally(known.rows.values(), some)
    for changes in frames:
        newer = after(view, changes)
        stepped = roster(newer, view, known)
        assert not stepped.whole
        assert set(stepped.changed) <= {seat for seat, *_ in changes}
        counts = retallied(counts, some, [(known.rows[seat], stepped.rows[seat]) for seat in stepped.changed])
        view, known = newer, stepped
    assert dict(known.rows) == dict(roster(view).rows)
    assert counts == tally(known.rows.values(), some)


@given(changes=st.lists(change, max_size=12), column=st.sampled_from(COLUMNS), down=st.booleans())
def test_an_order_holds_everybody_once(
    *, changes: list[tuple[str, AgentStatus, str | None, bool, int]], column: str, down: bool
) -> None:
    rows = roster(after(BASE, changes)).rows
    ordered = sorted_rows(rows.values(), column, descending=down)
    assert sorted(row.interface for row in ordered) == SEATS
    assert sorted_rows(ordered[::-1], column, descending=down) == ordered


def test_somebody_new_or_another_policy_makes_everything_anew() -> None:
    known = roster(BASE)
    fewer = msgspec.structs.replace(BASE, agents={SEATS[0]: BASE.agents[SEATS[0]]})
    assert roster(fewer, BASE, known).whole
    renamed = msgspec.structs.replace(
        BASE.policy, groups=(SkillGroup(id="security", name="安全", queues=("security",)),)
    )
    again = roster(msgspec.structs.replace(BASE, policy=renamed), BASE, known)
    assert again.whole
    assert "安全" in again.rows[SEATS[0]].groups


def test_a_pause_that_stands_for_wrap_up_is_wrap_up() -> None:
    rows = roster(after(BASE, [(SEATS[0], AgentStatus.PAUSED, "话后处理", False, 1)])).rows
    assert rows[SEATS[0]].status is AgentStatus.WRAP_UP


def test_an_alarm_that_ends_takes_its_tone_away() -> None:
    stuck = Alarm(rule="stuck_talking", subject=SEATS[3], tone=Tone.ALARM, since=NOON_TWO, said=say("{n}", n=1))
    quiet = msgspec.structs.replace(BASE, alarms=())
    loud = msgspec.structs.replace(BASE, alarms=(stuck,))
    first = roster(quiet)
    second = roster(loud, quiet, first)
    assert second.changed == (SEATS[3],)
    assert second.rows[SEATS[3]].tone is Tone.ALARM
    third = roster(quiet, loud, second)
    assert third.rows[SEATS[3]].tone is Tone.CALM


def test_queues_of_one_person_stand_by_penalty_and_pause() -> None:
    seat = SEATS[0]
    state = msgspec.structs.replace(BASE.agents[seat], queues=("orders", "security"))
    view = msgspec.structs.replace(
        BASE,
        agents={**BASE.agents, seat: state},
        members={
            ("orders", seat): Member(queue="orders", interface=seat, name="A", penalty=5, calls_taken=2),
            ("security", seat): Member(
                queue="security", interface=seat, name="A", paused=True, pause_reason="meal", calls_taken=9
            ),
        },
    )
    found = memberships(view, seat)
    assert [(each.queue, each.penalty, each.reason, each.taken) for each in found] == [
        ("security", 0, "meal", 9),
        ("orders", 5, "", 2),
    ]
    assert memberships(view, "nobody") == ()


def test_details_leave_out_what_is_not_known() -> None:
    seat = SEATS[0]
    bare = msgspec.structs.replace(BASE, people={}, person_of={})
    labels = [fact.label.text for fact in details(bare, seat, NOON_TWO)]
    assert "Extension" not in labels
    assert "Interface" in labels
    assert details(BASE, "nobody", NOON_TWO) == ()
    assert [said.text for said in flags(bare, seat)] == ["Known only from the ACD"]


def test_flags_tell_what_stands_out() -> None:
    person = Person(id="p", name="A", flex=True, trainer=True, absent=True, rostered=False, learned=False)
    view = FloorView(people={"p": person}, person_of={"PJSIP/1": "p"}, policy=FloorPolicy())
    assert [said.text for said in flags(view, "PJSIP/1")] == ["Flex agent", "Trainer", "Absent", "Not on the roster"]


def test_every_word_must_be_found() -> None:
    row = next(row for row in roster(BASE).rows.values() if row.number == "1042")
    assert fits(row, Wanted(terms=terms_of("  1042 支付 ")))
    assert not fits(row, Wanted(terms=terms_of("1042 账户")))
