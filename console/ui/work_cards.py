"""From the book of decisions to the list: judged again at every commit, and twice a second while the floor moves."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from console.core.preferences import actor_of
from console.ui.i18n import tr
from console.ui.shell import Shell
from console.ui.turns import OUT_OF_SIGHT

if TYPE_CHECKING:
    from console.views.judging import Judging

SOURCE = "work"
AT_MOST_EVERY_MS = 500
AT_A_TIME = 10


class WorkCards(QObject):
    """Keeps the cards of breaks, checks and levers on the list; a commit shows at once, the floor's motion soon.

    Cards `in_sight` (their ids) follow a commit at once, the others in the next turns of the event loop.
    """

    def __init__(self, shell: Shell, parent: QObject, in_sight: Callable[[], Collection[str]]) -> None:
        super().__init__(parent)
        self._shell = shell
        self._in_sight = in_sight
        self._judging: Judging | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AT_MOST_EVERY_MS)
        self._soon.timeout.connect(self.judge)
        shell.book_changed.connect(self.judge)
        shell.forecasts_changed.connect(self._presently)
        shell.live_changed.connect(self._presently)
        shell.ticked.connect(self._presently)

    def _presently(self, _view: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def judge(self, _book: object = None) -> None:
        """Make the cards anew from what stands now, those in sight first."""
        from console.views.judging import Judging  # noqa: PLC0415  after the first paint
        from console.views.sight import sight  # noqa: PLC0415  as above

        shell = self._shell
        self._soon.stop()
        self._judging = Judging(
            sight(shell.live, shell.book, shell.live_now(), shell.forecasts),
            self._mine(),
            before=self._judging,
            first=frozenset(self._in_sight()),
        )
        self._show(self._judging)
        if self._judging.go_on(0):
            shell.turns.ask(self, "rest", self._go_on, OUT_OF_SIGHT)

    def judge_all(self) -> None:
        """Make every card anew now."""
        self.judge()
        while self._judging is not None and self._judging.go_on(AT_A_TIME):
            pass
        self._go_on()

    def _mine(self) -> tuple[str, ...]:
        preferences = self._shell.preferences
        return preferences.my_groups if preferences.only_mine else ()

    def _go_on(self) -> None:
        if self._judging is None:
            return
        if self._judging.go_on(AT_A_TIME):
            self._shell.turns.ask(self, "rest", self._go_on, OUT_OF_SIGHT)
        self._show(self._judging)

    def _show(self, judging: "Judging") -> None:
        from console.views.book_cards import work_cards  # noqa: PLC0415  as above
        from console.views.plan_cards import plan_cards  # noqa: PLC0415  as above

        shell = self._shell
        now, by = shell.live_now(), actor_of(shell.preferences, tr("You"))
        cards = work_cards(
            shell.live,
            shell.book,
            now,
            trouble=shell.trouble,
            breaks=judging.cards(),
            plans=plan_cards(shell.live, shell.book, now, by=by, outlooks=shell.outlooks),
        )
        shell.show_cards(cards, SOURCE)

    def undo(self) -> None:
        """Take back the newest grant that still can be."""
        from console.views.break_cards import CARD, newest_undoable  # noqa: PLC0415  as above

        found = newest_undoable(self._shell.book, self._shell.live_now())
        if found is not None:
            self._shell.doors.act(f"{CARD}:{found.id}", "undo")
