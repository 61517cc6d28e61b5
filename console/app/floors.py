"""One open floor: its feed, floor loop, recorder, desk, steward and schedule, started and ended together."""

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from console.app.demo_day import PRESENT_S, DemoDay, TellDay, demo_rules
from console.app.plan_files import first_plans
from console.core.floor.events import Batch, Told
from console.core.floor.figures import CurvePoint
from console.core.floor.model import Instant, LinkStatus
from console.core.floor.people import PersonRow
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book, Message
from console.core.ports import Answer, Clock, Secrets, Store
from console.core.profiles import WEBHOOK_SECRET, FloorKind, Profile
from console.core.roles import CONSOLE
from console.core.words import Said
from console.core.work.break_cases import on_granted_break
from console.core.work.policies import BREAKS, FLOOR, PEOPLE, Policy
from console.desk.desk_loop import DeskLoop
from console.desk.floor_loop import FloorLoop
from console.desk.forecaster import Forecaster, Forecasts, Outlooks
from console.desk.past import Past
from console.desk.recorder import Recorder
from console.desk.schedule import Schedule
from console.desk.steward import Steward
from console.feeds import Needs, Source, open_source
from console.store.files import private_folder
from console.store.history import HistoryFile
from console.store.history_reading import HistoryReader
from console.store.memory import MemoryStore
from console.store.opening import another_on, open_desk_store
from console.store.tape import TapeReader, TapeWriter
from console.views.desk_notices import DeskNotice, heard

if TYPE_CHECKING:
    from console.desk.webhook import Webhooks
    from console.store.desk_store import DeskStore

log = logging.getLogger(__name__)

_STALE_ASKING_S = 60.0
_IN_FORCE_WITHIN_S = 2.0

Tell = Callable[[Said], None]


class Surroundings(NamedTuple):
    """What a floor stands in: the data folder (None: nothing is recorded), clock, keyring, language."""

    data: Path | None
    clock: Clock
    secrets: Secrets
    language: str


class OpenFloor:
    """Everything that runs for one profile. `publish` and `publish_book` come from its threads and must not wait.

    The demo keeps its decisions in memory and its history in a folder that begins empty at every start, since its days
    repeat.
    """

    def __init__(
        self,
        profile: Profile,
        around: Surroundings,
        *,
        publish: Callable[[FloorView], None],
        publish_book: Callable[[Book], None] = lambda _book: None,
        publish_forecasts: Callable[[Forecasts], None] = lambda _told: None,
        publish_outlooks: Callable[[Outlooks], None] = lambda _told: None,
        publish_trouble: Callable[[Said | None], None] = lambda _said: None,
        tell: Tell = lambda _said: None,
    ) -> None:
        self.profile = profile
        self.view = FloorView()
        self.book = Book()
        self._publish = publish
        self._publish_book = publish_book
        self._publish_trouble = publish_trouble
        self._publish_notice: Callable[[DeskNotice], None] = lambda _notice: None
        self._tell = tell
        self._demo = profile.kind is FloorKind.DEMO
        self._applied: dict[str, int] = {}
        self._granted: frozenset[str] = frozenset()
        needs = Needs(
            around.clock,
            lambda name: around.secrets.get(profile.id, name),
            lambda: self.policy.reconcile_every_s,
            around.language,
        )
        self.source: Source = open_source(profile, needs)
        self.policy, rows = self._first_policy(around.language)
        self._folder = None if around.data is None else private_folder(around.data / folder_name(profile))
        if self._folder is not None and self._demo:
            shutil.rmtree(self._folder, ignore_errors=True)
            private_folder(self._folder)
        self._recorder = self._made_recorder()
        self.loop = FloorLoop(
            clock=self.source.clock,
            policy=self.policy,
            publish=self._take_view,
            recorder=self._recorder,
            tell=tell,
            resync=getattr(self.source.feed, "resync", lambda: None),
            told_time=profile.kind is FloorKind.REPLAY,
        )
        if rows:
            self.loop.mend_people(rows)
        self._store: Store | None = MemoryStore() if self._folder is None or self._demo else None
        self._files: list[DeskStore] = []
        self._first_book = True
        self._day = DemoDay() if self._demo else None
        self._day_lock = threading.Lock()
        self.desk = DeskLoop(
            self._desk_store, self.source.clock, self._newest, self._take_book, self._store_trouble, self._tell
        )
        self._secrets = around.secrets
        self._webhooks: Webhooks | None = None
        self._language = around.language
        self.steward = (
            None
            if self.source.switch is None
            else Steward(
                self._steward_store,
                self.source.switch,
                self.source.clock,
                self._newest,
                committed=self.desk.look,
                tell=self._desk_trouble,
                post=self._post,
            )
        )
        if self.steward is not None:
            self.desk.on_commit(self.steward.wake)
        self.forecaster = Forecaster(
            self.source.clock, self._newest, lambda: self.book, publish_forecasts, self.desk.submit, publish_outlooks
        )
        self._schedule = Schedule(self._tick)
        self._stop = threading.Event()
        self._feed = threading.Thread(target=self._run_feed, name="feed", daemon=True)

    # -- pieces -------------------------------------------------------------------------------------------------------

    def _first_policy(self, language: str) -> tuple[FloorPolicy, tuple[PersonRow, ...]]:
        if not self._demo:
            return FloorPolicy(), ()
        from console.feeds.demo import DemoFeed, demo_policy, demo_rows  # noqa: PLC0415

        assert isinstance(self.source.feed, DemoFeed)
        return demo_policy(language, self.source.feed.midnight), demo_rows()

    def _made_recorder(self) -> Recorder | None:
        folder = self._folder
        if folder is None or self.profile.kind is FloorKind.REPLAY:
            return None
        return Recorder(
            clock=self.source.clock,
            policy=self.policy,
            open_history=lambda: HistoryFile(folder / "history.db", self.source.clock.now),
            tape=TapeWriter(folder / "tape"),
            tell=self._tell,
            recall=lambda recalled: None if self._demo else self.loop.recall(recalled),
            source=self.profile.id,
        )

    def _desk_store(self) -> Store:
        if self._store is None:
            assert self._folder is not None
            store, said = open_desk_store(self._folder / "desk.db", self.source.clock.now())
            self._files.append(store)
            self._store = store
            for each in said:
                self._tell(each)
        return self._store

    @contextmanager
    def read_store(self) -> Iterator[Store]:
        """Open this floor's decisions for reading in the thread that asks; raises FloordeskError."""
        if self._folder is None or self._demo:
            yield self._desk_store()
            return
        from console.store.opening import look_into  # noqa: PLC0415  a floor without plans never looks back

        store = look_into(self._folder / "desk.db")
        try:
            yield store
        finally:
            store.close()

    def _steward_store(self) -> Store:
        if self._folder is None or self._demo:
            return self._desk_store()
        store = another_on(self._folder / "desk.db")
        self._files.append(store)
        return store

    # -- what comes and goes -------------------------------------------------------------------------------------------

    def _newest(self) -> FloorView:
        return self.view

    def _take_view(self, view: FloorView) -> None:
        self.view = view
        if self._day is not None and self._present(view):
            self._tell_day(view)
        self._publish(view)

    def _present(self, view: FloorView) -> bool:
        heard = view.link.heard_at
        return view.link.status is LinkStatus.LIVE and heard is not None and self.source.clock.now() - heard < PRESENT_S

    @property
    def knows_its_day(self) -> bool:
        """Return whether the book holds what happened before anybody looked: a demo's day is told to it as one step."""
        return not self._demo or self.book.get(Policy, BREAKS) is not None

    def _tell_day(self, view: FloorView) -> None:
        """Let the desk begin with the demo's day as it was lived, and with who still asks."""
        with self._day_lock:
            day, self._day = self._day, None
        if day is None:
            return
        # Two supervisors would answer past each other: from now on this desk does.
        getattr(self.source.feed, "desk_listens", lambda: None)()
        begins = getattr(self.source.feed, "midnight", 0.0)
        told = day.step(view, demo_rules(begins), begins)
        self._desk_store().commit(told, TellDay(id="demo-day", by=CONSOLE), self.source.clock.now())
        self.desk.look()
        for asked, at in day.still_asking():
            self.desk.hear(asked, at)

    def _take_book(self, book: Book) -> None:
        if self._first_book:
            self._first_book = False
            # Not before the desk has opened its database: only the desk makes or mends the file.
            if self.steward is not None and not self._stop.is_set():
                self.steward.start()
                # Without a steward nothing of a plan could be carried out.
                for command in first_plans(self._language):
                    self.desk.submit(command)
        self.book = book
        news = self._apply_policies(book)
        granted = on_granted_break(book)
        if granted != self._granted:
            self._granted = granted
            self.loop.granted(granted)
        if news:
            self._await_floor()
        self._publish_book(book)
        self.forecaster.wake()

    def _await_floor(self) -> None:
        """Wait for a view by the policies just put in force: no decision may rest on groups or people of before."""
        shown = threading.Event()
        self.loop.once_shown(shown.set)
        if not shown.wait(_IN_FORCE_WITHIN_S):
            log.warning("the floor does not show the policy in force yet; the desk goes on")

    def _apply_policies(self, book: Book) -> bool:
        """Put edited policy documents in force on the floor, once a version; return whether there were any."""
        news = False
        for name, document in book.every(Policy).items():
            if self._applied.get(name) == document.version:
                continue
            self._applied[name] = document.version
            news = True
            try:
                if name == FLOOR:
                    self.policy = msgspec.convert(document.body, FloorPolicy)
                    self.loop.apply_policy(self.policy)
                elif name == PEOPLE:
                    rows = msgspec.convert(document.body.get("rows", []), tuple[PersonRow, ...])
                    self.loop.mend_people(rows, whole=True)
            except msgspec.ValidationError:
                log.exception("policy %s cannot be used", name)
        return news

    def _tick(self) -> None:
        # While the demo tells hours long past, whatever seems due was settled then.
        if self._day is None:
            self.desk.tick()

    def _store_trouble(self, said: Said | None) -> None:
        self._publish_trouble(said)
        self._desk_trouble(said)

    def _desk_trouble(self, said: Said | None) -> None:
        if said is not None:
            self._tell(said)

    def _post(self, message: Message) -> Answer | None:
        """Post to a web hook; called in the steward's thread alone."""
        if self._webhooks is None:
            from console.desk.webhook import Webhooks  # noqa: PLC0415  a floor without any needs no HTTP

            self._webhooks = Webhooks(lambda: self._secrets.get(self.profile.id, WEBHOOK_SECRET), self.source.clock)
        return self._webhooks.post(message)

    def _run_feed(self) -> None:
        self.source.feed.run(self._sink, self._stop)

    def _sink(self, batch: Batch) -> None:
        self.loop.sink(batch)
        at = batch.at
        with self._day_lock:
            if self._day is not None:
                self._day.hear(batch)
                return
        if at is not None and self.source.clock.now() - at < _STALE_ASKING_S:
            for event in batch.events:
                self.desk.hear(event, at)
                if isinstance(event, Told):
                    self._pass_on(event)

    def _pass_on(self, told: Told) -> None:
        """Show what some desk, this one or another, tells all of them; what a recording holds was told then."""
        notice = heard(told)
        if notice is not None and self.profile.kind is not FloorKind.REPLAY:
            self._publish_notice(notice)

    @property
    def recorded(self) -> bool:
        """Return whether this floor's days are kept, so that one can look back."""
        return self._recorder is not None

    def open_past(self) -> Past | None:
        """Return the kept past of this floor for one thread, or None where nothing is kept."""
        folder = self._folder
        if folder is None:
            return None
        history = HistoryReader(folder / "history.db")
        return Past(TapeReader(folder / "tape"), history.curves_between, history.close)

    def curves(self, begin: Instant, end: Instant) -> dict[str, list[CurvePoint]]:
        """Read every subject's kept curve of [begin, end); nothing where nothing is kept."""
        folder = self._folder
        if folder is None:
            return {}
        history = HistoryReader(folder / "history.db")
        try:
            return history.curves_between(begin, end)
        finally:
            history.close()

    def on_notice(self, publish: Callable[[DeskNotice], None]) -> None:
        """Have what is told to all desks published too; called in the feed's thread."""
        self._publish_notice = publish

    def start(self) -> None:
        """Start every thread (the steward's waits for the first book); the first view comes by itself."""
        if self._recorder is not None:
            self._recorder.start()
        self.loop.start()
        self._feed.start()
        self.desk.start()
        self.forecaster.start()
        self._schedule.start()

    def close(self) -> None:
        """End in the order in which nothing is lost: no new events, no new ticks, decisions kept, levers left."""
        self._stop.set()
        self._schedule.stop()
        self.forecaster.stop()
        self.desk.stop()
        if self.steward is not None:
            self.steward.stop()
        for left in (self.source.switch, self._webhooks, *self._files):
            getattr(left, "close", lambda: None)()
        self._feed.join(5.0)
        self.loop.close()
        if self._recorder is not None:
            self._recorder.close()


def folder_name(profile: Profile) -> str:
    """Return the name of a connection's folder among the data."""
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in profile.id)
    return f"floor-{kept or 'unnamed'}"
