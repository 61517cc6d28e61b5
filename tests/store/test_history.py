import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from console.core.errors import BadInput, FloordeskError
from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact, CurvePoint
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup, Targets
from console.core.floor.tape import Span
from console.store.history import HistoryFile, _completed
from console.store.history_reading import HistoryReader
from console.store.history_schema import contacts, metadata
from console.store.upsert import upsert

NOON = 1_700_049_600.0
POLICY = FloorPolicy(
    groups=(
        SkillGroup(id="phone", name="Phone", queues=("support", "sales"), targets=Targets(answer_within_s=15)),
        SkillGroup(id="web", name="Web", queues=("chat",), channel=Channel.WEB),
    )
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[HistoryFile]:
    file = HistoryFile(tmp_path / "history.sqlite", lambda: NOON)
    yield file
    file.close()


def answered(uid: str, at: float, *, wait: float = 5.0, talk: float = 60.0, queue: str = "support") -> list[Fact]:
    """The three steps of an answered contact that entered at `at`."""
    entered = Contact(queue=queue, uid=uid, number="5550100", entered_at=at)
    taken = Contact(
        queue=queue, uid=uid, number="5550100", entered_at=at, answered_at=at + wait,
        interface="PJSIP/1001", agent="Alice", waited_s=wait, ring_s=2.0, how="answered",
    )  # fmt: skip
    done = Contact(
        queue=queue, uid=uid, number="5550100", entered_at=at, answered_at=at + wait, ended_at=at + wait + talk,
        interface="PJSIP/1001", agent="Alice", waited_s=wait, ring_s=2.0, talk_s=talk, how="agent",
    )  # fmt: skip
    return [
        Fact(kind=FactKind.ENTERED, at=at, contact=entered),
        Fact(kind=FactKind.ANSWERED, at=at + wait, contact=taken),
        Fact(kind=FactKind.COMPLETED, at=at + wait + talk, contact=done),
    ]


def abandoned(uid: str, at: float, *, wait: float = 30.0, how: str = "hung_up", queue: str = "support") -> list[Fact]:
    entered = Contact(queue=queue, uid=uid, entered_at=at)
    gone = Contact(queue=queue, uid=uid, entered_at=at, ended_at=at + wait, waited_s=wait, how=how)
    return [
        Fact(kind=FactKind.ENTERED, at=at, contact=entered),
        Fact(kind=FactKind.ABANDONED, at=at + wait, contact=gone),
    ]


def missed(at: float, queue: str = "support") -> Fact:
    contact = Contact(queue=queue, uid="7.1", interface="PJSIP/1002", agent="Bob", ring_s=15.0)
    return Fact(kind=FactKind.RANG_OUT, at=at, contact=contact)


def test_a_life_told_in_pieces_is_one_row_with_all_of_it(history: HistoryFile) -> None:
    steps = answered("1.1", NOON)
    for step in steps:
        history.keep_facts([step])
    assert history.contacts_between(NOON, NOON + 1) == [steps[-1].contact]


def test_writing_the_same_news_twice_changes_nothing(history: HistoryFile) -> None:
    history.keep_facts(answered("1.1", NOON) + abandoned("1.2", NOON + 1))
    before = history.lives_between(NOON, NOON + 3600)
    history.keep_facts(answered("1.1", NOON) + abandoned("1.2", NOON + 1))
    assert history.lives_between(NOON, NOON + 3600) == before


def test_what_the_measures_were_told_of_today_is_told_again(history: HistoryFile) -> None:
    yesterday = answered("1.0", NOON - 100, talk=10.0)
    across = answered("1.1", NOON - 10, wait=5.0, talk=20.0)
    today = answered("1.2", NOON + 10)
    history.keep_facts([*yesterday, *across, *today, missed(NOON - 1), missed(NOON + 20)])
    assert history.lives_between(NOON, NOON + 3600) == [across[-1].contact, today[-1].contact]
    assert history.misses_between(NOON, NOON + 3600) == [missed(NOON + 20)]


def test_a_snapshots_caller_was_never_seen_to_enter(history: HistoryFile) -> None:
    history.keep_facts(answered("1.1", NOON)[1:])
    (life,) = history.lives_between(NOON, NOON + 3600)
    assert (life.entered_at, life.answered_at) == (None, NOON + 5)
    assert history.contacts_between(NOON, NOON + 1)[0].entered_at == NOON


def test_numbers_are_kept_only_where_policy_says_so(history: HistoryFile) -> None:
    history.keep_facts(answered("1.1", NOON), numbers=False)
    history.keep_facts(answered("1.2", NOON + 1), numbers=True)
    assert [contact.number for contact in history.contacts_between(NOON, NOON + 2)] == ["", "5550100"]


def test_what_fails_in_the_middle_keeps_nothing(history: HistoryFile) -> None:
    def half() -> None:
        with history.together():
            history.keep_facts(answered("1.1", NOON))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert history.contacts_between(NOON, NOON + 1) == []
    history.keep_facts(answered("1.1", NOON))
    assert len(history.contacts_between(NOON, NOON + 1)) == 1


def test_a_bucket_of_a_curve_is_replaced(history: HistoryFile) -> None:
    history.keep_curve("floor", [CurvePoint(at=NOON, waiting=3), CurvePoint(at=NOON + 60)])
    history.keep_curve("floor", [CurvePoint(at=NOON, waiting=5, mean_wait_s=2.5, entered=4)])
    points = [CurvePoint(at=NOON, waiting=5, mean_wait_s=2.5, entered=4), CurvePoint(at=NOON + 60)]
    assert history.curve("floor", NOON, NOON + 120) == points
    assert history.curves_between(NOON, NOON + 60) == {"floor": points[:1]}


def test_a_listening_span_grows_and_a_later_one_leaves_a_gap(history: HistoryFile) -> None:
    history.keep_listening("lab", Span(begin=NOON, end=NOON + 1))
    history.keep_listening("lab", Span(begin=NOON, end=NOON + 60))
    history.keep_listening("lab", Span(begin=NOON + 300, end=NOON + 360))
    assert history.listened_between(NOON, NOON + 3600) == (
        Span(begin=NOON, end=NOON + 60),
        Span(begin=NOON + 300, end=NOON + 360),
    )


def test_half_hours_count_each_step_where_it_happened(history: HistoryFile) -> None:
    history.keep_facts(
        [
            *answered("1.1", NOON + 1795, wait=10.0, talk=60.0),
            *answered("1.2", NOON + 60, wait=20.0),
            *abandoned("1.3", NOON + 100, wait=5.0),
            *abandoned("1.4", NOON + 100, wait=50.0, how="timed_out", queue="sales"),
            *answered("1.5", NOON + 100, queue="chat"),
            missed(NOON + 5),
        ]
    )
    history.keep_listening("lab", Span(begin=NOON + 600, end=NOON + 2400))
    history.roll_up(POLICY, [NOON, NOON + 1800], [Span(begin=NOON - 43_200, end=NOON + 43_200)])
    rows = {
        (row["subject"], row["begins_at"] - NOON): row for row in history.report([], NOON, NOON + 3600, daily=False)
    }
    phone, later = rows["group:phone", 0], rows["group:phone", 1800]
    assert (phone["entered"], phone["answered"], phone["abandoned"], phone["completed"]) == (4, 1, 2, 1)
    assert (later["entered"], later["answered"], later["abandoned"], later["completed"]) == (0, 1, 0, 1)
    # answered late, abandoned early (not judged), abandoned late; then one answered in time
    assert (phone["in_time"], phone["judged"], later["in_time"], later["judged"]) == (0, 2, 1, 1)
    assert (phone["hung_up"], phone["timed_out"], phone["ring_no_answer"]) == (1, 1, 1)
    assert (phone["wait_answered_s"], phone["wait_abandoned_s"], phone["wait_longest_s"]) == (20.0, 55.0, 50.0)
    assert rows["channel:phone", 0]["entered"] == 4
    assert rows["channel:web", 0]["entered"] == 1
    assert rows["floor", 0]["entered"] == 5
    assert rows["queue:sales", 0]["timed_out"] == 1
    assert (rows["floor", 0]["listened_s"], rows["floor", 1800]["listened_s"]) == (1200.0, 600.0)
    (day,) = history.report(["group:phone"], NOON - 43_200, NOON, daily=True)
    assert (day["entered"], day["answered"], day["abandoned"], day["wait_longest_s"]) == (4, 2, 2, 50.0)


def test_counting_again_after_news_is_the_same_as_counting_once(history: HistoryFile, tmp_path: Path) -> None:
    facts = [*answered("1.1", NOON), *abandoned("1.2", NOON + 10), *answered("1.3", NOON + 1000, queue="sales")]
    day = [Span(begin=NOON - 43_200, end=NOON + 43_200)]
    for fact in facts:
        history.keep_facts([fact])
        history.roll_up(POLICY, [NOON], day)
    once = HistoryFile(tmp_path / "once.sqlite", lambda: NOON)
    once.keep_facts(facts)
    once.roll_up(POLICY, [NOON], day)
    for daily in (True, False):
        assert history.report([], 0, NOON * 2, daily=daily) == once.report([], 0, NOON * 2, daily=daily)
    once.close()


def test_today_is_counted_again_from_where_counting_stopped(history: HistoryFile) -> None:
    assert history.last_half_hour() is None
    history.keep_facts(answered("1.1", NOON + 1900))
    assert history.last_half_hour() == NOON + 1800
    history.roll_up(POLICY, [NOON + 1800], [])
    history.keep_facts(answered("1.2", NOON + 9000))
    assert history.last_half_hour() == NOON + 1800


def test_the_past_is_forgotten_in_small_steps_and_only_the_past(history: HistoryFile) -> None:
    old = [fact for number in range(50) for fact in answered(f"1.{number}", NOON + number)]
    history.keep_facts([*old, *answered("2.1", NOON + 86_400), *(missed(NOON + n) for n in range(30))])
    history.keep_curve("floor", [CurvePoint(at=NOON + 60 * n) for n in range(40)])
    history.keep_curve("group:phone", [CurvePoint(at=NOON + 60 * n) for n in range(40)])
    history.roll_up(POLICY, [NOON, NOON + 86_400], [Span(begin=NOON, end=NOON + 43_200)])
    steps = 0
    while history.prune(NOON + 80_000, rows=7):
        steps += 1
        assert steps < 60
    assert steps >= 50 // 7
    assert [contact.uid for contact in history.contacts_between(0, NOON * 2)] == ["2.1"]
    assert history.misses_between(0, NOON + 80_000) == []
    assert history.curves_between(0, NOON * 2) == {}
    assert {row["begins_at"] for row in history.report([], 0, NOON * 2, daily=False)} == {NOON + 86_400}
    assert history.report(["floor"], 0, NOON * 2, daily=True) != []


def test_visits_known_from_before_are_told_with_whether_they_ended(history: HistoryFile) -> None:
    history.keep_facts(answered("1.1", NOON))
    history.keep_facts(answered("1.2", NOON)[:2])
    history.keep_contacts([Contact(queue="support", uid="1.1", visit=1, entered_at=NOON + 60)])
    assert history.last_visits(NOON) == {("support", "1.1"): (1, False), ("support", "1.2"): (0, False)}


def test_a_newer_history_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    HistoryFile(path, lambda: NOON).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(BadInput, match=r"newer Floordesk \(schema 999"):
        HistoryFile(path, lambda: NOON)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(BadInput, match="another program"):
        HistoryFile(path, lambda: NOON)
    with sqlite3.connect(path) as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["recipes"]
    connection.close()


def test_the_file_is_only_for_its_owner(history: HistoryFile) -> None:
    history.keep_facts(answered("1.1", NOON))
    for path in history.path.parent.glob("history.sqlite*"):
        assert path.stat().st_mode & 0o077 == 0


def test_a_reader_reads_what_another_writes_and_repairs_nothing(history: HistoryFile) -> None:
    reader = HistoryReader(history.path)
    history.keep_facts(answered("1.1", NOON))
    assert len(reader.contacts_between(NOON, NOON + 1)) == 1
    reader.close()


def test_a_reader_without_a_history_says_so(tmp_path: Path) -> None:
    reader = HistoryReader(tmp_path / "none.sqlite")
    with pytest.raises(FloordeskError):
        reader.curves_between(NOON, NOON + 1)
    reader.close()


def test_every_table_and_completion_can_be_said_to_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    told = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]
    assert any("id BIGSERIAL" in each for each in told)
    assert not [each for each in told if "REAL" in each or "AUTOINCREMENT" in each]
    completed = str(upsert("postgresql", contacts, ("queue", "uid", "visit"), _completed).compile(dialect=dialect))
    assert "ON CONFLICT (queue, uid, visit) DO UPDATE SET" in completed
    assert "contacts.steps | excluded.steps" in completed
