"""When today began: the floor's day in its own time zone, right also where the clocks change."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy


def zone_of(policy: FloorPolicy) -> tzinfo | None:
    """Return the floor's time zone; None, the machine's own, where none is named or nobody knows the name."""
    if not policy.time_zone:
        return None
    try:
        return ZoneInfo(policy.time_zone)
    except (KeyError, ValueError, OSError):  # unknown, malformed, or a folder of the data base
        return None


def start_of(policy: FloorPolicy) -> time:
    """Return the time of day at which a new day is counted; midnight where the policy cannot be read."""
    try:
        found = time.fromisoformat(policy.day_starts_at)
    except ValueError:
        return time()
    return found.replace(second=0, microsecond=0, tzinfo=None)


def day_of(at: Instant, policy: FloorPolicy) -> tuple[Instant, Instant]:
    """Return the begin and the end of the floor's day that holds `at`; 23 to 25 hours where the clocks change."""
    zone, start = zone_of(policy), start_of(policy)
    local = datetime.fromtimestamp(at, zone) if zone else datetime.fromtimestamp(at, UTC).astimezone()
    today = local.date()
    begins = [_instant(today + timedelta(days=days), start, zone) for days in (-1, 0, 1, 2)]
    begin = max(each for each in begins if each <= at)
    return begin, min(each for each in begins if each > at)


def days_before(at: Instant, days: int, policy: FloorPolicy) -> Instant:
    """Return the same time of day at the centre so many days before, an hour off by no change of the clocks."""
    zone = zone_of(policy)
    local = datetime.fromtimestamp(at, zone).replace(tzinfo=None) if zone else datetime.fromtimestamp(at)  # noqa: DTZ006  the machine's own zone is meant
    then = local - timedelta(days=days)
    return (then.replace(tzinfo=zone) if zone else then).timestamp()


def date_of(at: Instant, policy: FloorPolicy) -> date:
    """Return the date of the calendar at the centre."""
    zone = zone_of(policy)
    return (datetime.fromtimestamp(at, zone) if zone else datetime.fromtimestamp(at, UTC).astimezone()).date()


def _instant(day: date, start: time, zone: tzinfo | None) -> Instant:
    return datetime.combine(day, start, tzinfo=zone).timestamp()
