"""What is said at once: one moment of the floor and what was said before make the alarms that stand now."""

from collections.abc import Mapping

from console.core.floor.alarm import Alarm
from console.core.floor.model import Instant, LinkStatus, Record, Seconds
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.rules.alarm_rules import (
    ANSWER_RATE,
    LONGEST_WAIT,
    MEAN_WAIT,
    ON_LINE_RATIO,
    SERVICE_LEVEL,
    WAITING,
    Rule,
    callers_wait_while_available,
    no_link,
    nobody_on_line,
    stale,
    stuck,
)
from console.core.rules.sight import Finding, Sight

LINK_RULES: tuple[Rule, ...] = (no_link, stale)
"""The link's own alarms, the only ones of a link that is not live."""

FLOOR_RULES: tuple[Rule, ...] = (
    callers_wait_while_available,
    nobody_on_line,
    WAITING,
    LONGEST_WAIT,
    MEAN_WAIT,
    SERVICE_LEVEL,
    ANSWER_RATE,
    ON_LINE_RATIO,
    stuck,
)

ALARM_RULES: tuple[Rule, ...] = LINK_RULES + FLOOR_RULES

FORGOTTEN_AFTER_S: Seconds = 60.0
"""A connection gone for longer than this ends the alarms of before; they begin anew if they are still true."""


class AlarmState(Record, frozen=True, kw_only=True):
    """What the judge remembers: since when each condition is true, its tone, the alarms said, the last live moment."""

    since: Mapping[str, Instant] = {}
    tones: Mapping[str, Tone] = {}
    said: Mapping[str, Alarm] = {}
    live_at: Instant | None = None


def judge(view: FloorView, previous: AlarmState, at: Instant | None) -> tuple[AlarmState, tuple[Alarm, ...]]:
    """Return what to remember and the alarms that stand: the worst first, then the oldest.

    Without a clock (`at` None) nothing can be said. While the link is not live only its own alarms stand; the others
    are remembered for a while, so that a short loss does not make old alarms new.
    """
    if at is None:
        return previous, ()
    sight = Sight(view, at, previous.tones)
    live = view.link.status is LinkStatus.LIVE
    if not live and previous.live_at is not None and at - previous.live_at > FORGOTTEN_AFTER_S:
        previous = AlarmState(
            since={key: since for key, since in previous.since.items() if _of_link(key)},
            tones={key: tone for key, tone in previous.tones.items() if _of_link(key)},
            said={key: alarm for key, alarm in previous.said.items() if _of_link(key)},
        )
    since: dict[str, Instant] = {}
    tones: dict[str, Tone] = {}
    said: dict[str, Alarm] = {}
    places: dict[str, int] = {}
    for place, rule in enumerate(ALARM_RULES if live else LINK_RULES):
        for finding in rule(sight):
            key = finding.id
            first = previous.since.get(key)
            if first is None:
                first = at if finding.since is None else min(at, finding.since)
            since[key], tones[key], places[key] = first, finding.tone, place
            if key in previous.said or at - first >= finding.hold_s:
                said[key] = _alarm(finding, first, previous.said.get(key))
    standing = sorted(said.values(), key=lambda alarm: (_URGENCY[alarm.tone], alarm.since, places[alarm.id], alarm.id))
    if not live:
        since = {**previous.since, **since}
        tones = {**previous.tones, **tones}
        said = {**{key: alarm for key, alarm in previous.said.items() if not _of_link(key)}, **said}
    return AlarmState(since=since, tones=tones, said=said, live_at=at if live else previous.live_at), tuple(standing)


_URGENCY = {Tone.ALARM: 0, Tone.WARN: 1, Tone.CALM: 2}


def _of_link(key: str) -> bool:
    return key in {"link:link", "stale:link"}


def _alarm(finding: Finding, since: Instant, before: Alarm | None) -> Alarm:
    alarm = Alarm(
        rule=finding.rule,
        subject=finding.subject,
        tone=finding.tone,
        since=since,
        said=finding.said,
        group=finding.group,
        seats=finding.seats,
        value=finding.value,
        limit=finding.limit,
    )
    return before if before is not None and before == alarm else alarm
