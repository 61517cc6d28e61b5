"""What a proposal of meal rounds starts from: who has to eat, how hungry they are, and how many may go at a time."""

from console.core.errors import NotAllowed
from console.core.floor.day import day_of
from console.core.floor.model import Instant, Seconds
from console.core.floor.people import Person
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_policy import BreakKind, BreakRules
from console.core.rules.meals import Eater, may_be_away, opening, rounds_in
from console.core.words import say
from console.core.work.break_cases import minute_of_day, on_granted_break, rules_of, standing, states_of
from console.core.work.break_outlooks import Outlook
from console.core.work.break_records import Break
from console.core.work.meal_records import ProposeMeals, Round

EATEN_BEFORE_S: Seconds = 7200.0
"""A meal begun up to so long before the window opens is the one of this window."""

OUTLOOK_COUNTS_S: Seconds = 900.0
"""How old an outlook may be and still say how many seats a meal round has to leave on line."""


def kind_of(book: Book, command: ProposeMeals) -> tuple[BreakRules, BreakKind]:
    """Return the group's rules and the kind proposed for; raise NotAllowed where there is no such window."""
    rules = rules_of(book).of(command.group)
    kind = rules.kind(command.kind)
    if kind is None:
        raise NotAllowed(say("There is no kind of break called {kind}.", kind=command.kind))
    if not 0 <= command.window < len(kind.windows):
        raise NotAllowed(say("{kind} has no such window in the settings.", kind=kind.name))
    return rules, kind


def eaters(
    book: Book, view: FloorView, command: ProposeMeals, kind: BreakKind, at: Instant
) -> tuple[list[Person], list[Person]]:
    """Return who has not eaten yet of the group's people on shift, and all of these.

    Lunch is no dinner, nor is yesterday's: a meal counts from EATEN_BEFORE_S before the window opens.
    """
    group = command.group
    granted = on_granted_break(book)
    since = opening(kind, command.window, at, minute_of_day(view, at))[0] - EATEN_BEFORE_S
    fed = {
        each.person
        for each in book.every(Break).values()
        if each.kind == kind.id and each.departed_at is not None and each.departed_at >= since
    }
    shift = [
        person
        for person in view.people.values()
        if person.primary_group == group and (person.id in granted or standing(view, person, at).on_shift)
    ]
    return [person for person in shift if person.id not in fed], shift


def eater(book: Book, view: FloorView, person: Person, kind: BreakKind, at: Instant) -> Eater:
    """Return a person with since when they have worked without a break, and the queues they serve."""
    rules = rules_of(book).of(person.primary_group)
    states = states_of(view, person)
    begun = [
        member.login_at
        for state in states
        for queue in state.queues
        if (member := view.members.get((queue, state.interface))) is not None and member.login_at is not None
    ]
    rested = [
        each.ended_at
        for each in book.every(Break).values()
        if each.person == person.id and each.departed_at is not None and each.ended_at is not None
        if (had := rules.kind(each.kind)) is not None and (had.in_totals or had.id == kind.id)
    ]
    queues = tuple(dict.fromkeys(queue for state in states for queue in state.queues))
    return Eater(
        id=person.id, hungry_since=max([min(begun, default=day_of(at, view.policy)[0]), *rested]), queues=queues
    )


def rounds(
    book: Book, view: FloorView, command: ProposeMeals, at: Instant, kind: BreakKind, rules: BreakRules, shift: int
) -> tuple[Round, ...]:
    """Return the rounds still to come, each with how many of the `shift` on duty may be away in it."""
    outlook = book.get(Outlook, command.group)
    needed, basis = 0, ""
    if outlook is not None and 0 <= at - outlook.forecast_at <= OUTLOOK_COUNTS_S:
        most = outlook.most.get(kind.id)
        # As many as the queue needs now it will need then, where no other day tells better.
        if most is not None:
            needed, basis = outlook.seats - most, "now"
    spans = rounds_in(kind, command.window, at, minute_of_day(view, at))
    found = []
    for begin, end in spans:
        told = next((need for need in command.needs if abs(need.begin - begin) < 1.0), None)
        seats, by = (needed, basis) if told is None else (told.seats, told.basis)
        room = may_be_away(kind.on_line_percent, shift, seats, one_may_go=rules.one_may_go)
        found.append(
            Round(begin=begin, end=end, most=room if kind.at_most is None else min(room, kind.at_most), basis=by)
        )
    return tuple(found)


def queue_most(view: FloorView, group: str, shift: list[Person], kind: BreakKind, rules: BreakRules) -> dict[str, int]:
    """Return how many of each of the group's queues may eat at a time, so that no queue is left without its share."""
    skill_group = next((each for each in view.policy.groups if each.id == group), None)
    queues = skill_group.queues if skill_group is not None else ()
    serving = {
        queue: sum(any(queue in state.queues for state in states_of(view, person)) for person in shift)
        for queue in queues
    }
    return {
        queue: may_be_away(kind.on_line_percent, seats, one_may_go=rules.one_may_go)
        for queue, seats in serving.items()
        if seats
    }
