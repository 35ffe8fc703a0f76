from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.show_run import ShowRun, channel_toml, running, show_file

pytestmark = pytest.mark.slow

REFEREE = Path(__file__).resolve().parents[2].parent / "shared" / "referee"
BREAKS = "at,duration\n+7,2\n+9,3.003\n"  # they touch
COMMANDS = [
    {"command": "insert_break", "duration": 4, "after": 9.3},
    {"command": "extend", "duration": 6, "after": 15.8},
    {"command": "return", "after": 16.5},
    {"command": "insert_break", "duration": 4, "after": 17.5},
    {"command": "withdraw", "after": 18.5},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("referee")


@pytest.fixture(scope="module")
def aired(folder: Path) -> Iterator[ShowRun]:
    """A channel at 30000/1001 whose breaks touch, are extended, returned from and withdrawn."""
    (folder / "breaks.csv").write_text(BREAKS)
    (folder / "commands.jsonl").write_text("".join(json.dumps(one) + "\n" for one in COMMANDS))
    stream = f'[[channels.outputs]]\nkind = "ts"\nurl = "{(folder / "all.ts").as_uri()}"\n'
    channel = channel_toml("news-1", frame_rate="30000/1001", preset="veryfast", outputs=stream)
    show = show_file(folder, {"folder": (folder / "origin").as_uri() + "/"}, channel)
    words: list[str | Path] = [
        "--breaks",
        folder / "breaks.csv",
        "--commands",
        folder / "commands.jsonl",
        "--for",
        "20",
    ]
    with running(show, *words, data_dir=folder / "run") as run:
        assert run.end(60) == 0, run.told()
        yield run


def judged(*command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PY": sys.executable}
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, env=environment, timeout=100, check=False)


def test_the_referee_of_playlists_finds_nothing_wrong(aired: ShowRun, folder: Path) -> None:
    told = judged(sys.executable, REFEREE / "check_hls.py", folder / "origin/news-1/index.m3u8")
    assert told.returncode == 0, told.stdout + told.stderr
    findings = [line for line in told.stdout.splitlines() if line.startswith(("FAIL", "WARN"))]
    assert all("early return or extension, closed as such" in line for line in findings), findings
    assert len(findings) == 6, "one break of three, told by three dialects in two renditions"
    assert told.stdout.count("PASS [marker]") >= 2 * 2 * 6


def test_the_referee_of_sections_finds_nothing_wrong(aired: ShowRun, folder: Path) -> None:
    told = judged("bash", REFEREE / "referee.sh", "-q", folder / "all.ts")
    assert told.returncode == 0, told.stdout + told.stderr
    outs = len(aired.named("break.out")) + len(aired.named("break.withdrawn"))
    assert outs == 4
    assert f"distinct OUT splices {outs}, invalid 0, stream errors 0, disagreements 0" in told.stdout
    # an IN that an extension or a return has corrected, and an OUT that was withdrawn, have no picture
    for splice in aired.named("break.out", "break.in"):
        lines = [line for line in told.stdout.splitlines() if f" {splice['pts']} " in line]
        assert lines, splice
        assert not [line for line in lines if "not on a key frame" in line], lines
