"""Plans from the command line: faults with line and status 2, files in and out, the same rights and journal."""

import json
import tomllib
from pathlib import Path

import msgspec
import pytest

from console.cli import main
from console.core.floor.policy import FloorPolicy, SkillGroup
from console.core.kept import Entry, Step
from console.core.preferences import Preferences
from console.core.profiles import FloorKind, Profile
from console.core.words import say
from console.core.work.plan_records import PlanRun, RunState
from console.core.work.policies import FLOOR, EditPolicy, Policy
from console.settings import PREFERENCES_FILE, PreferencesFile, read_preferences
from console.store.opening import look_into
from tests.store.test_contract import LI, sqlite_store

ROOT = Path(__file__).parents[1]
TRACE = str(ROOT / "tests" / "fixtures" / "ami" / "storm.ami.xz")
PEAK = """\
id = "peak"
name = "排队高峰"
trigger = "hand"
cause = "恢复了吗?"
[[step]]
do = "ivr_shortcut"
to = "sales"
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLOORDESK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def settle(home: Path, preferences: Preferences) -> None:
    kept = PreferencesFile(home / "settings" / PREFERENCES_FILE)
    kept.keep(preferences)
    kept.save()


@pytest.fixture
def desk(home: Path) -> Path:
    """A connection whose desk has a group and no plan yet."""
    (home / "settings").mkdir(parents=True)
    profile = Profile(id="lab", name="Lab", kind=FloorKind.ASTERISK)
    preferences = Preferences(floor="lab", profiles=(profile,), operator="李", role="console_admin")
    settle(home, preferences)
    folder = home / "data" / "floor-lab"
    folder.mkdir(parents=True)
    store = sqlite_store(folder / "desk.db")
    floor = msgspec.to_builtins(FloorPolicy(groups=(SkillGroup(id="sales", name="销售", queues=("sales",)),)))
    policy = Policy(id=FLOOR, body=floor, edited_at=1.0, edited_by="li")
    entry = Entry(what="test", subject="test", said=say("Floor check due"))
    store.commit(Step(puts=(policy,), entries=(entry,)), EditPolicy(id="p", by=LI, name=FLOOR, body=floor), 1.0)
    store.close()
    return folder / "desk.db"


def runs(path: Path) -> list[PlanRun]:
    store = look_into(path)
    try:
        assert store.verify() is None
        return list(store.book().every(PlanRun).values())
    finally:
        store.close()


def file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_check_names_each_fault_with_its_line_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(tmp_path, PEAK + 'colour = 1\n[[step]]\ndo = "notify"\ntext = "x"\nto = "http://x.example"\n')
    assert main(["plan", "check", path]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.splitlines()
    assert [line.split(": ")[1].rsplit(":", 1)[1] for line in lines] == ["8", "12"]
    assert "plain_http" in lines[1]


def test_check_of_a_right_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "check", file(tmp_path, PEAK)]) == 0
    assert "peak is right, 1 steps" in capsys.readouterr().out


def test_check_knows_the_queues_of_the_floor(desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.is_file()
    assert main(["plan", "check", file(tmp_path, PEAK.replace('"sales"', '"nowhere"'))]) == 2
    assert "no queue nowhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan"],
        ["plan", "check", "nowhere.toml"],
        ["plan", "export", "nowhere"],
        ["plan", "start", "peak"],
        ["plan", "rehearse", "nowhere"],
        ["plan", "rehearse", "crisis", "--floor", "nowhere"],
        ["watch", "try", "nowhere", TRACE],
        ["watch", "try", "queue-peak", "nowhere.ami"],
        ["watch", "try", "queue-peak", str(ROOT / "README.md")],
    ],
    ids=lambda words: " ".join(words[:3]),
)
def test_bad_input_is_one_line_and_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1


def test_in_and_out_again_it_is_the_same_plan(desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "import", file(tmp_path, PEAK)]) == 0
    capsys.readouterr()
    assert main(["plan", "export", "排队高峰"]) == 0
    assert tomllib.loads(capsys.readouterr().out) == tomllib.loads(PEAK)
    assert main(["plan", "import", file(tmp_path, PEAK + "x = 1")]) == 2
    assert runs(desk) == []


def test_a_script_starts_and_stands_down_with_the_same_rights_and_journal(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["plan", "import", file(tmp_path, PEAK)])
    assert main(["plan", "start", "peak"]) == 2, "it must say for whom"
    assert main(["plan", "start", "peak", "--for", "nowhere"]) == 1
    assert main(["plan", "start", "peak", "--for", "sales", "--why", "演练"]) == 0
    (run,) = runs(desk)
    assert (run.state, run.subject, run.started_by) == (RunState.RUNNING, "group:sales", "李")
    assert main(["plan", "start", "peak", "--for", "sales"]) == 1
    assert main(["plan", "stand-down", "peak"]) == 1
    assert "Confirm first: 恢复了吗?" in capsys.readouterr().err
    assert main(["plan", "stand-down", "peak", "--cause-gone"]) == 0
    assert runs(desk)[0].state is RunState.STANDING_DOWN
    store = look_into(desk)
    begun = next(line for line in store.journal() if line.what == "plan.begun")
    store.close()
    assert (begun.who, begun.why) == ("李", "演练")


def test_a_supervisor_may_neither_edit_a_plan_nor_begin_the_duty_managers(
    desk: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guarded = PEAK.replace("cause", 'decide = "duty_manager"\ncause')
    assert main(["plan", "import", file(tmp_path, guarded)]) == 0
    known, _ = read_preferences(home / "settings" / PREFERENCES_FILE)
    settle(home, msgspec.structs.replace(known, role="floor_supervisor"))
    assert main(["plan", "import", file(tmp_path, PEAK)]) == 1
    assert "administrator or a duty manager may change" in capsys.readouterr().err
    assert main(["plan", "start", "peak", "--for", "sales"]) == 1
    assert "duty manager to decide" in capsys.readouterr().err
    assert runs(desk) == []


def test_a_watch_tried_on_a_storm_fires_when_it_has_lasted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'each = "queue"\n[watch]\nwhen = { measure = "waiting", above = 20 }\nsustained_s = 3\nleast_waiting = 3\n'
    assert main(["watch", "try", file(tmp_path, text), TRACE, "--json"]) == 0
    moments = json.loads(capsys.readouterr().out)
    assert moments[0]["what"] == "fired"
    assert moments[0]["figures"]["waiting"] > 20
    assert main(["watch", "try", file(tmp_path, text.replace("= 3\nleast", "= 9999\nleast")), TRACE]) == 0
    assert capsys.readouterr().out == "never\n"


def test_a_rehearsal_on_the_demo_floor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "rehearse", "queue-peak", "--for", "orders", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["subject"] == "group:orders"
    shortcut = next(step for step in told["steps"] if step["action"] == "ivr_shortcut")
    assert shortcut["sets"][0]["stands"] is None
    assert shortcut["asks"] is True


def ran(tmp_path: Path) -> str:
    """Start a plan and stand it down again; return its run."""
    main(["plan", "import", file(tmp_path, PEAK)])
    main(["plan", "start", "peak", "--for", "sales", "--why", "演练"])
    main(["plan", "stand-down", "peak", "--cause-gone"])
    return "peak/"


def test_the_report_of_a_plans_newest_run(desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ran(tmp_path)
    capsys.readouterr()
    assert main(["plan", "report", "排队高峰", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["run"].startswith(run)
    assert [line["what"] for line in told["timeline"]] == ["plan.begun", "plan.cause_gone", "plan.standing_down"]
    assert told["timeline"][0]["why"] == "演练"
    store = look_into(desk)
    assert told["journal_head"] == store.head().hash
    store.close()
    assert main(["plan", "report", told["run"]]) == 0
    text = capsys.readouterr().out
    assert "begun" in text.splitlines()[1]
    assert "李 begins 排队高峰 for 销售 (演练)" in text


def test_the_report_as_a_page_in_either_language(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.is_file()
    ran(tmp_path)
    for language, words in (("zh_CN", "应急预案报告"), ("en", "Report of an emergency plan")):
        page = tmp_path / f"{language}.html"
        assert main(["plan", "report", "peak", "--html", str(page), "--lang", language]) == 0
        assert words in page.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["plan", "report", "peak", "--html", str(tmp_path / "nowhere" / "a.html")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1


def test_no_run_of_that_name(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.is_file()
    assert main(["plan", "report", "nowhere"]) == 2
    assert "No run of nowhere is kept" in capsys.readouterr().err
    assert main(["plan", "report", "nowhere", "--floor", "elsewhere"]) == 2
