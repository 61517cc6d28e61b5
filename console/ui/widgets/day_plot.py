"""The curve of the day in pyqtgraph; loaded after the first paint only, for its import costs a start too much."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPen
from PySide6.QtWidgets import QWidget

from console.core.floor.model import Instant
from console.ui import theme
from console.ui.i18n import tr
from console.ui.theme import Type
from console.ui.widgets.panel import clear_port
from console.views.curve import Plot, nice_top, plot, time_marks

if TYPE_CHECKING:
    from console.ui.widgets.day_curve import Curve

AHEAD_S = 1800.0
QUARTERS = 4
MUTED = 0.45

Numbers = npt.NDArray[np.float64]


class DayPlot:
    """People waiting on the left axis, their mean wait in seconds on the right, time beneath; nothing to drag or turn.

    Lengths are pixels of the screen, the values of time seconds since the left edge.
    """

    def __init__(self, parent: QWidget) -> None:
        self.widget: Any = pg.PlotWidget(parent, background=None, enableMenu=False)
        clear_port(self.widget)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        item = self.widget.plotItem
        item.hideButtons()
        item.layout.setContentsMargins(0, 0, 0, 0)
        self._item, self._box = item, item.vb
        self._wait_box = pg.ViewBox(enableMenu=False)
        self._wait_box.setZValue(-1)  # under the line of people
        item.scene().addItem(self._wait_box)
        item.showAxis("right")
        self._axes = {side: item.getAxis(side) for side in ("left", "right", "bottom")}
        self._axes["right"].linkToView(self._wait_box)
        for box in (self._box, self._wait_box):
            box.setMouseEnabled(False, False)
            box.disableAutoRange()
            box.setDefaultPadding(0)
        self._box.sigResized.connect(self._follow)
        self._ground = [pg.InfiniteLine(angle=0) for _ in range(QUARTERS + 1)]
        self._low, self._high = pg.PlotCurveItem(pen=None), pg.PlotCurveItem(pen=None)
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._middle = pg.PlotCurveItem(antialias=True)
        # Their weight comes of shadows a part of a pixel aside: one pen of 1.7 pixels takes forty times as long.
        self._shadows, self._wait_shadows = [_curve(), _curve()], [_curve()]
        self.people, self.wait = _curve(), _curve()
        label: dict[str, Any] = {"labelOpts": {"position": 0.0, "anchors": [(0, 1), (0, 1)]}, "label": ""}
        self.limit = pg.InfiniteLine(angle=0, **label)
        label["labelOpts"] = {"position": 1.0, "anchors": [(1, 0), (1, 0)]}
        self.now = pg.InfiniteLine(angle=90, **label)
        self.nothing = pg.TextItem(anchor=(0.5, 0.5))
        self.marks: list[pg.InfiniteLine] = []
        lines = (*self._shadows, self.people, self.limit, self.now)
        for part in (*self._ground, self._band, self._middle, *lines, self.nothing):
            self._box.addItem(part, ignoreBounds=True)
        for part in (*self._wait_shadows, self.wait):
            self._wait_box.addItem(part, ignoreBounds=True)
        self._fade = 1.0

    def draw(self, curve: "Curve") -> None:
        """Show a curve at the widget's size, in the colours, letters and words in force."""
        font = theme.font(Type.SMALL)
        metrics = QFontMetrics(font)
        side = metrics.horizontalAdvance("8:88") + theme.px(8)
        foot = metrics.height() + theme.px(7)
        area = QRectF(self.widget.rect()).adjusted(side, theme.px(18), -side, -foot)
        if area.width() < 60 or area.height() < 30:
            self.widget.hide()
            return
        self._fade = MUTED if curve.muted else 1.0
        columns = int(area.width())
        end = curve.now + (AHEAD_S if _ahead(curve) else max(60.0, (curve.now - curve.begin) * 0.02))
        waiting = plot(curve.points, curve.begin, curve.now, columns, lambda p: p.waiting)
        wait = plot(curve.points, curve.begin, curve.now, columns, lambda p: p.mean_wait_s)
        people = nice_top(max(waiting.highest, *(e.high for e in curve.expected), curve.limit or 0, 4.0))
        seconds = nice_top(wait.highest, 30.0)
        self._room(side, foot)
        width = max(1.0, end - curve.begin)
        for box, top in ((self._box, people), (self._wait_box, seconds)):
            pixel = top / area.height()
            box.setRange(xRange=(0.0, width), yRange=(-2 * pixel, top + theme.px(18) * pixel), padding=0)
        self._scales(area, people, seconds)
        self._times(curve, end, area.width())
        dot = width / area.width()
        self._line(self.wait, self._wait_shadows, _joined(wait, dot), "warn", [(0.0, seconds / area.height() * 0.3)])
        pixel = people / area.height()
        self._line(self.people, self._shadows, _joined(waiting, dot), "accent", [(dot * 0.6, 0.0), (0.0, pixel * 0.6)])
        self._expected(curve)
        self._limit(curve, metrics)
        self._now(curve, metrics, area)
        self._marks(curve, metrics, width / area.width(), width)
        self.nothing.setVisible(not waiting.stretches)
        self.nothing.setPos(width / 2, people / 2)
        self._say(self.nothing, tr("No figures for this time yet"), "faint")
        self.widget.show()

    def _room(self, side: int, foot: int) -> None:
        self._axes["left"].setWidth(side)
        self._axes["right"].setWidth(side)
        self._axes["bottom"].setHeight(foot - 2)
        self._item.layout.activate()
        self._follow()

    def _follow(self) -> None:
        self._wait_box.setGeometry(self._box.sceneBoundingRect())

    def _pen(self, role: str, *, dashed: bool = False, alpha: float = 1.0) -> QPen:
        pen = QPen(theme.colour(role, alpha * self._fade), 1)
        pen.setCosmetic(True)
        if dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        else:
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _scales(self, area: QRectF, people: float, seconds: float) -> None:
        steps = QUARTERS // 2 if area.height() < theme.px(120) else QUARTERS
        for step, line in enumerate(self._ground):
            line.setVisible(step <= steps)
            line.setPos(people * step / steps)
            line.setPen(self._pen("line", alpha=0.75 if step else 1.0))
        named = [step for step in range(1, steps + 1) if steps < QUARTERS or step % 2 == 0]
        for name, top, role in (("left", people, "accent"), ("right", seconds, "warn")):
            self._axis(name, [(top * step / steps, f"{top * step / steps:g}") for step in named], role)

    def _axis(self, name: str, marks: Sequence[tuple[float, str]], role: str) -> None:
        axis = self._axes[name]
        axis.setStyle(
            tickLength=0,
            tickAlpha=0,
            tickFont=theme.font(Type.SMALL),
            tickTextOffset=theme.px(6),
            hideOverlappingLabels=theme.px(24),  # the times at both edges may reach under the scales
            autoExpandTextSpace=False,
        )
        axis.setPen(None)
        axis.setTextPen(self._pen(role))
        axis.setTicks([list(marks)])

    def _times(self, curve: "Curve", end: Instant, width: float) -> None:
        offset = datetime.fromtimestamp(curve.now, curve.zone).utcoffset()
        marks = time_marks(curve.begin, end, width, offset.total_seconds() if offset else 0.0)
        said = [(mark - curve.begin, datetime.fromtimestamp(mark, curve.zone).strftime("%H:%M")) for mark in marks]
        self._axis("bottom", said, "faint")

    def _line(
        self,
        item: pg.PlotCurveItem,
        shadows: Sequence[pg.PlotCurveItem],
        points: tuple[Numbers, Numbers],
        role: str,
        aside: Sequence[tuple[float, float]],
    ) -> None:
        x, y = points
        item.setPen(self._pen(role))
        item.setData(x, y, connect="finite")
        for shadow, (right, up) in zip(shadows, aside, strict=True):
            shadow.setPen(self._pen(role, alpha=self._fade))
            shadow.setData(x + right, y + up, connect="finite")

    def _expected(self, curve: "Curve") -> None:
        for part in (self._band, self._middle):
            part.setVisible(bool(curve.expected))
        if not curve.expected:
            return
        x = np.array([e.at - curve.begin for e in curve.expected])
        self._low.setData(x, np.array([e.low for e in curve.expected]))
        self._high.setData(x, np.array([e.high for e in curve.expected]))
        self._middle.setData(x, np.array([e.middle for e in curve.expected]))
        self._middle.setPen(self._pen("accent", dashed=True))
        self._band.setBrush(theme.colour("forecast", self._fade))

    def _limit(self, curve: "Curve", metrics: QFontMetrics) -> None:
        self.limit.setVisible(bool(curve.limit and curve.limit > 0))
        if not curve.limit or curve.limit <= 0:
            return
        self.limit.setPos(curve.limit)
        self.limit.setPen(self._pen("alarm", dashed=True))
        text = tr("Emergency line {limit} people", limit=curve.limit)
        self.limit.label.fill = QBrush(theme.colour("panel", 0.8))
        self._beside(
            self.limit.label,
            text,
            "alarm",
            (-theme.px(5) / max(1, metrics.horizontalAdvance(text)), 1 + theme.px(2) / metrics.height()),
        )

    def _now(self, curve: "Curve", metrics: QFontMetrics, area: QRectF) -> None:
        self.now.setVisible(not curve.over)
        self.now.setPos(curve.now - curve.begin)
        self.now.setPen(self._pen("soft"))
        self.now.setSpan(2.0 / (area.bottom() + 2), 1.0 - theme.px(4) / (area.bottom() + 2))
        if curve.muted:
            moment = datetime.fromtimestamp(curve.now, curve.zone)
            text = tr("as of {time}", time=moment.strftime("%H:%M:%S"))
        else:
            # What is expected of the time to come; what might have been instead of the past has words of its own.
            ahead = _ahead(curve) and curve.expected[0].at >= curve.now - 60
            text = tr("now · next 30 minutes expected") if ahead else tr("now")
            if ahead and metrics.horizontalAdvance(text) + theme.px(6) > self._beyond(curve, area):
                text = tr("now")
        away = theme.px(6) / max(1, metrics.horizontalAdvance(text))
        rise = (metrics.ascent() - theme.px(10)) / metrics.height()
        self._beside(self.now.label, text, "soft", (-away if _ahead(curve) else 1 + away, rise))

    @staticmethod
    def _beyond(curve: "Curve", area: QRectF) -> float:
        """Return the pixels between now and the right edge."""
        whole = curve.now + AHEAD_S - curve.begin
        return area.width() * AHEAD_S / whole if whole > 0 else 0.0

    def _marks(self, curve: "Curve", metrics: QFontMetrics, dot: float, width: float) -> None:
        """Draw a line at each mark; what is written stands in the next row where it would lie on the one before."""
        while len(self.marks) < len(curve.marks):
            line = pg.InfiniteLine(angle=90, label="", labelOpts={"position": 1.0, "anchors": [(0, 0), (0, 0)]})
            self.marks.append(line)
            self._box.addItem(line, ignoreBounds=True)
        rows: list[list[tuple[float, float]]] = []
        for line, (at, text) in zip(self.marks, curve.marks, strict=False):
            x = at - curve.begin
            wide = (metrics.horizontalAdvance(text) + theme.px(6)) * dot
            before = x + wide > width
            begin, end = (x - wide, x) if before else (x, x + wide)
            row = next((n for n, row in enumerate(rows) if all(e <= begin or b >= end for b, e in row)), len(rows))
            rows[row : row + 1] = [[*(rows[row] if row < len(rows) else []), (begin, end)]]
            line.setPos(x)
            line.setPen(self._pen("past", dashed=True))
            away = theme.px(3) / max(1, metrics.horizontalAdvance(text))
            beside = 1 + away if before else -away
            self._beside(line.label, text, "past", (beside, -(row + 1) * 0.95))
        for n, line in enumerate(self.marks):
            line.setVisible(n < len(curve.marks) and 0 <= curve.marks[n][0] - curve.begin <= curve.now - curve.begin)

    def _beside(self, label: pg.TextItem, text: str, role: str, anchor: tuple[float, float]) -> None:
        label.anchors = [anchor, anchor]
        label.format = text.replace("{", "{{").replace("}", "}}")
        self._say(label, text, role)
        label.updatePosition()

    def _say(self, label: pg.TextItem, text: str, role: str) -> None:
        label.textItem.document().setDocumentMargin(0)
        label.setFont(theme.font(Type.SMALL))
        label.setColor(theme.colour(role, self._fade))
        label.setText(text)


def _ahead(curve: "Curve") -> bool:
    """Return whether what is expected lies ahead; what had been expected once may lie behind."""
    return bool(curve.expected) and curve.expected[-1].at > curve.now


def _curve() -> pg.PlotCurveItem:
    return pg.PlotCurveItem(connect="finite", antialias=True)


def _joined(drawn: Plot, dot: float) -> tuple[Numbers, Numbers]:
    """Return the times and values of all stretches, nan between them; a point alone becomes a dash of `dot` seconds."""
    ends = (
        (*stretch, (stretch[0][0] + dot, stretch[0][1])) if len(stretch) == 1 else stretch
        for stretch in drawn.stretches
    )
    points = [point for stretch in ends for point in (*stretch, (stretch[-1][0], np.nan))]
    table = np.array(points, dtype=np.float64).reshape(-1, 2)
    return table[:, 0].copy(), table[:, 1].copy()
