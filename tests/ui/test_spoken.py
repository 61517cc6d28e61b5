"""What takes the keys has a name a screen reader can say, on every page and side of it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from console.core.work.plan_records import Plan
from console.ui.pages.plans import _editor
from tests.core.plan_desk import body
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import floor
from tests.ui.plans_desk import PlayedPlans

TELL = {"do": "notify", "text": "${waiting}"}
DeskOf = Callable[..., Desk]
SIDES = (
    ("board", ""),
    *(("breaks", side) for side in ("now", "rounds", "lent", "budgets", "history")),
    *(("plans", side) for side in ("now", "plans", "history")),
    ("agents", ""),
    *(("settings", each) for each in ("floors", "groups", "targets", "people", "reading", "breaks", "desk")),
    ("queue", "group:security"),
)


def nameless(within: QWidget) -> list[str]:
    """Return what takes the keys in sight without a name."""
    return [
        f"{type(each).__name__} in {type(each.parent()).__name__}"
        for each in within.findChildren(QWidget)
        if each.isVisible()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(each.parent(), QComboBox)
        and not each.accessibleName()
        and not (isinstance(each, QAbstractButton) and each.text())
    ]


@pytest.mark.parametrize(("page", "side"), SIDES)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_side_of_every_page_can_be_said(desk_of: DeskOf, page: str, side: str, language: str) -> None:
    desk = desk_of(language=language)
    desk.publish(floor())
    desk.window.open_page(page, side)
    settle()
    assert desk.window.page is not None
    assert nameless(desk.window) == []


def test_the_editor_of_a_plan_can_be_said_and_leads_the_keys_to_a_field(desk_of: DeskOf) -> None:
    played = PlayedPlans(desk_of())
    played.keep(body(TELL))
    page = played.open_page()
    page._make["editor"] = _editor
    page.open_editor(next(iter(played.desk.shell.book.every(Plan).values())))
    settle()
    editor = page._behind["editor"]
    for side in ("plan", "watch", "steps", "text", "rehearsal"):
        editor.show_side(side)
        settle()
        assert nameless(editor) == []
        page.setFocus()
        settle()
        at_hand = QApplication.focusWidget()
        assert at_hand is not None
        assert at_hand is not editor
        assert editor.isAncestorOf(at_hand)
