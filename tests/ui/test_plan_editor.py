"""The plan editor by hand: a whole plan by keys alone, each fault while it is typed, nothing typed ever lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QVBoxLayout, QWidget

from console.core.kept import Book
from console.core.words import Said, say
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import Plan
from console.core.work.plan_rehearsal import RehearsedStep
from console.core.work.plan_text import read_plan
from console.ui.pages.plans_editor import PlanEditor
from console.ui.shell import NoDoors
from console.ui.widgets.plan_condition import ConditionRows
from tests.ui.break_desk import press, type_in
from tests.ui.conftest import Desk, focused, settle

Desks = Callable[..., Desk]
PEAK = Path("resources/plans/en/queue-peak.toml").read_text(encoding="utf-8")


class PlanKeeper(NoDoors):
    """Doors behind which plans are kept in the shell's book at once, unless told to refuse."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.refusal: Said | None = None
        self.kept: list[tuple[str, PlanBody, int]] = []
        self.rehearsed: list[tuple[Plan, str]] = []
        self.files: dict[str, str] = {}
        self.told: tuple[RehearsedStep, ...] | Said = say("The ACD cannot be asked.")

    def keep_plan(self, plan: str, body: PlanBody, read_version: int, then: Callable[[Said | None], None]) -> None:
        self.kept.append((plan, body, read_version))
        if self.refusal is None:
            self.put(Plan(id=plan, version=read_version + 1, body=body, edited_at=0.0, edited_by="me"))
        then(self.refusal)

    def put(self, plan: Plan) -> None:
        shell = self.desk.shell
        shell.take_book(shell.book.told(shell.book.seq + 1, (plan,), {}))

    def rehearse(self, plan: Plan, subject: str, then: Callable[[tuple[RehearsedStep, ...] | Said], None]) -> None:
        self.rehearsed.append((plan, subject))
        then(self.told)

    def read_plan_text(self, path: Path, then: Callable[[str | Said], None]) -> None:
        text = self.files.get(path.name)
        then(say("{path} cannot be read.", path=str(path)) if text is None else text)

    def write_plan_text(self, path: Path, text: str, then: Callable[[Said | None], None]) -> None:
        self.files[path.name] = text
        then(None)


class Written:
    """An editor in a window of its own, and what it told."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.doors = PlanKeeper(desk)
        desk.shell.doors = self.doors
        desk.window.hide()
        self.host = QWidget()
        self.host.resize(1100, 860)
        self.editor = PlanEditor(desk.shell)
        QVBoxLayout(self.host).addWidget(self.editor)
        self.told: list[str] = []
        self.editor.kept.connect(lambda: self.told.append("kept"))
        self.editor.closed.connect(lambda: self.told.append("closed"))
        self.host.show()
        self.host.activateWindow()
        settle()

    def open(self, text: str | None = PEAK, version: int = 4) -> PlanEditor:
        if text is None:
            self.editor.open_plan(None)
        else:
            reading = read_plan(text)
            assert reading.body is not None
            plan = Plan(id=reading.id, version=version, body=reading.body, edited_at=0.0, edited_by="li")
            self.doors.put(plan)
            self.editor.open_plan(plan)
        settle()
        return self.editor

    def kinds(self) -> set[str]:
        self.editor.judge()
        settle()
        return {each.kind for each in self.editor.found}

    def words_of(self, name: str) -> str:
        step = self.editor.steps.draft.steps[self.editor.steps.at]
        return self.editor.steps.forms[str(step["do"])].fields[name].fault.words.text()


@pytest.fixture
def written(desk: Desk) -> Iterator[Written]:
    made = Written(desk)
    yield made
    made.host.close()
    made.host.deleteLater()
    settle()


def tab(times: int = 1) -> None:
    for _ in range(times):
        press(Qt.Key.Key_Tab)


def until(wanted: Callable[[], bool], key: Qt.Key = Qt.Key.Key_Tab, most: int = 40) -> None:
    """Press a key until something is so: what a person without a mouse does."""
    for _ in range(most):
        if wanted():
            return
        press(key)
    raise AssertionError("never came to it")


def choose(words: str) -> None:
    """Go through the choices the keys are on until one begins so."""
    box = focused()
    assert isinstance(box, QComboBox)
    press(Qt.Key.Key_Home)
    until(lambda: box.currentText().startswith(words), Qt.Key.Key_Down)


def test_a_whole_plan_is_made_by_keys_alone(written: Written) -> None:
    editor = written.open(None)
    assert focused() is editor.top.what.fields["name"].input
    assert not editor.keep_button.isEnabled()
    type_in("Evening peak")
    press(Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    rows = editor.watch.rows.rows
    assert focused() is rows[0].measure
    until(lambda: focused() is editor.watch.rows.add)
    press(Qt.Key.Key_Space)
    assert len(editor.watch.rows.rows) == 3
    assert focused() is editor.watch.rows.rows[2].measure
    press(Qt.Key.Key_Down)
    until(lambda: focused() is editor.watch.rows.rows[2].number)
    type_in("90")
    press(Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert focused() is editor.steps.table
    press(Qt.Key.Key_N)
    assert focused() is editor.steps.action
    choose("Agreed")
    until(lambda: focused() is editor.steps.forms["directive"].fields["text"].input)
    type_in("We are on it.")
    until(lambda: focused() is editor.steps.table, Qt.Key.Key_Backtab)
    press(Qt.Key.Key_Insert)
    choose("Flex")
    until(lambda: focused() is editor.steps.forms["flex"].fields["count"].input)
    editor.steps.forms["flex"].fields["count"].input.selectAll()  # type: ignore[attr-defined]  # a line edit
    type_in("3")
    until(lambda: focused() is editor.steps.forms["flex"].fields["queues"].input)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settle()
    editor.judge()
    assert editor.found == ()
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    name, body, version = written.doors.kept[-1]
    assert (name, version, body.name) == ("plan-1", 0, "Evening peak")
    assert [step["do"] for step in body.steps] == ["flex", "directive"]
    assert body.steps[0]["count"] == 3
    assert len(body.steps[0]["queues"]) == 1
    assert body.steps[1]["text"] == "We are on it."
    assert body.watch is not None
    assert len(body.watch.when.any) == 3
    assert body.watch.when.any[2].above == 90
    assert written.told == ["kept"]
    assert not editor.changed


def test_the_timer_judges_while_typing_and_keep_says_how_many(written: Written, qtbot: object) -> None:
    editor = written.open()
    line = editor.top.what.fields["countdown_s"].input
    line.setFocus()
    line.selectAll()  # type: ignore[attr-defined]  # a line edit
    QTest.keyClicks(line, "soon")
    qtbot.waitUntil(lambda: editor.faults.table.rows.rows != [])  # type: ignore[attr-defined]  # pytest-qt's
    assert editor.top.what.fields["countdown_s"].fault.words.text() == "This is no number."
    assert not editor.keep_button.isEnabled()
    assert editor.keep_button.text().startswith("Keep")
    assert editor.keep_button.text().endswith("1 fault")
    assert 'countdown_s = "soon"' in editor.draft.text
    line.selectAll()  # type: ignore[attr-defined]  # a line edit
    QTest.keyClicks(line, "2:30")
    qtbot.waitUntil(editor.keep_button.isEnabled)  # type: ignore[attr-defined]  # pytest-qt's
    assert "countdown_s = 150" in editor.draft.text
    assert not editor.top.what.fields["countdown_s"].fault.isVisible()


FAULTS: tuple[tuple[str, str, str, str], ...] = (
    ("unknown_queue", "overflow", "to", 'to = "gone"'),
    ("no_way_back", "key", "family", 'family = "DEVICE"\nkey = "k"\nvalue = "1"'),
    ("loop", "overflow", "to", 'to = "orders"\nqueues = ["orders"]'),
    ("plain_http", "notify", "to", 'text = "x"\nto = "http://hook.example/"'),
    ("unknown_name", "notify", "text", 'text = "${wating}"'),
    ("out_of_bounds", "flex", "count", "count = 900"),
    ("unknown_measure", "wait", "until", 'until = { measure = "moon", above = 1 }'),
)


@pytest.mark.parametrize(("kind", "do", "name", "rest"), FAULTS, ids=[each[0] for each in FAULTS])
def test_each_kind_of_fault_stands_at_its_field_and_in_the_list(
    written: Written, kind: str, do: str, name: str, rest: str
) -> None:
    editor = written.open()
    editor.show_side("text")
    text = editor.text.text
    text.setPlainText(f'id = "queue-peak"\nname = "P"\ntrigger = "hand"\n\n[[step]]\ndo = "{do}"\n{rest}\n')
    assert kind in written.kinds()
    lines = {each.line for each in editor.found}
    assert lines
    assert min(lines) > 4
    editor.show_side("plan")
    editor.faults.table.setFocus()
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_Return)
    assert editor.stack.currentWidget() is editor.steps
    field = editor.steps.forms[do].fields[name]
    at = focused()
    assert at is not None
    assert at is field.input or field.isAncestorOf(at)
    words = field.input.rows[0].fault.words if isinstance(field.input, ConditionRows) else field.fault.words
    assert words.text()
    assert words.isVisible()
    assert field.input.accessibleName()


def test_the_text_and_the_form_stay_in_step(written: Written) -> None:
    editor = written.open()
    editor.show_side("text")
    text = editor.text.text
    text.setPlainText(text.toPlainText().replace('name = "Queue peak"', 'name = "Rush"\n# by hand'))
    assert editor.title.text() == "Rush"
    editor.show_side("plan")
    line = editor.top.what.fields["name"].input
    assert line.text() == "Rush"  # type: ignore[attr-defined]  # a line edit
    assert "# by hand" in editor.draft.text
    line.setFocus()
    press(Qt.Key.Key_End)
    type_in(" hour")
    editor.show_side("text")
    assert 'name = "Rush hour"' in text.toPlainText()


def test_a_text_that_cannot_be_read_keeps_the_form_and_says_so(written: Written) -> None:
    editor = written.open()
    editor.show_side("text")
    text = editor.text.text
    broken = text.toPlainText() + "\n[[step"
    text.setPlainText(broken)
    assert written.kinds() == {"syntax"}
    assert editor.broken.isVisible()
    editor.show_side("steps")
    assert not editor.steps.isEnabled()
    assert len(editor.steps.table.rows.rows) == 6
    editor.show_side("text")
    assert text.toPlainText() == broken
    QTest.mouseClick(editor.broken.buttons[1], Qt.MouseButton.LeftButton)
    settle()
    assert not editor.broken.isVisible()
    assert written.kinds() == set()
    press(Qt.Key.Key_Escape)
    assert written.told == ["closed"]


def test_escape_with_changes_asks_and_each_answer_does_what_it_says(written: Written) -> None:
    editor = written.open()
    type_in("X")
    press(Qt.Key.Key_Escape)
    assert written.told == []
    assert editor.strip.isVisible()
    press(Qt.Key.Key_Escape)
    assert not editor.strip.isVisible()
    assert editor.draft.name == "XQueue peak"
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_T)
    assert written.told == ["closed"]
    assert written.doors.kept == []
    assert not editor.changed
    editor = written.open()
    type_in("Y")
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_K)
    assert written.told == ["closed", "kept"]
    assert written.doors.kept[-1][1].name == "YQueue peak"


def test_what_was_not_kept_comes_back_with_its_plan(written: Written) -> None:
    editor = written.open()
    type_in("X")
    editor.open_plan(None)
    settle()
    assert editor.draft.name == ""
    written.open()
    assert editor.draft.name == "XQueue peak"
    assert editor.strip.isVisible()
    QTest.mouseClick(editor.strip.buttons[0], Qt.MouseButton.LeftButton)
    settle()
    assert editor.draft.name == "Queue peak"


def test_a_step_removed_comes_back_with_ctrl_z(written: Written) -> None:
    editor = written.open()
    editor.show_side("steps")
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Delete)
    assert [row.n for row in editor.steps.table.rows.rows] == [1, 2, 3, 4, 5]
    assert editor.draft.steps[1]["do"] == "hold_breaks"
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.draft.steps[1]["do"] == "flex"
    assert not editor.changed
    press(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert editor.draft.steps[1]["do"] == "hold_breaks"
    assert focused() is editor.steps.table


def test_a_step_keeps_the_keys_while_it_moves(written: Written) -> None:
    editor = written.open()
    editor.show_side("steps")
    press(Qt.Key.Key_End)
    key = editor.steps.table.current_key()
    for _ in range(9):
        press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert editor.steps.table.current_key() == key
    assert editor.steps.at == 0
    assert editor.draft.steps[0]["do"] == "close"
    assert "order" in written.kinds()


def test_another_action_and_back_again_loses_nothing(written: Written) -> None:
    editor = written.open()
    editor.show_side("steps")
    before = dict(editor.draft.steps[0])
    editor.steps.action.setFocus()
    choose("Overflow")
    assert editor.draft.steps[0]["do"] == "overflow"
    choose("Tell")
    assert editor.draft.steps[0] == before


def test_the_watch_turned_off_and_on_again_is_as_it_was(written: Written) -> None:
    editor = written.open(PEAK.replace("least_waiting = 5", "least_waiting = 9"))
    before = editor.draft.table["watch"]
    editor.show_side("watch")
    editor.watch.watched.setFocus()
    press(Qt.Key.Key_Space)
    assert editor.draft.watch is None
    assert "no_watch" in written.kinds()
    press(Qt.Key.Key_Space)
    assert editor.draft.table["watch"] == before


def test_the_floor_now_stands_beside_the_watch(written: Written) -> None:
    editor = written.open()
    editor.show_side("watch")
    words = editor.watch.now.accessibleName()
    assert "账户安全" in words
    assert editor.watch.now.found[0].lines[0].said.english().startswith("average wait ")
    editor.watch.rows.rows[0].number.setFocus()
    editor.show_side("text")
    editor.text.text.setPlainText(editor.text.text.toPlainText().replace("[watch]", "[watch]\nwhen = 3"))
    editor.show_side("watch")
    assert editor.watch.now.found == ()
    assert editor.watch.now.accessibleName()


def test_somebody_else_was_quicker_and_nothing_is_lost(written: Written) -> None:
    editor = written.open()
    type_in("X")
    theirs = written.desk.shell.book.get(Plan, "queue-peak")
    assert theirs is not None
    newer = replace(theirs, version=5, edited_by="wang", body=replace(theirs.body, name="Theirs"))
    written.doors.put(newer)
    settle()
    assert "wang has edited this plan meanwhile." in editor.strip.words.text()
    editor.strip.buttons[0].setFocus()
    press(Qt.Key.Key_L)
    assert editor.stack.currentWidget() is editor.text
    assert 'name = "Theirs"' in editor.text.theirs.toPlainText()
    assert editor.draft.name == "XQueue peak"
    editor.strip.buttons[0].setFocus()
    press(Qt.Key.Key_T)
    assert editor.draft.name == "Theirs"
    assert not editor.changed
    editor.show_side("steps")
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.draft.name == "XQueue peak"
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert [(name, version) for name, _, version in written.doors.kept] == [("queue-peak", 5)]


def test_mine_over_theirs_is_kept_with_the_version_read(written: Written) -> None:
    editor = written.open()
    type_in("X")
    theirs = written.desk.shell.book.get(Plan, "queue-peak")
    assert theirs is not None
    written.doors.put(replace(theirs, version=7, edited_by="wang", body=replace(theirs.body, name="Theirs")))
    settle()
    editor.strip.buttons[0].setFocus()
    press(Qt.Key.Key_M)
    assert [(body.name, version) for _, body, version in written.doors.kept] == [("XQueue peak", 7)]
    assert written.told == ["kept"]


def test_keeping_without_an_answer_asks_again_whose_it_shall_be(written: Written) -> None:
    editor = written.open()
    type_in("X")
    theirs = written.desk.shell.book.get(Plan, "queue-peak")
    assert theirs is not None
    written.doors.put(replace(theirs, version=7, edited_by="wang", body=replace(theirs.body, name="Theirs")))
    settle()
    press(Qt.Key.Key_Escape)
    assert not editor.strip.isVisible()
    written.doors.refusal = say("Somebody else has edited this meanwhile; look at the new text first.")
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert editor.strip.isVisible()
    assert focused() is editor.strip.buttons[0]
    assert editor.draft.name == "XQueue peak"


def test_an_unchanged_plan_follows_the_book(written: Written) -> None:
    editor = written.open()
    theirs = written.desk.shell.book.get(Plan, "queue-peak")
    assert theirs is not None
    written.doors.put(replace(theirs, version=5, body=replace(theirs.body, name="Theirs")))
    settle()
    assert editor.draft.name == "Theirs"
    assert not editor.strip.isVisible()


def test_a_refusal_is_said_and_the_draft_stays(written: Written) -> None:
    editor = written.open()
    type_in("X")
    written.doors.refusal = say("Only an administrator or a duty manager may change this.")
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert editor.strip.words.text() == "Only an administrator or a duty manager may change this."
    assert written.told == []
    assert editor.changed
    press(Qt.Key.Key_Escape)
    assert not editor.strip.isVisible()
    assert editor.draft.name == "XQueue peak"


def test_a_short_name_another_plan_has_cannot_be_taken(written: Written) -> None:
    written.open()
    editor = written.open(None)
    type_in("Other")
    line = editor.top.what.fields["id"].input
    line.setFocus()
    line.selectAll()  # type: ignore[attr-defined]  # a line edit
    type_in("queue-peak")
    assert "taken" in written.kinds()
    assert "short name already" in editor.top.what.fields["id"].fault.words.text()


def test_files_come_in_and_go_out_and_ctrl_z_brings_back_what_was_there(written: Written) -> None:
    editor = written.open()
    editor.keeping.import_file(Path("none.toml"))
    assert editor.strip.words.text() == "none.toml cannot be read."
    written.doors.files["other.toml"] = PEAK.replace('"queue-peak"', '"other"').replace('"Queue peak"', '"Other"')
    editor.keeping.import_file(Path("other.toml"))
    settle()
    assert (editor.draft.name, editor.draft.id) == ("Other", "queue-peak")
    editor.keeping.export_file(Path("out.toml"))
    assert read_plan(written.doors.files["out.toml"]).faults == ()
    editor.show_side("steps")
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.draft.name == "Queue peak"
    written.doors.files["bad.toml"] = "[[["
    editor.keeping.import_file(Path("bad.toml"))
    settle()
    assert editor.draft.broken is not None
    assert editor.draft.name == "Queue peak"


def test_a_plan_read_from_a_file_by_the_page_is_a_change_of_the_one_in_force(written: Written) -> None:
    written.open()
    in_force = written.desk.shell.book.get(Plan, "queue-peak")
    assert in_force is not None
    read = replace(in_force, body=replace(in_force.body, name="From a file"))
    written.editor.open_plan(read)
    settle()
    assert written.editor.changed
    assert written.editor.keep_button.isEnabled()
    fresh = Plan(id="fresh", version=0, body=in_force.body, edited_at=0.0, edited_by="")
    written.editor.open_plan(fresh)
    settle()
    assert written.editor.keep_button.isEnabled()
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert [(name, version) for name, _, version in written.doors.kept] == [("fresh", 0)]


def test_the_draft_is_rehearsed_for_whom_one_chooses(written: Written) -> None:
    editor = written.open()
    type_in("X")
    press(Qt.Key.Key_F5)
    plan, subject = written.doors.rehearsed[0]
    assert (plan.body.name, plan.version, subject) == ("XQueue peak", 4, "group:security")
    assert written.doors.kept == []
    assert editor.rehearsal.table.words.text() == "The ACD cannot be asked."
    editor.show_side("plan")
    line = editor.top.what.fields["name"].input
    line.setFocus()
    line.selectAll()  # type: ignore[attr-defined]  # a line edit
    press(Qt.Key.Key_Delete)
    press(Qt.Key.Key_F5)
    assert len(written.doors.rehearsed) == 1
    assert not editor.rehearsal.button.isEnabled()


def test_it_speaks_chinese_at_once(written: Written) -> None:
    editor = written.open()
    written.desk.shell.change(language="zh_CN")
    settle()
    assert editor.close_button.text() == "关闭"
    assert editor.top.what.fields["each"].input.currentText() == "各技能组"  # type: ignore[attr-defined]  # a choice
    editor.show_side("steps")
    assert "机动坐席上线" in [row.action for row in editor.steps.table.rows.rows]


def test_a_floor_without_groups_or_plans_does_no_harm(written: Written) -> None:
    written.desk.shell.take_book(Book())
    editor = written.open(None)
    for side in editor.sides:
        editor.show_side(side)
        settle()
    assert QApplication.focusWidget() is not None
