"""The part of the fold that keeps queues and who waits in them: a ledger a queue, idempotent joins and leaves."""

from msgspec import Struct
from msgspec.structs import replace

from console.core.floor import events as ev
from console.core.floor.model import Caller, CallerKey, Instant, QueueName, QueueState, Uid


class Ledger(Struct):
    """One queue: parameters, tallies over the stream, and the uids in `line` in the order they are served."""

    name: QueueName
    strategy: str = ""
    weight: int = 0
    maximum: int = 0
    acd_service_level_s: int = 0
    line: list[Uid] = []
    longest: int = 0
    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    timed_out: int = 0
    completed: int = 0
    ring_no_answer: int = 0
    wait_answered_s: float = 0.0
    wait_abandoned_s: float = 0.0
    gone: bool = False


class Queues:
    """All ledgers and the callers waiting; `states` and `callers` are brought up to date only when read."""

    def __init__(self) -> None:
        self.ledgers: dict[QueueName, Ledger] = {}
        self._callers: dict[CallerKey, Caller] = {}
        self._states: dict[QueueName, QueueState] = {}
        self._changed: dict[QueueName, None] = {}
        self._moved: set[QueueName] = set()

    @property
    def states(self) -> dict[QueueName, QueueState]:
        """Return every queue's record; one is replaced only when it changed."""
        for name in self._changed:
            state = _state(self.ledgers[name])
            if state != self._states.get(name):
                self._states[name] = state
        self._changed.clear()
        return self._states

    @property
    def callers(self) -> dict[CallerKey, Caller]:
        """Return everybody waiting, positions counted from 1 in the order they are served."""
        callers = self._callers
        for name in self._moved:
            for position, uid in enumerate(self.ledgers[name].line, 1):
                caller = callers[name, uid]
                if caller.position != position:
                    callers[name, uid] = replace(caller, position=position)
        self._moved.clear()
        return callers

    def waits(self, key: CallerKey) -> bool:
        """Return whether this caller waits in this queue."""
        return key in self._callers

    def waiting(self) -> set[CallerKey]:
        """Return the keys of everybody waiting."""
        return set(self._callers)

    def ledger(self, queue: QueueName) -> Ledger:
        """Return the queue's ledger, a new one for a queue never named before; it counts as changed."""
        self._changed[queue] = None
        ledger = self.ledgers.get(queue)
        if ledger is None:
            ledger = self.ledgers[queue] = Ledger(queue)
        return ledger

    def named(self, queue: QueueName) -> Ledger:
        """Return the ledger of a queue an event names: it exists, whatever a listing said."""
        ledger = self.ledgers.get(queue)
        if ledger is None:
            return self.ledger(queue)
        self._changed[queue] = None
        ledger.gone = False
        return ledger

    def seen(self, event: ev.QueueSeen) -> None:
        """Take a queue's parameters."""
        ledger = self.named(event.queue)
        ledger.strategy = event.strategy
        ledger.weight = event.weight
        ledger.maximum = event.maximum
        ledger.acd_service_level_s = event.service_level_s

    def joined(self, event: ev.CallerJoined, at: Instant | None) -> None:
        """Put a caller in line; one already listed keeps the place and the time waited."""
        queue, uid = event.queue, event.uid
        ledger = self.named(queue)
        ledger.entered += 1
        if (queue, uid) not in self._callers:
            self._enter(
                ledger,
                Caller(
                    queue=queue,
                    uid=uid,
                    channel=event.channel,
                    number=event.number,
                    name=event.name,
                    position=event.position,
                    since=at,
                ),
            )
            ledger.longest = max(ledger.longest, len(ledger.line))

    def listed(self, event: ev.CallerSeen, at: Instant | None, *, count: bool) -> bool:
        """Take a caller a snapshot found; return whether nobody knew. `count`: the longest line may grow by it."""
        queue, uid = event.queue, event.uid
        ledger = self.named(queue)
        caller = self._callers.get((queue, uid))
        if caller is not None:
            if caller.priority != event.priority:
                self._callers[queue, uid] = replace(caller, priority=event.priority)
            return False
        self._enter(
            ledger,
            Caller(
                queue=queue,
                uid=uid,
                channel=event.channel,
                number=event.number,
                name=event.name,
                position=event.position,
                priority=event.priority,
                since=None if at is None else at - event.waited_s,
            ),
        )
        if count:
            ledger.longest = max(ledger.longest, len(ledger.line))
        return True

    def _enter(self, ledger: Ledger, caller: Caller) -> None:
        place, line = caller.position, ledger.line
        if 0 < place <= len(line):
            line.insert(place - 1, caller.uid)
            self._moved.add(ledger.name)
        else:
            line.append(caller.uid)
            if place != len(line):
                self._moved.add(ledger.name)
        self._callers[ledger.name, caller.uid] = caller

    def moved(self, event: ev.CallerMoved) -> None:
        """Move a waiting caller to another place in line."""
        key = (event.queue, event.uid)
        caller = self._callers.get(key)
        if caller is None:
            return
        self._callers[key] = replace(caller, priority=event.priority)
        if event.position > 0:
            line = self.ledgers[event.queue].line
            line.remove(event.uid)
            line.insert(event.position - 1, event.uid)
            self._moved.add(event.queue)

    def left(self, key: CallerKey) -> bool:
        """Take a caller out of line; return whether there was one."""
        if self._callers.pop(key, None) is None:
            return False
        queue, uid = key
        line = self.ledger(queue).line
        if line[-1] == uid:
            line.pop()
        else:
            line.remove(uid)
            self._moved.add(queue)
        return True

    def reorder(self, order: dict[QueueName, list[Uid]]) -> None:
        """Take the order a snapshot listed; who came since stands behind."""
        for queue, listed in order.items():
            ledger = self.ledgers[queue]
            line = [uid for uid in listed if (queue, uid) in self._callers]
            known = set(line)
            line += [uid for uid in ledger.line if uid not in known]
            if line != ledger.line:
                ledger.line = line
                self._moved.add(queue)

    def settle_longest(self) -> None:
        """Let the line as it stands after a later snapshot count for the longest."""
        for ledger in self.ledgers.values():
            if len(ledger.line) > ledger.longest:
                self.ledger(ledger.name).longest = len(ledger.line)

    def restore(self, ledgers: tuple[Ledger, ...], callers: tuple[Caller, ...]) -> None:
        """Stand as a kept state stood."""
        self.__init__()  # type: ignore[misc]  # every field anew, as at the beginning
        for ledger in ledgers:
            self.ledgers[ledger.name] = copy_of(ledger)
        self._callers.update({(caller.queue, caller.uid): caller for caller in callers})
        self._changed.update(dict.fromkeys(self.ledgers))


def copy_of(ledger: Ledger) -> Ledger:
    """Return a ledger with a line of its own."""
    return replace(ledger, line=ledger.line.copy())


def _state(ledger: Ledger) -> QueueState:
    return QueueState(
        name=ledger.name,
        strategy=ledger.strategy,
        weight=ledger.weight,
        maximum=ledger.maximum,
        acd_service_level_s=ledger.acd_service_level_s,
        waiting=len(ledger.line),
        longest_queue=ledger.longest,
        entered=ledger.entered,
        answered=ledger.answered,
        abandoned=ledger.abandoned,
        timed_out=ledger.timed_out,
        completed=ledger.completed,
        ring_no_answer=ledger.ring_no_answer,
        wait_answered_s=ledger.wait_answered_s,
        wait_abandoned_s=ledger.wait_abandoned_s,
        gone=ledger.gone,
    )
