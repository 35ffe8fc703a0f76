"""A day that airs from the store: imported, run without a window, edited late by others, its engine killed.

From either kind of database.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.model.merging import BookingState
from app.model.when import When
from app.storage.schedule_store import ScheduleStore, open_schedule
from tests.engine.show_run import Fields, ShowRun, channel_toml, moment, running, show_file, splicedeck
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.slow

DAY = """id,at,duration,title,mode,missed,late,follows,gap
late,+1,1,,,late,40,,
first,+12,2,,,,,,
behind,,2,,,,,first,1
over,+13,3,,,,,,
taken,+27,2,,manual,,,,
edited,+31,2,,,,,,
moved,+600,2,,,,,,
removed,+52,2,,,,,,
"""


@dataclass(slots=True)
class Day:
    """The run when it is over."""

    run: ShowRun
    status: int
    states: dict[str, BookingState]
    folder: Path
    database: str

    def of(self, name: str, break_id: str) -> list[Fields]:
        return self.run.named(name, break_id=break_id)

    def aired_at(self, break_id: str) -> float:
        """Seconds behind the channel's first frame ever."""
        (out,) = self.of("break.out", break_id)
        return (moment(out["out_at"]) - moment(self.run.named("channel.on_air")[0]["first_frame_at"])).total_seconds()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def day(
    request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("scheduled")
    channel = channel_toml("news-1", segment_s=1, window=100, more="pre_roll = 8.0")
    show = show_file(folder, {"folder": (folder / "origin").as_uri() + "/"}, channel)
    day = folder / "day.csv"
    database = str(folder / "store.sqlite3") if request.param == "sqlite" else postgres.new_database()
    day.write_text(DAY)
    told = splicedeck("import", day, "--channel", "news-1", "--database", database, "--json")
    assert json.loads(told.stdout)["added"] == 8, told.stderr
    words = ("--supervised", "--database", database, "--commands", "-")
    with (
        closing(open_schedule(database)) as store,
        running(show, *words, data_dir=folder / "run", stdin=subprocess.PIPE) as run,
    ):
        run.wait_event("break.out", break_id="first")
        _edit(store, "edited", duration_s=Fraction(3))
        _edit(store, "moved", at=When("+46"))
        gone = store.booking("news-1", "removed")
        assert gone is not None
        store.remove("news-1", "removed", gone.version, by="traffic")
        run.wait_event("break.planned", break_id="edited")  # locked and handed over, its pre-roll still to come
        os.kill(run.engine_pid(), signal.SIGKILL)
        run.wait_event("break.in", break_id="moved")
        run.say('{"command": "take"}')
        run.wait_event("break.landed", break_id="taken")
        status, _ = run.terminate(signal.SIGINT)
        states = {one.booking.plan.id: one.state for one in store.bookings()}
        yield Day(run, status, states, folder, database)


def _edit(store: ScheduleStore, key: str, **plan: object) -> None:
    stored = store.booking("news-1", key)
    assert stored is not None
    booking = replace(stored.booking, plan=replace(stored.booking.plan, **plan))  # type: ignore[arg-type]  # a test names fields of the plan
    store.edit(booking, stored.version, by="traffic")


def test_what_is_booked_airs_to_the_frame_and_once_over_both_lives(day: Day) -> None:
    assert [one["life"] for one in day.run.named("engine.started")] == [1, 2]
    assert [day.aired_at(key) for key in ("first", "behind")] == [12, 15]
    assert [day.aired_at(key) for key in ("edited", "moved")] == [
        pytest.approx(31, abs=0.02),
        pytest.approx(46, abs=0.02),
    ]
    assert [one["how"] for one in day.run.named("break.in")] == ["auto"] * 6
    assert {len(day.of("break.planned", one["break_id"])) for one in day.run.named("break.planned")} == {1}


def test_an_edit_a_move_and_a_removal_of_another_workstation_count(day: Day) -> None:
    (edited,) = day.of("break.out", "edited")
    assert edited["duration_ticks"] == 3 * 90_000
    assert day.of("break.planned", "removed") == day.of("break.kept_off", "removed") == []


def test_an_overlap_is_kept_off_air_and_said(day: Day) -> None:
    (kept_off,) = day.of("break.kept_off", "over")
    assert kept_off["reason"] == "overlaps break first by 1.000 s: one of them has to move"
    assert day.of("break.planned", "over") == []
    assert (day.status, "overlaps break first" in day.run.stderr) == (1, True)


def test_one_that_was_missed_airs_late_by_its_policy(day: Day) -> None:
    assert 1 < day.aired_at("late") <= 41


def test_a_manual_one_is_cued_at_its_time_and_waits_for_its_take_over_a_kill(day: Day) -> None:
    (cued,) = day.of("break.cued", "taken")
    first_at = moment(day.run.named("channel.on_air")[0]["first_frame_at"])
    assert 17 <= (moment(cued["at"]) - first_at).total_seconds() < 20
    assert day.aired_at("taken") > 55


def test_the_store_knows_what_aired_and_what_did_not(day: Day) -> None:
    aired = dict.fromkeys(("late", "first", "behind", "edited", "moved", "taken"), BookingState.AIRED)
    assert day.states == aired | {"over": BookingState.PLANNED}


def test_the_output_and_the_as_run_say_the_same(day: Day) -> None:
    playlist = day.folder / "origin" / "news-1" / "index.m3u8"
    told = splicedeck("verify", playlist, "--expect", "12", "--json")
    assert (told.returncode, json.loads(told.stdout)["verdict"]) == (0, "pass"), told.stdout
    rows = json.loads(splicedeck("asrun", "--format", "json", "--database", day.database).stdout)
    rows = rows if isinstance(rows, list) else rows["rows"]
    states = {row["break_id"]: row["state"] for row in rows}
    assert states == dict.fromkeys(("late", "first", "behind", "edited", "moved", "taken"), "returned") | {
        "over": "refused"
    }
