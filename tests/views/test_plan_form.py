"""The plan editor without a screen: forms read off the actions, drafts, conditions, and where each fault stands."""

import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.figures import Figures, FloorFigures, Now, Seats
from console.core.floor.model import Link, LinkStatus
from console.core.floor.policy import FloorPolicy, SkillGroup, Targets
from console.core.floor.view import FloorView
from console.core.rules.break_policy import BreakRules
from console.core.rules.watches import MEASURES, Condition, Each, Watch
from console.core.work.plan_action import Action, Known
from console.core.work.plan_actions import ACTIONS, NAMED
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import Plan
from console.core.work.plan_text import known_of, read_plan
from console.core.work.plan_writing import write_table
from console.views.plan_conditions import (
    comparisons,
    joined,
    joined_parts,
    number_text,
    part_words,
    watch_now,
    watch_of,
    with_comparison,
    with_measure,
    with_number,
)
from console.views.plan_draft import (
    Course,
    Draft,
    Place,
    at_field,
    condition_of,
    draft_of,
    draft_of_text,
    findings,
    mended,
    new_draft,
    put_condition,
    put_step,
    put_top,
    put_watch,
    same,
    with_action,
    with_new_step,
    with_step_moved,
    with_watch,
    without_step,
)
from console.views.plan_form import (
    ACTION,
    LABELS,
    TOP,
    WATCH,
    Field,
    Kind,
    fields_of,
    length_words,
    matters,
    noticed,
    offers,
    read_typed,
    write_typed,
)

SHIPPED = sorted(Path("resources/plans").glob("**/*.toml"))
GROUP = SkillGroup(id="sales", name="销售", queues=("sales", "vip"), targets=Targets(average_wait_s=60.0))
POLICY = FloorPolicy(groups=(GROUP, SkillGroup(id="chat", name="在线", queues=("web",))))
KNOWN = known_of(POLICY)


def field(name: str, fields: tuple[Field, ...] = TOP) -> Field:
    return next(each for each in fields if each.name == name)


def of_step(draft: Draft, n: int, name: str) -> Field:
    return field(name, fields_of(str(draft.steps[n]["do"])))


def whole() -> Draft:
    draft = put_top(new_draft(()), field("name"), "Peak")
    draft = with_new_step(draft, 0, "directive")
    return put_step(draft, 0, of_step(draft, 0, "text"), "We are on it.")


def places(draft: Draft) -> dict[str, Place]:
    return {each.kind: each.place for each in findings(draft, KNOWN, {})[1]}


def floor(waiting: int = 0, mean: float | None = None, *, live: bool = True) -> FloorView:
    now = Figures(now=Now(waiting=waiting, mean_wait_s=mean), seats=Seats(on_line=4))
    link = Link(status=LinkStatus.LIVE if live else LinkStatus.LOST)
    figures = FloorFigures(floor=now, groups={"sales": now, "chat": Figures()})
    return FloorView(at=0.0, link=link, policy=POLICY, figures=figures)


# ---- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("do", sorted(NAMED))
def test_every_action_has_its_form_and_every_field_its_words(do: str) -> None:
    fields = fields_of(do)
    assert {each.name for each in fields} == set(NAMED[do].__struct_fields__)
    assert do in ACTION
    assert [each.name for each in fields if each.name not in LABELS] == []
    assert [each.name for each in fields if each.kind is Kind.OTHER] == []
    assert [each.name for each in fields][-2:] == ["title", "on_failure"]


def test_a_new_action_with_plain_fields_has_its_form_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ring(Action, frozen=True, kw_only=True, tag="ring_bell"):
        times: int
        loud: bool = False
        pause_s: float = 2.0
        queues: tuple[str, ...] = ()

    monkeypatch.setitem(NAMED, "ring_bell", Ring)
    kinds = {each.name: each.kind for each in fields_of("ring_bell")}
    assert kinds["times"] is Kind.WHOLE
    assert kinds["loud"] is Kind.FLAG
    assert kinds["queues"] is Kind.PICKS
    by_name = {each.name: each for each in fields_of("ring_bell")}
    assert by_name["times"].needed
    assert by_name["pause_s"].unit is not None
    assert by_name["loud"].said.english() == "loud"


def test_the_forms_say_what_the_records_hold() -> None:
    usual = msgspec.to_builtins(PlanBody(name=""))
    assert {each.name for each in TOP} == set(usual) - {"watch", "step"} | {"id"}
    for each in TOP:
        assert each.needed or _plain(each.usual) == _plain(usual[each.name])
    watch = msgspec.to_builtins(Watch())
    assert {each.name for each in WATCH} == set(watch) - {"when"}
    for each in WATCH:
        assert _plain(each.usual) == _plain(watch[each.name])


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(
    ("name", "typed", "value", "written"),
    [
        ("countdown_s", "180", 180, "180"),
        ("countdown_s", "3:00", 180, "180"),
        ("countdown_s", "", None, ""),
        ("calm_s", "", "", ""),
        ("calm_s", "soon", "soon", "soon"),
        ("calm_s", "7,5", 7.5, "7.5"),
        ("calm_s", "nan", "nan", "nan"),
        ("calm_s", "1e400", "1e400", "1e400"),
        ("name", "  Peak ", "Peak", "Peak"),
    ],
)
def test_what_is_typed_is_read_and_nothing_is_lost(name: str, typed: str, value: object, written: str) -> None:
    assert read_typed(field(name), typed) == value
    assert write_typed(field(name), value) == written


def test_shares_and_spans_are_typed_as_people_write_them() -> None:
    clear, quiet = field("clear_by", WATCH), field("quiet", WATCH)
    assert read_typed(clear, "10%") == 0.1
    assert write_typed(clear, 0.07) == "7"
    assert read_typed(quiet, "22:30-7:00, 12:00至13:00") == [["12:00", "13:00"], ["22:30", "07:00"]]
    assert write_typed(quiet, [["22:30", "07:00"]]) == "22:30–07:00"
    assert read_typed(quiet, "at night") == "at night"
    assert write_typed(quiet, [["one"]]) == "[['one']]"
    told = length_words(field("calm_s"), 900)
    assert told is not None
    assert told.english() == "15 min"
    assert length_words(field("calm_s"), "soon") is None


def test_only_what_is_on_the_floor_is_offered() -> None:
    view = floor()
    flex, shortcut = field("queues", fields_of("flex")), field("to", fields_of("ivr_shortcut"))
    assert [key for key, _ in offers(flex, view, BreakRules(), "group")] == ["sales", "vip", "web"]
    assert next(key for key, _ in offers(shortcut, view, BreakRules(), "group")) == "announce"
    only = field("only")
    assert [key for key, _ in offers(only, view, BreakRules(), Each.GROUP)] == ["sales", "chat"]
    assert [key for key, _ in offers(only, view, BreakRules(), Each.CHANNEL)] == ["phone", "web"]
    assert offers(only, view, BreakRules(), Each.FLOOR) == ()
    kinds = [key for key, _ in offers(field("call_back", fields_of("hold_breaks")), view, BreakRules(), "group")]
    assert "toilet" in kinds


def test_fields_that_say_nothing_stay_away() -> None:
    assert not matters({"do": "notify", "to": "desks"}, "body")
    assert matters({"do": "notify", "to": "https://x"}, "body")
    assert matters({"do": "notify", "body": "{}"}, "body")
    assert not matters({"do": "wait", "until": {}}, "seconds")
    assert matters({"do": "wait", "until": {}}, "at_most_s")
    assert noticed({"do": "key"})
    assert not noticed({"do": "key", "noticed": False})
    assert not noticed({"do": "flex"})


# ---- drafts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=str)
def test_a_shipped_plan_goes_through_the_form_unharmed(path: Path) -> None:
    reading = read_plan(path.read_text(encoding="utf-8"))
    assert reading.body is not None
    plan = Plan(id=reading.id, body=reading.body, edited_at=0.0, edited_by="")
    draft = draft_of(plan)
    again = draft_of_text(draft.text, new_draft(()))
    assert same(again, draft)
    assert read_plan(draft.text).body == reading.body


def test_a_new_plan_wants_a_name_and_steps_and_then_nothing() -> None:
    draft = new_draft({"plan-1", "plan-2"})
    assert draft.id == "plan-3"
    assert places(draft) == {"no_steps": Place("steps", -1), "empty": Place("plan", -1, "name")}
    reading, found = findings(whole(), KNOWN, {})
    assert found == ()
    assert reading.body is not None
    assert reading.body.watch == Watch()


def test_a_name_another_plan_has_is_a_fault_of_its_field() -> None:
    assert findings(whole(), KNOWN, {"plan-1": True})[1][0].place == Place("plan", -1, "id")
    withdrawn = findings(whole(), KNOWN, {"plan-1": False})[1][0]
    assert "withdrawn" in withdrawn.said.english()


def step(do: str, **values: object) -> Draft:
    draft = with_action(whole(), 0, do)
    for name, value in values.items():
        draft = put_step(draft, 0, of_step(draft, 0, name), value)
    return draft


@pytest.mark.parametrize(
    ("draft", "kind", "place"),
    [
        (step("overflow", to="gone"), "unknown_queue", Place("steps", 0, "to")),
        (step("overflow", to=""), "empty", Place("steps", 0, "to")),
        (step("flex", queues=["sales", "gone"]), "unknown_queue", Place("steps", 0, "queues")),
        (step("overflow", to="sales", queues=["sales"]), "loop", Place("steps", 0, "to")),
        (step("key", family="DEVICE", key="k", value="1"), "no_way_back", Place("steps", 0, "family")),
        (step("notify", text="x", to="http://a.example/"), "plain_http", Place("steps", 0, "to")),
        (step("notify", text="${wating}"), "unknown_name", Place("steps", 0, "text")),
        (step("flex", count="two"), "wrong_type", Place("steps", 0, "count")),
        (step("flex", count=0), "out_of_bounds", Place("steps", 0, "count")),
        (step("wait", until={"measure": "waiting"}), "bad_condition", Place("steps", 0, "until")),
        (step("wait"), "empty", Place("steps", 0, "")),
        (put_top(whole(), field("calm_s"), "soon"), "wrong_type", Place("plan", -1, "calm_s")),
        (put_top(whole(), field("only"), ["gone"]), "unknown_group", Place("plan", -1, "only")),
        (put_watch(whole(), field("quiet", WATCH), "at night"), "wrong_type", Place("watch", -1, "quiet")),
        (with_watch(whole(), None), "no_watch", Place("plan", -1, "trigger")),
        (put_condition(whole(), {"measure": "moon", "above": 1}), "unknown_measure", Place("watch", -1, "when")),
        (
            put_condition(whole(), {"all": [{"measure": "waiting", "above": 1}, {"measure": "moon", "above": 1}]}),
            "unknown_measure",
            Place("watch", -1, "when.1"),
        ),
        (
            put_condition(whole(), {"any": [{"measure": "waiting", "above": "x"}, {"measure": "entered", "above": 1}]}),
            "wrong_type",
            Place("watch", -1, "when.0.above"),
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_each_fault_stands_at_its_field(draft: Draft, kind: str, place: Place) -> None:
    assert places(draft).get(kind) == place
    words = at_field(findings(draft, KNOWN, {})[1], place)
    assert words
    assert all("Expected" not in each.english() for each in words)


def test_a_fault_inside_a_condition_is_seen_from_its_row_alone() -> None:
    draft = put_condition(whole(), {"all": [{"measure": "waiting", "above": 1}, {"measure": "moon", "above": 1}]})
    found = findings(draft, KNOWN, {})[1]
    assert at_field(found, Place("watch", -1, "when.1"))
    assert at_field(found, Place("watch", -1, "when"))
    assert not at_field(found, Place("watch", -1, "when.0"))
    assert not at_field(found, Place("plan", -1, "when.1"))


def test_a_text_that_cannot_be_read_keeps_the_form_as_it_was() -> None:
    draft = whole()
    broken = draft_of_text(draft.text + "\n[[step", draft)
    assert broken.broken is not None
    assert broken.table == draft.table
    assert broken.text.endswith("[[step")
    assert places(broken) == {"syntax": Place("text")}
    assert not same(broken, draft)
    assert same(mended(broken), draft)


def test_what_the_text_says_the_form_shows() -> None:
    draft = draft_of_text('id = "a"\nname = "A"\nfoo = 1\n[[step]]\ndo = "dance"\n', new_draft(()))
    assert draft.name == "A"
    assert draft.steps == ({"do": "dance"},)
    assert set(places(draft)) == {"unknown_key", "unknown_action", "no_watch"}
    assert places(draft)["unknown_key"] == Place("plan", -1, "foo")
    assert "foo" in put_top(draft, field("name"), "B").text
    odd = draft_of_text('id = 3\nname = ["x"]\neach = 1\nwatch = 5\nstep = "none"\n', new_draft(()))
    assert odd.steps == ()
    assert odd.watch is None
    assert len(findings(odd, KNOWN, {})[1]) >= 3


def test_steps_move_and_an_action_tried_and_left_comes_back_as_it_was() -> None:
    draft = with_new_step(whole(), 1, "flex")
    assert [each["do"] for each in draft.steps] == ["directive", "flex"]
    assert [each["do"] for each in with_step_moved(draft, 1, 0).steps] == ["flex", "directive"]
    assert with_step_moved(draft, 0, -1) is draft
    assert [each["do"] for each in without_step(draft, 0).steps] == ["flex"]
    asked = with_action(draft, 0, "ask")
    assert asked.steps[0] == {"do": "ask", "text": "We are on it."}
    queued = with_action(draft, 0, "overflow")
    assert queued.steps[0] == {"do": "overflow", "to": ""}
    before = {name: value for name, value in draft.steps[0].items() if name != "do"}
    assert with_action(queued, 0, "directive", before).steps[0] == draft.steps[0]


def test_what_is_as_usual_is_left_out() -> None:
    draft = put_top(whole(), field("calm_s"), 600)
    assert "calm_s = 600" in draft.text
    assert same(put_top(draft, field("calm_s"), 900), whole())
    assert "only" not in put_top(put_top(whole(), field("only"), ["sales"]), field("each"), "queue").table


def test_every_change_can_be_taken_back_and_made_again() -> None:
    course = Course(whole())
    for name in ("P", "Pe", "Peak hour"):
        course.go_on(put_top(course.now, field("name"), name), "plan.name")
    course.go_on(with_new_step(course.now, 1, "flex"))
    assert course.go_back()
    assert course.now.name == "Peak hour"
    assert len(course.now.steps) == 1
    assert course.go_back()
    assert course.now.name == "Peak"
    assert not course.go_back()
    assert course.go_forth()
    assert course.go_forth()
    assert not course.go_forth()
    assert len(course.now.steps) == 2


toml_values = st.recursive(
    st.none().map(lambda _none: "") | st.booleans() | st.integers(-(10**9), 10**9) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["id", "name", "each", "watch", "step", "calm_s", "x y"]), toml_values))
def test_whatever_a_table_holds_it_can_be_written_read_and_judged(table: dict[str, object]) -> None:
    text = write_table(table)
    tomllib.loads(text)
    findings(draft_of_text(text, new_draft(())), Known(), {})
    findings(Draft(table=dict(table)), KNOWN, {})


# ---- conditions ------------------------------------------------------------------------------------------------------


def test_parts_are_taken_apart_and_joined_again() -> None:
    one, two = {"measure": "waiting", "above": 3}, {"measure": "entered", "below": 9}
    assert joined_parts({"all": [one, two]}) == ("all", (one, two))
    assert joined("all", (one, two)) == {"all": [one, two]}
    assert joined("all", (one,)) == one
    assert joined("any", ()) == {}
    assert joined_parts(one) == ("", (one,))
    assert joined_parts({}) == ("", ())
    assert joined_parts(condition_of({}))[0] == "any"


def test_a_part_changes_and_keeps_what_still_means_the_same() -> None:
    part = {"measure": "waiting", "above": 20, "per_seat": True}
    assert with_comparison(part, "below")["below"] == 20
    line = with_comparison(part, "emergency")
    assert line == {"measure": "waiting", "emergency": True}
    assert with_measure(line, "entered") == {"measure": "entered", "above": ""}
    assert with_measure(part, "mean_wait_s")["above"] == ""
    assert with_measure(part, "on_line_ratio") == {"measure": "on_line_ratio", "above": ""}
    assert with_number({"measure": "abandon_rate", "above": ""}, "20%") == {"measure": "abandon_rate", "above": 0.2}
    assert number_text({"measure": "abandon_rate", "above": 0.2}) == "20"
    assert with_number(part, "many")["above"] == "many"
    assert [key for key, _ in comparisons("entered")] == ["above", "below"]
    assert len(comparisons("mean_wait_s")) == 4


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_every_comparison_offered_is_one_the_rules_take(measure: str) -> None:
    for how, _ in comparisons(measure):
        part = with_comparison({"measure": measure, "above": 1}, how)
        assert watch_of({"when": part if how in {"above", "emergency"} else {**part, how: 1}}) is not None


def test_a_joined_condition_is_told_in_brackets() -> None:
    nested = {"any": [{"measure": "waiting", "above": 3}, {"measure": "abandon_rate", "above": 0.2, "of": "queue:vip"}]}
    told = part_words(nested, floor()).english()
    assert told == "(people waiting above 3 or abandon rate of Queue vip above 20%)"


def test_the_floor_now_is_compared_line_by_line() -> None:
    watch = watch_of({})
    assert watch is not None
    found = watch_now(watch, floor(8, 42.0), "group", (), 0.0)
    assert [now.true for now in found] == [False, False]
    assert found[0].lines[0].said.english() == "average wait 0:42 of 1:12"
    burning = watch_now(watch, floor(8, 80.0), "group", ("sales",), 0.0)
    assert [(now.subject, now.true, now.but) for now in burning] == [("group:sales", True, None)]
    few = watch_now(watch, floor(2, 80.0), "group", ("sales",), 0.0)[0]
    assert few.but is not None
    assert few.but.english() == "only 2 wait, at least 5 are wanted"
    assert watch_now(watch, floor(8, 80.0, live=False), "group", ("sales",), 0.0)[0].true is None
    assert watch_now(watch, floor(), "nobody", (), 0.0) == ()


def test_a_condition_without_a_target_says_so() -> None:
    watch = Watch(when=Condition(measure="mean_wait_s", over_target=0.2))
    line = watch_now(watch, floor(8, 80.0), "group", ("chat",), 0.0)[0].lines[0]
    assert line.said.english() == "average wait: no target here"
    assert watch_of({"when": {"measure": "moon"}}) is None
    assert watch_of({"quiet": "at night"}) is None


def test_every_action_is_named() -> None:
    assert set(ACTION) == {str(each.__struct_config__.tag) for each in ACTIONS}
