"""The break rules edited on the real page: in force at once, judged while typed, one edit after the other."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.core.rules.break_policy import BreakPolicy
from console.core.work.break_cases import rules_of
from console.core.work.policies import BREAKS, Policy
from console.ui.pages.settings import SettingsPage
from console.ui.pages.settings_breaks import BreaksSection
from tests.core.floor_of_ten import GROUP
from tests.ui.break_desk import Played
from tests.ui.conftest import Desk, settle

Desks = Callable[..., Desk]


def opened(played: Played) -> BreaksSection:
    played.desk.window.open_page("settings", "breaks")
    settle()
    page = played.desk.window.page
    assert isinstance(page, SettingsPage)
    section = page.section
    assert isinstance(section, BreaksSection)
    return section


def fill(section: BreaksSection, name: str, words: str, *, rule: bool = False) -> None:
    entry = (section._rule_entries if rule else section._kind_entries)[name]
    entry.line.setFocus()
    entry.line.selectAll()
    QTest.keyClicks(entry.line, words)
    QTest.keyClick(entry.line, Qt.Key.Key_Return)
    settle()


def rules(played: Played) -> BreakPolicy:
    return rules_of(played.desk.shell.book)


def test_an_edit_judges_the_very_next_card(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    played.ask(1)
    section = opened(played)
    section._choose_kind("toilet")
    fill(section, "on_line_percent", "95")
    kind = rules(played).everywhere.kind("toilet")
    assert kind is not None
    assert kind.on_line_percent == 95
    fill(section, "on_line_percent", "100%")
    section._rule_boxes["one_may_go"].click()
    settle()
    assert not rules(played).everywhere.one_may_go
    card = next(slot.card for slot in played.desk.window.todo.slots if slot.card.id == "break:b1")
    assert not card.good
    entries = [entry for taken in played.steps for entry in taken.entries if entry.what == "policy.edited"]
    assert len(entries) == 3


def test_what_is_wrong_is_said_while_typing_and_changes_nothing(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    section = opened(played)
    section._choose_kind("meal")
    fill(section, "windows", "11:00-noon")
    entry = section._kind_entries["windows"]
    assert entry.problem.isVisible()
    assert rules(played) == BreakPolicy()
    fill(section, "windows", "11:30-13:00")
    assert not entry.problem.isVisible()
    meal = rules(played).everywhere.kind("meal")
    assert meal is not None
    assert meal.windows == (("11:30", "13:00"),)


def test_a_group_has_rules_of_its_own_only_when_ticked(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    section = opened(played)
    section._choose_group(GROUP)
    assert not section.rules_card.isEnabled()
    assert not section._kind_entries["name"].isEnabled()
    assert section.kinds.isEnabled()
    section.own.click()
    settle()
    assert section.rules_card.isEnabled()
    assert section._kind_entries["name"].isEnabled()
    fill(section, "total_min", "45", rule=True)
    assert (rules(played).of(GROUP).total_min, rules(played).everywhere.total_min) == (45, None)
    section.own.click()
    settle()
    assert rules(played).of(GROUP) == rules(played).everywhere


def test_edits_in_a_row_rest_on_one_another(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    section = opened(played)
    kept = played.doors.keep_breaks
    waiting: list[tuple[BreakPolicy, int]] = []

    def slow(policy: BreakPolicy, read_version: int) -> None:
        waiting.append((policy, read_version))

    played.doors.keep_breaks = slow  # type: ignore[method-assign]  # a slow desk
    fill(section, "lapse_s", "120", rule=True)
    fill(section, "undo_s", "30", rule=True)
    assert len(waiting) == 1
    played.doors.keep_breaks = kept  # type: ignore[method-assign]  # and there it answers
    kept(*waiting[0])
    settle()
    assert (rules(played).everywhere.lapse_s, rules(played).everywhere.undo_s) == (120.0, 30.0)
    document = played.desk.shell.book.get(Policy, BREAKS)
    assert document is not None
    assert document.version == 2
    assert played.said == []


def test_kinds_are_added_named_and_removed(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    section = opened(played)
    section.new_kind.click()
    settle()
    fill(section, "name", "Study")
    assert [kind.name for kind in rules(played).everywhere.kinds][-1] == "Study"
    section.drop_kind.click()
    settle()
    assert rules(played).everywhere == BreakPolicy().everywhere


def test_what_can_hardly_be_meant_stands_above(desk_of: Desks) -> None:
    played = Played(desk_of(page="agents"))
    section = opened(played)
    assert "shift change" in section.doubt.text()
    fill(section, "shift_changes", "08:00, 16:00", rule=True)
    assert not section.doubt.isVisible()
