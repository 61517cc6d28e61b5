"""What the settings do to values: groups, queues, people, texts; every queue stays in one group at most."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.people import PersonRow
from console.core.floor.policy import FloorPolicy, Limits, SkillGroup, Targets
from console.core.preferences import DEMO, Preferences
from console.core.profiles import FloorKind, Profile
from console.core.words import Said
from console.ui.widgets.form import number, percent, whole
from console.views.settings import (
    all_profiles,
    clock_read,
    compared,
    host_read,
    joined_people,
    limit_problem,
    loose_queues,
    moved_group,
    moved_queue,
    new_group,
    new_profile,
    pairs_read,
    pairs_written,
    people_problems,
    with_group,
    with_limit,
    with_profile,
    without_group,
    without_profile,
    words_read,
    zone_read,
)
from tests.ui.floor_fixture import floor

VIEW = floor()
POLICY = VIEW.policy
IDS = [group.id for group in POLICY.groups]

move = st.one_of(
    st.tuples(st.just("queue"), st.sampled_from(IDS), st.sampled_from([*IDS, "", "gone"])),
    st.tuples(st.just("group"), st.sampled_from([*IDS, "gone"]), st.integers(-9, 9)),
    st.tuples(st.just("drop"), st.sampled_from(IDS), st.none()),
    st.tuples(st.just("new"), st.just(""), st.none()),
)


@given(st.lists(move, max_size=12))
def test_whatever_is_moved_no_queue_is_lost_or_served_twice(moves: list[tuple[str, str, str | int | None]]) -> None:
    policy = POLICY
    for kind, what, where in moves:
        if kind == "queue":
            policy = moved_queue(policy, what, str(where))
        elif kind == "group":
            policy = moved_group(policy, what, int(where or 0))
        elif kind == "drop":
            policy = without_group(policy, what)
        else:
            policy = with_group(policy, new_group(policy, "New"))
    served = [queue for group in policy.groups for queue in group.queues]
    assert len(served) == len(set(served))
    assert sorted([*served, *loose_queues(VIEW, policy)]) == sorted(VIEW.queues)
    assert len({group.id for group in policy.groups}) == len(policy.groups)


def test_a_new_group_takes_an_id_nobody_has() -> None:
    policy = FloorPolicy(groups=(SkillGroup(id="group1", name="A"), SkillGroup(id="group3", name="C")))
    policy = with_group(policy, new_group(policy, "B"))
    assert [group.id for group in policy.groups] == ["group1", "group3", "group2"]


def test_connections_come_and_go_beside_the_demo() -> None:
    preferences = Preferences()
    first = new_profile(preferences, "East")
    preferences = msgspec.structs.replace(preferences, profiles=with_profile(preferences, first))
    second = new_profile(preferences, "West", FloorKind.REPLAY)
    assert second.id != first.id
    preferences = msgspec.structs.replace(preferences, profiles=with_profile(preferences, second))
    changed = msgspec.structs.replace(first, host="pbx")
    assert with_profile(preferences, changed) == (changed, second)
    assert without_profile(preferences, first.id) == (second,)
    assert all_profiles(preferences) == (DEMO, first, second)
    broken = msgspec.structs.replace(preferences, profiles=(Profile(id="demo", name="fake"), first))
    assert all_profiles(broken) == (DEMO, first)


@pytest.mark.parametrize("text", ["pbx", "10.0.0.5", "pbx.example.com", "[::1]", "fe80::1%eth0"])
def test_hosts_that_are_hosts(text: str) -> None:
    assert host_read(f" {text} ") == text


@pytest.mark.parametrize("text", ["", "http://pbx", "pbx/path", "p b x", "pbx;rm"])
def test_hosts_that_are_none(text: str) -> None:
    assert isinstance(host_read(text), Said)


@given(st.text(max_size=12))
def test_readers_never_raise(text: str) -> None:
    for read in (host_read, clock_read, zone_read, pairs_read, words_read, whole(0, 9), number(0, 9), percent()):
        read(text)


@pytest.mark.parametrize(("text", "value"), [("80", 0.8), ("80%", 0.8), ("100", 1.0), ("0", 0.0), ("12.5%", 0.125)])
def test_per_cent_is_a_share(text: str, value: float) -> None:
    assert percent()(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["101", "-1", "", "eighty"])
def test_per_cent_has_bounds(text: str) -> None:
    assert isinstance(percent()(text), Said)


@pytest.mark.parametrize(("text", "told"), [("6:30", "06:30"), ("06:30", "06:30"), ("23:59", "23:59")])
def test_times_of_day(text: str, told: str) -> None:
    assert clock_read(text) == told


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True), st.integers(0, 3600), max_size=5))
def test_queues_with_seconds_are_read_as_written(pairs: dict[str, int]) -> None:
    assert pairs_read(pairs_written(pairs)) == pairs


def test_thresholds_in_the_wrong_order_are_pointed_out() -> None:
    assert limit_problem(Limits(warn=10, alarm=50)) is None
    assert limit_problem(Limits(warn=60, alarm=50)) is not None
    assert limit_problem(Limits(warn=0.8, alarm=0.6, above=False)) is None
    assert limit_problem(Limits(warn=0.6, alarm=0.8, above=False)) is not None
    assert limit_problem(Limits(warn=None, alarm=0.8)) is None


def test_a_threshold_changes_alone() -> None:
    changed = with_limit(Targets(), "on_line_ratio", warn=0.9, alarm=None)
    assert changed.on_line_ratio == Limits(warn=0.9, alarm=None, above=False)
    assert changed.waiting == Targets().waiting


def test_a_list_joins_by_number_extension_or_interface() -> None:
    known = (
        PersonRow(name="A", number="1"),
        PersonRow(name="B", extensions=("2001",)),
        PersonRow(name="C", interfaces=("PJSIP/3",)),
        PersonRow(name="D", number="4"),
    )
    fresh = (
        PersonRow(name="A2", number="1", row=2),
        PersonRow(name="B2", extensions=("2001",), row=3),
        PersonRow(name="C", interfaces=("PJSIP/3",), row=4),
        PersonRow(name="E", number="5", row=5),
    )
    assert [row.name for row in joined_people(known, fresh)] == ["D", "A2", "B2", "C", "E"]
    change = compared(known, fresh)
    assert (change.new, change.changed, change.same, change.missing) == (1, 2, 1, 1)


def test_what_the_floor_would_refuse_is_known_before() -> None:
    assert people_problems((PersonRow(name="A", number="1", group="security"),), POLICY) == ()
    assert people_problems((PersonRow(name="A", group="gone"),), POLICY)
    assert people_problems((PersonRow(name="A", number="1"), PersonRow(name="B", number="1")), POLICY)
