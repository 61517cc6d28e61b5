"""The figures of a whole stream, as `replay --json` prints them: plain counts, means not rounded, null where none.

Counts are of raw events. `waiting` and `longest_queue` come from the fold's own ledger: callers a snapshot found, plus
joins, less leaves. Read from a floor that was judged by `LITERAL`, so that a pause is a pause whatever its reason.
"""

from collections.abc import Iterable
from typing import Any

from console.core.floor.fold import Floor
from console.core.floor.fold_states import Seat
from console.core.floor.model import AgentStatus, QueueState
from console.core.floor.policy import FloorPolicy

LITERAL = FloorPolicy(wrap_up_reasons=())
"""No reason stands for wrap-up, and only a member's own Wrapuptime makes one."""


def summary(floor: Floor, messages: int) -> dict[str, Any]:
    """Return messages, total, queues and agents of everything folded so far."""
    queues = floor.queues
    return {
        "messages": messages,
        "total": {**_figures(queues.values()), "break_requests": floor.break_requests},
        "queues": {name: _figures((queue,)) for name, queue in queues.items()},
        "agents": {
            f"{name} <{seat.interface}>": _agent(floor, seat, name)
            for seat in floor.seats.values()
            for name in seat.tallies
        },
    }


def _figures(queues: Iterable[QueueState]) -> dict[str, Any]:
    queues = tuple(queues)
    answered = sum(queue.answered for queue in queues)
    abandoned = sum(queue.abandoned for queue in queues)
    return {
        "entered": sum(queue.entered for queue in queues),
        "answered": answered,
        "abandoned": abandoned,
        "completed": sum(queue.completed for queue in queues),
        "ring_no_answer": sum(queue.ring_no_answer for queue in queues),
        "waiting": sum(queue.waiting for queue in queues),
        "longest_queue": max((queue.longest_queue for queue in queues), default=0),
        "mean_wait_answered": sum(queue.wait_answered_s for queue in queues) / answered if answered else None,
        "mean_wait_abandoned": sum(queue.wait_abandoned_s for queue in queues) / abandoned if abandoned else None,
    }


def _agent(floor: Floor, seat: Seat, name: str) -> dict[str, Any]:
    answered, completed = seat.tallies[name]
    here = any(floor.members[queue, seat.interface].name == name for queue in seat.queues)
    state = floor.agents[seat.interface]
    return {
        "answered": answered,
        "completed": completed,
        "paused": here and state.paused,
        "pause_reason": state.pause_reason if here else None,
        "state": str(state.status if here else AgentStatus.SIGNED_OUT),
    }
