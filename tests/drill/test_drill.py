"""The short drill: a real run is struck while breaks air, and the judge finds nothing lost; the long one is by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SHOW = """
show = { name = "Short" }
origins = [{ name = "primary", url = "https://origin.example/live/" }]
[[channels]]
name = "news"
frame_rate = "25"
pre_roll = 4.5
sources = ["test:bars"]
audio = { channels = 1 }
renditions = [
    { name = "180p", size = "320x180", bitrate = 250000, preset = "ultrafast" },
    { name = "90p", size = "160x90", bitrate = 100000, preset = "ultrafast" },
]
outputs = [{ kind = "hls", origins = ["primary"], path = "news/", segment = 1.5 }]
"""


def _drill(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    show = folder / "show.toml"
    show.write_text(SHOW)
    return subprocess.run(
        [sys.executable, "-m", "app", "drill", str(show), "--json", *words],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_is_lost_when_engine_window_origin_and_database_fail(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    faults = [
        word for name in ("engine-kill", "window-kill", "origin-kill", "database-lock") for word in ("--only", name)
    ]
    done = _drill(
        tmp_path, *faults, "--times", "4", "--seed", "2", "--folder", str(tmp_path / "drill"), "--report", str(report)
    )

    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert (told["verdict"], told["faults"], done.returncode) == ("pass", [], 0), done.stderr
    assert told["splices"] == 8
    assert "PASSED: nothing was lost" in report.read_text()
    assert any(cycle["fault"] == "engine-kill" and cycle["back_s"] for cycle in told["cycles"])


def test_a_show_that_has_nothing_to_read_back_can_not_be_drilled(tmp_path: Path) -> None:
    show = tmp_path / "show.toml"
    show.write_text(
        SHOW.split("outputs =", maxsplit=1)[0] + f'outputs = [{{ kind = "ts", url = "{tmp_path.as_uri()}/a.ts" }}]\n'
    )
    done = subprocess.run(
        [sys.executable, "-m", "app", "drill", str(show), "--folder", str(tmp_path / "drill")],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "has no HLS output" in done.stderr
    assert len(done.stderr.splitlines()) == 1
