"""An error in a method Qt calls is an error, not the end of the program."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.conftest import Desk, settle

# In a process of its own: what is tested would end this one.
TRIED = """
import sys
import console.ui
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

application = QApplication(["tried", "-platform", "offscreen"])
gone = QWidget()
delete(gone)


class Below(QWidget):
    def keyPressEvent(self, event):
        {"gone": gone.isVisible, "words": lambda: int("x"), "list": lambda: [].index(1)}[sys.argv[1]]()


class Derived(Below):
    pass


try:
    QApplication.sendEvent(Derived(), QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier))
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(("what", "error"), [("gone", "RuntimeError"), ("words", "ValueError"), ("list", "ValueError")])
def test_an_error_in_an_override_below_python_is_told(what: str, error: str) -> None:
    ran = subprocess.run([sys.executable, "-c", TRIED, what], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, error), ran.stderr


def test_a_card_closes_also_when_what_had_the_keys_has_gone(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    button = QPushButton("for a moment", desk.window)
    button.show()
    button.setFocus()
    desk.window.open_finder()
    button.deleteLater()
    settle()
    finder = desk.window._finder
    assert finder is not None
    QTest.keyClick(finder.line, Qt.Key.Key_Escape)
    assert not finder.isVisible()
    assert QApplication.focusWidget() is desk.window
    desk.window.open_finder()
    assert finder.line.hasFocus()
