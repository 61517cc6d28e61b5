"""What other days say of a group's meal rounds: read from the history, in a worker."""

from collections.abc import Sequence

from console.app.floors import OpenFloor
from console.core.floor.figures import CurvePoint, group_subject
from console.core.floor.model import Instant
from console.core.rules.break_forecast import group_now
from console.core.rules.break_policy import BreakKind
from console.core.rules.meal_needs import Need, needs
from console.core.rules.meals import rounds_in
from console.core.work.break_cases import minute_of_day, promised_on_line


def needs_of(floor: OpenFloor, group: str, kind: BreakKind, window: int) -> tuple[Need, ...]:
    """Return what each round of a kind's window needs, where a day gone by tells; may wait for the disk."""
    view, book, at = floor.view, floor.book, floor.source.clock.now()
    now = group_now(view, group, promised=promised_on_line(book, view, group, at))
    if now is None or not 0 <= window < len(kind.windows):
        return ()
    subject = group_subject(group)

    def points(begin: Instant, end: Instant) -> Sequence[CurvePoint]:
        return floor.curves(begin, end).get(subject, ())

    return needs(now, rounds_in(kind, window, at, minute_of_day(view, at)), kind.length_min, points, view.policy)
