"""The linter on sections and playlists that other people published: each looked at, and never an exception."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from app.lint.playlists import lint_playlist_text
from app.lint.sections import lint_section
from app.lint.target import Asked, Kind, lint
from app.model.errors import UnsupportedError
from app.model.lint import LintFinding, LintSeverity
from app.model.profiles import PROFILES
from app.scte35.codec import from_text
from tests.shared.conftest import SHARED

HLS = sorted((SHARED / "vectors/hls").glob("*.m3u8"))
VECTORS = [json.loads(line) for line in (SHARED / "vectors/scte35/vectors.jsonl").read_text().splitlines()]
INVALID = [json.loads(line) for line in (SHARED / "vectors/scte35/invalid_found.jsonl").read_text().splitlines()]

# What is wrong with each playlist, read in the file itself: errors and warnings, by a part of its name.
PLAYLISTS = {
    "hls-splice__testvectors_hls2": {  # a date range without a date, an immediate OUT of no length
        "playlist.no-date": 1,
        "insert.immediate-out": 1,
        "insert.zero-duration": 1,
    },
    "hls7_video-241929": {"cue.longer": 1},  # the break is 51 s long, its OUT says 30
    "hls8_index": {},
    "always_0_demux_4850073": {},
    "always_0_demux_aac-en": {},
    "always_0_demux_aac-sv": {},
    "always_1_4850073": {},
    "always_1_demux_aac-sv": {},
    "cmaf_2_test-video": {"playlist.over-target-duration": 4},  # five segments of 3.84 s with a target of 3
    "cmaf_demux_3_pre_test-audio": {"cue.longer": 1},  # audio's own segments: 136.256 s instead of 136
    "cmaf_demux_3_pre_test-video": {},
    "mediatailor_linear": {},
    "mediatailor_vod": {},
    "ams_daterange": {"daterange.open-in": 1, "daterange.attributes-differ": 1},  # its IN has another START-DATE
    "demo_streams_index_1_oatcls": {  # a placement opportunity with an ADI UPID of no bytes, far before the CUE-IN
        "segmentation.no-upid": 1,
        "segmentation.upid": 1,
        "oatcls.alone": 1,
    },
    "CONT_ALT": {},
    "ENVIVIO": {},
    "CUE_OUT_INVALID": {"playlist.version": 1, "cue.out-value": 1, "cue.cont-value": 1},
    "CUE_OUT_NO_DURATION": {"playlist.version": 1},  # EXTINF has decimals and there is no EXT-X-VERSION
    "CUE_OUT_WITH_DURATION": {"playlist.version": 1},
    "DATERANGE_IN_PART": {"playlist.no-segments": 1, "parts.no-target": 1},
    "cue-out-in-without-oatcls": {"playlist.syntax": 1},  # it ends behind an EXTINF
}
# How many of the valid sections break each rule, those of errors and warnings.
SECTIONS = {
    "signal.no-descriptor": 22,
    "segmentation.type-numbers": 19,
    "segmentation.end-duration": 5,
    "segmentation.no-upid": 4,
    "insert.immediate-out": 3,
    "insert.no-components": 2,
    "segmentation.upid": 1,
    "segmentation.numbers": 1,
    "insert.zero-duration": 1,
    "descriptor.avail-elsewhere": 1,
}


def grave(findings: list[LintFinding]) -> Counter[str]:
    return Counter(one.rule for one in findings if one.severity is not LintSeverity.NOTE)


@pytest.mark.parametrize("path", HLS, ids=lambda path: path.stem[-40:])
def test_a_playlist_has_the_faults_that_one_sees_in_it(path: Path) -> None:
    (wanted,) = (faults for name, faults in PLAYLISTS.items() if name in path.name)
    assert grave(lint_playlist_text(path.read_text(), str(path))) == Counter(wanted)
    assert lint(str(path), Asked()).kind is Kind.PLAYLIST


@pytest.mark.parametrize("profile", PROFILES)
def test_every_reader_can_be_asked_about_every_playlist(profile: str) -> None:
    for path in HLS:
        findings = lint_playlist_text(path.read_text(), str(path), profile)
        json.dumps([finding.to_plain() for finding in findings])
        assert all("\n" not in str(finding) for finding in findings)


def test_the_readers_of_the_vendors_own_playlists_are_content() -> None:
    (linear,) = (path for path in HLS if "mediatailor_linear" in path.name)
    assert lint_playlist_text(linear.read_text(), "", "mediatailor") == []
    (bare,) = (path for path in HLS if "NO_DURATION" in path.name)
    assert "profile.cue-out-without-duration" in grave(lint_playlist_text(bare.read_text(), "", "google-dai"))
    (azure,) = (path for path in HLS if "ams_daterange" in path.name)
    told = lint_playlist_text(azure.read_text(), "", "adobe")
    assert not [one for one in told if one.rule.startswith(("adobe", "profile"))]


def test_the_sections_have_the_faults_that_were_looked_at() -> None:
    told: Counter[str] = Counter()
    for vector in VECTORS:
        found = lint_section(bytes.fromhex(vector["hex"]))
        assert all(one.severity is not LintSeverity.ERROR for one in found), vector["id"]
        told += grave(found)
    assert told == Counter(SECTIONS)


@pytest.mark.parametrize("vector", INVALID, ids=[vector["id"] for vector in INVALID])
def test_an_invalid_section_is_an_error_at_its_byte(vector: dict[str, str]) -> None:
    (finding,) = lint_section(from_text(vector["payload"]))
    assert (finding.rule, finding.severity) == ("section.invalid", LintSeverity.ERROR)
    assert finding.where.startswith("byte ")


def test_a_stream_is_for_verify() -> None:
    (path,) = (SHARED / "vectors/ts").glob("*.ts")
    with pytest.raises(UnsupportedError, match="verify"):
        lint(str(path), Asked())
