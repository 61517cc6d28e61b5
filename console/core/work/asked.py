"""What agents say on their phones becomes commands: asking, taking back, coming back."""

from console.core.floor.events import BreakAsked, BreakEnded, BreakWithdrawn, FloorEvent, Told
from console.core.floor.model import Instant, Interface
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.roles import Actor, Role
from console.core.work.break_cases import person_named
from console.core.work.break_records import WAITING, AskBreak, Break, BreakState, ReturnBreak, WithdrawBreak
from console.core.work.plan_flex import flex_answers

ASKING = (BreakAsked, BreakWithdrawn, BreakEnded)


def asks(event: FloorEvent) -> bool:
    """Return whether an event may ask something of the desk."""
    return isinstance(event, ASKING) or (isinstance(event, Told) and event.name == "FlexAnswered")


def commands_of(book: Book, view: FloorView, event: FloorEvent, at: Instant) -> tuple[Command, ...]:
    """Return what an event of the ACD asks of the desk, with ids that are the same on every desk that hears it."""
    match event:
        case BreakAsked():
            heard = event.request_id or f"{event.interface or event.agent}/{at:.0f}"
            return (
                AskBreak(
                    id=f"ask/{heard}",
                    by=_agent(view, event.interface, event.agent),
                    break_id=heard,
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
                for each in _open(book, view, event.interface, event.agent)
                if each.state in states
            )
        case BreakEnded():
            return tuple(
                ReturnBreak(id=f"return/{each.id}/{each.version}", by=_by(each), break_id=each.id, how="code")
                for each in _open(book, view, event.interface, event.agent)
                if each.state not in WAITING
            )
        case Told(name="FlexAnswered"):
            return flex_answers(book, event)
        case _:
            return ()


def _open(book: Book, view: FloorView, interface: Interface, agent: str) -> list[Break]:
    person = person_named(view, interface, agent)
    if person is None:
        return []
    return [each for each in book.every(Break).values() if each.person == person.id and each.closed_at is None]


def _agent(view: FloorView, interface: Interface, agent: str) -> Actor:
    person = person_named(view, interface, agent)
    return Actor(id=person.id if person else agent or interface, name=person.name if person else agent, role=Role.AGENT)


def _by(each: Break) -> Actor:
    return Actor(id=each.person, name=each.name, role=Role.AGENT)
