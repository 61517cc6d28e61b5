"""The breaks of a book found by what the rules ask for: who is promised away, who is out, who was away today.

A book is a value: the same records always give the same index, so that judging two hundred requests reads them once.
"""

from collections.abc import Iterable, Mapping

import msgspec

from console.core.kept import Book
from console.core.work.break_records import OUT, PROMISED, WAITING, Break

_NONE: tuple[Break, ...] = ()


class BreakIndex(msgspec.Struct, frozen=True):
    """Breaks by state, group and person; each in the order in which the book holds them."""

    promised: tuple[Break, ...]
    away: tuple[Break, ...]
    waiting: tuple[Break, ...]
    promised_in: Mapping[str, tuple[Break, ...]]
    away_in: Mapping[str, tuple[Break, ...]]
    waiting_in: Mapping[str, tuple[Break, ...]]
    departed: Mapping[str, tuple[Break, ...]]

    def promised_of(self, group: str) -> tuple[Break, ...]:
        """Return the breaks of a group whose seat is away or promised away."""
        return self.promised_in.get(group, _NONE)

    def away_of(self, group: str) -> tuple[Break, ...]:
        """Return the same, and those who left without asking."""
        return self.away_in.get(group, _NONE)

    def waiting_of(self, group: str) -> tuple[Break, ...]:
        """Return a group's open requests."""
        return self.waiting_in.get(group, _NONE)

    def departed_of(self, person: str) -> tuple[Break, ...]:
        """Return the breaks a person has left for."""
        return self.departed.get(person, _NONE)


_EMPTY = BreakIndex((), (), (), {}, {}, {}, {})
_last: tuple[Mapping[str, Break], BreakIndex] = ({}, _EMPTY)


def breaks_of(book: Book) -> BreakIndex:
    """Return the index of a book's breaks."""
    global _last  # noqa: PLW0603  the same records always give the same index: only the reading is spared
    records = book.every(Break)
    known, index = _last
    if records is not known:
        index = _indexed(records.values())
        _last = (records, index)
    return index


def _indexed(records: Iterable[Break]) -> BreakIndex:
    promised: list[Break] = []
    away: list[Break] = []
    waiting: list[Break] = []
    promised_in: dict[str, list[Break]] = {}
    away_in: dict[str, list[Break]] = {}
    waiting_in: dict[str, list[Break]] = {}
    departed: dict[str, list[Break]] = {}
    for each in records:
        if each.departed_at is not None:
            departed.setdefault(each.person, []).append(each)
        if each.state in PROMISED | OUT:
            away.append(each)
        if each.state in PROMISED:
            promised.append(each)
            promised_in.setdefault(each.group, []).append(each)
            away_in.setdefault(each.group, []).append(each)
        elif each.state in OUT:
            away_in.setdefault(each.group, []).append(each)
        elif each.state in WAITING:
            waiting.append(each)
            waiting_in.setdefault(each.group, []).append(each)
    return BreakIndex(
        tuple(promised),
        tuple(away),
        tuple(waiting),
        _held(promised_in),
        _held(away_in),
        _held(waiting_in),
        _held(departed),
    )


def _held(found: Mapping[str, list[Break]]) -> dict[str, tuple[Break, ...]]:
    return {key: tuple(breaks) for key, breaks in found.items()}
