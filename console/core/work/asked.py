"""What agents say on their phones becomes commands: asking, taking back, coming back."""

from hashlib import blake2b
from itertools import count

from console.core.floor.day import date_of
from console.core.floor.events import BreakAsked, BreakEnded, BreakWithdrawn, FloorEvent, Told
from console.core.floor.model import Instant, Interface
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.roles import Actor, Role
from console.core.work.break_cases import person_named, same_request
from console.core.work.break_records import WAITING, AskBreak, Break, BreakState, ReturnBreak, WithdrawBreak
from console.core.work.plan_flex import flex_answers

LONGEST_ID = 48
"""How long the id of a break may be; commands about it carry it within theirs."""

ASKING = (BreakAsked, BreakWithdrawn, BreakEnded)


def asks(event: FloorEvent) -> bool:
    """Return whether an event may ask something of the desk."""
    return isinstance(event, ASKING) or (isinstance(event, Told) and event.name == "FlexAnswered")


def commands_of(book: Book, view: FloorView, event: FloorEvent, at: Instant) -> tuple[Command, ...]:
    """Return what an event of the ACD asks of the desk, with ids that are the same on every desk that hears it."""
    match event:
        case BreakAsked():
            break_id = _id_of(book, view, event, at)
            return (
                AskBreak(
                    id=f"ask/{break_id}",
                    by=_agent(view, event.interface, event.agent),
                    break_id=break_id,
                    agent=event.agent,
                    interface=event.interface,
                    code=event.code,
                    reason=event.reason,
                    request=event.request_id,
                    heard_at=at,
                ),
            )
        case BreakWithdrawn():
            states = WAITING | {BreakState.GRANTED}
            return tuple(
                WithdrawBreak(id=f"withdraw/{each.id}/{each.version}", by=_by(each), break_id=each.id)
                for each in _meant(book, view, event, at)
                if each.state in states
            )
        case BreakEnded():
            return tuple(
                ReturnBreak(id=f"return/{each.id}/{each.version}", by=_by(each), break_id=each.id, how="code")
                for each in _meant(book, view, event, at)
                if each.state not in WAITING
            )
        case Told(name="FlexAnswered"):
            return flex_answers(book, view, event)
        case _:
            return ()


def _id_of(book: Book, view: FloorView, event: BreakAsked, at: Instant) -> str:
    """Return the id of the break asked for: the agent's, by request and day, with a number where it came before.

    A dialplan whose counter began anew gives the numbers of old requests again, also of some no book knows any more.
    """
    person = person_named(view, event.interface, event.agent)
    who = event.agent or event.interface if person is None else person.id
    if not event.request_id:
        return _short(f"{who}/{at:.0f}")
    known = None if person is None else same_request(book, person.id, event.request_id, at)
    if known is not None:
        return known.id
    first = _short(f"{who}/{event.request_id}/{date_of(at, view.policy):%y%m%d}")
    taken = book.every(Break)
    return next(each for number in count(1) if (each := first if number == 1 else f"{first}.{number}") not in taken)


def _short(found: str) -> str:
    """Return an id that leaves room for what is appended to it: a bot may name its requests at length."""
    if len(found) <= LONGEST_ID:
        return found
    return f"{found[:24]}~{blake2b(found.encode(), digest_size=8).hexdigest()}"


def _meant(book: Book, view: FloorView, event: BreakWithdrawn | BreakEnded, at: Instant) -> list[Break]:
    """Return the open breaks an agent speaks of: none where they name a request that is over already."""
    person = person_named(view, event.interface, event.agent)
    if person is None:
        return []
    open_still = [each for each in book.every(Break).values() if each.person == person.id and each.closed_at is None]
    named = [each for each in open_still if each.request == event.request_id] if event.request_id else []
    if named or not event.request_id:
        return named or open_still
    # The code for coming back may carry a number of its own, which is no request's.
    return [] if same_request(book, person.id, event.request_id, at) is not None else open_still


def _agent(view: FloorView, interface: Interface, agent: str) -> Actor:
    person = person_named(view, interface, agent)
    return Actor(id=person.id if person else agent or interface, name=person.name if person else agent, role=Role.AGENT)


def _by(each: Break) -> Actor:
    return Actor(id=each.person, name=each.name, role=Role.AGENT)
