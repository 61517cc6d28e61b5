"""An L-stable rational step for linear chains with tridiagonal rates: order 4, one real pole, five solves.

exp(h*A) is replaced by sum(c_i * (I - pole*h*A)^-i), which agrees with it through the fourth power and vanishes for the
fastest parts (Hairer & Wanner, Solving Ordinary Differential Equations II, IV.6: A-stable for this pole).
"""

from collections.abc import Callable

from console.core.forecast.question import Vector

POLE = 0.25
GRADE = 1.5
"""How much longer a step is than the one before: a start is one sure state, what follows is ever smoother."""

WEIGHTS = (7 / 3, -10.0, 14.0, -19 / 3, 1.0)

State = list[Vector]


def moved(stage: Callable[[State], State], state: State) -> State:
    """Return the state one step later; `stage` applies (I - pole*h*A)^-1 to every part of it."""
    state = stage(state)
    total = [WEIGHTS[0] * part for part in state]
    for weight in WEIGHTS[1:]:
        state = stage(state)
        for place, part in enumerate(state):
            total[place] += weight * part
    return total


class Solver:
    """Solves (I - reach*A) y = x for a tridiagonal A, reach = pole*h; `x` has one column or many."""

    def __init__(self, reach: float, below: Vector, at: Vector, above: Vector) -> None:
        # scipy is heavy to import and only this needs it.
        from scipy.linalg import lapack  # noqa: PLC0415

        self._solve = lapack.dgttrs
        self._factors = lapack.dgttrf(-reach * below, 1.0 - reach * at, -reach * above)[:5]

    def __call__(self, right: Vector) -> Vector:
        """Return y."""
        solved: Vector = self._solve(*self._factors, right)[0]
        return solved


def graded(length: float, first: float, longest: float) -> list[float]:
    """Return steps that sum to `length`, each growing by GRADE and at most `longest`."""
    if length <= 0:
        return []
    steps = [min(first, longest, length)]
    while sum(steps) < length:
        steps.append(min(steps[-1] * GRADE, longest))
    scale = length / sum(steps)
    return [step * scale for step in steps]
