import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from app.model.show import HlsOutput, TsOutput
from app.model.timebase import PTS_WRAP, FrameRate
from tests.pipeline.packaging_rig import Rig, Script, merge

REFEREE = Path(__file__).resolve().parents[2].parent / "shared" / "referee"
HLS = HlsOutput(("primary",), "news-1/", Fraction(2), 20)
TS = TsOutput("file:///high.ts", "high")
GRID = [0, 25, 75, 120, 170, 195, 215, 225, 260, 290]  # 120-195 a break, 215-225 and 225-260 two that touch


def show(rig: Rig) -> Script:
    script = rig.whole_break(17, 120, 75, lead=110)
    merge(script, rig.whole_break(18, 215, 10, lead=110))
    return merge(script, rig.whole_break(19, 225, 35, lead=110))


def judged(*command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PY": sys.executable}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=100, check=False)


@pytest.mark.parametrize(
    ("rate", "first_pts"), [(FrameRate(25), PTS_WRAP - 90_000 * 6), (FrameRate(30000, 1001), 900_000)]
)
def test_the_referees_find_nothing_wrong(tmp_path: Path, rate: FrameRate, first_pts: int) -> None:
    rig = Rig([HLS, TS], rate=rate, first_pts=first_pts)
    rig.run(310, GRID, show(rig))
    assert rig.faults == []
    rig.write_to(tmp_path)
    continuous = tmp_path / "high.ts"
    continuous.write_bytes(b"".join(rig.pushed[1]))
    playlist = judged(
        sys.executable, str(REFEREE / "check_hls.py"), str(tmp_path / "news-1" / "index.m3u8"), "--strict-duration"
    )
    findings = [line for line in playlist.stdout.splitlines() if line.startswith(("FAIL", "WARN"))]
    assert (playlist.returncode, findings) == (0, []), playlist.stdout + playlist.stderr
    assert playlist.stdout.count("PASS [marker]") >= 24
    sections = judged("bash", str(REFEREE / "referee.sh"), "-q", str(continuous))
    assert sections.returncode == 0, sections.stdout + sections.stderr
    assert "distinct OUT splices 3, invalid 0, stream errors 0, disagreements 0" in sections.stdout
