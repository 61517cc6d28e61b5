"""A moment as people type it: a time of day, or minutes from now."""

import re
from datetime import UTC, datetime, timedelta

from console.core.floor.day import zone_of
from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy
from console.core.words import Said, say

_CLOCK = re.compile(r"(\d{1,2})[:\uff1a.hH](\d{2})|(\d{3,4})")
_FROM_NOW = re.compile(r"\+?(\d{1,3})(?:\s*(?:min|m|分|分钟))?")


def read_moment(text: str, policy: FloorPolicy, at: Instant) -> Instant | Said:
    """Return the moment somebody typed: 14:25, 1425, or minutes from now (+20, 20 min); a sentence for what is none."""
    typed = text.strip()
    minutes = _FROM_NOW.fullmatch(typed)
    if minutes is not None and (len(minutes[1]) < 3 or typed != minutes[1]):
        return at + int(minutes[1]) * 60.0
    clock = _CLOCK.fullmatch(typed)
    hours, rest = 0, 60
    if clock is not None:
        hours, rest = (int(clock[1]), int(clock[2])) if clock[1] else (int(clock[3][:-2]), int(clock[3][-2:]))
    if hours > 23 or rest > 59:
        return say("“{typed}” is no time such as 14:25, nor minutes such as 20.", typed=typed)
    zone = zone_of(policy)
    now = datetime.fromtimestamp(at, zone) if zone else datetime.fromtimestamp(at, UTC).astimezone()
    found = now.replace(hour=hours, minute=rest, second=0, microsecond=0)
    # Half a day back is the floor's tomorrow: a night shift owes slots after midnight.
    if found.timestamp() <= at - 12 * 3600:
        found += timedelta(days=1)
    return found.timestamp()
