"""How much the floor on screen can be trusted: live, old, lost, past; nothing stale ever looks live."""

from enum import StrEnum

import msgspec

from console.core.floor.model import Instant, LinkStatus, LinkTrouble, Seconds
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.views.words import TROUBLE, clock


class Trust(StrEnum):
    """What a reader may believe of the figures on screen."""

    NOTHING_YET = "nothing_yet"
    LIVE = "live"
    OLD = "old"
    PAST = "past"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The line in the top bar: what to believe, its sentence, the reason beneath, and the age of the data."""

    trust: Trust
    tone: Tone
    said: Said
    reason: Said | None = None
    age_s: Seconds | None = None
    connecting: bool = False


def age_of(view: FloorView, now: Instant) -> Seconds | None:
    """Return how old the newest word of the ACD is, None where there was none or the stream has no times."""
    if view.link.heard_at is None:
        return None
    return max(0.0, now - view.link.heard_at)


def age_words(seconds: Seconds) -> str:
    """Return an age: tenths below ten seconds, m:ss from a minute on."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{int(seconds)} s" if seconds < 60 else clock(seconds)


def standing(view: FloorView, now: Instant) -> Standing:
    """Return how the floor on screen stands to the real one."""
    link, age = view.link, age_of(view, now)
    if view.past:
        return Standing(trust=Trust.PAST, tone=Tone.CALM, said=say("Past, not live"), age_s=None)
    if link.status is LinkStatus.LIVE:
        if age is None:
            return Standing(trust=Trust.LIVE, tone=Tone.CALM, said=say("Live"))
        if age <= view.policy.stale_s:
            said = say("Live · data {age} old", age=age_words(age))
            return Standing(trust=Trust.LIVE, tone=Tone.CALM, said=said, age_s=age)
        said = say("Silent · data {age} old", age=age_words(age))
        return Standing(trust=Trust.OLD, tone=Tone.ALARM, said=said, reason=TROUBLE[LinkTrouble.SILENT], age_s=age)
    return _not_live(view, now, age)


def _not_live(view: FloorView, now: Instant, age: Seconds | None) -> Standing:
    link = view.link
    seen = bool(view.queues or view.agents)
    trust = Trust.OLD if seen else Trust.NOTHING_YET
    if link.status in (LinkStatus.CONNECTING, LinkStatus.SYNCING, LinkStatus.IDLE):
        said = {
            LinkStatus.CONNECTING: say("Connecting"),
            LinkStatus.SYNCING: say("Reading the floor"),
            LinkStatus.IDLE: say("Starting"),
        }[link.status]
        reason = TROUBLE[link.trouble] if link.trouble is not LinkTrouble.NONE else None
        tone = Tone.WARN if seen or reason is not None else Tone.CALM
        return Standing(trust=trust, tone=tone, said=said, reason=reason, age_s=age, connecting=True)
    if link.status is LinkStatus.ENDED:
        return Standing(trust=trust, tone=Tone.WARN, said=say("The recording has ended"), age_s=age)
    again = link.retry_at is not None and link.retry_at > now
    seconds = int(link.retry_at - now) + 1 if link.retry_at is not None else 0
    if age is None:
        said = say("Not connected · again in {seconds} s", seconds=seconds) if again else say("Not connected")
    elif again:
        said = say("Not connected · data {age} old · again in {seconds} s", age=age_words(age), seconds=seconds)
    else:
        said = say("Not connected · data {age} old", age=age_words(age))
    return Standing(trust=trust, tone=Tone.ALARM, said=said, reason=TROUBLE[link.trouble], age_s=age)
