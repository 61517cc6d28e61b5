"""What a server says its floor is (QueueStatus of a second connection), held against what the console folded.

InCall is compared per seat, over all its queues: at a connect Asterisk sends no member event for Local members without
a device state, so a membership's own flag is stale by design until the call ends, and the seat knows by AgentConnect.
A seat that signs out and in again in mid-call talks on, but its new membership knows of no call: not compared.
CallsTaken is not compared: with shared_lastcall it grows in an agent's other queues without any event.
"""

from dataclasses import dataclass, field

from console.core.floor.fold import Floor
from console.core.floor.model import AgentStatus
from tests.asterisk.ami import Ami

Seat = tuple[str, str]


@dataclass
class Truth:
    """One QueueStatus: callers' Uniqueids by position, and of each member what a supervisor sees."""

    callers: dict[str, list[str]] = field(default_factory=dict)
    members: dict[Seat, dict[str, object]] = field(default_factory=dict)
    talking: set[str] = field(default_factory=set)


def truth_of(ami: Ami) -> Truth:
    """Ask a server for its floor."""
    truth = Truth()
    waiting: dict[str, list[tuple[int, str]]] = {}
    for one in ami.listing("QueueStatus"):
        match one["Event"]:
            case "QueueParams":
                waiting.setdefault(one["Queue"], [])
            case "QueueEntry":
                waiting.setdefault(one["Queue"], []).append((int(one["Position"]), one["Uniqueid"]))
            case "QueueMember":
                truth.members[one["Queue"], one["Location"]] = {
                    "name": one["Name"],
                    "paused": one["Paused"] == "1",
                    "reason": one["PausedReason"],
                    "penalty": int(one["Penalty"]),
                    "phone": int(one["Status"]),
                    "dynamic": one["Membership"] == "dynamic",
                }
                if one["InCall"] == "1":
                    truth.talking.add(one["Location"])
    truth.callers = {queue: [uid for _, uid in sorted(rows)] for queue, rows in waiting.items()}
    return truth


def folded(floor: Floor) -> Truth:
    """Return what the console's floor says, in the same shape."""
    waiting: dict[str, list[tuple[int, str]]] = {name: [] for name, queue in floor.queues.items() if not queue.gone}
    for (queue, uid), caller in floor.callers.items():
        waiting.setdefault(queue, []).append((caller.position, uid))
    members: dict[Seat, dict[str, object]] = {
        key: {
            "name": one.name,
            "paused": one.paused,
            "reason": one.pause_reason,
            "penalty": one.penalty,
            "phone": int(one.phone),
            "dynamic": one.dynamic,
        }
        for key, one in floor.members.items()
    }
    talking = {interface for interface, agent in floor.agents.items() if agent.status is AgentStatus.TALKING}
    return Truth({queue: [uid for _, uid in sorted(rows)] for queue, rows in waiting.items()}, members, talking)


def _in_again(floor: Floor, interface: str) -> bool:
    """Return whether the talk began before the seat's membership: then the ACD no longer knows of it."""
    talk = floor.agents[interface].talk
    if talk is None or talk.since is None:
        return False
    member = floor.members.get((talk.queue, interface))
    return member is None or (member.login_at or 0.0) >= int(talk.since)


def compare(floor: Floor, truth: Truth) -> list[str]:
    """Return one line for every difference; none when the floor is true."""
    ours = folded(floor)
    found = []
    for queue in sorted(ours.callers.keys() | truth.callers.keys()):
        mine, theirs = ours.callers.get(queue), truth.callers.get(queue)
        if mine != theirs:
            found.append(f"{queue}: callers {mine}, really {theirs}")
    for seat in sorted(ours.members.keys() | truth.members.keys()):
        mine_, theirs_ = ours.members.get(seat), truth.members.get(seat)
        if mine_ is None or theirs_ is None:
            found.append(f"{seat}: {'not a member' if mine_ is None else 'a member'}, really the other way round")
            continue
        found += [
            f"{seat}: {what} {mine_[what]!r}, really {value!r}"
            for what, value in theirs_.items()
            if mine_[what] != value
        ]
    beyond = sorted(seat for seat in ours.talking - truth.talking if not _in_again(floor, seat))
    found += [f"{seat}: talking, really not" for seat in beyond]
    found += [f"{seat}: not talking, really in a call" for seat in sorted(truth.talking - ours.talking)]
    return found
