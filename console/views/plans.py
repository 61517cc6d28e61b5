"""The lists of the plans page: which runs are open, every plan and how it stands, and what was."""

from collections.abc import Iterable, Iterator

from console.core.floor.day import day_of
from console.core.floor.model import Instant, Record
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.watches import Each, WatchState, figures_at, subjects_of
from console.core.words import Said, say
from console.core.work.plan_records import OFFERED, Plan, PlanRun, RunState
from console.core.work.plan_subjects import fits, groups_under, open_runs
from console.core.work.plan_watch import WatchStanding, standing_key
from console.views.break_words import clock24
from console.views.plan_run import tone_of
from console.views.plan_words import DECIDER, EACH, RUN_STATE, TRIGGER, fired_words, subject_words
from console.views.tones import rank
from console.views.words import clock, how_long

_LOUDEST_FIRST = (
    RunState.ASKING,
    RunState.PROPOSED,
    RunState.STOPPED,
    RunState.RUNNING,
    RunState.STANDING,
    RunState.STANDING_DOWN,
    RunState.PUT_OFF,
)


# ---- open runs -------------------------------------------------------------------------------------------------------


class RunRow(Record, frozen=True, kw_only=True):
    """One open run in the list beside the one in hand; `badge` is how far it is, or what is left to decide."""

    id: str
    name: str
    subject: Said
    words: Said
    badge: Said
    tone: Tone
    since: Instant


def run_rows(view: FloorView, book: Book, at: Instant, mine: tuple[str, ...] = ()) -> list[RunRow]:
    """Return the open runs: what waits for a person first, then the oldest; `mine` keeps those of some groups."""
    runs = [run for run in open_runs(book) if _is_mine(run, view, mine)]
    runs.sort(key=lambda run: (_LOUDEST_FIRST.index(run.state), _since(run), run.id))
    return [
        RunRow(
            id=run.id,
            name=run.body.name,
            subject=subject_words(view, run.subject),
            words=RUN_STATE[run.state],
            badge=_badge(run, view, at),
            tone=tone_of(run),
            since=_since(run),
        )
        for run in runs
    ]


def _is_mine(run: PlanRun, view: FloorView, mine: tuple[str, ...]) -> bool:
    known = {group.id for group in view.policy.groups}
    chosen = known & set(mine)
    return not chosen or bool(chosen & set(groups_under(view.policy, view, run.subject)))


def _since(run: PlanRun) -> Instant:
    return run.started_at or run.proposed_at or 0.0


def _badge(run: PlanRun, view: FloorView, at: Instant) -> Said:
    if run.state is RunState.PROPOSED and run.decide_by is not None:
        return say("in {left}", left=clock(max(0.0, run.decide_by - at)))
    if run.state is RunState.PUT_OFF and run.put_off_until is not None:
        return say("until {time}", time=clock24(run.put_off_until, view.policy))
    return say("for {length}", length=clock(max(0.0, at - _since(run))))


def run_at(book: Book, subject: str, view: FloorView) -> str:
    """Return the open run somebody came for: `plan:ID`, or the loudest one about a `group:ID`; "" for none."""
    kind, _, name = subject.partition(":")
    if kind == "plan":
        return name if book.get(PlanRun, name) is not None else ""
    about = [
        run
        for run in open_runs(book)
        if run.subject == subject or (kind == Each.GROUP and name in groups_under(view.policy, view, run.subject))
    ]
    about.sort(key=lambda run: (_LOUDEST_FIRST.index(run.state), _since(run), run.id))
    return about[0].id if about else ""


def counts(book: Book) -> tuple[Said, ...]:
    """Return how many plans are proposed and under way, as the head of the page says it."""
    runs = list(open_runs(book))
    offered = sum(run.state in OFFERED for run in runs)
    told = []
    if offered:
        told.append(say("{count} proposed", count=offered))
    if len(runs) - offered:
        told.append(say("{count} under way", count=len(runs) - offered))
    return tuple(told) or (say("no plan under way"),)


# ---- every plan ------------------------------------------------------------------------------------------------------


class PlanRow(Record, frozen=True, kw_only=True):
    """One plan: for whom, what begins it, who decides, how it stands now, when it last ran, which text it is."""

    id: str
    name: str
    whom: Said
    trigger: Said
    decider: Said
    state: Said
    tone: Tone
    last: Instant | None
    version: int
    withdrawn: bool = False


def plan_rows(
    view: FloorView, book: Book, at: Instant, past: Iterable[PlanRun] = (), *, withdrawn: bool = True
) -> list[PlanRow]:
    """Return every plan, those in force first, by name; `past` are runs that have ended."""
    last: dict[str, Instant] = {}
    for run in (*past, *book.every(PlanRun).values()):
        if run.started_at is not None:
            last[run.plan] = max(run.started_at, last.get(run.plan, 0.0))
    rows = [
        _plan_row(plan, view, book, at, last.get(plan.id))
        for plan in book.every(Plan).values()
        if withdrawn or plan.withdrawn_at is None
    ]
    rows.sort(key=lambda row: (row.withdrawn, -rank(row.tone), row.name, row.id))
    return rows


def _plan_row(plan: Plan, view: FloorView, book: Book, at: Instant, last: Instant | None) -> PlanRow:
    tone, state = _standing(plan, view, book, at)
    return PlanRow(
        id=plan.id,
        name=plan.body.name,
        whom=whom(plan, view),
        trigger=trigger_words(plan),
        decider=DECIDER[plan.body.decide],
        state=state,
        tone=tone,
        last=last,
        version=plan.version,
        withdrawn=plan.withdrawn_at is not None,
    )


def whom(plan: Plan, view: FloorView) -> Said:
    """Return for whom a plan stands."""
    body = plan.body
    if not body.only or body.each is Each.FLOOR:
        return EACH[body.each]
    names = [subject_words(view, f"{body.each}:{name}") for name in body.only]
    if len(names) == 1:
        return names[0]
    return say("{first} and {count} more", first=names[0], count=len(names) - 1)


def trigger_words(plan: Plan) -> Said:
    """Return what begins a plan."""
    body = plan.body
    if body.countdown_s is not None and body.trigger == "propose":
        return say("proposed, begins after {length}", length=how_long(body.countdown_s))
    return TRIGGER[body.trigger]


def _standing(plan: Plan, view: FloorView, book: Book, at: Instant) -> tuple[Tone, Said]:
    """Return how a plan stands now: its loudest run, else its loudest watch, else calm."""
    runs = [run for run in open_runs(book) if run.plan == plan.id]
    if runs:
        runs.sort(key=lambda run: (_LOUDEST_FIRST.index(run.state), _since(run), run.id))
        run = runs[0]
        said = say(
            "{state} for {subject} since {time}",
            state=RUN_STATE[run.state],
            subject=subject_words(view, run.subject),
            time=clock24(_since(run), view.policy),
        )
        tone = tone_of(run) if tone_of(run) is not Tone.CALM else Tone.WARN
        return tone, say("{state}, and {count} more", state=said, count=len(runs) - 1) if len(runs) > 1 else said
    if plan.withdrawn_at is not None:
        return Tone.CALM, say("out of force")
    if plan.body.watch is None:
        return Tone.CALM, say("begun by hand only")
    return _watching(plan, view, book, at)


def _watching(plan: Plan, view: FloorView, book: Book, at: Instant) -> tuple[Tone, Said]:
    watch = plan.body.watch
    standings = [
        found
        for subject in subjects_of(view, plan.body.each, plan.body.only)
        if (found := book.get(WatchStanding, standing_key(plan.id, subject))) is not None
    ]
    for state, tone in (
        (WatchState.FIRED, Tone.ALARM),
        (WatchState.RISING, Tone.WARN),
        (WatchState.CALMING, Tone.WARN),
    ):
        found = next((each for each in standings if each.state is state), None)
        if found is None or watch is None:
            continue
        subject = subject_words(view, found.subject)
        length = max(0.0, at - (found.since if found.since is not None else at))
        if state is WatchState.RISING:
            of = clock(watch.sustained_s)
            return tone, say(
                "rising {length} of {of}, {subject}",
                length=clock(min(length, watch.sustained_s)),
                of=of,
                subject=subject,
            )
        if state is WatchState.FIRED:
            return tone, say(
                "fired {time}, {subject}", time=clock24(found.fired_at or at, view.policy), subject=subject
            )
        return tone, say("calming for {length}, {subject}", length=clock(length), subject=subject)
    return Tone.CALM, say("calm")


def subjects_for(view: FloorView, plan: Plan) -> tuple[tuple[str, Said], ...]:
    """Return whom a plan may be begun for here, with their names; the one in the worst state first."""
    found = [subject for subject in subjects_of(view, plan.body.each, plan.body.only) if fits(view, plan, subject)]
    found.sort(key=lambda subject: -_waiting(view, subject))
    return tuple((subject, subject_words(view, subject)) for subject in found)


def _waiting(view: FloorView, subject: str) -> int:
    figures = figures_at(view, subject)
    return 0 if figures is None else figures.now.waiting


# ---- what was --------------------------------------------------------------------------------------------------------


class PastRow(Record, frozen=True, kw_only=True):
    """One ended run: when, for whom, on what it fired, who began it, how long it stood, how it ended, which text."""

    id: str
    at: Instant
    name: str
    subject: Said
    fired: tuple[Said, ...]
    by: str
    lasted_s: float | None
    ended: Said
    ended_by: str
    version: int
    today: bool


def past_rows(
    view: FloorView, book: Book, at: Instant, past: Iterable[PlanRun] = (), mine: tuple[str, ...] = ()
) -> list[PastRow]:
    """Return the runs that have ended, newest first: those the store gave and those that ended since."""
    runs = {run.id: run for run in (*past, *book.every(PlanRun).values()) if run.ended_at is not None}
    begin, _ = day_of(at, view.policy)
    rows = [_past_row(run, view, begin) for run in runs.values() if _is_mine(run, view, mine)]
    rows.sort(key=lambda row: (-row.at, row.id))
    return rows


def _past_row(run: PlanRun, view: FloorView, begin: Instant) -> PastRow:
    when = run.started_at or run.proposed_at or run.ended_at or 0.0
    return PastRow(
        id=run.id,
        at=when,
        name=run.body.name,
        subject=subject_words(view, run.subject),
        fired=fired_words(run.fired, view),
        by=run.started_by,
        lasted_s=None if run.started_at is None or run.ended_at is None else run.ended_at - run.started_at,
        ended=RUN_STATE[run.state],
        ended_by=run.down_by,
        version=run.plan_version,
        today=when >= begin,
    )


def sought(rows: Iterable[PastRow], words: str, said: dict[str, str]) -> Iterator[PastRow]:
    """Yield the rows in which every word typed is found; `said` are sentences as the language in force has them."""
    wanted = words.casefold().split()
    for row in rows:
        told = f"{row.name} {row.by} {row.ended_by} {said.get(row.ended.text, '')} {row.subject.english()}".casefold()
        if all(word in told for word in wanted):
            yield row
