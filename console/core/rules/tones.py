"""How much a figure needs a person, with hysteresis: what has warned calms down only when it is clearly better."""

from console.core.floor.policy import Limits, Tone

_NOISE = 1e-9
"""0.8 + 0.1 * (1 - 0.8) is a little more than 0.82."""


def tone_of(value: float | None, limits: Limits, previous: Tone = Tone.CALM) -> Tone:
    """Return the tone of a figure that had `previous` before; a figure that is not there is calm.

    A threshold is crossed by more than it (below: by less than it). Once crossed, it holds until the value has come
    back by `limits.clear` of the threshold's distance from the good end, which is 0, or 1 for shares.
    """
    if value is None:
        return Tone.CALM
    if _crossed(value, limits.alarm, limits, held=previous is Tone.ALARM):
        return Tone.ALARM
    if _crossed(value, limits.warn, limits, held=previous is not Tone.CALM):
        return Tone.WARN
    return Tone.CALM


def _crossed(value: float, threshold: float | None, limits: Limits, *, held: bool) -> bool:
    if threshold is None:
        return False
    back = limits.clear * (threshold if limits.above else max(0.0, 1.0 - threshold))
    if limits.above:
        return value > threshold or (held and value > threshold - back + _NOISE)
    return value < threshold or (held and value < threshold + back - _NOISE)
