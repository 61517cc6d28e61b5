"""The rules of what is said at once; each looks at one moment and yields what it finds."""

from collections.abc import Callable, Iterator

from console.core.floor.figures import Figures, Share
from console.core.floor.model import AgentState, AgentStatus, Caller, LinkStatus, QueueName, Record, Seconds
from console.core.floor.policy import Limits, SkillGroup, Targets, Tone
from console.core.rules.sight import Finding, Sight
from console.core.rules.tones import tone_of
from console.core.words import Said, say

NAMES_SAID = 3
"""How many seats a sentence names; the alarm itself names them all."""

Rule = Callable[[Sight], Iterator[Finding]]


def no_link(sight: Sight) -> Iterator[Finding]:
    """Say that the floor is not connected, or refuses us; while it is tried again the alarm stands."""
    link = sight.view.link
    again = link.status in {LinkStatus.CONNECTING, LinkStatus.SYNCING} and sight.tone("link", "link") is not Tone.CALM
    if link.status is LinkStatus.REFUSED:
        said = say("The floor refuses the connection.")
    elif link.status is LinkStatus.LOST or again:
        said = say("The connection to the floor is lost; the figures stand still.")
    else:
        return
    yield Finding(rule="link", subject="link", tone=Tone.ALARM, said=said, since=link.since)


def stale(sight: Sight) -> Iterator[Finding]:
    """Say that nothing came from a live link for too long: the figures may be old."""
    view = sight.view
    heard, limit = view.link.heard_at, view.policy.stale_s
    if view.past or view.link.status is not LinkStatus.LIVE or heard is None or sight.at - heard <= limit:
        return
    silent = sight.at - heard
    yield Finding(
        rule="stale",
        subject="link",
        tone=Tone.ALARM,
        said=say("No news from the floor for {seconds} s; the figures may be old.", seconds=int(silent)),
        value=silent,
        limit=limit,
        since=heard + limit,
    )


def callers_wait_while_available(sight: Sight) -> Iterator[Finding]:
    """Say where somebody waits, is not being rung for, and a seat of the queue stands ready: which seats, by name."""
    late = _waiting_long(sight)
    if not late:
        return
    agents = sight.view.agents.values()
    rung = {uid for agent in agents if agent.ringing_for for uid in agent.ringing_for}
    ready: dict[QueueName, list[AgentState]] = {}
    for agent in agents:
        if agent.status is AgentStatus.AVAILABLE and not agent.ringing_for:
            for queue in agent.queues:
                if queue in late and _ready_for(sight, queue, agent):
                    ready.setdefault(queue, []).append(agent)
    for queue, seats in ready.items():
        waiting = sum(1 for caller in late[queue] if caller.uid not in rung)
        if not waiting:
            continue
        group = sight.groups.of_queue(queue)
        seats.sort(key=lambda seat: (seat.since or 0.0, seat.interface))
        yield Finding(
            rule="callers_wait_while_available",
            subject=queue,
            tone=Tone.ALARM,
            said=_ready_said(queue, waiting, seats),
            group=group.id,
            seats=tuple(seat.interface for seat in seats),
            value=waiting,
            hold_s=group.targets.callers_wait_while_available_s,
        )


def _waiting_long(sight: Sight) -> dict[QueueName, list[Caller]]:
    late: dict[QueueName, list[Caller]] = {}
    for caller in sight.view.callers.values():
        hold = sight.groups.of_queue(caller.queue).targets.callers_wait_while_available_s
        if caller.since is not None and sight.at - caller.since >= hold:
            late.setdefault(caller.queue, []).append(caller)
    return late


def _ready_for(sight: Sight, queue: QueueName, agent: AgentState) -> bool:
    member = sight.view.members.get((queue, agent.interface))
    if member is not None and member.paused:
        return False
    hold = sight.groups.of_queue(queue).targets.callers_wait_while_available_s
    return (agent.since is None or sight.at - agent.since >= hold) and not sight.busy_elsewhere(agent)


def _ready_said(queue: QueueName, waiting: int, seats: list[AgentState]) -> Said:
    who = ", ".join(seat.name or seat.interface for seat in seats[:NAMES_SAID])
    if len(seats) == 1:
        return say("{queue}: {waiting} waiting while {who} is available.", queue=queue, waiting=waiting, who=who)
    if len(seats) <= NAMES_SAID:
        return say("{queue}: {waiting} waiting while {who} are available.", queue=queue, waiting=waiting, who=who)
    return say(
        "{queue}: {waiting} waiting while {who} and {more} more are available.",
        queue=queue,
        waiting=waiting,
        who=who,
        more=len(seats) - NAMES_SAID,
    )


def nobody_on_line(sight: Sight) -> Iterator[Finding]:
    """Say where callers wait and nobody is on line; or nobody is, though callers came lately or seats should be."""
    suspects: list[QueueName] = []
    for queue, figures in sight.view.figures.queues.items():
        state = sight.view.queues.get(queue)
        lately = figures.recent.entered or figures.seats.on_shift or figures.now.waiting
        if lately and not figures.seats.on_line and not (state is not None and state.gone):
            suspects.append(queue)
    if not suspects:
        return
    reached = sight.reached(suspects)
    for queue in suspects:
        if queue in reached:
            continue
        waiting = sight.view.figures.queues[queue].now.waiting
        group = sight.groups.of_queue(queue)
        if waiting:
            said = say("{queue}: {waiting} waiting and nobody on line.", queue=queue, waiting=waiting)
        else:
            said = say("{queue}: nobody is on line.", queue=queue)
        yield Finding(
            rule="nobody_on_line",
            subject=queue,
            tone=Tone.ALARM if waiting else Tone.WARN,
            said=said,
            group=group.id,
            value=waiting,
            hold_s=group.targets.nobody_on_line_s,
        )


def stuck(sight: Sight) -> Iterator[Finding]:
    """Say which agents are in one state for longer than their group's limit.

    An unregistered phone is only said of somebody expected at it: rostered, or who worked today.
    """
    at = sight.at
    targets = [group.targets for group in sight.view.policy.groups] + [Targets()]
    soonest = {status: min(limit_of(each) for each in targets) for status, limit_of in _STUCK.items()}
    soonest[AgentStatus.PAUSED] = min(soonest[AgentStatus.PAUSED], soonest[AgentStatus.WRAP_UP])
    for agent in sight.view.agents.values():
        status = agent.status
        if agent.since is None or status not in soonest or at - agent.since <= soonest[status]:
            continue
        status = sight.reasons.status_of(agent)
        group = sight.group_of(agent)
        limit = _STUCK[status](group.targets if group is not None else Targets())
        spent = at - agent.since
        if spent <= limit or (status is AgentStatus.UNAVAILABLE and not _expected(sight, agent)):
            continue
        yield Finding(
            rule=f"stuck_{status}",
            subject=agent.interface,
            tone=Tone.WARN,
            said=_stuck_said(status, agent.name or agent.interface, spent),
            group=group.id if group is not None else "",
            seats=(agent.interface,),
            value=spent,
            limit=limit,
            since=agent.since + limit,
        )


_STUCK: dict[AgentStatus, Callable[[Targets], Seconds]] = {
    AgentStatus.TALKING: lambda targets: targets.stuck_talking_s,
    AgentStatus.RINGING: lambda targets: targets.stuck_ringing_s,
    AgentStatus.WRAP_UP: lambda targets: targets.stuck_wrap_up_s,
    AgentStatus.PAUSED: lambda targets: targets.stuck_paused_s,
    AgentStatus.UNAVAILABLE: lambda targets: targets.stuck_unavailable_s,
}


def _expected(sight: Sight, agent: AgentState) -> bool:
    person = sight.view.people.get(sight.view.person_of.get(agent.interface, ""))
    if person is not None and person.rostered is not None:
        return person.rostered and not person.absent
    return agent.answered > 0


def _stuck_said(status: AgentStatus, name: str, spent: Seconds) -> Said:
    minutes = int(spent // 60)
    if status is AgentStatus.TALKING:
        return say("{name} has been talking for {minutes} min.", name=name, minutes=minutes)
    if status is AgentStatus.RINGING:
        return say("{name} has been ringing for {minutes} min.", name=name, minutes=minutes)
    if status is AgentStatus.WRAP_UP:
        return say("{name} has been in wrap-up for {minutes} min.", name=name, minutes=minutes)
    if status is AgentStatus.PAUSED:
        return say("{name} has been away for {minutes} min.", name=name, minutes=minutes)
    return say("The phone of {name} has been unreachable for {minutes} min.", name=name, minutes=minutes)


class Threshold(Record, frozen=True):
    """A group's figure held against its limits; `enough` whether it means something, `crowd` whether it may alarm."""

    rule: str
    limits: Callable[[Targets], Limits]
    value: Callable[[Figures], float | None]
    said: Callable[[SkillGroup, Figures, float, float], Said]
    enough: Callable[[Figures, Targets], bool] = lambda _figures, _targets: True
    crowd: Callable[[Figures, Targets], bool] = lambda _figures, _targets: True

    def __call__(self, sight: Sight) -> Iterator[Finding]:
        """Yield the groups whose figure is beyond its limits."""
        for group_id, figures in sight.view.figures.groups.items():
            group = sight.groups.by_id(group_id) or sight.groups.of_queue(group_id.removeprefix("queue:"))
            targets = group.targets
            value = self.value(figures)
            if value is None or not self.enough(figures, targets):
                continue
            limits = self.limits(targets)
            tone = tone_of(value, limits, sight.tone(self.rule, group_id))
            if tone is Tone.ALARM and not self.crowd(figures, targets):
                tone = Tone.WARN
            limit = limits.alarm if tone is Tone.ALARM else limits.warn
            if limit is None:  # too few to alarm, and no threshold to warn at
                limit = limits.alarm
            if tone is Tone.CALM or limit is None:
                continue
            yield Finding(
                rule=self.rule,
                subject=group_id,
                tone=tone,
                said=self.said(group, figures, value, limit),
                group=group_id,
                value=value,
                limit=limit,
                hold_s=targets.hold_s,
            )


def _crowd(figures: Figures, targets: Targets) -> bool:
    return figures.now.waiting >= targets.least_waiting


def _counted(share: Callable[[Figures], Share], least: Callable[[Targets], int]) -> Callable[[Figures, Targets], bool]:
    return lambda figures, targets: share(figures).whole >= least(targets)


def _percent(share: float) -> int:
    return int(share * 100 + 1e-9)


WAITING = Threshold(
    rule="waiting",
    limits=lambda targets: targets.waiting,
    value=lambda figures: figures.now.waiting,
    said=lambda group, _figures, value, limit: say(
        "{group}: {waiting} waiting (limit {limit}).", group=group.name, waiting=int(value), limit=int(limit)
    ),
)
LONGEST_WAIT = Threshold(
    rule="longest_wait",
    limits=lambda targets: targets.longest_wait,
    value=lambda figures: figures.now.longest_wait_s,
    said=lambda group, _figures, value, limit: say(
        "{group}: the longest wait is {seconds} s (limit {limit} s).",
        group=group.name,
        seconds=int(value),
        limit=int(limit),
    ),
    crowd=_crowd,
)
MEAN_WAIT = Threshold(
    rule="mean_wait",
    limits=lambda targets: targets.mean_wait,
    value=lambda figures: figures.now.mean_wait_s,
    said=lambda group, _figures, value, limit: say(
        "{group}: those waiting have waited {seconds} s on average (limit {limit} s).",
        group=group.name,
        seconds=int(value),
        limit=int(limit),
    ),
    enough=_crowd,
)
SERVICE_LEVEL = Threshold(
    rule="service_level",
    limits=lambda targets: targets.service_level_limits,
    value=lambda figures: figures.recent.service_level.value,
    said=lambda group, _figures, value, limit: say(
        "{group}: service level {percent} % (limit {limit} %).",
        group=group.name,
        percent=_percent(value),
        limit=_percent(limit),
    ),
    enough=_counted(lambda figures: figures.recent.service_level, lambda targets: targets.least_offered),
)
ANSWER_RATE = Threshold(
    rule="answer_rate",
    limits=lambda targets: targets.answer_rate_limits,
    value=lambda figures: figures.recent.answer_rate.value,
    said=lambda group, _figures, value, limit: say(
        "{group}: {percent} % answered (limit {limit} %).",
        group=group.name,
        percent=_percent(value),
        limit=_percent(limit),
    ),
    enough=_counted(lambda figures: figures.recent.answer_rate, lambda targets: targets.least_offered),
)
ON_LINE_RATIO = Threshold(
    rule="on_line_ratio",
    limits=lambda targets: targets.on_line_ratio,
    value=lambda figures: figures.seats.on_line_ratio.value,
    said=lambda group, figures, _value, limit: say(
        "{group}: {on_line} of {on_shift} seats on line (limit {limit} %).",
        group=group.name,
        on_line=figures.seats.on_line,
        on_shift=figures.seats.on_shift,
        limit=_percent(limit),
    ),
    enough=_counted(lambda figures: figures.seats.on_line_ratio, lambda targets: targets.least_seats),
)
