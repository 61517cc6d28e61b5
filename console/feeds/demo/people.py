"""Who works on the demo floor: the roster is the same for every seed, so that names become familiar.

Six skill groups, 100 seats on shift in the early afternoon, an evening and a night shift after them, four flex agents,
a trainer, two phones nobody registered and two people absent.
"""

from enum import StrEnum
from functools import cache

from console.core.floor.model import Interface, QueueName, Record
from console.core.floor.people import Person, PersonRow
from console.core.floor.policy import Channel
from console.feeds.demo.clockwork import HOUR, MINUTE, Millis


class Shift(StrEnum):
    """A shift, or why somebody has none."""

    EARLY = "early"
    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"
    FLEX = "flex"
    SPARE = "spare"
    ABSENT = "absent"


class Hours(Record, frozen=True, kw_only=True):
    """A shift's hours and its meal window, in ms since midnight; `ends` may lie after the next midnight."""

    begins: Millis
    ends: Millis
    meal_from: Millis
    meal_to: Millis


def _hours(begins: float, ends: float, meal_from: float, meal_to: float) -> Hours:
    return Hours(
        begins=round(begins * HOUR),
        ends=round(ends * HOUR),
        meal_from=round(meal_from * HOUR),
        meal_to=round(meal_to * HOUR),
    )


HOURS = {
    Shift.EARLY: _hours(8, 16, 11, 12.75),
    Shift.DAY: _hours(10, 19, 12, 13.4),
    Shift.EVENING: _hours(15.75, 24, 17.75, 19.25),
    Shift.NIGHT: _hours(23.75, 32.25, 27, 29),
}


class Team(Record, frozen=True, kw_only=True):
    """A skill group of the demo: its queue, names, seats, the first number 工号, and whom its people also help."""

    queue: QueueName
    chinese: str
    english: str
    seats: int
    first_number: int
    night: int
    channel: Channel = Channel.PHONE
    helps: tuple[tuple[QueueName, int], ...] = ()
    versatile: int = 0


TEAMS = (
    Team(
        queue="security",
        chinese="账户安全",
        english="Account security",
        seats=24,
        first_number=2011,
        night=2,
        helps=(("payment", 5),),
        versatile=4,
    ),
    Team(
        queue="payment",
        chinese="支付与退款",
        english="Payments and refunds",
        seats=23,
        first_number=1024,
        night=2,
        helps=(("security", 5),),
        versatile=4,
    ),
    Team(
        queue="orders",
        chinese="订单物流",
        english="Orders and delivery",
        seats=19,
        first_number=1065,
        night=1,
        helps=(("members", 5), ("payment", 10)),
        versatile=5,
    ),
    Team(
        queue="members",
        chinese="会员服务",
        english="Membership",
        seats=9,
        first_number=2061,
        night=1,
        helps=(("orders", 5),),
        versatile=3,
    ),
    Team(
        queue="tech",
        chinese="技术支持",
        english="Technical support",
        seats=9,
        first_number=3011,
        night=1,
        helps=(("security", 10),),
        versatile=2,
    ),
    Team(
        queue="web",
        chinese="在线客服 WEB",
        english="Web chat",
        seats=16,
        first_number=3041,
        night=1,
        channel=Channel.WEB,
    ),
)

EARLY_SHARE = 0.56
EVENING_SHARE = 0.45

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶"
_GIVEN = (  # noqa: SIM905  sixty literals would read worse
    "伟 芳 娜 敏 静 丽 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 婷 雪 琳 鹏 燕 玲 倩 浩 宇 帆 颖 "
    "晓明 志强 建华 丽娟 海燕 小红 文博 雨桐 思远 浩然 欣怡 子涵 梓轩 嘉怡 俊杰 佳琪 雅婷 晨曦 天宇 若曦 "
    "国庆 春梅 秋菊 玉兰 晓东 立新 志远 慧敏 雪梅 一鸣 可欣 诗涵 明哲 子墨 静怡 美玲 永强 少华 振宇 红霞"
).split()
_NAMED = {"2031": "张莉", "1077": "赵倩", "1042": "李强", "1024": "张伟", "2011": "王芳"}


class Hand(Record, frozen=True, kw_only=True):
    """One person of the demo with what the simulation needs: shift, skills as (queue, penalty), static or not."""

    person: Person
    shift: Shift
    interface: Interface
    state_interface: str
    skills: tuple[tuple[QueueName, int], ...]
    static: bool = False

    @property
    def extension(self) -> str:
        """Return the phone's extension, which on this floor is the agent's number."""
        return self.person.number


def _name(number: str, index: int) -> str:
    if number in _NAMED:
        return _NAMED[number]
    # Squared, so that the common surnames come more often, as they do.
    common = index * 17 % len(_SURNAMES)
    surname = _SURNAMES[common * common // len(_SURNAMES)]
    return surname + _GIVEN[(index * 41 + index // len(_SURNAMES) * 23) % len(_GIVEN)]


def _hand(team: Team, number: str, index: int, shift: Shift, *, trainer: bool = False) -> Hand:
    web = team.channel is Channel.WEB
    interface = f"Local/{number}@webchat/n" if web else f"Local/{number}@from-queue/n"
    versatile = shift not in {Shift.FLEX, Shift.SPARE} and index % 24 < team.versatile
    # A trainer sits at a phone, but takes calls only when everybody else is busy.
    own = (team.queue, 10 if trainer else 0)
    skills = (own, *(team.helps[:1] if index % 2 else team.helps[-1:])) if versatile else (own,)
    person = Person(
        id=number,
        name=_name(number, int(number)),
        number=number,
        primary_group=team.queue,
        groups=tuple(queue for queue, _ in skills),
        interfaces=(interface,),
        extensions=(number,),
        absent=shift is Shift.ABSENT,
        flex=shift is Shift.FLEX,
        trainer=trainer,
        learned=False,
    )
    return Hand(
        person=person,
        shift=shift,
        interface=interface,
        state_interface=f"Custom:chat{number}" if web else f"hint:{number}@ext-local",
        skills=skills,
        static=shift is Shift.SPARE or (shift is Shift.DAY and number.endswith("9")),
    )


def _crew(team: Team) -> list[Hand]:
    early = round(team.seats * EARLY_SHARE)
    evening = round(team.seats * EVENING_SHARE)
    # Early and day shift take turns through the numbers, so that neighbours do not all go home at once.
    day = team.seats - early
    shifts: list[Shift] = []
    for seat in range(team.seats):
        take_day = (seat + 1) * day // team.seats > seat * day // team.seats
        shifts.append(Shift.DAY if take_day else Shift.EARLY)
    shifts += [Shift.EVENING] * evening + [Shift.NIGHT] * team.night
    return [_hand(team, str(team.first_number + index), index, shift) for index, shift in enumerate(shifts)]


@cache
def hands() -> tuple[Hand, ...]:
    """Return everybody of the demo floor."""
    teams = {team.queue: team for team in TEAMS}
    found = [hand for team in TEAMS for hand in _crew(team)]
    extra = [
        ("orders", "1191", Shift.FLEX),
        ("orders", "1192", Shift.FLEX),
        ("members", "2191", Shift.FLEX),
        ("tech", "3191", Shift.FLEX),
        ("payment", "1198", Shift.SPARE),
        ("tech", "3198", Shift.SPARE),
        ("payment", "1195", Shift.ABSENT),
        ("web", "3195", Shift.ABSENT),
    ]
    found += [_hand(teams[queue], number, 100, shift) for queue, number, shift in extra]
    found.append(_hand(teams["security"], "2199", 100, Shift.DAY, trainer=True))
    return tuple(found)


def demo_people() -> tuple[Person, ...]:
    """Return the directory of the demo floor; nobody is rostered by hand, so whoever is signed in is on shift."""
    return tuple(hand.person for hand in hands())


def demo_rows() -> tuple[PersonRow, ...]:
    """Return the same directory as rows people would have written, with each person's skill group by its id."""
    return tuple(
        PersonRow(
            name=person.name,
            number=person.number,
            extensions=person.extensions,
            interfaces=person.interfaces,
            group=person.primary_group,
            absent=person.absent,
            flex=person.flex,
            trainer=person.trainer,
            row=row,
        )
        for row, person in enumerate(demo_people(), 1)
    )


SIGN_IN_BEFORE: Millis = 10 * MINUTE
SIGN_OUT_AFTER: Millis = 12 * MINUTE
