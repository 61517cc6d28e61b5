"""How long the feed waits before it tries again."""

import random

from console.core.floor.model import LinkTrouble
from console.feeds.asterisk.pace import REFUSALS_OF_A_START, Pace, Waits

PACE = Pace()


def waits() -> Waits:
    return Waits(PACE, random.Random(1))


def test_waits_grow_and_are_jittered_and_bounded() -> None:
    made = waits()
    grown = [made.after(LinkTrouble.UNREACHABLE) for _ in range(20)]
    assert grown[0] <= PACE.first_wait_s * 1.25
    assert grown[0] < grown[3] < grown[6]
    assert max(grown) <= PACE.longest_wait_s * 1.25
    assert len(set(grown)) == len(grown)


def test_a_wrong_secret_is_not_hammered() -> None:
    assert waits().after(LinkTrouble.WRONG_SECRET) >= PACE.person_wait_s * 0.75


def test_a_server_followed_a_moment_ago_may_refuse_while_it_starts_again() -> None:
    made = waits()
    made.settled()
    soon = [made.after(LinkTrouble.WRONG_SECRET) for _ in range(REFUSALS_OF_A_START)]
    assert sum(soon) < PACE.person_wait_s
    assert made.after(LinkTrouble.WRONG_SECRET) >= PACE.person_wait_s * 0.75
