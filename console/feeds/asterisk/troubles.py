"""What can go wrong between the console and a manager interface, as a code, the bare facts, and a sentence."""

from console.core.errors import FloordeskError
from console.core.floor.model import LinkTrouble
from console.core.words import Said, say

SLOW_TO_MEND = frozenset(
    {
        LinkTrouble.WRONG_SECRET,
        LinkTrouble.NO_SECRET,
        LinkTrouble.NO_RIGHTS,
        LinkTrouble.NOT_AMI,
        LinkTrouble.TLS,
    }
)
"""Troubles only a person mends: asking again soon would only fill the server's log."""


def going_down(told: str) -> bool:
    """Return whether an Error is that of a server which has begun to stop: it refuses nobody, and will be back."""
    return "shutting down" in told


class LinkFailed(FloordeskError):  # noqa: N818  it names what happened, as its neighbours do
    """The link could not be made or kept; `trouble` says why, `detail` gives the facts without any secret."""

    def __init__(self, trouble: LinkTrouble, detail: str = "", *, where: str = "") -> None:
        self.trouble = trouble
        self.detail = detail
        self.where = where
        super().__init__(explain(trouble, detail=detail, where=where))


def explain(trouble: LinkTrouble, *, detail: str = "", where: str = "") -> Said:  # noqa: C901, PLR0911, PLR0912  one sentence a trouble, each a literal to translate
    """Return the sentence for a trouble: what is wrong and what to do; `where` is host:port."""
    match trouble:
        case LinkTrouble.REFUSED:
            return say(
                "Nothing listens at {where}: is Asterisk running, and the port right? ({detail})", **_at(where, detail)
            )
        case LinkTrouble.UNREACHABLE:
            return say("{where} cannot be reached over the network ({detail}).", **_at(where, detail))
        case LinkTrouble.NAME_UNKNOWN:
            return say("The host name of {where} is not known ({detail}).", **_at(where, detail))
        case LinkTrouble.TIMEOUT:
            return say("{where} does not answer in time ({detail}).", **_at(where, detail))
        case LinkTrouble.TLS:
            return say("No trusted TLS connection to {where}: {detail}", **_at(where, detail))
        case LinkTrouble.NOT_AMI:
            return say("What answers at {where} is not Asterisk's manager interface: {detail}", **_at(where, detail))
        case LinkTrouble.WRONG_SECRET:
            return say(
                "{where} refuses this user, secret or address ({detail}): see manager.conf.", **_at(where, detail)
            )
        case LinkTrouble.NO_SECRET:
            return say("There is no secret to log in to {where} with: {detail}", **_at(where, detail))
        case LinkTrouble.NO_RIGHTS:
            return say("The user at {where} may not see the floor: {detail}", **_at(where, detail))
        case LinkTrouble.CROWDED:
            return say(
                "{where} hangs up before its greeting: too many log-ins are pending there (authlimit).",
                **_at(where, detail),
            )
        case LinkTrouble.SHUT_DOWN:
            return say("Asterisk at {where} shut down.", **_at(where, detail))
        case LinkTrouble.CUT:
            return say("The connection to {where} was cut ({detail}).", **_at(where, detail))
        case LinkTrouble.SILENT:
            return say("{where} has gone silent ({detail}).", **_at(where, detail))
        case LinkTrouble.GARBLED:
            return say("{where} sends what cannot be read ({detail}).", **_at(where, detail))
        case LinkTrouble.SOURCE:
            return say("The settings for {where} cannot be used: {detail}", **_at(where, detail))
        case LinkTrouble.NONE:
            return say("Connected to {where}.", **_at(where, detail))


def _at(where: str, detail: str) -> dict[str, str]:
    return {"where": where, "detail": detail}
