"""The demo floor as one whole: distributor, callers and agents on one clockwork, from a seed."""

from console.core.floor.events import Batch, FloorEvent, LinkChanged
from console.core.floor.model import Instant, LinkStatus
from console.feeds.demo.acd import Acd
from console.feeds.demo.agents import Workday, everybody
from console.feeds.demo.breaks import Breaks
from console.feeds.demo.callers import Callers
from console.feeds.demo.clockwork import HOUR, MINUTE, Clockwork, Millis
from console.feeds.demo.seats import Agent
from console.feeds.demo.words import words

SOURCE = "demo"

# What every afternoon brings just before the hour at which the demo opens: time of day, whom or which queue, what.
_CUES = (
    (13 * HOUR + 59 * MINUTE + 5_000, "1042", "meal"),
    (14 * HOUR + 0 * MINUTE + 10_000, "2026", "sign out"),
    (14 * HOUR + 0 * MINUTE + 24_000, "payment", "drop"),
    (14 * HOUR + 0 * MINUTE + 40_000, "1077", "toilet"),
)
_CUE_STAYS_OPEN: Millis = 7 * MINUTE


class World:
    """A demo floor that began at `epoch`, when it was `begin_of_day` (ms since midnight) on its own day."""

    def __init__(
        self, seed: int, epoch: Instant, begin_of_day: Millis, *, language: str = "zh_CN", self_serve: bool = True
    ) -> None:
        spoken = words(language)
        self.clockwork = Clockwork(epoch, begin_of_day)
        self.acd = Acd(self.clockwork, everybody(seed))
        self.breaks = Breaks(self.clockwork, self.acd, spoken, seed, self_serve=self_serve)
        self.callers = Callers(self.clockwork, self.acd, seed)
        self.workday = Workday(self.clockwork, self.acd, self.breaks, spoken)
        for time_of_day, whom, what in _CUES:
            self.clockwork.after(self.clockwork.until_time_of_day(time_of_day), self._cue, time_of_day, whom, what)
        self.clockwork.take()
        for event in self.arrival():
            self.clockwork.say(event)

    def arrival(self) -> list[FloorEvent]:
        """Return what a console hears when it connects just now: the link, then the whole floor."""
        return [LinkChanged(status=LinkStatus.LIVE, source=SOURCE), *self.acd.listing()]

    @property
    def now(self) -> Instant:
        """Return the floor's present, in seconds since the epoch."""
        return self.clockwork.instant

    def advance(self, to: Instant) -> None:
        """Let everything happen up to `to`; an earlier moment changes nothing."""
        self.clockwork.run_to(max(self.clockwork.now, round(to * 1000) - self.clockwork.epoch))

    def take(self) -> list[Batch]:
        """Return what happened since the last call, one batch an instant."""
        return self.clockwork.take()

    def agent(self, who: str) -> Agent | None:
        """Return the agent of an interface, a number, or a request id still open."""
        if who in self.acd.agents:
            return self.acd.agents[who]
        for agent in self.acd.agents.values():
            if who and (agent.hand.extension == who or (agent.ask is not None and agent.ask.id == who)):
                return agent
        return None

    def _cue(self, time_of_day: Millis, whom: str, what: str) -> None:
        self.clockwork.after(self.clockwork.until_time_of_day(time_of_day), self._cue, time_of_day, whom, what)
        if what == "drop":
            self.callers.drop_longest(whom)
            return
        named = self.agent(whom)
        if named is None:
            return
        group = named.hand.person.primary_group
        mates = (agent for agent in self.acd.agents.values() if agent.hand.person.primary_group == group)
        for agent in (named, *mates):
            if what == "sign out":
                done = self.workday.sign_out_for(agent, 4 * MINUTE)
            else:
                done = self.breaks.ask(agent, what, _CUE_STAYS_OPEN)
            if done:
                return
