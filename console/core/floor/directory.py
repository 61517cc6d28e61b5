"""The directory of people: learned from the ACD, mended by rows people wrote; a conflict is said, never guessed away.

A row that names an interface or an extension owns it. A row that names neither owns the interface whose member name is
its own, if that name stands once. What no row owns is learned: interfaces with the same extension and the same name are
one person; the same extension under two names is said and kept apart; the same name under two extensions may be two
people of one name and stays apart until a row joins them.

The primary group is the row's; otherwise the group of the queue with the lowest penalty, among equals the first in the
policy's order. A queue once seen stays in mind, so that nobody changes groups by signing out of a queue.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from console.core.floor.groups import Groups
from console.core.floor.model import AgentState, Interface, Member, MemberKey, Record
from console.core.floor.people import Person, PersonRow, Sighting, extension_of
from console.core.floor.policy import FloorPolicy
from console.core.words import Said, say


class Directory(Record, frozen=True, kw_only=True):
    """Everybody known; `rows` are what people wrote, `seen` what the ACD showed, the rest follows from both.

    `problems` are the conflicts between the two, one sentence each.
    """

    policy: FloorPolicy = FloorPolicy()
    rows: tuple[PersonRow, ...] = ()
    seen: Mapping[Interface, Sighting] = {}
    people: Mapping[str, Person] = {}
    person_of: Mapping[Interface, str] = {}
    extensions: Mapping[str, str] = {}
    problems: tuple[Said, ...] = ()

    def learn(self, agents: Mapping[Interface, AgentState], members: Mapping[MemberKey, Member]) -> "Directory":
        """Return the directory with interfaces never seen before; this very one where there are none."""
        new = agents.keys() - self.person_of.keys()
        if not new:
            return self
        groups = Groups(self.policy)
        sightings = [_sighting(agents[each], members, None, groups) for each in agents if each in new]
        clerk = _Clerk(self, groups)
        for sighting in sightings:
            clerk.see(sighting)
        return clerk.directory()

    def relearn(self, agents: Mapping[Interface, AgentState], members: Mapping[MemberKey, Member]) -> "Directory":
        """Return the directory with today's names and queues of everybody: after a snapshot, and now and then."""
        groups = Groups(self.policy)
        seen = dict(self.seen)
        for interface, state in agents.items():
            seen[interface] = _sighting(state, members, seen.get(interface), groups)
        return self if seen == self.seen else _built(self.policy, self.rows, seen)

    def under(self, policy: FloorPolicy) -> "Directory":
        """Return the directory read by another policy's groups."""
        return self if policy == self.policy else _built(policy, self.rows, self.seen)

    def mend(self, rows: Iterable[PersonRow], *, whole: bool = False) -> tuple["Directory", list[Said]]:
        """Return the directory with `rows` in it, and why not: with any problem it is this very one, unchanged.

        A row takes the place of the one that shares its number, an extension or an interface; `whole`: of all of them.
        """
        merged, problems = _merged(() if whole else self.rows, tuple(rows), self.policy)
        if problems:
            return self, problems
        return _built(self.policy, merged, self.seen), []

    def find(self, text: str) -> Person | None:
        """Return who is meant by an interface, an extension, a number or a name that only one person has."""
        text = text.strip()
        found = self.people.get(self.person_of.get(text, "")) or self.people.get(self.extensions.get(text, ""))
        if found is not None or not text:
            return found
        for key in ("number", "id", "name"):
            meant = [person for person in self.people.values() if getattr(person, key) == text]
            if len(meant) == 1:
                return meant[0]
        extension = extension_of(text)
        return self.find(extension) if extension and extension != text else None


class _Clerk:
    """Writes a new directory from an old one; never changes the old."""

    def __init__(self, old: Directory, groups: Groups) -> None:
        self._old = old
        self._groups = groups
        self._seen = dict(old.seen)
        self._people = dict(old.people)
        self._person_of = dict(old.person_of)
        self._extensions = dict(old.extensions)
        self._problems = list(old.problems)
        self._named: dict[str, list[str]] = {}
        self._groups_of_rows = {row.id: _group_named(row.group, old.policy) for row in old.rows}
        for row in old.rows:
            if row.name and not row.extensions and not row.interfaces:
                self._named.setdefault(row.name, []).append(row.id)

    def directory(self) -> Directory:
        """Return what was written."""
        return Directory(
            policy=self._old.policy,
            rows=self._old.rows,
            seen=self._seen,
            people=self._people,
            person_of=self._person_of,
            extensions=self._extensions,
            problems=tuple(self._problems),
        )

    def write(self, row: PersonRow) -> None:
        """Take a row."""
        group = self._groups_of_rows.get(row.id)
        if row.group and group is None:
            self._problems.append(
                say("{name} belongs to the skill group {group}, which is no more.", name=row.name, group=row.group)
            )
        self._people[row.id] = Person(
            id=row.id,
            name=row.name or row.number or row.id,
            number=row.number,
            primary_group=group or "",
            groups=(group,) if group else (),
            interfaces=row.interfaces,
            extensions=row.extensions,
            rostered=row.rostered,
            absent=row.absent,
            flex=row.flex,
            trainer=row.trainer,
            learned=False,
        )
        self._person_of.update(dict.fromkeys(row.interfaces, row.id))
        self._extensions.update(dict.fromkeys(row.extensions, row.id))
        for interface in row.interfaces:
            extension = extension_of(interface)
            if extension:
                self._extensions.setdefault(extension, row.id)

    def see(self, sighting: Sighting) -> None:
        """Take an interface the ACD showed."""
        self._seen[sighting.interface] = sighting
        extensions = _extensions_of(sighting)
        person = self._owner(sighting, extensions)
        if person is None:
            free = [each for each in extensions if each not in self._extensions]
            person_id = next((each for each in free if each not in self._people), sighting.interface)
            person = Person(id=person_id, name=_name(sighting))
        own = tuple(each for each in extensions if self._extensions.setdefault(each, person.id) == person.id)
        if person.learned and _nameless(person.name, person.interfaces):
            person = replace(person, name=_name(sighting))
        person = replace(
            person,
            interfaces=tuple(dict.fromkeys((*person.interfaces, sighting.interface))),
            extensions=tuple(dict.fromkeys((*person.extensions, *own))),
        )
        self._person_of[sighting.interface] = person.id
        self._people[person.id] = self._placed(person)

    def _owner(self, sighting: Sighting, extensions: tuple[str, ...]) -> Person | None:
        owner = self._person_of.get(sighting.interface)
        if owner is not None:
            return self._people[owner]
        for extension in extensions:
            person = self._people.get(self._extensions.get(extension, ""))
            if person is None:
                continue
            if not person.learned or _same_name(person, sighting):
                return person
            self._problems.append(
                say(
                    "Extension {extension} is {one} by one interface and {other} by {interface}; they are kept apart.",
                    extension=extension,
                    one=person.name,
                    other=_name(sighting),
                    interface=sighting.interface,
                )
            )
        named = self._named.get(sighting.name, [])
        if len(named) == 1:
            return self._people[named[0]]
        if named:
            self._problems.append(
                say(
                    "{name} stands more than once in the directory without an extension; {interface} is kept apart.",
                    name=sighting.name,
                    interface=sighting.interface,
                )
            )
        return None

    def _placed(self, person: Person) -> Person:
        """Return the person with groups from the queues seen; a row's own group stays the primary one."""
        sightings = [self._seen[each] for each in person.interfaces if each in self._seen]
        queues = dict.fromkeys(queue for sighting in sightings for queue in sighting.queues)
        firsts = [(each.penalty, self._groups.rank(each.first), each.first) for each in sightings if each.first]
        found = sorted(
            {self._groups.of_queue(queue).id: self._groups.rank(queue) for queue in queues}.items(), key=_second
        )
        primary = self._groups_of_rows.get(person.id)
        if primary is None and firsts:
            primary = self._groups.of_queue(min(firsts)[2]).id
        groups = tuple(dict.fromkeys((*((primary,) if primary else ()), *(group for group, _ in found))))
        return replace(person, primary_group=primary or "", groups=groups)


def row_of(person: Person) -> PersonRow:
    """Return the row that would write down a person as they are, to edit or to export."""
    return PersonRow(
        name=person.name,
        number=person.number,
        extensions=person.extensions,
        interfaces=person.interfaces,
        group=person.primary_group if not person.primary_group.startswith("queue:") else "",
        rostered=person.rostered,
        absent=person.absent,
        flex=person.flex,
        trainer=person.trainer,
    )


def _second(pair: tuple[str, int]) -> int:
    return pair[1]


def _built(policy: FloorPolicy, rows: tuple[PersonRow, ...], seen: Mapping[Interface, Sighting]) -> Directory:
    clerk = _Clerk(Directory(policy=policy, rows=rows), Groups(policy))
    for row in rows:
        clerk.write(row)
    for sighting in seen.values():
        clerk.see(sighting)
    return clerk.directory()


def _sighting(
    state: AgentState, members: Mapping[MemberKey, Member], before: Sighting | None, groups: Groups
) -> Sighting:
    """Return what the ACD shows of an interface, with what it showed `before`."""
    told = [members[queue, state.interface] for queue in state.queues if (queue, state.interface) in members]
    queues = state.queues or state.last_seen_queues
    ranks = [(each.penalty, groups.rank(each.queue), place, each.queue) for place, each in enumerate(told)]
    if before is not None and before.first:
        ranks.append((before.penalty, groups.rank(before.first), -1, before.first))
    best = min(ranks, default=(0, 0, 0, queues[0] if queues else ""))
    return Sighting(
        interface=state.interface,
        name=state.name,
        state_interface=next((each.state_interface for each in told if each.state_interface), "")
        or (before.state_interface if before is not None else ""),
        queues=tuple(dict.fromkeys((*(before.queues if before is not None else ()), *queues))),
        first=best[3],
        penalty=best[0],
    )


def _extensions_of(sighting: Sighting) -> tuple[str, ...]:
    found = (extension_of(sighting.interface), extension_of(sighting.state_interface))
    return tuple(dict.fromkeys(each for each in found if each))


def _nameless(name: str, interfaces: tuple[Interface, ...]) -> bool:
    return not name or name in interfaces or name in {extension_of(each) for each in interfaces}


def _name(sighting: Sighting) -> str:
    return sighting.name or extension_of(sighting.interface) or sighting.interface


def _same_name(person: Person, sighting: Sighting) -> bool:
    if person.name.casefold() == sighting.name.casefold():
        return True
    return _nameless(person.name, person.interfaces) or _nameless(sighting.name, (sighting.interface,))


def _group_named(text: str, policy: FloorPolicy) -> str | None:
    """Return the id of the group meant by an id or a name, without regard to case; None where there is none."""
    wanted = text.strip().casefold()
    return next((group.id for group in policy.groups if wanted in {group.id.casefold(), group.name.casefold()}), None)


def _merged(
    old: tuple[PersonRow, ...], new: tuple[PersonRow, ...], policy: FloorPolicy
) -> tuple[tuple[PersonRow, ...], list[Said]]:
    """Return the rows that stand after `new`, and every reason why they cannot."""
    problems: list[Said] = []
    rows = dict(enumerate(old))
    owner: dict[tuple[str, str], int] = {key: number for number, row in rows.items() for key in _keys(row)}
    fresh: dict[tuple[str, str], PersonRow] = {}
    for row in new:
        if not row.id:
            problems.append(
                say("Row {row}: a person needs a name, a number, an extension or an interface.", row=row.row)
            )
            continue
        if row.group and _group_named(row.group, policy) is None:
            problems.append(say("Row {row}: there is no skill group {group}.", row=row.row, group=row.group))
        for key in _keys(row):
            other = fresh.setdefault(key, row)
            if other is not row:
                problems.append(_twice(key, row, other))
        for number in {owner[key] for key in _keys(row) if key in owner}:
            rows.pop(number, None)
    return (*rows.values(), *new), problems


def _keys(row: PersonRow) -> list[tuple[str, str]]:
    keys = [("extension", each) for each in row.extensions] + [("interface", each) for each in row.interfaces]
    if row.number:
        keys.append(("number", row.number))
    if not keys and row.name:
        keys.append(("name", row.name))
    return keys


def _twice(key: tuple[str, str], row: PersonRow, other: PersonRow) -> Said:
    kind, what = key
    if kind == "number":
        return say("Row {row}: number {what} stands in row {other} already.", row=row.row, what=what, other=other.row)
    if kind == "extension":
        return say(
            "Row {row}: extension {what} stands in row {other} already.", row=row.row, what=what, other=other.row
        )
    if kind == "interface":
        return say(
            "Row {row}: interface {what} stands in row {other} already.", row=row.row, what=what, other=other.row
        )
    return say(
        "Row {row}: {what} stands in row {other} already, and nothing tells the two apart.",
        row=row.row,
        what=what,
        other=other.row,
    )
