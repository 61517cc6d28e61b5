"""Marks that say a tone or a state by shape as well as by colour."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from console.core.floor.model import AgentStatus
from console.core.floor.policy import Tone
from console.ui import theme


def paint_tone_mark(painter: QPainter, middle: QPointF, radius: float, tone: Tone, role: str | None = None) -> None:
    """Draw a tone as shape and colour: calm a disc, warn a triangle, alarm a diamond."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(role or theme.tone_role(tone, calm="calm")))
    x, y, r = middle.x(), middle.y(), radius
    if tone is Tone.CALM:
        painter.drawEllipse(middle, r, r)
    elif tone is Tone.WARN:
        r *= 1.25
        painter.drawPolygon(QPolygonF([QPointF(x, y - r), QPointF(x + r, y + r * 0.8), QPointF(x - r, y + r * 0.8)]))
    else:
        r *= 1.35
        painter.drawPolygon(QPolygonF([QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r), QPointF(x - r, y)]))


def paint_seat(painter: QPainter, where: QRectF, status: AgentStatus) -> None:
    """Draw a seat: a square in its state's colour with a sign in it, hollow where nobody sits.

    available plain, talking a dot, ringing a ring, wrap-up a dash, away two bars, phone off a cross, signed out hollow.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    role, side = theme.status_role(status), where.width()
    radius = max(1.5, side * 0.2)
    if status in (AgentStatus.SIGNED_OUT, AgentStatus.UNAVAILABLE):
        painter.setPen(QPen(theme.colour(role), max(1.0, side * 0.09)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(where.adjusted(0.7, 0.7, -0.7, -0.7), radius, radius)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role))
        painter.drawRoundedRect(where, radius, radius)
    _paint_sign(painter, where, status)


def _paint_sign(painter: QPainter, where: QRectF, status: AgentStatus) -> None:
    side, middle = where.width(), where.center()
    sign = theme.colour("sign", 0.82)
    x, y = middle.x(), middle.y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(sign)
    if status is AgentStatus.TALKING:
        painter.drawEllipse(middle, side * 0.14, side * 0.14)
    elif status is AgentStatus.PAUSED:
        tall, wide = side * 0.42, side * 0.12
        for left in (x - wide * 1.6, x + wide * 0.6):
            painter.drawRect(QRectF(left, y - tall / 2, wide, tall))
    elif status is AgentStatus.WRAP_UP:
        painter.drawRect(QRectF(x - side * 0.25, y - side * 0.06, side * 0.5, side * 0.12))
    elif status is AgentStatus.RINGING:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(sign, side * 0.12))
        painter.drawEllipse(middle, side * 0.22, side * 0.22)
    elif status is AgentStatus.UNAVAILABLE:
        painter.setPen(QPen(theme.colour(theme.status_role(status)), max(1.0, side * 0.1)))
        reach = side * 0.2
        painter.drawLine(QPointF(x - reach, y - reach), QPointF(x + reach, y + reach))
        painter.drawLine(QPointF(x - reach, y + reach), QPointF(x + reach, y - reach))
