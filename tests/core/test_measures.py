import math
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec.structs import replace

from console.core.floor.day import day_of
from console.core.floor.figures import Contact, CurvePoint, Share
from console.core.floor.measures import MeasuresState
from console.core.floor.model import AgentStatus, LinkStatus
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup, Targets
from tests.core.floors import NOON, POLICY, Told


def test_waiting_now_counts_from_the_moment_each_caller_entered() -> None:
    floor = Told()
    floor.joins("q1", "a")
    floor.after(10).joins("q1", "b")
    now = floor.after(5).figures().queues["q1"].now
    assert (now.waiting, now.longest_wait_s, now.mean_wait_s) == (2, 15.0, 10.0)


def test_a_group_shows_the_longest_wait_of_any_of_its_queues_and_the_floor_of_any_group() -> None:
    floor = Told()
    floor.joins("q1", "a")
    floor.after(10).joins("q2", "b")
    floor.after(10).joins("w1", "c")
    figures = floor.after(10).figures()
    assert figures.groups["safety"].now.longest_wait_s == 30.0
    assert figures.groups["safety"].now.mean_wait_s == 25.0
    assert figures.channels[Channel.WEB].now.longest_wait_s == 10.0
    assert figures.floor.now.waiting == 3


def test_nobody_waiting_has_no_wait_rather_than_none_of_zero_seconds() -> None:
    floor = Told()
    floor.joins("q1", "a")
    floor.figures()
    floor.answered("q1", "a", 0)
    now = floor.figures().queues["q1"].now
    assert (now.waiting, now.longest_wait_s, now.mean_wait_s) == (0, None, None)


def test_asa_the_wait_of_the_abandoned_and_ring_time_are_three_figures() -> None:
    floor = Told()
    floor.answered("q1", "a", 10, ring=2)
    floor.answered("q1", "b", 13, ring=5)
    floor.abandoned("q1", "c", 40)
    recent = floor.figures().queues["q1"].recent
    assert (recent.asa_s, recent.mean_wait_abandoned_s, recent.ring_s) == (11.5, 40.0, 3.5)


def test_service_level_is_answered_within_over_answered_and_abandoned_late() -> None:
    floor = Told()
    floor.answered("q1", "a", 15)
    floor.answered("q1", "b", 16)
    floor.abandoned("q1", "short", 15)
    floor.abandoned("q1", "late", 16)
    recent = floor.figures().queues["q1"].recent
    assert recent.service_level == Share(part=1, whole=3)
    assert recent.answer_rate == Share(part=2, whole=4)


@pytest.mark.parametrize(("wait", "within"), [(14.9, 1), (15.0, 1), (15.001, 0), (15.5, 0), (16.0, 0)])
def test_a_wait_of_exactly_the_threshold_is_within(wait: float, within: int) -> None:
    floor = Told()
    floor.answered("q1", "a", wait)
    assert floor.figures().queues["q1"].recent.service_level.part == within


def test_chat_is_held_against_its_first_response() -> None:
    floor = Told()
    floor.answered("w1", "a", 30)
    floor.answered("q3", "b", 30)
    figures = floor.figures()
    assert figures.channels[Channel.WEB].today.service_level == Share(part=1, whole=1)
    assert figures.channels[Channel.PHONE].today.service_level == Share(part=0, whole=1)


def test_an_edited_threshold_judges_what_has_already_happened() -> None:
    floor = Told()
    for number, wait in enumerate((5, 18, 19, 25)):
        floor.after(60).answered("q1", str(number), wait)
    floor.abandoned("q1", "x", 19)
    floor.after(3600).answered("q1", "later", 18)
    safety = replace(POLICY.groups[0], targets=Targets(answer_within_s=20))
    floor.measures.judge_by(replace(POLICY, groups=(safety, *POLICY.groups[1:])))
    figures = floor.figures().queues["q1"]
    assert figures.today.service_level == Share(part=4, whole=5)
    assert figures.recent.service_level == Share(part=1, whole=1)


def test_why_callers_left_is_unknown_until_it_is_told() -> None:
    floor = Told()
    first = floor.abandoned("q1", "a", 20)
    second = floor.abandoned("q1", "b", 20)
    floor.abandoned("q1", "c", 20)
    floor.after(12).exit_told(first, "timed_out")
    floor.exit_told(second, "hung_up")
    today = floor.figures().queues["q1"].today
    assert (today.abandoned, today.timed_out, today.hung_up, today.unknown) == (3, 1, 1, 1)


def test_who_left_without_being_abandoned_is_counted_apart() -> None:
    floor = Told()
    floor.joins("q1", "a")
    floor.exit_told(Contact(queue="q1", uid="a", ended_at=floor.at), "sent_away")
    today = floor.figures().queues["q1"].today
    assert (today.entered, today.abandoned, today.sent_away, today.elsewhere) == (1, 0, 0, 1)


def test_the_window_forgets_what_happened_before_it_and_today_does_not() -> None:
    floor = Told()
    floor.answered("q1", "a", 10)
    floor.after(1200).answered("q1", "b", 20)
    assert floor.figures().floor.recent.answered == 2
    floor.after(600)
    assert floor.figures().floor.recent.answered == 2, "exactly 30 minutes ago is still within"
    floor.after(20)
    figures = floor.figures()
    assert (figures.floor.recent.answered, figures.floor.recent.asa_s) == (1, 20.0)
    assert figures.floor.today.answered == 2


def test_handle_time_is_talk_and_the_wrap_up_that_followed() -> None:
    floor = Told()
    floor.agent("PJSIP/1", AgentStatus.TALKING)
    floor.after(100)
    floor.completed("q1", "a", 100)
    floor.agent("PJSIP/1", AgentStatus.WRAP_UP)
    floor.after(20).agent("PJSIP/1", AgentStatus.AVAILABLE)
    floor.completed("q1", "b", 50, interface="PJSIP/2")
    recent = floor.figures().queues["q1"].recent
    assert (recent.talk_s, recent.wrap_up_s, recent.handle_s) == (75.0, 10.0, 85.0)


def test_wrap_up_that_ended_before_it_was_told_counts_its_own_length() -> None:
    floor = Told()
    floor.completed("q1", "a", 100)
    floor.agent("PJSIP/1", AgentStatus.WRAP_UP)
    floor.after(90)
    floor.agents["PJSIP/1"] = replace(floor.agents["PJSIP/1"], status=AgentStatus.AVAILABLE, since=NOON + 30)
    assert floor.figures().queues["q1"].recent.wrap_up_s == 30.0
    assert floor.after(1).figures().floor.recent.occupancy == Share(part=30_000, whole=91_000)


def test_occupancy_is_handling_over_handling_and_available_and_ringing_is_neither() -> None:
    floor = Told()
    for status, seconds in (("available", 30), ("ringing", 7), ("talking", 60), ("wrap_up", 30), ("paused", 100)):
        floor.agent("PJSIP/1", AgentStatus(status))
        floor.after(seconds)
    figures = floor.figures()
    assert figures.groups["safety"].seats.occupancy == Share(part=90_000, whole=120_000)
    assert figures.floor.recent.occupancy == Share(part=90_000, whole=120_000)
    assert figures.queues["q1"].recent.occupancy.value is None, "its people serve other queues too"


def test_occupancy_leaves_the_window_bucket_by_bucket() -> None:
    floor = Told()
    floor.agent("PJSIP/1", AgentStatus.TALKING)
    floor.after(600).agent("PJSIP/1", AgentStatus.AVAILABLE)
    figures = floor.after(1500).figures()
    assert figures.floor.recent.occupancy == Share(part=300_000, whole=1_800_000)
    assert figures.floor.today.occupancy == Share(part=600_000, whole=2_100_000)


def test_nothing_is_counted_while_nobody_listens() -> None:
    floor = Told()
    floor.agent("PJSIP/1", AgentStatus.TALKING)
    floor.after(60)
    floor.joins("q1", "a")
    floor.link = replace(floor.link, status=LinkStatus.LOST)
    floor.after(0)
    lost = floor.after(300).figures()
    assert lost.queues["q1"].now.longest_wait_s == 0.0, "a stale wait does not grow as if it were live"
    floor.link = replace(floor.link, status=LinkStatus.LIVE)
    floor.agent("PJSIP/1", AgentStatus.AVAILABLE, since=NOON + 100)
    live = floor.after(40).figures()
    assert live.floor.recent.occupancy == Share(part=60_000, whole=100_000)
    assert live.queues["q1"].now.longest_wait_s == 340.0


def test_a_day_begins_anew_where_the_floor_is() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    evening = datetime(2026, 5, 4, 23, 59, 30, tzinfo=zone).timestamp()
    floor = Told(at=evening)
    floor.joins("q1", "a")
    floor.answered("q1", "a", 10)
    assert floor.figures().floor.today.answered == 1
    floor.after(40).joins("q1", "b")
    figures = floor.figures()
    assert (figures.floor.today.entered, figures.floor.today.answered) == (1, 0)
    assert (figures.floor.recent.entered, figures.floor.recent.answered) == (2, 1)
    assert [point.entered for point in figures.curves["floor"]] == [1]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", (2026, 3, 29), 23),
        ("Europe/Berlin", (2026, 10, 25), 25),
        ("Asia/Shanghai", (2026, 3, 29), 24),
        ("Australia/Lord_Howe", (2026, 4, 5), 24.5),
    ],
)
def test_a_day_is_as_long_as_it_is(zone: str, day: tuple[int, int, int], hours: float) -> None:
    policy = FloorPolicy(time_zone=zone)
    begin = datetime(*day, tzinfo=ZoneInfo(zone)).timestamp()
    assert day_of(begin, policy) == (begin, begin + hours * 3600)
    assert day_of(begin + hours * 3600 - 0.001, policy) == (begin, begin + hours * 3600)
    assert day_of(begin - 0.001, policy)[1] == begin


def test_a_day_may_begin_in_the_morning() -> None:
    policy = FloorPolicy(time_zone="Asia/Shanghai", day_starts_at="06:00")
    five = datetime(2026, 5, 4, 5, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert day_of(five, policy) == (five - 23 * 3600, five + 3600)


def test_a_policy_nobody_can_read_still_has_a_day() -> None:
    begin, end = day_of(NOON, FloorPolicy(time_zone="Mars/../Olympus", day_starts_at="25:99"))
    assert begin <= NOON < end


def test_a_queue_no_group_names_is_measured_in_a_group_of_its_own() -> None:
    floor = Told()
    floor.joins("other", "a")
    figures = floor.figures()
    assert figures.groups["queue:other"].today.entered == figures.queues["other"].today.entered == 1
    assert figures.channels[Channel.PHONE].today.entered == 1


def test_a_stream_without_times_has_counts_and_told_times_and_nothing_that_needs_a_clock() -> None:
    floor = Told(at=None)
    floor.agent("PJSIP/1", AgentStatus.TALKING)
    floor.joins("q1", "a")
    floor.joins("q1", "b")
    floor.answered("q1", "a", 7)
    floor.answered("q1", "c", 12)
    floor.abandoned("q1", "d", 30)
    floor.completed("q1", "a", 60)
    figures = floor.figures()
    queue = figures.queues["q1"]
    assert figures.at is None
    assert (queue.now.waiting, queue.now.longest_wait_s, queue.now.mean_wait_s) == (1, None, None)
    today = queue.today
    assert (today.entered, today.answered, today.abandoned, today.completed) == (2, 2, 1, 1)
    assert (today.asa_s, today.mean_wait_abandoned_s, today.talk_s, today.handle_s) == (9.5, 30.0, 60.0, None)
    assert today.service_level == Share(part=2, whole=3)
    assert queue.recent.entered == 0
    assert figures.floor.today == replace(today, occupancy=figures.floor.today.occupancy)
    assert figures.groups["safety"].seats.on_line == 1


def test_the_curve_has_a_point_a_minute_with_the_largest_number_and_the_mean_wait() -> None:
    floor = Told()
    floor.joins("q1", "a")
    floor.after(30).joins("q2", "b")
    floor.answered("q1", "a", 30)
    floor.after(30).answered("q2", "b", 30)
    curve = floor.after(60).figures().curves["group:safety"]
    # a waits 0..30 s, then b 0..30 s: 30 people-seconds each, on average 15 s into their wait
    first = CurvePoint(at=NOON, waiting=2, mean_wait_s=15.0, entered=2, answered=1)
    second = CurvePoint(at=NOON + 60, waiting=1, mean_wait_s=0.0, answered=1)
    assert curve[:2] == (first, second)
    assert curve[2].at == NOON + 120


def test_minutes_in_which_nobody_listened_are_gaps() -> None:
    floor = Told()
    floor.joins("q1", "a")
    floor.after(61)
    floor.link = replace(floor.link, status=LinkStatus.LOST)
    floor.see()
    floor.after(180)
    floor.link = replace(floor.link, status=LinkStatus.LIVE)
    floor.see()
    points = floor.after(60).figures().curves["floor"]
    assert [point.waiting for point in points] == [1, 1, None, None, 1, 1]


def test_history_brings_today_back_after_a_restart() -> None:
    before = Told()
    before.joins("q1", "a")
    before.after(5).answered("q1", "a", 5)
    before.joins("q1", "b")
    before.after(70).abandoned("q1", "b", 70)
    before.after(40).completed("q1", "a", 110)
    was = before.figures()
    contacts = [
        Contact(queue="q1", uid="old", entered_at=NOON - 90_000, waited_s=1, answered_at=NOON - 89_999),
        Contact(
            queue="q1",
            uid="a",
            entered_at=NOON,
            answered_at=NOON + 5,
            ended_at=NOON + 115,
            waited_s=5,
            ring_s=3,
            talk_s=110,
            how="caller",
        ),
        Contact(queue="q1", uid="b", entered_at=NOON + 5, ended_at=NOON + 75, waited_s=70, how="unknown"),
    ]
    after = Told(at=NOON + 600)
    after.measures.seed(contacts, {"floor": list(was.curves["floor"])}, NOON + 600)
    now = after.figures()
    for figures in (now.floor, now.groups["safety"]):
        today = replace(figures.today, handle_s=None, wrap_up_s=None)
        assert today == replace(was.floor.today, handle_s=None, wrap_up_s=None)
        assert figures.recent.answered == 1
    curve = now.curves["floor"]
    assert curve[:2] == was.curves["floor"][:2]
    assert [point.waiting for point in curve[2:-1]] == [None] * 8, "nobody listened between"
    after.after(1).joins("q1", "c")
    point = after.after(1).figures().curves["floor"][-1]
    assert (point.at, point.entered, point.waiting) == (NOON + 600, 1, 1)


def test_a_keyframe_keeps_everything() -> None:
    floor = Told()
    floor.agent("PJSIP/1", AgentStatus.TALKING)
    for number in range(50):
        floor.after(17.3).joins("q1", str(number))
        floor.answered("q1", str(number), number / 3)
    floor.joins("q3", "waits")
    floor.completed("q1", "x", 12)
    floor.agent("PJSIP/1", AgentStatus.WRAP_UP)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(floor.measures.state()), type=MeasuresState)
    other = Told(at=None)
    other.measures.restore(kept, floor.view())
    for step in (0.0, 3.0, 700.0, 1000.0, 200_000.0):
        if step == 3.0:
            floor.agent("PJSIP/1", AgentStatus.AVAILABLE)
        floor.after(step)
        other.measures.see(floor.view())
        assert other.measures.figures() == floor.figures()


def test_a_clock_set_back_a_little_is_waited_for_and_far_begins_the_window_anew() -> None:
    floor = Told()
    floor.joins("q1", "a")
    floor.after(100)
    assert floor.after(-3).figures().at == NOON + 100
    figures = floor.after(-7200).figures()
    assert figures.at == NOON + 97 - 7200
    assert figures.floor.today.entered == 1
    floor.joins("q1", "b")
    assert floor.after(1).figures().floor.recent.entered >= 1


def test_figures_of_what_did_not_change_stay_the_same_record() -> None:
    floor = Told()
    floor.agent("PJSIP/1", AgentStatus.AVAILABLE)
    one = floor.figures()
    floor.joins("q3", "a")
    two = floor.figures()
    assert two.queues["q1"] is one.queues["q1"]
    assert two.groups["safety"] is one.groups["safety"]
    assert two.queues["q3"] is not one.queues["q3"]
    assert two.floor is not one.floor


def test_an_idle_floor_of_many_queues_keeps_its_records() -> None:
    policy = FloorPolicy(groups=(SkillGroup(id="g", name="g", queues=tuple(f"q{n}" for n in range(50))),))
    floor = Told(policy)
    one = floor.figures()
    two = floor.after(0.04).figures()
    assert all(two.queues[name] is one.queues[name] for name in one.queues)
    assert math.isclose(two.at or 0, (one.at or 0) + 0.04)
