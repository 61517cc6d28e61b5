"""The window as a whole: keys, pages, what it remembers, what it says."""

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from console.core.floor.model import Link, LinkStatus, LinkTrouble
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.words import say
from console.ui import theme
from console.ui.pages import PAGES, Page, PageSpec, Place
from console.ui.window import DeskWindow
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import floor, lost_link

CONTROL = Qt.KeyboardModifier.ControlModifier


class Other(Page):
    came_for = ""

    def open_at(self, subject: str) -> None:
        self.came_for = subject


TWO = (
    *PAGES[:1],
    PageSpec(key="other", title=say("Board"), icon="agents", make=Other),
    PageSpec(key="behind", title=say("Board"), icon="queue", make=Other, place=Place.BEHIND),
)


def key(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, on: QWidget | None = None) -> None:
    target = on or QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, modifier)
    settle()


@pytest.fixture
def two(desk: Desk) -> DeskWindow:
    window = DeskWindow(desk.shell, TWO)
    window.show()
    window.activateWindow()
    settle()
    return window


def test_pages_open_by_their_number_and_keep_their_mark(two: DeskWindow) -> None:
    key(Qt.Key.Key_2, CONTROL, two)
    assert isinstance(two.page, Other)
    assert two.rail.buttons["other"].isChecked()
    key(Qt.Key.Key_1, CONTROL, two)
    assert two.rail.buttons["board"].isChecked()
    two.close()


def test_escape_leads_back_from_a_page_behind_another(two: DeskWindow) -> None:
    two.shell.go("other")
    two.shell.go("behind", "queue:support")
    page = two.page
    assert isinstance(page, Other)
    assert page.came_for == "queue:support"
    assert two.shell.preferences.page == "other"
    key(Qt.Key.Key_Escape, on=page)
    assert two.page is not page
    assert two.rail.buttons["other"].isChecked()
    two.close()


def test_a_way_to_a_page_that_is_not_there_changes_nothing(desk: Desk) -> None:
    page = desk.window.page
    desk.shell.go("moon", "anything")
    assert desk.window.page is page


def test_what_was_left_is_found_again(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    desk.window.resize(1444, 888)
    desk.shell.change(my_groups=("web",), theme="light", quiet=True)
    desk.window.splitter.moveSplitter(900, 1)
    sizes = desk.window.splitter.sizes()
    desk.window.close()
    settle()
    assert desk.settings.saves == 1
    again = DeskWindow(desk.shell)
    again.show()
    settle()
    assert (again.width(), again.height()) == (1444, 888)
    assert again.splitter.sizes() == sizes
    assert again.top.bell.icon_name == "bell_off"
    again.close()


def test_damaged_places_are_no_trouble(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(geometry="not base64!", places={"window.splitter": "AAAA"}, page="gone")
    assert desk.window.isVisible()
    assert desk.window.page is not None


@pytest.mark.parametrize("page", ["breaks", "plans"])
def test_a_side_nobody_knows_any_more_is_the_first_one(desk_of: Callable[..., Desk], page: str) -> None:
    desk = desk_of(page=page, places={f"{page}.tab": "gone"})
    desk.publish(floor())
    settle()
    assert desk.window.page is not None
    assert desk.window.page.isVisible()


def test_the_top_bar_tells_whose_floor_and_how_live(desk: Desk) -> None:
    top = desk.window.top
    assert "华东客服中心" in top.scope.text()
    assert "Live" in top.standing.text()
    assert "0.2 s" in top.standing.text()
    assert top.time.text() == "14:02:37"
    assert top.role.text() == "Administrator"
    desk.clock.at += 4
    desk.shell.ticked.emit()
    assert "4.2 s" in top.standing.text()
    assert top.time.text() == "14:02:41"
    desk.publish(floor(link=lost_link()))
    assert "Not connected" in top.standing.text()
    assert "again in" in top.standing.text()


def test_a_floor_that_falls_silent_stops_calling_itself_live(desk: Desk) -> None:
    desk.clock.at += 20
    desk.shell.ticked.emit()
    assert "Live" not in desk.window.top.standing.text()
    assert "20 s" in desk.window.top.standing.text()


def test_groups_are_chosen_for_board_and_list_alike(desk: Desk) -> None:
    desk.shell.change(my_groups=("web", "orders"))
    assert "订单物流" in desk.window.top.scope.text()
    page = desk.window.page
    assert [row.id for row in page.board.rows] == ["orders", "web"]  # type: ignore[union-attr]


def test_quiet_mode_has_a_key_and_a_sign(desk: Desk) -> None:
    key(Qt.Key.Key_M, CONTROL, desk.window)
    assert desk.settings.kept.quiet
    assert desk.window.top.bell.icon_name == "bell_off"


def test_the_finder_leads_to_an_agent_by_number(desk: Desk) -> None:
    window = DeskWindow(desk.shell, (*TWO, PageSpec(key="agents", title=say("Board"), icon="agents", make=Other)))
    window.show()
    window.activateWindow()
    settle()
    key(Qt.Key.Key_K, CONTROL, window)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "1077")
    key(Qt.Key.Key_Return)
    page = window.page
    assert isinstance(page, Other)
    assert page.came_for == "agent:Local/1077@agents/n"
    window.close()


def test_the_finder_gives_the_keys_back(desk: Desk) -> None:
    desk.window.todo.focus_first()
    before = QApplication.focusWidget()
    key(Qt.Key.Key_K, CONTROL, desk.window)
    assert QApplication.focusWidget() is not before
    key(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is before


def test_the_keys_are_told_at_a_question_mark(desk: Desk) -> None:
    key(Qt.Key.Key_F1, on=desk.window)
    told = QApplication.focusWidget()
    assert told is not None
    assert "Ctrl+K: Find a queue or an agent" in told.accessibleName()
    key(Qt.Key.Key_Escape)
    assert told is not QApplication.focusWidget()


def test_about_tells_versions_and_licences_without_blocking(desk: Desk) -> None:
    desk.window.rail.about.click()
    settle()
    about = desk.window.findChild(QWidget, "about")
    assert about is not None
    assert about.isVisible()
    text = about.parts.toPlainText()  # type: ignore[attr-defined]
    assert "Qt 6." in text
    assert "LGPL-3.0" in text
    assert "msgspec" in text


@pytest.mark.parametrize("leave", [Qt.Key.Key_F11, Qt.Key.Key_Escape])
def test_the_wall_opens_and_leaves_by_its_key(desk: Desk, leave: Qt.Key) -> None:
    key(Qt.Key.Key_F11, on=desk.window)
    wall = desk.window.wall
    assert wall is not None
    assert wall.isFullScreen()
    assert wall.screen().name() == "wall"
    assert wall.screen() is not desk.window.screen()
    key(leave, on=wall)
    left: object = desk.window.wall
    assert left is None


def test_trouble_is_said_in_one_calm_line_and_closed(desk: Desk) -> None:
    desk.shell.tell(say("The settings file is damaged; defaults are in force."), Tone.ALARM)
    settle()
    assert desk.window.toast.isVisible()
    assert desk.window.toast.line.text() == "The settings file is damaged; defaults are in force."
    desk.shell.change(language="zh_CN")
    settle()
    assert desk.window.toast.line.text() == "设置文件已损坏,已使用默认值。"
    desk.window.toast.close_button.click()
    assert not desk.window.toast.isVisible()


def test_a_warning_is_not_covered_by_what_is_said_after_it(desk: Desk) -> None:
    toast = desk.window.toast
    news = say("The settings file is damaged; defaults are in force.")
    worse = say("The system keyring is locked: unlock it and try again.")
    desk.shell.tell(worse, Tone.WARN)
    for _ in range(3):
        desk.shell.tell(news)
    assert toast.line.text() == worse.english()
    toast.close_button.click()
    assert toast.isVisible()
    assert toast.line.text() == news.english()
    desk.shell.tell(worse, Tone.WARN)
    assert toast.line.text() == worse.english()
    toast.close_button.click()
    assert not toast.isVisible()


def test_letters_are_enlarged_by_key(desk: Desk) -> None:
    key(Qt.Key.Key_Equal, CONTROL, desk.window)
    assert desk.settings.kept.text_scale == pytest.approx(1.1)
    key(Qt.Key.Key_0, CONTROL, desk.window)
    assert desk.settings.kept.text_scale == pytest.approx(1.0)


def test_colours_are_switched_by_key(desk: Desk) -> None:
    key(Qt.Key.Key_L, CONTROL, desk.window)
    assert theme.colours().name == "light"


def test_the_demo_says_so_until_it_is_told_enough(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(demo_banner_closed=False)
    assert desk.window.banner.isVisible()
    assert "demo" in desk.window.banner.line.text()
    desk.window.banner.close_button.click()
    assert not desk.window.banner.isVisible()
    assert desk.settings.kept.demo_banner_closed


def test_before_anything_is_known_the_page_says_what_it_waits_for(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    page = desk.window.page
    desk.publish(FloorView())
    assert page.empty.isVisible()  # type: ignore[union-attr]
    assert page.empty.headline.text() == "Starting"  # type: ignore[union-attr]
    refused = Link(status=LinkStatus.REFUSED, trouble=LinkTrouble.WRONG_SECRET, source="上海")
    desk.publish(FloorView(link=refused))
    assert "does not accept" in page.empty.reason.text()  # type: ignore[union-attr]
    assert page.empty.button.isVisible()  # type: ignore[union-attr]
    live = msgspec.structs.replace(floor().link)
    desk.publish(FloorView(link=live))
    assert "no queues yet" in page.empty.headline.text()  # type: ignore[union-attr]
    desk.publish(floor())
    assert not page.empty.isVisible()  # type: ignore[union-attr]


def test_letters_that_are_missing_are_named_in_letters_that_are_there(
    desk_of: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(language="zh_CN")
    monkeypatch.setattr(theme, "missing_letters", lambda: say("The settings file is damaged; defaults are in force."))
    desk.window._settle_in()
    assert desk.window.toast.line.text() == "The settings file is damaged; defaults are in force."


def test_the_systems_choice_is_followed_where_the_desk_follows_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "system_theme", lambda: "light")
    theme.follow_system()
    assert theme.colours().name == "dark"
    desk.shell.change(theme="system")
    assert theme.colours().name == "light"
    monkeypatch.setattr(theme, "system_theme", lambda: "dark")
    theme.follow_system()
    assert theme.colours().name == "dark"
