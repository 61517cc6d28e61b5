"""What is answered on a card becomes exactly these commands; what was typed is read, a slip is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.app.answers import FIRST_SLOT, commands_of, read_slot
from console.core.errors import NotAllowed
from console.core.floor.policy import FloorPolicy
from console.core.kept import Book, Command
from console.core.levers import Lever, LeverState, SeatPaused
from console.core.roles import Actor
from console.core.rules.break_forecast import BreakForecast, Course, Met
from console.core.work.break_records import (
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
from console.core.work.floor_checks import ConfirmFloorCheck
from console.core.work.levers import LeaveLever, SetLeverAgain
from console.views.break_cards import card_of
from console.views.sight import sight
from tests.core.floor_of_ten import GROUP, NOON, floor, seat

LI = Actor(id="li", name="李班长")
UTC = FloorPolicy(time_zone="UTC")


def told(card: str, action: str, why: str = "", book: Book | None = None) -> tuple[Command, ...]:
    return commands_of(card, action, why, book=book or Book(), policy=UTC, by=LI, at=NOON)


@pytest.mark.parametrize(
    ("action", "why", "kind"),
    [
        ("grant", "", GrantBreak),
        ("exception", "doctor", GrantBreak),
        ("owe", "", OweBreak),
        ("owe_at", "14:25", OweBreak),
        ("refuse", "busy", RefuseBreak),
        ("call_back", "", CallBack),
        ("seen", "", ReturnBreak),
        ("undo", "", UndoGrant),
        ("regular", "unwell", MakeRegular),
    ],
)
def test_every_answer_of_a_break_is_one_command_of_the_person(action: str, why: str, kind: type[Command]) -> None:
    (command,) = told("break:unasked/Local/1001@agents/n/12", action, why)
    assert type(command) is kind
    assert command.by == LI
    assert command.break_id == "unasked/Local/1001@agents/n/12"  # type: ignore[attr-defined]  # all of breaks have it
    again = told("break:unasked/Local/1001@agents/n/12", action, why)[0]
    assert again.id != command.id


def test_a_grant_carries_the_forecast_the_decider_saw() -> None:
    calm, less = (
        Met(mean_wait_s=3.0, service_level=0.93, p_abandon=0.0),
        Met(mean_wait_s=4.25, service_level=0.9, p_abandon=0.0),
    )
    seen = BreakForecast(
        at=NOON - 2,
        group=GROUP,
        minutes=10,
        refused=Course(during=calm, after=calm),
        granted=Course(during=less, after=calm),
    )

    def answered(action: str) -> tuple[Command, ...]:
        return commands_of(
            "break:b1", action, "why", book=Book(), policy=UTC, by=LI, at=NOON, forecasts={"b1": seen, "b2": seen}
        )

    for action in ("grant", "exception"):
        (command,) = answered(action)
        assert isinstance(command, GrantBreak)
        assert command.figures["forecast_at"] == NOON - 2
        assert (command.figures["wait_s_during_refused"], command.figures["wait_s_during_granted"]) == (3.0, 4.25)
        assert command.figures["service_level_after_granted"] == 0.93
    assert not hasattr(answered("refuse")[0], "figures")


def test_what_was_typed_goes_along() -> None:
    (granted,) = told("break:b", "exception", "doctor")
    assert isinstance(granted, GrantBreak)
    assert (granted.exception, granted.why) == (True, "doctor")
    (owed,) = told("break:b", "owe")
    assert isinstance(owed, OweBreak)
    assert owed.slot == FIRST_SLOT
    (later,) = told("break:b", "owe_at", "14:25")
    assert isinstance(later, OweBreak)
    assert later.slot == NOON + 8700


def test_every_action_a_card_offers_has_a_command() -> None:
    for state in BreakState:
        one = Break(
            id="b",
            state=state,
            person="p1",
            name="坐席1",
            interface=seat(1),
            group=GROUP,
            kind="toilet",
            minutes=10,
            asked_at=NOON - 100,
            slot=NOON + 60,
            decided_at=NOON - 30,
            decided_by="li",
            departed_at=NOON - 20,
        )
        book = Book().told(1, [one], {})
        card = card_of(sight(floor(10), book, NOON), one)
        for action in card.actions:
            assert told(card.id, action.key, "14:25", book), (state, action.key)


def test_all_levers_of_a_seat_are_answered_together_and_only_those_in_that_state() -> None:
    levers = [
        Lever(id=queue, target=SeatPaused(interface=seat(1), queue=queue), state=state)
        for queue, state in (("a", LeverState.REFUSED), ("b", LeverState.REFUSED), ("c", LeverState.MOVED))
    ]
    book = Book().told(1, levers, {})
    again = told(f"lever:refused:{seat(1)}", "again", book=book)
    assert [(type(each), each.lever) for each in again] == [(SetLeverAgain, "a"), (SetLeverAgain, "b")]  # type: ignore[attr-defined]  # levers
    left = told(f"lever:moved:{seat(1)}", "leave", book=book)
    assert [(type(each), each.lever) for each in left] == [(LeaveLever, "c")]  # type: ignore[attr-defined]  # levers


def test_a_floor_check_is_confirmed_and_what_nobody_knows_commands_nothing() -> None:
    (check,) = told("floor_check:20260730T0600Z", "confirm")
    assert isinstance(check, ConfirmFloorCheck)
    assert check.check_id == "20260730T0600Z"
    for card, action in (("link", "x"), ("break:b", "x"), ("lever:refused:s", "x"), ("lever:odd:s", "again")):
        assert told(card, action) == ()


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("14:25", 145),
        ("14\uff1a25", 145),
        ("14.25", 145),
        ("1425", 145),
        ("925", -155),
        ("20", 20),
        ("+5", 5),
        ("+120", 120),
        ("90 min", 90),
        ("15分钟", 15),
        (" 0:10 ", -710),
        ("00:00", 720),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, minutes: int) -> None:
    assert read_slot(typed, UTC, NOON) == NOON + minutes * 60


@pytest.mark.parametrize("typed", ["", "half past", "25:00", "12:60", "14:2", "1 4 2 5", "-5", "99999", "14:25:30"])
def test_a_slip_is_said(typed: str) -> None:
    with pytest.raises(NotAllowed):
        read_slot(typed, UTC, NOON)


@given(st.integers(0, 23), st.integers(0, 59), st.floats(0, 86400, exclude_max=True))
def test_a_time_of_day_is_never_further_than_half_a_day_back(hours: int, minutes: int, past: float) -> None:
    at = NOON + past
    slot = read_slot(f"{hours}:{minutes:02d}", UTC, at)
    assert at - 43200 < slot <= at + 86400
    assert slot % 86400 == hours * 3600 + minutes * 60
