"""Meal rounds 用餐批次: proposed, edited, published; then people go and return by themselves within their round.

| state | command | becomes |
|---|---|---|
| —, proposed | ProposeMeals | proposed |
| proposed | MoveToRound | proposed |
| published | MoveToRound | published |
| proposed | PublishMeals | published |
| proposed, published | WithdrawMeals | withdrawn |
| published | CloseMeals | over |

and each person's seat in the plan:

| state | command | becomes |
|---|---|---|
| —, planned, cancelled | ProposeMeals | planned |
| —, planned, cancelled, missed, absent | MoveToRound | planned |
| planned | LeaveForMeal | eating |
| eating | BackFromMeal | eaten |
| planned | MissMeal | missed |
| planned | AbsentFromMeal | absent |
| planned | WithdrawMeals | cancelled |

A published plan is no licence to break a limit: who asks within their round is granted at once, without a card, where
the same rules allow it at that moment; else the request is a card like any other, and goes by itself as soon as the
rules allow it within the round. Outside the own round, and for whoever has none, the single request remains.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import Instant, LinkStatus, Seconds
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Entry, Message, Step
from console.core.roles import CLOCK_ROLES, CONSOLE, FLOOR_ROLES
from console.core.rules.meals import propose
from console.core.words import Said, say
from console.core.work.break_cases import states_of
from console.core.work.break_records import Break
from console.core.work.meal_proposal import eater, eaters, kind_of, queue_most, rounds
from console.core.work.meal_records import (
    PLAN,
    SEAT,
    AbsentFromMeal,
    BackFromMeal,
    CloseMeals,
    LeaveForMeal,
    MealPlan,
    MealSeat,
    MissMeal,
    MoveToRound,
    PlanState,
    ProposeMeals,
    PublishMeals,
    Round,
    SeatCommand,
    SeatState,
    WithdrawMeals,
    seat_id,
    seats_in,
)
from console.core.workflow import Workflow

ON_TIME_S: Seconds = 300.0
"""Leaving up to so long after the round began is in time."""

_P, _S = PlanState, SeatState


# ---- proposing -------------------------------------------------------------------------------------------------------


def _propose(book: Book, view: FloorView, command: ProposeMeals, at: Instant) -> Step:
    before = book.get(MealPlan, command.plan)
    state = PLAN.move(None if before is None else before.state, ProposeMeals)
    for each in book.every(MealPlan).values():
        if each.id != command.plan and each.group == command.group and each.closed_at is None:
            raise NotAllowed(say("This group has a plan of rounds already: withdraw it first."))
    rules, kind = kind_of(book, command)
    hungry, shift = eaters(book, view, command, kind, at)
    if not shift:
        raise NotAllowed(say("Nobody of this group is on shift."))
    spans = rounds(book, view, command, at, kind, rules, len(shift))
    if not spans:
        raise NotAllowed(say("There is no such round."))
    found = propose(
        [eater(book, view, person, kind, at) for person in hungry],
        [each.most for each in spans],
        queue_most(view, command.group, shift, kind, rules),
    )
    plan = MealPlan(
        id=command.plan,
        version=0 if before is None else before.version,
        state=state,
        group=command.group,
        kind=kind.id,
        rounds=spans,
        left_out=found.left_out,
        gap=0 if found.exact else found.gap,
        proposed_at=at,
        proposed_by=command.by.id,
    )
    seats = tuple(_seated(book, view, plan, person, number, ProposeMeals) for person, number in found.rounds.items())
    last = len(spans) - 1
    dropped = tuple(
        _seat_moved(each, WithdrawMeals, round=min(each.round, last), ended_at=at)
        if each.state is _S.PLANNED
        else replace(each, round=min(each.round, last))
        for each in seats_in(book, plan.id)
        if each.person not in found.rounds
    )
    said = say("{who} has {count} meals arranged in rounds", who=command.by.name, count=len(seats))
    by = ", ".join(each.basis or "ratio" for each in spans)
    entry = _entry(plan, "proposed", said, left_out=len(found.left_out), gap=plan.gap, by=by)
    return Step(puts=(plan, *seats, *dropped), entries=(entry,))


def _seated(
    book: Book, view: FloorView, plan: MealPlan, person_id: str, number: int, command: type[Command]
) -> MealSeat:
    known = book.get(MealSeat, seat_id(plan.id, person_id))
    state = SEAT.move(None if known is None else known.state, command)
    if known is not None:
        moved = known.round if number != known.round and command is MoveToRound else known.moved_from
        return replace(known, state=state, round=number, moved_from=moved, ended_at=None, timing="")
    person = view.people[person_id]
    return MealSeat(
        id=seat_id(plan.id, person_id),
        state=state,
        plan=plan.id,
        person=person_id,
        name=person.name,
        interface=person.interfaces[0] if person.interfaces else "",
        round=number,
    )


# ---- editing, publishing, taking back --------------------------------------------------------------------------------


def _plan(book: Book, plan_id: str) -> MealPlan:
    plan = book.get(MealPlan, plan_id)
    if plan is None:
        raise NotAllowed(say("This plan of rounds is no longer open."))
    return plan


def _move(book: Book, view: FloorView, command: MoveToRound, at: Instant) -> Step:
    plan = _plan(book, command.plan)
    state = PLAN.move(plan.state, MoveToRound)
    if not 0 <= command.round < len(plan.rounds):
        raise NotAllowed(say("There is no such round."))
    target = plan.rounds[command.round]
    if target.end <= at:
        raise NotAllowed(say("This round is over."))
    person = view.people.get(command.person)
    if person is None:
        raise NotAllowed(say("Nobody on this floor is known as {who}; add them under people.", who=command.person))
    seats = [_seated(book, view, plan, person.id, command.round, MoveToRound)]
    if command.swap_with:
        seats.append(_swapped(book, view, plan, command))
    elif not command.why.strip() and _taken(book, plan, command) >= target.most:
        raise NotAllowed(say("This round is full: {most} may eat in it; more need a reason.", most=target.most))
    left_out = tuple(each for each in plan.left_out if each not in {seat.person for seat in seats})
    kept = replace(plan, state=state, left_out=left_out)
    said = say("{who} puts {name} into round {round}", who=command.by.name, name=person.name, round=command.round + 1)
    entry = _entry(plan, "moved", said, person=person.id, round=command.round, swapped=command.swap_with)
    published = plan.state is _P.PUBLISHED
    messages = tuple(_told(seat, kept, command, view, at, "MealRound") for seat in seats) if published else ()
    return Step(puts=(kept, *seats), entries=(entry,), messages=messages)


def _swapped(book: Book, view: FloorView, plan: MealPlan, command: MoveToRound) -> MealSeat:
    mine = book.get(MealSeat, seat_id(plan.id, command.person))
    theirs = book.get(MealSeat, seat_id(plan.id, command.swap_with))
    if mine is None or theirs is None or theirs.round != command.round or command.person == command.swap_with:
        raise NotAllowed(say("These two cannot be exchanged."))
    return _seated(book, view, plan, command.swap_with, mine.round, MoveToRound)


def _taken(book: Book, plan: MealPlan, command: MoveToRound) -> int:
    here = (_S.PLANNED, _S.EATING)
    return sum(
        each.round == command.round and each.state in here and each.person != command.person
        for each in seats_in(book, plan.id)
    )


def _publish(book: Book, view: FloorView, command: PublishMeals, at: Instant) -> Step:
    plan = _plan(book, command.plan)
    state = PLAN.move(plan.state, PublishMeals)
    published = replace(plan, state=state, published_at=at, published_by=command.by.id)
    seats = [each for each in seats_in(book, plan.id) if each.state is _S.PLANNED]
    if not seats:
        raise NotAllowed(say("Nobody is in a round."))
    said = say("{who} publishes the rounds of {count} meals", who=command.by.name, count=len(seats))
    return Step(
        puts=(published,),
        entries=(_entry(published, "published", said),),
        messages=tuple(_told(each, published, command, view, at, "MealRound") for each in seats),
    )


def _withdraw(book: Book, view: FloorView, command: WithdrawMeals, at: Instant) -> Step:
    plan = _plan(book, command.plan)
    state = PLAN.move(plan.state, WithdrawMeals)
    gone = replace(plan, state=state, ended_at=at)
    planned = [each for each in seats_in(book, plan.id) if each.state is _S.PLANNED]
    seats = tuple(_seat_moved(each, WithdrawMeals, ended_at=at) for each in planned)
    told = planned if plan.state is _P.PUBLISHED else []
    said = say("{who} takes the meal rounds back", who=command.by.name)
    return Step(
        puts=(gone, *seats),
        entries=(_entry(gone, "withdrawn", said, why=command.why),),
        messages=tuple(_told(each, gone, command, view, at, "MealRoundsWithdrawn") for each in told),
    )


def _close(book: Book, _view: FloorView, command: CloseMeals, at: Instant) -> Step:
    plan = _plan(book, command.plan)
    over = replace(plan, state=PLAN.move(plan.state, CloseMeals), ended_at=at)
    counts = {state: sum(each.state is state for each in seats_in(book, plan.id)) for state in _S}
    said = say("The meal rounds are over: {eaten} have eaten, {missed} have not", eaten=counts[_S.EATEN],
               missed=counts[_S.MISSED] + counts[_S.ABSENT])  # fmt: skip
    return Step(puts=(over,), entries=(_entry(over, "over", said),))


# ---- going and returning ---------------------------------------------------------------------------------------------


def _seat(book: Book, command: SeatCommand) -> tuple[MealSeat, MealPlan]:
    seat = book.get(MealSeat, command.seat)
    if seat is None:
        raise NotAllowed(say("This plan of rounds is no longer open."))
    return seat, _plan(book, seat.plan)


def _seat_moved(seat: MealSeat, command: type[Command], **changes: Any) -> MealSeat:  # noqa: ANN401  fields of MealSeat
    return replace(seat, **{**changes, "state": SEAT.move(seat.state, command)})


def _leave(book: Book, _view: FloorView, command: LeaveForMeal, at: Instant) -> Step:
    seat, plan = _seat(book, command)
    meal = _meal_of(book, plan, seat)
    left_at = at if meal is None or meal.departed_at is None else meal.departed_at
    gone = _seat_moved(seat, LeaveForMeal, left_at=left_at, timing=_timing(plan.rounds[seat.round], left_at))
    said = say("{name} has gone to eat", name=seat.name)
    return Step(puts=(gone,), entries=(_seat_entry(gone, "left", said, timing=gone.timing),))


def _timing(planned: Round, left_at: Instant) -> str:
    if left_at < planned.begin:
        return "early"
    return "in time" if left_at <= planned.begin + ON_TIME_S else "late"


def _back(book: Book, _view: FloorView, command: BackFromMeal, at: Instant) -> Step:
    seat, _ = _seat(book, command)
    back = _seat_moved(seat, BackFromMeal, ended_at=at)
    return Step(puts=(back,), entries=(_seat_entry(back, "back", say("{name} has eaten", name=seat.name)),))


def _miss(book: Book, view: FloorView, command: MissMeal, at: Instant) -> Step:
    seat, plan = _seat(book, command)
    missed = _seat_moved(seat, MissMeal, ended_at=at)
    said = say("{name} has not eaten in their round", name=seat.name)
    told = _told(missed, plan, command, view, at, "MealMissed")
    return Step(puts=(missed,), entries=(_seat_entry(missed, "missed", said),), messages=(told,))


def _absent(book: Book, _view: FloorView, command: AbsentFromMeal, at: Instant) -> Step:
    seat, _ = _seat(book, command)
    absent = _seat_moved(seat, AbsentFromMeal, ended_at=at)
    said = say("{name} was not there in their round", name=seat.name)
    return Step(puts=(absent,), entries=(_seat_entry(absent, "absent", said),))


def _meal_of(book: Book, plan: MealPlan, seat: MealSeat) -> Break | None:
    """Return the meal a person has gone to since the plan was published, under way or over."""
    since = plan.published_at or plan.proposed_at
    for each in book.every(Break).values():
        mine = each.person == seat.person and each.kind == plan.kind
        if mine and each.departed_at is not None and each.departed_at >= since:
            return each
    return None


def due(book: Book, view: FloorView, at: Instant) -> tuple[Command, ...]:
    """Return who has left for their meal, is back, or has missed their round; and plans that are over."""
    plans = {each.id: each for each in book.every(MealPlan).values() if each.state is _P.PUBLISHED}
    commands: list[Command] = []
    open_still = set()
    for seat in book.every(MealSeat).values():
        if seat.closed_at is not None:
            continue
        open_still.add(seat.plan)
        # Who eats when the plan is taken back still comes back.
        plan = plans.get(seat.plan) or (book.get(MealPlan, seat.plan) if seat.state is _S.EATING else None)
        if plan is not None:
            found = _due_of(book, view, plan, seat, at)
            if found is not None:
                commands.append(found(id=f"{seat.id}/{found.__name__}/{seat.version}", by=CONSOLE, seat=seat.id))
    commands.extend(
        CloseMeals(id=f"{plan.id}/CloseMeals/{plan.version}", by=CONSOLE, plan=plan.id)
        for plan in plans.values()
        if plan.id not in open_still and all(each.end <= at for each in plan.rounds)
    )
    return tuple(commands)


def _due_of(book: Book, view: FloorView, plan: MealPlan, seat: MealSeat, at: Instant) -> type[SeatCommand] | None:
    meal = _meal_of(book, plan, seat)
    if seat.state is _S.EATING:
        return BackFromMeal if meal is None or meal.closed_at is not None else None
    if meal is not None:
        return LeaveForMeal
    if plan.rounds[seat.round].end > at or view.link.status is not LinkStatus.LIVE:
        return None
    person = view.people.get(seat.person)
    there = person is not None and any(state.queues for state in states_of(view, person))
    return MissMeal if there else AbsentFromMeal


# ---- words -----------------------------------------------------------------------------------------------------------


def _told(seat: MealSeat, plan: MealPlan, command: Command, view: FloorView, at: Instant, name: str) -> Message:
    person = view.people.get(seat.person)
    extension = person.extensions[0] if person and person.extensions else ""
    planned = plan.rounds[seat.round]
    fields: Mapping[str, str] = {
        "Agent": extension,
        "Interface": seat.interface,
        "Kind": plan.kind,
        "Round": str(seat.round + 1),
        "Begin": str(round(planned.begin)),
        "End": str(round(planned.end)),
    }
    return Message(id=f"{command.id}/{name}/{seat.person}", to=seat.interface, name=name, fields=fields, due=at)


def _entry(plan: MealPlan, what: str, said: Said, **data: str | float | None) -> Entry:
    return Entry(what=f"meals.{what}", subject=f"meal_plans:{plan.id}", said=said, data={"group": plan.group, **data})


def _seat_entry(seat: MealSeat, what: str, said: Said, **data: str | float | None) -> Entry:
    facts = {"plan": seat.plan, "person": seat.person, "round": seat.round, **data}
    return Entry(what=f"meal.{what}", subject=f"meal_seats:{seat.id}", said=said, data=facts)


HANDLERS: Mapping[type[Command], Any] = {
    ProposeMeals: _propose,
    MoveToRound: _move,
    PublishMeals: _publish,
    WithdrawMeals: _withdraw,
    CloseMeals: _close,
    LeaveForMeal: _leave,
    BackFromMeal: _back,
    MissMeal: _miss,
    AbsentFromMeal: _absent,
}
_PEOPLE = (ProposeMeals, MoveToRound, PublishMeals, WithdrawMeals)

WORKFLOW = Workflow(
    name="meal_rounds",
    machine=PLAN,
    kinds=(MealPlan, MealSeat),
    handlers=HANDLERS,
    rights={command: FLOOR_ROLES if command in _PEOPLE else CLOCK_ROLES for command in HANDLERS},
    due=due,
)
