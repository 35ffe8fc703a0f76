"""``verify`` on playlists and a stream that other people published: judged as far as they can be, never a crash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.monitoring.fetch import Fetcher
from app.monitoring.proof import verify
from app.monitoring.report import Report

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "vectors"
PLAYLISTS = sorted((VECTORS / "hls").glob("*.m3u8"))


class Offline(Fetcher):
    """Reads files only: a test asks no stranger's server."""

    def _fetched(self, url: str, most_bytes: int) -> bytes:
        raise ConnectionError(f"offline: {url} {most_bytes}")


def proved(path: Path) -> Report:
    report = verify(str(path), fetcher=Offline())
    json.dumps(report.to_json())
    return report


@pytest.mark.parametrize("path", PLAYLISTS, ids=lambda path: path.stem[-40:])
def test_a_playlist_without_its_media_is_not_proved_and_says_why(path: Path) -> None:
    report = proved(path)
    assert not report.passed
    assert all(row.verdict == "missing" for row in report.splices)
    if "#EXTINF" in path.read_text():
        assert any("segments can't be judged" in str(finding) for finding in report.findings)
    text = path.read_text()
    told = {row.direction for row in report.splices}
    assert ("out" in told) == ("CUE-OUT" in text or "SCTE35-OUT" in text or "OATCLS" in text)
    assert ("in" in told) == ("CUE-IN" in text or "SCTE35-IN" in text)


def test_the_ids_in_playlists_are_read() -> None:
    (path,) = (path for path in PLAYLISTS if "mediatailor_linear" in path.name)
    report = proved(path)
    assert [(row.splice_event_id, row.direction) for row in report.splices] == [(2, "out"), (None, "in")]


def test_the_stream_of_another_muxer_is_read() -> None:
    (path,) = (VECTORS / "ts").glob("*.ts")
    report = proved(path)
    assert not report.passed
    findings = "\n".join(map(str, report.findings))
    assert "MPEG-2" in findings
    assert "out 100 is not judged: the output ends before PTS 200000" in findings
    assert [(row.splice_event_id, row.direction, row.verdict) for row in report.splices] == [(100, "in", "missing")]
