from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.model import AgentState, AgentStatus, Link, LinkStatus, Member
from console.core.floor.people import Person
from console.core.floor.policy import Limits, SkillGroup, Targets, Tone
from console.core.rules.alarms import ALARM_RULES, AlarmState, judge
from console.core.rules.tones import tone_of
from tests.core.floors import NOON, POLICY, Told

if TYPE_CHECKING:
    from console.core.floor.alarm import Alarm

QUIET = Limits()


class Watched:
    """A floor told step by step and judged as it goes."""

    def __init__(self, **targets: object) -> None:
        calm = Targets(waiting=QUIET, longest_wait=QUIET, mean_wait=QUIET, on_line_ratio=QUIET)
        groups = tuple(replace(group, targets=replace(calm, **targets)) for group in POLICY.groups)
        self.floor = Told(replace(POLICY, groups=groups))
        self.members: dict[tuple[str, str], Member] = {}
        self.state = AlarmState()
        self.alarms: tuple[Alarm, ...] = ()

    def agent(self, interface: str, status: AgentStatus, *queues: str, **fields: object) -> None:
        queues = queues or ("q1",)
        self.floor.agent(interface, status, queues=queues, **fields)
        for queue in queues:
            self.members[queue, interface] = Member(
                queue=queue, interface=interface, name=interface, paused=status is AgentStatus.PAUSED
            )

    def after(self, seconds: float) -> "Watched":
        for _ in range(int(seconds)):
            self.floor.after(1.0)
            self.judge()
        return self

    def judge(self) -> "Watched":
        figures = self.floor.figures()
        view = replace(self.floor.view(), figures=figures, members=dict(self.members))
        self.state, self.alarms = judge(view, self.state, self.floor.at)
        return self

    def said(self, rule: str) -> list[str]:
        return [alarm.said.english() for alarm in self.alarms if alarm.rule == rule]

    def tone(self, rule: str) -> Tone | None:
        return next((alarm.tone for alarm in self.alarms if alarm.rule == rule), None)


READY = "callers_wait_while_available"


def test_callers_wait_while_somebody_is_available_and_it_is_said_who() -> None:
    watch = Watched()
    watch.agent("PJSIP/1", AgentStatus.AVAILABLE, name="张莉")
    watch.floor.joins("q1", "a")
    assert not watch.after(9).said(READY)
    assert watch.after(2).said(READY) == ["q1: 1 waiting while 张莉 is available."]
    (alarm,) = watch.alarms
    assert alarm.seats == ("PJSIP/1",)
    assert alarm.group == "safety"
    since = alarm.since
    watch.agent("PJSIP/2", AgentStatus.AVAILABLE, name="Bo")
    assert watch.after(6).said(READY) == ["q1: 1 waiting while 张莉, Bo are available."]
    assert watch.alarms[0].since == since, "one alarm, however its sentence grows"
    watch.floor.answered("q1", "a", 17)
    assert not watch.judge().alarms


@pytest.mark.parametrize("how", ["rung", "paused here", "another queue", "talks at another phone", "just free"])
def test_a_caller_who_is_looked_after_is_no_alarm(how: str) -> None:
    watch = Watched()
    watch.agent("PJSIP/1", AgentStatus.AVAILABLE, "q3" if how == "another queue" else "q1")
    watch.floor.joins("q1", "a")
    if how == "rung":
        watch.agent("PJSIP/2", AgentStatus.RINGING, ringing_for=("a",))
    elif how == "paused here":
        watch.members["q1", "PJSIP/1"] = replace(watch.members["q1", "PJSIP/1"], paused=True)
    elif how == "talks at another phone":
        watch.agent("PJSIP/9", AgentStatus.TALKING)
        watch.floor.person(Person(id="1", name="x", interfaces=("PJSIP/1", "PJSIP/9")))
    for _ in range(20):
        if how == "just free":
            watch.agent("PJSIP/1", AgentStatus.AVAILABLE, since=watch.floor.at)
        watch.after(1)
        assert not watch.said(READY)


def test_a_caller_between_two_offers_is_no_alarm() -> None:
    watch = Watched()
    watch.agent("PJSIP/1", AgentStatus.AVAILABLE)
    watch.agent("PJSIP/2", AgentStatus.RINGING, ringing_for=("a",))
    watch.floor.joins("q1", "a")
    for _ in range(6):
        watch.agent("PJSIP/2", AgentStatus.RINGING, ringing_for=("a",))
        watch.after(10)
        watch.agent("PJSIP/2", AgentStatus.AVAILABLE, ringing_for=())
        watch.after(4)
        assert not watch.said(READY)


def test_a_queue_with_callers_and_nobody_on_line() -> None:
    watch = Watched()
    watch.agent("PJSIP/1", AgentStatus.PAUSED, pause_reason="lunch")
    watch.floor.joins("q1", "a")
    assert not watch.after(9).alarms
    watch.after(3)
    assert watch.said("nobody_on_line") == ["q1: 1 waiting and nobody on line."]
    assert watch.tone("nobody_on_line") is Tone.ALARM
    watch.floor.answered("q1", "a", 12)
    watch.judge()
    assert watch.said("nobody_on_line") == ["q1: nobody is on line."]
    assert watch.tone("nobody_on_line") is Tone.WARN
    watch.agent("PJSIP/1", AgentStatus.WRAP_UP)
    assert not watch.judge().alarms


def test_a_trainer_on_line_is_somebody() -> None:
    watch = Watched()
    watch.agent("PJSIP/1", AgentStatus.TALKING)
    watch.floor.person(Person(id="1", name="x", interfaces=("PJSIP/1",), trainer=True))
    watch.floor.joins("q1", "a")
    assert not watch.after(30).said("nobody_on_line")


def test_who_is_paused_in_another_queue_only_is_still_on_line_in_this_one() -> None:
    watch = Watched()
    watch.agent("PJSIP/1", AgentStatus.PAUSED, "q1", "q3")
    watch.members["q3", "PJSIP/1"] = replace(watch.members["q3", "PJSIP/1"], paused=False)
    watch.floor.joins("q1", "a")
    watch.floor.joins("q3", "b")
    watch.after(12)
    assert watch.said("nobody_on_line") == ["q1: 1 waiting and nobody on line."]


def test_a_queue_closed_for_the_night_is_no_alarm() -> None:
    watch = Watched()
    watch.floor.joins("q1", "a")
    watch.floor.answered("q1", "a", 1)
    assert watch.after(11).said("nobody_on_line")
    watch.floor.after(1900)
    assert not watch.judge().alarms


@pytest.mark.parametrize(
    ("status", "limit", "said"),
    [
        (AgentStatus.TALKING, 3600, "PJSIP/1 has been talking for 60 min."),
        (AgentStatus.RINGING, 60, "PJSIP/1 has been ringing for 1 min."),
        (AgentStatus.WRAP_UP, 300, "PJSIP/1 has been in wrap-up for 5 min."),
        (AgentStatus.PAUSED, 3600, "PJSIP/1 has been away for 60 min."),
        (AgentStatus.UNAVAILABLE, 600, "The phone of PJSIP/1 has been unreachable for 10 min."),
    ],
)
def test_an_agent_stuck_in_a_state(status: AgentStatus, limit: float, said: str) -> None:
    watch = Watched()
    watch.agent("PJSIP/1", status, answered=3)
    watch.agent("PJSIP/2", AgentStatus.AVAILABLE)
    watch.floor.after(limit)
    assert not watch.judge().alarms
    assert watch.after(1).said(f"stuck_{status}") == [said]
    assert watch.alarms[0].since == NOON + limit
    watch.agent("PJSIP/1", AgentStatus.AVAILABLE)
    assert not watch.judge().alarms


def test_a_phone_nobody_is_expected_at_may_stay_unplugged() -> None:
    watch = Watched()
    watch.agent("PJSIP/1", AgentStatus.UNAVAILABLE)
    watch.floor.after(7200)
    assert not watch.judge().alarms


def test_a_threshold_is_said_after_its_hold_and_calms_down_only_when_clearly_better() -> None:
    watch = Watched(waiting=Limits(warn=2, alarm=4))
    for number in range(3):
        watch.floor.joins("q1", str(number))
    assert not watch.after(9).said("waiting")
    watch.after(2)
    assert watch.said("waiting") == ["Account safety: 3 waiting (limit 2)."]
    first = watch.alarms[-1]
    watch.floor.joins("q2", "x")
    watch.floor.joins("q2", "y")
    watch.judge()
    (alarm,) = [each for each in watch.alarms if each.rule == "waiting"]
    assert (alarm.tone, alarm.since, alarm.id) == (Tone.ALARM, NOON + 1, first.id)
    watch.floor.answered("q2", "x", 1)
    assert watch.judge().tone("waiting") is Tone.ALARM, "4 is not yet 10 % below 4"
    watch.floor.answered("q2", "y", 1)
    assert watch.judge().tone("waiting") is Tone.WARN
    watch.floor.answered("q1", "0", 1)
    assert watch.judge().tone("waiting") is Tone.WARN
    watch.floor.answered("q1", "1", 1)
    assert watch.judge().tone("waiting") is None


def test_a_crossing_shorter_than_the_hold_is_never_said() -> None:
    watch = Watched(waiting=Limits(warn=0))
    for number in range(10):
        watch.floor.joins("q1", str(number))
        assert not watch.after(5).said("waiting")
        watch.floor.answered("q1", str(number), 5)
        assert not watch.after(5).said("waiting")


def test_one_night_caller_warns_at_most() -> None:
    watch = Watched(longest_wait=Limits(warn=60, alarm=120), mean_wait=Limits(warn=15, alarm=60))
    watch.floor.joins("q1", "a")
    watch.after(300)
    assert watch.tone("longest_wait") is Tone.WARN
    assert watch.tone("mean_wait") is None
    watch.floor.joins("q1", "b")
    watch.after(11)
    assert watch.tone("longest_wait") is Tone.ALARM
    assert watch.tone("mean_wait") is Tone.ALARM


def test_rates_need_enough_contacts_to_mean_something() -> None:
    watch = Watched(least_offered=3)
    watch.floor.abandoned("q1", "a", 90)
    watch.floor.answered("q1", "b", 90)
    assert not watch.after(15).alarms
    watch.floor.answered("q1", "c", 3)
    watch.after(15)
    assert watch.said("service_level") == ["Account safety: service level 33 % (limit 60 %)."]
    assert watch.said("answer_rate") == ["Account safety: 66 % answered (limit 80 %)."]


def test_the_on_line_ratio_of_a_group() -> None:
    watch = Watched(on_line_ratio=Limits(warn=0.8, alarm=0.7, above=False))
    for number in range(10):
        watch.agent(f"PJSIP/{number}", AgentStatus.PAUSED if number < 2 else AgentStatus.AVAILABLE)
    assert not watch.after(15).alarms, "exactly 80 % is still within"
    watch.agent("PJSIP/2", AgentStatus.PAUSED)
    assert watch.after(15).said("on_line_ratio") == ["Account safety: 7 of 10 seats on line (limit 80 %)."]


def test_only_the_links_own_alarms_stand_while_it_is_not_live() -> None:
    watch = Watched()
    watch.floor.joins("q1", "a")
    watch.after(12)
    (nobody,) = watch.alarms
    watch.floor.link = Link(status=LinkStatus.LOST, since=watch.floor.at)
    watch.judge()
    assert [alarm.rule for alarm in watch.alarms] == ["link"]
    lost_at = watch.alarms[0].since
    watch.floor.link = Link(status=LinkStatus.CONNECTING, since=NOON + 14)
    watch.after(3)
    assert [(alarm.rule, alarm.since) for alarm in watch.alarms] == [("link", lost_at)]
    watch.floor.link = Link(status=LinkStatus.LIVE)
    watch.judge()
    assert [(alarm.id, alarm.since) for alarm in watch.alarms] == [(nobody.id, nobody.since)]


def test_after_a_long_loss_alarms_begin_anew() -> None:
    watch = Watched()
    watch.floor.joins("q1", "a")
    watch.after(12)
    watch.floor.link = Link(status=LinkStatus.LOST, since=watch.floor.at)
    watch.judge().after(70)
    watch.floor.link = Link(status=LinkStatus.LIVE)
    assert not watch.judge().alarms
    (alarm,) = watch.after(12).alarms
    assert alarm.since == NOON + 82


@pytest.mark.parametrize("status", [LinkStatus.IDLE, LinkStatus.CONNECTING, LinkStatus.SYNCING, LinkStatus.ENDED])
def test_a_first_connection_and_an_ended_replay_are_no_alarm(status: LinkStatus) -> None:
    watch = Watched()
    watch.floor.link = Link(status=status)
    watch.floor.joins("q1", "a")
    assert not watch.after(100).alarms


def test_a_live_link_that_says_nothing_is_stale() -> None:
    watch = Watched()
    watch.floor.link = Link(status=LinkStatus.LIVE, heard_at=NOON)
    assert not watch.after(15).alarms
    assert watch.after(1).said("stale") == ["No news from the floor for 16 s; the figures may be old."]
    assert watch.alarms[0].since == NOON + 15


def test_without_a_clock_nothing_is_said() -> None:
    floor = Told(at=None)
    floor.joins("q1", "a")
    state = AlarmState()
    assert judge(floor.view(), state, None) == (state, ())


def test_the_worst_come_first_and_then_the_oldest() -> None:
    watch = Watched(waiting=Limits(warn=0))
    watch.agent("PJSIP/1", AgentStatus.RINGING, "q3")
    watch.after(70)
    watch.floor.joins("q3", "a")
    watch.floor.joins("q1", "b")
    watch.after(30)
    assert [alarm.id for alarm in watch.alarms] == [
        "nobody_on_line:q1",
        "stuck_ringing:PJSIP/1",
        "waiting:orders",
        "waiting:safety",
    ]


def test_what_the_judge_remembers_can_be_kept() -> None:
    watch = Watched()
    watch.floor.joins("q1", "a")
    watch.after(12)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(watch.state), type=AlarmState)
    assert kept == watch.state


def test_an_alarm_that_says_the_same_is_the_same_record() -> None:
    watch = Watched()
    watch.floor.joins("q1", "a")
    (one,) = watch.after(12).alarms
    (two,) = watch.after(1).alarms
    assert one is two


def test_a_group_of_its_own_has_thresholds_too() -> None:
    watch = Watched()
    watch.floor.joins("lonely", "a")
    watch.floor.joins("lonely", "b")
    watch.after(140)
    assert "lonely: the longest wait is 140 s (limit 120 s)." in watch.said("longest_wait")


def test_no_rule_has_anything_to_say_of_an_empty_floor() -> None:
    watch = Watched()
    assert len(ALARM_RULES) >= 11
    assert not watch.after(30).alarms


LIMITS = st.builds(
    Limits,
    warn=st.none() | st.floats(0, 1),
    alarm=st.none() | st.floats(0, 1),
    above=st.booleans(),
    clear=st.floats(0, 0.9),
)


@given(st.floats(0, 2), LIMITS, st.sampled_from(Tone))
def test_a_tone_is_never_worse_for_having_been_calm(value: float, limits: Limits, previous: Tone) -> None:
    order = list(Tone)
    fresh = tone_of(value, limits)
    assert order.index(tone_of(value, limits, previous)) >= order.index(fresh)
    assert order.index(tone_of(value, limits, previous)) <= max(order.index(previous), order.index(fresh))


@given(st.floats(0, 2), LIMITS, st.sampled_from(Tone))
def test_a_tone_once_given_is_given_again(value: float, limits: Limits, previous: Tone) -> None:
    tone = tone_of(value, limits, previous)
    assert tone_of(value, limits, tone) is tone


@pytest.mark.parametrize(
    ("value", "previous", "tone"),
    [
        (50, Tone.CALM, Tone.WARN),
        (51, Tone.CALM, Tone.ALARM),
        (46, Tone.ALARM, Tone.ALARM),
        (45, Tone.ALARM, Tone.WARN),
        (10, Tone.CALM, Tone.CALM),
        (10, Tone.WARN, Tone.WARN),
        (9, Tone.WARN, Tone.CALM),
        (None, Tone.ALARM, Tone.CALM),
    ],
)
def test_tones_of_people_waiting(value: float | None, previous: Tone, tone: Tone) -> None:
    assert tone_of(value, Limits(warn=10, alarm=50), previous) is tone


@pytest.mark.parametrize(
    ("value", "previous", "tone"),
    [
        (8 / 10, Tone.CALM, Tone.CALM),
        (0.799, Tone.CALM, Tone.WARN),
        (0.81, Tone.WARN, Tone.WARN),
        (0.82, Tone.WARN, Tone.CALM),
        (7 / 10, Tone.WARN, Tone.WARN),
        (0.69, Tone.WARN, Tone.ALARM),
        (0.72, Tone.ALARM, Tone.ALARM),
    ],
)
def test_tones_of_a_share(value: float, previous: Tone, tone: Tone) -> None:
    assert tone_of(value, Limits(warn=0.8, alarm=0.7, above=False), previous) is tone


def test_a_group_needs_no_name_of_a_state() -> None:
    agent = AgentState(interface="PJSIP/1", name="", queues=("q1",), status=AgentStatus.RINGING, since=NOON)
    watch = Watched()
    watch.floor.agents["PJSIP/1"] = agent
    watch.after(61)
    assert watch.said("stuck_ringing") == ["PJSIP/1 has been ringing for 1 min."]
    assert SkillGroup(id="x", name="x").targets.stuck_ringing_s == 60
