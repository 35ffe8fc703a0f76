"""A process that was stopped for a while was not hanging: its channel goes on and catches up."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from app.model import events
from tests.engine.lives import lives

STOPPED_S = 3.0


@pytest.mark.slow
def test_a_process_that_was_stopped_catches_up(tmp_path: Path) -> None:
    with lives(tmp_path) as one:
        one.start()
        one.wait(events.SegmentDelivered)
        assert one._process is not None
        os.kill(one._process.pid, signal.SIGSTOP)
        time.sleep(STOPPED_S)
        os.kill(one._process.pid, signal.SIGCONT)
        one.wait(events.AlarmCleared, key="late")
        written = len(one.of(events.SegmentDelivered))
        one.wait_for(lambda: len(one.of(events.SegmentDelivered)) > written + 2)
        assert one.stop() == 0
        assert len(one.of(events.ChannelStarted)) == 1
        assert one.of(events.AlarmRaised, key="channel") == []
