"""A made-up floor that looks like the design's sketch: six groups, a hundred seats, ten to two of a busy day."""

import math
import random
import time
from typing import TYPE_CHECKING

from console.core.floor.alarm import Alarm
from console.core.floor.figures import (
    CurvePoint,
    Figures,
    FloorFigures,
    Now,
    Seats,
    Share,
    Window,
    channel_subject,
    group_subject,
)
from console.core.floor.model import (
    AgentState,
    AgentStatus,
    Caller,
    Link,
    LinkStatus,
    LinkTrouble,
    Phone,
    QueueState,
    Talk,
)
from console.core.floor.people import Person
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup, Targets, Tone
from console.core.floor.view import FloorView
from console.core.preferences import Preferences
from console.core.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

# 2026-07-30 14:02:37 in China.
NOON_TWO = 1785391357.0

STATES = (
    AgentStatus.AVAILABLE,
    AgentStatus.TALKING,
    AgentStatus.RINGING,
    AgentStatus.WRAP_UP,
    AgentStatus.PAUSED,
    AgentStatus.SIGNED_OUT,
)
GROUPS: tuple[tuple[str, str, Channel, int, float, float, float, tuple[int, ...]], ...] = (
    ("security", "账户安全", Channel.PHONE, 36, 64, 138, 0.58, (0, 17, 2, 1, 3, 1)),
    ("payment", "支付与退款", Channel.PHONE, 15, 38, 67, 0.74, (0, 16, 1, 2, 4, 0)),
    ("orders", "订单物流", Channel.PHONE, 0, 0, 0, 0.93, (7, 9, 0, 1, 2, 0)),
    ("members", "会员服务", Channel.PHONE, 0, 0, 0, 0.97, (5, 3, 0, 0, 1, 0)),
    ("tech", "技术支持", Channel.PHONE, 0, 0, 0, 0.95, (3, 5, 0, 0, 1, 0)),
    ("web", "在线客服 WEB", Channel.WEB, 6, 14, 24, 0.88, (0, 14, 0, 0, 2, 0)),
)
NAMES = (
    "王芳",
    "张伟",
    "赵倩",
    "李强",
    "张莉",
    "陈静",
    "刘洋",
    "杨磊",
    "黄婷",
    "周敏",
    "吴昊",
    "徐丽",
    "孙杰",
    "胡雪",
    "朱琳",
    "高鹏",
    "林燕",
    "何平",
    "郭涛",
    "马超",
    "罗霞",
    "梁艳",
    "宋勇",
    "郑娟",
)


class FixedClock:
    """A clock that stands where a test puts it."""

    def __init__(self, at: float = NOON_TWO) -> None:
        self.at = at

    def now(self) -> float:
        return self.at

    def steady(self) -> float:
        return time.monotonic()


class MemorySettings:
    """Preferences that live in memory and count how often they were written."""

    def __init__(self, preferences: Preferences | None = None) -> None:
        self.kept = preferences or Preferences(language="zh_CN", role="duty_manager")
        self.saves = 0

    def preferences(self) -> Preferences:
        return self.kept

    def keep(self, preferences: Preferences) -> None:
        self.kept = preferences

    def save(self) -> None:
        self.saves += 1


def policy() -> FloorPolicy:
    return FloorPolicy(
        centre="华东客服中心",
        groups=tuple(
            SkillGroup(id=key, name=name, queues=(key,), channel=channel, targets=Targets(average_wait_s=60))
            for key, name, channel, *_ in GROUPS
        ),
        time_zone="Asia/Shanghai",
    )


def _window(service: float, entered: int, answer_rate: float) -> Window:
    answered = round(entered * answer_rate)
    return Window(
        entered=entered,
        answered=answered,
        abandoned=entered - answered,
        hung_up=entered - answered,
        completed=answered,
        asa_s=14.0,
        service_level=Share(part=round(service * entered), whole=entered),
        answer_rate=Share(part=answered, whole=entered),
        talk_s=212.0,
        handle_s=236.0,
        ring_s=4.2,
    )


def _seats(counts: tuple[int, ...]) -> Seats:
    by_status = {status: count for status, count in zip(STATES, counts, strict=True) if count}
    shift, on_line = sum(counts), sum(counts[:4])
    return Seats(
        on_shift=shift,
        on_line=on_line,
        by_status=by_status,
        away=shift - on_line,
        away_by_reason={"meal": counts[4]} if counts[4] else {},
        on_line_ratio=Share(part=on_line, whole=shift),
        occupancy=Share(part=91, whole=100),
    )


def _curve(at: float, seed: int, base: float, rise: float, minutes: int = 242) -> tuple[CurvePoint, ...]:
    dice = random.Random(seed)
    points, first = [], math.floor(at / 60) * 60 - (minutes - 1) * 60
    for minute in range(minutes):
        left = minutes - 1 - minute
        tide = base * (0.75 + 0.5 * math.sin(minute / 42 + seed)) + rise * math.exp(-left / 21)
        waiting = max(0, round(tide + dice.gauss(0, base * 0.12)))
        wait = max(0.0, tide * 1.12 + dice.gauss(0, base * 0.16))
        gap = 96 < left < 104
        points.append(
            CurvePoint(at=first + minute * 60, waiting=None if gap else waiting, mean_wait_s=None if gap else wait)
        )
    return tuple(points)


def _agents(
    at: float, groups: tuple[tuple[str, str, Channel, int, float, float, float, tuple[int, ...]], ...]
) -> tuple[dict[str, AgentState], dict[str, Person], dict[str, str]]:
    dice = random.Random(4)
    agents: dict[str, AgentState] = {}
    people: dict[str, Person] = {}
    person_of: dict[str, str] = {}
    number = 1001
    for key, *_, counts in groups:
        states = [status for status, count in zip(STATES, counts, strict=True) for _ in range(count)]
        dice.shuffle(states)
        for status in states:
            interface = f"Local/{number}@agents/n"
            name = NAMES[number % len(NAMES)]
            since = at - dice.uniform(5, 400)
            agents[interface] = AgentState(
                interface=interface,
                name=name,
                queues=() if status is AgentStatus.SIGNED_OUT else (key,),
                last_seen_queues=(key,),
                status=status,
                since=since,
                paused=status is AgentStatus.PAUSED,
                pause_reason="meal" if status is AgentStatus.PAUSED else None,
                phone=Phone.IN_USE if status is AgentStatus.TALKING else Phone.IDLE,
                talk=Talk(queue=key, uid=f"{number}.1", number="13912347780", since=since)
                if status is AgentStatus.TALKING
                else None,
                answered=number % 60,
            )
            identity = f"p{number}"
            people[identity] = Person(
                id=identity, name=name, number=str(number), primary_group=key, interfaces=(interface,)
            )
            person_of[interface] = identity
            number += 1
    return agents, people, person_of


def alarms(at: float) -> tuple[Alarm, ...]:
    def beyond(rule: str, group: str, tone: Tone, ago: float, value: float, limit: float) -> Alarm:
        return Alarm(
            rule=rule,
            subject=group,
            group=group,
            tone=tone,
            since=at - ago,
            said=say("{seconds} s", seconds=int(value)),
            value=value,
            limit=limit,
        )

    return (
        beyond("longest_wait", "security", Tone.ALARM, 72, 138, 120),
        beyond("waiting", "security", Tone.WARN, 190, 36, 10),
        beyond("service_level", "security", Tone.ALARM, 150, 0.58, 0.6),
        beyond("mean_wait", "payment", Tone.WARN, 190, 38, 15),
        beyond("waiting", "payment", Tone.WARN, 90, 15, 10),
        Alarm(
            rule="callers_wait_while_available",
            subject="web",
            group="web",
            tone=Tone.ALARM,
            since=at - 21,
            said=say("{queue}: {waiting} waiting while {who} is available.", queue="web", waiting=2, who="赵倩 1077"),
            seats=("Local/1090@agents/n",),
        ),
        Alarm(
            rule="stuck_ringing",
            subject="Local/1007@agents/n",
            group="security",
            tone=Tone.WARN,
            since=at - 400,
            said=say("{name} has been ringing for {minutes} min.", name="刘洋 1007", minutes=6),
            seats=("Local/1007@agents/n",),
        ),
    )


def floor(at: float = NOON_TWO, *, link: Link | None = None, with_alarms: bool = True, past: bool = False) -> FloorView:
    """Return the floor of the sketch."""
    agents, people, person_of = _agents(at, GROUPS)
    groups: dict[str, Figures] = {}
    queues: dict[str, QueueState] = {}
    callers: dict[tuple[str, str], Caller] = {}
    curves = {
        channel_subject(Channel.PHONE): _curve(at, 1, 20, 42),
        channel_subject(Channel.WEB): _curve(at, 2, 4, 2),
        "floor": _curve(at, 3, 24, 44),
    }
    for seed, (key, _name, _channel, waiting, mean, longest, service, counts) in enumerate(GROUPS):
        groups[key] = Figures(
            now=Now(
                waiting=waiting,
                mean_wait_s=mean if waiting else None,
                longest_wait_s=longest if waiting else None,
            ),
            recent=_window(service, 180, 0.941),
            today=_window(service, 1800, 0.95),
            seats=_seats(counts),
        )
        queues[key] = QueueState(name=key, waiting=waiting)
        curves[group_subject(key)] = _curve(at, seed + 10, 1.0 + waiting / 2, waiting / 2)
        for place in range(waiting):
            callers[key, f"{key}.{place}"] = Caller(
                queue=key,
                uid=f"{key}.{place}",
                number=f"139{place:04d}7780",
                position=place + 1,
                since=at - longest * (1 - place / max(1, waiting)),
            )
    phone = Figures(
        now=Now(waiting=51, mean_wait_s=52.0, longest_wait_s=138.0),
        recent=_window(0.78, 1000, 0.941),
        today=_window(0.84, 9000, 0.95),
        seats=_seats(tuple(sum(row[7][i] for row in GROUPS[:5]) for i in range(6))),
    )
    everybody = Figures(
        now=Now(waiting=57, mean_wait_s=48.0, longest_wait_s=138.0),
        recent=_window(0.79, 1180, 0.94),
        today=_window(0.84, 10800, 0.95),
        seats=_seats(tuple(sum(row[7][i] for row in GROUPS) for i in range(6))),
    )
    return FloorView(
        at=at,
        link=link or Link(status=LinkStatus.LIVE, heard_at=at - 0.2, since=at - 9000, source="demo"),
        queues=queues,
        callers=callers,
        agents=agents,
        people=people,
        person_of=person_of,
        policy=policy(),
        figures=FloorFigures(
            at=at,
            floor=everybody,
            channels={Channel.PHONE: phone, Channel.WEB: groups["web"]},
            groups=groups,
            queues=groups,
            curves=curves,
        ),
        alarms=alarms(at) if with_alarms else (),
        past=past,
    )


def lost_link(at: float = NOON_TWO) -> Link:
    return Link(
        status=LinkStatus.LOST, trouble=LinkTrouble.CUT, since=at - 95, heard_at=at - 95, retry_at=at + 7, source="demo"
    )


def large_floor(agents: int = 5000, queues: int = 300, at: float = NOON_TWO) -> FloorView:
    """Return a floor of the size the budgets name: every group like one of the sketch's, under a name of its own."""
    dice = random.Random(9)
    each = max(1, agents // queues)
    rows: list[tuple[str, str, Channel, int, float, float, float, tuple[int, ...]]] = []
    for number in range(queues):
        counts = [0] * 6
        for _ in range(each + (1 if number < agents - each * queues else 0)):
            counts[dice.choices(range(6), (3, 8, 1, 1, 2, 1))[0]] += 1
        waiting = dice.choice((0, 0, 1, 4))
        rows.append(
            (f"q{number:03d}", f"技能组 {number:03d}", Channel.PHONE, waiting, 20, 40, dice.random(), tuple(counts))
        )
    some = tuple(rows)
    states, people, person_of = _agents(at, some)
    figures: Mapping[str, Figures] = {
        row[0]: Figures(
            now=Now(waiting=row[3], mean_wait_s=row[4], longest_wait_s=row[5]),
            recent=_window(row[6], 180, 0.94),
            seats=_seats(row[7]),
        )
        for row in some
    }
    base = floor(at)
    curve = _curve(at, 5, 3, 2, 40)
    return FloorView(
        at=at,
        link=base.link,
        queues={row[0]: QueueState(name=row[0], waiting=row[3]) for row in some},
        agents=states,
        people=people,
        person_of=person_of,
        policy=FloorPolicy(groups=tuple(SkillGroup(id=row[0], name=row[1], queues=(row[0],)) for row in some)),
        figures=FloorFigures(
            at=at,
            floor=base.figures.floor,
            channels=base.figures.channels,
            groups=figures,
            queues=figures,
            curves={**base.figures.curves, **{group_subject(row[0]): curve for row in some}},
        ),
    )
