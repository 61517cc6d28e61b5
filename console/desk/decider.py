"""One road for every decision: step on the newest book, commit, and when somebody was quicker, read and judge again."""

import logging
from collections.abc import Callable

from console.core.errors import NotAllowed, Stale
from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Step
from console.core.ports import Clock, Store
from console.core.step import step
from console.core.words import say

log = logging.getLogger(__name__)

KEEP_CLOSED_S: Seconds = 36 * 3600.0
"""How long records that came to their end stay in the book: the whole working day, whenever it began."""

_TRIES = 8


class Decider:
    """The book of one thread over its own store, kept new; `decide` is the only way anything gets kept."""

    def __init__(self, store: Store, clock: Clock, view_of: Callable[[], FloorView]) -> None:
        self._store = store
        self._clock = clock
        self._view_of = view_of
        self.book: Book = store.book(clock.now() - KEEP_CLOSED_S)
        self._trimmed_at: Instant = clock.now()

    def refresh(self) -> bool:
        """Read what was committed since; return whether there was anything new. Raises FloordeskError."""
        news = self._store.since(self.book.seq)
        if news.seq == self.book.seq:
            return False
        self.book = self.book.told(news.seq, news.records, news.versions)
        now = self._clock.now()
        if now - self._trimmed_at > 3600.0:
            self.book, self._trimmed_at = self.book.since_only(now - KEEP_CLOSED_S), now
        return True

    def decide(self, command: Command) -> Step:
        """Judge and commit one command; return its step.

        Raises NotAllowed with its sentence, Stale where others were quicker too many times, FloordeskError where
        the store cannot keep anything now.
        """
        for _ in range(_TRIES):
            at = self._clock.now()
            try:
                taken = step(self.book, self._view_of(), command, at)
            except NotAllowed:
                # Given again after a crash or a lost answer: what it decided stands already.
                if self._store.committed(command.id):
                    return NOTHING
                raise
            if taken == NOTHING:
                return taken
            try:
                self._store.commit(taken, command, at)
            except Stale:
                self.refresh()
                continue
            self.refresh()
            return taken
        raise Stale(say("Too many desks decide at once; please try again."))
