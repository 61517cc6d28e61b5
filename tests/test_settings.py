"""Preferences survive what happens to files; the log holds no secret and no customer's number."""

import errno
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import settings
from console.core.preferences import DEMO, Preferences, profile_named
from console.core.profiles import FloorKind, Profile
from console.settings import PreferencesFile, cleaned, folders, read_preferences, start_log

if TYPE_CHECKING:
    from console.core.words import Said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "preferences.json"


def test_folders_follow_the_variable_and_are_made(tmp_path: Path) -> None:
    places = folders({"FLOORDESK_HOME": str(tmp_path / "home")}).made()
    assert places.settings.is_dir()
    assert places.data.is_dir()
    assert places.logs.is_dir()
    assert places.data.parent == tmp_path / "home"


def test_without_the_variable_the_platform_decides() -> None:
    places = folders({})
    assert all("floordesk" in str(place).lower() for place in (places.settings, places.data, places.logs))
    assert len({places.settings, places.logs}) == 2


def test_what_is_kept_is_read_again(path: Path) -> None:
    file = PreferencesFile(path)
    shanghai = Profile(id="sh", name="上海", kind=FloorKind.ASTERISK, host="pbx.example", user="floordesk")
    wanted = Preferences(
        language="zh_CN",
        answers_for=("sales",),
        my_groups=("web",),
        places={"a": "b"},
        profiles=(shanghai,),
        floor="sh",
    )
    file.keep(wanted)
    assert file.preferences() is wanted
    assert not path.exists()
    file.save()
    again = PreferencesFile(path)
    assert again.preferences() == wanted
    assert again.troubles == ()
    assert profile_named(again.preferences(), "sh") == shanghai
    assert profile_named(again.preferences(), "demo") is DEMO
    assert profile_named(again.preferences(), "gone") is None


def test_no_secret_has_a_place_in_the_file() -> None:
    names = {*Preferences.__struct_fields__, *Profile.__struct_fields__}
    assert not [name for name in names if "secret" in name or "password" in name]


def test_nothing_new_is_not_written(path: Path) -> None:
    file = PreferencesFile(path)
    file.keep(Preferences())
    file.save()
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"null", b'"words"', b'{"a": 1} trailing'])
def test_an_unreadable_file_is_set_aside_and_said(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    found, said = read_preferences(path)
    assert found == Preferences()
    assert len(said) == 1
    assert "damaged" in said[0].english()
    kept = list(path.parent.glob("preferences.json.unreadable-*"))
    assert [aside.read_bytes() for aside in kept] == [content]
    assert kept[0].name in said[0].english()


@given(st.binary(max_size=200))
def test_no_bytes_at_all_stop_the_start(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "preferences.json"
    path.write_bytes(content)
    found, _ = read_preferences(path)
    assert isinstance(found, Preferences)


def test_one_wrong_field_costs_only_itself(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"theme": "light", "text_scale": "large", "quiet": True}), encoding="utf-8")
    found, said = read_preferences(path)
    assert (found.theme, found.text_scale, found.quiet) == ("light", 1.0, True)
    assert "text_scale" in said[0].english()


def test_fields_of_a_newer_version_are_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"theme": "light", "hologram": {"depth": 3}}), encoding="utf-8")
    file = PreferencesFile(path)
    file.keep(Preferences(theme="dark"))
    file.save()
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["theme"] == "dark"
    assert told["hologram"] == {"depth": 3}


def test_a_folder_in_the_place_of_the_file_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    found, said = read_preferences(path)
    assert found == Preferences()
    assert "cannot be read" in said[0].english()


def test_a_full_disk_keeps_the_old_file_and_is_said_once_each(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Said] = []
    file = PreferencesFile(path, heard.append)
    file.keep(Preferences(theme="light"))
    file.save()
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    file.keep(Preferences(theme="system"))
    file.save()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert [said.english() for said in heard] == [
        "The settings could not be saved (No space left on device); they hold until the console closes."
    ]
    assert file.preferences().theme == "system"
    monkeypatch.undo()
    file.save()
    assert json.loads(path.read_text(encoding="utf-8"))["theme"] == "system"


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("call from 13912347780 waits", "call from 139****80 waits"),
        ("call from +86 139 1234 7780 waits", "call from 861****80 waits"),
        ("number=02161234567,", "number=021****67,"),
        ("CallerIDNum: 61234567", "CallerIDNum: ****67"),
        ("uid 1700000000.42 queue support", "uid 1700000000.42 queue support"),
        ("2026-07-30 14:02:37 started", "2026-07-30 14:02:37 started"),
        ("agent 2031 of 127.0.0.1:5038", "agent 2031 of 127.0.0.1:5038"),
        ("Secret: hunter2", "Secret: ***"),
        ("secret=hunter2&x=1", "secret=***&x=1"),
        ('{"password": "hunter2"}', '{"password": "***"}'),
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ("postgresql://desk:hunter2@db/floor", "postgresql://desk:***@db/floor"),
        ("took 1234567 us", "took ****67 us"),
    ],
)
def test_a_line_of_the_log_is_cleaned(line: str, clean: str) -> None:
    assert cleaned(line) == clean


@given(st.text(alphabet="0123456789", min_size=7, max_size=15), st.sampled_from(["", "from ", "tel=", "<", '"']))
def test_no_customers_number_comes_through(number: str, before: str) -> None:
    assert number not in cleaned(f"{before}{number} called")


@pytest.fixture
def log_folder(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    yield tmp_path / "logs"
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising


def test_the_log_is_clean_even_in_a_traceback(log_folder: Path) -> None:
    assert start_log(log_folder) is not None
    try:
        raise ValueError("dialled 13912347780 with secret=hunter2")  # noqa: TRY301
    except ValueError:
        logging.getLogger("console.test").exception("call of %s failed", "13912347780")
    text = (log_folder / "floordesk.log").read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "139****80" in text
    assert "13912347780" not in text
    assert "hunter2" not in text


def test_the_log_turns_over(log_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LOG_BYTES", 2000)
    start_log(log_folder)
    for number in range(400):
        logging.getLogger("console.test").info("line %d of many", number)
    files = sorted(file.name for file in log_folder.iterdir())
    assert files == ["floordesk.log", *(f"floordesk.log.{n}" for n in range(1, 5))]
    assert all(file.stat().st_size <= 2200 for file in log_folder.iterdir())


def test_a_log_that_cannot_be_written_does_not_stop_the_start(tmp_path: Path, log_folder: Path) -> None:
    (tmp_path / "logs").write_text("a file", encoding="utf-8")
    assert start_log(log_folder) is None
    logging.getLogger("console.test").debug("nothing breaks")
