"""Who serves a group beside the people whose primary group it is: their seats, and their breaks.

On the board a person is counted once, in the primary group. Whoever goes leaves all their groups, though: where another
group judges a request, it counts those who serve it as a second one, too, the asker among them.
"""

from collections.abc import Mapping

import msgspec

from console.core.floor.model import Instant
from console.core.floor.people import Person
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.work.break_cases import on_granted_break, rules_of, standing
from console.core.work.break_index import breaks_of
from console.core.work.break_records import Break

_NOBODY: tuple[Person, ...] = ()


class Seats(msgspec.Struct, frozen=True):
    """How many people who serve a group as a second one are on shift, and on line."""

    on_shift: int
    on_line: int


_people: tuple[Mapping[str, Person], Mapping[str, tuple[Person, ...]]] = ({}, {})
_seats: tuple[FloorView | None, Mapping[str, Break], dict[str, Seats]] = (None, {}, {})


def second_groups(view: FloorView, asked: Break) -> tuple[str, ...]:
    """Return the groups an asker serves beside the one the break is judged in first."""
    person = view.people.get(asked.person)
    return tuple(each for each in (person.groups if person else ()) if each != asked.group)


def deciding_groups(book: Book, view: FloorView, asked: Break) -> tuple[str, ...]:
    """Return the groups in which a break has to pass: the primary one alone, or all, as its rules say."""
    if rules_of(book).of(asked.group).primary_decides:
        return (asked.group,)
    return (asked.group, *second_groups(view, asked))


def serving_too(view: FloorView, group: str) -> tuple[Person, ...]:
    """Return who serves a group as a second one."""
    global _people  # noqa: PLW0603  the same people always serve the same groups: only the reading of it is spared
    people, found = _people
    if people is not view.people:
        collected: dict[str, list[Person]] = {}
        for person in view.people.values():
            for each in person.groups:
                if each != person.primary_group:
                    collected.setdefault(each, []).append(person)
        found = {name: tuple(those) for name, those in collected.items()}
        _people = (view.people, found)
    return found.get(group, _NOBODY)


def seats_too(book: Book, view: FloorView, group: str, at: Instant) -> Seats:
    """Return the seats of who serves a group as a second one; of one view and book they are counted once."""
    global _seats  # noqa: PLW0603  as above
    records = book.every(Break)
    seen, known, counted = _seats
    if seen is not view or known is not records:
        counted = {}
        _seats = (view, records, counted)
    found = counted.get(group)
    if found is None:
        granted = on_granted_break(book)
        stands = [(person, standing(view, person, at)) for person in serving_too(view, group)]
        found = counted[group] = Seats(
            on_shift=sum(each.on_shift or _on_break(person, granted) for person, each in stands),
            on_line=sum(each.on_line for _, each in stands),
        )
    return found


def away_too(book: Book, view: FloorView, group: str) -> list[Break]:
    """Return the breaks, granted or not, of those away or promised away who serve a group as a second one."""
    if not serving_too(view, group):
        return []
    return [
        each
        for each in breaks_of(book).away
        if each.group != group and (person := view.people.get(each.person)) is not None and group in person.groups
    ]


def _on_break(person: Person, granted: frozenset[str]) -> bool:
    return person.id in granted and not (person.flex or person.trainer)
