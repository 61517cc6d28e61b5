"""Plans written as text (TOML), also those that are still wrong."""

import json
import math
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

import msgspec

from console.core.rules.watches import Watch
from console.core.work.plan_body import PlanBody

_PLAIN = 1e12
"""Whole numbers up to here are written without a fraction."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def table_of_plan(plan_id: str, body: PlanBody) -> dict[str, Any]:
    """Return a plan as the table of its text; what is as usual is left out."""
    table = msgspec.to_builtins(body)
    steps, watch = table.pop("step"), table.pop("watch")
    defaults = msgspec.to_builtins(PlanBody(name=""))
    top = {key: value for key, value in table.items() if key == "name" or value != defaults[key]}
    top["id"] = plan_id
    if watch is not None:
        usual = msgspec.to_builtins(Watch())
        top["watch"] = {key: _spare(value) for key, value in watch.items() if value != usual[key]}
    return {**top, "step": [{key: value for key, value in step.items() if value is not None} for step in steps]}


def _spare(value: Any) -> Any:  # noqa: ANN401  TOML
    """Return a nested value without what says nothing."""
    if isinstance(value, dict):
        return {key: _spare(each) for key, each in value.items() if _says(each)}
    return [_spare(each) for each in value] if isinstance(value, list | tuple) else value


def write_table(table: Mapping[str, Any]) -> str:
    """Return a plan's table as text, whatever may be wrong with it; it reads back the same."""
    watch, steps = table.get("watch"), table.get("step", [])
    apart = {"id"} | ({"watch"} if isinstance(watch, dict) else set())
    listed = isinstance(steps, list) and all(isinstance(step, dict) for step in steps)
    apart |= {"step"} if listed else set()
    lines = [f"id = {_toml(table['id'])}"] if "id" in table else []
    lines += _pairs({key: value for key, value in table.items() if key not in apart})
    if isinstance(watch, dict):
        lines += ["", "[watch]", *_pairs(watch)]
    for step in steps if listed else ():
        lines += ["", "[[step]]", *_pairs(step)]
    return "\n".join(lines) + "\n"


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_toml(value)}" for key, value in table.items()]


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _toml(key)


def _toml(value: Any) -> str:  # noqa: ANN401  TOML
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        inner = (f"{_key(key)} = {_toml(each)}" for key, each in value.items() if _says(each))
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, date | time):
        return value.isoformat()
    # A JSON string is a TOML basic string as well, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return str(int(value)) if value == int(value) and abs(value) < _PLAIN else repr(value)


def _says(value: Any) -> bool:  # noqa: ANN401  TOML
    """Return whether a nested value says anything: a number always does, also 0."""
    return (isinstance(value, int | float) and not isinstance(value, bool)) or bool(value)
