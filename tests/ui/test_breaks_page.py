"""The breaks page: the day under its limits, tables and card in step, budgets, history, files, rounds by hand."""

import csv
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from console.core.floor.policy import FloorPolicy
from console.core.kept import Book
from console.core.roles import CONSOLE
from console.core.sheets import Sheet
from console.core.words import say
from console.core.work.break_records import Break, BreakState, DepartBreak, LateBreak, OverrunBreak
from console.core.work.meal_records import MealSeat
from console.store.export_file import write_table
from console.ui.i18n import dotted
from console.ui.pages.breaks_lists import write
from console.ui.when import local
from console.ui.widgets.rounds import CHIP, GAP, HEAD, Rounds
from console.views.breaks import PastBreaks
from tests.core.floor_of_ten import GROUP, NOON, floor, seat
from tests.ui.break_desk import Played, press
from tests.ui.conftest import Desk, settle

Desks = Callable[..., Desk]
S = BreakState


def leave(played: Played, name: str, *, late: bool = False) -> None:
    played.told(DepartBreak(id=played.id(), by=CONSOLE, break_id=name))
    if late:
        for command, wait in ((OverrunBreak, 601), (LateBreak, 180)):
            played.later(wait)
            played.told(command(id=played.id(), by=CONSOLE, break_id=name))


def test_bars_rows_and_card_are_the_same_break(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    away, waiting = played.ask(1), played.ask(2)
    played.doors.act(f"break:{away}", "grant")
    leave(played, away)
    now = played.open_page().now
    assert [row.id for row in now.away.rows.rows] == [away]
    assert [row.id for row in now.line.rows.rows] == [waiting]
    now.choose(away)
    assert now.gantt.current == away
    assert now.away.current_key() == away
    assert now.card is not None
    assert now.card.slot.card.id == f"break:{away}"
    now.line.choose(waiting)
    assert now.current == waiting
    assert now.card.slot.card.actions[0].key == "grant"


def test_an_answer_on_the_page_moves_the_break_to_the_other_table(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    name = played.ask(1)
    now = played.open_page().now
    now.choose(name)
    assert now.card is not None
    QTest.mouseClick(now.card.buttons[0], Qt.MouseButton.LeftButton)
    settle()
    assert played.of(name).state is S.GRANTED
    assert [row.id for row in now.away.rows.rows] == [name]
    assert now.line.rows.rows == []
    assert now.nobody_waits.isVisible()


def test_somebody_late_stands_first_and_the_head_counts_them(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    for number in (1, 2):
        played.doors.act(f"break:{played.ask(number)}", "grant")
    leave(played, "b2", late=True)
    page = played.open_page()
    assert page.now.away.rows.rows[0].id == "b2"
    assert page.count.text() == dotted("1 away", "1 over time")
    cell = page.now.away.rows.index(0, 5)
    assert page.now.away.rows.data(cell) == "+3:01"


def test_a_click_on_a_bar_takes_it_in_hand(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    name = played.ask(1)
    played.doors.act(f"break:{name}", "grant")
    leave(played, name)
    played.later(300)
    now = played.open_page().now
    where, bar, _ = now.gantt._places[0]
    assert bar.id == name
    QTest.mouseClick(now.gantt, Qt.MouseButton.LeftButton, pos=where.center().toPoint())
    settle()
    assert now.current == name
    QTest.mouseClick(now.gantt, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    settle()
    assert now.card is not None
    assert not now.card.isVisible()


def test_the_timeline_stays_as_it_is_drawn_until_something_changes(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    played.ask(1)
    now = played.open_page().now
    drawn: list[int] = []
    now.gantt.update = lambda *_: drawn.append(1)  # type: ignore[method-assign]  # counted
    played.desk.clock.at += 0.5
    played.desk.publish(floor(10, at=played.desk.clock.at))
    assert drawn == []
    played.doors.act("break:b1", "grant")
    assert drawn


def test_the_page_speaks_both_languages_at_once(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    played.ask(1)
    page = played.open_page()
    page.show_tab("budgets")
    settle()
    assert any(column.key == "kind:toilet" for column in page.budgets.table.rows.columns)
    played.desk.shell.change(language="zh_CN")
    settle()
    assert page.title.text() == "离席"
    heads = page.budgets.sheet().heads
    assert "小休" in heads
    assert "Toilet" not in heads


def test_my_groups_leave_the_others_out(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    played.ask(1)
    page = played.open_page()
    assert len(page.now.line.rows.rows) == 1
    other = Break(
        id="x",
        state=S.ASKED,
        person="q",
        name="别组",
        interface=seat(9),
        group="queue:other",
        kind="toilet",
        minutes=10,
        asked_at=NOON,
    )
    book = played.desk.shell.book
    played.desk.shell.take_book(book.told(book.seq + 1, [other], {}))
    played.desk.shell.change(my_groups=(GROUP,), only_mine=True)
    settle()
    assert [row.id for row in page.now.line.rows.rows] == ["b1"]
    assert "break:x" not in {slot.card.id for slot in played.desk.window.todo.slots}


def test_nothing_of_the_floor_says_so_and_leads_to_the_settings(desk_of: Desks) -> None:
    desk = desk_of(page="agents")
    desk.window.open_page("breaks")
    settle()
    page = desk.window.page
    assert page is not None
    assert page.empty.isVisible()  # type: ignore[attr-defined]  # the breaks page
    desk.publish(floor(10))
    assert not page.empty.isVisible()  # type: ignore[attr-defined]  # as above


def test_a_store_in_trouble_is_the_first_card_until_it_is_well(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    played.ask(1)
    shell, todo = played.desk.shell, played.desk.window.todo
    shell.take_trouble(say("{path} is full.", path="desk.db"))
    settle()
    assert todo.slots[0].card.id == "store"
    assert "desk.db is full." in todo.slots[0].card.lines[0].english()
    shell.take_trouble(None)
    settle()
    assert [slot.card.id for slot in todo.slots] == ["break:b1"]


# ---- lists and files -------------------------------------------------------------------------------------------------


def a_day(played: Played) -> None:
    first = played.ask(1)
    played.doors.act(f"break:{first}", "grant")
    leave(played, first)
    played.later(700)
    played.doors.act(f"break:{first}", "seen")
    second = played.ask(2, kind="other")
    played.doors.act(f"break:{second}", "refuse", "=SUM(A1) a busy hour")


def test_the_history_is_found_by_words_of_the_screens_language(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    a_day(played)
    page = played.open_page()
    page.show_tab("history")
    settle()
    shown = page.history.table.rows
    assert {row.id for row in shown.rows} == {"b1", "b2"}
    for words, ids in (("toilet back", {"b1"}), ("busy", {"b2"}), ("2002", {"b2"}), ("nobody", set())):
        page.history.search.setText(words)
        assert {row.id for row in shown.rows} == ids, words
    assert page.history.nothing.isVisible()
    page.history.search.clear()
    page.history.sort_by("over")
    page.history.sort_by("over")
    assert shown.rows[0].id == "b1"


def test_what_is_shown_is_what_is_exported(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    a_day(played)
    page = played.open_page()
    page.show_tab("history")
    settle()
    table = page.history.sheet()
    assert table.heads[:3] == ("Asked", "Name", "Skill group")
    row = next(row for row in table.rows if row[1] == "坐席1 2001")
    assert row[table.heads.index("Taken")] == 11.7
    assert row[table.heads.index("Over")] == 1.7
    write(played.desk.shell, Path("breaks.csv"), table)
    assert played.doors.written == [(Path("breaks.csv"), table)]
    assert played.said[-1] == "Written: breaks.csv"


def test_budgets_count_minutes_by_kind(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    a_day(played)
    page = played.open_page()
    page.show_tab("budgets")
    settle()
    mine = next(row for row in page.budgets.table.rows.rows if row.id == "p1")
    assert (mine.minutes, mine.total, mine.times, mine.over) == ({"toilet": 12}, 12, 1, 2)
    page.budgets.sort_by("total")
    assert page.budgets.table.rows.rows[0].id == "p1"
    page.budgets.search.setText("2002")
    assert [row.id for row in page.budgets.table.rows.rows] == ["p2"]


def test_a_file_holds_no_formula_and_is_whole_or_not_there(tmp_path: Path) -> None:
    table = Sheet(name="离席: a/b", heads=("姓名", "分钟", "Why"), rows=[("赵倩", 11.7, "=1+1"), ("李强", None, "ok")])
    assert write_table(tmp_path / "a.csv", table) is None
    rows = list(csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()))
    assert rows == [["姓名", "分钟", "Why"], ["赵倩", "11.7", "'=1+1"], ["李强", "", "ok"]]
    assert write_table(tmp_path / "a.xlsx", table) is None
    import openpyxl  # noqa: PLC0415  as the console does

    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells == [["姓名", "分钟", "Why"], ["赵倩", 11.7, "=1+1"], ["李强", None, "ok"]]
    assert sheet["C2"].data_type == "s"
    trouble = write_table(tmp_path / "missing" / "a.csv", table)
    assert trouble is not None
    assert list(tmp_path.glob("**/*.part")) == []


DAY_S = 86400.0


def written(at: float) -> str:
    return local(at, FloorPolicy()).strftime("%Y-%m-%d")


HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "  =1",
    "＝1+1",
    "\n=1",
    "a\x07b",
    'a,"b"\nc',
    "0012",
)


def test_hostile_names_are_text_in_every_file(tmp_path: Path) -> None:
    table = Sheet(name="离席", heads=("=Name", "min"), rows=[(name, 1) for name in HOSTILE])
    assert write_table(tmp_path / "a.csv", table) is None
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row[0] for row in csv.reader(file)]
    assert names[0] == "'=Name"
    for name, kept in zip(HOSTILE, names[1:], strict=True):
        assert kept.removeprefix("'") == name.replace("\x07", "")
        assert not kept.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\n", "＝"))
    assert write_table(tmp_path / "a.xlsx", table) is None
    import openpyxl  # noqa: PLC0415  as the console does

    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [row[0].data_type for row in sheet.iter_rows()] == ["s"] * (len(HOSTILE) + 1)
    assert sheet["A12"].value == "0012"


def test_a_number_with_leading_noughts_stays_as_it_is_written(desk_of: Desks) -> None:
    view = floor(3)
    people = {name: replace(person, number=f"00{n}") for n, (name, person) in enumerate(view.people.items())}
    played = Played(desk_of(page="agents"), replace(view, people=people))
    page = played.open_page()
    page.show_tab("budgets")
    settle()
    sheet = page.budgets.sheet()
    assert [row[0] for row in sheet.rows] == ["000", "001", "002"]
    assert sheet.rows[0][sheet.heads.index("Contacts")] == 0


def test_where_to_is_asked_without_stopping_the_board(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    a_day(played)
    page = played.open_page()
    page.show_tab("history")
    page.history.export_button.click()
    settle()
    dialog = page.history.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert Path(dialog.selectedFiles()[0]).name == f"breaks-{written(NOON)}.xlsx"
    dialog.selectNameFilter(dialog.nameFilters()[1])
    settle()
    assert Path(dialog.selectedFiles()[0]).name == f"breaks-{written(NOON)}.csv", "the name follows the kind chosen"
    dialog.fileSelected.emit("/somewhere/b.csv")
    ((path, table),) = played.doors.written
    assert (path, len(table.rows)) == (Path("/somewhere/b.csv"), 2)
    dialog.close()
    settle()


# ---- another day -----------------------------------------------------------------------------------------------------


def yesterdays(name: str, person: str, minutes: float, *, first: float = 3 * DAY_S) -> PastBreaks:
    left = NOON - DAY_S
    each = Break(
        id=name,
        state=S.RETURNED,
        person=person,
        name="周甲",
        interface="Local/1",
        group=GROUP,
        kind="toilet",
        minutes=10,
        asked_at=left - 60,
        departed_at=left,
        ended_at=left + minutes * 60,
    )
    return PastBreaks(breaks=(each,), first=NOON - first)


def test_a_day_before_is_read_by_key_shown_exported_and_left_again(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    a_day(played)
    page = played.open_page()
    page.show_tab("history")
    settle()
    press(Qt.Key.Key_Left)
    ((begin, end),) = played.doors.asked_days
    assert begin < NOON - DAY_S < end <= begin + DAY_S
    assert page.history.nothing.text() == "Reading this day…"
    assert page.history.table.rows.rows == [], "today's rows do not stand under another day's name"
    played.doors.answer_day(yesterdays("old", "p99", 12))
    settle()
    (row,) = page.history.table.rows.rows
    assert (row.id, row.taken_min, row.over_min) == ("old", 12.0, 2.0)
    assert page.history.day.day.text() == written(NOON - DAY_S)
    assert len(page.history.sheet().rows) == 1
    page.show_tab("budgets")
    settle()
    (budget,) = page.budgets.table.rows.rows
    assert (budget.id, budget.name, budget.total, budget.contacts) == ("p99", "周甲", 12, None)
    press(Qt.Key.Key_Right)
    assert len(page.budgets.table.rows.rows) == 10
    assert not page.day.past


def test_nobody_goes_back_beyond_what_is_kept_nor_waits_for_ever(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    page = played.open_page()
    page.show_tab("history")
    played.doors.past = yesterdays("old", "p1", 5, first=DAY_S)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Left)
    assert len(played.doors.asked_days) == 1
    assert not page.history.day.back.isEnabled()
    press(Qt.Key.Key_Right)
    played.doors.past = None
    press(Qt.Key.Key_Left)
    late = played.doors.answer_day
    late(say("The file is damaged."))
    settle()
    assert page.history.nothing.text() == "This day cannot be read: The file is damaged."
    press(Qt.Key.Key_Right)
    late(yesterdays("old", "p1", 5))
    settle()
    assert page.history.table.rows.rows == [], "an answer that comes too late is nobody's"


# ---- rounds by hand --------------------------------------------------------------------------------------------------


def drag(board: Rounds, start: tuple[int, int], end: tuple[int, int]) -> None:
    def point(place: tuple[int, int]) -> QPoint:
        return board._chip_rect(place).center().toPoint()

    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=point(start))
    QTest.mouseMove(board, point(((start[0] + end[0]) // 2, start[1])))
    QTest.mouseMove(board, point(end))
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton, pos=point(end))
    settle()


def test_people_are_dragged_into_rounds_and_onto_each_other(desk_of: Desks) -> None:
    desk = desk_of(page="agents")
    played = Played(desk, floor(9, at=NOON))
    page = played.open_page()
    page.show_tab("rounds")
    settle()
    assert page.rounds.empty.isVisible()
    page.rounds.propose()
    settle()
    board = page.rounds.rounds
    columns = page.rounds._board.columns
    assert columns[0].people
    one, other = columns[0].people[0].person, columns[1].people[0].person
    drag(board, (0, 0), (1, 0))
    seats = {each.person: each.round for each in desk.shell.book.every(MealSeat).values()}
    assert (seats[one], seats[other]) == (1, 0)
    last = len(columns) - 1
    free = len(page.rounds._board.columns[last].people)
    if free < columns[last].most:
        mover = page.rounds._board.columns[0].people[0].person
        drag(board, (0, 0), (last, free))
        assert desk.shell.book.every(MealSeat)[f"{page.rounds._board.plan}/{mover}"].round == last
    assert board.minimumHeight() >= HEAD + CHIP + GAP


def test_published_rounds_lie_ahead_on_the_timeline(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"), floor(9, at=NOON))
    played.doors.propose_meals(GROUP, 0)
    page = played.open_page()
    ahead = [bar for _, bar, _ in page.now.gantt._places if bar.id.startswith("meal:")]
    assert ahead
    assert all(bar.begin >= NOON for bar in ahead)
    page.show_tab("rounds")
    page.rounds.publish()
    settle()
    assert page.rounds.standing.text().startswith("Published")
    assert not page.rounds.publish_button.isVisible()
    page.rounds.withdraw()
    settle()
    assert page.rounds.empty.isVisible()


def test_a_break_nobody_has_any_more_leaves_the_page_calm(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    name = played.ask(1)
    page = played.open_page()
    page.now.choose(name)
    played.desk.shell.take_book(Book())
    settle()
    assert page.now.card is not None
    assert not page.now.card.isVisible()


def test_breaks_stay_in_the_present_while_somebody_looks_back(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    played.ask(1)
    page = played.open_page()
    played.desk.shell.show_past(replace(floor(10, at=NOON - 7200), past=True))
    settle()
    assert page.strip.isVisible()
    assert "now" in page.strip.line.text()
    assert [row.id for row in page.now.line.rows.rows] == ["b1"]
    played.desk.shell.show_past(None)
    settle()
    page.tick()
    assert not page.strip.isVisible()


def test_another_zoom_is_drawn_although_no_bar_is_another(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    now = played.open_page().now
    before = now.gantt._shown
    now._choose_zoom("day")
    after = now.gantt._shown
    assert after.end - after.begin > before.end - before.begin
    assert played.desk.shell.place("breaks.zoom") == "day"


def test_what_an_empty_side_says_stands_there_whole(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    page = played.open_page()
    page.show_tab("rounds")
    settle()
    words = page.rounds.empty.reason
    assert words.height() >= words.heightForWidth(words.width()) > words.fontMetrics().height() * 1.5
    page.show_tab("now")
    settle()
    nobody = page.now.nobody_away
    middle = nobody.geometry().center().x()
    assert (panel := nobody.parentWidget()) is not None
    assert abs(middle - panel.width() / 2) < 3, "in the middle of its panel"
