"""The plans page: a whole course by keyboard, the form that begins a plan, lists, files, what stands behind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from console.core.rules.plan_outlook import OutlookPoint, PlanOutlook
from console.core.work.plan_records import Plan, PlanRun, RunState, StepState
from console.core.work.plan_text import write_plan
from console.ui.pages.plans import PlansPage
from console.ui.widgets.answer_row import AnswerRow
from tests.core.plan_desk import SUBJECT, body
from tests.ui.break_desk import press, type_in
from tests.ui.conftest import Desk, focused, settle
from tests.ui.plans_desk import PlayedPlans

Desks = Callable[..., Desk]
K = Qt.Key
TELL = {"do": "notify", "text": "${waiting} 人排队"}
SHORT = {"do": "ivr_shortcut", "to": "announce"}
FLEX = {"do": "flex", "count": 2, "penalty": 3, "answer_s": 300.0}
HOLD = {"do": "hold_breaks"}
PEAK = body(TELL, FLEX, HOLD, SHORT, trigger="propose", countdown_s=600.0)


def fired(desk_of: Desks, plan: object = PEAK) -> tuple[PlayedPlans, PlansPage]:
    """Return a desk on whose plans page a proposal stands."""
    played = PlayedPlans(desk_of(page="board"))
    played.keep(plan)  # type: ignore[arg-type]  # a plan's body
    played.plans.waiting = 11
    played.ticks(4)
    return played, played.open_page()


def keys_of(row: AnswerRow) -> list[str]:
    return [action.key for action in row.actions_shown]


def run_of(played: PlayedPlans) -> PlanRun:
    return played.plans.run


def test_a_course_by_keyboard_alone(desk_of: Desks) -> None:
    played, page = fired(desk_of)
    panel = page.now.panel
    assert panel.answers.buttons[0].hasFocus(), "the likeliest answer is at hand"
    press(K.Key_S)
    assert isinstance(focused(), QLineEdit)
    type_in("99:99")
    press(K.Key_Return)
    assert panel.refusal.isVisible(), "what is no time is said"
    assert panel.answers.words.text() == "99:99", "and what was typed stays"
    press(K.Key_Escape)
    press(K.Key_A)
    assert run_of(played).state is RunState.RUNNING
    played.ticks(5)
    assert run_of(played).state is RunState.ASKING
    assert keys_of(panel.answers)[:2] == ["yes", "no"]
    press(K.Key_Y)
    played.ticks(4)
    assert [step.state for step in run_of(played).steps] == [StepState.STANDING] * 4
    assert played.plans.held() == {"key/ivr/shortcut": "announce"}
    # Now that the run asks nothing, yes and no are the first flex agent's.
    first = next(iter(run_of(played).steps[1].asked))
    press(K.Key_Y)
    assert run_of(played).steps[1].asked[first] == "yes"
    for _ in range(20):
        if panel.steps.in_hand() is None:
            press(K.Key_Tab)
    for _ in range(3):
        press(K.Key_Down)
    assert panel.steps.in_hand() is panel.steps.items[3]
    press(K.Key_X)
    press(K.Key_Return)
    played.ticks(3)
    assert run_of(played).steps[3].state is StepState.RELEASED
    assert "key/ivr/shortcut" not in played.plans.held()
    press(K.Key_E)
    press(K.Key_Return)
    played.plans.waiting = 0
    played.ticks(20)
    assert run_of(played).state is RunState.STOOD_DOWN
    assert not played.plans.held()
    assert page.now.current == ""
    press(K.Key_3)
    assert page.history.table.hasFocus()
    press(K.Key_Return)
    assert played.report.opened == [run_of(played).id]
    played.report.closed.emit()
    settle()
    assert page.history.table.hasFocus(), "back where one was"


def test_a_plan_is_begun_by_hand_after_its_rehearsal(desk_of: Desks) -> None:
    played = PlayedPlans(desk_of(page="board"))
    played.keep(body(TELL, SHORT))
    page = played.open_page()
    press(K.Key_B)
    form = page.plans.form
    assert form.isVisible()
    assert form.plans.hasFocus()
    assert [row.n for row in form.table.table.rows.rows if row.n] == ["1", "2"]
    assert not played.plans.held(), "a rehearsal sets nothing"
    form.why.setFocus()
    type_in("drill")
    press(K.Key_Return)
    run = run_of(played)
    assert (run.subject, run.started_by) == (SUBJECT, "li")
    assert page.now.current == run.id, "one sees what one began"
    assert played.plans.entries[-1].data["why"] == "drill"


def test_a_held_lever_is_said_in_the_form_and_begun_anyway(desk_of: Desks) -> None:
    played = PlayedPlans(desk_of(page="board"))
    played.keep(body(SHORT))
    played.keep(body(SHORT, name="系统故障"), "outage")
    page = played.open_page()
    played.doors.start_plan("peak", SUBJECT, lambda _said: None)
    played.ticks(2)
    played.doors.act(f"plan:{run_of(played).id}", "yes")
    played.ticks(3)
    page.show_tab("plans")
    page.plans.begin("outage", SUBJECT)
    form = page.plans.form
    assert "排队高峰" in form.said.text()
    assert form.start.text() == "Begin anyway"
    form.begin()
    settle()
    assert {run.plan for run in played.plans.book.every(PlanRun).values()} == {"peak", "outage"}
    assert page.now.tiles.isVisible(), "two runs are told apart by tiles"


def test_a_refusal_stands_in_the_form(desk_of: Desks) -> None:
    played = PlayedPlans(desk_of(page="board"))
    played.keep(body(TELL))
    page = played.open_page()
    page.begin()
    page.plans.form.begin()
    page.begin()
    page.plans.form.begin()
    settle()
    assert "already open" in page.plans.form.said.text()
    assert page.plans.form.isVisible()


def test_the_list_tells_states_and_takes_plans_out_of_force(desk_of: Desks) -> None:
    played, page = fired(desk_of)
    played.keep(body(TELL, name="系统故障"), "outage")
    press(K.Key_2)
    assert page.plans.table.hasFocus()
    rows = page.plans.table.rows.rows
    assert [row.name for row in rows] == ["排队高峰", "系统故障"]
    press(K.Key_Home)
    press(K.Key_W)
    assert "排队高峰" in page.plans.doubt.text()
    press(K.Key_Escape)
    assert played.plans.book.every(Plan)["peak"].withdrawn_at is None
    press(K.Key_W)
    press(K.Key_Y)
    assert played.plans.book.every(Plan)["peak"].withdrawn_at is not None
    assert page.plans.table.rows.rows[-1].withdrawn
    assert page.plans.table.hasFocus()


def test_the_editor_opens_with_the_plan_in_hand_or_a_new_one(desk_of: Desks) -> None:
    played, page = fired(desk_of)
    press(K.Key_2)
    press(K.Key_E)
    press(K.Key_1)
    assert [type(each) for each in played.editor.opened] == [Plan], "keys belong to the editor while it is open"
    played.editor.closed.emit()
    settle()
    assert page.plans.table.hasFocus()
    press(K.Key_N)
    assert played.editor.opened[-1] is None
    played.editor.kept.emit()
    settle()
    assert page.plans.isVisible()


@pytest.mark.parametrize("role", ["floor_supervisor", "qa_lead"])
def test_who_may_not_edit_plans_sees_that_and_still_reads_rehearses_and_exports(desk_of: Desks, role: str) -> None:
    played = PlayedPlans(desk_of(page="board", role=role))
    played.keep(PEAK)
    page = played.open_page()
    press(K.Key_2)
    row = page.plans.actions_row
    shown = {action.key: button.isEnabled() for action, button in zip(row.actions_shown, row.buttons, strict=True)}
    assert [key for key, enabled in shown.items() if not enabled] == ["edit", "new", "withdraw", "import"]
    assert page.plans.who.isVisible()
    told = page.plans.who.text()
    assert "administrator" in told
    for key in (K.Key_E, K.Key_N, K.Key_W, K.Key_I):
        press(key)
    assert played.said == [told] * 4
    assert not played.editor.opened
    assert not page.plans.doubt.isVisible()
    press(K.Key_R)
    assert [step.n for step in page.plans.form.table.table.rows.rows if step.n]
    press(K.Key_Escape)
    press(K.Key_X)
    assert page.plans._dialog is not None
    page.plans._dialog.close()
    played.desk.shell.change(role="duty_manager")
    settle()
    assert all(button.isEnabled() for button in row.buttons)
    assert not page.plans.who.isVisible()


def test_with_no_plan_yet_only_who_may_writes_the_first(desk_of: Desks) -> None:
    played = PlayedPlans(desk_of(page="board", role="floor_supervisor"))
    page = played.open_page()
    press(K.Key_2)
    assert not page.plans.empty.button.isEnabled()
    press(K.Key_1)
    assert page.now.isVisible(), "the keys go on"
    press(K.Key_2)
    played.desk.shell.change(role="console_admin")
    settle()
    page.plans.empty.button.click()
    assert played.editor.opened == [None]


def test_a_file_is_read_into_the_editor_and_a_bad_one_is_said(desk_of: Desks, tmp_path: Path) -> None:
    played, page = fired(desk_of)
    page.show_tab("plans")
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    page.plans.export("peak", good)
    assert played.doors.files[good] == write_plan("peak", PEAK)
    page.plans.read(good)
    opened = played.editor.opened[-1]
    assert isinstance(opened, Plan)
    assert (opened.id, opened.version, opened.body) == ("peak", 1, PEAK)
    played.editor.closed.emit()
    played.doors.files[bad] = "name = \n"
    page.plans.read(bad)
    page.plans.read(tmp_path / "gone.toml")
    assert len(played.editor.opened) == 1
    assert played.said[-2].startswith("bad.toml, line 1: ")
    assert "gone.toml" in played.said[-1]


def test_somebody_who_comes_for_a_run_finds_it(desk_of: Desks) -> None:
    played, page = fired(desk_of)
    played.keep(body(TELL, name="系统故障"), "outage")
    played.doors.start_plan("outage", SUBJECT, lambda _said: None)
    played.ticks(2)
    runs = {run.plan: run.id for run in played.plans.book.every(PlanRun).values()}
    for plan in ("outage", "peak", "outage"):
        played.desk.shell.go("plans", f"plan:{runs[plan]}")
        settle()
        assert page.now.current == runs[plan]
        assert page.now.panel.sheet is not None
        assert page.now.panel.sheet.id == runs[plan]
    page.show_tab("history")
    played.desk.shell.go("plans", SUBJECT)
    settle()
    assert page.now.isVisible()
    assert page.now.current == runs["peak"], "the proposal is the louder one"


def test_what_might_have_been_comes_with_the_forecast(desk_of: Desks) -> None:
    played, page = fired(desk_of)
    run = run_of(played)
    points = tuple(
        OutlookPoint(at=played.plans.at + 60 * n, waiting=20.0 + n, least=15, most=30, mean_wait_s=90.0, wait_s=None)
        for n in range(5)
    )
    played.desk.shell.take_outlooks({run.id: PlanOutlook(run=run.id, begun_at=played.plans.at, points=points)})
    settle()
    assert [row.nothing for row in page.now.panel.figures.rows] == ["20", "1:30"]
    assert page.now.panel.without_words.isVisible()


def test_nothing_under_way_leads_to_beginning_one_and_no_floor_to_the_settings(desk_of: Desks) -> None:
    desk = desk_of(page="plans")
    page = desk.window.page
    assert isinstance(page, PlansPage)
    assert page.empty.isVisible(), "nothing is known yet"
    played = PlayedPlans(desk)
    assert page.now.empty.isVisible()
    page.show_tab("plans")
    assert page.plans.empty.isVisible()
    played.keep(PEAK)
    page.show_tab("now")
    page.now.empty.button.click()
    settle()
    assert page.plans.form.isVisible()
    press(K.Key_Escape)
    assert not page.plans.form.isVisible()


def test_the_page_speaks_both_languages_at_once(desk_of: Desks) -> None:
    played, page = fired(desk_of)
    played.desk.shell.change(language="zh_CN")
    settle()
    assert page.title.text() == "应急预案"
    assert page.now.panel.answers.buttons[0].text() == "立即启动"
    assert page.now.panel.steps.items[2].title.text() == "3  暂停批准离席"
    assert page.now.panel.state.text() == "待启动"


def test_my_groups_leave_the_others_out(desk_of: Desks) -> None:
    played, page = fired(desk_of)
    assert page.now.current
    page.now.show_rows(played.plans.view, played.plans.book, played.plans.at, ("web",))
    assert [row.id for row in page.now.tiles.rows] == [page.now.current], "the one in hand is not taken away"


def test_a_step_that_did_not_change_is_not_touched(desk_of: Desks) -> None:
    played, page = fired(desk_of)
    items = list(page.now.panel.steps.items)
    shown: list[int] = []
    for item in items:
        item.show_line = lambda line: shown.append(line.n)  # type: ignore[method-assign]  # counted
    played.plans.waiting = 15
    played.ticks(1)
    page.tick()
    assert page.now.panel.steps.items == items
    assert shown == []


def test_begun_from_elsewhere_the_form_opens_with_the_plan_in_hand(desk_of: Desks) -> None:
    played = PlayedPlans(desk_of())
    played.keep(body(TELL, name="甲"), "a")
    played.keep(body(TELL, name="乙"), "b")
    page = played.open_page()
    page.show_tab("plans")
    page.plans.table.choose("b")
    page.show_tab("now")
    page.begin()
    settle()
    assert page.plans.form.plan is not None
    assert page.plans.form.plan.id == "b"


def test_who_may_not_begin_it_is_told_so_by_name_or_as_you(desk_of: Desks) -> None:
    played = PlayedPlans(desk_of(role="supervisor", operator=""))
    played.keep(body(TELL, decide="duty_manager"))
    page = played.open_page()
    page.begin()
    settle()
    assert page.plans.form.said.text().startswith("You may not do this")
