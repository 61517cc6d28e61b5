"""What a plan tells all desks, said here once: a line in the window always, tray and sound unless it is quiet."""

from PySide6.QtCore import QObject

from console.core.floor.policy import Tone
from console.core.kept import Book
from console.ui.i18n import render
from console.ui.notify import Notices
from console.ui.shell import Shell
from console.views.desk_notices import GIVEN, DeskNotice, fresh_in

_REMEMBERED = 500


class DeskNotices(QObject):
    """Hears the ACD's word and this desk's book; whichever comes first is said, the other is known by its id."""

    def __init__(self, shell: Shell, notices: Notices) -> None:
        super().__init__(shell)
        self._shell = shell
        self._notices = notices
        self._known: dict[str, None] = {}
        shell.noticed.connect(self.take)
        shell.book_changed.connect(self._look)

    def _look(self, book: Book) -> None:
        for notice in fresh_in(book, self._shell.live_now()):
            self.take(notice)

    def take(self, notice: DeskNotice) -> bool:
        """Say a notice that was not said before; return whether it is a new one."""
        if notice.id in self._known:
            return False
        self._known[notice.id] = None
        while len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        self._shell.tell(notice.said, Tone.WARN if notice.sound or notice.name == GIVEN else Tone.CALM)
        self._notices.say_outside(notice.title, render(notice.said), sound=notice.sound)
        return True
