"""Breaks on the demo floor: asked for, answered by the console or a simulated supervisor, left for, returned from."""

from dataclasses import dataclass, field
from random import Random

from console.core.floor.events import BreakAsked, BreakEnded, BreakWithdrawn
from console.feeds.demo.acd import Acd
from console.feeds.demo.clockwork import DAY, HOUR, MINUTE, Clockwork, Millis
from console.feeds.demo.dice import dice
from console.feeds.demo.people import Hours
from console.feeds.demo.seats import Agent, Ask
from console.feeds.demo.words import Words


@dataclass(frozen=True)
class Kind:
    """A kind of break: feature code, minutes it takes, share that must stay on line, minutes an agent will wait."""

    code: str
    minutes: tuple[float, float]
    stays: float
    waits: tuple[float, float]


KINDS = {
    "meal": Kind("1", (26, 33), 0.70, (15, 30)),
    "toilet": Kind("2", (4, 9), 0.80, (10, 20)),
    "water": Kind("3", (3, 6), 0.80, (8, 16)),
    "talk": Kind("4", (6, 12), 0.80, (8, 15)),
    "training": Kind("5", (10, 15), 0.80, (8, 15)),
    "handover": Kind("6", (8, 12), 0.50, (10, 15)),
}
OTHERS = ("water", "water", "talk", "training")
ONE_AT_A_TIME = {"water", "talk", "training"}

TOILET_EVERY = 150 * MINUTE
OTHER_EVERY = 5 * HOUR
UNASKED_EVERY = 8 * HOUR
OVERRUNS = 0.08


@dataclass
class Breaks:
    """Asks, answers and absences; `self_serve` lets a simulated supervisor answer what the console leaves open.

    The first answer that comes from the console ends that: from then on the asks are the desk's, and whoever gets
    no answer withdraws after some minutes.
    """

    clockwork: Clockwork
    acd: Acd
    words: Words
    seed: int
    self_serve: bool = True
    desk_answers: bool = False
    _dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = dice(self.seed, "supervisor")

    # ---- the day of an agent ----

    def begin_shift(self, agent: Agent, hours: Hours, ends: Millis) -> None:
        """Plan an agent's needs until the shift `ends` (ms of the clockwork)."""
        agent.absent, agent.ask, agent.sign_out = "", None, 0
        now, dice = self.clockwork.now, agent.random
        meal = now + self.clockwork.until_time_of_day(round(dice.uniform(hours.meal_from, hours.meal_to)) % DAY)
        if meal < ends:
            self.clockwork.at(meal, self._need, agent, "meal", ends)
        self._next_need(agent, "toilet", TOILET_EVERY, ends, first=20 * MINUTE)
        self._next_need(agent, "other", OTHER_EVERY, ends, first=30 * MINUTE)
        self._next_need(agent, "unasked", UNASKED_EVERY, ends, first=40 * MINUTE)
        if dice.random() < 0.12:
            self.clockwork.at(ends - 20 * MINUTE, self._need, agent, "handover", ends)

    def end_shift(self, agent: Agent) -> None:
        """Take back whatever an agent still asks for, and end a break that lasts into the end of the shift."""
        if agent.ask is not None:
            self.withdraw(agent)
        if agent.absent:
            self._back(agent)
        elif agent.paused:
            self.acd.pause(agent, paused=False)

    def _next_need(self, agent: Agent, what: str, every: Millis, ends: Millis, first: Millis) -> None:
        when = self.clockwork.now + first + round(agent.random.expovariate(1 / max(every - first, MINUTE)))
        # The last quarter of an hour before going home needs no break.
        if when < ends - 15 * MINUTE:
            self.clockwork.at(when, self._need, agent, what, ends)

    def _need(self, agent: Agent, what: str, ends: Millis) -> None:
        if not agent.on_shift or self.clockwork.now >= ends:
            return
        if what == "toilet":
            self._next_need(agent, what, TOILET_EVERY, ends, first=35 * MINUTE)
        elif what == "other":
            self._next_need(agent, what, OTHER_EVERY, ends, first=60 * MINUTE)
        elif what == "unasked":
            self._next_need(agent, what, UNASKED_EVERY, ends, first=60 * MINUTE)
            self._leave_unasked(agent)
            return
        kind = agent.random.choice(OTHERS) if what == "other" else what
        if not self.ask(agent, kind) and kind == "meal":
            self.clockwork.after(6 * MINUTE, self._need, agent, what, ends)

    # ---- asking ----

    def ask(self, agent: Agent, kind: str, open_for: Millis = 0) -> bool:
        """Have an agent ask for a break; return whether they did (not while away, asking or signed out).

        The simulated supervisor leaves it open for `open_for` ms longer than others.
        """
        if agent.absent or agent.ask is not None or not agent.on_shift or not agent.members or agent.going_home:
            return False
        ask = Ask(self.acd.new_uid(), kind, self.clockwork.now)
        agent.ask = ask
        self.clockwork.say(
            BreakAsked(
                agent=agent.hand.extension,
                interface=agent.interface,
                reason=self.words.reasons[kind],
                code=KINDS[kind].code,
                request_id=ask.id,
            )
        )
        patience = open_for + agent.random.uniform(*KINDS[kind].waits) * MINUTE
        self.clockwork.after(patience, self._lose_patience, agent, ask)
        self.clockwork.after(open_for + self._dice.uniform(40, 200) * 1000, self._consider, agent, ask)
        return True

    def withdraw(self, agent: Agent) -> None:
        """Take the request back."""
        agent.ask = None
        self.clockwork.say(BreakWithdrawn(agent=agent.hand.extension, interface=agent.interface))

    def _lose_patience(self, agent: Agent, ask: Ask) -> None:
        if agent.ask is not ask or ask.granted:
            return
        if ask.owed:
            ask.owed = False
            self.clockwork.after(25 * MINUTE, self._lose_patience, agent, ask)
            return
        self.withdraw(agent)
        if ask.kind == "toilet" and agent.random.random() < 0.3:
            self._leave_unasked(agent, "toilet")
        elif ask.kind == "meal":
            self.clockwork.after(10 * MINUTE, self.ask, agent, "meal")

    def _leave_unasked(self, agent: Agent, kind: str = "") -> None:
        """Leave the seat by the pause code, without asking anybody."""
        if agent.absent or agent.ask or not agent.members:
            return
        if agent.contact or agent.paused:
            self.clockwork.after(30_000, self._leave_unasked, agent, kind)
            return
        kind = kind or agent.random.choice(("toilet", "water", "talk"))
        self.acd.pause(agent, paused=True, reason=self.words.reasons[kind])
        self._depart(agent, kind)

    # ---- the simulated supervisor ----

    def _consider(self, agent: Agent, ask: Ask) -> None:
        if agent.ask is not ask or ask.granted or not self.self_serve or self.desk_answers:
            return
        if self._allowed(agent, ask.kind):
            self.grant(agent)
        else:
            self.clockwork.after(40_000, self._consider, agent, ask)

    def _allowed(self, agent: Agent, kind: str) -> bool:
        """Return whether the group keeps enough seats, as the written rules have it."""
        group = agent.hand.person.primary_group
        mates = [
            mate
            for mate in self.acd.agents.values()
            if mate.on_shift and mate.hand.person.primary_group == group and not mate.hand.person.trainer
        ]
        away = [mate for mate in mates if mate.absent or (mate.ask is not None and mate.ask.granted)]
        if kind == "toilet":
            # Nobody on a meal keeps a colleague from the toilet.
            away = [mate for mate in away if mate.absent != "meal"]
        waiting = len(self.acd.lines[group].waiting)
        if kind != "toilet" and waiting > len(mates) // 2:
            return False
        if kind in ONE_AT_A_TIME and any(mate.absent in ONE_AT_A_TIME for mate in away):
            return False
        return not away or len(mates) - len(away) - 1 >= KINDS[kind].stays * len(mates)

    # ---- leaving and coming back ----

    def grant(self, agent: Agent) -> None:
        """Grant what an agent asks: the seat is paused at once, a running contact runs on."""
        if agent.ask is not None:
            agent.ask.granted = True
            self.acd.pause(agent, paused=True, reason=self.words.reasons[agent.ask.kind])
            self.leave_if_free(agent)

    def leave_if_free(self, agent: Agent) -> None:
        """Leave now on a granted ask unless a contact is still on."""
        if agent.contact is None and agent.ask is not None and agent.ask.granted:
            kind, agent.ask = agent.ask.kind, None
            self._depart(agent, kind)

    def leave_after_contact(self, agent: Agent) -> bool:
        """Leave for a break that was granted in mid-call; return whether there was one."""
        if agent.ask is None or not agent.ask.granted or not agent.members:
            return False
        self.leave_if_free(agent)
        return True

    def send_away(self, agent: Agent, reason: str) -> None:
        """Let an agent leave whom somebody paused without their asking, for as long as the reason takes."""
        if agent.ask is None and not agent.absent and agent.members:
            agent.ask = Ask("", self.words.kind_of(reason), self.clockwork.now)
            agent.ask.granted = True
            self.leave_if_free(agent)

    def refuse(self, agent: Agent) -> None:
        """Tell an agent no: they stay, and will ask again later."""
        if agent.ask is not None and not agent.ask.granted:
            kind, agent.ask = agent.ask.kind, None
            self.clockwork.after(agent.random.uniform(12, 25) * MINUTE, self.ask, agent, kind)

    def call_back(self, agent: Agent) -> None:
        """Ask somebody back from a break; most come within a minute or two."""
        if agent.absent and agent.random.random() < 0.85:
            self.clockwork.after(agent.random.uniform(20, 110) * 1000, self._return, agent, agent.turn)

    def undo_grant(self, agent: Agent) -> None:
        """Forget a grant before departure: the agent asks no more."""
        if agent.ask is not None and agent.ask.granted:
            agent.ask = None

    def _depart(self, agent: Agent, kind: str) -> None:
        agent.turn += 1
        agent.absent = kind
        minutes = agent.random.uniform(*KINDS[kind].minutes)
        if agent.random.random() < OVERRUNS:
            minutes *= agent.random.uniform(1.3, 1.8)
        self.clockwork.after(minutes * MINUTE, self._return, agent, agent.turn)

    def _return(self, agent: Agent, turn: int) -> None:
        if agent.absent and agent.turn == turn:
            self._back(agent)

    def _back(self, agent: Agent) -> None:
        agent.absent = ""
        agent.turn += 1
        if agent.members:
            self.acd.pause(agent, paused=False)
        self.clockwork.say(BreakEnded(agent=agent.hand.extension, interface=agent.interface))
