"""A strip that says what stands in the way and what can be done about it; nothing is blocked meanwhile."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.core.floor.model import Record
from console.core.floor.policy import Tone
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import render
from console.ui.widgets.button import KeyButton
from console.ui.widgets.flow import FlowLayout
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.panel import paint_card

_LINES = {Tone.CALM: "line", Tone.WARN: "warn_line", Tone.ALARM: "alarm_line"}


class Way(Record, frozen=True, kw_only=True):
    """One thing that can be done: its words, the letter that does it, what it does."""

    said: Said
    key: str
    does: Callable[[], None]
    kind: str = "plain"


class PlanStrip(QWidget):
    """Words, and the ways on as buttons; their letters work while the keys are here."""

    def __init__(self) -> None:
        super().__init__()
        self._said: Said | None = None
        self._ways: tuple[Way, ...] = ()
        self._tone = Tone.CALM
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons: list[KeyButton] = []
        self._every: list[KeyButton] = []
        self._flow = FlowLayout(theme.px(8))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(34), theme.px(10), theme.px(12), theme.px(10))
        column.setSpacing(theme.px(8))
        column.addWidget(self.words)
        column.addLayout(self._flow)
        self.hide()

    @property
    def said(self) -> Said | None:
        """Return what it says, None while it says nothing."""
        return self._said

    def ask(self, said: Said, ways: tuple[Way, ...], *, tone: Tone = Tone.WARN, take_keys: bool = False) -> None:
        """Say something; `take_keys`: the keys go to the first harmless way on."""
        self._said, self._ways, self._tone = said, ways, tone
        # Buttons stay and are named anew: one may be asked for another set from its own click.
        for n in range(len(self._every), len(ways)):
            button = KeyButton()
            button.clicked.connect(lambda _on=False, n=n: self._do(n))
            self._flow.addWidget(button)
            self._every.append(button)
        self.buttons = self._every[: len(ways)]
        for button, way in zip(self.buttons, ways, strict=True):
            button.key, button.kind = way.key, way.kind
            button.setText(render(way.said))
            button.updateGeometry()
        for button in self._every:
            button.setVisible(button in self.buttons)
        self.words.setText(render(said))
        self.setAccessibleName(self.words.text())
        self.show()
        harmless = [button for button in self.buttons if button.kind != "danger"]
        if take_keys and harmless:
            harmless[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.updateGeometry()
        self.update()

    def _do(self, n: int) -> None:
        if n < len(self._ways):
            self._ways[n].does()

    def quiet(self) -> None:
        """Say nothing any more."""
        self._said, self._ways = None, ()
        self.hide()

    def retranslate(self) -> None:
        """Say it in another language."""
        if self._said is not None:
            self.words.setText(render(self._said))
            for button, way in zip(self.buttons, self._ways, strict=True):
                button.setText(render(way.said))
                button.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Do what a letter or Enter stands on; arrows go from way to way."""
        typed = event.text().upper()
        at = next((n for n, button in enumerate(self.buttons) if button.hasFocus()), -1)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and at >= 0:
            self._ways[at].does()
        elif event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right} and self.buttons:
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self.buttons[(at + step) % len(self.buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() == Qt.Key.Key_Escape and any(way.key == "Esc" for way in self._ways):
            next(way for way in self._ways if way.key == "Esc").does()
        elif typed and any(way.key == typed for way in self._ways):
            next(way for way in self._ways if way.key == typed).does()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the ground and the mark."""
        painter = QPainter(self)
        paint_card(painter, QRectF(self.rect()), line=_LINES[self._tone])
        middle = QPointF(theme.px(18), theme.px(10) + theme.px(9))
        paint_tone_mark(painter, middle, theme.px(5), self._tone)
