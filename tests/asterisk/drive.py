"""Seeded traffic for a running server: callers, agents who ask for breaks, pause, log in and out, lines that drop.

The seed fixes what is offered: arrivals (Poisson), queue wanted, patience and talk (exponential), which talks drop or
are transferred, when agents do what. How Asterisk and its phones' dice answer is not fixed: two runs with one seed
offer the same calls and end differently.
"""

import argparse
import heapq
import itertools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace

from tests.asterisk.ami import Message
from tests.asterisk.lab import SEATS, AsteriskLab

NAMES = ("张伟", "Mary Lopez", "Jörg Weiß", "Trần Thị B", "", "Acme: Sales, Ltd.", "Пётр Орлов", "O'Neil", "林 小姐")
ROSTER = {"1": ("3001", "3002", "3003", "3004")}
"""Login digit -> extensions that log in there when traffic begins."""
RUSH_FROM = 6001


@dataclass(frozen=True)
class Plan:
    """What is offered. Rates are per second, lengths means in seconds, shares between 0 and 1."""

    rate: float = 0.5
    duration: float = 120.0
    seed: int = 1
    mix: str = "sales:4,support:3,billing:2,vip:1,complaints:1"
    patience: float = 45.0
    talk: float = 15.0
    caller_ends: float = 0.4
    drop: float = 0.05
    transfer: float = 0.04
    queue_timeout: float = 0.05
    audio: float = 0.1
    acts_every: float = 60.0
    break_length: float = 15.0
    logout_every: float = 80.0
    approve: bool = True
    ring_from: float = 0.5
    ring_to: float = 3.0
    ignore: int = 6
    busy: int = 3
    fast: bool = False
    rush_agents: int = 0
    drain: float = 30.0


PROFILES = {
    "quiet": Plan(rate=0.1, mix="sales:3,support:2,billing:1", acts_every=90, logout_every=150, drop=0.02, transfer=0),
    "busy": Plan(),
    "storm": Plan(
        rate=60,
        duration=30,
        mix="rush:20,sales:1",
        talk=1.2,
        patience=6,
        drop=0.02,
        transfer=0,
        audio=0,
        queue_timeout=0.02,
        acts_every=20,
        break_length=4,
        logout_every=20,
        fast=True,
        rush_agents=80,
        drain=30,
    ),
}


@dataclass
class Caller:
    """One planned call, known again by its number."""

    at: float
    number: str
    queue: str
    name: str
    patience: float
    talk: float
    ends: str
    audio: bool
    queue_timeout: int | None
    dropped_after: float | None
    transferred_after: float | None
    transfer_to: str


@dataclass
class Traffic:
    """Offers a plan to a server and reacts as its people would; `run` blocks until everybody has hung up.

    With `hold`, agents and happenings go on after the last arrival until somebody sets `over`.
    """

    lab: AsteriskLab
    plan: Plan
    happenings: list[tuple[float, Callable[["Traffic"], object]]] = field(default_factory=list)
    hold: bool = False
    over: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, Message] = field(default_factory=dict)
    talking: dict[str, Message] = field(default_factory=dict)

    def run(self) -> dict[str, int]:
        """Offer the plan; returns how often what was done."""
        plan = self.plan
        self._heap: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._callers: dict[str, Caller] = {}
        self._away: set[str] = set()
        self.lab.dice(ring=(plan.ring_from, plan.ring_to), ignore=plan.ignore, busy=plan.busy)
        with self.lab.connect("driver") as self.ami:
            self.ami.on_event = self._heard
            self._log_in_roster()
            self._began = time.monotonic()
            for caller in self._arrivals():
                self._callers[caller.number] = caller
                self.at(caller.at, lambda c=caller: self._offer(c))  # type: ignore[misc]  # bound now, called later
            for ext in self._seats():
                self._later(self._life(ext))
            for at, what in self.happenings:
                self.at(at, lambda w=what: w(self))  # type: ignore[misc]  # bound now, called later
            self._until(lambda: self.over or (not self.hold and self.seconds() > plan.duration))
            if not self.hold:
                self._heap.clear()
                self._drain()
        return self.counts

    # ---- for happenings --------------------------------------------------

    def seconds(self) -> float:
        """How long the traffic has been running."""
        return time.monotonic() - self._began

    def at(self, second: float, what: Callable[[], object]) -> None:
        """Have something done at that second of the run."""
        heapq.heappush(self._heap, (second, next(self._order), what))

    def do(self, name: str, /, **fields_: object) -> None:
        """Send one action, count whether it was taken."""
        answer = self.ami.action(name, **fields_)
        self.count(f"{name}:{answer.get('Response', '?')}")

    def count(self, what: str, by: int = 1) -> None:
        """Add to the counts `run` returns."""
        self.counts[what] = self.counts.get(what, 0) + by

    # ---- the plan --------------------------------------------------------

    def _dice(self, *of: object) -> random.Random:
        return random.Random("/".join(map(str, (self.plan.seed, *of))))

    def _arrivals(self) -> Iterator[Caller]:
        plan, dice = self.plan, self._dice("calls")
        pairs = [word.split(":") for word in plan.mix.split(",")]
        queues, weights = [name for name, _ in pairs], [float(weight) for _, weight in pairs]
        at = 0.0
        for n in itertools.count(1):
            at += dice.expovariate(plan.rate)
            if at >= plan.duration:
                return
            queue = dice.choices(queues, weights)[0]
            talk = max(0.3, dice.expovariate(1 / plan.talk))
            fate = dice.random()
            others = [q for q in queues if q != queue] or [queue]
            yield Caller(
                at=at,
                number=f"8{plan.seed % 1000:03d}{n:06d}",
                queue=queue,
                name=dice.choice(NAMES),
                patience=round(max(0.8, dice.expovariate(1 / plan.patience)), 2),
                talk=round(talk, 2),
                ends="caller" if dice.random() < plan.caller_ends else "agent",
                audio=dice.random() < plan.audio,
                queue_timeout=6 if dice.random() < plan.queue_timeout else None,
                dropped_after=talk * dice.uniform(0.2, 0.8) if fate < plan.drop else None,
                transferred_after=talk * dice.uniform(0.2, 0.6) if fate > 1 - plan.transfer else None,
                transfer_to=dice.choice(others),
            )

    def _seats(self) -> Iterator[str]:
        yield from (ext for ext in SEATS if ext[0] in "1234")
        yield from (str(RUSH_FROM + n) for n in range(0, self.plan.rush_agents, 8))

    def _log_in_roster(self) -> None:
        for digit, extensions in ROSTER.items():
            for ext in extensions:
                self.lab.dial(ext, f"*45{digit}", via=self.ami)
        for n in range(self.plan.rush_agents):
            self._rush(RUSH_FROM + n)

    def _rush(self, ext: int) -> None:
        self.do("QueueAdd", Queue="rush", Interface=f"Local/{ext}@phones/n", MemberName=f"Rush {ext} 坐席", Penalty=0)

    # ---- callers ---------------------------------------------------------

    def _offer(self, caller: Caller) -> None:
        self.count("offered")
        self.lab.call(
            caller.number,
            caller.queue,
            patience=caller.patience,
            talk=caller.talk,
            ends=caller.ends,
            name=caller.name,
            audio=caller.audio,
            queue_timeout=caller.queue_timeout,
            fast=self.plan.fast,
            via=self.ami,
        )

    def _heard(self, message: Message) -> None:
        event, channel = message.get("Event"), message.get("Channel", "")
        if event == "QueueCallerJoin":
            self.waiting[channel] = message
        elif event == "QueueCallerLeave":
            self.waiting.pop(channel, None)
        elif event == "AgentConnect":
            self.talking[channel] = message
            self.count("answered")
            self._fate(self._callers.get(message.get("CallerIDNum", "")), message)
        elif event == "AgentComplete":
            self.talking.pop(channel, None)
        elif event == "UserEvent" and self.plan.approve:
            after = self._dice("grant", message["RequestId"]).uniform(0.5, 3)
            self.at(self.seconds() + after, lambda: self._grant(message))

    def _fate(self, caller: Caller | None, message: Message) -> None:
        if caller is None:
            return
        if caller.dropped_after is not None:
            side = message["Channel"] if caller.number[-1] in "02468" else message["DestChannel"]
            self.at(self.seconds() + caller.dropped_after, lambda: self.do("Hangup", Channel=side, Cause=38))
        elif caller.transferred_after is not None:
            fields_ = {"Channel": message["DestChannel"], "Context": "floordesk-queue", "Exten": caller.transfer_to}
            self.at(self.seconds() + caller.transferred_after, lambda: self.do("BlindTransfer", **fields_))
            caller.transferred_after = None  # they come again with the same number

    def _grant(self, request: Message) -> None:
        if request["Agent"] not in self._away:
            self.do("QueuePause", Interface=request["Interface"], Paused="true", Reason=request["Reason"])

    # ---- agents ----------------------------------------------------------

    def _later(self, life: Iterator[float]) -> None:
        """Go on with a life after the seconds it asks for."""
        pause = next(life, None)
        if pause is not None:
            self.at(self.seconds() + pause, lambda: self._later(life))

    def _life(self, ext: str) -> Iterator[float]:
        """What one agent does all day, yielding how long until the next deed."""
        plan, dice = self.plan, self._dice("agent", ext)
        deeds = ["ask", "ask", "ask", "withdraw", "leave", "wrap"]
        if ext in ROSTER["1"] or int(ext) >= RUSH_FROM:
            deeds += ["log out"] * max(1, round(len(deeds) * plan.acts_every / plan.logout_every))
        yield dice.expovariate(1 / plan.acts_every)
        while True:
            deed, kind = dice.choice(deeds), dice.choice("12345")
            self.count(deed)
            if deed == "log out":
                yield from self._out_and_in(ext, dice)
            else:
                self._code(ext, {"leave": f"*83{kind}", "wrap": "*84"}.get(deed, f"*81{kind}"))
                if deed == "withdraw":
                    yield 0.4
                    self._code(ext, "*80")
                yield 3 + dice.expovariate(1 / plan.break_length)
                self._code(ext, "*82")
            yield dice.expovariate(1 / plan.acts_every)

    def _out_and_in(self, ext: str, dice: random.Random) -> Iterator[float]:
        self._away.add(ext)
        if int(ext) >= RUSH_FROM:
            self.do("QueueRemove", Queue="rush", Interface=f"Local/{ext}@phones/n")
        else:
            self._code(ext, "*461")
        yield 3 + dice.expovariate(1 / 5)
        self._away.discard(ext)
        if int(ext) >= RUSH_FROM:
            self._rush(int(ext))
        else:
            self._code(ext, "*451")

    def _code(self, ext: str, code: str) -> None:
        if int(ext) < RUSH_FROM:
            self.lab.dial(ext, code, via=self.ami)

    # ---- the loop --------------------------------------------------------

    def _until(self, met: Callable[[], bool]) -> None:
        while not met() and not self.ami.closed:
            now = self.seconds()
            while self._heap and self._heap[0][0] <= now:
                heapq.heappop(self._heap)[2]()
            due = self._heap[0][0] - self.seconds() if self._heap else 0.05
            self.ami.poll(min(max(due, 0.0), 0.05))

    def _drain(self) -> None:
        """Let the calls end; what has no end within `drain` seconds is hung up."""
        limit = self.seconds() + self.plan.drain
        asked = 0.0

        def empty() -> bool:
            nonlocal asked
            if self.seconds() < asked + 0.5:
                return self.seconds() > limit
            asked = self.seconds()
            return not self.ami.listing("CoreShowChannels") or asked > limit

        self._until(empty)
        self.ami.action("Hangup", Channel="/^Local/", Cause=16)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A profile, and every figure of `Plan` as an option of its own."""
    parser.add_argument("--profile", choices=PROFILES, default="busy")
    for figure in fields(Plan):
        option = "--" + figure.name.replace("_", "-")
        if isinstance(figure.default, bool):
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=None)
        else:
            parser.add_argument(option, type=type(figure.default), default=None, help=f"like {figure.default}")


def plan_of(arguments: argparse.Namespace) -> Plan:
    """The profile with the options given on the command line."""
    given = {f.name: getattr(arguments, f.name) for f in fields(Plan) if getattr(arguments, f.name) is not None}
    return replace(PROFILES[arguments.profile], **given)
