"""One window a desk: a second start raises the first one's window and ends."""

import getpass
import hashlib
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 800
_RAISE = b"raise\n"
_THERE = b"there\n"


def channel_name(folder: str) -> str:
    """Return the name two starts on the same data folder by the same user agree on."""
    told = hashlib.sha256(f"{getpass.getuser()}\0{folder}".encode()).hexdigest()[:16]
    return f"floordesk-{told}"


def raise_first(name: str) -> bool:
    """Ask a console that is already open to come forward; return whether one answered."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(_RAISE)
    socket.waitForBytesWritten(WAIT_MS)
    answered = socket.waitForReadyRead(WAIT_MS) and socket.readAll().data() == _THERE
    socket.disconnectFromServer()
    return answered


class FirstWindow(QObject):
    """Listens for later starts and calls `come_forward` for each; `listening` is False where the system forbids it."""

    def __init__(self, name: str, come_forward: Callable[[], None]) -> None:
        super().__init__()
        self._come_forward = come_forward
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        self.listening = self._server.listen(name)
        if not self.listening:
            # Left behind by a console that was killed: nobody answered on it, so it may go.
            QLocalServer.removeServer(name)
            self.listening = self._server.listen(name)

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda told=socket: self._hear(told))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        if socket.readAll().data() == _RAISE:
            socket.write(_THERE)
            socket.flush()
            self._come_forward()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
