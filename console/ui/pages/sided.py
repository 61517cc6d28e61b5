"""A page of several sides of one matter: one head, one strip of trust, and a key for each side."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedLayout, QStackedWidget, QVBoxLayout, QWidget

from console.core.floor.view import FloorView
from console.ui import theme
from console.ui.pages import Page
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.line import Line
from console.ui.widgets.notice import EmptyPage, Strip
from console.ui.widgets.segments import Segments

ROWS_EVERY_S = 0.5


class SidedPage(Page):
    """Base of the pages of breaks and plans; `name` is the page's own: its icon, and where its last side is kept."""

    name: ClassVar[str]
    sides: ClassVar[tuple[str, ...]]

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        kept = shell.place(f"{self.name}.tab")
        self._tab = kept if kept in self.sides else self.sides[0]
        self._drawn_at = 0.0
        self.title = Line(Type.HEADLINE)
        self.count = Line(Type.BODY, "soft", shrinks=True)
        self.tabs = Segments()
        self.tabs.chosen.connect(self.show_tab)
        self.strip = Strip()
        self.empty = EmptyPage(self.name)
        self.empty.button.clicked.connect(lambda: shell.go("settings", "floors"))

    def _lay_out(self, sides: tuple[QWidget, ...], button: QWidget | None = None) -> None:
        """Put the head, the strip and the sides, in the order of their names, over an empty page."""
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        for part in (self.title, self.count):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.tabs)
        if button is not None:
            head.addSpacing(theme.px(4))
            head.addWidget(button)
        self._sides = QStackedWidget()
        for side in sides:
            self._sides.addWidget(side)
        self._full = QWidget()
        column = QVBoxLayout(self._full)
        margin = theme.px(16)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(12))
        column.addLayout(head)
        column.addWidget(self.strip)
        column.addWidget(self._sides, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._full)

    def show_view(self, _view: FloorView) -> None:
        """Draw the newest floor; rows change with commits, so the floor's own motion is drawn twice a second."""
        if self._show_trust() and abs(self.shell.live_now() - self._drawn_at) >= ROWS_EVERY_S:
            self._redraw()

    def _show_trust(self) -> bool:
        """Say how far the page can be trusted; return whether there is anything on it."""
        raise NotImplementedError

    def _redraw(self) -> None:
        """Draw the side on screen from floor and book as they stand."""
        raise NotImplementedError

    def _redraw_next(self, _told: object = None) -> None:
        self.shell.turns.ask(self, "redraw", self._redraw)

    def show_tab(self, tab: str) -> None:
        """Show another side; the keys go along where they were in the one before."""
        self._tab = tab if tab in self.sides else self.sides[0]
        self.shell.keep_place(f"{self.name}.tab", self._tab)
        at_hand = QApplication.focusWidget()
        carried = at_hand is not None and (at_hand is self or self._sides.isAncestorOf(at_hand))
        self._offer_tabs()
        self._redraw()
        if carried:
            self._main_widget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _main_widget(self) -> QWidget:
        """Return where the keys go first on the side on screen."""
        raise NotImplementedError

    def _tab_words(self) -> tuple[str, ...]:
        """Return the sides' names."""
        raise NotImplementedError

    def _offer_tabs(self) -> None:
        self.tabs.offer(tuple(zip(self.sides, self._tab_words(), strict=True)), self._tab)
        self._sides.setCurrentIndex(self.sides.index(self._tab))

    def _tab_key(self, event: QKeyEvent) -> bool:
        """Turn to the side of a digit; return whether it was one."""
        place = event.key() - Qt.Key.Key_1
        if event.modifiers() or not 0 <= place < len(self.sides):
            return False
        self.show_tab(self.sides[place])
        return True
