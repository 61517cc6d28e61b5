"""The console without a window, told what to do by lines on standard input: what `tests.asterisk.crash` kills."""

import json
import sys
import threading
from pathlib import Path

from console.app.floors import OpenFloor, Surroundings
from console.core.errors import Stale
from console.core.floor.model import LinkStatus
from console.core.kept import Command, Entry, Message, Step
from console.core.levers import Lever, LeverState, RoutingKey, hold, release
from console.core.ports import Store
from console.core.profiles import FloorKind, Profile
from console.core.roles import Actor
from console.core.words import Said, say
from console.core.work.break_records import AskBreak, GrantBreak, ReturnBreak, UndoGrant
from console.core.work.messages import MessageState, state_of
from console.desk.clock import SystemClock
from console.desk.desk_loop import Outcome
from console.store.opening import another_on

LI = Actor(id="li", name="李班长")
SHORTCUT = RoutingKey(family="ivr", key="shortcut")


class Pull(Command, frozen=True, kw_only=True):
    """Stands for a plan's step on a routing key: its hold is committed as any decision is."""

    value: str = ""


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


def tell(**words: object) -> None:
    print(json.dumps(words), flush=True)


def main() -> None:
    setting = json.loads(sys.stdin.readline())
    profile = Profile(
        id="crash",
        name="crash",
        kind=FloorKind.ASTERISK,
        port=setting["port"],
        user="floordesk-feed",
        steward_user="floordesk-steward",
    )
    data = Path(setting["data"])
    ready = threading.Event()
    books = threading.Event()
    floor = OpenFloor(
        profile,
        Surroundings(data, SystemClock(), Given(setting["secrets"]), "en"),
        publish=lambda view: ready.set() if view.link.status is LinkStatus.LIVE and view.people else None,
        publish_book=lambda _book: books.set(),
    )
    floor.start()
    ready.wait(120)
    books.wait(120)
    tell(said="ready")
    store = another_on(data / "floor-crash" / "desk.db")
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "quiet?":
            tell(said="quiet", left=_unfinished(floor))
            continue
        try:
            _carry_out(floor, store, order)
        except Exception as error:  # noqa: BLE001  the parent decides what to make of it
            tell(said="no", id=order["id"], why=repr(error))


def _carry_out(floor: OpenFloor, store: Store, order: dict[str, str]) -> None:
    name, number = order["id"], order.get("break", "")
    commands: dict[str, Command] = {
        "ask": AskBreak(
            id=name, by=LI, break_id=number, interface=order.get("seat", ""), kind="toilet", request=number
        ),
        "grant": GrantBreak(id=name, by=LI, break_id=number, exception=True, why="test"),
        "return": ReturnBreak(id=name, by=LI, break_id=number, how="seen"),
        "undo": UndoGrant(id=name, by=LI, break_id=number),
    }
    if order["do"] in commands:
        floor.desk.submit(commands[order["do"]], _answered)
        return
    while True:
        try:
            _pull(store, order)
        except Stale:  # the steward has just reported on the very lever: judge again, as the desk does
            continue
        break
    tell(said="done", id=name)


def _pull(store: Store, order: dict[str, str]) -> None:
    at = SystemClock().now()
    book = store.book()
    entry = Entry(what="test.pull", subject="key", said=say("Floor check due"))
    if order["do"] == "hold":
        puts: tuple[Lever, ...] = (hold(book, SHORTCUT, holder="plan_runs:1", wanted=order["value"], at=at),)
    else:
        puts = release(book, "plan_runs:1", at=at)
    store.commit(Step(puts=puts, entries=(entry,)), Pull(id=order["id"], by=LI), at)


def _answered(outcome: Outcome) -> None:
    if outcome.refusal is None:
        tell(said="done", id=outcome.command.id)
    else:
        tell(said="no", id=outcome.command.id, why=outcome.refusal.english())


def _unfinished(floor: OpenFloor) -> list[str]:
    book = floor.book
    levers = [
        f"{lever.id} {lever.state} found={lever.found!r} wanted={lever.wanted!r} written={lever.written!r}"
        f" observed={lever.observed!r} tries={lever.tries} {lever.refusal}"
        for lever in book.every(Lever).values()
        if lever.state not in {LeverState.DONE, LeverState.STANDING} or (lever.holds and lever.observed != lever.wanted)
    ]
    messages = [m.id for m in book.every(Message).values() if state_of(m) is MessageState.OPEN]
    return levers + messages


if __name__ == "__main__":
    main()
