"""Check, backup and restore: on both databases, and from one to the other; by the command line too."""

import json
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app.__main__ import main
from app.model.errors import StaleError, StoreUnusableError, UsageError
from app.security.secrets import database_password
from app.storage.asrun import open_store
from app.storage.asrun_guard import unguard
from app.storage.database import connected
from app.storage.database_url import database_url
from app.storage.schedule_store import open_schedule
from app.storage.tables import SCHEMA_VERSION, asrun
from app.storage.upkeep import backup, check, prune, restore
from tests.postgres_server import PostgresServer
from tests.storage.stories import story
from tests.storage.test_schedule_store import NOON, booked, ids, listed, titled


def filled(named: str) -> None:
    store = open_store(named)
    for event in story("b1"):
        store.record_event(event)
    store.reserve_splice_event_ids(100)
    store.close()
    schedule = open_schedule(named)
    schedule.merge(listed(booked("b1"), booked("b2", 1)), by="traffic")
    schedule.close()


def test_a_check_tells_what_is_there(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    filled(named)
    assert main(["db", "check", "--database", named, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["faults"]) == (SCHEMA_VERSION, [])
    assert (found["rows"]["bookings"], found["rows"]["asrun"], found["rows"]["imports"]) == (2, 1, 1)


def test_a_check_finds_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "store.sqlite3"
    filled(str(path))
    content = bytearray(path.read_bytes())
    page = 4096 * (len(content) // 4096 // 2)
    content[page : page + 8192] = b"\xa5" * 8192
    path.write_bytes(bytes(content))
    assert main(["db", "check", "--database", str(path)]) == 1
    assert "damaged" in capsys.readouterr().out


def test_a_check_finds_a_row_of_the_as_run_that_was_tampered_with(
    named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(named)
    engine = connected(database_url(named), create=False)
    with engine.begin() as connection:
        unguard(connection)
        connection.execute(update(asrun).values(title="another"))
    engine.dispose()
    assert main(["db", "check", "--database", named]) == 1
    out = capsys.readouterr().out
    assert "damaged" in out
    assert "entry 1" in out or "run " in out


def test_a_live_store_is_restored_with_its_newest_rows(tmp_path: Path) -> None:
    live = tmp_path / "live.sqlite3"
    store = open_schedule(live)
    store.edit(booked("b1"), 0)  # in the write-ahead log alone
    restore(live, tmp_path / "new.sqlite3")
    store.close()
    found = open_schedule(tmp_path / "new.sqlite3", create=False)
    assert ids(found) == ["b1"]
    found.close()


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    filled(str(path))
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE imports")
    raw.close()
    assert check(path).faults == ("the table imports is missing",)


def test_a_backup_is_of_one_moment_while_the_store_is_written(named: str, tmp_path: Path) -> None:
    filled(named)
    stop, done = threading.Event(), threading.Event()

    def write() -> None:
        store = open_schedule(named)
        n = 0
        while not stop.is_set():  # two rows a transaction: a backup has both or none
            store.merge(listed(booked(f"w{n}", n), booked(f"v{n}", n)), by="traffic")
            n += 1
            done.set()
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert done.wait(10)
    copy = tmp_path / "copy.sqlite3"
    backup(named, copy)
    stop.set()
    writer.join()
    store = open_schedule(copy, create=False)
    found = ids(store)
    store.close()
    assert len(found) % 2 == 0
    assert len(found) >= 4
    with pytest.raises(UsageError, match="there is such a file already"):
        backup(named, copy)
    assert {path.name for path in tmp_path.glob("*copy*")} == {"copy.sqlite3"}  # nothing half


def test_a_restored_store_is_as_it_was_and_its_numbers_go_on(named: str, tmp_path: Path) -> None:
    filled(named)
    copy = tmp_path / "copy.sqlite3"
    backup(named, copy)
    store = open_schedule(named)
    rows = {row.booking.plan.id: row for row in store.bookings()}
    edited = store.edit(titled(booked("b1"), "later"), rows["b1"].version)
    store.edit(booked("b3", 2), 0)
    seen = store.revision()
    kept = restore(copy, named)
    assert ids(store) == ["b1", "b2"]
    assert {row.booking.plan.id: row.removed for row in store.changes(seen)} == {"b1": False, "b2": False, "b3": True}
    for version in (edited.version, rows["b1"].version):
        with pytest.raises(StaleError):
            store.edit(titled(booked("b1"), "of before"), version)
    store.close()
    as_run = open_store(named)
    assert as_run.reserve_splice_event_ids() == 101
    assert [row.break_id for row in as_run.rows()] == ["b1"]
    as_run.close()
    assert kept is not None
    before = open_schedule(kept, create=False)
    assert ids(before) == ["b1", "b2", "b3"]
    before.close()


def test_a_store_moves_from_a_file_onto_a_server_and_back(postgres: PostgresServer, tmp_path: Path) -> None:
    path, server = tmp_path / "store.sqlite3", postgres.new_database()
    filled(str(path))
    for n, (source, target) in enumerate([(str(path), server), (server, str(tmp_path / "new.sqlite3"))]):
        copy = tmp_path / f"copy{n}.sqlite3"
        backup(source, copy)
        assert restore(copy, target) is None
        store = open_schedule(target)
        assert [row.booking for row in store.bookings(until=NOON + timedelta(minutes=1))] == [booked("b1")]
        store.close()


def test_what_is_no_backup_is_not_restored(tmp_path: Path) -> None:
    path, other = tmp_path / "store.sqlite3", tmp_path / "other.sqlite3"
    filled(str(path))
    for content in (b"", b"no database at all" * 500):
        other.write_bytes(content)
        with pytest.raises(StoreUnusableError):
            restore(other, path)
    assert check(path).rows["bookings"] == 2


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(str(tmp_path / "splicedeck.sqlite3"))
    folder = tmp_path / "backups"
    folder.mkdir()
    here = ["--data-dir", str(tmp_path)]
    for _ in range(3):
        assert main(["db", "backup", str(folder), "--keep", "2", *here]) == 0
    assert len(copies := sorted(folder.iterdir())) == 2
    assert main(["db", "restore", str(copies[-1]), *here]) == 0
    assert "as it was before: " in capsys.readouterr().out
    assert main(["db", "upgrade", *here]) == 0
    assert f"schema {SCHEMA_VERSION} already" in capsys.readouterr().out
    assert main(["db", "backup", str(tmp_path / "x"), "--keep", "2", *here]) == 2
    assert main(["db", "check", "--data-dir", str(folder)]) == 2
    assert capsys.readouterr().err.count("\n") == 2
    assert prune(folder, 2) == []


def test_a_password_comes_from_the_environment_or_keyring(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    postgres.sql("CREATE DATABASE locked")
    postgres.sql("CREATE ROLE locked LOGIN PASSWORD 'hush hush'")
    postgres.sql("ALTER DATABASE locked OWNER TO locked")
    url = postgres.url("locked", "locked")
    monkeypatch.setenv("SPLICEDECK_SECRET_DATABASE_127_0_0_1", "hush hush")
    open_store(url, password=database_password).close()
    assert main(["db", "check", "--database", url]) == 0
    monkeypatch.setenv("SPLICEDECK_SECRET_DATABASE_127_0_0_1", "wrong hush")
    assert main(["db", "check", "--database", url]) == 2
    told = capsys.readouterr()
    assert "password authentication failed" in told.err
    assert "splicedeck secret set database:127.0.0.1" in told.err
    assert "hush" not in told.err + told.out


def test_a_server_that_is_not_there_is_told_in_a_line(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = ("postgresql://nobody@127.0.0.1:1/none", postgres.url("no_such_database"), postgres.url("postgres"))
    said = ("see that the server runs", "have it made on the server", "there is no store in this database")
    for url, remedy in zip(urls, said, strict=True):
        assert main(["asrun", "--database", url]) == 2
        told = capsys.readouterr().err
        assert remedy in told
        assert told.count("\n") == 1
