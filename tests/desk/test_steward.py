"""The steward against an ACD with moods: found first, set until observed, restored, never overruling a person."""

import pytest
from msgspec.structs import replace

from console.core.kept import Entry, Message, Step
from console.core.levers import (
    Lever,
    LeverState,
    Membership,
    RoutingKey,
    SeatPaused,
    Target,
    Value,
    hold,
    lever_id,
    release,
)
from console.core.ports import Answer
from console.core.roles import Actor
from console.core.words import say
from console.core.work.floor_checks import ConfirmFloorCheck
from console.core.work.levers import LeaveLever, SetLeverAgain
from console.desk.decider import Decider
from console.desk.steward import Steward
from console.store.memory import MemoryStore
from tests.desk.stand_in_acd import StandInAcd

LI = Actor(id="li", name="李班长")
SEAT = SeatPaused(interface="Local/1", queue="sales")
FLEX = Membership(interface="Local/5", queue="sales", name="机动 一")
SHORTCUT = RoutingKey(family="ivr", key="shortcut")
ENTRY = Entry(what="test", subject="test", said=say("Floor check due"))


class Desk:
    """A store, a steward driven by hand, and the ACD's clock for both."""

    def __init__(self) -> None:
        self.acd = StandInAcd()
        self.acd.sign_in("sales", "Local/1")
        self.store = MemoryStore()
        self.begin()

    def begin(self) -> None:
        self.steward = Steward(lambda: self.store, self.acd, self, self.acd.view)
        self.decider = Decider(self.store, self, self.acd.view)

    def now(self) -> float:
        return self.acd.now

    def steady(self) -> float:
        return self.acd.now

    def keep(self, step: Step) -> None:
        command = ConfirmFloorCheck(id=f"c{self.acd.now}-{self.store.book().seq}", by=LI, check_id="-")
        self.store.commit(replace(step, entries=(ENTRY,)), command, self.acd.now)

    def hold(self, target: Target, wanted: Value, holder: str = "breaks:1") -> None:
        self.keep(Step(puts=(hold(self.store.book(), target, holder=holder, wanted=wanted, at=self.acd.now),)))

    def let_go(self, holder: str = "breaks:1") -> None:
        self.keep(Step(puts=release(self.store.book(), holder, at=self.acd.now)))

    def rounds(self, count: int = 6, pace: float = 1.0) -> None:
        for _ in range(count):
            self.decider.refresh()
            self.steward.round(self.decider)
            self.acd.now += pace

    def lever(self, target: Target) -> Lever:
        lever = self.store.book().get(Lever, lever_id(target))
        assert lever is not None
        return lever

    def paused(self) -> Value:
        member = self.acd.members["sales", "Local/1"]
        return member.pause_reason if member.paused else None


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_seat_is_paused_and_put_back(desk: Desk) -> None:
    desk.hold(SEAT, "小休")
    desk.rounds()
    assert desk.paused() == "小休"
    assert desk.lever(SEAT).state is LeverState.STANDING
    desk.let_go()
    desk.rounds()
    assert desk.paused() is None
    assert desk.lever(SEAT).state is LeverState.DONE


def test_what_was_found_is_committed_before_the_first_write(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.acd.keys["ivr", "shortcut"] = "announce"
    known: list[tuple[Value, bool]] = []
    put = desk.acd.put_key

    def watched(family: str, key: str, value: str) -> Answer:
        lever = desk.lever(SHORTCUT)
        known.append((lever.found, lever.found_at is not None))
        return put(family, key, value)

    monkeypatch.setattr(desk.acd, "put_key", watched)
    desk.hold(SHORTCUT, "support")
    desk.rounds()
    assert known[0] == ("announce", True)
    desk.let_go()
    desk.rounds()
    assert desk.acd.keys == {("ivr", "shortcut"): "announce"}


def test_a_key_that_was_absent_is_absent_again(desk: Desk) -> None:
    desk.hold(SHORTCUT, "support")
    desk.rounds()
    assert desk.acd.keys == {("ivr", "shortcut"): "support"}
    desk.let_go()
    desk.rounds()
    assert desk.acd.keys == {}
    assert desk.lever(SHORTCUT).state is LeverState.DONE


def test_a_lent_seat_is_signed_in_and_out_again(desk: Desk) -> None:
    desk.hold(FLEX, "3")
    desk.rounds()
    assert desk.acd.members["sales", "Local/5"].penalty == 3
    desk.let_go()
    desk.rounds()
    assert ("sales", "Local/5") not in desk.acd.members


def test_somebody_already_there_only_gets_the_penalty_and_gets_it_back(desk: Desk) -> None:
    seat = Membership(interface="Local/1", queue="sales")
    desk.hold(seat, "5")
    desk.rounds()
    assert desk.acd.members["sales", "Local/1"].penalty == 5
    desk.let_go()
    desk.rounds()
    assert desk.acd.members["sales", "Local/1"].penalty == 0


def test_an_acd_away_is_waited_for(desk: Desk) -> None:
    desk.acd.away = True
    desk.hold(SEAT, "小休")
    desk.hold(SHORTCUT, "support", holder="plan_runs:1")
    desk.rounds()
    assert desk.acd.calls == []
    desk.acd.away = False
    desk.rounds()
    assert desk.paused() == "小休"
    assert desk.acd.keys == {("ivr", "shortcut"): "support"}


def test_an_acd_that_restarted_is_set_right_again(desk: Desk) -> None:
    desk.hold(SEAT, "小休")
    desk.rounds()
    desk.acd.restart()
    assert desk.paused() is None
    desk.rounds()
    assert desk.paused() == "小休"
    assert desk.lever(SEAT).state is LeverState.STANDING


def test_a_person_who_moved_it_is_not_overruled(desk: Desk) -> None:
    desk.hold(SEAT, "小休")
    desk.rounds()
    desk.acd.person_pauses("sales", "Local/1", "培训")
    desk.rounds()
    assert desk.paused() == "培训"
    assert desk.lever(SEAT).state is LeverState.MOVED
    desk.let_go()
    desk.rounds()
    assert desk.paused() == "培训"
    assert desk.lever(SEAT).state is LeverState.MOVED, "what was found is not put over a person's move unasked"
    desk.decider.decide(SetLeverAgain(id="again", by=LI, lever=lever_id(SEAT)))
    desk.rounds()
    assert desk.paused() is None
    assert desk.lever(SEAT).state is LeverState.DONE


def test_a_move_can_be_left_or_set_again_by_a_person(desk: Desk) -> None:
    desk.hold(SEAT, "小休")
    desk.rounds()
    desk.acd.person_pauses("sales", "Local/1", "培训")
    desk.rounds()
    desk.decider.decide(SetLeverAgain(id="again", by=LI, lever=lever_id(SEAT)))
    desk.rounds()
    assert desk.paused() == "小休"
    desk.acd.person_pauses("sales", "Local/1", "会议")
    desk.rounds()
    desk.decider.decide(LeaveLever(id="leave", by=LI, lever=lever_id(SEAT)))
    desk.rounds()
    assert desk.paused() == "会议"
    assert desk.lever(SEAT).state is LeverState.DONE


def test_a_refusal_is_kept_in_the_acds_words_and_not_hammered(desk: Desk) -> None:
    desk.acd.refusing = "Permission denied"
    desk.hold(SEAT, "小休")
    desk.rounds(40)
    lever = desk.lever(SEAT)
    assert (lever.state, lever.refusal) == (LeverState.REFUSED, "Permission denied")
    assert len(desk.acd.calls) <= 4
    desk.acd.refusing = ""
    desk.decider.decide(SetLeverAgain(id="again", by=LI, lever=lever_id(SEAT)))
    desk.rounds()
    assert desk.paused() == "小休"


def test_a_seat_that_signs_out_and_in_again_during_the_hold_is_paused_again(desk: Desk) -> None:
    desk.hold(SEAT, "小休")
    desk.rounds()
    member = desk.acd.members.pop(("sales", "Local/1"))
    desk.rounds()
    assert desk.lever(SEAT).state is LeverState.STANDING
    desk.acd.members["sales", "Local/1"] = member
    desk.rounds()
    assert desk.paused() == "小休"


def test_a_seat_gone_at_the_release_needs_no_restoring(desk: Desk) -> None:
    desk.hold(SEAT, "小休")
    desk.rounds()
    desk.acd.members.clear()
    desk.let_go()
    desk.rounds()
    assert desk.lever(SEAT).state is LeverState.DONE


@pytest.mark.parametrize("after_rounds", range(5))
def test_a_new_steward_takes_up_what_the_old_one_left(desk: Desk, after_rounds: int) -> None:
    desk.hold(SEAT, "小休")
    desk.rounds(after_rounds, pace=0.2)
    desk.begin()
    desk.rounds()
    assert desk.paused() == "小休"
    desk.let_go()
    desk.rounds(after_rounds, pace=0.2)
    desk.begin()
    desk.rounds()
    assert desk.paused() is None
    assert desk.lever(SEAT).state is LeverState.DONE


def message(**fields: object) -> Message:
    return replace(Message(id="m1", to="Local/1", name="BreakGranted", fields={"Minutes": "10"}), **fields)


def test_a_message_is_told_with_its_id_and_once_where_all_is_well(desk: Desk) -> None:
    desk.keep(Step(messages=(message(),)))
    desk.rounds()
    assert desk.acd.told == [("BreakGranted", {"Minutes": "10", "Id": "m1"})]


def test_a_message_waits_for_its_time_and_for_the_acd(desk: Desk) -> None:
    desk.acd.away = True
    desk.keep(Step(messages=(message(due=desk.acd.now + 3),)))
    desk.rounds(10)
    desk.acd.away = False
    desk.rounds(20, pace=10.0)
    assert [name for name, _ in desk.acd.told] == ["BreakGranted"]


def test_a_message_refused_for_good_is_said_in_the_journal(desk: Desk) -> None:
    desk.acd.refusing = "Permission denied"
    desk.keep(Step(messages=(message(),)))
    desk.rounds()
    assert "Permission denied" in desk.store.journal()[-1].values
    assert len(desk.acd.calls) == 1


def test_a_text_goes_to_the_phone(desk: Desk) -> None:
    desk.keep(Step(messages=(message(to="sip:1001", text="批准 10 分钟"),)))
    desk.rounds()
    assert desk.acd.told == [("sip:1001", {"text": "批准 10 分钟"})]
