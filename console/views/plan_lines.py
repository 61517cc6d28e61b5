"""The lines no page may hide, as records: cheap to know of before a plan was ever begun."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from console.core.floor.policy import Tone
from console.core.words import Said, say


class Stage(StrEnum):
    """Where a plan stands as a banner says it, most urgent first."""

    ASKING = "asking"
    STOPPED = "stopped"
    PROPOSED = "proposed"
    RUNNING = "running"
    CALM = "calm"
    STANDING = "standing"
    STANDING_DOWN = "standing_down"


STAGE_WORDS: Mapping[Stage, Said] = {
    Stage.ASKING: say("Plan asks"),
    Stage.STOPPED: say("Plan stopped"),
    Stage.PROPOSED: say("Plan proposed"),
    Stage.RUNNING: say("Plan running"),
    Stage.CALM: say("Plan, calm again"),
    Stage.STANDING: say("Plan standing"),
    Stage.STANDING_DOWN: say("Standing down"),
}
STAGE_TONE: Mapping[Stage, Tone] = {
    Stage.ASKING: Tone.ALARM,
    Stage.STOPPED: Tone.WARN,
    Stage.PROPOSED: Tone.ALARM,
    Stage.RUNNING: Tone.WARN,
    Stage.CALM: Tone.CALM,
    Stage.STANDING: Tone.WARN,
    Stage.STANDING_DOWN: Tone.CALM,
}


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """One plan: its run, stage, name, whom it is for, how far it is, its figures then and now, what it asks.

    `by` is who began it (a person's name or None); a wall leaves it out. `left` counts down to a proposal's beginning.
    """

    run: str
    stage: Stage
    name: str
    subject: Said
    since: Said
    progress: Said
    figures: tuple[Said, ...] = ()
    asks: Said | None = None
    by: Said | None = None


class WordingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One agreed wording 统一口径: its title and text, for whom, who gave it when, until when."""

    id: str
    title: str
    text: str
    subject: Said
    given: Said
    until: Said


class PlanBanner(msgspec.Struct, frozen=True, kw_only=True):
    """The lines in their order, how many plans are left out, and the wordings in force, newest first."""

    lines: tuple[PlanLine, ...] = ()
    more: int = 0
    wordings: tuple[WordingLine, ...] = ()
