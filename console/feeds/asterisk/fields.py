"""Values out of a message's bytes, without building a dict of fifty: a storm leaves no time for that."""

import re
from typing import TypeVar

from console.core.floor.model import Seconds

Value = TypeVar("Value")

_MANY = 32_768
_LONG = 256
_LARGEST = 10**11


class Words(dict[bytes, str]):
    """Decoded names, shared: queues, interfaces and members come again in every message."""

    def __missing__(self, raw: bytes) -> str:
        word = raw.decode("utf-8", "replace")
        _remember(self, raw, word)
        return word


def _remember(known: dict[bytes, Value], raw: bytes, value: Value) -> None:
    # Neither many values nor long ones are held, whatever a hostile server sends.
    if len(raw) <= _LONG:
        if len(known) >= _MANY:
            known.clear()
        known[raw] = value


words = Words()


def raw_value(frame: bytes, key: bytes) -> bytes:
    """Return the value behind `key` (a line's beginning, with the line end before it), empty where there is none."""
    at = frame.find(key)
    if at < 0:
        return b""
    at += len(key)
    end = frame.find(b"\r", at)
    return frame[at:end] if end >= 0 else frame[at:]


class Fields:
    """Reads the same keys from every message of a kind, as raw bytes in the order named, absent ones empty.

    `sent` are the keys in the order the server sends them, those wanted marked by `*`: matched in one stroke. A message
    with another order, or with a line between, is read key by key.
    """

    __slots__ = ("_keys", "_match")

    def __init__(self, *sent: str) -> None:
        values = {True: r"([^\r]*)", False: r"[^\r]*"}
        lines = "".join(rf"\r\n{re.escape(key.rstrip('*'))}: {values[key.endswith('*')]}" for key in sent)
        self._match = re.compile(lines.encode()).search
        self._keys = tuple(f"\r\n{key[:-1]}: ".encode() for key in sent if key.endswith("*"))

    def __call__(self, frame: bytes) -> tuple[bytes, ...]:
        """Return the wanted values of one message."""
        found = self._match(frame)
        return found.groups() if found is not None else tuple([raw_value(frame, key) for key in self._keys])


def channel_keys(prefix: str, *wanted: str) -> tuple[str, ...]:
    """Return the keys of a channel as the server sends them, `wanted` ones marked, for `Fields`."""
    keys = (
        "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum",
        "ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid",
    )  # fmt: skip
    return tuple(f"{prefix}{key}*" if key in wanted else f"{prefix}{key}" for key in keys)


def as_text(raw: bytes) -> str:
    """Return a value decoded, what is no UTF-8 replaced."""
    return raw.decode("utf-8", "replace")


def as_known(raw: bytes) -> str:
    """Return a value decoded, empty for the `<unknown>` that stands for an absent one."""
    return "" if raw == b"<unknown>" else raw.decode("utf-8", "replace")


class Numbers(dict[bytes, int]):
    """Whole numbers, 0 for what is none or beyond any sense; the same few come again and again."""

    def __missing__(self, raw: bytes) -> int:
        try:
            value = int(raw)
        except ValueError:
            value = 0
        if not -_LARGEST < value < _LARGEST:
            value = 0
        _remember(self, raw, value)
        return value


class Times(dict[bytes, Seconds]):
    """Seconds, 0 for what is no time."""

    def __missing__(self, raw: bytes) -> Seconds:
        try:
            value = float(raw)
        except ValueError:
            value = 0.0
        if not 0.0 <= value < _LARGEST:
            value = 0.0
        _remember(self, raw, value)
        return value


numbers = Numbers()
seconds = Times()


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unescape(name: str) -> str:
    r"""Return a caller's name as typed: events C-escape it (`O\'Neil`), QueueEntry does not."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), name) if "\\" in name else name
