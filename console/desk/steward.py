"""The steward: sets levers until the ACD agrees, and tells messages until they are taken. Resumes from tables alone."""

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from console.core.errors import FloordeskError, NotAllowed
from console.core.floor.model import Instant, LinkStatus, Seconds
from console.core.floor.view import FloorView
from console.core.kept import Command, Message
from console.core.levers import (
    Lever,
    LeverState,
    Membership,
    MoveKind,
    RoutingKey,
    SeatPaused,
    Sight,
    Value,
    next_move,
)
from console.core.ports import Answer, Clock, Refused, Store, Switch, Unreachable
from console.core.roles import CONSOLE
from console.core.words import Said, say
from console.core.work.levers import (
    LeverFound,
    LeverMoved,
    LeverOver,
    LeverRefused,
    LeverStands,
    LeverWriting,
)
from console.core.work.messages import MessageGivenUp, MessageSent, MessageState, MessageTried, state_of
from console.desk.decider import Decider

log = logging.getLogger(__name__)

SETTLE_S: Seconds = 0.7
"""How much newer than our write a view must be before it is believed: the switch and the feed are two connections."""

LOOK_AT_KEYS_S: Seconds = 10.0
ROUND_S: Seconds = 0.25
_TRIES_BEFORE_REFUSAL = 3
_WATCHED = frozenset({LeverState.FRESH, LeverState.SETTING, LeverState.STANDING})

Report = Callable[[], None]
Post = Callable[[Message], Answer | None]
"""Posts a message to a web hook; None while it is under way, asked again at the next round."""


class Steward:
    """The only one who writes to the ACD; one thread, its own store. `committed` wakes the desk after each report."""

    def __init__(
        self,
        store: Callable[[], Store],
        switch: Switch,
        clock: Clock,
        view_of: Callable[[], FloorView],
        committed: Report = lambda: None,
        tell: Callable[[Said | None], None] = lambda _said: None,
        post: Post | None = None,
    ) -> None:
        self._make_store = store
        self._switch = switch
        self._clock = clock
        self._view_of = view_of
        self._committed = committed
        self._tell = tell
        self._post = post
        self._wake = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="steward", daemon=True)
        self._wrote_at: dict[str, Instant] = {}
        self._looked_at: dict[str, Instant] = {}
        self._refusals: dict[str, int] = {}

    def start(self) -> None:
        """Begin with whatever the tables say is still to be done."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the lever in hand; what is left is taken up at the next start."""
        self._ending = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def wake(self) -> None:
        """Say that something was committed; may be called from any thread."""
        self._wake.set()

    def _run(self) -> None:
        store: Store | None = None
        decider: Decider | None = None
        said: Said | None = None
        while not self._ending:
            self._wake.wait(ROUND_S)
            self._wake.clear()
            before = said
            try:
                store = store or self._make_store()
                decider = decider or Decider(store, self._clock, self._view_of)
                decider.refresh()
                self.round(decider)
                said = None
            except FloordeskError as error:
                said = error.said
            except Exception:  # a lever that cannot be understood must not hold up the others for good
                log.exception("steward: unexpected error")
                said = say("An unexpected error was logged; the steward goes on.")
            if said != before:
                self._tell(said)

    def round(self, decider: Decider) -> None:
        """Look at every lever and message once."""
        for lever in sorted(decider.book.every(Lever).values(), key=lambda lever: lever.id):
            if self._ending:
                return
            if lever.state in _WATCHED:
                self._see_to(decider, lever)
        now = self._clock.now()
        for message in sorted(decider.book.every(Message).values(), key=lambda message: (message.due, message.id)):
            if self._ending:
                return
            if state_of(message) is MessageState.OPEN and message.due <= now:
                self._pass_on(decider, message)

    def _report(self, decider: Decider, command: Command) -> bool:
        try:
            decider.decide(command)
        except NotAllowed as error:
            log.info("steward: %s", error)
            return False
        self._committed()
        return True

    def _see_to(self, decider: Decider, lever: Lever) -> None:
        view = self._view_of()
        seen = self._seen(lever, view)
        move = next_move(lever, seen, booted_at=view.link.booted_at, at=self._clock.now())
        told: dict[str, Any] = {"id": uuid4().hex, "by": CONSOLE, "lever": lever.id, "read_version": lever.version}
        match move.kind:
            case MoveKind.LEARN:
                self._report(decider, LeverFound(found=move.value, **told))
                self._wake.set()
            case MoveKind.STANDS:
                self._report(decider, LeverStands(observed=move.value, **told))
            case MoveKind.MOVED:
                self._report(decider, LeverMoved(observed=move.value, **told))
            case MoveKind.OVER:
                self._report(decider, LeverOver(**told))
            case MoveKind.WRITE:
                if view.link.status is LinkStatus.LIVE and self._report(
                    decider, LeverWriting(value=move.value, **told)
                ):
                    self._write(decider, lever, move.value)
            case MoveKind.WAIT:
                pass

    def _seen(self, lever: Lever, view: FloorView) -> Value | Sight:
        if isinstance(lever.target, RoutingKey):
            return self._seen_key(lever, lever.target)
        wrote_at = self._wrote_at.get(lever.id)
        if view.link.status is not LinkStatus.LIVE or view.at is None:
            return Sight.UNKNOWN
        if wrote_at is not None and view.at < wrote_at + SETTLE_S:
            return Sight.UNKNOWN
        member = view.members.get((lever.target.queue, lever.target.interface))
        if isinstance(lever.target, Membership):
            return None if member is None else str(member.penalty)
        if member is None:
            return Sight.GONE
        return member.pause_reason if member.paused else None

    def _seen_key(self, lever: Lever, target: RoutingKey) -> Value | Sight:
        now = self._clock.now()
        if lever.state is LeverState.STANDING and now - self._looked_at.get(lever.id, 0.0) < LOOK_AT_KEYS_S:
            return Sight.UNKNOWN
        self._looked_at[lever.id] = now
        value = self._switch.get_key(target.family, target.key)
        return Sight.UNKNOWN if isinstance(value, Refused | Unreachable) else value

    def _write(self, decider: Decider, lever: Lever, value: Value) -> None:
        answer = self._set(lever, value)
        self._wrote_at[lever.id] = self._clock.now()
        if not isinstance(answer, Refused):
            self._refusals.pop(lever.id, None)
            return
        # A seat that has just signed out is refused, too; the next look may find it gone.
        self._refusals[lever.id] = self._refusals.get(lever.id, 0) + 1
        if self._refusals[lever.id] < _TRIES_BEFORE_REFUSAL:
            return
        del self._refusals[lever.id]
        words = answer.message or answer.said.english()
        self._report(decider, LeverRefused(id=uuid4().hex, by=CONSOLE, lever=lever.id, answer=words))

    def _set(self, lever: Lever, value: Value) -> Answer:
        switch = self._switch
        match lever.target:
            case SeatPaused(interface, queue):
                return switch.pause(interface, queue, paused=value is not None, reason=value or "")
            case Membership(interface, queue, name):
                if value is None:
                    return switch.remove_member(queue, interface)
                if (queue, interface) in self._view_of().members:
                    return switch.set_penalty(queue, interface, int(value))
                return switch.add_member(queue, interface, name=name, penalty=int(value))
            case RoutingKey(family, key):
                return switch.delete_key(family, key) if value is None else switch.put_key(family, key, value)

    def _pass_on(self, decider: Decider, message: Message) -> None:
        told: dict[str, Any] = {"id": uuid4().hex, "by": CONSOLE, "message": message.id}
        answer: Answer | None
        if message.to.startswith("https:"):
            answer = Refused(say("No web hooks are told from here.")) if self._post is None else self._post(message)
        elif message.to.startswith("sip:"):
            answer = self._switch.message(message.to, message.text)
        else:
            answer = self._switch.tell(message.name, {**message.fields, "Id": message.id})
        command: Command
        match answer:
            case None:
                return
            case Refused():
                command = MessageGivenUp(trouble=answer.message or answer.said.english(), **told)
            case Unreachable():
                command = MessageTried(trouble=answer.said.english(), **told)
            case _:
                command = MessageSent(**told)
        with contextlib.suppress(NotAllowed):
            self._report(decider, command)
