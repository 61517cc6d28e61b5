"""The courses a console is killed in: orders of people, words of agents, waits; and what stands in the end.

An order is one decision (its id is asked again after a crash) or a wait; `says` are UserEvents an agent repeats while
it is waited for, as anybody does whom nobody seems to hear. `{now}` in a policy is the time of day.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.asterisk.lab import SEATS

Order = dict[str, Any]

GROUPS = [
    {"id": "sales", "name": "销售", "queues": ["sales"]},
    {"id": "support", "name": "客服", "queues": ["support"]},
]
FLOOR: Order = {"do": "policy", "name": "floor", "body": {"groups": GROUPS, "time_zone": "UTC"}}
KNOWN: Order = {"do": "until", "about": "groups", "is": ["sales", "support"]}


@dataclass(frozen=True)
class Course:
    """One course: its orders, the AstDB keys found before, which seats are paused in the end and why.

    `lent` are who serves another queue in the end, with which penalty; `signed_in` who has signed in to billing before.
    `restarts` says whether Asterisk may be restarted in it.
    """

    name: str
    orders: Callable[[], list[Order]]
    found: tuple[tuple[str, str, str], ...] = ()
    paused: tuple[tuple[str, str, str], ...] = ()
    lent: tuple[tuple[str, str, str], ...] = ()
    signed_in: tuple[str, ...] = ()
    restarts: bool = True

    def changed(self, members: dict[str, str]) -> dict[str, str]:
        """Return who stands otherwise in the end than among the `members` before: paused, or lent."""
        away = {f"{queue} {seat}": reason for queue, seat, reason in self.paused}
        paused = {key: f"{members[key].removesuffix('0')}1 {reason}" for key, reason in away.items()}
        return paused | {f"{queue} {seat}": f"dynamic {penalty} 0" for queue, seat, penalty in self.lent}


def _break(name: str, *states: str) -> Order:
    return {"do": "until", "about": "break", "of": name, "is": list(states)}


def _asks(ext: str, name: str, reason: str, *states: str) -> Order:
    words = {"UserEvent": "BreakRequest", "Agent": ext, "Interface": SEATS[ext], "Reason": reason, "RequestId": name}
    return {**_break(name, *states), "says": words}


def _comes_back(ext: str, name: str, *states: str) -> Order:
    return {**_break(name, *states), "says": {"UserEvent": "BreakEnd", "Agent": ext, "Interface": SEATS[ext]}}


# ---- breaks ----------------------------------------------------------------------------------------------------------


def breaks() -> list[Order]:
    """Ask by code and by hand, go, come back by code and seen, be called back, be refused; one is away in the end."""
    return [
        _asks("1001", "a", "toilet", "asked"),
        {"do": "grant", "break": "a", "why": "t"},
        {"do": "ask", "break": "b", "seat": SEATS["1005"]},
        {"do": "grant", "break": "b", "why": "t"},
        _break("a", "away"),
        _comes_back("1001", "a", "returned"),
        {"do": "ask", "break": "c", "seat": SEATS["1003"]},
        {"do": "grant", "break": "c", "why": "t"},
        {"do": "ask", "break": "d", "seat": SEATS["1002"], "kind": "other"},
        {"do": "refuse", "break": "d", "why": "too many"},
        _break("c", "away"),
        {"do": "undo", "break": "c"},
        {"do": "return", "break": "c"},
        _asks("1001", "e", "meal", "asked"),
        _break("b", "away"),
    ]


# ---- lending ---------------------------------------------------------------------------------------------------------


def _loan(name: str, *states: str) -> Order:
    return {"do": "until", "about": "loan", "of": name, "is": list(states)}


def _standing(count: int) -> Order:
    return {"do": "until", "about": "standing", "is": count}


def lending() -> list[Order]:
    """Lend two seats; one is taken back, the time of the other is over."""
    return [
        {"do": "lend", "loan": "l1", "seat": SEATS["1005"], "to": "overflow", "penalty": 3, "for": 7200},
        {"do": "lend", "loan": "l2", "seat": SEATS["2003"], "to": "sales", "penalty": 1, "for": 600},
        _standing(2),
        {"do": "extend", "loan": "l2", "for": 1200},
        {"do": "end loan", "loan": "l1"},
        _loan("l1", "ended"),
        {"do": "leap", "by": 1300},
        _loan("l2", "ended"),
    ]


def lending_away() -> list[Order]:
    """Lend a seat that leaves its own queue for it, and a second one that stays lent."""
    away = {"do": "lend", "loan": "l1", "seat": SEATS["3001"], "to": "sales", "leaves": "billing", "penalty": 2}
    return [
        {**away, "for": 7200},
        _standing(2),
        {"do": "lend", "loan": "l2", "seat": SEATS["1002"], "to": "support", "penalty": 4, "for": 7200},
        {"do": "end loan", "loan": "l1"},
        _standing(1),
    ]


# ---- meal rounds -----------------------------------------------------------------------------------------------------


def _meal_rules() -> Order:
    """Return rules whose meal window has just opened: two rounds of twenty minutes."""
    now = time.gmtime()
    minute = now.tm_hour * 60 + now.tm_min
    begin, end = ((minute + shift) % 1440 for shift in (-5, 35))
    window = [f"{begin // 60:02}:{begin % 60:02}", f"{end // 60:02}:{end % 60:02}"]
    meal = {
        "id": "meal",
        "name": "用餐",
        "english": "Meal",
        "length_min": 20,
        "longest_min": 45,
        "on_line_percent": 30,
        "windows": [window],
        "words": ["meal"],
    }
    other = {"id": "other", "name": "其他", "english": "Other", "length_min": 10, "longest_min": 60}
    return {"do": "policy", "name": "breaks", "body": {"everywhere": {"kinds": [meal, other]}}}


def _round(ext: str, number: int) -> Order:
    return {"do": "move", "plan": "m1", "seat": SEATS[ext], "round": number, "why": "t"}


def _meal(ext: str, *states: str) -> Order:
    return {"do": "until", "about": "meal", "of": "m1", "seat": SEATS[ext], "is": list(states)}


def _meals_begin() -> list[Order]:
    # One group of all of them: who serves several queues would belong to either of two until the next listing.
    group = {"id": "sales", "name": "销售", "queues": ["sales", "vip", "support"]}
    return [
        {"do": "policy", "name": "floor", "body": {"groups": [group], "time_zone": "UTC"}},
        {"do": "until", "about": "groups", "is": ["sales"]},
        _meal_rules(),
        {"do": "propose meals", "plan": "m1", "group": "sales"},
        *(_round(ext, number) for number, ext in enumerate(("1003", "1006"))),
        _round("1005", 0),
        _round("1004", 1),
        {"do": "publish", "plan": "m1"},
        {**_asks("1003", "x", "meal", "away", "granted")},
        {**_asks("1005", "y", "meal", "away", "granted")},
        _meal("1003", "eating"),
        _comes_back("1003", "x", "returned"),
        _meal("1003", "eaten"),
        _meal("1005", "eating"),
    ]


def meals_withdrawn() -> list[Order]:
    """Rounds are published, two go by themselves, one comes back; the rounds are withdrawn while the other eats."""
    return [*_meals_begin(), {"do": "withdraw meals", "plan": "m1", "why": "t"}]


def meals_over() -> list[Order]:
    """Rounds are published, two go and return by themselves; the others let theirs go by, and it is over."""
    return [
        *_meals_begin(),
        _comes_back("1005", "y", "returned"),
        _meal("1005", "eaten"),
        {"do": "leap", "by": 3000},
        {"do": "until", "about": "meals", "of": "m1", "is": ["over"]},
    ]


# ---- emergency plans -------------------------------------------------------------------------------------------------

STEPS: list[Order] = [
    {"do": "notify", "text": "排队高峰 ${subject}"},
    {"do": "directive", "text": "系统抢修中,请稍后再拨"},
    {"do": "flex", "count": 1, "queues": ["overflow"], "penalty": 2, "answer_s": 3600},
    {"do": "hold_breaks", "call_back": ["toilet"], "release_every_s": 0.5},
    {"do": "wait", "until": {"measure": "waiting", "above": 1000}, "at_most_s": 1},
    {"do": "ivr_shortcut", "to": "overflow"},
    {"do": "overflow", "to": "overflow"},
    {"do": "close", "queues": ["support"]},
    {"do": "ask", "text": "值班经理已知情?"},
    {"do": "key", "family": "ivr", "key": "greeting", "value": "peak", "noticed": False},
]
FLEX_STEP, HOLD_STEP = 2, 3
BODY: Order = {
    "name": "排队高峰",
    "each": "group",
    "only": ["sales"],
    "trigger": "hand",
    "stage_s": 1.0,
    "on_failure": "ask",
    "step": STEPS,
}
ALWAYS = {"when": {"measure": "on_shift", "above": 0}, "sustained_s": 1, "least_waiting": 0, "clear_s": 3600}
FLEX_ROWS = [
    {"name": "Flex One", "extensions": ["5001"], "interfaces": [SEATS["5001"]], "flex": True},
    {"name": "机动 二", "extensions": ["5002"], "interfaces": [SEATS["5002"]], "flex": True},
]
FOUND = (("ivr", "shortcut", "announce"), ("queue/overflow", "sales", "vip"))


def _run(*states: str) -> Order:
    return {"do": "until", "about": "run", "is": list(states)}


def _question(about: str) -> Order:
    return {"do": "until", "about": "question", "is": about}


def _flex_says(ext: str, word: str, run: str) -> Order:
    request = f"{run}#{FLEX_STEP}#{ext}"
    words = {"UserEvent": "FlexAnswered", "Agent": ext, "Interface": SEATS[ext], "Answer": word, "RequestId": request}
    return {"do": "until", "about": "flex", "n": FLEX_STEP, "person": ext, "is": [word], "says": words}


def _plan_begin(body: Order) -> list[Order]:
    return [
        FLOOR,
        {"do": "policy", "name": "people", "body": {"rows": FLEX_ROWS}},
        KNOWN,
        {"do": "until", "about": "flex people", "is": ["5001", "5002"]},
        {"do": "ask", "break": "a", "seat": SEATS["1006"]},
        {"do": "grant", "break": "a", "why": "t"},
        _break("a", "away"),
        {"do": "ask", "break": "b", "seat": SEATS["1005"]},
        {"do": "keep plan", "plan": "peak", "body": body},
    ]


def _plan_goes(flex: list[Order]) -> list[Order]:
    return [
        *flex,
        _break("a", "called_back"),
        _comes_back("1006", "a", "returned"),
        _asks("1003", "d", "toilet", "asked"),
        _question("visible"),
        {"do": "answer", "yes": True},
        _question("ask"),
        {"do": "answer", "yes": True},
        _run("standing"),
        _standing(5),
        {"do": "release", "n": FLEX_STEP},
        {"do": "until", "about": "step", "n": FLEX_STEP, "is": ["released"]},
        {"do": "stand down"},
        _run("stood_down"),
        {"do": "grant", "break": "b", "why": "t"},
        _break("b", "away"),
    ]


def plan_by_hand() -> list[Order]:
    """A plan begun by hand; the first flex agent declines by code, the second comes by code."""
    flex = [_flex_says("5001", "no", "r1"), _flex_says("5002", "yes", "r1")]
    return [*_plan_begin(BODY), {"do": "start", "plan": "peak", "subject": "group:sales"}, *_plan_goes(flex)]


def _supervisor_confirms() -> list[Order]:
    asked = {"do": "until", "about": "flex", "n": FLEX_STEP, "person": "5001", "is": ["asked"]}
    return [asked, {"do": "answer flex", "n": FLEX_STEP, "person": "5001", "yes": True}]


def plan_proposed() -> list[Order]:
    """A plan proposed by its watch and hastened; the supervisor confirms the flex agent."""
    body = {**BODY, "trigger": "propose", "watch": ALWAYS}
    begin = [*_plan_begin(body), _run("proposed"), {"do": "hasten"}]
    return [*begin, *_plan_goes(_supervisor_confirms())]


def plan_by_itself() -> list[Order]:
    """A plan proposed by its watch that begins by itself at the end of its countdown."""
    body = {**BODY, "trigger": "propose", "countdown_s": 2, "watch": ALWAYS}
    return [*_plan_begin(body), *_plan_goes(_supervisor_confirms())]


def _one(name: str, seat: str, reason: str) -> tuple[str, str, str]:
    return (name, SEATS[seat], reason)


_PLAN_END = (_one("sales", "1005", "小休"),)
COURSES: dict[str, tuple[Course, ...]] = {
    "breaks": (Course("breaks", breaks, found=FOUND, paused=(_one("sales", "1005", "小休"),)),),
    "lending": (
        Course("lending", lending),
        Course("lending away", lending_away, lent=(_one("support", "1002", "4"),), signed_in=("3001",), restarts=False),
    ),
    "meals": (
        Course("meals withdrawn", meals_withdrawn, paused=(_one("sales", "1005", "用餐"),)),
        Course("meals over", meals_over),
    ),
    "plans": (
        Course("plan by hand", plan_by_hand, found=FOUND, paused=_PLAN_END),
        Course("plan proposed", plan_proposed, found=FOUND, paused=_PLAN_END),
        Course("plan by itself", plan_by_itself, found=FOUND, paused=_PLAN_END),
    ),
}
"""Every course in its forms; a run takes one by its number."""
