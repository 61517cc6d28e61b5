"""The signs of the timeline: each kind's colour with its name, what is ahead, over time, not asked for."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui import theme
from console.ui.i18n import tr
from console.ui.theme import Type
from console.ui.widgets.gantt import kind_role

SIDE = 11
AHEAD, OVER, UNASKED = "ahead", "over", "unasked"


class KindLegend(QWidget):
    """One line of signs, right-aligned; the last ones go where room is short."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_kinds(self, kinds: tuple[str, ...]) -> None:
        """Show the kinds by their names, in the order of the rules."""
        if kinds != self._kinds:
            self._kinds = kinds
            self.setAccessibleName(", ".join(kinds))
            self.update()

    def retranslate(self) -> None:
        """Draw the words anew."""
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return one line's room."""
        return QSize(theme.px(200), theme.px(22))

    def _signs(self) -> list[tuple[str, str]]:
        kinds = [(kind_role(place), words) for place, words in enumerate(self._kinds)]
        return [*kinds, (AHEAD, tr("ahead")), (OVER, tr("over time")), (UNASKED, tr("not asked for"))]

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the signs that find room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(Type.SMALL))
        metrics = QFontMetrics(theme.font(Type.SMALL))
        side, gap = theme.px(SIDE), theme.px(14)
        signs = self._signs()
        wide = [side + theme.px(5) + metrics.horizontalAdvance(words) + gap for _, words in signs]
        while signs and sum(wide) > self.width():
            signs.pop()
            wide.pop()
        x = self.width() - sum(wide) + gap
        base = (self.height() + metrics.capHeight()) / 2
        for (sign, words), room in zip(signs, wide, strict=True):
            self._paint_sign(painter, QRectF(x, (self.height() - side) / 2, side, side), sign)
            painter.setPen(theme.colour("soft"))
            painter.drawText(QPointF(x + side + theme.px(5), base), words)
            x += room

    @staticmethod
    def _paint_sign(painter: QPainter, where: QRectF, sign: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if sign == AHEAD:
            painter.setBrush(theme.colour("soft", 0.10))
            painter.setPen(QPen(theme.colour("soft"), 1.0, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)
        elif sign in {OVER, UNASKED}:
            role = "warn" if sign == OVER else "alarm"
            painter.setBrush(theme.colour(role, 0.30))
            painter.drawRoundedRect(where, 2.5, 2.5)
            painter.fillRect(where, QBrush(theme.colour(role), Qt.BrushStyle.BDiagPattern))
        else:
            painter.setBrush(theme.colour(sign, 0.75))
            painter.drawRoundedRect(where, 2.5, 2.5)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow other colours."""
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)
