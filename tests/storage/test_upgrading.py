"""Older stores, on both databases: brought up to date, with a copy of how they were; never half."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, inspect, text

from app.model.errors import StorageError, StoreUnusableError
from app.storage import upgrading
from app.storage.asrun import open_store
from app.storage.database import connected, database_url, opened
from app.storage.schedule_store import open_schedule
from app.storage.schedule_tables import Base
from app.storage.tables import SCHEMA_VERSION
from app.storage.upgrading import migrate
from app.storage.upkeep import check
from tests.storage.stories import story
from tests.storage.test_schedule_store import booked


def older(named: str, *, with_alembic: bool = False) -> None:
    """A store of schema 1 with a row, as the first version left it: it knew nothing of Alembic."""
    engine = connected(database_url(named), create=True)
    with engine.begin() as connection:
        migrate(connection, 0, 1)
        if not with_alembic:
            connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text("INSERT INTO counters VALUES ('store', 77), ('splice_event_id', 4097)"))
        columns = (
            "run_id, channel, break_id, listed_at, recorded_at, state, title, by, how, reason, timezone, frame_rate"
        )
        values = (
            "'r', 'news-1', 'b1', '2026-11-22 12:00:00', '2026-11-22 12:00:00', 'returned', 't', '', '', '', '', ''"
        )
        connection.execute(text(f"INSERT INTO asrun ({columns}) VALUES ({values})"))  # noqa: S608 - texts of our own
    engine.dispose()


def shape(named: str) -> dict[str, Any]:
    engine = connected(database_url(named), create=False)
    metadata = MetaData()
    metadata.reflect(engine)
    found = {
        name: (
            [(c.name, str(c.type), c.nullable, c.primary_key) for c in table.columns],
            sorted((str(index.name), [c.name for c in index.columns]) for index in table.indexes),
        )
        for name, table in metadata.tables.items()
    }
    engine.dispose()
    return found


def test_a_migrated_store_has_the_shape_of_a_new_one(named: str, tmp_path: Path) -> None:
    open_store(named).close()
    new = shape(named)
    engine = connected(database_url(named), create=False)
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        migrate(connection, 0, SCHEMA_VERSION)
        versions = connection.execute(text("SELECT version, version_num FROM schema_version, alembic_version")).all()
    engine.dispose()
    assert shape(named) == new
    assert [tuple(row) for row in versions] == [(SCHEMA_VERSION, str(SCHEMA_VERSION))]


@pytest.mark.parametrize("with_alembic", [False, True])
def test_an_older_store_is_upgraded_and_how_it_was_is_kept(named: str, with_alembic: bool) -> None:
    older(named, with_alembic=with_alembic)
    store = open_store(named)
    assert [row.break_id for row in store.rows()] == ["b1"]
    assert store.reserve_splice_event_ids() == 4097
    assert (store.file or ())[-1] == 77
    store.record_event(next(story("b2")))
    store.close()
    schedule = open_schedule(named)
    schedule.edit(booked("b1"), 0)
    schedule.close()
    assert check(named).faults == ()
    if named.startswith("sqlite"):
        path = Path(named.removeprefix("sqlite:///"))
        (copy,) = path.parent.glob("store.sqlite3.schema1-*")
        with sqlite3.connect(copy) as raw:
            assert raw.execute("SELECT version FROM schema_version").fetchall() == [(1,)]
            assert raw.execute("SELECT break_id FROM asrun").fetchall() == [("b1",)]
        raw.close()
    else:
        engine = connected(database_url(named), create=False)
        with engine.connect() as connection:
            (kept,) = (
                name for name in inspect(connection).get_schema_names() if name.startswith("splicedeck_schema1_")
            )
            rows = connection.execute(text(f'SELECT break_id FROM "{kept}".asrun'))  # noqa: S608 - a name of our own
            assert rows.scalars().all() == ["b1"]
        engine.dispose()


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    older(named)
    before = shape(named)

    def fail(connection: Any, found: int, to: int) -> None:
        migrate(connection, found, to)
        raise StorageError("the last step")

    monkeypatch.setattr(upgrading, "migrate", fail)
    with pytest.raises(StorageError, match="the last step"):
        open_store(named)
    assert shape(named) == before
    monkeypatch.undo()
    open_store(named).close()  # and it can be tried again
    assert check(named).schema == SCHEMA_VERSION


def test_without_a_copy_there_is_no_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.sqlite3"
    older(f"sqlite:///{path}")
    monkeypatch.setattr(upgrading, "_stamp", lambda: "long" * 100)
    with pytest.raises(StorageError, match="not upgraded, as no copy of it can be made"):
        open_store(path)
    assert check(path).schema == 1


def test_several_programs_may_open_an_older_store_at_once(named: str) -> None:
    older(named)
    failures: list[Exception] = []

    def open_it() -> None:
        try:
            opened(database_url(named), create=True).dispose()
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert check(named).schema == SCHEMA_VERSION
    if named.startswith("sqlite"):
        assert len(list(Path(named.removeprefix("sqlite:///")).parent.glob("*.schema1-*"))) == 1


@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 99, 0])
def test_a_newer_store_is_refused_with_what_to_do(named: str, version: int) -> None:
    open_store(named).close()
    engine = connected(database_url(named), create=False)
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = :v"), {"v": version})
    engine.dispose()
    said = rf"schema {version}; this one has {SCHEMA_VERSION}\); open it with that version"
    for opening in (open_store, open_schedule):
        with pytest.raises(StoreUnusableError, match=said):
            opening(named)


_COLD = """
import sys
import app.engine.build
kinds = {"sqlalchemy", "alembic", "mako", "psycopg"}
loaded = lambda: sorted({name.partition(".")[0] for name in sys.modules} & kinds)
print(loaded())
from app.storage.asrun import open_store
for _ in range(2):  # a store that is made, and one that is there
    open_store(sys.argv[1]).close()
    print(loaded())
"""


def test_the_air_loads_no_database_library_and_its_store_no_migrations(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _COLD, str(tmp_path / "store.sqlite3")]
    root = Path(__file__).parents[2]
    told = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert told.splitlines() == ["[]", "['sqlalchemy']", "['sqlalchemy']"]
