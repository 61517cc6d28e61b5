"""The bar along the top: whose floor, how live it is, the time, who sits here."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.when import clock_time
from console.ui.widgets.button import IconButton
from console.ui.widgets.line import Line
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.panel import Plain
from console.views.link import Standing, Trust, standing
from console.views.scope import group_names
from console.views.words import ROLE


class StandingLine(QWidget):
    """The state of the connection and the age of the data: mark and words, never colour alone."""

    def __init__(self) -> None:
        super().__init__()
        self._standing: Standing | None = None
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_standing(self, now: Standing) -> None:
        """Draw another standing."""
        text = render(now.said)
        if now == self._standing and text == self._text:
            return
        self._standing, self._text = now, text
        self.setAccessibleName(text)
        self.setToolTip(render(now.reason) if now.reason is not None else "")
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the words on screen."""
        return self._text

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the words, whole steps wide so that the neighbours do not tremble with the age."""
        metrics = QFontMetrics(theme.font(Type.BODY))
        width = metrics.horizontalAdvance(self._text) + theme.px(20)
        return QSize(-(-width // 12) * 12, metrics.height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw mark and words."""
        if self._standing is None:
            return
        painter = QPainter(self)
        role = theme.tone_role(self._standing.tone, calm="calm")
        if self._standing.trust is Trust.PAST:
            role = "past"
        elif self._standing.trust is Trust.NOTHING_YET and self._standing.tone is Tone.CALM:
            role = "soft"
        metrics = QFontMetrics(theme.font(Type.BODY))
        left = self.width() - metrics.horizontalAdvance(self._text)
        middle = QPointF(left - theme.px(11), self.height() / 2 + 0.5)
        if self._standing.connecting:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour(role), 1.6))
            painter.drawArc(QRectF(middle.x() - 4.5, middle.y() - 4.5, 9, 9), 30 * 16, 280 * 16)
        else:
            paint_tone_mark(painter, middle, theme.px(10) / 2, self._standing.tone, role)
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour(role))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Measure again when letters change."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)


class ScopeButton(QAbstractButton):
    """Whose floor this is, and which groups of it are shown; opens the choice."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of the words."""
        metrics = QFontMetrics(theme.font(Type.BODY))
        return QSize(metrics.horizontalAdvance(self.text()) + theme.px(34), theme.px(30))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return a little: the words may be shortened."""
        return QSize(theme.px(90), theme.px(30))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the words and the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(theme.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("chosen"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour("soft"))
        inner = self.rect().adjusted(theme.px(9), 0, -theme.px(24), 0)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        x, y = inner.left() + painter.fontMetrics().horizontalAdvance(text) + theme.px(9), self.height() / 2
        painter.setPen(QPen(theme.colour("soft"), 1.4))
        painter.drawPolyline([QPointF(x - 3.5, y - 1.5), QPointF(x, y + 2), QPointF(x + 3.5, y - 1.5)])


class TopBar(Plain):
    """Name, centre and groups on the left; standing, quiet bell, clock and role on the right."""

    find_asked = Signal()
    about_asked = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__("panel", ("bottom",))
        self._shell = shell
        self.setFixedHeight(theme.px(theme.TOP_HEIGHT))
        self.name = Line(Type.HEADLINE)
        self.scope = ScopeButton()
        self.scope.clicked.connect(self.choose_groups)
        self.standing = StandingLine()
        self.seek = IconButton("search")
        self.seek.clicked.connect(self.find_asked)
        self.bell = IconButton("bell")
        self.bell.clicked.connect(self.toggle_quiet)
        self.time = Line(Type.BODY, reserve="00:00:00")
        self.role = Line(Type.BODY, "soft")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(18), 0, theme.px(18), 0)
        row.setSpacing(theme.px(9))
        for part in (self.name, self.scope):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.standing)
        row.addSpacing(theme.px(6))
        row.addWidget(self.seek)
        row.addWidget(self.bell)
        row.addSpacing(theme.px(3))
        row.addWidget(self.time)
        row.addSpacing(theme.px(6))
        row.addWidget(self.role)
        shell.view_changed.connect(self.show_view)
        shell.ticked.connect(self.tick)
        shell.preferences_changed.connect(self.retranslate)
        self.retranslate()

    def show_view(self, view: FloorView) -> None:
        """Follow the link and the names of the floor."""
        self._show_scope(view)
        self.tick()

    def tick(self) -> None:
        """Let clock and age go on."""
        now = self._shell.now()
        self.standing.show_standing(standing(self._shell.view, now))
        self.time.say(clock_time(now, self._shell.view.policy), "past" if self._shell.view.past else "ink")

    def retranslate(self) -> None:
        """Set the words again."""
        preferences = self._shell.preferences
        self.name.say(tr("Floordesk"))
        role = ROLE.get(preferences.role)
        self.role.say(dotted(preferences.operator, render(role) if role is not None else ""))
        self.seek.name(tr("Find a queue or an agent (Ctrl+K)"))
        self.bell.show_icon("bell_off" if preferences.quiet else "bell")
        self.bell.name(tr("Quiet mode is on (Ctrl+M)") if preferences.quiet else tr("Quiet mode is off (Ctrl+M)"))
        self._show_scope(self._shell.view)
        self.tick()

    def toggle_quiet(self) -> None:
        """Switch sound and tray notices off or on."""
        self._shell.change(quiet=not self._shell.preferences.quiet)

    def choose_groups(self) -> None:
        """Open the choice of groups; the answer holds for the board and the list alike."""
        menu = QMenu(self)
        mine = self._shell.preferences.my_groups
        everything = menu.addAction(tr("All skill groups"))
        everything.setCheckable(True)
        everything.setChecked(not mine)
        everything.triggered.connect(lambda: self._shell.change(my_groups=()))
        menu.addSeparator()
        for identity, name in group_names(self._shell.view).items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(identity in mine)
            action.triggered.connect(lambda _on, chosen=identity: self._toggle_group(chosen))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.scope.mapToGlobal(self.scope.rect().bottomLeft()))

    def _toggle_group(self, identity: str) -> None:
        mine = self._shell.preferences.my_groups
        self._shell.change(my_groups=tuple(g for g in mine if g != identity) if identity in mine else (*mine, identity))

    def _show_scope(self, view: FloorView) -> None:
        names = group_names(view)
        mine = [names[group] for group in self._shell.preferences.my_groups if group in names]
        if not mine:
            shown = tr("All skill groups")
        elif len(mine) <= 2:
            shown = tr(", ").join(mine)
        else:
            shown = tr("{first} and {count} more groups", first=mine[0], count=len(mine) - 1)
        text = dotted(view.policy.centre or view.link.source, shown)
        if text != self.scope.text():
            self.scope.setText(text)
            self.scope.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language or letters."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.FontChange:
            self.setFixedHeight(theme.px(theme.TOP_HEIGHT))
        super().changeEvent(event)
