"""A thread hangs: noticed within a second, its channel alone starts again, nothing waits for the thread."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from app.engine import supervisor
from app.model import commands, events
from app.model.states import ChannelState, ProofState
from app.model.status import ChannelStatus
from app.monitoring.proof import verify
from app.monitoring.report import Severity
from tests.engine.hanging import Hanging
from tests.engine.living import Living, living

NOTICED_S = 1.0
SLACK_S = 0.5  # of a test machine that does other things beside
SHORT_S = 10.0  # on one that has no processor to spare: late is not hung


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_S", 0.1)
    hangs = Hanging(monkeypatch)
    yield hangs
    hangs.go_on()


def busy() -> bool:
    return os.getloadavg()[0] > (os.cpu_count() or 1)


def status(show: Living, channel: str) -> ChannelStatus:
    return next(one for one in show.engine.snapshot().channels if one.name == channel)


def on_air(show: Living, channel: str, life: int) -> None:
    show.wait_for(lambda: len(show.of(events.ChannelStarted, channel=channel)) == life)
    written = len(show.of(events.SegmentDelivered, channel=channel))
    show.wait_for(lambda: len(show.of(events.SegmentDelivered, channel=channel)) >= written + 2)


def stands(show: Living, channel: str, key: str) -> str:
    return next((one.text for one in status(show, channel).alarms if one.key == key), "")


HANGS = {"one": "one program", "two": "two ladder", "three": "three 72p", "four": "packager four"}  # by channel


@pytest.mark.slow
def test_channels_that_hang_start_again_alone(tmp_path: Path, hanging: Hanging) -> None:
    with living(tmp_path, *HANGS, "calm", rungs=2) as show:
        show.engine.start()
        for channel in (*HANGS, "calm"):
            on_air(show, channel, 1)
            show.submit(commands.InsertBreak(channel=channel, by="ann", duration_s=Fraction(15), immediate=True))
        for channel, thread in HANGS.items():
            show.wait_listed("#EXT-X-CUE-OUT:", channel)
            hanging.hang(thread)
            alarm = show.wait(events.AlarmRaised, channel=channel, key="channel")
            noticed_s = time.monotonic() - hanging.since_s
            assert alarm.text.startswith(f"{thread} hangs"), alarm.text
            assert noticed_s <= (SHORT_S if busy() else NOTICED_S + SLACK_S), noticed_s
        for channel, thread in HANGS.items():
            on_air(show, channel, 2)
            assert status(show, channel).state is ChannelState.ON_AIR
            assert status(show, channel).restarts == 1
            assert stands(show, channel, "hung").startswith(f"1 thread hangs from before the restart ({thread})")

        hanging.go_on()
        for channel in HANGS:
            show.wait(events.AlarmCleared, channel=channel, key="hung")
        for channel in (*HANGS, "calm"):
            show.wait(events.BreakLanded, channel=channel)
        started = show.of(events.ChannelStarted, channel="calm")
        assert len(started) == 1
        calm = status(show, "calm")
        assert (calm.restarts, calm.dropped_frames) == (0, 0)
        due = (time.time() - started[0].first_frame_at.timestamp()) * 25
        assert abs(due - calm.frame) < (SHORT_S * 25 if busy() else 15), "it has made every frame that was due"
        assert show.engine.stop()
        for channel in (*HANGS, "calm"):
            playlist = show.playlist(channel)
            assert playlist.count("#EXT-X-DISCONTINUITY\n") == (channel in HANGS)
            listed = re.findall(r"-(\d+)\.ts$", playlist, flags=re.MULTILINE)
            assert [int(number) for number in listed] == list(range(len(listed)))
            report = verify(str(show.folder / "origin" / channel), expect=2)
            lawful = {ProofState.LANDED, ProofState.LATE} if busy() else {ProofState.LANDED}  # it may have lagged
            assert {row.verdict for row in report.splices} <= lawful, report.to_json()
            assert not [finding for finding in report.findings if finding.severity is Severity.FAULT]


@pytest.mark.slow
def test_a_channel_that_hangs_again_and_again_starts_again_each_time(tmp_path: Path, hanging: Hanging) -> None:
    with living(tmp_path, rungs=1) as show:
        show.engine.start()
        for life in (1, 2):
            on_air(show, "one", life)
            hanging.hang("one 90p")
        on_air(show, "one", 3)
        assert status(show, "one").restarts == 2
        assert stands(show, "one", "hung").startswith("2 threads hang")
        assert show.engine.stop(), "nothing waits for what hangs"
