"""What others change is seen within a second, on both databases, over a lost connection too."""

import queue
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.model.errors import StorageError
from app.model.merging import Stored
from app.model.schedule_face import Edit
from app.storage.schedule_store import open_schedule
from app.storage.schedule_watch import ScheduleWatch
from tests.postgres_server import postgres_server
from tests.storage.test_schedule_store import booked, titled

_OTHER = """
import sys
from app.storage.schedule_store import open_schedule
from tests.storage.test_schedule_store import booked
store = open_schedule(sys.argv[1])
print("ready", flush=True)
for n, _ in enumerate(sys.stdin):
    store.edit(booked(f"other{n}"), 0)
    print("written", flush=True)
store.close()
"""


def test_what_another_program_writes_is_told_within_a_second(named: str) -> None:
    store = open_schedule(named)
    store.edit(booked("before"), 0)
    told: queue.Queue[list[Stored]] = queue.Queue()
    watch = ScheduleWatch(store, 0, told.put)
    watch.start()
    assert [row.booking.plan.id for row in told.get(timeout=5)] == ["before"]
    command = [sys.executable, "-c", _OTHER, named]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        for n in range(5):
            other.stdin.write("\n")
            other.stdin.flush()
            assert other.stdout.readline() == "written\n"
            began_s = time.monotonic()
            assert [row.booking.plan.id for row in told.get(timeout=5)] == [f"other{n}"]
            assert time.monotonic() - began_s < 1.0
        other.stdin.close()
    watch.close()
    store.edit(booked("after"), 0)
    assert told.empty()
    store.close()


def test_what_was_missed_while_the_server_was_gone_is_read_when_it_is_back() -> None:
    with postgres_server() as mortal:
        store = open_schedule(named := mortal.new_database())
        told: queue.Queue[list[Stored]] = queue.Queue()
        trouble: queue.Queue[str | None] = queue.Queue()
        watch = ScheduleWatch(store, 0, told.put, trouble.put)
        watch.start()
        made = store.edit(booked("b1"), 0)
        assert told.get(timeout=5) == [made]
        mortal.stop(signal.SIGQUIT)
        assert "not seen" in (trouble.get(timeout=10) or "")
        edit = Edit(booked("b3"), "news-1", "b3", 0)
        with pytest.raises(StorageError, match="look whether what was not confirmed is there"):
            store.write([edit], by="anna")
        mortal.start()
        other = open_schedule(named)
        changed = other.edit(titled(booked("b1"), "Kino"), made.version)
        other.close()
        assert trouble.get(timeout=10) is None
        assert told.get(timeout=10) == [changed]
        assert store.edit(booked("b2"), 0).booking == booked("b2")  # the edits' own connections come back too
        (kept,) = store.write([edit], by="anna")  # it was not written then: it can be now
        assert kept.booking == edit.booking
        watch.close()
        store.close()
