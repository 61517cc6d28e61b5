"""The floor's own words and how it writes figures: waits as m:ss, shares as per cent, a dash where nothing is known."""

from collections.abc import Mapping

from console.core.floor.figures import Share
from console.core.floor.model import AgentStatus, LinkTrouble, Seconds
from console.core.floor.policy import CHANNEL_WORDS, Channel
from console.core.words import Said, say

DASH = "—"

STATUS: Mapping[AgentStatus, Said] = {
    AgentStatus.AVAILABLE: say("Available"),
    AgentStatus.TALKING: say("Talking"),
    AgentStatus.RINGING: say("Ringing"),
    AgentStatus.WRAP_UP: say("Wrap-up"),
    AgentStatus.PAUSED: say("Away"),
    AgentStatus.UNAVAILABLE: say("Phone off"),
    AgentStatus.SIGNED_OUT: say("Signed out"),
}

# The order in which a bar and a legend show the states: who can answer first, who is gone last.
STATUS_ORDER: tuple[AgentStatus, ...] = (
    AgentStatus.AVAILABLE,
    AgentStatus.TALKING,
    AgentStatus.RINGING,
    AgentStatus.WRAP_UP,
    AgentStatus.PAUSED,
    AgentStatus.UNAVAILABLE,
    AgentStatus.SIGNED_OUT,
)

CHANNEL: Mapping[Channel, Said] = CHANNEL_WORDS

ROLE: Mapping[str, Said] = {
    "floor_supervisor": say("Floor supervisor"),
    "duty_manager": say("Duty manager"),
    "qa_lead": say("QA lead"),
    "console_admin": say("Administrator"),
}

TROUBLE: Mapping[LinkTrouble, Said] = {
    LinkTrouble.NONE: say("Not connected."),
    LinkTrouble.UNREACHABLE: say("The Asterisk host cannot be reached: check address, network and firewall."),
    LinkTrouble.REFUSED: say("The host refuses the connection: is the manager interface enabled on this port?"),
    LinkTrouble.NAME_UNKNOWN: say("The host name is not known: check its spelling and the DNS."),
    LinkTrouble.TIMEOUT: say("The host does not answer in time."),
    LinkTrouble.TLS: say("The secure connection failed: certificate or TLS version do not agree."),
    LinkTrouble.NOT_AMI: say("What answers on this port is not an Asterisk manager interface."),
    LinkTrouble.WRONG_SECRET: say("Asterisk does not accept this user and secret."),
    LinkTrouble.NO_SECRET: say("There is no secret for this connection in the system keyring yet."),
    LinkTrouble.NO_RIGHTS: say("This user may not read queues: give it the rights of the sample manager.conf."),
    LinkTrouble.CROWDED: say("Asterisk has too many manager sessions: close one or raise its limit."),
    LinkTrouble.SHUT_DOWN: say("Asterisk was shut down or is restarting."),
    LinkTrouble.CUT: say("The connection was cut."),
    LinkTrouble.SILENT: say("The host has gone silent."),
    LinkTrouble.GARBLED: say("What arrives cannot be understood."),
    LinkTrouble.SOURCE: say("The recorded stream cannot be read."),
}


def clock(seconds: Seconds | None) -> str:
    """Return a wait as m:ss, h:mm:ss from an hour on, a dash for None."""
    if seconds is None:
        return DASH
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def percent(value: float | None, digits: int = 0) -> str:
    """Return a share as per cent, never rounding a miss up to 100 nor a trace down to 0 without saying so."""
    if value is None:
        return DASH
    if digits == 0 and 0.995 <= value < 1:
        return "99%"
    return f"{value * 100:.{digits}f}%"


def share(ratio: Share, digits: int = 0) -> str:
    """Return a counted ratio as per cent, a dash where nothing was counted."""
    return percent(ratio.value, digits)


def how_long(seconds: Seconds) -> Said:
    """Return a length of time in words: 12 s, 4 min, 1 h 5 min."""
    whole = max(0, int(seconds))
    if whole < 60:
        return say("{seconds} s", seconds=whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        if rest and minutes < 10:
            return say("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
        return say("{minutes} min", minutes=minutes)
    return say("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)
