"""Who decides about a plan: the plan's setting, and of supervisors those who answer for the group."""

import pytest

from console.core.errors import NotAllowed
from console.core.floor.figures import FLOOR_SUBJECT
from console.core.preferences import Preferences, actor_of
from console.core.roles import CONSOLE, Actor, Role
from console.core.work.plan_records import AnswerStep, DropPlan, PlanRun, ReleaseStep, StandDown, StartPlan
from console.core.work.plan_rights import why_not
from tests.core.floor_of_ten import GROUP
from tests.core.plan_desk import LI, SUBJECT, ZHOU, PlanDesk, body

HOLD, TELL = {"do": "hold_breaks"}, {"do": "notify", "text": "x"}
OF_WEB = Actor(id="wang", name="王班长", role=Role.SUPERVISOR, groups=("web",))
OF_SALES = Actor(id="sun", name="孙班长", role=Role.SUPERVISOR, groups=(GROUP,))
OF_BOTH = Actor(id="qian", name="钱班长", role=Role.SUPERVISOR, groups=("web", GROUP))


@pytest.mark.parametrize(
    ("by", "decide", "subject", "may"),
    [
        (LI, "supervisor", SUBJECT, True),
        (OF_SALES, "supervisor", SUBJECT, True),
        (OF_SALES, "supervisor", f"queue:{GROUP}", True),
        (OF_WEB, "supervisor", SUBJECT, False),
        (OF_WEB, "supervisor", "channel:web", True),
        (OF_WEB, "supervisor", "channel:phone", False),
        (OF_SALES, "supervisor", FLOOR_SUBJECT, False),
        (OF_BOTH, "supervisor", FLOOR_SUBJECT, True),
        (OF_BOTH, "duty_manager", SUBJECT, False),
        (ZHOU, "duty_manager", SUBJECT, True),
        (ZHOU, "supervisor", FLOOR_SUBJECT, True),
        (Actor(id="q", role=Role.QA_LEAD), "supervisor", SUBJECT, False),
        (Actor(id="a", role=Role.ADMIN, groups=("web",)), "supervisor", SUBJECT, True),
        (CONSOLE, "duty_manager", FLOOR_SUBJECT, True),
    ],
)
def test_whose_a_plan_is(by: Actor, decide: str, subject: str, *, may: bool) -> None:
    assert (why_not(by, decide, PlanDesk().view, subject) is None) is may


def test_whose_it_is_is_said_by_the_name_of_the_group() -> None:
    said = why_not(OF_WEB, "supervisor", PlanDesk().view, SUBJECT)
    assert said is not None
    assert said.english() == "This plan is answered by the supervisor of 销售 or a duty manager."


def test_every_decision_asks_for_it() -> None:
    desk = PlanDesk()
    desk.keep(body(HOLD, {"do": "ask", "text": "?"}))
    start = StartPlan(id="s", by=OF_WEB, run="r1", plan="peak", subject=SUBJECT)
    with pytest.raises(NotAllowed, match="销售"):
        desk.told(start)
    desk.start(body(HOLD, {"do": "ask", "text": "?"}), by=OF_SALES)
    desk.ticks(3)
    for kind, fields in ((AnswerStep, {"yes": True}), (StandDown, {}), (ReleaseStep, {"n": 0})):
        with pytest.raises(NotAllowed, match="销售"):
            desk.give(kind, by=OF_WEB, **fields)
    desk.give(StandDown, by=OF_SALES)


def test_a_proposal_is_dropped_by_its_own_supervisor_only() -> None:
    desk = PlanDesk()
    desk.keep(body(TELL, trigger="propose"))
    desk.waiting = 11
    desk.ticks(4)
    (run,) = desk.book.every(PlanRun)
    with pytest.raises(NotAllowed, match="销售"):
        desk.give(DropPlan, by=OF_WEB, run=run)
    desk.give(DropPlan, by=OF_BOTH, run=run)


def test_the_one_at_a_desk_is_whom_its_settings_name() -> None:
    told = Preferences(operator="李", role="duty_manager", answers_for=("web",))
    assert actor_of(told, "root") == Actor(id="李", name="李", role=Role.DUTY_MANAGER, groups=("web",))
    assert actor_of(Preferences(role="juggler"), "root") == Actor(id="root", name="root", role=Role.SUPERVISOR)
