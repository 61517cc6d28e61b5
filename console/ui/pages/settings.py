"""The settings: sections on the left, the chosen one beside them; what is typed and right is in force at once."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
)

from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.preferences import actor_of
from console.core.words import Said, say
from console.core.work.policies import why_not_edit
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.pages import Page
from console.ui.pages.settings_section import Section
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.line import Line
from console.ui.widgets.notice import Strip
from console.ui.widgets.panel import Plain


class SectionSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `SECTIONS`; `rules` are what only some roles change, all else is this desk's own."""

    key: str
    title: Said
    about: Said
    make: Callable[[Shell], Section]
    rules: bool = True


def _floors(shell: Shell) -> Section:
    from console.ui.pages.settings_floors import FloorsSection  # noqa: PLC0415  sections open when needed

    return FloorsSection(shell)


def _groups(shell: Shell) -> Section:
    from console.ui.pages.settings_groups import GroupsSection  # noqa: PLC0415  sections open when needed

    return GroupsSection(shell)


def _targets(shell: Shell) -> Section:
    from console.ui.pages.settings_targets import TargetsSection  # noqa: PLC0415  sections open when needed

    return TargetsSection(shell)


def _people(shell: Shell) -> Section:
    from console.ui.pages.settings_people import PeopleSection  # noqa: PLC0415  sections open when needed

    return PeopleSection(shell)


def _reading(shell: Shell) -> Section:
    from console.ui.pages.settings_reading import ReadingSection  # noqa: PLC0415  sections open when needed

    return ReadingSection(shell)


def _breaks(shell: Shell) -> Section:
    from console.ui.pages.settings_breaks import BreaksSection  # noqa: PLC0415  sections open when needed

    return BreaksSection(shell)


def _desk(shell: Shell) -> Section:
    from console.ui.pages.settings_desk import DeskSection  # noqa: PLC0415  sections open when needed

    return DeskSection(shell)


SECTIONS: tuple[SectionSpec, ...] = (
    SectionSpec(
        key="floors", title=say("Connections"), about=say("Asterisk, recordings, demo"), make=_floors, rules=False
    ),
    SectionSpec(key="groups", title=say("Skill groups"), about=say("queues, channel, wrap-up"), make=_groups),
    SectionSpec(key="targets", title=say("Targets and limits"), about=say("when it warns and alarms"), make=_targets),
    SectionSpec(key="people", title=say("People"), about=say("numbers, groups, import"), make=_people),
    SectionSpec(key="reading", title=say("Floor and retention"), about=say("day, states, what is kept"), make=_reading),
    SectionSpec(key="breaks", title=say("Break rules"), about=say("kinds, ratios, windows, codes"), make=_breaks),
    SectionSpec(key="desk", title=say("This desk"), about=say("language, look, sound, wall"), make=_desk, rules=False),
)


class SectionButton(QAbstractButton):
    """A section's name and what it holds."""

    def __init__(self, spec: SectionSpec) -> None:
        super().__init__()
        self.spec = spec
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return its tile."""
        return QSize(theme.px(180), theme.px(52))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the tile."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(theme.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("chosen" if self.isChecked() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        inner = self.rect().adjusted(theme.px(12), theme.px(7), -theme.px(8), -theme.px(7))
        painter.setFont(theme.font(Type.STRONG))
        painter.setPen(theme.colour("ink"))
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(inner, top, render(self.spec.title))
        painter.setFont(theme.font(Type.SMALL))
        painter.setPen(theme.colour("soft" if self.isChecked() else "faint"))
        words = painter.fontMetrics().elidedText(render(self.spec.about), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)


class SectionList(Plain):
    """The sections; arrows go through them."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("ground", ("right",))
        self.setFixedWidth(theme.px(212))
        self.title = Line(Type.HEADLINE)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, SectionButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(16), theme.px(12), theme.px(12))
        column.setSpacing(theme.px(4))
        column.addWidget(self.title)
        column.addSpacing(theme.px(8))
        for spec in SECTIONS:
            button = SectionButton(spec)
            button.clicked.connect(lambda _on=False, key=spec.key: self.chosen.emit(key))
            self._group.addButton(button)
            self.buttons[spec.key] = button
            column.addWidget(button)
        column.addStretch(1)

    def mark(self, key: str) -> None:
        """Show which section is open."""
        self.buttons[key].setChecked(True)

    def retranslate(self) -> None:
        """Set the words again."""
        self.title.say(render(say("Settings")))
        for button in self.buttons.values():
            button.setText(render(button.spec.title))
            button.setAccessibleName(button.text())
            button.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go up and down."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        keys = list(self.buttons)
        at = next((n for n, key in enumerate(keys) if self.buttons[key].hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        key = keys[(at + step) % len(keys)]
        self.buttons[key].setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(key)


class SettingsPage(Page):
    """The list of sections and the chosen one."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._sections: dict[str, Section] = {}
        self._holders: dict[str, QScrollArea] = {}
        self.list = SectionList()
        self.list.chosen.connect(self.open_section)
        self.stack = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        self.strip = Strip()
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        above = QVBoxLayout()
        above.setContentsMargins(theme.px(16), theme.px(16), theme.px(16), 0)
        above.addWidget(self.strip)
        side.addLayout(above)
        side.addWidget(self.stack, 1)
        row.addLayout(side, 1)
        kept = shell.place("settings.section")
        self._current = kept if kept in self.list.buttons else SECTIONS[0].key
        self.setFocusProxy(self.list.buttons[self._current])
        shell.live_changed.connect(self._follow_live)
        shell.book_changed.connect(lambda _book: self._follow_live(shell.live))
        shell.preferences_changed.connect(self._say_who_may)
        self.strip.button.clicked.connect(lambda: self.open_section("desk"))

    @property
    def section(self) -> Section:
        """Return the section on screen, made now if this is its first time."""
        return self._made(self._current)

    def open_section(self, key: str) -> None:
        """Show a section."""
        if key not in self.list.buttons:
            return
        self._current = key
        section = self._made(key)
        self.list.mark(key)
        self.setFocusProxy(self.list.buttons[key])
        self.stack.setCurrentWidget(self._holders[key])
        self._say_who_may()
        section.show_live(self.shell.live)
        self.shell.keep_place("settings.section", key)

    def _say_who_may(self) -> None:
        """Let the rules be read only, and say who may change them, where this desk's role is none of those."""
        refusal = why_not_edit(actor_of(self.shell.preferences, "").role)
        for spec in SECTIONS:
            if spec.key in self._sections:
                self._sections[spec.key].let_edit(may=refusal is None or not spec.rules)
        current = next(spec for spec in SECTIONS if spec.key == self._current)
        if refusal is None or not current.rules:
            self.strip.hide()
        else:
            self.strip.show_words(render(refusal), tone=Tone.CALM, button=tr("Your role"))

    def _made(self, key: str) -> Section:
        section = self._sections.get(key)
        if section is None:
            spec = next(spec for spec in SECTIONS if spec.key == key)
            section = self._sections[key] = spec.make(self.shell)
            holder = QScrollArea()
            holder.setWidgetResizable(True)
            holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            holder.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            holder.setWidget(section)
            holder.viewport().setAutoFillBackground(False)
            section.setAutoFillBackground(False)
            self._holders[key] = holder
            self.stack.addWidget(holder)
            section.retranslate()
        return section

    def open_at(self, subject: str) -> None:
        """Open a section, at something in it: `targets:GROUP`."""
        key, _, what = subject.partition(":")
        self.open_section(key)
        if what and self._current == key:
            self.section.open_at(what)
            hand = QApplication.focusWidget()
            if hand is not None and self.section.isAncestorOf(hand):
                self.setFocusProxy(hand)

    def show_view(self, _view: FloorView) -> None:
        """Stand at the section last used; the settings are those of now, also while the past is on screen."""
        if self.stack.currentWidget() is None:
            self.open_section(self._current)

    def _follow_live(self, view: FloorView) -> None:
        if self.isVisible():
            self.section.show_live(view)

    def retranslate(self) -> None:
        """Set every text again."""
        self.list.retranslate()
        self._say_who_may()
        for section in self._sections.values():
            section.retranslate()
            section.show_live(self.shell.live)
