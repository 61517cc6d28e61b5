"""A card that asks for a reason before something is done; Enter does it, Escape does not."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from console.ui import theme
from console.ui.i18n import tr
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.overlay import Overlay

LEAST_LETTERS = 2


class AskReason(Overlay):
    """Title, what will be recorded, a line for the reason, two buttons."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, QSize(460, 216))
        self._then: Callable[[str], None] = lambda _why: None
        self.title = Line(Type.TITLE, shrinks=True)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "soft")
        self.reason = QLineEdit()
        self.go = KeyButton(key="↵", kind="strong")
        self.reason.textChanged.connect(lambda text: self.go.setEnabled(len(text.strip()) >= LEAST_LETTERS))
        self.reason.returnPressed.connect(self._answer)
        self.go.clicked.connect(self._answer)
        self.cancel = KeyButton(key="Esc")
        self.cancel.clicked.connect(self.close_card)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self.go)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        self.column.addWidget(self.title)
        self.column.addWidget(self.words)
        self.column.addWidget(self.reason)
        self.column.addStretch(1)
        self.column.addLayout(buttons)

    def ask(self, title: str, words: str, button: str, then: Callable[[str], None]) -> None:
        """Open with an empty line; `then` gets the reason."""
        self._then = then
        self.title.say(title)
        self.words.setText(words)
        self.go.setText(button)
        self.cancel.setText(tr("Cancel"))
        for each in (self.go, self.cancel):
            each.updateGeometry()
        self.reason.clear()
        self.reason.setPlaceholderText(tr("Reason"))
        self.reason.setAccessibleName(tr("Reason"))
        self.go.setEnabled(False)
        self.open(self.reason)

    def _answer(self) -> None:
        why = self.reason.text().strip()
        if len(why) < LEAST_LETTERS:
            return
        self.close_card()
        self._then(why)

    def focus_reason(self) -> None:
        """Put the keys into the line."""
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
