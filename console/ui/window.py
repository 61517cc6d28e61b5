"""The desk window: rail, top bar, pages, and the list of what waits for this person."""

import base64
import binascii
import gc
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.words import say
from console.ui import i18n, theme
from console.ui.banner import DemoBanner
from console.ui.desk_notices import DeskNotices
from console.ui.i18n import render, tr
from console.ui.icons import icon
from console.ui.notify import Notices
from console.ui.pages import PAGES, Page, PageSpec, Place
from console.ui.plan_banner import PlanStrip
from console.ui.shell import Shell
from console.ui.tidy import Tidying
from console.ui.todo_column import TodoColumn
from console.ui.top_bar import TopBar
from console.ui.widgets.button import IconButton, RailButton
from console.ui.widgets.panel import Plain
from console.ui.widgets.replay_bar import ReplayBar
from console.ui.widgets.toast import Toast
from console.ui.work_cards import WorkCards

if TYPE_CHECKING:
    from console.ui.finder import Finder
    from console.ui.help import About, KeyHelp
    from console.ui.wall import WallWindow
    from console.ui.wordings import Wordings
    from console.views.finder import Found


SETTLE_MS = 1500


class Rail(Plain):
    """The pages on the left, their names under their drawings."""

    chosen = Signal(str)
    about_asked = Signal()

    def __init__(self, pages: tuple[PageSpec, ...]) -> None:
        super().__init__("panel", ("right",))
        self.buttons: dict[str, RailButton] = {}
        self._pages = pages
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        for page in pages:
            button = RailButton(page.icon)
            button.clicked.connect(lambda _on=False, key=page.key: self.chosen.emit(key))
            self._group.addButton(button)
            self.buttons[page.key] = button
            column.addWidget(button)
        # A button grows to its tile and no further, and gives way where plans and large letters leave little height.
        column.addStretch(1000)
        self.about = IconButton("info")
        self.about.clicked.connect(self.about_asked)
        column.addWidget(self.about, 0, Qt.AlignmentFlag.AlignHCenter)
        self.measure()
        self.retranslate()

    def measure(self) -> None:
        """Take the width and spacing of the letters in force."""
        self.setFixedWidth(theme.px(theme.RAIL_WIDTH))
        column = self.layout()
        assert column is not None
        column.setContentsMargins(theme.px(7), theme.px(12), theme.px(7), theme.px(12))
        column.setSpacing(theme.px(9))
        for button in (*self.buttons.values(), self.about):
            button.updateGeometry()

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
        self.about.name(tr("About Floordesk"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language or letters."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.FontChange:
            self.measure()
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
        self.work = WorkCards(shell, self.todo, self.todo.in_sight)
        self.splitter.addWidget(self.todo)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.splitterMoved.connect(self._keep_splitter)

        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.rail)
        below.addWidget(self.splitter, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.banner, self.plans, self.replay_bar = DemoBanner(shell), PlanStrip(shell), ReplayBar(shell)
        self.plans.wordings_asked.connect(self.show_wordings)
        for strip in (self.top, self.plans, self.banner, self.replay_bar):
            whole.addWidget(strip)
        whole.addLayout(below, 1)
        self.toast = Toast(self)
        self._finder: Finder | None = None
        self._keys: KeyHelp | None = None
        self._about: About | None = None
        self._wordings: Wordings | None = None
        self._wall: WallWindow | None = None
        self.notices = Notices(lambda: shell.preferences, self.come_forward)
        self.todo.counted.connect(self.notices.hear)
        self.desk_notices = DeskNotices(shell, self.notices)

        self._wire_keys()
        shell.view_changed.connect(self._show_view)
        shell.ticked.connect(self._tick)
        shell.went.connect(self.open_page)
        shell.told.connect(self.toast.tell)
        self._restore()
        self.retranslate()
        QTimer.singleShot(SETTLE_MS, self, self._settle_in)

    def _settle_in(self) -> None:
        """Do what can wait until the board is painted: the tray, missing letters, the collector of cycles."""
        if not gc.isenabled():
            self._tidying = Tidying(self)
        self.notices.start_tray()
        missing = theme.missing_letters()
        if missing is not None and i18n.language() == "zh_CN":
            # In English: the letters to say it in Chinese are what is missing.
            self.toast.tell(say("{line}", line=missing.english()), Tone.ALARM)

    @property
    def page(self) -> Page | None:
        """Return the page on screen."""
        return self._pages.get(self._current)

    def open_page(self, key: str, subject: str = "") -> None:
        """Show a page, made now if this is its first time; an unknown one changes nothing."""
        spec = self._specs.get(key)
        if spec is None:
            # A way to a page this console does not have stays where it is; only a start must stand somewhere.
            if self._current:
                return
            spec = next(iter(self._specs.values()))
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
            self._key(f"Ctrl+{number}", partial(self.open_page, key))
        keys: tuple[tuple[str, Callable[[], None]], ...] = (
            ("Ctrl+M", self.top.toggle_quiet),
            ("Ctrl+T", self.todo.focus_first),
            ("Ctrl+E", self.plans.lead),
            ("Ctrl+K", self.open_finder),
            ("Ctrl+R", self.shell.replay_asked.emit),
            ("Ctrl+Z", self.work.undo),
            ("F1", self.show_keys),
            ("?", self.show_keys),
            ("F11", self.toggle_wall),
            ("Ctrl+L", self._other_theme),
            ("Ctrl+Shift+L", self._other_language),
            ("Ctrl++", lambda: self._letters(0.1)),
            ("Ctrl+=", lambda: self._letters(0.1)),
            ("Ctrl+-", lambda: self._letters(-0.1)),
            ("Ctrl+0", lambda: self.shell.change(text_scale=1.0)),
        )
        for sequence, do in keys:
            self._key(sequence, do)
        self.top.find_asked.connect(self.open_finder)
        self.rail.about_asked.connect(self.show_about)

    def _key(self, sequence: str, do: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(sequence), self)
        shortcut.activated.connect(do)

    def open_finder(self) -> None:
        """Open the finder."""
        if self._finder is None:
            from console.ui.finder import Finder  # noqa: PLC0415  made when first asked for

            self._finder = Finder(self, self._everything)
            self._finder.chosen.connect(self.open_page)
        self._finder.start()

    def _everything(self) -> "list[Found]":
        from console.views.finder import Found, everything  # noqa: PLC0415  as above

        pages = [
            Found(name=render(spec.title), kind=say("Page"), page=spec.key, more=spec.key)
            for spec in self._specs.values()
            if spec.place is Place.RAIL
        ]
        return [found for found in (*pages, *everything(self.shell.view)) if found.page in self._specs]

    def show_keys(self) -> None:
        """Open the keys at a glance."""
        if self._keys is None:
            from console.ui.help import KeyHelp  # noqa: PLC0415  made when first asked for

            self._keys = KeyHelp(self)
        self._keys.start()

    def show_about(self) -> None:
        """Open name, version and licences."""
        if self._about is None:
            from console.ui.help import About  # noqa: PLC0415  made when first asked for

            self._about = About(self)
        self._about.start()

    def show_wordings(self) -> None:
        """Open the agreed wordings in force."""
        if self._wordings is None:
            from console.ui.wordings import Wordings  # noqa: PLC0415  made when first asked for

            self._wordings = Wordings(self)
            self.plans.wordings_changed.connect(self._wordings.show_wordings)
        self._wordings.start(self.plans.banner.wordings)

    def toggle_wall(self) -> None:
        """Open the wall on a screen of its own if there is one, or close it."""
        if self._wall is not None:
            self._wall.close()
            return
        from console.ui.wall import WallWindow, wall_screen  # noqa: PLC0415  opened by few, painted at once

        self._wall = wall = WallWindow(self.shell)
        wall.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wall.closed.connect(self._wall_closed)
        screen = wall_screen(self.shell.preferences.wall_screen, self.screen())
        if screen is not None:
            wall.setScreen(screen)
            wall.setGeometry(screen.geometry())
        wall.showFullScreen()

    def _wall_closed(self) -> None:
        self._wall = None
        self.activateWindow()

    @property
    def wall(self) -> "WallWindow | None":
        """Return the wall while it is open."""
        return self._wall

    def come_forward(self) -> None:
        """Stand before other windows, also from being minimised."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _other_theme(self) -> None:
        self.shell.change(theme="light" if theme.colours().name == "dark" else "dark")

    def _other_language(self) -> None:
        self.shell.change(language="en" if i18n.language() == "zh_CN" else "zh_CN")

    def _letters(self, by: float) -> None:
        self.shell.change(text_scale=round(min(1.6, max(0.8, self.shell.preferences.text_scale + by)), 1))

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
        self.open_page(preferences.page)

    def _keep_splitter(self) -> None:
        self.shell.keep_place("window.splitter", base64.b64encode(self.splitter.saveState().data()).decode())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Give the list its share of the width until somebody has moved the line between."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        if not self.shell.place("window.splitter"):
            share = min(theme.px(theme.TODO_WIDTH), max(theme.px(300), round(self.width() * 0.235)))
            self.splitter.setSizes([self.width() - self.rail.width() - share, share])

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Keep size and places, then close."""
        self.shell.change(geometry=base64.b64encode(self.saveGeometry().data()).decode())
        if self._wall is not None:
            self._wall.close()
        self.shell.save_now()
        self.closed.emit()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language or letters."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.FontChange:
            # The rail has its new width only once its own event has come.
            QTimer.singleShot(0, self, self._share_width)
        super().changeEvent(event)
