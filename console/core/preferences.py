"""What one desk prefers: how its screen looks and stands, and the floors it can open. Policy is shared, not here."""

from collections.abc import Mapping
from typing import Protocol

from console.core.floor.model import Record
from console.core.profiles import Profile
from console.core.roles import Actor, Role

DEMO = Profile(id="demo", name="Demo floor")


class Preferences(Record, frozen=True, kw_only=True):
    """Everything this desk remembers between starts; unknown fields of a newer version are left alone.

    `language` is zh_CN, en or empty (as the system says); `theme` dark, light or system. `my_groups` empty: all groups.
    `answers_for` are the groups in whose plans this desk's supervisor decides (empty: every group's).
    `role` is an administrator's until somebody tells roles apart: who sets a desk up has to be able to.
    `geometry` and `places` are opaque words of the screen (window, splitters, columns) under a name each.
    """

    language: str = ""
    theme: str = "dark"
    text_scale: float = 1.0
    page: str = "board"
    geometry: str = ""
    maximized: bool = False
    places: Mapping[str, str] = {}
    my_groups: tuple[str, ...] = ()
    only_mine: bool = False
    quiet: bool = False
    sound: bool = True
    tray: bool = True
    wall_groups: tuple[str, ...] = ()
    wall_rotate_s: float = 0.0
    wall_screen: str = ""
    profiles: tuple[Profile, ...] = ()
    floor: str = DEMO.id
    operator: str = ""
    role: str = Role.ADMIN.value
    answers_for: tuple[str, ...] = ()
    demo_banner_closed: bool = False


def actor_of(preferences: Preferences, user: str) -> Actor:
    """Return who decides at this desk, `user` where the settings name nobody; an unknown role is a supervisor's."""
    name = preferences.operator or user
    role = Role(preferences.role) if preferences.role in set(Role) else Role.SUPERVISOR
    return Actor(id=name, name=name, role=role, groups=preferences.answers_for)


def profile_named(preferences: Preferences, profile_id: str) -> Profile | None:
    """Return the floor with this id, the built-in demo included, or None."""
    for profile in (*preferences.profiles, DEMO):
        if profile.id == profile_id:
            return profile
    return None


class Settings(Protocol):
    """The preferences of this desk; in force at once, written down soon, never losing the old file to a full disk."""

    def preferences(self) -> Preferences:
        """Return what is in force."""
        ...

    def keep(self, preferences: Preferences) -> None:
        """Put new preferences in force; cheap, the screen's thread may call it."""
        ...

    def save(self) -> None:
        """Write down what is in force, if it is not yet; waits for the disk; trouble is logged and said, not raised."""
        ...
