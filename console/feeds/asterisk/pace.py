"""How often, how long, how patient: every wait of the live connection, and how it grows when nobody answers."""

import random

from console.core.floor.model import LinkTrouble, Record, Seconds
from console.feeds.asterisk.troubles import SLOW_TO_MEND


class Pace(Record, frozen=True, kw_only=True):
    """Waits of a connection, in seconds.

    `first_wait_s` to `longest_wait_s` between attempts to reconnect, `person_wait_s` to `longest_person_wait_s` where
    only a person can mend it. `silent_after_s` without a byte a Ping is sent, answered within `pong_within_s`.
    A server that never says FullyBooted (the user may not read `system`) is asked after `booted_within_s`; one whose
    app_queue is not loaded yet again every `not_yet_s`, up to `app_queue_within_s`. Until a first event proves that
    events come at all, listings follow each other after `doubt_s`, then ever more slowly.
    """

    first_wait_s: Seconds = 0.5
    longest_wait_s: Seconds = 30.0
    person_wait_s: Seconds = 30.0
    longest_person_wait_s: Seconds = 300.0
    settled_s: Seconds = 10.0
    silent_after_s: Seconds = 5.0
    pong_within_s: Seconds = 5.0
    booted_within_s: Seconds = 3.0
    not_yet_s: Seconds = 1.0
    app_queue_within_s: Seconds = 60.0
    listing_within_s: Seconds = 60.0
    reload_settles_s: Seconds = 1.0
    events_within_s: Seconds = 3.0
    doubt_s: Seconds = 10.0


REFUSALS_OF_A_START = 5
"""How many log-ins a server that was followed a moment ago may refuse while it starts again."""


class Waits:
    """The wait before each attempt: doubled every time, jittered so that many desks do not come at once."""

    def __init__(self, pace: Pace, dice: random.Random) -> None:
        self._pace = pace
        self._dice = dice
        self._tries = 0
        self._trusted = 0

    def settled(self) -> None:
        """Begin small again: the last connection lived for a while, so a refusal or two is a server still starting."""
        self._tries = 0
        self._trusted = REFUSALS_OF_A_START

    def after(self, trouble: LinkTrouble) -> Seconds:
        """Return how long to wait after a failure: what has grown, a quarter more or less."""
        pace = self._pace
        if trouble in SLOW_TO_MEND and self._trusted:
            self._trusted -= 1
            first, longest = pace.first_wait_s, pace.longest_wait_s
        elif trouble in SLOW_TO_MEND:
            first, longest = pace.person_wait_s, pace.longest_person_wait_s
        else:
            first, longest = pace.first_wait_s, pace.longest_wait_s
        grown = min(first * 2.0 ** min(self._tries, 16), longest)
        self._tries += 1
        return grown * self._dice.uniform(0.75, 1.25)

    def around(self, every: Seconds) -> Seconds:
        """Return a wait of about `every`, a fifth more or less."""
        return every * self._dice.uniform(0.8, 1.2)
