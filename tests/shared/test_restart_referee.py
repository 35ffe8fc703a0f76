"""A channel that died within a break, before the referee of playlists."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from tests.engine.fragile import Fragile
from tests.engine.living import living

REFEREE = Path(__file__).resolve().parents[2].parent / "shared" / "referee"


def test_the_referee_finds_nothing_wrong_with_a_restart_in_a_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile = Fragile(monkeypatch)
    with living(tmp_path, rungs=2) as one:
        one.engine.start()
        one.wait(events.SegmentDelivered)
        one.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(14), immediate=True))
        one.wait_listed("#EXT-X-CUE-OUT:")
        fragile.times = 1
        one.wait(events.BreakLanded)
        assert one.engine.stop()
    told = subprocess.run(
        [sys.executable, REFEREE / "check_hls.py", tmp_path / "origin/one/index.m3u8"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert told.returncode == 0, told.stdout
    assert "FAIL" not in told.stdout
