"""The curve of the day: people waiting and their mean wait, the emergency line, now, and what may come."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

import msgspec
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, Seconds
from console.ui import theme
from console.ui.i18n import tr
from console.ui.theme import Type
from console.ui.widgets.line import Line
from console.ui.widgets.panel import paint_card
from console.ui.widgets.segments import Segments
from console.views.curve import Plot, nice_top, plot, time_marks

STEP_S = 5.0
AHEAD_S = 1800.0


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """One moment of a forecast: people waiting, most likely and the band they will stay in."""

    at: Instant
    low: float
    middle: float
    high: float


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """What the drawing shows."""

    points: Sequence[CurvePoint] = ()
    limit: int | None = None
    begin: Instant = 0.0
    now: Instant = 0.0
    expected: Sequence[Expected] = ()
    zone: tzinfo = UTC
    muted: bool = False


class CurveDrawing(QWidget):
    """The drawing alone, kept as a picture until something in it is another."""

    def __init__(self) -> None:
        super().__init__()
        self._curve = Curve()
        self._picture: QPixmap | None = None
        self.setMinimumHeight(theme.px(96))

    def show_curve(self, curve: Curve) -> None:
        """Draw another curve; the same points within the same five seconds cost nothing."""
        old = self._curve
        same = (
            curve.points is old.points
            and curve.expected is old.expected
            and (curve.limit, curve.muted, curve.zone) == (old.limit, old.muted, old.zone)
            and curve.now // STEP_S == old.now // STEP_S
            and abs(curve.begin - old.begin) < STEP_S
        )
        if not same:
            self._curve = curve
            self.redraw()

    def redraw(self) -> None:
        """Forget the picture."""
        self._picture = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the picture, made anew only where needed."""
        ratio = self.devicePixelRatioF()
        picture = self._picture
        if picture is None or picture.deviceIndependentSize().toSize() != self.size():
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter)
            painter.end()
            self._picture = picture
        QPainter(self).drawPixmap(0, 0, picture)

    def _draw(self, painter: QPainter) -> None:
        curve = self._curve
        painter.setFont(theme.font(Type.SMALL))
        metrics = painter.fontMetrics()
        side = metrics.horizontalAdvance("8:88") + theme.px(8)
        area = QRectF(self.rect()).adjusted(side, theme.px(18), -side, -metrics.height() - theme.px(7))
        if area.width() < 60 or area.height() < 30:
            return
        if curve.muted:
            painter.setOpacity(0.45)
        end = curve.now + (AHEAD_S if curve.expected else max(60.0, (curve.now - curve.begin) * 0.02))
        columns = int(area.width())
        waiting = plot(curve.points, curve.begin, curve.now, columns, lambda p: p.waiting)
        wait = plot(curve.points, curve.begin, curve.now, columns, lambda p: p.mean_wait_s)
        people = nice_top(max(waiting.highest, *(e.high for e in curve.expected), curve.limit or 0, 4.0))
        seconds = nice_top(wait.highest, 30.0)
        across = area.width() / max(1.0, end - curve.begin)
        _Canvas(painter, area, curve, across, end).draw(waiting, wait, people, seconds)


class _Canvas:
    """One drawing of the curve: the painter, the room and the measures of both axes."""

    def __init__(self, painter: QPainter, area: QRectF, curve: Curve, across: float, end: Instant) -> None:
        self.painter, self.area, self.curve, self.across, self.end = painter, area, curve, across, end

    def draw(self, waiting: Plot, wait: Plot, people: float, seconds: float) -> None:
        self._ground(people, seconds)
        self._times()
        self._expected(people)
        self._line(wait, seconds, "warn", 1.2)
        self._line(waiting, people, "accent", 1.7)
        self._limit(people)
        self._now()
        if not waiting.stretches:
            self.painter.setPen(theme.colour("faint"))
            self.painter.drawText(self.area, Qt.AlignmentFlag.AlignCenter, tr("No figures for this time yet"))

    def _x(self, since_begin: Seconds) -> float:
        return self.area.left() + since_begin * self.across

    def _y(self, value: float, top: float) -> float:
        return self.area.bottom() - self.area.height() * value / top

    def _ground(self, people: float, seconds: float) -> None:
        painter, area = self.painter, self.area
        painter.setFont(theme.font(Type.SMALL))
        steps = 2 if area.height() < theme.px(120) else 4
        for step in range(steps + 1):
            y = self._y(step, steps)
            painter.setPen(QPen(theme.colour("line", 0.75 if step else 1.0), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if step == 0 or (step % 2 and steps == 4):
                continue
            room = QRectF(0, y - 10, area.left() - theme.px(6), 20)
            painter.setPen(theme.colour("accent"))
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{people * step / steps:g}"
            )
            room = QRectF(area.right() + theme.px(6), y - 10, area.left(), 20)
            painter.setPen(theme.colour("warn"))
            painter.drawText(
                room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{seconds * step / steps:g}"
            )

    def _times(self) -> None:
        painter, area, curve = self.painter, self.area, self.curve
        painter.setPen(theme.colour("faint"))
        offset = datetime.fromtimestamp(curve.now, curve.zone).utcoffset()
        for mark in time_marks(curve.begin, self.end, area.width(), offset.total_seconds() if offset else 0.0):
            x = self._x(mark - curve.begin)
            text = datetime.fromtimestamp(mark, curve.zone).strftime("%H:%M")
            half = painter.fontMetrics().horizontalAdvance(text) / 2
            left = max(area.left(), min(x - half, area.right() - 2 * half))
            painter.drawText(QPointF(left, area.bottom() + painter.fontMetrics().ascent() + theme.px(6)), text)

    def _line(self, drawn: Plot, top: float, role: str, width: float) -> None:
        self.painter.setPen(
            QPen(theme.colour(role), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        for stretch in drawn.stretches:
            points = [QPointF(self._x(at), self._y(value, top)) for at, value in stretch]
            if len(points) == 1:
                self.painter.drawPoint(points[0])
            else:
                self.painter.drawPolyline(points)

    def _expected(self, people: float) -> None:
        expected, begin, painter = self.curve.expected, self.curve.begin, self.painter
        if not expected:
            return
        upper = [QPointF(self._x(e.at - begin), self._y(e.high, people)) for e in expected]
        lower = [QPointF(self._x(e.at - begin), self._y(e.low, people)) for e in reversed(expected)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("forecast"))
        painter.drawPolygon(QPolygonF(upper + lower))
        painter.setPen(QPen(theme.colour("accent"), 1, Qt.PenStyle.DashLine))
        painter.drawPolyline([QPointF(self._x(e.at - begin), self._y(e.middle, people)) for e in expected])

    def _limit(self, people: float) -> None:
        limit, painter = self.curve.limit, self.painter
        if limit is None or limit <= 0:
            return
        y = self._y(limit, people)
        painter.setPen(QPen(theme.colour("alarm"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(self.area.left(), y), QPointF(self.area.right(), y))
        text = tr("Emergency line {limit} people", limit=limit)
        room = QRectF(
            self.area.left() + theme.px(5),
            y - theme.px(19),
            QFontMetrics(painter.font()).horizontalAdvance(text) + 8,
            theme.px(17),
        )
        painter.fillRect(room, theme.colour("panel", 0.8))
        painter.setPen(theme.colour("alarm"))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _now(self) -> None:
        x, painter = self._x(self.curve.now - self.curve.begin), self.painter
        painter.setPen(QPen(theme.colour("soft"), 1))
        painter.drawLine(QPointF(x, self.area.top() - theme.px(14)), QPointF(x, self.area.bottom()))
        if self.curve.muted:
            moment = datetime.fromtimestamp(self.curve.now, self.curve.zone)
            text = tr("as of {time}", time=moment.strftime("%H:%M:%S"))
        else:
            text = tr("now · next 30 minutes expected") if self.curve.expected else tr("now")
        wide = painter.fontMetrics().horizontalAdvance(text)
        left = x + theme.px(6) if self.curve.expected else x - wide - theme.px(6)
        painter.drawText(QPointF(left, self.area.top() - theme.px(4)), text)


class DayCurve(QWidget):
    """The panel: title, legend and choices above, the drawing beneath; `corner` takes the replay's slider."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Line(Type.BODY, "soft")
        self.people = Line(Type.BODY, "accent")
        self.wait = Line(Type.BODY, "warn")
        self.channels = Segments()
        self.spans = Segments()
        self.drawing = CurveDrawing()
        self.corner = QHBoxLayout()
        head = QHBoxLayout()
        head.setSpacing(theme.px(13))
        for line in (self.title, self.people, self.wait):
            head.addWidget(line)
        head.addStretch(1)
        head.addLayout(self.corner)
        head.addWidget(self.channels)
        head.addWidget(self.spans)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(15), theme.px(9), theme.px(9), theme.px(9))
        column.setSpacing(theme.px(5))
        column.addLayout(head)
        column.addWidget(self.drawing, 1)

    def retranslate(self, channel: str) -> None:
        """Set the words above the drawing; `channel` is the name of the one shown."""
        self.title.say(tr("Waiting and wait · {channel}", channel=channel))
        self.people.say("━ " + tr("people waiting"))
        self.wait.say("─ " + tr("average wait (s)"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card."""
        paint_card(QPainter(self), QRectF(self.rect()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Draw anew in other colours or words."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self.drawing.redraw()
        super().changeEvent(event)
