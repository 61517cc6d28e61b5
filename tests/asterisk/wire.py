"""The cable between console and Asterisk, on a port of its own: it can be cut, or go dead with both ends still up."""

import contextlib
import selectors
import socket
import threading
import time
from typing import Self


class Wire:
    """Passes bytes on between whoever connects to `port` and a server's port on this machine; one thread."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.setblocking(False)
        self.port = int(self._door.getsockname()[1])
        self._ends: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._door, selectors.EVENT_READ)
        self._cutting = threading.Event()
        self._shut_until = 0.0
        self._dead_until = 0.0
        self._over = False
        self._thread = threading.Thread(target=self._run, name="wire", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over = True
        self._thread.join()
        for each in (self._door, *self._ends):
            each.close()
        self._selector.close()

    def cut(self, seconds: float) -> None:
        """Cut every connection, and let nobody in for so long."""
        self._shut_until = time.monotonic() + seconds
        self._cutting.set()

    def deaden(self, seconds: float) -> None:
        """Pass nothing on for so long; neither end is told."""
        self._dead_until = time.monotonic() + seconds

    def _run(self) -> None:
        while not self._over:
            if self._cutting.is_set():
                self._cutting.clear()
                for each in list(self._ends):
                    self._close(each)
            if time.monotonic() < self._dead_until:
                time.sleep(0.01)
                continue
            for key, _ in self._selector.select(0.05):
                if key.fileobj is self._door:
                    self._let_in()
                elif isinstance(key.fileobj, socket.socket):
                    self._pass_on(key.fileobj)

    def _let_in(self) -> None:
        client, _ = self._door.accept()
        if time.monotonic() < self._shut_until:
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._to), 2.0)
        except OSError:
            client.close()
            return
        for one, other in ((client, server), (server, client)):
            one.settimeout(5.0)
            self._ends[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, end: socket.socket) -> None:
        if end not in self._ends:
            return
        try:
            data = end.recv(1 << 16)
            if data:
                self._ends[end].sendall(data)
                return
        except OSError:
            pass
        self._close(end)

    def _close(self, end: socket.socket) -> None:
        other = self._ends.pop(end, None)
        if other is None:
            return
        self._ends.pop(other, None)
        for each in (end, other):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(each)
            each.close()
