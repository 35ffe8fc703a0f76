import argparse
import csv
import io
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given

from app.cli import asrun
from app.cli.house_time import house_text
from app.model.errors import StoreUnusableError, UsageError
from app.model.timebase import FrameRate
from app.model.when import When
from app.storage.asrun import open_store
from tests.model.anything import moments, rates
from tests.storage.stories import T0, started, story

TITLE = 'Käse, "quoted"\nand =SUM(A1)'


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with the as-run of a show."""
    store = open_store(tmp_path / "splicedeck.sqlite3", timezone="Europe/Berlin")
    for channel in ("news-1", "news-2"):
        store.record_event(started(channel))
        for event in story("b1", channel=channel, start_s=60, title=TITLE):
            store.record_event(event)
    store.record_event(next(story("b2", start_s=120)))
    store.close()
    return tmp_path


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    asrun.add_parser(parser.add_subparsers())
    args = parser.parse_args(["asrun", *map(str, words)])
    status: int = args.run(args)
    return status


def test_csv_is_exact(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--data-dir", data_dir, "--channel", "news-1") == 0
    header, aired, planned = csv.reader(io.StringIO(capsys.readouterr().out))
    row = dict(zip(header, aired, strict=True))
    assert row.pop("run_id")
    assert row == {
        "channel": "news-1",
        "break_id": "b1",
        "title": TITLE,
        "by": "op",
        "splice_event_id": "7",
        "state": "returned",
        "reconciled": "aired",
        "planned_at": "2026-11-22T19:16:32.440000Z",
        "planned_house": "2026-11-22 20:16:32:11",
        "planned_frame": "1500",
        "planned_pts": "5400000",
        "planned_duration_ticks": "900000",
        "out_at": "2026-11-22T19:16:32.440000Z",
        "out_house": "2026-11-22 20:16:32:11",
        "out_frame": "1500",
        "out_pts": "5400000",
        "in_at": "2026-11-22T19:16:42.440000Z",
        "in_house": "2026-11-22 20:16:42:11",
        "in_frame": "1750",
        "in_pts": "6300000",
        "duration_ticks": "900000",
        "duration": "10.000",
        "how": "auto",
        "verdict": "landed",
        "reason": "",
        "recorded_at": "2026-11-22T19:16:44.440000Z",
    }
    waiting = dict(zip(header, planned, strict=True))
    assert (waiting["break_id"], waiting["state"], waiting["out_frame"], waiting["verdict"]) == (
        "b2",
        "planned",
        "",
        "",
    )


def test_json_has_the_same_names(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--data-dir", data_dir, "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    run("--database", data_dir / "splicedeck.sqlite3")
    header = capsys.readouterr().out.splitlines()[0].split(",")
    assert [list(row) for row in rows] == [header] * 3
    assert (rows[0]["title"], rows[0]["out_pts"], rows[2]["verdict"]) == (TITLE, 5_400_000, None)


@pytest.mark.parametrize(
    ("words", "breaks"),
    [
        ((), ["b1", "b1", "b2"]),
        (("--since", "2026-11-22T19:17:00Z"), ["b2"]),
        (("--until", "2026-11-22T20:17:00+01:00"), ["b1", "b1"]),
        (("--since", "2026-11-22", "--until", "2026-11-24"), ["b1", "b1", "b2"]),
        (("--since", "2026-11-24"), []),
        (("--channel", "news-2"), ["b1"]),
        (("--channel", "other"), []),
    ],
)
def test_which_breaks(
    data_dir: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], breaks: list[str]
) -> None:
    assert run("--data-dir", data_dir, "--format", "json", *words) == 0
    assert [row["break_id"] for row in json.loads(capsys.readouterr().out)] == breaks


def test_a_store_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    for words in (("--data-dir", tmp_path), ("--database", tmp_path / "none.sqlite3")):
        with pytest.raises(StoreUnusableError, match="there is no database; name") as caught:
            run(*words)
        assert caught.value.exit_status == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["", "somebody's notes\n" * 500])
def test_what_is_no_store_is_one_line_and_no_empty_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "splicedeck.sqlite3").write_text(content)
    with pytest.raises(StoreUnusableError, match=r"is no store of Splicedeck|it is no SQLite file") as caught:
        run("--data-dir", tmp_path)
    assert caught.value.exit_status == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", ["yesterday", "2026-11-22T20:00:00", "2026-13-01", "0001-01-01T00:00:00+14:00", ""])
def test_what_is_no_time_is_bad_usage(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run("--since", text)
    assert caught.value.code == 2
    assert "is no time: right is" in capsys.readouterr().err


def test_times_in_the_wrong_order_are_bad_usage() -> None:
    with pytest.raises(UsageError, match="is not after --since"):
        run("--since", "2026-11-22", "--until", "2026-11-21")


def test_help_explains_every_column(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--data-dir", data_dir)
    header = capsys.readouterr().out.splitlines()[0].split(",")
    with pytest.raises(SystemExit):
        run("--help")
    text = capsys.readouterr().out
    assert [name for name in header if name not in text] == []


def test_a_reader_does_not_disturb_a_show(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    writer = sqlite3.connect(data_dir / "splicedeck.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DROP TRIGGER asrun_update")  # rolled back with the rest
    writer.execute("UPDATE asrun SET title = 'half written'")
    assert run("--data-dir", data_dir) == 0
    assert "half written" not in capsys.readouterr().out
    writer.close()


@given(moments, rates)
def test_house_time_is_read_back_as_the_same_frame_of_the_second(moment: datetime, rate: FrameRate) -> None:
    text = house_text(moment, "Asia/Kolkata", str(rate))
    assert text is not None
    if rate.nominal <= 100:
        seconds = When.parse(text).seconds(first_frame_at=moment, rate=rate, timezone="Asia/Kolkata")
        assert abs(seconds) <= Fraction(1, 2 * rate.nominal)


def test_house_time_where_less_is_known() -> None:
    assert house_text(None, "UTC", "25") is None
    assert house_text(T0, "UTC", "") == "2026-11-22 19:15:32.440"
    assert house_text(T0 + timedelta(milliseconds=559, microseconds=999), "UTC", "25") == "2026-11-22 19:15:33:00"
    assert house_text(datetime(2026, 11, 22, tzinfo=UTC), "No/Such_Zone", "25")
