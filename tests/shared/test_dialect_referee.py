"""Real playlists of every profile, dialect and signalling mode before the referee."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.model.profiles import PROFILES
from app.model.show import MarkingOptions
from app.model.signalling import SignalMode
from tests.pipeline.dialect_shows import (
    ASSETS,
    CLASS,
    LENGTH,
    OTHERS,
    RUNGS,
    SPLICES,
    STEP,
    air,
    output,
    profile_outputs,
    whole,
)
from tests.pipeline.packaging_rig import Rig, merge
from tests.shared.conftest import SHARED


def judged(folder: Path, *options: str) -> list[str]:
    """What the referee finds wrong, FAIL and WARN; by the text alone where it is told ``--no-media``.

    The segments of all outputs of a run are the same, and slow to look into: those of few are.
    """
    result = folder / "referee.json"
    command = [sys.executable, str(SHARED / "referee" / "check_hls.py"), str(folder / "index.m3u8")]
    told = subprocess.run(
        [*command, "--json", str(result), *options], capture_output=True, text=True, timeout=100, check=False
    )
    assert result.exists(), told.stderr
    found = json.loads(result.read_text())
    assert [one for one in found if one["level"] == "PASS"]
    return [f"{one['level']} [{one['check']}] {one['msg']}" for one in found if one["level"] != "PASS"]


def failures(folder: Path, *options: str) -> list[str]:
    return [line for line in judged(folder, *options) if line.startswith("FAIL")]


@pytest.mark.slow
def test_every_profile_in_every_mode_of_a_break(tmp_path: Path) -> None:
    bare = MarkingOptions(cue_out="bare", cont="ratio")
    outputs = [*profile_outputs(), output("splicepoint", ["splicepoint", "asset", "cue-out-in"], bare)]
    places = {120 + number * STEP: mode for number, mode in enumerate(SPLICES)}
    places[120 + (len(SPLICES) - 1) * STEP + LENGTH] = SignalMode.SPLICE_INSERT  # it touches the one before
    air(outputs, places, tmp_path)
    for each in outputs:
        assert judged(tmp_path / each.path, "--strict-duration", "--no-media") == [], each.path
    for path in ("plain/low", "adobe/tiny", "splicepoint/low"):
        assert judged(tmp_path / path, "--strict-duration") == [], path
    for rung in RUNGS:
        text = (tmp_path / "mediatailor" / rung.name / "index.m3u8").read_text()
        assert text.count("#EXT-X-CUE-OUT:1.200") == len(places)
        assert text.count("#EXT-X-ASSET:CAID=0x") == len(places)
        text = (tmp_path / "interstitials" / rung.name / "index.m3u8").read_text()
        assert text.count("X-ASSET-LIST=") == len(places)
        assert text.count("SCTE35-CMD=0xFC") == 2, "of the source's program"


@pytest.mark.slow
def test_every_mode_that_is_no_break(tmp_path: Path) -> None:
    """The referee takes the start of a breakaway for an IN without its OUT, but where only a SCTE35-CMD tells of it."""
    plain = MarkingOptions()
    outputs = [
        output("daterange", ["daterange"], plain),
        output("scte35", ["scte35", "daterange"], plain),
        output("splicepoint", ["splicepoint", "daterange"], plain),
        output("end-on-next", ["daterange"], MarkingOptions(daterange_class=CLASS, end_on_next=True)),
    ]
    modes = [mode for mode in OTHERS if mode is not SignalMode.PROGRAM_BREAKAWAY]
    air(outputs, {120 + number * STEP: mode for number, mode in enumerate(modes)}, tmp_path)
    breakaway = output("breakaway", ["daterange"], plain)
    air([breakaway], {120: SignalMode.PROGRAM_BREAKAWAY}, tmp_path)
    for each in (*outputs, breakaway):
        assert failures(tmp_path / each.path, "--no-media") == [], each.path
    for path in ("scte35/low", "splicepoint/tiny", "breakaway/low"):
        assert failures(tmp_path / path) == [], path
    text = (tmp_path / "end-on-next" / "low" / "index.m3u8").read_text()
    assert text.count("END-ON-NEXT=YES") == len(modes)
    assert text.count("SCTE35-CMD=0xFC") == 2 * len(modes) + 2
    assert "SCTE35-OUT" not in text


@pytest.mark.slow
def test_an_early_return_and_an_extension(tmp_path: Path) -> None:
    names = ["daterange", "cue-out-in", "oatcls-scte35", "asset", "scte35", "splicepoint"]
    outputs = [
        output("plain", PROFILES["plain"].dialects, MarkingOptions()),
        output("all", names, MarkingOptions(cue_out="seconds", cont="elemental", asset_list=ASSETS)),
        output("adobe", ["adobe", "daterange"], MarkingOptions(daterange_class=CLASS)),
    ]
    rig = Rig(outputs, renditions=RUNGS)
    script = whole(rig, SignalMode.SPLICE_INSERT, 1, 120, 60, 30)
    merge(script, whole(rig, SignalMode.PROVIDER_PLACEMENT, 2, 180, 30, 60))
    rig.run(270, [0, 50, 100, 120, 135, 150, 180, 200, 220, 240], script)
    assert rig.faults == []
    for index, each in enumerate(outputs):
        rig.write_to(tmp_path, output=index)
        found = judged(tmp_path / each.path, "--no-media") + judged(tmp_path / each.path / "tiny")
        assert [line for line in found if line.startswith("FAIL")] == [], each.path
        assert all("early return or extension, closed as such" in line for line in found), found
