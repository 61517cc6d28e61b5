"""A whole floor opened for a test: every view, book and sentence it gives, and waiting for what should come."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from console.app.floors import OpenFloor, Surroundings, folder_name
from console.core.floor.model import LinkStatus, Seconds
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.profiles import Profile
from console.core.roles import Actor, Role
from console.core.words import Said
from console.core.work.break_records import Break, BreakState
from console.desk.clock import SystemClock
from console.desk.desk_loop import Outcome
from console.feeds.demo.feed import DemoFeed
from console.feeds.demo.seats import Agent
from console.feeds.demo.world import World

LI = Actor(id="li", name="李班长")
ZHAO = Actor(id="zhao", name="赵经理", role=Role.DUTY_MANAGER)
WITHIN: Seconds = 60.0

T = TypeVar("T")


class KnownSecrets:
    """A keyring that holds what a test put there."""

    def __init__(self, **secrets: str) -> None:
        self.secrets = secrets

    def get(self, profile: str, name: str) -> str | Said | None:
        del profile
        return self.secrets.get(name)

    def put(self, profile: str, name: str, secret: str) -> Said | None:
        del profile
        self.secrets[name] = secret
        return None

    def drop(self, profile: str, name: str) -> Said | None:
        del profile
        self.secrets.pop(name, None)
        return None


def eventually(
    found: Callable[[], T], what: str, *, within: Seconds = WITHIN, news: threading.Event | None = None
) -> T:
    """Return the first truthy answer of `found`, asked again with every piece of news; fail after `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := found()):
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        if news is None:
            time.sleep(0.01)
        else:
            news.wait(0.05)
            news.clear()
    return answer


class Opened:
    """One open floor at work; leaving the block closes it, and fails where a thread of it lives on."""

    def __init__(
        self, profile: Profile, data: Path | None, *, language: str = "en", secrets: KnownSecrets | None = None
    ) -> None:
        self.told: list[Said] = []
        self.books: list[Book] = []
        self.views = 0
        self.news = threading.Event()
        self.threads_before = set(threading.enumerate())
        self.folder = None if data is None else data / folder_name(profile)
        self.floor = OpenFloor(
            profile,
            Surroundings(data, SystemClock(), secrets or KnownSecrets(), language),
            publish=self._seen,
            publish_book=self._kept,
            tell=self._said,
        )

    def _seen(self, _view: FloorView) -> None:
        self.views += 1
        self.news.set()

    def _kept(self, book: Book) -> None:
        self.books.append(book)
        self.news.set()

    def _said(self, said: Said) -> None:
        self.told.append(said)
        self.news.set()

    def __enter__(self) -> Self:
        self.floor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.floor.close()
        if kind is None:
            # Threads without a name of their own are a scripted server's: one a connection.
            left = {each for each in threading.enumerate() if "(" not in each.name} - self.threads_before
            assert not left, f"threads live on: {left}"

    @property
    def view(self) -> FloorView:
        return self.floor.view

    @property
    def book(self) -> Book:
        return self.floor.book

    def until(self, found: Callable[[], T], what: str, within: Seconds = WITHIN) -> T:
        return eventually(
            found, f"{what}; told {[each.english() for each in self.told]}", within=within, news=self.news
        )

    def until_live(self) -> FloorView:
        """Return a view of the present: the demo tells the day so far first."""

        def live() -> FloorView | None:
            view = self.view
            heard = view.link.heard_at
            now = self.floor.source.clock.now()
            return view if view.link.status is LinkStatus.LIVE and heard is not None and now - heard < 2.0 else None

        found = self.until(live, "a live floor")
        assert found is not None
        return found

    def until_told(self, words: str) -> Said:
        def found() -> Said | None:
            return next((each for each in self.told if words in each.english()), None)

        said = self.until(found, f"“{words}” is said")
        assert said is not None
        return said

    def answer(self, command: Command) -> Outcome:
        """Have a command decided and return what became of it."""
        outcomes: list[Outcome] = []

        def take(outcome: Outcome) -> None:
            outcomes.append(outcome)
            self.news.set()

        self.floor.desk.submit(command, take)
        self.until(lambda: outcomes, f"an answer to {command}")
        return outcomes[0]

    def decided(self, command: Command) -> Outcome:
        """Have a command decided that must not be refused."""
        outcome = self.answer(command)
        assert outcome.refusal is None, outcome.refusal.english()
        return outcome

    def break_of(self, interface: str) -> Break | None:
        """Return the newest break of a seat, or None."""
        of_seat = [each for each in self.book.every(Break).values() if each.interface == interface]
        return max(of_seat, key=lambda each: each.asked_at, default=None)

    def until_break(self, interface: str, *states: BreakState) -> Break:
        """Return the newest break of a seat once it is in one of these states."""

        def found() -> Break | None:
            known = self.break_of(interface)
            return known if known is not None and known.state in states else None

        known = self.until(found, f"a break of {interface} {states}, not {self.break_of(interface)}")
        assert known is not None
        return known

    def reasons(self, interface: str) -> dict[str, str | None]:
        """Return queue -> reason (None: not paused) of a seat, as the floor shows it."""
        return {
            queue: member.pause_reason if member.paused else None
            for (queue, seat), member in self.view.members.items()
            if seat == interface
        }


class DemoOpened(Opened):
    """The demo floor at work, and hands on its made-up people."""

    @property
    def feed(self) -> DemoFeed:
        assert isinstance(self.floor.source.feed, DemoFeed)
        return self.floor.source.feed

    def with_world(self, do: Callable[[World], T]) -> T:
        """Do something to the world behind the floor, between two of its moments."""
        with self.feed.locked:
            world = self.feed.present()
            assert world is not None, "the demo is not live"
            return do(world)

    def one_asks(self, fits: Callable[[Agent], bool], kind: str = "water") -> Agent:
        """Have the first agent who fits ask for a break; return them."""

        def ask(world: World) -> Agent | None:
            for agent in world.acd.agents.values():
                if fits(agent) and not agent.paused and world.breaks.ask(agent, kind):
                    return agent
            return None

        agent = self.until(lambda: self.with_world(ask), f"somebody to ask for {kind}")
        assert agent is not None
        return agent
