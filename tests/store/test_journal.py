"""What `audit verify` finds, however the file was meddled with."""

import sqlite3
from pathlib import Path

import pytest

from console.core.kept import Step
from console.store.desk_store import DeskStore
from tests.store.test_contract import check, command, entry, sqlite_store


@pytest.fixture
def written(tmp_path: Path) -> tuple[DeskStore, Path]:
    path = tmp_path / "desk.db"
    store = sqlite_store(path)
    for number in range(1, 6):
        store.commit(Step(puts=(check(f"k{number}"),), entries=(entry(),)), command(f"c{number}"), float(number))
    store.close()
    return store, path


def meddle(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for name in ("update", "delete"):
            connection.execute(f"DROP TRIGGER journal_keeps_{name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def verdict(store: DeskStore) -> str:
    said = store.verify()
    store.close()
    return "" if said is None else said.english()


def test_an_untouched_journal_holds(written: tuple[DeskStore, Path]) -> None:
    assert verdict(written[0]) == ""


@pytest.mark.parametrize("column", ["at", "who", "role", "desk", "what", "subject", "text", "why", "data", '"values"'])
def test_an_altered_entry_is_named(written: tuple[DeskStore, Path], column: str) -> None:
    store, path = written
    meddle(path, f"UPDATE journal SET {column} = '7' WHERE seq = 3")
    assert verdict(store) == "Journal entry 3 was altered."


def test_a_missing_entry_is_named(written: tuple[DeskStore, Path]) -> None:
    store, path = written
    meddle(path, "DELETE FROM journal WHERE seq = 2")
    assert verdict(store) == "Journal entry 2 is missing."


def test_a_cut_tail_is_found_by_the_head(written: tuple[DeskStore, Path]) -> None:
    store, path = written
    meddle(path, "DELETE FROM journal WHERE seq > 3")
    assert verdict(store) == "The journal was cut after entry 3: 5 entries were written."


def test_an_emptied_journal_is_found(written: tuple[DeskStore, Path]) -> None:
    store, path = written
    meddle(path, "DELETE FROM journal")
    assert "cut after entry 0" in verdict(store)


def test_an_exchanged_pair_is_found(written: tuple[DeskStore, Path]) -> None:
    store, path = written
    meddle(
        path,
        "UPDATE journal SET seq = 99 WHERE seq = 2",
        "UPDATE journal SET seq = 2 WHERE seq = 3",
        "UPDATE journal SET seq = 3 WHERE seq = 99",
    )
    assert verdict(store) == "Journal entry 2 was altered."


def test_the_file_itself_refuses_to_alter_the_journal(written: tuple[DeskStore, Path]) -> None:
    connection = sqlite3.connect(written[1])
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        connection.execute("UPDATE journal SET who = 'x' WHERE seq = 1")
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        connection.execute("DELETE FROM journal")
    connection.close()
