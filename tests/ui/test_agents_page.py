"""The agent table: found by keys alone, in order, its selection kept, only what changed told, no number unmasked."""

import re
from collections.abc import Callable, Mapping

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.core.floor.alarm import Alarm
from console.core.floor.model import AgentStatus
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.words import say
from console.ui.pages.agents import AgentsPage
from console.ui.widgets.agent_table import COLUMNS
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import NOON_TWO, floor, lost_link

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(desk: Desk) -> AgentsPage:
    desk.shell.go("agents")
    settle()
    made = desk.window.page
    assert isinstance(made, AgentsPage)
    return made


def shown(page: AgentsPage) -> list[str]:
    return [row.name for row in page.table.rows.rows]


def cells(page: AgentsPage) -> list[list[str]]:
    model = page.table.rows
    return [
        [str(model.data(model.index(row, column))) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def press(*keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, modifier)
        settle()


def with_agents(view: FloorView, **states: Mapping[str, object]) -> FloorView:
    agents = dict(view.agents)
    for number, fields in states.items():
        seat = f"Local/{number.removeprefix('n')}@agents/n"
        agents[seat] = msgspec.structs.replace(agents[seat], **fields)
    return msgspec.structs.replace(view, agents=agents)


def test_everybody_stands_there_by_number(page: AgentsPage) -> None:
    rows = page.table.rows.rows
    assert len(rows) == 100
    assert [row.number for row in rows] == sorted(row.number for row in rows)
    assert page.count.text() == "100"


def test_a_row_says_state_length_reason_contact_and_group(page: AgentsPage) -> None:
    talking = next(n for n, row in enumerate(page.table.rows.rows) if row.status is AgentStatus.TALKING)
    said = dict(zip((column.key for column in COLUMNS), cells(page)[talking], strict=True))
    assert said["status"] == "Talking"
    assert re.fullmatch(r"\d:\d\d", said["since"])
    assert "139****7780" in said["call"]
    assert said["since"] in said["call"]
    assert "账户安全" in said["groups"]
    away = next(n for n, row in enumerate(page.table.rows.rows) if row.status is AgentStatus.PAUSED)
    assert cells(page)[away][4] == "meal"


def test_no_cell_holds_a_number_one_could_dial(page: AgentsPage) -> None:
    assert not [cell for row in cells(page) for cell in row if re.search(r"\d{7,}", cell)]


def test_by_keys_alone_somebody_is_found_looked_at_and_left(desk: Desk, page: AgentsPage) -> None:
    desk.shell.go("board")
    press(Qt.Key.Key_2, modifier=CONTROL)
    if desk.window.page is not page:  # other pages may stand before it in the rail
        number = list(desk.window.rail.buttons).index("agents") + 1
        press(Qt.Key(Qt.Key.Key_0 + number), modifier=CONTROL)
    assert desk.window.page is page
    press(Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_4, Qt.Key.Key_2)
    assert page.search.text() == "1042"
    assert [row.number for row in page.table.rows.rows] == ["1042"]
    press(Qt.Key.Key_Down)
    assert page.table.hasFocus()
    assert page.table.current_key() == "Local/1042@agents/n"
    press(Qt.Key.Key_Return)
    assert page.detail.isVisible()
    assert "1042" in page.detail.accessibleName()
    press(Qt.Key.Key_Escape)
    assert not page.detail.isVisible()
    press(Qt.Key.Key_Escape)
    assert len(shown(page)) == 100
    assert page.table.current_key() == "Local/1042@agents/n"


def test_words_are_sought_together_in_name_group_and_reason(page: AgentsPage) -> None:
    page.search.setText("meal 账户")
    rows = page.table.rows.rows
    assert len(rows) == 3
    assert {row.home for row in rows} == {"security"}
    assert page.count.text() == "3 of 100"
    page.search.setText("nobody is called so")
    assert page.nothing.isVisible()


def test_states_are_taken_and_let_go_with_the_keys(page: AgentsPage) -> None:
    chip = page.chips.chips[AgentStatus.AVAILABLE]
    assert chip.count == 15
    chip.setFocus()
    press(Qt.Key.Key_Space)
    assert {row.status for row in page.table.rows.rows} == {AgentStatus.AVAILABLE}
    press(Qt.Key.Key_Right, Qt.Key.Key_Space)
    assert {row.status for row in page.table.rows.rows} == {AgentStatus.AVAILABLE, AgentStatus.TALKING}
    assert len(shown(page)) == 15 + page.chips.chips[AgentStatus.TALKING].count


def test_a_group_is_chosen_and_the_states_are_counted_within_it(page: AgentsPage) -> None:
    page.open_at("group:orders")
    assert {row.home for row in page.table.rows.rows} == {"orders"}
    assert page.chips.chips[AgentStatus.AVAILABLE].count == 7


@pytest.mark.parametrize("column", [column.key for column in COLUMNS])
def test_every_column_sorts_both_ways_and_what_is_missing_stands_last(page: AgentsPage, column: str) -> None:
    page.sort_by("name" if column == "number" else "number")
    page.sort_by(column)
    once = shown(page)
    page.sort_by(column)
    assert sorted(shown(page)) == sorted(once)
    if column in {"reason", "call"}:
        last = page.table.rows.rows[-1]
        assert not (last.reason if column == "reason" else last.call_since)


def test_the_longest_come_first_by_length(page: AgentsPage) -> None:
    page.sort_by("since")
    lengths = [NOON_TWO - row.since for row in page.table.rows.rows if row.since is not None]
    assert lengths == sorted(lengths, reverse=True)


def test_the_order_is_kept_between_starts(desk: Desk, page: AgentsPage) -> None:
    page.sort_by("contacts")
    page.sort_by("contacts")
    again = AgentsPage(desk.shell)
    again.show_view(desk.shell.view)
    assert [row.contacts for row in again.table.rows.rows] == sorted(row.contacts for row in again.table.rows.rows)
    again.deleteLater()


def test_only_rows_that_changed_are_told(desk: Desk, page: AgentsPage) -> None:
    told: list[tuple[int, int]] = []
    page.table.rows.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    before = page.table.rows.told
    desk.publish(with_agents(floor(), n1003={"answered": 99}, n1004={"answered": 98}, n1050={"answered": 97}))
    assert told == [(2, 3), (49, 49)]
    desk.publish(with_agents(floor(), n1003={"answered": 99}, n1004={"answered": 98}, n1050={"answered": 97}))
    assert page.table.rows.told == before + 2


def test_the_selection_stays_with_the_person_through_every_change(desk: Desk, page: AgentsPage) -> None:
    page.table.choose("Local/1042@agents/n")
    desk.publish(with_agents(floor(), n1042={"status": AgentStatus.PAUSED, "paused": True, "pause_reason": "meal"}))
    page.sort_by("status")
    assert page.table.current_key() == "Local/1042@agents/n"
    without = floor()
    agents = {
        seat: state for seat, state in without.agents.items() if seat < "Local/1030" or seat == "Local/1042@agents/n"
    }
    desk.publish(msgspec.structs.replace(without, agents=agents))
    assert len(shown(page)) == len(agents)
    assert page.table.current_key() == "Local/1042@agents/n"
    desk.publish(floor())
    assert page.table.current_key() == "Local/1042@agents/n"
    page.search.setText("1042")
    page.search.setText("1001")
    page.search.clear()
    assert page.table.current_key() == "Local/1042@agents/n"


def test_rows_change_places_only_when_the_eye_can_follow(desk: Desk, page: AgentsPage) -> None:
    page.sort_by("status")
    before = shown(page)
    first = page.table.rows.rows[0].number
    desk.publish(with_agents(floor(), **{f"n{first}": {"status": AgentStatus.SIGNED_OUT, "queues": ()}}))
    assert shown(page) == before
    assert page.table.rows.rows[0].status is AgentStatus.SIGNED_OUT
    page.arrange()
    assert page.table.rows.rows[-1].status is AgentStatus.SIGNED_OUT


def test_whoever_is_sent_here_stands_on_the_person_even_against_the_choice(desk: Desk, page: AgentsPage) -> None:
    page.search.setText("1001")
    desk.shell.go("agents", "agent:Local/1077@agents/n")
    settle()
    assert page.table.current_key() == "Local/1077@agents/n"
    assert page.search.text() == ""
    assert page.detail.isVisible()
    desk.shell.go("agents", "agent:Local/9999@agents/n")
    assert page.table.current_key() == "Local/1077@agents/n"


def test_a_stuck_agent_carries_the_alarms_tone(desk: Desk, page: AgentsPage) -> None:
    tones = {row.number: row.tone for row in page.table.rows.rows}
    assert tones["1007"] is Tone.WARN
    worse = Alarm(
        rule="stuck_talking", subject="Local/1009@agents/n", tone=Tone.ALARM, since=NOON_TWO, said=say("{n}", n=1)
    )
    desk.publish(msgspec.structs.replace(floor(with_alarms=False), alarms=(worse,)))
    tones = {row.number: row.tone for row in page.table.rows.rows}
    assert tones["1007"] is Tone.CALM
    assert tones["1009"] is Tone.ALARM


def test_old_rows_never_look_live(desk: Desk, page: AgentsPage) -> None:
    assert not page.strip.isVisible()
    desk.publish(floor(link=lost_link()))
    assert page.strip.isVisible()
    assert page.table.look.muted
    desk.publish(floor())
    assert not page.table.look.muted


def test_before_anybody_is_there_the_page_says_why(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(page="agents")
    page = desk.window.page
    assert isinstance(page, AgentsPage)
    assert page.empty.isVisible()
    assert page.empty.headline.text()
    desk.publish(floor())
    assert not page.empty.isVisible()
    assert len(shown(page)) == 100


def test_the_words_follow_the_language(desk: Desk, page: AgentsPage) -> None:
    desk.shell.change(language="zh_CN")
    settle()
    assert page.title.text() == "坐席"
    assert page.chips.chips[AgentStatus.TALKING].text() == "通话"
    assert "通话" in {row[2] for row in cells(page)}


def test_details_tell_phone_queues_and_today(desk: Desk, page: AgentsPage) -> None:
    page.table.choose("Local/1042@agents/n")
    page.table.opened.emit("Local/1042@agents/n")
    settle()
    assert "Local/1042@agents/n" in page.detail.accessibleDescription()
    assert "Answered today" in page.detail.accessibleDescription()
    desk.publish(with_agents(floor(), n1042={"answered": 77}))
    assert "77" in page.detail.accessibleDescription()
