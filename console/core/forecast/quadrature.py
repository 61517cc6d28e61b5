"""The Gauss-Kronrod pair of 7 and 15 points (Kronrod 1965; figures as in QUADPACK) on -1..1, ascending."""

import numpy as np

from console.core.forecast.question import Vector

_POINTS = (0.991455371120812640, 0.949107912342758525, 0.864864423359769073, 0.741531185599394440,
           0.586087235467691130, 0.405845151377397167, 0.207784955007898468, 0.0)  # fmt: skip
_FINE = (0.022935322010529225, 0.063092092629978553, 0.104790010322250184, 0.140653259715525919,
         0.169004726639267903, 0.190350578064785410, 0.204432940075298892, 0.209482141084727828)  # fmt: skip
_COARSE = (0.0, 0.129484966168869693, 0.0, 0.279705391489276668, 0.0, 0.381830050505118945, 0.0, 0.417959183673469388)


def _whole(half: tuple[float, ...], sign: float) -> Vector:
    """Return the whole rule from its left half and middle."""
    rule: Vector = np.array([*(sign * value for value in half), *half[-2::-1]])
    return rule


AT = _whole(_POINTS, -1.0)
FINE = _whole(_FINE, 1.0)
COARSE = _whole(_COARSE, 1.0)
