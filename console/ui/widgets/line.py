"""One line of text in a role and a kind of letters, shortened at its end where room is short."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui import theme
from console.ui.theme import Type


class Line(QWidget):
    """Text on one line; `reserve` is the widest text it must hold without moving its neighbours."""

    def __init__(
        self,
        kind: Type = Type.BODY,
        role: str = "ink",
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        reserve: str = "",
        shrinks: bool = False,
    ) -> None:
        super().__init__()
        self._kind, self._role, self._align, self._reserve = kind, role, align, reserve
        self._text = ""
        horizontal = QSizePolicy.Policy.Preferred if shrinks else QSizePolicy.Policy.Fixed
        self._shrinks = shrinks
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return what stands here."""
        return self._text

    def say(self, text: str, role: str | None = None) -> None:
        """Put another text, and another role where one is given."""
        if text == self._text and role in (None, self._role):
            return
        if role is not None:
            self._role = role
        if text != self._text:
            wider = self.sizeHint()
            self._text = text
            self.setAccessibleName(text)
            if self.sizeHint() != wider:
                self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of the text or of what is reserved."""
        metrics = QFontMetrics(theme.font(self._kind))
        widest = max(metrics.horizontalAdvance(self._text), metrics.horizontalAdvance(self._reserve))
        return QSize(widest + 1, metrics.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return a little room where the text may be shortened."""
        hint = self.sizeHint()
        return QSize(min(24, hint.width()), hint.height()) if self._shrinks else hint

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the text."""
        painter = QPainter(self)
        painter.setFont(theme.font(self._kind))
        painter.setPen(theme.colour(self._role if self.isEnabled() else "faint"))
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self._align | Qt.AlignmentFlag.AlignVCenter, text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Measure again when letters or colours change."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)
