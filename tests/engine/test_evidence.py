"""Evidence of a real break on a real channel: its pictures are those that viewers got."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from pathlib import Path

import av

from app.engine.build import EVIDENCE
from app.model import events
from app.model.commands import InsertBreak
from tests.engine.lone_engine import evening
from tests.engine.test_build import on_air


def test_a_break_on_air_leaves_its_film_strips_in_the_data_directory(tmp_path: Path) -> None:
    with on_air(evening(tmp_path), tmp_path, "Saturday/1") as heard:
        heard.wait(events.SegmentDelivered)
        heard.engine.submit(InsertBreak(channel="one", by="ann", duration_s=Fraction(2), immediate=True))
        out = heard.wait(events.EvidenceKept, direction="out")
        back = heard.wait(events.EvidenceKept, direction="in")
        spliced = heard.wait(events.BreakOut)
    folder = tmp_path / EVIDENCE / "Saturday%2F1" / "one" / spliced.break_id / "out-folder"
    assert Path(out.folder) == folder
    verdict = json.loads((folder / "verdict.json").read_text())
    assert (verdict["verdict"], verdict["rendition"], verdict["problems"]) == ("landed", "90p", [])
    assert [picture["offset_frames"] for picture in verdict["pictures"]] == list(range(-5, 5))
    assert verdict["pictures"][5]["pts"] == spliced.pts
    for kept in (out, back):
        assert len(kept.pictures) >= 5
        for name in kept.pictures:
            with av.open(io.BytesIO((Path(kept.folder) / name).read_bytes()), "r", format="mjpeg") as still:
                assert next(still.decode(video=0)).width == 160
    assert "splice_insert OUT" in (folder / "sections.txt").read_text()
    assert "EXT-X-CUE-OUT" in (folder / "manifest.txt").read_text()
