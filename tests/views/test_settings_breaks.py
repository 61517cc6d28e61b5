"""The break rules as they are edited: what is read, what is refused in words, what one change changes."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.rules.break_policy import MEAL, OTHER, TOILET, BreakPolicy, BreakRules
from console.core.words import Said
from console.views.settings_breaks import (
    changed,
    changed_kind,
    doubts,
    read_clocks,
    read_codes,
    read_windows,
    read_words,
    rules_at,
    with_new_kind,
    with_own_rules,
    without_kind,
    write_windows,
    write_words,
)

CLOCKS = st.builds(lambda h, m: f"{h:02d}:{m:02d}", st.integers(0, 23), st.integers(0, 59))


@given(st.lists(st.tuples(CLOCKS, CLOCKS).filter(lambda span: span[0] != span[1]), unique=True))
def test_windows_are_read_as_they_are_written(windows: list[tuple[str, str]]) -> None:
    assert read_windows(write_windows(tuple(windows))) == tuple(sorted(windows))


@pytest.mark.parametrize(
    ("typed", "windows"),
    [
        ("", ()),
        ("11:00-13:30", (("11:00", "13:30"),)),
        ("17:00–19:00,11:00 - 13:30", (("11:00", "13:30"), ("17:00", "19:00"))),
        ("11\uff1a00至13:30、22:00~2:00", (("11:00", "13:30"), ("22:00", "02:00"))),
    ],
)
def test_windows_are_read_as_people_write_them(typed: str, windows: tuple[tuple[str, str], ...]) -> None:
    assert read_windows(typed) == windows


@pytest.mark.parametrize("typed", ["11:00", "11-13", "25:00-26:00", "11:00-11:00", "lunch", "11:00-13:30, soon"])
def test_what_is_no_window_is_said(typed: str) -> None:
    assert isinstance(read_windows(typed), Said)


def test_times_codes_and_words() -> None:
    assert read_clocks("16:00, 8:00 ,8:00") == ("08:00", "16:00")
    assert isinstance(read_clocks("16:00, noon"), Said)
    assert read_codes("1 2,*3") == ("1", "2", "*3")
    assert isinstance(read_codes("1, a"), Said)
    assert read_words("lunch, 午休\uff0c用餐, lunch") == ("lunch", "午休", "用餐")
    assert read_words(write_words(MEAL.words)) == MEAL.words


def test_one_change_changes_one_thing_in_one_place() -> None:
    policy = BreakPolicy(by_group={"vip": BreakRules(together=False)})
    after = changed_kind(policy, "", "toilet", on_line_percent=75)
    assert after.everywhere.kind("toilet") == msgspec.structs.replace(TOILET, on_line_percent=75)
    assert after.by_group == policy.by_group
    assert after.everywhere.kind("meal") == MEAL
    group = changed(policy, "vip", one_may_go=False)
    assert (group.everywhere, group.of("vip").one_may_go, group.of("vip").together) == (BreakRules(), False, False)


def test_a_longer_usual_length_takes_the_longest_along() -> None:
    after = changed_kind(BreakPolicy(), "", "toilet", length_min=15).everywhere.kind("toilet")
    assert after is not None
    assert (after.length_min, after.longest_min) == (15, 15)


def test_a_groups_own_rules_begin_as_those_everywhere_and_go_again() -> None:
    policy = changed(BreakPolicy(), "", total_min=60)
    own = with_own_rules(policy, "vip", own=True)
    assert rules_at(own, "vip") == policy.everywhere
    edited = changed(own, "vip", total_min=30)
    assert (edited.everywhere.total_min, edited.of("vip").total_min) == (60, 30)
    assert with_own_rules(edited, "vip", own=False) == policy


def test_kinds_come_and_go_but_never_all() -> None:
    policy, kind = with_new_kind(BreakPolicy(), "", "学习", "Study")
    policy, other = with_new_kind(policy, "", "学习", "Study")
    assert kind != other
    for each in [each.id for each in policy.everywhere.kinds]:
        policy = without_kind(policy, "", each)
    assert len(policy.everywhere.kinds) == 1


def test_what_can_hardly_be_meant_is_said() -> None:
    rules = BreakRules(shift_changes=("08:00",))
    assert doubts(rules) == ()
    assert [said.text.split()[0] for said in doubts(BreakRules())] == ["{kind}"]
    twice = msgspec.structs.replace(OTHER, codes=("1",), words=("MEAL",))
    told = doubts(msgspec.structs.replace(rules, kinds=(MEAL, TOILET, twice)))
    assert [said.values["word"] for said in told] == ["1", "meal"]


def test_the_policy_survives_its_way_through_the_store() -> None:
    policy, _ = with_new_kind(with_own_rules(BreakPolicy(), "vip", own=True), "vip", "学习", "Study")
    assert msgspec.convert(msgspec.to_builtins(policy), BreakPolicy) == policy
