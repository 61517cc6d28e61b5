"""Ctrl+K: a few letters lead to any page, group, queue or agent."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.core.words import Said
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.icons import paint_icon
from console.ui.theme import Type
from console.ui.widgets.overlay import Overlay
from console.views.finder import Found, find

_ICONS = {"queue": "queue", "agents": "agents"}
_ROW = 38


class Hits(QWidget):
    """What was found, one row each."""

    taken = Signal(int)

    def __init__(self, *, hint: Said | None = None) -> None:
        super().__init__()
        self._hint = hint
        self.found: list[Found] = []
        self.current = 0
        self.searched = False

    def show_found(self, found: list[Found], *, searched: bool) -> None:
        """Show another result."""
        self.found, self.current, self.searched = found, 0, searched
        self.update()

    def step(self, by: int) -> None:
        """Go up or down."""
        if self.found:
            self.current = (self.current + by) % len(self.found)
            self.setAccessibleName(self.found[self.current].name)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take what is under the hand."""
        place = int(event.position().y() // theme.px(_ROW))
        if place < len(self.found):
            self.taken.emit(place)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the rows, or that there is nothing."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = theme.px(_ROW)
        painter.setFont(theme.font(Type.BODY))
        if not self.found:
            painter.setPen(theme.colour("soft"))
            hint = tr("A name, a number, a queue, a page") if self._hint is None else render(self._hint)
            text = tr("Nothing here has this name") if self.searched else hint
            painter.drawText(QRectF(theme.px(8), 0, self.width(), high), Qt.AlignmentFlag.AlignVCenter, text)
            return
        for place, found in enumerate(self.found):
            row = QRectF(0, place * high, self.width(), high)
            if place == self.current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("chosen"))
                painter.drawRoundedRect(row, 6, 6)
            side = theme.px(18)
            where = QRectF(theme.px(9), row.center().y() - side / 2, side, side)
            paint_icon(painter, _ICONS.get(found.page, "board"), where, theme.colour("soft"))
            painter.setPen(theme.colour("soft"))
            kind = render(found.kind)
            right = row.adjusted(0, 0, -theme.px(10), 0)
            painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, kind)
            wide = row.width() - theme.px(60) - painter.fontMetrics().horizontalAdvance(kind)
            painter.setPen(theme.colour("ink"))
            name = painter.fontMetrics().elidedText(found.name, Qt.TextElideMode.ElideRight, int(wide))
            base = row.center().y() + painter.fontMetrics().capHeight() / 2
            painter.drawText(QPointF(theme.px(36), base), name)


class Finder(Overlay):
    """The card: a line to type into, what was found beneath; Enter goes there."""

    chosen = Signal(str, str)

    def __init__(self, over: QWidget, everything: Callable[[], list[Found]]) -> None:
        super().__init__(over, QSize(620, 540))
        self._everything = everything
        self._among: list[Found] = []
        self.line = QLineEdit()
        self.line.setFont(theme.font(Type.ROW))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.hits = Hits()
        self.hits.taken.connect(self._take)
        self.column.addWidget(self.line)
        self.column.addWidget(self.hits, 1)

    def start(self) -> None:
        """Open with an empty line; what can be found is what is on the floor now."""
        self._among = self._everything()
        self.line.setPlaceholderText(tr("Find a queue or an agent"))
        self.line.clear()
        self.hits.show_found([], searched=False)
        self.open(self.line)

    def _search(self, words: str) -> None:
        self.hits.show_found(list(find(words, self._among)), searched=bool(words.strip()))

    def _take(self, place: int) -> None:
        if 0 <= place < len(self.hits.found):
            found = self.hits.found[place]
            self.close_card()
            self.chosen.emit(found.page, found.subject)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Arrows and Enter work from within the line."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.hits.step(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.hits.current)
                return True
        return super().eventFilter(watched, event)
