"""Figures of the last 30 minutes and of today, side by side."""

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.theme import Type
from console.ui.widgets.panel import paint_card
from console.ui.widgets.table import paint_text
from console.views.queue import FigureLine

LINE = 21


class FigureLines(QWidget):
    """A card of lines: label, last 30 minutes, today; it draws together where it is low."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[FigureLine, ...] = ()
        self._muted = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(theme.px(250))

    def show_lines(self, lines: tuple[FigureLine, ...], *, muted: bool) -> None:
        """Show other figures; the same ones cost nothing."""
        if (lines, muted) != (self._lines, self._muted):
            self._lines, self._muted = lines, muted
            self.setAccessibleDescription("; ".join(f"{render(e.label)} {e.recent} {e.today}" for e in lines))
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of all lines."""
        return QSize(theme.px(300), theme.px(44 + LINE * max(11, len(self._lines))))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the first few."""
        return QSize(theme.px(250), theme.px(150))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card; what finds no room is left out from the end."""
        painter = QPainter(self)
        paint_card(painter, QRectF(self.rect()))
        if self._muted:
            painter.setOpacity(0.5)
        pad, top = theme.px(15), theme.px(36)
        wide = self.width() - 2 * pad
        figure = max(theme.px(52), wide // 6)
        head = QRect(pad, theme.px(9), wide, theme.px(22))
        paint_text(painter, head, tr("Figures"), role="soft")
        paint_text(painter, head.adjusted(0, 0, -figure, 0), tr("30 min"), role="soft", right=True)
        paint_text(painter, head, tr("Today"), role="soft", right=True)
        room = self.height() - top - theme.px(6)
        step = max(theme.px(18), min(theme.px(25), room // max(1, len(self._lines))))
        for place, line in enumerate(self._lines):
            if (place + 1) * step > room:
                break
            where = QRect(pad, top + place * step, wide, step)
            small = Type.SMALL if line.part else Type.BODY
            inset = theme.px(12) if line.part else 0
            label = where.adjusted(inset, 0, -2 * figure, 0)
            paint_text(painter, label, render(line.label), role="faint" if line.part else "soft", kind=small)
            role = "faint" if line.part else "ink"
            paint_text(painter, where.adjusted(0, 0, -figure, 0), line.recent, role=role, kind=small, right=True)
            paint_text(painter, where, line.today, role=role, kind=small, right=True)
