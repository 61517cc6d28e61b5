"""Lending a seat on screen: where it may go, what it may leave, and the loan that runs."""

import msgspec

from console.core.floor.model import Instant, Interface, QueueName
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.words import Said, say
from console.core.work.lending import Loan, LoanState, other_holders
from console.views.break_words import clock24
from console.views.scope import group_ids_by_queue, group_names


def loan_of(view: FloorView, book: Book, interface: Interface) -> Loan | None:
    """Return the loan that runs for whoever sits at an interface, or None."""
    person = view.person_of.get(interface, "")
    for loan in book.every(Loan).values():
        if loan.state is LoanState.LENT and (loan.interface == interface or (person and loan.person == person)):
            return loan
    return None


def loan_words(view: FloorView, loan: Loan) -> Said:
    """Return where and until when a seat is lent."""
    return say(
        "Lent to {queue} until {time}", queue=_called(view, loan.to_queue), time=clock24(loan.until, view.policy)
    )


class LoanRow(msgspec.Struct, frozen=True, kw_only=True):
    """One seat that is lent: to where, what it has left meanwhile (empty: nothing), until when, by whom."""

    id: str
    interface: Interface
    name: str
    group: str
    to: str
    left: str
    lent_at: Instant
    until: Instant
    by: str
    trouble: str
    tone: Tone = Tone.CALM


def loan_rows(view: FloorView, book: Book, at: Instant, mine: tuple[str, ...] = ()) -> list[LoanRow]:
    """Return the seats that are lent, those due back first; of `mine` those lent from or to these groups."""
    names, by_queue = group_names(view), group_ids_by_queue(view.policy)
    rows = []
    for loan in book.every(Loan).values():
        if loan.state is not LoanState.LENT:
            continue
        person = view.people.get(loan.person)
        home = person.primary_group if person is not None else ""
        if mine and not {home, by_queue.get(loan.to_queue, ""), by_queue.get(loan.from_queue, "")} & set(mine):
            continue
        rows.append(
            LoanRow(
                id=loan.id,
                interface=loan.interface,
                name=f"{person.name} {person.number}".strip() if person is not None else loan.name,
                group=names.get(home, home),
                to=_called(view, loan.to_queue),
                left=_called(view, loan.from_queue) if loan.from_queue else "",
                lent_at=loan.lent_at,
                until=loan.until,
                by=loan.lent_by,
                trouble=loan.trouble,
                # Over its time, a loan waits for the end of the person's break.
                tone=Tone.ALARM if loan.trouble else Tone.WARN if at >= loan.until else Tone.CALM,
            )
        )
    rows.sort(key=lambda row: (row.until, row.id))
    return rows


def queues_to(view: FloorView, interface: Interface) -> tuple[tuple[QueueName, str], ...]:
    """Return the queues a seat may be lent to, with what they are called: those it does not serve."""
    names = sorted(name for name, queue in view.queues.items() if not queue.gone)
    return tuple((name, _called(view, name)) for name in names if (name, interface) not in view.members)


def queues_from(view: FloorView, interface: Interface) -> tuple[tuple[QueueName, str], ...]:
    """Return the queues a seat may leave meanwhile: those the ACD lets it sign out of."""
    found = sorted(member.queue for member in view.members.values() if member.interface == interface and member.dynamic)
    return tuple((name, _called(view, name)) for name in found)


def said_before(
    view: FloorView, book: Book, interface: Interface, to_queue: QueueName, from_queue: QueueName
) -> Said | None:
    """Return who else holds what the loan would move, or None."""
    holders = other_holders(book, interface, to_queue, from_queue)
    if not holders:
        return None
    queue = _called(view, to_queue)
    return say(
        "{holder} already holds this seat in {queue}; lending it sets that aside.",
        holder=holders[0].holder,
        queue=queue,
    )


def _called(view: FloorView, queue: QueueName) -> str:
    group = group_ids_by_queue(view.policy).get(queue, "")
    name = group_names(view).get(group, "")
    return queue if not name or name == queue else f"{name} ({queue})"
