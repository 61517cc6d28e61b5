"""Getting in: the greeting that proves an Asterisk is there, and the log-in, with each refusal told apart."""

import hashlib
from collections.abc import Callable

from console.core.floor.model import LinkTrouble, Seconds
from console.core.ports import Stop
from console.core.profiles import Profile
from console.core.words import Said
from console.feeds.asterisk.apart import Stopped, call_apart
from console.feeds.asterisk.connection import Connection, Unsendable
from console.feeds.asterisk.dial import where_of
from console.feeds.asterisk.troubles import LinkFailed, going_down

GREETING = b"Asterisk Call Manager/"
GREETING_BYTES = 512
GREETING_WITHIN: Seconds = 5.0
LOGIN_WITHIN: Seconds = 10.0
"""A wrong secret is answered after one second; a busy server may take longer."""

SecretOf = Callable[[], str | Said | None]

_TLS_RECORD = (b"\x15\x03", b"\x16\x03")


def greet(connection: Connection) -> str:
    """Read the banner and return its version; LinkFailed where something else listens there."""
    came = b""
    while b"\n" not in came:
        try:
            chunk = connection.read(GREETING_WITHIN)
        except LinkFailed as failed:
            if came or failed.trouble is not LinkTrouble.CUT:
                raise
            raise connection.failed(LinkTrouble.CROWDED, failed.detail) from None
        came += chunk
        if not chunk or _foreign(came):
            raise _not_ami(connection, came)
    banner, _, rest = came.partition(b"\n")
    connection.keep(rest)
    return banner.removeprefix(GREETING).strip().decode("ascii", "replace")


def find_secret(profile: Profile, user: str, secret_of: SecretOf, *, stop: Stop) -> str:
    """Return the secret to log in with; NO_SECRET says why there is none. `secret_of` may take its time."""
    where = where_of(profile)
    if not user:
        raise LinkFailed(LinkTrouble.NO_SECRET, "no user is given", where=where)
    try:
        secret = call_apart(secret_of, stop=stop)
    except Stopped:
        raise
    except Exception as error:  # noqa: BLE001  whatever it says might hold the secret
        raise LinkFailed(LinkTrouble.NO_SECRET, f"the keyring fails ({type(error).__name__})", where=where) from None
    if isinstance(secret, Said):
        raise LinkFailed(LinkTrouble.NO_SECRET, secret.english(), where=where)
    if not secret:
        raise LinkFailed(LinkTrouble.NO_SECRET, "none is kept for this connection", where=where)
    return secret


def log_in(connection: Connection, *, user: str, secret: str, tls: bool, events: bool) -> None:
    """Log in with all events on or off; without TLS the secret itself does not cross the network."""
    fields = {"Username": user, "Events": "on" if events else "off"}
    try:
        if tls:
            fields["Secret"] = secret
        else:
            fields |= {"AuthType": "MD5", "Key": _key(connection, secret)}
        answer = connection.ask("Login", fields, within=LOGIN_WITHIN)
    except Unsendable as unsendable:
        raise connection.failed(LinkTrouble.WRONG_SECRET, unsendable.said.english()) from None
    if answer.get("Response") != "Success":
        told = answer.get("Message", "no reason given").replace(secret, "***")
        raise _refused(connection, told)


def _key(connection: Connection, secret: str) -> str:
    answer = connection.ask("Challenge", {"AuthType": "MD5"}, within=LOGIN_WITHIN)
    challenge = answer.get("Challenge")
    if challenge is None:
        raise _refused(connection, answer.get("Message", "no challenge given"))
    return hashlib.md5((challenge + secret).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _refused(connection: Connection, told: str) -> LinkFailed:
    return connection.failed(LinkTrouble.SHUT_DOWN if going_down(told) else LinkTrouble.WRONG_SECRET, told)


def _foreign(came: bytes) -> bool:
    """Return whether bytes cannot be the start of a manager interface's greeting."""
    return not (came.startswith(GREETING) or GREETING.startswith(came)) or len(came) > GREETING_BYTES


def _not_ami(connection: Connection, came: bytes) -> LinkFailed:
    """Find out what listens there instead, from what it said or, where it waits in silence, by a harmless word."""
    if not came:
        try:
            connection.write(b"Action: Ping\r\n\r\n")
            came = connection.read(1.0)
        except LinkFailed:
            return connection.failed(LinkTrouble.TLS, "it hangs up on plain text: is this the TLS port?")
        if not came:
            return connection.failed(LinkTrouble.TIMEOUT, "no greeting: is this the TLS port?")
    if came.startswith(_TLS_RECORD):
        return connection.failed(LinkTrouble.TLS, "it answers in TLS: switch TLS on, or use the plain port")
    first = came.splitlines()[0][:60].decode("ascii", "replace").strip()
    return connection.failed(LinkTrouble.NOT_AMI, "".join(c if c.isprintable() else "?" for c in first))
