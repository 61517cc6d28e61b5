"""How much a figure needs a person: thresholds crossed, and given back only with some distance (hysteresis)."""

from console.core.floor.policy import Limits, Tone

_RANK = {Tone.CALM: 0, Tone.WARN: 1, Tone.ALARM: 2}


def tone_of(value: float | None, limits: Limits, held: Tone = Tone.CALM) -> Tone:
    """Return the tone of a value; `held` is the tone it has now, given back only past `clear` of the threshold.

    A value nobody knows is calm: what is missing is said elsewhere. The comparison is strict: a target met exactly is
    met.
    """
    if value is None:
        return Tone.CALM
    for tone, threshold in ((Tone.ALARM, limits.alarm), (Tone.WARN, limits.warn)):
        if threshold is None:
            continue
        distance = abs(threshold) * limits.clear if _RANK[held] >= _RANK[tone] else 0.0
        if value > threshold - distance if limits.above else value < threshold + distance:
            return tone
    return Tone.CALM


def worst(*tones: Tone) -> Tone:
    """Return the tone that needs a person most."""
    return max(tones, key=_RANK.__getitem__, default=Tone.CALM)


def rank(tone: Tone) -> int:
    """Return 0 calm, 1 warn, 2 alarm."""
    return _RANK[tone]
