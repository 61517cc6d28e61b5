"""The desk's thread: takes commands from pages, agents and the clock, decides them, and shows the new book."""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable

import msgspec

from console.core.errors import FloordeskError, NotAllowed, Stale
from console.core.floor.events import BreakAsked, FloorEvent
from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Step
from console.core.ports import Clock, Store
from console.core.step import due
from console.core.words import Said, say
from console.core.work.asked import asks, commands_of
from console.desk.decider import Decider

log = logging.getLogger(__name__)

_LOOK_S = 0.5
_ROUNDS_A_TICK = 10
_LOGGED = say("An unexpected error was logged; the desk goes on.")


class Outcome(msgspec.Struct, frozen=True):
    """What became of a command: the step it led to, or `refusal`, a sentence for whoever gave it."""

    command: Command
    step: Step | None = None
    refusal: Said | None = None


Reply = Callable[[Outcome], None]
StoreMaker = Callable[[], Store]


class _Tick(msgspec.Struct, frozen=True):
    """The schedule asks what is due."""


class _Heard(msgspec.Struct, frozen=True):
    """An agent said something on their phone, at a moment."""

    event: FloorEvent
    at: Instant


class _Look(msgspec.Struct, frozen=True):
    """Somebody committed beside us: read the news."""


class DeskLoop:
    """Owns the book of this desk. `submit`, `tick` and `look` may be called from any thread and never wait.

    `publish` gets every new book, `tell` one calm line when the store is in trouble (and again when it is well),
    `unheard` why a break an agent asked for could not even be asked for: no card will show it.
    """

    def __init__(
        self,
        store: StoreMaker,
        clock: Clock,
        view_of: Callable[[], FloorView],
        publish: Callable[[Book], None],
        tell: Callable[[Said | None], None] = lambda _said: None,
        unheard: Callable[[Said], None] = lambda _said: None,
    ) -> None:
        self._make_store = store
        self._clock = clock
        self._view_of = view_of
        self._publish = publish
        self._tell = tell
        self._unheard = unheard
        self._inbox: queue.SimpleQueue[tuple[Command, Reply] | _Tick | _Look | _Heard | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._trouble: Said | None = None
        self._unkept: list[_Heard] = []
        self._listeners: list[Callable[[], None]] = []
        self._ticked = False

    def start(self) -> None:
        """Begin; the first book is published as soon as the store could be read."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Decide what was submitted, then end."""
        self._inbox.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def submit(self, command: Command, reply: Reply = lambda _outcome: None) -> None:
        """Have a command decided; `reply` is called in the desk's thread."""
        self._inbox.put((command, reply))

    def hear(self, event: FloorEvent, at: Instant) -> None:
        """Have what an agent said decided; events that ask nothing of the desk are let pass."""
        if asks(event):
            self._inbox.put(_Heard(event, at))

    def tick(self) -> None:
        """Have everything decided whose time has come; ticks that find the desk busy are one."""
        if not self._ticked:
            self._ticked = True
            self._inbox.put(_Tick())

    def look(self) -> None:
        """Have the news read: somebody committed beside us."""
        self._inbox.put(_Look())

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` (any thread's wake-up) after each commit of this desk."""
        self._listeners.append(listener)

    def _run(self) -> None:
        decider = self._opened()
        if decider is None:
            return
        self._publish(decider.book)
        while True:
            try:
                asked = self._inbox.get(timeout=_LOOK_S)
            except queue.Empty:
                asked = _Look()
            if asked is None:
                return
            before = decider.book
            try:
                kept = self._take(decider, asked) and self._take_unkept(decider)
            except FloordeskError as error:
                self._in_trouble(error.said)
            except Exception:  # the desk must live on: the next command may be a good one
                log.exception("desk: unexpected error")
                self._in_trouble(_LOGGED)
            else:
                if kept:
                    self._well()
            if decider.book is not before:
                self._publish(decider.book)

    def _opened(self) -> Decider | None:
        while True:
            try:
                return Decider(self._make_store(), self._clock, self._view_of)
            except FloordeskError as error:
                self._in_trouble(error.said)
            with contextlib.suppress(queue.Empty):
                asked = self._inbox.get(timeout=_LOOK_S)
                if asked is None:
                    return None
                if isinstance(asked, tuple) and self._trouble is not None:
                    asked[1](Outcome(asked[0], refusal=self._trouble))
                elif isinstance(asked, _Heard):
                    self._unkept.append(asked)
                elif isinstance(asked, _Tick):
                    self._ticked = False

    def _take(self, decider: Decider, asked: tuple[Command, Reply] | _Tick | _Look | _Heard) -> bool:
        """Do what was asked; return whether the store kept all of it. Raises FloordeskError where it cannot be read."""
        if isinstance(asked, _Look):
            decider.refresh()
        elif isinstance(asked, _Tick):
            self._ticked = False
            decider.refresh()
            return self._decide_due(decider)
        elif isinstance(asked, _Heard):
            self._unkept.append(asked)
        else:
            command, reply = asked
            outcome, kept = self._outcome(decider, command)
            reply(outcome)
            return kept
        return True

    def _decide_due(self, decider: Decider) -> bool:
        """Decide what is due, and what that makes due: a plan's next step does not wait for the next tick.

        What cannot be decided keeps nothing else waiting; return whether all could.
        """
        well = True
        for _ in range(_ROUNDS_A_TICK):
            before = decider.book
            for command in due(before, self._view_of(), self._clock.now()):
                try:
                    decider.decide(command)
                except (NotAllowed, Stale):  # it was due a moment ago; somebody has seen to it since
                    continue
                except FloordeskError:  # the store: nothing can be kept now
                    raise
                except Exception:
                    log.exception("desk: %s could not be decided", type(command).__name__)
                    well = False
                else:
                    self._committed()
            if decider.book is before:
                break
        if not well:
            self._in_trouble(_LOGGED)
        return well

    def _take_unkept(self, decider: Decider) -> bool:
        """Decide what agents said, in their order; what a store in trouble could not keep is tried at every look."""
        while self._unkept:
            decider.refresh()
            heard = self._unkept.pop(0)
            for command in commands_of(decider.book, self._view_of(), heard.event, heard.at):
                outcome, kept = self._outcome(decider, command)
                if not kept:
                    self._unkept.insert(0, heard)
                    return False
                if outcome.refusal is not None:
                    log.warning("desk: %s", outcome.refusal.english())
                    if isinstance(heard.event, BreakAsked):
                        self._unheard(outcome.refusal)
        return True

    def _outcome(self, decider: Decider, command: Command) -> tuple[Outcome, bool]:
        """Return what became of a command, and whether the store was well."""
        try:
            taken = decider.decide(command)
        except FloordeskError as error:
            kept = isinstance(error, NotAllowed | Stale)
            if not kept:
                self._in_trouble(error.said)
            return Outcome(command, refusal=error.said), kept
        except Exception:
            log.exception("desk: %s could not be decided", type(command).__name__)
            return Outcome(command, refusal=say("This could not be decided: an unexpected error was logged.")), True
        self._committed()
        return Outcome(command, step=taken), True

    def _committed(self) -> None:
        for listener in self._listeners:
            listener()

    def _in_trouble(self, said: Said) -> None:
        if said != self._trouble:
            self._trouble = said
            log.warning("desk: %s", said.english())
            self._tell(said)

    def _well(self) -> None:
        if self._trouble is not None:
            self._trouble = None
            self._tell(None)
