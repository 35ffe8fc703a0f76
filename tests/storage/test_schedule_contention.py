"""Many workstations on one schedule, on both databases: no edit is lost, and all of them are seen."""

from app.bench.figures import percentile
from app.bench.schedule_store import A_DAY, CHANNELS, contended, fill, read_days
from app.storage.schedule_store import open_schedule


def test_edits_of_several_programs_at_once_are_all_kept_and_seen(named: str) -> None:
    open_schedule(named).close()
    edited = contended(named, 150, 2)
    assert edited.kept == edited.made == 150
    assert edited.seen_s
    assert percentile(edited.seen_s, 0.99) < 5  # a second, where nothing else runs: see splicedeck bench schedule


def test_a_day_is_found_among_many(named: str) -> None:
    store = open_schedule(named)
    rows = CHANNELS * A_DAY * 3
    fill(store, rows)
    assert min(read_days(store, rows)) < 0.1
    assert len(read_days(store, rows, bare=True)) == len(read_days(store, rows))
    store.close()
