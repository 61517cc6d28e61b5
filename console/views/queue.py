"""One queue or skill group at close range: its figures now and today, who waits, who serves it."""

from collections.abc import Mapping

import msgspec

from console.core.floor.figures import Figures, Window
from console.core.floor.model import Instant, Interface, Member, QueueName, Uid
from console.core.floor.policy import Channel, Limits, SkillGroup, Tone, answer_within, group_of
from console.core.floor.view import FloorView
from console.core.rules.tones import tone_of
from console.core.words import Said, say
from console.views.agents import AgentRow
from console.views.board import Card
from console.views.masking import masked
from console.views.scope import groups_of, shown_groups
from console.views.tones import rank
from console.views.words import DASH, clock, percent, share


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at: a group, or one `queue` of it (empty: all its queues)."""

    group: SkillGroup
    queue: QueueName = ""

    @property
    def queues(self) -> tuple[QueueName, ...]:
        """Return the queues looked at."""
        return (self.queue,) if self.queue else self.group.queues

    @property
    def subject(self) -> str:
        """Return the way back here."""
        return f"queue:{self.queue}" if self.queue else f"group:{self.group.id}"


def scope_of(view: FloorView, subject: str, mine: tuple[str, ...] = ()) -> Scope | None:
    """Return what `queue:NAME`, `group:ID` or nothing names: nothing is the group of most people waiting.

    None where the floor has no group at all; a name that is no more leads to the same place as nothing.
    """
    kind, _, name = subject.partition(":")
    if kind == "queue" and name in view.queues:
        return Scope(group=group_of(view.policy, name), queue=name)
    groups = groups_of(view)
    for group in groups:
        if kind == "group" and group.id == name:
            return Scope(group=group)
    shown = shown_groups(view, mine)
    if not shown:
        return None
    return Scope(group=max(shown, key=lambda group: _waiting(view, group)))


def _waiting(view: FloorView, group: SkillGroup) -> int:
    figures = view.figures.groups.get(group.id)
    return figures.now.waiting if figures is not None else 0


def figures_of(view: FloorView, scope: Scope) -> Figures:
    """Return the figures of what is looked at."""
    found = view.figures.queues.get(scope.queue) if scope.queue else view.figures.groups.get(scope.group.id)
    return found if found is not None else Figures()


class CallerRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody waiting; `number` is masked; `tone` how the wait stands to the group's limits."""

    key: str
    queue: QueueName
    uid: Uid
    position: int = 0
    priority: int = 0
    number: str = ""
    name: str = ""
    since: Instant | None = None
    tone: Tone = Tone.CALM


def callers(
    view: FloorView, scope: Scope, now: Instant, before: Mapping[str, CallerRow] | None = None
) -> tuple[CallerRow, ...]:
    """Return who waits, the longest first; `before` are the rows known, whose tones give way slowly."""
    limits = scope.group.targets.longest_wait
    wanted, known = set(scope.queues), before or {}
    rows = []
    for caller in view.callers.values():
        if caller.queue not in wanted:
            continue
        key = f"{caller.queue}/{caller.uid}"
        held = known[key].tone if key in known else Tone.CALM
        waited = now - caller.since if caller.since is not None else None
        rows.append(
            CallerRow(
                key=key,
                queue=caller.queue,
                uid=caller.uid,
                position=caller.position,
                priority=caller.priority,
                number=masked(caller.number),
                name=caller.name if caller.name != caller.number else "",
                since=caller.since,
                tone=tone_of(waited, limits, held),
            )
        )
    rows.sort(key=lambda row: (-row.priority, row.since if row.since is not None else now, row.position, row.key))
    return tuple(rows)


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who serves the queue: the agent's row, penalty and pause here, contacts taken here."""

    agent: AgentRow
    queue: QueueName
    penalty: int = 0
    paused: bool = False
    reason: str = ""
    taken: int = 0


def members(view: FloorView, scope: Scope, rows: Mapping[Interface, AgentRow]) -> tuple[MemberRow, ...]:
    """Return who is signed in, one row a person however many of the queues they serve: lowest penalty first."""
    found: dict[Interface, MemberRow] = {}
    for queue in scope.queues:
        for member in _of_queue(view, queue):
            interface = member.interface
            agent = rows.get(interface)
            if agent is None:
                continue
            row = MemberRow(
                agent=agent,
                queue=queue,
                penalty=member.penalty,
                paused=member.paused,
                reason=member.pause_reason if member.paused else "",
                taken=member.calls_taken,
            )
            known = found.get(interface)
            if known is None or row.penalty < known.penalty:
                taken = row.taken + (known.taken if known is not None else 0)
                found[interface] = msgspec.structs.replace(row, taken=taken)
            else:
                found[interface] = msgspec.structs.replace(known, taken=known.taken + row.taken)
    return tuple(sorted(found.values(), key=lambda row: (row.penalty, row.agent.number.rjust(12, "0"), row.agent.name)))


def _of_queue(view: FloorView, queue: QueueName) -> list[Member]:
    return [member for (name, _), member in view.members.items() if name == queue]


def cards(view: FloorView, scope: Scope, before: tuple[Card, ...] = ()) -> tuple[Card, ...]:
    """Return six figures of what is looked at; `before` holds the tones that give way slowly."""
    held = {card.key: card.tone for card in before}
    figures, group = figures_of(view, scope), scope.group
    now, recent, seats, targets = figures.now, figures.recent, figures.seats, group.targets
    few = now.waiting < targets.least_waiting
    enough = recent.service_level.whole >= targets.least_offered

    def limited(key: str, value: float | None, limits: Limits) -> Tone:
        tone = tone_of(value, limits, held.get(key, Tone.CALM))
        return min(tone, Tone.WARN, key=rank) if few and key in {"longest", "mean"} else tone

    line = group.emergency_waiting
    return (
        Card(
            key="waiting",
            label=say("Waiting"),
            value=str(now.waiting),
            tone=limited("waiting", now.waiting, targets.waiting),
            under=(say("Emergency line {limit}", limit=line),) if group.channel is Channel.PHONE else (),
        ),
        Card(
            key="longest",
            label=say("Longest wait"),
            value=clock(now.longest_wait_s) if now.waiting else DASH,
            tone=limited("longest", now.longest_wait_s, targets.longest_wait),
            under=(
                say("average {wait}", wait=clock(now.mean_wait_s) if now.waiting else DASH),
                say("ASA {wait}", wait=clock(recent.asa_s)),
            ),
        ),
        Card(
            key="service",
            label=say("Service level {seconds} s", seconds=round(answer_within(group))),
            value=share(recent.service_level),
            tone=limited("service", recent.service_level.value if enough else None, targets.service_level_limits),
            under=(say("Target {share}", share=percent(targets.service_level)), say("last 30 min")),
        ),
        Card(
            key="answer_rate",
            label=say("Answer rate"),
            value=share(recent.answer_rate, 1),
            tone=limited("answer_rate", recent.answer_rate.value if enough else None, targets.answer_rate_limits),
            under=(say("Target {share}", share=percent(targets.answer_rate)), say("last 30 min")),
        ),
        Card(
            key="on_line",
            label=say("On-line ratio"),
            value=share(seats.on_line_ratio),
            tone=limited(
                "on_line",
                seats.on_line_ratio.value if seats.on_shift >= targets.least_seats else None,
                targets.on_line_ratio,
            ),
            under=(say("{on_line} / {on_shift} seats", on_line=seats.on_line, on_shift=seats.on_shift),),
        ),
        Card(
            key="occupancy",
            label=say("Occupancy"),
            value=share(seats.occupancy),
            under=(
                say("talk {talk}", talk=clock(recent.talk_s)),
                say("wrap-up {wrap_up}", wrap_up=clock(recent.wrap_up_s)),
            ),
        ),
    )


class FigureLine(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of the two windows; `part` lines stand under the one before, set in."""

    label: Said
    recent: str
    today: str
    part: bool = False


def figure_lines(view: FloorView, scope: Scope) -> tuple[FigureLine, ...]:
    """Return the figures of the last 30 minutes and of today, line by line."""
    figures = figures_of(view, scope)
    recent, today = figures.recent, figures.today

    def line(label: Said, of: str, *, part: bool = False) -> FigureLine:
        return FigureLine(label=label, recent=_written(recent, of), today=_written(today, of), part=part)

    lines = [
        line(say("Entered"), "entered"),
        line(say("Answered"), "answered"),
        line(say("Abandoned"), "abandoned"),
        line(say("hung up"), "hung_up", part=True),
        line(say("timed out"), "timed_out", part=True),
        line(say("sent away"), "sent_away", part=True),
        line(say("Rang out"), "ring_no_answer"),
        line(say("ASA"), "asa_s"),
        line(say("Abandoned after"), "mean_wait_abandoned_s"),
        line(say("Ring time"), "ring_s"),
        line(say("Talk time"), "talk_s"),
        line(say("Wrap-up time"), "wrap_up_s"),
        line(say("Handling time"), "handle_s"),
    ]
    return tuple(each for each in lines if not each.part or {each.recent, each.today} != {"0"})


def _written(window: Window, of: str) -> str:
    value = getattr(window, of)
    return str(value) if isinstance(value, int) else clock(value)


def choices(view: FloorView, scope: Scope) -> tuple[tuple[QueueName, str], ...]:
    """Return the queues of the group to choose from, with how many wait; one queue alone is no choice."""
    if len(scope.group.queues) < 2:
        return ()
    return tuple(
        (
            queue,
            f"{queue} {state.waiting}" if (state := view.queues.get(queue)) is not None and state.waiting else queue,
        )
        for queue in scope.group.queues
    )
