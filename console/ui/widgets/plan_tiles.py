"""The open runs side by side: name, for whom, how far; arrows choose the one in hand."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.i18n import dotted, render
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.panel import paint_card
from console.ui.widgets.table import LEFT, RIGHT
from console.views.plans import RunRow

TILE, TALL, GAP = 236, 54, 8
_EDGE = {Tone.CALM: "line", Tone.WARN: "warn_line", Tone.ALARM: "alarm_line"}


class RunTiles(QWidget):
    """A tile a run, in as many lines as they need; one run alone needs no tiles."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[RunRow] = []
        self.current = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_runs(self, rows: list[RunRow], current: str) -> None:
        """Show the open runs, one of them in hand."""
        if (rows, current) == (self.rows, self.current):
            return
        many = len(rows) != len(self.rows)
        self.rows, self.current = rows, current
        row = next((row for row in rows if row.id == current), None)
        self.setAccessibleName("" if row is None else dotted(row.name, render(row.subject), render(row.words)))
        self.setVisible(len(rows) > 1)
        if many:
            self._grow()
        self.update()

    def _across(self) -> int:
        return max(1, (self.width() + theme.px(GAP)) // theme.px(TILE + GAP))

    def _grow(self) -> None:
        lines = -(-len(self.rows) // self._across())
        self.setFixedHeight(max(1, lines * theme.px(TALL + GAP) - theme.px(GAP)))

    def _rooms(self) -> list[QRectF]:
        across = self._across()
        wide = min(theme.px(TILE * 1.4), (self.width() - theme.px(GAP) * (across - 1)) / across)
        return [
            QRectF((n % across) * (wide + theme.px(GAP)), (n // across) * theme.px(TALL + GAP), wide, theme.px(TALL))
            for n in range(len(self.rows))
        ]

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of a line."""
        return QSize(theme.px(TILE), theme.px(TALL))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Find as many lines as are needed."""
        super().resizeEvent(event)
        self._grow()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the tiles."""
        painter = QPainter(self)
        for row, room in zip(self.rows, self._rooms(), strict=True):
            at_hand = row.id == self.current
            edge = "accent" if at_hand and self.hasFocus() else _EDGE[row.tone]
            width = 1.6 if at_hand else 1.0
            paint_card(painter, room, ground="chosen" if at_hand else "panel", line=edge, width=width)
            inner = room.adjusted(theme.px(26), theme.px(5), -theme.px(10), -theme.px(5)).toRect()
            paint_tone_mark(painter, QPointF(room.left() + theme.px(14), room.top() + theme.px(16)), 4, row.tone)
            half = inner.height() // 2
            badge = render(row.badge)
            painter.setFont(theme.font(Type.STRONG))
            wide = painter.fontMetrics().horizontalAdvance(badge) + theme.px(8)
            painter.setPen(theme.colour(theme.tone_role(row.tone, calm="soft")))
            painter.drawText(inner.adjusted(0, 0, 0, -half), RIGHT, badge)
            self._words(painter, inner.adjusted(0, 0, -wide, -half), row.name, "ink")
            painter.setFont(theme.font(Type.SMALL))
            self._words(painter, inner.adjusted(0, half, 0, 0), dotted(render(row.subject), render(row.words)), "soft")

    @staticmethod
    def _words(painter: QPainter, room: QRect, text: str, role: str) -> None:
        painter.setPen(theme.colour(role))
        short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, LEFT, short)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take what is under the hand."""
        for row, room in zip(self.rows, self._rooms(), strict=True):
            if room.contains(event.position()):
                self._choose(row.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Choose with the arrows; Enter goes into the run."""
        across = self._across()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -across, Qt.Key.Key_Down: across}
        step = steps.get(Qt.Key(event.key()))
        ids = [row.id for row in self.rows]
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.current in ids:
            self.opened.emit(self.current)
        elif step is None or self.current not in ids:
            super().keyPressEvent(event)
        elif 0 <= ids.index(self.current) + step < len(ids):
            self._choose(ids[ids.index(self.current) + step])

    def _choose(self, run: str) -> None:
        if run != self.current:
            self.chosen.emit(run)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hide the focus."""
        self.update()
        super().focusOutEvent(event)
