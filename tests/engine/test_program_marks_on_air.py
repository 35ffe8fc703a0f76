"""Breaks that follow a program mark: a live feed brings it, and they air behind it to the frame."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.model.timebase import TICKS_PER_SECOND, wrapped
from app.scte35.messages import time_signal_in, time_signal_out
from tests.engine.show_run import running, show_file, splicedeck
from tests.engine.udp_feed import CuedUdpFeed, free_udp_port

S, RATE = TICKS_PER_SECOND, 25
PROGRAM_START, PROGRAM_END = 0x10, 0x11
URI = 0x0F
DAY = """id,duration,at_mark,gap
opener,1,program_start,4
closer,1,program_end:urn:match,0
never,1,program_end:urn:news,0
"""
CHANNEL = """
[[channels]]
name = "one"
sources = ["{source}"]
frame_rate = "25"
[[channels.renditions]]
name = "90p"
size = "160x90"
bitrate = 150000
preset = "ultrafast"
[[channels.outputs]]
kind = "hls"
origins = ["folder"]
path = "one/"
segment = 1.0
window = 60
"""


def end_of(programme: bytes, event_id: int, pts: int) -> bytes:
    return time_signal_in(event_id, pts, segmentation_type_id=PROGRAM_END, upid=(URI, programme)).encoded


@pytest.mark.slow
def test_breaks_air_behind_the_marks_that_a_feed_brings(tmp_path: Path) -> None:
    feed = CuedUdpFeed(free_udp_port())
    show = show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, CHANNEL.format(source=feed.url))
    day, database = tmp_path / "day.csv", tmp_path / "store.sqlite3"
    day.write_text(DAY)
    told = splicedeck("import", day, "--channel", "one", "--database", database, "--json")
    assert json.loads(told.stdout)["added"] == 3, told.stderr
    feed.start()
    try:
        with running(show, "--database", database, data_dir=tmp_path / "run") as run:
            run.wait_event("source.changed", channel="one", source=feed.url)
            start = feed.ahead(2 * RATE)
            begins = time_signal_out(1, start, None, segmentation_type_id=PROGRAM_START)
            for section in (
                begins.encoded,
                begins.encoded,  # doubled
                end_of(b"urn:film", 2, wrapped(start + 5 * S)),  # of another programme
                end_of(b"urn:match", 1, wrapped(start + 6 * S)),
            ):
                feed.send(section)
            run.wait_event("break.in", 30, break_id="closer")
            status, _ = run.terminate()
    finally:
        feed.kill()
    assert status == 0, run.stderr
    doubled, again, film, match = sorted(run.named("feed.cue"), key=lambda one: one["frame"])
    assert doubled["frame"] == again["frame"]
    assert (film["frame"] - again["frame"], match["frame"] - again["frame"]) == (5 * RATE, 6 * RATE)
    outs = {one["break_id"]: one["frame"] for one in run.named("break.out")}
    assert outs == {"opener": doubled["frame"] + 4 * RATE, "closer": match["frame"]}
    assert {one["by"] for one in run.named("break.planned")} == {"schedule"}
    verified = splicedeck("verify", tmp_path / "origin" / "one" / "index.m3u8", "--expect", "4", "--json")
    assert (verified.returncode, json.loads(verified.stdout)["verdict"]) == (0, "pass"), verified.stdout
