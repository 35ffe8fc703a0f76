"""Breaks and other signals of every mode, aired by a rig into outputs of every dialect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from app.model.profiles import PROFILES
from app.model.rundown import Upid
from app.model.show import HlsOutput, MarkingOptions, Rendition
from app.model.signalling import Signalling, SignalMode
from app.model.timebase import wrapped
from app.pipeline.packets import CueKind, MarkExtend, MarkIn, MarkOut, MarkSignal, SendSection
from app.scte35.signalling import in_section, is_splice, out_section
from tests.pipeline.packaging_rig import LOW, Rig, Script, merge

ASSETS = "https://ads.example/{break_id}.json?e={event_id}&d={duration}"
CLASS = "org.example.signal"
SPLICES = [mode for mode in SignalMode if is_splice(mode)]
OTHERS = [mode for mode in SignalMode if not is_splice(mode)]
RUNGS = (LOW, Rendition("tiny", 96, 64, 60_000, preset="ultrafast"))
STEP, LENGTH, LEAD = 50, 30, 20  # frames: from one OUT to the next, of a break, of what announces an end of it
UPID = Upid(9, "SIGNAL:{uuid}")


def output(name: str, dialects: Iterable[str], marking: MarkingOptions) -> HlsOutput:
    return HlsOutput(("primary",), f"{name}/", Fraction(2), 60, tuple(dialects), marking=marking)


def profile_outputs() -> list[HlsOutput]:
    """One of each profile, with what it needs."""
    outputs = []
    for name, profile in PROFILES.items():
        needed = MarkingOptions(asset_list=ASSETS, daterange_class=CLASS)
        outputs.append(output(name, profile.dialects, needed if profile.needs_asset_list else profile.marking))
    return outputs


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


def passed_on(rig: Rig, section: bytes, event_id: int, frame: int) -> Script:
    """A signal of the source's own: sent, and told in the playlists as a moment."""
    anchor = rig.anchor
    script: Script = {}
    merge(script, {max(0, frame - 110): [SendSection(CueKind.RELAYED, section, "", event_id, anchor.pts(frame))]})
    return merge(script, {frame: [MarkSignal(anchor.pts(frame), event_id, section, anchor.at(frame))]})


def air(
    outputs: list[HlsOutput], modes: dict[int, SignalMode], folder: Path, rungs: Sequence[Rendition] = RUNGS
) -> None:
    """Breaks of these modes at these frames, all within a program that the source itself signals."""
    rig = Rig(outputs, renditions=rungs)
    script: Script = {}
    cuts = {0, 50, 100, 112}
    for number, (frame, mode) in enumerate(modes.items()):
        merge(script, whole(rig, mode, 100 + number, frame, LENGTH))
        cuts |= {frame, frame + LENGTH // 2, frame + LENGTH}
    last = max(cuts) + 10
    program = Signalling(mode=SignalMode.PROGRAM)
    merge(script, passed_on(rig, out_section(program, 9, wrapped(rig.anchor.pts(112)), None).encoded, 9, 112))
    merge(script, passed_on(rig, in_section(program, 9, wrapped(rig.anchor.pts(last))).encoded, 9, last))
    rig.run(last + 15, sorted({*cuts, last}), script)
    assert rig.faults == []
    for index in range(len(outputs)):
        rig.write_to(folder, output=index)
