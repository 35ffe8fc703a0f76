"""A full data disk takes nothing off the air, and what happened meanwhile is written down once there is room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_full_data_disk_never_takes_the_air_down(tmp_path: Path) -> None:
    data, origin = tmp_path / "data", tmp_path / "origin"
    data.mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "tests.engine.full_disk", data, origin],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr[-3000:]
    assert "aired, with alarms" in ended.stdout
    assert "written after all" in ended.stdout
    playlist = (origin / "one/90p/index.m3u8").read_text()
    assert "#EXT-X-ENDLIST" in playlist
    assert "#EXT-X-GAP" not in playlist
