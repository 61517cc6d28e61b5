"""Reaching a manager interface: the name, the socket, TLS; every step bounded and ended by `stop` at once."""

import errno
import os
import selectors
import socket
import ssl
from collections.abc import Callable

from console.core.floor.model import LinkTrouble, Seconds
from console.core.ports import Stop
from console.core.profiles import Profile
from console.feeds.asterisk.apart import SLICE, Stopped, call_apart
from console.feeds.asterisk.troubles import LinkFailed

_PENDING = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})
_TELLING = (LinkTrouble.TLS, LinkTrouble.REFUSED, LinkTrouble.TIMEOUT, LinkTrouble.UNREACHABLE)


def where_of(profile: Profile) -> str:
    """Return host:port for a sentence."""
    host = "".join(sign if sign.isprintable() else "?" for sign in profile.host)
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{profile.port}"


def dial(profile: Profile, *, stop: Stop, steady: Callable[[], Seconds], within: Seconds = 8.0) -> socket.socket:
    """Return a connected socket (TLS verified where the profile asks), its timeout set to `SLICE`.

    LinkFailed says which step failed; Stopped when `stop` was set meanwhile.
    """
    return _Dialling(profile, stop, steady, steady() + within).through()


class _Dialling:
    """One attempt to reach a profile's host before a deadline."""

    def __init__(self, profile: Profile, stop: Stop, steady: Callable[[], Seconds], deadline: Seconds) -> None:
        self.profile = profile
        self.stop = stop
        self.steady = steady
        self.deadline = deadline

    def through(self) -> socket.socket:
        """Try every address of the host in turn, sharing the time left between them."""
        if not self.profile.host:
            raise self._failed(LinkTrouble.NAME_UNKNOWN, "no host is given")
        if not 0 < self.profile.port < 1 << 16:
            raise self._failed(LinkTrouble.UNREACHABLE, f"port {self.profile.port} does not exist")
        context = self._context() if self.profile.tls else None
        failures: list[LinkFailed] = []
        addresses = self._resolve()
        for left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                self._connect(sock, address, until=self.steady() + max((self.deadline - self.steady()) / left, SLICE))
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if context is not None:
                    return self._secure(sock, context)
            except LinkFailed as failed:
                sock.close()
                failures.append(failed)
            except OSError as error:
                sock.close()
                failures.append(self._failed(LinkTrouble.UNREACHABLE, _words(error)))
            except BaseException:
                sock.close()
                raise
            else:
                sock.settimeout(SLICE)
                return sock
        raise min(failures, key=lambda failed: _TELLING.index(failed.trouble))

    def _resolve(self) -> list[tuple[socket.AddressFamily, object]]:
        def look_up() -> list[tuple[socket.AddressFamily, object]]:
            rows = socket.getaddrinfo(self.profile.host, self.profile.port, type=socket.SOCK_STREAM)
            return [(family, address) for family, _, _, _, address in rows]

        def breathe() -> None:
            self._breathe(self.deadline, LinkTrouble.NAME_UNKNOWN, "the name service does not answer")

        try:
            return call_apart(look_up, stop=self.stop, breathe=breathe)
        except OSError as error:
            raise self._failed(LinkTrouble.NAME_UNKNOWN, _words(error)) from None
        except ValueError:
            raise self._failed(LinkTrouble.NAME_UNKNOWN, "not a host name") from None

    def _connect(self, sock: socket.socket, address: object, *, until: Seconds) -> None:
        sock.setblocking(False)
        code = sock.connect_ex(address)  # type: ignore[arg-type]  # whatever getaddrinfo gave for this family
        if code in _PENDING:
            self._await(sock, selectors.EVENT_WRITE, until)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == errno.ECONNREFUSED:
            raise self._failed(LinkTrouble.REFUSED, os.strerror(code))
        if code == errno.ETIMEDOUT:
            raise self._failed(LinkTrouble.TIMEOUT, os.strerror(code))
        if code:
            raise self._failed(LinkTrouble.UNREACHABLE, os.strerror(code))

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.profile.ca_file or None)
        except (OSError, ValueError) as error:
            told = "no certificate in it" if isinstance(error, ssl.SSLError | ValueError) else _words(error)
            raise self._failed(LinkTrouble.TLS, f"the CA file cannot be used: {told}") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _secure(self, sock: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        try:
            secured = context.wrap_socket(sock, server_hostname=self.profile.host, do_handshake_on_connect=False)
            self._shake_hands(secured)
        except ssl.SSLCertVerificationError as error:
            raise self._failed(LinkTrouble.TLS, error.verify_message.rstrip(".")) from None
        except ssl.SSLError as error:
            told = (error.reason or "handshake failed").replace("_", " ").lower()
            raise self._failed(LinkTrouble.TLS, f"the port does not speak TLS as asked ({told})") from None
        except OSError as error:
            raise self._failed(LinkTrouble.TLS, f"the port hung up on the handshake ({_words(error)})") from None
        except ValueError:
            raise self._failed(LinkTrouble.TLS, "the certificate cannot be checked against this host name") from None
        secured.settimeout(SLICE)
        return secured

    def _shake_hands(self, secured: ssl.SSLSocket) -> None:
        try:
            while True:
                try:
                    return secured.do_handshake()
                except ssl.SSLWantReadError:
                    self._await(secured, selectors.EVENT_READ, self.deadline, LinkTrouble.TLS)
                except ssl.SSLWantWriteError:
                    self._await(secured, selectors.EVENT_WRITE, self.deadline, LinkTrouble.TLS)
        except BaseException:
            secured.close()
            raise

    def _await(
        self, sock: socket.socket, what: int, until: Seconds, trouble: LinkTrouble = LinkTrouble.TIMEOUT
    ) -> None:
        told = "no answer to the handshake" if trouble is LinkTrouble.TLS else "no connection in time"
        with selectors.DefaultSelector() as selector:
            selector.register(sock, what)
            while not selector.select(SLICE):
                self._breathe(until, trouble, told)

    def _breathe(self, until: Seconds, trouble: LinkTrouble, told: str) -> None:
        if self.stop.is_set():
            raise Stopped
        if self.steady() >= until:
            raise self._failed(trouble, told)

    def _failed(self, trouble: LinkTrouble, detail: str) -> LinkFailed:
        return LinkFailed(trouble, detail, where=where_of(self.profile))


def _words(error: OSError) -> str:
    """Return the system's words for an error, without Python's decoration."""
    return (error.strerror or type(error).__name__).strip()
