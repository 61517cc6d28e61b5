"""Figures of several groups as one, for a desk that looks at some only: counts add, means weigh by their counts."""

from collections import Counter
from collections.abc import Callable, Iterable

from console.core.floor.figures import Figures, Now, Seats, Share, Window
from console.core.floor.model import Seconds


def combined(parts: Iterable[Figures]) -> Figures:
    """Return the figures of all parts together; people have one primary group, so seats add without doubles."""
    every = list(parts)
    if len(every) == 1:
        return every[0]
    return Figures(
        now=_now([part.now for part in every]),
        recent=_window([part.recent for part in every]),
        today=_window([part.today for part in every]),
        seats=_seats([part.seats for part in every]),
    )


def _mean(pairs: Iterable[tuple[Seconds | None, int]]) -> Seconds | None:
    known = [(value, weight) for value, weight in pairs if value is not None and weight > 0]
    weights = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / weights if weights else None


def _sum(shares: Iterable[Share]) -> Share:
    every = list(shares)
    return Share(part=sum(share.part for share in every), whole=sum(share.whole for share in every))


def _now(parts: list[Now]) -> Now:
    return Now(
        waiting=sum(part.waiting for part in parts),
        longest_wait_s=max((p.longest_wait_s for p in parts if p.longest_wait_s is not None), default=None),
        mean_wait_s=_mean((part.mean_wait_s, part.waiting) for part in parts),
    )


def _window(parts: list[Window]) -> Window:
    def total(of: Callable[[Window], int]) -> int:
        return sum(of(part) for part in parts)

    return Window(
        entered=total(lambda w: w.entered),
        answered=total(lambda w: w.answered),
        abandoned=total(lambda w: w.abandoned),
        hung_up=total(lambda w: w.hung_up),
        timed_out=total(lambda w: w.timed_out),
        sent_away=total(lambda w: w.sent_away),
        unknown=total(lambda w: w.unknown),
        completed=total(lambda w: w.completed),
        ring_no_answer=total(lambda w: w.ring_no_answer),
        asa_s=_mean((w.asa_s, w.answered) for w in parts),
        mean_wait_abandoned_s=_mean((w.mean_wait_abandoned_s, w.abandoned) for w in parts),
        service_level=_sum(w.service_level for w in parts),
        answer_rate=_sum(w.answer_rate for w in parts),
        talk_s=_mean((w.talk_s, w.completed) for w in parts),
        wrap_up_s=_mean((w.wrap_up_s, w.completed) for w in parts),
        handle_s=_mean((w.handle_s, w.completed) for w in parts),
        ring_s=_mean((w.ring_s, w.answered) for w in parts),
        occupancy=_sum(w.occupancy for w in parts),
    )


def _seats(parts: list[Seats]) -> Seats:
    def total(of: Callable[[Seats], int]) -> int:
        return sum(of(part) for part in parts)

    return Seats(
        on_shift=total(lambda s: s.on_shift),
        on_line=total(lambda s: s.on_line),
        by_status=sum((Counter(s.by_status) for s in parts), Counter()),
        away_by_reason=sum((Counter(s.away_by_reason) for s in parts), Counter()),
        away=total(lambda s: s.away),
        absent=total(lambda s: s.absent),
        flex=total(lambda s: s.flex),
        trainers=total(lambda s: s.trainers),
        unregistered=total(lambda s: s.unregistered),
        off_roster=total(lambda s: s.off_roster),
        on_line_ratio=_sum(s.on_line_ratio for s in parts),
        occupancy=_sum(s.occupancy for s in parts),
    )
