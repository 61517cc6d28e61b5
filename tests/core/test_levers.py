"""Levers against an ACD that forgets, refuses and is moved by others: every lever has a holder or stands at found."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Step
from console.core.levers import (
    Lever,
    LeverState,
    MoveKind,
    RoutingKey,
    SeatPaused,
    Sight,
    Value,
    hold,
    next_move,
    release,
)
from console.core.roles import CONSOLE
from console.core.step import step
from console.core.work.levers import LeverFound, LeverMoved, LeverOver, LeverStands, LeverWriting

SEAT = SeatPaused(interface="Local/1001@agents/n", queue="sales")
REASONS = ("小休", "用餐", "培训")


def test_two_holders_the_newest_decides_and_the_first_comes_back() -> None:
    book = Book()
    book = book.as_if(Step(puts=(hold(book, SEAT, holder="breaks:1", wanted="小休", at=1.0),)))
    lever = hold(book, SEAT, holder="plan_runs:2", wanted="用餐", at=2.0)
    assert lever.wanted == "用餐"
    (freed,) = release(book.as_if(Step(puts=(lever,))), "plan_runs:2", at=3.0)
    assert freed.wanted == "小休"


def test_a_seat_that_signed_out_is_waited_for_while_held_and_forgotten_when_let_go() -> None:
    held = hold(Book(), SEAT, holder="breaks:1", wanted="小休", at=1.0)
    assert next_move(held, Sight.GONE, booted_at=None, at=2.0).kind is MoveKind.WAIT
    known = replace(held, found_at=1.0, written="小休", written_at=1.0, state=LeverState.STANDING)
    (freed,) = release(Book().as_if(Step(puts=(known,))), "breaks:1", at=3.0)
    assert next_move(freed, Sight.GONE, booted_at=None, at=4.0).kind is MoveKind.OVER


def test_an_acd_that_restarted_is_set_right_again_and_a_person_is_not_overruled() -> None:
    stands = replace(
        hold(Book(), SEAT, holder="breaks:1", wanted="小休", at=1.0),
        state=LeverState.STANDING,
        found_at=1.0,
        written="小休",
        written_at=2.0,
    )
    assert next_move(stands, None, booted_at=1.0, at=9.0).kind is MoveKind.MOVED
    assert next_move(stands, None, booted_at=5.0, at=9.0).kind is MoveKind.WRITE


def test_a_release_is_written_even_if_an_old_look_says_it_is_so_already() -> None:
    writing = replace(
        hold(Book(), SEAT, holder="breaks:1", wanted="小休", at=1.0),
        state=LeverState.SETTING,
        found_at=1.0,
        written="小休",
        written_at=2.0,
    )
    (freed,) = release(Book().as_if(Step(puts=(writing,))), "breaks:1", at=2.1)
    assert next_move(freed, None, booted_at=None, at=2.2).kind is MoveKind.WRITE


def test_a_crash_between_the_word_and_the_deed_is_no_other_hand() -> None:
    key = RoutingKey(family="ivr", key="shortcut")
    letting_go = Lever(
        id="key/ivr/shortcut",
        target=key,
        state=LeverState.SETTING,
        found="announce",
        found_at=1.0,
        written="announce",
        written_at=5.0,
        ours=("support", "announce"),
    )
    assert next_move(letting_go, "support", booted_at=None, at=9.0).kind is MoveKind.WRITE
    assert next_move(letting_go, "billing", booted_at=None, at=9.0).kind is MoveKind.MOVED


class Floor(RuleBasedStateMachine):
    """One seat, two holders, an ACD that may restart or be moved by a person, a steward that looks now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.acd: Value = None
        self.booted_at = 0.0
        self.found: Value = None
        self.at = 10.0

    def told(self, command: Command) -> None:
        taken = step(self.book, FloorView(), command, self.at)
        puts = tuple(replace(record, version=record.version + 1) for record in taken.puts)
        self.book = self.book.told(self.book.seq + 1, puts, {})

    def kept(self, *levers: Lever) -> None:
        self.book = self.book.told(
            self.book.seq + 1, tuple(replace(lever, version=lever.version + 1) for lever in levers), {}
        )

    @property
    def lever(self) -> Lever | None:
        return next(iter(self.book.every(Lever).values()), None)

    @rule(holder=st.sampled_from(["breaks:1", "plan_runs:2"]), reason=st.sampled_from(REASONS))
    def hold(self, holder: str, reason: str) -> None:
        self.at += 1
        self.kept(hold(self.book, SEAT, holder=holder, wanted=reason, at=self.at))

    @rule(holder=st.sampled_from(["breaks:1", "plan_runs:2"]))
    def let_go(self, holder: str) -> None:
        self.at += 1
        self.kept(*release(self.book, holder, at=self.at))

    @rule()
    def restart(self) -> None:
        self.at += 1
        self.booted_at, self.acd = self.at, None

    @rule(steps=st.integers(1, 3), crashes=st.booleans())
    def look(self, steps: int, *, crashes: bool = False) -> None:
        for _ in range(steps):
            self.at += 40
            lever = self.lever
            if lever is None:
                return
            move = next_move(lever, self.acd, booted_at=self.booted_at, at=self.at)
            common = {"id": f"{self.at}", "by": CONSOLE, "lever": lever.id, "read_version": lever.version}
            match move.kind:
                case MoveKind.LEARN:
                    self.told(LeverFound(found=move.value, **common))  # type: ignore[arg-type]
                case MoveKind.WRITE:
                    self.told(LeverWriting(value=move.value, **common))  # type: ignore[arg-type]
                    if not crashes:
                        self.acd = move.value
                case MoveKind.STANDS:
                    self.told(LeverStands(observed=move.value, **common))  # type: ignore[arg-type]
                case MoveKind.MOVED:
                    self.told(LeverMoved(observed=move.value, **common))  # type: ignore[arg-type]
                case MoveKind.OVER:
                    self.told(LeverOver(**common))  # type: ignore[arg-type]
                case MoveKind.WAIT:
                    return

    @invariant()
    def what_stands_is_wanted_or_was_found(self) -> None:
        lever = self.lever
        if lever is None:
            assert self.acd is None
            return
        if lever.state is LeverState.DONE:
            assert not lever.holds
            assert self.acd is None, "let go, and not at what was found"
        if lever.state is LeverState.STANDING and self.booted_at < (lever.written_at or 0.0):
            assert self.acd == lever.wanted
        assert lever.state is not LeverState.MOVED, "nobody else moved it here"

    def teardown(self) -> None:
        for holder in ("breaks:1", "plan_runs:2"):
            self.let_go(holder)
        for _ in range(8):
            self.look(3)
        assert self.acd is None
        assert self.lever is None or self.lever.state is LeverState.DONE


TestFloor = Floor.TestCase
TestFloor.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
