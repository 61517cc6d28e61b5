"""The whole course of a break on a real Asterisk: dialled, granted at the desk, paused, told, left, back by code."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from console.core.levers import Lever, LeverState
from console.core.profiles import FloorKind, Profile
from console.core.work.break_records import Break, BreakState, GrantBreak, UndoGrant
from console.store.opening import look_into
from tests.app.open_floor import LI, KnownSecrets, Opened, eventually
from tests.asterisk.ami import Ami
from tests.asterisk.lab import SEATS, AsteriskLab

pytestmark = pytest.mark.asterisk

S = BreakState
ANN = SEATS["1001"]
REASON = "小休"


def profile(lab: AsteriskLab) -> Profile:
    return Profile(
        id="lab",
        name="Lab",
        kind=FloorKind.ASTERISK,
        port=lab.ami_port,
        user="floordesk-feed",
        steward_user="floordesk-steward",
    )


@contextmanager
def desk_of(lab: AsteriskLab, data: Path) -> Iterator[Opened]:
    secrets = KnownSecrets(feed=lab.secret("floordesk-feed"), steward=lab.secret("floordesk-steward"))
    with Opened(profile(lab), data, secrets=secrets) as opened:
        opened.until_live()
        yield opened


def paused_there(ami: Ami, interface: str) -> dict[str, str | None]:
    """Return queue -> reason (None: not paused) of a seat, as Asterisk itself says."""
    return {
        member["Queue"]: member["PausedReason"] if member["Paused"] == "1" else None
        for member in ami.listing("QueueStatus")
        if member["Event"] == "QueueMember" and member["Location"] == interface
    }


def until_there(lab: AsteriskLab, found: Callable[[dict[str, str | None]], bool], what: str) -> dict[str, str | None]:
    """Wait until Asterisk's own word on Ann's seat fits."""
    seen: dict[str, str | None] = {}

    def fits() -> bool:
        nonlocal seen
        seen = paused_there(lab.control, ANN)
        return found(seen)

    eventually(fits, f"{what}; Asterisk says {seen}")
    return seen


def asks(lab: AsteriskLab, desk: Opened, ext: str = "1001") -> Break:
    lab.dial(ext, "*812")
    return desk.until_break(SEATS[ext], S.ASKED)


def grant(desk: Opened, asked: Break) -> None:
    desk.decided(GrantBreak(id=uuid4().hex, by=LI, break_id=asked.id, exception=True, why="a test"))


def verified(data: Path) -> list[str]:
    """Return what the journal of the closed desk tells, having checked its chain."""
    store = look_into(data / "floor-lab" / "desk.db")
    try:
        assert store.verify() is None
        return [line.what for line in store.journal()]
    finally:
        store.close()


def written(desk: Opened, state: LeverState) -> list[float]:
    """Return when each lever of Ann's seat that stands so was last written."""
    levers = desk.book.every(Lever).values()
    return [each.written_at or 0.0 for each in levers if ANN in each.id and each.state is state]


def all_restored(desk: Opened) -> bool:
    levers = [lever for lever in desk.book.every(Lever).values() if ANN in lever.id]
    return bool(levers) and all(lever.state is LeverState.DONE for lever in levers)


def test_the_whole_course_of_a_break(asterisk: AsteriskLab, everything: Ami, data: Path) -> None:
    with desk_of(asterisk, data) as desk:
        asked = asks(asterisk, desk)
        assert (asked.kind, asked.reason) == ("toilet", "toilet")
        assert asked.group in {"queue:sales", "queue:vip"}, "no policy names groups here"
        assert set(paused_there(asterisk.control, ANN).values()) == {None}, "on line until the supervisor answers"

        grant(desk, asked)
        told = everything.expect("UserEvent", UserEvent="BreakGranted")
        assert told["Agent"] == "1001"
        assert told["Interface"] == ANN
        assert told["RequestId"] == asked.request
        assert told["Minutes"] == str(asked.minutes)
        seats = until_there(asterisk, lambda seen: None not in seen.values(), "paused in every queue")
        assert seats == {"sales": REASON, "vip": REASON}
        away = desk.until_break(ANN, S.AWAY)
        assert away.departed_at is not None

        asterisk.dial("1001", "*82")
        back = desk.until_break(ANN, S.RETURNED)
        assert back.ended_how == "code"
        assert back.trouble == ""
        until_there(asterisk, lambda seen: set(seen.values()) == {None}, "back on line")
        desk.until(lambda: all_restored(desk), "the levers are let go")
    whats = verified(data)
    assert [what for what in whats if what.startswith("break.")] == [
        "break.asked",
        "break.granted",
        "break.departed",
        "break.returned",
    ]


def test_who_talks_leaves_only_afterwards_and_an_undo_before_that_unpauses(asterisk: AsteriskLab, data: Path) -> None:
    for other in ("1002", "1003", "1004", "1005", "1006"):
        asterisk.phone(other, "ignore")
    with desk_of(asterisk, data) as desk:
        asterisk.call("9101", "sales", talk=60)
        desk.until(lambda: desk.view.agents[ANN].talk, "Ann on a call", within=40)
        asked = asks(asterisk, desk)
        grant(desk, asked)
        until_there(asterisk, lambda seen: None not in seen.values(), "paused in mid-call")
        desk.until(lambda: None not in desk.reasons(ANN).values(), "the floor shows it")
        granted = desk.break_of(ANN)
        assert granted is not None
        assert granted.state is S.GRANTED, "still on the phone"
        desk.decided(UndoGrant(id=uuid4().hex, by=LI, break_id=asked.id))
        desk.until_break(ANN, S.ASKED)
        until_there(asterisk, lambda seen: set(seen.values()) == {None}, "unpaused again")
        asterisk.dial("1001", "*80")
        desk.until_break(ANN, S.WITHDRAWN)


def test_an_acd_restart_in_mid_break_is_set_right_again(fresh_asterisk: AsteriskLab, data: Path) -> None:
    lab = fresh_asterisk
    with desk_of(lab, data) as desk:
        grant(desk, asks(lab, desk))
        desk.until_break(ANN, S.AWAY)
        desk.until(lambda: len(written(desk, LeverState.STANDING)) == 2, "both levers stand")
        before = max(written(desk, LeverState.STANDING))
        lab.restart()
        until_there(lab, lambda seen: set(seen.values()) == {REASON}, "set right again")

        def again() -> bool:
            stand = written(desk, LeverState.STANDING)
            return len(stand) == 2 and min(stand) > before

        desk.until(again, "both written anew: a restarted Asterisk has forgotten")
        desk.until_live()
        still = desk.break_of(ANN)
        assert still is not None
        assert still.state is S.AWAY
        lab.dial("1001", "*82")
        desk.until_break(ANN, S.RETURNED)
        until_there(lab, lambda seen: set(seen.values()) == {None}, "back on line")
    verified(data)


def test_a_desk_closed_in_mid_break_takes_it_up_again(asterisk: AsteriskLab, data: Path) -> None:
    with desk_of(asterisk, data) as desk:
        grant(desk, asks(asterisk, desk))
        desk.until_break(ANN, S.AWAY)
        until_there(asterisk, lambda seen: None not in seen.values(), "paused")
    assert not [thread for thread in threading.enumerate() if thread.name == "steward"]
    with desk_of(asterisk, data) as desk:
        assert desk.until_break(ANN, S.AWAY).departed_at is not None
        asterisk.dial("1001", "*82")
        desk.until_break(ANN, S.RETURNED)
        until_there(asterisk, lambda seen: set(seen.values()) == {None}, "back on line")
        desk.until(lambda: all_restored(desk), "the levers are let go")
    verified(data)
