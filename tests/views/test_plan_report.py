"""A run is told whole: what fired, who decided, which steps stood, and nothing that is nobody's business."""

import json
import tomllib
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.policy import Tone
from console.core.rules.plan_outlook import PlanOutlook
from console.core.words import in_words, say
from console.core.work.plan_records import RunState
from console.core.work.plan_report import PlanReport, as_json
from console.ui.i18n import words_file
from console.views.plan_report import Mark, ToldReport, grouped_marks, tell
from console.views.words import DASH
from tests.views.told_run import HEAD, SECRET_PATH, course, nothing_done, policy, told

ZH = tomllib.loads(words_file("zh_CN").read_text(encoding="utf-8"))


@cache
def ended() -> tuple[PlanReport, ToldReport]:
    desk = course()
    assert desk.state is RunState.STOOD_DOWN
    report = told(desk)
    return report, tell(report, policy(desk), {"f1": "周一"})


def test_the_headline_names_figures_people_and_times_of_the_floor() -> None:
    report, shown = ended()
    fired, begun, down, lasted = (said.english() for said in shown.headline)
    assert fired == "fired 20:00:03 on people waiting 53 (limit 10)"
    assert begun == "begun 20:00:27 by 李班长"
    assert down.endswith(" by 李班长")
    assert lasted == f"{int((report.lasted_s or 0) // 60)} min"
    assert in_words(shown.headline[0], ZH) == "20:00:03 触发:排队人数 53(限 10)"


def test_the_key_figures_are_those_of_the_run() -> None:
    report, shown = ended()
    values = [figure.value for figure in shown.figures]
    assert values[0] == "0:24"
    assert report.all_stood_s is not None
    assert values[1] != DASH
    assert values[3] == f"{report.during['peak_waiting']:.0f}"
    assert [span.peak for span in shown.spans] != [DASH] * 3


def test_the_curve_reaches_from_before_the_fire_to_after_the_end() -> None:
    report, _ = ended()
    assert report.fired_at is not None
    assert report.ended_at is not None
    assert report.curve[0].at < report.fired_at
    assert report.curve[-1].at > report.ended_at
    assert report.after["peak_waiting"] is not None


def test_each_line_is_what_it_is() -> None:
    _, shown = ended()
    kinds = {(line.kind, bool(line.who)) for line in shown.timeline}
    assert kinds == {("condition", False), ("decision", True), ("step", False), ("lever", False)}
    assert [line.at for line in shown.timeline] == sorted(line.at for line in shown.timeline)
    assert next(line.why for line in shown.timeline if line.kind == "decision") == "排队超过 50"


def test_every_sentence_is_there_in_chinese() -> None:
    _, shown = ended()
    told_in_chinese = [in_words(line.said, ZH) for line in shown.timeline]
    assert "李班长 对 销售 启动 排队高峰" in told_in_chinese
    english = [line for line, said in zip(told_in_chinese, shown.timeline, strict=True) if line == said.said.english()]
    assert english == []


def test_phones_are_called_by_their_people() -> None:
    desk = course()
    shown = tell(told(desk), policy(desk), {"PJSIP/5001": "周一", "f1": "周一"})
    words = [line.said.english() for line in shown.timeline if line.kind == "lever"]
    assert any("周一 in queue sales" in each for each in words)
    assert not any("PJSIP/5001" in each for each in words)


def test_flex_agents_and_their_answers() -> None:
    _, shown = ended()
    assert [said.english() for said in shown.steps[1].asked] == ["周一: said yes", "机动2: said yes"]


def test_people_with_their_role_and_what_they_decided() -> None:
    _, shown = ended()
    people = {person.name: (person.role.english(), len(person.decided)) for person in shown.people}
    assert people["李班长"][0] == "Floor supervisor"
    assert people["李班长"][1] >= 4
    assert people["周经理"] == ("Duty manager", 1)


def test_a_run_under_way_is_told_as_far_as_it_is() -> None:
    desk = course(down=False)
    shown = tell(told(desk), policy(desk))
    assert not shown.over
    assert shown.headline[-1].english() == "all stands"
    assert {mark.what for mark in shown.marks} == {"fired", "begun", "step"}
    assert shown.spans[2].peak == DASH
    assert shown.figures[2].value == DASH


def test_what_it_did_to_the_wait_is_held_against_doing_nothing() -> None:
    desk = course()
    report = told(desk, nothing_done(desk))
    assert report.down_at is not None
    assert report.without[0].at == report.fired_at
    assert report.down_at - 60 <= report.without[-1].at <= report.down_at, "no further than it can be compared"
    shown = tell(report, policy(desk))
    labels = [span.label.english() for span in shown.spans]
    assert labels == ["before", "while it stood", "forecast of doing nothing", "after"]
    assert shown.spans[2].peak == f"{report.without[-1].waiting:.0f}"


def test_why_there_is_no_forecast_is_said() -> None:
    desk = course()
    trouble = PlanOutlook(
        run="r", begun_at=None, trouble=say("Not enough data: nobody noted the floor at that moment.")
    )
    shown = tell(told(desk, trouble), policy(desk))
    assert shown.without == ()
    assert shown.without_trouble is not None
    assert in_words(shown.without_trouble, ZH) != shown.without_trouble.english()


def test_a_step_that_failed_is_seen() -> None:
    desk = course(down=False)
    assert desk.states[3] == "standing"
    report = told(desk)
    failed = replace(report.steps[3], state="failed", trouble="bot.example answers {404}.")
    shown = tell(replace(report, steps=(*report.steps[:3], failed, *report.steps[4:])), policy(desk))
    assert shown.steps[3].tone is Tone.ALARM
    assert shown.steps[3].trouble is not None
    assert shown.steps[3].trouble.english() == "bot.example answers {404}."


STABLE = {
    "run", "plan", "name", "version", "subject", "state", "trigger", "fired_at", "fired", "started_at", "started_by",
    "down_at", "down_by", "ended_at", "ended_how", "waited_s", "lasted_s", "all_stood_s", "cause", "cause_gone_by",
    "steps", "timeline", "people", "curve", "before", "during", "after", "journal_head", "without", "without_trouble",
}  # fmt: skip
STEP_KEYS = {
    "n", "action", "said", "state", "visible", "begun_at", "stood_at", "ended_at", "trouble", "levers", "asked",
}  # fmt: skip


def test_the_json_has_the_keys_scripts_rely_on() -> None:
    report, _ = ended()
    plain = json.loads(json.dumps(as_json(report), allow_nan=False))
    assert set(plain) == STABLE
    assert all(set(step) == STEP_KEYS for step in plain["steps"])
    assert all(set(line) == {"at", "what", "who", "by", "role", "text", "values", "why"} for line in plain["timeline"])
    assert all(isinstance(line["text"], str) and line["text"] for line in plain["timeline"])
    assert plain["journal_head"] == HEAD
    assert set(plain["before"]) == {"peak_waiting", "mean_waiting", "mean_wait_s", "answered", "abandoned"}


def test_no_address_and_no_secret_in_it() -> None:
    report, shown = ended()
    assert SECRET_PATH not in json.dumps(as_json(report), ensure_ascii=False)
    assert SECRET_PATH not in repr(shown)
    assert "bot.example" in shown.steps[3].words.english()


@given(
    st.lists(st.tuples(st.floats(0, 3600), st.integers(1, 30)), max_size=12, unique_by=lambda mark: mark[1]),
    st.floats(1, 600),
)
def test_steps_share_a_mark_only_with_their_neighbours(steps: list[tuple[float, int]], apart: float) -> None:
    _, shown = ended()
    marks = tuple(Mark(at=at, what="step", label=str(n), said=shown.subject) for at, n in steps)
    grouped = grouped_marks(replace(shown, marks=marks), apart)
    moments = [mark.at for mark in grouped]
    assert all(later - earlier >= apart for earlier, later in pairwise(moments))
    named = [number for mark in grouped for part in mark.label.split(", ") for number in _numbers(part)]
    assert sorted(named) == sorted(n for _, n in steps)


def _numbers(part: str) -> list[int]:
    first, _, last = part.partition("–")
    return list(range(int(first), int(last or first) + 1))


@pytest.mark.parametrize("what", ["fired", "begun", "down", "over"])
def test_every_turn_is_marked_once(what: str) -> None:
    _, shown = ended()
    assert sum(mark.what == what for mark in shown.marks) == 1
