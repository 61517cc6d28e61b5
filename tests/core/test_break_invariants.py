"""Whatever people, agents, the clock and the ACD do: what must hold of breaks, loans and levers holds."""

from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from console.core.floor.events import BreakAsked, BreakEnded, BreakWithdrawn
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import Lever, LeverState
from console.core.roles import CONSOLE
from console.core.rules.break_policy import BreakPolicy
from console.core.work.asked import commands_of
from console.core.work.break_cases import on_granted_break, standing
from console.core.work.break_outlooks import TellOutlook
from console.core.work.break_records import (
    PROMISED,
    WAITING,
    AskBreak,
    Break,
    BreakState,
    CallBack,
    GrantBreak,
    MakeRegular,
    OweBreak,
    RefuseBreak,
    ReturnBreak,
    UndoGrant,
)
from console.core.work.lending import EndLoan, LendSeat, Loan, LoanState
from console.core.work.levers import LeaveLever, SetLeverAgain
from console.core.work.meal_records import (
    MealPlan,
    MealSeat,
    MoveToRound,
    PlanState,
    ProposeMeals,
    PublishMeals,
    SeatState,
    WithdrawMeals,
)
from tests.core.floor_of_ten import seat
from tests.core.small_acd import GROUP, LI, WEB, SmallConsole

NUMBERS = st.integers(1, 6)
KINDS = st.sampled_from(["meal", "toilet", "other"])
PICK = st.integers(0, 30)
ENDED = {BreakState.RETURNED, BreakState.REFUSED, BreakState.WITHDRAWN, BreakState.LAPSED}


def no_grant_breaks_a_limit(before: Book, view: FloorView, at: float, granted: Break) -> None:
    """Hold every grant, whoever gives it, against the seats counted by hand at commit; unless it is a recorded 特批."""
    kind = BreakPolicy().everywhere.kind(granted.kind)
    assert kind is not None
    if granted.exception:
        return
    out = {each.person: each for each in before.every(Break).values() if each.state in PROMISED}
    assert granted.person not in out, "granted twice"
    alike = sum(each.kind == kind.id for each in out.values())
    if kind.at_most is not None:
        assert alike < kind.at_most
    if kind.on_line_percent is None or alike == 0:
        return
    stand = {person.id: standing(view, person, at) for person in view.people.values()}
    on_shift = {name for name, each in stand.items() if each.on_shift} | on_granted_break(before)
    left = {name for name, each in stand.items() if each.on_line} - out.keys() - {granted.person}
    assert Fraction(len(left), len(on_shift)) >= Fraction(kind.on_line_percent, 100)


class Floor(RuleBasedStateMachine):
    """Six seats at the most, one supervisor, one steward."""

    @initialize(seats=st.integers(3, 6))
    def begin(self, seats: int) -> None:
        self.console = SmallConsole(seats, no_grant_breaks_a_limit)
        self.asked: set[str] = set()

    # ---- who asks ----

    @rule(number=NUMBERS, kind=KINDS, again=st.booleans())
    def an_agent_asks(self, number: int, kind: str, again: bool) -> None:  # noqa: FBT001
        console = self.console
        if number > console.acd.seats:
            return
        event = BreakAsked(
            agent=str(1000 + number), interface=seat(number), reason=kind, request_id=f"{console.at}.{number}"
        )
        for _ in range(2 if again else 1):
            for command in commands_of(console.book, console.view, event, console.at):
                taken = console.decide(command)
                if taken and taken.puts:
                    self.asked.add(command.break_id)  # type: ignore[attr-defined]  # an AskBreak

    @rule(number=NUMBERS, kind=KINDS)
    def a_supervisor_asks(self, number: int, kind: str) -> None:
        name = self.console.id()
        taken = self.console.decide(AskBreak(id=name, by=LI, break_id=name, interface=seat(number), kind=kind))
        if taken and taken.puts:
            self.asked.add(name)

    @rule(number=NUMBERS, back=st.booleans())
    def an_agent_takes_it_back_or_returns(self, number: int, back: bool) -> None:  # noqa: FBT001
        told = BreakEnded if back else BreakWithdrawn
        event = told(agent=str(1000 + number), interface=seat(number))
        for command in commands_of(self.console.book, self.console.view, event, self.console.at):
            self.console.decide(command)

    # ---- who decides ----

    @rule(pick=PICK, exception=st.booleans())
    def grant(self, pick: int, exception: bool) -> None:  # noqa: FBT001
        found = self._one(pick, WAITING)
        if found is not None:
            why = "特批" if exception else ""
            self.console.decide(
                GrantBreak(id=self.console.id(), by=LI, break_id=found.id, exception=exception, why=why)
            )

    @rule(pick=PICK, minutes=st.integers(0, 30))
    def owe(self, pick: int, minutes: int) -> None:
        found = self._one(pick, WAITING)
        if found is not None:
            slot = self.console.at + minutes * 60 if minutes else 0.0
            self.console.decide(OweBreak(id=self.console.id(), by=LI, break_id=found.id, slot=slot))

    @rule(first=NUMBERS, count=st.integers(2, 4), kind=KINDS, minutes=st.integers(0, 5))
    def a_rush(self, first: int, count: int, kind: str, minutes: int) -> None:
        """Several ask for the same at once: one after the other is granted, and who may not go is owed a slot."""
        for number in range(first, min(first + count, self.console.acd.seats + 1)):
            self.an_agent_asks(number, kind, again=False)
        for each in self.console.breaks():
            if each.state is BreakState.ASKED:
                granted = self.console.decide(GrantBreak(id=self.console.id(), by=LI, break_id=each.id))
                if granted is None:
                    slot = self.console.at + minutes * 60 if minutes else 0.0
                    self.console.decide(OweBreak(id=self.console.id(), by=LI, break_id=each.id, slot=slot))

    @rule(pick=PICK)
    def refuse(self, pick: int) -> None:
        found = self._one(pick, WAITING)
        if found is not None:
            self.console.decide(RefuseBreak(id=self.console.id(), by=LI, break_id=found.id, why="忙"))

    @rule(pick=PICK, how=st.sampled_from(["undo", "call", "seen"]))
    def after_the_grant(self, pick: int, how: str) -> None:
        found = self._one(pick, PROMISED)
        if found is None:
            return
        told = {"id": self.console.id(), "by": LI, "break_id": found.id}
        match how:
            case "undo":
                self.console.decide(UndoGrant(**told))  # type: ignore[arg-type]
            case "call":
                self.console.decide(CallBack(**told))  # type: ignore[arg-type]
            case _:
                self.console.decide(ReturnBreak(how="seen", **told))  # type: ignore[arg-type]

    @rule(pick=PICK, kind=KINDS)
    def make_regular(self, pick: int, kind: str) -> None:
        found = self._one(pick, {BreakState.UNASKED})
        if found is not None:
            self.console.decide(MakeRegular(id=self.console.id(), by=LI, break_id=found.id, kind=kind, why="口头同意"))

    @rule(number=NUMBERS, leaves=st.booleans(), minutes=st.integers(1, 30))
    def lend(self, number: int, leaves: bool, minutes: int) -> None:  # noqa: FBT001
        self.console.decide(
            LendSeat(
                id=self.console.id(),
                by=LI,
                loan=f"loan{self.console.at}.{number}",
                interface=seat(number),
                to_queue=WEB,
                from_queue="vip" if leaves else "",
                penalty=1,
                until=self.console.at + minutes * 60,
            )
        )

    @rule(pick=PICK)
    def take_back(self, pick: int) -> None:
        open_still = [each for each in self.console.book.every(Loan).values() if each.state is LoanState.LENT]
        if open_still:
            loan = open_still[pick % len(open_still)]
            self.console.decide(EndLoan(id=self.console.id(), by=LI, loan=loan.id))

    @rule(pick=PICK, again=st.booleans())
    def answer_a_moved_lever(self, pick: int, again: bool) -> None:  # noqa: FBT001
        moved = [each for each in self.console.book.every(Lever).values() if each.state is LeverState.MOVED]
        if moved:
            told = {"id": self.console.id(), "by": LI, "lever": moved[pick % len(moved)].id}
            self.console.decide(SetLeverAgain(**told) if again else LeaveLever(**told))  # type: ignore[arg-type]

    @rule(most=st.integers(0, 3))
    def a_forecast_comes(self, most: int) -> None:
        seats = self.console.view.figures.groups[GROUP].seats.on_line
        by_kind = dict.fromkeys(("meal", "toilet", "other"), most)
        self.console.decide(
            TellOutlook(
                id=self.console.id(), by=CONSOLE, group=GROUP, forecast_at=self.console.at, seats=seats, most=by_kind
            )
        )

    @rule(pick=PICK, what=st.sampled_from(["propose", "publish", "withdraw", "move"]), number=NUMBERS)
    def meal_rounds(self, pick: int, what: str, number: int) -> None:
        console = self.console
        plan = next((each.id for each in console.book.every(MealPlan).values() if each.closed_at is None), console.id())
        told = {"id": console.id(), "by": LI, "plan": plan}
        match what:
            case "propose":
                console.decide(ProposeMeals(group=GROUP, **told))  # type: ignore[arg-type]
            case "publish":
                console.decide(PublishMeals(**told))  # type: ignore[arg-type]
            case "withdraw":
                console.decide(WithdrawMeals(**told))  # type: ignore[arg-type]
            case _:
                console.decide(MoveToRound(person=f"p{number}", round=pick % 3, **told))  # type: ignore[arg-type]

    # ---- what happens on the ACD ----

    @rule(number=NUMBERS, paused=st.booleans())
    def an_agent_uses_the_pause_code(self, number: int, paused: bool) -> None:  # noqa: FBT001
        self.console.acd.set_pause(number, "lunch" if paused else None, self.console.at)

    @rule(number=NUMBERS)
    def signs_out_or_in(self, number: int) -> None:
        acd = self.console.acd
        if number > acd.seats:
            return
        if acd.signed_in(number):
            acd.talking.discard(number)
            acd.sign_out(number, self.console.at)
        else:
            acd.sign_in(number)

    @rule(number=NUMBERS)
    def talks_or_hangs_up(self, number: int) -> None:
        acd = self.console.acd
        if number in acd.talking:
            acd.talking.discard(number)
        elif acd.signed_in(number) and not acd.paused(number):
            acd.talking.add(number)

    @rule()
    def the_acd_restarts(self) -> None:
        self.console.at += 1.0
        self.console.acd.talking.clear()
        self.console.acd.restart(self.console.at)

    @rule(seconds=st.sampled_from([1, 20, 60, 400, 1200]))
    def time_passes(self, seconds: int) -> None:
        self.console.at += seconds
        self.console.tick()

    @rule()
    def a_slot_comes(self) -> None:
        """Whoever was let go before is away still, more often than not."""
        console = self.console
        console.settle()
        slots = [each.slot for each in console.breaks() if each.state is BreakState.OWED and each.slot is not None]
        console.at = max([console.at, *slots[:1]])
        console.tick()

    @rule()
    def the_steward_works(self) -> None:
        self.console.settle()
        self.console.tick()

    # ---- what must hold ----

    def _one(self, pick: int, states: "set[BreakState] | frozenset[BreakState]") -> Break | None:
        found = sorted((each for each in self.console.breaks() if each.state in states), key=lambda each: each.id)
        return found[pick % len(found)] if found else None

    @invariant()
    def nobody_has_two_breaks(self) -> None:
        open_still = [each.person for each in self.console.breaks() if each.closed_at is None]
        assert len(open_still) == len(set(open_still))
        lent = [each.person for each in self.console.book.every(Loan).values() if each.closed_at is None]
        assert len(lent) == len(set(lent))

    @invariant()
    def no_request_is_lost(self) -> None:
        for name in self.asked:
            kept = self.console.book.get(Break, name)
            assert kept is not None
            assert (kept.state in ENDED) == (kept.ended_at is not None)
            assert kept.state is not BreakState.OWED or kept.slot is not None

    @invariant()
    def none_is_granted_twice(self) -> None:
        standing_grants: dict[str, int] = {}
        for _, entry in self.console.entries:
            change = {"break.granted": 1, "break.undone": -1}.get(entry.what, 0)
            standing_grants[entry.subject] = standing_grants.get(entry.subject, 0) + change
        assert all(0 <= grants <= 1 for grants in standing_grants.values())

    @invariant()
    def every_lever_has_a_holder_that_lives_or_stands_at_found(self) -> None:
        book = self.console.book
        for lever in book.every(Lever).values():
            for each in lever.holds:
                kind, _, name = each.holder.partition(":")
                if kind == "breaks":
                    held = book.get(Break, name)
                    assert held is not None
                    assert held.state in PROMISED
                else:
                    lent = book.get(Loan, name)
                    assert lent is not None
                    assert lent.state is LoanState.LENT
            assert lever.holds or lever.state is LeverState.DONE or lever.wanted == lever.found

    @invariant()
    def overdue_slots_are_looked_at(self) -> None:
        self.console.tick()
        for each in self.console.breaks():
            if each.state is BreakState.OWED:
                assert each.slot is not None
                assert each.slot > self.console.at

    @invariant()
    def a_meal_lives_no_longer_than_its_plan_but_for_who_eats(self) -> None:
        book = self.console.book
        for each in book.every(MealSeat).values():
            plan = book.get(MealPlan, each.plan)
            assert plan is not None
            assert each.round < len(plan.rounds)
            assert (each.closed_at is None) == (each.state in {SeatState.PLANNED, SeatState.EATING})
            if plan.closed_at is not None:
                assert each.state is not SeatState.PLANNED
        assert sum(each.closed_at is None for each in book.every(MealPlan).values()) <= 1

    def teardown(self) -> None:
        """Everybody returns, every loan ends: nothing of ours is left on the ACD."""
        if not hasattr(self, "console"):
            return
        console = self.console
        for each in console.breaks():
            if each.closed_at is None:
                told = {"id": console.id(), "by": LI, "break_id": each.id}
                if each.state in WAITING:
                    console.decide(RefuseBreak(why="收工", **told))  # type: ignore[arg-type]
                else:
                    console.decide(ReturnBreak(how="seen", **told))  # type: ignore[arg-type]
        for loan in console.book.every(Loan).values():
            if loan.closed_at is None:
                console.decide(EndLoan(id=console.id(), by=LI, loan=loan.id))
        assert all(each.closed_at is not None for each in console.breaks())
        console.at += 86400.0
        console.tick()
        console.tick()
        assert all(
            each.closed_at is not None for each in console.book.every(MealSeat).values() if _published(console, each)
        )
        moved = [each for each in console.book.every(Lever).values() if each.state is LeverState.MOVED]
        for lever in moved:
            console.decide(LeaveLever(id=console.id(), by=LI, lever=lever.id))
        console.settle()
        for lever in console.book.every(Lever).values():
            # A member somebody else moved meanwhile waits for a person; everything else is back where it was.
            assert lever.state in {LeverState.DONE, LeverState.MOVED}
            assert not lever.holds
        ours = {kind.pause_reason for kind in BreakPolicy().everywhere.kinds}
        left = {
            (queue, number)
            for (queue, number), why in console.acd.members.items()
            if why in ours and not _was_left(console, queue, number)
        }
        assert left == set()


def _published(console: SmallConsole, each: MealSeat) -> bool:
    plan = console.book.get(MealPlan, each.plan)
    return plan is not None and plan.state is not PlanState.PROPOSED


def _was_left(console: SmallConsole, queue: str, number: int) -> bool:
    """Return whether a person said to leave this seat's pause as it stands."""
    subject = f"levers:seat/{queue}/{seat(number)}"
    return any(entry.what == "lever.left" and entry.subject == subject for _, entry in console.entries)


TestBreaks = Floor.TestCase
TestBreaks.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
