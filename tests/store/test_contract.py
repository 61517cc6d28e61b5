"""One suite for every backend of the slow road: what a Store promises, whatever it is made of."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.errors import Stale
from console.core.kept import Entry, Message, Step
from console.core.levers import Lever, LeverState, Membership, RoutingKey, SeatPaused, hold, release
from console.core.ports import Store
from console.core.roles import Actor
from console.core.words import say
from console.core.work.floor_checks import CheckState, ConfirmFloorCheck, FloorCheck
from console.core.work.policies import Policy
from console.store.database import sqlite_engine
from console.store.desk_store import DeskStore
from console.store.memory import MemoryStore
from console.store.upgrade import upgrade

LI = Actor(id="li", name="李班长", desk="desk-1")


def command(name: str, why: str = "") -> ConfirmFloorCheck:
    return ConfirmFloorCheck(id=name, by=LI, why=why, check_id="any")


def check(name: str, **fields: object) -> FloorCheck:
    return replace(FloorCheck(id=name, state=CheckState.DUE, due_at=100.0, until=400.0), **fields)


def entry(what: str = "floor_check.due", subject: str = "floor_checks:a") -> Entry:
    return Entry(what=what, subject=subject, said=say("Floor check due"), data={"等待": 3, "share": 0.7, "none": None})


@cache
def migrated() -> bytes:
    """Migrate once: every test begins with a copy."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        engine = sqlite_engine(path)
        upgrade(engine, path, 0.0)
        return path.read_bytes()


def sqlite_store(path: Path) -> DeskStore:
    path.write_bytes(migrated())
    return DeskStore(sqlite_engine(path), path)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    made = sqlite_store(tmp_path / "desk.db")
    yield made
    made.close()


def test_an_empty_store_has_an_empty_book(store: Store) -> None:
    book = store.book()
    assert book.seq == 0
    assert not book.every(FloorCheck)
    assert store.verify() is None


def test_the_closed_records_of_a_day_are_found(store: Store) -> None:
    assert store.first_closed(FloorCheck) is None
    done = [check(f"d{n}", state=CheckState.DONE, done_at=100.0 * n, done_by="li") for n in range(1, 6)]
    store.commit(Step(puts=(check("open"), *done)), command("c1"), 50.0)
    assert [each.id for each in store.closed_between(FloorCheck, 200.0, 400.0)] == ["d2", "d3"]
    assert store.closed_between(FloorCheck, 900.0, 999.0) == []
    assert store.first_closed(FloorCheck) == 100.0


def test_what_was_committed_is_read_back_whole(store: Store) -> None:
    lever = replace(
        Lever(id="seat/sales/Local/1", target=SeatPaused(interface="Local/1", queue="sales")),
        found_at=5.0,
        observed="小休",
    )
    message = Message(id="m1", to="Local/1", name="BreakGranted", fields={"Minutes": "10"}, text="批准", due=7.5)
    policy = Policy(
        id="floor", body={"groups": [{"id": "a", "queues": ["x"]}], "n": 1.5}, edited_at=3.0, edited_by="li"
    )
    store.commit(Step(puts=(check("a"), lever, policy), messages=(message,), entries=(entry(),)), command("c1"), 50.0)
    book = store.book()
    assert book.get(FloorCheck, "a") == check("a", version=1)
    assert book.get(Lever, lever.id) == replace(lever, version=1)
    assert book.get(Message, "m1") == replace(message, version=1)
    assert book.get(Policy, "floor") == replace(policy, version=1)


@pytest.mark.parametrize(
    "target",
    [
        SeatPaused(interface="a", queue="q"),
        Membership(interface="a", queue="q", name="张"),
        RoutingKey(family="ivr", key="k"),
    ],
)
def test_every_kind_of_lever_comes_back_as_it_was(store: Store, target: SeatPaused | Membership | RoutingKey) -> None:
    lever = hold(store.book(), target, holder="breaks:1", wanted="午休", at=10.0, until=20.0)
    store.commit(Step(puts=(lever,), entries=(entry(),)), command("c1"), 10.0)
    assert store.book().get(Lever, lever.id) == replace(lever, version=1)


def test_a_record_read_before_somebody_else_changed_it_is_stale(store: Store) -> None:
    store.commit(Step(puts=(check("a"),), entries=(entry(),)), command("c1"), 50.0)
    mine = store.book().get(FloorCheck, "a")
    theirs = store.book().get(FloorCheck, "a")
    assert mine is not None
    assert theirs is not None
    done = replace(theirs, state=CheckState.DONE, done_at=60.0, done_by="wang")
    store.commit(Step(puts=(done,), entries=(entry("floor_check.done"),)), command("c2"), 60.0)
    with pytest.raises(Stale):
        store.commit(Step(puts=(replace(mine, state=CheckState.MISSED),), entries=(entry(),)), command("c3"), 61.0)
    kept = store.book().get(FloorCheck, "a")
    assert kept is not None
    assert kept.state is CheckState.DONE
    assert len(store.journal()) == 2


def test_a_new_record_somebody_else_made_first_is_stale(store: Store) -> None:
    store.commit(Step(puts=(check("a"),), entries=(entry(),)), command("c1"), 50.0)
    with pytest.raises(Stale):
        store.commit(Step(puts=(check("a", due_at=200.0),), entries=(entry(),)), command("c2"), 51.0)


def test_a_judgement_on_an_aggregate_that_moved_keeps_nothing(store: Store) -> None:
    seats = "seats:sales"
    store.commit(Step(puts=(check("a"),), touched=(seats,), judged={seats: 0}, entries=(entry(),)), command("c1"), 1.0)
    assert store.book().versions[seats] == 1
    with pytest.raises(Stale):
        store.commit(
            Step(puts=(check("b"),), touched=(seats,), judged={seats: 0}, entries=(entry(),)), command("c2"), 2.0
        )
    assert store.book().get(FloorCheck, "b") is None
    assert store.book().versions[seats] == 1


def test_a_judgement_on_another_record_is_checked_too(store: Store) -> None:
    store.commit(Step(puts=(check("a"),), entries=(entry(),)), command("c1"), 1.0)
    judged = Step(puts=(check("b"),), judged={"floor_checks:a": 0}, entries=(entry(),))
    with pytest.raises(Stale):
        store.commit(judged, command("c2"), 2.0)
    store.commit(replace(judged, judged={"floor_checks:a": 1}), command("c3"), 3.0)


def test_a_repeated_command_is_one_command(store: Store) -> None:
    step = Step(puts=(check("a"),), entries=(entry(),))
    first = store.commit(step, command("c1"), 1.0)
    assert not store.committed("c0")
    assert store.committed("c1")
    assert store.commit(step, command("c1"), 2.0) == first
    assert len(store.journal()) == 1


def test_news_are_what_was_committed_after(store: Store) -> None:
    first = store.commit(
        Step(puts=(check("a"), check("b")), touched=("seats:x",), entries=(entry(),)), command("c1"), 1.0
    )
    later = replace(store.book().every(FloorCheck)["b"], state=CheckState.MISSED)
    second = store.commit(Step(puts=(later,), entries=(entry(),)), command("c2"), 2.0)
    news = store.since(first)
    assert news.seq == second
    assert [record.id for record in news.records] == ["b"]
    assert news.versions == {}
    assert store.since(0).versions == {"seats:x": 1}
    assert store.since(second).records == ()


def test_the_book_told_the_news_is_the_book_read_anew(store: Store) -> None:
    before = store.book()
    store.commit(Step(puts=(check("a"),), touched=("seats:x",), entries=(entry(),)), command("c1"), 1.0)
    news = store.since(before.seq)
    assert before.told(news.seq, news.records, news.versions) == store.book()


def test_closed_records_leave_the_book_and_stay_in_the_store(store: Store) -> None:
    done = check("a", state=CheckState.DONE, done_at=300.0, done_by="li")
    store.commit(Step(puts=(done,), entries=(entry(),)), command("c1"), 300.0)
    assert store.book(closed_since=300.0).get(FloorCheck, "a") is not None
    assert store.book(closed_since=301.0).get(FloorCheck, "a") is None


def test_the_journal_says_who_what_when_and_why(store: Store) -> None:
    store.commit(Step(puts=(check("a"),), entries=(entry(), entry("second"))), command("c1", why="看过了"), 50.0)
    first, second = store.journal()
    assert (first.who, first.name, first.desk, first.why, first.at) == ("li", "李班长", "desk-1", "看过了", 50.0)
    assert (first.command, first.what, first.subject) == ("ConfirmFloorCheck", "floor_check.due", "floor_checks:a")
    assert second.previous == first.hash
    assert store.verify() is None
    assert store.journal(begin=1) == [second]


def test_the_journal_between_two_moments_is_both_ends_included(store: Store) -> None:
    for number, at in enumerate((50.0, 60.0, 70.0)):
        store.commit(Step(puts=(check(f"c{number}"),), entries=(entry(f"n{number}"),)), command(f"k{number}"), at)
    assert [line.what for line in store.journal_between(50.0, 60.0)] == ["n0", "n1"]
    assert [line.what for line in store.journal_between(60.5, 1e9)] == ["n2"]
    assert store.journal_between(71.0, 60.0) == []


def test_all_of_a_kind_are_those_long_closed_too(store: Store) -> None:
    store.commit(Step(puts=(check("b"),), entries=(entry(),)), command("c1"), 10.0)
    done = check("a", state=CheckState.DONE, done_at=300.0, done_by="li")
    store.commit(Step(puts=(done,), entries=(entry(),)), command("c2"), 300.0)
    assert store.book(closed_since=1e9).get(FloorCheck, "a") is None
    found = store.all_of(FloorCheck)
    assert [(each.id, each.version) for each in found] == [("a", 1), ("b", 1)]
    assert store.all_of(Lever) == []


def test_two_desks_cannot_take_one_free_seat(store: Store) -> None:
    seats = "seats:sales"
    together = Barrier(2)
    won: list[str] = []

    def take(name: str) -> None:
        together.wait()
        try:
            step = Step(puts=(check(name),), judged={seats: 0}, touched=(seats,), entries=(entry(),))
            store.commit(step, command(name), 1.0)
        except Stale:
            return
        won.append(name)

    desks = [Thread(target=take, args=(name,)) for name in ("one", "two")]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert len(won) == 1
    assert list(store.book().every(FloorCheck)) == won


def test_a_released_lever_nobody_ever_set_is_simply_done(store: Store) -> None:
    lever = hold(store.book(), RoutingKey(family="ivr", key="shortcut"), holder="plan_runs:1", wanted="x", at=1.0)
    store.commit(Step(puts=(lever,), entries=(entry(),)), command("c1"), 1.0)
    (freed,) = release(store.book(), "plan_runs:1", at=2.0)
    assert freed.state is LeverState.DONE
    store.commit(Step(puts=(freed,), entries=(entry(),)), command("c2"), 2.0)
    assert store.book(closed_since=3.0).get(Lever, lever.id) is None


def test_a_lever_closed_so_long_ago_that_no_book_has_it_can_be_held_again(store: Store) -> None:
    key = RoutingKey(family="ivr", key="shortcut")
    lever = hold(store.book(), key, holder="plan_runs:1", wanted="x", at=1.0)
    store.commit(Step(puts=(lever,), entries=(entry(),)), command("c1"), 1.0)
    store.commit(Step(puts=release(store.book(), "plan_runs:1", at=2.0), entries=(entry(),)), command("c2"), 2.0)
    forgetful = store.book(closed_since=3.0)
    anew = hold(forgetful, key, holder="plan_runs:2", wanted="y", at=9.0)
    store.commit(Step(puts=(anew,), entries=(entry(),)), command("c3"), 9.0)
    held = store.book().get(Lever, lever.id)
    assert held is not None
    assert (held.wanted, held.version, held.found_at) == ("y", 3, None)
    with pytest.raises(Stale):
        store.commit(Step(puts=(anew,), entries=(entry(),)), command("c4"), 10.0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from("abc"), st.booleans(), st.integers(0, 2), st.sampled_from(["c1", "c2", "c3", "c4", "c5"])
        ),
        max_size=12,
    )
)
def test_memory_and_sqlite_tell_the_same_story(
    steps: list[tuple[str, bool, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    memory = MemoryStore()
    sql = sqlite_store(tmp_path_factory.mktemp("story") / "desk.db")
    try:
        for number, (name, touch, version, command_id) in enumerate(steps):
            seats = (f"seats:{name}",)
            step = Step(
                puts=(check(name, version=version),),
                touched=seats if touch else (),
                judged={seats[0]: version} if touch else {},
                entries=(entry(),),
            )
            told = []
            for store in (memory, sql):
                try:
                    told.append(str(store.commit(step, command(command_id), float(number))))
                except Stale:
                    told.append("stale")
            assert told[0] == told[1]
        assert memory.book() == sql.book()
        assert memory.journal() == sql.journal()
        assert sql.verify() is None
    finally:
        sql.close()
