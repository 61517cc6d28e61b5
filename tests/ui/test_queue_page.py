"""The drill-down: opened from the board by Enter, callers masked, a number only for a reason, Escape leads back."""

import re
from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.core.floor.model import AgentStatus, Member
from console.core.floor.policy import SkillGroup, Tone
from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.ui.pages.board import BoardPage
from console.ui.pages.queue import WHOLE, QueuePage
from console.ui.shell import NoDoors
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import NOON_TWO, floor


def with_members(view: FloorView) -> FloorView:
    members = {
        (state.queues[0], seat): Member(
            queue=state.queues[0], interface=seat, name=state.name, penalty=number % 3, calls_taken=number
        )
        for number, (seat, state) in enumerate(view.agents.items())
        if state.queues
    }
    return msgspec.structs.replace(view, members=members)


@pytest.fixture
def page(desk: Desk) -> QueuePage:
    desk.publish(with_members(floor()))
    desk.shell.go("queue", "group:security")
    settle()
    made = desk.window.page
    assert isinstance(made, QueuePage)
    return made


def press(*keys: Qt.Key) -> None:
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)
        settle()


class Recorded(NoDoors):
    """Doors that remember what was asked, and answer as told."""

    def __init__(self, answer: str | Said) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self._answer = answer

    def unmask(self, queue: str, uid: str, why: str, then: Callable[[str | Said], None]) -> None:
        self.asked.append((queue, uid, why))
        then(self._answer)


def test_enter_on_a_row_of_the_board_opens_its_group_and_escape_leads_back(desk: Desk) -> None:
    board = desk.window.page
    assert isinstance(board, BoardPage)
    board.table.setFocus()
    board.table.setCurrentIndex(board.table.groups.index(1, 0))
    press(Qt.Key.Key_Return)
    page = desk.window.page
    assert isinstance(page, QueuePage)
    assert page.title.text() == "支付与退款"
    assert len(page.waiting.rows.rows) == 15
    press(Qt.Key.Key_Escape)
    assert desk.window.page is board


def test_figures_stand_with_their_targets_and_tones(page: QueuePage) -> None:
    figures = {card.key: (card.value, card.tone) for card in page._cards}
    assert figures["waiting"] == ("36", Tone.WARN)
    assert figures["longest"] == ("2:18", Tone.ALARM)
    assert figures["service"] == ("58%", Tone.ALARM)
    assert figures["on_line"] == ("83%", Tone.CALM)


def test_callers_stand_longest_first_with_their_numbers_masked(page: QueuePage) -> None:
    rows = page.waiting.rows.rows
    waits = [NOON_TWO - row.since for row in rows if row.since is not None]
    assert waits == sorted(waits, reverse=True)
    assert all("****" in row.number for row in rows)
    model = page.waiting.rows
    said = [str(model.data(model.index(r, c))) for r in range(len(rows)) for c in range(model.columnCount())]
    assert not [cell for cell in said if re.search(r"\d{7,}", cell)]


def test_agents_stand_by_penalty_with_their_state(page: QueuePage) -> None:
    rows = page.serving.rows.rows
    assert len(rows) == 23  # one of the 24 is signed out
    assert [row.penalty for row in rows] == sorted(row.penalty for row in rows)
    assert {row.agent.status for row in rows} >= {AgentStatus.TALKING, AgentStatus.PAUSED}
    assert "1 signed out" in page.serving_count.text()


def test_a_number_is_shown_for_a_reason_only(desk: Desk, page: QueuePage) -> None:
    doors = desk.shell.doors = Recorded("13900007780")
    page.waiting.setFocus()
    press(Qt.Key.Key_Home, Qt.Key.Key_Return)
    asked = page._ask
    assert asked is not None
    assert asked.isVisible()
    press(Qt.Key.Key_Return)
    assert doors.asked == []
    QTest.keyClicks(asked.reason, "call-back")
    press(Qt.Key.Key_Return)
    assert doors.asked == [("security", "security.0", "call-back")]
    assert not asked.isVisible()
    assert list(page.waiting.look.shown.values()) == ["13900007780"]  # type: ignore[attr-defined]  # the callers' look
    page._mask("security/security.0")
    assert not page.waiting.look.shown  # type: ignore[attr-defined]  # the callers' look


def test_escape_leaves_the_number_masked(desk: Desk, page: QueuePage) -> None:
    doors = desk.shell.doors = Recorded("13900007780")
    page.waiting.setFocus()
    press(Qt.Key.Key_Home, Qt.Key.Key_Return, Qt.Key.Key_Escape)
    assert doors.asked == []
    assert desk.window.page is page


def test_a_refusal_is_said(desk: Desk, page: QueuePage) -> None:
    desk.shell.doors = Recorded(say("This contact is no longer on the floor."))
    page._unmask("security/security.0")
    assert page._ask is not None
    QTest.keyClicks(page._ask.reason, "call-back")
    press(Qt.Key.Key_Return)
    assert desk.window.toast.isVisible()
    assert "no longer" in desk.window.toast.line.text()


def test_in_the_past_no_number_is_shown(desk: Desk, page: QueuePage) -> None:
    desk.shell.show_past(with_members(floor(NOON_TWO - 3600, past=True)))
    settle()
    page._unmask("security/security.0")
    assert page._ask is None


def test_arrows_go_between_the_tables_and_enter_leads_to_the_agent(desk: Desk, page: QueuePage) -> None:
    page.waiting.setFocus()
    press(Qt.Key.Key_Right)
    assert page.serving.hasFocus()
    press(Qt.Key.Key_Home)
    seat = page.serving.current_key()
    press(Qt.Key.Key_Return)
    assert desk.window.page is not page
    assert desk.window.page is not None
    assert desk.window.page.table.current_key() == seat  # type: ignore[attr-defined]  # the agents page


def test_a_caller_who_leaves_takes_one_row_and_no_other(desk: Desk, page: QueuePage) -> None:
    removed: list[tuple[int, int]] = []
    page.waiting.rows.rowsRemoved.connect(lambda _parent, first, last: removed.append((first, last)))
    page.waiting.choose("security/security.20")
    view = with_members(floor())
    callers = {key: caller for key, caller in view.callers.items() if key != ("security", "security.3")}
    desk.publish(msgspec.structs.replace(view, callers=callers))
    assert removed == [(3, 3)]
    assert page.waiting.current_key() == "security/security.20"


def test_nobody_waiting_is_said(desk: Desk, page: QueuePage) -> None:
    desk.shell.go("queue", "group:orders")
    settle()
    assert page.nobody.isVisible()
    assert page.title.text() == "订单物流"


def test_queues_of_one_group_are_looked_at_apart(desk: Desk, page: QueuePage) -> None:
    view = with_members(floor())
    both = SkillGroup(id="money", name="钱", queues=("payment", "orders"))
    policy = msgspec.structs.replace(view.policy, groups=(both,))
    figures = msgspec.structs.replace(view.figures, groups={"money": view.figures.groups["payment"]})
    desk.publish(msgspec.structs.replace(view, policy=policy, figures=figures))
    desk.shell.go("queue", "group:money")
    settle()
    assert page.queues.isVisible()
    assert len(page.waiting.rows.rows) == 15
    page.queues.setFocus()
    press(Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert page._scope is not None
    assert page._scope.queue == "orders"
    assert page.waiting.rows.rows == []
    press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert page.queues._current == WHOLE


def test_a_group_that_is_no_more_leads_to_the_busiest(desk: Desk, page: QueuePage) -> None:
    desk.shell.go("queue", "group:gone")
    settle()
    assert page.title.text() == "账户安全"


def test_without_a_floor_the_page_says_so(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.shell.go("queue")
    settle()
    page = desk.window.page
    assert isinstance(page, QueuePage)
    assert page.empty.isVisible()
