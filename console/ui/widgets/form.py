"""Forms of the settings: words beside inputs, what is wrong said while typing, what is right in force at once."""

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from console.core.words import Said, say
from console.ui import theme
from console.ui.i18n import render
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.flow import FlowLayout
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel

SETTLED_MS = 600
"""After this long without another letter a good entry is in force; Enter and leaving the field make it so at once."""

Reader = Callable[[str], object]
"""Reads what was typed: returns the value, or a Said that tells what is wrong."""


class Texts:
    """Everything on a form that has words, so that another language needs one call."""

    def __init__(self) -> None:
        self._setters: list[tuple[Callable[[str], object], Said]] = []

    def put(self, setter: Callable[[str], object], said: Said) -> None:
        """Set words now and at every change of language."""
        self._setters.append((setter, said))
        setter(render(said))

    def label(self, said: Said, role: str = "") -> QLabel:
        """Return a label that wraps."""
        label = QLabel()
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            label.setProperty("role", role)
        self.put(label.setText, said)
        return label

    def button(self, said: Said, *, key: str = "", kind: str = "plain") -> KeyButton:
        """Return a push button."""
        button = KeyButton(key=key, kind=kind)

        def name(text: str) -> None:
            button.setText(text)
            button.updateGeometry()

        self.put(name, said)
        return button

    def check(self, said: Said) -> QCheckBox:
        """Return a box to tick."""
        box = QCheckBox()
        self.put(box.setText, said)
        return box

    def retranslate(self) -> None:
        """Set every text again."""
        for setter, said in self._setters:
            setter(render(said))


class Entry(QWidget):
    """A line to type into, its unit, and what is wrong with it beneath; `committed` comes with each new good value."""

    committed = Signal(object)

    def __init__(
        self,
        read: Reader,
        write: Callable[[Any], str] = str,
        *,
        wide: int = 240,
        secret: bool = False,
        eager: bool = True,
    ) -> None:
        super().__init__()
        self._read, self._write = read, write
        self._value: object = None
        self._problem: Said | None = None
        self.line = QLineEdit()
        self.line.setMinimumWidth(theme.px(min(wide, 70)))
        self.line.setMaximumWidth(theme.px(wide))
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.unit = QLabel()
        self.unit.setProperty("role", "soft")
        self.problem = QLabel()
        self.problem.setProperty("role", "alarm")
        self.problem.setWordWrap(True)
        self.problem.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.line, 100)
        row.addWidget(self.unit)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        column.addLayout(row)
        column.addWidget(self.problem)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        if eager:
            self._settled.timeout.connect(self.commit)
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self.commit)
        self.setFocusProxy(self.line)

    @property
    def value(self) -> object:
        """Return the value in force."""
        return self._value

    @property
    def wrong(self) -> Said | None:
        """Return what is wrong with what stands there, or None."""
        return self._problem

    def show_value(self, value: object) -> None:
        """Show what is in force; what somebody is typing stays as it is."""
        self._value = value
        if not (self.line.hasFocus() and self.line.isModified()):
            self.line.setText("" if value is None else self._write(value))
            self.line.setCursorPosition(0)
            self._judge(self.line.text())

    def commit(self) -> None:
        """Put what stands there in force, if it is good and another than before."""
        self._settled.stop()
        if not self.line.isModified():
            return
        told = self._judge(self.line.text())
        if self._problem is None and told != self._value:
            self._value = told
            self.committed.emit(told)
        if self._problem is None and not self.line.hasFocus():
            self.line.setModified(False)

    def retranslate(self) -> None:
        """Say again what is wrong."""
        self._judge(self.line.text())

    def _typed(self, text: str) -> None:
        self._judge(text)
        self._settled.start()

    def _judge(self, text: str) -> object:
        told = self._read(text)
        self._problem = told if isinstance(told, Said) else None
        self.problem.setText("" if self._problem is None else render(self._problem))
        self.problem.setVisible(self._problem is not None)
        self.line.setAccessibleDescription(self.problem.text())
        return told


class Choice(QComboBox):
    """One of several, by key; the wheel does not change what nobody looks at."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumWidth(theme.px(130))
        self.activated.connect(lambda _place: self.picked.emit(self.currentData()))

    def offer(self, choices: tuple[tuple[str, str], ...], current: str) -> None:
        """Show (key, words)."""
        if [(self.itemData(n), self.itemText(n)) for n in range(self.count())] != list(choices):
            self.clear()
            for key, words in choices:
                self.addItem(words, key)
        self.setCurrentIndex(max(0, self.findData(current)))

    def wheelEvent(self, event: Any) -> None:  # noqa: ANN401, N802  Qt's name
        """Let the page scroll."""
        event.ignore()


class FormCard(Panel):
    """A card with a title, what it is about, and rows of label and input."""

    def __init__(self, texts: Texts, title: Said, about: Said | None = None, *, label_wide: int = 170) -> None:
        super().__init__()
        self.texts = texts
        self._column = QVBoxLayout(self)
        pad = theme.px(18)
        self._column.setContentsMargins(pad, theme.px(14), pad, theme.px(16))
        self._column.setSpacing(theme.px(10))
        head = Line(Type.TITLE)
        texts.put(head.say, title)
        self._column.addWidget(head)
        if about is not None:
            self._column.addWidget(texts.label(about, "soft"))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(theme.px(16))
        self.grid.setVerticalSpacing(theme.px(9))
        self.grid.setColumnMinimumWidth(0, theme.px(label_wide))
        self.grid.setColumnStretch(1, 1)
        self._column.addLayout(self.grid)

    def row(self, said: Said, field: QWidget, hint: Said | None = None) -> QLabel:
        """Add a row; return its label."""
        place = self.grid.rowCount()
        label = self.texts.label(said, "soft")
        label.setBuddy(field)
        label.setMinimumHeight(theme.px(34))
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.texts.put(field.setAccessibleName, said)
        if isinstance(field, Entry):
            self.texts.put(field.line.setAccessibleName, said)
        self.grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
        left = (
            Qt.AlignmentFlag(0)
            if isinstance(field, Entry) or field.layout() is not None
            else Qt.AlignmentFlag.AlignLeft
        )
        self.grid.addWidget(field, place, 1, left | Qt.AlignmentFlag.AlignVCenter)
        if hint is not None:
            self.grid.addWidget(self.texts.label(hint, "faint"), place + 1, 1)
        return label

    def add(self, widget: QWidget) -> None:
        """Add something over the whole width."""
        self._column.addWidget(widget)

    def buttons(self, *buttons: QAbstractButton) -> FlowLayout:
        """Add buttons side by side, in more lines where room is short."""
        row = FlowLayout(theme.px(8))
        for button in buttons:
            row.addWidget(button)
        self._column.addLayout(row)
        return row


class Columns(QWidget):
    """Stacks of cards side by side, one below the other where room is short (`least` pixels at 100 %)."""

    def __init__(self, *stacks: tuple[QWidget, ...], least: int = 760, shares: tuple[int, ...] = ()) -> None:
        super().__init__()
        self._least = least
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.px(14))
        for place, cards in enumerate(stacks):
            stack = QVBoxLayout()
            stack.setSpacing(theme.px(14))
            for card in cards:
                stack.addWidget(card, 0 if isinstance(card, FormCard) else 1)
            if all(isinstance(card, FormCard) for card in cards):
                stack.addStretch(1)
            self._box.addLayout(stack, shares[place] if shares else 1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the width of the widest stack alone: this is how narrow it can get."""
        hint = super().minimumSizeHint()
        items = (self._box.itemAt(place) for place in range(self._box.count()))
        widest = max((item.minimumSize().width() for item in items if item is not None), default=0)
        return QSize(widest, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Choose how the stacks stand."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(self._least)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._box.direction() != way:
            self._box.setDirection(way)
            self.updateGeometry()


# -- readers -----------------------------------------------------------------------------------------------------------


def text(text: str) -> str:
    """Read any text."""
    return text.strip()


def some_text(text: str) -> str | Said:
    """Read a text that must not be empty."""
    return text.strip() or say("This must not be empty.")


def whole(least: int, most: int) -> Reader:
    """Return a reader of whole numbers between two bounds."""

    def read(text: str) -> int | Said:
        told = text.strip()
        if not told.lstrip("-").isdecimal():
            return say("A whole number from {least} to {most}.", least=least, most=most)
        value = int(told)
        return value if least <= value <= most else say("From {least} to {most}.", least=least, most=most)

    return read


def number(least: float, most: float, *, empty: bool = False) -> Reader:
    """Return a reader of numbers between two bounds; `empty`: nothing typed means none."""

    def read(text: str) -> float | Said | None:
        told = text.strip().replace(",", ".").replace("。", ".")
        if not told and empty:
            return None
        try:
            value = float(told)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            return say("A number from {least} to {most}.", least=f"{least:g}", most=f"{most:g}")
        if not least <= value <= most:
            return say("From {least} to {most}.", least=f"{least:g}", most=f"{most:g}")
        return value

    return read


def percent(*, empty: bool = False) -> Reader:
    """Return a reader of per cent as a share: 80 or 80% is 0.8."""
    inner = number(0, 100, empty=empty)

    def read(text: str) -> object:
        told = inner(text.strip().rstrip("%％"))
        return round(told / 100, 6) if isinstance(told, float) else told

    return read


def plain(value: float) -> str:
    """Write a number without needless digits."""
    return f"{value:g}"


def as_percent(share: float) -> str:
    """Write a share as per cent."""
    return f"{share * 100:g}"
