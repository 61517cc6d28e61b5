"""What reaches beyond the window: pictures, notices, the wall, a second start."""

import signal
import socket
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from console.core.errors import BadInput, FloordeskError
from console.core.floor.policy import Tone
from console.core.preferences import Preferences
from console.core.words import say
from console.ui import notify, theme
from console.ui.display import display_missing, loadable
from console.ui.notify import Notices
from console.ui.single import FirstWindow, channel_name, raise_first
from console.ui.snapshot import snapshot
from console.ui.wall import ROWS_A_PAGE, WallWindow, wall_screen
from console.views.todo import Card, Slot
from tests.ui.conftest import Desk, settle
from tests.ui.floor_fixture import FixedClock, MemorySettings, floor, large_floor, lost_link


@pytest.mark.parametrize("page", ["board", "wall"])
@pytest.mark.parametrize(("language", "colours"), [("zh_CN", "dark"), ("en", "light")])
@pytest.mark.usefixtures("desk")
def test_a_picture_of_a_page(tmp_path: Path, page: str, language: str, colours: str) -> None:
    out = tmp_path / "page.png"
    settings = MemorySettings(Preferences(language=language, theme=colours))
    snapshot(out, floor(), clock=FixedClock(), settings=settings, page=page, size=(1280, 800))
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1280, 800)
    assert image.pixelColor(640, 60).lightnessF() > 0.5 if colours == "light" else True
    seen = {image.pixelColor(x, y).name() for x in range(0, 1280, 5) for y in range(0, 800, 5)}
    assert len(seen) > 30
    assert theme.colours().panel in seen


def test_a_picture_of_a_page_nobody_drew_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no page moon; the pages are board"):
        snapshot(tmp_path / "x.png", floor(), clock=FixedClock(), settings=MemorySettings(), page="moon")


@pytest.mark.usefixtures("desk")
def test_a_picture_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        snapshot(tmp_path / "no" / "x.png", floor(), clock=FixedClock(), settings=MemorySettings())


@pytest.fixture
def wall_of(desk_of: Callable[..., Desk], qtbot: QtBot) -> Callable[..., WallWindow]:
    def make(**fields: object) -> WallWindow:
        desk = desk_of(**fields)
        wall = WallWindow(desk.shell)
        qtbot.addWidget(wall)
        wall.resize(1920, 1080)
        wall.show()
        desk.publish(floor())
        return wall

    return make


def test_the_wall_shows_the_groups_chosen_for_it(wall_of: Callable[..., WallWindow]) -> None:
    wall = wall_of(wall_groups=("web", "orders"))
    assert [row.id for row in wall.rows()] == ["orders", "web"]
    assert wall.pages == 1


def test_the_wall_turns_its_pages(wall_of: Callable[..., WallWindow]) -> None:
    wall = wall_of(wall_rotate_s=5.0)
    wall.show_view(large_floor(600, 14))
    assert wall.pages == 3
    first = wall.rows()
    assert len(first) == ROWS_A_PAGE
    wall.turn_page()
    assert wall.rows()[0].id != first[0].id
    wall.turn_page()
    assert len(wall.rows()) == 2
    wall.turn_page()
    assert wall.rows() == first


def test_the_wall_names_nobody(wall_of: Callable[..., WallWindow], monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtGui import QPainter  # noqa: PLC0415

    drawn: list[str] = []
    original = QPainter.drawText

    def watch(self: QPainter, *arguments: object) -> object:
        drawn.extend(argument for argument in arguments if isinstance(argument, str))
        return original(self, *arguments)  # type: ignore[call-overload]

    wall = wall_of()
    monkeypatch.setattr(QPainter, "drawText", watch)
    wall.grab()
    view = floor()
    assert "51" in drawn
    assert not [name for person in view.people.values() if (name := person.name) in drawn]


def test_figures_on_the_wall_are_three_centimetres_high_on_a_wall_screen(wall_of: Callable[..., WallWindow]) -> None:
    wall = wall_of()
    # A 55" screen is 68.5 cm high; the smallest figure of a row takes 0.56 of a row of the page's height.
    row = wall.height() * 0.65 * 0.925 / ROWS_A_PAGE
    letters = row * 0.56 * 0.73
    assert letters / wall.height() * 68.5 >= 2.5


def test_the_wall_takes_a_screen_of_its_own(desk: Desk) -> None:
    own = wall_screen("", desk.window.screen())
    assert own is not None
    assert own.name() == "wall"
    named = wall_screen("desk", desk.window.screen())
    assert named is not None
    assert named.name() == "desk"


def slot(tone: Tone = Tone.ALARM, identity: str = "a") -> Slot:
    return Slot(
        card=Card(id=identity, tone=tone, title=say("{line}", line="账户安全"), lines=(say("{line}", line="36"),))
    )


class Chime:
    def __init__(self) -> None:
        self.played = 0

    def __call__(self) -> None:
        self.played += 1


def notices(chime: Chime, **fields: object) -> Notices:
    preferences = Preferences(**fields)  # type: ignore[arg-type]
    return Notices(lambda: preferences, lambda: None, chime)


@pytest.mark.usefixtures("desk")
def test_an_alarm_is_heard_once() -> None:
    chime = Chime()
    heard = notices(chime)
    assert heard.hear((slot(),)) == ["账户安全: 36"]
    assert heard.hear((slot(),)) == []
    assert heard.hear(()) == []
    assert heard.hear((slot(),)) == ["账户安全: 36"]
    assert chime.played == 2


@pytest.mark.usefixtures("desk")
def test_a_warning_is_heard_only_once_it_is_an_alarm() -> None:
    chime = Chime()
    heard = notices(chime)
    assert heard.hear((slot(Tone.WARN),)) == []
    assert len(heard.hear((slot(Tone.ALARM),))) == 1
    assert chime.played == 1


@pytest.mark.usefixtures("desk")
def test_quiet_mode_keeps_quiet_and_does_not_catch_up_later() -> None:
    chime = Chime()
    preferences = [Preferences(quiet=True)]
    heard = Notices(lambda: preferences[0], lambda: None, chime)
    assert heard.hear((slot(),)) == []
    preferences[0] = Preferences(quiet=False)
    assert heard.hear((slot(),)) == []
    assert chime.played == 0


@pytest.mark.usefixtures("desk")
def test_sound_can_be_off_by_itself() -> None:
    chime = Chime()
    assert len(notices(chime, sound=False).hear((slot(),))) == 1
    assert chime.played == 0


def test_no_sound_library_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys  # noqa: PLC0415

    monkeypatch.setattr(notify.QGuiApplication, "platformName", lambda: "xcb")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    assert notify.Sound().play() is False


def _is_long(things: list[bool], count: int) -> bool:
    return len(things) == count


def test_a_second_start_raises_the_first_and_a_third_too(qtbot: QtBot, tmp_path: Path) -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    name = channel_name(str(tmp_path))
    assert raise_first(name) is False
    raised: list[bool] = []
    first = FirstWindow(name, lambda: raised.append(True))
    assert first.listening
    asks = (
        "import sys\nfrom PySide6.QtCore import QCoreApplication\nfrom console.ui.single import raise_first\n"
        "application = QCoreApplication([])\nsys.exit(0 if raise_first(sys.argv[1]) else 3)"
    )
    for count in (1, 2):
        second = subprocess.Popen([sys.executable, "-c", asks, name])
        qtbot.waitUntil(partial(_is_long, raised, count), timeout=20_000)
        second.wait(20)
        assert second.returncode == 0
    first.close()
    assert raise_first(name) is False


def test_other_folders_are_other_desks() -> None:
    assert channel_name("/one") != channel_name("/two")


def test_no_display_is_known_before_qt_is_asked() -> None:
    assert display_missing({}, "linux")
    assert not display_missing({"QT_QPA_PLATFORM": "offscreen"}, "linux")
    assert not display_missing({}, "win32")


def test_a_display_that_is_named_but_does_not_answer_is_none(tmp_path: Path) -> None:
    assert display_missing({"DISPLAY": ":7777"}, "linux")
    assert display_missing({"DISPLAY": "nonsense"}, "linux")
    there = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert display_missing(there, "linux")
    assert display_missing({**there, "XDG_RUNTIME_DIR": ""}, "linux")
    with closing(socket.socket(socket.AF_UNIX)) as compositor:
        compositor.bind(str(tmp_path / "wayland-0"))
        assert not display_missing(there, "linux")


def test_a_missing_system_library_is_named_in_one_line(tmp_path: Path) -> None:
    plugin = tmp_path / "libqxcb.so"
    plugin.write_bytes(b"no library")
    with pytest.raises(FloordeskError, match=r"A system library for windows is missing \(.*libqxcb\.so\)"):
        loadable(plugin)


def test_a_lost_floor_is_heard_as_an_alarm(desk: Desk) -> None:
    chime = Chime()
    desk.window.notices._sound = chime
    desk.publish(msgspec.structs.replace(floor(with_alarms=False), link=lost_link()))
    settle()
    assert chime.played == 1


ENDS = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from console.core.preferences import Preferences
from console.ui.application import end_on_signals, make_application
application = make_application(Preferences())
window = QWidget()
window.show()
end_on_signals()
tick = QTimer()
tick.timeout.connect(lambda: None)
tick.start(50)
QTimer.singleShot(0, lambda: print("ready", flush=True))
print("ended", application.exec())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_control_c_ends_the_console_as_closing_does(number: signal.Signals) -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    with subprocess.Popen([sys.executable, "-c", ENDS], stdout=subprocess.PIPE, text=True) as ran:
        assert ran.stdout is not None
        assert ran.stdout.readline().strip() == "ready"
        ran.send_signal(number)
        assert ran.communicate(timeout=30)[0].strip() == "ended 0"
