"""``asrun --reconcile`` as its users call it, on both databases' tables through SQLite's file."""

import csv
import io
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.__main__ import main
from app.model.merging import BookingState
from app.model.rundown import BreakPlan
from app.model.schedule import Booking, Imported, Spot
from app.model.when import When
from app.storage.asrun import open_store
from app.storage.schedule_store import open_schedule
from tests.storage.stories import T0, started, story

DAY = ["--since", "2026-11-22T12:00:00Z", "--until", "2026-11-23T03:00:00Z"]


def booking(
    break_id: str, at: str | None, duration_s: int = 10, *, channel: str = "news-1", spots_s: int = 0
) -> Booking:
    when = None if at is None else When(at)
    plan = BreakPlan(id=break_id, channel=channel, at=when, duration_s=Fraction(duration_s), title=f"={break_id}")
    spots = (Spot(id="s", title="s", duration_s=Fraction(spots_s)),) if spots_s else ()
    return Booking(plan=plan, spots=spots)


@pytest.fixture
def named(tmp_path: Path) -> str:
    """A store with a day's bookings and what aired of them: OUTs at 60, 120, 180 and 240 s behind T0."""
    path = tmp_path / "store.sqlite3"
    with closing(open_store(path, timezone="Europe/Berlin")) as store:
        store.record_event(started())
        for n in range(4):
            store.record_events(story(f"b{n}", start_s=60 * (n + 1)))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    listed = (
        booking("b0", "2026-11-22 20:16:32:11"),  # house time: frame 11 of 25
        booking("b1", "+120", 12),
        booking("other", (T0 + timedelta(seconds=200)).isoformat(timespec="milliseconds")),
        booking("never", (T0 + timedelta(seconds=900)).isoformat(timespec="milliseconds"), 30),
        booking("later", tomorrow, 60, spots_s=20),
        booking("else", T0.isoformat(timespec="milliseconds"), channel="news-2"),
    )
    with closing(open_schedule(path, timezone="Europe/Berlin")) as schedule:
        schedule.merge(Imported(file="day.csv", bookings=listed), by="traffic")
    return str(path)


def lines(named: str, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert main(["asrun", "--reconcile", "--database", named, "--format", "json", *DAY, *words]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
    return found


def test_the_four_states_of_a_day(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = lines(named, capsys, "--channel", "news-1")
    told = [(row["reconciled"], row["break_id"], row["aired_id"], row["late_s"], row["longer_s"]) for row in found]
    assert told == [
        ("aired", "b0", "b0", 0.0, 0.0),
        ("aired", "b1", "b1", 0.0, -2.0),
        ("potential-match", "other", "b2", -20.0, 0.0),
        ("aired-not-booked", "", "b3", None, None),
        ("booked-not-aired", "never", "", None, None),
    ]
    assert [row["owed_s"] for row in found] == [0.0, 2.0, 0.0, 0.0, 30.0]
    assert (found[0]["verdict"], found[0]["out_house"]) == ("landed", "2026-11-22 20:16:32:11")
    assert [row["break_id"] for row in lines(named, capsys, "--channel", "news-2")] == ["else"]
    assert lines(named, capsys, "--channel", "elsewhere") == []


def test_a_partner_that_lies_outside_of_the_time_is_one_all_the_same(
    named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    late_day = ["--since", (T0 + timedelta(seconds=190)).isoformat(), "--until", "2026-11-23T03:00:00Z"]
    assert main(["asrun", "--reconcile", "--database", named, "--channel", "news-1", *late_day]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["reconciled"], row["break_id"]) for row in rows] == [
        ("potential-match", "other"),
        ("aired-not-booked", ""),
        ("booked-not-aired", "never"),
    ]


def test_csv_has_the_names_of_json_and_no_formulas(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asrun", "--reconcile", "--database", named, *DAY]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [list(row) for row in lines(named, capsys)] == [list(row) for row in rows]
    assert {row["title"][:2] for row in rows if row["title"]} == {"'="}
    texts = [cell for row in rows for cell in row.values() if cell]
    assert all(_is_number(cell) for cell in texts if cell.startswith(("=", "+", "-", "@")))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_the_summary_has_the_charts_values(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asrun", "--reconcile", "--database", named, "--format", "json", "--channel", "news-1", *DAY]) == 0
    summary = json.loads(capsys.readouterr().out)["summary"]
    outcomes = {"aired": 2, "booked-not-aired": 1, "aired-not-booked": 1, "potential-match": 1}
    assert summary["outcomes"] == outcomes
    assert summary["late"]["on time"] == 2
    assert summary["late"]["10 to 60 s early"] == 1
    assert summary["verdicts"] == {"landed": 4}


def test_a_make_good_is_suggested_while_the_day_lasts(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    good = lines(named, capsys, "--channel", "news-1")[-1]
    if good["make_good_at"]:  # not in the last half minute of this machine's day in Berlin
        assert datetime.fromisoformat(good["make_good_at"]) >= now
        assert "a break of its own" in good["make_good"]


def test_what_was_withdrawn_from_the_schedule_is_not_owed(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_schedule(named, create=False)) as schedule:
        (stored,) = [each for each in schedule.bookings() if each.booking.plan.id == "never"]
        schedule.remove("news-1", "never", stored.version)
    assert "never" not in {row["break_id"] for row in lines(named, capsys)}


def test_what_aired_is_held_against_what_was_armed_though_the_plan_has_moved_on(
    named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_schedule(named, timezone="Europe/Berlin", create=False)) as schedule:
        armed = booking("b3", (T0 + timedelta(seconds=239)).isoformat(timespec="milliseconds"), 9)
        schedule.edit(armed, 0)
        schedule.mark("news-1", "b3", BookingState.ARMED, airs=armed)
        schedule.mark("news-1", "b3", BookingState.AIRED)
        engine = schedule.engine
        with engine.begin() as connection:  # as a list of tomorrow would bring it, had it not aired
            connection.execute(text("UPDATE instances SET frozen_at = :at"), {"at": "2026-11-22 19:15:00.000000"})
            connection.execute(text("DELETE FROM bookings WHERE break_id = 'b3'"))
    (found,) = [row for row in lines(named, capsys, "--channel", "news-1") if row["aired_id"] == "b3"]
    assert (found["reconciled"], found["break_id"], found["late_s"], found["longer_s"]) == ("aired", "b3", 1.0, 1.0)


def test_a_file_is_written_whole_or_not_at_all(named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--reconcile"], []):
        output = tmp_path / "out.csv"
        assert main(["asrun", *words, "--database", named, "--output", str(output), *DAY]) == 0
        assert capsys.readouterr().out == ""
        assert output.read_text().startswith("channel,break_id,")
        output.unlink()
    assert main(["asrun", "--database", named, "--output", str(tmp_path / "none" / "out.csv")]) == 2
    assert "can't be written" in capsys.readouterr().err
    assert {path.suffix for path in tmp_path.iterdir()} <= {".sqlite3", ".sqlite3-wal", ".sqlite3-shm"}
