"""What the pipeline writes in each dialect, proved by the reader that shares nothing with it but the codec."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.model.profiles import DIALECTS
from app.model.show import MarkingOptions
from app.model.signalling import SignalMode
from app.monitoring.proof import verify
from tests.pipeline.dialect_shows import ASSETS, CLASS, RUNGS, STEP, air, output, profile_outputs


@pytest.mark.slow
def test_every_mode_lands_in_every_dialect(tmp_path: Path) -> None:
    everything = MarkingOptions(
        cue_out="seconds", cont="elemental", daterange_class=CLASS, end_on_next=True, asset_list=ASSETS
    )
    bare = MarkingOptions(cue_out="bare", cont="ratio")
    outputs = [
        *profile_outputs(),
        output("splicepoint", ["splicepoint", "asset", "cue-out-in"], bare),
        output("all", DIALECTS, everything),
    ]
    places = {120 + number * STEP: mode for number, mode in enumerate(SignalMode)}
    air(outputs, places, tmp_path, RUNGS[1:])
    for each in outputs:
        report = verify(str(tmp_path / each.path / "index.m3u8"), expect=2 * len(places), wanted=each.dialects)
        assert report.passed, (each.path, report.to_json())
        assert {row.verdict.value for row in report.splices} == {"landed"}, each.path
