"""What an alarm rule looks at, and what it says it found."""

from collections.abc import Iterable, Mapping

from console.core.floor.groups import Groups
from console.core.floor.model import AgentState, AgentStatus, Instant, Interface, QueueName, Record, Seconds
from console.core.floor.policy import SkillGroup, Tone
from console.core.floor.seats import Reasons
from console.core.floor.view import FloorView
from console.core.words import Said


class Finding(Record, frozen=True, kw_only=True):
    """A condition that is true now; it is said once it has been true for `hold_s`.

    `since` is since when it is known to be true; None: since it was first seen.
    """

    rule: str
    subject: str
    tone: Tone
    said: Said
    group: str = ""
    seats: tuple[Interface, ...] = ()
    value: float | None = None
    limit: float | None = None
    hold_s: Seconds = 0.0
    since: Instant | None = None

    @property
    def id(self) -> str:
        """Return rule and subject, as the alarm will have it."""
        return f"{self.rule}:{self.subject}"


class Sight:
    """One moment of the floor, with the tones conditions had before."""

    def __init__(self, view: FloorView, at: Instant, tones: Mapping[str, Tone]) -> None:
        self.view = view
        self.at = at
        self.groups = Groups(view.policy)
        self.reasons = Reasons(view.policy.wrap_up_reasons)
        self._tones = tones

    def tone(self, rule: str, subject: str) -> Tone:
        """Return the tone this condition had when it was last judged."""
        return self._tones.get(f"{rule}:{subject}", Tone.CALM)

    def group_of(self, agent: AgentState) -> SkillGroup | None:
        """Return an agent's primary group; without a directory, that of the first queue."""
        person = self.view.people.get(self.view.person_of.get(agent.interface, ""))
        queues = agent.queues or agent.last_seen_queues
        group = self.groups.by_id(person.primary_group) if person is not None else None
        return group or (self.groups.of_queue(queues[0]) if queues else None)

    def busy_elsewhere(self, agent: AgentState) -> bool:
        """Return whether this agent's person is away or on a call at another interface."""
        person = self.view.people.get(self.view.person_of.get(agent.interface, ""))
        if person is None:
            return False
        others = (self.view.agents.get(each) for each in person.interfaces if each != agent.interface)
        return any(
            other is not None and other.status in {AgentStatus.TALKING, AgentStatus.RINGING, AgentStatus.PAUSED}
            for other in others
        )

    def reached(self, queues: Iterable[QueueName]) -> set[QueueName]:
        """Return which of these queues have at least one member on line, flex agents and trainers included."""
        wanted, found = set(queues), set[QueueName]()
        for (queue, interface), member in self.view.members.items():
            if queue not in wanted or queue in found:
                continue
            agent = self.view.agents.get(interface)
            if agent is None or agent.status in {AgentStatus.SIGNED_OUT, AgentStatus.UNAVAILABLE}:
                continue
            if member.paused and not self.reasons.wraps_up(member.pause_reason):
                continue
            found.add(queue)
        return found
