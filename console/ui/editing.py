"""A document of rules under the hand: each edit rests on the version the page showed, and one goes at a time."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit, QWidget

from console.core.floor.policy import Tone
from console.core.kept import Book
from console.core.words import Said
from console.core.work.policies import Policy
from console.ui.shell import Shell

T = TypeVar("T")
Answer = Callable[[Said | None], None]


class Editing(QObject, Generic[T]):
    """What was edited on a page and stands there until the floor has taken it, or refused it.

    `in_force` reads the text from the book (None: never edited), `keep` sends one with the version it rests on, `again`
    draws the page anew. While somebody types, a text that comes meanwhile is not the one they had before them: their
    edit keeps the version from before, and is refused rather than put over what they have not seen.
    """

    def __init__(
        self,
        page: QWidget,
        shell: Shell,
        name: str,
        in_force: Callable[[Book], T | None],
        keep: Callable[[T, int, Answer], None],
        again: Callable[[], None],
    ) -> None:
        super().__init__(page)
        self._page, self._shell, self._name = page, shell, name
        self._in_force, self._keep, self._again = in_force, keep, again
        self._read: tuple[Policy | None, T | None] = (None, None)
        self._shown = 0
        self._from: int | None = None
        self._under_way: T | None = None
        self._accepted = False
        self._unsent: T | None = None
        self.wanted: T | None = None
        shell.book_changed.connect(self._follow)

    def text(self, otherwise: T) -> T:
        """Return the text as edited here, else the one in force, `otherwise` where none was ever edited."""
        if self.wanted is not None:
            return self.wanted
        document = self._document()
        if document is not self._read[0]:
            self._read = (document, self._in_force(self._shell.book))
        return otherwise if self._read[1] is None else self._read[1]

    def _document(self) -> Policy | None:
        return self._shell.book.get(Policy, self._name)

    def _version(self) -> int:
        document = self._document()
        return 0 if document is None else document.version

    def shown(self) -> None:
        """Hear that the page shows the document as it stands; not while somebody types over an older one."""
        if not any(line.hasFocus() and line.isModified() for line in self._page.findChildren(QLineEdit)):
            self._shown = self._version()

    def change(self, text: T) -> None:
        """Put another text in force; the next one waits until this one has been answered."""
        self.wanted = text
        if self._from is None:
            self._send(text, self._shown)
        else:
            self._unsent = text

    def _send(self, text: T, version: int) -> None:
        self._from, self._under_way, self._accepted, self._unsent = version, text, False, None
        self._keep(text, version, self._answered)

    def _answered(self, refusal: Said | None) -> None:
        if refusal is None:
            self._accepted = True
            self._follow()
            return
        self._from = self._unsent = self.wanted = None
        self._shown = self._version()
        self._shell.tell(refusal, Tone.WARN)
        self._again()

    def _follow(self, _book: object = None) -> None:
        """Send the next edit once the book holds what this one has led to."""
        if self._from is None or not self._accepted:
            return
        if self._version() == self._from and self._in_force(self._shell.book) != self._under_way:
            return
        self._next()

    def _next(self) -> None:
        self._from, self._shown = None, self._version()
        if self._unsent is not None:
            self._send(self._unsent, self._shown)

    def taken(self) -> None:
        """Hear that the floor shows another text: what was sent need not stand in for it any more."""
        if self._from is not None and self._accepted:
            self._next()
        if self._from is None:
            self.wanted = None
