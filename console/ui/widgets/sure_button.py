"""An answer's button; one that cannot be taken back with one key asks again, in its own place."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from console.ui.i18n import render
from console.ui.widgets.button import KeyButton
from console.views.todo import Action

_KEY_WORDS = {"Return": "↵", "Space": "Space"}


class SureButton(KeyButton):
    """`given` comes with a click; after a question with Enter or another click, Escape or going away takes it back."""

    given = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.asking = False
        self._shown: tuple[str, str, str] = ("", "", "plain")
        self._question = ""
        self._before: QWidget | None = None
        self.clicked.connect(self._clicked)

    def show_action(self, action: Action) -> None:
        """Show an answer's words and key; a question that is open stays."""
        self._shown = (render(action.label), _KEY_WORDS.get(action.shortcut, action.shortcut), action.kind)
        # What is typed first is a second step already.
        self._question = "" if action.sure is None or action.asks is not None else render(action.sure)
        self.asking = self.asking and bool(self._question)
        why_not = "" if action.why_not is None else render(action.why_not)
        self.setToolTip(why_not)
        self.setAccessibleDescription(why_not)
        self._draw()

    def give(self) -> None:
        """Give the answer as its key does: one that asks again is asked, and only asked."""
        if self._question:
            self._ask()
        else:
            self.given.emit()

    def _ask(self) -> None:
        """Ask whether it is meant; the hand comes here, and goes back if it is not."""
        if self.asking:
            return
        at_hand = QApplication.focusWidget()
        self._before = at_hand if at_hand is not self else None
        self.asking = True
        self._draw()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Ask no longer."""
        if self.asking:
            self.asking = False
            self._draw()

    def _clicked(self) -> None:
        if self._question and not self.asking:
            self._ask()
            return
        self._go_back()
        self.given.emit()

    def _go_back(self) -> None:
        """Ask no longer; the hand goes back to where it was before the question."""
        before, self._before = self._before, None
        self.leave()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _draw(self) -> None:
        words, key, kind = (self._question, "", "danger") if self.asking else self._shown
        if (self.text(), self.key, self.kind) == (words, key, kind):
            return
        self.setText(words)
        self.key, self.kind = key, kind
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter means it, Escape does not; a key held down or pressed twice answers nothing."""
        if not self.asking:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        elif event.key() == Qt.Key.Key_Escape:
            self._go_back()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take no double click for question and answer."""
        if not self._question:
            super().mouseDoubleClickEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Whoever goes away does not mean it."""
        self.leave()
        super().focusOutEvent(event)
