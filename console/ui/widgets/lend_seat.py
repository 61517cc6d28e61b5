"""Lend a seat: to which queue, until when, and whether it leaves another one; Enter lends, Escape does not."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from console.core.floor.model import Instant
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.form import Choice, Entry, whole
from console.ui.widgets.line import Line
from console.ui.widgets.overlay import Overlay

Choices = tuple[tuple[str, str], ...]


class Loaned(msgspec.Struct, frozen=True, kw_only=True):
    """What was filled in."""

    to_queue: str
    from_queue: str
    until: Instant
    penalty: int


class LendSeat(Overlay):
    """The form; `before` tells what has to be said about a choice before it is made."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, QSize(470, 388))
        self._then: Callable[[Loaned], None] = lambda _loan: None
        self._said_before: Callable[[str, str], Said | None] = lambda _to, _from: None
        self._read: Callable[[str], object] = str
        self.title = Line(Type.TITLE, shrinks=True)
        self.to_queue, self.from_queue = Choice(), Choice()
        self.until = Entry(self._read_until, wide=130, eager=False)
        self.penalty = Entry(whole(0, 99), wide=70, eager=False)
        self.warning = QLabel()
        self.warning.setProperty("role", "warn")
        self.warning.setWordWrap(True)
        self.go = KeyButton(key="↵", kind="strong")
        self.go.clicked.connect(self._lend)
        self.cancel = KeyButton(key="Esc")
        self.cancel.clicked.connect(self.close_card)
        for choice in (self.to_queue, self.from_queue):
            choice.picked.connect(lambda _queue: self._warn())
            choice.setMinimumWidth(theme.px(240))
        for entry in (self.until, self.penalty):
            entry.line.returnPressed.connect(self._lend)
        self._labels = [QLabel() for _ in range(4)]
        self._lay_out()

    def _lay_out(self) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(theme.px(14))
        form.setVerticalSpacing(theme.px(8))
        for row, (label, field) in enumerate(
            zip(self._labels, (self.to_queue, self.until, self.from_queue, self.penalty), strict=True)
        ):
            label.setProperty("role", "soft")
            label.setBuddy(field)
            form.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
            form.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
        form.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self.go)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        self.column.addWidget(self.title)
        self.column.addLayout(form)
        self.column.addWidget(self.warning)
        self.column.addStretch(1)
        self.column.addLayout(buttons)

    def ask(
        self,
        who: str,
        queues: tuple[Choices, Choices],
        read: Callable[[str], object],
        before: Callable[[str, str], Said | None],
        then: Callable[[Loaned], None],
    ) -> None:
        """Open for somebody; `queues` are those to lend to and those that may be left."""
        self._then, self._said_before, self._read = then, before, read
        self.title.say(tr("Lend the seat of {name}", name=who))
        words = (tr("Helps in"), tr("Until"), tr("Leaves meanwhile"), tr("Penalty there"))
        for label, text, field in zip(
            self._labels, words, (self.to_queue, self.until.line, self.from_queue, self.penalty.line), strict=True
        ):
            label.setText(text)
            field.setAccessibleName(text)
        to, away = queues
        self.to_queue.offer(to, to[0][0] if to else "")
        self.from_queue.offer((("", tr("nothing, serves both")), *away), "")
        self.until.line.setText("60")
        self.until.line.setModified(True)
        self.until.unit.setText(tr("minutes, or a time such as 15:30"))
        self.penalty.line.setText("0")
        self.penalty.line.setModified(True)
        self.go.setText(tr("Lend"))
        self.go.setEnabled(bool(to))
        self.cancel.setText(tr("Cancel"))
        for button in (self.go, self.cancel):
            button.updateGeometry()
        self._warn()
        self.open(self.to_queue)

    def _read_until(self, typed: str) -> object:
        return self._read(typed)

    def _warn(self) -> None:
        said = self._said_before(str(self.to_queue.currentData() or ""), str(self.from_queue.currentData() or ""))
        self.warning.setText("" if said is None else render(said))
        self.warning.setVisible(said is not None)

    def _lend(self) -> None:
        until, penalty = self._read(self.until.line.text()), whole(0, 99)(self.penalty.line.text())
        if not isinstance(until, float) or not isinstance(penalty, int):
            self.until.retranslate()
            self.penalty.retranslate()
            (self.penalty if isinstance(until, float) else self.until).line.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        told = Loaned(
            to_queue=str(self.to_queue.currentData() or ""),
            from_queue=str(self.from_queue.currentData() or ""),
            until=until,
            penalty=penalty,
        )
        self.close_card()
        self._then(told)
