"""The forecaster's thread: what each open request would do to its queue, and how many more may leave each group.

How the lines would stand without the emergency plans under way is computed here too.
Never in the screen's thread and never in the desk's: `publish` gets what the cards show, `submit` the outlooks that
decisions are judged by. Whatever is the same question (group, length, on line or not) is computed once for all.
"""

import logging
import threading
from collections.abc import Callable, Mapping

from console.core.floor.model import Instant, LinkStatus, Seconds
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.ports import Clock
from console.core.roles import CONSOLE
from console.core.rules.break_forecast import (
    FRESH_S,
    BreakForecast,
    GroupNow,
    forecast,
    group_now,
    most_leaving,
    same_enough,
)
from console.core.rules.plan_outlook import PlanOutlook, minutes_wanted, outlook
from console.core.work.break_cases import promised_on_line, rules_of, standing
from console.core.work.break_outlooks import LIVES_S, Outlook, TellOutlook
from console.core.work.break_records import WAITING, Break
from console.core.work.break_serving import deciding_groups
from console.core.work.meal_records import MealPlan, PlanState
from console.core.work.plan_subjects import open_runs

log = logging.getLogger(__name__)

ROUND_S: Seconds = 1.0
"""How often it looks whether anything has to be computed anew, when nobody wakes it."""

TOLD_AGAIN_S: Seconds = LIVES_S / 3
"""When an outlook that says the same is told again, long before the last one is too old to judge by."""

Forecasts = Mapping[str, BreakForecast]
Outlooks = Mapping[str, PlanOutlook]
"""By the id of a run."""
Question = tuple[str, int, int]
"""Group, minutes, and how many leave the line by it: 1, or 0 for who is not on line anyway."""


class Forecaster:
    """Keeps the forecasts of all open requests new. `wake` may be called from any thread and never waits.

    `publish` gets every changed mapping from break to forecast, `publish_outlooks` every changed one from a plan's run
    to what would be without it; both in this thread.
    """

    def __init__(
        self,
        clock: Clock,
        view_of: Callable[[], FloorView],
        book_of: Callable[[], Book],
        publish: Callable[[Forecasts], None],
        submit: Callable[[Command], None] = lambda _command: None,
        publish_outlooks: Callable[[Outlooks], None] = lambda _told: None,
    ) -> None:
        self._clock = clock
        self._view_of = view_of
        self._book_of = book_of
        self._publish = publish
        self._submit = submit
        self._publish_outlooks = publish_outlooks
        self._without: dict[str, tuple[int, PlanOutlook]] = {}
        self._wake = threading.Event()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="forecaster", daemon=True)
        self._known: dict[Question, tuple[GroupNow, BreakForecast]] = {}
        self._outlooks: dict[str, tuple[GroupNow, dict[str, int | None], Instant]] = {}
        self._published: Forecasts = {}

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: Seconds = 5.0) -> None:
        """End after the forecast in hand."""
        self._end.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    @property
    def told(self) -> Forecasts:
        """Return the forecasts that were published last; from any thread."""
        return self._published

    def wake(self) -> None:
        """Say that floor or book have changed."""
        self._wake.set()

    def _run(self) -> None:
        while not self._end.is_set():
            self._wake.wait(ROUND_S)
            self._wake.clear()
            try:
                self.look()
            except Exception:  # a floor that cannot be forecast must not end the forecasts of the next minute
                log.exception("forecaster: unexpected error")

    def look(self) -> None:
        """Compute what is missing, too old or moved on, and tell it; a floor not seen as it is now is left alone."""
        book, view = self._book_of(), self._view_of()
        asked = [each for each in book.every(Break).values() if each.state in WAITING]
        at = view.at
        planning = [each for each in book.every(MealPlan).values() if each.state is PlanState.PROPOSED]
        if at is None or view.link.status is not LinkStatus.LIVE:
            asked, planning, at = [], [], self._clock.now()
        concerned = {each.id: deciding_groups(book, view, each) for each in asked}
        groups = {group for those in concerned.values() for group in those} | {plan.group for plan in planning}
        starts = {group: self._start(book, view, group, at) for group in groups}
        told: dict[str, BreakForecast] = {}
        for each in asked:
            start = starts[each.group]
            if start is not None and not self._end.is_set():
                told[each.id] = self._answer(start, _question(view, each, at))
        questions = {_question(view, each, at) for each in asked}
        self._known = {question: found for question, found in self._known.items() if question in questions}
        if told != self._published:
            self._published = told
            self._publish(told)
        for group, start in starts.items():
            if start is not None and not self._end.is_set():
                kinds = {each.kind for each in asked if group in concerned[each.id]}
                kinds |= {plan.kind for plan in planning if plan.group == group}
                self._look_out(book, start, sorted(kinds))

        self._without_plans(book)

    def _without_plans(self, book: Book) -> None:
        """Follow the lines of every open run as if nobody did anything: once an hour of it, not at every look."""
        now, before = self._clock.now(), self._without
        self._without = {}
        for run in open_runs(book):
            wanted = minutes_wanted(run.floor_then, now)
            known = before.get(run.id)
            if known is None or known[0] != wanted:
                known = (wanted, outlook(run.id, run.floor_then, wanted))
            self._without[run.id] = known
        if self._without != before:
            self._publish_outlooks({run: told for run, (_, told) in self._without.items()})

    def _start(self, book: Book, view: FloorView, group: str, at: Instant) -> GroupNow | None:
        return group_now(view, group, promised=promised_on_line(book, view, group, at))

    def _answer(self, start: GroupNow, question: Question) -> BreakForecast:
        known = self._known.get(question)
        if known is not None and _still_good(known[0], start):
            return known[1]
        _, minutes, leaving = question
        found = forecast(start, minutes, leaving=leaving)
        self._known[question] = (start, found)
        return found

    def _look_out(self, book: Book, start: GroupNow, kinds: list[str]) -> None:
        """Tell the desk how many more may leave a group, where that is new or the last telling grows old."""
        rules = rules_of(book).of(start.group)
        lengths = {kind.id: kind.length_min for kind in rules.kinds if kind.id in kinds}
        known = self._outlooks.get(start.group)
        if known is not None and _still_good(known[0], start) and known[1].keys() >= lengths.keys():
            most, seen = known[1], known[0]
        else:
            by_length = {minutes: most_leaving(start, minutes) for minutes in set(lengths.values())}
            most, seen = {kind: by_length[minutes] for kind, minutes in lengths.items()}, start
        told_at = known[2] if known is not None else 0.0
        kept = book.get(Outlook, start.group)
        same = kept is not None and kept.most == most and kept.seats == seen.seats
        if not same or start.at - told_at >= TOLD_AGAIN_S:
            told_at = start.at
            self._submit(
                TellOutlook(
                    id=f"outlook/{start.group}/{start.at:.3f}",
                    by=CONSOLE,
                    group=start.group,
                    forecast_at=start.at,
                    seats=seen.seats,
                    most=most,
                )
            )
        self._outlooks[start.group] = (seen, most, told_at)


def _question(view: FloorView, asked: Break, at: Instant) -> Question:
    person = view.people.get(asked.person)
    leaves = person is not None and standing(view, person, at).on_line
    return asked.group, asked.minutes, int(leaves)


def _still_good(before: GroupNow, now: GroupNow) -> bool:
    return 0.0 <= now.at - before.at < FRESH_S and same_enough(before, now)
