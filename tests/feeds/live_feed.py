"""A live feed in its own thread, watched by a test: everything it pushed, and waiting for what should come."""

import random
import threading
import time
from collections.abc import Callable
from typing import Self, TypeVar

from console.core.floor.events import Batch, FloorEvent, LinkChanged
from console.core.floor.model import LinkStatus, LinkTrouble, Seconds
from console.core.profiles import FloorKind, Profile
from console.core.words import Said
from console.desk.clock import SystemClock
from console.feeds.asterisk.feed import AsteriskFeed
from console.feeds.asterisk.pace import Pace
from tests.feeds.fake_ami import SECRET, USER

QUICK = Pace(
    first_wait_s=0.02,
    longest_wait_s=0.1,
    person_wait_s=0.05,
    longest_person_wait_s=0.2,
    silent_after_s=0.3,
    pong_within_s=0.3,
    booted_within_s=0.2,
    not_yet_s=0.05,
    app_queue_within_s=1.0,
    listing_within_s=1.0,
    reload_settles_s=0.05,
    events_within_s=0.2,
    doubt_s=0.1,
)
"""The waits of production, shrunk alike."""

E = TypeVar("E", bound=FloorEvent)


def profile_of(port: int, /, **changes: object) -> Profile:
    """Return a profile of a server on loopback."""
    plain: dict[str, object] = {
        "id": "floor-1",
        "name": "Test floor",
        "kind": FloorKind.ASTERISK,
        "port": port,
        "user": USER,
        "steward_user": USER,
    }
    return Profile(**(plain | changes))  # type: ignore[arg-type]  # a test names its own fields


class Running:
    """A feed at work; `batches` is what it pushed, `troubled` raises inside the sink on demand."""

    def __init__(
        self,
        profile: Profile,
        *,
        secret: str | Said | Callable[[], str | Said | None] | None = SECRET,
        pace: Pace = QUICK,
        reconcile_every: Seconds = 0.0,
        seed: int = 1,
    ) -> None:
        self.batches: list[Batch] = []
        self.stop = threading.Event()
        self.news = threading.Condition()
        self.refuse: Callable[[Batch], bool] = lambda _: False
        self.raised: BaseException | None = None
        self.feed = AsteriskFeed(
            profile,
            secret if callable(secret) else lambda: secret,
            SystemClock(),
            reconcile_every=lambda: reconcile_every,
            pace=pace,
            dice=random.Random(seed),
        )
        self.thread = threading.Thread(target=self._run, name="feed under test", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.end()
        assert self.raised is None, f"run() raised {self.raised!r}"

    def end(self) -> Seconds:
        """Tell the feed to end; return how long it took."""
        began = time.monotonic()
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive(), "the feed does not end"
        return time.monotonic() - began

    @property
    def events(self) -> list[FloorEvent]:
        """Return everything pushed so far, in order."""
        return [event for batch in list(self.batches) for event in batch.events]

    def of(self, kind: type[E]) -> list[E]:
        """Return the events of one kind pushed so far."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def links(self) -> list[tuple[LinkStatus, LinkTrouble]]:
        """Return the states of the link so far."""
        return [(one.status, one.trouble) for one in self.of(LinkChanged)]

    def until(self, met: Callable[[], bool], what: str, *, within: Seconds = 10.0) -> None:
        """Wait until `met()`, looking whenever something was pushed; fail naming `what`."""
        with self.news:
            assert self.news.wait_for(met, within), f"{what}: not within {within} s; links {self.links}"

    def until_link(self, status: LinkStatus, trouble: LinkTrouble = LinkTrouble.NONE, *, times: int = 1) -> LinkChanged:
        """Wait for a state of the link; return it."""

        def found() -> list[LinkChanged]:
            return [one for one in self.of(LinkChanged) if (one.status, one.trouble) == (status, trouble)]

        self.until(lambda: len(found()) >= times, f"{status}/{trouble}")
        return found()[times - 1]

    def _run(self) -> None:
        try:
            self.feed.run(self._take, self.stop)
        except BaseException as error:  # noqa: BLE001  the port must not raise: __exit__ tells
            self.raised = error

    def _take(self, batch: Batch) -> None:
        if self.refuse(batch):
            raise RuntimeError("the floor stumbles")
        with self.news:
            self.batches.append(batch)
            self.news.notify_all()
