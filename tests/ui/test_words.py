"""Every sentence the program says is in the catalogue, and the language changes at once."""

import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from console.core.words import say
from console.ui import i18n
from tests.ui.conftest import Desk, settle
from tests.ui.literals import braces, everything_said, not_literal, said_in, sources

CATALOGUE = tomllib.loads(i18n.words_file("zh_CN").read_text(encoding="utf-8"))


def has_words(pattern: str) -> bool:
    bare = pattern
    for name in braces(pattern):
        bare = bare.replace("{" + name + "}", "")
    return any(letter.isalpha() or letter == "," for letter in bare)


def test_every_sentence_has_its_translation() -> None:
    missing = sorted(words for words in everything_said() - CATALOGUE.keys() if has_words(words))
    assert missing == []


def test_the_catalogue_holds_nothing_nobody_says() -> None:
    assert sorted(CATALOGUE.keys() - everything_said()) == []


@pytest.mark.parametrize("english", sorted(CATALOGUE))
def test_a_translation_fills_the_same_braces(english: str) -> None:
    assert braces(CATALOGUE[english]) == braces(english)
    assert CATALOGUE[english].strip()


def test_words_are_literals_so_that_they_can_be_found() -> None:
    allowed = {"console/ui/i18n.py", "console/core/errors.py", "console/core/words.py"}
    made_up = {
        str(path.relative_to(path.parents[len(path.parts) - 2])): found
        for path in sources()
        if not any(str(path).endswith(name) for name in allowed) and (found := not_literal(path.read_text("utf-8")))
    }
    assert made_up == {}


def test_the_quick_reading_is_the_whole_truth(tmp_path: Path) -> None:
    assert i18n.read_words(i18n.words_file("zh_CN")) == CATALOGUE
    other = tmp_path / "words.toml"
    other.write_text('"A \\"b\\"" = "甲"  # quoted\n"C"="乙"\n', encoding="utf-8")
    assert i18n.read_words(other) == {'A "b"': "甲", "C": "乙"}
    other.write_text('"A" = "甲"\n"A" = "乙"\n', encoding="utf-8")
    with pytest.raises(tomllib.TOMLDecodeError):
        i18n.read_words(other)


def test_the_search_for_literals_finds_what_it_should() -> None:
    assert said_in('tr("One {n}", n=1); say("Two"); print("Three"); raise NotAllowed("Four")') == {
        "One {n}",
        "Two",
        "Four",
    }
    assert not_literal('tr(f"One {n}")') == ["line 1: tr(f'One {n}')"]


def test_the_language_changes_at_once_everywhere(desk: Desk) -> None:
    assert desk.window.top.name.text() == "Floordesk"
    QTest.keyClick(desk.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settle()
    assert desk.settings.kept.language == "zh_CN"
    assert desk.window.top.name.text() == "值守台"
    assert desk.window.rail.buttons["board"].text() == "看板"
    assert desk.window.todo.title.text().startswith("待办")
    assert "实时" in desk.window.top.standing.text()
    desk.shell.change(language="en")
    settle()
    assert desk.window.top.name.text() == "Floordesk"
    assert desk.window.todo.title.text().startswith("For you")


def test_qt_speaks_the_language_too(desk: Desk) -> None:
    desk.shell.change(language="zh_CN")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert buttons.button(QDialogButtonBox.StandardButton.Cancel).text() == "取消"


def test_a_sentence_without_translation_stays_english_rather_than_empty(desk: Desk) -> None:
    desk.shell.change(language="zh_CN")
    assert i18n.render(say("A sentence {n} nobody translated", n=3)) == "A sentence 3 nobody translated"
