"""The recorder: what is handed over is kept, what cannot be kept is said once, and the floor never waits."""

import errno
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from console.core.errors import FloordeskError
from console.core.floor.events import Batch
from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.tape import Span
from console.core.words import say
from console.desk import keeping
from console.desk import recorder as recording
from console.desk.discretion import without_numbers
from console.desk.floor_loop import FloorLoop
from console.desk.past import Past
from console.desk.recorder import Recorder
from console.desk.stepping import Stepper
from console.store.history import HistoryFile
from console.store.tape import TapeReader, TapeWriter, segment_paths
from tests.desk.hand import NOON, POLICY, HandClock, day, opening

if TYPE_CHECKING:
    from console.core.floor.view import FloorView
    from console.desk.keeping import Recalled


class Desk:
    """A recorder over real files, driven by hand."""

    def __init__(self, folder: Path, clock: HandClock | None = None, *, history: bool = True) -> None:
        self.clock = clock or HandClock()
        self.said: list[str] = []
        self.recalled: list[Recalled] = []
        self.path = folder / "history.sqlite"
        self.folder = folder / "tape"
        self.files: list[HistoryFile] = []
        self.policy = POLICY
        self.recorder = Recorder(
            clock=self.clock,
            policy=POLICY,
            open_history=self.open if history else None,
            tape=TapeWriter(self.folder),
            tell=lambda said: self.said.append(said.english()),
            recall=self.recalled.append,
            source="lab",
        )
        self.stepper = Stepper(POLICY)

    def open(self) -> HistoryFile:
        self.files.append(HistoryFile(self.path, self.clock.now))
        return self.files[-1]

    def record(self, batches: Iterable[Batch], *, flush: bool = True) -> None:
        for batch in batches:
            assert batch.at is not None
            if self.recorder.wants_keyframe(batch.at):
                self.recorder.keyframe(self.stepper.floor.at or batch.at, self.stepper.keyframe(self.stepper.floor.at))
            self.recorder.took(batch, self.stepper.take(batch))
            self.recorder.heard(batch.at, live=True)
            self.clock.wind(max(0.0, batch.at - self.clock.at))
        if flush:
            self.recorder.flush()

    def close(self) -> None:
        self.recorder.flush(last=True)
        for file in self.files:
            file.close()

    @property
    def history(self) -> HistoryFile:
        return self.files[-1]


def test_contacts_are_kept_as_the_facts_told_them(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.record(day(300))
    entered = sum(queue.entered for queue in desk.stepper.floor.queues.values())
    completed = sum(queue.completed for queue in desk.stepper.floor.queues.values())
    missed = sum(queue.ring_no_answer for queue in desk.stepper.floor.queues.values())
    kept = desk.history.contacts_between(NOON, NOON + 400)
    assert len(kept) == entered
    assert sum(contact.talk_s is not None for contact in kept) == completed
    assert len(desk.history.misses_between(NOON, NOON + 400)) == missed
    desk.close()


def test_half_hours_agree_with_what_the_floor_counted(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.record(day(4000))
    desk.close()
    history = HistoryFile(desk.path, desk.clock.now)
    rows = {row["subject"]: row for row in history.totals(NOON - 86_400, NOON + 86_400)}
    history.close()
    for name, queue in desk.stepper.floor.queues.items():
        row = rows[f"queue:{name}"]
        counted = (row["entered"], row["answered"], row["abandoned"], row["completed"], row["ring_no_answer"])
        assert counted == (queue.entered, queue.answered, queue.abandoned, queue.completed, queue.ring_no_answer)
        assert row["wait_answered_s"] == pytest.approx(queue.wait_answered_s)
    assert rows["floor"]["listened_s"] == pytest.approx(4000, abs=5)


def test_today_is_recalled_after_a_restart_and_counts_the_same(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.record(day(900))
    before = desk.stepper.view(desk.clock.at).figures
    desk.close()
    again = Desk(tmp_path, HandClock(desk.clock.at))
    again.recorder.flush()
    (recalled,) = again.recalled
    measures = Stepper(POLICY).measures
    measures.seed(recalled.contacts, {}, recalled.at)
    measures.note(recalled.misses)
    after = measures.figures()
    for subject in ("sales", "support", "chat"):
        today, then = after.queues[subject].today, before.queues[subject].today
        for name in ("entered", "answered", "abandoned", "completed", "ring_no_answer", "asa_s", "service_level"):
            assert getattr(today, name) == getattr(then, name), name
    again.close()


def test_what_each_agent_did_today_is_recalled(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.record(day(900))
    before = desk.stepper.view(desk.clock.at).agents
    desk.close()
    again = Desk(tmp_path, HandClock(desk.clock.at))
    again.recorder.flush()
    (recalled,) = again.recalled
    again.close()
    views: list[FloorView] = []
    loop = FloorLoop(clock=again.clock, policy=POLICY, publish=views.append)
    loop.sink(opening(desk.clock.at, agents=3))
    loop.recall(recalled)
    loop.sink(opening(desk.clock.at))
    loop.turn(patience=0.0)
    assert any(agent.completed for agent in before.values())
    for interface, agent in views[-1].agents.items():
        then = before[interface]
        counts = (agent.answered, agent.completed, agent.ring_no_answer)
        assert counts == (then.answered, then.completed, then.ring_no_answer)


def test_a_crash_loses_no_half_hour(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.record(day(2500))
    for file in desk.files:  # no last flush: the half hours were never counted
        file.close()
    again = Desk(tmp_path, HandClock(desk.clock.at + 60))
    again.recorder.flush()
    again.close()
    history = HistoryFile(again.path, again.clock.now)
    entered = len(history.contacts_between(NOON, NOON + 3600))
    rows = {row["subject"]: row["entered"] for row in history.totals(NOON, NOON + 3600, daily=False)}
    history.close()
    assert rows["floor"] == entered > 0


def test_a_call_that_comes_again_after_a_restart_is_a_life_of_its_own(tmp_path: Path) -> None:
    def facts(at: float, *, ended: bool) -> list[Fact]:
        begun = Contact(queue="sales", uid="1.1", entered_at=at)
        gone = Contact(queue="sales", uid="1.1", entered_at=at, ended_at=at + 5, waited_s=5.0, how="hung_up")
        told = [Fact(kind=FactKind.ENTERED, at=at, contact=begun)]
        return [*told, Fact(kind=FactKind.ABANDONED, at=at + 5, contact=gone)] if ended else told

    for turn, ended in enumerate((True, False, True)):
        desk = Desk(tmp_path, HandClock(NOON + 100 * turn))
        desk.recorder.flush()
        desk.recorder.took(opening(NOON + 100 * turn), facts(NOON + 100 * turn, ended=ended))
        desk.recorder.flush()
        desk.close()
    history = HistoryFile(desk.path, desk.clock.now)
    lives = [(each.visit, each.entered_at, each.ended_at) for each in history.contacts_between(NOON, NOON + 999)]
    history.close()
    # the second life was open when the desk closed, so the third start goes on with it
    assert lives == [(0, NOON, NOON + 5), (1, NOON + 100, NOON + 205)]


def test_nobody_listening_is_a_gap(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for second in range(100):
        desk.recorder.heard(NOON + second, live=not 30 <= second < 60)
        if second % 7 == 0:
            desk.recorder.flush()
    desk.recorder.flush()
    assert desk.history.listened_between(NOON, NOON + 200) == (
        Span(begin=NOON, end=NOON + 29),
        Span(begin=NOON + 60, end=NOON + 99),
    )
    desk.close()


def test_curves_are_kept_and_the_newest_word_counts(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.recorder.curves({"floor": [CurvePoint(at=NOON, waiting=1), CurvePoint(at=NOON + 60, waiting=2)]})
    desk.recorder.flush()
    desk.recorder.curves({"floor": [CurvePoint(at=NOON + 60, waiting=5)]})
    desk.recorder.flush()
    assert [point.waiting for point in desk.history.curve("floor", NOON, NOON + 999)] == [1, 5]
    desk.close()


def test_a_batch_without_a_time_is_not_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.recorder.took(Batch(at=None), ())
    desk.recorder.flush()
    assert segment_paths(desk.folder) == []
    desk.close()


class Failing:
    """A history that fails as long as it is told to, around a real one."""

    def __init__(self, file: HistoryFile) -> None:
        self.file = file
        self.error: Exception | None = None

    def __getattr__(self, name: str) -> object:
        if self.error is not None and name == "together":
            raise self.error
        return getattr(self.file, name)


def failing_desk(folder: Path) -> tuple[Desk, Failing]:
    desk = Desk(folder)
    failing = Failing(HistoryFile(desk.path, desk.clock.now))
    side = desk.recorder._contacts
    assert side is not None
    side._open_history = lambda: failing  # type: ignore[assignment, return-value]  # a stand-in for the port
    desk.recorder.flush()
    return desk, failing


def test_a_full_disk_is_said_once_and_nothing_is_lost(tmp_path: Path) -> None:
    desk, failing = failing_desk(tmp_path)
    failing.error = FloordeskError(say("The disk is full."))
    batches = list(day(120))
    for number in range(0, len(batches), 5):
        desk.record(batches[number : number + 5])
        desk.clock.wind(keeping.RETRY_S)
    assert desk.said.count("The disk is full.") == 1
    failing.error = None
    desk.clock.wind(keeping.RETRY_S)
    desk.recorder.flush()
    assert len(failing.file.contacts_between(NOON, NOON + 999)) == sum(
        queue.entered for queue in desk.stepper.floor.queues.values()
    )
    assert "kept again" in desk.said[-1]
    failing.file.close()


def test_what_memory_cannot_hold_is_let_go_oldest_first_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FACTS_HELD", 10)
    desk, failing = failing_desk(tmp_path)
    failing.error = FloordeskError(say("The disk is full."))
    told = [
        Fact(kind=FactKind.ENTERED, at=NOON + n, contact=Contact(queue="sales", uid=f"1.{n}", entered_at=NOON + n))
        for n in range(25)
    ]
    desk.recorder.took(opening(), told)
    desk.recorder.flush()
    assert any(text.startswith("15 steps") for text in desk.said)
    failing.error = None
    desk.clock.wind(keeping.RETRY_S)
    desk.recorder.flush()
    assert [contact.uid for contact in failing.file.contacts_between(NOON, NOON + 99)] == [
        f"1.{n}" for n in range(15, 25)
    ]
    failing.file.close()


def test_an_unexpected_error_costs_its_news_and_no_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk, failing = failing_desk(tmp_path)
    failing.error = ZeroDivisionError()
    desk.record(list(day(20)))
    failing.error = None
    assert [text for text in desk.said if "went wrong" in text]
    assert "ZeroDivisionError" in caplog.text
    desk.clock.wind(keeping.RETRY_S)
    desk.record(list(day(20, begin=NOON + 100, seed=4)))
    assert failing.file.contacts_between(NOON + 100, NOON + 999) != []
    failing.file.close()


def test_a_history_that_cannot_be_opened_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite").mkdir()
    desk = Desk(tmp_path)
    desk.record(list(day(30)))
    assert desk.said
    (tmp_path / "history.sqlite").rmdir()
    desk.clock.wind(keeping.RETRY_S)
    desk.recorder.flush()
    assert len(desk.history.contacts_between(NOON, NOON + 99)) > 0
    desk.close()


def test_a_full_disk_stops_the_tape_alone_and_a_keyframe_begins_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    batches = list(day(300))
    third = len(batches) // 3
    desk.record(batches[:third])
    real = os.write

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("console.store.tape.os.write", full)
    for number in range(third, 2 * third, 3):
        desk.record(batches[number : min(number + 3, 2 * third)])
    monkeypatch.setattr("console.store.tape.os.write", real)
    desk.clock.wind(keeping.RETRY_S)
    desk.record(batches[2 * third :])
    desk.close()
    assert len([text for text in desk.said if "disk is full" in text]) == 1
    assert desk.said[-1] == "The day is being recorded again."
    history = HistoryFile(desk.path, desk.clock.now)
    assert len(history.contacts_between(NOON, NOON + 999)) == sum(
        queue.entered for queue in desk.stepper.floor.queues.values()
    )
    history.close()
    past = Past(TapeReader(desk.folder))
    assert past.moments(NOON, NOON + 999).damage == ()
    last = batches[-1].at
    assert last is not None
    view = past.seek(last)
    assert view is not None
    assert view.queues == desk.stepper.floor.queues


def test_a_tape_that_cannot_keep_pace_gives_way_before_the_contacts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "TAPE_EVENTS_HELD", 100)
    desk = Desk(tmp_path)
    batches = list(day(300))
    desk.record(batches, flush=False)
    desk.recorder.flush()
    entered = sum(queue.entered for queue in desk.stepper.floor.queues.values())
    assert len(desk.history.contacts_between(NOON, NOON + 999)) == entered
    desk.close()
    last = batches[-1].at
    assert last is not None
    view = Past(TapeReader(desk.folder)).seek(last)
    assert view is not None
    assert view.queues == desk.stepper.floor.queues


def test_a_quiet_night_is_told_from_a_closed_console(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.record([opening()])
    for second in range(0, 120, 5):
        desk.recorder.heard(NOON + second, live=True)
        desk.recorder.flush()
    desk.close()
    moments = Past(TapeReader(desk.folder)).moments(NOON, NOON + 120)
    assert moments.gaps == ()
    assert moments.span is not None
    assert moments.span.end >= NOON + 105


def test_old_days_are_forgotten(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.record(day(60))
    desk.clock.wind(keeping.DAY * (POLICY.keep_tape_days + 1))
    desk.recorder.flush()
    assert segment_paths(desk.folder) == []
    assert desk.history.contacts_between(NOON, NOON + 99) != []
    desk.clock.wind(keeping.DAY * POLICY.keep_history_days)
    for _ in range(5):
        desk.recorder.flush()
    assert desk.history.contacts_between(NOON, NOON + 99) == []
    desk.close()


def test_numbers_are_left_out_of_tape_and_history_where_policy_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.recorder.apply_policy(replace(POLICY, keep_numbers=False))
    desk.record(day(300))
    desk.recorder.keyframe(desk.clock.at, desk.stepper.keyframe(desk.stepper.floor.at))
    desk.close()
    assert b"5550100" not in desk.path.read_bytes()
    reader = TapeReader(desk.folder)
    blocks = reader.blocks(NOON, NOON + 999)
    assert len(blocks) > 2
    assert not [block for block in blocks if b"5550100" in reader.read(block)]
    assert any(b"Agent 1" in reader.read(block) for block in blocks)


def test_an_agents_own_number_is_nobodys_secret() -> None:
    stepper = Stepper(POLICY)
    for batch in day(100):
        stepper.take(batch)
    frame = stepper.keyframe(stepper.floor.at)
    blank = without_numbers(frame)
    assert {caller.number for caller in frame.floor.callers} == {"5550100"}
    assert {caller.number for caller in blank.floor.callers} == {""}
    assert blank.directory == frame.directory
    assert blank.floor.agents[0].name == frame.floor.agents[0].name
    assert without_numbers(opening()) is not None


def test_handing_over_never_waits_for_a_disk_that_hangs(tmp_path: Path) -> None:
    hangs, goes_on = threading.Event(), threading.Event()

    def hanging() -> HistoryFile:
        hangs.set()
        assert goes_on.wait(timeout=30)
        return HistoryFile(tmp_path / "history.sqlite", HandClock().now)

    recorder = Recorder(clock=HandClock(), policy=POLICY, open_history=hanging)
    recorder.start()
    assert hangs.wait(timeout=10)
    stepper = Stepper(POLICY)
    for batch in day(60):  # were one of these to wait, the test would never come to the end
        recorder.took(batch, stepper.take(batch))
        recorder.heard(batch.at or 0.0, live=True)
    goes_on.set()
    recorder.close()
    history = HistoryFile(tmp_path / "history.sqlite", HandClock().now)
    assert len(history.contacts_between(NOON, NOON + 99)) > 0
    history.close()


def test_said_is_what_the_history_did_to_open(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite").write_bytes(b"rubbish" * 1000)
    desk = Desk(tmp_path)
    desk.recorder.flush()
    assert any("was damaged" in text for text in desk.said)
    desk.close()
