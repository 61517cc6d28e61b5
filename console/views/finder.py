"""Finding a page, a group, a queue or an agent by a few letters."""

from collections.abc import Iterable, Sequence

import msgspec

from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.views.scope import groups_of
from console.views.words import STATUS


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something one can go to: its name, what it is, and where (page, subject)."""

    name: str
    kind: Said
    page: str
    subject: str = ""
    more: str = ""


def everything(view: FloorView) -> list[Found]:
    """Return all groups, queues and agents of the floor."""
    made = [
        Found(name=group.name, kind=say("Skill group"), page="queue", subject=f"group:{group.id}", more=group.id)
        for group in groups_of(view)
    ]
    made += [
        Found(name=name, kind=say("Queue"), page="queue", subject=f"queue:{name}")
        for name, queue in view.queues.items()
        if not queue.gone
    ]
    for interface, agent in view.agents.items():
        person = view.people.get(view.person_of.get(interface, ""))
        name, number = (person.name, person.number) if person is not None else (agent.name, "")
        made.append(
            Found(
                name=f"{name} {number}".strip() or interface,
                kind=STATUS[agent.status],
                page="agents",
                subject=f"agent:{interface}",
                more=interface,
            )
        )
    return made


def find(words: str, among: Iterable[Found], limit: int = 12) -> Sequence[Found]:
    """Return what fits all words best first: names that begin so, then those that hold it, then interfaces."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    fitting: list[tuple[int, int, Found]] = []
    for place, found in enumerate(among):
        name, more = found.name.casefold(), found.more.casefold()
        if all(word in name for word in wanted):
            first = wanted[0]
            starts = name.startswith(first) or any(part.startswith(first) for part in name.split())
            fitting.append((0 if starts else 1, place, found))
        elif all(word in name or word in more for word in wanted):
            fitting.append((2, place, found))
    fitting.sort(key=lambda entry: entry[:2])
    return [found for _, _, found in fitting[:limit]]
