"""Which day a list shows: one back, one on, and today again; bounded by the first day that is kept."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.ui import theme
from console.ui.i18n import tr
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line


class DayChoice(QWidget):
    """A day between two arrows; `stepped` says one day back (-1) or on (1), or today (0)."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.back, self.on, self.today = KeyButton("←"), KeyButton("→"), KeyButton()
        self.day = Line(Type.STRONG, align=Qt.AlignmentFlag.AlignHCenter, reserve="0000-00-00")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        for part in (self.back, self.day, self.on, self.today):
            row.addWidget(part)
        for button, step in ((self.back, -1), (self.on, 1), (self.today, 0)):
            button.clicked.connect(lambda _on=False, by=step: self.stepped.emit(by))
        self.show_day("", past=False, first=False)

    def show_day(self, words: str, *, past: bool, first: bool) -> None:
        """Show a day (empty: today); `past`: it is not today, `first`: nothing older is kept."""
        self.day.say(words or tr("Today"), "accent" if past else "ink")
        self.back.setEnabled(not first)
        self.on.setEnabled(past)
        self.today.setVisible(past)

    def retranslate(self) -> None:
        """Set every text again."""
        self.back.setAccessibleName(tr("One day back"))
        self.on.setAccessibleName(tr("One day on"))
        self.today.setText(tr("Today"))
        self.today.updateGeometry()
