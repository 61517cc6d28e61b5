"""Which breaks are cards, and their judging a few at a time: those in sight and those that changed come first.

Until its turn comes a card stands as it was told before. Two hundred requests would otherwise cost a frame at every
commit, and nobody looks at more than a dozen cards at once.
"""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from console.core.floor.model import Instant
from console.core.floor.people import Person
from console.core.rules.break_policy import BreakPolicy
from console.core.work.break_cases import rules_of
from console.core.work.break_records import Break
from console.views.break_cards import CARD, ON_LIST, card_of, name_card, order_of, undoable
from console.views.sight import Sight
from console.views.todo import Card

MOST_FULL = 70
"""More cards than the list ever draws at once: those behind them say no more than who they are."""
AT_ONCE = 12
"""So many at least are judged before the list is shown: those in sight, and those told longest ago."""


class Told(msgspec.Struct, frozen=True):
    """A card, the record it was made from, and when."""

    record: Break
    card: Card
    at: Instant


class Named(msgspec.Struct, frozen=True):
    """A card that says no more than who it is, and what it was made from."""

    record: Break
    person: Person | None
    rules: BreakPolicy
    card: Card


class Judging:
    """One round over all breaks that wait for a person; `before` is the round before it.

    A card in `first` (card ids) and one whose record has changed are judged at once; the rest in the order in which
    they were last told, new ones first, so that none is overtaken for ever however fast rounds follow one another.
    """

    def __init__(
        self,
        seen: Sight,
        mine: tuple[str, ...] = (),
        *,
        before: "Judging | None" = None,
        first: Collection[str] = (),
    ) -> None:
        self._seen = seen
        self._before: Mapping[str, Told] = {} if before is None else before.known()
        self._known_names: Mapping[str, Named] = {} if before is None else before.names
        self._told: dict[str, Told] = {}
        self.names: dict[str, Named] = {}
        asking = [
            each
            for each in seen.book.every(Break).values()
            if each.state in ON_LIST or undoable(seen.book, each, seen.at)
        ]
        if len(asking) > MOST_FULL:
            asking.sort(key=lambda each: order_of(seen, each, mine))
        self._full, self._named = asking[:MOST_FULL], asking[MOST_FULL:]
        at_once = {each.id for each in self._full if f"{CARD}:{each.id}" in first or self._has_changed(each)}
        later = [each for each in self._full if each.id not in at_once]
        later.sort(key=lambda each: self._told_at(each.id))
        self._left: Iterator[Break] = iter(later)
        self._count = len(later)
        for each in self._full:
            if each.id in at_once:
                self._judge(each)
        self.go_on(AT_ONCE - len(at_once))

    def _has_changed(self, each: Break) -> bool:
        before = self._before.get(each.id)
        return before is not None and before.record is not each

    def _told_at(self, break_id: str) -> Instant:
        before = self._before.get(break_id)
        return float("-inf") if before is None else before.at

    def go_on(self, count: int) -> bool:
        """Judge so many more; return whether any are left."""
        for _, each in zip(range(count), self._left, strict=False):
            self._judge(each)
            self._count -= 1
        return self._count > 0

    def known(self) -> Mapping[str, Told]:
        """Return what is told of each break, by its id: in this round, or else before it."""
        return {**{each.id: self._before[each.id] for each in self._full if each.id in self._before}, **self._told}

    def cards(self) -> list[Card]:
        """Return the cards as far as they are known."""
        known = self.known()
        full = [known[each.id].card if each.id in known else self._name(each) for each in self._full]
        return full + [self._name(each) for each in self._named]

    def _judge(self, each: Break) -> None:
        card, before = card_of(self._seen, each), self._before.get(each.id)
        # The same object for the same words: whoever draws it sees by `is` that there is nothing to do.
        same = before is not None and before.card == card
        self._told[each.id] = Told(each, before.card if same and before is not None else card, self._seen.at)

    def _name(self, each: Break) -> Card:
        """Return a name card; the same record of the same person under the same rules is made once."""
        rules, person = rules_of(self._seen.book), self._seen.view.people.get(each.person)
        named = self.names.get(each.id) or self._known_names.get(each.id)
        if named is None or named.record is not each or named.person is not person or named.rules is not rules:
            named = Named(each, person, rules, name_card(self._seen, each))
        self.names[each.id] = named
        return named.card


def break_cards(seen: Sight, mine: tuple[str, ...] = ()) -> list[Card]:
    """Return a card for every break that waits for a person, and for a minute one that takes a grant back.

    Of more than a person can look through, those last in the order of the list say no more than who they are; so do
    those of other groups than `mine`, if any are named.
    """
    judging = Judging(seen, mine)
    judging.go_on(MOST_FULL)
    return judging.cards()
