"""Which request is which: told twice it is one, its number given anew it is another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.events import BreakAsked, BreakEnded, BreakWithdrawn, FloorEvent
from console.core.kept import NOTHING, Book, Command, Step
from console.core.roles import CONSOLE, Actor, Role
from console.core.step import step
from console.core.work.asked import LONGEST_ID, commands_of
from console.core.work.break_cases import REPEATED_S
from console.core.work.break_records import AskBreak, Break, BreakState, GrantBreak, NoticeUnasked, RefuseBreak
from console.store.desk_store import DeskStore
from tests.core.floor_of_ten import NOON, floor, seat
from tests.core.test_breaks import Desk
from tests.store.test_contract import entry, sqlite_store

LI = Actor(id="li", name="李班长", role=Role.SUPERVISOR)
S = BreakState
DAY = 86400.0


def hear(desk: Desk, event: FloorEvent, at: float | None = None) -> list[Command]:
    """Decide what an agent said, as the desk does; return what it led to."""
    commands = commands_of(desk.book, desk.view, event, desk.at if at is None else at)
    return [command for command in commands if desk.told(command) != NOTHING]


def asking(number: int = 1, request: str = "7", reason: str = "toilet") -> BreakAsked:
    return BreakAsked(agent=str(1000 + number), interface=seat(number), reason=reason, request_id=request)


def breaks(desk: Desk) -> list[Break]:
    return list(desk.book.every(Break).values())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refuse(desk: Desk) -> None:
    (waiting,) = [each for each in breaks(desk) if each.closed_at is None]
    desk.told(RefuseBreak(id=desk.id(), by=LI, break_id=waiting.id, why="忙"))


def test_the_same_number_of_two_agents_is_two_requests(desk: Desk) -> None:
    hear(desk, asking(1))
    hear(desk, asking(2))
    assert [(each.person, each.request) for each in breaks(desk)] == [("p1", "7"), ("p2", "7")]


@pytest.mark.parametrize("after", [0.0, 3600.0, DAY])
def test_a_request_told_again_while_it_lives_is_one(desk: Desk, after: float) -> None:
    hear(desk, asking())
    desk.at += after
    assert hear(desk, asking()) == []
    assert len(breaks(desk)) == 1


def test_told_again_after_leaving_without_the_answer_it_is_still_that_one(desk: Desk) -> None:
    hear(desk, asking())
    desk.told(NoticeUnasked(id="n", by=CONSOLE, break_id="u", interface=seat(1), since=NOON))
    assert hear(desk, asking()) == []
    assert [each.state for each in breaks(desk)] == [S.UNASKED]


def test_a_desk_that_heard_it_late_does_not_ask_again_what_is_over(desk: Desk) -> None:
    hear(desk, asking())
    desk.at += 1000
    refuse(desk)
    assert hear(desk, asking(), NOON + 500) == []


def test_a_bot_that_repeats_itself_soon_asks_once(desk: Desk) -> None:
    hear(desk, asking())
    refuse(desk)
    desk.at += REPEATED_S
    assert hear(desk, asking()) == []


def test_a_counter_begun_anew_on_the_same_day_is_a_new_request(desk: Desk) -> None:
    hear(desk, asking())
    refuse(desk)
    for hours in (1, 2):
        desk.at = NOON + hours * 3600
        assert len(hear(desk, asking())) == 1
        refuse(desk)
    ids = [each.id for each in breaks(desk)]
    assert ids == [ids[0], f"{ids[0]}.2", f"{ids[0]}.3"]


def test_another_desk_that_named_it_otherwise_changes_nothing(desk: Desk) -> None:
    (ask,) = hear(desk, asking())
    assert isinstance(ask, AskBreak)
    refuse(desk)
    twin = replace(ask, id="ask/other", break_id="other")
    assert step(desk.book, desk.view, twin, NOON + 5) == NOTHING


def test_taking_back_a_request_that_is_over_leaves_the_new_one_alone(desk: Desk) -> None:
    hear(desk, asking(request="7"))
    refuse(desk)
    hear(desk, asking(request="8", reason="meal"))
    assert hear(desk, BreakWithdrawn(agent="1001", interface=seat(1), request_id="7")) == []
    assert len(hear(desk, BreakWithdrawn(agent="1001", interface=seat(1), request_id="8"))) == 1
    assert breaks(desk)[-1].state is S.WITHDRAWN


@pytest.mark.parametrize("request_id", ["", "7", "1700000000.99"])
def test_the_way_back_finds_the_break_by_its_number_or_by_the_agent(desk: Desk, request_id: str) -> None:
    hear(desk, asking())
    desk.told(GrantBreak(id="g", by=LI, break_id=breaks(desk)[0].id))
    desk.view = floor(away=[1])
    desk.tick()
    assert len(hear(desk, BreakEnded(agent="1001", interface=seat(1), request_id=request_id))) == 1
    assert breaks(desk)[0].state is S.RETURNED


@given(request=st.text(min_size=1, max_size=300), number=st.integers(1, 10), day=st.integers(0, 400))
def test_an_id_is_short_and_always_the_same(request: str, number: int, day: int) -> None:
    at = NOON + day * DAY
    (one,) = commands_of(Book(), floor(at=at), asking(number, request), at)
    (other,) = commands_of(Book(), floor(at=at), asking(number, request), at)
    assert one == other
    assert isinstance(one, AskBreak)
    assert len(one.break_id) <= LONGEST_ID
    (next_day,) = commands_of(Book(), floor(at=at), asking(number, request), at + DAY)
    assert next_day.id != one.id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DeskStore]:
    made = sqlite_store(tmp_path / "desk.db")
    yield made
    made.close()


def commit(store: DeskStore, event: FloorEvent, at: float) -> None:
    book = store.book(at - 36 * 3600)
    for command in commands_of(book, floor(at=at), event, at):
        taken = step(book, floor(at=at), command, at)
        if taken != NOTHING:
            store.commit(taken, command, at)


def test_a_number_given_anew_long_after_leaves_the_old_break_as_it_was(store: DeskStore) -> None:
    """The old one left the book long ago, and its asking is among the commits: neither swallows the new one."""
    commit(store, asking(), NOON)
    (first,) = store.book().every(Break).values()
    over = replace(first, state=S.RETURNED, ended_at=NOON + 600, ended_how="code")
    closing = RefuseBreak(id="r", by=LI, break_id=first.id, why="-")
    store.commit(Step(puts=(over,), entries=(entry(),)), closing, NOON + 600)
    much_later = NOON + 30 * DAY
    assert not store.book(much_later - 36 * 3600).every(Break)
    commit(store, asking(), much_later)
    commit(store, asking(), much_later + 1)
    asked = store.book().every(Break)
    assert sorted(each.state for each in asked.values()) == [S.ASKED, S.RETURNED]
    assert asked[first.id] == replace(over, version=2)


def test_an_id_of_an_older_version_is_known_by_its_request(store: DeskStore) -> None:
    commit(store, asking(), NOON)
    (kept,) = store.book().every(Break).values()
    old = Book(kinds={Break: {"7": replace(kept, id="7")}})
    (told,) = commands_of(old, floor(), asking(), NOON + 600)
    assert step(old, floor(), told, NOON + 600) == NOTHING
