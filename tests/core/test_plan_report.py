"""Rehearsal sets nothing and says everything; the report tells a run from its record and the journal."""

import json

import msgspec
import pytest
from msgspec.structs import replace

from console.core.floor.figures import CurvePoint
from console.core.kept import Command
from console.core.levers import RoutingKey, Value, hold
from console.core.roles import CONSOLE
from console.core.words import Said, say
from console.core.work.break_records import AskBreak, Break, BreakState, GrantBreak, ReturnBreak
from console.core.work.levers import LeverFound
from console.core.work.messages import MessageGivenUp
from console.core.work.plan_actions import action_of
from console.core.work.plan_records import Plan, RunState, StandDown
from console.core.work.plan_rehearsal import as_json as steps_as_json
from console.core.work.plan_rehearsal import rehearse
from console.core.work.plan_report import as_json, report
from console.store.journal import Head, chained
from tests.core.floor_of_ten import seat
from tests.core.plan_desk import LI, SHORTCUT, SUBJECT, PlanDesk, body

STEPS = (
    {"do": "notify", "text": "${waiting} 人排队"},
    {"do": "flex", "count": 1, "penalty": 3},
    {"do": "hold_breaks"},
    {"do": "ivr_shortcut", "to": "announce"},
)


class Clocked(PlanDesk):
    """A desk that keeps its journal as the store would."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[object] = []
        self.head = Head()

    def told(self, command: Command) -> object:  # type: ignore[override]
        taken = super().told(command)
        for line in chained(taken.entries, command, self.at, len(self.lines) + 1, self.head):
            self.lines.append(line)
            self.head = Head(line.seq, line.hash)
        return taken


def rehearsed(desk: PlanDesk, key_of: object = None) -> tuple:  # type: ignore[type-arg]
    plan = desk.book.get(Plan, "peak")
    assert plan is not None

    def read(target: RoutingKey) -> Value | Said:
        del target
        return "vip"

    return rehearse(desk.book, desk.view, plan, SUBJECT, desk.at, key_of or read)  # type: ignore[arg-type]


def test_a_rehearsal_says_exactly_what_would_be_set_and_what_stands_there_now() -> None:
    desk = PlanDesk(waiting=12)
    desk.told(AskBreak(id="a", by=LI, break_id="b1", interface=seat(1), kind="toilet"))
    desk.keep(body(*STEPS))
    before = desk.book
    tell, flex, held, short = rehearsed(desk)
    assert desk.book is before
    assert desk.acd == {}
    assert tell.tells[0].text == "12 人排队"
    assert flex.flex == ("机动1",)
    assert {each.lever: (each.stands, each.wanted, each.if_yes) for each in flex.sets} == {
        "member/sales/PJSIP/5001": (None, "3", True),
        "member/vip/PJSIP/5001": (None, "3", True),
    }
    assert held.held_back == ("坐席1",)
    (key,) = short.sets
    assert (key.lever, key.stands, key.wanted, key.found) == ("key/ivr/shortcut", "vip", "announce", "vip")
    assert (short.visible, short.asks, short.way_back) == (True, True, "lever")
    assert json.loads(json.dumps(steps_as_json((tell, flex, held, short))))[3]["sets"][0]["stands"] == "vip"


def test_a_rehearsal_names_other_holders_and_what_they_found() -> None:
    desk = PlanDesk()
    lever = replace(hold(desk.book, SHORTCUT, holder="plan_runs:other#0", wanted="vip", at=desk.at), version=1)
    desk.book = desk.book.told(1, [lever], {})
    desk.told(LeverFound(id="f", by=CONSOLE, lever=lever.id, found="greeting"))
    desk.keep(body(STEPS[3]))
    (short,) = rehearsed(desk)
    assert short.sets[0].holders == ("plan_runs:other#0",)
    assert short.sets[0].found == "greeting", "standing down ends where the first holder began"


def test_a_key_that_cannot_be_read_is_said() -> None:
    desk = PlanDesk()
    desk.keep(body(STEPS[3]))
    (short,) = rehearsed(desk, lambda _target: say("The ACD does not answer."))
    assert (short.sets[0].stands, short.sets[0].unknown) == (None, "The ACD does not answer.")


def test_a_rehearsal_says_how_many_agents_hear_a_wording() -> None:
    desk = PlanDesk()
    desk.keep(body({"do": "directive", "text": "口径"}, {"do": "hold_breaks"}))
    (plan,) = desk.book.every(Plan).values()
    first, second = rehearse(desk.book, desk.view, plan, SUBJECT, desk.at, lambda _key: None)
    assert first.agents == len({key[1] for key in desk.view.members}) > 0
    assert second.agents == 0


def test_what_was_said_is_kept_with_its_figures() -> None:
    desk = PlanDesk(waiting=12)
    wording = {"do": "directive", "text": "${subject}请稍候"}
    desk.start(body({"do": "notify", "text": "${waiting} 人排队"}, wording))
    desk.ticks(6)
    desk.waiting = 0
    assert [step.told for step in desk.run.steps] == ["12 人排队", "销售请稍候"]
    told = report(desk.run, ())
    assert [step.said.values["words"] for step in told.steps] == ["12 人排队", "销售请稍候"]
    begun = [entry.said.english() for entry in desk.entries if entry.what == "plan.step.begun"]
    assert "12 人排队" in begun[0]


def test_the_report_tells_the_run_from_the_beginning_to_the_end() -> None:
    desk = Clocked()
    minute = desk.at - desk.at % 60
    desk.curve = tuple(CurvePoint(at=minute + 60 * n, waiting=10 + n, answered=1) for n in range(-5, 30))
    desk.start(body(STEPS[0], STEPS[3]), visible=True)
    for _ in range(10):
        desk.tick()
    desk.at += 600
    desk.give(StandDown, why="平稳")
    for _ in range(10):
        desk.tick()
    assert desk.state is RunState.STOOD_DOWN
    told = report(desk.run, desk.lines)  # type: ignore[arg-type]
    whats = [each.what for each in told.timeline]
    assert whats[0] == "plan.begun"
    assert whats[-1] == "plan.over"
    assert "lever.found" in whats
    assert (told.started_by, told.down_by) == ("li", "li")
    assert next(each.why for each in told.timeline if each.what == "plan.standing_down") == "平稳"
    assert [step.state for step in told.steps] == ["released", "released"]
    assert told.before["peak_waiting"] < told.during["peak_waiting"] < told.after["peak_waiting"]  # type: ignore[operator]
    assert "李班长 begins 排队高峰 for group:sales" in [each.text for each in told.timeline]
    again = json.loads(json.dumps(as_json(told)))
    assert again["steps"][1]["said"] == "IVR short-cut: the emergency announcement"
    assert msgspec.json.encode(again)


def test_the_report_tells_of_wording_breaks_and_messages_nobody_took() -> None:
    desk = Clocked()
    desk.told(AskBreak(id="a", by=LI, break_id="b1", interface=seat(1), kind="toilet"))
    desk.told(GrantBreak(id="g", by=LI, break_id="b1"))
    away = replace(desk.book.every(Break)["b1"], state=BreakState.AWAY, departed_at=desk.at)
    desk.book = desk.book.told(desk.book.seq + 1, [away], {})
    desk.at += 60
    hook = {"do": "notify", "to": "https://example.net/hook", "text": "高峰"}
    desk.start(
        body(
            {"do": "directive", "text": "口径"},
            {"do": "hold_breaks", "call_back": ["toilet"]},
            hook,
            on_failure="go_on",
        )
    )
    desk.tick()
    for _ in range(6):
        desk.tick()
    (posted,) = [each for each in desk.messages if each.to.startswith("https:")]
    desk.told(MessageGivenUp(id="no", by=CONSOLE, message=posted.id, trouble="404"))
    desk.told(ReturnBreak(id="back", by=LI, break_id="b1", how="seen"))
    desk.give(StandDown)
    for _ in range(8):
        desk.tick()
    assert desk.state is RunState.STOOD_DOWN
    told = report(desk.run, desk.lines)  # type: ignore[arg-type]
    whats = [each.what for each in told.timeline]
    of_breaks = {"break.called_back", "break.returned"}
    assert {"directive.given", "directive.withdrawn", "message.given_up"} | of_breaks <= set(whats)
    assert "break.granted" not in whats, "that was before"
    assert "404" in next(each.text for each in told.timeline if each.what == "message.given_up")


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"do": "notify", "text": "x"}, "Tell all desks: x"),
        ({"do": "notify", "text": "x", "to": "https://example.net/secret"}, "Tell example.net: x"),
        ({"do": "ivr_shortcut", "to": "announce"}, "IVR short-cut: the emergency announcement"),
        ({"do": "ivr_shortcut", "to": "sales"}, "IVR short-cut: sales"),
        ({"do": "close", "channel": "web"}, "Close for a while: other queues of WEB"),
        ({"do": "close", "queues": ["chat", "mail"]}, "Close for a while: chat, mail"),
        ({"do": "close", "queues": ["chat"], "channel": "web"}, "Close for a while: chat and other queues of WEB"),
        ({"do": "close", "channel": "fax"}, "Close for a while: fax"),
    ],
)
def test_what_an_action_does_is_said_in_words_wherever_it_is_read(action: dict[str, object], said: str) -> None:
    assert action_of(action).said().english() == said
