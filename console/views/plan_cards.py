"""Emergency plans as cards 待办: what is proposed or under way, what it does to the floor, the answers with their keys.

Where a card stands in the list follows from the state of its run, and from the group's alarms it speaks for.
"""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from console.core.floor.model import Instant
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.roles import CONSOLE, Actor
from console.core.rules.plan_outlook import PlanOutlook
from console.core.rules.watches import group_at
from console.core.words import Said, say
from console.core.work.plan_actions import action_of
from console.core.work.plan_due import stage_ends
from console.core.work.plan_flex import ASKED, Flex
from console.core.work.plan_records import ACTIVE, OFFERED, PlanRun, RunState, StepRun, StepState
from console.core.work.plan_rights import why_not
from console.core.work.plan_subjects import open_runs
from console.views.break_words import clock24
from console.views.plan_answers import flex_answers
from console.views.plan_effect import SOON_S, effect_lines, fired_lines, nothing_line
from console.views.plan_run import RunSheet, sheet_of
from console.views.plan_words import step_words, subject_words, trouble_words
from console.views.todo import Action, Card
from console.views.words import clock

PLAN, PLAN_FLEX = "plan", "plan_flex"
"""A run's card is `plan:<run>`, a flex agent's `plan_flex:<run>|<step>|<person>`."""

MOST_FLEX = 4
"""So many of the flex agents a run asks have a card of their own."""

OPEN = Action(key="plan", label=say("Details"), shortcut="Return")
_WHY = say("Reason; Enter sends, Esc closes")
_WHO = say("Who confirmed it; Enter sends, Esc closes")
_WHEN = say("Time such as 14:25, or minutes from now; Enter sends")
_TEN = "10"
_SEEN_TO = frozenset({StepState.STANDING, StepState.SKIPPED, StepState.FAILED, StepState.RELEASED})

_TONES: Mapping[RunState, tuple[Tone, float]] = {
    RunState.PROPOSED: (Tone.ALARM, 1000.0),
    RunState.ASKING: (Tone.WARN, 1000.0),
    RunState.STOPPED: (Tone.WARN, 900.0),
    RunState.RUNNING: (Tone.CALM, 500.0),
    RunState.STANDING: (Tone.CALM, 500.0),
    RunState.STANDING_DOWN: (Tone.CALM, 500.0),
    RunState.PUT_OFF: (Tone.CALM, 450.0),
}
_ASKS_A_PERSON = frozenset({RunState.PROPOSED, RunState.ASKING, RunState.STOPPED})
"""In these states a plan's card is as loud as its group's alarms; one that is at work on them is not."""
_CALM_AGAIN = (Tone.WARN, 800.0)
_FLEX = (Tone.CALM, 600.0)


def run_of_card(card: str) -> str:
    """Return the run a card is about."""
    kind, _, about = card.partition(":")
    return about.rsplit("|", 2)[0] if kind == PLAN_FLEX else about


class _Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One run and what its card is made from; `not_mine`: whose it is, where the one at this desk may not decide."""

    run: PlanRun
    view: FloorView
    book: Book
    at: Instant
    outlook: PlanOutlook | None
    not_mine: Said | None
    sheet: RunSheet


def plan_cards(
    view: FloorView,
    book: Book,
    at: Instant,
    *,
    by: Actor = CONSOLE,
    outlooks: Mapping[str, PlanOutlook] | None = None,
) -> list[Card]:
    """Return a card for every run proposed or under way, and for the flex agents asked; `by` is who looks at them."""
    cards: list[Card] = []
    for run in open_runs(book):
        seen = _Seen(
            run=run,
            view=view,
            book=book,
            at=at,
            outlook=(outlooks or {}).get(run.id),
            not_mine=why_not(by, run.body.decide, view, run.subject),
            sheet=sheet_of(run, view, book, at),
        )
        cards.append(_card(seen))
        if seen.not_mine is None:
            cards += _flex_cards(seen)
    return cards


def _card(seen: _Seen) -> Card:
    run = seen.run
    calm = run.state in ACTIVE and run.calm_proposed_at is not None and run.state is not RunState.ASKING
    tone, urgency = _CALM_AGAIN if calm and run.state is not RunState.STOPPED else _TONES[run.state]
    lines = list(_lines(seen))
    if seen.not_mine is not None:
        lines.append(seen.not_mine)
    badge, badge_tone = _badge(seen, tone)
    group = group_at(seen.view.policy, run.subject)
    return Card(
        id=f"{PLAN}:{run.id}",
        tone=tone,
        title=say("{plan} · {subject}", plan=run.body.name, subject=subject_words(seen.view, run.subject)),
        lines=tuple(lines),
        actions=(*(_answers(seen) if seen.not_mine is None else ()), OPEN),
        badge=badge,
        badge_tone=badge_tone,
        since=run.started_at if run.started_at is not None else run.proposed_at,
        due=run.decide_by,
        group="" if group is None else group.id,
        urgency=urgency,
        speaks_for="" if group is None or run.state is RunState.PUT_OFF else f"group:{group.id}",
        as_loud_as=Tone.ALARM if run.state in _ASKS_A_PERSON else Tone.WARN,
    )


def _badge(seen: _Seen, tone: Tone) -> tuple[Said, Tone]:
    run, at = seen.run, seen.at
    failed = any(step.state is StepState.FAILED for step in run.steps)
    done = sum(step.state in _SEEN_TO for step in run.steps)
    match run.state:
        case RunState.PROPOSED if run.decide_by is not None:
            badge = say("begins by itself in {left}", left=clock(max(0.0, run.decide_by - at)))
        case RunState.PROPOSED:
            badge = say("Proposed · waits {wait}", wait=clock(at - (run.proposed_at or at)))
        case RunState.PUT_OFF:
            badge = say("put off until {time}", time=clock24(run.put_off_until or at, seen.view.policy))
        case RunState.ASKING:
            badge = say("asks at step {n} of {count}", n=run.question_at + 1, count=len(run.steps))
        case RunState.STOPPED:
            badge = say("stopped at {done} of {count}", done=done, count=len(run.steps))
        case RunState.STANDING_DOWN:
            back = sum(step.state in {StepState.RELEASED, StepState.SKIPPED} for step in run.steps)
            badge = say("standing down, {back} of {count} back", back=back, count=len(run.steps))
        case _ if tone is Tone.WARN:
            badge = say("calm again")
        case RunState.STANDING:
            badge = say("stands since {time}", time=clock24(run.started_at or at, seen.view.policy))
        case _:
            badge = say("{done} of {count} steps", done=done, count=len(run.steps))
    return badge, Tone.WARN if tone is Tone.CALM and failed and run.state in ACTIVE else tone


# ---- what it says ----------------------------------------------------------------------------------------------------


def _lines(seen: _Seen) -> Iterator[Said]:
    run = seen.run
    if run.state in OFFERED:
        yield from _offered(seen)
        return
    if run.state is RunState.STANDING_DOWN:
        yield from _going_down(seen)
        return
    if seen.sheet.asks is not None and run.question != "failed":
        yield seen.sheet.asks
    if run.state is RunState.ASKING and run.question == "visible":
        yield from _also_visible(run)
    if run.state is RunState.RUNNING:
        yield from _under_way(run)
    yield from _failures(seen)
    if run.body.cause and run.cause_gone_at is None and run.calm_proposed_at is None:
        yield say("Before standing down: {question}", question=run.body.cause)
    yield from effect_lines(run, seen.view)
    told = nothing_line(seen.outlook, seen.at)
    if told is not None:
        yield told


def _offered(seen: _Seen) -> Iterator[Said]:
    run = seen.run
    yield from _in_pairs(fired_lines(run, seen.view))
    if run.state is RunState.PUT_OFF:
        yield from effect_lines(run, seen.view)
    told = nothing_line(seen.outlook, seen.at, ahead=SOON_S)
    if told is not None:
        yield told
    if run.state is RunState.PROPOSED:
        for step in run.steps:
            what = step_words(step.body)
            yield (
                say("{n}. {what} (customers notice)", n=step.n + 1, what=what)
                if action_of(step.body).visible
                else say("{n}. {what}", n=step.n + 1, what=what)
            )
    # `asks` names the holder only while somebody else holds a lever of it.
    if seen.sheet.asks is not None and any(answer.key == "start_anyway" for answer in seen.sheet.answers):
        yield seen.sheet.asks


def _in_pairs(told: tuple[Said, ...]) -> Iterator[Said]:
    for first, second in zip(told[::2], (*told[1::2], None), strict=False):
        yield first if second is None else say("{first} · {second}", first=first, second=second)


def _also_visible(run: PlanRun) -> Iterator[Said]:
    later = [str(step.n + 1) for step in run.steps[run.question_at + 1 :] if action_of(step.body).visible]
    if later:
        yield say("Customers will also notice step {steps}; yes is for all of them.", steps=", ".join(later))


def _under_way(run: PlanRun) -> Iterator[Said]:
    for step in run.steps:
        if step.state in {StepState.DOING, StepState.PENDING}:
            yield say("Step {n}: {what}", n=step.n + 1, what=step_words(step.body))
            return


def _failures(seen: _Seen) -> Iterator[Said]:
    run = seen.run
    for step in run.steps:
        if step.state is StepState.FAILED:
            why = trouble_words(step.trouble, seen.book)
            yield say("Step {n} failed ({what}): {why}", n=step.n + 1, what=step_words(step.body), why=why)


def _going_down(seen: _Seen) -> Iterator[Said]:
    run = seen.run
    releasing = [step for step in run.steps if step.state is StepState.RELEASING]
    if releasing:
        step = releasing[0]
        yield say("Step {n} is put back: {what}", n=step.n + 1, what=step_words(step.body))
        freed = seen.sheet.steps[step.n].freed
        if freed is not None:
            yield freed
    elif stage_ends(run) > seen.at:
        time = clock24(stage_ends(run), seen.view.policy)
        yield say("What customers notice is back; the rest follows at {time}.", time=time)
    else:
        yield say("Everything goes back to what it was found as.")
    left = [step for step in run.steps if step.state is StepState.RELEASED and step.trouble]
    for step in left:
        yield say("Step {n} is left to a person: {levers}", n=step.n + 1, levers=step.trouble)


# ---- what can be answered --------------------------------------------------------------------------------------------


def _answers(seen: _Seen) -> tuple[Action, ...]:
    run = seen.run
    cause_first = bool(run.body.cause) and run.cause_gone_at is None
    told = []
    for answer in seen.sheet.answers:
        if answer.key == "stand_down" and cause_first:
            continue
        if answer.key == "put_off":
            told.append(replace(answer, asks=_WHEN, preset=_TEN))
        elif answer.key == "confirm_cause":
            told.append(replace(answer, asks=_WHO))
        elif answer.key == "stand_down" and run.calm_proposed_at is None:
            told.append(replace(answer, asks=_WHY))
        else:
            told.append(answer)
    return tuple(told)


def _flex_cards(seen: _Seen) -> Iterator[Card]:
    """Yield a card for each flex agent who was asked and for whom the supervisor may answer."""
    run = seen.run
    asked = [
        (step, action, person)
        for step in run.steps
        for action in (action_of(step.body),)
        if isinstance(action, Flex) and action.confirm != "code" and step.state is StepState.STANDING
        for person, word in step.asked.items()
        if word == ASKED and run.state in ACTIVE
    ]
    for step, action, person in asked[:MOST_FLEX]:
        yield _flex_card(seen, step, action, person)


def _flex_card(seen: _Seen, step: StepRun, action: Flex, person: str) -> Card:
    run, known = seen.run, seen.view.people.get(person)
    since = step.asked_at.get(person, seen.at)
    tone, urgency = _FLEX
    name = f"{known.name} {known.number}".strip() if known is not None else person
    group = group_at(seen.view.policy, run.subject)
    subject = subject_words(seen.view, run.subject)
    by_code = action.confirm == "either"
    lines = (
        say("Asked on line for {subject}: {plan}, step {n}", subject=subject, plan=run.body.name, n=step.n + 1),
        say("The agent may answer by code too.") if by_code else say("Your word is the one that counts."),
    )
    return Card(
        id=f"{PLAN_FLEX}:{run.id}|{step.n}|{person}",
        tone=tone,
        title=say("Flex agent {name}", name=name),
        lines=lines,
        actions=flex_answers(step.n, person, keys=True),
        badge=say("{left} to answer", left=clock(max(0.0, since + action.answer_s - seen.at))),
        badge_tone=Tone.WARN if action.confirm == "supervisor" else Tone.CALM,
        since=since,
        group="" if group is None else group.id,
        urgency=urgency,
        seats=known.interfaces[:1] if known is not None else (),
    )
