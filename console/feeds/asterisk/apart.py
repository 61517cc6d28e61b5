"""Calls that nobody can interrupt (a name service, a keyring asking its owner) made so that the caller still can go."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from console.core.floor.model import Seconds
from console.core.ports import Stop

SLICE: Seconds = 0.1
"""How long one blocking step may keep `stop` waiting."""

_T = TypeVar("_T")


class Stopped(Exception):  # noqa: N818  no error: the caller asked for it
    """`stop` was set meanwhile."""


def call_apart(call: Callable[[], _T], *, stop: Stop, breathe: Callable[[], None] = lambda: None) -> _T:
    """Return or raise what `call` does in a thread of its own; Stopped once `stop` is set, the thread left behind.

    `breathe` is called now and then meanwhile and may raise to give up.
    """
    found: queue.SimpleQueue[tuple[_T, None] | tuple[None, Exception]] = queue.SimpleQueue()

    def work() -> None:
        try:
            found.put((call(), None))
        except Exception as error:  # noqa: BLE001  raised again where somebody waits for it
            found.put((None, error))

    threading.Thread(target=work, name="apart", daemon=True).start()
    while True:
        try:
            result, error = found.get(timeout=SLICE)
        except queue.Empty:
            if stop.is_set():
                raise Stopped from None
            breathe()
            continue
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # None only beside an error, or where T is None
