"""Who may change the rules: others read them, with a sentence who may, and set their own desk all the same."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QCheckBox

from console.core.preferences import Preferences, actor_of
from console.core.roles import Role
from console.ui.pages.settings import SECTIONS, SettingsPage
from console.ui.pages.settings_breaks import BreaksSection
from console.ui.pages.settings_desk import DeskSection
from console.ui.pages.settings_people import PeopleSection
from console.ui.widgets.form import Entry
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import floor

RULES = [spec.key for spec in SECTIONS if spec.rules]
OWN = [spec.key for spec in SECTIONS if not spec.rules]


def settings(desk: Desk) -> SettingsPage:
    desk.publish(floor())
    desk.window.open_page("settings")
    settle()
    page = desk.window.page
    assert isinstance(page, SettingsPage)
    return page


def test_who_sets_a_desk_up_may_do_everything(desk_of: Callable[..., Desk]) -> None:
    assert actor_of(Preferences(), "zhao").role is Role.ADMIN
    page = settings(desk_of())
    for key in (*RULES, *OWN):
        page.open_section(key)
        assert page.section.isEnabled()
        assert not page.strip.isVisible()


@pytest.mark.parametrize("role", ["floor_supervisor", "qa_lead"])
def test_others_read_the_rules_and_are_told_who_changes_them(desk_of: Callable[..., Desk], role: str) -> None:
    desk = desk_of(role=role)
    page = settings(desk)
    for key in RULES:
        page.open_section(key)
        lines = [entry.line for entry in page.section.findChildren(Entry)]
        boxes = page.section.findChildren(QCheckBox)
        assert lines
        assert not any(each.isEnabled() for each in (*lines, *boxes))
        assert page.strip.isVisible()
    assert page.strip.line.text().startswith("Only an administrator or a duty manager")
    for key in OWN:
        page.open_section(key)
        assert page.section.isEnabled()
        assert not page.strip.isVisible()


def test_a_role_taken_up_opens_them_at_once(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(role="floor_supervisor")
    page = settings(desk)
    page.open_section("breaks")
    rules = page.section
    assert isinstance(rules, BreaksSection)
    page.strip.button.click()
    assert page.section is not rules
    desk.shell.change(role="duty_manager")
    settle()
    assert rules.rules_card.isEnabled()
    page.open_section("breaks")
    assert not page.strip.isVisible()


def test_who_only_reads_may_look_at_every_kind_and_take_the_list_of_people_away(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(role="floor_supervisor")
    page = settings(desk)
    page.open_section("people")
    people = page.section
    assert isinstance(people, PeopleSection)
    assert people.export_button.isEnabled()
    assert people.search.isEnabled()
    assert not people.new_button.isEnabled()
    assert not people.import_button.isEnabled()
    people.table.choose(next(iter(desk.shell.live.people)))
    assert not people.form.isEnabled()
    page.open_section("breaks")
    rules = page.section
    assert isinstance(rules, BreaksSection)
    assert rules.kinds.isEnabled()
    assert rules.place.isEnabled()
    assert not rules.drop_kind.isEnabled()
    assert not rules.new_kind.isEnabled()


def test_a_supervisor_says_for_which_groups_plans_are_decided_here(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(role="floor_supervisor", answers_for=("night",))
    page = settings(desk)
    page.open_section("desk")
    section = page.section
    assert isinstance(section, DeskSection)
    boxes = section.answers_for.boxes
    first = next(iter(boxes))
    assert "night" in boxes, "a group this floor does not have bounds what is decided all the same"
    assert boxes["night"].isChecked()
    boxes[first].click()
    settle()
    assert actor_of(desk.shell.preferences, "li").groups == ("night", first)
    section.answers_for.boxes["night"].click()
    settle()
    assert actor_of(desk.shell.preferences, "li").groups == (first,)
    assert list(section.answers_for.boxes) == list(section.wall_groups.boxes)


@pytest.mark.parametrize(("role", "open_"), [("floor_supervisor", True), ("duty_manager", False), ("", True)])
def test_whom_the_role_lets_decide_about_every_plan_needs_no_groups(
    desk_of: Callable[..., Desk], role: str, *, open_: bool
) -> None:
    page = settings(desk_of(role=role))
    page.open_section("desk")
    assert isinstance(page.section, DeskSection)
    assert page.section.answers_for.isEnabled() is open_
