"""The command line: one line on trouble, the right exit status, an empty standard output."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from console import __version__
from console.cli import main
from console.core.kept import Step
from console.core.preferences import Preferences
from console.core.profiles import FloorKind, Profile
from console.settings import PREFERENCES_FILE, PreferencesFile
from tests.store.test_contract import check, command, entry, sqlite_store

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLOORDESK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    assert told.out == "", "nothing on standard output when something is wrong"
    assert told.err.count("\n") == 1, told.err
    return told.err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"Floordesk {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["replay"],
        ["replay", "nowhere.ami"],
        ["forecast", "nowhere.json"],
        ["forecast", "{0}{nowhere}.json"],
        ["snapshot", "x.png", "--size", "12"],
        ["snapshot", "x.png", "--page", "nowhere"],
        ["snapshot", "x.png", "--floor", "nowhere"],
        ["snapshot", "nowhere/x.png"],
        ["demo", "--rate", "-1"],
        ["audit", "verify"],
        ["audit", "verify", "--floor", "nowhere"],
        ["db", "upgrade", "--floor", "nowhere"],
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line_and_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert said(capsys).startswith("floordesk: ")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{", "JSON"),
        ('[{"arrivals_per_min": 1}]', "case 0"),
        (
            """[{"arrivals_per_min": -1, "service_per_min": 1, "abandon_per_min": 0, "seats": 1, "leaving": 0,
            "break_min": 1, "target_min": 1, "policy": "preempt"}]""",
            "arrivals_per_min",
        ),
        ('[{"{0}": 1}]', "case 0: {0}: is not a field of a case"),
        ('[{"}": 1}]', "case 0: }: is not a field of a case"),
    ],
)
def test_a_bad_forecast_names_case_and_field(
    text: str, names: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text(text)
    assert main(["forecast", str(cases)]) == 2
    assert names in said(capsys)


def test_a_forecast_is_a_bare_list_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = {
        "arrivals_per_min": 2.0,
        "service_per_min": 0.25,
        "abandon_per_min": 0.1,
        "seats": 10,
        "leaving": 1,
        "break_min": 10,
        "target_min": 0.25,
        "policy": "preempt",
    }
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([case, {**case, "leaving": 3}]))
    assert main(["forecast", str(cases)]) == 0
    one, three = json.loads(capsys.readouterr().out)
    assert set(one) == {"before", "during", "after"}
    assert set(one["during"]) == {"p_wait", "mean_wait_min", "service_level", "p_abandon"}
    assert three["during"]["p_wait"] > one["during"]["p_wait"] > one["before"]["p_wait"]


def test_no_display_is_said_in_one_line_that_names_snapshot(tmp_path: Path) -> None:
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "FLOORDESK_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")], env=bare, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "snapshot" in done.stderr


def known_floor(home: Path) -> Path:
    kept = PreferencesFile(home / "settings" / PREFERENCES_FILE)
    kept.keep(Preferences(profiles=(Profile(id="east", name="华东", kind=FloorKind.ASTERISK),), floor="east"))
    kept.save()
    folder = home / "data" / "floor-east"
    folder.mkdir(parents=True)
    store = sqlite_store(folder / "desk.db")
    for number in range(1, 4):
        store.commit(Step(puts=(check(f"k{number}"),), entries=(entry(),)), command(f"c{number}"), float(number))
    store.close()
    return folder / "desk.db"


def test_a_whole_journal_is_said_to_be_whole(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known_floor(home)
    assert main(["audit", "verify"]) == 0
    assert "3 journal entries, unbroken" in capsys.readouterr().out


def test_an_altered_journal_is_named_with_status_1(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    connection = sqlite3.connect(known_floor(home))
    with connection:
        connection.execute("DROP TRIGGER journal_keeps_update")
        connection.execute("UPDATE journal SET who = 'nobody' WHERE seq = 2")
    connection.close()
    assert main(["audit", "verify", "--floor", "华东"]) == 1
    assert "Journal entry 2 was altered" in said(capsys)


def test_an_upgrade_with_nothing_to_do_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known_floor(home)
    assert main(["db", "upgrade"]) == 0
    assert "is at this version" in capsys.readouterr().out


def test_check_says_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["folders:", "settings:", "connections:"]


@pytest.mark.parametrize("arguments", [[], ["demo"], ["serve"]], ids=" ".join)
def test_folders_that_cannot_be_made_are_one_line(
    arguments: list[str], home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    home.write_text("a file where a folder should be")
    assert main(arguments) == 2
    assert str(home) in said(capsys)


def test_check_goes_on_where_the_folders_cannot_be_made(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.write_text("a file where a folder should be")
    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert told.out.startswith(f"FAIL folders: The folder {home}")
    assert told.err == ""
