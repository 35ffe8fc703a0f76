"""An engine that was killed behind an OUT and within a break, before the referee of playlists."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from tests.engine.lives import lives

REFEREE = Path(__file__).resolve().parents[2].parent / "shared" / "referee"


@pytest.mark.slow
def test_the_referee_finds_nothing_wrong_with_two_kills_in_a_break(tmp_path: Path) -> None:
    with lives(tmp_path) as air:
        air.start()
        air.wait_more_segments(2)
        air.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(16), immediate=True))
        air.wait(events.BreakOut)
        air.kill()
        air.start()
        air.wait(events.BreakResumed, out_again=True)
        air.wait_for(lambda: "#EXT-X-CUE-OUT:" in air.playlist())
        air.kill()
        air.start()
        air.wait(events.BreakLanded)
        assert air.stop() == 0
    told = subprocess.run(
        [sys.executable, REFEREE / "check_hls.py", tmp_path / "origin/one/index.m3u8"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert told.returncode == 0, told.stdout
    assert "FAIL" not in told.stdout
    assert air.playlist().count("#EXT-X-DISCONTINUITY\n") == 2
