import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.model import events
from app.model.asrun import AsRunRow, AsRunState, row_after
from app.model.errors import StorageError
from app.model.states import ProofState
from app.storage.asrun import LAST_SPLICE_EVENT_ID, open_store
from app.storage.tables import asrun, counters
from tests.model.anything import values_of
from tests.storage.stories import T0, started, story

BREAK_EVENTS = [kind for kind in events.EVENTS.values() if issubclass(kind, events.BreakEvent)]


def test_a_row_is_kept_up_to_date_from_plan_to_verdict(tmp_path: Path) -> None:
    store = open_store(tmp_path / "new" / "store.sqlite3", timezone="Europe/Berlin")
    store.record_event(started())
    expected = AsRunRow(
        run_id=store.run_id,
        channel="news-1",
        break_id="b1",
        recorded_at=T0 - timedelta(seconds=6),
        timezone="Europe/Berlin",
        frame_rate="25",
    )
    for event in story("b1", title="Käse, „Bröt“ 🧀"):
        expected = row_after(expected, event)
        store.record_event(event)
        assert store.rows() == [expected]
    assert (expected.state, expected.verdict, expected.by) == (AsRunState.RETURNED, ProofState.LANDED, "op")
    store.close()
    again = open_store(tmp_path / "new" / "store.sqlite3")
    assert again.rows() == [expected]
    again.close()


def test_each_channel_run_and_break_has_its_row(named: str) -> None:
    for _ in range(2):
        store = open_store(named)
        for channel in ("news-1", "news-2"):
            for n in range(3):
                for event in story(f"b{n}", channel=channel, start_s=20 * n):
                    store.record_event(event)
        store.close()
    store = open_store(named)
    rows = store.rows()
    assert len({(row.run_id, row.channel, row.break_id) for row in rows}) == len(rows) == 12
    assert [row.out_at for row in rows] == sorted(row.out_at for row in rows if row.out_at)
    assert {row.channel for row in store.rows("news-2")} == {"news-2"}
    middle = T0 + timedelta(seconds=20)
    assert {row.break_id for row in store.rows(since=middle)} == {"b1", "b2"}
    assert {row.break_id for row in store.rows(until=middle)} == {"b0"}
    assert len(store.rows("news-1", middle, middle + timedelta(microseconds=1))) == 2
    assert store.rows("elsewhere") == []
    store.close()


def test_what_was_booked_and_did_not_air_stays(named: str) -> None:
    store = open_store(named)
    planned = next(story("b1", start_s=60))
    store.record_event(planned)
    refused = events.BreakRefused(at=T0, channel="news-1", break_id="b2", by="schedule", reason="overlaps break b1")
    store.record_event(refused)
    rows = {row.break_id: row for row in store.rows()}
    assert (rows["b1"].state, rows["b1"].planned_frame) == (AsRunState.PLANNED, 1500)
    assert (rows["b2"].state, rows["b2"].reason) == (AsRunState.REFUSED, "overlaps break b1")
    store.close()


def test_other_events_leave_no_row(named: str) -> None:
    store = open_store(named)
    store.record_event(started())
    store.record_event(events.AlarmRaised(at=T0, channel="news-1", key="k", severity="note", text="t"))
    sent = events.CueSent(at=T0, channel="news-1", break_id="b1", kind="out", pts=1, section=b"", latency_ms=0.5)
    store.record_event(sent)
    assert store.rows() == []
    store.close()


def _known_to_a_database(number: int | None) -> bool:
    return number is None or -(1 << 63) <= number < 1 << 63


@given(st.lists(st.sampled_from(BREAK_EVENTS).flatmap(values_of), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_any_event_is_a_row_that_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, story_of_any: list[events.BreakEvent]
) -> None:
    store = open_store(tmp_path_factory.mktemp("any") / "store.sqlite3")
    for event in story_of_any:
        try:
            store.record_event(event)
        except StorageError as error:  # a number of more than 63 bits, of which there is none in media time
            numbers = [getattr(event, name, None) for name in ("frame", "pts", "duration_ticks", "splice_event_id")]
            assert not all(map(_known_to_a_database, numbers)), error
    for row in store.rows():
        assert row.run_id == store.run_id
    store.close()


def test_text_that_no_database_takes_is_replaced(named: str) -> None:
    store = open_store(named)
    for title in ("a\0b", "lone \ud800"):
        store.record_event(
            events.BreakPlanned(at=T0, channel="news-1", break_id=title, title=title, planned_at=T0, frame=1, pts=1)
        )
        store.record_event(events.BreakCued(at=T0, channel="news-1", break_id=title, title=title))
    assert sorted(row.title for row in store.rows()) == ["a\ufffdb", "lone ?"]
    assert {row.state for row in store.rows()} == {AsRunState.CUED}
    store.close()


def test_a_time_without_a_zone_is_an_error(named: str) -> None:
    store = open_store(named)
    naive = datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(StorageError):
        store.record_event(events.BreakCued(at=naive, channel="news-1", break_id="b1"))
    assert store.rows() == []
    store.close()


# ---- splice_event_ids


def test_ids_are_given_once_even_over_restarts(named: str) -> None:
    given_ids: list[int] = []
    for count in (1, 4096, 1, 10):
        store = open_store(named)
        first = store.reserve_splice_event_ids(count)
        given_ids += range(first, first + count)
        store.close()
    assert given_ids == list(range(1, 4109))


def test_ids_begin_again_after_the_last_of_32_bits(named: str) -> None:
    store = open_store(named)
    store.reserve_splice_event_ids()
    with store._engine.begin() as connection:
        connection.execute(counters.update().values(value=LAST_SPLICE_EVENT_ID - 1))
    assert [store.reserve_splice_event_ids() for _ in range(3)] == [LAST_SPLICE_EVENT_ID - 1, LAST_SPLICE_EVENT_ID, 1]
    store.close()


def test_ids_are_unique_among_writers_at_once(named: str) -> None:
    stores = [open_store(named) for _ in range(4)]
    found: list[int] = []

    def take(n: int) -> None:
        found.extend(stores[n].reserve_splice_event_ids() for _ in range(50))

    threads = [threading.Thread(target=take, args=(n,), name=f"taker {n}") for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 201))
    for store in stores:
        store.close()


# ---- a crash

_WRITER = """
import sys
from itertools import count
from app.storage.asrun import open_store
from tests.storage.stories import story
store = open_store(sys.argv[1])
for n in count():
    for event in story(f"b{n}", start_s=20 * n):
        store.record_event(event)
        print(n, event.name, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 40, 97])
def test_a_killed_writer_leaves_whole_rows_and_all_it_has_told(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "store.sqlite3"
    command = [sys.executable, "-c", _WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline().split() for _ in range(lines)]
        writer.kill()
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
    store = open_store(path)
    rows = {row.break_id: row for row in store.rows()}
    for number, name in told:
        row = rows[f"b{number}"]
        assert name != "break.out" or row.out_frame is not None
        assert name != "break.in" or row.in_frame is not None
        assert name != "break.landed" or row.verdict is ProofState.LANDED
    for row in rows.values():
        reached = [row.planned_frame is not None, row.out_frame is not None, row.in_frame is not None]
        assert reached == sorted(reached, reverse=True)
        assert (row.state is AsRunState.RETURNED) == (row.in_frame is not None)
        assert row.out_frame in {None, row.planned_frame}
    for event in story("after", start_s=0):
        store.record_event(event)
    assert len(store.rows()) == len(rows) + 1
    store.close()


def test_every_column_is_a_field(tmp_path: Path) -> None:
    assert {column.name for column in asrun.columns} == {*AsRunRow.__slots__, "listed_at", "entry"}
