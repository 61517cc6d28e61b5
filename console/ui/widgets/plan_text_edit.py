"""A plan as text: letters of one width, numbered lines, those with a fault marked."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark

_EVEN = ("SF Mono", "Menlo", "Cascadia Mono", "Consolas", "Noto Sans Mono CJK SC", "Noto Sans Mono", "DejaVu Sans Mono")


def even_letters() -> QFont:
    """Return letters of one width at the size in force, Chinese ones from the families of the screen."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    present = set(QFontDatabase.families())
    even = [name for name in _EVEN if name in present] or font.families()
    font.setFamilies([*even, *theme.font(Type.BODY).families()])
    font.setPixelSize(theme.font(Type.BODY).pixelSize())
    return font


class _Numbers(QWidget):
    def __init__(self, edit: "PlanTextEdit") -> None:
        super().__init__(edit)
        self._edit = edit

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of the longest number."""
        return QSize(self._edit.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the numbers of the lines on screen."""
        self._edit.paint_numbers(QPainter(self), event.rect())


class PlanTextEdit(QPlainTextEdit):
    """A text with numbered lines; Tab goes on to the next field."""

    def __init__(self) -> None:
        super().__init__()
        self._faulty: frozenset[int] = frozenset()
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._numbers = _Numbers(self)
        self.blockCountChanged.connect(lambda _count: self._make_room())
        self.updateRequest.connect(self._follow)
        self.measure()

    def measure(self) -> None:
        """Take the letters in force."""
        self.setFont(even_letters())
        self._make_room()

    def show_text(self, text: str) -> None:
        """Show a text; where the hand is in it stays."""
        if text == self.toPlainText():
            return
        at, scrolled = self.textCursor().position(), self.verticalScrollBar().value()
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)
        cursor = self.textCursor()
        cursor.setPosition(min(at, len(text)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)
        self._make_room()

    def show_faults(self, lines: frozenset[int]) -> None:
        """Mark lines, from 1 on."""
        if lines == self._faulty:
            return
        self._faulty = lines
        marks = []
        ground = QColor(theme.colour("alarm", 0.14))
        for line in sorted(lines):
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(block)
                mark.format.setBackground(ground)
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                marks.append(mark)
        self.setExtraSelections(marks)
        self._numbers.update()

    def seek(self, line: int) -> None:
        """Put the keys into a line, from 1 on."""
        block = self.document().findBlockByNumber(max(0, line - 1))
        if block.isValid():
            self.setTextCursor(QTextCursor(block))
            self.centerCursor()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def number_width(self) -> int:
        """Return how wide the numbers stand."""
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + theme.px(26)

    def paint_numbers(self, painter: QPainter, room: QRect) -> None:
        """Draw the numbers of the lines on screen, a mark before those with a fault."""
        painter.setFont(self.font())
        wide, block = self._numbers.width(), self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= room.bottom():
            high = self.blockBoundingRect(block).height()
            number = block.blockNumber() + 1
            line = QRectF(0, top, wide - theme.px(8), self.fontMetrics().height())
            faulty = number in self._faulty
            painter.setPen(theme.colour("alarm" if faulty else "faint"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number))
            if faulty:
                paint_tone_mark(painter, QPointF(theme.px(8), line.center().y()), theme.px(3.5), Tone.ALARM)
            top += high
            block = block.next()

    def _make_room(self) -> None:
        self.setViewportMargins(self.number_width(), 0, 0, 0)
        inner = self.contentsRect()
        self._numbers.setGeometry(inner.left(), inner.top(), self.number_width(), inner.height())

    def _follow(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Keep the numbers beside the text."""
        super().resizeEvent(event)
        self._make_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Leave Escape to the page."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            faulty, self._faulty = self._faulty, frozenset()
            self.show_faults(faulty)
