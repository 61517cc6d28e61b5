"""The program itself, started and ended as people and systemd do: window, second start, service, pictures."""

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage

from console import app
from console.cli import main
from console.core.preferences import Preferences
from console.core.profiles import Profile
from console.core.work.break_records import Break
from console.settings import PREFERENCES_FILE, PreferencesFile
from console.store.files import DataFolder
from console.ui import i18n, theme
from console.ui import snapshot as picture
from console.ui.pages import PAGES
from console.ui.single import channel_name, raise_first
from tests.app.open_floor import KnownSecrets, eventually
from tests.feeds.fake_ami import SECRET, FakeAmi, a_floor, answer_question, let_in, member, queue
from tests.feeds.live_feed import profile_of

if TYPE_CHECKING:
    from console.core.kept import Book
    from console.core.words import Said

ROOT = Path(__file__).parents[2]
QUIET = ROOT / "tests" / "fixtures" / "ami" / "quiet.ami.xz"
SEAT = "Local/1001@agents/n"


@contextmanager
def started(*words: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the program beside the test; kill it should it still be there at the end."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *words],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]", wanted: signal.Signals = signal.SIGTERM) -> None:
    """Ask the program to end; it must do so cleanly and without a word."""
    process.send_signal(wanted)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "main.py"), *words]
    return subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, timeout=60, check=False)


def log_of(home: Path) -> str:
    return (home / "logs" / "floordesk.log").read_text(encoding="utf-8")


def keep(home: Path, *profiles: Profile) -> None:
    kept = PreferencesFile(home / "settings" / PREFERENCES_FILE)
    kept.keep(Preferences(profiles=profiles, floor=profiles[0].id, language="en"))
    kept.save()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.usefixtures("qapp")
def test_a_second_start_raises_the_window_and_a_polite_kill_ends_it(home: Path) -> None:
    door = channel_name(str(home / "data"))
    with started("demo") as process:
        eventually((home / "data" / "lock").exists, "the first has taken the folder")
        second = run("demo")
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        assert process.poll() is None
        served = run("serve")
        assert served.returncode == 1
        assert "already open" in served.stderr
        assert served.stderr.count("\n") == 1
        ended(process)
    assert "Traceback" not in log_of(home)
    DataFolder(home / "data").close()
    assert not raise_first(door)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_a_service_runs_the_floor_last_used_until_it_is_asked_to_end(
    home: Path, tmp_path: Path, wanted: signal.Signals
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "floordesk.floor-1.feed").write_text(f"{SECRET}\n")
    with FakeAmi(a_floor) as ami:
        keep(home, profile_of(ami.port, steward_user=""))
        with started("serve", CREDENTIALS_DIRECTORY=str(credentials)) as process:
            eventually(lambda: ami.heard("QueueStatus"), "the floor is asked for")
            eventually((home / "data" / "floor-floor-1" / "desk.db").exists, "decisions are kept")
            ended(process, wanted)
        eventually(lambda: ami.heard("Logoff"), "a farewell, no cut")
    log = log_of(home)
    assert "Traceback" not in log
    assert SECRET not in log
    assert (home / "data" / "floor-floor-1" / "history.db").exists()


@pytest.fixture
def plain_screen(qapp: QCoreApplication) -> Iterator[None]:
    """The screen as other tests expect it, and nothing of a picture's window left for another thread to collect."""
    yield
    i18n.use("en")
    theme.use("dark")
    gc.collect()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()


@pytest.mark.usefixtures("plain_screen")
@pytest.mark.parametrize(("language", "colours"), [("zh_CN", "dark"), ("en", "light")])
@pytest.mark.parametrize("page", [*(page.key for page in PAGES), "wall"])
def test_every_page_of_a_recording_becomes_a_picture(tmp_path: Path, page: str, language: str, colours: str) -> None:
    out = tmp_path / "page.png"
    options = ["--page", page, "--lang", language, "--theme", colours, "--size", "1024x640"]
    assert main(["snapshot", str(out), "--floor", str(QUIET), *options]) == 0
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1024, 640)
    seen = {image.pixelColor(x, y).name() for x in range(0, 1024, 8) for y in range(0, 640, 8)}
    assert len(seen) > 12
    corner = image.pixelColor(1020, 636).lightnessF()
    assert corner > 0.6 if colours == "light" else corner < 0.4


@pytest.mark.usefixtures("plain_screen")
def test_the_demo_becomes_a_picture_and_leaves_nothing_behind(home: Path, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    out = tmp_path / "board.png"
    assert main(["snapshot", str(out), "--size", "1280x800", "--lang", "en"]) == 0
    assert QImage(str(out)).width() == 1280
    assert set(threading.enumerate()) <= before
    assert not home.exists(), "a picture needs no folders"


@pytest.mark.usefixtures("home")
def test_the_demos_picture_knows_the_breaks_of_its_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books: list[Book] = []
    monkeypatch.setattr(picture, "snapshot", lambda *_given, book, **_named: books.append(book))
    assert main(["snapshot", str(tmp_path / "breaks.png"), "--page", "breaks"]) == 0
    assert books[0].every(Break), "nobody is away only where nobody is"


@pytest.mark.usefixtures("plain_screen")
def test_a_picture_of_a_real_floor_only_looks(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Breaks that grant themselves are granted by the desk, never for the sake of a picture."""

    def asking(peer: object) -> None:
        let_in(peer)  # type: ignore[arg-type]  # a Peer
        while True:
            action = peer.hear()  # type: ignore[attr-defined]
            known = answer_question(peer, action, (queue(), member()))  # type: ignore[arg-type]
            if action["Action"] == "CoreShowChannels":
                peer.say(  # type: ignore[attr-defined]
                    f"Event: UserEvent\nUserEvent: BreakRequest\nAgent: 1001\nInterface: {SEAT}\nReason: toilet\n"
                    "Code: 2\nRequestId: 1.1"
                )
            if not known:
                peer.answer(action)  # type: ignore[attr-defined]

    monkeypatch.setattr(app, "SystemKeyring", lambda: KnownSecrets(feed=SECRET, steward=SECRET))
    out = tmp_path / "east.png"
    with FakeAmi(asking) as ami:
        keep(home, profile_of(ami.port, name="East"))
        assert app._picture_profile("East").steward_user == ""
        assert main(["snapshot", str(out), "--floor", "East", "--size", "1024x640", "--after", "1.5"]) == 0
        assert len(ami.peers) == 1, "nobody logs in who may set levers"
        assert not ami.heard("QueuePause")
        assert not ami.heard("UserEvent")
    assert QImage(str(out)).width() == 1024


def test_what_nobody_caught_is_logged_and_one_calm_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    told: list[Said] = []
    app.catch_the_unexpected(told.append)

    def fails(error: BaseException) -> None:
        raise error

    with caplog.at_level(logging.ERROR):
        for error in (ZeroDivisionError("in a thread"), SystemExit(3)):
            thread = threading.Thread(target=fails, args=(error,))
            thread.start()
            thread.join()
        try:
            fails(ValueError("in the screen's own"))
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    assert [said.english() for said in told] == ["An unexpected error was logged; the board goes on."] * 2
    assert [type(record.exc_info[1]) for record in caplog.records if record.exc_info] == [
        ZeroDivisionError,
        ValueError,
    ]
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(told) == 2, "Ctrl+C is no error"
    assert "KeyboardInterrupt" in capsys.readouterr().err
