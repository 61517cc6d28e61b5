"""The demo floor as a feed: the past of the day at once, then life at the pace of the clock."""

import math
from collections.abc import Callable
from datetime import datetime
from threading import Lock, RLock

from console.core.errors import BadInput
from console.core.floor.events import Batch, LinkChanged
from console.core.floor.model import Instant, LinkStatus, LinkTrouble, Seconds
from console.core.ports import Clock, Stop
from console.core.profiles import Profile
from console.core.words import say
from console.feeds.demo.clockwork import HOUR, MINUTE, Millis
from console.feeds.demo.switch import DemoSwitch
from console.feeds.demo.world import SOURCE, World

USUAL_START: Millis = 14 * HOUR + 2 * MINUTE
DAY_BEGINS: Millis = 7 * HOUR + 50 * MINUTE
TICK_S: Seconds = 0.1
SIGN_OF_LIFE_S: Seconds = 1.0
SLICE_S: Seconds = 600.0


def read_start(start: str) -> tuple[Millis, Instant | None]:
    """Return the time of day a demo opens at, and the moment where `start` fixes one.

    Empty: 14:02, now. `HH:MM` or `HH:MM:SS`: that time of the demo's day, now. A date and time (ISO 8601, local
    where it names no offset): that very moment, so that two runs are equal to the byte. BadInput for anything else.
    """
    if not start:
        return USUAL_START, None
    dated = "-" in start[:8]
    try:
        moment = datetime.fromisoformat(start if dated else f"2000-01-01T{start}")
        fixed = moment.astimezone().timestamp() if dated else None
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(
            say("The demo's start “{start}” is not a time (like 14:02) or a date and time.", start=start)
        ) from error
    return moment.hour * HOUR + moment.minute * MINUTE + moment.second * 1000, fixed


class DemoFeed:
    """The built-in floor: about a hundred agents in six groups, seeded and exact.

    The floor's time of day is 14:02 when it opens, whatever the hour outside, so that there is always something to
    see; its events carry real time (`at` begins at the clock's now and runs on at `rate` virtual seconds a second).
    Before going live `run` pushes the day until then, in order and with its own times. `language` is what the ACD's
    reasons are written in; with `self_serve` a simulated supervisor grants breaks until the console answers one.
    """

    def __init__(self, profile: Profile, clock: Clock, *, language: str = "zh_CN", self_serve: bool = True) -> None:
        if not (math.isfinite(profile.rate) and 0 < profile.rate <= 1000):
            raise BadInput(say("The demo's rate must be above 0 and at most 1000, not {rate}.", rate=profile.rate))
        self.name = profile.name or SOURCE
        self._profile = profile
        self._clock = clock
        self._language = language
        self._self_serve = self_serve
        self._opens_at, fixed = read_start(profile.start)
        self._virtual: Instant = clock.now() if fixed is None else fixed
        self._seen: Instant = clock.now()
        self._steady = clock.steady()
        self._lock = RLock()
        self._time_lock = Lock()  # a screen asks for the time while a slice of the day is being lived
        self._world: World | None = None
        self._live = False
        self._back_at: Instant | None = None
        self._outbox: list[Batch] = []
        begins = DAY_BEGINS if self._opens_at >= DAY_BEGINS + 30 * MINUTE else self._opens_at - 6 * HOUR
        self._begins: Millis = begins
        self.midnight: Instant = self._virtual - self._opens_at / 1000
        self.clock = DemoClock(self)
        self.switch = DemoSwitch(self)

    def now(self) -> Instant:
        """Return the demo's present: the clock's pace times the rate; it never goes back."""
        with self._time_lock:
            seen, steady = self._clock.now(), self._clock.steady()
            # A wall clock put back would stop the floor, a suspended machine stops the steady one: take what went on.
            passed = seen - self._seen if seen >= self._seen else steady - self._steady
            self._virtual += max(passed, 0.0) * self._profile.rate
            self._seen, self._steady = seen, steady
            return self._virtual

    def steady(self) -> float:
        """Return the outer clock's steady time."""
        return self._clock.steady()

    def run(self, sink: Callable[[Batch], None], stop: Stop) -> None:
        """Push the day so far, then what happens, until `stop`."""
        with self._lock:
            self._live = False
            self._back_at = None
            self._outbox = []
            epoch = self.midnight + self._begins / 1000
            self._world = World(
                self._profile.seed,
                epoch,
                self._begins % (24 * HOUR),
                language=self._language,
                self_serve=self._self_serve,
            )
        heard = self.now()
        while not stop.is_set():
            batches, caught_up = self._next()
            for batch in batches:
                sink(batch)
            if not caught_up:
                continue
            now = self.now()
            if batches:
                heard = now
            elif now - heard >= SIGN_OF_LIFE_S * self._profile.rate and self._back_at is None:
                heard = now
                sink(Batch(at=now))
            stop.wait(TICK_S)
        with self._lock:
            self._live = False

    def _next(self) -> tuple[list[Batch], bool]:
        """Return what happened in the next slice, and whether the floor has reached the present."""
        with self._lock:
            world = self._running()
            now = self.now()
            target = min(now, world.now + SLICE_S)
            if self._back_at is not None:
                target = min(target, self._back_at)
            world.advance(target)
            self._collect()
            if self._back_at is not None and world.now >= self._back_at - 0.0005:
                self._back_at = None
                self._outbox.append(Batch(at=world.now, events=tuple(world.arrival())))
            caught_up = target >= now
            self._live = self._live or caught_up
            batches, self._outbox = self._outbox, []
            return batches, caught_up

    def _running(self) -> World:
        assert self._world is not None
        return self._world

    def _collect(self) -> None:
        """Move what the floor said to the outbox; while nobody is connected it is lost, as it is with a real ACD."""
        batches = self._running().take()
        if self._back_at is None:
            self._outbox += batches

    # ---- what the switch needs ----

    def present(self) -> World | None:
        """Return the world brought to now, for the switch; None while it cannot be reached. Hold `locked` around."""
        world = self._world
        if world is None or not self._live or self._back_at is not None:
            return None
        world.advance(self.now())
        return world

    def desk_listens(self) -> None:
        """Leave what is asked from now on to a desk: the simulated supervisor answers no more."""
        with self._lock:
            if self._world is not None:
                self._world.breaks.desk_answers = True

    @property
    def locked(self) -> RLock:
        """Return the lock that guards the world."""
        return self._lock

    def go_away(self, seconds: Seconds) -> None:
        """Cut the link for `seconds` of the demo's time; it comes back with a new snapshot (a fault on request)."""
        with self._lock:
            world = self.present()
            if world is None:
                return
            self._collect()
            self._back_at = world.now + seconds
            lost = LinkChanged(status=LinkStatus.LOST, trouble=LinkTrouble.CUT, retry_at=self._back_at, source=SOURCE)
            self._outbox.append(Batch(at=world.now, events=(lost,)))


class DemoClock:
    """The demo's time as a Clock: what runs beside it at another rate or start reads this one."""

    def __init__(self, feed: DemoFeed) -> None:
        self._feed = feed

    def now(self) -> Instant:
        """Return the demo's present."""
        return self._feed.now()

    def steady(self) -> float:
        """Return seconds that never go back, at the pace of the real clock."""
        return self._feed.steady()
