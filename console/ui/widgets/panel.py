"""The card everything stands on."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from console.ui import theme


def paint_card(
    painter: QPainter, where: QRectF, *, ground: str = "panel", line: str = "line", width: float = 1
) -> None:
    """Draw a rounded card, its line inside its edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(line), width))
    painter.setBrush(theme.colour(ground))
    inset = width / 2
    painter.drawRoundedRect(where.adjusted(inset, inset, -inset, -inset), theme.RADIUS, theme.RADIUS)


class Panel(QWidget):
    """A widget on a rounded card."""

    ground = "panel"
    line = "line"

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card."""
        painter = QPainter(self)
        paint_card(painter, QRectF(self.rect()), ground=self.ground, line=self.line)


def clear_port(area: QAbstractScrollArea) -> None:
    """Give a scroll area a see-through port of our own.

    Asking Qt for the one it made would have PySide look through every widget class there is, 15 ms of a start.
    """
    port = QWidget()
    area.setViewport(port)
    port.setAutoFillBackground(False)


class Plain(QWidget):
    """A widget of one flat colour, with a hair line along the edges named (`left`, `right`, `bottom`)."""

    def __init__(self, ground: str = "panel", edges: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._ground, self._edges = ground, edges
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Fill and draw the lines."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(self._ground))
        painter.setPen(theme.colour("line"))
        right, bottom = self.width() - 1, self.height() - 1
        for edge in self._edges:
            if edge == "bottom":
                painter.drawLine(0, bottom, right, bottom)
            else:
                x = 0 if edge == "left" else right
                painter.drawLine(x, 0, x, bottom)
