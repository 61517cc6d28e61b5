"""How the demo floor is judged and found: its policy and its profile."""

from datetime import UTC, datetime

from console.core.floor.model import Instant
from console.core.floor.policy import Channel, FloorPolicy, Limits, SkillGroup, Targets
from console.core.profiles import FloorKind, Profile
from console.feeds.demo.load import DEMANDS
from console.feeds.demo.people import TEAMS

_PHONE = Targets(average_wait_s=60.0)
_WEB = Targets(answer_within_s=30.0, mean_wait=Limits(warn=30, alarm=90))


def demo_profile(seed: int = 1, rate: float = 1.0, start: str = "") -> Profile:
    """Return the profile of the demo floor; see `DemoFeed` for `rate` and `start`."""
    return Profile(id="demo", name="Demo", kind=FloorKind.DEMO, seed=seed, rate=rate, start=start)


def demo_policy(language: str = "zh_CN", midnight: Instant | None = None) -> FloorPolicy:
    """Return the demo's policy in `language` (zh_CN or en).

    With `midnight` (`DemoFeed.midnight`) the day begins at the demo's own midnight, read on the local clock, so that
    "today" is the whole demo day whatever the hour outside.
    """
    chinese = language.startswith("zh")
    groups = tuple(
        SkillGroup(
            id=team.queue,
            name=team.chinese if chinese else team.english,
            queues=(team.queue,),
            channel=team.channel,
            targets=_WEB if team.channel is Channel.WEB else _PHONE,
            wrap_up_s=DEMANDS[team.queue].wrap_s,
        )
        for team in TEAMS
    )
    begins = "00:00"
    if midnight is not None:
        begins = datetime.fromtimestamp(midnight, UTC).astimezone().strftime("%H:%M")
    return FloorPolicy(
        groups=groups,
        centre="华东客服中心" if chinese else "East China service centre",
        queue_wrap_up_s={team.queue: DEMANDS[team.queue].wrap_s for team in TEAMS},
        day_starts_at=begins,
    )
