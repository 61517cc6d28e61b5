"""What a page may ask of the window around it; pages know this and nothing else of the program."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy, Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.ports import Clock, Secrets
from console.core.preferences import Preferences, Settings
from console.core.profiles import Profile
from console.core.words import Said
from console.ui import i18n, theme
from console.ui.break_doors import BreakDoors, NoBreakDoors
from console.ui.bridge import Bridge
from console.ui.doors import NoPageDoors, PageDoors
from console.ui.plan_doors import NoPlanDoors, PlanDoors
from console.ui.turns import Turns
from console.views.todo import Card

if TYPE_CHECKING:
    from console.core.rules.break_forecast import BreakForecast
    from console.core.rules.plan_outlook import PlanOutlook

TICK_MS = 500
SAVE_AFTER_MS = 800


class Doors(PageDoors, BreakDoors, PlanDoors, Protocol):
    """What the window asks of the composition root; each call returns at once, results come as the next view.

    `later` runs a job in a worker and gives its result back in the screen's thread, to `otherwise` why it failed.
    """

    def open_floor(self, profile: Profile) -> None:
        """Leave the floor on screen and open another."""
        ...

    def keep_policy(self, policy: FloorPolicy, read_version: int, then: Callable[[Said | None], None]) -> None:
        """Put a changed policy in force; `read_version` is the one the page had, `then` gets why not."""
        ...

    def act(self, card: str, action: str, why: str = "", otherwise: Callable[[Said], None] | None = None) -> None:
        """Answer a card of the list that the window itself does not answer; `why` is what was typed with it.

        A refusal goes to `otherwise`, or is said at the window's foot.
        """
        ...

    def later(
        self,
        job: Callable[[], object],
        then: Callable[[object], None],
        otherwise: Callable[[Said], None] | None = None,
    ) -> None:
        """Run `job` in a worker, `then` with its result in the screen's thread; a failure goes to `otherwise`.

        Without `otherwise` it is said at the window's foot.
        """
        ...

    def secrets(self) -> Secrets | None:
        """Return the keyring; its calls may block and belong into `later`."""
        ...


class NoDoors(NoPageDoors, NoBreakDoors, NoPlanDoors):
    """Doors that lead nowhere: pictures and tests."""

    def open_floor(self, profile: Profile) -> None:
        """Do nothing."""

    def keep_policy(self, policy: FloorPolicy, read_version: int, then: Callable[[Said | None], None]) -> None:
        """Do nothing."""

    def act(self, card: str, action: str, why: str = "", otherwise: Callable[[Said], None] | None = None) -> None:
        """Do nothing."""

    def later(
        self,
        job: Callable[[], object],
        then: Callable[[object], None],
        otherwise: Callable[[Said], None] | None = None,  # noqa: ARG002  the protocol's name
    ) -> None:
        """Run both at once."""
        then(job())

    def secrets(self) -> Secrets | None:
        """Return none."""
        return None


class Shell(QObject):
    """The view on screen, the time, the preferences, and the ways from page to page.

    `live` is the newest view of the floor, `view` the one on screen: the same, unless somebody looks into the past.
    `view_changed` comes with every new `view`, `live_changed` with every new `live`.
    """

    view_changed = Signal(object)
    live_changed = Signal(object)
    ticked = Signal()
    preferences_changed = Signal()
    went = Signal(str, str)
    replay_asked = Signal()
    told = Signal(object, object)
    refused = Signal(str, str, str, object, object)
    cards_changed = Signal()
    book_changed = Signal(object)
    forecasts_changed = Signal()
    noticed = Signal(object)

    def __init__(self, *, bridge: Bridge, clock: Clock, settings: Settings, doors: Doors | None = None) -> None:
        super().__init__()
        self.view = FloorView()
        self.live = FloorView()
        self.book = Book()
        self.bridge = bridge
        self.turns = Turns(self)
        self.clock = clock
        self.settings = settings
        self._in_past = False
        self.cards: tuple[Card, ...] = ()
        self._cards_of: dict[str, tuple[Card, ...]] = {}
        self.forecasts: Mapping[str, BreakForecast] = {}
        self.outlooks: Mapping[str, PlanOutlook] = {}
        self.trouble: Said | None = None
        self.doors: Doors = doors if doors is not None else NoDoors()
        bridge.view_came.connect(self._take)
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self.ticked)
        self._ticker.start()
        self._saver = QTimer(self)
        self._saver.setSingleShot(True)
        self._saver.setInterval(SAVE_AFTER_MS)
        self._saver.timeout.connect(lambda: self.doors.later(self.settings.save, lambda _done: None))

    def now(self) -> Instant:
        """Return the time the screen lives in: the clock's, or the moment of a past view."""
        if self.view.past and self.view.at is not None:
            return self.view.at
        return self.clock.now()

    def live_now(self) -> Instant:
        """Return the time of the floor itself, whatever is on screen."""
        if self.live.past and self.live.at is not None:
            return self.live.at
        return self.clock.now()

    @property
    def preferences(self) -> Preferences:
        """Return this desk's preferences."""
        return self.settings.preferences()

    def change(self, **fields: Any) -> None:  # noqa: ANN401  the fields of Preferences, each of its own type
        """Change preferences, keep them, and let the screen follow at once."""
        before = self.preferences
        after = msgspec.structs.replace(before, **fields)
        if after == before:
            return
        self.settings.keep(after)
        self._saver.start()
        if (after.theme, after.text_scale) != (before.theme, before.text_scale):
            theme.use(after.theme, after.text_scale)
        if after.language != before.language:
            i18n.use(after.language)
        self.preferences_changed.emit()

    def save_now(self) -> None:
        """Write the preferences down before the console closes."""
        self._saver.stop()
        self.settings.save()

    def keep_place(self, name: str, value: str) -> None:
        """Remember an opaque word of the screen (columns, splitter, filter) under a name."""
        self.change(places={**self.preferences.places, name: value})

    def place(self, name: str) -> str:
        """Return what was remembered under a name, empty for nothing."""
        return self.preferences.places.get(name, "")

    def go(self, page: str, subject: str = "") -> None:
        """Open a page, at a subject: `queue:NAME`, `agent:INTERFACE`, `group:ID` or empty."""
        self.went.emit(page, subject)

    def tell(self, said: Said, tone: Tone = Tone.CALM) -> None:
        """Say one calm line at the foot of the window."""
        self.told.emit(said, tone)

    def show_cards(self, cards: tuple[Card, ...], source: str = "") -> None:
        """Show the cards of other work (breaks, plans, checks) among those of link and alarms, those of each source."""
        if cards != self._cards_of.get(source, ()):
            self._cards_of[source] = cards
            self.cards = tuple(card for each in self._cards_of.values() for card in each)
            self.cards_changed.emit()

    def answer(self, card: Card, action: str, why: str = "") -> None:
        """Carry an answer to a card out: ways to pages here, everything else through the doors."""
        if action == "connection":
            self.go("settings", "floors")
        elif action == "plan":
            self.go("plans", card.id)
        elif action == "show":
            self.go("queue", f"group:{card.group}" if card.group else "")
        elif action == "seats":
            self.go("agents", f"agent:{card.seats[0]}" if card.seats else "")
        else:
            self.doors.act(card.id, action, why, lambda said: self._hand_back(card.id, action, why, said))

    def _hand_back(self, card: str, action: str, why: str, said: Said) -> None:
        """Give what was typed with a refused answer back to its card; whatever no card takes is said at the foot."""
        taken: list[bool] = []
        if why:
            self.refused.emit(card, action, why, said, taken)
        if not taken:
            self.tell(said, Tone.WARN)

    def take_forecasts(self, forecasts: "Mapping[str, BreakForecast]") -> None:
        """Take what a worker computed for open requests, by the id of the break."""
        self.forecasts = forecasts
        self.forecasts_changed.emit()

    def take_outlooks(self, outlooks: "Mapping[str, PlanOutlook]") -> None:
        """Take what a worker computed of doing nothing instead of a plan, by the id of its run."""
        self.outlooks = outlooks
        self.forecasts_changed.emit()

    def take_notice(self, notice: object) -> None:
        """Take what the ACD passed on to all desks (a `DeskNotice`)."""
        self.noticed.emit(notice)

    def take_trouble(self, said: Said | None) -> None:
        """Take why decisions cannot be kept just now, or that they can again."""
        self.trouble = said
        self.book_changed.emit(self.book)

    def take_book(self, book: Book) -> None:
        """Take the newest book of decisions; pages hear of it by `book_changed`."""
        self.book = book
        self.book_changed.emit(book)

    def show_past(self, view: FloorView | None) -> None:
        """Put a past moment on screen, or with None the floor of now; what waits for people stays that of now."""
        self._in_past = view is not None
        self.view = self.live if view is None else view
        self.view_changed.emit(self.view)

    def _take(self, view: FloorView) -> None:
        self.live = view
        self.live_changed.emit(view)
        if not self._in_past:
            self.view = view
            self.view_changed.emit(view)
