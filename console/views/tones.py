"""Tones in order: which of several needs a person most."""

from console.core.floor.policy import Tone

_RANK = {Tone.CALM: 0, Tone.WARN: 1, Tone.ALARM: 2}


def worst(*tones: Tone) -> Tone:
    """Return the tone that needs a person most."""
    return max(tones, key=_RANK.__getitem__, default=Tone.CALM)


def rank(tone: Tone) -> int:
    """Return 0 calm, 1 warn, 2 alarm."""
    return _RANK[tone]
