"""How many seats a meal round has to leave on line, by the callers of the same hour on a day that is known."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from console.core.floor.day import days_before
from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, Record, Seconds
from console.core.floor.policy import FloorPolicy
from console.core.rules.break_forecast import GroupNow, most_leaving
from console.core.rules.break_policy import Minutes

DAYS: tuple[tuple[str, int], ...] = (("last_week", 7), ("yesterday", 1))
"""The days a round is held against, by name and days ago, the better measure first: the same day of the week."""

KNOWN_SHARE = 0.8
"""So much of a round's time somebody must have listened that day."""


class Need(Record, frozen=True, kw_only=True):
    """How many `seats` the round that begins at `begin` has to leave on line, by which day (`basis`, see DAYS)."""

    begin: Instant
    seats: int
    basis: str


Points = Callable[[Instant, Instant], Sequence[CurvePoint]]
"""The group's curve of [begin, end)."""


def needs(
    now: GroupNow, spans: Sequence[tuple[Instant, Instant]], minutes: Minutes, points: Points, policy: FloorPolicy
) -> tuple[Need, ...]:
    """Return what each round needs, where a day is known and says enough; handle time and patience are those of now.

    A day is held against by the clock of the `policy`'s centre, also where it changed in between.
    """
    found = []
    for begin, end in spans:
        if begin <= now.at:
            continue
        for basis, days in DAYS:
            then = days_before(begin, days, policy)
            need = _need(now, points(then, then + (end - begin)), end - begin, minutes)
            if need is not None:
                found.append(Need(begin=begin, seats=need, basis=basis))
                break
    return tuple(found)


def _need(now: GroupNow, points: Sequence[CurvePoint], span: Seconds, minutes: Minutes) -> int | None:
    known = [point for point in points if point.waiting is not None]
    if not known or len(known) * 60.0 < span * KNOWN_SHARE:
        return None
    arrivals = sum(point.entered for point in known)
    handle_min = now.handle_min / now.handled if now.handled else 0.0
    # Nobody knows how the line will stand then: as many are in hand as so many calls keep in hand.
    load = round(arrivals / len(known) * handle_min)
    then = replace(now, arrivals=arrivals, window_min=float(len(known)), in_system=min(now.seats, load))
    most = most_leaving(then, minutes)
    return None if most is None else now.seats - most
