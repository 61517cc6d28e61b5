"""The console without a window, told what to do by lines on standard input: what `tests.asterisk.crash` kills."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.app.floors import OpenFloor, Surroundings
from console.core.floor.model import Instant, LinkStatus
from console.core.profiles import FloorKind, Profile
from console.core.words import Said
from console.desk.clock import SystemClock
from console.desk.desk_loop import Outcome
from console.feeds.asterisk.switch import AsteriskSwitch
from console.store.desk_store import DeskStore
from tests.asterisk.crash_deeds import command_of, has_come, unfinished

TICK_S = 0.15
FUSES = ("before commit", "after commit", "before write", "after write")
"""Where a child may kill itself: a write is whatever is told to the ACD."""


class Given:
    """Secrets handed over by the parent; a test has no keyring."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self._secrets = secrets

    def get(self, _profile: str, name: str) -> str | Said | None:
        return self._secrets.get(name)

    def put(self, _profile: str, _name: str, _secret: str) -> Said | None:
        return None

    def drop(self, _profile: str, _name: str) -> Said | None:
        return None


class Leaping(SystemClock):
    """The machine's clock, `ahead` seconds fast: hours of waiting are leapt over."""

    ahead = 0.0

    def now(self) -> Instant:
        """Return the machine's time and what was leapt over."""
        return super().now() + self.ahead


class Fuse:
    """Kills this process at the n-th commit or write, just before or just after it."""

    def __init__(self, place: str, count: int) -> None:
        self._place = place
        self._left = count
        self._turn = threading.Lock()

    def at(self, place: str) -> None:
        """Count a place passed."""
        with self._turn:
            self._left -= place == self._place
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def mined(method: Callable[..., Any], fuse: Fuse, what: str) -> Callable[..., Any]:
    """Return a method with the fuse laid around it."""

    def doing(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  whatever the method takes
        fuse.at(f"before {what}")
        done = method(*arguments, **options)
        fuse.at(f"after {what}")
        return done

    return doing


def lay(fuse: Fuse) -> None:
    """Lay the fuse at every commit and at every word to the ACD of this process."""
    DeskStore.commit = mined(DeskStore.commit, fuse, "commit")  # type: ignore[method-assign]  # to die there
    for name in ("pause", "add_member", "remove_member", "set_penalty", "put_key", "delete_key", "tell"):
        setattr(AsteriskSwitch, name, mined(getattr(AsteriskSwitch, name), fuse, "write"))


def tell(**words: object) -> None:
    """Say something to the parent."""
    print(json.dumps(words), flush=True)


def main() -> None:
    """Open the floor the parent names, then do what it orders until killed."""
    setting = json.loads(sys.stdin.readline())
    if setting["fuse"]:
        lay(Fuse(*setting["fuse"]))
    profile = Profile(
        id="crash",
        name="crash",
        kind=FloorKind.ASTERISK,
        port=setting["port"],
        user="floordesk-feed",
        steward_user="floordesk-steward",
    )
    clock = Leaping()
    clock.ahead = setting["ahead"]
    ready, books = threading.Event(), threading.Event()
    floor = OpenFloor(
        profile,
        Surroundings(Path(setting["data"]), clock, Given(setting["secrets"]), "en"),
        publish=lambda view: ready.set() if view.link.status is LinkStatus.LIVE and view.people else None,
        publish_book=lambda _book: books.set(),
    )
    floor.start()
    threading.Thread(target=_tick, args=(floor,), daemon=True).start()
    ready.wait(120)
    books.wait(120)
    tell(said="ready")
    for line in sys.stdin:
        order = json.loads(line)
        match order["do"]:
            case "quiet?":
                tell(said="quiet", left=unfinished(floor.book, floor.view))
            case "leap":
                clock.ahead = order["ahead"]
                tell(said="done", id=order["id"])
            case "until":
                while not has_come(order, floor.book, floor.view):
                    time.sleep(0.02)
                tell(said="done", id=order["id"])
            case _:
                _carry_out(floor, order)


def _tick(floor: OpenFloor) -> None:
    """Let the clock's deeds fall due more often than once a second: many runs are wanted."""
    while True:
        time.sleep(TICK_S)
        floor.desk.tick()


def _carry_out(floor: OpenFloor, order: dict[str, Any]) -> None:
    try:
        command = command_of(order, floor.book, floor.view, floor.source.clock.now())
    except LookupError as error:
        tell(said="no", id=order["id"], why=repr(error))
        return
    floor.desk.submit(command, _answered)


def _answered(outcome: Outcome) -> None:
    if outcome.refusal is None:
        tell(said="done", id=outcome.command.id)
    else:
        tell(said="no", id=outcome.command.id, why=outcome.refusal.english())


if __name__ == "__main__":
    main()
