"""The report of a plan's run from the kept data: as text on the command line, as JSON, as a printable page."""

import json
import tomllib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from console.core.errors import BadInput, FloordeskError
from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant
from console.core.floor.people import Person, PersonRow
from console.core.floor.policy import FloorPolicy
from console.core.kept import Book
from console.core.rules.plan_outlook import PlanOutlook, minutes_wanted, outlook
from console.core.words import Said, say
from console.core.work.plan_due import curve_key
from console.core.work.plan_records import Plan, PlanRun
from console.core.work.plan_report import CURVE_AROUND_S, PlanReport, as_json, report
from console.core.work.policies import FLOOR, PEOPLE, Policy, policy_in_force
from console.desk.clock import SystemClock
from console.views.plan_report import tell
from console.views.plan_sheet import sheet_html

WORDS = Path(__file__).resolve().parents[2] / "resources" / "words"


Write = Callable[[str], None]


def plan_report(name: str, floor: str, write: Write, *, plain: bool, html: Path | None, language: str) -> int:
    """Write the report of a run, or of the newest run of a plan, as text, JSON (`plain`) or into a page."""
    found, book = kept_report(name, floor)
    policy = policy_in_force(book, FLOOR, FloorPolicy, FloorPolicy())
    if html is not None:
        from console.store.export_file import write_whole  # noqa: PLC0415  only when asked

        page = sheet_text(found, language, policy, names_of(book), SystemClock().now())
        trouble = write_whole(html, page.encode())
        if trouble is not None:
            raise FloordeskError(trouble)
        write(str(html))
    elif plain:
        write(json.dumps(as_json(found), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _write_text(found, policy, write)
    return 0


def kept_report(name: str, floor: str) -> tuple[PlanReport, Book]:
    """Return the report of a run by its id, or of the newest run of a plan, and the book; raises BadInput."""
    from console.app import _desk_file  # noqa: PLC0415  the composition root opens the rooms when needed
    from console.store.opening import look_into  # noqa: PLC0415

    _, path = _desk_file(floor)
    store = look_into(path)
    try:
        book = store.book()
        run = run_named(book, name)
        policy = policy_in_force(book, FLOOR, FloorPolicy, FloorPolicy())
        points = _kept_curve(path.with_name("history.db"), run, policy)
        lines = store.journal_between(begun(run) - 1.0, SystemClock().now())
        return report(run, lines, points, store.head().hash, without(run, SystemClock().now())), book
    finally:
        store.close()


def without(run: PlanRun, at: Instant) -> PlanOutlook:
    """Return the forecast of doing nothing for a run, as far as it went by `at`; it costs a worker some 0.1 s once."""
    return _outlook(run.id, run.floor_then, minutes_wanted(run.floor_then, run.down_at or run.ended_at or at))


_outlook = lru_cache(maxsize=8)(outlook)


def run_named(book: Book, name: str) -> PlanRun:
    """Return the run meant by its id, or the newest one of a plan by id or name; raises BadInput."""
    runs = book.every(PlanRun)
    if name in runs:
        return runs[name]
    plans = {plan.id for plan in book.every(Plan).values() if name in {plan.id, plan.body.name}}
    found = [run for run in runs.values() if run.plan in plans or name in {run.plan, run.body.name}]
    if found:
        return max(found, key=begun)
    known = ", ".join(sorted({run.plan for run in runs.values()})) or "—"
    raise BadInput(say("No run of {name} is kept; there are runs of {known}.", name=name, known=known))


def begun(run: PlanRun) -> Instant:
    """Return when a run began to be: fired, proposed or begun."""
    return min((at for at in (run.fired_at, run.proposed_at, run.started_at) if at is not None), default=0.0)


def sheet_text(
    told: PlanReport, language: str, policy: FloorPolicy, names: Mapping[str, str], at: Instant | None
) -> str:
    """Return a report as one printable page made at `at`; `names` are those of people by id and by phone."""
    return sheet_html(told, language, words=words_of(language), policy=policy, names=names, printed_at=at)


def names_on(people: Mapping[str, Person]) -> dict[str, str]:
    """Return what the people of a floor are called, by their id and by their phones."""
    return {key: person.name for person in people.values() for key in (person.id, *person.interfaces)}


def names_of(book: Book) -> dict[str, str]:
    """Return what people are called by the kept list, by their id and by their phones."""
    kept = book.get(Policy, PEOPLE)
    rows = () if kept is None else msgspec.convert(kept.body.get("rows", []), tuple[PersonRow, ...])
    return {key: row.name for row in rows for key in (row.id, *row.interfaces)}


@cache
def words_of(language: str) -> dict[str, str]:
    """Return the catalogue of a language, empty for English or where it cannot be read."""
    try:
        return tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _kept_curve(path: Path, run: PlanRun, policy: FloorPolicy) -> tuple[CurvePoint, ...]:
    """Return what the history knows of the time around a run, nothing where none was recorded."""
    from console.store.history_reading import HistoryReader  # noqa: PLC0415

    if not path.is_file():
        return ()
    end = (SystemClock().now() if run.ended_at is None else run.ended_at) + CURVE_AROUND_S
    reader = HistoryReader(path)
    try:
        return tuple(reader.curve(curve_key(policy, run.subject), begun(run) - CURVE_AROUND_S, end))
    except FloordeskError:
        return ()
    finally:
        reader.close()


def _write_text(told: PlanReport, policy: FloorPolicy, write: Write) -> None:
    shown = tell(told, policy)

    def words(parts: tuple[Said, ...], between: str = "; ") -> str:
        return between.join(part.english() for part in parts)

    write(f"{shown.plan} · {shown.subject.english()} · {shown.day}  ({shown.run})")
    write(words(shown.headline))
    for figure in shown.figures:
        write(f"  {figure.label.english()}: {figure.value}")
    for step in shown.steps:
        trouble = f"  ! {step.trouble.english()}" if step.trouble is not None else ""
        write(
            f"{step.n}. {step.words.english()}: {step.state.english()} {step.begun} {step.stood} {step.ended}{trouble}"
        )
    for line in shown.timeline:
        why = f" ({line.why})" if line.why else ""
        write(f"{line.time} {line.kind:9} {line.said.english()}{why}")
