"""From the book of decisions to the list: judged again at every commit, and twice a second while the floor moves."""

from PySide6.QtCore import QObject, QTimer

from console.ui.shell import Shell

SOURCE = "work"
AT_MOST_EVERY_MS = 500


class WorkCards(QObject):
    """Keeps the cards of breaks, checks and levers on the list; a commit shows at once, the floor's motion soon."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AT_MOST_EVERY_MS)
        self._soon.timeout.connect(self.judge)
        shell.book_changed.connect(lambda _book: self.judge())
        shell.forecasts_changed.connect(self._presently)
        shell.live_changed.connect(lambda _view: self._presently())
        shell.ticked.connect(self._presently)

    def _presently(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def judge(self) -> None:
        """Make the cards anew from what stands now."""
        from console.views.book_cards import work_cards  # noqa: PLC0415  after the first paint

        shell = self._shell
        self._soon.stop()
        preferences = shell.preferences
        cards = work_cards(
            shell.live,
            shell.book,
            shell.live_now(),
            forecasts=shell.forecasts,
            trouble=shell.trouble,
            mine=preferences.my_groups if preferences.only_mine else (),
        )
        shell.show_cards(cards, SOURCE)

    def undo(self) -> None:
        """Take back the newest grant that still can be."""
        from console.views.break_cards import CARD, newest_undoable  # noqa: PLC0415  as above

        found = newest_undoable(self._shell.book, self._shell.live_now())
        if found is not None:
            self._shell.doors.act(f"{CARD}:{found.id}", "undo")
