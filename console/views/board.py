"""The wall board: six figures with their targets, one row a skill group."""

import math
from collections.abc import Container, Mapping

import msgspec

from console.core.floor.alarm import Alarm
from console.core.floor.figures import CurvePoint, Figures, group_subject
from console.core.floor.model import AgentStatus, Instant
from console.core.floor.policy import Channel, SkillGroup, Targets, Tone, answer_within
from console.core.floor.view import FloorView
from console.core.rules.tones import tone_of
from console.core.words import Said, say
from console.views.combine import combined
from console.views.scope import has_channel, shown_groups
from console.views.tones import rank, worst
from console.views.words import DASH, STATUS_ORDER, clock, how_long, percent, share

SPARK_MINUTES = 30


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One big figure: its label, the figure, its unit, and what stands under it."""

    key: str
    label: Said
    value: str
    unit: Said | None = None
    tone: Tone = Tone.CALM
    under: tuple[Said, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One skill group; `bar` holds (state, people) in the order shown, `spark` people waiting by minute."""

    id: str
    name: str
    channel: Channel
    tone: Tone = Tone.CALM
    waiting: int = 0
    waiting_tone: Tone = Tone.CALM
    mean: str = DASH
    mean_tone: Tone = Tone.CALM
    longest: str = DASH
    longest_tone: Tone = Tone.CALM
    service: str = DASH
    service_tone: Tone = Tone.CALM
    bar: tuple[tuple[AgentStatus, int], ...] = ()
    on_line: int = 0
    on_shift: int = 0
    ratio: str = DASH
    ratio_tone: Tone = Tone.CALM
    away: int = 0
    away_limit: int = 0
    away_tone: Tone = Tone.CALM
    spark: tuple[CurvePoint, ...] = ()


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the board's figures and rows show."""

    cards: tuple[Card, ...] = ()
    rows: tuple[Row, ...] = ()


def away_limit(on_shift: int, least_ratio: float | None) -> int:
    """Return how many of a group may be away while the on-line ratio holds; one may always go."""
    if on_shift <= 0 or least_ratio is None:
        return 0
    return max(1, math.floor(on_shift * (1 - least_ratio) + 1e-9))


def board(
    view: FloorView,
    mine: tuple[str, ...] = (),
    before: Board | None = None,
    seen: Container[str] | None = None,
) -> Board:
    """Return the board of the groups in `mine` (empty: all); `before` holds the tones that give way slowly.

    Groups not `seen` (None: all are) keep the row they had: on a floor of hundreds only those on screen are worth
    making anew.
    """
    groups = shown_groups(view, mine)
    every = not mine or len(groups) == len(shown_groups(view, ()))
    old = {row.id: row for row in before.rows} if before is not None else {}
    alarms = _tones_by_group(view.alarms)
    rows = []
    for group in groups:
        row = old.get(group.id)
        if row is None or seen is None or group.id in seen:
            row = _row(view, group, row, alarms.get(group.id, Tone.CALM))
        rows.append(row)
    cards_before = {card.key: card.tone for card in before.cards} if before is not None else {}
    return Board(cards=tuple(_cards(view, groups, cards_before, every=every)), rows=tuple(rows))


def _tones_by_group(alarms: tuple[Alarm, ...]) -> dict[str, Tone]:
    tones: dict[str, Tone] = {}
    for alarm in alarms:
        if alarm.group:
            tones[alarm.group] = worst(tones.get(alarm.group, Tone.CALM), alarm.tone)
    return tones


def _row(view: FloorView, group: SkillGroup, before: Row | None, alarm: Tone) -> Row:
    figures, targets = view.figures.groups.get(group.id), group.targets
    if figures is None:
        return Row(id=group.id, name=group.name, channel=group.channel, tone=alarm)
    held = before if before is not None else Row(id="", name="", channel=group.channel)
    now, recent, seats = figures.now, figures.recent, figures.seats
    enough = recent.service_level.whole >= targets.least_offered
    waiting = tone_of(now.waiting, targets.waiting, held.waiting_tone)
    mean = tone_of(now.mean_wait_s, targets.mean_wait, held.mean_tone)
    longest = tone_of(now.longest_wait_s, targets.longest_wait, held.longest_tone)
    if now.waiting < targets.least_waiting:
        mean, longest = (min(tone, Tone.WARN, key=rank) for tone in (mean, longest))
    service = tone_of(recent.service_level.value if enough else None, targets.service_level_limits, held.service_tone)
    ratio = tone_of(
        seats.on_line_ratio.value if seats.on_shift >= targets.least_seats else None,
        targets.on_line_ratio,
        held.ratio_tone,
    )
    limit = away_limit(seats.on_shift, targets.on_line_ratio.warn)
    return Row(
        id=group.id,
        name=group.name,
        channel=group.channel,
        tone=worst(waiting, service, longest, alarm),
        waiting=now.waiting,
        waiting_tone=waiting,
        mean=clock(now.mean_wait_s) if now.waiting else DASH,
        mean_tone=mean,
        longest=clock(now.longest_wait_s) if now.waiting else DASH,
        longest_tone=longest,
        service=share(recent.service_level),
        service_tone=service,
        bar=tuple((status, seats.by_status[status]) for status in STATUS_ORDER if seats.by_status.get(status)),
        on_line=seats.on_line,
        on_shift=seats.on_shift,
        ratio=share(seats.on_line_ratio),
        ratio_tone=ratio,
        away=seats.away,
        away_limit=limit,
        away_tone=Tone.WARN if seats.away > limit else Tone.CALM,
        spark=view.figures.curves.get(group_subject(group.id), ())[-SPARK_MINUTES:],
    )


def _cards(view: FloorView, groups: tuple[SkillGroup, ...], held: Mapping[str, Tone], *, every: bool) -> list[Card]:
    def figures_of(channel: Channel | None) -> Figures | None:
        if every:
            return view.figures.floor if channel is None else view.figures.channels.get(channel)
        chosen = [
            view.figures.groups[g.id] for g in groups if channel in (None, g.channel) and g.id in view.figures.groups
        ]
        return combined(chosen) if chosen else None

    phone, web, whole = figures_of(Channel.PHONE), figures_of(Channel.WEB), figures_of(None)
    # The figures of calls are the phone's wherever there is a phone: WEB has its own card and is never mixed in.
    main_channel = Channel.PHONE if has_channel(groups, Channel.PHONE) else Channel.WEB
    main = phone if main_channel is Channel.PHONE else web
    targets = next((g.targets for g in groups if g.channel is main_channel), Targets())
    within = next((answer_within(g) for g in groups if g.channel is main_channel), targets.answer_within_s)
    both = has_channel(groups, Channel.PHONE) and has_channel(groups, Channel.WEB)
    made: list[Card] = []
    if has_channel(groups, Channel.PHONE) or not groups:
        made.append(_phone_waiting(view, phone or Figures(), groups, held, every=every))
    if has_channel(groups, Channel.WEB):
        made.append(_web_waiting(web or Figures(), groups, held))
    figures = main or Figures()
    made += [
        _mean_wait(figures, targets, held, both=both),
        _service(figures, targets, within, held),
        _answer_rate(figures, targets, held),
        _on_line(whole or Figures(), targets, held),
    ]
    return made


def _phone_waiting(
    view: FloorView, figures: Figures, groups: tuple[SkillGroup, ...], held: Mapping[str, Tone], *, every: bool
) -> Card:
    limit = view.policy.emergency_waiting if every else max((g.emergency_waiting for g in groups), default=0)
    waiting = figures.now.waiting
    emergency = Targets().waiting
    tone = tone_of(
        waiting, msgspec.structs.replace(emergency, warn=limit * 0.8, alarm=limit), held.get("phone", Tone.CALM)
    )
    under = [say("Emergency line {limit}", limit=limit)]
    since = over_since(view, limit) if waiting > limit else None
    if since is not None and view.at is not None:
        under.append(_over_for(view.at - since))
    return Card(key="phone", label=say("Phone waiting"), value=str(waiting), tone=tone, under=tuple(under))


def _over_for(seconds: float) -> Said:
    length = how_long(seconds)
    pattern = {
        "{seconds} s": say("over for {seconds} s"),
        "{minutes} min {seconds} s": say("over for {minutes} min {seconds} s"),
        "{minutes} min": say("over for {minutes} min"),
        "{hours} h {minutes} min": say("over for {hours} h {minutes} min"),
    }[length.text]
    return Said(pattern.text, length.values)


def over_since(view: FloorView, limit: float) -> Instant | None:
    """Return since when more than `limit` people wait on the phone, as far as the curve's minutes tell."""
    since: Instant | None = None
    for point in reversed(view.figures.curves.get("channel:phone", ())):
        if point.waiting is None or point.waiting <= limit:
            break
        since = point.at
    return since


def _web_waiting(figures: Figures, groups: tuple[SkillGroup, ...], held: Mapping[str, Tone]) -> Card:
    targets = next(g.targets for g in groups if g.channel is Channel.WEB)
    first = figures.recent.asa_s
    tone = tone_of(figures.now.waiting, targets.waiting, held.get("web", Tone.CALM))
    late = first is not None and first > targets.first_response_s
    return Card(
        key="web",
        label=say("WEB waiting"),
        value=str(figures.now.waiting),
        tone=worst(tone, Tone.WARN if late else Tone.CALM),
        under=(
            say("First response {seconds} s", seconds=round(first)) if first is not None else say("No answer yet"),
            say("target {seconds} s", seconds=round(targets.first_response_s)),
        ),
    )


def _mean_wait(figures: Figures, targets: Targets, held: Mapping[str, Tone], *, both: bool) -> Card:
    mean = figures.now.mean_wait_s if figures.now.waiting else None
    under = []
    if targets.average_wait_s is not None:
        under.append(say("Target {seconds} s", seconds=round(targets.average_wait_s)))
    under.append(say("longest {wait}", wait=clock(figures.now.longest_wait_s) if figures.now.waiting else DASH))
    under.append(say("ASA {wait}", wait=clock(figures.recent.asa_s)))
    limits = targets.mean_wait
    if targets.average_wait_s is not None:
        limits = msgspec.structs.replace(limits, warn=targets.average_wait_s, alarm=targets.average_wait_s * 1.2)
    short = mean is not None and mean < 100
    value = DASH if mean is None else str(round(mean)) if short else clock(mean)
    return Card(
        key="mean",
        label=say("Average wait · phone") if both else say("Average wait"),
        value=value,
        unit=say("s") if short else None,
        tone=tone_of(mean, limits, held.get("mean", Tone.CALM)),
        under=tuple(under),
    )


def _service(figures: Figures, targets: Targets, within: float, held: Mapping[str, Tone]) -> Card:
    ratio = figures.recent.service_level
    known = ratio.value if ratio.whole >= targets.least_offered else None
    return Card(
        key="service",
        label=say("Service level {seconds} s", seconds=round(within)),
        value=share(ratio),
        tone=tone_of(known, targets.service_level_limits, held.get("service", Tone.CALM)),
        under=(say("Target {share}", share=percent(targets.service_level)), say("last 30 min")),
    )


def _answer_rate(figures: Figures, targets: Targets, held: Mapping[str, Tone]) -> Card:
    ratio = figures.recent.answer_rate
    known = ratio.value if ratio.whole >= targets.least_offered else None
    lost = 1 - ratio.value if ratio.value is not None else None
    return Card(
        key="answer_rate",
        label=say("Answer rate"),
        value=share(ratio, 1),
        tone=tone_of(known, targets.answer_rate_limits, held.get("answer_rate", Tone.CALM)),
        under=(
            say("Target {share}", share=percent(targets.answer_rate)),
            say("abandoned {share}", share=percent(lost, 1)),
        ),
    )


def _on_line(figures: Figures, targets: Targets, held: Mapping[str, Tone]) -> Card:
    seats = figures.seats
    known = seats.on_line_ratio.value if seats.on_shift >= targets.least_seats else None
    return Card(
        key="on_line",
        label=say("On-line ratio"),
        value=share(seats.on_line_ratio),
        tone=tone_of(known, targets.on_line_ratio, held.get("on_line", Tone.CALM)),
        under=(
            say("{on_line} / {on_shift} seats", on_line=seats.on_line, on_shift=seats.on_shift),
            say("occupancy {share}", share=share(seats.occupancy)),
        ),
    )
