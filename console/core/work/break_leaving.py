"""Between grant and departure: who has left, whom a call still keeps, and when a grant nobody uses lapses."""

from console.core.floor.model import AgentState, AgentStatus, Instant
from console.core.floor.policy import wrap_up_of
from console.core.floor.seats import Reasons
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.work.break_cases import rules_of, states_of
from console.core.work.break_records import Break


def has_left(view: FloorView, granted: Break) -> bool:
    """Return whether every seat of the person is paused (not for wrap-up) or signed out, and none is on the phone.

    A phone that rings is not left yet: the call that reached it before the pause is answered, and runs on.
    """
    person = view.people.get(granted.person)
    states = states_of(view, person) if person else []
    reasons = Reasons(view.policy.wrap_up_reasons)
    return bool(states) and all(
        not _talks(state)
        and state.status is not AgentStatus.RINGING
        and (not state.queues or (state.paused and reasons.status_of(state) is not AgentStatus.WRAP_UP))
        for state in states
    )


def lapses_at(book: Book, view: FloorView, granted: Break) -> Instant | None:
    """Return when a grant lapses unless it is used, None while a call, or the wrap-up after it, keeps the agent.

    The slot is reserved as long as a call runs on that began before the grant could have lapsed; then the time counts
    from its end, as the ACD tells it. Who takes call after call instead of leaving keeps no slot.
    """
    if granted.decided_at is None:
        return None
    patience = rules_of(book).of(granted.group).lapse_s
    person = view.people.get(granted.person)
    states = states_of(view, person) if person else []
    latest = granted.decided_at + patience
    if any(_kept_by_call(view, state, latest) for state in states):
        return None
    ended = max((_freed_at(view, state) for state in states), default=granted.decided_at)
    return max(granted.decided_at, ended) + patience


def _talks(state: AgentState) -> bool:
    return state.talk is not None or state.status is AgentStatus.TALKING


def _kept_by_call(view: FloorView, state: AgentState, latest: Instant) -> bool:
    if _talks(state):
        since = state.talk.since if state.talk is not None else state.since
        return since is None or since <= latest
    return Reasons(view.policy.wrap_up_reasons).status_of(state) is AgentStatus.WRAP_UP


def _freed_at(view: FloorView, state: AgentState) -> Instant:
    """Return when the last call of a seat and its wrap-up were over, as the ACD tells it.

    Since when the seat does what it does now is no measure: every call that rings out begins that anew.
    """
    members = [view.members.get((queue, state.interface)) for queue in state.queues]
    told = [
        member.last_call + (member.wrapup_s or wrap_up_of(view.policy, member.queue))
        for member in members
        if member is not None and member.last_call is not None
    ]
    return max(told, default=0.0)
