"""A plan's run from the first sign to the end, with hostile names in it, as its report tells it."""

import math

from msgspec.structs import replace

from console.core.floor.figures import CurvePoint
from console.core.floor.policy import FloorPolicy
from console.core.kept import Message
from console.core.roles import CONSOLE, Actor, Role
from console.core.rules.plan_outlook import OutlookPoint, PlanOutlook
from console.core.work.messages import MessageSent
from console.core.work.plan_records import AnswerFlex, AnswerStep, ConfirmCause, StandDown, StartPlan
from console.core.work.plan_report import PlanReport, report
from tests.core.plan_desk import LI, ZHOU, body
from tests.core.test_plan_report import Clocked

SECRET_PATH = "geheim-4711"
HOSTILE = "</text><script>alert(1)</script>&\x00"
STEPS = (
    {"do": "notify", "text": "${waiting} 人排队"},
    {"do": "flex", "count": 2, "penalty": 3},
    {"do": "hold_breaks"},
    {"do": "notify", "text": "x", "to": f"https://bot.example/hook/{SECRET_PATH}", "on_failure": "go_on"},
    {"do": "ivr_shortcut", "to": "announce"},
)
HEAD = "9f3c" * 16


def waiting(minute: int) -> int:
    return round(8 + 47 * math.exp(-(((minute - 1) / 7) ** 2)) + minute % 3)


def course(*, down: bool = True, by: Actor = LI, name: str = "排队高峰") -> Clocked:
    """Return a desk on which a plan was proposed, begun and, with `down`, stood down again."""
    desk = Clocked()
    desk.waiting = 53
    minute = desk.at - desk.at % 60
    desk.curve = tuple(
        CurvePoint(
            at=minute + 60 * n, waiting=waiting(n), mean_wait_s=20 + 3.3 * waiting(n), answered=6, abandoned=n % 2
        )
        for n in range(-14, 45)
    )
    desk.keep(body(*STEPS, trigger="propose", cause="恢复了吗?", name=name))
    desk.ticks(6)
    desk.at += 21
    desk.told(StartPlan(id="s", by=by, run=desk.run.id, why="排队超过 50"))
    desk.ticks(3)
    for person in list(desk.step(1).asked):
        desk.give(AnswerFlex, run=desk.run.id, n=1, person=person, yes=True)
    desk.ticks(3)
    for message in list(desk.book.every(Message).values()):
        if message.to.startswith("https:"):
            desk.told(MessageSent(id="sent", by=CONSOLE, message=message.id))
    desk.ticks(6)
    desk.give(AnswerStep, run=desk.run.id, yes=True)
    desk.ticks(5)
    desk.waiting = 4
    if down:
        desk.at += 1500
        desk.give(ConfirmCause, by=ZHOU, run=desk.run.id, why="机房确认")
        desk.tick()
        desk.give(StandDown, by=by, run=desk.run.id, why="平稳")
        desk.ticks(30)
    return desk


def told(desk: Clocked, outlook: PlanOutlook | None = None) -> PlanReport:
    return report(desk.run, desk.lines, desk.curve, HEAD, outlook)  # type: ignore[arg-type]  # the lines of the journal


def nothing_done(desk: Clocked) -> PlanOutlook:
    """Return a forecast of doing nothing: the line goes on growing."""
    assert desk.run.fired_at is not None
    points = tuple(
        OutlookPoint(
            at=desk.run.fired_at + 60 * n,
            waiting=53 + n,
            least=50,
            most=60 + 2 * n,
            mean_wait_s=150 + 5 * n,
            wait_s=None,
        )
        for n in range(61)
    )
    return PlanOutlook(run=desk.run.id, begun_at=desk.run.fired_at, points=points)


def policy(desk: Clocked) -> FloorPolicy:
    return replace(desk.view.policy, time_zone="Asia/Shanghai", centre="华东中心")


def hostile() -> Actor:
    return Actor(id="x", name=HOSTILE, role=Role.SUPERVISOR)
