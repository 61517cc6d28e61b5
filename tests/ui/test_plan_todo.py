"""Plans on the list, through the real window: answered by keys alone, a time that stands there already, whose it is."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from console.core.floor.view import FloorView
from console.core.rules.plan_outlook import OutlookPoint, PlanOutlook
from console.core.work.plan_records import StartPlan
from console.ui.widgets.todo_card import TodoCard
from tests.core.floor_of_ten import NOON
from tests.core.plan_desk import LI, SUBJECT, PlanDesk, body
from tests.ui.break_desk import press, type_in
from tests.ui.conftest import Desk, settle

CTRL = Qt.KeyboardModifier.ControlModifier
TELL = {"do": "notify", "text": "${waiting}", "title": "高峰"}


def shown(desk: Desk, plans: PlanDesk) -> None:
    """Put the floor and the book of plans on screen."""
    desk.clock.at = plans.at
    desk.publish(plans.view)
    desk.shell.take_book(plans.book)
    settle()


def proposed() -> PlanDesk:
    plans = PlanDesk()
    plans.keep(body(TELL, {"do": "hold_breaks"}, trigger="propose", countdown_s=180))
    plans.waiting = 34
    plans.ticks(4)
    return plans


def the_card(desk: Desk, identity: str) -> TodoCard:
    return next(card for card in desk.window.todo.findChildren(TodoCard) if card.slot.card.id == identity)


def go_to(identity: str) -> None:
    press(Qt.Key.Key_T, CTRL)
    for _ in range(12):
        widget = QApplication.focusWidget()
        if isinstance(widget, TodoCard) and widget.slot.card.id == identity:
            return
        press(Qt.Key.Key_Down)
    raise AssertionError(identity)


def test_a_proposal_is_begun_put_off_and_dropped_with_the_keys_every_card_has(desk_of: Callable[..., Desk]) -> None:
    desk, plans = desk_of(page="agents"), proposed()
    shown(desk, plans)
    card = f"plan:{plans.run.id}"
    go_to(card)
    press(Qt.Key.Key_A)
    press(Qt.Key.Key_X)
    press(Qt.Key.Key_S)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert (line.text(), line.selectedText()) == ("10", "10")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_S)
    type_in("14:25")
    press(Qt.Key.Key_Return)
    assert desk.acted == [(card, "start"), (card, "drop"), (card, "put_off", "10"), (card, "put_off", "14:25")]


def test_return_leads_to_the_plans_page(desk_of: Callable[..., Desk]) -> None:
    desk, plans = desk_of(page="agents"), proposed()
    shown(desk, plans)
    went: list[tuple[str, str]] = []
    desk.shell.went.connect(lambda page, subject: went.append((page, subject)))
    go_to(f"plan:{plans.run.id}")
    press(Qt.Key.Key_Return)
    assert went == [("plans", f"plan:{plans.run.id}")]


def test_who_answers_for_other_groups_sees_whose_it_is(desk_of: Callable[..., Desk]) -> None:
    desk, plans = desk_of(page="agents", role="floor_supervisor", answers_for=("web",)), proposed()
    shown(desk, plans)
    card = the_card(desk, f"plan:{plans.run.id}")
    assert [action.key for action in card.slot.card.actions] == ["plan"]
    assert "销售" in card.body.text().splitlines()[-1]


def test_what_a_worker_expects_of_doing_nothing_comes_onto_the_card(desk_of: Callable[..., Desk]) -> None:
    desk, plans = desk_of(page="agents"), PlanDesk(waiting=20)
    plans.keep(body({"do": "hold_breaks"}))
    plans.told(StartPlan(id="s", by=LI, run="r1", plan="peak", subject=SUBJECT))
    plans.ticks(3)
    shown(desk, plans)
    point = OutlookPoint(at=NOON, waiting=77.0, least=60.0, most=90.0, mean_wait_s=61.0, wait_s=80.0)
    desk.shell.take_outlooks({"r1": PlanOutlook(run="r1", begun_at=NOON, points=(point,) * 5)})
    desk.window.work.judge_all()
    settle()
    assert "77" in the_card(desk, "plan:r1").body.text()


def test_the_list_is_empty_of_plans_where_there_are_none(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(page="agents")
    shown(desk, PlanDesk())
    desk.publish(FloorView())
    assert not [card for card in desk.shell.cards if card.id.startswith("plan")]
