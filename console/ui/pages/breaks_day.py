"""The day the lists of the breaks page show: today from the book, any day before it from what is kept."""

from PySide6.QtCore import QObject, Signal

from console.core.floor.day import day_of
from console.core.floor.model import Instant
from console.core.kept import Book
from console.core.words import Said
from console.core.work.policies import BREAKS, Policy
from console.ui.i18n import tr
from console.ui.shell import Shell
from console.ui.when import local
from console.ui.widgets.day_choice import DayChoice
from console.views.breaks import PastBreaks


class ShownDay(QObject):
    """One day for all lists; a past one is read in a worker and stands still, whatever today does meanwhile."""

    changed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._span: tuple[Instant, Instant] | None = None
        self._kept: Book | None = None
        self._first: Instant | None = None
        self._known = False
        self.trouble: Said | None = None

    @property
    def past(self) -> bool:
        """Return whether another day than today is shown."""
        return self._span is not None

    @property
    def waits(self) -> bool:
        """Return whether the day is still being read."""
        return self._span is not None and self._kept is None and self.trouble is None

    def seen(self, book: Book, at: Instant) -> tuple[Book, Instant]:
        """Return the book that holds the day's breaks, and its last moment so far."""
        if self._span is None:
            return book, at
        return self._kept or Book(), min(at, self._span[1] - 1.0)

    def name(self) -> str:
        """Return the day as it is written in a file's name."""
        at = self._shell.live_now() if self._span is None else self._span[0]
        return local(at, self._shell.live.policy).strftime("%Y-%m-%d")

    def step(self, by: int) -> None:
        """Go a day back (-1), a day on (1), or to today (0); not beyond what is kept, nor beyond today."""
        policy = self._shell.live.policy
        today = day_of(self._shell.live_now(), policy)
        here = today if self._span is None else self._span
        if by < 0 and not self._at_first(here):
            self._go(day_of(here[0] - 1.0, policy))
        elif by >= 0 and self._span is not None:
            wanted = day_of(here[1] + 1.0, policy) if by else today
            self._go(None if wanted[0] >= today[0] else wanted)

    def _at_first(self, here: tuple[Instant, Instant]) -> bool:
        return self._known and (self._first is None or self._first >= here[0])

    def _go(self, span: tuple[Instant, Instant] | None) -> None:
        self._span, self._kept, self.trouble = span, None, None
        if span is not None:
            self._shell.doors.past_breaks(*span, lambda told: self._take(span, told))
        self.changed.emit()

    def _take(self, span: tuple[Instant, Instant], told: PastBreaks | Said) -> None:
        if span != self._span:
            return
        if isinstance(told, Said):
            self.trouble = told
        else:
            rules = self._shell.book.get(Policy, BREAKS)
            self._kept = Book().told(1, (*told.breaks, *(() if rules is None else (rules,))), {})
            self._first, self._known = told.first, True
        self.changed.emit()

    def nothing(self, otherwise: str) -> str:
        """Return what an empty list says."""
        if self.trouble is not None:
            return tr("This day cannot be read: {why}", why=self.trouble)
        return tr("Reading this day…") if self.waits else otherwise

    def bind(self, choice: DayChoice) -> None:
        """Let a choice show the day and change it."""
        choice.stepped.connect(self.step)
        self.changed.connect(lambda: self.show_on(choice))

    def show_on(self, choice: DayChoice) -> None:
        """Show the day on a choice."""
        here = self._span or day_of(self._shell.live_now(), self._shell.live.policy)
        choice.show_day(self.name() if self.past else "", past=self.past, first=self._at_first(here))
