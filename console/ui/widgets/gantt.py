"""Today's breaks as bars in lanes, group by group, with how many may be away drawn over them, and now."""

from datetime import UTC, datetime, tzinfo

import msgspec
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from console.core.floor.model import Instant
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.views.break_timeline import Band, Bar, BarKind, occupied_until
from console.views.curve import time_marks
from console.views.words import clock

HEAD = 138
AXIS = 22
LANE, LEAST_LANE = 18, 8
BAND_PAD = 12
SLIGHT_S = 180.0
"""A break of the past that was no longer over its time than this is drawn like any other."""
KIND_ROLES = ("talking", "available", "ringing", "wrap_up", "past", "paused")
"""The colour of a kind by its place among the rules; its name stands on the bar, so colour is never the only sign."""


class GanttView(msgspec.Struct, frozen=True, kw_only=True):
    """What the drawing shows."""

    bands: tuple[Band, ...] = ()
    begin: Instant = 0.0
    end: Instant = 1.0
    now: Instant = 0.0
    zone: tzinfo = UTC
    muted: bool = False


def kind_role(rank: int) -> str:
    """Return the colour of a kind."""
    return KIND_ROLES[rank % len(KIND_ROLES)]


class Gantt(QWidget):
    """The drawing; arrows go from bar to bar, a click or the focus takes one in hand."""

    chosen = Signal(str)
    opened = Signal(str)
    went_to = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._shown = GanttView()
        self._current = ""
        self._places: list[tuple[QRectF, Bar, str]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(theme.px(150))

    def show_view(self, shown: GanttView) -> None:
        """Draw another moment; what is the same within a pixel costs nothing."""
        old = self._shown
        moved = abs(shown.now - old.now) >= (shown.end - shown.begin) / max(self.width(), 1)
        wide = (shown.end - shown.begin) - (old.end - old.begin)
        if not moved and not wide and (shown.bands, shown.zone, shown.muted) == (old.bands, old.zone, old.muted):
            return
        self._shown = shown
        lanes = sum(self._lanes(band) for band in shown.bands)
        self.setMinimumHeight(theme.px(AXIS) + lanes * theme.px(LEAST_LANE) + len(shown.bands) * theme.px(BAND_PAD))
        self._place()
        self.update()

    @property
    def current(self) -> str:
        """Return the break in hand, empty for none."""
        return self._current

    def choose(self, break_id: str) -> None:
        """Take a break in hand without saying so."""
        if break_id != self._current:
            self._current = break_id
            self.update()

    # -- where everything is ------------------------------------------------------------------------------------------

    def _x(self, at: Instant) -> float:
        shown, left = self._shown, float(theme.px(HEAD))
        share = (at - shown.begin) / max(1.0, shown.end - shown.begin)
        return left + share * (self.width() - left - theme.px(8))

    def _lanes(self, band: Band) -> int:
        return max(band.lanes, min(band.limits[0][1], 6) if band.limits else 1, 1)

    def _lane_height(self) -> float:
        lanes = sum(self._lanes(band) for band in self._shown.bands)
        room = self.height() - theme.px(AXIS) - len(self._shown.bands) * theme.px(BAND_PAD)
        return max(float(theme.px(LEAST_LANE)), min(float(theme.px(LANE)), room / max(1, lanes)))

    def _tops(self) -> list[tuple[Band, float, float]]:
        """Return each band with its top and its baseline."""
        high, y, found = self._lane_height(), float(theme.px(AXIS)), []
        for band in self._shown.bands:
            base = y + self._lanes(band) * high + theme.px(BAND_PAD) / 2
            found.append((band, y, base))
            y = base + theme.px(BAND_PAD) / 2
        return found

    def _place(self) -> None:
        high = self._lane_height()
        gap = 2.0 if high > theme.px(12) else 1.0
        places = []
        for band, _, base in self._tops():
            for bar in band.bars:
                left = max(self._x(bar.begin), float(theme.px(HEAD)))
                right = min(self._x(occupied_until(bar)), float(self.width() - theme.px(8)))
                top = base - (bar.lane + 1) * high
                places.append((QRectF(left, top + gap / 2, max(3.0, right - left), high - gap), bar, band.group))
        self._places = places

    # -- drawing ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw axis, bands, bars, limits and now."""
        painter = QPainter(self)
        if self._shown.muted:
            painter.setOpacity(0.55)
        self._paint_axis(painter)
        for band, top, base in self._tops():
            self._paint_band(painter, band, top, base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for where, bar, _ in self._places:
            self._paint_bar(painter, where, bar)
        for band, _, base in self._tops():
            self._paint_limits(painter, band, base)
        self._paint_now(painter)

    def _paint_axis(self, painter: QPainter) -> None:
        shown = self._shown
        painter.setFont(theme.font(Type.SMALL))
        metrics = painter.fontMetrics()
        room = self.width() - theme.px(HEAD)
        offset = datetime.fromtimestamp(shown.begin, shown.zone).utcoffset()
        offset_s = 0.0 if offset is None else offset.total_seconds()
        marks = time_marks(shown.begin, shown.end, room, offset_s, apart=theme.px(84))
        now_x, hair = self._x(shown.now), theme.colour("line", 0.55)
        for at in marks:
            x = round(self._x(at))
            painter.fillRect(x, theme.px(AXIS) - 3, 1, self.height() - theme.px(AXIS) + 3, hair)
            words = datetime.fromtimestamp(at, shown.zone).strftime("%H:%M")
            painter.setPen(theme.colour("faint"))
            wide = metrics.horizontalAdvance(words)
            if abs(x - now_x) > wide:
                painter.drawText(QPointF(x - wide / 2, theme.px(AXIS) - theme.px(8)), words)

    def _paint_band(self, painter: QPainter, band: Band, top: float, base: float) -> None:
        foot = round(base + theme.px(BAND_PAD) / 2)
        painter.fillRect(0, foot, self.width(), 1, theme.colour("line"))
        wide = theme.px(HEAD) - theme.px(14)
        middle = (top + base) / 2
        painter.setFont(theme.font(Type.STRONG))
        painter.setPen(theme.colour("ink"))
        name = painter.fontMetrics().elidedText(band.name, Qt.TextElideMode.ElideRight, wide)
        tall = base - top > theme.px(30)
        height = painter.fontMetrics().height()
        first = middle - (height if tall else height / 2)
        painter.drawText(QRectF(0, first, wide, height), Qt.AlignmentFlag.AlignLeft, name)
        if not tall:
            return
        limit = band.limits[0][1] if band.limits else 0
        over = bool(band.limits) and band.away > limit
        painter.setFont(theme.font(Type.SMALL))
        painter.setPen(theme.colour("warn" if over else "soft"))
        words = tr("Away {away} / limit {limit}", away=band.away, limit=limit)
        under = QRectF(0, middle + 1, wide, painter.fontMetrics().height())
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft, words)

    def _paint_bar(self, painter: QPainter, where: QRectF, bar: Bar) -> None:
        role = "alarm" if bar.how is BarKind.UNASKED else kind_role(bar.rank)
        now_x = self._x(self._shown.now)
        radius = min(3.5, where.height() / 3)
        ahead = bar.how is BarKind.AHEAD
        painter.setPen(Qt.PenStyle.NoPen)
        if bar.how is BarKind.NOW and where.right() > now_x:
            painter.setBrush(theme.colour(role, 0.16))
            painter.drawRoundedRect(where, radius, radius)
        done = QRectF(where)
        done.setRight(min(where.right(), max(where.left() + 3, self._x(bar.end))))
        if not ahead:
            painter.setBrush(theme.colour(role, 0.34 if bar.how is BarKind.PAST else 0.62))
            painter.drawRoundedRect(done, radius, radius)
        else:
            painter.setBrush(theme.colour(role, 0.10))
            painter.setPen(QPen(theme.colour(role), 1.0, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if bar.over and bar.due is not None and (bar.how is BarKind.NOW or bar.end - bar.due >= SLIGHT_S):
            late = QRectF(done)
            late.setLeft(max(done.left(), self._x(bar.due)))
            self._paint_hatched(painter, late, "alarm" if bar.how is BarKind.NOW else "warn")
        elif bar.how is BarKind.UNASKED:
            self._paint_hatched(painter, done, "alarm")
        if bar.id == self._current:
            painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "ink"), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(where.adjusted(-1, -1, 1, 1), radius + 1, radius + 1)
        self._paint_words(painter, where, bar)

    @staticmethod
    def _paint_hatched(painter: QPainter, where: QRectF, role: str) -> None:
        if where.width() < 1:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role, 0.30))
        painter.drawRect(where)
        painter.fillRect(where, QBrush(theme.colour(role), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(theme.colour(role), 1.2))
        painter.drawLine(where.topLeft(), where.bottomLeft())

    @staticmethod
    def _paint_words(painter: QPainter, where: QRectF, bar: Bar) -> None:
        if where.height() < theme.px(13) or where.width() < theme.px(26):
            return
        painter.setFont(theme.font(Type.SMALL, zoom=0.92))
        metrics = painter.fontMetrics()
        room = where.width() - theme.px(8)
        words = dotted(bar.name, render(bar.words))
        if metrics.horizontalAdvance(words) > room:
            words = bar.name
        if metrics.horizontalAdvance(words) > room:
            return
        painter.setPen(theme.colour("soft" if bar.how is BarKind.AHEAD else "ink"))
        inner = where.adjusted(theme.px(4), 0, 0, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def limit_span(self) -> tuple[float, float] | None:
        """Return where limits are drawn, from now on: how many seats were on shift before, nobody has kept."""
        left, right = max(theme.px(HEAD), self._x(self._shown.now)), self.width() - theme.px(8)
        return (left, right) if left < right else None

    def _paint_limits(self, painter: QPainter, band: Band, base: float) -> None:
        span = self.limit_span()
        if span is None:
            return
        high, (left, right) = self._lane_height(), span
        lanes = self._lanes(band)
        painter.setFont(theme.font(Type.SMALL, zoom=0.86))
        metrics = painter.fontMetrics()
        above = float(self.height())
        for place, (words, most) in enumerate(band.limits):
            y = base - most * high
            # Two limits of a small group are a pixel or two apart: the lower one is the one that counts.
            if most > lanes or above - y < metrics.height() * 0.85:
                break
            above = y
            role = "warn" if place == 0 else "faint"
            painter.setPen(QPen(theme.colour(role, 0.9), 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            label = tr("limit {limit} ({kind})", limit=most, kind=render(words))
            wide = metrics.horizontalAdvance(label)
            beneath = QRectF(right - wide - 3, y - metrics.height(), wide + 6, metrics.height() - 1)
            painter.fillRect(beneath, theme.colour("panel", 0.82))
            painter.setPen(theme.colour(role))
            painter.drawText(QPointF(right - wide, y - 2), label)

    def _paint_now(self, painter: QPainter) -> None:
        shown = self._shown
        if not shown.begin <= shown.now <= shown.end:
            return
        x = self._x(shown.now)
        painter.setPen(QPen(theme.colour("ink"), 1.0))
        painter.drawLine(QPointF(x, theme.px(AXIS) - 4), QPointF(x, self.height()))
        painter.setFont(theme.font(Type.SMALL))
        words = tr("now")
        wide = painter.fontMetrics().horizontalAdvance(words) + theme.px(6)
        where = QRectF(x - wide / 2, 0, wide, theme.px(AXIS) - 4)
        painter.fillRect(where, theme.colour("panel"))
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, words)

    # -- the hand -----------------------------------------------------------------------------------------------------

    def _under(self, point: QPointF) -> Bar | None:
        return next((bar for where, bar, _ in reversed(self._places) if where.contains(point)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take the bar under the hand."""
        bar = self._under(event.position())
        self._take(bar.id if bar is not None else "")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Open the agent."""
        bar = self._under(event.position())
        if bar is not None:
            self.opened.emit(bar.id)

    def _take(self, break_id: str) -> None:
        self._current = break_id
        self.chosen.emit(break_id)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go along a group's bars with left and right, to the next group with up and down."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        jump = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if not self._places or (step is None and jump is None):
            super().keyPressEvent(event)
            return
        bar = self._beside(step) if step is not None else self._in_next_group(jump or 1)
        self._take(bar.id)
        where = next(rect.center().toPoint() for rect, each, _ in self._places if each.id == bar.id)
        self.went_to.emit(where.x(), where.y())
        self.setAccessibleName(dotted(bar.name, render(bar.words)))

    def _here(self) -> tuple[Bar, str]:
        found = next(((bar, group) for _, bar, group in self._places if bar.id == self._current), None)
        if found is not None:
            return found
        live = [(bar, group) for _, bar, group in self._places if bar.how is not BarKind.PAST]
        return live[0] if live else (self._places[-1][1], self._places[-1][2])

    def _beside(self, step: int) -> Bar:
        bar, group = self._here()
        if not self._current:
            return bar
        row = sorted((each for _, each, g in self._places if g == group), key=lambda each: (each.begin, each.id))
        place = next(n for n, each in enumerate(row) if each.id == bar.id)
        return row[max(0, min(len(row) - 1, place + step))]

    def _in_next_group(self, jump: int) -> Bar:
        bar, group = self._here()
        groups = list(dict.fromkeys(g for _, _, g in self._places))
        place = groups.index(group) + jump
        if not 0 <= place < len(groups):
            return bar
        row = [each for _, each, g in self._places if g == groups[place]]
        return min(row, key=lambda each: abs(each.begin - bar.begin))

    def event(self, event: QEvent) -> bool:
        """Tell more about the bar under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bar = self._under(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if bar is None else self._told(bar), self)
            return True
        return super().event(event)

    def _told(self, bar: Bar) -> str:
        def time(at: Instant) -> str:
            return datetime.fromtimestamp(at, self._shown.zone).strftime("%H:%M")

        span = f"{time(bar.begin)}–{time(occupied_until(bar))}"
        over = tr("{over} over time", over=clock(bar.end - bar.due)) if bar.over and bar.due is not None else ""
        return dotted(bar.name, render(bar.words), span, over)

    def resizeEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        """Place the bars anew."""
        self._place()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room all lanes like to have."""
        lanes = sum(self._lanes(band) for band in self._shown.bands)
        high = theme.px(AXIS) + lanes * theme.px(LANE) + len(self._shown.bands) * theme.px(BAND_PAD)
        return QSize(theme.px(600), high)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hide the focus."""
        self.update()
        super().focusOutEvent(event)
