"""A logged-in connection followed: one listing, then events; a new listing after a gap, and now and then."""

import contextlib
import threading
from collections.abc import Callable, Iterable
from typing import NoReturn

from console.core.floor.events import Batch, FloorEvent
from console.core.floor.model import LinkTrouble, Seconds
from console.core.ports import Clock
from console.feeds.asterisk.connection import Connection, Message
from console.feeds.asterisk.pace import Pace
from console.feeds.asterisk.parse import READ, message
from console.feeds.asterisk.translate import RECONCILE, translate
from console.feeds.asterisk.troubles import LinkFailed, going_down

HEARTBEAT: Seconds = 1.0
"""How often an empty batch tells that bytes came which held nothing for the floor: the figures are not old."""
BREATH: Seconds = 0.0005
"""A pause after a full read: under a burst the GUI's thread would otherwise wait its whole switch interval."""
UNREADABLE = 8
"""How many garbled messages a connection may bring before it is made anew."""

_EVENT = b"Event: "
_RESPONSE = b"Response: "
_ASIDE = frozenset(
    {
        b"QueueStatusComplete",
        b"QueueSummaryComplete",
        b"CoreShowChannelsComplete",
        b"QueueParams",
        b"FullyBooted",
        b"Reload",
        b"Shutdown",
    }
)
"""Messages that steer the connection itself, beside what they tell the floor."""
_SEEN_WITH_RIGHTS = (b"QueueCaller", b"QueueMemberS", b"QueueMemberP", b"Agent")


class Following:
    """One connection from log-in to its end: what was asked, what is due, whether the figures are true.

    `doubted`: the last connection lacked rights, so figures count as true only once events are seen to come.
    `missed` is set by whoever lost events and wants a new listing.
    """

    def __init__(
        self,
        connection: Connection,
        sink: Callable[[Batch], None],
        clock: Clock,
        *,
        pace: Pace,
        live: Callable[[], None],
        reconcile_in: Callable[[], Seconds | None],
        missed: threading.Event,
        doubted: bool = False,
    ) -> None:
        self._connection = connection
        self._sink = sink
        self._clock = clock
        self._pace = pace
        self._tell_live = live
        self._reconcile_in = reconcile_in
        self._missed = missed
        self._doubted = doubted
        self._doubt = pace.doubt_s
        now = clock.steady()
        self._began = now
        self._live = False
        self._synced = False
        self._shutting_down = False
        self._open: dict[str, str] = {}
        self._asked_at = now
        self._listing_due: Seconds | None = now + pace.booted_within_s
        self._reconcile_due: Seconds | None = None
        self._ping_at: Seconds | None = None
        self._pushed_at = now
        self._garbled = 0
        self._garbled_before = 0
        self._rights_seen = False
        self._rights_due: Seconds | None = None
        self._handled: dict[str, int] = {}

    def run(self) -> NoReturn:
        """Follow until the link fails (LinkFailed) or is stopped (Stopped); returns never."""
        while True:
            try:
                frames = self._connection.frames(self._patience())
            except LinkFailed as failed:
                if self._shutting_down:
                    raise self._connection.failed(LinkTrouble.SHUT_DOWN, failed.detail) from None
                raise
            if frames:
                self._take(frames)
            self._keep_time()
            if self._connection.last_read >= READ // 2:
                self._connection.pause(BREATH)

    def _patience(self) -> Seconds:
        """Return how long a read may wait before the next thing is due."""
        due = (self._listing_due, self._reconcile_due, self._rights_due)
        silent = self._connection.heard_at + self._pace.silent_after_s
        soonest = min([silent, *(one for one in due if one is not None)])
        return min(max(soonest - self._clock.steady(), 0.0), 0.5)

    def _take(self, frames: list[bytes]) -> None:
        events = translate(frames)
        if events:
            self._push(events)
        for frame in frames:
            if not frame.startswith(_EVENT):
                self._take_response(frame)
                continue
            name = frame[7 : frame.find(b"\r", 7)]
            if name in _ASIDE:
                self._take_aside(name, message(frame))
            elif not self._rights_seen and name.startswith(_SEEN_WITH_RIGHTS):
                self._rights_seen = True
                self._doubted = False
                self._go_live()

    def _push(self, events: Iterable[FloorEvent] = ()) -> None:
        self._pushed_at = self._clock.steady()
        self._sink(Batch(at=self._clock.now(), events=tuple(events)))

    def _take_response(self, frame: bytes) -> None:
        if not frame.startswith(_RESPONSE):
            self._garbled += 1
            return
        answer = message(frame)
        asked = answer.get("ActionID", "")
        if asked not in self._open or answer.get("Response") != "Error":
            return
        what, told = self._open.pop(asked), answer.get("Message", "")
        if going_down(told):
            raise self._connection.failed(LinkTrouble.SHUT_DOWN, f"{what}: {told}")
        if what != "QueueStatus":
            self._listing_ended()  # the user may not ask for it, or the server is too old: the floor stands without
        elif "unknown command" not in told:
            raise self._connection.failed(LinkTrouble.NO_RIGHTS, f"QueueStatus: {told}")
        elif self._clock.steady() - self._began > self._pace.app_queue_within_s:
            raise self._connection.failed(LinkTrouble.NO_RIGHTS, "app_queue is not loaded there")
        else:
            self._open.clear()
            self._listing_due = self._clock.steady() + self._pace.not_yet_s

    def _take_aside(self, name: bytes, one: Message) -> None:
        now = self._clock.steady()
        match name:
            case b"FullyBooted":
                self._began = now
                self._listing_due = now
            case b"Reload":
                module = one.get("Module", "All")
                if module in {"All", ""} or "queue" in module or "config" in module:
                    self._listing_due = now + self._pace.reload_settles_s
            case b"Shutdown":
                self._shutting_down = True
            case b"QueueParams":
                self._weigh(one)
            case _ if one.get("ActionID") in self._open:
                del self._open[one["ActionID"]]
                self._listing_ended()

    def _weigh(self, params: Message) -> None:
        """Notice calls handled between two listings without one event about them: the user lacks `read = agent`."""
        with contextlib.suppress(ValueError):
            handled = int(params.get("Completed", "0")) + int(params.get("Abandoned", "0"))
            before = self._handled.get(params.get("Queue", ""))
            self._handled[params.get("Queue", "")] = handled
            if before is not None and handled > before and not self._rights_seen and self._rights_due is None:
                self._rights_due = self._clock.steady() + self._pace.events_within_s

    def _ask_listing(self, *, reconciling: bool) -> None:
        self._asked_at = self._clock.steady()
        self._listing_due = None
        self._reconcile_due = None
        send = self._connection.send
        self._open = {send("QueueStatus", mark=RECONCILE if reconciling else "floordesk"): "QueueStatus"}
        if not reconciling:
            self._open |= {send(one): one for one in ("QueueSummary", "CoreShowChannels")}

    def _listing_ended(self) -> None:
        if self._open:
            return
        self._synced = True
        every = self._reconcile_in()
        if every is not None and not self._rights_seen:
            every = min(every, self._doubt)
            self._doubt *= 2
        self._reconcile_due = None if every is None else self._clock.steady() + every
        self._go_live()

    def _go_live(self) -> None:
        """Say once that the figures are true: a listing is complete, and nothing speaks against events coming."""
        if self._synced and not self._live and not self._doubted:
            self._live = True
            self._tell_live()

    def _keep_time(self) -> None:
        now = self._clock.steady()
        heard = self._connection.heard_at
        if heard > self._pushed_at + HEARTBEAT:
            self._push()
        self._mind_garbled(now)
        if self._missed.is_set():
            self._missed.clear()
            self._listing_due = now
        if self._open:
            if now - self._asked_at > self._pace.listing_within_s:
                raise self._connection.failed(LinkTrouble.SILENT, "a listing does not end")
        elif self._listing_due is not None and now >= self._listing_due:
            self._ask_listing(reconciling=False)
        elif self._reconcile_due is not None and now >= self._reconcile_due:
            self._ask_listing(reconciling=True)
        self._mind_rights(now)
        self._mind_silence(now, heard)

    def _mind_rights(self, now: Seconds) -> None:
        if self._rights_due is not None and now >= self._rights_due:
            self._rights_due = None
            if not self._rights_seen:
                raise self._connection.failed(LinkTrouble.NO_RIGHTS, "calls are handled but no event tells of them")

    def _mind_silence(self, now: Seconds, heard: Seconds) -> None:
        if self._ping_at is not None and heard >= self._ping_at:
            self._ping_at = None
        if self._ping_at is None and now - heard > self._pace.silent_after_s:
            self._connection.send("Ping")
            self._ping_at = now
        elif self._ping_at is not None and now - self._ping_at > self._pace.pong_within_s:
            raise self._connection.failed(LinkTrouble.SILENT, f"not a word for {now - heard:.0f} s, no answer to Ping")

    def _mind_garbled(self, now: Seconds) -> None:
        garbled = self._garbled + self._connection.garbled
        if garbled > UNREADABLE:
            raise self._connection.failed(LinkTrouble.GARBLED, f"{garbled} unreadable messages")
        if garbled > self._garbled_before:
            self._garbled_before = garbled
            self._listing_due = now
