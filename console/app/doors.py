"""What the window asks of the composition root, answered: floors opened, commands submitted, jobs done in workers."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import uuid4

import msgspec

from console.app.break_doors import BreakAnswers
from console.app.floors import OpenFloor, Surroundings
from console.app.page_doors import PageAnswers
from console.app.plan_doors import PlanAnswers
from console.core.errors import FloordeskError
from console.core.floor.people import PersonRow
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book, Command
from console.core.ports import Clock, Secrets
from console.core.preferences import actor_of
from console.core.profiles import Profile
from console.core.roles import Actor
from console.core.words import Said, say
from console.core.work.policies import FLOOR, PEOPLE, EditPolicy
from console.desk.desk_loop import Outcome
from console.desk.forecaster import Forecasts, Outlooks
from console.desk.past import Past
from console.settings import PreferencesFile
from console.ui.bridge import Bridge
from console.views.desk_notices import DeskNotice

log = logging.getLogger(__name__)


class Screen(Protocol):
    """What shows what was decided; called in the screen's thread."""

    def take_book(self, book: Book) -> None:
        """Take the newest book of decisions."""
        ...

    def take_forecasts(self, forecasts: Forecasts) -> None:
        """Take what open requests would do to their queues."""
        ...

    def take_outlooks(self, outlooks: Outlooks) -> None:
        """Take what would be without the plans under way."""
        ...

    def take_notice(self, notice: DeskNotice) -> None:
        """Take what is told to all desks."""
        ...

    def take_trouble(self, said: Said | None) -> None:
        """Take why decisions cannot be kept just now."""
        ...


class AppDoors(PageAnswers, BreakAnswers, PlanAnswers):
    """The real doors. Everything that may wait happens in one worker; answers come back through the bridge."""

    def __init__(
        self,
        *,
        data: Path,
        clock: Clock,
        secrets: Secrets,
        settings: PreferencesFile,
        bridge: Bridge,
        tell: Callable[[Said], None],
        screen: Callable[[], Screen],
    ) -> None:
        self._data = data
        self._clock = clock
        self._secrets = secrets
        self._settings = settings
        self._bridge = bridge
        self._tell = tell
        self._screen = screen
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="worker")
        self.floor: OpenFloor | None = None

    # -- the Doors protocol -------------------------------------------------------------------------------------------

    def open_floor(self, profile: Profile) -> None:
        """Leave the floor on screen and open another."""
        self.later(partial(self._exchange, profile), lambda _done: None)

    def keep_policy(self, policy: FloorPolicy, read_version: int, then: Callable[[Said | None], None]) -> None:
        """Put a changed policy in force for everybody; `then` gets why not, or None."""
        self._edit(FLOOR, msgspec.to_builtins(policy), read_version, then)

    def keep_people(self, rows: tuple[PersonRow, ...], read_version: int, then: Callable[[Said | None], None]) -> None:
        """Put a changed list of people in force for everybody; `then` gets why not, or None."""
        self._edit(PEOPLE, {"rows": msgspec.to_builtins(rows)}, read_version, then)

    def later(
        self,
        job: Callable[[], object],
        then: Callable[[object], None],
        otherwise: Callable[[Said], None] | None = None,
    ) -> None:
        """Run `job` in a worker, `then` with its result in the screen's thread; a failure goes to `otherwise`.

        Without `otherwise` it is said at the window's foot.
        """

        def told(outcome: _Outcome, _job: object = job) -> None:
            # Holding the job as well: it too may know widgets, and must not be let go of by the worker last.
            if outcome.failed is None:
                then(outcome.result)
            else:
                (otherwise or self._tell)(outcome.failed)

        self._worker.submit(_done, [job], self._bridge.once(told))

    def secrets(self) -> Secrets | None:
        """Return the keyring; its calls may block and belong into `later`."""
        return self._secrets

    def open_past(self) -> Past | None:
        """Return the kept past of the floor on screen; called in the player's thread."""
        return self.floor.open_past() if self.floor is not None else None

    def floor_clock(self) -> Clock | None:
        """Return the time the floor on screen lives by: a demo's or a recording's is its own."""
        floor = self.floor
        return None if floor is None else floor.source.clock

    # -- beyond it ----------------------------------------------------------------------------------------------------

    def operator(self) -> Actor:
        """Return who decides at this desk: the operating-system user, in the role of the settings."""
        return actor_of(self._settings.preferences(), _user())

    def submit(self, command: Command) -> None:
        """Have a command decided; a refusal is said in one line."""
        if self.floor is None:
            self._tell(say("No floor is open; open one in the settings."))
        else:
            self.floor.desk.submit(command, self._answered)

    def close(self) -> None:
        """End the floor and the worker, keeping what has to be kept."""
        self._worker.submit(self._leave).result()
        self._worker.shutdown()

    def _edit(self, name: str, body: dict[str, object], read_version: int, then: Callable[[Said | None], None]) -> None:
        self._decided(
            EditPolicy(id=uuid4().hex, by=self.operator(), name=name, body=body, read_version=read_version), then
        )

    def _decided(self, command: Command, then: Callable[[Said | None], None]) -> None:
        """Have a command decided; `then` gets why not, or None, in the screen's thread."""
        if self.floor is None:
            then(say("No floor is open; open one in the settings."))
            return
        self.floor.desk.submit(command, self._bridge.once(lambda outcome: then(outcome.refusal)))

    def _answered(self, outcome: Outcome) -> None:
        if outcome.refusal is not None:
            self._tell(outcome.refusal)

    def _exchange(self, profile: Profile) -> None:
        self._leave()
        floor = OpenFloor(
            profile,
            Surroundings(self._data, self._clock, self._secrets, self._settings.preferences().language),
            publish=self._bridge.publish,
            publish_book=lambda book: self._bridge.hand(lambda: self._screen().take_book(book)),
            publish_forecasts=lambda told: self._bridge.hand(lambda: self._screen().take_forecasts(told)),
            publish_outlooks=lambda told: self._bridge.hand(lambda: self._screen().take_outlooks(told)),
            publish_trouble=lambda said: self._bridge.hand(lambda: self._screen().take_trouble(said)),
            tell=self._tell,
        )
        floor.on_notice(lambda notice: self._bridge.hand(lambda: self._screen().take_notice(notice)))
        self.floor = floor
        floor.start()

    def _leave(self) -> None:
        floor, self.floor = self.floor, None
        self._let_past_go()
        if floor is not None:
            floor.close()
            # Nothing of the floor left behind looks live, and what it had to decide is not the next one's.
            self._bridge.publish(FloorView())
            self._bridge.hand(lambda: self._screen().take_book(Book()))
            self._bridge.hand(lambda: self._screen().take_forecasts({}))
            self._bridge.hand(lambda: self._screen().take_outlooks({}))
            self._bridge.hand(lambda: self._screen().take_trouble(None))


class _Outcome(NamedTuple):
    result: object
    failed: Said | None


def _done(box: list[Callable[[], object]], tell: Callable[[_Outcome], None]) -> None:
    """Do the job in the box and tell what came of it, holding nothing of the job any more."""
    tell(_outcome(box))


def _outcome(box: list[Callable[[], object]]) -> _Outcome:
    """Take the job out of the box and do it; what went wrong is one sentence."""
    job = box.pop()
    try:
        return _Outcome(job(), None)
    except FloordeskError as error:
        return _Outcome(None, error.said)
    except Exception:
        log.exception("worker: unexpected error")
        return _Outcome(None, say("An unexpected error was logged; the board goes on."))


def _user() -> str:
    import getpass  # noqa: PLC0415

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"
