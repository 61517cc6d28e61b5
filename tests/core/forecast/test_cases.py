"""Case files: what is read, what is refused and with which line, and that the answer is always plain JSON."""

import json
import math

import pytest

from console.core.errors import BadInput
from console.core.forecast.cases import CaseError, parse_cases, run_cases
from console.core.forecast.question import Departure

CASE = {
    "arrivals_per_min": 8,
    "service_per_min": 1,
    "abandon_per_min": 0.5,
    "seats": 10,
    "leaving": 3,
    "break_min": 5,
    "target_min": 0.33,
    "policy": "preempt",
}


def told(*cases: object) -> str:
    with pytest.raises(CaseError) as error:
        run_cases(json.dumps(cases))
    line = str(error.value)
    assert "\n" not in line
    return line


def test_a_case_is_read_as_written() -> None:
    (asked,) = parse_cases(json.dumps([{**CASE, "policy": "finish_call", "start_in_system": 12}]))
    assert (asked.arrivals, asked.service, asked.abandon) == (8.0, 1.0, 0.5)
    assert (asked.seats, asked.leaving, asked.start_in_system) == (10, 3, 12)
    assert (asked.break_min, asked.target_min, asked.departure) == (5.0, 0.33, Departure.FINISH_CALL)


def test_answers_come_in_the_order_of_the_cases_with_exactly_these_fields() -> None:
    calm, busy = run_cases(json.dumps([{**CASE, "arrivals_per_min": 1}, CASE]))
    for found in (calm, busy):
        assert list(found) == ["before", "during", "after"]
        for figures in found.values():
            assert figures is not None
            assert list(figures) == ["p_wait", "mean_wait_min", "service_level", "p_abandon"]
    assert calm["during"] != busy["during"]


def test_no_cases_have_no_answers() -> None:
    assert run_cases("[]") == []


def test_whole_numbers_may_carry_a_point() -> None:
    assert run_cases(json.dumps([{**CASE, "seats": 10.0, "leaving": 3.0}])) == run_cases(json.dumps([CASE]))


def test_a_start_of_null_is_no_start() -> None:
    assert run_cases(json.dumps([{**CASE, "start_in_system": None}])) == run_cases(json.dumps([CASE]))


@pytest.mark.parametrize("field", CASE)
def test_a_missing_field_is_named(field: str) -> None:
    case = {name: value for name, value in CASE.items() if name != field}
    assert told(CASE, case) == f"case 1: {field}: is missing"


@pytest.mark.parametrize("field", [name for name in CASE if name != "policy"])
@pytest.mark.parametrize("value", [-1, -0.5, "3", True, None, [], {}, math.nan, math.inf, -math.inf])
def test_a_wrong_value_is_named(field: str, value: object) -> None:
    assert told({**CASE, field: value}).startswith(f"case 0: {field}: must ")


@pytest.mark.parametrize("value", [-1, "3", True, 2.5, math.nan])
def test_a_wrong_start_is_named(value: object) -> None:
    assert told({**CASE, "start_in_system": value}).startswith("case 0: start_in_system: must ")


@pytest.mark.parametrize("field", ["seats", "leaving"])
def test_half_a_seat_is_refused(field: str) -> None:
    assert told({**CASE, field: 2.5}) == f"case 0: {field}: must be a whole number, is 2.5"


@pytest.mark.parametrize("value", ["Preempt", "", 1, None, [], True])
def test_a_wrong_policy_is_named(value: object) -> None:
    assert told({**CASE, "policy": value}).startswith('case 0: policy: must be "preempt" or "finish_call", not ')


def test_more_leavers_than_seats_are_refused() -> None:
    assert told(CASE, CASE, {**CASE, "leaving": 11}) == "case 2: leaving: 11 is more than the 10 seats"


def test_an_unknown_field_is_named_on_one_line() -> None:
    assert told({**CASE, "brek_min": 5}) == "case 0: brek_min: is not a field of a case"
    assert told({**CASE, "a\n{b}": 5}) == "case 0: a?{b}: is not a field of a case"


def test_a_field_written_twice_is_refused() -> None:
    text = json.dumps([CASE]).replace('"seats": 10', '"seats": 10, "seats": 20')
    with pytest.raises(CaseError, match=r"^case 0: seats: is written twice$"):
        run_cases(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "not JSON: Expecting value, line 1 column 1"),
        ("[{]", "not JSON: "),
        ("{}", "not a list of cases: the file holds an object"),
        ("3", "not a list of cases: the file holds a number"),
        ("null", "not a list of cases: the file holds null"),
        ("[3]", "case 0: must be an object of fields, not a number"),
        ("[" * 100_000, "not a list of cases: nested too deeply"),
    ],
)
def test_what_is_no_list_of_cases_is_said(text: str, line: str) -> None:
    with pytest.raises(BadInput) as error:
        run_cases(text)
    assert str(error.value).startswith(line)


@pytest.mark.parametrize("number", ["1e400", "9" * 5000, "NaN", "Infinity", "-Infinity"])
def test_numbers_no_float_holds_are_refused(number: str) -> None:
    text = json.dumps([CASE]).replace("0.33", number)
    with pytest.raises(CaseError, match=r"^case 0: target_min: must be a finite number$"):
        run_cases(text)


def test_a_question_for_years_is_refused_at_once() -> None:
    assert told({**CASE, "break_min": 1e12}).startswith("case 0: break_min: too long to compute")
    assert told({**CASE, "service_per_min": 1e13}) == "case 0: service_per_min: must be at most 1e+12, is 1e+13"
    overrun = {**CASE, "arrivals_per_min": 100, "abandon_per_min": 1e-8}
    assert told(overrun).startswith("case 0: abandon_per_min: so few give up that 9e+09 callers stand in line")
    assert told({**CASE, "seats": 10**8, "arrivals_per_min": 1e8}).startswith("case 0: ")


@pytest.mark.parametrize("policy", ["preempt", "finish_call"])
@pytest.mark.parametrize(
    "changes",
    [
        {"arrivals_per_min": 0},
        {"arrivals_per_min": 0, "leaving": 10},
        {"arrivals_per_min": 0, "service_per_min": 0, "abandon_per_min": 0},
        {"leaving": 0},
        {"leaving": 10},
        {"leaving": 10, "abandon_per_min": 0},
        {"break_min": 0},
        {"break_min": 0, "target_min": 0},
        {"target_min": 0},
        {"target_min": 1e300},
        {"target_min": 1e300, "abandon_per_min": 0},
        {"seats": 0, "leaving": 0},
        {"seats": 0, "leaving": 0, "abandon_per_min": 0},
        {"service_per_min": 0},
        {"service_per_min": 0, "abandon_per_min": 0},
        {"abandon_per_min": 0, "arrivals_per_min": 30},
        {"start_in_system": 0},
        {"start_in_system": 200},
        {"abandon_per_min": 1e-12, "leaving": 10},
        {"break_min": 1e-320},
        {"target_min": 5e-324},
        {"seats": 1_000_000, "leaving": 1_000_000},
    ],
)
def test_every_edge_has_an_answer_in_plain_json(changes: dict[str, object], policy: str) -> None:
    (found,) = run_cases(json.dumps([{**CASE, **changes, "policy": policy}]))
    again = json.loads(json.dumps(found, allow_nan=False))
    for window in ("during", "after"):
        for figure in ("p_wait", "service_level", "p_abandon"):
            assert 0.0 <= again[window][figure] <= 1.0
