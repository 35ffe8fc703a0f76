"""Backups on a schedule, on both databases: while the store is written to, with retention, over failures."""

import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.__main__ import main
from app.model.errors import StorageError, UsageError
from app.storage import backups
from app.storage.backups import Backups
from app.storage.schedule_store import open_schedule
from app.storage.upkeep import check
from tests.storage.test_schedule_store import booked, listed

ROOT = Path(__file__).parents[2]


def named_at(moment: datetime) -> str:
    return f"splicedeck-{moment:%Y%m%dT%H%M%S.%fZ}.backup.sqlite3"


def test_backups_are_made_when_due_and_the_oldest_go_while_the_store_is_written(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "LEAST_EVERY_S", 0.0)
    store, stop, enough = open_schedule(named), threading.Event(), threading.Event()
    store.merge(listed(booked("a"), booked("b", 1)), by="traffic")
    made: list[Path] = []

    def told(path: Path, _rows: int, _gone: list[Path]) -> None:
        made.append(path)
        if len(made) == 4:
            stop.set()
            enough.set()

    folder = tmp_path / "backups"
    working = Backups(named, folder, every_s=0.01, keep=2, told=told)
    runner = threading.Thread(target=working.run, args=(stop,))
    runner.start()
    n = 0
    while not enough.is_set():  # two rows a transaction: a backup has both or none
        store.merge(listed(booked(f"w{n}", n), booked(f"v{n}", n)), by="traffic")
        n += 1
    runner.join()
    store.close()
    assert sorted(folder.iterdir()) == made[-2:]
    for path in made[-2:]:
        found = check(path)
        assert found.faults == ()
        assert found.rows["bookings"] % 2 == 0


def test_the_next_is_due_by_the_newest_that_is_there(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    working = Backups("none.sqlite3", tmp_path, every_s=3600, keep=None)
    assert working.due_at() <= datetime.now(UTC)
    for hours in (-5, -0.5, 48):  # the last one by a clock that was wrong
        (tmp_path / named_at(now + timedelta(hours=hours))).touch()
    (tmp_path / "splicedeck-20269999T000000.000000Z.backup.sqlite3").touch()
    (tmp_path / "splicedeck-else").touch()
    assert working.due_at() == now + timedelta(hours=0.5)
    with pytest.raises(UsageError, match="too often"):
        Backups("none.sqlite3", tmp_path, every_s=1, keep=None)


def test_one_that_fails_is_told_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "_AGAIN_S", 0.01)
    path, stop = tmp_path / "store.sqlite3", threading.Event()
    failures: list[StorageError] = []

    def failed(error: StorageError) -> None:
        failures.append(error)
        open_schedule(path).close()  # there is a store at last

    working = Backups(
        path, tmp_path / "b", every_s=60, keep=1, told=lambda _path, _rows, _gone: stop.set(), failed=failed
    )
    working.run(stop)
    assert len(failures) == 1
    assert len(list((tmp_path / "b").iterdir())) == 1


def test_the_command_goes_on_until_it_is_ended(tmp_path: Path) -> None:
    path, folder = tmp_path / "store.sqlite3", tmp_path / "backups"
    open_schedule(path).close()
    folder.mkdir()
    old = [folder / named_at(datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 2, 3)]
    for each in old:
        each.touch()
    command = [sys.executable, "-m", "app", "db", "backup", str(folder), "--every", "6h", "--keep", "2"]
    with subprocess.Popen([*command, "--database", str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(3)]
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
    made = Path(lines[0].rpartition(": ")[0])
    assert sorted(folder.iterdir()) == [old[2], made]
    assert [line.strip() for line in lines[1:]] == [f"removed {each}" for each in old[:2]]
    with closing(sqlite3.connect(made)) as raw:
        assert raw.execute("SELECT count(*) FROM bookings").fetchone() == (0,)


def test_an_interval_is_a_number_and_a_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for every, said in (("often", "right are 30m, 6h, 1d"), ("0h", "right are 30m, 6h, 1d"), ("1s", "too often")):
        try:
            status = main(["db", "backup", str(tmp_path), "--every", every])
        except SystemExit as ended:
            status = int(ended.code or 0)
        assert status == 2
        assert said in capsys.readouterr().err
    assert main(["db", "backup", str(tmp_path / "none"), "--every", "6h"]) == 2
