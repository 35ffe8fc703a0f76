"""An engine that was killed on air, twice, within a break, before the referees and the judge of drills."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.model import events
from app.monitoring.outage import judge_outage
from app.monitoring.playlist import MediaPlaylist, parse_playlist
from app.monitoring.proof import verify
from app.monitoring.report import Severity
from app.storage.asrun import open_store
from tests.engine.lives import Lives, lives
from tests.engine.lone_engine import RUNGS
from tests.engine.test_killed import killed_behind_its_out, killed_later

REFEREE = Path(__file__).resolve().parents[2].parent / "shared" / "referee"


def look(air: Lives, looks: list[tuple[str, MediaPlaylist]]) -> None:
    for rung in RUNGS:
        air.wait_for((air.folder / "origin" / "one" / rung.name / "index.m3u8").exists)  # it follows what it lists
        playlist = parse_playlist(air.playlist(rung.name), rung.name)
        assert isinstance(playlist, MediaPlaylist)
        looks.append((rung.name, playlist))


def streams(folder: Path, playlist: str) -> list[bytes]:
    """Each life's segments as one stream."""
    lives_of = [re.findall(r"^(\S+\.ts)$", part, re.MULTILINE) for part in playlist.split("#EXT-X-DISCONTINUITY\n")]
    return [b"".join((folder / name).read_bytes() for name in names) for names in lives_of]


@pytest.mark.slow
def test_the_referees_find_nothing_wrong_with_an_engine_that_was_killed(tmp_path: Path) -> None:
    looks: list[tuple[str, MediaPlaylist]] = []
    with lives(tmp_path) as air:
        air.start()
        air.wait_more_segments(2)
        for key, scene in {"unseen": killed_behind_its_out, "seen": killed_later}.items():
            look(air, looks)
            scene(air)
            air.wait(events.BreakLanded, break_id=key)
        assert air.stop() == 0
        look(air, looks)
        told = list(air.events)
    target = tmp_path / "origin" / "one"
    store = open_store(str(tmp_path / "splicedeck.sqlite3"))
    findings = judge_outage(
        told, rows=store.rows(), reports=[verify(str(target), expect=4)], looks={"one": looks}, segment_s=2.0
    )
    store.close()
    assert [str(one) for one in findings if one.severity is Severity.FAULT] == []
    assert len(findings) == 2 * len(RUNGS), "what each outage cost"

    told_hls = subprocess.run(
        [sys.executable, REFEREE / "check_hls.py", target / "index.m3u8"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "FAIL" not in told_hls.stdout, told_hls.stdout
    assert told_hls.returncode == 0
    for number, stream in enumerate(streams(target / RUNGS[0].name, air.playlist(RUNGS[0].name))):
        (tmp_path / "life.ts").write_bytes(stream)
        told_ts = subprocess.run(
            ["bash", REFEREE / "referee.sh", "-q", tmp_path / "life.ts"],
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
            env=os.environ | {"PY": sys.executable},
        )
        assert told_ts.returncode == 0, f"life {number + 1}: {told_ts.stdout}"
