"""Which skill group serves which queue; a queue nobody named gets a group of its own."""

from console.core.floor.model import QueueName
from console.core.floor.policy import FloorPolicy, SkillGroup, group_of


class Groups:
    """The groups of a policy, found by queue and by id at the cost of a look-up."""

    def __init__(self, policy: FloorPolicy) -> None:
        self._policy = policy
        self._by_id = {group.id: group for group in policy.groups}
        self._by_queue: dict[QueueName, SkillGroup] = {}
        for group in policy.groups:
            for queue in group.queues:
                self._by_queue.setdefault(queue, group)

    def of_queue(self, queue: QueueName) -> SkillGroup:
        """Return the group that serves `queue`, made on the spot where the policy names none."""
        found = self._by_queue.get(queue)
        if found is None:
            found = self._by_queue[queue] = group_of(self._policy, queue)
            self._by_id.setdefault(found.id, found)
        return found

    def by_id(self, group: str) -> SkillGroup | None:
        """Return a group known by now; None for an id nobody knows."""
        return self._by_id.get(group)

    def rank(self, queue: QueueName) -> int:
        """Return the place of a queue's group in the policy's order; groups of their own come last."""
        group = self.of_queue(queue)
        return next(
            (place for place, each in enumerate(self._policy.groups) if each is group), len(self._policy.groups)
        )
