"""What a watch says of the floor now: each group, queue or channel, and each comparison with its limit."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.table import paint_text
from console.views.plan_conditions import MOST_SUBJECTS, SubjectNow

HEAD, LINE, GAP = 24, 21, 8


class NowLines(QWidget):
    """Lines under one another; words where there is nothing to compare."""

    def __init__(self) -> None:
        super().__init__()
        self.found: tuple[SubjectNow, ...] = ()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_now(self, found: tuple[SubjectNow, ...], words: str = "") -> None:
        """Show what was found, or `words` instead."""
        if (found, words) == (self.found, self._words):
            return
        self.found, self._words = found, words
        self.setAccessibleName(words or "; ".join(f"{render(now.name)}: {self._standing(now)}" for now in found))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of the lines."""
        shown = self.found[:MOST_SUBJECTS]
        high = sum(HEAD + LINE * (len(now.lines) + (now.but is not None)) + GAP for now in shown)
        high += LINE if len(self.found) > MOST_SUBJECTS else 0
        return QSize(theme.px(240), theme.px(max(high, HEAD)))

    @staticmethod
    def _standing(now: SubjectNow) -> str:
        if now.true is None:
            return tr("not known")
        if not now.true:
            return tr("does not hold")
        return tr("holds, would not begin") if now.but is not None else tr("holds")

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the lines."""
        painter = QPainter(self)
        if self._words:
            paint_text(painter, QRect(0, 0, self.width(), theme.px(HEAD)), self._words, role="soft")
            return
        top = 0
        for now in self.found[:MOST_SUBJECTS]:
            self._paint_head(painter, QRect(0, top, self.width(), theme.px(HEAD)), now)
            top += theme.px(HEAD)
            for line in now.lines:
                role = "ink" if line.true else "soft"
                self._paint_line(painter, top, render(line.said), role)
                top += theme.px(LINE)
            if now.but is not None:
                self._paint_line(painter, top, render(now.but), "soft")
                top += theme.px(LINE)
            top += theme.px(GAP)
        if len(self.found) > MOST_SUBJECTS:
            self._paint_line(painter, top, tr("and {count} more", count=len(self.found) - MOST_SUBJECTS), "faint")

    def _paint_head(self, painter: QPainter, room: QRect, now: SubjectNow) -> None:
        middle = QPointF(theme.px(6), room.center().y())
        if now.true is None:
            painter.setPen(QPen(theme.colour("faint"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, theme.px(4), theme.px(4))
        else:
            tone = Tone.CALM if not now.true else Tone.WARN if now.but is not None else Tone.ALARM
            paint_tone_mark(painter, middle, theme.px(4), tone)
        words = room.adjusted(theme.px(18), 0, 0, 0)
        paint_text(painter, words.adjusted(0, 0, -theme.px(120), 0), render(now.name), kind=Type.STRONG)
        role = "soft" if not now.true else "warn" if now.but is not None else "alarm"
        paint_text(painter, words, self._standing(now), role=role, right=True)

    def _paint_line(self, painter: QPainter, top: int, words: str, role: str) -> None:
        room = QRect(theme.px(18), top, self.width() - theme.px(18), theme.px(LINE))
        paint_text(painter, room, words, role=role)
