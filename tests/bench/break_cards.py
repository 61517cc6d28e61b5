"""200 open requests: what a commit costs the screen's thread (its own processor time) until the list is painted again.

QT_QPA_PLATFORM=offscreen python -m tests.bench.break_cards [requests] [agents]
"""

import os
import statistics
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.preferences import Preferences
from console.core.roles import Actor
from console.core.step import step
from console.core.work.break_records import AskBreak, GrantBreak
from console.ui.application import make_application
from console.ui.bridge import Bridge
from console.ui.shell import Shell
from console.ui.window import DeskWindow
from console.views.book_cards import work_cards
from tests.core.floor_of_ten import NOON, floor, seat
from tests.ui.floor_fixture import FixedClock, MemorySettings

ROUNDS = 40
FRAME_MS = 1000 / 60


def asked(view: FloorView, requests: int) -> Book:
    book, li = Book(), Actor(id="li", name="Li")
    for number in range(1, requests + 1):
        command = AskBreak(
            id=f"a{number}",
            by=li,
            break_id=f"b{number}",
            interface=seat(number),
            kind="toilet" if number % 3 else "meal",
            heard_at=NOON - number,
        )
        book = told(book, step(book, view, command, NOON).puts)
    return book


def told(book: Book, puts: tuple[object, ...]) -> Book:
    records = tuple(replace(record, version=record.version + 1) for record in puts)  # type: ignore[type-var, attr-defined]  # kept ones
    return book.told(book.seq + 1, records, {})  # type: ignore[arg-type]  # as above


def measured(name: str, spent: list[float]) -> None:
    spent.sort()
    share = len([each for each in spent if each > FRAME_MS]) / len(spent)
    print(
        f"{name:<42} median {statistics.median(spent):6.2f} ms   p95 {spent[int(len(spent) * 0.95) - 1]:6.2f} ms"
        f"   over a frame {share:4.0%}"
    )


def main(requests: int = 200, agents: int = 600) -> None:
    view = floor(agents)
    book = asked(view, requests)
    print(f"{requests} open requests, {agents} agents in one group, a frame is {FRAME_MS:.1f} ms")
    spent = []
    for number in range(ROUNDS):
        begun = time.thread_time()
        work_cards(view, book, NOON + number / 10)
        spent.append((time.thread_time() - begun) * 1000)
    measured("cards made from the book", spent)
    make_application(Preferences(language="zh_CN"))
    clock = FixedClock(NOON)
    settings = MemorySettings(Preferences(language="zh_CN", page="breaks", demo_banner_closed=True))
    shell = Shell(bridge=Bridge(), clock=clock, settings=settings)
    window = DeskWindow(shell)
    window.resize(1600, 940)
    window.show()
    shell.bridge.publish(view)
    for page in ("board", "breaks"):
        window.open_page(page)
        shell.take_book(book)
        for _ in range(10):
            QCoreApplication.processEvents()
        after, spent = book, []
        for number in range(1, ROUNDS + 1):
            grant = GrantBreak(id=f"g{number}", by=Actor(id="li"), break_id=f"b{number}", exception=True, why="bench")
            after = told(after, step(after, view, grant, NOON).puts)
            begun = time.thread_time()
            shell.take_book(after)
            QCoreApplication.processEvents()
            spent.append((time.thread_time() - begun) * 1000)
        measured(f"a grant until painted, page {page}", spent)
    window.close()


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
