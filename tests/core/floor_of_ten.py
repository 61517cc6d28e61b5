"""A small floor for the breaks' tests: one group, so many seats, everybody doing what the test says."""

from collections.abc import Iterable

from console.core.floor.figures import Figures, FloorFigures, Now, Seats, Share
from console.core.floor.model import AgentState, AgentStatus, Link, LinkStatus, Member, Talk
from console.core.floor.people import Person
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup
from console.core.floor.view import FloorView

NOON = 1_800_014_400.0 - 1_800_014_400.0 % 86400 + 12 * 3600
GROUP = "sales"


def seat(number: int) -> str:
    return f"Local/{1000 + number}@agents/n"


def floor(  # noqa: PLR0913  each thing a test may want
    seats: int = 10,
    *,
    away: Iterable[int] = (),
    talking: Iterable[int] = (),
    out: Iterable[int] = (),
    reason: str = "小休",
    waiting: int = 0,
    channel: Channel = Channel.PHONE,
    at: float = NOON,
    paused_since: float = NOON - 60,
) -> FloorView:
    """Return a floor of `seats` people, numbered from 1, of whom some are away, talking or signed out."""
    away, talking, out = set(away), set(talking), set(out)
    agents, members, people = {}, {}, {}
    for number in range(1, seats + 1):
        interface = seat(number)
        paused, gone = number in away, number in out
        status = (
            AgentStatus.SIGNED_OUT
            if gone
            else AgentStatus.TALKING
            if number in talking
            else AgentStatus.PAUSED
            if paused
            else AgentStatus.AVAILABLE
        )
        agents[interface] = AgentState(
            interface=interface,
            name=f"坐席{number}",
            queues=() if gone else (GROUP, "vip"),
            status=status,
            paused=paused,
            pause_reason=reason if paused else None,
            paused_since=paused_since if paused else None,
            signed_out_since=at - 30 if gone else None,
            talk=Talk(queue=GROUP, uid=f"u{number}", since=at - 60) if number in talking else None,
        )
        people[f"p{number}"] = Person(
            id=f"p{number}",
            name=f"坐席{number}",
            number=str(2000 + number),
            primary_group=GROUP,
            interfaces=(interface,),
            extensions=(str(1000 + number),),
        )
        if not gone:
            for queue in (GROUP, "vip"):
                members[queue, interface] = Member(
                    queue=queue, interface=interface, name=f"坐席{number}", paused=paused, pause_reason=reason * paused
                )
    on_line = seats - len(away | out)
    figures = Figures(
        now=Now(waiting=waiting),
        seats=Seats(
            on_shift=seats, on_line=on_line, away=seats - on_line, on_line_ratio=Share(part=on_line, whole=seats)
        ),
    )
    group = SkillGroup(id=GROUP, name="销售", queues=(GROUP, "vip"), channel=channel)
    return FloorView(
        at=at,
        link=Link(status=LinkStatus.LIVE),
        agents=agents,
        members=members,
        people=people,
        person_of={person.interfaces[0]: person.id for person in people.values()},
        policy=FloorPolicy(groups=(group,), time_zone="UTC"),
        figures=FloorFigures(at=at, groups={GROUP: figures}, floor=figures),
    )
