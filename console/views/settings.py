"""What the settings do to policies, profiles and people: pure changes of values, and what is wrong with them."""

import re
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import msgspec

from console.core.floor.directory import Directory, row_of
from console.core.floor.model import QueueName
from console.core.floor.people import PersonRow
from console.core.floor.policy import Channel, FloorPolicy, Limits, SkillGroup, Targets
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.preferences import DEMO, Preferences
from console.core.profiles import FloorKind, Profile
from console.core.words import Said, say
from console.core.work.policies import PEOPLE, Policy

# -- connections -------------------------------------------------------------------------------------------------------


def all_profiles(preferences: Preferences) -> tuple[Profile, ...]:
    """Return the floors this desk can open, the demo first."""
    return (DEMO, *(profile for profile in preferences.profiles if profile.id != DEMO.id))


def new_profile(preferences: Preferences, name: str, kind: FloorKind = FloorKind.ASTERISK) -> Profile:
    """Return a connection under an id nobody has."""
    taken = {profile.id for profile in all_profiles(preferences)}
    number = next(n for n in range(1, len(taken) + 2) if f"floor{n}" not in taken)
    return Profile(id=f"floor{number}", name=name, kind=kind, rate=0.0 if kind is FloorKind.REPLAY else 1.0)


def with_profile(preferences: Preferences, profile: Profile) -> tuple[Profile, ...]:
    """Return the profiles with one changed or added."""
    known = [each for each in preferences.profiles if each.id != DEMO.id]
    if any(each.id == profile.id for each in known):
        return tuple(profile if each.id == profile.id else each for each in known)
    return (*known, profile)


def without_profile(preferences: Preferences, profile_id: str) -> tuple[Profile, ...]:
    """Return the profiles without one."""
    return tuple(each for each in preferences.profiles if each.id != profile_id)


def where(profile: Profile) -> str:
    """Return where a floor is, in short."""
    if profile.kind is FloorKind.ASTERISK:
        return f"{profile.host}:{profile.port}" + (" TLS" if profile.tls else "")
    return profile.path if profile.kind is FloorKind.REPLAY else ""


_HOST = re.compile(r"^[A-Za-z0-9_.:%\[\]-]+$")


def host_read(text: str) -> str | Said:
    """Read a host: a name or an address, no scheme, no port, no blanks."""
    told = text.strip()
    if not told:
        return say("The address of the Asterisk host, such as pbx.example.com or 10.0.0.5.")
    if "://" in told or "/" in told:
        return say("Only the host's name or address, without http:// and without a path.")
    if not _HOST.match(told):
        return say("This is no host name and no address.")
    return told


# -- groups ------------------------------------------------------------------------------------------------------------


def loose_queues(view: FloorView, policy: FloorPolicy) -> tuple[QueueName, ...]:
    """Return queues of the floor that no group names."""
    named = {queue for group in policy.groups for queue in group.queues}
    return tuple(sorted(name for name, queue in view.queues.items() if name not in named and not queue.gone))


def group_named(policy: FloorPolicy, group_id: str) -> SkillGroup | None:
    """Return a group of the policy, or None."""
    return next((group for group in policy.groups if group.id == group_id), None)


def with_group(policy: FloorPolicy, group: SkillGroup) -> FloorPolicy:
    """Return the policy with one group changed, or added at the end."""
    if group_named(policy, group.id) is None:
        return msgspec.structs.replace(policy, groups=(*policy.groups, group))
    groups = tuple(group if each.id == group.id else each for each in policy.groups)
    return msgspec.structs.replace(policy, groups=groups)


def new_group(policy: FloorPolicy, name: str, channel: Channel = Channel.PHONE) -> SkillGroup:
    """Return a group under an id nobody has."""
    taken = {group.id for group in policy.groups}
    number = next(n for n in range(1, len(taken) + 2) if f"group{n}" not in taken)
    return SkillGroup(id=f"group{number}", name=name, channel=channel, emergency_waiting=policy.emergency_waiting)


def without_group(policy: FloorPolicy, group_id: str) -> FloorPolicy:
    """Return the policy without a group; its queues are loose again."""
    return msgspec.structs.replace(policy, groups=tuple(each for each in policy.groups if each.id != group_id))


def moved_group(policy: FloorPolicy, group_id: str, by: int) -> FloorPolicy:
    """Return the policy with a group further up (negative) or down in the order shown."""
    groups = list(policy.groups)
    at = next((n for n, group in enumerate(groups) if group.id == group_id), None)
    if at is None:
        return policy
    group = groups.pop(at)
    groups.insert(min(max(0, at + by), len(groups)), group)
    return msgspec.structs.replace(policy, groups=tuple(groups))


def moved_queue(policy: FloorPolicy, queue: QueueName, to: str) -> FloorPolicy:
    """Return the policy with a queue in group `to` and in no other; empty: in none."""
    groups = []
    for group in policy.groups:
        queues = tuple(each for each in group.queues if each != queue)
        if group.id == to:
            queues = group.queues if queue in group.queues else (*group.queues, queue)
        groups.append(group if queues == group.queues else msgspec.structs.replace(group, queues=queues))
    return msgspec.structs.replace(policy, groups=tuple(groups))


# -- targets -----------------------------------------------------------------------------------------------------------

LIMITS: Mapping[str, Said] = {
    "waiting": say("People waiting"),
    "longest_wait": say("Longest wait"),
    "mean_wait": say("Average wait of those waiting"),
    "service_level_limits": say("Service level"),
    "answer_rate_limits": say("Answer rate"),
    "on_line_ratio": say("On-line ratio"),
}
SHARES = frozenset({"service_level_limits", "answer_rate_limits", "on_line_ratio"})


def with_limit(targets: Targets, name: str, *, warn: float | None, alarm: float | None) -> Targets:
    """Return targets with a figure's thresholds changed."""
    old: Limits = getattr(targets, name)
    return msgspec.structs.replace(targets, **{name: msgspec.structs.replace(old, warn=warn, alarm=alarm)})


def limit_problem(limits: Limits) -> Said | None:
    """Return what is odd about thresholds: an alarm before the warning."""
    if limits.warn is None or limits.alarm is None:
        return None
    if limits.above and limits.alarm < limits.warn:
        return say("The alarm comes before the warning: {alarm} is less than {warn}.", **_pair(limits))
    if not limits.above and limits.alarm > limits.warn:
        return say("The alarm comes before the warning: {alarm} is more than {warn}.", **_pair(limits))
    return None


def _pair(limits: Limits) -> dict[str, str]:
    def written(value: float | None) -> str:
        if value is None:
            return ""
        return f"{value:g}" if limits.above else f"{value * 100:g}%"

    return {"alarm": written(limits.alarm), "warn": written(limits.warn)}


# -- people ------------------------------------------------------------------------------------------------------------


def people_rows(view: FloorView, book: Book) -> tuple[PersonRow, ...]:
    """Return the list of people in force: the edited document, else what the floor was given to begin with."""
    document = book.get(Policy, PEOPLE)
    if document is not None:
        return msgspec.convert(document.body.get("rows", []), tuple[PersonRow, ...])
    return tuple(row_of(person) for person in view.people.values() if not person.learned)


def people_problems(rows: Iterable[PersonRow], policy: FloorPolicy) -> tuple[Said, ...]:
    """Return why a list of people cannot be put in force, nothing where it can."""
    _, problems = Directory(policy=policy).mend(rows, whole=True)
    return tuple(problems)


def joined_people(known: Iterable[PersonRow], fresh: Iterable[PersonRow]) -> tuple[PersonRow, ...]:
    """Return the known people with `fresh` in the place of those who share a number, an extension or an interface."""
    new = tuple(fresh)
    taken = {key for row in new for key in _keys(row)}
    return (*(row for row in known if not _keys(row) & taken), *new)


def _keys(row: PersonRow) -> set[tuple[str, str]]:
    keys = {("extension", each) for each in row.extensions} | {("interface", each) for each in row.interfaces}
    if row.number:
        keys.add(("number", row.number))
    return keys or {("name", row.name)}


class PeopleChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a list would change: people new, changed, the same, and known ones it does not name."""

    new: int = 0
    changed: int = 0
    same: int = 0
    missing: int = 0


def compared(known: Iterable[PersonRow], fresh: Iterable[PersonRow]) -> PeopleChange:
    """Return what a list would change."""
    old = tuple(known)
    by_key = {key: row for row in old for key in _keys(row)}
    new = changed = same = 0
    met: set[str] = set()
    for row in fresh:
        was = next((by_key[key] for key in _keys(row) if key in by_key), None)
        if was is None:
            new += 1
            continue
        met.add(was.id)
        if msgspec.structs.replace(row, row=0) == msgspec.structs.replace(was, row=0):
            same += 1
        else:
            changed += 1
    return PeopleChange(new=new, changed=changed, same=same, missing=sum(1 for row in old if row.id not in met))


# -- the floor ---------------------------------------------------------------------------------------------------------

_CLOCK = re.compile(r"^([01]?\d|2[0-3])[::]([0-5]\d)$")
_PAIR = re.compile(r"^(?P<queue>.+?)[\s::=]+(?P<seconds>\d{1,4})$")


def clock_read(text: str) -> str | Said:
    """Read a time of day, written back as HH:MM."""
    found = _CLOCK.match(text.strip())
    if found is None:
        return say("A time of day such as 00:00 or 06:30.")
    return f"{int(found[1]):02d}:{found[2]}"


def zone_read(text: str) -> str | Said:
    """Read a time zone by name; empty is the machine's own."""
    told = text.strip()
    if not told:
        return ""
    try:
        ZoneInfo(told)
    except (KeyError, ValueError, OSError):
        return say("No such time zone is known here.")
    return told


def words_read(text: str) -> tuple[str, ...]:
    """Read words with commas between them."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[,,、;;]", text) if part.strip()))


def pairs_read(text: str) -> dict[QueueName, int] | Said:
    """Read queues with seconds: `support 30, orders 15`."""
    found: dict[QueueName, int] = {}
    for part in words_read(text):
        pair = _PAIR.match(part)
        if pair is None:
            return say("“{part}” is not a queue and its seconds, such as support 30.", part=part)
        found[pair["queue"].strip()] = int(pair["seconds"])
    return found


def pairs_written(pairs: Mapping[QueueName, int]) -> str:
    """Write queues with seconds as they are read."""
    return ", ".join(f"{queue} {seconds}" for queue, seconds in pairs.items())
