import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.model.errors import StorageError, StoreUnusableError, UnsupportedError, UsageError
from app.storage.asrun import open_store
from app.storage.tables import SCHEMA_VERSION
from tests.storage.stories import story


def sql(path: Path, *statements: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
        connection.commit()
    finally:
        connection.close()
    return rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with a row."""
    path = tmp_path / "store.sqlite3"
    store = open_store(path)
    store.record_event(next(story("b1")))
    store.close()
    return path


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_store_is_named_by_path_or_url(path: Path, form: str) -> None:
    store = open_store(form.format(path))
    assert [row.break_id for row in store.rows()] == ["b1"]
    store.close()


def test_the_rules_of_the_file(path: Path) -> None:
    assert sql(path, "PRAGMA journal_mode") == [("wal",)]
    assert sql(path, "SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]
    store = open_store(path)
    with store._engine.connect() as connection:
        rules = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "foreign_keys", "busy_timeout")
        }
    store.close()
    assert rules == {"synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.parametrize(
    ("named", "kind", "said"),
    [
        ("postgresql://u:hush@host/db", UsageError, "splicedeck secret set database:host"),
        ("postgresql://u@host/db?password=hush", UsageError, "splicedeck secret set database:host"),
        ("postgresql://u@host", UsageError, "names no database"),
        ("mysql+pymysql://host/db", UnsupportedError, "mysql"),
        ("sqlite://", UsageError, "no database"),
        ("sqlite:///:memory:", UsageError, "no database"),
        ("sqlite:///a?mode=ro", UsageError, "no database"),
        ("http://u:hush@host/", UsageError, "no database"),
        ("x://y:z:a", UsageError, "no database"),
        ("://", UsageError, "no database"),
    ],
)
def test_what_is_no_store_is_a_usage_error(named: str, kind: type[UsageError], said: str) -> None:
    with pytest.raises(kind) as caught:
        open_store(named)
    assert said in str(caught.value)
    assert "hush" not in str(caught.value)
    assert caught.value.exit_status == 2


def refusal(path: Path, *, create: bool = True) -> str:
    with pytest.raises(StoreUnusableError) as caught:
        open_store(path, create=create, busy_timeout_ms=50)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_reader_makes_no_store(tmp_path: Path) -> None:
    assert "there is no database" in refusal(tmp_path / "none.sqlite3", create=False)
    assert not list(tmp_path.iterdir())
    (tmp_path / "empty.sqlite3").touch()
    assert "no store of Splicedeck" in refusal(tmp_path / "empty.sqlite3", create=False)


def test_a_folder_or_what_lies_below_a_file_is_no_store(tmp_path: Path, path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)
    assert "can't be opened" in refusal(path / "below" / "store.sqlite3")


def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to be read as one" * 100)
    before = text.read_bytes()
    assert "not a database" in refusal(text)
    assert text.read_bytes() == before


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    sql(other, "CREATE TABLE songs (title TEXT)")
    before = other.read_bytes()
    assert "no store of Splicedeck" in refusal(other)
    assert other.read_bytes() == before


def test_a_store_of_a_newer_version_is_left_as_it_is(path: Path) -> None:
    sql(path, "UPDATE schema_version SET version = version + 1")
    assert f"schema {SCHEMA_VERSION + 1}; this one has {SCHEMA_VERSION}" in refusal(path)
    assert sql(path, "SELECT count(*) FROM asrun") == [(1,)]


def test_a_store_that_is_held_by_another_program_says_so(path: Path) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    store = open_store(path, busy_timeout_ms=50)
    with pytest.raises(StoreUnusableError, match=r"locked.*another program is writing in it"):
        store.record_event(next(story("b2")))
    assert [row.break_id for row in store.rows()] == ["b1"]  # readers don't wait for it
    holder.execute("ROLLBACK")
    store.record_event(next(story("b2")))
    assert len(store.rows()) == 2
    store.close()
    holder.close()


def test_a_new_store_that_is_held_by_another_program_says_so(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert "another program is writing in it" in refusal(path)
    holder.execute("ROLLBACK")
    holder.execute("BEGIN")
    holder.execute("SELECT * FROM sqlite_master").fetchall()
    assert "another program is writing in it" in refusal(path)  # a reader is in the way of write-ahead
    holder.close()
    open_store(path).close()
    assert sql(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_damaged_file_is_an_error_of_the_store(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(bytes(content))
    with pytest.raises(StorageError):
        open_store(path).rows()


_OPENER = "import sys; from app.storage.asrun import open_store; open_store(sys.argv[1]).close()"


def test_several_programs_may_make_the_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    command = [sys.executable, "-c", _OPENER, str(path)]
    openers = [
        subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [(opener.communicate()[1], opener.returncode) for opener in openers] == [("", 0)] * 4
    assert sql(path, "SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]
