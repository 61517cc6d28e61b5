"""Lending a seat 借调: somebody helps in another queue until a time, then everything is as it was.

| state | command | becomes |
|---|---|---|
| — | LendSeat | lent |
| lent | ExtendLoan | lent |
| lent | EndLoan, LoanOver | ended |

Two levers: a membership in the other queue, and where a queue is left for it, none there. A loan whose time is over
waits while the person is on a break: nobody is signed into a queue, unpaused, with the seat empty.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.model import Instant, Interface, QueueName
from console.core.floor.people import Person
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Entry, Kept, Message, Step
from console.core.levers import Hold, Lever, LeverState, Membership, Target, hold, others, release
from console.core.machine import Machine
from console.core.roles import CLOCK_ROLES, CONSOLE, FLOOR_ROLES
from console.core.words import Said, say
from console.core.work.break_cases import person_named, states_of
from console.core.work.break_records import OUT, PROMISED, Break
from console.core.work.levers import LeverMoved, LeverRefused
from console.core.workflow import Workflow

LONGEST_S = 12 * 3600.0


class LoanState(StrEnum):
    """Where a loan stands."""

    LENT = "lent"
    ENDED = "ended"


class Loan(Kept, frozen=True, kw_only=True):
    """One seat lent to `to_queue` with `penalty` until a time; `from_queue` is left meanwhile (empty: none is).

    `trouble` is what the ACD said when it could not be set.
    """

    state: LoanState
    person: str
    name: str
    interface: Interface
    to_queue: QueueName
    from_queue: QueueName = ""
    penalty: int = 0
    lent_at: Instant
    lent_by: str
    until: Instant
    why: str = ""
    ended_at: Instant | None = None
    ended_how: str = ""
    trouble: str = ""

    @property
    def closed_at(self) -> Instant | None:
        """Return when it ended."""
        return self.ended_at

    @property
    def holder(self) -> str:
        """Return the name under which it holds levers."""
        return f"loans:{self.id}"


class LendSeat(Command, frozen=True, kw_only=True):
    """Lend the seat of `interface` to another queue; `over_others` where another holder was said and is set aside."""

    loan: str
    interface: Interface
    to_queue: QueueName
    from_queue: QueueName = ""
    penalty: int = 0
    until: Instant
    over_others: bool = False


class ExtendLoan(Command, frozen=True, kw_only=True):
    """Lend it longer, or shorter."""

    loan: str
    until: Instant


class EndLoan(Command, frozen=True, kw_only=True):
    """Take the seat back now."""

    loan: str


class LoanOver(Command, frozen=True, kw_only=True):
    """The time of the loan is over."""

    loan: str


_L = LoanState
MACHINE = Machine(
    "loan",
    LoanState,
    {
        (None, LendSeat): _L.LENT,
        (_L.LENT, ExtendLoan): _L.LENT,
        (_L.LENT, EndLoan): _L.ENDED,
        (_L.LENT, LoanOver): _L.ENDED,
    },
)


def other_holders(book: Book, interface: Interface, to_queue: QueueName, from_queue: QueueName = "") -> list[Hold]:
    """Return who else holds the levers a loan would move, to be said before."""
    targets = _targets(interface, "", to_queue, from_queue)
    return [each for target in targets for each in others(book, target, "")]


def _targets(interface: Interface, name: str, to_queue: QueueName, from_queue: QueueName) -> list[Target]:
    queues = (to_queue, from_queue) if from_queue else (to_queue,)
    return [Membership(interface=interface, queue=queue, name=name) for queue in queues]


def _lend(book: Book, view: FloorView, command: LendSeat, at: Instant) -> Step:
    if book.get(Loan, command.loan) is not None:
        return NOTHING
    person = person_named(view, command.interface, "")
    if person is None:
        raise NotAllowed(say("Nobody on this floor is known as {who}; add them under people.", who=command.interface))
    for against in _against(book, view, command, person, at):
        raise NotAllowed(against)
    loan = Loan(
        id=command.loan,
        state=MACHINE.move(None, LendSeat),
        person=person.id,
        name=person.name,
        interface=command.interface,
        to_queue=command.to_queue,
        from_queue=command.from_queue,
        penalty=command.penalty,
        lent_at=at,
        lent_by=command.by.id,
        until=command.until,
        why=command.why,
    )
    levers = []
    for target in _targets(command.interface, person.name, command.to_queue, command.from_queue):
        wanted = str(command.penalty) if _queue(target) == command.to_queue else None
        levers.append(hold(book, target, holder=loan.holder, wanted=wanted, at=at, until=command.until))
    said = say("{who} lends {name} to {queue}", who=command.by.name, name=person.name, queue=command.to_queue)
    entry = _entry(loan, "lent", said, until=loan.until, left=loan.from_queue, penalty=loan.penalty)
    return Step(puts=(loan, *levers), entries=(entry,), messages=(_told(loan, command, "SeatLent", view, at),))


def _against(book: Book, view: FloorView, command: LendSeat, person: Person, at: Instant) -> Iterator[Said]:
    """Yield what stands against lending a seat."""
    name = person.name
    if not at < command.until <= at + LONGEST_S:
        yield say("A seat is lent until a time in the next twelve hours.")
    if command.penalty < 0:
        yield say("A penalty is 0 or more.")
    if person.absent:
        yield say("{name} is absent today.", name=name)
    elif not any(state.queues for state in states_of(view, person)):
        yield say("{name} is signed out.", name=name)
    if _is_away(book, person.id):
        yield say("{name} is on a break.", name=name)
    for lent in book.every(Loan).values():
        if lent.person == person.id and lent.state is LoanState.LENT:
            yield say("{name} is lent to {queue} already.", name=name, queue=lent.to_queue)
    yield from _queues_against(book, view, command, name)


def _queues_against(book: Book, view: FloorView, command: LendSeat, name: str) -> Iterator[Said]:
    if command.to_queue not in view.queues:
        yield say("There is no queue {queue} on this floor.", queue=command.to_queue)
    if (command.to_queue, command.interface) in view.members:
        yield say("{name} serves {queue} already.", name=name, queue=command.to_queue)
    left = view.members.get((command.from_queue, command.interface))
    if command.from_queue and left is None:
        yield say("{name} does not serve {queue}.", name=name, queue=command.from_queue)
    if left is not None and not left.dynamic:
        # The ACD would refuse it: such members stand in its own configuration.
        yield say(
            "{name} cannot be signed out of {queue}; lend the seat without leaving it.", name=name, queue=left.queue
        )
    holders = other_holders(book, command.interface, command.to_queue, command.from_queue)
    if holders and not command.over_others:
        yield say(
            "The seat of {name} is held by {holder} already; confirm to go on.", name=name, holder=holders[0].holder
        )


def _queue(target: Target) -> QueueName:
    return target.queue if isinstance(target, Membership) else ""


def _open(book: Book, loan_id: str) -> Loan:
    loan = book.get(Loan, loan_id)
    if loan is None:
        raise NotAllowed(say("This loan is no longer open."))
    return loan


def _extend(book: Book, _view: FloorView, command: ExtendLoan, at: Instant) -> Step:
    loan = _open(book, command.loan)
    state = MACHINE.move(loan.state, ExtendLoan)
    if not at < command.until <= at + LONGEST_S:
        raise NotAllowed(say("A seat is lent until a time in the next twelve hours."))
    longer = replace(loan, state=state, until=command.until)
    levers = [
        replace(
            lever, holds=tuple(replace(h, until=longer.until) if h.holder == loan.holder else h for h in lever.holds)
        )
        for lever in book.every(Lever).values()
        if lever.held_by(loan.holder)
    ]
    said = say("{who} changes until when {name} is lent", who=command.by.name, name=loan.name)
    return Step(puts=(longer, *levers), entries=(_entry(longer, "extended", said, until=longer.until),))


def _end(book: Book, view: FloorView, command: EndLoan, at: Instant) -> Step:
    loan = _open(book, command.loan)
    said = say("{who} takes {name} back from {queue}", who=command.by.name, name=loan.name, queue=loan.to_queue)
    return _ended(book, view, loan, command, at, said, how="taken_back")


def _over(book: Book, view: FloorView, command: LoanOver, at: Instant) -> Step:
    loan = _open(book, command.loan)
    said = say("The loan of {name} to {queue} is over", name=loan.name, queue=loan.to_queue)
    return _ended(book, view, loan, command, at, said, how="over")


def _ended(book: Book, view: FloorView, loan: Loan, command: Command, at: Instant, said: Said, *, how: str) -> Step:
    state = MACHINE.move(loan.state, type(command))
    if _is_away(book, loan.person):
        raise NotAllowed(say("{name} is on a break.", name=loan.name))
    ended = replace(loan, state=state, ended_at=at, ended_how=how)
    levers = release(book, loan.holder, at=at)
    person = view.people.get(loan.person)
    if person is None or not any(each.queues for each in states_of(view, person)):
        # Who has signed out everywhere is not signed in again by the console: that seat is empty.
        levers = tuple(_left_out(each) for each in levers)
    return Step(
        puts=(ended, *levers),
        entries=(_entry(ended, "ended", said, how=how),),
        messages=(_told(ended, command, "SeatBack", view, at),),
    )


def _left_out(lever: Lever) -> Lever:
    return lever if lever.holds or lever.found is None else replace(lever, state=LeverState.DONE)


def _is_away(book: Book, person: str) -> bool:
    return any(each.person == person and each.state in OUT | PROMISED for each in book.every(Break).values())


def _told(loan: Loan, command: Command, name: str, view: FloorView, at: Instant) -> Message:
    person = view.people.get(loan.person)
    extension = person.extensions[0] if person and person.extensions else ""
    fields = {"Agent": extension, "Interface": loan.interface, "Queue": loan.to_queue, "Until": str(round(loan.until))}
    return Message(id=f"{command.id}/{name}", to=loan.interface, name=name, fields=fields, due=at)


def _entry(loan: Loan, what: str, said: Said, **data: str | float | None) -> Entry:
    facts = {"person": loan.person, "name": loan.name, "to": loan.to_queue, "from": loan.from_queue, **data}
    return Entry(what=f"loan.{what}", subject=f"loans:{loan.id}", said=said, data=facts)


# ---- what levers report, and what the clock finds --------------------------------------------------------------------


def _holding(book: Book, lever_id: str) -> Loan | None:
    lever = book.get(Lever, lever_id)
    if lever is None or not isinstance(lever.target, Membership):
        return None
    for each in lever.holds:
        if each.holder.startswith("loans:"):
            return book.get(Loan, each.holder.removeprefix("loans:"))
    return None


def _troubled(book: Book, _view: FloorView, command: LeverRefused, _at: Instant) -> Step:
    """Keep on the loan why the ACD would not sign the seat in or out."""
    loan = _holding(book, command.lever)
    if loan is None or loan.state is not LoanState.LENT:
        return NOTHING
    troubled = replace(loan, trouble=command.answer)
    said = say("The ACD would not lend {name}: {answer}", name=loan.name, answer=command.answer)
    return Step(puts=(troubled,), entries=(_entry(troubled, "trouble", said),))


def _moved(book: Book, view: FloorView, command: LeverMoved, at: Instant) -> Step:
    """Read a sign-out from the other queue as the end of the loan: the agent, or somebody on the ACD, ended it."""
    loan = _holding(book, command.lever)
    lever = book.get(Lever, command.lever)
    if loan is None or lever is None or loan.state is not LoanState.LENT or command.observed is not None:
        return NOTHING
    if _queue(lever.target) != loan.to_queue or _is_away(book, loan.person):
        return NOTHING
    said = say("{name} has left {queue} by themselves", name=loan.name, queue=loan.to_queue)
    ended = EndLoan(id=f"{command.id}/loan", by=CONSOLE, loan=loan.id)
    return _ended(book, view, loan, ended, at, said, how="left")


def due(book: Book, _view: FloorView, at: Instant) -> tuple[Command, ...]:
    """Return the loans whose time is over, but for people on a break."""
    return tuple(
        LoanOver(id=f"{each.id}/LoanOver/{each.version}", by=CONSOLE, loan=each.id)
        for each in book.every(Loan).values()
        if each.state is LoanState.LENT and at >= each.until and not _is_away(book, each.person)
    )


_HANDLERS: dict[type[Command], Any] = {LendSeat: _lend, ExtendLoan: _extend, EndLoan: _end, LoanOver: _over}
WORKFLOW = Workflow(
    name="loans",
    machine=MACHINE,
    kinds=(Loan,),
    handlers=_HANDLERS,
    rights={**dict.fromkeys((LendSeat, ExtendLoan, EndLoan), FLOOR_ROLES), LoanOver: CLOCK_ROLES},
    due=due,
    follows={LeverRefused: _troubled, LeverMoved: _moved},
)
