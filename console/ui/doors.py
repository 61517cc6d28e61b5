"""What pages other than the board ask of the composition root; each call returns at once."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from console.core.floor.model import Instant, QueueName, Uid
from console.core.floor.people import PersonRow
from console.core.floor.tape import Span
from console.core.floor.view import FloorView
from console.core.profiles import Profile
from console.core.words import Said


class CheckLine(Protocol):
    """One finding about a connection: what was tried, whether it is good, the sentence; `warn`: good, but read it."""

    @property
    def name(self) -> str:
        """Return what was tried."""
        ...

    @property
    def ok(self) -> bool:
        """Return whether it is good."""
        ...

    @property
    def said(self) -> Said:
        """Return the sentence."""
        ...

    @property
    def warn(self) -> bool:
        """Return whether it should be read although it is good."""
        ...


class PeopleRead(Protocol):
    """A list of people that was read: its rows, or the problems for which nothing of it was taken."""

    @property
    def rows(self) -> tuple[PersonRow, ...]:
        """Return the people."""
        ...

    @property
    def problems(self) -> tuple[Said, ...]:
        """Return why nothing was taken."""
        ...

    @property
    def ignored(self) -> tuple[str, ...]:
        """Return columns nobody knows."""
        ...


class Moments(Protocol):
    """What can be shown of a stretch of time: None as span where nothing is kept; the gaps inside it."""

    @property
    def span(self) -> Span | None:
        """Return from when to when."""
        ...

    @property
    def gaps(self) -> tuple[Span, ...]:
        """Return when nobody recorded."""
        ...


class PastPlayer(Protocol):
    """Takes the screen back to a moment and lets time run from there; commands return at once."""

    def seek(self, at: Instant) -> None:
        """Show the moment `at`."""
        ...

    def play(self, rate: float = 1.0) -> None:
        """Let time run at 1-60 times its pace."""
        ...

    def pause(self) -> None:
        """Let time stand."""
        ...

    def close(self) -> None:
        """End; nothing is shown afterwards."""
        ...


class PageDoors(Protocol):
    """Doors of the agent table, the drill-down, the settings and the replay; `then` runs in the screen's thread."""

    def keep_people(self, rows: tuple[PersonRow, ...], read_version: int, then: Callable[[Said | None], None]) -> None:
        """Put a changed list of people in force; `read_version` is the one the page had, `then` gets why not."""
        ...

    def check(self, profile: Profile, secrets: dict[str, str], then: Callable[[Sequence[CheckLine]], None]) -> None:
        """Try a connection; `secrets` by name stand in for those of the keyring, as typed and not yet kept."""
        ...

    def unmask(self, queue: QueueName, uid: Uid, why: str, then: Callable[[str | Said], None]) -> None:
        """Journal who looks at a caller's number and why, then give the number, or say why not."""
        ...

    def read_people(self, path: Path, then: Callable[[PeopleRead], None]) -> None:
        """Read a list of people from a CSV or XLSX file."""
        ...

    def write_people(
        self, path: Path, rows: tuple[PersonRow, ...], *, chinese: bool, then: Callable[[Said | None], None]
    ) -> None:
        """Write people to a CSV or XLSX file; `then` gets why not, or None."""
        ...

    def moments(self, begin: Instant, end: Instant, then: Callable[[Moments | None], None]) -> None:
        """Find out what can be shown of [begin, end]; None where nothing is recorded here."""
        ...

    def play_past(self, show: Callable[[FloorView], None], ended: Callable[[], None]) -> PastPlayer | None:
        """Return a player of the floor's kept past, None where nothing is recorded."""
        ...


class NoPageDoors:
    """Doors that lead nowhere: pictures and tests."""

    def keep_people(self, rows: tuple[PersonRow, ...], read_version: int, then: Callable[[Said | None], None]) -> None:
        """Do nothing."""

    def check(self, profile: Profile, secrets: dict[str, str], then: Callable[[Sequence[CheckLine]], None]) -> None:
        """Do nothing."""

    def unmask(self, queue: QueueName, uid: Uid, why: str, then: Callable[[str | Said], None]) -> None:
        """Do nothing."""

    def read_people(self, path: Path, then: Callable[[PeopleRead], None]) -> None:
        """Do nothing."""

    def write_people(
        self, path: Path, rows: tuple[PersonRow, ...], *, chinese: bool, then: Callable[[Said | None], None]
    ) -> None:
        """Do nothing."""

    def moments(self, begin: Instant, end: Instant, then: Callable[[Moments | None], None]) -> None:  # noqa: ARG002  the protocol's names
        """Say that nothing is recorded."""
        then(None)

    def play_past(self, show: Callable[[FloorView], None], ended: Callable[[], None]) -> PastPlayer | None:  # noqa: ARG002  the protocol's names
        """Return none."""
        return None
