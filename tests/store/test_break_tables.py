"""The tables of breaks, outlooks, loans and meal rounds: every record comes back whole, what cannot be is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from console.core.errors import FloordeskError
from console.core.kept import Kept, Step
from console.core.work.break_outlooks import Outlook
from console.core.work.break_records import Break, BreakState
from console.core.work.lending import Loan, LoanState
from console.core.work.meal_records import MealPlan, MealSeat, PlanState, Round, SeatState
from console.store.desk_store import DeskStore
from tests.store.test_contract import command, entry, sqlite_store

BREAK = Break(
    id="b1",
    state=BreakState.OWED,
    person="p1",
    name="张",
    interface="Local/1",
    group="sales",
    kind="toilet",
    minutes=10,
    asked_at=1.0,
    slot=9.0,
    floats=True,
    figures={"before": 9, "wait_granted_s": 3.5, "forecast": None},
)
LOAN = Loan(
    id="l1",
    state=LoanState.LENT,
    person="p1",
    name="张",
    interface="Local/1",
    to_queue="web",
    lent_at=1.0,
    lent_by="li",
    until=5.0,
)
PLAN = MealPlan(
    id="m1",
    state=PlanState.PROPOSED,
    group="sales",
    kind="meal",
    rounds=(Round(begin=1.0, end=2.0, most=3),),
    left_out=("p9",),
    proposed_at=0.5,
    proposed_by="li",
)
SEAT = MealSeat(id="m1/p1", state=SeatState.PLANNED, plan="m1", person="p1", name="张", interface="Local/1", round=0)
RECORDS = (BREAK, LOAN, PLAN, SEAT, Outlook(id="sales", forecast_at=1.5, seats=9, most={"toilet": 2, "meal": None}))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DeskStore]:
    made = sqlite_store(tmp_path / "desk.db")
    yield made
    made.close()


def test_every_record_comes_back_as_it_was(store: DeskStore) -> None:
    store.commit(Step(puts=RECORDS, entries=(entry(),)), command("c1"), 1.0)
    book = store.book()
    for record in RECORDS:
        assert book.get(type(record), record.id) == replace(record, version=1)


@pytest.mark.parametrize(
    "impossible",
    [
        replace(BREAK, slot=None),
        replace(BREAK, ended_at=3.0),
        replace(LOAN, until=0.5),
        replace(LOAN, from_queue="web"),
        replace(LOAN, state=LoanState.ENDED),
        replace(PLAN, state=PlanState.PUBLISHED),
        replace(SEAT, state=SeatState.EATEN),
        replace(SEAT, round=-1),
    ],
)
def test_what_cannot_be_is_refused(store: DeskStore, impossible: Kept) -> None:
    with pytest.raises(FloordeskError):
        store.commit(Step(puts=(impossible,), entries=(entry(),)), command("c1"), 1.0)
    assert store.journal() == []


def test_nobody_has_two_open_breaks_or_loans(store: DeskStore) -> None:
    store.commit(Step(puts=(BREAK, LOAN), entries=(entry(),)), command("c1"), 1.0)
    for second in (replace(BREAK, id="b2"), replace(LOAN, id="l2")):
        with pytest.raises(FloordeskError):
            store.commit(Step(puts=(second,), entries=(entry(),)), command(second.id), 2.0)
