"""The list on the right: never re-sorted under the hand, answered with one key."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.core.floor.policy import Tone
from console.core.words import say
from console.ui.widgets.todo_card import TodoCard
from console.views.todo import SNOOZE_S, Action, Card
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import NOON_TWO, alarms, floor, lost_link


def card(identity: str, tone: Tone = Tone.WARN, **fields: object) -> Card:
    answers = (
        Action(key="grant", label=say("{line}", line="Grant"), shortcut="A", kind="strong"),
        Action(key="room", label=say("{line}", line="Room"), shortcut="Ctrl+Y"),
        Action(key="done", label=say("{line}", line="Done"), shortcut="Space"),
    )
    return Card(id=identity, tone=tone, title=say("{line}", line=identity), actions=answers, **fields)  # type: ignore[arg-type]


def ids(desk: Desk) -> list[str]:
    return [slot.card.id for slot in desk.window.todo.slots]


def current() -> str:
    widget = QApplication.focusWidget()
    return widget.slot.card.id if isinstance(widget, TodoCard) else ""


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifier)
    settle()


def test_what_is_most_urgent_stands_first(desk: Desk) -> None:
    assert ids(desk) == [
        "group:security",
        "callers_wait_while_available:web",
        "stuck_ringing:security",
        "group:payment",
    ]
    assert desk.window.todo.title.text().endswith("4")


def test_a_card_is_reached_and_answered_with_keys_alone(desk: Desk) -> None:
    desk.shell.show_cards((card("break:1077", due=NOON_TWO + 60), card("break:1042", due=NOON_TWO + 90)))
    QTest.keyClick(desk.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert current() == ids(desk)[0]
    for _ in ids(desk):
        if current() != "break:1042":
            press(Qt.Key.Key_Down)
    press(Qt.Key.Key_A)
    press(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_X)
    assert desk.acted == [("break:1042", "grant"), ("break:1042", "room"), ("break:1042", "done")]
    press(Qt.Key.Key_Up)
    assert current() != "break:1042"


def test_nothing_moves_while_the_focus_is_in_the_list(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.publish(floor(with_alarms=False))
    desk.shell.show_cards((card("a", since=1.0), card("b", since=2.0)))
    desk.window.todo.focus_first()
    assert current() == "a"
    desk.shell.show_cards((card("urgent", Tone.ALARM), card("a", since=1.0), card("b", since=2.0)))
    assert ids(desk) == ["a", "b", "urgent"]
    assert current() == "a"
    assert desk.window.todo.fresh.isVisible()
    assert "1" in desk.window.todo.fresh.text()
    press(Qt.Key.Key_R)
    assert ids(desk) == ["urgent", "a", "b"]
    assert current() == "a"
    assert not desk.window.todo.fresh.isVisible()


def test_a_card_nobody_asks_any_more_stays_in_its_place_and_takes_no_answer(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.publish(floor(with_alarms=False))
    desk.shell.show_cards((card("a", since=1.0), card("b", since=2.0)))
    desk.window.todo.focus_first()
    desk.shell.show_cards((card("b", since=2.0),))
    assert ids(desk) == ["a", "b"]
    assert desk.window.todo.slots[0].settled
    press(Qt.Key.Key_A)
    assert desk.acted == []
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_A)
    assert desk.acted == [("b", "grant")]


def test_the_list_is_sorted_once_the_focus_has_left(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.publish(floor(with_alarms=False))
    desk.shell.show_cards((card("a", since=1.0),))
    desk.window.todo.focus_first()
    desk.shell.show_cards((card("urgent", Tone.ALARM), card("a", since=1.0)))
    assert ids(desk) == ["a", "urgent"]
    page = desk.window.page
    assert page is not None
    page.setFocus()
    settle()
    assert ids(desk) == ["urgent", "a"]


def test_a_held_key_answers_once(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.shell.show_cards((card("a"),))
    desk.window.todo.focus_first()
    widget = QApplication.focusWidget()
    assert isinstance(widget, TodoCard)
    for repeated in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", repeated, 1)
        QApplication.sendEvent(widget, event)
    assert desk.acted == [("a", "grant")]


def test_the_line_for_a_reason_opens_where_one_can_see_it(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    asks = Action(key="refuse", label=say("{line}", line="Refuse"), shortcut="X", asks=say("Reason"))
    desk.shell.show_cards(tuple(card(f"c{number:02d}", lines=(say("Reason"),) * 3) for number in range(20)))
    last = desk.window.todo.slots[-1].card
    desk.shell.show_cards(tuple(msgspec.structs.replace(slot.card, actions=(asks,)) for slot in desk.window.todo.slots))
    shown = desk.window.todo.card(last.id)
    assert shown is not None
    shown.setFocus()
    settle()
    press(Qt.Key.Key_X)
    settle()
    assert shown.words.hasFocus()
    assert shown.words.visibleRegion().boundingRect().height() == shown.words.height(), "all of it is in sight"


def test_a_button_carries_its_key_and_answers_by_mouse(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.shell.show_cards((card("a"),))
    shown = desk.window.todo.card("a")
    assert shown is not None
    assert [button.key for button in shown.buttons] == ["A", "Ctrl+Y", "Space"]
    QTest.mouseClick(shown.buttons[0], Qt.MouseButton.LeftButton)
    assert desk.acted == [("a", "grant")]


def test_a_card_put_off_comes_back_after_five_minutes(desk: Desk) -> None:
    desk.window.todo.focus_first()
    press(Qt.Key.Key_S)
    first = desk.window.todo.slots[0]
    assert (first.card.id, first.settled) == ("group:security", True)
    press(Qt.Key.Key_R)
    assert "group:security" not in ids(desk)
    desk.clock.at += SNOOZE_S + 1
    desk.publish(floor(desk.clock.at))
    assert "group:security" in ids(desk)


def test_a_card_put_off_comes_back_at_once_when_it_grows_worse(desk: Desk) -> None:
    desk.window.todo.answer("group:payment", "snooze")
    assert "group:payment" not in ids(desk)
    worse = tuple(
        msgspec.structs.replace(alarm, tone=Tone.ALARM) if alarm.group == "payment" else alarm
        for alarm in alarms(NOON_TWO)
    )
    desk.publish(msgspec.structs.replace(floor(), alarms=worse))
    assert "group:payment" in ids(desk)


def test_my_groups_leave_out_the_cards_of_others_but_not_the_connection(desk: Desk) -> None:
    desk.shell.change(my_groups=("payment",), only_mine=True)
    assert ids(desk) == ["group:payment"]
    desk.publish(floor(link=lost_link()))
    assert ids(desk) == ["link", "group:payment"]


def test_an_empty_list_says_so(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.publish(floor(with_alarms=False))
    assert ids(desk) == []
    assert desk.window.todo.nobody.isVisible()
    desk.shell.show_cards((card("a"),))
    assert not desk.window.todo.nobody.isVisible()


def test_the_past_on_the_board_leaves_the_list_in_the_present(desk: Desk) -> None:
    before = ids(desk)
    desk.shell.show_past(floor(NOON_TWO - 7200, with_alarms=False, past=True))
    settle()
    assert ids(desk) == before
    desk.publish(floor(with_alarms=False))
    assert ids(desk) == []
    assert desk.shell.view.past
    desk.shell.show_past(None)
    assert not desk.shell.view.past


def test_more_cards_than_a_person_can_read_are_counted(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.shell.show_cards(tuple(card(f"c{number:03d}") for number in range(200)))
    assert len(ids(desk)) == 60
    assert desk.window.todo.title.text().endswith("200")
    assert desk.window.todo.beyond.text() == "and 140 more"
