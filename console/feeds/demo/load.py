"""How much comes in on the demo floor: the curve of a weekday, its surges, and what one contact is like.

All dice are drawn from streams of their own by seed and purpose, so that a supervisor's decision on one seat does not
change who calls an hour later.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import structs

from console.core.floor.model import QueueName, Record, Seconds
from console.feeds.demo.clockwork import DAY, HOUR, MINUTE, Millis
from console.feeds.demo.dice import dice

# Hour of the day and level: 1.0 is what the floor of the early afternoon can just carry calmly.
_CURVE = (
    (0.0, 0.06), (2.0, 0.03), (6.0, 0.03), (7.5, 0.07), (8.0, 0.22), (9.0, 0.48), (9.75, 0.58), (10.2, 0.93),
    (10.75, 1.0), (11.25, 0.92), (12.0, 0.74), (13.0, 0.70), (13.5, 0.80), (14.0, 0.94), (15.0, 1.0), (15.75, 0.97),
    (16.5, 0.80), (18.0, 0.58), (19.0, 0.40), (19.6, 0.40), (20.2, 0.44), (21.0, 0.33), (22.5, 0.15), (24.0, 0.06),
)  # fmt: skip
_HOURS = tuple(hour for hour, _ in _CURVE)


def level(time_of_day: Millis) -> float:
    """Return the load of a weekday at `time_of_day`, straight lines between the points of the curve."""
    hour = time_of_day % DAY / HOUR
    right = min(bisect_right(_HOURS, hour), len(_CURVE) - 1)
    (h0, l0), (h1, l1) = _CURVE[right - 1], _CURVE[right]
    return l0 + (l1 - l0) * (hour - h0) / (h1 - h0)


class Demand(Record, frozen=True, kw_only=True):
    """What one queue is offered: contacts a minute at level 1, and the times in seconds of one contact."""

    per_minute: float
    talk_s: Seconds
    wrap_s: int
    patience_s: Seconds
    timeout_s: Seconds = 240.0
    ring_s: Seconds = 3.5
    spread: float = 0.7
    transfer_to: tuple[QueueName, ...] = ()


DEMANDS: dict[QueueName, Demand] = {
    "security": Demand(per_minute=6.0, talk_s=165, wrap_s=12, patience_s=300, transfer_to=("payment", "tech")),
    "payment": Demand(per_minute=5.6, talk_s=175, wrap_s=12, patience_s=280, transfer_to=("orders", "security")),
    "orders": Demand(per_minute=5.4, talk_s=140, wrap_s=10, patience_s=260, transfer_to=("payment", "members")),
    "members": Demand(per_minute=1.8, talk_s=160, wrap_s=10, patience_s=240, transfer_to=("orders",)),
    "tech": Demand(per_minute=1.1, talk_s=245, wrap_s=20, patience_s=300, transfer_to=("security",)),
    "web": Demand(per_minute=2.15, talk_s=310, wrap_s=10, patience_s=330, ring_s=5.0, transfer_to=()),
}

HARD_SHARE = 0.015
DROP_SHARE = 0.012
TRANSFER_SHARE = 0.04
SHORT_SHARE = 0.025


class Surge(Record, frozen=True, kw_only=True):
    """A while in which one queue gets `peak` times its load: rising at first, falling at the end."""

    queue: QueueName
    begins: Millis
    ends: Millis
    peak: float

    def factor(self, when: Millis) -> float:
        """Return by how much the load is multiplied at `when`."""
        if not self.begins <= when < self.ends:
            return 1.0
        done = (when - self.begins) / (self.ends - self.begins)
        return 1.0 + (self.peak - 1.0) * min(1.0, done / 0.5, (1.0 - done) / 0.2)


class Surges:
    """The surges of the demo: about one every 70 minutes, and every afternoon one on account security.

    The afternoon's is why a demo opened at its usual 14:02 shows a floor that needs its supervisor.
    """

    _FIXED = (
        Surge(queue="security", begins=13 * HOUR + 44 * MINUTE, ends=14 * HOUR + 18 * MINUTE, peak=3.0),
        Surge(queue="payment", begins=13 * HOUR + 48 * MINUTE, ends=14 * HOUR + 14 * MINUTE, peak=1.6),
    )
    _QUIET = (12 * HOUR + 50 * MINUTE, 14 * HOUR + 45 * MINUTE)
    PEAK = 3.0

    def __init__(self, seed: int, begin_of_day: Millis) -> None:
        self._begin_of_day = begin_of_day
        self._random = dice(seed, "surges")
        self._next: Millis = round(self._random.uniform(50, 90) * MINUTE)
        self._known: list[Surge] = []
        self._fixed_day = 0

    def factor(self, queue: QueueName, when: Millis) -> float:
        """Return the factor on a queue's load at `when`; may be asked in any order from here on."""
        self._plan(when)
        found = 1.0
        for surge in self._known:
            if surge.queue == queue and surge.begins <= when < surge.ends:
                found = max(found, surge.factor(when))
        return found

    def running(self, queue: QueueName, when: Millis) -> bool:
        """Return whether a surge is on for this queue."""
        return self.factor(queue, when) > 1.0

    def _plan(self, when: Millis) -> None:
        while self._next <= when + HOUR:
            begins = self._next
            length = round(self._random.uniform(10, 20) * MINUTE)
            queue = self._random.choices(tuple(DEMANDS), (5, 5, 4, 2, 2, 2))[0]
            peak = self._random.uniform(2.0, self.PEAK)
            self._next = begins + round(self._random.uniform(55, 85) * MINUTE)
            time_of_day = (self._begin_of_day + begins) % DAY
            if not self._QUIET[0] <= time_of_day < self._QUIET[1]:
                self._known.append(Surge(queue=queue, begins=begins, ends=begins + length, peak=peak))
        while (midnight := self._fixed_day * DAY - self._begin_of_day) <= when:
            self._known += (
                structs.replace(surge, begins=surge.begins + midnight, ends=surge.ends + midnight)
                for surge in self._FIXED
            )
            self._fixed_day += 1
            self._known = [surge for surge in self._known if surge.ends >= when - 12 * HOUR]


def arrivals(seed: int, queue: QueueName, begin_of_day: Millis, surges: Surges) -> Iterator[Millis]:
    """Yield the moments at which contacts come for one queue: a Poisson stream whose rate follows curve and surges."""
    random = dice(seed, f"arrivals/{queue}")
    most = DEMANDS[queue].per_minute * Surges.PEAK / MINUTE
    when = 0.0
    while True:
        when += random.expovariate(most)
        moment = round(when)
        if random.random() * Surges.PEAK < level(begin_of_day + moment) * surges.factor(queue, moment):
            yield moment


class Nature(Record, frozen=True, kw_only=True):
    """What one contact will be like, drawn when it comes: ms of patience and talk, and how it may end.

    `drop_at` and `transfer_at` are the share of the talk after which it breaks or is handed on; None: neither.
    """

    patience: Millis
    talk: Millis
    drop_at: float | None = None
    transfer_at: float | None = None
    transfer_to: QueueName = ""


class Natures:
    """Draws the natures of one queue's contacts."""

    def __init__(self, seed: int, queue: QueueName) -> None:
        self._demand = DEMANDS[queue]
        self._random = dice(seed, f"contacts/{queue}")
        self._sigma = math.sqrt(math.log(1 + self._demand.spread**2))
        self._mu = math.log(self._demand.talk_s) - self._sigma**2 / 2

    def draw(self) -> Nature:
        """Return the next contact's nature."""
        random = self._random
        demand = self._demand
        patience = random.expovariate(1 / demand.patience_s) + 4
        if random.random() < SHORT_SHARE:
            patience = random.uniform(1, 5)
        talk = min(max(random.lognormvariate(self._mu, self._sigma), 8), 1500)
        if random.random() < HARD_SHARE:
            talk = min(max(talk * 4, 720), 2400)
        drop_at = transfer_at = None
        fate = random.random()
        share = random.uniform(0.2, 0.8)
        to = random.choice(demand.transfer_to) if demand.transfer_to else ""
        if fate < DROP_SHARE:
            drop_at = share
        elif to and fate < DROP_SHARE + TRANSFER_SHARE:
            transfer_at = share
        return Nature(
            patience=round(patience * 1000),
            talk=round(talk * 1000),
            drop_at=drop_at,
            transfer_at=transfer_at,
            transfer_to=to,
        )
