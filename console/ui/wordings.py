"""The agreed wordings in force 统一口径, whole, over the window."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.overlay import Overlay
from console.ui.widgets.panel import clear_port
from console.views.plan_lines import WordingLine


class Wordings(Overlay):
    """Each wording with its text, whom it is for, who gave it out and until when; Escape closes."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, QSize(640, 380))
        self.setObjectName("wordings")
        self.title = Line(Type.HEADLINE)
        self.button = KeyButton(key="Esc")
        self.button.clicked.connect(self.close_card)
        self._scroll = QScrollArea()
        clear_port(self._scroll)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.button)
        self.column.addWidget(self.title)
        self.column.addWidget(self._scroll, 1)
        self.column.addLayout(foot)

    def start(self, wordings: tuple[WordingLine, ...]) -> None:
        """Open on these."""
        self.show_wordings(wordings)
        self.open(self.button)

    def show_wordings(self, wordings: tuple[WordingLine, ...]) -> None:
        """Show these; with none left in force there is nothing to read, and the card closes."""
        if not wordings:
            self.close_card()
            return
        self.title.say(tr("Agreed wording in force"))
        self.button.setText(tr("Close"))
        self.button.updateGeometry()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, theme.px(4), theme.px(8), theme.px(4))
        column.setSpacing(theme.px(6))
        for each in wordings:
            heading = Line(Type.TITLE, shrinks=True)
            heading.say(each.title)
            about = Line(Type.BODY, "soft", shrinks=True)
            about.say(dotted(render(each.subject), render(each.given), render(each.until)))
            text = QLabel()
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setFont(theme.font(Type.ROW))
            text.setText(each.text)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for part in (heading, about, text):
                column.addWidget(part)
            column.addSpacing(theme.px(12))
        column.addStretch(1)
        self._scroll.setWidget(page)
        page.setAutoFillBackground(False)
