"""The queue itself, played call by call: agents, callers with names, a line, dice. No formula of any kind."""

import random
from collections import deque

from console.core.forecast.question import Break, Departure


class Floor:
    """One play of a break; `met` collects (window, waited, answered, found a free agent) of every arrival to 2 b."""

    def __init__(self, asked: Break, dice: random.Random) -> None:
        assert asked.start_in_system is not None
        self.asked, self.dice, self.at = asked, dice, 0.0
        self.served: list[float | None] = []
        self.line: deque[float | None] = deque()
        self.met: list[tuple[int, float, bool, bool]] = []
        self.seats = asked.seats
        self.still_to_go = 0
        for _ in range(asked.start_in_system):
            (self.served if len(self.served) < asked.seats else self.line).append(None)

    def leave(self) -> None:
        idle = self.asked.seats - len(self.served)
        go = min(idle, self.asked.leaving)
        self.seats -= go
        for _ in range(self.asked.leaving - go):
            if self.asked.departure is Departure.FINISH_CALL:
                self.still_to_go += 1
            else:
                self.seats -= 1
                self.line.appendleft(self.served.pop(self.dice.randrange(len(self.served))))

    def come_back(self) -> None:
        self.still_to_go, self.seats = 0, self.asked.seats
        self.take_next()

    def take_next(self) -> None:
        while self.line and len(self.served) < self.seats and not self.still_to_go:
            arrived = self.line.popleft()
            self.note(arrived, answered=True)
            self.served.append(arrived)

    def note(self, arrived: float | None, *, answered: bool, at_once: bool = False) -> None:
        if arrived is not None:
            self.met.append((int(arrived >= self.asked.break_min), self.at - arrived, answered, at_once))

    def step(self, until: float) -> bool:
        """Play one event before `until`; whether there was one."""
        asked = self.asked
        arrivals = asked.arrivals if self.at < 2 * asked.break_min else 0.0
        rates = (arrivals, len(self.served) * asked.service, len(self.line) * asked.abandon)
        total = sum(rates)
        wait = self.dice.expovariate(total) if total > 0 else float("inf")
        if self.at + wait >= until:
            self.at = until
            return False
        self.at += wait
        kind = self.dice.choices(range(3), rates)[0]
        if kind == 0:
            if len(self.served) < self.seats and not self.still_to_go:
                self.note(self.at, answered=True, at_once=True)
                self.served.append(self.at)
            else:
                self.line.append(self.at)
        elif kind == 1:
            self.served.pop(self.dice.randrange(len(self.served)))
            if self.still_to_go:
                self.still_to_go -= 1
                self.seats -= 1
            self.take_next()
        else:
            place = self.dice.randrange(len(self.line))
            self.note(self.line[place], answered=False)
            del self.line[place]
        return True

    def play(self) -> list[tuple[int, float, bool, bool]]:
        self.leave()
        for until in (self.asked.break_min, 2 * self.asked.break_min):
            while self.step(until):
                pass
            if until == self.asked.break_min:
                self.come_back()
        while any(arrived is not None for arrived in self.line):
            self.step(float("inf"))
        return self.met


def played(asked: Break, times: int, seed: int) -> list[list[float]]:
    """[mean, standard error] of p_wait, mean wait, service level, p_abandon: `during`, then `after`."""
    dice = random.Random(seed)
    sums = [[[0.0] * times for _ in range(5)] for _ in range(2)]
    for turn in range(times):
        for window, waited, answered, at_once in Floor(asked, dice).play():
            values = (
                1.0,
                float(not at_once),
                waited,
                float(answered and waited <= asked.target_min),
                float(not answered),
            )
            for figure, value in enumerate(values):
                sums[window][figure][turn] += value
    result = []
    for window in range(2):
        count = sum(sums[window][0])
        for figure in range(1, 5):
            mean = sum(sums[window][figure]) / count
            off = [value - mean * number for value, number in zip(sums[window][figure], sums[window][0], strict=True)]
            result.append([mean, (sum(x * x for x in off)) ** 0.5 / count])
    return result
