"""The curve of the day: people waiting and their mean wait, the emergency line, now, and what may come."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QEvent, QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant
from console.ui import theme
from console.ui.i18n import tr
from console.ui.theme import Type
from console.ui.widgets.line import Line
from console.ui.widgets.panel import paint_card
from console.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from console.ui.widgets.day_plot import DayPlot

STEP_S = 5.0


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """One moment of a forecast: people waiting, most likely and the band they will stay in."""

    at: Instant
    low: float
    middle: float
    high: float


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """What the drawing shows; `marks` are moments and what is written at them (the steps of a plan).

    `over`: it ends at `now`, which is long past and not named.
    """

    points: Sequence[CurvePoint] = ()
    limit: int | None = None
    begin: Instant = 0.0
    now: Instant = 0.0
    expected: Sequence[Expected] = ()
    zone: tzinfo = UTC
    muted: bool = False
    marks: tuple[tuple[Instant, str], ...] = ()
    over: bool = False


class CurveDrawing(QWidget):
    """The drawing alone: a calm frame at first, the plot as soon as the first paint is over."""

    def __init__(self) -> None:
        super().__init__()
        self._curve = Curve()
        self.day_plot: DayPlot | None = None
        self.drawn = 0
        self._asked = False
        self._stale = True
        self.setMinimumHeight(theme.px(96))

    def show_curve(self, curve: Curve) -> None:
        """Draw another curve; the same points within the same five seconds cost nothing."""
        old = self._curve
        same = (
            curve.points is old.points
            and curve.expected is old.expected
            and (curve.limit, curve.muted, curve.zone) == (old.limit, old.muted, old.zone)
            and (curve.marks, curve.over) == (old.marks, old.over)
            and curve.now // STEP_S == old.now // STEP_S
            and abs(curve.begin - old.begin) < STEP_S
        )
        if not same:
            self._curve = curve
            self.redraw()

    def redraw(self) -> None:
        """Draw again what is shown, at once where it is seen and otherwise when it comes to be."""
        self._stale = True
        if self.day_plot is not None and self.isVisible():
            self.day_plot.draw(self._curve)
            self._stale = False
            self.drawn += 1

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the calm frame until the plot lies over it; the first paint of a curve asks for the plot."""
        if self.day_plot is not None:
            return
        painter = QPainter(self)
        painter.setPen(QPen(theme.colour("line"), 1))
        foot = self.height() - self.fontMetrics().height() - theme.px(7)
        painter.drawLine(theme.px(40), foot, self.width() - theme.px(40), foot)
        if self._curve.now and not self._asked:
            self._asked = True
            QTimer.singleShot(0, self, self._load)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Bring the points together to the new width."""
        super().resizeEvent(event)
        if self.day_plot is not None:
            self.day_plot.widget.resize(self.size())
            self.redraw()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Draw what came while nobody saw it."""
        super().showEvent(event)
        if self._stale:
            self.redraw()

    def _load(self) -> None:
        # Two halves of a long import, with the events that came meanwhile between them.
        import numpy  # noqa: F401, ICN001, PLC0415

        QTimer.singleShot(0, self, self._build)

    def _build(self) -> None:
        from console.ui.widgets.day_plot import DayPlot  # noqa: PLC0415  pyqtgraph, not before the first paint

        self.day_plot = DayPlot(self)
        self.day_plot.widget.resize(self.size())
        self.redraw()
        self.update()


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
