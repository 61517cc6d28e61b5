"""What stands in the place of figures: a strip over old ones, a page where there are none yet."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.icons import paint_icon
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.panel import paint_card


class Strip(QWidget):
    """One line over the page that says how far what stands below can be trusted; a button may lead on."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = Tone.CALM
        self._role = ""
        self.line = Line(Type.STRONG, shrinks=True)
        self.more = Line(Type.BODY, "soft", shrinks=True)
        self.button = KeyButton()
        self.setFixedHeight(theme.px(43))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(36), 0, theme.px(6), 0)
        row.setSpacing(theme.px(12))
        row.addWidget(self.line)
        row.addWidget(self.more, 1)
        row.addWidget(self.button)
        self.hide()

    def show_words(self, words: str, more: str = "", *, tone: Tone, role: str = "", button: str = "") -> None:
        """Show a line; `role` a colour of its own (the past), `button` the words of the way on, empty for none."""
        self._tone, self._role = tone, role
        self.line.say(words, role or theme.tone_role(tone))
        self.more.say(more)
        self.button.setVisible(bool(button))
        self.button.setText(button)
        self.button.updateGeometry()
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the ground and the mark."""
        painter = QPainter(self)
        line = {Tone.CALM: "line", Tone.WARN: "warn_line", Tone.ALARM: "alarm_line"}[self._tone]
        paint_card(painter, QRectF(self.rect()), line=self._role or line)
        middle = QPointF(theme.px(19), self.height() / 2)
        paint_tone_mark(painter, middle, theme.px(5), self._tone, self._role or None)


class EmptyPage(QWidget):
    """A page with nothing to show yet: a drawing, what is the matter, what can be done."""

    def __init__(self, icon: str = "plug") -> None:
        super().__init__()
        self._icon = icon
        self._tone = Tone.CALM
        self.headline = Line(Type.HEADLINE, align=Qt.AlignmentFlag.AlignHCenter)
        self.reason = QLabel()
        self.reason.setProperty("role", "soft")
        self.reason.setWordWrap(True)
        self.reason.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.reason.setFixedWidth(theme.px(460))
        self.button = KeyButton(kind="strong")
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(12))
        column.addStretch(5)
        column.addSpacing(theme.px(70))
        for part in (self.headline, self.reason, self.button):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(6)

    def show_words(
        self, headline: str, reason: str = "", *, tone: Tone = Tone.CALM, button: str = "", icon: str = "plug"
    ) -> None:
        """Say what is the matter."""
        self._icon, self._tone = icon, tone
        self.headline.say(headline, theme.tone_role(tone))
        self.reason.setText(reason)
        # A label set in the middle is given the height of one line otherwise, whatever its words take.
        self.reason.setMinimumHeight(max(0, self.reason.heightForWidth(self.reason.width())))
        self.reason.setVisible(bool(reason))
        self.button.setVisible(bool(button))
        self.button.setText(button)
        self.button.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the drawing over the headline."""
        painter = QPainter(self)
        side = theme.px(54)
        top = self.headline.y() - side - theme.px(18)
        role = "faint" if self._tone is Tone.CALM else theme.tone_role(self._tone)
        paint_icon(painter, self._icon, QRectF((self.width() - side) / 2, top, side, side), theme.colour(role))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow other colours."""
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)
