"""The pages of the console, and how another one is added.

A page is a widget made once, when it is first opened, by the function its line in `PAGES` names:

    def _agents(shell: Shell) -> Page:
        from console.ui.pages.agents import AgentsPage  # noqa: PLC0415  pages open when needed
        return AgentsPage(shell)

    PageSpec(key="agents", title=say("Agents"), icon="agents", make=_agents, place=Place.RAIL)

- Derive it from `Page` and draw from `shell.view`: `Page.show_view(view)` comes with every newest view while the page
  is on screen and once when it is opened; `Page.tick()` twice a second for ages and waits; `Page.open_at(subject)`
  when somebody came here for a `queue:NAME`, `agent:INTERFACE` or `group:ID` (`shell.go("queue", "queue:support")`).
- A page of several sides under one head derives from `pages.sided.SidedPage` (breaks, plans).
- `place` RAIL pages stand in the left rail and get Ctrl+1..9 in the order of `PAGES`; BEHIND pages are reached from
  others (a drill-down) and Escape leads back. The icon is `resources/icons/<icon>.svg`, 24 x 24, stroke
  `currentColor`.
- What a page shows is made by a pure function in `console/views`, records compared by `is` or `==` so that only what
  changed is painted. Words: `tr("literal {n}", n=..)` here, `say("literal")` in views; each literal gets its line in
  `resources/words/zh_CN.toml` (a test fails otherwise). Set texts in `retranslate()`: it is called when the page is
  opened and at every change of language.
- Colours, letters and lengths come from `console.ui.theme` only (`theme.colour("soft")`, `theme.font(Type.BODY)`,
  `theme.px(15)`); a label's look is `label.setProperty("role", "soft" | "faint" | "title" | "warn" | "alarm")`, a push
  button's `button.setProperty("kind", "strong" | "danger")`. `widgets.panel.Panel` is the card everything stands on,
  `widgets.line.Line` one line of text, `widgets.button.KeyButton` a button that shows its key.
- Preferences: `shell.preferences`, `shell.change(field=..)`; opaque state `shell.keep_place("agents.columns", word)`.
- Waiting for keyring, disk or network: `shell.doors.later(job, then)`, never in the screen's thread.
"""

from collections.abc import Callable
from enum import Enum

import msgspec
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.ui import theme
from console.ui.shell import Shell


class Page(QWidget):
    """One page of the window; see the module's text."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self._framed = shell.view.past
        shell.view_changed.connect(self._frame)

    def show_view(self, view: FloorView) -> None:
        """Draw the newest view."""

    def tick(self) -> None:
        """Let ages and waits grow."""

    def open_at(self, subject: str) -> None:
        """Show what somebody came for."""

    def retranslate(self) -> None:
        """Set every text again."""

    def _frame(self, view: FloorView) -> None:
        if view.past is not self._framed:
            self._framed = view.past
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Frame the past, so that it is never taken for now."""
        if self._framed:
            painter = QPainter(self)
            painter.setPen(QPen(theme.colour("past"), 3, Qt.PenStyle.SolidLine))
            painter.drawRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class Place(Enum):
    """Where a page is reached from."""

    RAIL = "rail"
    BEHIND = "behind"


class PageSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `PAGES`."""

    key: str
    title: Said
    icon: str
    make: Callable[[Shell], Page]
    place: Place = Place.RAIL


def _board(shell: Shell) -> Page:
    from console.ui.pages.board import BoardPage  # noqa: PLC0415  pages open when needed

    return BoardPage(shell)


def _agents(shell: Shell) -> Page:
    from console.ui.pages.agents import AgentsPage  # noqa: PLC0415  pages open when needed

    return AgentsPage(shell)


def _queue(shell: Shell) -> Page:
    from console.ui.pages.queue import QueuePage  # noqa: PLC0415  pages open when needed

    return QueuePage(shell)


def _settings(shell: Shell) -> Page:
    from console.ui.pages.settings import SettingsPage  # noqa: PLC0415  pages open when needed

    return SettingsPage(shell)


def _breaks(shell: Shell) -> Page:
    from console.ui.pages.breaks import BreaksPage  # noqa: PLC0415  pages open when needed

    return BreaksPage(shell)


def _plans(shell: Shell) -> Page:
    from console.ui.pages.plans import PlansPage  # noqa: PLC0415  pages open when needed

    return PlansPage(shell)


PAGES: tuple[PageSpec, ...] = (
    PageSpec(key="board", title=say("Board"), icon="board", make=_board),
    PageSpec(key="breaks", title=say("Breaks"), icon="breaks", make=_breaks),
    PageSpec(key="plans", title=say("Plans"), icon="plans", make=_plans),
    PageSpec(key="agents", title=say("Agents"), icon="agents", make=_agents),
    PageSpec(key="settings", title=say("Settings"), icon="settings", make=_settings),
    PageSpec(key="queue", title=say("Queue"), icon="queue", make=_queue, place=Place.BEHIND),
)
