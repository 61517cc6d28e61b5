"""The figures of a run: then, now, and had nothing been done, drawn as a small table."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.views.plan_run import FigureRow
from console.views.words import DASH

ROW, HEAD = 34, 26
LEAST = 300
NOW = 2


class PlanFigures(QWidget):
    """One line a figure: its limit, at the fire, without the plan, now; now is the largest."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[FigureRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figures(self, rows: tuple[FigureRow, ...]) -> None:
        """Show these figures."""
        if rows == self.rows:
            return
        longer = len(rows) != len(self.rows)
        self.rows = rows
        self.setAccessibleName("; ".join(f"{render(row.name)}: {row.fired}, {row.now}" for row in rows))
        if longer:
            self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        """Draw in other words."""
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of its lines."""
        return QSize(theme.px(LEAST), theme.px(HEAD + ROW * len(self.rows)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the same height, a little narrower."""
        return QSize(theme.px(200), self.sizeHint().height())

    def ends(self, heads: tuple[str, ...]) -> list[int]:
        """Return where the columns of figures begin, and where the last one ends: each as wide as its own words."""
        small, gap = QFontMetrics(theme.font(Type.SMALL)), theme.px(14)
        figure = QFontMetrics(theme.font(Type.COUNT)).horizontalAdvance("88:88")
        wides = [max(figure if n == NOW else 0, small.horizontalAdvance(head)) + gap for n, head in enumerate(heads)]
        names = QFontMetrics(theme.font(Type.BODY))
        name = max((names.horizontalAdvance(render(row.name)) for row in self.rows), default=0) + theme.px(15)
        # Where all find no room, the last heading, longest by far, gives way first.
        wides[-1] = max(min(wides[-1], self.width() - name - sum(wides[:-1])), theme.px(60))
        ends = [self.width()]
        for wide in reversed(wides):
            ends.insert(0, ends[0] - wide)
        return ends

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw heads and lines."""
        painter = QPainter(self)
        heads = (tr("Limit"), tr("At fire"), tr("Now"), tr("Without the plan"))
        small = QFontMetrics(theme.font(Type.SMALL))
        known = any(row.nothing != DASH for row in self.rows)
        shown = heads if known else heads[:3]
        ends = self.ends(shown)
        left = ends[0]
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(Type.SMALL))
        painter.setPen(theme.colour("soft"))
        for place, head in enumerate(shown):
            wide = ends[place + 1] - ends[place]
            room = QRectF(ends[place], 0, wide, theme.px(HEAD))
            painter.drawText(room, right, small.elidedText(head, Qt.TextElideMode.ElideRight, wide - theme.px(4)))
        for n, row in enumerate(self.rows):
            top = theme.px(HEAD + ROW * n)
            painter.fillRect(0, top, self.width(), 1, theme.colour("line"))
            mark = row.tone is not Tone.CALM
            middle = top + theme.px(ROW) / 2
            if mark:
                paint_tone_mark(painter, QRectF(0, top, theme.px(10), theme.px(ROW)).center(), theme.px(4), row.tone)
            painter.setFont(theme.font(Type.BODY))
            painter.setPen(theme.colour("ink"))
            name_room = QRectF(theme.px(15), top, left - theme.px(15), theme.px(ROW))
            metrics = painter.fontMetrics()
            name = metrics.elidedText(render(row.name), Qt.TextElideMode.ElideRight, int(name_room.width()))
            painter.drawText(name_room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            cells = (row.limit, row.fired, row.now, row.nothing)[: len(shown)]
            for place, text in enumerate(cells):
                now = place == NOW
                painter.setFont(theme.font(Type.COUNT if now else Type.BODY))
                painter.setPen(theme.colour(theme.tone_role(row.tone) if now else "soft"))
                wide = ends[place + 1] - ends[place]
                room = QRectF(ends[place], middle - theme.px(ROW) / 2, wide, theme.px(ROW))
                painter.drawText(room, right, text)
