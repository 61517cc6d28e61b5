"""Composition root: the only room with all the keys. Each function is one command of `console.cli`."""

import gc
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from console import settings as desk_settings
from console.core.errors import BadInput, FloordeskError
from console.core.floor.model import Instant, LinkStatus
from console.core.floor.view import FloorView
from console.core.preferences import DEMO, Preferences, profile_named
from console.core.profiles import FloorKind, Profile
from console.core.words import Said, say
from console.desk.clock import SystemClock
from console.secrets import ServedSecrets, SystemKeyring

if TYPE_CHECKING:
    from console.desk.forecaster import Forecasts, Outlooks

log = logging.getLogger(__name__)

_PICTURE_WAITS_S = 20.0
_PRESENT_S = 2.0


def open_console(*, demo: bool, seed: int | None, rate: float | None) -> int:
    """Open the window on the floor last used, or on the demo; return the exit status."""
    # Imports and widgets make no cycles worth looking for; the window collects again once it is painted.
    gc.disable()
    from console.ui.display import display_missing  # noqa: PLC0415  Qt only where a window is wanted

    if display_missing():
        raise FloordeskError(
            say("There is no display here; `main.py snapshot board.png` paints the board into a picture without one.")
        )
    from console.app.window import run_window  # noqa: PLC0415

    return run_window(demo=demo, seed=seed, rate=rate)


def snapshot(
    out: Path, *, page: str, floor: str, size: tuple[int, int], language: str, theme: str, after: float
) -> int:
    """Paint one page of a floor into a picture; return the exit status."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from console.app.floors import OpenFloor, Surroundings  # noqa: PLC0415
    from console.ui import snapshot as picture  # noqa: PLC0415

    if page.partition(":")[0] not in picture.pages():
        raise BadInput(
            say("There is no page {page}; the pages are {pages}.", page=page, pages=", ".join(picture.pages()))
        )
    if not out.parent.is_dir():
        raise BadInput(say("{path} cannot be written: there is no such folder.", path=str(out)))
    with TemporaryDirectory(prefix="floordesk-") as folder:
        kept = desk_settings.PreferencesFile(Path(folder) / desk_settings.PREFERENCES_FILE)
        kept.keep(msgspec.structs.replace(Preferences(), language=language, theme=theme, demo_banner_closed=True))
        clock = SystemClock()
        ready = threading.Event()
        views: list[FloorView] = []
        stands_at: list[float] = []

        def take(view: FloorView) -> None:
            views[:] = [view]
            if not stands_at and opened.knows_its_day and _stands(view, opened.source.clock.now()):
                stands_at.append(clock.steady())
            if stands_at and clock.steady() >= stands_at[0] + after:
                ready.set()

        forecasts: list[Forecasts] = []
        outlooks: list[Outlooks] = []
        opened = OpenFloor(
            _picture_profile(floor),
            Surroundings(None, clock, SystemKeyring(), language),
            publish=take,
            publish_forecasts=forecasts.append,
            publish_outlooks=outlooks.append,
        )
        opened.start()
        try:
            ready.wait(_PICTURE_WAITS_S + after)
            view = views[0] if views else FloorView()
            book, expected = opened.book, forecasts[-1] if forecasts else {}
        finally:
            opened.close()
        picture.snapshot(
            out,
            view,
            clock=opened.source.clock,
            settings=kept,
            page=page,
            size=size,
            book=book,
            forecasts=expected,
            outlooks=outlooks[-1] if outlooks else {},
        )
    return 0


def _stands(view: FloorView, now: Instant) -> bool:
    """Return whether a floor is in the present (the demo tells its day first), or will never get there."""
    if view.link.status in {LinkStatus.ENDED, LinkStatus.REFUSED, LinkStatus.LOST}:
        return True
    heard = view.link.heard_at
    return view.link.status is LinkStatus.LIVE and (heard is None or now - heard < _PRESENT_S)


def _picture_profile(floor: str) -> Profile:
    if floor == "demo":
        return DEMO
    kept, _ = desk_settings.read_preferences(desk_settings.folders().settings / desk_settings.PREFERENCES_FILE)
    named = profile_named(kept, floor) or next((p for p in kept.profiles if p.name == floor), None)
    if named is not None:
        # A picture only looks: nothing is granted or set for its sake.
        return msgspec.structs.replace(named, steward_user="")
    if Path(floor).is_file():
        return Profile(id="trace", name=Path(floor).name, kind=FloorKind.REPLAY, path=floor, rate=0.0)
    raise BadInput(say("There is no connection and no recorded stream called {name}.", name=floor))


def serve() -> int:
    """Run the floor last used without a window until asked to end; return the exit status."""
    import signal  # noqa: PLC0415

    from console.app.floors import OpenFloor, Surroundings  # noqa: PLC0415
    from console.store.files import DataFolder  # noqa: PLC0415

    places = desk_settings.folders().made()
    desk_settings.start_log(places.logs)
    catch_the_unexpected(lambda said: log.error("%s", said.english()))
    kept, _ = desk_settings.read_preferences(places.settings / desk_settings.PREFERENCES_FILE)
    held = DataFolder(places.data)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    opened = OpenFloor(
        profile_named(kept, kept.floor) or DEMO,
        Surroundings(places.data, SystemClock(), ServedSecrets(), kept.language),
        publish=lambda _view: None,
        tell=lambda said: log.warning("%s", said.english()),
    )
    opened.start()
    try:
        ended.wait()
    finally:
        opened.close()
        held.close()
    return 0


def check(write: Callable[[str], None]) -> int:
    """Write one line for every setting and connection; return 1 if any of them fails."""
    from console.feeds.asterisk.check import check_profile  # noqa: PLC0415

    places = desk_settings.folders()
    good = True

    def line(name: str, *, ok: bool, said: str, warn: bool = False) -> None:
        nonlocal good
        good = good and ok
        write(f"{'ok  ' if ok and not warn else 'warn' if ok else 'FAIL'} {name}: {said}")

    try:
        places.made()
        line("folders", ok=True, said=str(places.data))
    except BadInput as error:
        line("folders", ok=False, said=error.said.english())
    kept, troubles = desk_settings.read_preferences(places.settings / desk_settings.PREFERENCES_FILE)
    for said in troubles:
        line("settings", ok=False, said=said.english())
    if not troubles:
        line("settings", ok=True, said=f"{len(kept.profiles)} connections, language {kept.language or 'of the system'}")
    secrets = ServedSecrets()
    if not any(profile.kind is FloorKind.ASTERISK for profile in kept.profiles):
        line("connections", ok=True, said="none yet; the demo floor opens")
    for profile in kept.profiles:
        if profile.kind is FloorKind.ASTERISK:
            for found in check_profile(profile, partial(secrets.get, profile.id), SystemClock()):
                line(f"{profile.name}/{found.name}", ok=found.ok, said=found.said.english(), warn=found.warn)
    return 0 if good else 1


def audit_verify(floor: str, write: Callable[[str], None]) -> int:
    """Check the journal's chain; raise FloordeskError naming the first fault. Nothing is changed."""
    from console.store.opening import look_into  # noqa: PLC0415

    profile, path = _desk_file(floor)
    store = look_into(path)
    try:
        fault, head = store.verify(), store.head()
    finally:
        store.close()
    if fault is not None:
        raise FloordeskError(fault)
    write(f"{profile.name}: {head.seq} journal entries, unbroken; head {head.hash}")
    return 0


def db_upgrade(floor: str, write: Callable[[str], None]) -> int:
    """Bring the desk's database to this version's schema; return the exit status."""
    from console.store.files import DataFolder  # noqa: PLC0415
    from console.store.opening import open_desk_store  # noqa: PLC0415

    profile, path = _desk_file(floor)
    held = DataFolder(desk_settings.folders().made().data)
    try:
        store, said = open_desk_store(path, SystemClock().now())
        store.close()
    finally:
        held.close()
    for each in said:
        write(each.english())
    if not said:
        write(f"{profile.name}: {path.name} is at this version.")
    return 0


def _desk_file(floor: str) -> tuple[Profile, Path]:
    """Return the connection meant and the file of its decisions; raises BadInput where there is none."""
    from console.app.floors import folder_name  # noqa: PLC0415

    places = desk_settings.folders()
    kept, _ = desk_settings.read_preferences(places.settings / desk_settings.PREFERENCES_FILE)
    wanted = floor or kept.floor
    profile = profile_named(kept, wanted) or next((each for each in kept.profiles if each.name == wanted), None)
    if profile is None:
        raise BadInput(say("There is no connection called {name}.", name=wanted))
    if profile.kind is FloorKind.DEMO:
        raise BadInput(say("The demo keeps its decisions in memory; name a connection with --floor."))
    path = places.data / folder_name(profile) / "desk.db"
    if not path.is_file():
        raise BadInput(say("{name} has no decisions yet ({path} is not there).", name=profile.name, path=str(path)))
    return profile, path


def catch_the_unexpected(tell: Callable[[Said], None]) -> None:
    """Log whatever nobody caught, in any thread, and say it in one calm line; the program lives on."""
    calm = say("An unexpected error was logged; the board goes on.")

    def caught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or KeyboardInterrupt(), trace)
            return
        log.error("unexpected error", exc_info=(kind, error or kind(), trace))
        tell(calm)

    sys.excepthook = caught

    def caught_in_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_type is SystemExit:
            return
        caught(told.exc_type, told.exc_value, told.exc_traceback)

    threading.excepthook = caught_in_thread
