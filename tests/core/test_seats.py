import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.floor.figures import Seats, Share
from console.core.floor.model import AgentState, AgentStatus, Instant
from console.core.floor.people import Person
from console.core.floor.policy import Channel
from console.core.floor.seats import Reasons, home_at, shown_state, standing_of, standing_on_break
from tests.core.floors import NOON, Told

S = AgentStatus
ON_LINE = [S.TALKING, S.RINGING, S.WRAP_UP, S.AVAILABLE]


def seats(floor: Told, group: str = "safety") -> Seats:
    return floor.figures().groups[group].seats


def ten(away: int) -> Told:
    floor = Told()
    for number in range(10):
        floor.agent(f"PJSIP/{number}", S.PAUSED if number < away else S.AVAILABLE, pause_reason="lunch")
    return floor


def test_ten_on_shift_and_three_away_is_seventy_percent_exactly() -> None:
    counted = seats(ten(3))
    assert (counted.on_shift, counted.on_line, counted.away) == (10, 7, 3)
    assert counted.on_line_ratio == Share(part=7, whole=10)
    assert counted.on_line_ratio.value == 0.70
    assert counted.away_by_reason == {"lunch": 3}
    assert counted.by_status == {S.PAUSED: 3, S.AVAILABLE: 7}


@pytest.mark.parametrize("status", list(AgentStatus))
def test_who_is_on_line(status: AgentStatus) -> None:
    floor = Told()
    floor.agent("PJSIP/1", status, signed_out_since=NOON if status is S.SIGNED_OUT else None)
    counted = seats(floor)
    assert counted.on_line == (status in ON_LINE)
    assert counted.on_shift == (status is not S.UNAVAILABLE)


@pytest.mark.parametrize("reason", ["ACW", "acw", " 话后处理 ", "wrap-up"])
def test_a_pause_for_wrap_up_is_wrap_up(reason: str) -> None:
    floor = Told()
    floor.agent("PJSIP/1", S.PAUSED, pause_reason=reason)
    counted = seats(floor)
    assert (counted.on_line, counted.by_status) == (1, {S.WRAP_UP: 1})
    assert floor.after(10).figures().floor.recent.occupancy == Share(part=10_000, whole=10_000)


def test_who_signs_out_goes_home_after_some_minutes() -> None:
    floor = ten(0)
    floor.agent("PJSIP/0", S.SIGNED_OUT, signed_out_since=floor.at, queues=(), last_seen_queues=("q1",))
    counted = seats(floor)
    assert (counted.on_shift, counted.on_line) == (10, 9)
    assert counted.away_by_reason == {"signed_out": 1}
    assert seats(floor.after(299)).on_shift == 10
    counted = seats(floor.after(1))
    assert (counted.on_shift, counted.on_line) == (9, 9)


@pytest.mark.parametrize("status", [S.SIGNED_OUT, S.UNAVAILABLE, S.PAUSED])
def test_a_granted_break_keeps_a_seat_on_shift_whatever_the_phone_says(status: AgentStatus) -> None:
    floor = ten(0)
    floor.breaks = frozenset({"PJSIP/0"})
    floor.agent("PJSIP/0", status, signed_out_since=floor.at)
    counted = seats(floor.after(7200))
    assert (counted.on_shift, counted.on_line, counted.away) == (10, 9, 1)
    assert counted.unregistered == 0
    floor.breaks = frozenset()
    assert seats(floor).on_shift == (10 if status is S.PAUSED else 9)


def test_who_still_talks_before_a_granted_break_is_on_line() -> None:
    floor = ten(0)
    floor.breaks = frozenset({"PJSIP/0"})
    floor.agent("PJSIP/0", S.TALKING)
    assert seats(floor).on_line == 10


def test_a_roster_says_who_is_on_shift() -> None:
    floor = Told()
    for number, status in enumerate((S.AVAILABLE, S.SIGNED_OUT, S.UNAVAILABLE, S.AVAILABLE, S.AVAILABLE)):
        floor.agent(f"PJSIP/{number}", status)
    floor.person(Person(id="a", name="a", interfaces=("PJSIP/0",), rostered=True))
    floor.person(Person(id="b", name="b", interfaces=("PJSIP/1",), rostered=True))
    floor.person(Person(id="c", name="c", interfaces=("PJSIP/2",), rostered=True))
    floor.person(Person(id="d", name="d", interfaces=("PJSIP/3",), rostered=True, absent=True))
    floor.person(Person(id="e", name="e", interfaces=("PJSIP/4",), rostered=False))
    floor.person(Person(id="f", name="f", primary_group="safety", rostered=True))
    counted = seats(floor)
    assert (counted.on_shift, counted.on_line) == (4, 1)
    assert (counted.absent, counted.unregistered, counted.off_roster) == (1, 1, 1)
    assert counted.away_by_reason == {"signed_out": 2, "unavailable": 1}


def test_flex_and_trainers_never_count() -> None:
    floor = ten(3)
    floor.person(Person(id="0", name="0", interfaces=("PJSIP/0",), flex=True))
    floor.person(Person(id="9", name="9", interfaces=("PJSIP/9",), trainer=True))
    floor.breaks = frozenset({"0"})
    counted = seats(floor)
    assert (counted.on_shift, counted.on_line, counted.flex, counted.trainers) == (8, 6, 1, 1)


def test_an_unregistered_phone_stands_apart() -> None:
    floor = ten(0)
    floor.agent("PJSIP/0", S.UNAVAILABLE)
    counted = seats(floor)
    assert (counted.on_shift, counted.on_line, counted.unregistered) == (9, 9, 1)


def test_a_person_of_several_interfaces_and_queues_counts_once_in_the_primary_group() -> None:
    floor = Told()
    floor.agent("PJSIP/1", S.AVAILABLE, queues=("q1", "q3"))
    floor.agent("Local/1@x", S.TALKING, queues=("w1",))
    floor.person(Person(id="1", name="1", primary_group="orders", interfaces=("PJSIP/1", "Local/1@x")))
    figures = floor.figures()
    assert {key: each.seats.on_shift for key, each in figures.groups.items()} == {"safety": 0, "orders": 1, "chat": 0}
    assert figures.groups["orders"].seats.by_status == {S.TALKING: 1}
    assert figures.floor.seats.on_shift == figures.channels[Channel.PHONE].seats.on_shift == 1
    assert {key: each.seats.on_line for key, each in figures.queues.items()} == {"q1": 1, "q2": 0, "q3": 1, "w1": 1}


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        ((S.AVAILABLE, S.SIGNED_OUT), S.AVAILABLE),
        ((S.AVAILABLE, S.UNAVAILABLE), S.AVAILABLE),
        ((S.PAUSED, S.AVAILABLE), S.PAUSED),
        ((S.WRAP_UP, S.AVAILABLE), S.WRAP_UP),
        ((S.RINGING, S.TALKING, S.PAUSED), S.TALKING),
        ((S.SIGNED_OUT, S.SIGNED_OUT), S.SIGNED_OUT),
        ((S.SIGNED_OUT, S.UNAVAILABLE), S.UNAVAILABLE),
        ((), S.SIGNED_OUT),
    ],
)
def test_the_state_of_a_person_of_several_interfaces(statuses: tuple[AgentStatus, ...], shown: AgentStatus) -> None:
    states = [AgentState(interface=str(n), name="", status=status) for n, status in enumerate(statuses)]
    assert shown_state(states, Reasons(()))[0] is shown


def test_an_interface_that_changes_hands_moves_the_seat() -> None:
    floor = Told()
    floor.agent("PJSIP/1", S.AVAILABLE)
    floor.person(Person(id="a", name="a", interfaces=("PJSIP/1",), primary_group="orders"))
    assert (seats(floor).on_shift, seats(floor, "orders").on_shift) == (0, 1)
    floor.people = {}
    floor.person_of = {}
    floor.person(Person(id="b", name="b", interfaces=("PJSIP/1",), primary_group="chat"))
    assert (seats(floor, "orders").on_shift, seats(floor, "chat").on_shift) == (0, 1)
    floor.people, floor.person_of = {}, {}
    assert (seats(floor, "chat").on_shift, seats(floor).on_shift) == (0, 1)
    del floor.agents["PJSIP/1"]
    assert floor.figures().floor.seats == Seats()


def test_absence_told_later_changes_the_ratio_at_once() -> None:
    floor = Told()
    for number in range(4):
        floor.agent(f"PJSIP/{number}", S.AVAILABLE if number else S.SIGNED_OUT)
        floor.person(Person(id=str(number), name="", interfaces=(f"PJSIP/{number}",), rostered=True))
    assert seats(floor).on_line_ratio == Share(part=3, whole=4)
    floor.person(Person(id="0", name="", interfaces=("PJSIP/0",), rostered=True, absent=True))
    assert seats(floor).on_line_ratio == Share(part=3, whole=3)


people = st.builds(
    Person,
    id=st.sampled_from("abcd"),
    name=st.just("x"),
    primary_group=st.sampled_from(["safety", "orders", "chat", "nowhere", ""]),
    rostered=st.sampled_from([True, False, None]),
    absent=st.booleans(),
    flex=st.booleans(),
    trainer=st.booleans(),
)
moves = st.one_of(
    st.tuples(st.just("agent"), st.sampled_from("abcdef"), st.sampled_from(AgentStatus)),
    st.tuples(st.just("person"), people, st.none()),
    st.tuples(st.just("break"), st.sampled_from("abcdef"), st.none()),
    st.tuples(st.just("forget"), st.sampled_from("abcdef"), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 200.0, 301.0]), st.none()),
)


def counted_anew(floor: Told) -> dict[str, tuple[int, int, int]]:
    """Return on shift, on line and absent of every group, from the floor as it stands."""
    found = {"safety": [0, 0, 0], "orders": [0, 0, 0], "chat": [0, 0, 0]}
    owned = set(floor.person_of)
    everybody = list(floor.people.values())
    everybody += [Person(id=i, name=i, interfaces=(i,)) for i in floor.agents if i not in owned]
    at: Instant | None = floor.at
    for person in everybody:
        states = [floor.agents[each] for each in person.interfaces if each in floor.agents]
        reasons = Reasons(floor.policy.wrap_up_reasons)
        if person.id in floor.breaks:
            standing = standing_on_break(person, states, reasons)
        else:
            standing = standing_of(person, states, reasons, home=home_at(states, 300.0), at=at)
        group = person.primary_group if person.primary_group in found else ("safety" if states else "")
        if group:
            counts = found[group]
            counts[0] += standing.on_shift
            counts[1] += standing.on_line
            counts[2] += standing.absent
    return {group: (counts[0], counts[1], counts[2]) for group, counts in found.items()}


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, max_size=40))
def test_seats_kept_as_it_goes_are_those_counted_anew(course: list[tuple[str, object, object]]) -> None:
    floor = Told()
    for what, value, more in course:
        if what == "agent":
            out = floor.at if more is S.SIGNED_OUT else None
            floor.agent(str(value), AgentStatus(str(more)), signed_out_since=out)
        elif what == "person":
            assert isinstance(value, Person)
            floor.person(
                Person(**{**{f: getattr(value, f) for f in value.__struct_fields__}, "interfaces": (value.id,)})
            )
        elif what == "break":
            floor.breaks = floor.breaks ^ {str(value)}
        elif what == "forget":
            floor.agents.pop(str(value), None)
        else:
            assert isinstance(value, float)
            floor.after(value)
        figures = floor.figures()
        told = {
            group: (
                figures.groups[group].seats.on_shift,
                figures.groups[group].seats.on_line,
                figures.groups[group].seats.absent,
            )
            for group in ("safety", "orders", "chat")
        }
        assert told == counted_anew(floor)
        for each in figures.groups.values():
            assert each.seats.on_line + each.seats.away == each.seats.on_shift == sum(each.seats.by_status.values())
            assert sum(each.seats.away_by_reason.values()) == each.seats.away
