"""What the clock finds due among 200 open requests, once a second in the desk's thread: its own processor time.

python -m tests.bench.break_due [requests] [agents]
"""

import statistics
import sys
import time

from msgspec.structs import replace

from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.roles import Actor
from console.core.step import step
from console.core.work.break_due import due
from console.core.work.break_records import AskBreak, Break, BreakState
from tests.core.floor_of_ten import NOON, floor, seat

ROUNDS = 30


def asked(view: FloorView, requests: int) -> Book:
    book = Book()
    for number in range(1, requests + 1):
        command = AskBreak(
            id=f"a{number}",
            by=Actor(id="li"),
            break_id=f"b{number}",
            interface=seat(number),
            kind="toilet" if number % 3 else "meal",
            heard_at=NOON - number,
        )
        puts = step(book, view, command, NOON).puts
        book = book.told(book.seq + 1, tuple(replace(record, version=1) for record in puts), {})
    return book


def with_breaks(book: Book, breaks: dict[str, Break]) -> Book:
    return replace(book, kinds={**book.kinds, Break: {**book.every(Break), **breaks}})


def owed(book: Book, every_s: float) -> Book:
    """Return the book with every request owed a slot that floats, one `every_s` after the other."""
    waiting = enumerate(book.every(Break).items())
    return with_breaks(
        book,
        {
            name: replace(each, state=BreakState.OWED, slot=NOON + 1200 + place * every_s, floats=True, owed_since=NOON)
            for place, (name, each) in waiting
        },
    )


def away(book: Book, numbers: range) -> Book:
    one = next(iter(book.every(Break).values()))
    return with_breaks(
        book,
        {
            f"o{number}": replace(
                one,
                id=f"o{number}",
                person=f"p{number}",
                interface=seat(number),
                kind="meal" if number % 2 else "toilet",
                state=BreakState.AWAY,
                departed_at=NOON - 60,
                decided_at=NOON - 90,
            )
            for number in numbers
        },
    )


def day(book: Book, breaks: int, agents: int) -> Book:
    one = next(iter(book.every(Break).values()))
    return with_breaks(
        book,
        {
            f"x{number}": replace(
                one,
                id=f"x{number}",
                person=f"p{number % agents + 1}",
                state=BreakState.RETURNED,
                departed_at=NOON - 7200,
                ended_at=NOON - 6600,
            )
            for number in range(breaks)
        },
    )


def measured(name: str, book: Book, view: FloorView) -> None:
    spent = []
    for number in range(ROUNDS):
        seen = replace(view, at=NOON + number)
        begun = time.thread_time()
        due(book, seen, NOON + number)
        spent.append((time.thread_time() - begun) * 1000)
    spent.sort()
    print(f"{name:<44} median {statistics.median(spent):6.2f} ms   p95 {spent[int(len(spent) * 0.95) - 1]:6.2f} ms")


def main(requests: int = 200, agents: int = 600) -> None:
    free, gone = floor(agents), range(agents // 2, agents)
    full = floor(agents, away=gone)
    book = asked(free, requests)
    print(f"{requests} open requests, {agents} agents in one group, one look a second")
    measured("asked", book, free)
    measured("owed one slot, and there is room", owed(book, 0), free)
    measured("owed slots 20 s apart, and there is room", owed(book, 20), free)
    measured("owed, nobody may go", away(owed(book, 20), gone), full)
    measured("owed, nobody may go, 2500 breaks of the day", day(away(owed(book, 20), gone), 2500, agents), full)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
