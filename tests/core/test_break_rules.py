"""The break rules one by one, on figures from the operating rules."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.rules.break_policy import HANDOVER, MEAL, OTHER, TOILET, BreakKind, BreakRules
from console.core.rules.breaks import Case, judge, least_on_line, minute_of, within

RULES = BreakRules(shift_changes=("08:00", "16:00", "00:00"))
LUNCH = minute_of("12:00")


def case(kind: BreakKind, on_shift: int = 10, away: int = 0, **fields: object) -> Case:
    made = Case(
        kind=kind,
        rules=RULES,
        group="g",
        on_shift=on_shift,
        on_line=on_shift - away,
        away=away,
        away_alike=away,
        minute=LUNCH,
        minutes=kind.length_min,
    )
    return replace(made, **fields)


def objections(made: Case) -> list[str]:
    return [objection.rule for objection in judge(made).objections]


@pytest.mark.parametrize(
    ("kind", "on_shift", "most"), [(MEAL, 10, 3), (TOILET, 10, 2), (MEAL, 20, 6), (TOILET, 19, 3), (MEAL, 1000, 300)]
)
def test_so_many_may_be_away_and_not_one_more(kind: BreakKind, on_shift: int, most: int) -> None:
    assert objections(case(kind, on_shift, most - 1)) == []
    assert objections(case(kind, on_shift, most)) == ["ratio"]


def test_seven_of_ten_is_exactly_seventy_percent() -> None:
    verdict = judge(case(MEAL, 10, 2))
    assert (verdict.before, verdict.after, verdict.needs, verdict.allowed) == (8, 7, 7, True)


def test_the_objection_has_the_figures() -> None:
    (objection,) = judge(case(TOILET, 19, 3)).objections
    assert objection.said.english() == "16 → 15 of 19 on line = 78 %, needs 80 %"


def test_small_groups_still_go_one_at_a_time() -> None:
    assert objections(case(TOILET, 3, 0)) == []
    assert objections(case(TOILET, 3, 1)) == ["ratio"]
    strict = replace(RULES, one_may_go=False)
    assert objections(case(TOILET, 3, 0, rules=strict)) == ["ratio"]


def test_a_full_lunch_rotation_does_not_ban_the_first_toilet_break() -> None:
    lunch = case(TOILET, 10, 3, away_alike=0)
    assert objections(lunch) == []
    assert objections(replace(lunch, away_alike=1)) == ["ratio"], "only the first of its kind"
    assert objections(replace(lunch, rules=replace(RULES, one_may_go=False))) == ["ratio"]


def test_kinds_count_together_or_each_by_itself() -> None:
    mixed = case(TOILET, 10, 3, away_alike=1)
    assert objections(mixed) == ["ratio"]
    assert objections(replace(mixed, rules=replace(RULES, together=False))) == []


def test_one_other_at_a_time_in_a_group() -> None:
    assert objections(case(OTHER, 10, 3, away_alike=0)) == []
    assert objections(case(OTHER, 10, 1, away_alike=1)) == ["at_most"]


def test_meals_only_in_their_window() -> None:
    assert objections(case(MEAL, minute=minute_of("10:59"))) == ["window"]
    assert objections(case(MEAL, minute=minute_of("11:00"))) == []
    assert objections(case(MEAL, minute=minute_of("13:30"))) == ["window"]


@pytest.mark.parametrize(
    ("clock", "fine"), [("07:41", True), ("07:39", False), ("08:20", True), ("23:50", True), ("12:00", False)]
)
def test_handover_only_around_a_shift_change(clock: str, fine: bool) -> None:  # noqa: FBT001
    assert (objections(case(HANDOVER, minute=minute_of(clock))) == []) is fine


def test_half_the_seats_stay_at_a_handover() -> None:
    at = minute_of("15:55")
    assert objections(case(HANDOVER, 10, 4, minute=at)) == []
    assert objections(case(HANDOVER, 10, 5, minute=at)) == ["ratio"]


def test_a_web_seat_waits_for_its_relief() -> None:
    web = case(HANDOVER, minute=minute_of("15:55"), is_web=True)
    assert objections(web) == ["web_relief"]
    assert objections(replace(web, relieved=True)) == []


def test_totals_never_hold_a_toilet_break() -> None:
    hour = replace(RULES, total_min=60)
    assert objections(case(MEAL, rules=hour, taken_min=30)) == []
    assert objections(case(MEAL, rules=hour, taken_min=31)) == ["totals"]
    assert objections(case(TOILET, rules=hour, taken_min=200)) == []


def test_black_outs_never_hold_a_toilet_break() -> None:
    dark = replace(RULES, black_out_before_min=15, black_out_after_min=10)
    other = case(OTHER, rules=dark, minute=minute_of("15:46"))
    assert objections(other) == ["black_out"]
    assert objections(replace(other, minute=minute_of("15:44"))) == []
    assert objections(replace(other, minute=minute_of("16:09"))) == ["black_out"]
    assert objections(replace(other, minute=minute_of("16:10"))) == []
    assert objections(case(TOILET, rules=dark, minute=minute_of("15:59"))) == []


def test_an_emergency_stops_every_kind() -> None:
    assert objections(case(TOILET, waiting=51, emergency_waiting=50)) == ["emergency"]
    assert objections(case(TOILET, waiting=50, emergency_waiting=50)) == []
    assert objections(case(TOILET, plan="排队高峰")) == ["emergency"]
    assert objections(case(TOILET, mean_wait_s=72.1, emergency_wait_s=72.0)) == ["emergency"]


def test_other_groups_advise_or_decide() -> None:
    primary, secondary = case(TOILET), case(TOILET, waiting=60, emergency_waiting=50)
    advised = judge(primary, (secondary,))
    assert advised.allowed
    assert [each.rule for each in advised.advice] == ["emergency"]
    strict = replace(primary, rules=replace(RULES, primary_decides=False))
    judged = judge(strict, (replace(secondary, group="other"),))
    assert [(each.rule, each.group) for each in judged.objections] == [("emergency", "other")]


def test_whoever_is_not_on_line_takes_nothing_from_the_line() -> None:
    assert objections(case(TOILET, 10, 2, leaves_line=False)) == []


def test_whoever_is_away_for_something_else_is_one_more_of_the_kind() -> None:
    by_kind = case(TOILET, 10, 2, leaves_line=False, away_anyway=True, rules=replace(RULES, together=False))
    assert objections(by_kind) == ["ratio"]
    verdict = judge(replace(by_kind, away_alike=1))
    assert (verdict.before, verdict.after, verdict.allowed) == (9, 8, True)
    # Together they are counted as away already.
    assert objections(replace(by_kind, rules=RULES)) == []


@given(percent=st.integers(0, 100), on_shift=st.integers(0, 5000))
def test_the_least_number_is_the_smallest_that_is_enough(percent: int, on_shift: int) -> None:
    least = least_on_line(percent, on_shift)
    wanted = Fraction(percent, 100) * on_shift
    assert least >= wanted > least - 1


@given(on_shift=st.integers(1, 400), away=st.integers(0, 400), percent=st.integers(1, 100))
def test_no_allowed_grant_breaks_its_ratio_but_the_first(on_shift: int, away: int, percent: int) -> None:
    away = min(away, on_shift)
    kind = replace(TOILET, on_line_percent=percent)
    made = case(kind, on_shift, away)
    if judge(made).allowed and away:
        assert Fraction(on_shift - away - 1, on_shift) >= Fraction(percent, 100)


def test_asking_by_word_and_by_code() -> None:
    rules = BreakRules()
    assert rules.asked("1", "").id == "meal"
    assert rules.asked("2", "coffee").id == "other", "a word says more than a code of another centre"
    assert rules.asked("", "午休").id == "meal"
    assert rules.asked("9", "???").id == "other"


@pytest.mark.parametrize("text", ["24:00", "x", "12", "12:60", ""])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text itself, or what int says of it
        minute_of(text)


def test_a_window_may_span_midnight() -> None:
    assert within(minute_of("00:30"), "23:00", "01:00")
    assert not within(minute_of("12:00"), "23:00", "01:00")
