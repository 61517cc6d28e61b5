"""Owed slots 排到: the line of those who wait, and the first moment at which rules and forecast both allow a break.

What stands between a request and its break changes at known moments only: somebody is expected back, somebody ahead in
line goes or returns, a window opens, a shift changes. So only those moments are tried, earliest first.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from console.core.floor.model import Instant, Record, Seconds
from console.core.rules.break_policy import BreakKind, Clock24, Minutes
from console.core.rules.breaks import DAY_MIN, Case, at_most, judge, minute_of, ratio
from console.core.words import Said, say

BELIEVED_S: Seconds = 900.0
"""How long an emergency, or a forecast that nobody may go, is taken to last; at the slot itself both are looked at."""

LEAST_S: Seconds = 60.0
"""A slot that has to move moves at least this far, so that nobody is told a new time every second."""

LOOK_AGAIN_S: Seconds = 1800.0
"""When a request is looked at again for which no moment was found: it keeps its place in line."""


# ---- the line --------------------------------------------------------------------------------------------------------


class Waiting(Record, frozen=True, kw_only=True):
    """One who waits in line: `rank` of the kind, lowest first; `owed` a slot already; contacts and minutes of today."""

    id: str
    rank: int
    asked_at: Instant
    owed: bool = False
    taken_min: Minutes = 0
    contacts: int = 0
    hard: bool = False
    kind: str = ""


class Place(Record, frozen=True, kw_only=True):
    """A place in line, and why it comes before the next one (None: it is the last)."""

    waiting: Waiting
    why: Said | None = None


def in_line(waiting: Iterable[Waiting], *, many_contacts: int) -> tuple[Place, ...]:
    """Return the line: kind, owed a slot, waited longest (in minutes), least break today, a hard day; and why."""

    def stressed(each: Waiting) -> bool:
        return each.hard or each.contacts > many_contacts

    def key(each: Waiting) -> tuple[int, bool, int, int, bool, Instant, str]:
        minute = int(each.asked_at // 60)
        return (each.rank, not each.owed, minute, each.taken_min, not stressed(each), each.asked_at, each.id)

    ordered = sorted(waiting, key=key)
    places = []
    for place, each in enumerate(ordered):
        after = ordered[place + 1] if place + 1 < len(ordered) else None
        places.append(Place(waiting=each, why=None if after is None else _why(key(each), key(after), each)))
    return tuple(places)


def _why(mine: tuple[object, ...], theirs: tuple[object, ...], each: Waiting) -> Said:
    criterion = next((number for number, (one, other) in enumerate(zip(mine, theirs, strict=True)) if one != other), 6)
    match criterion:
        case 0:
            return say("{kind} goes first", kind=each.kind)
        case 1:
            return say("owed a slot already")
        case 3:
            return say("less break today: {minutes} min", minutes=each.taken_min)
        case 4 if each.hard:
            return say("a run of hard calls")
        case 4:
            return say("{contacts} contacts today", contacts=each.contacts)
        case _:
            return say("waits longer")


# ---- the first moment ------------------------------------------------------------------------------------------------


class Back(Record, frozen=True, kw_only=True):
    """Somebody away and expected back; `kind` of break, granted or not; `joins`: the line gains a seat by it."""

    at: Instant
    name: str = ""
    kind: str = ""
    joins: bool = True


class Reserved(Record, frozen=True, kw_only=True):
    """The slot of somebody ahead in line."""

    at: Instant
    minutes: Minutes
    kind: BreakKind
    name: str = ""

    @property
    def until(self) -> Instant:
        """Return when they are expected back."""
        return self.at + self.minutes * 60.0

    def covers(self, at: Instant) -> bool:
        """Return whether they are away at a moment."""
        return self.at <= at < self.until


class Prospect(Record, frozen=True, kw_only=True):
    """A request as it stands `at` now, and what is known of the time to come.

    `case` is what the rules look at now, `away` how many are away or promised away by kind. `room` is how many more may
    leave by the forecast (None: it does not tell). `others` are further groups in which it has to pass.
    """

    at: Instant
    case: Case
    away: Mapping[str, int] = {}
    back: tuple[Back, ...] = ()
    ahead: tuple[Reserved, ...] = ()
    room: int | None = None
    others: tuple["Prospect", ...] = ()


class Slot(Record, frozen=True, kw_only=True):
    """A moment for a break and what makes it possible; not `sure` where only looking again then can tell."""

    at: Instant
    why: Said
    sure: bool = True


Minute = Callable[[Instant], int]
"""The time of day at the centre, in minutes."""


def first_slot(prospect: Prospect, minute: Minute, *, earliest: Instant | None = None) -> Slot:
    """Return the first moment, at or after `earliest`, at which rules and forecast both allow it.

    There is always one: where no known change allows it, the request is looked at again after LOOK_AGAIN_S.
    """
    begin = prospect.at if earliest is None else max(earliest, prospect.at)
    moments = {begin: say("it fits then") if begin > prospect.at else say("now")}
    for each in (prospect, *prospect.others):
        for at, why in _moments(each, minute):
            if at > begin:
                moments.setdefault(at, why)
    for at in sorted(moments):
        if fits(prospect, at, minute):
            return Slot(at=at, why=moments[at])
    return unknown_slot(begin)


def unknown_slot(begin: Instant) -> Slot:
    """Return when a request is looked at again, for which no moment from `begin` on is known."""
    return Slot(at=begin + LOOK_AGAIN_S, why=say("no moment is known yet; looked at again then"), sure=False)


def fits(prospect: Prospect, at: Instant, minute: Minute) -> bool:
    """Return whether a break that begins `at` keeps rules, forecast and everybody's slot ahead, in every group."""
    return all(_fits_in(each, at, minute) for each in (prospect, *prospect.others))


def _fits_in(prospect: Prospect, at: Instant, minute: Minute) -> bool:
    if not judge(case_at(prospect, at, minute)).allowed or not _room_at(prospect, at):
        return False
    until = at + prospect.case.minutes * 60.0
    # Whose slot has come now has not gone yet; at a later slot they go first.
    reached = (each for each in prospect.ahead if at < each.at < until or at == each.at == prospect.at)
    # Of several alike at one moment, one tells for all.
    alike = {(each.at, each.kind.id, each.minutes): each for each in reached}
    return all(_still_fits(prospect, each, at, minute) for each in alike.values())


def case_at(prospect: Prospect, at: Instant, minute: Minute) -> Case:
    """Return what the rules will look at, as far as it is known now."""
    return _case_with(prospect, prospect.case, at, minute, _gone(prospect, at, prospect.case.kind))


def _gone(prospect: Prospect, at: Instant, kind: BreakKind) -> tuple[int, int]:
    """Return how many of those ahead in line are away at a moment, and how many of them for this kind."""
    gone = alike = 0
    for each in prospect.ahead:
        if each.at <= at < each.at + each.minutes * 60.0:
            gone += 1
            alike += each.kind.id == kind.id
    return gone, alike


def _case_with(prospect: Prospect, case: Case, at: Instant, minute: Minute, gone: tuple[int, int]) -> Case:
    """Return a case of now as it will be at a moment, with so many `gone` by then, in all and alike."""
    count, alike = gone
    back, joined, back_alike = _returned(prospect, at, case.kind.id)
    then = replace(
        case,
        on_line=case.on_line + joined - count,
        away=max(0, case.away - back + count),
        away_alike=max(0, prospect.away.get(case.kind.id, 0) + alike - back_alike),
        minute=minute(at),
    )
    if at < prospect.at + BELIEVED_S:
        return then
    return replace(then, waiting=0, mean_wait_s=None, plan="", relieved=True)


class _Returns(NamedTuple):
    """Moments at which somebody is back, those at which the line gains a seat, and those of each kind; all sorted."""

    all: list[Instant]
    joining: list[Instant]
    by_kind: Mapping[str, list[Instant]]


_sorted: tuple[tuple[Back, ...], _Returns] = ((), _Returns([], [], {}))


def _returned(prospect: Prospect, at: Instant, kind: str) -> tuple[int, int, int]:
    """Return how many come back after now and until a moment: in all, to the line, and from this kind of break."""
    global _sorted  # noqa: PLW0603  the same returns are always in the same order: only the sorting is spared
    known, returns = _sorted
    if known is not prospect.back:
        by_kind: dict[str, list[Instant]] = {}
        for each in sorted(prospect.back, key=lambda one: one.at):
            by_kind.setdefault(each.kind, []).append(each.at)
        joining = sorted(each.at for each in prospect.back if each.joins)
        returns = _Returns(sorted(each.at for each in prospect.back), joining, by_kind)
        _sorted = (prospect.back, returns)
    spans = (returns.all, returns.joining, returns.by_kind.get(kind, []))
    back, joined, alike = (bisect_right(moments, at) - bisect_right(moments, prospect.at) for moments in spans)
    return max(0, back), max(0, joined), max(0, alike)


def _room_at(prospect: Prospect, at: Instant) -> bool:
    if prospect.room is None or at >= prospect.at + BELIEVED_S or not prospect.case.leaves_line:
        return True
    _, joined, _ = _returned(prospect, at, prospect.case.kind.id)
    return prospect.room + joined - sum(each.covers(at) for each in prospect.ahead) > 0


def _still_fits(prospect: Prospect, ahead: Reserved, at: Instant, minute: Minute) -> bool:
    """Return whether somebody ahead can still go at their own slot, with the asker away since `at`."""
    mine = prospect.case
    theirs = replace(mine, kind=ahead.kind, leaves_line=True)
    gone, alike = _gone(prospect, ahead.at, ahead.kind)
    itself = ahead.covers(ahead.at)
    before = (gone - itself, alike - itself)
    away = at <= ahead.at < at + mine.minutes * 60.0
    crowded = (before[0] + away, before[1] + (away and mine.kind.id == ahead.kind.id))
    broken = [rule for rule in (ratio, at_most) if rule(_case_with(prospect, theirs, ahead.at, minute, crowded))]
    # What would not fit anyway is no reason to keep this one waiting: that slot has to move by itself.
    return not broken or all(rule(_case_with(prospect, theirs, ahead.at, minute, before)) for rule in broken)


def _moments(prospect: Prospect, minute: Minute) -> Iterable[tuple[Instant, Said]]:
    for each in prospect.back:
        yield each.at, say("{name} is back then", name=each.name)
    for ahead in prospect.ahead:
        yield ahead.at, say("{name} has gone then", name=ahead.name)
        yield ahead.until, say("{name} has had their turn then", name=ahead.name)
    yield prospect.at + BELIEVED_S, say("calmer by then, as far as can be told")
    case, rules = prospect.case, prospect.case.rules
    for begin, _ in case.kind.windows:
        yield _next(prospect.at, begin, 0, minute), say("{kind} begins at {time}", kind=case.kind.name, time=begin)
    for change in rules.shift_changes:
        near = rules.handover_within_min
        yield (
            _next(prospect.at, change, -near, minute),
            say("around the shift change at {time}", time=change),
        )
        over = rules.black_out_after_min
        yield _next(prospect.at, change, over, minute), say("after the shift change at {time}", time=change)


def _next(at: Instant, clock: Clock24, offset: Minutes, minute: Minute) -> Instant:
    """Return the next begin of the minute `offset` minutes from a time of day."""
    ahead = (minute_of(clock) + offset - minute(at)) % DAY_MIN
    return at - at % 60 + ahead * 60.0
