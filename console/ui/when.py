"""Moments as the floor's own clock shows them."""

from datetime import datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy


@cache
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local(at: Instant, policy: FloorPolicy) -> datetime:
    """Return a moment in the floor's time zone, the machine's where none is named or it is not known here."""
    return datetime.fromtimestamp(at, _zone(policy.time_zone)).astimezone(_zone(policy.time_zone))


def clock_time(at: Instant, policy: FloorPolicy) -> str:
    """Return the time of day, HH:MM:SS."""
    return local(at, policy).strftime("%H:%M:%S")
