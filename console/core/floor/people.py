"""Who is who: interface, extension and name of the ACD to one person, with number 工号, primary group, roster."""

import re

from console.core.floor.model import Interface, QueueName, Record


class Person(Record, frozen=True, kw_only=True):
    """One agent, however many interfaces and queues; `absent` agents are rostered but not on shift.

    `learned` marks a person known only from the ACD; a roster or a person mended it clears the mark.
    """

    id: str
    name: str
    number: str = ""
    primary_group: str = ""
    groups: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    extensions: tuple[str, ...] = ()
    rostered: bool | None = None
    absent: bool = False
    flex: bool = False
    trainer: bool = False
    learned: bool = True


class PersonRow(Record, frozen=True, kw_only=True):
    """What people wrote about one person: a row of an imported list or of the settings; `row` is where it stood.

    `group` is a group's id or name. `rostered` None: the list says nothing of shifts.
    """

    name: str = ""
    number: str = ""
    extensions: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    group: str = ""
    rostered: bool | None = None
    absent: bool = False
    flex: bool = False
    trainer: bool = False
    row: int = 0

    @property
    def id(self) -> str:
        """Return the person's id: the same that learning from the ACD would give, wherever the row allows it."""
        known = next((each for each in (*self.extensions, *self.interfaces) if each), "")
        if known or not (self.number or self.name):
            return known
        return f"#{self.number}" if self.number else f"@{self.name}"


class Sighting(Record, frozen=True, kw_only=True):
    """What the ACD has shown of an interface: names, queues, and of these the one with the lowest penalty."""

    interface: Interface
    name: str
    state_interface: str = ""
    queues: tuple[QueueName, ...] = ()
    first: QueueName = ""
    penalty: int = 0


_CHANNEL_SUFFIX = re.compile(r"-[0-9a-f]{8}$")


def extension_of(interface: Interface) -> str:
    """Return the extension in an interface's name: 1001 of PJSIP/1001, Local/1001@agents/n, Agent/1001, hint:1001@ext.

    A device that is no phone (Custom:) and a name without a technology have none.
    """
    technology, slash, rest = interface.partition("/")
    if not slash:
        kind, colon, rest = interface.partition(":")
        if not colon or kind.casefold() != "hint":
            return ""
    elif ":" in technology:
        return ""
    return _CHANNEL_SUFFIX.sub("", rest.partition("@")[0].partition("/")[0])
