"""One big figure with its target beneath."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.i18n import dotted, joined, render
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.panel import paint_card
from console.views.board import Card

MARK = 5


class FigureCard(QWidget):
    """Label, figure and target; a figure that warns or alarms carries the tone's shape as well as its colour."""

    def __init__(self) -> None:
        super().__init__()
        self._card: Card | None = None
        self._muted = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(80)

    def show_card(self, card: Card, *, muted: bool) -> None:
        """Draw another figure; the same one costs nothing."""
        if card == self._card and muted == self._muted:
            return
        self._card, self._muted = card, muted
        self.name_aloud()
        self.update()

    def name_aloud(self) -> None:
        """Say label and figure to screen readers."""
        if self._card is not None:
            unit = render(self._card.unit) if self._card.unit is not None else ""
            self.setAccessibleName(f"{render(self._card.label)} {self._card.value}{unit}")
            self.setAccessibleDescription(joined(self._card.under))
            self.setToolTip(joined((self._card.label, *self._card.under)))

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for label, figure and two lines beneath."""
        return QSize(theme.px(168), theme.px(122))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card."""
        painter = QPainter(self)
        paint_card(painter, QRectF(self.rect()))
        card = self._card
        if card is None:
            return
        if self._muted:
            painter.setOpacity(0.5)
        tone = Tone.CALM if self._muted else card.tone
        pad = theme.px(15) if self.width() > theme.px(140) else theme.px(11)
        inner = self.rect().adjusted(pad, theme.px(12 if self.height() > theme.px(115) else 7), -pad, -theme.px(4))
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour("soft"))
        room = self.label_room(inner.width(), tone)
        words = render(card.label)
        if painter.fontMetrics().horizontalAdvance(words) >= room:
            # Smaller letters first; then without what stands behind the dot, which the tool tip has.
            painter.setFont(theme.font(Type.SMALL))
            whole = painter.fontMetrics().horizontalAdvance(words) < room
            words = words if whole else words.partition("·")[0].strip()
        label = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, label)
        if tone is not Tone.CALM:
            middle = QPointF(inner.right() + 1 - theme.px(MARK), inner.top() + theme.px(9))
            paint_tone_mark(painter, middle, theme.px(MARK), tone)
        self._paint_figure(painter, inner, card, tone)
        painter.setFont(theme.font(Type.SMALL))
        painter.setPen(theme.colour("soft"))
        metrics = painter.fontMetrics()
        for place, line in enumerate(self._under(card, inner.width(), metrics)):
            low = QRect(inner.left(), inner.top() + theme.px(66) + place * theme.px(17), inner.width(), theme.px(18))
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, low.width())
            painter.drawText(low, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)

    @staticmethod
    def label_room(width: int, tone: Tone) -> int:
        """Return the pixels the label has of a card's inner width: the mark of a tone stands beside it, not on it."""
        return width if tone is Tone.CALM else width - theme.px(2 * MARK + 4)

    @staticmethod
    def _under(card: Card, width: int, metrics: QFontMetrics) -> list[str]:
        """Return two lines at most, never broken within a part; what finds no room is in the tool tip."""
        lines: list[str] = []
        for said in card.under:
            part = render(said)
            longer = dotted(lines[-1], part) if lines else part
            if lines and metrics.horizontalAdvance(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(part)
        return lines[:2]

    def _paint_figure(self, painter: QPainter, inner: QRect, card: Card, tone: Tone) -> None:
        zoom = 1.0
        unit = f" {render(card.unit)}" if card.unit is not None else ""
        beside = QFontMetrics(theme.font(Type.TITLE)).horizontalAdvance(unit)
        wide = QFontMetrics(theme.font(Type.FIGURE)).horizontalAdvance(card.value) + beside
        if wide > inner.width():
            zoom = max(0.6, (inner.width() - beside) / max(1, wide - beside))
        painter.setFont(theme.font(Type.FIGURE, zoom=zoom))
        painter.setPen(theme.colour(theme.tone_role(tone)))
        base = inner.top() + theme.px(55)
        painter.drawText(QPointF(inner.left() - 1, base), card.value)
        if unit:
            x = inner.left() + painter.fontMetrics().horizontalAdvance(card.value)
            painter.setFont(theme.font(Type.TITLE))
            painter.setPen(theme.colour("soft"))
            painter.drawText(QPointF(x, base), unit)
