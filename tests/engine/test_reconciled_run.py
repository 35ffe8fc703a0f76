"""Half a minute on air, booked beforehand: its chain is whole, and it reconciles with the schedule to the row.

From either kind of database.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import closing
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from app.__main__ import main
from app.model.rundown import BreakPlan
from app.model.schedule import Booking, Imported
from app.model.when import When
from app.storage.schedule_store import open_schedule
from tests.engine.show_run import channel_toml, running, show_file

pytestmark = pytest.mark.slow

FRAME_S = Fraction(1, 25)


def test_what_ran_reconciles_with_what_was_booked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    def asrun(*words: str) -> str:
        capsys.readouterr()
        assert main(["asrun", *words, *here]) == 0
        return capsys.readouterr().out

    show = show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1"))
    data_dir, day = tmp_path / "run", tmp_path / "day.json"
    breaks = [
        {"id": "first", "channel": "news-1", "at": "+5", "duration": 2, "title": "First"},
        {"id": "second", "channel": "news-1", "at": "+13", "duration": 2, "title": "=Second"},
    ]
    day.write_text(json.dumps({"breaks": breaks}))
    here = ("--data-dir", str(data_dir), "--database", named)
    assert main(["import", str(day), "--show", str(show), *here]) == 0
    insert = json.dumps({"command": "insert_break", "duration": 1.52, "immediate": True, "by": "ann"})
    words = ("--breaks", day, "--commands", "-", "--database", named)
    with running(show, *words, data_dir=data_dir, stdin=subprocess.PIPE) as run:
        run.wait_event("break.landed", break_id="second", within_s=90)
        run.say(insert)
        run.wait_for(lambda: len(run.named("break.landed")) == 3)
        assert run.terminate()[0] == 0, run.told()
        out_at = datetime.fromisoformat(run.named("break.out")[-1]["out_at"])
    _book(named, "by phone", out_at - timedelta(seconds=100), Fraction(3, 2))
    _book(named, "never", out_at - timedelta(minutes=20), Fraction(30))
    told = json.loads(asrun("--reconcile", "--format", "json"))
    assert [(row["reconciled"], row["break_id"], row["verdict"]) for row in told["rows"]] == [
        ("booked-not-aired", "never", None),
        ("potential-match", "by phone", "landed"),
        ("aired", "first", "landed"),
        ("aired", "second", "landed"),
    ]
    for row in told["rows"][2:]:
        assert abs(row["late_s"]) <= FRAME_S / 2 + Fraction(1, 1000), row
        assert abs(row["longer_s"]) <= FRAME_S, row
        assert (row["how"], row["aired_id"]) == ("auto", row["break_id"])
    assert told["rows"][1]["by"] == "ann"
    sheet = asrun("--reconcile")
    assert "'=Second" in sheet
    whole = json.loads(asrun("--verify", "--format", "json"))
    assert (whole["faults"], whole["seals"]) == ([], 1)
    assert whole["runs"][0]["rows"] == 3


def _book(named: str, break_id: str, at: datetime, duration_s: Fraction) -> None:
    """What traffic tells only afterwards."""
    when = When(at.isoformat(timespec="milliseconds"))
    plan = BreakPlan(id=break_id, channel="news-1", at=when, duration_s=duration_s)
    with closing(open_schedule(named, timezone="Europe/Berlin")) as schedule:
        schedule.merge(Imported(file=break_id, bookings=(Booking(plan=plan),)), by="traffic")
