"""A desk without a display: the made-up floor, a clock that stands still, preferences in memory."""

import os
from pathlib import Path

# Two screens without a display: a desk's and a wall's.
if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screens.json')}"

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.core.preferences import Preferences
from console.core.words import Said
from console.ui import i18n, theme
from console.ui.application import make_application
from console.ui.bridge import Bridge
from console.ui.shell import NoDoors, Shell
from console.ui.window import DeskWindow
from tests.ui.floor_fixture import FixedClock, MemorySettings, floor


class Desk:
    """A window with everything around it, and the means to move its floor and its clock."""

    def __init__(self, preferences: Preferences) -> None:
        self.clock = FixedClock()
        self.settings = MemorySettings(preferences)
        self.acted: list[tuple[str, ...]] = []
        desk = self

        class Doors(NoDoors):
            def act(
                self, card: str, action: str, why: str = "", otherwise: Callable[[Said], None] | None = None
            ) -> None:
                del otherwise
                desk.acted.append((card, action, why) if why else (card, action))

        self.bridge = Bridge()
        self.shell = Shell(bridge=self.bridge, clock=self.clock, settings=self.settings, doors=Doors())
        self.window = DeskWindow(self.shell)

    def publish(self, view: object) -> None:
        self.bridge.publish(view)  # type: ignore[arg-type]  # tests publish views only
        settle()


def settle(rounds: int = 6) -> None:
    for _ in range(rounds):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk_of(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(**fields: object) -> Desk:
        plain: dict[str, object] = {"language": "en", "theme": "dark", "demo_banner_closed": True, **fields}
        preferences = Preferences(**plain)  # type: ignore[arg-type]  # fields named by the test
        make_application(preferences)
        desk = Desk(preferences)
        made.append(desk)
        desk.window.resize(1600, 940)
        desk.window.show()
        qtbot.waitExposed(desk.window)
        desk.window.activateWindow()
        settle()
        return desk

    yield make
    for desk in made:
        desk.window.close()
        desk.window.deleteLater()
    i18n.use("en")
    theme.use("dark")
    settle()


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    made = desk_of()
    made.publish(floor())
    return made


def focused() -> QWidget | None:
    return QApplication.focusWidget()
