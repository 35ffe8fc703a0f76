"""Real playlists of every profile, dialect and signalling mode before the referee."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest

from app.model.profiles import PROFILES
from app.model.rundown import Upid
from app.model.show import HlsOutput, MarkingOptions, Rendition
from app.model.signalling import Signalling, SignalMode
from app.model.timebase import wrapped
from app.pipeline.packets import CueKind, MarkExtend, MarkIn, MarkOut, SendSection
from app.scte35.signalling import in_section, is_splice, out_section
from tests.pipeline.packaging_rig import LOW, Rig, Script, merge
from tests.shared.conftest import SHARED

ASSETS = "https://ads.example/{break_id}.json?e={event_id}&d={duration}"
CLASS = "org.example.signal"
SPLICES = [mode for mode in SignalMode if is_splice(mode)]
OTHERS = [mode for mode in SignalMode if not is_splice(mode)]
RUNGS = (LOW, Rendition("tiny", 96, 64, 60_000, preset="ultrafast"))
STEP, LENGTH, LEAD = 50, 30, 20  # frames: from one OUT to the next, of a break, of what announces an end of it
UPID = Upid(9, "SIGNAL:{uuid}")


def output(name: str, dialects: Iterable[str], marking: MarkingOptions) -> HlsOutput:
    return HlsOutput(("primary",), f"{name}/", Fraction(2), 60, tuple(dialects), marking=marking)


def whole(rig: Rig, mode: SignalMode, event_id: int, frame: int, planned: int, lasts: int | None = None) -> Script:
    """A break as the program gives it. ``lasts``: frames that it really lasts: an early return, or an extension."""
    anchor, how = rig.anchor, Signalling(mode=mode, upid=UPID)
    end = frame + (planned if lasts is None else lasts)
    pts, back = anchor.pts(frame), anchor.pts(end)
    length, name = anchor.pts(frame + planned) - pts, f"b{event_id}"
    opens = out_section(how, event_id, wrapped(pts), length, break_id=name).encoded
    closes = in_section(how, event_id, wrapped(back), break_id=name).encoded
    script: Script = {}
    merge(script, {max(0, frame - 110): [SendSection(CueKind.OUT, opens, name, event_id, pts)]})
    merge(script, {frame: [MarkOut(pts, name, event_id, opens, length, anchor.at(frame))]})
    merge(script, {end - LEAD: [SendSection(CueKind.IN, closes, name, event_id, back, pts)]})
    merge(script, {end: [MarkIn(back, event_id, closes, back - pts)]})
    if end > frame + planned:
        again = out_section(how, event_id, wrapped(pts), back - pts, break_id=name).encoded
        merge(script, {frame + 5: [MarkExtend(event_id, back - pts, again)]})
        merge(script, {frame + 5: [SendSection(CueKind.OUT, again, name, event_id, pts)]})
    return script


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


def air(outputs: list[HlsOutput], script_of: dict[int, SignalMode], tmp_path: Path) -> Rig:
    rig = Rig(outputs, renditions=RUNGS)
    script: Script = {}
    cuts = {0, 50, 100}
    for number, (frame, mode) in enumerate(script_of.items()):
        merge(script, whole(rig, mode, 100 + number, frame, LENGTH))
        cuts |= {frame, frame + LENGTH // 2, frame + LENGTH}
    rig.run(max(cuts) + 25, sorted(cuts), script)
    assert rig.faults == []
    for index in range(len(outputs)):
        rig.write_to(tmp_path, output=index)
    return rig


@pytest.mark.slow
def test_every_profile_in_every_mode_of_a_break(tmp_path: Path) -> None:
    outputs = []
    for name, profile in PROFILES.items():
        marking = profile.marking
        if profile.needs_asset_list:
            marking = MarkingOptions(asset_list=ASSETS, daterange_class=CLASS)
        outputs.append(output(name, profile.dialects, marking))
    outputs.append(
        output("splicepoint", ["splicepoint", "asset", "cue-out-in"], MarkingOptions(cue_out="bare", cont="ratio"))
    )
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


@pytest.mark.slow
def test_every_mode_that_is_no_break(tmp_path: Path) -> None:
    """The referee takes the start of a breakaway for an IN without its OUT, but where only a SCTE35-CMD tells of it."""
    told = {
        "daterange": MarkingOptions(),
        "scte35": MarkingOptions(),
        "splicepoint": MarkingOptions(),
    }
    outputs = [output(name, [name, "daterange"][: 1 + (name != "daterange")], each) for name, each in told.items()]
    ends = MarkingOptions(daterange_class=CLASS, end_on_next=True)
    outputs.append(output("end-on-next", ["daterange"], ends))
    modes = [mode for mode in OTHERS if mode is not SignalMode.PROGRAM_BREAKAWAY]
    air(outputs, {120 + number * STEP: mode for number, mode in enumerate(modes)}, tmp_path)
    only_there = [output("breakaway", ["daterange"], MarkingOptions())]
    air(only_there, {120: SignalMode.PROGRAM_BREAKAWAY}, tmp_path)
    for each in (*outputs, *only_there):
        found = judged(tmp_path / each.path, "--no-media")
        assert [line for line in found if line.startswith("FAIL")] == [], each.path
    for path in ("scte35/low", "splicepoint/tiny", "breakaway/low"):
        assert [line for line in judged(tmp_path / path) if line.startswith("FAIL")] == [], path
    text = (tmp_path / "end-on-next" / "low" / "index.m3u8").read_text()
    assert text.count("END-ON-NEXT=YES") == len(modes)
    assert text.count("SCTE35-CMD=0xFC") == 2 * len(modes)
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
