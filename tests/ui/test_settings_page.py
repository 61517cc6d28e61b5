"""The settings: what is right is in force at once, what is wrong is said while typing, secrets go to the keyring."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.core.floor.people import PersonRow
from console.core.floor.policy import Channel, FloorPolicy
from console.core.profiles import FEED_SECRET, WEBHOOK_SECRET, FloorKind, Profile
from console.core.words import Said, say
from console.core.work.policies import FLOOR, PEOPLE, Policy
from console.ui import theme
from console.ui.doors import CheckLine, PeopleRead
from console.ui.pages.settings import SECTIONS, SettingsPage
from console.ui.pages.settings_desk import DeskSection
from console.ui.pages.settings_floors import FloorsSection
from console.ui.pages.settings_groups import GroupsSection
from console.ui.pages.settings_people import PeopleSection
from console.ui.pages.settings_reading import ReadingSection
from console.ui.pages.settings_section import Section
from console.ui.pages.settings_targets import TargetsSection
from console.ui.shell import NoDoors
from console.ui.widgets.form import Entry
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import floor

ALT = Qt.KeyboardModifier.AltModifier
PBX = Profile(id="floor1", name="East", kind=FloorKind.ASTERISK, host="pbx", user="reader")


class Line(msgspec.Struct, frozen=True):
    name: str
    ok: bool
    said: Said
    warn: bool = False


class Read(msgspec.Struct, frozen=True):
    rows: tuple[PersonRow, ...] = ()
    problems: tuple[Said, ...] = ()
    ignored: tuple[str, ...] = ()


class Keyring:
    def __init__(self, refusal: Said | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.dropped: list[tuple[str, str]] = []
        self.refusal = refusal

    def get(self, profile: str, name: str) -> str | Said | None:
        return self.refusal or self.kept.get((profile, name))

    def put(self, profile: str, name: str, secret: str) -> Said | None:
        if self.refusal is None:
            self.kept[profile, name] = secret
        return self.refusal

    def drop(self, profile: str, name: str) -> Said | None:
        self.dropped.append((profile, name))
        return self.refusal


def in_force(desk: Desk, name: str, body: dict[str, object], version: int) -> None:
    document = Policy(id=name, version=version, body=body, edited_at=1.0, edited_by="wang")
    book = desk.shell.book
    desk.shell.take_book(book.told(book.seq + 1, (document,), {}))


class SettingsDoors(NoDoors):
    """Doors that remember; `answer` lets the floor take what was sent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.policies: list[FloorPolicy] = []
        self.versions: list[int] = []
        self.refusal: Said | None = None
        self.slow = False
        self.people: list[tuple[PersonRow, ...]] = []
        self.opened: list[str] = []
        self.checked: list[tuple[Profile, dict[str, str]]] = []
        self.lines: Sequence[CheckLine] = ()
        self.list = Read()
        self.written: list[tuple[Path, int, bool]] = []
        self.keyring = Keyring()

    def keep_policy(self, policy: FloorPolicy, read_version: int, then: Callable[[Said | None], None]) -> None:
        self.policies.append(policy)
        self._take(FLOOR, msgspec.to_builtins(policy), read_version, then)

    def keep_people(self, rows: tuple[PersonRow, ...], read_version: int, then: Callable[[Said | None], None]) -> None:
        self.people.append(rows)
        self._take(PEOPLE, {"rows": msgspec.to_builtins(rows)}, read_version, then)

    def _take(self, name: str, body: dict[str, object], read_version: int, then: Callable[[Said | None], None]) -> None:
        self.versions.append(read_version)
        then(self.refusal)
        if self.refusal is None and not self.slow:
            in_force(self._desk, name, body, read_version + 1)

    def open_floor(self, profile: Profile) -> None:
        self.opened.append(profile.id)

    def secrets(self) -> Keyring:
        return self.keyring

    def check(self, profile: Profile, secrets: dict[str, str], then: Callable[[Sequence[CheckLine]], None]) -> None:
        self.checked.append((profile, secrets))
        then(self.lines)

    def read_people(self, path: Path, then: Callable[[PeopleRead], None]) -> None:
        assert path.name
        then(self.list)

    def write_people(
        self, path: Path, rows: tuple[PersonRow, ...], *, chinese: bool, then: Callable[[Said | None], None]
    ) -> None:
        self.written.append((path, len(rows), chinese))
        then(None)

    def answer(self) -> None:
        self._desk.publish(msgspec.structs.replace(floor(), policy=self.policies[-1]))


@pytest.fixture
def doors(desk: Desk) -> SettingsDoors:
    made = SettingsDoors(desk)
    desk.shell.doors = made
    return made


@pytest.fixture
def page(desk: Desk, doors: SettingsDoors) -> SettingsPage:
    assert desk.shell.doors is doors
    desk.shell.go("settings", "floors")
    settle()
    made = desk.window.page
    assert isinstance(made, SettingsPage)
    return made


def section(page: SettingsPage, what: str) -> object:
    page.open_at(what)
    settle()
    return page.section


def press(*keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, modifier)
        settle()


def type_into(entry: Entry, text: str, *, enter: bool = True) -> None:
    entry.line.setFocus()
    entry.line.selectAll()
    if text.isascii() and text:
        QTest.keyClicks(entry.line, text)
    elif text:  # as an input method commits it
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        QApplication.sendEvent(entry.line, committed)
    else:
        QTest.keyClick(entry.line, Qt.Key.Key_Delete)
    if enter:
        press(Qt.Key.Key_Return)


# -- the page ----------------------------------------------------------------------------------------------------------


def test_every_section_opens_with_the_arrows_alone(desk: Desk, page: SettingsPage) -> None:
    page.list.buttons["floors"].setFocus()
    for spec in SECTIONS[1:]:
        press(Qt.Key.Key_Down)
        assert page._current == spec.key
        assert page.section.isVisible()
    assert desk.shell.place("settings.section") == SECTIONS[-1].key


def test_the_section_last_used_is_found_again(desk: Desk, page: SettingsPage) -> None:
    section(page, "people")
    again = SettingsPage(desk.shell)
    again.show_view(desk.shell.view)
    assert isinstance(again.section, PeopleSection)
    again.deleteLater()


def test_the_words_follow_the_language(desk: Desk, page: SettingsPage) -> None:
    shown = section(page, "groups")
    assert isinstance(shown, GroupsSection)
    desk.shell.change(language="zh_CN")
    settle()
    assert page.list.title.text() == "设置"
    assert page.list.buttons["people"].text() == "人员"
    assert shown.new_button.text() == "新技能组"


# -- connections -------------------------------------------------------------------------------------------------------


@pytest.fixture
def floors(page: SettingsPage) -> FloorsSection:
    made = page.section
    assert isinstance(made, FloorsSection)
    return made


def test_the_demo_is_there_and_cannot_be_changed(floors: FloorsSection) -> None:
    assert [row.profile.id for row in floors.table.rows.rows] == ["demo"]
    assert not floors.name.isEnabled()
    assert not floors.drop_button.isVisible()


def test_a_connection_is_made_typed_and_opened_by_keys(desk: Desk, doors: SettingsDoors, floors: FloorsSection) -> None:
    floors.add_button.setFocus()
    press(Qt.Key.Key_Space)
    assert floors.name.line.hasFocus()
    QTest.keyClicks(floors.name.line, "East")
    press(Qt.Key.Key_Return)
    type_into(floors.host, "pbx.example.com")
    type_into(floors.port, "5040")
    type_into(floors.user, "reader")
    floors.tls.setFocus()
    press(Qt.Key.Key_Space)
    (profile,) = desk.shell.preferences.profiles
    assert profile == Profile(
        id="floor1",
        name="East",
        kind=FloorKind.ASTERISK,
        host="pbx.example.com",
        port=5040,
        user="reader",
        tls=True,
    )
    floors.open_button.setFocus()
    press(Qt.Key.Key_Space)
    assert doors.opened == ["floor1"]
    assert desk.shell.preferences.floor == "floor1"


@pytest.mark.parametrize(
    ("field", "typed"), [("host", "http://pbx/"), ("host", ""), ("port", "70000"), ("port", "x"), ("name", "")]
)
def test_what_is_wrong_is_said_and_not_taken(desk: Desk, floors: FloorsSection, field: str, typed: str) -> None:
    desk.shell.change(profiles=(PBX,))
    floors.table.choose("floor1")
    entry: Entry = getattr(floors, field)
    type_into(entry, typed, enter=False)
    assert entry.wrong is not None
    assert entry.problem.isVisible()
    press(Qt.Key.Key_Return)
    assert desk.shell.preferences.profiles == (PBX,)


def test_a_secret_goes_to_the_keyring_and_nowhere_else(desk: Desk, doors: SettingsDoors, floors: FloorsSection) -> None:
    desk.shell.change(profiles=(PBX,))
    floors.table.choose("floor1")
    type_into(floors.secret, "s3cret-word")
    assert doors.keyring.kept == {("floor1", FEED_SECRET): "s3cret-word"}
    assert "s3cret-word" not in msgspec.json.encode(desk.shell.preferences).decode()
    floors.table.choose("demo")
    floors.table.choose("floor1")
    assert floors.secret.line.text() == ""


def test_the_secret_of_web_hooks_is_kept_where_this_desk_may_act(
    desk: Desk, doors: SettingsDoors, floors: FloorsSection
) -> None:
    desk.shell.change(profiles=(replace(PBX, steward_user=""),))
    floors.table.choose("floor1")
    assert not floors.webhook_secret.isVisible()
    desk.shell.change(profiles=(replace(PBX, steward_user="acts"),))
    floors.table.choose("demo")
    floors.table.choose("floor1")
    assert floors.webhook_secret.isVisible()
    type_into(floors.webhook_secret, "s3cret-word")
    assert doors.keyring.kept == {("floor1", WEBHOOK_SECRET): "s3cret-word"}


def test_where_there_is_no_keyring_it_is_said_and_the_try_still_works(
    desk: Desk, doors: SettingsDoors, floors: FloorsSection
) -> None:
    doors.keyring = Keyring(say("This computer has no keyring."))
    desk.shell.change(profiles=(PBX,))
    floors.table.choose("floor1")
    type_into(floors.secret, "s3cret-word")
    assert "no keyring" in floors.keyring.text()
    doors.lines = (
        Line(name="tcp", ok=True, said=say("Reached.")),
        Line(name="login", ok=False, said=say("Not let in.")),
    )
    floors.check_button.setFocus()
    press(Qt.Key.Key_Space)
    ((profile, secrets),) = doors.checked
    assert profile == PBX
    assert secrets == {FEED_SECRET: "s3cret-word"}
    assert floors.lines.isVisible()
    assert "Not let in." in floors.lines.accessibleName()


def test_a_deleted_connection_takes_its_secrets_and_gives_way_to_the_demo(
    desk: Desk, doors: SettingsDoors, floors: FloorsSection
) -> None:
    desk.shell.change(profiles=(PBX,), floor="floor1")
    floors.table.choose("floor1")
    floors.drop_button.setFocus()
    press(Qt.Key.Key_Space)
    assert desk.shell.preferences.profiles == ()
    assert desk.shell.preferences.floor == "demo"
    assert doors.opened == ["demo"]
    assert {("floor1", FEED_SECRET), ("floor1", WEBHOOK_SECRET)} <= set(doors.keyring.dropped)


# -- groups ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def groups(page: SettingsPage) -> GroupsSection:
    made = section(page, "groups")
    assert isinstance(made, GroupsSection)
    return made


def test_a_queue_moves_by_keys_and_the_floor_takes_it(doors: SettingsDoors, groups: GroupsSection) -> None:
    groups.tree.setFocus()
    press(Qt.Key.Key_Down)
    assert groups.tree.current() == "queue:security"
    press(Qt.Key.Key_Down, modifier=ALT)
    (sent,) = doors.policies
    assert [group.queues for group in sent.groups][:2] == [(), ("payment", "security")]
    assert groups.tree.current() == "queue:security"
    doors.answer()
    assert groups.policy is not sent or groups._editing.wanted is None
    assert groups.tree.current() == "queue:security"


def test_a_group_moves_in_the_order_shown(doors: SettingsDoors, groups: GroupsSection) -> None:
    groups.tree.setFocus()
    press(Qt.Key.Key_Down, modifier=ALT)
    assert [group.id for group in doors.policies[-1].groups][:2] == ["payment", "security"]


def test_a_queue_is_dragged_onto_a_group(doors: SettingsDoors, groups: GroupsSection) -> None:
    groups.tree.setFocus()
    press(Qt.Key.Key_Down)
    target = groups.tree.topLevelItem(3)
    assert target is not None
    groups.tree.drop_at(groups.tree.visualItemRect(target).center())
    assert doors.policies[-1].groups[3].queues == ("members", "security")
    groups.tree.drop_at(QPoint(5, groups.tree.height() + 500))
    assert len(doors.policies) == 1


def test_queues_nobody_named_wait_to_be_placed(desk: Desk, doors: SettingsDoors, groups: GroupsSection) -> None:
    view = floor()
    policy = msgspec.structs.replace(view.policy, groups=view.policy.groups[:5])
    desk.publish(msgspec.structs.replace(view, policy=policy))
    last = groups.tree.topLevelItem(5)
    assert last is not None
    assert last.text(0) == "Queues without a group"
    assert last.childCount() == 1
    loose = last.child(0)
    assert loose is not None
    groups.tree.setCurrentItem(loose)
    assert groups.queue_card.isVisible()
    groups._move_queue("web", "tech")
    assert doors.policies[-1].groups[4].queues == ("tech", "web")


def test_a_group_is_made_named_and_deleted(doors: SettingsDoors, groups: GroupsSection) -> None:
    groups.new_button.setFocus()
    press(Qt.Key.Key_Space)
    assert groups.name.line.hasFocus()
    type_into(groups.name, "夜班")
    assert doors.policies[-1].groups[-1].name == "夜班"
    groups.channel.picked.emit(Channel.WEB.value)
    assert doors.policies[-1].groups[-1].channel is Channel.WEB
    type_into(groups.wrap_up, "25")
    assert doors.policies[-1].groups[-1].wrap_up_s == 25
    groups.drop()
    assert len(doors.policies[-1].groups) == 6


# -- targets -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def targets(page: SettingsPage) -> TargetsSection:
    made = section(page, "targets:payment")
    assert isinstance(made, TargetsSection)
    return made


def test_a_threshold_is_typed_and_in_force_at_once(desk: Desk, doors: SettingsDoors, targets: TargetsSection) -> None:
    type_into(targets.limits["waiting", "warn"], "7")
    sent = doors.policies[-1]
    assert sent.groups[1].targets.waiting.warn == 7
    assert sent.groups[0].targets.waiting.warn == 10
    doors.answer()
    assert desk.shell.live.policy.groups[1].targets.waiting.warn == 7
    type_into(targets.entries["service_level"], "85%")
    assert doors.policies[-1].groups[1].targets.service_level == pytest.approx(0.85)
    assert doors.policies[-1].groups[1].targets.waiting.warn == 7


def test_two_edits_before_the_floor_answers_both_hold(doors: SettingsDoors, targets: TargetsSection) -> None:
    type_into(targets.limits["waiting", "warn"], "7")
    type_into(targets.limits["waiting", "alarm"], "20")
    limits = doors.policies[-1].groups[1].targets.waiting
    assert (limits.warn, limits.alarm) == (7, 20)


@pytest.mark.parametrize("typed", ["many", "-1", "nan", "1e9"])
def test_nonsense_is_said_while_typing_and_never_sent(
    doors: SettingsDoors, targets: TargetsSection, typed: str
) -> None:
    entry = targets.limits["longest_wait", "alarm"]
    type_into(entry, typed)
    assert entry.problem.isVisible()
    assert doors.policies == []


def test_an_empty_threshold_is_none_at_all(doors: SettingsDoors, targets: TargetsSection) -> None:
    type_into(targets.limits["mean_wait", "warn"], "")
    assert doors.policies[-1].groups[1].targets.mean_wait.warn is None


def test_an_alarm_before_its_warning_is_pointed_out(targets: TargetsSection) -> None:
    type_into(targets.limits["waiting", "alarm"], "5")
    assert "before the warning" in targets.problems["waiting"].text()


def test_what_somebody_is_typing_is_not_torn_from_the_hand(
    desk: Desk, doors: SettingsDoors, targets: TargetsSection
) -> None:
    entry = targets.limits["waiting", "warn"]
    type_into(entry, "12", enter=False)
    desk.publish(floor())
    assert entry.line.text() == "12"
    press(Qt.Key.Key_Return)
    assert doors.policies[-1].groups[1].targets.waiting.warn == 12


def test_the_same_for_all_groups_of_the_channel(doors: SettingsDoors, targets: TargetsSection) -> None:
    type_into(targets.limits["waiting", "warn"], "7")
    targets.same_button.setFocus()
    press(Qt.Key.Key_Space)
    warns = {group.channel: group.targets.waiting.warn for group in doors.policies[-1].groups}
    assert warns == {Channel.PHONE: 7, Channel.WEB: 10}


# -- people ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(page: SettingsPage) -> PeopleSection:
    made = section(page, "people")
    assert isinstance(made, PeopleSection)
    return made


def test_everybody_known_is_listed_and_sought(people: PeopleSection) -> None:
    assert len(people.table.rows.rows) == 100
    people.search.setText("1042")
    assert [line.row.number for line in people.table.rows.rows] == ["1042"]


def test_a_person_only_the_acd_knows_is_written_down_by_an_edit(doors: SettingsDoors, people: PeopleSection) -> None:
    people.open_at("Local/1042@agents/n")
    people.marks["flex"].setFocus()
    press(Qt.Key.Key_Space)
    (rows,) = doors.people
    assert [(row.number, row.flex) for row in rows] == [("1042", True)]


def test_an_edit_that_clashes_is_said_and_not_sent(doors: SettingsDoors, people: PeopleSection) -> None:
    people._keep((PersonRow(name="A", number="1"), PersonRow(name="B", number="2")))
    people._chosen = "#2"
    people._show_person()
    doors.people.clear()
    type_into(people.number, "1")
    assert doors.people == []
    assert people.problems.isVisible()


def test_a_list_with_problems_changes_nothing(doors: SettingsDoors, people: PeopleSection) -> None:
    doors.list = Read(problems=(say("Row {row}: a person needs a name.", row=4),), ignored=("Shoe size",))
    people.read(Path("people.csv"))
    settle()
    assert people.imported.isVisible()
    assert "Row 4" in people.found.text()
    assert "Shoe size" in people.found.text()
    assert not people.join_button.isVisible()
    assert doors.people == []


def test_a_list_is_looked_at_before_it_is_taken(doors: SettingsDoors, people: PeopleSection) -> None:
    people._keep((PersonRow(name="A", number="1"), PersonRow(name="B", number="2")))
    doors.people.clear()
    doors.list = Read(rows=(PersonRow(name="A2", number="1", row=2), PersonRow(name="C", number="3", row=3)))
    people.read(Path("people.xlsx"))
    settle()
    assert "1 new, 1 changed" in people.found.text()
    assert "1 of the present list" in people.found.text()
    assert doors.people == []
    assert people.join_button.hasFocus()
    press(Qt.Key.Key_Space)
    assert {row.name for row in doors.people[-1]} == {"A2", "B", "C"}
    people.read(Path("people.xlsx"))
    people.replace_button.setFocus()
    press(Qt.Key.Key_Space)
    assert {row.name for row in doors.people[-1]} == {"A2", "C"}


def test_a_list_with_a_group_nobody_knows_is_refused(doors: SettingsDoors, people: PeopleSection) -> None:
    doors.list = Read(rows=(PersonRow(name="A", number="1", group="Nowhere", row=2),))
    people.read(Path("people.csv"))
    settle()
    assert "Nowhere" in people.found.text()
    assert not people.replace_button.isVisible()


def test_everybody_is_exported_in_the_language_of_the_screen(
    desk: Desk, doors: SettingsDoors, people: PeopleSection
) -> None:
    people.write(Path("out.xlsx"))
    desk.shell.change(language="zh_CN")
    people.write(Path("out.csv"))
    assert [(count, chinese) for _, count, chinese in doors.written] == [(100, False), (100, True)]


# -- floor and desk ----------------------------------------------------------------------------------------------------


def test_retention_and_reading_are_in_force_at_once(doors: SettingsDoors, page: SettingsPage) -> None:
    reading = section(page, "reading")
    assert isinstance(reading, ReadingSection)
    type_into(reading.entries["keep_tape_days"], "3")
    type_into(reading.entries["queue_wrap_up_s"], "security 30,orders 15")
    type_into(reading.entries["wrap_up_reasons"], "话后处理,ACW")
    reading.numbers.setFocus()
    press(Qt.Key.Key_Space)
    sent = doors.policies[-1]
    assert sent.keep_tape_days == 3
    assert sent.queue_wrap_up_s == {"security": 30, "orders": 15}
    assert sent.wrap_up_reasons == ("话后处理", "ACW")
    assert not sent.keep_numbers


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("keep_tape_days", "0"),
        ("day_starts_at", "25:00"),
        ("time_zone", "Mars/Olympus"),
        ("queue_wrap_up_s", "security"),
    ],
)
def test_a_slip_in_the_floors_settings_is_said(
    doors: SettingsDoors, page: SettingsPage, field: str, typed: str
) -> None:
    reading = section(page, "reading")
    assert isinstance(reading, ReadingSection)
    type_into(reading.entries[field], typed)
    assert reading.entries[field].problem.isVisible()
    assert doors.policies == []


def test_this_desk_changes_at_once_and_is_kept(desk: Desk, page: SettingsPage) -> None:
    shown = section(page, "desk")
    assert isinstance(shown, DeskSection)
    shown.theme.picked.emit("light")
    assert theme.colours().name == "light"
    shown.quiet.setFocus()
    press(Qt.Key.Key_Space)
    assert not shown.sound.isEnabled()
    type_into(shown.rotate, "20")
    type_into(shown.letters, "120")
    shown.wall_groups.boxes["web"].click()
    kept = desk.settings.kept
    assert (kept.theme, kept.quiet, kept.wall_rotate_s, kept.text_scale) == ("light", True, 20.0, 1.2)
    assert kept.wall_groups == ("web",)
    desk.shell.change(text_scale=1.0)


def test_the_banner_of_the_demo_leads_to_a_new_connection(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(demo_banner_closed=False)
    desk.publish(floor())
    desk.window.banner.connect_button.setFocus()
    press(Qt.Key.Key_Space)
    page = desk.window.page
    assert isinstance(page, SettingsPage)
    assert isinstance(page.section, FloorsSection)
    assert page.section.name.line.hasFocus()
    assert [profile.kind for profile in desk.shell.preferences.profiles] == [FloorKind.ASTERISK]
    desk.window.banner.connect_button.setFocus()
    press(Qt.Key.Key_Space)
    assert len(desk.shell.preferences.profiles) == 1
    assert page.section.host.line.hasFocus()


def test_settings_are_those_of_now_also_while_the_past_is_on_screen(
    desk: Desk, doors: SettingsDoors, targets: TargetsSection
) -> None:
    old = floor(past=True)
    policy = msgspec.structs.replace(old.policy, groups=old.policy.groups[:1])
    desk.shell.show_past(msgspec.structs.replace(old, policy=policy))
    settle()
    type_into(targets.limits["waiting", "warn"], "7")
    assert len(doors.policies[-1].groups) == 6


def told_version(desk: Desk, policy: FloorPolicy, version: int) -> None:
    in_force(desk, FLOOR, msgspec.to_builtins(policy), version)
    desk.publish(msgspec.structs.replace(floor(), policy=policy))


def test_an_edit_rests_on_the_text_that_stood_on_the_page(doors: SettingsDoors, groups: GroupsSection) -> None:
    desk = doors._desk
    told_version(desk, floor().policy, 4)
    groups.tree.setFocus()
    press(Qt.Key.Key_Down, modifier=ALT)
    assert doors.versions == [4]
    assert groups.policy == doors.policies[-1], "what was sent stands until the floor has taken it"


def test_what_somebody_else_put_in_force_while_one_types_is_not_written_over(
    doors: SettingsDoors, page: SettingsPage
) -> None:
    desk, made = doors._desk, section(page, "targets")
    assert isinstance(made, Section)
    told_version(desk, floor().policy, 4)
    line = next(entry.line for entry in made.findChildren(Entry) if entry.line.isEnabled())
    line.setFocus()
    QTest.keyClicks(line, "9")
    assert line.isModified()
    theirs = msgspec.structs.replace(floor().policy, centre="West")
    told_version(desk, theirs, 5)
    doors.refusal = say("Somebody else has edited this meanwhile; look at the new text first.")
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle()
    assert doors.versions == [4], "the version the page had when the typing began"
    assert made.policy.centre == "West"
    assert "edited this meanwhile" in desk.window.toast.line.text()


def test_two_edits_follow_one_another(doors: SettingsDoors, groups: GroupsSection) -> None:
    desk, doors.slow = doors._desk, True
    told_version(desk, floor().policy, 4)
    groups.tree.setFocus()
    press(Qt.Key.Key_Down, modifier=ALT)
    press(Qt.Key.Key_Down, modifier=ALT)
    assert doors.versions == [4], "the second waits for what the first leads to"
    told_version(desk, doors.policies[0], 5)
    assert doors.versions == [4, 5]
    assert [group.id for group in doors.policies[-1].groups][2] == "security"
