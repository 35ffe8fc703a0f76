"""What the pipeline really writes, proved by the reader that shares nothing with it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.model.show import HlsOutput, TsOutput
from app.model.timebase import PTS_WRAP, FrameRate
from app.monitoring.proof import verify
from tests.pipeline.packaging_rig import Rig, Script, merge

HLS = HlsOutput(("primary",), "news-1/", Fraction(2), 20)
TS = TsOutput("file:///high.ts", "high")
GRID = [0, 25, 75, 120, 170, 195, 215, 225, 260, 290]  # 120-195 a break, 215-225 and 225-260 two that touch
SPLICES = [(17, "out"), (17, "in"), (18, "out"), (18, "in"), (19, "out"), (19, "in")]


def show(rig: Rig) -> Script:
    script = rig.whole_break(17, 120, 75, lead=110)
    merge(script, rig.whole_break(18, 215, 10, lead=110))
    return merge(script, rig.whole_break(19, 225, 35, lead=110))


@pytest.mark.parametrize(
    ("rate", "first_pts"), [(FrameRate(25), PTS_WRAP - 90_000 * 6), (FrameRate(30000, 1001), 900_000)]
)
def test_every_splice_of_real_packaging_lands(tmp_path: Path, rate: FrameRate, first_pts: int) -> None:
    rig = Rig([HLS, TS], rate=rate, first_pts=first_pts)
    rig.run(310, GRID, show(rig))
    rig.write_to(tmp_path)
    report = verify(str(tmp_path / "news-1" / "index.m3u8"), expect=6, wanted=HLS.dialects)
    assert report.passed, report.to_json()
    assert [(row.splice_event_id, row.direction) for row in report.splices] == SPLICES
    assert {row.error_ticks for row in report.splices} == {0}
    assert set(report.splices[0].segments) == {"high", "low"}
    continuous = tmp_path / "high.ts"
    continuous.write_bytes(b"".join(rig.pushed[1]))
    alone = verify(str(continuous), expect=6)
    assert alone.passed, alone.to_json()
    assert [row.pts for row in alone.splices] == [row.pts for row in report.splices]


def test_a_file_that_two_runs_were_appended_to_is_two_timelines(tmp_path: Path) -> None:
    continuous = tmp_path / "high.ts"
    for event_id in (17, 18):
        rig = Rig([TS], renditions=[Rig([TS]).channel.renditions[0]])
        rig.run(200, [0, 120, 195], rig.whole_break(event_id, 120, 75, lead=110))
        with continuous.open("ab") as file:
            file.write(b"".join(rig.pushed[0]))
    report = verify(str(continuous), expect=4)
    assert report.passed, report.to_json()
    assert [(row.splice_event_id, row.direction) for row in report.splices] == SPLICES[:4]
