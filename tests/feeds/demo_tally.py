"""A plain tally of a demo stream, apart from the console's own measures, to see that its figures are plausible.

`python -m tests.feeds.demo_tally [seed] [HH:MM]` prints the floor as it stands then.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from console.core.floor import events as said
from console.core.floor.events import Batch
from console.core.floor.model import Phone
from console.feeds.demo.clockwork import HOUR, MINUTE
from console.feeds.demo.load import DEMANDS
from console.feeds.demo.people import demo_people
from console.feeds.demo.world import World

EPOCH = 1_763_700_000.0
BEGINS = 7 * HOUR + 50 * MINUTE
GROUP = {person.interfaces[0]: person.primary_group for person in demo_people()}
PLAIN = {person.interfaces[0] for person in demo_people() if not (person.flex or person.trainer)}


@dataclass
class Row:
    entered: list[float] = field(default_factory=list)
    answered: list[tuple[float, float, float]] = field(default_factory=list)
    abandoned: list[tuple[float, float]] = field(default_factory=list)
    talked: list[tuple[float, float]] = field(default_factory=list)
    waiting: dict[str, float] = field(default_factory=dict)
    dropped: int = 0
    timed_out: int = 0
    longest_queue: int = 0


@dataclass
class Tally:
    rows: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    members: dict[tuple[str, str], said.MemberTold] = field(default_factory=dict)
    asks: dict[str, tuple[float, str]] = field(default_factory=dict)
    asked: int = 0
    withdrawn: int = 0
    on_line_s: dict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    phone_waiting: list[tuple[float, int]] = field(default_factory=list)
    at: float = 0.0

    def feed(self, batches: Iterable[Batch]) -> "Tally":
        for batch in batches:
            assert batch.at is not None
            self.at = batch.at
            for event in batch.events:
                self.one(event, batch.at)
        return self

    def one(self, event: said.FloorEvent, at: float) -> None:  # noqa: C901, PLR0912  one arm an event
        match event:
            case said.CallerJoined():
                row = self.rows[event.queue]
                row.entered.append(at)
                row.waiting[event.uid] = at
                row.longest_queue = max(row.longest_queue, len(row.waiting))
                self.note_waiting(at)
            case said.CallerLeft():
                del self.rows[event.queue].waiting[event.uid]
                self.note_waiting(at)
            case said.AgentConnected():
                self.rows[event.queue].answered.append((at, event.hold_s, event.ring_s))
            case said.CallerAbandoned():
                self.rows[event.queue].abandoned.append((at, event.hold_s))
            case said.AgentCompleted():
                self.rows[event.queue].talked.append((at, event.talk_s))
            case said.ExitTold():
                self.rows[event.queue].timed_out += 1
            case said.MemberTold():
                self.members[event.queue, event.interface] = event
                if event.why != "status":
                    self.note_seats(event.interface, at)
                if event.paused:
                    self.asks.pop(event.interface, None)
            case said.MemberLeft():
                del self.members[event.queue, event.interface]
                self.note_seats(event.interface, at)
            case said.BreakAsked():
                self.asked += 1
                self.asks[event.interface] = (at, event.reason)
            case said.BreakWithdrawn():
                self.withdrawn += 1
                self.asks.pop(event.interface, None)
            case _:
                pass

    def note_waiting(self, at: float) -> None:
        self.phone_waiting.append((at, sum(len(row.waiting) for queue, row in self.rows.items() if queue != "web")))

    def note_seats(self, interface: str, at: float) -> None:
        group = GROUP[interface]
        self.on_line_s[group].append((at, self.states(group).get("on line", 0)))

    def states(self, group: str) -> dict[str, int]:
        """How many seats of a group stand how: by pause reason, phone state, signed in and on line."""
        found: dict[str, int] = defaultdict(int)
        for interface, member in self.first_memberships().items():
            if GROUP[interface] != group or interface not in PLAIN:
                continue
            if member.phone is Phone.UNAVAILABLE:
                found["unregistered"] += 1
                continue
            found["signed in"] += 1
            away = member.paused and member.pause_reason not in {"话后处理", "Auto-Pause"}
            found["on line"] += not away
            found["away" if away else member.pause_reason if member.paused else member.phone.name.lower()] += 1
        return found

    def first_memberships(self) -> dict[str, said.MemberTold]:
        return {interface: member for (_, interface), member in self.members.items()}

    def occupancy(self, group: str, begin: float, end: float) -> float:
        """Handling time of a queue over its primary group's time on line (helpers make it exceed 1 in a surge)."""
        handled = 0.0
        for at, talk in self.rows[group].talked:
            handled += max(0.0, min(at, end) - max(at - talk, begin))
            handled += DEMANDS[group].wrap_s if begin <= at < end else 0
        return handled / self.seat_seconds(group, begin, end)

    def seat_seconds(self, group: str, begin: float, end: float) -> float:
        total, before, seats = 0.0, begin, 0
        for at, on_line in self.on_line_s[group]:
            if at > begin:
                total += seats * (min(at, end) - before)
                before = min(at, end)
            seats = on_line
            if at >= end:
                break
        return total + seats * max(0.0, end - before)

    def line(self, queue: str, begin: float, end: float, within: float = 15.0) -> str:
        row = self.rows[queue]
        answered = [(hold, ring) for at, hold, ring in row.answered if begin <= at < end]
        abandoned = [hold for at, hold in row.abandoned if begin <= at < end]
        late = sum(hold > within for hold in abandoned)
        level = sum(hold <= within for hold, _ in answered) / max(1, len(answered) + late)
        ages = [self.at - since for since in row.waiting.values()]
        return (
            f"{queue:9} wait {len(ages):3} mean {sum(ages) / max(1, len(ages)):5.0f}"
            f" longest {max(ages, default=0):5.0f}"
            f"  in {sum(begin <= at < end for at in row.entered):4} ans {len(answered):4} SL {level:4.0%}"
            f" ASA {sum(hold for hold, _ in answered) / max(1, len(answered)):4.0f}"
            f" ring {sum(ring for _, ring in answered) / max(1, len(answered)):3.1f}"
            f" aband {len(abandoned) / max(1, len(abandoned) + len(answered)):5.1%}"
            f" occ {self.occupancy(queue, begin, end):4.0%}  {dict(self.states(queue))}"
        )


def played(seed: int, until: int, begins: int = BEGINS, *, language: str = "zh_CN") -> tuple[World, list[Batch]]:
    """The demo from `begins` to `until` (ms of the day), with its batches."""
    world = World(seed, EPOCH, begins, language=language)
    world.advance(EPOCH + (until - begins) / 1000)
    return world, world.take()


def moment(time_of_day: int) -> float:
    return EPOCH + (time_of_day - BEGINS) / 1000


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    hour, minute = (sys.argv[2] if len(sys.argv) > 2 else "14:02").split(":")
    until = int(hour) * HOUR + int(minute) * MINUTE
    _, batches = played(seed, until)
    tally = Tally().feed(batches)
    tally.at = moment(until)
    for begin, end in [(hour * HOUR, (hour + 1) * HOUR) for hour in range(8, int(hour))] + [(until - HOUR // 2, until)]:
        print(f"--- {begin / HOUR:.2f} to {end / HOUR:.2f}")
        part = Tally().feed(batch for batch in batches if (batch.at or 0) <= moment(end))
        part.at = moment(end)
        for queue in DEMANDS:
            print(part.line(queue, moment(begin), moment(end), 30.0 if queue == "web" else 15.0))
    print("phones waiting at most", max(count for _, count in tally.phone_waiting))
    print("open asks", {GROUP[key]: (round(tally.at - at), why) for key, (at, why) in tally.asks.items()})
    print(f"asked {tally.asked}, withdrawn {tally.withdrawn}")


if __name__ == "__main__":
    main()
