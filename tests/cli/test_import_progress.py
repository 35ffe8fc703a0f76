"""A long import on a terminal: how far it is, and its end by Ctrl+C."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.bench.schedule_import import list_text
from app.model.errors import CancelledError
from app.model.progress import EVERY
from app.schedule.importing import imported_from
from app.storage.schedule_store import open_schedule


def on_a_terminal(file: Path, database: Path, *, interrupt_at: bytes = b"") -> tuple[int, str]:
    """Exit status, and what the terminal showed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-P", "-m", "app", "import", str(file), "--database", str(database)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, cwd=Path(__file__).parents[2])
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 1000):
            shown += more
            if interrupt_at and interrupt_at in shown:
                interrupt_at = b""
                child.send_signal(signal.SIGINT)
    except OSError:  # a terminal whose last program has ended
        pass
    os.close(ours)
    return child.wait(30), shown.decode()


def test_it_shows_how_far_it_is_and_wipes_it_away(tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    file.write_text(list_text(3000))
    status, shown = on_a_terminal(file, tmp_path / "store.sqlite3")
    assert status == 0, shown
    assert "\r\x1b[Kreading " in shown
    assert "day.csv: 66 %\r\x1b[K" in shown
    assert "storing " in shown
    assert shown.endswith("day.csv: 100 %\r\x1b[K")


def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path) -> None:
    file, database = tmp_path / "day.csv", tmp_path / "store.sqlite3"
    file.write_text(list_text(20_000))
    status, shown = on_a_terminal(file, database, interrupt_at=b"storing ")
    assert status == 130, shown
    assert "Traceback" not in shown
    with closing(open_schedule(database)) as store:
        assert store.bookings() == []
        assert store.revision() == 0


def test_reading_can_be_given_up(tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    file.write_text(list_text(2 * EVERY))
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return done < EVERY

    with pytest.raises(CancelledError):
        imported_from(str(file), progress=progress)
    assert told == [(0, 2 * EVERY), (EVERY, 2 * EVERY)]
