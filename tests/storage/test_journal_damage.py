"""Any damage to a journal: it is gone on with or set aside, nobody fails, and what is set aside is not touched."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.model.errors import StorageError
from app.storage.journal import Journal, read_entries, read_kept, read_run_id
from app.storage.journal_left import read_deliveries, read_left
from tests.storage.journaling import T0, WITHIN_S, Told, accepted, insert, journal


class Killed:
    """A journal with its write-ahead log, as after a kill; no dataclass: a failing test would print all of it."""

    def __init__(self, main: bytes, log: bytes) -> None:
        self.main, self.log = main, log


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    path = tmp_path_factory.mktemp("killed") / "journal.sqlite3"
    with journal(path) as one:
        for number in range(30):
            one.command(insert(number), lambda: None)
            one.event(accepted(number), number)
    with journal(path) as two:
        for number in range(30):
            two.event(accepted(number), number)
            assert two.written(WITHIN_S)
        two.keep("open/news-1", {"mark": 1})
        assert two.written(WITHIN_S)
        return Killed(path.read_bytes(), path.with_name(path.name + "-wal").read_bytes())


def damaged(data: st.DataObject, content: bytes) -> bytes:
    """Cut short, overwritten or written over in places."""
    kind = data.draw(st.sampled_from(["none", "cut", "bytes", "block", "zeros"]))
    place = data.draw(st.integers(0, len(content) - 1))
    if kind == "cut":
        return content[:place]
    if kind == "bytes":
        return content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :]
    if kind == "block":
        block = data.draw(st.binary(min_size=1, max_size=5000))
        return content[:place] + block + content[place + len(block) :]
    return content if kind == "none" else content[:place] + bytes(len(content) - place)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_whatever_lies_there_the_journal_goes_on(killed: Killed, data: st.DataObject) -> None:
    main, log = damaged(data, killed.main), damaged(data, killed.log)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        path.write_bytes(main)
        path.with_name(path.name + "-wal").write_bytes(log)
        one = Journal(path, run_id="r1", alarm=Told())
        one.start()
        one.command(insert(1000), lambda: None)
        one.event(accepted(1000), 1000)
        assert one.written(WITHIN_S)
        assert [seq for _, seq, _ in one.events_after(one.life, 999)] == [1000]
        assert one.close(WITHIN_S)
        if one.notes and main:
            (aside,) = [each for each in path.parent.glob("*set-aside*") if not each.name.endswith(("-wal", "-shm"))]
            assert aside.read_bytes() == main
            assert not log or aside.with_name(aside.name + "-wal").read_bytes() == log
        assert [entry.command for entry in read_entries(path) if entry.command][-1] == insert(1000)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_whatever_lies_there_readers_say_so(killed: Killed, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        path.write_bytes(damaged(data, killed.main))
        path.with_name(path.name + "-wal").write_bytes(damaged(data, killed.log))
        for read in (lambda: read_run_id(path), lambda: list(read_entries(path)), lambda: read_kept(path)):
            try:
                read()
            except StorageError as error:
                assert str(path) in str(error)
                assert "\n" not in str(error)
        read_left(path)
        read_deliveries(path, T0)
