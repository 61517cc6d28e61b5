"""The demo's callers: they come, pass the IVR with its routing keys, wait, talk, are handed on, drop, call again."""

from collections.abc import Iterator

from console.core.floor.events import Told
from console.core.floor.model import QueueName
from console.core.floor.policy import Channel
from console.feeds.demo.acd import Acd
from console.feeds.demo.clockwork import HOUR, Clockwork, Millis
from console.feeds.demo.dice import dice
from console.feeds.demo.load import DEMANDS, Natures, Surges, arrivals
from console.feeds.demo.people import TEAMS
from console.feeds.demo.seats import Agent, Contact

_PREFIXES = ("139", "138", "136", "158", "159", "186", "188", "177", "133", "150")
_WEB = {team.queue for team in TEAMS if team.channel is Channel.WEB}

SHORTCUT_TAKES = 0.6
ANNOUNCEMENT_SETTLES = 0.5


class Callers:
    """Everybody outside: one stream of arrivals a queue, and those who call again."""

    def __init__(self, clockwork: Clockwork, acd: Acd, seed: int) -> None:
        self._clockwork = clockwork
        self._acd = acd
        self._surges = Surges(seed, clockwork.begin_of_day)
        self._random = dice(seed, "callers")
        self._again = dice(seed, "again")
        self._natures = {queue: Natures(seed, queue) for queue in DEMANDS}
        self._numbers = {queue: dice(seed, f"numbers/{queue}") for queue in DEMANDS}
        self._serial = 0
        acd.talk = self._talk
        acd.gave_up = self._gave_up
        for queue in DEMANDS:
            stream = arrivals(seed, queue, clockwork.begin_of_day, self._surges)
            clockwork.at(next(stream), self._arrive, queue, stream)
        clockwork.after(self._random.uniform(1.5, 4) * HOUR, self._trunk_breaks)

    def _arrive(self, queue: QueueName, stream: Iterator[Millis]) -> None:
        self._clockwork.at(next(stream), self._arrive, queue, stream)
        digits = self._numbers[queue]
        # The middle is always 0000: masked it looks like any number, and it belongs to nobody we could ring.
        number = f"{digits.choice(_PREFIXES)}0000{digits.randrange(10_000):04d}"
        self._through_ivr(queue, self._new(queue, number))
        if queue == "orders" and digits.random() < 0.2:
            self._tell("IvrShortcut", Shortcut="track-parcel", Wanted=queue, CallerUniqueid=self._acd.new_uid())

    def _new(self, queue: QueueName, number: str) -> Contact:
        self._serial += 1
        channel = f"PJSIP/trunk-{self._serial:08x}"
        if queue in _WEB:
            channel = f"Local/visitor@webchat-{self._serial:08x};2"
        return Contact(self._acd.new_uid(), channel, number, queue, self._natures[queue].draw())

    def _tell(self, name: str, **fields: str) -> None:
        self._clockwork.say(Told(name=name, fields=fields))

    # ---- IVR and routing keys ----

    def _through_ivr(self, wanted: QueueName, contact: Contact) -> None:
        queue = wanted
        shortcut = self._acd.keys.get(("ivr", "shortcut"), "")
        if shortcut and wanted not in _WEB:
            led = self._shortcut(shortcut, wanted, contact)
            if led is None:
                return
            queue = led
        self._enter(queue, contact)

    def _shortcut(self, shortcut: str, wanted: QueueName, contact: Contact) -> QueueName | None:
        """Return the queue a caller goes on to, None when the IVR settled the matter."""
        dice = self._random.random()
        if shortcut == "announce":
            takes = dice < ANNOUNCEMENT_SETTLES
        else:
            takes = wanted == self._hottest() and dice < SHORTCUT_TAKES
        if not takes:
            return wanted
        self._tell("IvrShortcut", Shortcut=shortcut, Wanted=wanted, CallerUniqueid=contact.uid)
        return shortcut if shortcut in self._acd.lines else None

    def _hottest(self) -> QueueName:
        now = self._clockwork.now

        def heat(queue: QueueName) -> tuple[bool, int]:
            return self._surges.running(queue, now), len(self._acd.lines[queue].waiting)

        return max((queue for queue in self._acd.lines if queue not in _WEB), key=heat)

    def _enter(self, queue: QueueName, contact: Contact) -> None:
        keys = self._acd.keys
        if keys.get(("queue/closed", queue)) == "1":
            self._tell("QueueClosed", Queue=queue, CallerUniqueid=contact.uid)
            return
        other = keys.get(("queue/overflow", queue), "")
        if other in self._acd.lines and other != queue:
            self._tell("QueueOverflow", Queue=queue, To=other, CallerUniqueid=contact.uid)
            # As in a dialplan, an overflow leads on once; the other queue may still be closed.
            if keys.get(("queue/closed", other)) == "1":
                self._tell("QueueClosed", Queue=other, CallerUniqueid=contact.uid)
                return
            queue = other
        self._acd.join(contact, queue)

    # ---- talks ----

    def _talk(self, contact: Contact, _agent: Agent) -> None:
        nature = contact.nature
        if nature.drop_at is not None:
            self._clockwork.after(nature.talk * nature.drop_at, self._drop, contact, contact.visit)
        elif nature.transfer_at is not None and contact.visit == 1:
            self._clockwork.after(nature.talk * nature.transfer_at, self._hand_on, contact, contact.visit)
        else:
            self._clockwork.after(nature.talk, self._end, contact, contact.visit)

    def _end(self, contact: Contact, visit: int) -> None:
        if contact.talking and contact.visit == visit:
            self._acd.complete(contact, "agent" if contact.nature.talk % 4 == 0 else "caller")

    def _hand_on(self, contact: Contact, visit: int) -> None:
        if contact.talking and contact.visit == visit:
            self._acd.complete(contact, "transfer")
            self._enter(contact.nature.transfer_to, contact)

    def _drop(self, contact: Contact, visit: int) -> None:
        if not contact.talking or contact.visit != visit:
            return
        side = "agent" if contact.nature.talk % 3 == 0 else "caller"
        self._acd.complete(contact, side, dropped_side=side)
        if self._again.random() < 0.5:
            self._clockwork.after(self._again.uniform(20, 120) * 1000, self._call_again, contact)

    def _trunk_breaks(self) -> None:
        """Drop several talks at once, as a failing trunk does."""
        talking = [
            agent.contact
            for agent in self._acd.agents.values()
            if agent.contact is not None and agent.contact.talking and agent.contact.queue not in _WEB
        ]
        for contact in self._random.sample(talking, min(len(talking), self._random.randint(4, 7))):
            self._clockwork.after(self._random.uniform(0, 3000), self._drop, contact, contact.visit)
        self._clockwork.after(self._random.uniform(3, 6) * HOUR, self._trunk_breaks)

    def drop_longest(self, queue: QueueName) -> None:
        """Drop the longest talk of a queue."""
        talks = [agent.contact for agent in self._acd.agents.values() if agent.contact is not None]
        talks = [contact for contact in talks if contact.talking and contact.queue == queue]
        if talks:
            longest = min(talks, key=lambda contact: contact.since)
            self._drop(longest, longest.visit)

    def _gave_up(self, contact: Contact) -> None:
        if self._again.random() < 0.2:
            self._clockwork.after(self._again.uniform(90, 480) * 1000, self._call_again, contact)

    def _call_again(self, contact: Contact) -> None:
        self._through_ivr(contact.queue, self._new(contact.queue, contact.number))
