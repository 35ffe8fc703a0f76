from __future__ import annotations

from pathlib import Path

from app.monitoring.proof import verify
from tests.monitoring.airing import FRAME, Airing, add_break, seconds
from tests.monitoring.judged import one_break, proved, rows_of
from tests.monitoring.little_ts import splice_insert


def test_a_right_break_lands_in_every_rendition_and_dialect(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    report = proved(airing, tmp_path, expect=2)
    assert report.passed, report.to_json()
    assert report.findings == ()
    opening, closing = report.splices
    assert (opening.splice_event_id, opening.direction, opening.pts) == (17, "out", airing.pts(300))
    assert (opening.idr_pts, opening.error_ticks) == (airing.pts(300), 0)
    assert opening.segments == {"720p": "seg_00003.ts", "360p": "seg_00003.ts"}
    assert opening.dialects == dict.fromkeys(("cue-out-in", "daterange", "oatcls-scte35", "scte35"), "ok")
    assert (closing.direction, closing.pts, closing.error_ticks) == ("in", airing.pts(550), 0)
    assert closing.dialects == opening.dialects
    assert closing.segments["360p"] == "seg_00006.ts"


def test_the_json_has_the_names_of_the_contract(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    told = proved(airing, tmp_path).to_json()
    assert list(told) == ["target", "verdict", "splices", "findings"]
    assert isinstance(told["splices"], list)
    first = told["splices"][0]
    assert isinstance(first, dict)
    assert list(first) == [
        "splice_event_id", "direction", "pts", "idr_pts", "error_ticks", "segments", "dialects", "verdict", "reason",
        "signal", "at", "skew_ms", "audio_ms",
    ]  # fmt: skip
    assert told["verdict"] == "pass"


def test_a_break_over_the_33_bit_wrap_lands(tmp_path: Path) -> None:
    airing = Airing(first_pts=(1 << 33) - 400 * FRAME)
    add_break(airing)
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()
    assert [row.pts for row in report.splices] == [(1 << 33) - 100 * FRAME, 150 * FRAME]


def test_fewer_splices_than_expected_or_none_at_all_fail(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    report = proved(airing, tmp_path / "two", expect=3)
    assert not report.passed
    assert any("2 splices were found, 3 are expected" in str(finding) for finding in report.findings)
    empty = proved(Airing(), tmp_path / "none")
    assert not empty.passed
    assert any("no splice" in str(finding) for finding in empty.findings)


# ---- the picture


def test_an_idr_one_frame_off_is_misplaced_by_that_frame(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.cuts = airing.cuts - {300} | {301}
    for tags in airing.tags.values():
        tags[301] = tags.pop(300)
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert (row.verdict, row.error_ticks, row.idr_pts) == ("misplaced", FRAME, airing.pts(301))


def test_an_idr_one_frame_off_in_one_rendition_only_is_found(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.idrs["360p"] = airing.cuts - {300} | {299}
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert (row.verdict, row.error_ticks) == ("misplaced", -FRAME)
    assert "360p" in row.reason
    assert "720p" not in row.reason


def test_a_splice_picture_that_is_no_idr_is_misplaced(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.idrs = dict.fromkeys(airing.renditions, airing.cuts - {550})
    rows = rows_of(proved(airing, tmp_path))
    assert rows[17, "in"].verdict == "misplaced"
    assert "no IDR" in rows[17, "in"].reason
    assert rows[17, "out"].verdict == "landed"


def test_an_idr_without_parameter_sets_is_misplaced(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.without_parameter_sets = {300}
    assert "SPS" in rows_of(proved(airing, tmp_path))[17, "out"].reason


def test_an_idr_inside_a_segment_is_misplaced(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.idrs = {name: set(airing.cuts) for name in airing.renditions}
    airing.cuts.discard(300)
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert row.verdict == "misplaced"
    assert "does not start a segment" in row.reason
    assert row.error_ticks == 0


# ---- the section


def test_sections_with_a_wrong_crc_are_none(tmp_path: Path) -> None:
    airing, opening, _ = one_break()
    broken = opening[:-1] + bytes([opening[-1] ^ 1])
    for name in airing.renditions:
        airing.sections[name] = [(f, broken if s == opening else s) for f, s in airing.sections[name]]
    report = proved(airing, tmp_path)
    row = rows_of(report)[17, "out"]
    assert row.verdict == "missing"
    assert any("CRC" in str(finding) for finding in report.findings)


def test_one_repetition_with_a_wrong_crc_fails_the_proof(tmp_path: Path) -> None:
    airing, opening, _ = one_break()
    airing.say(225, opening[:-1] + bytes([opening[-1] ^ 1]), "360p")
    report = proved(airing, tmp_path)
    assert rows_of(report)[17, "out"].verdict == "landed"
    assert not report.passed
    assert any(str(finding).startswith("fault: 360p seg_00002.ts: section") for finding in report.findings)


def test_a_section_in_one_rendition_only_is_missing_in_the_other(tmp_path: Path) -> None:
    airing, opening, _ = one_break()
    airing.sections["360p"] = [one for one in airing.sections["360p"] if one[1] != opening]
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert row.verdict == "missing"
    assert "360p" in row.reason


def test_other_section_bytes_in_one_rendition_are_misplaced(tmp_path: Path) -> None:
    airing, opening, _ = one_break()
    other = splice_insert(17, airing.pts(300), out=True, duration=250 * FRAME, tier=0x123)
    airing.sections["360p"] = [(f, other if s == opening else s) for f, s in airing.sections["360p"]]
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert row.verdict == "misplaced"
    assert "other bytes" in row.reason


def test_a_program_that_does_not_register_cuei_fails(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.cuei = False
    report = proved(airing, tmp_path)
    assert not report.passed
    assert any("CUEI" in str(finding) for finding in report.findings)


def test_a_corrected_time_rules_and_the_first_one_is_not_judged(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.say(120, splice_insert(17, airing.pts(310), out=True, duration=250 * FRAME))
    for name in airing.renditions:
        airing.sections[name].sort(key=lambda one: one[0])
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()
    assert len(report.splices) == 2


# ---- a continuous stream


def test_a_continuous_stream_is_proved_without_playlists(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    path = tmp_path / "air.ts"
    path.write_bytes(b"".join(octets for _, _, octets in airing.streams("720p")))
    report = verify(str(path), expect=2)
    assert report.passed, report.to_json()
    assert report.splices[0].segments == {"air.ts": "air.ts"}
    assert report.splices[0].dialects == {}


def test_a_continuous_stream_with_an_idr_off_fails(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.idrs["720p"] = airing.cuts - {550} | {551}
    path = tmp_path / "air.ts"
    path.write_bytes(b"".join(octets for _, _, octets in airing.streams("720p")))
    row = rows_of(verify(str(path)))[17, "in"]
    assert (row.verdict, row.error_ticks) == ("misplaced", FRAME)


def test_seconds_of_frames_are_exact() -> None:
    assert seconds(250) == "10.000"
