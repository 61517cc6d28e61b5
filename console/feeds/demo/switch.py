"""The demo's levers: the Switch port on the running simulation, answering as Asterisk's manager interface does."""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Protocol

from console.core.floor.events import BreakAsked, BreakEnded, BreakWithdrawn, FloorEvent, Told
from console.core.floor.model import Interface, Phone, QueueName
from console.core.ports import Answer, Done, Refused, Unreachable
from console.core.words import say
from console.feeds.demo.seats import Agent, Ask
from console.feeds.demo.world import World

_KINDS = {"meal": "meal", "toilet": "toilet", "handover": "handover"}
"""The console's kinds of break by name in the simulation; any other is a glass of water."""

_STANDS_UP_MS = 1500
"""How long an agent takes to stand up, in which the console pauses the seat."""

_GONE = Unreachable(say("The demo floor is not connected just now."))


class Floor(Protocol):
    """What the switch needs of the feed."""

    @property
    def locked(self) -> RLock:
        """Return the lock that guards the world."""
        ...

    def present(self) -> World | None:
        """Return the world brought to now, None while it cannot be reached."""
        ...

    def go_away(self, seconds: float) -> None:
        """Cut the link for a while."""
        ...


def _refused(message: str) -> Refused:
    return Refused(say("The telephone system says no: {message}", message=message), message)


class DemoSwitch:
    """Acts on the demo floor from any thread; `refuse_next` and `go_away` make it fail on request."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._refusals: list[str] = []
        self.messages: list[tuple[str, str]] = []

    # ---- faults on request ----

    def refuse_next(self, times: int = 1, message: str = "Permission denied") -> None:
        """Have the next `times` commands refused with `message`."""
        with self._floor.locked:
            self._refusals += [message] * times

    def go_away(self, seconds: float) -> None:
        """Cut the link for `seconds` of the demo's time."""
        self._floor.go_away(seconds)

    def _act(self, do: Callable[[World], Answer]) -> Answer:
        with self._floor.locked:
            world = self._floor.present()
            if world is None:
                return _GONE
            if self._refusals:
                return _refused(self._refusals.pop(0))
            return do(world)

    # ---- seats ----

    def pause(self, interface: Interface, queue: QueueName | None, *, paused: bool, reason: str = "") -> Answer:
        """Pause or unpause a seat in one queue, or in all; repeating it is taken again, as Asterisk does.

        Paused everywhere, an agent who asked leaves when the contact ends, and so does one who did not ask.
        """

        def do(world: World) -> Answer:
            agent = world.acd.agents.get(interface)
            if agent is None or not agent.members or (queue is not None and queue not in agent.members):
                return _refused("Interface not found")
            world.acd.pause(agent, paused=paused, reason=reason, queue=queue)
            if queue is not None:
                return Done()
            if not paused:
                world.breaks.undo_grant(agent)
            elif agent.ask is not None:
                world.breaks.desk_answers = True
                agent.ask.granted = True
                world.breaks.leave_if_free(agent)
            elif reason != world.breaks.words.wrap_up:
                world.breaks.send_away(agent, reason)
            return Done()

        return self._act(do)

    def add_member(
        self,
        queue: QueueName,
        interface: Interface,
        *,
        name: str = "",
        penalty: int = 0,
        paused: bool = False,
        state_interface: str = "",
    ) -> Answer:
        """Sign an interface of the floor into a queue; one that is there already is done already."""
        del name, state_interface

        def do(world: World) -> Answer:
            agent = world.acd.agents.get(interface)
            if queue not in world.acd.lines:
                return _refused("Unable to add interface to queue: No such queue")
            if agent is None:
                return _refused("Unable to add interface: No such interface on the demo floor")
            if queue in agent.members:
                return Done(already=True)
            world.acd.add(agent, queue, penalty, paused=paused)
            return Done()

        return self._act(do)

    def remove_member(self, queue: QueueName, interface: Interface) -> Answer:
        """Sign an interface out of a queue; one that is not there is done already, a static member is refused."""

        def do(world: World) -> Answer:
            agent = world.acd.agents.get(interface)
            if queue not in world.acd.lines:
                return _refused("Unable to remove interface from queue: No such queue")
            if agent is None or queue not in agent.members:
                return Done(already=True)
            if not agent.members[queue].dynamic:
                return _refused("Member not dynamic")
            world.acd.remove(agent, queue)
            return Done()

        return self._act(do)

    def set_penalty(self, queue: QueueName, interface: Interface, penalty: int) -> Answer:
        """Change a member's penalty."""

        def do(world: World) -> Answer:
            agent = world.acd.agents.get(interface)
            if agent is None or queue not in agent.members or penalty < 0:
                return _refused("Invalid interface, queuename or penalty")
            agent.members[queue].penalty = penalty
            world.acd.tell_members(agent, "penalty", queue)
            return Done()

        return self._act(do)

    # ---- routing keys ----

    def get_key(self, family: str, key: str) -> str | Refused | Unreachable | None:
        """Read a routing key; None where there is none."""
        with self._floor.locked:
            world = self._floor.present()
            if world is None:
                return _GONE
            if self._refusals:
                return _refused(self._refusals.pop(0))
            return world.acd.keys.get((family, key))

    def put_key(self, family: str, key: str, value: str) -> Answer:
        """Write a routing key; ivr/shortcut, queue/closed/<queue> and queue/overflow/<queue> change the arrivals."""

        def do(world: World) -> Answer:
            world.acd.keys[family, key] = value
            return Done()

        return self._act(do)

    def delete_key(self, family: str, key: str) -> Answer:
        """Delete a routing key; one that is not there is done already."""

        def do(world: World) -> Answer:
            return Done(already=world.acd.keys.pop((family, key), None) is None)

        return self._act(do)

    # ---- telling ----

    def tell(self, name: str, fields: Mapping[str, str]) -> Answer:
        """Send a UserEvent: it comes back on the feed as it does from Asterisk, and agents it names act on it."""

        def do(world: World) -> Answer:
            world.clockwork.say(_echo(name, fields))
            agent = next(
                (found for key in ("RequestId", "Interface", "Agent") if (found := _who(world, fields, key))), None
            )
            if agent is not None:
                _listen(world, agent, name, fields)
            return Done()

        return self._act(do)

    def message(self, to: str, text: str) -> Answer:
        """Send a text message to a phone; kept in `messages` for tests."""

        def do(world: World) -> Answer:
            agent = world.agent(to.rpartition(":")[2].partition("@")[0])
            if agent is None or agent.phone is Phone.UNAVAILABLE:
                return _refused("Message technology not found or phone not registered")
            self.messages.append((to, text))
            return Done()

        return self._act(do)


def _who(world: World, fields: Mapping[str, str], key: str) -> Agent | None:
    return world.agent(fields[key]) if fields.get(key) else None


def _echo(name: str, fields: Mapping[str, str]) -> FloorEvent:
    agent, interface = fields.get("Agent", ""), fields.get("Interface", "")
    if name == "BreakRequest":
        return BreakAsked(
            agent=agent,
            interface=interface,
            reason=fields.get("Reason", ""),
            code=fields.get("Code", ""),
            request_id=fields.get("RequestId", ""),
        )
    if name == "BreakCancel":
        return BreakWithdrawn(agent=agent, interface=interface, request_id=fields.get("RequestId", ""))
    if name == "BreakEnd":
        return BreakEnded(agent=agent, interface=interface, request_id=fields.get("RequestId", ""))
    return Told(name=name, fields=dict(fields))


def _take_grant(world: World, agent: Agent, fields: Mapping[str, str]) -> None:
    """Let an agent go who was told so; the console, whose words carry an `Id`, pauses the seat itself meanwhile."""
    breaks = world.breaks
    if agent.ask is None and not agent.absent and agent.members and fields.get("Id"):
        # A supervisor has asked for them.
        agent.ask = Ask(fields.get("RequestId", ""), _KINDS.get(fields.get("Kind", ""), "water"), world.clockwork.now)
    if agent.ask is None or agent.ask.granted:
        return
    if not fields.get("Id"):
        breaks.grant(agent)
        return
    ask = agent.ask
    ask.granted = True

    def leave() -> None:
        if agent.ask is ask:
            breaks.leave_if_free(agent)

    world.clockwork.after(_STANDS_UP_MS, leave)


def _listen(world: World, agent: Agent, name: str, fields: Mapping[str, str]) -> None:
    """Let an agent act on what they were told."""
    breaks = world.breaks
    if name == "BreakGranted":
        breaks.desk_answers = True
        _take_grant(world, agent, fields)
    elif name in {"BreakRefused", "BreakLapsed"}:
        breaks.desk_answers = True
        if agent.ask is not None and name == "BreakLapsed":
            agent.ask.granted = False
        breaks.refuse(agent)
    elif name == "BreakUndone" and agent.ask is not None:
        agent.ask.granted, agent.ask.owed = False, True
    elif name in {"BreakCalledBack", "BreakNudge", "BreakRecalled", "BreakOverrun", "ComeBack"}:
        breaks.call_back(agent)
    elif name == "FlexAsked":
        after = agent.random.uniform(20, 90) * 1000
        yes = not agent.members and agent.random.random() < 0.8
        answer = {
            "Agent": agent.hand.extension,
            "Interface": agent.interface,
            "Answer": "yes" if yes else "no",
            "RequestId": fields.get("RequestId", ""),
        }
        world.clockwork.after(after, world.clockwork.say, Told(name="FlexAnswered", fields=answer))
    elif name.startswith("Break") and agent.ask is not None:
        # Any other word about the request (a slot, a wait) keeps the agent patient.
        breaks.desk_answers = True
        agent.ask.owed = True
