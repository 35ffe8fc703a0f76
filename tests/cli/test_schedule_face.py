"""What the window is handed of the schedule."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.schedule_face import schedule_face
from app.cli.window import _schedule
from app.model.errors import StorageError, UsageError
from app.model.merging import Stored
from app.model.schedule_face import Edit, ScheduleFace
from app.remote.session import new_session
from app.settings import default_database, demo_show, demo_toml
from app.storage.schedule_store import open_schedule


def listed(folder: Path, *rows: dict[str, object]) -> str:
    path = folder / "day.json"
    path.write_text(json.dumps({"breaks": list(rows)}))
    return str(path)


def test_it_is_the_store_of_the_run_with_its_channels_and_its_time_zone(tmp_path: Path) -> None:
    show = demo_show(tmp_path)
    session = new_session(show, demo_toml(tmp_path), tmp_path, database="", demo_port=1)
    with closing(_schedule(session, tmp_path, show.timezone)) as face:
        held: ScheduleFace = face
        rows = [{"id": "1", "at": "2026-11-22 20:00:00:00", "duration": 30}, {"at": "25:00:00:00", "duration": 30}]
        imported = held.read_list(listed(tmp_path, *rows), channel=None)
        assert [one.plan.channel for one in imported.bookings] == ["demo"]
        assert [row.value for row in imported.refused] == ["25:00:00:00"]
        result = held.merge(imported, by="eve", dry_run=False, remove_missing=False, choose={})
        (stored,) = held.bookings("demo", None, None)
        assert (result.added, stored.changed_by) == (1, "eve")
        with closing(open_schedule(default_database(tmp_path))) as store:
            assert [one.booking for one in store.bookings()] == [stored.booking]
        seen: list[list[Stored]] = []
        unwatch = held.watch(held.revision(), seen.append, lambda _text: None)
        gone = held.write([Edit(None, "demo", "1", stored.version)], by="jon")
        unwatch()
        assert [one.removed for one in gone] == [True]
        assert held.changes(stored.version) == gone


def test_a_store_that_can_not_be_opened_yet_is_opened_once_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    folder.write_text("no folder")
    with closing(schedule_face(str(folder / "store.sqlite3"), tmp_path, None)) as face:
        with pytest.raises(StorageError):
            face.revision()
        folder.unlink()
        assert face.revision() == 0


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    with closing(schedule_face("", tmp_path, None)) as face, pytest.raises(UsageError, match="can't be read"):
        face.read_list(str(tmp_path / "none.csv"), channel=None)


def test_what_has_passed_is_no_finding(tmp_path: Path) -> None:
    rows = [
        {"id": key, "channel": "a", "at": f"2026-11-22T20:0{minute}:00Z", "duration": 90}
        for key, minute in (("1", 0), ("2", 5), ("3", 6))
    ]
    with closing(schedule_face("", tmp_path, None)) as face:
        face.now = lambda: datetime(2026, 11, 22, 20, 2, tzinfo=UTC)
        bookings = face.read_list(listed(tmp_path, *rows), channel=None).bookings
        found = {finding.rule: finding for finding in face.findings(bookings, ())}
        assert found["schedule.overlap"].keys[0] == ("a", "3")
        assert found["schedule.overlap"].fixes
        assert "schedule.past" not in found


def test_a_window_whose_show_can_not_be_read_keeps_the_clock_of_the_engine(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "channel": "demo", "at": "2026-11-22T14:30:00Z", "duration": 90},
        {"id": "2", "channel": "demo", "at": "2026-11-22 20:01:00:00", "duration": 90},
    ]
    session = replace(new_session(demo_show(tmp_path), "", tmp_path, database=""), show_toml="[show")
    with closing(_schedule(session, tmp_path, "Asia/Kolkata")) as face:
        face.now = lambda: datetime(2026, 11, 22, 14, tzinfo=UTC)
        bookings = face.read_list(listed(tmp_path, *rows), channel=None).bookings
        (found,) = (finding for finding in face.findings(bookings, ()) if finding.rule == "schedule.overlap")
        assert [fix.label for fix in found.fixes][:1] == ["Move 2 to 20:01:30:00"]
        by_clock = replace(bookings[1], plan=replace(bookings[1].plan, at=bookings[0].plan.at), source="")
        (same,) = (
            finding for finding in face.findings([bookings[0], by_clock], ()) if finding.rule == "schedule.overlap"
        )
        assert [fix.label for fix in same.fixes][:1] == ["Move 2 to 20:01:30"]
