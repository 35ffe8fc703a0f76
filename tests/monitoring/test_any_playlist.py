"""Playlists with every dialect, spoilt at random: whatever stands in them is judged, never a crash."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.monitoring.proof import verify
from tests.monitoring.airing import Airing, add_break
from tests.monitoring.signals import add_opportunity, add_signal

VALUES = [
    "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000+14:00", "2026-11-22T20:00:12", "999999999", "999999999.999999",
    "-1", "0", "", '"', "0x", "0xFC", "0xFC302500", "{event_id}", "http://[", "YES", "NO", "CONT", "PT9S", "1/0",
    "ÿ\u2028", "/DAlAAAAAAAAAP/wFAUAAAARf+/+ABRTIP4ABB6wAAAAAAAARx+GPQ==", "com.apple.hls.interstitial", "nan", "1e9",
]  # fmt: skip
TAGS = [
    "#EXT-X-CUE-OUT", "#EXT-X-CUE-IN", "#EXT-X-CUE-OUT-CONT", "#EXT-X-CUE-SPAN:TIMEFROMSIGNAL=PT", "#EXT-X-ASSET:",
    "#EXT-X-DATERANGE:", "#EXT-X-CUE:", "#EXT-X-SCTE35:", "#EXT-X-SPLICEPOINT-SCTE35:", "#EXT-X-DISCONTINUITY",
    "#EXT-X-ENDLIST", "#EXT-X-GAP", "#EXT-X-KEY:METHOD=AES-128", '#EXT-X-MAP:URI="x"', "#EXT-X-MEDIA-SEQUENCE:9",
    "#EXT-X-I-FRAMES-ONLY", "#EXT-X-BYTERANGE:10@9999999", "#EXT-X-PROGRAM-DATE-TIME:9999-12-31T23:59:59Z",
]  # fmt: skip


def spoil(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                lines.insert(chance.randrange(len(lines)), lines[at])
            case 1:
                del lines[at]
            case 2:
                lines.insert(at, chance.choice(TAGS) + chance.choice(VALUES))
            case _:
                parts = re.split(r"([=:,])", lines[at])
                parts[chance.randrange(len(parts))] = chance.choice(VALUES)
                lines[at] = "".join(parts)
    return "\n".join(lines)


@pytest.fixture(scope="module", params=["heard", "unheard"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("air")
    airing = Airing(renditions=("720p", "360p"), heard=request.param == "heard", sound=lambda _name, _number: 0)
    add_opportunity(airing)
    add_signal(airing, 0x20, event_id=5)
    add_break(airing, 9, 650, 750, out_says=(505, 530), in_says=(660, 700))
    if request.param == "unheard":
        airing.sections.clear()
    airing.write(path)
    return path


def test_it_is_right_before(folder: Path) -> None:
    report = verify(str(folder / "index.m3u8"))
    rows = [row for row in report.splices if row.verdict != "landed"]
    assert [(row.splice_event_id, row.direction) for row in report.splices if row not in rows], report.to_json()


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_playlist_is_judged(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    paths = [folder / name / "index.m3u8" for name in ("720p", "360p")]
    right = {path: path.read_text() for path in paths}
    for path in paths[: chance.randrange(1, 3)]:
        path.write_text(spoil(right[path], chance))
    try:
        json.dumps(verify(str(folder / "index.m3u8")).to_json())
    finally:
        for path, text in right.items():
            path.write_text(text)
