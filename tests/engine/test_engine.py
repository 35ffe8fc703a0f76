"""The engine in this process: what windows and scripts rely on, and what it does when something in it dies."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from app.model.events import event_from_plain, event_to_plain
from app.model.states import BreakState, ChannelState, Order
from app.model.status import EngineStatus
from app.model.wire import from_plain, to_plain
from app.monitoring.proof import verify
from app.pipeline.packets import Boundary
from tests.engine.living import Living, living, planned
from tests.remote.standing import soon


@pytest.fixture(params=[False, True], ids=["in process", "over the link"])
def one(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Living]:
    """The same either way."""
    with living(tmp_path, linked=request.param) as alive:
        yield alive


def break_a_promise(alive: Living) -> None:
    """Have the packager told of an IDR that no encoder makes: what it would see of one that ignores the order."""
    live = alive.core._supervisors["one"]._live
    assert live is not None
    reading, anchor = live.reading, live.anchor
    assert reading is not None
    assert anchor is not None
    packager = live._packager
    assert packager is not None
    packager.put(Boundary(anchor.pts(reading.frame + 3) + 1, frozenset({0})))


def test_stop_leaves_no_thread_and_comes_quickly(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with living(tmp_path, "one", "two") as alive:
        alive.engine.start()
        for channel in ("one", "two"):
            alive.wait(events.SegmentDelivered, channel=channel)
        assert {"engine", "one supervisor", "two supervisor"} <= {thread.name for thread in threading.enumerate()}
        started_s = time.monotonic()
        assert alive.engine.stop()
        assert time.monotonic() - started_s < 3
        left = {thread for thread in threading.enumerate() if thread.is_alive()} - before
        assert left == set(), [thread.name for thread in left]
        assert alive.engine.stop(), "twice is no matter"
    assert [event.channel for event in alive.of(events.ChannelStopped)] in (["one", "two"], ["two", "one"])


def test_an_engine_that_was_never_started_stops(one: Living) -> None:
    assert one.engine.stop()
    assert one.events == []


def test_events_and_snapshots_survive_json(one: Living) -> None:
    one.submit(planned("+30", 5, "later"))
    one.engine.start()
    one.wait(events.BreakPlanned)
    one.wait(events.SegmentDelivered)
    soon(lambda: one.engine.snapshot().channels[0].origins["folder"].last_delivered_at is not None)
    snapshot = one.engine.snapshot()
    assert from_plain(EngineStatus, json.loads(json.dumps(to_plain(snapshot)))) == snapshot
    (channel,) = snapshot.channels
    assert (channel.state, channel.order, channel.source, channel.planned) == (
        ChannelState.ON_AIR,
        Order.ON_AIR,
        "test:bars",
        1,
    )
    assert channel.next is not None
    assert (channel.next.id, channel.next.state) == ("later", BreakState.PLANNED)
    assert channel.origins["folder"].last_delivered_at is not None
    one.engine.stop()
    assert [event_from_plain(json.loads(json.dumps(event_to_plain(event)))) for event in one.events] == one.events
    assert one.engine.snapshot().channels[0].state is ChannelState.OFF_AIR


def test_what_no_channel_can_do_is_refused_with_the_reason(one: Living) -> None:
    one.engine.start()
    one.submit(commands.Take(channel="nowhere", by="ann"))
    assert "no channel 'nowhere'" in one.wait(events.CommandRefused).reason
    one.wait(events.ChannelStarted)
    one.wait(events.SegmentWritten)
    one.submit(commands.Return(channel="one", by="ann", id="early"))
    assert one.wait(events.CommandRefused, id="early").reason == "not in a break"
    one.engine.end_channels()
    one.submit(commands.Take(channel="one", by="ann", id="late"))
    assert "off air" in one.wait(events.CommandRefused, id="late").reason


def test_a_command_that_the_engine_fails_at_is_not_its_last(
    one: Living, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_command: commands.Command) -> None:
        raise OverflowError("oops")

    with monkeypatch.context() as patched:
        patched.setattr(one.core._supervisors["one"], "submit", fails)
        one.engine.start()
        one.submit(commands.Take(channel="one", by="ann"))
        one.wait_for(lambda: "the engine failed at" in caplog.text)
    one.submit(commands.Take(channel="nowhere", by="ann"))
    assert "no channel 'nowhere'" in one.wait(events.CommandRefused).reason


def test_a_subscriber_that_fails_takes_nobody_along(one: Living, caplog: pytest.LogCaptureFixture) -> None:
    def fails(event: events.Event) -> None:
        raise RuntimeError(event.name)

    heard: list[events.Event] = []
    one.engine.subscribe(fails)
    leave = one.engine.subscribe(heard.append)
    one.engine.start()
    one.wait(events.ChannelStarted)
    one.wait_for(lambda: bool(heard))
    leave()
    leave()
    one.wait(events.SegmentWritten)
    assert "a subscriber failed on channel.on_air" in caplog.text
    assert not any(isinstance(event, events.SegmentWritten) for event in heard)


def test_stop_in_a_break_closes_it_everywhere(one: Living) -> None:
    one.engine.start()
    one.wait(events.SegmentDelivered)
    one.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(60), immediate=True))
    out = one.wait(events.BreakOut)
    written = len(one.of(events.SegmentWritten))
    one.wait_for(lambda: len(one.of(events.SegmentWritten)) >= written + 2)
    assert one.engine.end_channels()
    assert one.engine.drain_proofs(5)
    end = one.wait(events.BreakIn)
    assert (end.how, end.break_id) == ("stop", out.break_id)
    one.wait(events.BreakLanded)
    one.engine.stop()
    assert one.playlist().count("#EXT-X-CUE-IN") == 1
    assert one.playlist().rstrip().endswith("#EXT-X-ENDLIST")
    assert verify(str(one.folder / "origin/one"), expect=2).passed
    (row,) = one.store.rows()
    assert (row.how, row.verdict, row.by) == ("stop", "landed", "ann")


def test_a_channel_that_dies_is_started_again_and_goes_on_where_it_was(one: Living) -> None:
    one.submit(planned("+12", 2, "later"))
    one.engine.start()
    one.wait_for(lambda: len(one.of(events.SegmentDelivered)) >= 2)
    first = one.wait(events.BreakPlanned)
    break_a_promise(one)
    died = one.wait(events.AlarmRaised, key="channel")
    assert died.severity == "critical"
    assert "packager" in died.text
    assert "no IDR came" in died.text
    one.wait_for(lambda: len(one.of(events.ChannelStarted)) == 2)
    one.wait(events.AlarmCleared, key="channel")
    again = one.of(events.BreakPlanned)[-1]
    assert first.planned_at is not None
    assert again.planned_at is not None
    assert abs((again.planned_at - first.planned_at).total_seconds()) <= 0.02, "the moment is kept, to the frame"
    one.wait(events.BreakLanded, within_s=30)
    one.engine.stop()

    playlist = one.playlist()
    head, _, tail = playlist.partition("#EXT-X-DISCONTINUITY\n")
    assert tail.count("#EXT-X-DISCONTINUITY\n") == 0
    listed = re.findall(r"^([^#\s]+\.ts)$", playlist, flags=re.MULTILINE)
    assert [int(uri[-9:-3]) for uri in listed] == list(range(len(listed))), "the sequence goes on"
    assert len({uri[:-9] for uri in listed}) == 2, "names never come again"
    assert "#EXT-X-MEDIA-SEQUENCE:0\n" in head
    assert tail.index("#EXT-X-PROGRAM-DATE-TIME") < tail.index("#EXTINF"), "a fresh date behind it"
    assert playlist.rstrip().endswith("#EXT-X-ENDLIST")
    report = verify(str(one.folder / "origin/one"), expect=2)
    assert report.passed, report.to_json()
    assert one.of(events.ChannelStopped)[0].reason == ""


def test_a_store_that_is_locked_holds_up_no_command(one: Living) -> None:
    one.engine.start()
    one.wait(events.SegmentWritten)
    with closing(sqlite3.connect(one.folder / "asrun.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started_s = one.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(60), immediate=True))
        one.wait(events.BreakOut)
        one.submit(commands.Return(channel="one", by="bob"))
        one.wait(events.BreakIn)
        took_s = time.monotonic() - started_s
        assert "as-run events wait to be written" in one.wait(events.AlarmRaised, key="store").text
        other.execute("ROLLBACK")
    one.wait(events.AlarmCleared, key="store")
    one.wait(events.BreakLanded)
    assert one.engine.stop()
    assert took_s < 0.8, f"it took {took_s:.1f} s"
    (row,) = one.store.rows()
    assert (row.state, row.verdict, row.how) == ("returned", "landed", "return")


def test_rows_that_could_not_be_written_are_told_at_the_end(one: Living, caplog: pytest.LogCaptureFixture) -> None:
    one.submit(planned("+30", 5, "later"))
    one.engine.start()
    with closing(sqlite3.connect(one.folder / "asrun.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        one.wait(events.BreakPlanned)
        started_s = time.monotonic()
        assert not one.engine.stop()
        assert time.monotonic() - started_s < 4
        other.execute("ROLLBACK")
    assert "not written to the as-run: 1 events" in caplog.text
