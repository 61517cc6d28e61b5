"""One card of the list: what waits, why, and the answers with their keys."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLineEdit, QVBoxLayout, QWidget

from console.core.floor.policy import Tone
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import joined, render, tr
from console.ui.theme import Type
from console.ui.widgets.flow import FlowLayout
from console.ui.widgets.line import Line
from console.ui.widgets.panel import paint_card
from console.ui.widgets.sure_button import SureButton
from console.views.todo import Action, Slot

_LINES = {Tone.CALM: "line", Tone.WARN: "warn_line", Tone.ALARM: "alarm_line"}


def action_of(actions: tuple[Action, ...], event: QKeyEvent) -> Action | None:
    """Return the answer a key gives, None for none; letters count without modifiers only."""
    if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return None
    # Named here and not above: Qt's 500 keys are not looked at before the first one is pressed.
    keys: dict[str, tuple[int, ...]] = {
        "Return": (Qt.Key.Key_Return, Qt.Key.Key_Enter),
        "Space": (Qt.Key.Key_Space,),
        "Del": (Qt.Key.Key_Delete,),
    }
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    for action in actions:
        name = action.shortcut
        wants_control = name.startswith("Ctrl+")
        name = name.removeprefix("Ctrl+")
        if not name or control is not wants_control:
            continue
        if event.key() in keys.get(name, (ord(name.upper()[0]),)):
            return action
    return None


class TodoCard(QWidget):
    """A card; it takes the focus as a whole, its buttons with Tab."""

    answered = Signal(str, str, str)
    took_focus = Signal(str)
    opened = Signal(str)

    def __init__(self, slot: Slot) -> None:
        super().__init__()
        self.slot = slot
        self._shown: tuple[object, ...] = ()
        self._buttons: list[SureButton] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = Line(Type.TITLE, shrinks=True)
        self.badge = Line(Type.STRONG)
        self._badge_below = Line(Type.STRONG)
        self._badge_below.hide()
        self.body = QLabel()
        self.body.setProperty("role", "soft")
        self.body.setWordWrap(True)
        self.body.setTextFormat(Qt.TextFormat.PlainText)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.title, 1)
        head.addWidget(self.badge)
        self._answers = FlowLayout(theme.px(7))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(9), theme.px(12), theme.px(10))
        column.setSpacing(theme.px(5))
        column.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        column.addLayout(head)
        column.addWidget(self._badge_below)
        column.addWidget(self.body)
        column.addSpacing(theme.px(3))
        column.addLayout(self._answers)
        self._asking = ""
        self.words = QLineEdit()
        self.words.hide()
        self.words.returnPressed.connect(self._send)
        self.words.textEdited.connect(lambda _typed: self._say_problem(""))
        column.addWidget(self.words)
        self.problem = QLabel()
        self.problem.setProperty("role", "alarm")
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.hide()
        column.addWidget(self.problem)
        self.show_slot(slot)

    def show_slot(self, slot: Slot) -> None:
        """Show the card as it stands now; answers keep their buttons, so that no press goes astray."""
        was, self.slot = self.slot, slot
        card = slot.card
        said = tr("settled") if slot.settled else render(card.badge) if card.badge is not None else ""
        calm = "calm" if card.good else "soft"
        role = "soft" if slot.settled else theme.tone_role(card.badge_tone, calm=calm)
        for badge in (self.badge, self._badge_below):
            badge.say(said, role)
        title = render(card.title)
        body = "\n".join(render(line) for line in card.lines)
        if card.others:
            body += "\n" + tr("{names} looks at this", names=", ".join(card.others))
        labels = tuple((action, render(action.label)) for action in card.actions)
        if (title, body, labels, slot.settled, card.tone) == self._shown:
            return
        self._shown = (title, body, labels, slot.settled, card.tone)
        self.title.say(title, "faint" if slot.settled else "ink")
        self._place_badge()
        if body != self.body.text():
            self.body.setText(body)
        self.body.setVisible(bool(body))
        self.setAccessibleName(title)
        self.setAccessibleDescription(body)
        if [b.property("action") for b in self._buttons] != [action.key for action in card.actions]:
            self._make_buttons(card.actions)
        for button, action in zip(self._buttons, card.actions, strict=True):
            button.show_action(action)
            button.setEnabled(not slot.settled)
            button.update()
        if self._asking and (slot.settled or self._asking not in {action.key for action in card.actions}):
            self._close_words()
        if was.card.tone is not card.tone or was.settled != slot.settled:
            self.update()

    def _place_badge(self) -> None:
        """Stand beside the title, or beneath it where the name would have to give way."""
        room = self.width() - theme.px(24 + 8)
        below = self.title.sizeHint().width() + self.badge.sizeHint().width() > room > 0
        if below is self.badge.isHidden():
            return
        self.badge.setVisible(not below)
        self._badge_below.setVisible(below)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Find room for the badge."""
        super().resizeEvent(event)
        self._place_badge()

    def _make_buttons(self, actions: tuple[Action, ...]) -> None:
        for button in self._buttons:
            self._answers.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for place, action in enumerate(actions):
            button = SureButton()
            button.setProperty("action", action.key)
            button.given.connect(lambda key=action.key: self._give(key))
            self._answers.put(place, button)
            QWidget.setTabOrder(self._buttons[-1] if self._buttons else self, button)
            self._buttons.append(button)

    @property
    def buttons(self) -> list[SureButton]:
        """Return the answers' buttons in their order."""
        return self._buttons

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the height the words take at this width."""
        layout = self.layout()
        assert layout is not None
        width = self.width() or theme.px(theme.TODO_WIDTH)
        return QSize(width, layout.totalHeightForWidth(width))

    def give(self, key: str) -> None:
        """Give an answer as its key does; one that asks again is only asked."""
        button = next((each for each in self._buttons if each.property("action") == key), None)
        if button is not None and not self.slot.settled:
            for other in self._buttons:
                if other is not button:
                    other.leave()
            button.give()

    def _give(self, key: str) -> None:
        """Give an answer; one that asks for words opens the line for them first."""
        action = next((action for action in self.slot.card.actions if action.key == key), None)
        if action is None or self.slot.settled:
            return
        if action.asks is None:
            self._close_words()
            self.answered.emit(self.slot.card.id, key, "")
            return
        self._open_words(action, action.preset)
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit(self.slot.card.id)

    def _open_words(self, action: Action, words: str) -> None:
        self._asking = action.key
        self.words.setPlaceholderText("" if action.asks is None else render(action.asks))
        self.words.setAccessibleName(render(action.label))
        self.words.setText(words)
        self.words.selectAll()
        self._say_problem("")
        self.words.show()
        self.updateGeometry()

    def give_back(self, key: str, words: str, why_not: Said) -> bool:
        """Show what was typed again, and why it was not taken; return whether the card still asks for it.

        The hand goes back into the line if it is still on this card, else it is left where it is by now.
        """
        action = next((action for action in self.slot.card.actions if action.key == key), None)
        if action is None or action.asks is None or self.slot.settled or self._asking:
            return False
        self._open_words(action, words)
        self._say_problem(render(why_not))
        if self.hasFocus():
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)
            self.opened.emit(self.slot.card.id)
        return True

    def _say_problem(self, words: str) -> None:
        if words == self.problem.text() and bool(words) is not self.problem.isHidden():
            return
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self.words.setAccessibleDescription(words)
        self.updateGeometry()

    def _send(self) -> None:
        words, key = self.words.text().strip(), self._asking
        if words and key:
            self._close_words()
            self.answered.emit(self.slot.card.id, key, words)

    def _close_words(self) -> None:
        if not self._asking:
            return
        inside = self.words.hasFocus()
        self._asking = ""
        self.words.hide()
        self._say_problem("")
        self.updateGeometry()
        if inside:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Answer with one key; while words are typed, Escape closes their line."""
        if self._asking and event.key() == Qt.Key.Key_Escape:
            self._close_words()
            return
        if self.words.hasFocus():
            return
        action = None if self.slot.settled or event.isAutoRepeat() else action_of(self.slot.card.actions, event)
        if action is None:
            super().keyPressEvent(event)
            return
        self.give(action.key)

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take the card in hand."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Stand in the frame."""
        self.took_focus.emit(self.slot.card.id)
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Leave the frame."""
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card in its tone, framed while at hand."""
        painter = QPainter(self)
        if self.slot.settled:
            painter.setOpacity(0.6)
        line = "line" if self.slot.settled else _LINES[self.slot.card.tone]
        width = 1.0
        if self.hasFocus() or (self.focusWidget() is not None and self.isAncestorOf(self.focusWidget())):
            line, width = ("accent", 1.6) if self.hasFocus() else (line, 1.6)
        paint_card(painter, QRectF(self.rect()), ground="ground", line=line, width=width)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._shown = ()
            self.show_slot(self.slot)
        super().changeEvent(event)


def spoken(slot: Slot) -> str:
    """Return a card as one line, for notices outside the window."""
    return f"{render(slot.card.title)}: {joined(slot.card.lines)}"
