"""Customer numbers and names left out of what is recorded, where policy says that numbers are not kept."""

from typing import Any, TypeVar

import msgspec

_PRIVATE = ("number", "connected_number", "caller_name")
"""Fields that hold a customer's number or name, wherever there is a `uid` beside them (an agent's number has none)."""

T = TypeVar("T")


def without_numbers(record: T) -> T:
    """Return records (to any depth) with every customer's number and name empty; untouched where there are none."""
    found: T = _blank(record)
    return found


def _blank(value: Any) -> Any:  # noqa: ANN401  walks whatever a keyframe holds
    if isinstance(value, msgspec.Struct):
        changes = {name: _blank(getattr(value, name)) for name in value.__struct_fields__}
        if "uid" in changes:
            changes |= {name: "" for name in (*_PRIVATE, "name") if name in changes and _customers(value, name)}
        if all(changed is getattr(value, name) for name, changed in changes.items()):
            return value
        return type(value)(**changes)
    if isinstance(value, dict):
        return {key: _blank(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_blank(each) for each in value]
    if isinstance(value, tuple):
        return tuple(_blank(each) for each in value)
    return value


def _customers(value: msgspec.Struct, name: str) -> bool:
    """Return whether `name` names a customer here: beside an `interface` it names the agent."""
    return name != "name" or "interface" not in value.__struct_fields__
