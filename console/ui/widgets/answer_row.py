"""Answers in a row: buttons with their keys, and a line for the words an answer asks for."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from console.ui import theme
from console.ui.i18n import render
from console.ui.widgets.flow import FlowLayout
from console.ui.widgets.sure_button import SureButton
from console.ui.widgets.todo_card import action_of
from console.views.todo import Action


class AnswerRow(QWidget):
    """What may be answered; a button keeps its place while its answer may be given, so that no press goes astray.

    `barred` carries why somebody may not who tried by key.
    """

    answered = Signal(str, str)
    barred = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.actions_shown: tuple[Action, ...] = ()
        self.buttons: list[SureButton] = []
        self._asking = ""
        self._flow = FlowLayout(theme.px(7))
        self.words = QLineEdit()
        self.words.hide()
        self.words.setMaximumWidth(theme.px(360))
        self.words.returnPressed.connect(self._send)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addLayout(self._flow)
        column.addWidget(self.words)

    def offer(self, actions: tuple[Action, ...]) -> None:
        """Show these answers."""
        if [each.key for each in actions] != [each.key for each in self.actions_shown]:
            self._make(actions)
        self.actions_shown = actions
        for button, action in zip(self.buttons, actions, strict=True):
            button.show_action(action)
            button.setEnabled(action.why_not is None)
        if self._asking and self._asking not in {each.key for each in actions}:
            self.close_words()
        self.setVisible(bool(actions))

    def _make(self, actions: tuple[Action, ...]) -> None:
        """Make the buttons anew; the hand stays at the answer it was at, or goes to the first."""
        at_hand = next((b.property("action") for b in self.buttons if b.hasFocus()), None)
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for place, action in enumerate(actions):
            button = SureButton()
            button.show_action(action)
            button.setProperty("action", action.key)
            button.given.connect(lambda key=action.key: self._give(key))
            self._flow.put(place, button)
            if self.buttons:
                QWidget.setTabOrder(self.buttons[-1], button)
            self.buttons.append(button)
        if at_hand is not None and self.buttons:
            same = next((b for b in self.buttons if b.property("action") == at_hand), self.buttons[0])
            same.setFocus(Qt.FocusReason.OtherFocusReason)

    def give(self, key: str) -> None:
        """Give an answer as its key does; one that asks again is only asked, one this person may not says why."""
        for button, action in zip(self.buttons, self.actions_shown, strict=True):
            if action.key != key:
                button.leave()
            elif action.why_not is not None:
                self.barred.emit(action.why_not)
            else:
                button.give()

    def _give(self, key: str) -> None:
        """Give an answer; one that asks for words opens the line for them first."""
        action = next((each for each in self.actions_shown if each.key == key), None)
        if action is None:
            return
        if action.asks is None:
            self.close_words()
            self.answered.emit(key, "")
            return
        self._asking = key
        self.words.setPlaceholderText(render(action.asks))
        self.words.setAccessibleName(render(action.label))
        self.words.clear()
        self.words.show()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def give_back(self, key: str, words: str) -> None:
        """Open the line again with what was typed, for an answer that was refused."""
        action = next((each for each in self.actions_shown if each.key == key), None)
        if action is not None and action.asks is not None:
            self.give(key)
            self.words.setText(words)

    def by_key(self, event: QKeyEvent) -> bool:
        """Give the answer a key stands for; return whether there was one."""
        action = None if self.isHidden() else action_of(self.actions_shown, event)
        if action is not None:
            self.give(action.key)
        return action is not None

    def _send(self) -> None:
        words, key = self.words.text().strip(), self._asking
        if key:
            self.close_words()
            self.answered.emit(key, words)

    def close_words(self) -> None:
        """Take the line for words away."""
        if not self._asking:
            return
        inside, key, self._asking = self.words.hasFocus(), self._asking, ""
        self.words.hide()
        button = next((b for b in self.buttons if b.property("action") == key), None)
        if inside and button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Close the line for words with Escape; what is typed into it is no answer."""
        if self._asking and event.key() == Qt.Key.Key_Escape:
            self.close_words()
        elif self.words.hasFocus():
            event.accept()
        else:
            super().keyPressEvent(event)
