"""Web hooks: a signed POST over https, told in a thread of its own so that no lever waits for a slow receiver.

X-Floordesk-Id: the message's id, the same when it is told again
X-Floordesk-Timestamp: seconds since the epoch
X-Floordesk-Signature: sha256=<hex of HMAC-SHA256(secret, timestamp + "." + body)>

Nothing goes out without a signature, unless the message says `Unsigned`.
"""

import hashlib
import hmac
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from console.core.floor.model import Seconds
from console.core.kept import Message
from console.core.ports import Answer, Clock, Done, Refused, Unreachable
from console.core.words import Said, say

log = logging.getLogger(__name__)

PATIENCE_S: Seconds = 10.0
_TRY_AGAIN = frozenset({408, 425, 429})

SecretOf = Callable[[], str | Said | None]


class Webhooks:
    """Posts messages whose address begins with https://; `post` never waits, `close` ends the thread."""

    def __init__(self, secret_of: SecretOf, clock: Clock, *, context: ssl.SSLContext | None = None) -> None:
        self._secret_of = secret_of
        self._clock = clock
        self._opener = _opener(context)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="webhook")
        self._under_way: dict[str, Future[Answer]] = {}

    def post(self, message: Message) -> Answer | None:
        """Return the receiver's answer once it is there; None while the message is under way."""
        under_way = self._under_way.get(message.id)
        if under_way is None:
            self._under_way[message.id] = self._worker.submit(self._posted, message)
            return None
        if not under_way.done():
            return None
        del self._under_way[message.id]
        return under_way.result()

    def close(self) -> None:
        """Let what is under way end; what was not told is told at the next start."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _posted(self, message: Message) -> Answer:
        if urlsplit(message.to).scheme != "https":
            return Refused(say("A web hook goes over https; plain http could be read and changed on its way."))
        unsigned = message.fields.get("Unsigned") == "yes"
        secret = "" if unsigned else self._secret_of()
        if isinstance(secret, Said):
            return Unreachable(secret)
        if not secret and not unsigned:
            return Refused(
                say("There is no secret for the web hook yet: keep one in the settings, or set “unsigned = true”.")
            )
        body = message.text.encode()
        stamp = str(int(self._clock.now()))
        headers = {
            "Content-Type": message.fields.get("ContentType", "application/json"),
            "User-Agent": "Floordesk",
            "X-Floordesk-Id": message.id.encode("ascii", "backslashreplace").decode(),
            "X-Floordesk-Timestamp": stamp,
        }
        if secret:
            headers["X-Floordesk-Signature"] = f"sha256={signature(secret, stamp, body)}"
        request = Request(message.to, data=body, headers=headers, method="POST")  # noqa: S310  https alone, checked above
        return self._sent(request)

    def _sent(self, request: Request) -> Answer:
        host = request.host
        try:
            with self._opener.open(request, timeout=PATIENCE_S):
                return Done()
        except HTTPError as error:
            error.close()
            said = say("{host} answers {code}.", host=host, code=error.code)
            # A server in trouble may be well in a minute; one that says no will say so again.
            if error.code >= 500 or error.code in _TRY_AGAIN:
                return Unreachable(said)
            return Refused(said)
        except (URLError, OSError, ValueError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            return Unreachable(say("{host} cannot be reached: {reason}.", host=host, reason=str(reason)))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the hex signature a receiver compares, in constant time, with its own."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class _NoRedirects(HTTPRedirectHandler):
    """A redirect could lead to plain http, or to somebody else: it is a refusal."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow none."""


def _opener(context: ssl.SSLContext | None) -> OpenerDirector:
    return build_opener(_NoRedirects, HTTPSHandler(context=context or ssl.create_default_context()))
