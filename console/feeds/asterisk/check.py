"""What `main.py check` asks an Asterisk: reached, secured, let in, may read, may act, and may not too much.

Nothing is changed there: rights are read from ListCommands, which lists exactly what the user may do.
"""

import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator

from console.core.floor.model import LinkTrouble, Record
from console.core.ports import Clock
from console.core.profiles import FEED_SECRET, STEWARD_SECRET, Profile
from console.core.words import Said, say
from console.feeds.asterisk.connection import Connection, Message
from console.feeds.asterisk.dial import where_of
from console.feeds.asterisk.login import find_secret, greet, log_in
from console.feeds.asterisk.troubles import LinkFailed

NEEDED = {"agent": "QueuePause", "system": "DBPut", "user": "UserEvent"}
"""Write rights the steward cannot do without -> an action that only they allow."""
WELCOME = {"originate": "Originate", "message": "MessageSend"}
"""Write rights that open more: listening in, texts to phones."""
TOO_MUCH = {"config": "UpdateConfig", "command": "Command"}
"""Write rights nobody needs here: they read and change the server's own files, or run its command line."""


class CheckLine(Record, frozen=True, kw_only=True):
    """One finding: `name` of what was checked, whether it is good, the sentence; `warn`: good, but read it."""

    name: str
    ok: bool
    said: Said
    warn: bool = False


def check_profile(profile: Profile, secret_of: Callable[[str], str | Said | None], clock: Clock) -> list[CheckLine]:
    """Return what stands and what does not, in the order tried; it ends at the first thing that fails per user."""
    lines = list(_guarded(lambda: _check_feed(profile, secret_of, clock)))
    if lines[-1].ok and profile.steward_user:
        lines += _guarded(lambda: _check_steward(profile, secret_of, clock))
    elif lines[-1].ok:
        lines.append(_good("steward", say("No steward user is set: this desk only reads.")))
    return lines


def _guarded(check: Callable[[], Iterator[CheckLine]]) -> Iterator[CheckLine]:
    try:
        yield from check()
    except LinkFailed as failed:
        yield CheckLine(name=_STEP.get(failed.trouble, "connection"), ok=False, said=failed.said)


_STEP = {
    LinkTrouble.TLS: "tls",
    LinkTrouble.NOT_AMI: "greeting",
    LinkTrouble.CROWDED: "greeting",
    LinkTrouble.WRONG_SECRET: "login",
    LinkTrouble.NO_SECRET: "secret",
    LinkTrouble.NO_RIGHTS: "queues",
}


def _check_feed(profile: Profile, secret_of: Callable[[str], str | Said | None], clock: Clock) -> Iterator[CheckLine]:
    where = where_of(profile)
    connection = Connection.open(profile, stop=threading.Event(), steady=clock.steady)
    try:
        yield _good("connection", say("{where} is reached.", where=where))
        yield _secrecy(profile, connection)
        yield _good("greeting", say("Asterisk Call Manager {version} answers.", version=greet(connection)))
        secret = find_secret(profile, profile.user, lambda: secret_of(FEED_SECRET), stop=threading.Event())
        log_in(connection, user=profile.user, secret=secret, tls=profile.tls, events=True)
        yield _good("login", say("{user} is let in.", user=profile.user))
        yield _booted(connection)
        yield _queues(connection)
        yield _feed_rights(profile, connection.ask("ListCommands"))
    finally:
        connection.close()


def _check_steward(
    profile: Profile, secret_of: Callable[[str], str | Said | None], clock: Clock
) -> Iterator[CheckLine]:
    secret = find_secret(profile, profile.steward_user, lambda: secret_of(STEWARD_SECRET), stop=threading.Event())
    connection = Connection.open(profile, stop=threading.Event(), steady=clock.steady)
    try:
        greet(connection)
        log_in(connection, user=profile.steward_user, secret=secret, tls=profile.tls, events=False)
        may = connection.ask("ListCommands")
    finally:
        connection.close()
    yield _steward_rights(profile, may)


def _good(name: str, said: Said, *, warn: bool = False) -> CheckLine:
    return CheckLine(name=name, ok=True, said=said, warn=warn)


def _secrecy(profile: Profile, connection: Connection) -> CheckLine:
    sock = connection.sock
    if isinstance(sock, ssl.SSLSocket):
        return _good(
            "tls",
            say(
                "{version}, the certificate is trusted and names {host}.",
                version=sock.version() or "TLS",
                host=profile.host,
            ),
        )
    if _loopback(sock.getpeername()[0]):
        return _good("tls", say("Plain connection within this computer."))
    return _good(
        "tls",
        say("Plain connection: callers' numbers and names cross the network readable. Switch TLS on."),
        warn=True,
    )


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _booted(connection: Connection) -> CheckLine:
    for _ in range(20):
        if any(frame.startswith(b"Event: FullyBooted\r") for frame in connection.frames(0.1)):
            return _good("booted", say("Asterisk is fully booted."))
    return _good(
        "booted",
        say("Asterisk does not say that it is fully booted: it is still starting, or the user lacks read = system."),
        warn=True,
    )


def _queues(connection: Connection) -> CheckLine:
    answer = connection.ask("QueueStatus")
    if answer.get("Response") != "Success":
        raise connection.failed(LinkTrouble.NO_RIGHTS, answer.get("Message", "QueueStatus is refused"))
    items = connection.items(answer["ActionID"], "QueueStatusComplete", within=30.0)
    kinds = [one.get("Event") for one in items]
    seats = {one.get("Location") for one in items if one.get("Event") == "QueueMember"}
    return _good(
        "queues",
        say(
            "{queues} queues, {seats} seats, {callers} callers waiting.",
            queues=kinds.count("QueueParams"),
            seats=len(seats),
            callers=kinds.count("QueueEntry"),
        ),
        warn="QueueParams" not in kinds,
    )


def _feed_rights(profile: Profile, may: Message) -> CheckLine:
    beyond = sorted(right for right, action in (NEEDED | WELCOME | TOO_MUCH).items() if action in may)
    if beyond:
        said = say(
            "{user} only needs to read, but may also write {rights}: take that away in manager.conf.",
            user=profile.user,
            rights=", ".join(beyond),
        )
        return _good("rights", said, warn=True)
    return _good("rights", say("{user} may read and cannot change anything.", user=profile.user))


def _steward_rights(profile: Profile, may: Message) -> CheckLine:
    user = profile.steward_user
    missing = sorted(right for right, action in NEEDED.items() if action not in may)
    if missing:
        said = say(
            "{user} lacks the write rights {rights}: give them in manager.conf.", user=user, rights=", ".join(missing)
        )
        return CheckLine(name="steward", ok=False, said=said)
    excess = sorted(right for right, action in TOO_MUCH.items() if action in may)
    if excess:
        said = say(
            "{user} may act, but may also write {rights}, which opens the whole server: take that away.",
            user=user,
            rights=", ".join(excess),
        )
        return _good("steward", said, warn=True)
    lacking = sorted(right for right, action in WELCOME.items() if action not in may)
    if lacking:
        said = say(
            "{user} may act; without {rights} there is no listening in or no text to phones.",
            user=user,
            rights=", ".join(lacking),
        )
        return _good("steward", said)
    return _good("steward", say("{user} may act.", user=user))
