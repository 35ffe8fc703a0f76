"""A step of the clock moves nothing on air; after a sleep every channel begins anew, so that its dates are true."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest

from app.engine import wall_clock
from app.engine.wall_clock import Clocks
from app.model import commands, events
from app.monitoring.proof import verify
from tests.engine.living import Living, living


def look_with(one: Living, *, step_s: float = 0.0, asleep_s: float = 0.0) -> None:
    """The engine's own watch looks at clocks that have been put on."""
    clocks = Clocks(lambda: time.time() + step_s + asleep_s, time.monotonic, lambda: wall_clock._boot_s() + asleep_s)
    one.core._wall_clock._clocks = clocks


def test_a_step_is_told_and_nothing_moves(tmp_path: Path) -> None:
    with living(tmp_path) as one:
        one.engine.start()
        one.wait(events.SegmentDelivered)
        look_with(one, step_s=-3.0)
        alarm = one.wait(events.AlarmRaised, key="clock")
        assert (alarm.channel, alarm.severity) == ("", "warning")
        assert "put back by 3.0 s" in alarm.text
        written = len(one.of(events.SegmentDelivered))
        one.wait_for(lambda: len(one.of(events.SegmentDelivered)) > written + 1)
        assert one.engine.stop()
        assert len(one.of(events.ChannelStarted)) == 1
        assert "DISCONTINUITY\n" not in one.playlist()


@pytest.mark.slow
def test_after_a_sleep_a_channel_begins_anew_with_its_break(tmp_path: Path) -> None:
    with living(tmp_path) as one:
        one.engine.start()
        one.wait(events.SegmentDelivered)
        one.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(8), immediate=True))
        one.wait_listed("#EXT-X-CUE-OUT:")
        look_with(one, asleep_s=3600.0)
        assert "slept for 3600 s" in one.wait(events.AlarmRaised, key="clock").text
        one.wait_for(lambda: len(one.of(events.ChannelStarted)) == 2)
        gap_ms = one.of(events.ChannelStarted)[1].gap_ms
        assert gap_ms is not None
        assert 0 <= gap_ms < 2000, "the channel was ended at a segment's end, and there was no pause"
        one.wait(events.BreakLanded)
        (channel,) = one.engine.snapshot().channels
        assert channel.restarts == 1
        assert one.engine.stop()
        assert one.playlist().count("#EXT-X-DISCONTINUITY\n") == 1
        assert verify(str(one.folder / "origin/one"), expect=2).passed
