"""What is said at once: an alarm, unique while open by rule and subject."""

from console.core.floor.model import Instant, Interface, Record
from console.core.floor.policy import Tone
from console.core.words import Said


class Alarm(Record, frozen=True, kw_only=True):
    """One open alarm; `said` its sentence with figures, `seats` those it names, `group` whom it concerns."""

    rule: str
    subject: str
    tone: Tone
    since: Instant
    said: Said
    group: str = ""
    seats: tuple[Interface, ...] = ()
    value: float | None = None
    limit: float | None = None

    @property
    def id(self) -> str:
        """Return rule and subject, unique while open."""
        return f"{self.rule}:{self.subject}"
