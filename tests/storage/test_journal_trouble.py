"""A journal that is damaged, foreign, locked, full or gone: nothing is overwritten, nobody waits, nothing is lost."""

from __future__ import annotations

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.model.errors import StorageError
from app.storage import journal_backlog, journal_file
from app.storage.journal import Journal, read_entries, read_kept, read_run_id
from app.storage.journal_file import SCHEMA_VERSION
from tests.storage.journaling import WITHIN_S, Told, accepted, insert, journal, segment


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


def write(path: Path, run_id: str, rows: int = 1) -> None:
    with journal(path, run_id=run_id) as one:
        for number in range(rows):
            one.command(insert(number), lambda: None)
        one.keep("event_ids", [7, 8])
        one.keep("open/news-1", run_id)


def damage_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xa5" * 4096
    path.write_bytes(bytes(content))


def cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def scribble(path: Path) -> None:
    path.write_bytes(b"half a line of something else\n" * 300)


def sql(*statements: str) -> object:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return change


def another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "letter.txt").write_text("dear")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (scribble, "is damaged (file is not a database)"),
        (damage_page, "is damaged"),
        (cut_short, "is damaged"),
        (sql("DROP TABLE kept"), "is damaged (incomplete)"),
        (sql("DELETE FROM run"), "is damaged (incomplete)"),
        (
            sql(f"PRAGMA user_version = {SCHEMA_VERSION + 1}"),
            f"was written by a newer Splicedeck (schema {SCHEMA_VERSION + 1};",
        ),
        (another_program, "is no journal of Splicedeck"),
        (sql("PRAGMA application_id = 7"), "is no journal of Splicedeck"),
        (folder, "is no file"),
    ],
    ids=["scribble", "page", "short", "table", "run", "newer", "foreign", "other mark", "folder"],
)
def test_what_can_t_be_gone_on_with_is_set_aside_untouched(path: Path, change: object, said: str) -> None:
    write(path, "r1", 50)
    assert callable(change)
    change(path)
    before = path.read_bytes() if path.is_file() else None
    assert read_run_id(path) is None
    with journal(path) as one:
        (note,) = one.notes
        one.command(insert(1), lambda: None)
    assert f"{path} {said}" in note
    assert "\n" not in note
    (aside,) = [each for each in path.parent.iterdir() if "set-aside" in each.name]
    assert (f"; to go back to it, rename {aside.name} to {path.name} and run the newer" in note) is ("newer" in said)
    assert f"set aside as {aside.name}" in note
    if before is None:
        assert (aside / "letter.txt").read_text() == "dear"
    else:
        assert aside.read_bytes() == before
    assert len(list(read_entries(path))) == 1


def test_two_that_are_set_aside_in_one_second_keep_their_names(path: Path) -> None:
    for _ in range(3):
        scribble(path)
        with journal(path) as one:
            assert one.notes
    assert len([each for each in path.parent.iterdir() if "set-aside" in each.name]) == 3


def test_an_empty_file_is_a_new_journal(path: Path) -> None:
    path.touch()
    with journal(path) as one:
        assert (one.notes, one.life) == ((), 1)


def test_what_a_killed_writer_left_in_the_write_ahead_log_is_set_aside_with_its_file(path: Path) -> None:
    with journal(path) as one:
        one.command(insert(1), lambda: None)
        assert one.written(WITHIN_S)
        wal = path.with_name(path.name + "-wal")
        left = path.read_bytes(), wal.read_bytes()
    path.write_bytes(b"\0" * 100 + left[0][100:])
    wal.write_bytes(left[1])
    with journal(path) as one:
        assert one.notes
    kept = {each.name.rpartition("Z")[2]: each.read_bytes() for each in path.parent.glob("*set-aside*")}
    assert kept["-wal"] == left[1]


def test_another_run_s_journal_is_rotated_and_only_the_newest_stay(path: Path) -> None:
    for number in range(8):
        write(path, f"r{number}", number + 1)
    assert read_run_id(path) == "r7"
    assert {each.name for each in path.parent.iterdir()} == {
        "journal.sqlite3",
        *(f"journal-r{number}.sqlite3" for number in range(2, 7)),
    }
    with journal(path, run_id="r8") as one:
        assert one.rotated == path.with_name("journal-r7.sqlite3")
        assert (one.life, one.notes) == (1, ())
        assert (one.kept("event_ids"), one.kept("open/news-1")) == ([7, 8], None)
    assert len(list(read_entries(path.with_name("journal-r7.sqlite3")))) == 8
    assert read_kept(path.with_name("journal-r7.sqlite3"))["open/news-1"] == "r7"


def test_a_rotated_journal_takes_no_other_s_place(path: Path) -> None:
    write(path, "r1", 1)
    taken = path.with_name("journal-r1.sqlite3")
    taken.write_text("something of somebody's")
    with journal(path, run_id="r2") as one:
        assert one.rotated is not None
        assert one.rotated != taken
    assert taken.read_text() == "something of somebody's"


def test_readers_say_what_they_can_t_read(path: Path) -> None:
    assert read_run_id(path) is None
    scribble(path)
    with pytest.raises(StorageError, match="the journal can't be read"):
        read_kept(path)
    with pytest.raises(StorageError, match="the journal can't be read"):
        list(read_entries(path))


# ---- a disk that does not answer


@contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def test_a_locked_journal_holds_nobody_up_and_is_written_later(path: Path) -> None:
    told = Told()
    on_disk: list[int] = []
    with journal(path, told=told) as one:
        with locked(path) as other:
            started_s = time.perf_counter()
            for number in range(1000):
                one.command(insert(number), lambda number=number: on_disk.append(number))  # type: ignore[misc] # bound now
                one.event(accepted(number), number)
                one.keep("key", number)
            took_s = time.perf_counter() - started_s
            told.wait(raised=True)
            assert not on_disk
            assert not one.written(0.01)
            assert (one.kept("key"), len(one.events_after(1, -1))) == (999, 1000)
            assert "journal entries wait to be written: database is locked" in (told.text or "")
            other.execute("ROLLBACK")
        told.wait(raised=False)
        assert one.written(WITHIN_S)
    assert took_s < 1, "a caller never waits for the disk"
    assert on_disk == list(range(1000))
    assert len(list(read_entries(path))) == 2000
    assert read_kept(path) == {"key": 999}


def test_an_overdue_command_is_marked_when_the_disk_answers(path: Path) -> None:
    told = Told()
    with journal(path, told=told) as one:
        with locked(path) as other:
            one.command(insert(1), lambda: None)
            one.overdue("c1")
            assert told.text is not None
            assert "carried out before it was written down" in told.text
            other.execute("ROLLBACK")
        told.wait(raised=False)
    (entry,) = read_entries(path)
    assert entry.overdue


def test_memory_is_bounded_and_what_is_brief_goes_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_backlog, "WAITING_LIMIT", 100)
    told = Told()
    callbacks: list[int] = []
    with journal(path, told=told) as one:
        with locked(path) as other:
            one.command(insert(-1), lambda: None)
            told.wait(raised=True)  # it is in the batch that is tried again and again
            for number in range(100):
                one.event(segment(number), number)
            assert one.lost == 50
            for number in range(100):
                one.command(insert(number), lambda: None)
                one.keep("key", number, lambda number=number: callbacks.append(number))  # type: ignore[misc] # bound now
            assert one.lost == 100
            other.execute("ROLLBACK")
        told.wait(raised=False)
    assert [entry.command.id for entry in read_entries(path) if entry.command] == [f"c{n}" for n in range(-1, 50)]
    assert callbacks == list(range(36, 100)), "the newest of a value that is replaced faster than it is written"


def test_a_full_disk_is_told_and_written_to_when_there_is_room_again(path: Path) -> None:
    told = Told()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with journal(path, told=told) as one:
        one.command(insert(1), lambda: None)
        assert one.written(WITHIN_S)
        size = path.with_name(path.name + "-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1000, before[1]))  # no file of this process can grow
        try:
            one.command(insert(2), lambda: None)
            told.wait(raised=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        told.wait(raised=False)
        assert (one.notes, one.life) == ((), 1)
    assert [entry.command for entry in read_entries(path)] == [insert(1), insert(2)]


@pytest.mark.parametrize("replace", [False, True])
def test_a_journal_that_is_taken_away_is_made_again_with_what_was_kept(path: Path, *, replace: bool) -> None:
    told = Told()
    with journal(path, told=told) as one:
        one.keep("open/news-1", {"mark": 1})
        one.command(insert(1), lambda: None)
        assert one.written(WITHIN_S)
        for each in list(path.parent.iterdir()):
            each.unlink()
        if replace:
            scribble(path)
        told.wait(raised=True)  # though nothing is to be written
        one.command(insert(2), lambda: None)
        assert one.written(WITHIN_S)
        assert one.life == 1
        assert len(one.notes) == replace
        assert "has gone or was replaced" in str(told.text)
    assert [entry.command for entry in read_entries(path)] == [insert(1), insert(2)]
    assert read_kept(path) == {"open/news-1": {"mark": 1}}


def test_a_journal_that_breaks_while_it_is_written_is_set_aside(path: Path) -> None:
    told = Told()
    with journal(path, told=told) as one:
        one.keep("open/news-1", "kept")
        one.command(insert(1), lambda: None)
        assert one.written(WITHIN_S)
        one._drop()  # what follows is read from the file, not from this connection's memory
        scribble(path)
        one.command(insert(2), lambda: None)
        assert one.written(WITHIN_S)
        assert "set aside" in one.notes[0]
    assert [entry.command for entry in read_entries(path)] == [insert(2)]
    assert read_kept(path) == {"open/news-1": "kept"}


def test_a_journal_that_can_t_be_opened_is_told_and_opened_later(path: Path) -> None:
    write(path, "r1")
    away = path.parent.rename(path.parent.with_name("away"))
    path.parent.write_text("a file where the folder should be")
    told = Told()
    started_s = time.perf_counter()
    one = Journal(path, run_id="r1", alarm=told)
    assert time.perf_counter() - started_s < 1
    assert "the journal can't be opened" in one.notes[0]
    told.wait(raised=True)
    one.start()
    one.command(insert(5), lambda: None)
    one.event(segment(1), 1)
    assert [seq for _, seq, _ in one.events_after(0, 0)] == [1]
    with pytest.raises(StorageError):
        one.events_after(0, 0, whole=True)
    path.parent.unlink()
    away.rename(path.parent)
    assert one.written(WITHIN_S)
    assert (one.life, told.text) == (2, None)
    assert one.close(WITHIN_S)
    assert [entry.command for entry in read_entries(path)] == [insert(0), insert(5), None]


def test_a_locked_journal_holds_up_no_start(path: Path) -> None:
    write(path, "r1")
    told = Told()
    with locked(path) as other:
        started_s = time.perf_counter()
        one = Journal(path, run_id="r1", alarm=told)
        assert time.perf_counter() - started_s < 1
        other.execute("ROLLBACK")
    one.start()
    one.command(insert(5), lambda: None)
    assert one.written(WITHIN_S)
    assert one.life == 2
    assert one.close(WITHIN_S)


def test_a_journal_that_can_only_be_read_at_first_knows_its_life(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_connection: sqlite3.Connection, _life: int | None) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    write(path, "r1")
    write(path, "r1")
    with monkeypatch.context() as patched:
        patched.setattr(journal_file, "_live", full)
        one = Journal(path, run_id="r1", alarm=Told())
        assert "can't be opened" in one.notes[0]
        assert one.life == 3
    one.start()
    one.event(accepted(1), 1)
    assert one.written(WITHIN_S)
    assert one.close(WITHIN_S)
    assert [entry.life for entry in read_entries(path) if entry.event] == [3]


def test_a_kept_value_that_is_damaged_is_none(path: Path) -> None:
    with journal(path) as one:
        one.keep("event_ids", [7, 8])
        one.keep("recorded", [1, 2])
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE kept SET value = '[7, ' WHERE key = 'event_ids'")
    with journal(path) as two:
        assert (two.kept("event_ids"), two.kept("recorded")) == (None, [1, 2])


def test_what_can_t_be_written_to_the_end_is_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    one = Journal(path, run_id="r1", alarm=Told())
    one.start()
    with locked(path):
        one.command(insert(1), lambda: None)
        started_s = time.perf_counter()
        assert not one.close(0.2)
        assert time.perf_counter() - started_s < 2
    assert "1 entries could not be written" in caplog.text


def test_a_callback_that_fails_takes_nobody_along(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise RuntimeError("oops")

    reached = threading.Event()
    with journal(path) as one:
        one.command(insert(1), fails)
        one.command(insert(2), reached.set)
        assert reached.wait(WITHIN_S)
    assert "whoever waited for the journal failed" in caplog.text
