"""Lending a seat from the agent table, by keyboard: asked on a card, seen on the details, taken back."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from console.core.floor.model import QueueState
from console.core.floor.view import FloorView
from console.core.levers import Lever, Membership, hold
from console.core.work.lending import Loan, LoanState
from console.ui.pages.agents import AgentsPage
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.ui.break_desk import Played, press, type_in
from tests.ui.conftest import Desk, settle

CTRL = Qt.KeyboardModifier.ControlModifier


def lending_floor() -> FloorView:
    view = floor(4)
    names = (GROUP, "vip", "web", "night")
    return replace(view, queues={name: QueueState(name=name, gone=name == "night") for name in names})


def opened(played: Played) -> AgentsPage:
    played.desk.window.open_page("agents", f"agent:{seat(1)}")
    settle()
    page = played.desk.window.page
    assert isinstance(page, AgentsPage)
    return page


def loans(played: Played) -> list[Loan]:
    return list(played.desk.shell.book.every(Loan).values())


def test_a_seat_is_lent_for_an_hour_and_taken_back_with_keys(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"), lending_floor())
    page = opened(played)
    press(Qt.Key.Key_J, CTRL)
    card = page.lending._card
    assert card is not None
    assert [card.to_queue.itemData(n) for n in range(card.to_queue.count())] == ["web"]
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Return)
    (loan,) = loans(played)
    assert (loan.person, loan.to_queue, loan.until, loan.state) == ("p1", "web", NOON + 3600, LoanState.LENT)
    played.desk.publish(lending_floor())
    assert page.detail.lend_button.text() == "Take the seat back"
    assert "until 13:00" in page.detail.lend_button.toolTip()
    press(Qt.Key.Key_J, CTRL)
    assert loans(played)[0].state is LoanState.ENDED


def test_a_slip_in_the_time_is_said_and_lends_nothing(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"), lending_floor())
    page = opened(played)
    press(Qt.Key.Key_J, CTRL)
    press(Qt.Key.Key_Tab)
    type_in("soon")
    press(Qt.Key.Key_Return)
    card = page.lending._card
    assert card is not None
    assert card.until.wrong is not None
    assert card.isVisible()
    assert loans(played) == []
    press(Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_whoever_else_holds_the_seat_is_named_before(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"), lending_floor())
    shell = played.desk.shell
    target = Membership(interface=seat(1), queue="web")
    held: Lever = hold(shell.book, target, holder="plan_runs:7", wanted="0", at=NOON)
    shell.take_book(shell.book.told(1, [replace(held, version=1)], {}))
    page = opened(played)
    press(Qt.Key.Key_J, CTRL)
    card = page.lending._card
    assert card is not None
    assert "plan_runs:7" in card.warning.text()
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Return)
    assert [loan.to_queue for loan in loans(played)] == ["web"]


# ---- the list on the breaks page -------------------------------------------------------------------------------------


def loan_of(played: Played, name: str) -> Loan:
    return next(loan for loan in loans(played) if loan.id == name)


def lent(played: Played, number: int, minutes: float) -> str:
    played.doors.lend_seat(seat(number), "web", NOON + minutes * 60)
    return list(played.desk.shell.book.every(Loan))[-1]


def test_who_is_lent_stands_in_a_list_and_is_lent_longer_or_taken_back_by_key(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"), lending_floor())
    later, sooner = lent(played, 1, 60), lent(played, 2, 20)
    page = played.open_page()
    page.show_tab("lent")
    page.loans.table.setFocus()
    settle()
    assert [row.id for row in page.loans.table.rows.rows] == [sooner, later], "who is due back first"
    page.loans.table.choose(sooner)
    press(Qt.Key.Key_E)
    type_in("soon")
    press(Qt.Key.Key_Return)
    assert page.loans.until.text() == "soon"
    assert "soon" in page.loans.problem.text()
    page.loans.until.clear()
    type_in("+90")
    press(Qt.Key.Key_Return)
    assert loan_of(played, sooner).until == NOON + 90 * 60
    assert not page.loans.until.isVisible()
    assert [row.id for row in page.loans.table.rows.rows] == [later, sooner]
    assert QApplication.focusWidget() is page.loans.table
    press(Qt.Key.Key_X)
    assert loan_of(played, sooner).state is LoanState.ENDED, "the row at hand stays at hand"
    assert [row.id for row in page.loans.table.rows.rows] == [later]


def test_a_time_that_is_refused_stays_with_its_sentence(desk_of: Callable[..., Desk]) -> None:
    played = Played(desk_of(page="agents"), lending_floor())
    loan = lent(played, 1, 60)
    page = played.open_page()
    page.show_tab("lent")
    page.loans.table.setFocus()
    press(Qt.Key.Key_E)
    type_in("+780")
    press(Qt.Key.Key_Return)
    assert page.loans.until.text() == "+780"
    assert page.loans.problem.text() == "A seat is lent until a time in the next twelve hours."
    press(Qt.Key.Key_Escape)
    assert not page.loans.until.isVisible()
    assert loan_of(played, loan).until == NOON + 3600
    assert page.isVisible()
