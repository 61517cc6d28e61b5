"""Which groups a screen shows, and what they are called."""

from collections.abc import Mapping

from console.core.floor.model import Interface, QueueName
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup, group_of
from console.core.floor.view import FloorView

_OWN = "queue:"


def groups_of(view: FloorView) -> tuple[SkillGroup, ...]:
    """Return every group with something to show: those of the policy in their order, then queues no group names."""
    named = {queue for group in view.policy.groups for queue in group.queues}
    loose = sorted(name for name, queue in view.queues.items() if name not in named and not queue.gone)
    return (*view.policy.groups, *(group_of(view.policy, queue) for queue in loose))


def group_names(view: FloorView) -> dict[str, str]:
    """Return the names of all groups by id, in the order shown."""
    return {group.id: group.name for group in groups_of(view)}


def shown_groups(view: FloorView, mine: tuple[str, ...]) -> tuple[SkillGroup, ...]:
    """Return the groups a screen shows: all for an empty choice, or for one that names nobody here."""
    every = groups_of(view)
    chosen = tuple(group for group in every if group.id in mine)
    return chosen or every


def group_ids_by_queue(policy: FloorPolicy) -> dict[QueueName, str]:
    """Return the group of each queue the policy names; others are `queue:NAME`."""
    return {queue: group.id for group in reversed(policy.groups) for queue in group.queues}


def home_of(view: FloorView, interface: Interface, by_queue: Mapping[QueueName, str]) -> str:
    """Return the group an agent belongs to: the person's primary group, else that of the first queue served."""
    person = view.people.get(view.person_of.get(interface, ""))
    if person is not None and person.primary_group:
        return person.primary_group
    agent = view.agents.get(interface)
    queues = () if agent is None else agent.queues or agent.last_seen_queues
    return by_queue.get(queues[0], _OWN + queues[0]) if queues else ""


def has_channel(groups: tuple[SkillGroup, ...], channel: Channel) -> bool:
    """Return whether a channel is among the groups."""
    return any(group.channel is channel for group in groups)
