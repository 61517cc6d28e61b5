"""What the cards and lists of breaks are made from: floor and book at one moment, each group's line read once."""

from collections.abc import Mapping

import msgspec

from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_forecast import BreakForecast
from console.core.rules.owed import Place, Slot
from console.core.work.break_line import line_of, slot_for
from console.core.work.break_records import Break
from console.views.break_words import clock24
from console.views.scope import group_names

SAME_MOMENT_S: Seconds = 1.0
"""A line read of the very same floor and book is not read again within this time: the list and the page share it."""


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """Floor and book at a moment; `lines` keeps each group's line once it was read, `slots` first slots by break."""

    view: FloorView
    book: Book
    at: Instant
    forecasts: Mapping[str, BreakForecast] = {}
    names: Mapping[str, str] = {}
    lines: dict[str, tuple[Place, ...]] = msgspec.field(default_factory=dict)
    slots: dict[str, Slot] = msgspec.field(default_factory=dict)

    def group(self, each: Break) -> str:
        """Return what a break's group is called."""
        return self.names.get(each.group, each.group)

    def line(self, group: str) -> tuple[Place, ...]:
        """Return a group's line."""
        if group not in self.lines:
            self.lines[group] = line_of(self.book, self.view, group, self.at)
        return self.lines[group]

    def slot(self, each: Break) -> Slot:
        """Return the first moment at which a break could be granted."""
        if each.id not in self.slots:
            self.slots[each.id] = slot_for(self.book, self.view, each, self.at, line=self.line(each.group))
        return self.slots[each.id]

    def clock(self, at: Instant | None) -> str:
        """Return a moment as the time of day, now for None."""
        return clock24(self.at if at is None else at, self.view.policy)


_last: Sight | None = None


def sight(view: FloorView, book: Book, at: Instant, forecasts: Mapping[str, BreakForecast] | None = None) -> Sight:
    """Return what cards are made from; `forecasts` by break id are what a worker computed."""
    global _last  # noqa: PLW0603  the same floor and book at one moment read the same: only the reading is spared
    last, told = _last, forecasts or {}
    if last is not None and last.view is view and last.book is book and 0 <= at - last.at <= SAME_MOMENT_S:
        if last.at == at and last.forecasts == told:
            return last
        return Sight(view=view, book=book, at=at, forecasts=told, names=last.names, lines=last.lines, slots=last.slots)
    _last = Sight(view=view, book=book, at=at, forecasts=told, names=group_names(view))
    return _last
