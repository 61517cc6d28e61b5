"""On the demo floor: that it is one, and the way to a real one."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout

from console.core.preferences import profile_named
from console.core.profiles import FloorKind
from console.ui import theme
from console.ui.i18n import tr
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.button import IconButton, KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Plain


class DemoBanner(Plain):
    """A thin line under the top bar with one button; closed, it stays closed on this desk."""

    def __init__(self, shell: Shell) -> None:
        super().__init__("forecast", ("bottom",))
        self._shell = shell
        self.line = Line(Type.BODY, "ink", shrinks=True)
        self.connect_button = KeyButton(kind="strong")
        self.connect_button.clicked.connect(lambda: shell.go("settings", "floors:new"))
        self.close_button = IconButton("close", 26)
        self.close_button.clicked.connect(lambda: shell.change(demo_banner_closed=True))
        self.setFixedHeight(theme.px(44))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(18), 0, theme.px(12), 0)
        row.setSpacing(theme.px(14))
        row.addWidget(self.line, 1)
        row.addWidget(self.connect_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        shell.preferences_changed.connect(self.follow)
        self.retranslate()
        self.follow()

    def follow(self) -> None:
        """Stand there on the demo floor only, until closed."""
        preferences = self._shell.preferences
        profile = profile_named(preferences, preferences.floor)
        demo = profile is None or profile.kind is FloorKind.DEMO
        self.setVisible(demo and not preferences.demo_banner_closed)

    def retranslate(self) -> None:
        """Set the words again."""
        self.line.say(tr("This is the demo floor: nobody is really calling."))
        self.connect_button.setText(tr("Connect a real floor"))
        self.connect_button.updateGeometry()
        self.close_button.name(tr("Close"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
