"""Playbook of breaks: given book and floor, told command, expect step."""

import contextlib

import pytest
from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.events import BreakAsked, BreakEnded, BreakWithdrawn
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Message, Step
from console.core.levers import Lever, LeverState
from console.core.roles import CONSOLE, Actor, Role
from console.core.rules.break_policy import TOILET, BreakPolicy, BreakRules
from console.core.step import due, step
from console.core.work.asked import commands_of
from console.core.work.break_outlooks import TellOutlook
from console.core.work.break_records import (
    AskBreak,
    Break,
    BreakState,
    CallBack,
    GrantBreak,
    MakeRegular,
    OfferBreak,
    OweBreak,
    RefuseBreak,
    ReturnBreak,
    UndoGrant,
    WithdrawBreak,
)
from console.core.work.floor_checks import DueFloorCheck
from console.core.work.levers import LeverMoved, LeverRefused
from console.core.work.policies import BREAKS, Policy
from tests.core.floor_of_ten import GROUP, NOON, floor, seat

LI = Actor(id="li", name="李班长", role=Role.SUPERVISOR)
ZHAO = Actor(id="zhao", name="赵经理", role=Role.DUTY_MANAGER)
S = BreakState


class Desk:
    """The book, stepped one command after another; every commit bumps versions as the store does."""

    def __init__(self, view: FloorView | None = None, at: float = NOON) -> None:
        self.book = Book()
        self.view = view or floor()
        self.at = at
        self.steps: list[Step] = []
        self._count = 0

    def told(self, command: Command) -> Step:
        taken = step(self.book, self.view, command, self.at)
        records = tuple(replace(r, version=r.version + 1) for r in (*taken.puts, *taken.messages))
        versions = {key: self.book.versions.get(key, 0) + 1 for key in taken.touched}
        self.book = self.book.told(self.book.seq + 1, records, versions)
        self.steps.append(taken)
        return taken

    def id(self) -> str:
        self._count += 1
        return f"c{self._count}"

    def ask(self, number: int = 1, kind: str = "toilet") -> str:
        name = f"b{number}"
        self.told(AskBreak(id=self.id(), by=LI, break_id=name, interface=seat(number), kind=kind))
        return name

    def grant(self, name: str, **fields: object) -> Step:
        return self.told(GrantBreak(id=self.id(), by=LI, break_id=name, **fields))  # type: ignore[arg-type]

    def of(self, name: str) -> Break:
        found = self.book.get(Break, name)
        assert found is not None
        return found

    def tick(self) -> list[str]:
        decided = []
        for command in due(self.book, self.view, self.at):
            if type(command) is not DueFloorCheck:
                with contextlib.suppress(NotAllowed):  # as the desk does: somebody has seen to it since
                    self.told(command)
                    decided.append(type(command).__name__)
        return decided

    def messages(self) -> list[str]:
        return [message.name for taken in self.steps for message in taken.messages]

    def steward_has_set(self) -> None:
        """Every lever was found at rest, written and observed."""
        stood = tuple(
            replace(lever, state=LeverState.STANDING, found_at=self.at, written=lever.wanted, written_at=self.at)
            for lever in self.levers()
        )
        self.book = self.book.told(self.book.seq, stood, {})

    def levers(self) -> list[Lever]:
        return [lever for lever in self.book.every(Lever).values() if lever.state is not LeverState.DONE]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_asked_by_code_granted_away_and_back(desk: Desk) -> None:
    (ask,) = commands_of(
        desk.book,
        desk.view,
        BreakAsked(agent="1001", interface=seat(1), reason="toilet", code="6", request_id="177.1"),
        NOON,
    )
    desk.told(ask)
    name = ask.break_id  # type: ignore[attr-defined]  # all of breaks have it
    asked = desk.of(name)
    assert (asked.state, asked.kind, asked.minutes, asked.group, asked.person) == (S.ASKED, "toilet", 10, "sales", "p1")
    desk.grant(name)
    assert {lever.wanted for lever in desk.levers()} == {"小休"}
    assert len(desk.levers()) == 2, "in every queue the seat is signed into"
    desk.view = floor(away=[1])
    assert desk.tick() == ["DepartBreak"]
    assert desk.of(name).back_at == NOON + 600
    (back,) = commands_of(desk.book, desk.view, BreakEnded(agent="1001", interface=seat(1)), NOON + 500)
    desk.at = NOON + 500
    desk.told(back)
    assert (desk.of(name).state, desk.of(name).ended_how) == (S.RETURNED, "code")
    assert all(not lever.holds for lever in desk.levers())
    assert desk.messages() == ["BreakGranted"]


def test_back_by_code_our_own_pause_is_no_absence_while_it_is_taken_off(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.view = floor(away=[1])
    desk.tick()
    desk.steward_has_set()
    desk.at = NOON + 300
    desk.told(ReturnBreak(id="r", by=LI, break_id="b1", how="code"))
    assert desk.tick() == []
    done = tuple(replace(lever, state=LeverState.DONE) for lever in desk.levers())
    desk.book = desk.book.told(desk.book.seq, done, {})
    assert desk.tick() == ["NoticeUnasked"], "once ours is off, a pause that stands is somebody's own"


def test_the_same_request_twice_is_one(desk: Desk) -> None:
    desk.ask(1)
    again = AskBreak(id="again", by=LI, break_id="other-id", interface=seat(1), kind="meal")
    assert step(desk.book, desk.view, again, NOON) == NOTHING


def test_a_grant_carries_its_figures_and_judges_the_seats(desk: Desk) -> None:
    taken = desk.grant(desk.ask(1), figures={"wait_before_s": 9.0})
    granted = desk.of("b1")
    assert granted.figures["before"] == 10
    assert granted.figures["after"] == 9
    assert granted.figures["wait_before_s"] == 9.0
    assert taken.judged == {"seats:sales": 0}
    assert taken.touched == ("seats:sales",)


def test_a_promised_seat_counts_before_the_acd_shows_it(desk: Desk) -> None:
    for number in (1, 2):
        desk.grant(desk.ask(number))
    desk.ask(3)
    with pytest.raises(NotAllowed, match="8 → 7 of 10 on line = 70 %, needs 80 %"):
        desk.grant("b3")


def test_a_seat_already_seen_away_is_not_counted_twice(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.view = floor(away=[1])
    desk.ask(2)
    desk.grant("b2")
    assert desk.of("b2").figures["before"] == 9


def test_the_journal_tells_the_forecast_a_grant_rested_on(desk: Desk) -> None:
    desk.ask(1)
    taken = desk.grant("b1", figures={"forecast_at": NOON - 2, "wait_s_during_granted": 4.25})
    (entry,) = [each for each in taken.entries if each.what == "break.granted"]
    assert entry.data["wait_s_during_granted"] == 4.25
    assert entry.data["before"] == 10


def test_who_left_without_asking_is_one_of_their_kind(desk: Desk) -> None:
    """Somebody is out for a toilet break nobody granted: the next one is not the first, and `other` is not free."""
    desk.view = floor(3, away=[1])
    desk.at = NOON + 30
    desk.tick()
    desk.ask(2)
    with pytest.raises(NotAllowed, match="2 → 1 of 3"):
        desk.grant("b2")
    desk.view = floor(10, away=[5], reason="coffee", at=desk.at, paused_since=NOON)
    desk.tick()
    desk.ask(3, "other")
    with pytest.raises(NotAllowed, match="1 of at most 1"):
        desk.grant("b3")


def test_an_exception_needs_a_reason_and_is_recorded(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.ask(number)
    desk.grant("b1")
    desk.grant("b2")
    with pytest.raises(NotAllowed, match="needs a reason"):
        desk.grant("b3", exception=True)
    taken = desk.grant("b3", exception=True, why="身体不适")
    assert desk.of("b3").exception == "身体不适"
    assert "against the rules" in taken.entries[0].said.english()


def test_an_exception_the_rules_allow_anyway_is_no_exception(desk: Desk) -> None:
    desk.ask(1)
    desk.grant("b1", exception=True, why="x")
    assert desk.of("b1").exception == ""


def test_granted_in_mid_call_the_clock_starts_when_the_call_ends(desk: Desk) -> None:
    desk.view = floor(talking=[1])
    desk.grant(desk.ask(1))
    desk.view = floor(away=[1], talking=[1])
    assert desk.tick() == []
    desk.at = NOON + 120
    desk.view = floor(away=[1], at=desk.at)
    assert desk.tick() == ["DepartBreak"]
    assert desk.of("b1").departed_at == NOON + 120


def test_a_grant_not_used_lapses_and_frees_the_seat(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.at = NOON + BreakRules().lapse_s
    assert desk.tick() == ["LapseBreak"]
    assert desk.of("b1").state is S.LAPSED
    assert all(not lever.holds for lever in desk.levers())
    assert desk.messages() == ["BreakGranted", "BreakLapsed"]


def test_overrun_nudges_first_and_is_a_card_three_minutes_later(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.view = floor(away=[1])
    desk.tick()
    for after, expected in [(599, []), (600, ["OverrunBreak"]), (779, []), (780, ["LateBreak"]), (900, [])]:
        desk.at = NOON + after
        assert desk.tick() == expected
    assert desk.messages() == ["BreakGranted", "BreakNudge"]
    assert desk.of("b1").state is S.LATE


def test_signing_out_during_a_granted_break_is_still_that_break(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.view = floor(out=[1])
    assert desk.tick() == ["DepartBreak"]
    desk.at = NOON + 300
    assert desk.tick() == []
    assert desk.of("b1").state is S.AWAY


def test_an_unpause_on_the_acd_is_the_return(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.view = floor(away=[1])
    desk.tick()
    lever = desk.levers()[0]
    standing = replace(lever, state=LeverState.STANDING, found_at=NOON, written="小休", written_at=NOON)
    desk.book = desk.book.told(desk.book.seq, (standing,), {})
    desk.told(LeverMoved(id="m", by=CONSOLE, lever=lever.id, observed=None))
    assert (desk.of("b1").state, desk.of("b1").ended_how) == (S.RETURNED, "acd")
    after = desk.book.get(Lever, lever.id)
    assert after is not None
    assert not after.holds


def test_another_pause_reason_stays_the_same_break(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.view = floor(away=[1])
    desk.tick()
    lever = desk.levers()[0]
    standing = replace(lever, state=LeverState.STANDING, found_at=NOON, written="小休", written_at=NOON)
    desk.book = desk.book.told(desk.book.seq, (standing,), {})
    desk.told(LeverMoved(id="m", by=CONSOLE, lever=lever.id, observed="lunch"))
    after = desk.book.get(Lever, lever.id)
    assert after is not None
    assert (after.state, after.wanted) == (LeverState.STANDING, "lunch")
    assert desk.of("b1").state is S.AWAY


def test_an_acd_that_refuses_is_on_the_card(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.told(LeverRefused(id="r", by=CONSOLE, lever=desk.levers()[0].id, answer="Permission denied"))
    assert desk.of("b1").trouble == "Permission denied"


def test_owed_a_slot_and_offered_again_when_it_comes_and_rules_allow(desk: Desk) -> None:
    for number in (1, 2):
        desk.grant(desk.ask(number))
    desk.ask(3)
    desk.told(OweBreak(id=desk.id(), by=LI, break_id="b3", slot=NOON + 600))
    assert desk.of("b3").state is S.OWED
    desk.view = floor(away=[1, 2])
    desk.tick()
    desk.at = NOON + 600
    assert "OfferBreak" not in desk.tick(), "two are still away"
    desk.told(ReturnBreak(id=desk.id(), by=LI, break_id="b1", how="seen"))
    desk.view = floor(away=[2], at=desk.at)
    assert "OfferBreak" in desk.tick()
    assert desk.of("b3").state is S.ASKED
    assert desk.of("b3").owed_since == NOON


def test_a_slot_in_the_past_is_no_slot(desk: Desk) -> None:
    desk.ask(1)
    with pytest.raises(NotAllowed, match="has passed"):
        desk.told(OweBreak(id="o", by=LI, break_id="b1", slot=NOON))


def test_a_refusal_needs_a_reason_and_is_told(desk: Desk) -> None:
    desk.ask(1)
    with pytest.raises(NotAllowed, match="needs a reason"):
        desk.told(RefuseBreak(id="r", by=LI, break_id="b1"))
    desk.told(RefuseBreak(id="r", by=LI, break_id="b1", why="马上交接"))
    assert desk.of("b1").state is S.REFUSED
    assert desk.messages() == ["BreakRefused"]


def test_undo_before_departure_unpauses_and_asks_again(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.at = NOON + 60
    desk.told(UndoGrant(id="u", by=LI, break_id="b1"))
    assert desk.of("b1").state is S.ASKED
    assert all(not lever.holds for lever in desk.levers())
    desk.grant("b1")
    assert desk.of("b1").state is S.GRANTED


def test_undo_after_departure_asks_the_agent_back_and_pulls_nobody(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.view = floor(away=[1])
    desk.tick()
    desk.at = NOON + 30
    desk.told(UndoGrant(id="u", by=LI, break_id="b1"))
    assert desk.of("b1").state is S.CALLED_BACK
    assert all(lever.holds for lever in desk.levers())
    assert desk.messages() == ["BreakGranted", "BreakCalledBack"]


def test_the_minute_for_undo_ends(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.at = NOON + 61
    with pytest.raises(NotAllowed, match="minute"):
        desk.told(UndoGrant(id="u", by=LI, break_id="b1"))


def test_a_pause_nobody_granted_is_seen_once_and_can_be_made_regular(desk: Desk) -> None:
    desk.view = floor(away=[4], reason="lunch")
    assert desk.tick() == ["NoticeUnasked"]
    assert desk.tick() == []
    (out,) = desk.book.every(Break).values()
    assert (out.state, out.reason, out.departed_at, out.kind) == (S.UNASKED, "lunch", NOON - 60, "meal")
    with pytest.raises(NotAllowed, match="needs a reason"):
        desk.told(MakeRegular(id="r", by=LI, break_id=out.id, kind="meal"))
    desk.told(MakeRegular(id="r", by=LI, break_id=out.id, kind="meal", why="口头同意"))
    regular = desk.of(out.id)
    assert (regular.state, regular.exception) == (S.AWAY, "口头同意")
    assert {(lever.found, lever.wanted) for lever in desk.levers()} == {(None, "lunch")}


@pytest.mark.parametrize("reason", ["话后处理", "wrapup", "Auto-Pause"])
def test_wrap_up_and_autopause_are_no_unasked_break(desk: Desk, reason: str) -> None:
    desk.view = floor(away=[4], reason=reason)
    assert desk.tick() == []


def test_a_pause_of_a_moment_is_not_noticed_yet(desk: Desk) -> None:
    desk.view = floor(away=[4], paused_since=NOON - 5)
    assert desk.tick() == []


@pytest.mark.parametrize("owed", [False, True])
def test_leaving_before_the_answer_is_still_one_break(desk: Desk, owed: bool) -> None:  # noqa: FBT001
    desk.ask(4)
    if owed:
        desk.told(OweBreak(id="o", by=LI, break_id="b4", slot=NOON + 900))
    desk.view = floor(away=[4], reason="lunch")
    assert desk.tick() == ["NoticeUnasked"]
    assert desk.tick() == []
    (out,) = desk.book.every(Break).values()
    assert (out.id, out.state, out.departed_at, out.kind) == ("b4", S.UNASKED, NOON - 60, "toilet")


def test_an_unasked_one_ends_when_the_seat_is_back(desk: Desk) -> None:
    desk.view = floor(away=[4])
    desk.tick()
    desk.view = floor()
    assert desk.tick() == ["ReturnBreak"]


def test_withdrawn_by_the_agent(desk: Desk) -> None:
    desk.ask(1)
    (withdraw,) = commands_of(desk.book, desk.view, BreakWithdrawn(agent="1001", interface=seat(1)), NOON)
    assert isinstance(withdraw, WithdrawBreak)
    desk.told(withdraw)
    assert desk.of("b1").state is S.WITHDRAWN


def test_a_kind_may_grant_itself_and_the_journal_says_the_console_did(desk: Desk) -> None:
    itself = BreakPolicy(everywhere=BreakRules(kinds=(replace(TOILET, grants_itself=True),)))
    body = {
        "everywhere": {
            "kinds": [
                {
                    "id": "toilet",
                    "name": "小休",
                    "english": "Toilet",
                    "length_min": 10,
                    "longest_min": 10,
                    "on_line_percent": 80,
                    "grants_itself": True,
                }
            ]
        }
    }
    assert itself.everywhere.kinds[0].grants_itself
    desk.book = desk.book.told(1, (Policy(id=BREAKS, version=1, body=body, edited_at=0.0, edited_by="li"),), {})
    told = {"group": GROUP, "seats": 10, "most": {"toilet": 1}, "forecast_at": NOON}
    desk.told(TellOutlook(id="t", by=CONSOLE, **told))  # type: ignore[arg-type]  # its own fields
    desk.ask(1)
    assert (desk.of("b1").state, desk.of("b1").decided_by) == (S.GRANTED, "console")
    assert desk.steps[-1].entries[-1].data["by_itself"] is True


def test_an_unknown_agent_is_said(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="Nobody on this floor is known as 7777"):
        desk.told(AskBreak(id="x", by=LI, break_id="x", agent="7777"))


def test_an_agent_may_not_grant(desk: Desk) -> None:
    desk.ask(1)
    with pytest.raises(NotAllowed, match="another role"):
        desk.told(GrantBreak(id="g", by=Actor(id="p1", name="坐席1", role=Role.AGENT), break_id="b1"))


def test_only_the_clock_offers_a_slot(desk: Desk) -> None:
    desk.ask(1)
    with pytest.raises(NotAllowed):
        desk.told(OfferBreak(id="o", by=LI, break_id="b1"))


def test_asked_back_is_told_and_stays_away(desk: Desk) -> None:
    desk.grant(desk.ask(1))
    desk.view = floor(away=[1])
    desk.tick()
    desk.told(CallBack(id="b", by=LI, break_id="b1"))
    assert desk.of("b1").state is S.CALLED_BACK
    assert [m for m in desk.book.every(Message).values() if m.name == "BreakCalledBack"]
