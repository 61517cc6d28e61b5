"""Migrations at start: a copy first, all or nothing, a newer file refused, models and revisions in step."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect

from console.core.errors import BadInput, FloordeskError
from console.core.kept import Step
from console.core.work.floor_checks import FloorCheck
from console.store import revisions, schema
from console.store.database import sqlite_engine
from console.store.desk_store import DeskStore
from console.store.kinds import TABLES
from console.store.upgrade import revision_of, upgrade
from tests.store.test_contract import check, command, entry, sqlite_store


def test_the_tables_declared_are_the_tables_migrated(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engine = sqlite_engine(path)
    upgrade(engine, path, 0.0)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        found = inspect(connection)
        for table in schema.metadata.sorted_tables:
            named = {constraint["name"] for constraint in found.get_check_constraints(table.name)}
            assert named == {c.name for c in table.constraints if isinstance(c, CheckConstraint)}, table.name
    engine.dispose()


def test_the_newest_revision_is_the_one_the_schema_names() -> None:
    assert revisions.known_revisions()[0] == schema.REVISION


def test_every_kind_has_a_table_of_its_own() -> None:
    assert len({table.name for table in TABLES.values()}) == len(TABLES)


def test_a_second_start_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engine = sqlite_engine(path)
    upgrade(engine, path, 0.0)
    assert upgrade(engine, path, 1.0) is None
    assert [p.name for p in tmp_path.iterdir() if "before" in p.name] == []
    engine.dispose()


@pytest.mark.parametrize("begin", revisions.known_revisions()[1:])
def test_every_older_revision_comes_up_with_its_rows_and_leaves_a_copy(tmp_path: Path, begin: str) -> None:
    path = tmp_path / "desk.db"
    engine = sqlite_engine(path)
    upgrade(engine, path, 0.0, to=begin)
    old = DeskStore(engine, path)
    old.commit(Step(puts=(check("kept"),), entries=(entry(),)), command("c1"), 1.0)
    old.close()
    said = upgrade(engine, path, 2.0)
    assert said is not None
    store = DeskStore(engine, path)
    assert store.book().get(FloorCheck, "kept") is not None
    assert store.verify() is None
    store.close()
    assert [p for p in tmp_path.iterdir() if f"before-{begin}" in p.name]


def test_a_file_of_a_newer_console_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    sqlite_store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    engine = sqlite_engine(path)
    with pytest.raises(BadInput, match="newer Floordesk"):
        upgrade(engine, path, 0.0)
    assert revision_of(engine, path) == "9999"
    engine.dispose()


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (id INTEGER)")
    connection.close()
    engine = sqlite_engine(path)
    with pytest.raises(BadInput, match="another program"):
        upgrade(engine, path, 0.0)
    engine.dispose()


def test_a_failing_revision_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "desk.db"
    engine = sqlite_engine(path)
    run = revisions.run

    def half_way(connection: object, to: str) -> None:
        run(connection, to)  # type: ignore[arg-type]
        raise RuntimeError("the power went")

    monkeypatch.setattr(revisions, "run", half_way)
    with pytest.raises(FloordeskError, match="it is as it was"):
        upgrade(engine, path, 0.0)
    assert revision_of(engine, path) is None
    monkeypatch.undo()
    upgrade(engine, path, 0.0)
    engine.dispose()
