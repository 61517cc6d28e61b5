"""Breaks by keyboard alone, through the real window: list, page, rounds; nothing here touches a mouse."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from console.core.words import say
from console.core.work.break_records import Break, BreakState
from console.core.work.meal_records import MealPlan, MealSeat, PlanState
from console.ui.widgets.ask_for import AskFor
from console.ui.widgets.gantt import Gantt
from console.ui.widgets.rounds import Rounds
from console.ui.widgets.todo_card import TodoCard
from tests.core.floor_of_ten import GROUP, NOON, floor
from tests.ui.break_desk import Played, press, type_in
from tests.ui.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
S = BreakState


def current() -> str:
    widget = QApplication.focusWidget()
    return widget.slot.card.id if isinstance(widget, TodoCard) else ""


def go_to(card: str) -> None:
    press(Qt.Key.Key_T, CTRL)
    for _ in range(12):
        if current() == card:
            return
        press(Qt.Key.Key_Down)
    assert current() == card


def test_a_morning_of_requests_is_answered_from_the_list(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"))
    first, second, third = played.ask(1), played.ask(2), played.ask(3)
    go_to(f"break:{first}")
    press(Qt.Key.Key_A)
    assert played.of(first).state is S.GRANTED
    # The card stays under the hand, and the next one reads as it stands now.
    assert current() == f"break:{first}"
    press(Qt.Key.Key_Down)
    assert current() == f"break:{second}"
    press(Qt.Key.Key_A)
    assert played.of(second).state is S.GRANTED
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_A)
    assert played.of(third).state is S.ASKED, "rules object: A gives no answer there"
    press(Qt.Key.Key_D)
    owed = played.of(third)
    assert owed.state is S.OWED
    assert owed.slot is not None
    assert owed.slot > NOON


def test_an_exception_is_typed_in_place(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"))
    for number in (2, 3):
        played.doors.act(f"break:{played.ask(number)}", "grant")
    name = played.ask(1)
    go_to(f"break:{name}")
    press(Qt.Key.Key_E)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    press(Qt.Key.Key_Return)
    assert played.of(name).state is S.ASKED, "nothing typed is no reason"
    type_in("Doctor at noon, ad hoc")
    assert played.of(name).state is S.ASKED, "letters typed are no answers"
    press(Qt.Key.Key_Return)
    granted = played.of(name)
    assert (granted.state, granted.exception) == (S.GRANTED, "Doctor at noon, ad hoc")
    assert current() == f"break:{name}"


def test_escape_closes_the_line_and_answers_nothing(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"))
    name = played.ask(1)
    go_to(f"break:{name}")
    press(Qt.Key.Key_X)
    type_in("too busy")
    press(Qt.Key.Key_Escape)
    assert current() == f"break:{name}"
    assert played.of(name).state is S.ASKED
    press(Qt.Key.Key_X)
    type_in("too busy")
    press(Qt.Key.Key_Return)
    assert (played.of(name).state, played.of(name).why) == (S.REFUSED, "too busy")


def test_a_time_is_typed_and_a_slip_is_said(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"))
    name = played.ask(1)
    go_to(f"break:{name}")
    press(Qt.Key.Key_D)
    type_in("half past")
    press(Qt.Key.Key_Return)
    assert played.of(name).state is S.ASKED
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert line.text() == "half past", "what was typed is there to be mended"
    assert line.accessibleDescription() == "“half past” is no time such as 14:25, nor minutes such as 20."
    assert not played.said, "said at the line, not twice"
    type_in("14:25")
    press(Qt.Key.Key_Return)
    assert played.of(name).slot == NOON + 2 * 3600 + 25 * 60


def test_a_grant_is_taken_back_on_its_card_and_from_anywhere(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"))
    first, second = played.ask(1), played.ask(2)
    go_to(f"break:{first}")
    press(Qt.Key.Key_A)
    press(Qt.Key.Key_U)
    assert played.of(first).state is S.ASKED
    press(Qt.Key.Key_A)
    press(Qt.Key.Key_Down)
    played.later(5)
    press(Qt.Key.Key_A)
    assert played.of(second).state is S.GRANTED
    press(Qt.Key.Key_Z, CTRL)
    assert (played.of(first).state, played.of(second).state) == (S.GRANTED, S.ASKED)


def test_the_page_is_reached_gone_through_and_answered(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"))
    first, second = played.ask(1), played.ask(2)
    played.desk.shell.doors.act(f"break:{first}", "grant")
    press(Qt.Key.Key_2, CTRL)
    day = QApplication.focusWidget()
    assert isinstance(day, Gantt)
    press(Qt.Key.Key_Right)
    assert day.current == first
    press(Qt.Key.Key_U)
    assert played.of(first).state is S.ASKED
    assert played.of(second).state is S.ASKED


def test_asking_on_somebodys_behalf(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"))
    played.open_page()
    press(Qt.Key.Key_N)
    type_in("2007")
    press(Qt.Key.Key_Return)
    (asked,) = played.desk.shell.book.every(Break).values()
    assert (asked.person, asked.state) == ("p7", S.ASKED)
    assert asked.asked_by == "li"


def test_rounds_are_proposed_changed_and_published(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(page="agents")
    played = Played(desk, floor(10, at=NOON))
    played.open_page()
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_P)
    (plan,) = desk.shell.book.every(MealPlan).values()
    assert (plan.group, plan.state) == (GROUP, PlanState.PROPOSED)
    board = QApplication.focusWidget()
    assert isinstance(board, Rounds)
    moved = board.current
    before = desk.shell.book.get(MealSeat, f"{plan.id}/{moved}")
    assert before is not None
    assert before.round == 0
    press(Qt.Key.Key_Right, SHIFT)
    assert isinstance(QApplication.focusWidget(), QLineEdit), "the round is full: a reason is asked for"
    type_in("shares a car with the other")
    press(Qt.Key.Key_Return)
    after = desk.shell.book.get(MealSeat, f"{plan.id}/{moved}")
    assert after is not None
    assert after.round == 1
    press(Qt.Key.Key_Return, CTRL)
    assert desk.shell.book.every(MealPlan)[plan.id].state is PlanState.PUBLISHED


def test_two_are_exchanged_by_lifting_one_onto_the_other(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(page="agents")
    played = Played(desk, floor(10, at=NOON))
    played.doors.propose_meals(GROUP, 0)
    played.open_page()
    press(Qt.Key.Key_2)
    board = QApplication.focusWidget()
    assert isinstance(board, Rounds)
    one = board.current
    press(Qt.Key.Key_Space)
    assert board.lifted == one
    press(Qt.Key.Key_Right)
    other = board.current
    press(Qt.Key.Key_Space)
    seats = {each.person: each.round for each in desk.shell.book.every(MealSeat).values()}
    assert (seats[one], seats[other]) == (1, 0)


def test_a_wrong_length_for_somebody_is_said_beneath_and_asks_nothing(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="breaks"))
    press(Qt.Key.Key_2, CTRL)
    press(Qt.Key.Key_N)
    type_in("1004")
    window = played.desk.window
    card = window.findChild(AskFor)
    assert card is not None
    card.minutes.setFocus()
    type_in("half")
    assert card.problem.isVisible()
    assert card.problem.text() == "“half” is no length: whole minutes from 1 to 480."
    press(Qt.Key.Key_Return)
    assert card.isVisible()
    assert QApplication.focusWidget() is card.minutes
    assert not played.desk.shell.book.every(Break)
    card.minutes.setText("20")
    assert not card.problem.isVisible()
    press(Qt.Key.Key_Return)
    (asked,) = played.desk.shell.book.every(Break).values()
    assert asked.minutes == 20


def test_a_refusal_of_words_leaves_a_hand_that_has_gone_on_alone(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"))
    first, second = played.ask(1), played.ask(2)
    go_to(f"break:{second}")
    shown = played.desk.window.todo.card(f"break:{first}")
    assert shown is not None
    assert shown.give_back("refuse", "too busy", say("The disk is full."))
    assert current() == f"break:{second}", "the keys stay where they are"
    assert (shown.words.text(), shown.problem.text()) == ("too busy", "The disk is full.")
    assert not shown.give_back("refuse", "again", say("The disk is full.")), "what is being typed is not written over"
