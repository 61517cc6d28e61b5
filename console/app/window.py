"""The window and everything behind it, from the first start to the last save."""

import logging
import sys
import threading

import msgspec

from console import settings as desk_settings
from console.app import catch_the_unexpected
from console.app.doors import AppDoors
from console.core.floor.policy import Tone
from console.core.preferences import DEMO, profile_named
from console.core.profiles import FloorKind, Profile
from console.core.words import Said
from console.desk.clock import FloorClock, SystemClock
from console.secrets import SystemKeyring
from console.store.files import DataFolder, FolderTaken
from console.ui.application import end_on_signals, make_application
from console.ui.bridge import Bridge
from console.ui.shell import Shell
from console.ui.single import FirstWindow, channel_name, raise_first
from console.ui.window import DeskWindow

_FIRST_STARTS_S = 8.0
_ASK_AGAIN_S = 0.2

log = logging.getLogger(__name__)


def run_window(*, demo: bool, seed: int | None, rate: float | None) -> int:
    """Open the window, or raise the one that is open already; return the exit status."""
    places = desk_settings.folders().made()
    desk_settings.start_log(places.logs)
    settings = desk_settings.PreferencesFile(places.settings / desk_settings.PREFERENCES_FILE)
    application = make_application(settings.preferences(), sys.argv[:1])
    door = channel_name(str(places.data))
    try:
        held = DataFolder(places.data, door=door)
    except FolderTaken as taken:
        if taken.door and _raised(taken.door):
            return 0
        raise
    bridge = Bridge()
    clock = SystemClock()
    shell: Shell

    def tell(said: Said) -> None:
        log.info("said: %s", said.english())
        bridge.hand(lambda: shell.tell(said, Tone.WARN))

    doors = AppDoors(
        data=places.data,
        clock=clock,
        secrets=SystemKeyring(),
        settings=settings,
        bridge=bridge,
        tell=tell,
        screen=lambda: shell,
    )
    shell = Shell(bridge=bridge, clock=FloorClock(clock, doors.floor_clock), settings=settings, doors=doors)
    settings.tell = tell
    catch_the_unexpected(tell)
    window = DeskWindow(shell)
    first = FirstWindow(door, window.come_forward)
    window.show()
    end_on_signals()
    for said in settings.troubles:
        shell.tell(said, Tone.WARN)
    doors.open_floor(_first_floor(settings, demo=demo, seed=seed, rate=rate))
    try:
        return application.exec()
    finally:
        first.close()
        doors.close()
        shell.save_now()
        held.close()


def _raised(door: str) -> bool:
    """Ask the window that is open to come forward; one that is only just starting gets some seconds to listen."""
    clock = SystemClock()
    until = clock.steady() + _FIRST_STARTS_S
    while not raise_first(door):
        if clock.steady() >= until:
            return False
        threading.Event().wait(_ASK_AGAIN_S)
    return True


def _first_floor(
    settings: desk_settings.PreferencesFile, *, demo: bool, seed: int | None, rate: float | None
) -> Profile:
    preferences = settings.preferences()
    profile = DEMO if demo else profile_named(preferences, preferences.floor) or DEMO
    if profile.kind is FloorKind.DEMO:
        profile = msgspec.structs.replace(
            profile, seed=profile.seed if seed is None else seed, rate=profile.rate if rate is None else rate
        )
    return profile
