"""Who is who: interface, extension and name of the ACD to one person, with number 工号, primary group, roster."""

from console.core.floor.model import Interface, Record


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
