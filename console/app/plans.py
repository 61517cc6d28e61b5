"""Emergency plans from the command line: watches tried on a trace, plans checked, kept, rehearsed, started."""

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import msgspec

from console import settings as desk_settings
from console.app.plan_files import first_plans, read_text, shipped_texts
from console.core.errors import BadInput, FloordeskError
from console.core.floor.events import Batch
from console.core.floor.figures import FLOOR_SUBJECT
from console.core.floor.model import LinkStatus
from console.core.floor.people import PersonRow
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import RoutingKey, Value
from console.core.ports import Refused, Unreachable
from console.core.preferences import DEMO, actor_of, profile_named
from console.core.profiles import FloorKind, Profile
from console.core.roles import Actor
from console.core.rules.watches import Each, Standing, WatchState, figures_at, judge, subjects_of
from console.core.words import Said, say
from console.core.work.plan_action import Known
from console.core.work.plan_records import ACTIVE, OFFERED, ConfirmCause, KeepPlan, Plan, StandDown, StartPlan
from console.core.work.plan_rehearsal import as_json as steps_as_json
from console.core.work.plan_rehearsal import rehearse
from console.core.work.plan_subjects import fits, open_runs
from console.core.work.plan_text import FaultAt, WatchText, known_of, read_plan, read_watch, write_plan
from console.core.work.policies import FLOOR, PEOPLE, Policy, policy_in_force
from console.desk.clock import SystemClock
from console.desk.decider import KEEP_CLOSED_S, Decider
from console.desk.stepping import Stepper
from console.feeds import Source
from console.feeds.replay import Replay
from console.secrets import ServedSecrets

_PRESENT_S = 2.0
_LOOK_S = 20.0

Write = Callable[[str], None]


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


def plan_export(name: str, floor: str, write: Write) -> int:
    """Write a plan in force as text; without a connection that keeps decisions, a shipped one."""
    found = plan_named(book_of(floor), name)
    write(write_plan(found.id, found.body).rstrip("\n"))
    return 0


def plan_import(path: Path, floor: str, write: Write) -> int:
    """Put a file's plan in force, with the rights of whoever asks; raises BadInput for a plan with faults."""
    reading = read_plan(read_text(path), known_on(floor))
    if reading.faults or reading.body is None:
        raise BadInput(say("{path}: {faults}", path=str(path), faults=_in_one_line(reading.faults)))
    body = reading.body
    with _deciding(floor) as (decider, by):
        before = decider.book.get(Plan, reading.id)
        version = 0 if before is None else before.version
        decider.decide(KeepPlan(id=uuid4().hex, by=by, plan=reading.id, body=body, read_version=version))
    write(f"{reading.id}: {body.name} is in force")
    return 0


def known_on(floor: str) -> Known:
    """Return what the connection meant (or last used) knows of queues and groups; nothing where there is none."""
    policy = policy_in_force(book_of(floor), FLOOR, FloorPolicy, FloorPolicy())
    return known_of(policy) if policy.groups else Known()


def book_of(floor: str) -> Book:
    """Return the kept book of the connection meant; of the demo, or where nothing is kept yet, the shipped plans."""
    from console.app import _desk_file  # noqa: PLC0415  the composition root opens the rooms when needed
    from console.store.opening import look_into  # noqa: PLC0415

    try:
        _, path = _desk_file(floor)
    except BadInput:
        if floor:
            raise
        return _shipped_book()
    store = look_into(path)
    try:
        return store.book(SystemClock().now() - KEEP_CLOSED_S)
    finally:
        store.close()


def _shipped_book() -> Book:
    plans = [Plan(id=each.plan, version=1, body=each.body, edited_at=0.0, edited_by="") for each in first_plans("")]
    return Book().told(0, plans, {})


def plan_named(book: Book, name: str) -> Plan:
    """Return a plan in force by its id or its name; raises BadInput."""
    plans = [plan for plan in book.every(Plan).values() if plan.withdrawn_at is None]
    found = [plan for plan in plans if name in {plan.id, plan.body.name}]
    if len(found) != 1:
        names = ", ".join(sorted(plan.id for plan in plans)) or "—"
        raise BadInput(say("There is no plan called {name}; in force are {names}.", name=name, names=names))
    return found[0]


def _in_one_line(faults: tuple[FaultAt, ...]) -> str:
    return "; ".join(f"line {fault.line}: {fault.said.english()}" for fault in faults)


# ---- deciding --------------------------------------------------------------------------------------------------------


def plan_start(name: str, subject: str, floor: str, write: Write, *, anyway: bool, visible: bool, why: str) -> int:
    """Begin a plan by hand, or a proposal of it; the console that is open on these data carries it out."""
    with _deciding(floor) as (decider, by):
        plan = plan_named(decider.book, name)
        about = subject_of(plan, subject)
        offered = [
            run
            for run in open_runs(decider.book)
            if run.plan == plan.id and run.subject == about and run.state in OFFERED
        ]
        run = offered[0].id if offered else f"{plan.id}/{uuid4().hex[:12]}"
        decider.decide(
            StartPlan(
                id=uuid4().hex, by=by, run=run, plan=plan.id, subject=about, anyway=anyway, visible=visible, why=why
            )
        )
    write(run)
    return 0


def plan_stand_down(name: str, subject: str, floor: str, write: Write, *, cause: bool, why: str) -> int:
    """Stand a plan down; `cause`: its cause is confirmed gone."""
    with _deciding(floor) as (decider, by):
        plan = next((each for each in decider.book.every(Plan).values() if name in {each.id, each.body.name}), None)
        wanted = name if plan is None else plan.id
        runs = [run for run in open_runs(decider.book) if wanted in {run.plan, run.id} and run.state in ACTIVE]
        if subject:
            runs = [run for run in runs if subject in {run.subject, run.subject.partition(":")[2]}]
        if len(runs) != 1:
            names = ", ".join(f"{run.plan} {run.subject}" for run in open_runs(decider.book)) or "—"
            raise FloordeskError(say("Not one run of {name} is under way; open are {names}.", name=name, names=names))
        if cause:
            decider.decide(ConfirmCause(id=uuid4().hex, by=by, run=runs[0].id, why=why))
        decider.decide(StandDown(id=uuid4().hex, by=by, run=runs[0].id, why=why))
    write(runs[0].id)
    return 0


def subject_of(plan: Plan, told: str) -> str:
    """Return the subject a person means by "group:sales", or by "sales" for a plan of groups; raises BadInput."""
    if plan.body.each is Each.FLOOR:
        return FLOOR_SUBJECT
    if not told:
        raise BadInput(say("Say for which {each} with --for: this plan stands for one at a time.", each=plan.body.each))
    return told if told.startswith(f"{plan.body.each}:") else f"{plan.body.each}:{told}"


@contextmanager
def _deciding(floor: str) -> Iterator[tuple[Decider, Actor]]:
    """Open the decisions of a connection for one command, beside the console that may be open on them."""
    from console.app import _desk_file  # noqa: PLC0415
    from console.store.opening import another_on, look_into  # noqa: PLC0415
    from console.store.schema import REVISION  # noqa: PLC0415

    profile, path = _desk_file(floor)
    looked = look_into(path)
    known = looked.revision()
    looked.close()
    if known != REVISION:
        raise FloordeskError(say("{file} is of another version; run `main.py db upgrade` first.", file=path.name))
    store = another_on(path)
    try:
        policy = policy_in_force(store.book(), FLOOR, FloorPolicy, FloorPolicy())
        view = FloorView(policy=policy)
        yield Decider(store, SystemClock(), lambda: view), operator_of(profile)
    finally:
        store.close()


def operator_of(_profile: Profile) -> Actor:
    """Return who decides at this machine: the operating-system user, in the role of the settings."""
    kept, _ = desk_settings.read_preferences(desk_settings.folders().settings / desk_settings.PREFERENCES_FILE)
    return actor_of(kept, getpass.getuser())


# ---- rehearsing ------------------------------------------------------------------------------------------------------


def plan_rehearse(name: str, subject: str, floor: str, write: Write, *, as_json: bool) -> int:
    """Write what a plan would set on which object and what stands there now, setting nothing."""
    profile = _profile(floor)
    book = _shipped_book() if profile.kind is FloorKind.DEMO else book_of(floor)
    plan = plan_named(book, name)
    about = subject_of(plan, subject)
    with _looking(profile, book) as (view, source):
        if not fits(view, plan, about) or figures_at(view, about) is None:
            raise BadInput(say("{plan} does not stand for {subject}.", plan=plan.body.name, subject=about))
        steps = rehearse(book, view, plan, about, source.clock.now(), lambda target: _key(source, target))
    if as_json:
        told = {"plan": plan.id, "version": plan.version, "subject": about, "steps": steps_as_json(steps)}
        write(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    for step in steps:
        write(f"{step.n}. {step.said.english()}{' (a person is asked first)' if step.asks else ''}")
        for each in step.sets:
            stands = each.unknown or ("nothing" if each.stands is None else each.stands)
            held = f", held by {', '.join(each.holders)}" if each.holders else ""
            write(f"   {each.lever}: {stands} -> {each.wanted}{', if they say yes' if each.if_yes else ''}{held}")
        for words, people in (("asks back", step.called_back), ("goes on waiting", step.held_back)):
            if people:
                write(f"   {words}: {', '.join(people)}")
        if step.agents:
            write(f"   tells {step.agents} agents on line, and whoever comes later")
        for telling in step.tells:
            write(f"   tells {telling.to}: {telling.name} {telling.text}")
    return 0


def _key(source: Source, target: RoutingKey) -> Value | Said:
    if source.switch is None:
        return say("No user that may read routing keys is set for this connection.")
    value = source.switch.get_key(target.family, target.key)
    return value.said if isinstance(value, Refused | Unreachable) else value


def _profile(floor: str) -> Profile:
    kept, _ = desk_settings.read_preferences(desk_settings.folders().settings / desk_settings.PREFERENCES_FILE)
    wanted = floor or kept.floor
    found = profile_named(kept, wanted) or next((each for each in kept.profiles if each.name == wanted), None)
    if found is None and floor:
        raise BadInput(say("There is no connection called {name}.", name=floor))
    return found or DEMO


@contextmanager
def _looking(profile: Profile, book: Book) -> Iterator[tuple[FloorView, Source]]:
    """Follow a floor until it stands; no desk, no steward, nothing is recorded."""
    from console.desk.floor_loop import FloorLoop  # noqa: PLC0415
    from console.feeds import Needs, open_source  # noqa: PLC0415

    secrets, clock = ServedSecrets(), SystemClock()
    source = open_source(profile, Needs(clock, partial(secrets.get, profile.id)))
    policy = policy_in_force(book, FLOOR, FloorPolicy, FloorPolicy())
    people: list[PersonRow] = []
    if profile.kind is FloorKind.DEMO:
        from console.feeds.demo import demo_policy, demo_rows  # noqa: PLC0415

        policy, people = demo_policy(), list(demo_rows())
    elif (kept := book.get(Policy, PEOPLE)) is not None:
        people = list(msgspec.convert(kept.body.get("rows", []), tuple[PersonRow, ...]))
    views: list[FloorView] = []
    stands, ended = Event(), Event()

    def take(view: FloorView) -> None:
        views[:] = [view]
        heard, status = view.link.heard_at, view.link.status
        present = heard is None or source.clock.now() - heard < _PRESENT_S
        if status is LinkStatus.REFUSED or (status is LinkStatus.LIVE and present):
            stands.set()

    loop = FloorLoop(clock=source.clock, policy=policy, publish=take)
    if people:
        loop.mend_people(tuple(people))
    feed = Thread(target=source.feed.run, args=(loop.sink, ended), name="feed", daemon=True)
    loop.start()
    feed.start()
    try:
        if not stands.wait(_LOOK_S) or views[0].link.status is not LinkStatus.LIVE:
            raise FloordeskError(say("{name} cannot be reached; `main.py check` says why.", name=profile.name))
        yield views[0], source
    finally:
        ended.set()
        feed.join(5.0)
        loop.close()
        getattr(source.switch, "close", lambda: None)()
