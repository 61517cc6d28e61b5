"""Plans as text: every kind of fault says its line and why; what is right reads back the same."""

import tomllib
from pathlib import Path

import pytest

from console.core.floor.policy import FloorPolicy, SkillGroup
from console.core.work.plan_action import Action
from console.core.work.plan_actions import ACTIONS, NAMED, action_of, name_of
from console.core.work.plan_body import PlanBody
from console.core.work.plan_text import check_body, known_of, read_plan, read_watch, write_plan

SHIPPED = sorted((Path(__file__).parents[2] / "resources" / "plans").rglob("*.toml"))
POLICY = FloorPolicy(groups=(SkillGroup(id="sales", name="销售", queues=("sales", "vip")),))
KNOWN = known_of(POLICY, frozenset({"support"}))

HEAD = """\
id = "peak"
name = "排队高峰"
trigger = "hand"
"""


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.kind) for fault in read_plan(text, KNOWN).faults]


STEP = '\n[[step]]\ndo = "hold_breaks"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id = ", (1, "syntax")),
        (HEAD + 'name = "again"' + STEP, (4, "syntax")),
        ('id = "Größe 1"\nname = "x"\ntrigger = "hand"' + STEP, (1, "bad_id")),
        ('id = "x"\ntrigger = "hand"' + STEP, (1, "missing")),
        (HEAD, (1, "no_steps")),
        (HEAD + "colour = 3" + STEP, (4, "unknown_key")),
        (HEAD + 'calm_s = "long"' + STEP, (4, "wrong_type")),
        (HEAD + "calm_s = -1" + STEP, (4, "out_of_bounds")),
        (HEAD + "calm_s = nan" + STEP, (4, "out_of_bounds")),
        (HEAD + 'decide = "anybody"' + STEP, (4, "unknown_word")),
        (HEAD + 'on_failure = "pray"' + STEP, (4, "wrong_type")),
        (HEAD + 'only = ["nowhere"]' + STEP, (4, "unknown_group")),
        (HEAD + 'each = "queue"\nonly = ["nowhere"]' + STEP, (5, "unknown_queue")),
        ('id = "x"\nname = "x"\ntrigger = "propose"' + STEP, (3, "no_watch")),
        ('id = "x"\nname = "x"\ntrigger = "itself"' + STEP, (3, "no_way_back")),
        (HEAD + '[watch]\nwhen = { measure = "noise", above = 1 }' + STEP, (5, "unknown_measure")),
        (HEAD + '[watch]\nwhen = { measure = "waiting" }' + STEP, (5, "bad_condition")),
        (HEAD + '[watch]\nwhen = { measure = "waiting", above = 1, below = 2 }' + STEP, (5, "bad_condition")),
        (HEAD + '[watch]\nwhen = { measure = "on_line", emergency = true }' + STEP, (5, "bad_condition")),
        (HEAD + '[watch]\nwhen = { measure = "waiting", above = inf }' + STEP, (5, "out_of_bounds")),
        (HEAD + '[watch]\nquiet = [["25:00", "07:00"]]' + STEP, (5, "bad_time")),
        (HEAD + "[watch]\nsustained_s = true" + STEP, (5, "wrong_type")),
        (HEAD + '\n[[step]]\ndo = "dance"', (6, "unknown_action")),
        (HEAD + '\n[[step]]\ntext = "x"', (5, "unknown_action")),
        (HEAD + '\n[[step]]\ndo = "notify"', (5, "missing")),
        (HEAD + STEP + '\n[[step]]\ndo = "notify"\ntext = "x"\nhow = 1', (11, "unknown_key")),
        (HEAD + '\n[[step]]\ndo = "notify"\ntext = "x"\non_failure = "cry"', (8, "unknown_word")),
        (HEAD + '\n[[step]]\ndo = "notify"\ntext = "x"\nto = "http://bot.example/x"', (8, "plain_http")),
        (HEAD + '\n[[step]]\ndo = "notify"\ntext = "x"\nto = "ftp://bot.example/x"', (8, "bad_address")),
        (HEAD + '\n[[step]]\ndo = "notify"\ntext = "x"\nto = "https://me:pw@bot.example/x"', (8, "bad_address")),
        (HEAD + '\n[[step]]\ndo = "notify"\ntext = "x"\nto = "https://b.example"\nbody = "{"', (9, "no_json")),
        (HEAD + '\n[[step]]\ndo = "notify"\ntext = "${number}"', (7, "unknown_name")),
        (HEAD + '\n[[step]]\ndo = "notify"\ntext = " "', (7, "empty")),
        (HEAD + '\n[[step]]\ndo = "ivr_shortcut"\nto = "nowhere"', (7, "unknown_queue")),
        (HEAD + '\n[[step]]\ndo = "flex"\nqueues = ["nowhere"]', (7, "unknown_queue")),
        (HEAD + '\n[[step]]\ndo = "close"', (5, "empty")),
        (HEAD + '\n[[step]]\ndo = "close"\nchannel = "fax"', (7, "unknown_word")),
        (HEAD + '\n[[step]]\ndo = "key"\nfamily = "agentseat"\nkey = "1001"\nvalue = "x"', (7, "no_way_back")),
        (HEAD + '\n[[step]]\ndo = "wait"', (5, "empty")),
        (HEAD + '\n[[step]]\ndo = "wait"\nuntil = { measure = "noise", above = 1 }', (7, "unknown_measure")),
        (HEAD + '\n[[step]]\ndo = "overflow"\nto = "vip"\nqueues = ["vip"]', (7, "loop")),
        (
            HEAD + '\n[[step]]\ndo = "overflow"\nto = "vip"\nqueues = ["sales"]\n\n'
            '[[step]]\ndo = "overflow"\nto = "sales"\nqueues = ["vip"]',
            (12, "loop"),
        ),
        (
            HEAD + '\n[[step]]\ndo = "close"\nqueues = ["vip"]\n\n[[step]]\ndo = "ivr_shortcut"\nto = "vip"',
            (11, "loop"),
        ),
        (HEAD + '\n[[step]]\ndo = "ivr_shortcut"\nto = "vip"\n\n[[step]]\ndo = "flex"', (10, "order")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_every_kind_of_fault_says_its_line(text: str, expected: tuple[int, str]) -> None:
    assert expected in faults(text)
    assert len(faults(text)) <= 2, "one slip is not five complaints"
    assert all(fault.said.english() for fault in read_plan(text, KNOWN).faults)


def test_all_faults_of_a_text_are_found_at_once() -> None:
    text = HEAD + 'decide = "x"\n[watch]\nsustained_s = -1' + STEP + '[[step]]\ndo = "dance"\n'
    assert [line for line, _ in faults(text)] == [4, 6, 10]


def test_a_line_is_found_behind_a_text_of_many_lines() -> None:
    text = HEAD + '\n[[step]]\ndo = "notify"\ntext = """\n[[step]]\ndo = "dance"\n"""\n\n[[step]]\ndo = "dance"\n'
    assert faults(text) == [(13, "unknown_action")]


def test_the_right_text_has_no_fault_and_without_a_floor_no_queue_is_unknown() -> None:
    text = HEAD + '\n[[step]]\ndo = "ivr_shortcut"\nto = "elsewhere"\n'
    assert read_plan(text).faults == ()
    assert faults(HEAD + STEP) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_shipped_plans_are_right_and_named_like_their_files(path: Path) -> None:
    reading = read_plan(path.read_text(encoding="utf-8"), KNOWN)
    assert reading.faults == ()
    assert reading.id == path.stem


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_written_reads_back_the_same(path: Path) -> None:
    body = read_plan(path.read_text(encoding="utf-8")).body
    assert body is not None
    again = read_plan(write_plan(path.stem, body))
    assert (again.id, again.body, again.faults) == (path.stem, body, ())
    assert check_body(body) == ()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_customers_notice_comes_last(path: Path) -> None:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    seen = [action_of(step).visible for step in table["step"]]
    assert seen == sorted(seen)


def test_a_crisis_is_for_the_duty_manager() -> None:
    body = read_plan((SHIPPED[0].parent / "crisis.toml").read_text(encoding="utf-8")).body
    assert body is not None
    assert body.decide == "duty_manager"
    assert body.cause


def test_zero_is_a_number_and_written() -> None:
    body = PlanBody(name="x", steps=({"do": "wait", "until": {"measure": "waiting", "below": 0.0}},))
    assert read_plan(write_plan("x", body)).body == body


def test_a_watch_alone_can_be_read() -> None:
    told = read_watch('each = "queue"\n[watch]\nsustained_s = 5\n')
    assert told.watch is not None
    assert (told.each, told.watch.sustained_s) == ("queue", 5)
    assert read_watch("x = 1").faults[0].kind == "no_watch"
    assert read_watch("[watch]\nfast = 1").faults[0].kind == "unknown_key"
    assert read_watch("[watch").faults[0].kind == "syntax"


@pytest.mark.parametrize("action", ACTIONS, ids=name_of)
def test_every_action_says_its_way_back(action: type[Action]) -> None:
    assert action.way_back in {"lever", "withdrawn", "let_go", "none"}
    assert not (action.customers_notice and action.way_back == "none"), "what customers notice can be put back"
    assert NAMED[name_of(action)] is action
