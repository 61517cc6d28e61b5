"""The live feed of an Asterisk: connects, takes one listing, follows the events, and keeps itself connected."""

import contextlib
import logging
import random
import threading
from collections.abc import Callable
from typing import NoReturn

from console.core.floor.events import Batch, LinkChanged
from console.core.floor.model import LinkStatus, LinkTrouble, Seconds
from console.core.ports import Clock, Stop
from console.core.profiles import Profile
from console.feeds.asterisk.apart import Stopped
from console.feeds.asterisk.connection import Connection
from console.feeds.asterisk.dial import where_of
from console.feeds.asterisk.follow import Following
from console.feeds.asterisk.login import SecretOf, find_secret, greet, log_in
from console.feeds.asterisk.pace import Pace, Waits
from console.feeds.asterisk.troubles import SLOW_TO_MEND, LinkFailed

Sink = Callable[[Batch], None]

_log = logging.getLogger(__name__)


class AsteriskFeed:
    """The Feed port over AMI; `secret_of` is asked anew at every attempt and may block.

    `reconcile_every` gives the seconds between gentle listings (0: never), read anew each time.
    """

    def __init__(
        self,
        profile: Profile,
        secret_of: SecretOf,
        clock: Clock,
        *,
        reconcile_every: Callable[[], Seconds] = lambda: 300.0,
        pace: Pace | None = None,
        dice: random.Random | None = None,
    ) -> None:
        self.name = profile.name
        self.profile = profile
        self._secret_of = secret_of
        self._clock = clock
        self._pace = pace or Pace()
        self._waits = Waits(self._pace, dice or random.Random())
        self._reconcile_every = reconcile_every
        self._missed = threading.Event()

    def resync(self) -> None:
        """Ask for a new listing soon, from any thread: somebody down the road lost events."""
        self._missed.set()

    def run(self, sink: Sink, stop: Stop) -> None:
        """Push batches until `stop`; every trouble is a LinkChanged, then it is tried again. Never raises."""
        last: LinkFailed | None = None
        while not stop.is_set():
            began = self._clock.steady()
            try:
                last = self._once(sink, stop, last)
            except Stopped:
                break
            except Exception as error:  # noqa: BLE001  the port never raises
                _log.exception("the feed stumbled; it connects anew")
                last = LinkFailed(LinkTrouble.CUT, f"unexpected {type(error).__name__}", where=where_of(self.profile))
            if self._clock.steady() - began > self._pace.settled_s:
                self._waits.settled()
            wait = self._waits.after(last.trouble)
            _log.info("%s Next try in %.1f s.", last.said.english(), wait)
            status = LinkStatus.REFUSED if last.trouble in SLOW_TO_MEND else LinkStatus.LOST
            self._tell(sink, status, last, retry_in=wait)
            if stop.wait(wait):
                break
        self._tell(sink, LinkStatus.ENDED)

    def _once(self, sink: Sink, stop: Stop, last: LinkFailed | None) -> LinkFailed:
        """Connect and follow the floor until the link fails; return how."""
        try:
            self._connect(sink, stop, last)
        except LinkFailed as failed:
            return failed

    def _connect(self, sink: Sink, stop: Stop, last: LinkFailed | None) -> NoReturn:
        profile = self.profile
        self._tell(sink, LinkStatus.CONNECTING, last)
        secret = find_secret(profile, profile.user, self._secret_of, stop=stop)
        connection = Connection.open(profile, stop=stop, steady=self._clock.steady)
        with contextlib.closing(connection):
            greet(connection)
            log_in(connection, user=profile.user, secret=secret, tls=profile.tls, events=True)
            doubted = last is not None and last.trouble is LinkTrouble.NO_RIGHTS
            self._tell(sink, LinkStatus.SYNCING, last if doubted else None)
            Following(
                connection,
                sink,
                self._clock,
                pace=self._pace,
                live=lambda: self._tell(sink, LinkStatus.LIVE),
                reconcile_in=self._reconcile_in,
                doubted=doubted,
                missed=self._missed,
            ).run()

    def _reconcile_in(self) -> Seconds | None:
        every = self._reconcile_every()
        return self._waits.around(every) if every > 0 else None

    def _tell(
        self, sink: Sink, status: LinkStatus, failed: LinkFailed | None = None, *, retry_in: Seconds | None = None
    ) -> None:
        now = self._clock.now()
        changed = LinkChanged(
            status=status,
            trouble=failed.trouble if failed else LinkTrouble.NONE,
            detail=failed.detail if failed else "",
            retry_at=None if retry_in is None else now + retry_in,
            source=where_of(self.profile),
        )
        try:
            sink(Batch(at=now, events=(changed,)))
        except Exception:  # noqa: BLE001  the port never raises
            _log.exception("nobody took the state of the link")
