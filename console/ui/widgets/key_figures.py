"""A few figures in a row of cards: what it is, how much, and what that is measured from."""

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui import theme
from console.ui.i18n import render
from console.ui.theme import Type
from console.ui.widgets.panel import paint_card
from console.ui.widgets.table import paint_text
from console.views.plan_report import KeyFigure


class KeyFigures(QWidget):
    """The row; every card is as wide as the next."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: tuple[KeyFigure, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figures(self, figures: tuple[KeyFigure, ...]) -> None:
        """Show other figures."""
        if figures != self.figures:
            self.figures = figures
            self.setAccessibleDescription("; ".join(f"{render(each.label)} {each.value}" for each in figures))
            self.setToolTip("\n".join(render(each.under) for each in figures if each.under is not None))
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of the cards."""
        return QSize(theme.px(600), theme.px(92))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the cards."""
        painter = QPainter(self)
        gap, count = theme.px(9), max(1, len(self.figures))
        wide = (self.width() - gap * (count - 1)) / count
        for place, each in enumerate(self.figures):
            where = QRectF(place * (wide + gap), 0, wide, self.height())
            role = theme.tone_role(each.tone)
            paint_card(painter, where, line="line" if role == "ink" else f"{role}_line")
            inner = where.toRect().adjusted(theme.px(12), theme.px(9), -theme.px(8), -theme.px(9))
            paint_text(painter, _top(inner, Type.SMALL, 0), render(each.label), role="soft", kind=Type.SMALL)
            paint_text(painter, _top(inner, Type.COUNT, theme.px(21)), each.value, role=role, kind=Type.COUNT)
            if each.under is not None:
                paint_text(
                    painter, _top(inner, Type.SMALL, theme.px(53)), render(each.under), role="faint", kind=Type.SMALL
                )


def _top(inner: QRect, kind: Type, down: int) -> QRect:
    return QRect(inner.left(), inner.top() + down, inner.width(), QFontMetrics(theme.font(kind)).height())
