"""Meal rounds on screen: one column a round, who eats in it and how that went, who found no place."""

from collections.abc import Mapping

import msgspec

from console.core.floor.model import Instant
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_policy import BreakKind
from console.core.rules.breaks import DAY_MIN, minute_of
from console.core.words import Said, say
from console.core.work.break_cases import minute_of_day, rules_of
from console.core.work.meal_records import MealPlan, MealSeat, PlanState, SeatState, seats_in

_IN_ROUND = frozenset({SeatState.PLANNED, SeatState.EATING})

SEAT_WORDS: Mapping[SeatState, Said] = {
    SeatState.PLANNED: say("planned"),
    SeatState.EATING: say("eating"),
    SeatState.EATEN: say("has eaten"),
    SeatState.MISSED: say("did not go"),
    SeatState.ABSENT: say("was not there"),
    SeatState.CANCELLED: say("cancelled"),
}
BASIS: Mapping[str, Said] = {
    "now": say("by the load of now"),
    "yesterday": say("by yesterday's load"),
    "last_week": say("by last week's load"),
}
"""By what a round's room was found, for short; where only the ratio counts nothing is said."""
TIMING: Mapping[str, Said] = {"early": say("early"), "late": say("late")}


class Eating(msgspec.Struct, frozen=True, kw_only=True):
    """One person in a round, or without one; `movable` while another round can still be given."""

    person: str
    name: str
    state: SeatState | None
    words: Said | None
    tone: Tone = Tone.CALM
    moved: bool = False
    movable: bool = True


class RoundColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One round: its time, how many may be away in it, how many are, and who; `open` while it is not over."""

    number: int
    begin: Instant
    end: Instant
    most: int
    taken: int
    people: tuple[Eating, ...]
    running: bool
    open: bool
    basis: Said | None = None

    @property
    def full(self) -> bool:
        """Return whether one more needs a reason."""
        return self.taken >= self.most


class RoundsBoard(msgspec.Struct, frozen=True, kw_only=True):
    """A group's plan; `plan` empty: there is none yet. `gap` is how far it may be from the best (0: none is better)."""

    plan: str = ""
    state: PlanState | None = None
    columns: tuple[RoundColumn, ...] = ()
    left_out: tuple[Eating, ...] = ()
    gap: int = 0

    @property
    def editable(self) -> bool:
        """Return whether people can still be moved."""
        return self.state in {PlanState.PROPOSED, PlanState.PUBLISHED}


def meal_kind(book: Book, group: str) -> BreakKind | None:
    """Return the kind that is eaten in rounds: the meal, else the first kind with windows; None where there is none."""
    rules = rules_of(book).of(group)
    meal = rules.kind("meal")
    if meal is not None and meal.windows:
        return meal
    return next((kind for kind in rules.kinds if kind.windows), None)


def windows_of(book: Book, group: str) -> tuple[tuple[str, str], ...]:
    """Return the windows rounds can be proposed for: (place among the windows, words)."""
    kind = meal_kind(book, group)
    return () if kind is None else tuple((str(n), f"{begin}–{end}") for n, (begin, end) in enumerate(kind.windows))


def next_window(view: FloorView, book: Book, group: str, at: Instant) -> str:
    """Return the place of the window that runs or comes next, empty where there is none."""
    kind = meal_kind(book, group)
    if kind is None:
        return ""
    minute = minute_of_day(view, at)
    ends = [(minute_of(end) - minute - 1) % DAY_MIN for _, end in kind.windows]
    return str(ends.index(min(ends)))


def plan_of(book: Book, group: str) -> MealPlan | None:
    """Return the group's open plan, else the one that ended last."""
    plans = [plan for plan in book.every(MealPlan).values() if plan.group == group]
    kept = [plan for plan in plans if plan.state is not PlanState.WITHDRAWN]
    return max(kept, key=lambda plan: (plan.closed_at is None, plan.proposed_at, plan.id), default=None)


def rounds_board(view: FloorView, book: Book, group: str, at: Instant) -> RoundsBoard:
    """Return a group's rounds as they stand."""
    plan = plan_of(book, group)
    if plan is None:
        return RoundsBoard()
    seats = [seat for seat in seats_in(book, plan.id) if seat.state is not SeatState.CANCELLED]
    columns = tuple(
        RoundColumn(
            number=number,
            begin=each.begin,
            end=each.end,
            most=each.most,
            taken=sum(seat.round == number and seat.state in _IN_ROUND for seat in seats),
            people=tuple(_eating(view, seat, plan, at) for seat in seats if seat.round == number),
            running=each.begin <= at < each.end,
            open=at < each.end,
            basis=BASIS.get(each.basis),
        )
        for number, each in enumerate(plan.rounds)
    )
    left_out = tuple(
        Eating(person=person, name=_name(view, person), state=None, words=None) for person in plan.left_out
    )
    return RoundsBoard(plan=plan.id, state=plan.state, columns=columns, left_out=left_out, gap=plan.gap)


def _eating(view: FloorView, seat: MealSeat, plan: MealPlan, at: Instant) -> Eating:
    begun = plan.rounds[seat.round].begin <= at
    words = TIMING.get(seat.timing) or SEAT_WORDS[seat.state]
    tone = Tone.CALM
    if seat.state in {SeatState.MISSED, SeatState.ABSENT} or (seat.timing == "late" and seat.state is SeatState.EATING):
        tone = Tone.WARN
    return Eating(
        person=seat.person,
        name=_name(view, seat.person, seat.name),
        state=seat.state,
        words=None if seat.state is SeatState.PLANNED and not begun else words,
        tone=tone,
        moved=seat.moved_from is not None,
        movable=seat.state in {SeatState.PLANNED, SeatState.MISSED, SeatState.ABSENT},
    )


def _name(view: FloorView, person: str, otherwise: str = "") -> str:
    known = view.people.get(person)
    return otherwise or person if known is None else f"{known.name} {known.number}".strip()


def standing_words(board: RoundsBoard) -> tuple[Said, ...]:
    """Return in words how a plan stands."""
    if board.state is None:
        return ()
    heads = {
        PlanState.PROPOSED: say("Proposed, not yet published"),
        PlanState.PUBLISHED: say("Published: everybody goes and returns within their round"),
        PlanState.OVER: say("Over"),
        PlanState.WITHDRAWN: say("Withdrawn"),
    }
    told = [heads[board.state]]
    if board.left_out:
        told.append(say("{count} without a round", count=len(board.left_out)))
    if board.state is PlanState.PROPOSED:
        told.append(say("none is better") if board.gap == 0 else say("at most {gap} from the best", gap=board.gap))
        told += [said for said in BASIS.values() if any(column.basis == said for column in board.columns)]
    return tuple(told)
