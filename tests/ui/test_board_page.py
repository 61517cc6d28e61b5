"""The wall board shows the floor, repaints only what changed, and never lets old figures look live."""

from itertools import pairwise

import msgspec
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QImage, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.core.floor.model import AgentStatus
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.ui.pages.board import BoardPage
from console.ui.widgets.group_table import AWAY, BAR, RATIO, SERVICE, WAITING
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import NOON_TWO, floor, large_floor, lost_link


@pytest.fixture
def page(desk: Desk) -> BoardPage:
    made = desk.window.page
    assert isinstance(made, BoardPage)
    return made


def with_status(view: FloorView, seat: str, status: AgentStatus) -> FloorView:
    agents = dict(view.agents)
    agents[seat] = msgspec.structs.replace(agents[seat], status=status)
    return msgspec.structs.replace(view, agents=agents)


def test_six_figures_with_their_targets(page: BoardPage) -> None:
    figures = {card.key: (card.value, card.tone) for card in page.board.cards}
    assert figures == {
        "phone": ("51", Tone.ALARM),
        "web": ("6", Tone.CALM),
        "mean": ("52", Tone.CALM),
        "service": ("78%", Tone.WARN),
        "answer_rate": ("94.1%", Tone.CALM),
        "on_line": ("86%", Tone.CALM),
    }
    assert page.cards[0].accessibleName() == "Phone waiting 51"
    assert "Emergency line 50" in page.cards[0].accessibleDescription()


def test_a_row_a_group_in_words_for_those_who_cannot_see_it(page: BoardPage) -> None:
    model = page.table.model()
    assert model.rowCount() == 6

    def cell(column: int) -> str:
        return str(model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole))

    assert cell(WAITING) == "36"
    assert cell(SERVICE) == "58%"
    assert cell(RATIO).startswith("20/24")
    assert cell(AWAY) == "Away 4 / limit 4"
    assert cell(BAR) == "Talking 17, Ringing 2, Wrap-up 1, Away 3, Signed out 1"


def test_a_view_that_changes_one_group_tells_of_one_row(desk: Desk, page: BoardPage) -> None:
    told: list[tuple[int, int]] = []
    page.table.model().dataChanged.connect(lambda first, last, _roles: told.append((first.row(), last.row())))
    desk.publish(floor())
    assert told == []
    view = floor()
    orders = view.figures.groups["orders"]
    busier = msgspec.structs.replace(orders, now=msgspec.structs.replace(orders.now, waiting=3, longest_wait_s=9.0))
    figures = msgspec.structs.replace(view.figures, groups={**view.figures.groups, "orders": busier})
    desk.publish(msgspec.structs.replace(view, figures=figures))
    assert told == [(2, 2)]


class Painted(QObject):
    """Keeps what of a widget was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.regions: list[QRegion] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.regions.append(QRegion(event.region()))
        return False


def test_a_seat_that_changes_is_painted_alone(desk: Desk, page: BoardPage) -> None:
    view = floor()
    desk.publish(view)
    field = page.seats.field
    seat = next(iter(view.agents))
    painted = Painted()
    field.installEventFilter(painted)
    settle()
    painted.regions.clear()
    now = view.agents[seat].status
    other = AgentStatus.PAUSED if now is not AgentStatus.PAUSED else AgentStatus.TALKING
    desk.publish(with_status(view, seat, other))
    assert painted.regions
    assert all(region.boundingRect().width() <= field.place_of(seat).width() + 4 for region in painted.regions)


def test_every_seat_has_a_place_of_its_own_and_a_name(desk: Desk, page: BoardPage) -> None:
    view = desk.shell.view
    places = [page.seats.field.place_of(seat) for seat in view.agents]
    assert len({(place.x(), place.y()) for place in places}) == len(view.agents) == 100
    seat = "Local/1077@agents/n"
    assert page.seats.field.seat_at(page.seats.field.place_of(seat).center()) == seat
    page.seats.field.pointed.emit(seat)
    assert "1077" in page.seats.who.text()


def test_seats_are_walked_with_the_arrows(page: BoardPage) -> None:
    field = page.seats.field
    field.setFocus()
    settle()
    first = field.current
    QTest.keyClick(field, Qt.Key.Key_Right)
    second = field.current
    assert second not in ("", first)
    QTest.keyClick(field, Qt.Key.Key_Left)
    assert field.current == first
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.place_of(field.current).y() > field.place_of(first).y()
    opened: list[str] = []
    field.opened.connect(opened.append)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert opened == [field.current]


def test_a_row_is_opened_with_enter(desk: Desk, page: BoardPage) -> None:
    gone: list[tuple[str, str]] = []
    desk.shell.went.connect(lambda to, subject: gone.append((to, subject)))
    page.table.setFocus()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert gone == [("queue", "group:payment")]


def brightest(image: QImage) -> float:
    return max(image.pixelColor(x, y).lightnessF() for x in range(90, 700, 2) for y in range(130, 240, 2))


def test_old_figures_never_look_live(desk: Desk, page: BoardPage) -> None:
    live = desk.window.grab().toImage()
    desk.publish(floor(link=lost_link()))
    settle()
    assert page.strip.isVisible()
    assert "not live" in page.strip.line.text()
    assert "1:35" in page.strip.more.text()
    old = desk.window.grab().toImage()
    assert brightest(old) < brightest(live) - 0.2
    desk.publish(floor())
    assert not page.strip.isVisible()


def test_a_floor_that_goes_silent_turns_old_without_any_news(desk: Desk, page: BoardPage) -> None:
    assert not page.strip.isVisible()
    desk.clock.at += 60
    desk.shell.ticked.emit()
    assert page.strip.isVisible()


def test_the_past_is_marked_and_one_key_from_now(desk: Desk, page: BoardPage) -> None:
    desk.shell.show_past(floor(NOON_TWO - 3600, past=True))
    settle()
    bar = desk.window.replay_bar
    assert bar.isVisible()
    assert "Past" in bar.words.text()
    assert bar.time.text() == "13:02:37"
    assert desk.window.top.time.text() == "13:02:37"
    assert "Past" in desk.window.top.standing.text()
    assert not page.strip.isVisible()
    bar.back.setFocus()
    QTest.keyClick(bar.back, Qt.Key.Key_Space)
    settle()
    assert not desk.shell.view.past
    assert desk.window.top.time.text() == "14:02:37"


def test_phone_and_web_have_curves_apart(desk: Desk, page: BoardPage) -> None:
    drawing = page.curve.drawing
    phone = drawing._curve.points
    page.curve.channels.setFocus()
    QTest.keyClick(page.curve.channels, Qt.Key.Key_Right)
    assert drawing._curve.points is not phone
    assert drawing._curve.limit is None
    assert "WEB" in page.curve.title.text()
    page.curve.spans.setFocus()
    QTest.keyClick(page.curve.spans, Qt.Key.Key_Right)
    assert desk.shell.place("board.span") == "day"


def test_the_curve_is_drawn_once_for_the_same_minute(desk: Desk, page: BoardPage) -> None:
    settle()
    drawn = page.curve.drawing.drawn
    assert drawn > 0
    view = desk.shell.view
    desk.publish(msgspec.structs.replace(view, version=2))
    QApplication.processEvents()
    assert page.curve.drawing.drawn == drawn


@pytest.mark.parametrize("size", [(960, 600), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_no_part_lies_over_another(desk: Desk, page: BoardPage, size: tuple[int, int], scale: float) -> None:
    desk.shell.change(text_scale=scale)
    desk.window.resize(*size)
    settle()
    desk.publish(floor())
    parts = [page.cards[0], page._holder, page.curve, page.seats]
    for upper, lower in pairwise(parts):
        assert upper.geometry().bottom() < lower.geometry().top()
    if size[1] >= 800:
        assert page.seats.geometry().bottom() <= page._full.height()
    shown = [column for column in range(9) if not page.table.isColumnHidden(column)]
    assert sum(page.table.columnWidth(column) for column in shown) <= page.table.viewport().width()


def test_a_floor_of_five_thousand_is_shown(desk: Desk, page: BoardPage) -> None:
    view = large_floor()
    desk.publish(view)
    assert page.table.model().rowCount() == 300
    assert all(page.seats.field.place_of(seat).isValid() for seat in view.agents)


def test_rows_are_made_anew_as_they_are_scrolled_to(desk: Desk, page: BoardPage) -> None:
    view = large_floor()
    desk.publish(view)
    last = view.policy.groups[-1].id
    figures = view.figures.groups[last]
    busy = msgspec.structs.replace(figures, now=msgspec.structs.replace(figures.now, waiting=9))
    groups = {**view.figures.groups, last: busy}
    later = msgspec.structs.replace(view, figures=msgspec.structs.replace(view.figures, groups=groups))
    desk.publish(later)
    model = page.table.model()
    page.table.scrollToBottom()
    settle()
    assert model.index(299, WAITING).data(Qt.ItemDataRole.AccessibleTextRole) == "9"
