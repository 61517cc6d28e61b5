"""The doors of the plans page over the demo floor: plans kept, rehearsed, begun, told of, written and read."""

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from console.app.break_doors import BreakAnswers
from console.app.plan_doors import PlanAnswers, curve_around
from console.core.errors import FloordeskError
from console.core.floor.figures import CurvePoint
from console.core.floor.view import FloorView
from console.core.kept import Command
from console.core.levers import Lever, LeverState
from console.core.preferences import DEMO
from console.core.roles import Actor, Role
from console.core.words import Said, say
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import Plan, PlanRun, RunState, StandDown
from console.core.work.plan_rehearsal import RehearsedStep
from console.core.work.plan_report import CURVE_AROUND_S, PlanReport
from console.core.work.plan_report import report as report_of
from console.core.work.plan_text import read_plan, write_plan
from tests.app.open_floor import LI, ZHAO, DemoOpened, KnownSecrets, Opened
from tests.app.test_kept_floor import a_floor_with_levers
from tests.core.plan_desk import SUBJECT, PlanDesk
from tests.core.plan_desk import body as plan_body
from tests.feeds.fake_ami import SECRET, FakeAmi
from tests.feeds.live_feed import profile_of

if TYPE_CHECKING:
    from console.app.floors import OpenFloor

KEY = {"do": "key", "family": "queue", "key": "tried", "value": "1", "noticed": False}


class Doors(PlanAnswers, BreakAnswers):
    """The doors of one supervisor over an open floor; whatever waits is done at once."""

    def __init__(self, opened: Opened | None) -> None:
        self.opened = opened
        self.floor = None if opened is None else opened.floor
        self.by = LI
        self.said: list[Said] = []
        self._tell = self.said.append

    def operator(self) -> Actor:
        return self.by

    def _decided(self, command: Command, then: Callable[[Said | None], None]) -> None:
        if self.opened is None:
            then(say("No floor is open; open one in the settings."))
        else:
            then(self.opened.answer(command).refusal)

    def later(
        self,
        job: Callable[[], object],
        then: Callable[[object], None],
        otherwise: Callable[[Said], None] | None = None,
    ) -> None:
        try:
            told = job()
        except FloordeskError as error:
            assert otherwise is not None, "nobody is told"
            otherwise(error.said)
            return
        then(told)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoOpened]:
    with DemoOpened(DEMO, tmp_path_factory.mktemp("demo")) as opened:
        opened.until_live()
        yield opened


def body(*steps: dict[str, Any], **fields: Any) -> PlanBody:  # noqa: ANN401  the fields of a plan
    return msgspec.convert({"name": "试行", "trigger": "hand", "stage_s": 0.0, **fields, "step": list(steps)}, PlanBody)


def answered(demo: Opened, ask: Callable[[Callable[[Any], None]], None]) -> Any:  # noqa: ANN401  what the door gives
    """Return what a door gives, whichever thread it comes from."""
    told: list[Any] = []
    ask(told.append)
    demo.until(lambda: told, "an answer")
    return told[0]


def kept(demo: Opened, doors: Doors, plan: str, text: PlanBody) -> Plan:
    before = demo.book.get(Plan, plan)
    version = 0 if before is None else before.version
    asking, doors.by = doors.by, ZHAO
    assert answered(demo, lambda then: doors.keep_plan(plan, text, version, then)) is None
    doors.by = asking
    found = demo.until(lambda: demo.book.get(Plan, plan), "the plan in the book")
    assert found is not None
    return found


def subject(demo: DemoOpened) -> str:
    return f"group:{demo.view.policy.groups[-1].id}"


def run_of(demo: Opened, plan: str) -> PlanRun | None:
    return next((run for run in demo.book.every(PlanRun).values() if run.plan == plan), None)


def standing(demo: Opened, plan: str) -> str:
    """Return the run of a plan once all of it stands."""

    def found() -> str:
        run = run_of(demo, plan)
        return run.id if run is not None and run.state is RunState.STANDING else ""

    return demo.until(found, f"{plan} stands")


def stood_down(demo: Opened, doors: Doors, run: str) -> None:
    doors.act(f"plan:{run}", "stand_down", "够了")
    assert doors.said == []
    demo.until(lambda: demo.book.every(PlanRun)[run].state is RunState.STOOD_DOWN, "it is stood down")


def test_a_plan_from_its_text_to_its_report(demo: DemoOpened, tmp_path: Path) -> None:
    doors = Doors(demo)
    plan = kept(demo, doors, "tried", body(KEY))
    about = subject(demo)

    steps = answered(demo, lambda then: doors.rehearse(plan, about, then))
    assert all(isinstance(step, RehearsedStep) for step in steps)
    (setting,) = steps[0].sets
    assert (setting.lever, setting.wanted, setting.stands, setting.unknown) == ("key/queue/tried", "1", None, "")
    assert demo.book.get(Lever, "key/queue/tried") is None, "a rehearsal sets nothing"

    assert answered(demo, lambda then: doors.start_plan("tried", about, then, why="试一试")) is None
    run = standing(demo, "tried")
    assert demo.floor.source.switch is not None
    assert demo.floor.source.switch.get_key("queue", "tried") == "1"

    under_way = answered(demo, lambda then: doors.report(run, then))
    assert isinstance(under_way, PlanReport)
    assert (under_way.state, under_way.ended_at) == ("standing", None)
    assert run not in [each.id for each in answered(demo, doors.past_runs)]

    stood_down(demo, doors, run)
    assert demo.floor.source.switch.get_key("queue", "tried") is None
    past = answered(demo, doors.past_runs)
    assert past[0].id == run

    told = answered(demo, lambda then: doors.report(run, then))
    assert isinstance(told, PlanReport)
    whats = [line.what for line in told.timeline]
    assert whats[0] == "plan.begun"
    assert whats[-1] == "plan.over"
    assert any(line.why == "够了" for line in told.timeline)

    page, plain = tmp_path / "report.html", tmp_path / "report.json"
    assert answered(demo, lambda then: doors.write_report(page, told, then)) is None
    assert answered(demo, lambda then: doors.write_report(plain, told, then)) is None
    assert json.loads(plain.read_text(encoding="utf-8"))["run"] == run
    HTMLParser().feed(page.read_text(encoding="utf-8"))
    assert "试行" in page.read_text(encoding="utf-8")
    nowhere = tmp_path / "none" / "report.json"
    refused = answered(demo, lambda then: doors.write_report(nowhere, told, then))
    assert isinstance(refused, Said)
    assert "none" in refused.english()


def test_a_lever_of_another_plan_is_begun_over_only_knowingly(demo: DemoOpened) -> None:
    doors = Doors(demo)
    about = subject(demo)
    for plan in ("one", "two"):
        kept(demo, doors, plan, body({**KEY, "key": "shared"}, name=plan))
    assert answered(demo, lambda then: doors.start_plan("one", about, then)) is None
    one = standing(demo, "one")
    refused = answered(demo, lambda then: doors.start_plan("two", about, then))
    assert isinstance(refused, Said)
    assert refused.english() == "queue/shared is held by one; begin it anyway?"
    assert answered(demo, lambda then: doors.start_plan("two", about, then, anyway=True)) is None
    for run in (standing(demo, "two"), one):
        stood_down(demo, doors, run)
    lever = demo.book.get(Lever, "key/queue/shared")
    assert lever is None or lever.state is LeverState.DONE


def test_a_text_somebody_else_edited_is_not_written_over(demo: DemoOpened) -> None:
    doors = Doors(demo)
    plan = kept(demo, doors, "edited", body(KEY))
    kept(demo, doors, "edited", body(KEY, name="新名"))
    refused = answered(demo, lambda then: doors.keep_plan("edited", body(KEY, name="旧"), plan.version, then))
    assert isinstance(refused, Said)
    assert "look at the new text first" in refused.english()
    refused = answered(demo, lambda then: doors.withdraw_plan("edited", 0, then))
    assert isinstance(refused, Said)
    assert "administrator or a duty manager" in refused.english()
    doors.by = ZHAO
    assert answered(demo, lambda then: doors.withdraw_plan("edited", 0, then)) is None
    again = answered(demo, lambda then: doors.withdraw_plan("edited", 0, then))
    assert isinstance(again, Said)


def test_a_supervisor_of_another_group_is_told_whose_it_is(demo: DemoOpened) -> None:
    doors = Doors(demo)
    kept(demo, doors, "mine", body(KEY))
    group = demo.view.policy.groups[-1]
    doors.by = Actor(id="wang", name="王", role=Role.SUPERVISOR, groups=("elsewhere",))
    refused = answered(demo, lambda then: doors.start_plan("mine", f"group:{group.id}", then))
    assert isinstance(refused, Said)
    assert group.name in refused.english()


def test_a_card_answered_too_late_is_said(demo: DemoOpened) -> None:
    doors = Doors(demo)
    doors.act("plan:gone", "stand_down")
    assert [each.english() for each in doors.said] == ["This plan is no longer open."]
    outcome = demo.answer(StandDown(id="x", by=LI, run="gone"))
    assert outcome.refusal is not None


def test_a_time_nobody_can_read_commands_nothing(demo: DemoOpened) -> None:
    doors = Doors(demo)
    doors.act("plan:gone", "put_off", "soonish")
    assert "soonish" in doors.said[0].english()


def test_a_run_nobody_knows_is_said(demo: DemoOpened) -> None:
    told = answered(demo, lambda then: Doors(demo).report("gone", then))
    assert isinstance(told, Said)


def test_a_plans_text_goes_out_and_in_again(demo: DemoOpened, tmp_path: Path) -> None:
    doors = Doors(demo)
    path = tmp_path / "plan.toml"
    text = write_plan("tried", body(KEY))
    assert answered(demo, lambda then: doors.write_plan_text(path, text, then)) is None
    read = answered(demo, lambda then: doors.read_plan_text(path, then))
    assert read_plan(read).body == body(KEY)
    assert isinstance(answered(demo, lambda then: doors.read_plan_text(tmp_path, then)), Said)
    assert isinstance(answered(demo, lambda then: doors.read_plan_text(tmp_path / "none.toml", then)), Said)
    (tmp_path / "latin.toml").write_bytes(b"name = \xe9")
    assert "UTF-8" in answered(demo, lambda then: doors.read_plan_text(tmp_path / "latin.toml", then)).english()


def test_what_was_is_read_from_a_kept_floors_own_file(data: Path) -> None:
    with FakeAmi(a_floor_with_levers) as ami:
        profile = profile_of(ami.port)
        with Opened(profile, data, secrets=KnownSecrets(feed=SECRET, steward=SECRET)) as floor:
            floor.until_live()
            floor.until(lambda: floor.books, "a book")
            doors = Doors(floor)
            about = f"queue:{next(iter(floor.view.queues))}"
            kept(floor, doors, "quiet", body({"do": "hold_breaks"}, each="queue"))
            assert answered(floor, lambda then: doors.start_plan("quiet", about, then)) is None
            run = standing(floor, "quiet")
            stood_down(floor, doors, run)
        with Opened(profile, data, secrets=KnownSecrets(feed=SECRET, steward=SECRET)) as floor:
            floor.until(lambda: floor.books, "a book")
            doors = Doors(floor)
            assert [each.id for each in answered(floor, doors.past_runs)] == [run]
            told = answered(floor, lambda then: doors.report(run, then))
            assert isinstance(told, PlanReport)
            assert told.timeline[-1].what == "plan.over"
            assert len(told.journal_head) == 64, "what was read can be witnessed"


class KeptCurve:
    """A floor of today, with a history of other days."""

    def __init__(self, view: FloorView, kept: dict[str, list[CurvePoint]] | Said) -> None:
        self.view = view
        self.kept = kept

    def curves(self, begin: float, end: float) -> dict[str, list[CurvePoint]]:
        if isinstance(self.kept, Said):
            raise FloordeskError(self.kept)
        return {
            subject: [point for point in points if begin <= point.at < end] for subject, points in self.kept.items()
        }


def test_a_report_of_another_day_has_the_minutes_after_the_end() -> None:
    desk = PlanDesk()
    desk.start(plan_body({"do": "hold_breaks"}))
    desk.ticks(5)
    desk.give(StandDown)
    desk.ticks(20)
    run = desk.run
    assert run.ended_at is not None
    minutes = [CurvePoint(at=run.ended_at + 60.0 * n, waiting=3) for n in range(-40, 40)]
    later = FloorView(policy=desk.view.policy)
    floor = cast("OpenFloor", KeptCurve(later, {SUBJECT: minutes, "group:web": minutes[:1]}))
    points = curve_around(floor, run, run.ended_at + 2 * 86400.0)
    assert run.started_at is not None
    begin, end = run.started_at - CURVE_AROUND_S, run.ended_at + CURVE_AROUND_S
    assert points == tuple(point for point in minutes if begin <= point.at < end)
    told = report_of(run, (), points)
    assert max(point.at for point in told.curve) > run.ended_at + 600
    unread = cast("OpenFloor", KeptCurve(later, say("The history is damaged.")))
    assert curve_around(unread, run, run.ended_at) == ()


def test_without_a_floor_every_door_says_so() -> None:
    doors = Doors(None)
    plan = Plan(id="p", body=body(KEY), edited_at=0.0, edited_by="")
    told: list[object] = []
    doors.keep_plan("p", body(KEY), 0, told.append)
    doors.withdraw_plan("p", 0, told.append)
    doors.start_plan("p", "floor", told.append)
    doors.rehearse(plan, "floor", told.append)
    doors.report("r", told.append)
    doors.past_runs(told.append)
    assert [type(each) for each in told] == [Said] * 5 + [tuple]
