"""200 open requests: what a grant costs the screen's thread (its own processor time) until it is painted.

"The list" is the cards in sight with the figures that follow from the grant; "the page" adds the timeline and both
tables. Between the pieces the event loop turns, so what a key or a call waits for is the longest single turn.

QT_QPA_PLATFORM=offscreen python -m tests.bench.break_cards [requests] [agents]
"""

import gc
import os
import statistics
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

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

ROUNDS, GRANTS = 120, 40
MOST_TURNS = 40
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


class Painted(QObject):
    """Knows which of some widgets have been painted since it was last asked to forget."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.seen: set[int] = set()
        self._widgets = widgets
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.Paint:
            self.seen.add(id(watched))
        return False

    def all_of(self, *widgets: QWidget) -> bool:
        return {id(widget) for widget in widgets} <= self.seen


def measured(name: str, spent: list[float]) -> None:
    spent.sort()
    share = len([each for each in spent if each > FRAME_MS]) / len(spent)
    p99 = spent[min(len(spent) - 1, int(len(spent) * 0.99))]
    print(
        f"{name:<42} median {statistics.median(spent):6.2f} ms   p99 {p99:6.2f} ms   most {spent[-1]:6.2f} ms"
        f"   over a frame {share:4.0%}"
    )


def main(requests: int = 200, agents: int = 600) -> None:
    gc.disable()  # as the program does: its collector runs on a timer of its own
    view = floor(agents)
    book = asked(view, requests)
    print(f"{requests} open requests, {agents} agents in one group, a frame is {FRAME_MS:.1f} ms")
    spent = []
    for number in range(ROUNDS):
        begun = time.thread_time()
        work_cards(view, book, NOON + number / 10)
        spent.append((time.thread_time() - begun) * 1000)
    measured("all cards made from the book", spent)
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
        settle(shell, book)
        grants(page, shell, window, book)
    window.close()


def settle(shell: Shell, book: Book) -> None:
    shell.take_book(book)
    for _ in range(MOST_TURNS):
        QCoreApplication.processEvents()


def grants(page: str, shell: Shell, window: DeskWindow, book: Book) -> None:
    """Grant one request after the other, forty times, and begin anew; those granted are still there to be undone."""
    asked_for = book
    first = window.todo.card(window.todo.slots[0].card.id)
    assert first is not None
    listed = first.parentWidget()
    assert listed is not None
    parts: list[QWidget] = []
    if page == "breaks":
        now = window.page.now  # type: ignore[union-attr]  # the page just opened
        parts = [now.gantt, now.away.viewport(), now.line.viewport()]
    painted = Painted(listed, *parts)
    shown, whole, longest = [], [], []
    for number in (1 + each % GRANTS for each in range(ROUNDS)):
        if number == 1:
            book = asked_for
            settle(shell, book)
        grant = GrantBreak(id=f"g{number}", by=Actor(id="li"), break_id=f"b{number}", exception=True, why="bench")
        book = told(book, step(book, shell.live, grant, NOON).puts)
        painted.seen.clear()
        turns, at_list, at_page = [], 0.0, 0.0
        begun = time.thread_time()
        shell.take_book(book)
        turns.append((time.thread_time() - begun) * 1000)
        for _ in range(MOST_TURNS):
            begun = time.thread_time()
            QCoreApplication.processEvents()
            turns.append((time.thread_time() - begun) * 1000)
            at_list = at_list or (sum(turns) if painted.all_of(listed) else 0.0)
            at_page = at_page or (sum(turns) if painted.all_of(listed, *parts) else 0.0)
        shown.append(at_list)
        whole.append(at_page)
        longest.append(max(turns))
    measured(f"a grant until the list is painted, {page}", shown)
    if parts:
        measured("a grant until the page is painted too", whole)
    measured(f"the longest turn of the loop, {page}", longest)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
