"""A table to be read, not worked in: every word is shown, rows are as high as their words need."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui import theme
from console.ui.theme import Type
from console.ui.widgets.panel import paint_card
from console.ui.widgets.table import paint_text

_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
_MOST_SHARE = 0.34
"""How much of the width a column takes at most that is as wide as its words."""


class Part(NamedTuple):
    """Words of a cell in one kind of letters; several parts of a cell stand beneath one another."""

    text: str
    role: str = "ink"
    kind: Type = Type.BODY


class Head(NamedTuple):
    """One column: its words, on the right for figures; `rest` takes what the others leave."""

    text: str
    right: bool = False
    rest: bool = False


Cell = tuple[Part, ...]


class ReportTable(QWidget):
    """A card with a title, heads and rows; it takes the height its words need at the width it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.heads: tuple[Head, ...] = ()
        self.rows: tuple[tuple[Cell, ...], ...] = ()
        self._widths: list[int] = []
        self._heights: list[int] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def show_rows(self, title: str, heads: Sequence[Head], rows: Sequence[Sequence[Cell]]) -> None:
        """Show other rows; the same ones cost nothing."""
        told = (title, tuple(heads), tuple(tuple(row) for row in rows))
        if told == (self.title, self.heads, self.rows):
            return
        self.title, self.heads, self.rows = told
        self.setAccessibleName(title)
        self.setAccessibleDescription(
            "; ".join(" ".join(part.text for cell in row for part in cell if part.text) for row in self.rows)
        )
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Break the words anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._measure()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Measure other letters."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._measure()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of all rows."""
        return QSize(theme.px(480), self.height())

    @property
    def _pad(self) -> int:
        return theme.px(15)

    @property
    def _gap(self) -> int:
        return theme.px(14)

    def _measure(self) -> None:
        inner = max(theme.px(200), self.width() - 2 * self._pad)
        metrics = {kind: QFontMetrics(theme.font(kind)) for kind in Type}
        head = metrics[Type.SMALL]
        wanted = []
        for place, column in enumerate(self.heads):
            words = [(head, column.text), *((metrics[p.kind], p.text) for row in self.rows for p in row[place])]
            widest = max((of.horizontalAdvance(text) for of, text in words), default=0) + 2
            least = theme.px(52) if column.right and column.text != "#" else 0
            wanted.append(0 if column.rest else max(least, min(widest, int(inner * _MOST_SHARE))))
        left = inner - sum(wanted) - self._gap * max(0, len(wanted) - 1)
        rests = sum(column.rest for column in self.heads)
        self._widths = [
            max(theme.px(80), left // max(1, rests)) if column.rest else wide
            for column, wide in zip(self.heads, wanted, strict=True)
        ]
        self._heights = [self._row_height(row, metrics) for row in self.rows]
        top = theme.px(40) + (head.height() + theme.px(8) if self._has_heads else 0)
        self.setFixedHeight(top + sum(self._heights) + theme.px(9))
        self.update()

    @property
    def _has_heads(self) -> bool:
        return any(head.text for head in self.heads)

    def _row_height(self, row: tuple[Cell, ...], metrics: dict[Type, QFontMetrics]) -> int:
        tallest = 0
        for cell, wide in zip(row, self._widths, strict=True):
            tall = sum(
                metrics[part.kind].boundingRect(QRect(0, 0, wide, 10_000), _WRAP, part.text).height() for part in cell
            )
            tallest = max(tallest, tall)
        return tallest + theme.px(11)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card, title, heads and the rows in sight."""
        painter = QPainter(self)
        paint_card(painter, QRectF(self.rect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        pad, y = self._pad, theme.px(10)
        title = QRect(pad, y, self.width() - 2 * pad, theme.px(22))
        paint_text(painter, title, self.title, role="soft", kind=Type.STRONG)
        y = theme.px(40)
        if self._has_heads:
            tall = QFontMetrics(theme.font(Type.SMALL)).height()
            x = pad
            for head, wide in zip(self.heads, self._widths, strict=True):
                paint_text(painter, QRect(x, y, wide, tall), head.text, role="faint", kind=Type.SMALL, right=head.right)
                x += wide + self._gap
            y += tall + theme.px(8)
        for row, tall in zip(self.rows, self._heights, strict=True):
            if y < event.rect().bottom() and y + tall > event.rect().top():
                self._paint_row(painter, row, y)
            y += tall

    def _paint_row(self, painter: QPainter, row: tuple[Cell, ...], top: int) -> None:
        pad, x = self._pad, self._pad
        painter.setPen(theme.colour("line"))
        painter.drawLine(pad, top, self.width() - pad, top)
        for head, cell, wide in zip(self.heads, row, self._widths, strict=True):
            y = top + theme.px(6)
            flags = _WRAP | int(Qt.AlignmentFlag.AlignRight if head.right else Qt.AlignmentFlag.AlignLeft)
            for part in cell:
                painter.setFont(theme.font(part.kind))
                painter.setPen(theme.colour(part.role))
                tall = painter.fontMetrics().boundingRect(QRect(0, 0, wide, 10_000), _WRAP, part.text).height()
                painter.drawText(QRect(x, y, wide, tall), flags, part.text)
                y += tall
            x += wide + self._gap
