"""A card over the window that takes the keys until Escape; never a blocking dialog."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.ui import theme
from console.ui.widgets.panel import paint_card


class Overlay(QWidget):
    """A veil over the window with a card on it; a click beside the card or Escape closes, the focus goes back."""

    closed = Signal()

    def __init__(self, over: QWidget, size: QSize) -> None:
        super().__init__(over)
        self._over, self._size = over, size
        self._before: QWidget | None = None
        self.card = QWidget(self)
        self.column = QVBoxLayout(self.card)
        self.column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        self.column.setSpacing(theme.px(10))
        over.installEventFilter(self)
        self.hide()

    def open(self, focus: QWidget) -> None:
        """Show the card and put the keys into it."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_card(self) -> None:
        """Hide the card and give the keys back."""
        if not self.isVisible():
            return
        self.hide()
        before, self._before = self._before, None
        # The page may have made it anew meanwhile; then the window takes the keys.
        there = before is not None and isValid(before) and before.isVisible()
        (before if before is not None and there else self._over).setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Cover the window also when it changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        self.setGeometry(self._over.rect())
        width = min(theme.px(self._size.width()), self.width() - theme.px(40))
        height = min(theme.px(self._size.height()), self.height() - theme.px(40))
        self.card.setGeometry(
            (self.width() - width) // 2, max(theme.px(20), (self.height() - height) // 3), width, height
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Escape closes; no key goes through to what lies beneath."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802, FBT001  Qt's name
        """Keep Tab within the card."""
        inside = [
            w for w in self.card.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()
        ]
        if not inside:
            return True
        now = QApplication.focusWidget()
        place = inside.index(now) if now in inside else -1
        inside[(place + (1 if forward else -1)) % len(inside)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Close at a click beside the card."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_card()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw veil and card."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("shadow", 0.55))
        paint_card(painter, QRectF(self.card.geometry()), line="line")
