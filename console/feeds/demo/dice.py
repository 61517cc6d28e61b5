"""Where the demo's chance comes from: one stream a seed and purpose, so that one decision moves no other dice."""

from random import Random

# Chosen so that seed 1 opens on one group in alarm, one near it and the others calm; a new number is another world.
EDITION = 1345


def dice(seed: int, purpose: str) -> Random:
    """Return the stream of chance for one purpose."""
    return Random(f"{seed}.{EDITION}/{purpose}")
