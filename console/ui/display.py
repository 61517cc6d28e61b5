"""Can a window be opened here? Asked before Qt is, which would answer by aborting the program with a page of text."""

import ctypes
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QLibraryInfo

from console.core.errors import FloordeskError
from console.core.words import say


def display_missing(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Return whether no window can be opened here: Linux where neither X11 nor Wayland answers, no platform asked for.

    X11 is asked by connecting (a few milliseconds): a display that is named may be gone, or not let us in.
    """
    told = os.environ if environment is None else environment
    if not platform.startswith("linux") or told.get("QT_QPA_PLATFORM"):
        return False
    return not (_x11_answers(told.get("DISPLAY", "")) or _wayland_listens(told))


def plugin_must_load(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> None:
    """Raise FloordeskError where a system library is missing that Qt's X11 plugin needs."""
    told = os.environ if environment is None else environment
    if not platform.startswith("linux") or told.get("QT_QPA_PLATFORM") or _wayland_listens(told):
        return
    plugin = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / "libqxcb.so"
    if plugin.is_file():
        loadable(plugin)


def loadable(library: Path) -> None:
    """Load a shared library; raise FloordeskError with the system linker's words where it cannot be."""
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        raise FloordeskError(
            say(
                "A system library for windows is missing ({why}); `sh installers/run.sh` installs or names it.",
                why=str(error).partition(":")[0],
            )
        ) from None


def _x11_answers(display: str) -> bool:
    if not display:
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # which library is missing is told when the plugin is loaded
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(os.fsencode(display), None)
    if not connection:
        return False
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def _wayland_listens(told: Mapping[str, str]) -> bool:
    name = told.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    try:
        return stat.S_ISSOCK((Path(told.get("XDG_RUNTIME_DIR", "")) / name).stat().st_mode)
    except OSError:
        return False
