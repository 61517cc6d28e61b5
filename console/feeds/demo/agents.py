"""How the demo's agents work: signing in and out by shift, picking up, wrapping up, being away from a ringing phone."""

from console.core.floor.model import Phone, QueueName
from console.feeds.demo.acd import Acd
from console.feeds.demo.breaks import Breaks
from console.feeds.demo.clockwork import DAY, HOUR, MINUTE, Clockwork, Millis
from console.feeds.demo.dice import dice
from console.feeds.demo.people import HOURS, SIGN_IN_BEFORE, SIGN_OUT_AFTER, Shift, hands
from console.feeds.demo.seats import Agent, Contact
from console.feeds.demo.words import Words

RINGS_OUT = 0.012
WRAPS_UP_BY_REASON = 0.12
SIGNS_OUT_BRIEFLY_EVERY = 14 * HOUR


def everybody(seed: int) -> list[Agent]:
    """Return the agents of the demo, nobody signed in yet, each with dice of their own."""
    agents = [Agent(hand, dice(seed, f"agent/{hand.extension}")) for hand in hands()]
    for agent in agents:
        if agent.hand.shift is Shift.SPARE:
            agent.phone = Phone.UNAVAILABLE
    return agents


class Workday:
    """Drives every agent's day, again each day of the demo."""

    def __init__(self, clockwork: Clockwork, acd: Acd, breaks: Breaks, words: Words) -> None:
        self._clockwork = clockwork
        self._acd = acd
        self._breaks = breaks
        self._words = words
        acd.answering = self._answering
        acd.freed = self._freed
        acd.let_go = self._let_go
        acd.rang_out = self._rang_out
        for agent in acd.agents.values():
            self._begin(agent)

    def _begin(self, agent: Agent) -> None:
        """Put an agent where the demo's beginning finds them."""
        if agent.hand.static:
            if agent.hand.shift is not Shift.SPARE:
                agent.phone = Phone.UNAVAILABLE
            for queue, penalty in agent.hand.skills:
                self._acd.add(agent, queue, penalty, dynamic=False)
        hours = HOURS.get(agent.hand.shift)
        if hours is None:
            return
        self._clockwork.after(agent.random.expovariate(1 / SIGNS_OUT_BRIEFLY_EVERY), self._sign_out_briefly, agent)
        length = hours.ends - hours.begins
        since_begin = (self._clockwork.time_of_day - hours.begins) % DAY
        if since_begin < length:
            self._sign_in(agent)
        else:
            self._next_day(agent)

    def _next_day(self, agent: Agent) -> None:
        hours = HOURS[agent.hand.shift]
        early = agent.random.uniform(0, SIGN_IN_BEFORE)
        until = self._clockwork.until_time_of_day(hours.begins % DAY)
        # Whoever is asked in the last minutes before the shift comes when it begins.
        self._clockwork.after(until - early if until > early else until, self._sign_in, agent)

    def _sign_in(self, agent: Agent) -> None:
        hours = HOURS[agent.hand.shift]
        agent.on_shift = True
        agent.going_home = False
        self._take_seat(agent)
        left = (hours.ends - self._clockwork.time_of_day) % DAY
        self._clockwork.after(left + agent.random.uniform(0, SIGN_OUT_AFTER), self._time_to_go, agent)
        self._breaks.begin_shift(agent, hours, self._clockwork.now + left)

    def _take_seat(self, agent: Agent) -> None:
        if agent.hand.static:
            self._acd.set_phone(agent, Phone.IDLE)
            return
        for queue, penalty in agent.hand.skills:
            if queue not in agent.members:
                self._acd.add(agent, queue, penalty)

    def _leave_seat(self, agent: Agent) -> None:
        if agent.hand.static:
            self._acd.set_phone(agent, Phone.UNAVAILABLE)
            return
        for queue in tuple(agent.members):
            self._acd.remove(agent, queue)

    def _time_to_go(self, agent: Agent) -> None:
        if not agent.on_shift:
            return
        agent.going_home = True
        if agent.contact is None:
            self._go_home(agent)

    def _go_home(self, agent: Agent) -> None:
        self._breaks.end_shift(agent)
        agent.on_shift = False
        agent.going_home = False
        agent.turn += 1
        self._leave_seat(agent)
        self._next_day(agent)

    def _sign_out_briefly(self, agent: Agent) -> None:
        """Sign out and in again: the computer starts anew, the headset is changed."""
        self._clockwork.after(agent.random.expovariate(1 / SIGNS_OUT_BRIEFLY_EVERY), self._sign_out_briefly, agent)
        self.sign_out_for(agent, round(agent.random.uniform(1.5, 4.5) * MINUTE))

    def sign_out_for(self, agent: Agent, length: Millis) -> bool:
        """Sign an agent of a dynamic seat out for a while, after a running contact; return whether they will."""
        if agent.absent or agent.ask or agent.paused or not agent.on_shift or not agent.members or agent.hand.static:
            return False
        if agent.contact is not None:
            agent.sign_out = length
            return True
        agent.sign_out = 0
        agent.turn += 1
        self._leave_seat(agent)
        self._clockwork.after(length, self._back_at_seat, agent, agent.turn)
        return True

    def _back_at_seat(self, agent: Agent, turn: int) -> None:
        if agent.turn == turn and agent.on_shift and not agent.members:
            self._take_seat(agent)

    # ---- contacts ----

    def _answering(self, agent: Agent, contact: Contact) -> tuple[bool, Millis]:
        if agent.absent or agent.random.random() < RINGS_OUT:
            return False, 0
        usual = self._acd.lines[contact.queue].demand.ring_s
        return True, round(min(usual * agent.random.uniform(0.4, 1.9), 13) * 1000)

    def _freed(self, agent: Agent, contact: Contact) -> None:
        agent.turn += 1
        signs_out, agent.sign_out = agent.sign_out, 0
        if agent.going_home:
            self._go_home(agent)
        elif self._breaks.leave_after_contact(agent) or (signs_out and self.sign_out_for(agent, signs_out)):
            return
        elif not agent.paused and agent.random.random() < WRAPS_UP_BY_REASON:
            length = agent.random.uniform(25, 110) * (2 if contact.nature.talk > 12 * MINUTE else 1)
            self._clockwork.after(1500, self._wrap_up, agent, agent.turn, round(length * 1000))

    def _let_go(self, agent: Agent) -> None:
        """Do after a ring without a talk what had to wait for it."""
        if agent.contact is not None:
            return
        if agent.going_home:
            self._go_home(agent)
        else:
            self._breaks.leave_if_free(agent)

    def _wrap_up(self, agent: Agent, turn: int, length: Millis) -> None:
        if agent.turn == turn and agent.contact is None and not agent.paused and agent.members:
            self._acd.pause(agent, paused=True, reason=self._words.wrap_up)
            self._clockwork.after(length, self._wrapped_up, agent, turn)

    def _wrapped_up(self, agent: Agent, turn: int) -> None:
        if agent.turn == turn and any(member.reason == self._words.wrap_up for member in agent.members.values()):
            self._acd.pause(agent, paused=False)

    def _rang_out(self, agent: Agent, queue: QueueName) -> None:
        """Pause a seat that let a contact ring out where the queue is set so (autopause)."""
        if queue != "tech" or agent.absent or queue not in agent.members:
            return
        agent.turn += 1
        self._acd.pause(agent, paused=True, reason="Auto-Pause", queue=queue)
        self._clockwork.after(agent.random.uniform(30, 120) * 1000, self._notices_autopause, agent)

    def _notices_autopause(self, agent: Agent) -> None:
        if any(member.reason == "Auto-Pause" for member in agent.members.values()):
            self._acd.pause(agent, paused=False)
