"""A few choices side by side, one of them in force."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui import theme
from console.ui.theme import Type


class Segments(QWidget):
    """Choices by key; arrows or a click choose."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._choices: tuple[tuple[str, str], ...] = ()
        self._current = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def offer(self, choices: tuple[tuple[str, str], ...], current: str) -> None:
        """Show (key, words); fewer than two choices show nothing."""
        if (choices, current) == (self._choices, self._current):
            return
        self._choices, self._current = choices, current
        self.setVisible(len(choices) > 1)
        self.setAccessibleName(dict(choices).get(current, ""))
        self.updateGeometry()
        self.update()

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(theme.font(Type.SMALL))
        return [metrics.horizontalAdvance(words) + theme.px(18) for _, words in self._choices]

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of all choices."""
        return QSize(sum(self._widths()) + 2, theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the choices."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("accent" if self.hasFocus() else "line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setFont(theme.font(Type.SMALL))
        x = 1.0
        for (key, words), width in zip(self._choices, self._widths(), strict=True):
            room = QRectF(x, 1, width, self.height() - 2)
            if key == self._current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("chosen"))
                painter.drawRoundedRect(room, 4, 4)
            painter.setPen(theme.colour("ink" if key == self._current else "soft"))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
            x += width

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Choose what is under the hand."""
        x = 1.0
        for (key, _), width in zip(self._choices, self._widths(), strict=True):
            if x <= event.position().x() < x + width:
                self._choose(key)
            x += width

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Choose with the arrows."""
        keys = [key for key, _ in self._choices]
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or self._current not in keys:
            super().keyPressEvent(event)
            return
        self._choose(keys[max(0, min(len(keys) - 1, keys.index(self._current) + step))])

    def _choose(self, key: str) -> None:
        if key != self._current:
            self.offer(self._choices, key)
            self.chosen.emit(key)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hide the focus."""
        self.update()
        super().focusOutEvent(event)
