"""The desk's thread: decides, publishes, survives a store in trouble, and is told what is due by the schedule."""

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from console.core.errors import FloordeskError, Stale
from console.core.floor.events import BreakAsked
from console.core.floor.figures import Figures, FloorFigures, Seats
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Message, Step
from console.core.ports import News, Store
from console.core.roles import CONSOLE, Actor, Role
from console.core.rules.watches import Each
from console.core.words import Said, say
from console.core.work.floor_checks import CheckState, ConfirmFloorCheck, DueFloorCheck, FloorCheck
from console.core.work.plan_body import PlanBody, Trigger
from console.core.work.plan_records import KeepPlan, PlanRun, RunState, StartPlan
from console.core.work.policies import EditPolicy, Policy
from console.desk import desk_loop
from console.desk.decider import Decider
from console.desk.desk_loop import DeskLoop, Outcome
from console.desk.schedule import Schedule
from console.store.memory import MemoryStore

LI = Actor(id="li", name="李班长", role=Role.DUTY_MANAGER)
ON_SHIFT = FloorView(figures=FloorFigures(floor=Figures(seats=Seats(on_shift=5, on_line=5))))


class HandClock:
    at = 1_800_000_060.0

    def now(self) -> float:
        return self.at

    def steady(self) -> float:
        return self.at


class Sickly(MemoryStore):
    """A store whose disk is full now and then."""

    sick: Said | None = None

    def commit(self, step: Step, command: Command, at: float) -> int:
        if self.sick:
            raise FloordeskError(self.sick)
        return super().commit(step, command, at)

    def since(self, seq: int) -> News:
        if self.sick:
            raise FloordeskError(self.sick)
        return super().since(seq)


class Stand:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = Sickly()
        self.books: queue.SimpleQueue[Book] = queue.SimpleQueue()
        self.said: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        self.loop = DeskLoop(self.opened, self.clock, lambda: ON_SHIFT, self.books.put, self.said.put)
        self.loop.start()

    def opened(self) -> Store:
        return self.store

    def ask(self, command: Command) -> Outcome:
        answers: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.loop.submit(command, answers.put)
        return answers.get(timeout=5)

    def book_where(self, holds: Callable[[Book], bool]) -> Book:
        while True:
            book = self.books.get(timeout=5)
            if holds(book):
                return book


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.loop.stop()


def edit(number: int, version: int = 0) -> EditPolicy:
    return EditPolicy(id=f"e{number}", by=LI, name="floor", body={"n": number}, read_version=version)


def test_a_decision_is_kept_and_shown(stand: Stand) -> None:
    outcome = stand.ask(edit(1))
    assert outcome.refusal is None
    book = stand.book_where(lambda book: bool(book.every(Policy)))
    assert book.every(Policy)["floor"].body == {"n": 1}


def test_what_is_not_allowed_comes_back_as_a_sentence(stand: Stand) -> None:
    outcome = stand.ask(ConfirmFloorCheck(id="x", by=LI, check_id="nope"))
    assert outcome.refusal is not None
    assert outcome.refusal.english() == "This floor check is no longer open."


def test_a_tick_makes_due_what_is_due_once(stand: Stand) -> None:
    stand.loop.tick()
    stand.loop.tick()
    book = stand.book_where(lambda book: bool(book.every(FloorCheck)))
    (check,) = book.every(FloorCheck).values()
    assert check.state is CheckState.DUE
    stand.ask(ConfirmFloorCheck(id="seen", by=LI, check_id=check.id))
    assert [line.what for line in stand.store.journal()] == ["floor_check.due", "floor_check.done"]


def test_the_schedule_ticks_by_itself(stand: Stand) -> None:
    schedule = Schedule(stand.loop.tick)
    schedule.start()
    try:
        stand.book_where(lambda book: bool(book.every(FloorCheck)))
    finally:
        schedule.stop()


def test_another_desks_decision_is_seen(stand: Stand) -> None:
    Decider(stand.store, stand.clock, lambda: ON_SHIFT).decide(edit(7))
    stand.loop.look()
    assert stand.book_where(lambda book: bool(book.every(Policy))).every(Policy)["floor"].body == {"n": 7}


def test_the_loser_of_a_race_judges_again_on_the_news(stand: Stand) -> None:
    assert stand.ask(edit(1)).refusal is None
    Decider(stand.store, stand.clock, lambda: ON_SHIFT).decide(edit(2, version=1))
    outcome = stand.ask(edit(3, version=1))
    assert outcome.refusal is not None
    assert "edited this meanwhile" in outcome.refusal.english()


def test_a_command_given_again_after_a_lost_answer_is_not_refused(stand: Stand) -> None:
    stand.loop.tick()
    book = stand.book_where(lambda book: bool(book.every(FloorCheck)))
    confirm = ConfirmFloorCheck(id="once", by=LI, check_id=next(iter(book.every(FloorCheck))))
    assert stand.ask(confirm).refusal is None
    assert stand.ask(confirm).refusal is None
    assert stand.ask(ConfirmFloorCheck(id="twice", by=LI, check_id=confirm.check_id)).refusal is not None


def test_a_store_in_trouble_is_said_and_nothing_is_half_kept(stand: Stand) -> None:
    stand.store.sick = say("The disk is full: nothing can be recorded in {folder} for now.", folder="x")
    outcome = stand.ask(edit(1))
    assert outcome.refusal is not None
    assert "disk is full" in outcome.refusal.english()
    said = stand.said.get(timeout=5)
    assert said is not None
    stand.store.sick = None
    assert stand.ask(edit(1)).refusal is None
    assert stand.store.book().every(Policy)["floor"].body == {"n": 1}
    assert stand.said.get(timeout=5) is None


def test_an_unexpected_error_is_one_calm_line_and_the_desk_lives_on(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(MemoryStore, "commit", broken)
    refusal = stand.ask(edit(1)).refusal
    assert refusal is not None
    assert "unexpected error was logged" in refusal.english()
    monkeypatch.undo()
    assert stand.ask(edit(1)).refusal is None


@pytest.mark.parametrize("trouble", [ZeroDivisionError("a fault of ours"), Stale(say("Others were quicker."))])
def test_one_due_command_in_trouble_keeps_no_other_waiting(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    check = DueFloorCheck(id="due", by=CONSOLE, check_id="c1", due_at=stand.clock.at, until=stand.clock.at + 1800)
    first = edit(1)
    monkeypatch.setattr(desk_loop, "due", lambda book, _view, _at: () if book.every(FloorCheck) else (first, check))
    decide = Decider.decide

    def troubled(self: Decider, command: Command) -> Step:
        if command is first:
            raise trouble
        return decide(self, command)

    monkeypatch.setattr(Decider, "decide", troubled)
    stand.loop.tick()
    stand.book_where(lambda book: bool(book.every(FloorCheck)))


def test_a_request_of_somebody_nobody_knows_is_told_and_not_only_logged() -> None:
    told: queue.SimpleQueue[Said] = queue.SimpleQueue()
    clock = HandClock()
    loop = DeskLoop(MemoryStore, clock, lambda: ON_SHIFT, lambda _book: None, unheard=told.put)
    loop.start()
    try:
        loop.hear(BreakAsked(agent="7777", interface="", reason="小休", code="2", request_id="r1"), clock.at)
        assert told.get(timeout=5).english() == "Nobody on this floor is known as 7777; add them under people."
    finally:
        loop.stop()


def test_ticks_that_came_while_the_desk_was_busy_are_one(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, busy, go_on = [], threading.Event(), threading.Event()

    def due_once(*_: object) -> tuple[Command, ...]:
        looked.append(1)
        busy.set()
        go_on.wait(5)
        return ()

    monkeypatch.setattr(desk_loop, "due", due_once)
    stand.loop.tick()
    assert busy.wait(5)
    for _ in range(60):
        stand.loop.tick()
    go_on.set()
    assert stand.ask(edit(1)).refusal is None
    assert len(looked) == 2


def test_a_tick_while_the_store_does_not_open_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, shut = Stand.opened, threading.Event()

    def shut_at_first(self: Stand) -> Store:
        if not shut.is_set():
            raise FloordeskError(say("{file} is damaged.", file="desk.db"))
        return opened(self)

    monkeypatch.setattr(Stand, "opened", shut_at_first)
    made = Stand()
    try:
        assert made.said.get(timeout=5) is not None
        made.loop.tick()
        assert made.ask(edit(1)).refusal is not None, "the tick before it was taken, too"
        shut.set()
        assert made.book_where(lambda book: book.seq == 0) is not None
        made.loop.tick()
        made.book_where(lambda book: bool(book.every(FloorCheck)))
    finally:
        made.loop.stop()


def test_stopping_decides_what_was_submitted_first() -> None:
    made = Stand()
    answers: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    made.loop.submit(edit(1), answers.put)
    made.loop.stop()
    assert answers.get_nowait().refusal is None


def test_what_one_step_makes_due_is_decided_with_it(stand: Stand) -> None:
    steps = tuple({"do": "notify", "text": f"{n}"} for n in range(3))
    plan = PlanBody(name="排队高峰", each=Each.FLOOR, trigger=Trigger.HAND, steps=steps)
    assert stand.ask(KeepPlan(id="k", by=LI, plan="p", body=plan)).refusal is None
    assert stand.ask(StartPlan(id="s", by=LI, run="r", plan="p", subject="floor")).refusal is None
    stand.loop.tick()
    book = stand.book_where(lambda book: any(run.state is RunState.STANDING for run in book.every(PlanRun).values()))
    assert len(book.every(Message)) == 3
