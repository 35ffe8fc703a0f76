"""The as-run's chains on both databases: append-only, never forked, and any tampering found."""

import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.model import events
from app.model.chain import Head, Seal
from app.storage.asrun import Store, open_store
from app.storage.asrun_verify import Verified, verify
from app.storage.database import connected, database_url
from app.storage.tables import asrun, asrun_chains, asrun_log
from app.storage.upkeep import backup, restore
from tests.postgres_server import PostgresServer
from tests.storage.stories import T0, started, story
from tests.storage.tampering import SEALED, SHOWN, Tamper, tamper
from tests.storage.test_upgrading import older

RUNS = ("early", "late", "latest")


def filled(named: str | Path, runs: tuple[str, ...] = RUNS) -> None:
    """Two breaks a run."""
    for run_id in runs:
        with closing(open_store(named, run_id=run_id, timezone="UTC")) as store:
            store.record_events([started(), *story("b1", title="One"), *story("b2", start_s=20, title="Two")])


def sealed(named: str | Path) -> list[Seal]:
    """The ends as they are, noted elsewhere."""
    return [Seal(run.run_id, run.head, "a note") for run in verify(named).runs]


def tampered(named: str | Path, how: Tamper, pick: int) -> None:
    engine = connected(database_url(named), create=False)
    with engine.begin() as connection:
        tamper(connection, how, pick)
    engine.dispose()


def told(found: Verified) -> list[str]:
    return [str(fault) for fault in found.faults]


def test_what_was_written_is_whole(named: str) -> None:
    filled(named)
    found = verify(named)
    assert told(found) == []
    assert [(run.run_id, run.rows, run.carried) for run in found.runs] == [(name, 2, 0) for name in RUNS]
    assert all(run.head.number > 6 for run in found.runs)
    assert found.seals == 2  # "late" sealed the end of "early", "latest" that of "late"
    with closing(open_store(named, run_id="early")) as store:  # a run may go on behind a later one's beginning
        store.record_events(story("b3", start_s=40))
    assert told(verify(named)) == []


def test_an_entry_says_what_changed_when_and_who_did_it(named: str) -> None:
    with closing(open_store(named, run_id="r")) as store:
        store.record_events([started(), *story("b1", title="One")])
        with store.reading() as connection:
            rows = connection.execute(select(asrun_log.c.content).order_by(asrun_log.c.number)).scalars().all()
        with closing(open_store(named, run_id="r")) as again:  # told twice, it is written once
            again.record_events([started(), *story("b1", title="One")])
            with again.reading() as connection:
                assert (
                    connection.execute(select(asrun_log.c.content).order_by(asrun_log.c.number)).scalars().all() == rows
                )
    assert [row.split('"event":"')[1].split('"')[0] for row in rows] == [
        *("asrun.begun", "break.planned", "break.armed", "break.out", "break.in", "break.landed"),
    ]
    assert '"by":"op"' in rows[2]
    assert '"out_frame":0' in rows[3]
    assert '"in_frame"' not in rows[3]


@pytest.mark.parametrize("table", [asrun, asrun_log, asrun_chains])
def test_the_database_itself_refuses_to_change_or_remove(named: str, table: object) -> None:
    filled(named, ("r",))
    engine = connected(database_url(named), create=False)
    statements = {
        "asrun": ["UPDATE asrun SET title = 'x'", "UPDATE asrun SET entry = entry + 1000", "DELETE FROM asrun"],
        "asrun_log": ["UPDATE asrun_log SET content = '{}'", "DELETE FROM asrun_log WHERE number = 3"],
        "asrun_chains": ["UPDATE asrun_chains SET number = 1", "DELETE FROM asrun_chains"],
    }[str(table)]
    if engine.dialect.name == "postgresql":
        statements.append(f"TRUNCATE {table}")
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()
    assert told(verify(named)) == []


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chain") / "model.sqlite3"
    filled(path)
    with closing(open_store(path)) as store, store._engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")  # one file, which can be copied
    return path


def copied(model: Path) -> Path:
    copy = model.with_name("copy.sqlite3")
    for side in ("-wal", "-shm"):
        copy.with_name(copy.name + side).unlink(missing_ok=True)
    shutil.copyfile(model, copy)
    return copy


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 60))
def test_any_tampering_is_found(model: Path, pick: int) -> None:
    for how in SHOWN:
        path = copied(model)
        tampered(path, SHOWN[how], pick)
        assert told(verify(path)), how


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 60))
def test_what_was_made_to_agree_with_itself_is_found_by_the_ends_that_were_noted(model: Path, pick: int) -> None:
    seals = sealed(model)
    for how in SEALED:
        path = copied(model)
        tampered(path, SEALED[how], pick)
        assert told(verify(path, seals=seals)), how


@pytest.mark.parametrize("how", [*sorted(SHOWN)[::3], *SEALED])
def test_it_is_found_on_a_server_too(postgres: PostgresServer, how: str) -> None:
    name = _model_on(postgres)
    copy = f"tampered_{how}"
    postgres.sql(f"DROP DATABASE IF EXISTS {copy}")
    postgres.sql(f"CREATE DATABASE {copy} TEMPLATE {name}")
    named = postgres.url(copy)
    seals = sealed(named)
    tampered(named, (SHOWN | SEALED)[how], 7)
    assert told(verify(named, seals=seals)), how


def _model_on(postgres: PostgresServer) -> str:
    name = "chain_model"
    if (name,) not in postgres.sql("SELECT datname FROM pg_database"):
        postgres.sql(f"CREATE DATABASE {name}")
        filled(postgres.url(name))
    return name


def test_a_last_run_that_is_removed_whole_shows_by_a_note_alone(model: Path) -> None:
    path = copied(model)
    seals = sealed(path)
    tampered(path, SEALED["remove_run_thoroughly"], RUNS.index("latest"))
    assert told(verify(path)) == []
    (fault,) = verify(path, seals=seals).faults
    assert (fault.run_id, fault.what.split(",")[0]) == ("latest", "gone")


# ---- several writers


def _at_once(stores: list[Store], write: Callable[[Store, int], None]) -> None:
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            write(stores[number], number)
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert not failures


@pytest.mark.parametrize("runs", [("one", "one", "one", "one"), ("one", "two", "three", "one")])
def test_engines_that_write_at_once_fork_no_chain(named: str, runs: tuple[str, ...]) -> None:
    open_store(named).close()
    stores = [open_store(named, run_id=run_id) for run_id in runs]

    def write(store: Store, number: int) -> None:
        for n in range(3):
            for event in story(f"b{number}-{n}", start_s=20 * n):
                store.record_event(event)

    _at_once(stores, write)
    found = verify(named)
    assert told(found) == []
    assert sum(run.rows for run in found.runs) == 12
    assert {run.run_id: run.head.number for run in found.runs} == {
        run_id: 1 + 15 * runs.count(run_id) for run_id in set(runs)
    }


def test_engines_that_tell_the_same_at_once_write_it_once(named: str) -> None:
    open_store(named).close()
    stores = [open_store(named, run_id="r") for _ in range(3)]
    _at_once(stores, lambda store, _number: store.record_events(story("b1")))
    (run,) = verify(named).runs
    assert (run.head.number, run.rows) == (6, 1)


# ---- what went, and what was there before


def test_a_store_that_lost_entries_says_so_for_ever(named: str) -> None:
    filled(named, ("r",))
    with closing(open_store(named, run_id="r")) as store:
        store.record_events(story("b3"))
        head = store.head
        assert head is not None
        store.record_events(story("b4"))
        tampered(named, SEALED["remove_tail_thoroughly"], head.number - 3)
        store.record_events(story("b5"))
        assert store.lost
    found = told(verify(named))
    assert any("and those up to" in line or "is gone" in line for line in found)
    assert any("entries had gone before it was written: the chain had come to" in line for line in found)


def test_a_head_that_was_noted_elsewhere_is_looked_for_when_it_is_written_again(named: str) -> None:
    filled(named, ("r",))
    with closing(open_store(named, run_id="r")) as store:
        store.head = Head(5, "0" * 64)
        store.record_events(story("b3"))
        assert store.lost
    (fault,) = told(verify(named))
    assert "entries had gone before it was written: the chain had come to 5" in fault


def test_a_restored_backup_is_an_older_state_and_a_chain_all_the_same(named: str, tmp_path: Path) -> None:
    filled(named, ("r",))
    copy = tmp_path / "copy.sqlite3"
    backup(named, copy)
    assert told(verify(copy)) == []
    with closing(open_store(named, run_id="r")) as store:
        store.record_events(story("b3"))
    seals = sealed(named)
    restore(copy, named)
    assert told(verify(named)) == []
    assert "older copy of the store" in told(verify(named, seals=seals))[0]
    engine = connected(database_url(named), create=False)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("DELETE FROM asrun_log"))  # guarded again
    engine.dispose()


def test_rows_of_an_older_version_are_chained_from_then_on(named: str) -> None:
    older(named)
    with closing(open_store(named, run_id="r")) as store:  # its run goes on
        (before,) = store.rows()
        end = T0.replace(day=23)
        late = events.BreakFailed(at=end, channel="news-1", break_id="b1", title="t2", reason="found out later")
        store.record_event(late)
        assert store.rows() == [replace(before, title="t2", recorded_at=end)]
    found = verify(named)
    assert told(found) == []
    assert [(run.run_id, run.rows, run.carried, run.head.number) for run in found.runs] == [("r", 1, 1, 3)]
    tampered(named, SHOWN["change_row"], 0)
    assert "the row of break 'b1' on news-1 was changed: title is 'Another', and was 't2'" in told(verify(named))[0]
