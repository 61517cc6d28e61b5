"""What a live forecast costs and how far it is off: `python -m tests.bench.forecast`.

One request is both answers of the card: the break granted, and nobody leaving from the same start. Milliseconds are CPU
time of the process, which neighbours on the machine do not lengthen, and the best of the runs; the error is against the
exact solver: the largest of all figures in both windows, against the larger of 1 and the figure. Budget: 20 ms at 50
seats, 60 ms at 200, error 1e-3, both departures.
"""

import time

import msgspec

from console.core.forecast.live import compare
from console.core.forecast.question import Answer, Break, Departure
from console.core.forecast.transient import answer

BUDGET_MS = {50: 20.0, 200: 60.0}
ERROR = 1e-3
RUNS = 15


def asked(seats: int, leaving: int, begun: int, departure: Departure, abandon: float) -> Break:
    """A floor at 96 % load with calls of four minutes and a break of a quarter of an hour."""
    return Break(
        arrivals=0.24 * seats, service=0.25, abandon=abandon, seats=seats, leaving=leaving, break_min=15.0,
        target_min=1 / 3, departure=departure, start_in_system=begun,
    )  # fmt: skip


def off(one: Answer, other: Answer) -> float:
    worst = 0.0
    for mine, theirs in ((one.during, other.during), (one.after, other.after)):
        for x, y in zip(msgspec.structs.astuple(mine), msgspec.structs.astuple(theirs), strict=True):
            worst = max(worst, abs((x or 0.0) - (y or 0.0)) / max(1.0, abs(y or 0.0)))
    return worst


def best(question: Break) -> float:
    taken = []
    for _ in range(RUNS):
        begun = time.process_time()
        compare(question)
        taken.append(time.process_time() - begun)
    return min(taken) * 1e3


def main() -> bool:
    """Print one line a case and return whether all keep the budget."""
    compare(asked(10, 1, 10, Departure.FINISH_CALL, 0.5))  # scipy is loaded by the first
    kept = True
    for seats, budget in BUDGET_MS.items():
        for departure in Departure:
            for leaving in (1, 3, seats // 10):
                for start, abandon in ((0.9, 0.5), (1.0, 0.5), (1.2, 0.5), (1.0, 0.0)):
                    question = asked(seats, leaving, round(seats * start), departure, abandon)
                    exact = msgspec.structs.replace(question, leaving=0)
                    found, taken = compare(question), best(question)
                    error = max(off(found.granted, answer(question)), off(found.refused, answer(exact)))
                    kept = kept and taken <= budget and error <= ERROR
                    print(
                        f"forecast {seats:3d} seats {departure:11s} {leaving:2d} leave, {question.start_in_system:3d}"
                        f" in system, abandon {abandon:.1f}: {taken:5.1f} ms of {budget:.0f}, error {error:.0e}"
                    )
    print("forecast: within budget" if kept else "forecast: OVER BUDGET")
    return kept


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
