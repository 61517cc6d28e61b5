"""Where floors come from: one line of `FEEDS` for every kind of ACD."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from console.core.floor.model import Seconds
from console.core.ports import Clock, Feed, Switch
from console.core.profiles import FEED_SECRET, STEWARD_SECRET, FloorKind, Profile
from console.core.words import Said


class Needs(NamedTuple):
    """What makers may use: the clock, a profile's secrets by name (may block), how often to reconcile, the language."""

    clock: Clock
    secret_of: Callable[[str], str | Said | None]
    reconcile_every: Callable[[], Seconds] = lambda: 300.0
    language: str = "zh_CN"


class Source(NamedTuple):
    """An open floor: what feeds it, what pulls its levers (None: nothing may), and the clock it lives by."""

    feed: Feed
    switch: Switch | None
    clock: Clock


Maker = Callable[[Profile, Needs], Source]


def _asterisk(profile: Profile, needs: Needs) -> Source:
    from console.feeds.asterisk.feed import AsteriskFeed  # noqa: PLC0415  a demo needs no TLS library
    from console.feeds.asterisk.switch import AsteriskSwitch  # noqa: PLC0415

    feed = AsteriskFeed(
        profile, lambda: needs.secret_of(FEED_SECRET), needs.clock, reconcile_every=needs.reconcile_every
    )
    if not profile.steward_user:
        return Source(feed, None, needs.clock)
    return Source(feed, AsteriskSwitch(profile, lambda: needs.secret_of(STEWARD_SECRET), needs.clock), needs.clock)


def _demo(profile: Profile, needs: Needs) -> Source:
    from console.feeds.demo.feed import DemoFeed  # noqa: PLC0415  a real floor needs no simulation

    feed = DemoFeed(profile, needs.clock, language=needs.language)
    return Source(feed, feed.switch, feed.clock)


def _replay(profile: Profile, needs: Needs) -> Source:
    from console.feeds.replay import Replay  # noqa: PLC0415  a real floor needs no recordings

    feed = Replay(Path(profile.path), needs.clock, rate=profile.rate)
    return Source(feed, None, feed.clock)


FEEDS: tuple[tuple[FloorKind, Maker], ...] = (
    (FloorKind.DEMO, _demo),
    (FloorKind.ASTERISK, _asterisk),
    (FloorKind.REPLAY, _replay),
)


def open_source(profile: Profile, needs: Needs) -> Source:
    """Return the feed and switch of a profile; BadInput where its settings cannot be used."""
    return dict(FEEDS)[profile.kind](profile, needs)
