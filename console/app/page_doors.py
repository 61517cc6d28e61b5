"""The doors of the agent table, the drill-down, the settings and the replay."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from console.app.answering import Answering
from console.app.floors import OpenFloor
from console.core.floor.model import Instant, QueueName, Uid
from console.core.floor.people import PersonRow
from console.core.floor.view import FloorView
from console.core.ports import Clock, Secrets
from console.core.profiles import Profile
from console.core.words import Said, say
from console.core.work.unmasking import UnmaskNumber, number_of
from console.desk.desk_loop import Outcome
from console.desk.past import Moments, Past
from console.desk.player import Player
from console.ui.bridge import Bridge
from console.ui.doors import CheckLine, PastPlayer, PeopleRead


class PageAnswers(Answering):
    """What `console.ui.doors.PageDoors` asks, answered; part of `AppDoors`."""

    _bridge: Bridge
    _clock: Clock
    _secrets: Secrets
    _asked_past: tuple[OpenFloor, Past] | None = None

    def check(self, profile: Profile, secrets: dict[str, str], then: Callable[[Sequence[CheckLine]], None]) -> None:
        """Try a connection in a thread of its own: a host that does not answer holds nobody else up."""

        def secret_of(name: str) -> str | Said | None:
            return secrets.get(name) or self._secrets.get(profile.id, name)

        tell = self._bridge.once(then)

        def tried() -> None:
            from console.feeds.asterisk.check import check_profile  # noqa: PLC0415  ssl and sockets only when asked

            lines: Sequence[CheckLine] = ()
            try:
                lines = check_profile(profile, secret_of, self._clock)
            finally:
                tell(lines)

        threading.Thread(target=tried, name="check", daemon=True).start()

    def unmask(self, queue: QueueName, uid: Uid, why: str, then: Callable[[str | Said], None]) -> None:
        """Journal who looks at a caller's number and why, then give the number, or say why not."""
        floor = self.floor
        number = number_of(floor.view, queue, uid) if floor is not None else None
        if floor is None or number is None:
            then(say("This contact is no longer on the floor."))
            return

        def answered(outcome: Outcome) -> None:
            told = outcome.refusal if outcome.refusal is not None else number
            then(told)

        command = UnmaskNumber(id=uuid4().hex, by=self.operator(), why=why, queue=queue, uid=uid)
        floor.desk.submit(command, self._bridge.once(answered))

    def read_people(self, path: Path, then: Callable[[PeopleRead], None]) -> None:
        """Read a list of people from a CSV or XLSX file."""
        from console.store.roster_file import Roster, read_roster  # noqa: PLC0415  openpyxl only when asked

        def read(roster: object) -> None:
            assert isinstance(roster, Roster)
            then(roster)

        self.later(lambda: read_roster(path), read, lambda said: then(Roster(problems=(said,))))

    def write_people(
        self, path: Path, rows: tuple[PersonRow, ...], *, chinese: bool, then: Callable[[Said | None], None]
    ) -> None:
        """Write people to a CSV or XLSX file; `then` gets why not, or None."""
        from console.store.roster_file import write_roster  # noqa: PLC0415  openpyxl only when asked

        def written(told: object) -> None:
            then(told if isinstance(told, Said) else None)

        self.later(lambda: write_roster(path, rows, chinese=chinese), written, then)

    def moments(self, begin: Instant, end: Instant, then: Callable[[Moments | None], None]) -> None:
        """Find out what can be shown of [begin, end]; None where nothing is recorded here."""

        def look() -> object:
            past = self._past_to_ask()
            return past.moments(begin, end) if past is not None else None

        def found(told: object) -> None:
            then(told if isinstance(told, Moments) else None)

        def failed(said: Said) -> None:
            self._tell(said)
            then(None)

        self.later(look, found, failed)

    def _past_to_ask(self) -> Past | None:
        """Return the worker's own reader of the past, opened once a floor; called in the worker."""
        floor = self.floor
        if self._asked_past is not None and self._asked_past[0] is not floor:
            self._let_past_go()
        if floor is None:
            return None
        if self._asked_past is None:
            past = floor.open_past()
            if past is None:
                return None
            self._asked_past = (floor, past)
        return self._asked_past[1]

    def _let_past_go(self) -> None:
        """Close the worker's reader of the past; called in the worker."""
        if self._asked_past is not None:
            self._asked_past[1].close()
        self._asked_past = None

    def play_past(self, show: Callable[[FloorView], None], ended: Callable[[], None]) -> PastPlayer | None:
        """Return a player of the floor's kept past, None where nothing is recorded."""
        floor = self.floor
        if floor is None or not floor.recorded:
            return None

        def opened() -> Past:
            past = floor.open_past()
            assert past is not None  # a floor that is recorded has a past
            return past

        return Player(
            opened,
            floor.source.clock,
            lambda view: self._bridge.hand(lambda: show(view)),
            lambda: self._bridge.hand(ended),
        )
