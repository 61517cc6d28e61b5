"""Emergency plans from the command line: watches tried on a trace, plans checked, kept, rehearsed, started."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from console.core.errors import BadInput, FloordeskError
from console.core.floor.events import Batch
from console.core.floor.model import LinkStatus
from console.core.floor.policy import FloorPolicy
from console.core.kept import Book
from console.core.rules.watches import Standing, WatchState, judge, subjects_of
from console.core.words import say
from console.core.work.plan_action import Known
from console.core.work.plan_text import FaultAt, WatchText, known_of, read_plan, read_watch
from console.core.work.policies import FLOOR, policy_in_force
from console.desk.clock import SystemClock
from console.desk.stepping import Stepper
from console.feeds.replay import Replay

Write = Callable[[str], None]

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "plans"


def read_text(path: Path) -> str:
    """Return a text file's contents; raises BadInput."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8"
        raise BadInput(say("{path} cannot be read: {reason}", path=str(path), reason=reason)) from None


def shipped_texts() -> dict[str, str]:
    """Return the texts of the plans that come with the program, by id."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.toml"))}


def watch_try(watch: str, trace: Path, write: Write, *, as_json: bool) -> int:
    """Write the moments a watch would have fired and cleared on a recorded stream; raises BadInput."""
    text = read_text(Path(watch)) if Path(watch).is_file() else shipped_texts().get(watch)
    if text is None:
        names = ", ".join(shipped_texts())
        raise BadInput(say("There is no watch or file called {name}; shipped are {names}.", name=watch, names=names))
    told = read_watch(text)
    if told.watch is None:
        raise BadInput(say("{path}: {faults}", path=watch, faults=_in_one_line(told.faults)))
    moments = _Trial(told).run(trace)
    if as_json:
        write(json.dumps(moments, ensure_ascii=False, indent=1, allow_nan=False))
        return 0
    for each in moments:
        figures = ", ".join(f"{name} {value:g}" for name, value in each["figures"].items() if value is not None)
        write(f"{each['time']} {each['what']:7} {each['subject']}  {figures}")
    if not moments:
        write("never")
    return 0


class _Trial:
    """One watch over one recorded stream, second by second of the stream's own time."""

    def __init__(self, told: WatchText) -> None:
        self._told = told
        self._stepper = Stepper(FloorPolicy())
        self._standings: dict[str, Standing] = {}
        self._moments: list[dict[str, Any]] = []
        self._begin: float | None = None
        self._said: list[str] = []

    def run(self, trace: Path) -> list[dict[str, Any]]:
        """Return what happened, in order."""
        Replay(trace, SystemClock(), rate=0.0).run(self._take, Event())
        if self._said:
            raise BadInput(self._said[0])
        if self._begin is None:
            raise BadInput(say("{path} has no times: nothing in it lasts.", path=str(trace)))
        return self._moments

    def _take(self, batch: Batch) -> None:
        for event in batch.events:
            if getattr(event, "status", None) is LinkStatus.ENDED and not self._stepper.floor.at:
                self._said.append(getattr(event, "detail", ""))
        begins = self._stepper.begins_second(batch)
        self._stepper.take(batch)
        if batch.at is None or not begins:
            return
        self._begin = batch.at if self._begin is None else self._begin
        self._judge(batch.at)

    def _judge(self, at: float) -> None:
        view = self._stepper.view(at)
        assert self._told.watch is not None
        for subject in subjects_of(view, self._told.each, self._told.only):
            before = self._standings.get(subject, Standing())
            after = judge(self._told.watch, before, view, subject, at)
            self._standings[subject] = after
            if after.state is before.state:
                continue
            if after.state is WatchState.FIRED and before.state is not WatchState.CALMING:
                self._say("fired", subject, at, after)
            elif after.state is WatchState.CALM and before.burning:
                self._say("cleared", subject, at, after)

    def _say(self, what: str, subject: str, at: float, standing: Standing) -> None:
        assert self._begin is not None
        moment = {
            "what": what,
            "subject": subject,
            "time": datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "at": round(at, 3),
            "after_s": round(at - self._begin, 3),
            "figures": {name: None if value is None else round(value, 3) for name, value in standing.figures.items()},
        }
        if what == "cleared" and standing.calm_at is not None:
            moment["calm_since"] = round(standing.calm_at, 3)
        self._moments.append(moment)


# ---- texts -----------------------------------------------------------------------------------------------------------


def plan_check(path: Path, floor: str, write: Write, note: Write) -> int:
    """Say whether a plan's file is right; every fault in a line of its own with its line. Nothing is changed."""
    reading = read_plan(read_text(path), known_on(floor))
    for fault in reading.faults:
        note(f"{path}:{fault.line}: {fault.kind}: {fault.said.english()}")
    if reading.faults or reading.body is None:
        return 2
    write(f"{path}: {reading.id} is right, {len(reading.body.steps)} steps")
    return 0


def known_on(floor: str) -> Known:
    """Return what the connection meant (or last used) knows of queues and groups; nothing where there is none."""
    try:
        book = _book_of(floor)
    except FloordeskError:
        if floor:
            raise
        return Known()
    policy = policy_in_force(book, FLOOR, FloorPolicy, FloorPolicy())
    return known_of(policy) if policy.groups else Known()


def _book_of(floor: str) -> Book:
    from console.app import _desk_file  # noqa: PLC0415  the composition root opens the rooms when needed
    from console.store.opening import look_into  # noqa: PLC0415

    _, path = _desk_file(floor)
    store = look_into(path)
    try:
        return store.book()
    finally:
        store.close()


def _in_one_line(faults: tuple[FaultAt, ...]) -> str:
    return "; ".join(f"line {fault.line}: {fault.said.english()}" for fault in faults)
