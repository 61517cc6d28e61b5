"""What the window may ask of everything behind it: answered at once, trouble said in one calm line."""

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from console.app.doors import AppDoors
from console.core.errors import BadInput
from console.core.floor.model import LinkStatus
from console.core.floor.people import PersonRow
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.preferences import DEMO, Preferences
from console.core.profiles import FloorKind, Profile
from console.core.words import Said, say
from console.core.work.break_records import Break, BreakState
from console.core.work.floor_checks import CheckState, FloorCheck
from console.core.work.policies import FLOOR, Policy
from console.desk.clock import FloorClock, SystemClock
from console.settings import PreferencesFile
from console.ui.bridge import Bridge
from console.views.breaks import PastBreaks
from console.views.desk_notices import DeskNotice
from tests.app.open_floor import WITHIN, KnownSecrets
from tests.feeds.fake_ami import SECRET, FakeAmi, a_floor
from tests.feeds.live_feed import profile_of

QUIET = Path(__file__).parents[1] / "fixtures" / "ami" / "quiet.ami.xz"
TAPE = Profile(id="tape", name="A quiet hour", kind=FloorKind.REPLAY, path=str(QUIET), rate=0.0)


class Desk:
    """The doors with a screen behind them that only remembers."""

    def __init__(self, data: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.told: list[Said] = []
        self.noticed: list[DeskNotice] = []
        self.answers: list[Said | None] = []
        self.view = FloorView()
        self.book = Book()
        self.trouble: Said | None = None
        self.threads: set[str] = set()
        self.bridge = Bridge()
        self.bridge.view_came.connect(self._take_view)
        settings = PreferencesFile(data.parent / "preferences.json")
        settings.keep(Preferences(language="en", operator="li"))
        self.doors = AppDoors(
            data=data,
            clock=SystemClock(),
            secrets=KnownSecrets(feed=SECRET, steward=SECRET),
            settings=settings,
            bridge=self.bridge,
            tell=self.told.append,
            screen=lambda: self,
        )

    def _take_view(self, view: FloorView) -> None:
        self.threads.add(threading.current_thread().name)
        self.view = view

    def take_book(self, book: Book) -> None:
        self.threads.add(threading.current_thread().name)
        self.book = book

    def take_forecasts(self, forecasts: Mapping[str, Any]) -> None:
        del forecasts

    def take_outlooks(self, outlooks: Mapping[str, Any]) -> None:
        del outlooks

    def take_notice(self, notice: DeskNotice) -> None:
        self.noticed.append(notice)

    def take_trouble(self, said: Said | None) -> None:
        self.trouble = said

    def until(self, found: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(found()), timeout=int(WITHIN * 1000))

    def until_told(self, words: str) -> str:
        self.until(lambda: any(words in each.english() for each in self.told))
        return next(each.english() for each in self.told if words in each.english())

    def opened(self, profile: Profile, status: LinkStatus = LinkStatus.LIVE) -> None:
        self.doors.open_floor(profile)
        self.until(lambda: self.doors.floor is not None and self.doors.floor.profile == profile)
        self.until(lambda: self.view.link.status is status)


@pytest.fixture
def desk(data: Path, qtbot: QtBot) -> Iterator[Desk]:
    before = set(threading.enumerate())
    made = Desk(data, qtbot)
    yield made
    made.doors.close()
    left = {each for each in threading.enumerate() if "(" not in each.name} - before
    assert not left, f"threads live on: {left}"


@pytest.fixture
def ami() -> Iterator[FakeAmi]:
    with FakeAmi(a_floor) as server:
        yield server


def of(ami: FakeAmi, **changes: object) -> Profile:
    return profile_of(ami.port, **{"steward_user": "", **changes})


def test_a_job_runs_in_a_worker_and_its_result_comes_to_the_screens_thread(desk: Desk) -> None:
    threads: list[str] = []
    results: list[object] = []

    def job() -> str:
        threads.append(threading.current_thread().name)
        return "done"

    def then(result: object) -> None:
        threads.append(threading.current_thread().name)
        results.append(result)

    desk.doors.later(job, then)
    desk.until(lambda: results)
    assert results == ["done"]
    assert threads[0].startswith("worker")
    assert threads[1] == threading.current_thread().name


def test_a_refused_answer_of_a_card_is_one_line(desk: Desk, ami: FakeAmi) -> None:
    desk.opened(of(ami))
    desk.until(lambda: desk.doors.floor is not None and desk.book is not None)
    desk.doors.act("plan:gone", "stand_down")
    assert desk.until_told("no longer open") == "This plan is no longer open."


def test_what_the_acd_tells_all_desks_comes_to_the_screen(desk: Desk, ami: FakeAmi) -> None:
    desk.opened(of(ami))
    told = "Event: UserEvent\nUserEvent: PlanNotice\nId: m1\nTitle: Peak\nText: 53 waiting\nSound: yes"
    ami.peers[0].say(told, told.replace("m1", "m2"), told.replace("\nId: m1", ""))
    desk.until(lambda: len(desk.noticed) == 2)
    assert [(each.id, each.said.english(), each.sound) for each in desk.noticed] == [
        ("m1", "Peak: 53 waiting", True),
        ("m2", "Peak: 53 waiting", True),
    ]


def test_a_job_that_fails_is_one_calm_line_and_the_next_is_done(desk: Desk) -> None:
    results: list[object] = []

    def broken() -> object:
        raise ZeroDivisionError

    desk.doors.later(broken, results.append)
    assert desk.until_told("unexpected") == "An unexpected error was logged; the board goes on."
    desk.doors.later(lambda: 2, results.append)
    desk.until(lambda: results)
    assert results == [2]


def test_a_job_that_fails_tells_whoever_waits_for_it(desk: Desk) -> None:
    results: list[object] = []
    threads: list[str] = []

    def broken() -> object:
        raise BadInput(say("The file is in use."))

    def otherwise(said: Said) -> None:
        threads.append(threading.current_thread().name)
        results.append(said.english())

    desk.doors.later(broken, results.append, otherwise)
    desk.until(lambda: results)
    assert results == ["The file is in use."]
    assert threads == [threading.current_thread().name]
    assert not desk.told, "said once, by the one who asked"


def test_an_edit_rests_on_the_version_its_page_had(desk: Desk, ami: FakeAmi) -> None:
    desk.opened(of(ami))
    desk.doors.keep_policy(FloorPolicy(centre="East"), 0, desk.answers.append)
    desk.until(lambda: desk.view.policy.centre == "East" and desk.book.get(Policy, FLOOR))
    version = desk.book.every(Policy)[FLOOR].version
    desk.doors.keep_policy(FloorPolicy(centre="West"), version, desk.answers.append)
    desk.until(lambda: desk.view.policy.centre == "West")
    desk.doors.keep_policy(FloorPolicy(centre="North"), version, desk.answers.append)
    desk.until(lambda: len(desk.answers) == 3)
    assert desk.answers[:2] == [None, None]
    assert desk.answers[2] is not None
    assert desk.answers[2].english().startswith("Somebody else has edited this meanwhile")
    assert desk.view.policy.centre == "West"


def test_the_breaks_of_a_day_are_read_from_the_store(desk: Desk, ami: FakeAmi) -> None:
    found: list[object] = []
    desk.doors.past_breaks(0.0, 86_400.0, found.append)
    assert found == [PastBreaks()], "no floor, nothing kept"
    desk.opened(of(ami))
    desk.until(lambda: desk.view.people)
    person = next(iter(desk.view.people))
    desk.doors.ask_break(person, "meal", 30)
    desk.until(lambda: desk.book.every(Break))
    (asked,) = desk.book.every(Break).values()
    desk.doors.act(f"break:{asked.id}", "refuse", "too busy")
    desk.until(lambda: desk.book.every(Break)[asked.id].closed_at)
    closed = desk.book.every(Break)[asked.id].closed_at
    assert closed is not None
    desk.doors.past_breaks(closed - 60, closed + 60, found.append)
    desk.doors.past_breaks(closed - 7200, closed - 3600, found.append)
    desk.until(lambda: len(found) == 3)
    day, before = found[1], found[2]
    assert isinstance(day, PastBreaks)
    assert isinstance(before, PastBreaks)
    assert ([each.id for each in day.breaks], day.first) == ([asked.id], closed)
    assert before.breaks == (), "one asked for later is of another day"


def test_a_refusal_goes_to_whoever_answered(desk: Desk, ami: FakeAmi) -> None:
    desk.opened(of(ami))
    said: list[Said] = []
    desk.doors.act("break:gone", "owe_at", "half past nine", said.append)
    desk.doors.act("break:gone", "owe_at", "14:25", said.append)
    desk.doors.extend_loan("gone", 1.0, desk.answers.append)
    desk.until(lambda: len(said) == 2 and desk.answers)
    assert "is no time such as" in said[0].english()
    assert desk.answers[-1] is not None
    assert desk.answers[-1].english() == "This loan is no longer open."
    assert not desk.told, "said once"


def test_the_workers_reader_of_the_past_goes_with_its_floor(desk: Desk, ami: FakeAmi) -> None:
    found: list[object] = []
    desk.opened(of(ami))
    desk.doors.moments(0.0, 1.0, found.append)
    desk.until(lambda: found)
    assert desk.doors._asked_past is not None
    past, closed = desk.doors._asked_past[1], list[bool]()
    past.close = lambda: closed.append(True)
    desk.opened(TAPE, LinkStatus.ENDED)
    assert closed == [True]
    assert desk.doors._asked_past is None


def test_floors_are_exchanged_while_views_come(desk: Desk, ami: FakeAmi) -> None:
    seen: list[FloorView] = []
    desk.bridge.view_came.connect(seen.append)
    with FakeAmi(a_floor) as other:
        second = of(other, id="floor-2", name="Second")
        desk.opened(of(ami))
        first = desk.doors.floor
        desk.opened(second)
        desk.until(lambda: desk.doors.floor is not first)
        desk.opened(TAPE, LinkStatus.ENDED)
        desk.until(lambda: len(desk.view.queues) >= 5)
        desk.opened(of(ami))
        desk.until(lambda: set(desk.view.queues) == {"sales"})
        assert first is not None
        assert not first._feed.is_alive(), "the floor left behind is closed"
        assert [peer.actions[-1]["Action"] for peer in (ami.peers[0], other.peers[0])] == ["Logoff"] * 2
    assert desk.threads == {threading.current_thread().name}, "views and books are shown in the screen's thread"


def test_a_floor_that_cannot_be_opened_leaves_nothing_live_on_screen(desk: Desk, ami: FakeAmi, data: Path) -> None:
    desk.opened(of(ami))
    desk.doors.keep_policy(FloorPolicy(centre="East"), 0, desk.answers.append)
    desk.until(lambda: desk.book.seq)
    (data / "floor-spoilt").write_text("no folder")
    desk.doors.open_floor(of(ami, id="spoilt"))
    desk.until_told("is a file; a folder is needed there")
    desk.until(lambda: desk.view.link.status is not LinkStatus.LIVE)
    desk.until(lambda: desk.book == Book())
    assert desk.doors.floor is None
    desk.doors.keep_policy(FloorPolicy(centre="West"), 0, desk.answers.append)
    desk.until(lambda: desk.answers and desk.answers[-1] is not None)
    assert "No floor is open" in str(desk.answers[-1])
    desk.opened(of(ami))
    desk.until(lambda: desk.view.policy.centre == "East")


def test_edits_go_through_the_desk_and_a_refusal_is_one_line(desk: Desk, ami: FakeAmi) -> None:
    desk.opened(of(ami))
    desk.doors.keep_policy(FloorPolicy(centre="East"), 0, desk.answers.append)
    desk.until(lambda: desk.view.policy.centre == "East")
    rows = (PersonRow(name="Alice Chang", extensions=("1001",), interfaces=("Local/1001@agents/n",)),)
    desk.doors.keep_people(rows, 0, desk.answers.append)
    desk.until(lambda: {each.name for each in desk.view.people.values()} == {"Alice Chang"})
    told = len(desk.told)
    desk.doors.act("floor_check:gone", "confirm")
    assert desk.until_told("floor check") == "This floor check is no longer open."
    desk.doors.act("break:gone", "owe_at", "half past nine")
    desk.until_told("is no time such as")
    desk.doors.act("nobody:knows", "this")
    desk.doors.ask_break("nobody", "meal", 30)
    desk.until_told("Nobody on this floor is known as nobody")
    assert len(desk.told) == told + 3


def test_cards_are_answered_on_the_demo(desk: Desk) -> None:
    desk.doors.open_floor(DEMO)

    def due() -> FloorCheck | None:
        return next((c for c in desk.book.every(FloorCheck).values() if c.state is CheckState.DUE), None)

    desk.until(due)
    check = due()
    assert check is not None
    desk.doors.act(f"floor_check:{check.id}", "confirm")
    desk.until(lambda: desk.book.every(FloorCheck)[check.id].done_by == "li")

    here = [person for person in desk.view.people.values() if person.primary_group]
    busy = {each.person for each in desk.book.every(Break).values()}
    person = next(
        each
        for each in here
        if each.id not in busy and any(i in desk.view.agents and desk.view.agents[i].queues for i in each.interfaces)
    )
    desk.doors.ask_break(person.id, "meal", 30)

    def of_person() -> Break | None:
        return next((each for each in desk.book.every(Break).values() if each.person == person.id), None)

    desk.until(of_person)
    asked = of_person()
    assert asked is not None
    assert asked.asked_by == "li"
    desk.doors.act(f"break:{asked.id}", "refuse")
    desk.until_told("A refusal needs a reason.")
    desk.doors.act(f"break:{asked.id}", "exception", "a doctor's call")

    def state() -> BreakState:
        known = of_person()
        assert known is not None
        return known.state

    desk.until(lambda: state() in {BreakState.GRANTED, BreakState.AWAY})
    granted = of_person()
    assert granted is not None
    assert granted.why == "a doctor's call"
    desk.doors.act(f"break:{asked.id}", "undo")
    desk.until(lambda: state() in {BreakState.ASKED, BreakState.CALLED_BACK})


def test_looking_back_works_beside_the_running_floor(desk: Desk) -> None:
    desk.doors.open_floor(DEMO)
    desk.until(lambda: desk.book.every(FloorCheck))
    assert desk.doors.floor is not None
    now = desk.doors.floor.source.clock.now()
    found: list[Any] = []

    def look() -> bool:
        desk.doors.moments(now - 3600.0, now, found.append)
        asked = len(found) + 1
        desk.until(lambda: len(found) >= asked)
        return found[-1] is not None and found[-1].span is not None

    desk.until(look)
    shown: list[FloorView] = []
    player = desk.doors.play_past(shown.append, lambda: None)
    assert player is not None
    player.close()


def test_a_tape_has_no_past_and_closing_without_a_floor_is_fine(data: Path, qtbot: QtBot) -> None:
    desk = Desk(data, qtbot)
    assert desk.doors.play_past(lambda _view: None, lambda: None) is None
    asked: list[object] = []
    desk.doors.moments(0.0, 1.0, asked.append)
    desk.until(lambda: asked)
    assert asked == [None]
    desk.doors.act("floor_check:x", "confirm")
    desk.doors.close()


def test_the_operator_is_who_the_settings_say(desk: Desk) -> None:
    assert desk.doors.operator().id == "li"
    settings = desk.doors._settings
    settings.keep(msgspec.structs.replace(settings.preferences(), operator="", role="juggler"))
    assert desk.doors.operator().id
    assert desk.doors.operator().role.value == "floor_supervisor"


def test_the_screen_lives_by_the_time_of_the_floor_on_it(desk: Desk) -> None:
    machine = SystemClock()
    clock = FloorClock(machine, desk.doors.floor_clock)
    assert abs(clock.now() - machine.now()) < WITHIN
    desk.doors.open_floor(msgspec.structs.replace(DEMO, rate=1000.0))
    desk.qtbot.waitUntil(lambda: clock.now() - machine.now() > 60 * WITHIN, timeout=int(WITHIN * 1000))


class Dying:
    """Remembers the thread it dies in, as a widget would have to."""

    def __init__(self, died: list[threading.Thread]) -> None:
        self._died = died

    def work(self) -> int:
        return 1

    def fail(self) -> int:
        raise BadInput(say("No."))

    def hear(self, _told: object) -> None:
        pass

    def __del__(self) -> None:
        self._died.append(threading.current_thread())


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_a_page_gave_a_worker_dies_there(desk: Desk, qtbot: QtBot, *, fails: bool) -> None:
    died: list[threading.Thread] = []
    rounds = 300
    for _ in range(rounds):
        job = Dying(died)
        desk.doors.later(job.fail if fails else job.work, Dying(died).hear, Dying(died).hear)
    del job
    qtbot.waitUntil(lambda: len(died) == 3 * rounds)
    assert set(died) == {threading.current_thread()}
