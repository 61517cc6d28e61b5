"""The demo's day so far, as the desk would have kept it: breaks granted by the simulated supervisor, asks still open.

The demo floor tells the hours before it opens all at once. Nobody decided then, but the day was lived: without this
everybody away at the opening would stand there as if they had never asked.
"""

from datetime import UTC, datetime

import msgspec

from console.core.floor.events import Batch, BreakAsked, BreakEnded, BreakWithdrawn, MemberTold
from console.core.floor.model import Instant, Interface, Record, Seconds
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Step
from console.core.levers import Lever, SeatPaused, hold
from console.core.roles import CONSOLE
from console.core.rules.break_policy import MEAL, BreakKind, BreakPolicy, BreakRules, Clock24
from console.core.rules.breaks import DAY_MIN, minute_of
from console.core.work.break_records import Break, BreakState
from console.core.work.break_steps import group_of
from console.core.work.policies import BREAKS, Policy

LATE_LUNCH: Clock24 = "14:30"
"""On the demo floor lunch ends later than the rules' default: it opens at two, and somebody has not eaten yet."""
SHIFT_CHANGES: tuple[Clock24, ...] = ("08:00", "16:00", "20:00")


class TellDay(Command, frozen=True, kw_only=True):
    """Under this command the day so far is kept."""


class _Spell(Record, frozen=True, kw_only=True):
    """One ask and what became of it so far."""

    asked: BreakAsked
    at: Instant
    left: Instant | None = None
    back: Instant | None = None
    withdrawn: bool = False


class DemoDay:
    """Hears the demo's past, then tells it as records; for one thread."""

    def __init__(self) -> None:
        self._spells: dict[Interface, list[_Spell]] = {}

    def hear(self, batch: Batch) -> None:
        """Note who asked, left, returned or took it back."""
        at = batch.at
        if at is None:
            return
        for event in batch.events:
            match event:
                case BreakAsked():
                    self._spells.setdefault(event.interface, []).append(_Spell(asked=event, at=at))
                case BreakWithdrawn():
                    self._turn(event.interface, withdrawn=True)
                case BreakEnded():
                    self._turn(event.interface, back=at)
                case MemberTold(paused=True):
                    self._left(event, at)
                case _:
                    pass

    def _left(self, told: MemberTold, at: Instant) -> None:
        spells = self._spells.get(told.interface)
        # A pause for something else, wrap-up above all, is not the break that was asked for.
        if spells and spells[-1].asked.reason == told.pause_reason:
            self._turn(told.interface, left=at)

    def _turn(self, interface: Interface, **changes: Instant | bool) -> None:
        spells = self._spells.get(interface)
        if not spells or spells[-1].withdrawn or spells[-1].back is not None:
            return
        last = spells[-1]
        # Whoever is not away returns from a break nobody was asked for; a pause in a second queue is the same leaving.
        if ("back" in changes and last.left is None) or ("left" in changes and last.left is not None):
            return
        spells[-1] = msgspec.structs.replace(last, **changes)

    def still_asking(self) -> list[tuple[BreakAsked, Instant]]:
        """Return what nobody has answered yet, and when it was asked."""
        last = [spells[-1] for spells in self._spells.values()]
        return [(each.asked, each.at) for each in last if each.left is None and not each.withdrawn]

    def step(self, view: FloorView, policy: BreakPolicy, midnight: Instant) -> Step:
        """Return the day as one step: the policy at the demo's own hours, and every break that was answered."""
        document = Policy(id=BREAKS, body=msgspec.to_builtins(policy), edited_at=midnight, edited_by=CONSOLE.id)
        told = [
            record
            for interface, spells in self._spells.items()
            for spell in spells
            if (record := self._record(interface, spell, view, policy)) is not None
        ]
        out = [lever for each in told if each.state is BreakState.AWAY for lever in _pauses(view, each)]
        return Step(puts=(document, *told, *out))

    def _record(self, interface: Interface, spell: _Spell, view: FloorView, policy: BreakPolicy) -> Break | None:
        person = view.people.get(view.person_of.get(interface, ""))
        if person is None or (spell.left is None and not spell.withdrawn):
            return None
        group = group_of(view, person)
        kind = policy.of(group).asked(spell.asked.code, spell.asked.reason)
        state = BreakState.AWAY if spell.back is None else BreakState.RETURNED
        ended, how = spell.back, "code" if spell.back is not None else ""
        if spell.left is None:
            state, ended, how = BreakState.WITHDRAWN, spell.at, "withdrawn"
        return Break(
            id=spell.asked.request_id or f"{interface}/{spell.at:.0f}",
            state=state,
            person=person.id,
            name=person.name,
            interface=interface,
            group=group,
            kind=kind.id,
            minutes=kind.length_min,
            asked_at=spell.at,
            request=spell.asked.request_id,
            reason=spell.asked.reason,
            decided_at=spell.left,
            decided_by="" if spell.left is None else CONSOLE.id,
            departed_at=spell.left,
            ended_at=ended,
            ended_how=how,
        )


def _pauses(view: FloorView, away: Break) -> list[Lever]:
    """Return the levers under which somebody away stands paused: whoever is seen back is put on line by them."""
    return [
        hold(
            Book(),
            SeatPaused(interface=away.interface, queue=queue),
            holder=away.holder,
            wanted=member.pause_reason or away.reason,
            at=away.departed_at or away.asked_at,
            found=None,
        )
        for (queue, interface), member in view.members.items()
        if interface == away.interface and member.paused
    ]


def demo_rules(midnight: Instant) -> BreakPolicy:
    """Return the default rules with their hours moved to the demo's own day, which begins at `midnight`."""
    begins = datetime.fromtimestamp(midnight, UTC).astimezone()
    offset = begins.hour * 60 + begins.minute
    rules = BreakRules()
    kinds = tuple(_moved(kind, offset) for kind in rules.kinds)
    changes = tuple(_shifted(change, offset) for change in SHIFT_CHANGES)
    return BreakPolicy(everywhere=msgspec.structs.replace(rules, kinds=kinds, shift_changes=changes))


def _moved(kind: BreakKind, offset: int) -> BreakKind:
    lunch = MEAL.windows[0]
    spans = tuple((begin, LATE_LUNCH) if (begin, end) == lunch else (begin, end) for begin, end in kind.windows)
    windows = tuple((_shifted(begin, offset), _shifted(end, offset, up=True)) for begin, end in spans)
    return msgspec.structs.replace(kind, windows=windows)


def _shifted(clock: Clock24, offset: int, *, up: bool = False, to: int = 5) -> Clock24:
    minute = (minute_of(clock) + offset) % DAY_MIN
    rounded = (minute + (to - 1 if up else 0)) // to * to % DAY_MIN
    return f"{rounded // 60:02d}:{rounded % 60:02d}"


PRESENT_S: Seconds = 2.0
"""The demo has reached its present when the newest word is no older."""
