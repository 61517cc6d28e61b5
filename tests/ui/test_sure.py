"""What no one key takes back asks again in its own place: Enter means it, Escape, another key and going away do not."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.core.words import say
from console.core.work.plan_records import RunState
from console.ui.widgets.answer_row import AnswerRow
from console.ui.widgets.sure_button import SureButton
from console.views.todo import Action
from tests.core.plan_desk import PlanDesk, body
from tests.ui.break_desk import press
from tests.ui.conftest import Desk, settle
from tests.ui.plans_desk import PlayedPlans

K = Qt.Key
SURE = Action(key="down", label=say("Stand down"), shortcut="E", sure=say("Stand down?"))
STOP = Action(key="stop", label=say("Stop here"), shortcut="P")
BARRED = Action(key="edit", label=say("Edit"), shortcut="D", why_not=say("Only others may."))


class Held(QWidget):
    """A row of answers, and a place beside it where the hand is first."""

    def __init__(self) -> None:
        super().__init__()
        self.row = AnswerRow()
        self.row.offer((SURE, STOP, BARRED))
        self.told: list[str] = []
        self.why_not: list[str] = []
        self.row.answered.connect(lambda key, _why: self.told.append(key))
        self.row.barred.connect(lambda said: self.why_not.append(said.english()))
        column = QVBoxLayout(self)
        column.addWidget(self.row)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        self.row.by_key(event)  # type: ignore[arg-type]  # a key's event

    @property
    def button(self) -> SureButton:
        return self.row.buttons[0]


@pytest.fixture
def held(qtbot: QtBot) -> Held:
    made = Held()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.setFocus()
    settle()
    assert made.hasFocus()
    return made


def test_enter_means_it_and_the_hand_goes_back(held: Held) -> None:
    press(K.Key_E)
    assert held.told == []
    assert held.button.text() == "Stand down?"
    assert held.button.hasFocus()
    press(K.Key_Return)
    assert held.told == ["down"]
    assert held.button.text() == "Stand down"
    assert held.hasFocus()


def test_the_same_key_again_means_nothing(held: Held) -> None:
    for _ in range(3):
        press(K.Key_E)
    assert held.told == []
    assert held.button.asking


def test_escape_takes_it_back_where_the_hand_was(held: Held) -> None:
    press(K.Key_E)
    press(K.Key_Escape)
    assert (held.told, held.button.text(), held.hasFocus()) == ([], "Stand down", True)
    press(K.Key_Return)
    assert held.told == []


def test_another_answer_or_going_away_is_no_yes(held: Held) -> None:
    press(K.Key_E)
    press(K.Key_P)
    assert held.told == ["stop"]
    assert not held.button.asking
    press(K.Key_E)
    press(K.Key_Tab)
    assert not held.button.asking
    assert held.told == ["stop"]


def test_with_the_mouse_it_takes_two_clicks_and_no_double_click(held: Held) -> None:
    QTest.mouseDClick(held.button, Qt.MouseButton.LeftButton)
    settle()
    assert held.told == []
    held.button.leave()
    for told in ([], ["down"]):
        QTest.mouseClick(held.button, Qt.MouseButton.LeftButton)
        settle()
        assert held.told == told


def test_a_question_stays_while_the_same_answer_is_offered_again(held: Held) -> None:
    press(K.Key_E)
    held.row.offer((SURE, STOP, BARRED))
    assert held.button.text() == "Stand down?"
    held.row.offer((STOP,))
    settle()
    held.row.offer((SURE, STOP))
    assert held.button.text() == "Stand down", "another time it is asked anew"


def test_what_somebody_may_not_is_shown_and_says_why(held: Held) -> None:
    barred = held.row.buttons[2]
    assert not barred.isEnabled()
    assert barred.toolTip() == barred.accessibleDescription() == "Only others may."
    press(K.Key_D)
    assert (held.told, held.why_not) == ([], ["Only others may."])


def test_the_card_of_a_run_that_is_calm_asks_again_too(desk_of: Callable[..., Desk]) -> None:
    desk, plans = desk_of(page="agents"), PlanDesk()
    plans.start(body({"do": "hold_breaks"}, calm_s=5.0))
    plans.answered = 9
    plans.ticks(20)
    desk.clock.at = plans.at
    desk.publish(plans.view)
    desk.shell.take_book(plans.book)
    settle()
    identity = f"plan:{plans.run.id}"
    card = desk.window.todo.card(identity)
    assert card is not None
    card.setFocus()
    settle()
    press(K.Key_E)
    assert desk.acted == []
    assert isinstance(QApplication.focusWidget(), SureButton)
    press(K.Key_Escape)
    assert card.hasFocus()
    press(K.Key_E)
    press(K.Key_Return)
    assert desk.acted == [(identity, "stand_down")]


def test_on_the_page_escape_leaves_the_run_standing(desk_of: Callable[..., Desk]) -> None:
    played = PlayedPlans(desk_of(page="board"))
    played.plans.start(body({"do": "hold_breaks"}))
    played.ticks(2)
    page = played.open_page()
    press(K.Key_E)
    assert "?" in page.now.panel.answers.buttons[0].text()
    press(K.Key_Escape)
    played.ticks(3)
    assert played.plans.run.state is RunState.STANDING
    assert played.doors.acted == []
