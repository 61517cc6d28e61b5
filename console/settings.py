"""Where the platform keeps settings, data and logs; preferences of this desk in one file; the log, cleaned."""

import contextlib
import json
import logging
import logging.handlers
import os
import re
import tempfile
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from console.core.errors import BadInput
from console.core.preferences import Preferences
from console.core.words import Said, say

HOME_VARIABLE = "FLOORDESK_HOME"
PREFERENCES_FILE = "preferences.json"
LOG_FILE = "floordesk.log"
LOG_BYTES = 2_000_000
LOG_FILES = 5

log = logging.getLogger(__name__)


class Folders(msgspec.Struct, frozen=True, kw_only=True):
    """The three folders of this desk; they exist once `made` has been called."""

    settings: Path
    data: Path
    logs: Path

    def made(self) -> "Folders":
        """Create what is missing, readable by this user alone; return self. Raises BadInput where that cannot be."""
        for folder in (self.settings, self.data, self.logs):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise BadInput(
                    say("The folder {folder} cannot be made: {why}.", folder=str(folder), why=_why(error))
                ) from None
        return self


def folders(environment: Mapping[str, str] | None = None) -> Folders:
    """Return the platform's folders, or those under FLOORDESK_HOME where it is set."""
    home = (os.environ if environment is None else environment).get(HOME_VARIABLE, "")
    if home:
        root = Path(home).expanduser()
        return Folders(settings=root / "settings", data=root / "data", logs=root / "logs")
    places = platformdirs.PlatformDirs("floordesk", appauthor=False)
    return Folders(
        settings=Path(places.user_config_dir), data=Path(places.user_data_dir), logs=Path(places.user_log_dir)
    )


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once or not at all: a full disk or a cut leaves the old one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def set_aside(path: Path, at: datetime | None = None) -> Path | None:
    """Rename a file nobody can read, so that nothing is lost; return its new name, or None where even that fails."""
    stamp = (at or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.unreadable-{stamp}")
    try:
        path.replace(aside)
    except OSError:
        return None
    return aside


def read_preferences(path: Path) -> tuple[Preferences, tuple[Said, ...]]:
    """Return the preferences of a file and what has to be said about it; never raises.

    No file: the defaults. A file that is no JSON object is set aside. A field of a wrong kind gets its default
    alone, the others stay; fields of a newer version stay in the file when it is written again.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Preferences(), ()
    except OSError as error:
        return Preferences(), (
            say("The settings file cannot be read ({why}); defaults are in force.", why=_why(error)),
        )
    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        aside = set_aside(path)
        if aside is None:
            return Preferences(), (say("The settings file is damaged; defaults are in force."),)
        return Preferences(), (
            say("The settings file was damaged and is kept as {name}; defaults are in force.", name=aside.name),
        )
    return _tolerant(told)


def _tolerant(told: Mapping[str, Any]) -> tuple[Preferences, tuple[Said, ...]]:
    try:
        return msgspec.convert(told, Preferences), ()
    except msgspec.ValidationError:
        pass
    good: dict[str, Any] = {}
    bad: list[str] = []
    for field in msgspec.structs.fields(Preferences):
        if field.name in told:
            try:
                good[field.name] = msgspec.convert(told[field.name], field.type)
            except msgspec.ValidationError:
                bad.append(field.name)
    return Preferences(**good), (
        say("In the settings file {fields} could not be understood; defaults stand there.", fields=", ".join(bad)),
    )


class PreferencesFile:
    """The Settings port over one file; `tell` hears of trouble (in the thread that saves), `troubles` keeps it."""

    def __init__(self, path: Path, tell: Callable[[Said], None] | None = None) -> None:
        self.path = path
        self.tell = tell
        self._writing = threading.Lock()
        self._preferences, self.troubles = read_preferences(path)
        self._written = self._preferences
        for said in self.troubles:
            log.warning("%s", said.english())

    def preferences(self) -> Preferences:
        """Return what is in force."""
        return self._preferences

    def keep(self, preferences: Preferences) -> None:
        """Put new preferences in force; `save` writes them."""
        self._preferences = preferences

    def save(self) -> None:
        """Write what is in force, if it is not yet; any thread may, one at a time."""
        with self._writing:
            wanted = self._preferences
            if wanted == self._written:
                return
            try:
                write_whole(self.path, self._merged(wanted))
            except OSError as error:
                self._trouble(
                    say("The settings could not be saved ({why}); they hold until the console closes.", why=_why(error))
                )
            else:
                self._written = wanted

    def _trouble(self, said: Said) -> None:
        log.warning("%s", said.english())
        self.troubles = (*self.troubles, said)
        if self.tell is not None:
            self.tell(said)

    def _merged(self, preferences: Preferences) -> bytes:
        newer: dict[str, Any] = {}
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            told = msgspec.json.decode(self.path.read_bytes())
            if isinstance(told, dict):
                known = {field.name for field in msgspec.structs.fields(Preferences)}
                newer = {name: value for name, value in told.items() if name not in known}
        whole = {**newer, **msgspec.to_builtins(preferences)}
        return json.dumps(whole, ensure_ascii=False, indent=2).encode() + b"\n"


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__


# A run of 7 or more digits (country code, spaces and dashes inside) reads as a customer's number. Epoch times with a
# fraction (1700000000.12, the ACD's unique ids) and dates are what a log is read for and stay.
_NUMBER = re.compile(r"(?<![\w.:/-])\+?\d(?:[ -]?\d){6,14}(?![\w-])(?!\.\d)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECRET = re.compile(
    r"(?i)\b(?P<name>secret|password|passwd|passphrase|token|api[-_]?key|authorization|md5secret)"
    r"(?P<sep>[\"']?\s*[:=]\s*[\"']?)(?P<scheme>(?:bearer|basic)\s+)?(?P<value>[^\s\"',;&)}]+)"
)
_IN_ADDRESS = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+@", re.IGNORECASE)


def cleaned(text: str) -> str:
    """Return a log line without secrets and with every run of digits that looks like a phone number masked."""
    text = _IN_ADDRESS.sub(r"\g<scheme>***@", text)
    text = _SECRET.sub(lambda found: f"{found['name']}{found['sep']}***", text)
    return _NUMBER.sub(_mask_digits, text)


def _mask_digits(found: re.Match[str]) -> str:
    run = found[0]
    if _DATE.match(run):
        return run
    digits = re.sub(r"\D", "", run)
    return f"{digits[:3]}****{digits[-2:]}" if len(digits) >= 10 else f"****{digits[-2:]}"


class _Cleaned(logging.Formatter):
    """Formats the whole record, traceback included, then cleans it: nothing slips through an argument or a cause."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(cleaned(line) for line in super().format(record).splitlines())


def start_log(folder: Path, *, level: int = logging.INFO) -> logging.Handler | None:
    """Log, cleaned, into rotating files under `folder`; return the handler, None where standard error is used."""
    root = logging.getLogger()
    root.setLevel(level)
    handler: logging.Handler
    kept: logging.Handler | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = handler = logging.handlers.RotatingFileHandler(
            folder / LOG_FILE, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8", delay=False
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(_Cleaned("{asctime} {levelname:<7} {threadName} {name}: {message}", style="{"))
    root.addHandler(handler)
    # A full disk must not turn every line of the log into a traceback on standard error.
    logging.raiseExceptions = False
    return kept
