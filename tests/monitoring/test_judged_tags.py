from __future__ import annotations

import base64
from pathlib import Path

import pytest

from app.monitoring.proof import verify
from tests.monitoring.airing import FRAME, Airing, add_break, tag_cont, tag_in, tag_out
from tests.monitoring.judged import Spoil, one_break, proved, rows_of, without
from tests.monitoring.little_ts import segmentation, splice_insert


def put(old: str, new: str) -> Spoil:
    return lambda lines: [line.replace(old, new) for line in lines]


OTHER_EVENT = splice_insert(18, 900_000 + 300 * FRAME, out=True, duration=250 * FRAME)
OTHER_TIME = splice_insert(17, 900_000 + 301 * FRAME, out=True, duration=250 * FRAME)
OTHER_TIER = splice_insert(17, 900_000 + 300 * FRAME, out=True, duration=250 * FRAME, tier=1)
RIGHT = splice_insert(17, 900_000 + 300 * FRAME, out=True, duration=250 * FRAME)


def code(section: bytes) -> str:
    return base64.b64encode(section).decode()


@pytest.mark.parametrize(
    ("frame", "spoil", "dialect", "verdict", "direction"),
    [
        (300, without("#EXT-X-CUE-OUT"), "cue-out-in", "missing", "out"),
        (300, without("#EXT-OATCLS"), "oatcls-scte35", "missing", "out"),
        (300, without("#EXT-X-SCTE35"), "scte35", "missing", "out"),
        (300, without("#EXT-X-DATERANGE"), "daterange", "missing", "out"),
        (550, without("#EXT-X-CUE-IN"), "cue-out-in", "missing", "in"),
        (550, without("#EXT-X-DATERANGE"), "daterange", "missing", "in"),
        (400, without("#EXT-X-CUE-OUT-CONT"), "cue-out-in", "missing", "out"),
        (400, without("#EXT-X-SCTE35"), "scte35", "missing", "out"),
        (300, put("CUE-OUT:DURATION=10.000", "CUE-OUT:DURATION=10.040"), "cue-out-in", "misplaced", "out"),
        (300, put("PLANNED-DURATION=10.000", "PLANNED-DURATION=10.040"), "daterange", "misplaced", "out"),
        (550, put("PLANNED-DURATION=10.000", "PLANNED-DURATION=12.000"), "daterange", "misplaced", "in"),
        (550, put(",DURATION=10.000", ",DURATION=9.960"), "daterange", "misplaced", "in"),
        (550, put(',END-DATE="2026-11-22T20:00:22.040Z"', ""), "daterange", "misplaced", "in"),
        (550, put('END-DATE="2026-11-22T20:00:22.040Z"', 'END-DATE="2026-11-22T20:00:22.080Z"'), "daterange",
         "misplaced", "in"),
        (300, put("2026-11-22T20:00:12.040Z", "2026-11-22T20:00:12.000Z"), "daterange", "misplaced", "out"),
        (300, put("2026-11-22T20:00:12.040Z", "tomorrow"), "daterange", "misplaced", "out"),
        (550, put('ID="17"', 'ID="x"'), "daterange", "misplaced", "in"),
        (400, put("ElapsedTime=4.000", "ElapsedTime=4.040"), "cue-out-in", "misplaced", "out"),
        (500, put("Duration=10.000", "Duration=11.000"), "cue-out-in", "misplaced", "out"),
        (300, put(f"OATCLS-SCTE35:{code(RIGHT)}", f"OATCLS-SCTE35:{code(OTHER_EVENT)}"), "oatcls-scte35", "misplaced",
         "out"),
        (300, put(f"OATCLS-SCTE35:{code(RIGHT)}", f"OATCLS-SCTE35:{code(OTHER_TIME)}"), "oatcls-scte35", "misplaced",
         "out"),
        (300, put(f"OATCLS-SCTE35:{code(RIGHT)}", f"OATCLS-SCTE35:{code(OTHER_TIER)}"), "oatcls-scte35", "misplaced",
         "out"),
        (300, put(f'CUE="{code(RIGHT)}"', 'CUE="rubbish!"'), "scte35", "misplaced", "out"),
        (300, put(RIGHT.hex().upper(), RIGHT[:-1].hex().upper() + "00"), "daterange", "misplaced", "out"),
        (550, put("#EXT-OATCLS-SCTE35:", "#EXT-OATCLS-SCTE35:AAAA"), "oatcls-scte35", "misplaced", "in"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("renditions", [("720p", "360p"), ("360p",)])
def test_a_spoilt_tag_is_caught_in_its_dialect_and_nowhere_else(
    tmp_path: Path,
    frame: int,
    spoil: Spoil,
    dialect: str,
    verdict: str,
    direction: str,
    renditions: tuple[str, ...],
) -> None:
    airing, _, _ = one_break()
    for name in renditions:
        spoilt = spoil(airing.tags[name][frame])
        assert spoilt != airing.tags[name][frame]
        airing.tags[name][frame] = spoilt
    report = proved(airing, tmp_path)
    row = rows_of(report)[17, direction]
    assert row.verdict == verdict, report.to_json()
    assert not report.passed
    assert [name for name, told in row.dialects.items() if told != "ok"] == [dialect]
    assert ("360p" in row.reason) == (len(renditions) == 1)
    assert [other.verdict for other in report.splices if other is not row] == ["landed"]


def test_a_bare_cue_out_is_a_spelling_where_all_are_bare_and_a_fault_beside_one_that_is_not(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    for name in reversed(airing.renditions):
        airing.tags[name][300] = put("CUE-OUT:DURATION=10.000", "CUE-OUT")(airing.tags[name][300])
        report = proved(airing, tmp_path)
        assert report.passed == (name == "720p")
    assert rows_of(report)[17, "out"].dialects["cue-out-in"] == "ok"


@pytest.mark.parametrize("prefix", ["#EXT-X-CUE-OUT", "#EXT-OATCLS", "#EXT-X-SCTE35", "#EXT-X-DATERANGE"])
@pytest.mark.parametrize("onto", [200, 400])
def test_a_tag_on_a_neighbouring_segment_is_misplaced(tmp_path: Path, prefix: str, onto: int) -> None:
    airing, _, _ = one_break()
    for tags in airing.tags.values():
        moved = [line for line in tags[300] if line.startswith(prefix)]
        tags[300] = without(prefix)(tags[300])
        tags.setdefault(onto, []).extend(moved)
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert row.verdict == "misplaced"
    assert f"1 {'later' if onto == 400 else 'earlier'}" in row.reason
    assert len([told for told in row.dialects.values() if told != "ok"]) == 1


def test_a_section_without_any_tag_is_missing(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.tags.clear()
    report = proved(airing, tmp_path)
    assert [row.verdict for row in report.splices] == ["missing", "missing"]


def test_tags_without_any_section_are_missing(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.sections.clear()
    report = proved(airing, tmp_path)
    assert {(row.splice_event_id, row.direction, row.verdict) for row in report.splices} == {
        (17, "out", "missing"),
        (17, "in", "missing"),
    }
    assert all("no section" in row.reason for row in report.splices)


def test_a_cont_tag_outside_any_break_is_a_fault(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.tag(650, "#EXT-X-CUE-OUT-CONT:ElapsedTime=14.000,Duration=10.000")
    report = proved(airing, tmp_path)
    assert not report.passed
    assert any("outside any break" in str(finding) for finding in report.findings)


def test_breaks_that_touch_land_and_in_tags_come_first(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    add_break(airing, 18, 550, 650, out_says=(400, 450, 500), in_says=(560, 600))
    for tags in airing.tags.values():  # IN of 17 before OUT of 18
        tags[550].sort(key=lambda line: not ("CUE-IN" in line or "SCTE35-IN" in line or line.endswith("=YES_")))
        ours = [line for line in tags[550] if line.startswith("#EXT-OATCLS")]
        ours.sort(key=lambda line: code(splice_insert(17, airing.pts(550), out=False)) not in line)
        tags[550] = [*ours[:1], *(line for line in tags[550] if line not in ours), *ours[1:]]
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()
    assert [(row.splice_event_id, row.direction) for row in report.splices] == [
        (17, "out"), (17, "in"), (18, "out"), (18, "in"),
    ]  # fmt: skip
    for tags in airing.tags.values():
        tags[550].reverse()
    wrong = proved(airing, tmp_path)
    assert "after the OUT of the next break" in rows_of(wrong)[17, "in"].reason


def test_a_break_shorter_than_a_segment_lands(tmp_path: Path) -> None:
    airing = Airing(cuts={0, 100, 200, 300, 330, 430, 530})
    add_break(airing, back=330, in_says=(305,))
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()


def test_time_signals_with_segmentation_are_proved_too(tmp_path: Path) -> None:
    airing = Airing()
    opening = segmentation(17, 0x34, airing.pts(300), 250 * FRAME)
    closing = segmentation(17, 0x35, airing.pts(550))
    airing.say(150, opening)
    airing.say(450, closing)
    tag_out(airing, 17, 300, 250, opening)
    for cut in (400, 500):
        tag_cont(airing, 300, cut, 250, opening)
    tag_in(airing, 17, 300, 550, 250, closing)
    report = proved(airing, tmp_path, expect=2)
    assert report.passed, report.to_json()


def test_a_break_that_closes_where_the_output_ends_lands(tmp_path: Path) -> None:
    airing = Airing(frames=550, cuts={0, 100, 200, 300, 400, 500})
    add_break(airing)
    report = proved(airing, tmp_path, expect=2)
    assert report.passed, report.to_json()
    closing = report.splices[1]
    assert (closing.pts, closing.idr_pts, closing.error_ticks) == (airing.pts(550), None, None)
    assert closing.reason == "the output ends there"
    for tags in airing.tags.values():
        tags[550] = without("#EXT-X-CUE-IN")(tags[550])
    assert (
        rows_of(proved(airing, tmp_path))[17, "in"].dialects["cue-out-in"]
        == "no cue-out-in tag on the end of the playlist"
    )


def test_oatcls_alone_has_no_cont(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    for tags in airing.tags.values():
        for frame, lines in tags.items():
            tags[frame] = [
                line for line in lines if "OATCLS" in line or line.startswith(("#EXT-X-CUE-OUT:", "#EXT-X-CUE-IN"))
            ]
    report = proved(airing, tmp_path, expect=2)
    assert report.passed, report.to_json()
    target = str(tmp_path / "index.m3u8")
    assert verify(target, wanted=["oatcls-scte35"]).passed
    strict = verify(target, wanted=["oatcls-scte35", "cue-out-in", "daterange"])
    assert rows_of(strict)[17, "out"].dialects["daterange"] == "no daterange tag on seg_00003.ts"
    assert "no CONT tag" in rows_of(strict)[17, "out"].dialects["cue-out-in"]


def test_a_program_date_that_is_off_fails_where_markers_hang_on_it(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    target = airing.write(tmp_path)
    playlist = tmp_path / "720p" / "index.m3u8"
    text = playlist.read_text()
    playlist.write_text(text.replace("DATE-TIME:2026-11-22T20:00:26.040Z", "DATE-TIME:2026-11-22T20:00:26.080Z"))
    report = verify(str(target))
    assert [row.verdict for row in report.splices] == ["landed", "landed"]
    assert [str(f) for f in report.findings if f.severity == "fault"] == [
        "fault: 720p seg_00007.ts: its EXT-X-PROGRAM-DATE-TIME is +0.040 s off its pictures",
        "fault: 720p seg_00008.ts: its EXT-X-PROGRAM-DATE-TIME is -0.040 s off its pictures",
    ]
    playlist.write_text(text.replace("#EXTINF:2.000,", "#EXTINF:2.040,", 1))
    report = verify(str(target))
    assert report.passed
    assert "whose EXTINF is 2.040" in str(report.findings)
    playlist.write_text(text.replace("#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:3"))
    assert "EXT-X-TARGETDURATION is 3; 7 segments are too long" in str(verify(str(target)).findings)
