"""``verify`` and the referee, which share no code, on the same real output: right, and spoilt in ways both look at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from app.model.show import HlsOutput
from app.monitoring.proof import verify
from tests.pipeline.packaging_rig import Rig

REFEREE = Path(__file__).resolve().parents[2].parent / "shared" / "referee" / "check_hls.py"
HLS = HlsOutput(("primary",), "news-1/", Fraction(2), 20)


type Spoil = Callable[[str], str]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    rig = Rig([HLS])
    rig.run(220, [0, 25, 75, 120, 170, 195], rig.whole_break(17, 120, 75, lead=110))
    rig.write_to(folder)
    return folder / "news-1"


def referee_passes(master: Path) -> bool:
    command = [sys.executable, str(REFEREE), str(master)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=100, check=False)
    assert done.stdout.count("PASS") > 3, done.stdout + done.stderr
    return done.returncode == 0


def moved(name: str, later: bool) -> Spoil:
    """The first line that begins with ``name``, one segment later or earlier."""

    def spoil(text: str) -> str:
        lines = text.splitlines()
        line = next(line for line in lines if line.startswith(name))
        at = lines.index(line)
        lines.remove(line)
        uris = [index for index, other in enumerate(lines) if other and not other.startswith("#")]
        following = next(index for index in uris if index >= at)
        lines.insert(following + 1 if later else uris[uris.index(following) - 2] + 1, line)
        return "\n".join(lines) + "\n"

    return spoil


def replaced(old: str, new: str) -> Spoil:
    def spoil(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        None,
        moved("#EXT-OATCLS", later=True),
        moved("#EXT-X-SCTE35", later=False),
        replaced("#EXT-X-CUE-OUT:DURATION=3.000", "#EXT-X-CUE-OUT:DURATION=3.500"),
        replaced("#EXT-X-CUE-IN\n", ""),
        replaced("ElapsedTime=2.000", "ElapsedTime=1.000"),
    ],
    ids=["right", "oatcls later", "scte35 earlier", "duration", "no cue-in", "elapsed"],
)
def test_both_say_the_same(tmp_path: Path, written: Path, spoil: Spoil | None) -> None:
    folder = tmp_path / "news-1"
    shutil.copytree(written, folder)
    if spoil is not None:
        playlist = folder / "low" / "index.m3u8"
        playlist.write_text(spoil(playlist.read_text()))
    report = verify(str(folder / "index.m3u8"), expect=2)
    assert report.passed == (spoil is None), report.to_json()
    assert referee_passes(folder / "index.m3u8") == (spoil is None)
