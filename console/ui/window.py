"""The desk window: rail, top bar, pages, and the list of what waits for this person."""

import base64
import binascii

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from console.core.floor.view import FloorView
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.icons import icon
from console.ui.pages import PAGES, Page, PageSpec, Place
from console.ui.shell import Shell
from console.ui.todo_column import TodoColumn
from console.ui.top_bar import TopBar
from console.ui.widgets.button import RailButton
from console.ui.widgets.panel import Plain
from console.ui.widgets.toast import Toast


class Rail(Plain):
    """The pages on the left, their names under their drawings."""

    chosen = Signal(str)

    def __init__(self, pages: tuple[PageSpec, ...]) -> None:
        super().__init__("panel", ("right",))
        self.setFixedWidth(theme.px(theme.RAIL_WIDTH))
        self.buttons: dict[str, RailButton] = {}
        self._pages = pages
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(7), theme.px(12), theme.px(7), theme.px(12))
        column.setSpacing(theme.px(9))
        for page in pages:
            button = RailButton(page.icon)
            button.clicked.connect(lambda _on=False, key=page.key: self.chosen.emit(key))
            self._group.addButton(button)
            self.buttons[page.key] = button
            column.addWidget(button)
        column.addStretch(1)
        self.retranslate()

    def mark(self, key: str) -> None:
        """Show which page is open; a page behind another leaves its mark where it was."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

    def retranslate(self) -> None:
        """Set the words again."""
        for number, page in enumerate(self._pages, start=1):
            name = render(page.title)
            self.buttons[page.key].setText(name)
            self.buttons[page.key].setAccessibleName(name)
            self.buttons[page.key].setToolTip(f"{name}  Ctrl+{number}")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class DeskWindow(QWidget):
    """The window a supervisor keeps open all day; closing it keeps its size, page and places."""

    closed = Signal()

    def __init__(self, shell: Shell, pages: tuple[PageSpec, ...] = PAGES) -> None:
        super().__init__()
        self.shell = shell
        self._specs = {page.key: page for page in pages}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._before = ""
        self.setWindowIcon(icon("floordesk"))
        self.setMinimumSize(960, 600)

        self.top = TopBar(shell)
        self.rail = Rail(tuple(page for page in pages if page.place is Place.RAIL))
        self.rail.chosen.connect(self.open_page)
        self.stack = QStackedWidget()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.stack)
        self.todo = TodoColumn(shell)
        self.splitter.addWidget(self.todo)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)

        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.rail)
        below.addWidget(self.splitter, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.top)
        whole.addLayout(below, 1)
        self.toast = Toast(self)

        self._wire_keys()
        shell.view_changed.connect(self._show_view)
        shell.ticked.connect(self._tick)
        shell.went.connect(self.open_page)
        shell.told.connect(self.toast.tell)
        self._restore()
        self.retranslate()

    @property
    def page(self) -> Page | None:
        """Return the page on screen."""
        return self._pages.get(self._current)

    def open_page(self, key: str, subject: str = "") -> None:
        """Show a page, made now if this is its first time; an unknown one is the first of all."""
        spec = self._specs.get(key) or next(iter(self._specs.values()))
        page = self._pages.get(spec.key)
        if page is None:
            page = self._pages[spec.key] = spec.make(self.shell)
            self.stack.addWidget(page)
            page.retranslate()
        if spec.key != self._current:
            self._before, self._current = self._current, spec.key
            self.stack.setCurrentWidget(page)
            self.rail.mark(spec.key)
            if spec.place is Place.RAIL:
                self.shell.change(page=spec.key)
        if subject:
            page.open_at(subject)
        page.show_view(self.shell.view)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Set the window's own words again."""
        self.setWindowTitle(tr("Floordesk"))

    def _show_view(self, view: FloorView) -> None:
        if self.page is not None:
            self.page.show_view(view)

    def _tick(self) -> None:
        if self.page is not None:
            self.page.tick()

    def _wire_keys(self) -> None:
        for number, key in enumerate(self.rail.buttons, start=1):
            self._key(f"Ctrl+{number}", lambda chosen=key: self.open_page(chosen))
        self._key("Ctrl+M", self.top.toggle_quiet)
        self._key("Ctrl+T", self.todo.focus_first)

    def _key(self, sequence: str, do: object) -> None:
        shortcut = QShortcut(QKeySequence(sequence), self)
        shortcut.activated.connect(do)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Escape leads back from a page behind another."""
        spec = self._specs.get(self._current)
        if event.key() == Qt.Key.Key_Escape and spec is not None and spec.place is Place.BEHIND and self._before:
            self.open_page(self._before)
            return
        super().keyPressEvent(event)

    def _restore(self) -> None:
        preferences = self.shell.preferences
        self.resize(1600, 940)
        for word, give in (
            (preferences.geometry, self.restoreGeometry),
            (self.shell.place("window.splitter"), self.splitter.restoreState),
        ):
            try:
                state = base64.b64decode(word, validate=True)
            except (binascii.Error, ValueError):
                continue
            if state:
                give(QByteArray(state))
        if not self.shell.place("window.splitter"):
            self.splitter.setSizes(
                [self.width() - theme.px(theme.RAIL_WIDTH + theme.TODO_WIDTH), theme.px(theme.TODO_WIDTH)]
            )
        self.open_page(preferences.page)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Keep size and places, then close."""
        self.shell.change(geometry=base64.b64encode(self.saveGeometry().data()).decode())
        self.shell.keep_place("window.splitter", base64.b64encode(self.splitter.saveState().data()).decode())
        self.closed.emit()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
