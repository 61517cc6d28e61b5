"""The doors of the plans page: plans kept, begun, rehearsed and told of."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from console.app.answering import Answering
from console.app.floors import OpenFloor
from console.app.plan_files import read_text
from console.core.errors import FloordeskError
from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import RoutingKey, Value
from console.core.ports import Refused, Unreachable
from console.core.words import Said, say
from console.core.work.plan_body import PlanBody
from console.core.work.plan_due import curve_key, curve_of
from console.core.work.plan_records import OFFERED, KeepPlan, Plan, PlanRun, StartPlan, WithdrawPlan
from console.core.work.plan_rehearsal import RehearsedStep, rehearse
from console.core.work.plan_report import CURVE_AROUND_S, PlanReport, as_json
from console.core.work.plan_report import report as report_of
from console.core.work.plan_subjects import open_runs
from console.ui import i18n

log = logging.getLogger(__name__)

T = TypeVar("T")

MARGIN_S: Seconds = 1.0
"""How far around a run the journal is read: its lines are stamped a moment later than the run's own."""


class PlanAnswers(Answering):
    """What `console.ui.plan_doors.PlanDoors` asks, answered; part of `AppDoors`."""

    # -- plans -------------------------------------------------------------------------------------------------------

    def keep_plan(self, plan: str, body: PlanBody, read_version: int, then: Callable[[Said | None], None]) -> None:
        """Put a plan, or a new text of it, in force; `then` gets why not, or None."""
        told = KeepPlan(id=uuid4().hex, by=self.operator(), plan=plan, body=body, read_version=read_version)
        self._decided(told, then)

    def withdraw_plan(self, plan: str, read_version: int, then: Callable[[Said | None], None]) -> None:
        """Take a plan out of force."""
        self._decided(WithdrawPlan(id=uuid4().hex, by=self.operator(), plan=plan, read_version=read_version), then)

    def start_plan(
        self, plan: str, subject: str, then: Callable[[Said | None], None], *, anyway: bool = False, why: str = ""
    ) -> None:
        """Begin a plan by hand, or the proposal of it that waits; `anyway`: though somebody else holds a lever."""
        book = Book() if self.floor is None else self.floor.book
        offered = [
            run.id for run in open_runs(book) if (run.plan, run.subject) == (plan, subject) and run.state in OFFERED
        ]
        run = offered[0] if offered else f"{plan}/{uuid4().hex[:12]}"
        told = StartPlan(
            id=uuid4().hex, by=self.operator(), run=run, plan=plan, subject=subject, anyway=anyway, why=why
        )
        self._decided(told, then)

    def rehearse(self, plan: Plan, subject: str, then: Callable[[tuple[RehearsedStep, ...] | Said], None]) -> None:
        """Find out in a worker what a plan would set for a subject at this moment, setting nothing."""
        floor = self.floor
        if floor is None:
            then(say("No floor is open; open one in the settings."))
            return

        def found() -> tuple[RehearsedStep, ...]:
            known: dict[RoutingKey, Value | Said] = {}

            def key_of(target: RoutingKey) -> Value | Said:
                if target not in known:
                    known[target] = _key(floor, target)
                return known[target]

            return rehearse(floor.book, floor.view, plan, subject, floor.source.clock.now(), key_of)

        self._told(found, then)

    # -- runs --------------------------------------------------------------------------------------------------------

    def past_runs(self, then: Callable[[tuple[PlanRun, ...]], None]) -> None:
        """Give every run that has ended, newest first; none where they cannot be read."""
        floor = self.floor
        if floor is None:
            then(())
            return

        def found() -> tuple[PlanRun, ...]:
            with floor.read_store() as store:
                ended = [run for run in store.all_of(PlanRun) if run.ended_at is not None]
            return tuple(sorted(ended, key=lambda run: (-(run.ended_at or 0.0), run.id)))

        def told(runs: tuple[PlanRun, ...] | Said) -> None:
            if isinstance(runs, Said):
                self._tell(runs)
                runs = ()
            then(runs)

        self._told(found, told)

    def report(self, run: str, then: Callable[[PlanReport | Said], None]) -> None:
        """Give the report of a run, under way or ended; read in a worker."""
        floor = self.floor
        if floor is None:
            then(say("No floor is open; open one in the settings."))
            return
        self._told(lambda: _reported(floor, run), then)

    def write_report(self, path: Path, report: PlanReport, then: Callable[[Said | None], None]) -> None:
        """Write a report to a printable .html, or a .json; `then` gets why not, or None."""
        language, floor = i18n.language(), self.floor

        def written() -> Said | None:
            from console.store.export_file import write_whole  # noqa: PLC0415  only when asked

            if path.suffix.lower() in {".html", ".htm"}:
                from console.app.plan_sheets import names_on, sheet_text  # noqa: PLC0415  only when asked

                view = FloorView() if floor is None else floor.view
                at = None if floor is None else floor.source.clock.now()
                text = sheet_text(report, language, view.policy, names_on(view.people), at)
            else:
                text = json.dumps(as_json(report), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
            return write_whole(path, text.encode("utf-8"))

        self._told(written, then)

    def read_plan_text(self, path: Path, then: Callable[[str | Said], None]) -> None:
        """Give the text of a plan's file."""
        self._told(lambda: read_text(path), then)

    def write_plan_text(self, path: Path, text: str, then: Callable[[Said | None], None]) -> None:
        """Write a plan's text to a file; `then` gets why not, or None."""

        def written() -> Said | None:
            from console.store.export_file import write_whole  # noqa: PLC0415  only when asked

            return write_whole(path, text.encode("utf-8"))

        self._told(written, then)

    def _told(self, job: Callable[[], T], then: Callable[[T | Said], None]) -> None:
        """Run a job in the worker; a failure is told as its sentence."""
        self.later(job, then, then)  # type: ignore[arg-type]  # it gets what `job` returned, or why it failed


def _key(floor: OpenFloor, target: RoutingKey) -> Value | Said:
    switch = floor.source.switch
    if switch is None:
        return say("No user that may read routing keys is set for this connection.")
    value = switch.get_key(target.family, target.key)
    return value.said if isinstance(value, Refused | Unreachable) else value


def _reported(floor: OpenFloor, run_id: str) -> PlanReport:
    now = floor.source.clock.now()
    with floor.read_store() as store:
        # The book leaves an ended run after a day or two; the store never does.
        run = floor.book.get(PlanRun, run_id) or next(
            (each for each in store.all_of(PlanRun) if each.id == run_id), None
        )
        if run is None:
            raise FloordeskError(say("This run of a plan is not known here."))
        moments = (at for at in (run.fired_at, run.proposed_at, run.started_at) if at is not None)
        ends = now if run.ended_at is None else run.ended_at
        lines = store.journal_between(min(moments, default=ends) - MARGIN_S, ends + MARGIN_S)
        head = getattr(store, "head", None)
        witness = "" if head is None else head().hash
    from console.app.plan_sheets import without  # noqa: PLC0415  only when asked

    return report_of(run, lines, curve_around(floor, run, now), witness, without(run, now))


def curve_around(floor: OpenFloor, run: PlanRun, at: Instant) -> tuple[CurvePoint, ...]:
    """Return the minutes before, during and after a run: those this floor has kept, and today's as they stand now."""
    from console.app.plan_sheets import begun  # noqa: PLC0415  only when asked

    ends = at if run.ended_at is None else run.ended_at
    try:
        kept = floor.curves(begun(run) - CURVE_AROUND_S, ends + CURVE_AROUND_S)
    except FloordeskError as trouble:
        # A report without the minutes around it is a report still.
        log.warning("the history cannot be read: %s", trouble)
        kept = {}
    points = {point.at: point for point in kept.get(curve_key(floor.view.policy, run.subject), ())}
    points |= {point.at: point for point in curve_of(floor.view, run.subject)}
    return tuple(points[each] for each in sorted(points))
