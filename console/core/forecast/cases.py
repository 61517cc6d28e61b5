"""`main.py forecast CASES.json`: a bare list of cases as JSON in, a list of figures in the same order out.

A case: arrivals_per_min, service_per_min, abandon_per_min (0: nobody gives up), seats, leaving, break_min, target_min,
policy ("preempt" or "finish_call") and, if wished, start_in_system (absent or null: stationary before). Whole numbers
may be written 10 or 10.0; true is not a number.
"""

import json
import math
from typing import NoReturn

import msgspec

from console.core.errors import BadInput
from console.core.forecast.question import Break, Departure, TooLarge
from console.core.forecast.transient import answer
from console.core.words import say

_RATES = ("arrivals_per_min", "service_per_min", "abandon_per_min")
_TIMES = ("break_min", "target_min")
_COUNTS = ("seats", "leaving")
_REQUIRED = (*_RATES, *_COUNTS, *_TIMES, "policy")
_OPTIONAL = ("start_in_system",)

_MOST, _LEAST = 1e12, 1e-100
"""Figures beyond are refused, or count as 0: neither is a floor, and both leave the range of floats in a product."""

_ENDLESS = "target_min"
"""The field that may be as large as one likes: from some time on a target changes nothing."""


class CaseError(BadInput):
    """A case file that cannot be used: one line naming the case (from 0) and the field."""

    def __init__(self, line: str) -> None:
        # The line quotes the file, whose braces are no pattern of ours.
        super().__init__(say("{line}", line=line))


class _Twice(ValueError):  # noqa: N818  what happened, not an error by itself
    """A field written twice in one object."""


def run_cases(text: str) -> list[dict[str, dict[str, float | None] | None]]:
    """Return the answers to the cases in `text`, ready for JSON (never NaN or infinite); raises CaseError."""
    answers = []
    for place, asked in enumerate(parse_cases(text)):
        try:
            answers.append(msgspec.to_builtins(answer(asked)))
        except TooLarge as large:
            raise CaseError(f"case {place}: {large.field}: {large}") from None
    return answers


def parse_cases(text: str) -> list[Break]:
    """Return the cases in `text`, all of them checked before any is computed; raises CaseError."""
    try:
        cases = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole)
    except json.JSONDecodeError as broken:
        raise CaseError(f"not JSON: {broken.msg}, line {broken.lineno} column {broken.colno}") from None
    except RecursionError:
        raise CaseError("not a list of cases: nested too deeply") from None
    if not isinstance(cases, list):
        raise CaseError(f"not a list of cases: the file holds {_kind(cases)}")
    return [parse_case(case, place) for place, case in enumerate(cases)]


def parse_case(case: object, place: int = 0) -> Break:
    """Return one decoded case; raises CaseError naming `place` and the first field that is wrong."""
    if not isinstance(case, dict):
        raise CaseError(f"case {place}: must be an object of fields, not {_kind(case)}")
    twice = case.get(_Twice)
    if twice is not None:
        _refuse(place, str(twice), "is written twice")
    for name in case:
        if name not in _REQUIRED and name not in _OPTIONAL:
            _refuse(place, str(name), "is not a field of a case")
    for name in _REQUIRED:
        if name not in case:
            _refuse(place, name, "is missing")
    numbers = {name: _number(case[name], place, name) for name in (*_RATES, *_TIMES)}
    seats, leaving = (_count(case[name], place, name) for name in _COUNTS)
    if leaving > seats:
        _refuse(place, "leaving", f"{leaving} is more than the {seats} seats")
    policy = case["policy"]
    if policy not in tuple(Departure):
        _refuse(place, "policy", f'must be "preempt" or "finish_call", not {_shown(policy)}')
    begun = case.get("start_in_system")
    return Break(
        arrivals=numbers["arrivals_per_min"],
        service=numbers["service_per_min"],
        abandon=numbers["abandon_per_min"],
        seats=seats,
        leaving=leaving,
        break_min=numbers["break_min"],
        target_min=numbers["target_min"],
        departure=Departure(policy),
        start_in_system=None if begun is None else _count(begun, place, "start_in_system"),
    )


def _refuse(place: int, field: str, why: str) -> NoReturn:
    """Raise the one line about a field of a case."""
    raise CaseError(f"case {place}: {_plain(field)}: {why}")


def _number(value: object, place: int, field: str) -> float:
    """Return a finite number not below 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(place, field, f"must be a number, not {_kind(value)}")
    if not math.isfinite(value):
        _refuse(place, field, "must be a finite number")
    if value < 0:
        _refuse(place, field, f"must not be negative, is {value}")
    if value > _MOST and field != _ENDLESS:
        _refuse(place, field, f"must be at most {_MOST:.0e}, is {float(value):.3g}")
    return min(float(value), _MOST) if value >= _LEAST else 0.0


def _count(value: object, place: int, field: str) -> int:
    """Return a whole number not below 0."""
    number = _number(value, place, field)
    if number != int(number):
        _refuse(place, field, f"must be a whole number, is {number}")
    return int(number)


def _once(pairs: list[tuple[str, object]]) -> dict[object, object]:
    """Return the object of these pairs; a name given twice is noted under a key no file can hold."""
    fields: dict[object, object] = {}
    for name, value in pairs:
        if name in fields:
            fields[_Twice] = name
        fields[name] = value
    return fields


def _no_constant(literal: str) -> float:
    """Return what Python reads NaN and Infinity as; the check of the field names the case."""
    return float(literal.replace("Infinity", "inf"))


def _whole(digits: str) -> int | float:
    """Return a JSON integer; one beyond a float's range is infinite, as it would be with a point in it."""
    return int(digits) if len(digits) < 300 else math.inf


def _kind(value: object) -> str:
    """Return the JSON name of a value's type."""
    if value is None:
        return "null"
    names: dict[type, str] = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
    return names.get(type(value), "an object")


def _shown(value: object) -> str:
    """Return a short text or the type of anything else, for one line."""
    return f'"{_plain(value)}"' if isinstance(value, str) else _kind(value)


def _plain(text: str) -> str:
    """Return `text` on one line, printable and short."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text)
    return clean if len(clean) <= 40 else clean[:39] + "…"
