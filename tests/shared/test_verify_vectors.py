"""``verify`` on playlists and a stream that other people published: judged as far as they can be, never a crash."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from app.model.timebase import ticks_of
from app.monitoring.fetch import Fetcher
from app.monitoring.playlist import MediaPlaylist, parse_playlist
from app.monitoring.proof import verify
from app.monitoring.report import Report
from tests.monitoring.little_ts import LittleTs

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "vectors"
PLAYLISTS = sorted((VECTORS / "hls").glob("*.m3u8"))
FIRST_PTS = 6_660_335_236 - ticks_of(Fraction("11.879"))  # so that the one section with a lasting time lies right
FRAME = 3600

# What each says without its media: (event, direction) in order, and what is wrong in its tags alone.
LOOKED_AT: dict[str, tuple[list[tuple[int | None, str]], list[str]]] = {
    "hls-splice__testvectors_hls2": ([(1, "out"), (None, "in")], ["there is no EXT-X-PROGRAM-DATE-TIME"]),
    "hls7_video-241929": ([(None, "out"), (None, "in")], ["it is 21.000 s after the end that its OUT declared"]),
    "hls8_index": ([(None, "out"), (None, "in")], []),
    "hls_always_0_demux_4850073": ([(None, "out"), (None, "in")], []),
    "hls_always_0_demux_aac-en": ([(None, "out"), (None, "in")], []),
    "hls_always_0_demux_aac-sv": ([(None, "out"), (None, "in")], []),
    "hls_always_1_4850073": ([(None, "out"), (None, "in")], []),
    "hls_always_1_demux_aac-sv": ([(None, "out"), (None, "in")], []),
    "hls_cmaf_2_test-video": ([(None, "out"), (None, "in")], []),
    "hls_cmaf_demux_3_pre_test-audio": ([(None, "out"), (None, "in")], []),
    "hls_cmaf_demux_3_pre_test-video": ([(None, "out"), (None, "in")], []),
    "mediatailor_linear": ([(2, "out"), (None, "in")], []),
    "mediatailor_vod": ([(None, "out"), (None, "in")], []),
    "azuredocs": ([(1002, "out"), (1002, "in")], ["START-DATE is 2020-01-07T19:45:10.610Z, in another tag of its ID"]),
    "index_1_oatcls": ([(1, "out"), (None, "in")], []),
    "CONT_ALT": ([(None, "out")], []),
    "ENVIVIO": ([(16777323, "out"), (None, "in")], []),
    "CUE_OUT_INVALID": ([(None, "out")], ["'INVALID' is no duration in seconds"]),
    "CUE_OUT_NO_DURATION": ([(None, "out"), (None, "in")], []),
    "CUE_OUT_WITH_DURATION": ([(None, "out"), (None, "in")], []),
    "DATERANGE_IN_PART": ([], []),
    "without-oatcls": ([(None, "in"), (None, "out"), (None, "in"), (None, "out"), (None, "in")], []),
}


class Offline(Fetcher):
    """Reads files only: a test asks no stranger's server."""

    def _fetched(self, url: str, most_bytes: int) -> bytes:
        raise ConnectionError(f"offline: {url} {most_bytes}")


def proved(path: Path) -> Report:
    report = verify(str(path), fetcher=Offline())
    json.dumps(report.to_json())
    return report


def looked_at(path: Path) -> tuple[list[tuple[int | None, str]], list[str]]:
    (found,) = (told for name, told in LOOKED_AT.items() if name in path.name)
    return found


@pytest.mark.parametrize("path", PLAYLISTS, ids=lambda path: path.stem[-40:])
def test_a_playlist_without_its_media_is_judged_by_its_tags_and_proves_nothing(path: Path) -> None:
    report = proved(path)
    splices, wrong = looked_at(path)
    assert not report.passed
    findings = "\n".join(map(str, report.findings))
    unread = re.findall(
        r"(?m)^fault: (out|in)(?: (\S+))? is not judged, its tags are right: .* can't be read", findings
    )
    told_of = [(int(number) if number else None, direction) for direction, number in unread]
    rows = [(row.splice_event_id, row.direction) for row in report.splices]
    assert sorted(map(str, [*told_of, *rows])) == sorted(map(str, splices))
    assert all("can't be read" in row.reason and row.verdict != "landed" for row in report.splices)
    assert "is judged by its tags alone, as" in findings
    told = findings + "\n".join(row.reason for row in report.splices)
    for text in wrong:
        assert text in told
    if not wrong:
        assert all(said == "ok" for row in report.splices for said in row.dialects.values())
        faults = [one.text for one in report.findings if one.severity == "fault"]
        assert not [text for text in faults if "judged" not in text and "no splice" not in text]


def with_media(source: Path, folder: Path) -> Path:
    """The playlist beside media of ours: each of its segments a few pictures, as far apart as EXTINF says."""
    text = re.sub(r"https?://[^\s\"]*/", "", source.read_text()).replace("?m=1676054627", "")
    lines = [line for line in text.split("\n") if not line.startswith("#EXT-X-MAP")]
    playlist = parse_playlist("\n".join(lines), str(source))
    assert isinstance(playlist, MediaPlaylist)
    names = iter(f"{number}.ts" for number in range(len(playlist.segments)))
    lines = [next(names) if line and not line.startswith("#") else line for line in lines]
    (folder / "media.m3u8").write_text("\n".join(lines))
    ts, elapsed = LittleTs(has_scte35=False), Fraction(0)
    for number, segment in enumerate(playlist.segments):
        ts.tables()
        start = FIRST_PTS + ticks_of(elapsed)
        for picture in range(max(2, ticks_of(segment.duration_s) // FRAME)):
            ts.picture(start + picture * FRAME, start + picture * FRAME - 2 * FRAME, idr=picture == 0)
        (folder / f"{number}.ts").write_bytes(ts.taken())
        elapsed += segment.duration_s
    return folder / "media.m3u8"


# with media, those whose tags are right land, all others fail for what is wrong in their tags
WRONG = {"hls7_video-241929", "hls-splice__testvectors_hls2", "azuredocs", "DATERANGE_IN_PART"}


@pytest.mark.parametrize("path", PLAYLISTS, ids=lambda path: path.stem[-40:])
def test_beside_media_the_verdict_is_that_on_the_tags(tmp_path: Path, path: Path) -> None:
    report = proved(with_media(path, tmp_path))
    wrong = any(name in path.name for name in WRONG)
    assert report.passed == (not wrong), report.to_json()
    assert wrong or {row.verdict for row in report.splices} == {"landed"}
    assert not [row for row in report.splices if "can't be read" in row.reason]


def test_the_ids_in_playlists_are_read() -> None:
    (path,) = (path for path in PLAYLISTS if "mediatailor_linear" in path.name)
    report = proved(path)
    told = [one.text.partition(" is not judged")[0] for one in report.findings if one.severity == "fault"]
    assert told[1:] == ["out 2", "in"]


def test_the_stream_of_another_muxer_is_read() -> None:
    (path,) = (VECTORS / "ts").glob("*.ts")
    report = proved(path)
    assert not report.passed
    findings = "\n".join(map(str, report.findings))
    assert "MPEG-2" in findings
    assert "out 100 is not judged: the output ends before PTS 200000" in findings
    assert "in 100 is not judged: the output ends before PTS 300000" in findings
    assert report.splices == ()
