"""Meal rounds: the plan of a group, each person's seat in it, their states and commands."""

from enum import StrEnum

from console.core.floor.model import Instant, Record
from console.core.kept import Book, Command, Kept
from console.core.machine import Machine
from console.core.rules.meal_needs import Need


class PlanState(StrEnum):
    """Where a plan stands; `over` once its last round is."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    OVER = "over"


class SeatState(StrEnum):
    """Where one person's meal stands; `missed`: the round went by without them, `absent`: they were not there."""

    PLANNED = "planned"
    EATING = "eating"
    EATEN = "eaten"
    MISSED = "missed"
    ABSENT = "absent"
    CANCELLED = "cancelled"


class Round(Record, frozen=True, kw_only=True):
    """One round: [begin, end) and how many may be away in it.

    `basis` says by what load: "now", "yesterday", "last_week"; empty where only the ratio counts.
    """

    begin: Instant
    end: Instant
    most: int
    basis: str = ""


class MealPlan(Kept, frozen=True, kw_only=True):
    """One group's meal rounds of one window; `left_out` are people no round had room for: they ask as ever.

    `gap` is how far the proposal may be from the best one there is (0: none is better), see `rules.meals`.
    """

    state: PlanState
    group: str
    kind: str
    rounds: tuple[Round, ...]
    left_out: tuple[str, ...] = ()
    gap: int = 0
    proposed_at: Instant
    proposed_by: str
    published_at: Instant | None = None
    published_by: str = ""
    ended_at: Instant | None = None

    @property
    def closed_at(self) -> Instant | None:
        """Return when it was over or withdrawn."""
        return self.ended_at


class MealSeat(Kept, frozen=True, kw_only=True):
    """One person's place in a plan: `round` counts from 0; `timing` is how they went: in time, early, late."""

    state: SeatState
    plan: str
    person: str
    name: str
    interface: str
    round: int
    moved_from: int | None = None
    left_at: Instant | None = None
    timing: str = ""
    ended_at: Instant | None = None

    @property
    def closed_at(self) -> Instant | None:
        """Return when the person was back, or the meal came to nothing."""
        return self.ended_at


class PlanCommand(Command, frozen=True, kw_only=True):
    """Base of what is said about one plan."""

    plan: str


class ProposeMeals(PlanCommand, frozen=True, kw_only=True):
    """Propose who eats when in a group's meal window; proposing again replaces what is not published yet.

    `window` is the place of the kind's window, from 0. `needs` are what days gone by say of each round; of those they
    say nothing of, the load of now does.
    """

    group: str
    kind: str = "meal"
    window: int = 0
    needs: tuple[Need, ...] = ()


class MoveToRound(PlanCommand, frozen=True, kw_only=True):
    """Put a person into another round, in exchange for `swap_with` where one is named; `why` where it is over full."""

    person: str
    round: int
    swap_with: str = ""


class PublishMeals(PlanCommand, frozen=True, kw_only=True):
    """Tell everybody their round: from now on they go and return by themselves."""


class WithdrawMeals(PlanCommand, frozen=True, kw_only=True):
    """Take the plan back: who is away stays away, all others ask again."""


class CloseMeals(PlanCommand, frozen=True, kw_only=True):
    """The last round is over and nobody of it is away."""


class SeatCommand(Command, frozen=True, kw_only=True):
    """Base of what the clock says about one person's meal."""

    seat: str


class LeaveForMeal(SeatCommand, frozen=True, kw_only=True):
    """The person has gone to eat, by their round or by a request of their own."""


class BackFromMeal(SeatCommand, frozen=True, kw_only=True):
    """The person's meal has ended."""


class MissMeal(SeatCommand, frozen=True, kw_only=True):
    """The round is over and the person has not gone."""


class AbsentFromMeal(SeatCommand, frozen=True, kw_only=True):
    """The round is over and the person was not there."""


_P = PlanState
PLAN = Machine(
    "meal rounds",
    PlanState,
    {
        (None, ProposeMeals): _P.PROPOSED,
        (_P.PROPOSED, ProposeMeals): _P.PROPOSED,
        (_P.PROPOSED, MoveToRound): _P.PROPOSED,
        (_P.PUBLISHED, MoveToRound): _P.PUBLISHED,
        (_P.PROPOSED, PublishMeals): _P.PUBLISHED,
        (_P.PROPOSED, WithdrawMeals): _P.WITHDRAWN,
        (_P.PUBLISHED, WithdrawMeals): _P.WITHDRAWN,
        (_P.PUBLISHED, CloseMeals): _P.OVER,
    },
)

_S = SeatState
SEAT = Machine(
    "meal",
    SeatState,
    {
        (None, ProposeMeals): _S.PLANNED,
        (_S.PLANNED, ProposeMeals): _S.PLANNED,
        (_S.CANCELLED, ProposeMeals): _S.PLANNED,
        (None, MoveToRound): _S.PLANNED,
        (_S.CANCELLED, MoveToRound): _S.PLANNED,
        (_S.MISSED, MoveToRound): _S.PLANNED,
        (_S.ABSENT, MoveToRound): _S.PLANNED,
        (_S.PLANNED, MoveToRound): _S.PLANNED,
        (_S.PLANNED, LeaveForMeal): _S.EATING,
        (_S.EATING, BackFromMeal): _S.EATEN,
        (_S.PLANNED, MissMeal): _S.MISSED,
        (_S.PLANNED, AbsentFromMeal): _S.ABSENT,
        (_S.PLANNED, WithdrawMeals): _S.CANCELLED,
    },
)


def seat_id(plan: str, person: str) -> str:
    """Return the identity of a person's place in a plan."""
    return f"{plan}/{person}"


def seats_in(book: Book, plan: str) -> list[MealSeat]:
    """Return everybody's place in a plan, by round and name."""
    found = (each for each in book.every(MealSeat).values() if each.plan == plan)
    return sorted(found, key=lambda each: (each.round, each.name, each.id))


def round_of(book: Book, person: str, at: Instant) -> tuple[MealPlan, MealSeat] | None:
    """Return the published round in which a person may go to eat now, or None."""
    for seat in book.every(MealSeat).values():
        if seat.person != person or seat.state is not SeatState.PLANNED:
            continue
        plan = book.get(MealPlan, seat.plan)
        if plan is not None and plan.state is PlanState.PUBLISHED and _runs(plan, seat.round, at):
            return plan, seat
    return None


def _runs(plan: MealPlan, number: int, at: Instant) -> bool:
    return plan.rounds[number].begin <= at < plan.rounds[number].end
