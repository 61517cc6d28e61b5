"""What a break does to a queue, exactly: transient Erlang A, each arrival followed to the end of its wait.

The chains (`away.py`) move by uniformization. Arrivals see time averages (PASTA), so every figure is an integral over
the window of the chain's state times what a caller arriving there meets. Waiting inside the break is integrated along
with the chain; what still waits at its end meets the full seats, where closed forms finish the story (`line.py`). Being
answered within the target needs the age at the end of the break: for arrivals nearer to it than the target, cohorts at
Gauss-Kronrod points are followed there, halving panels until the two rules agree.

Limits taken: without arrivals the figures are what one more caller would meet; a break of 0 minutes is the limit of
short ones (whoever finds the agents gone waits no time for them, but is not answered within a target of 0); a wait with
no bound (nobody gives up and nobody will serve) has no mean.
"""

import msgspec

from console.core.forecast import bounds
from console.core.forecast.course import Course
from console.core.forecast.deserted import Deserted
from console.core.forecast.erlang import met, steady
from console.core.forecast.question import Answer, Break, Figures, figures, share

_LOST = 1e-12
"""Weight that may leave the window of states before the window is widened."""

_ROUNDING = 1e-15
"""Weight that rounding may take in one step."""


def answer(asked: Break) -> Answer:
    """Return what arrivals meet before, during and after the break (see module) to 1e-9 of the larger of 1 and it.

    Raises TooLarge where that would take too many states and steps.
    """
    before = None
    if asked.start_in_system is None:
        before = steady(asked.arrivals, asked.service, asked.abandon, asked.seats, asked.target_min)
    begun = bounds.start(asked)
    if asked.break_min == 0:
        now = before or figures(
            met(begun.first, begun.weights, asked.service, asked.abandon, asked.seats, asked.target_min), asked.abandon
        )
        return Answer(before=before, during=_instant(asked, begun, now), after=now)
    slack = 0
    kind = Deserted if bounds.deserted(asked) else Course
    while True:
        course = kind(asked, begun, bounds.window(asked, begun, slack))
        during, after, lost = course.run()
        if lost <= _LOST + _ROUNDING * course.rate * asked.break_min:
            break
        slack += 1
    if begun.beyond > 0:
        far = bounds.far(asked, begun)
        during, after = during + far[0], after + far[1]
    return Answer(before=before, during=figures(during, asked.abandon), after=figures(after, asked.abandon))


def _instant(asked: Break, begun: bounds.Start, back: Figures) -> Figures:
    """Return the limit of `during` for short breaks: gone when the arrival comes, back at once."""
    found = share(begun.weights[: max(0, asked.remaining - begun.first)].sum())
    level = back.service_level if asked.target_min > 0 else found
    return msgspec.structs.replace(back, p_wait=1.0 - found, service_level=level)
