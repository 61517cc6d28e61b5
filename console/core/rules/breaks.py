"""The break rules: each answers with an objection in words and figures, or none. Exact: 7 of 10 is exactly 70 %."""

from collections.abc import Callable

from msgspec.structs import replace

from console.core.floor.model import Record, Seconds
from console.core.rules.break_policy import BreakKind, BreakRules, Clock24
from console.core.words import Said, say

DAY_MIN = 24 * 60


class Case(Record, frozen=True, kw_only=True):
    """What a rule looks at: one request in one group, at one moment.

    `on_line` counts the seats on line now less those already promised away; `leaves_line` is False where the asker is
    not on line anyway, `away_anyway` True where they are on shift all the same. `away` are those away or promised away
    (the asker apart) in all, `away_alike` for the same kind. `minute` is the time of day in the centre's zone, in
    minutes. `taken_min` is today's total of the asker. `reliefs` have signed in around this shift change and `let_go`
    others already; of `unknown` seats nobody knows when they did.
    """

    kind: BreakKind
    rules: BreakRules
    group: str
    on_shift: int
    on_line: int
    away: int
    away_alike: int
    minute: int
    leaves_line: bool = True
    away_anyway: bool = False
    taken_min: int = 0
    minutes: int = 0
    waiting: int = 0
    emergency_waiting: int = 0
    mean_wait_s: Seconds | None = None
    emergency_wait_s: Seconds | None = None
    plan: str = ""
    is_web: bool = False
    relieved: bool = False
    reliefs: int = 0
    let_go: int = 0
    unknown: int = 0


class Objection(Record, frozen=True, kw_only=True):
    """Why a rule says no: `rule` is its name, `said` its words and figures; `group` where another group says it."""

    rule: str
    said: Said
    group: str = ""


class Verdict(Record, frozen=True, kw_only=True):
    """What the rules say in one group: seats before and after of those on shift, what is needed, and the objections.

    `needs` is the least number of seats that must stay on line (None: the kind has no ratio).
    """

    group: str
    before: int
    after: int
    on_shift: int
    percent: int | None
    needs: int | None
    objections: tuple[Objection, ...] = ()
    advice: tuple[Objection, ...] = ()

    @property
    def allowed(self) -> bool:
        """Return whether nothing stands against it."""
        return not self.objections


Rule = Callable[[Case], Objection | None]


def counted(case: Case) -> tuple[int, int]:
    """Return the seats on line before and after: all kinds together, or as if only this kind were away."""
    if case.rules.together:
        return case.on_line, case.on_line - case.leaves_line
    before = case.on_shift - case.away_alike
    # Away for something else until now, the seat is one more that is away for this kind.
    return before, before - (case.leaves_line or case.away_anyway)


def least_on_line(percent: int, on_shift: int) -> int:
    """Return the smallest number of seats that is at least `percent` of `on_shift`."""
    return -(-percent * on_shift // 100)


def ratio(case: Case) -> Objection | None:
    """On-line ratio after the break, of the seats on shift; with `one_may_go` the first of a kind may always go."""
    percent = case.kind.on_line_percent
    if percent is None:
        return None
    before, after = counted(case)
    if after * 100 >= percent * case.on_shift:
        return None
    # Per kind, however they are counted: a full lunch rotation does not keep everybody from the toilet.
    if case.rules.one_may_go and case.away_alike == 0:
        return None
    said = say(
        "{before} → {after} of {on_shift} on line = {share} %, needs {percent} %",
        before=before,
        after=after,
        on_shift=case.on_shift,
        share=after * 100 // case.on_shift if case.on_shift else 0,
        percent=percent,
    )
    return Objection(rule="ratio", said=said)


def at_most(case: Case) -> Objection | None:
    """So many of a kind at a time in a group, and no more."""
    most = case.kind.at_most
    if most is None or case.away_alike < most:
        return None
    said = say("{away} of at most {most} already away for {kind}", away=case.away_alike, most=most, kind=case.kind.name)
    return Objection(rule="at_most", said=said)


def window(case: Case) -> Objection | None:
    """Only inside the kind's windows; one that would end past it may begin in it."""
    spans = case.kind.windows
    if not spans or any(within(case.minute, begin, end) for begin, end in spans):
        return None
    words = ", ".join(f"{begin}–{end}" for begin, end in spans)
    return Objection(rule="window", said=say("{kind} is only from {spans}", kind=case.kind.name, spans=words))


def handover(case: Case) -> Objection | None:
    """Only around a shift change."""
    if not case.kind.only_at_handover:
        return None
    near = case.rules.handover_within_min
    if any(_apart(case.minute, minute_of(change)) <= near for change in case.rules.shift_changes):
        return None
    if not case.rules.shift_changes:
        return Objection(rule="handover", said=say("No shift change is planned in the settings"))
    words = ", ".join(case.rules.shift_changes)
    return Objection(
        rule="handover", said=say("Only within {near} min of a shift change ({times})", near=near, times=words)
    )


def web_relief(case: Case) -> Objection | None:
    """Let a WEB seat go once the next shift's WEB agent is in."""
    if not (case.kind.web_relief and case.is_web) or case.relieved:
        return None
    if case.unknown:
        said = say(
            "The next shift's WEB agent is not known to be in: of {unknown} on line nobody knows since when",
            unknown=case.unknown,
        )
    elif case.reliefs:
        said = say(
            "The next shift's {reliefs} WEB agents in so far have let {let_go} go already",
            reliefs=case.reliefs,
            let_go=case.let_go,
        )
    else:
        said = say("The next shift's WEB agent is not in yet")
    return Objection(rule="web_relief", said=said)


def handover_begin(rules: BreakRules, minute: int) -> int | None:
    """Return how many minutes ago the handover around the nearest shift change began, None where none is on now."""
    near = rules.handover_within_min
    on = [change for clock in rules.shift_changes if _apart(minute, change := minute_of(clock)) <= near]
    if not on:
        return None
    nearest = min(on, key=lambda change: _apart(minute, change))
    return (minute - nearest + near) % DAY_MIN


def totals(case: Case) -> Objection | None:
    """So many minutes a shift; a toilet break never counts against them."""
    total = case.rules.total_min
    if total is None or not case.kind.in_totals or case.taken_min + case.minutes <= total:
        return None
    said = say(
        "{taken} min taken, {minutes} asked: more than {total} min a shift",
        taken=case.taken_min,
        minutes=case.minutes,
        total=total,
    )
    return Objection(rule="totals", said=said)


def black_out(case: Case) -> Objection | None:
    """None before and after a shift change; a toilet break always may."""
    rules = case.rules
    if not case.kind.in_black_outs:
        return None
    for change in rules.shift_changes:
        until = (minute_of(change) - case.minute) % DAY_MIN
        since = (case.minute - minute_of(change)) % DAY_MIN
        if 0 < until <= rules.black_out_before_min or since < rules.black_out_after_min:
            return Objection(rule="black_out", said=say("No breaks around the shift change at {time}", time=change))
    return None


def emergency(case: Case) -> Objection | None:
    """Nobody goes from a group under an active plan or over its emergency line."""
    if case.plan:
        return Objection(rule="emergency", said=say("The plan {plan} is running in this group", plan=case.plan))
    if case.emergency_waiting and case.waiting > case.emergency_waiting:
        said = say(
            "{waiting} people wait, over the emergency line of {line}",
            waiting=case.waiting,
            line=case.emergency_waiting,
        )
        return Objection(rule="emergency", said=said)
    if case.emergency_wait_s is not None and case.mean_wait_s is not None and case.mean_wait_s > case.emergency_wait_s:
        said = say(
            "{wait} s average wait, over the emergency line of {line} s",
            wait=round(case.mean_wait_s),
            line=round(case.emergency_wait_s),
        )
        return Objection(rule="emergency", said=said)
    return None


BREAK_RULES: tuple[Rule, ...] = (emergency, ratio, at_most, window, handover, web_relief, totals, black_out)


def judge(primary: Case, secondary: tuple[Case, ...] = ()) -> Verdict:
    """Return the verdict on a request in its primary group; the others advise, or must agree, as the settings say."""
    before, after = counted(primary)
    percent = primary.kind.on_line_percent
    objections = _objections(primary)
    others = tuple(replace(objection, group=case.group) for case in secondary for objection in _objections(case))
    decides = primary.rules.primary_decides
    return Verdict(
        group=primary.group,
        before=before,
        after=after,
        on_shift=primary.on_shift,
        percent=percent,
        needs=None if percent is None else least_on_line(percent, primary.on_shift),
        objections=objections if decides else objections + others,
        advice=others if decides else (),
    )


def _objections(case: Case) -> tuple[Objection, ...]:
    return tuple(objection for rule in BREAK_RULES if (objection := rule(case)) is not None)


def minute_of(clock: Clock24) -> int:
    """Return "11:30" as minutes of the day; raise ValueError for what is no time of day."""
    hours, colon, minutes = clock.partition(":")
    if not colon or not (0 <= int(hours) < 24 and 0 <= int(minutes) < 60):
        raise ValueError(clock)
    return int(hours) * 60 + int(minutes)


def within(minute: int, begin: Clock24, end: Clock24) -> bool:
    """Return whether a minute of the day lies in [begin, end), which may span midnight."""
    first, last = minute_of(begin), minute_of(end)
    return first <= minute < last if first <= last else minute >= first or minute < last


def _apart(minute: int, other: int) -> int:
    distance = abs(minute - other) % DAY_MIN
    return min(distance, DAY_MIN - distance)
