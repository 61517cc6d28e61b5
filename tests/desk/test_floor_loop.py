"""The floor's thread: paced publishing, commands in their turn, storms and errors survived."""

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from console.core.floor.events import Batch, CallerJoined, FloorEvent, LinkChanged, MemberLeft
from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.model import LinkStatus, Phone
from console.core.floor.people import PersonRow
from console.core.floor.policy import SkillGroup
from console.core.floor.view import FloorView
from console.desk import floor_loop
from console.desk.clock import SystemClock
from console.desk.floor_loop import FloorLoop
from console.desk.keeping import Recalled
from console.desk.past import Past
from console.desk.recorder import Recorder
from console.store.history import HistoryFile
from console.store.tape import TapeReader, TapeWriter
from tests.desk.hand import NOON, POLICY, HandClock, day, listing, opening, seat, told

if TYPE_CHECKING:
    from console.core.words import Said


class Bench:
    """A loop turned by hand, with a clock wound by hand."""

    def __init__(self, *, recorder: Recorder | None = None, told_time: bool = False) -> None:
        self.clock = HandClock()
        self.views: list[FloorView] = []
        self.said: list[Said] = []
        self.resyncs = 0
        self.loop = FloorLoop(
            clock=self.clock,
            policy=POLICY,
            publish=self.views.append,
            recorder=recorder,
            tell=self.said.append,
            resync=self.resync,
            told_time=told_time,
        )
        self.turn()
        self.views.clear()

    def resync(self) -> None:
        self.resyncs += 1

    def turn(self, seconds: float = 0.0) -> None:
        self.clock.wind(seconds)
        self.loop.turn(patience=0.0)


def joined(number: int, at: float = NOON) -> Batch:
    return Batch(at=at, events=(CallerJoined(queue="sales", uid=f"{number}", number="5550100"),))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_signed_out_on_a_granted_break_is_on_shift_still(bench: Bench) -> None:
    bench.loop.sink(opening())
    bench.turn(1.0)
    person = bench.views[-1].person_of[seat(0)]
    bench.loop.granted(frozenset({person}))
    bench.loop.sink(Batch(at=NOON + 1, events=(MemberLeft(queue="sales", interface=seat(0), name="Agent 0"),)))
    bench.turn(1.0)
    bench.turn(1200.0)
    seats = bench.views[-1].figures.floor.seats
    assert (seats.on_shift, seats.on_line) == (6, 5)
    bench.loop.granted(frozenset())
    bench.turn(1.0)
    bench.turn(1.0)
    assert bench.views[-1].figures.floor.seats.on_shift == 5


def test_what_the_feed_brings_is_published(bench: Bench) -> None:
    bench.loop.sink(opening())
    bench.loop.sink(joined(1))
    bench.turn(0.04)
    view = bench.views[-1]
    assert (view.link.status, len(view.agents), len(view.callers)) == (LinkStatus.LIVE, 6, 1)
    assert view.figures.floor.now.waiting == 1
    assert len(view.people) == 6


def test_nothing_new_is_published_once_a_second_for_the_clock(bench: Bench) -> None:
    bench.loop.sink(opening())
    for _ in range(100):
        bench.turn(0.1)
    moments = [view.at for view in bench.views if view.at is not None]
    assert len(moments) == pytest.approx(10, abs=2)
    assert moments[-1] - moments[0] == pytest.approx(9, abs=1)
    assert [view.version for view in bench.views] == sorted({view.version for view in bench.views})


def test_a_storm_is_published_at_most_thirty_times_a_second(bench: Bench) -> None:
    for number in range(1000):
        bench.loop.sink(joined(number, NOON + number / 1000))
        bench.turn(0.001)
    assert 20 <= len(bench.views) <= 31
    assert max(len(view.callers) for view in bench.views) > 900


def test_a_change_after_quiet_is_published_at_once(bench: Bench) -> None:
    bench.turn(0.5)
    published = len(bench.views)
    bench.loop.sink(joined(1))
    bench.turn()
    assert len(bench.views) == published + 1


def test_a_heartbeat_alone_changes_nothing(bench: Bench) -> None:
    bench.turn(0.5)
    published = len(bench.views)
    bench.loop.sink(Batch(at=NOON + 0.5))
    bench.turn(0.04)
    assert len(bench.views) == published


def test_an_edited_policy_applies_to_the_very_next_view(bench: Bench) -> None:
    bench.loop.sink(opening())
    bench.loop.apply_policy(replace(POLICY, groups=(SkillGroup(id="all", name="All", queues=("sales", "chat")),)))
    bench.turn(0.04)
    assert "all" in bench.views[-1].figures.groups
    assert bench.views[-1].policy.groups[0].name == "All"


def test_an_edited_policy_places_people_of_several_queues_at_once(bench: Bench) -> None:
    bench.loop.sink(opening())
    bench.loop.sink(Batch(at=NOON, events=(told(0, "chat", Phone.IDLE, why="added"),)))
    bench.turn(0.04)
    view = bench.views[-1]
    assert view.people[view.person_of[seat(0)]].primary_group == "orders"
    bench.loop.apply_policy(replace(POLICY, groups=tuple(reversed(POLICY.groups))))
    bench.turn(0.04)
    view = bench.views[-1]
    assert view.people[view.person_of[seat(0)]].primary_group == "chat"


def test_mended_people_apply_at_once_and_a_conflict_is_answered(bench: Bench) -> None:
    answers: list[list[Said]] = []
    bench.loop.sink(opening())
    bench.loop.mend_people([PersonRow(name="Zhang", number="7", extensions=("1000",))], answers.append)
    bench.loop.mend_people([PersonRow(name="Li", group="nowhere", number="8")], answers.append)
    bench.turn(0.04)
    view = bench.views[-1]
    assert view.people[view.person_of["PJSIP/1000"]].name == "Zhang"
    assert answers[0] == []
    assert "nowhere" in answers[1][0].english()


def test_a_stream_that_tells_the_time_is_not_corrected_by_the_clock() -> None:
    bench = Bench(told_time=True)
    bench.loop.sink(opening(NOON - 86_400))
    bench.loop.sink(joined(1, NOON - 86_400))
    bench.loop.sink(Batch(at=NOON - 86_400 + 30))
    bench.turn(1.0)
    assert bench.views[-1].at == NOON - 86_400 + 30
    assert bench.views[-1].figures.floor.now.longest_wait_s == 30


def test_a_leap_of_the_clock_counts_no_minutes_through(bench: Bench) -> None:
    bench.loop.sink(opening(NOON - 20 * 365 * 86_400.0))
    bench.turn(0.04)
    bench.loop.sink(opening(NOON))
    bench.loop.sink(joined(1, NOON))
    bench.turn(0.04)
    assert bench.views[-1].figures.floor.today.entered == 1
    assert len(bench.views[-1].figures.curves["floor"]) < 10


@pytest.mark.parametrize("late", [34.0, 90.0, 3600.0])
def test_a_feed_that_still_tells_what_was_is_not_ticked_on_to_the_present(bench: Bench, late: float) -> None:
    bench.loop.sink(opening())
    bench.clock.wind(late)
    for number in range(10):
        bench.loop.sink(joined(number, NOON + number * late / 10))
        bench.turn(0.05)
    view = bench.views[-1]
    assert view.at is not None
    assert view.at <= NOON + late
    assert view.link.status is LinkStatus.SYNCING
    bench.loop.sink(joined(99, bench.clock.now()))
    bench.turn(1.0)
    assert bench.views[-1].link.status is LinkStatus.LIVE
    figures = bench.views[-1].figures.floor
    assert figures.today.entered == 11
    assert figures.recent.entered == 11 or late > 1800


def broken(_: object) -> None:
    raise KeyError(str(5_550_100))


def test_a_batch_that_cannot_be_folded_is_said_logged_without_numbers_and_listed_anew(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.loop.sink(opening())
    bench.turn(0.04)
    floor = bench.loop._stepper.floor
    floor._apply[LinkChanged] = broken
    with caplog.at_level(logging.DEBUG):
        bench.loop.sink(Batch(at=NOON, events=(LinkChanged(status=LinkStatus.LIVE),)))
        bench.loop.sink(Batch(at=NOON, events=(LinkChanged(status=LinkStatus.LIVE),)))
        bench.loop.sink(joined(1))
        bench.turn(0.04)
    assert len(bench.views[-1].callers) == 1
    assert len(bench.said) == 1
    assert bench.resyncs == 2
    assert "KeyError" in caplog.text
    assert "broken" in caplog.text
    assert "5550100" not in caplog.text


def test_what_is_too_much_is_let_go_said_and_not_shown_as_live(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor_loop, "EVENTS_WAITING", 100)
    bench.loop.sink(opening())
    for number in range(300):
        bench.loop.sink(joined(number))
    assert bench.loop._waiting <= 120
    bench.turn(0.04)
    bench.turn(0.04)
    assert bench.views[-1].link.status == "syncing"
    assert bench.resyncs == 1
    assert len(bench.said) == 1
    bench.loop.sink(Batch(at=NOON + 1, events=listing(reconciling=True)))
    bench.turn(0.04)
    assert bench.views[-1].link.status == "live"
    assert len(bench.views[-1].callers) == 0


def history_of_today() -> Recalled:
    entered = [Contact(queue="sales", uid=f"0.{n}", entered_at=NOON - 600 + n) for n in range(5)]
    missed = Contact(queue="sales", uid="0.1", interface="PJSIP/1000", ring_s=3.0)
    return Recalled(
        at=NOON,
        contacts=tuple(entered),
        misses=(Fact(kind=FactKind.RANG_OUT, at=NOON - 300, contact=missed),),
        curves={"floor": [CurvePoint(at=NOON - 600, waiting=4), CurvePoint(at=NOON - 540, waiting=3)]},
    )


def test_today_is_recalled_on_top_of_what_was_folded_meanwhile(bench: Bench) -> None:
    bench.loop.sink(opening())
    bench.loop.sink(joined(1))
    bench.turn(0.04)
    bench.loop.recall(history_of_today())
    bench.loop.sink(joined(2))
    bench.turn(0.04)
    figures = bench.views[-1].figures
    assert figures.queues["sales"].today.entered == 7
    assert figures.queues["sales"].today.ring_no_answer == 1
    assert figures.floor.now.waiting == 2
    curve = {point.at: point.waiting for point in figures.curves["floor"]}
    assert (curve[NOON - 600], curve[NOON - 540], curve[NOON - 300]) == (4, 3, None)


def test_today_is_recalled_once(bench: Bench) -> None:
    bench.loop.sink(opening())
    bench.loop.recall(history_of_today())
    bench.loop.recall(history_of_today())
    bench.turn(0.04)
    assert bench.views[-1].figures.queues["sales"].today.entered == 5


def test_the_whole_road_records_and_plays_back(tmp_path: Path) -> None:
    clock = HandClock()
    recorder = Recorder(
        clock=clock,
        policy=POLICY,
        open_history=lambda: HistoryFile(tmp_path / "history.sqlite", clock.now),
        tape=TapeWriter(tmp_path / "tape"),
    )
    bench = Bench(recorder=recorder)
    kept: dict[float, FloorView] = {}
    for number, batch in enumerate(day(400)):
        assert batch.at is not None
        bench.clock.wind(max(0.0, batch.at - bench.clock.at))
        clock.wind(max(0.0, batch.at - clock.at))
        bench.loop.sink(batch)
        bench.turn()
        if number % 10 == 0:
            recorder.flush()
            kept.update((batch.at, view) for view in bench.views[-1:])
        if number == 105:
            bench.loop.apply_policy(replace(POLICY, centre="Another"))
    recorder.flush(last=True)
    reader = TapeReader(tmp_path / "tape")
    past = Past(reader)
    for at, live in kept.items():
        if live.at != at:
            continue
        then = past.seek(at)
        assert then is not None
        for field in ("queues", "callers", "members", "agents", "people", "policy"):
            assert getattr(then, field) == getattr(live, field), field
    history = HistoryFile(tmp_path / "history.sqlite", clock.now)
    curve = history.curve("floor", NOON, NOON + 400)
    live_curve = bench.views[-1].figures.curves["floor"]
    assert curve == list(live_curve[: len(curve)])
    assert len(curve) >= len(live_curve) - 2
    history.close()


def test_the_thread_lives_through_a_publisher_that_fails_and_ends_promptly() -> None:
    news = threading.Semaphore(0)
    calls = 0

    def publish(_view: FloorView) -> None:
        nonlocal calls
        calls += 1
        news.release()
        if calls == 1:
            raise RuntimeError

    loop = FloorLoop(clock=SystemClock(), policy=POLICY, publish=publish)
    loop.start()
    assert news.acquire(timeout=10)
    for batch in day(5):
        loop.sink(batch)
    assert news.acquire(timeout=10)
    loop.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "floor"]


def test_a_sink_never_waits_for_the_floor() -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def publish(_view: FloorView) -> None:
        begun.set()
        assert goes_on.wait(timeout=30)

    loop = FloorLoop(clock=SystemClock(), policy=POLICY, publish=publish)
    loop.start()
    assert begun.wait(timeout=10)
    events: tuple[FloorEvent, ...] = joined(1).events
    for _ in range(10_000):  # were one of these to wait, the test would never come to the end
        loop.sink(Batch(at=NOON, events=events))
    goes_on.set()
    loop.close()
