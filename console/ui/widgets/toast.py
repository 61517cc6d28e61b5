"""One calm line at the foot of the window; an alarm stays until it is closed, the rest goes by itself.

What is worth a warning is never covered by what comes after it: that waits its turn.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.core.floor.policy import Tone
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.theme import Type
from console.ui.widgets.button import IconButton
from console.ui.widgets.line import Line
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.panel import paint_card

SHOWN_MS = 8000
WAITING = 8


class Toast(QWidget):
    """The line; it lies over the page, takes no focus and moves nothing."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._said: Said | None = None
        self._tone = Tone.CALM
        self._waiting: list[tuple[Said, Tone]] = []
        self.line = Line(Type.BODY, shrinks=True)
        self.close_button = IconButton("close", 24)
        self.close_button.clicked.connect(self._on)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(34), theme.px(6), theme.px(8), theme.px(6))
        row.addWidget(self.line, 1)
        row.addWidget(self.close_button)
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(SHOWN_MS)
        self._gone.timeout.connect(self._on)
        over.installEventFilter(self)
        self.hide()

    def tell(self, said: Said, tone: Tone = Tone.CALM) -> None:
        """Show a sentence, after the warnings that came before it; an alarm stays until closed."""
        if self.isVisible() and self._tone is not Tone.CALM and said != self._said:
            if (said, tone) not in self._waiting:
                self._waiting = [*self._waiting, (said, tone)][-WAITING:]
            return
        self._said, self._tone = said, tone
        self.retranslate()
        self._gone.stop()
        if tone is not Tone.ALARM:
            self._gone.start()
        self.show()
        self.raise_()

    def _on(self) -> None:
        self.hide()
        if self._waiting:
            self.tell(*self._waiting.pop(0))

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.close_button.name(tr("Close"))
        if self._said is not None:
            self.line.say(render(self._said))
            self._place()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the whole sentence, no wider than the window allows."""
        width = QFontMetrics(theme.font(Type.BODY)).horizontalAdvance(self.line.text()) + theme.px(100)
        return QSize(min(width, self._over.width() - theme.px(60)), theme.px(42))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card and the tone."""
        painter = QPainter(self)
        line = {Tone.CALM: "line", Tone.WARN: "warn_line", Tone.ALARM: "alarm_line"}[self._tone]
        paint_card(painter, QRectF(self.rect()), ground="chosen", line=line)
        paint_tone_mark(painter, QPointF(theme.px(19), self.height() / 2), theme.px(5), self._tone)

    def eventFilter(self, _watched: object, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Stay at the foot when the window changes its size; Escape closes."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.isVisible():
            self._on()
        return False

    def _place(self) -> None:
        over, size = self._over, self.sizeHint()
        self.setGeometry(
            (over.width() - size.width()) // 2,
            over.height() - size.height() - theme.px(18),
            size.width(),
            size.height(),
        )

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
