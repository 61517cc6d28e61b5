"""Colours reach the contrast WCAG AA asks for, letters keep figures in line."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QFontDatabase, QFontMetricsF
from PySide6.QtWidgets import QApplication

from console.core.floor.model import AgentStatus
from console.ui import theme
from console.ui.theme import DARK, LIGHT, Colours, Type
from tests.ui.conftest import Desk, settle

SETS = pytest.mark.parametrize("chosen", [DARK, LIGHT], ids=["dark", "light"])
GROUNDS = ("ground", "panel", "field", "hover", "chosen")
TEXT = ("ink", "soft")
TONES = ("accent", "calm", "warn", "alarm", "past")


def test_the_ratio_is_that_of_the_standard() -> None:
    assert theme.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@SETS
def test_text_reads_on_every_ground(chosen: Colours) -> None:
    low = {
        (role, ground): round(theme.contrast(getattr(chosen, role), getattr(chosen, ground)), 2)
        for role in TEXT
        for ground in GROUNDS
        if theme.contrast(getattr(chosen, role), getattr(chosen, ground)) < 4.5
    }
    assert low == {}


@SETS
def test_toned_figures_and_hints_read_where_they_stand(chosen: Colours) -> None:
    low = {
        (role, ground): round(theme.contrast(getattr(chosen, role), getattr(chosen, ground)), 2)
        for role in (*TONES, "faint")
        for ground in ("ground", "panel", "field")
        if theme.contrast(getattr(chosen, role), getattr(chosen, ground)) < 4.5
    }
    assert low == {}


@SETS
def test_words_on_strong_buttons_read(chosen: Colours) -> None:
    assert theme.contrast(chosen.on_strong, chosen.calm_ground) >= 4.5
    assert theme.contrast(chosen.on_strong, chosen.alarm_ground) >= 4.5


@SETS
def test_every_state_stands_out_from_the_card_it_lies_on(chosen: Colours) -> None:
    low = {
        status: round(theme.contrast(getattr(chosen, theme.status_role(status)), chosen.panel), 2)
        for status in AgentStatus
        if theme.contrast(getattr(chosen, theme.status_role(status)), chosen.panel) < 3
    }
    assert low == {}


@SETS
def test_the_sign_in_a_seat_stands_out_from_its_colour(chosen: Colours) -> None:
    filled = (AgentStatus.TALKING, AgentStatus.RINGING, AgentStatus.WRAP_UP, AgentStatus.PAUSED)
    assert all(theme.contrast(chosen.sign, getattr(chosen, theme.status_role(s))) >= 3 for s in filled)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("kind", [Type.FIGURE, Type.ROW, Type.BODY, Type.COUNT])
def test_figures_are_all_of_one_width(kind: Type) -> None:
    metrics = QFontMetricsF(theme.font(kind))
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def test_a_theme_changes_at_once_and_is_kept(desk: Desk) -> None:
    desk.shell.change(theme="light")
    settle()
    assert theme.colours() is LIGHT
    window = QApplication.palette().color(QApplication.palette().ColorRole.Window)
    assert window.name() == LIGHT.ground
    corner = desk.window.grab().toImage().pixelColor(400, 600)
    assert corner.lightnessF() > 0.8
    assert desk.settings.kept.theme == "light"


def test_letters_grow_with_the_preference(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    usual = theme.font(Type.BODY).pixelSize()
    desk.shell.change(text_scale=1.3)
    assert theme.font(Type.BODY).pixelSize() == round(usual * 1.3)


def test_a_machine_without_chinese_letters_is_told(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(QFontDatabase, "families", lambda *_: [])
    said = theme.missing_letters()
    assert said is not None
    assert "fonts-noto-cjk" in said.english()
    assert theme.choose_families() == ()
    assert desk.window.isVisible()
