from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.monitoring.proof import verify
from app.monitoring.report import Report, Row
from tests.monitoring.airing import FRAME, Airing, add_break, seconds, tag_cont, tag_in, tag_out
from tests.monitoring.little_ts import cancel, segmentation, splice_insert


def rows_of(report: Report) -> dict[tuple[int | None, str], Row]:
    return {(row.splice_event_id, row.direction): row for row in report.splices}


def proved(airing: Airing, folder: Path, expect: int | None = None) -> Report:
    return verify(str(airing.write(folder)), expect=expect)


def one_break() -> tuple[Airing, bytes, bytes]:
    airing = Airing()
    return airing, *add_break(airing)


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


# ---- lead and order


def test_an_out_announced_late_is_late(tmp_path: Path) -> None:
    airing = Airing()
    add_break(airing, out_says=(230, 260))
    report = proved(airing, tmp_path)
    row = rows_of(report)[17, "out"]
    assert row.verdict == "late"
    assert re.search(r"announced 3\.[56]\d s before, 4 s are the least", row.reason)
    assert not report.passed


def test_an_out_without_any_pre_roll_was_taken_as_immediate(tmp_path: Path) -> None:
    airing = Airing()
    add_break(airing, out_says=(285,))
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()
    assert "taken as immediate" in rows_of(report)[17, "out"].reason


def test_splice_immediate_flag_splices_on_the_next_idr(tmp_path: Path) -> None:
    airing = Airing()
    _, closing = add_break(airing, out_says=())
    opening = splice_insert(17, None, out=True, duration=250 * FRAME)
    airing.say(297, opening)
    airing.tags.clear()
    tag_out(airing, 17, 300, 250, opening)
    for cut in (400, 500):
        tag_cont(airing, 300, cut, 250, opening)
    tag_in(airing, 17, 300, 550, 250, closing)
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()
    assert report.splices[0].pts == airing.pts(300)


def test_an_in_section_after_its_picture_is_late(tmp_path: Path) -> None:
    airing = Airing()
    add_break(airing, in_says=(551,))
    row = rows_of(proved(airing, tmp_path))[17, "in"]
    assert (row.verdict, row.reason) == ("late", "its first IN section follows its picture")


def test_an_in_announced_before_its_out_was_spliced_is_misplaced(tmp_path: Path) -> None:
    airing = Airing()
    add_break(airing, in_says=(299, 450))
    row = rows_of(proved(airing, tmp_path))[17, "in"]
    assert row.verdict == "misplaced"
    assert "before its OUT had been spliced" in row.reason


def test_a_break_that_is_never_closed_misses_its_in(tmp_path: Path) -> None:
    airing = Airing()
    _, closing = add_break(airing, in_says=())
    for tags in airing.tags.values():
        tags.pop(550)
    row = rows_of(proved(airing, tmp_path))[17, "in"]
    assert (row.verdict, row.pts) == ("missing", airing.pts(550))
    assert closing


def test_in_tags_without_an_in_section_are_missing(tmp_path: Path) -> None:
    airing = Airing()
    add_break(airing, in_says=())
    report = proved(airing, tmp_path)
    assert {row.verdict for row in report.splices if row.direction == "in"} == {"missing"}


def test_an_in_after_the_end_that_its_out_declared_is_misplaced(tmp_path: Path) -> None:
    airing = Airing()
    opening = splice_insert(17, airing.pts(300), out=True, duration=200 * FRAME)
    _, closing = add_break(airing, out_says=())
    airing.say(150, opening)
    airing.tags.clear()
    tag_out(airing, 17, 300, 200, opening)
    for cut in (400, 500):
        tag_cont(airing, 300, cut, 200, opening)
    tag_in(airing, 17, 300, 550, 200, closing)
    row = rows_of(proved(airing, tmp_path))[17, "in"]
    assert row.verdict == "misplaced"
    assert "after the end that its OUT declared" in row.reason


def test_an_early_return_lands(tmp_path: Path) -> None:
    airing = Airing()
    _, closing = add_break(airing, out_says=())
    opening = splice_insert(17, airing.pts(300), out=True, duration=400 * FRAME)
    airing.say(150, opening)
    airing.tags.clear()
    tag_out(airing, 17, 300, 400, opening)
    for cut in (400, 500):
        tag_cont(airing, 300, cut, 400, opening)
    tag_in(airing, 17, 300, 550, 400, closing)
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()


def test_an_extension_is_no_splice_of_its_own_and_not_late(tmp_path: Path) -> None:
    airing = Airing()
    _, closing = add_break(airing, out_says=())
    opening = splice_insert(17, airing.pts(300), out=True, duration=150 * FRAME)
    longer = splice_insert(17, airing.pts(300), out=True, duration=250 * FRAME)
    airing.say(150, opening)
    airing.say(410, longer)
    airing.tags.clear()
    tag_out(airing, 17, 300, 150, opening)
    tag_cont(airing, 300, 400, 150, opening)
    tag_cont(airing, 300, 500, 250, longer)
    tag_in(airing, 17, 300, 550, 150, closing)
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()
    assert len(report.splices) == 2


# ---- withdrawn


def withdrawn_break(airing: Airing) -> bytes:
    opening = splice_insert(99, airing.pts(650), out=True, duration=100 * FRAME)
    airing.say(560, opening)
    airing.say(600, cancel(99))
    return opening


def test_a_withdrawn_break_that_left_nothing_is_no_splice(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    withdrawn_break(airing)
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()
    assert [row.splice_event_id for row in report.splices] == [17, 17]


def test_tags_of_a_withdrawn_break_are_misplaced(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    opening = withdrawn_break(airing)
    tag_out(airing, 99, 650, 100, opening)
    row = rows_of(proved(airing, tmp_path))[99, "out"]
    assert row.verdict == "misplaced"
    assert "withdrawn" in row.reason
    assert set(row.dialects) == {"cue-out-in", "daterange", "oatcls-scte35", "scte35"}


def test_a_cue_out_left_behind_by_a_withdrawn_break_is_misplaced(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    withdrawn_break(airing)
    airing.tag(650, "#EXT-X-CUE-OUT:DURATION=4.000")
    report = proved(airing, tmp_path)
    assert [row.verdict for row in report.splices] == ["landed", "landed", "misplaced"]


def test_a_cancel_in_one_rendition_only_is_found(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    opening = splice_insert(99, airing.pts(650), out=True, duration=100 * FRAME)
    airing.say(560, opening)
    airing.say(600, cancel(99), "720p")
    assert rows_of(proved(airing, tmp_path))[99, "out"].verdict == "missing"


# ---- the tags

type Spoil = Callable[[list[str]], list[str]]


def without(prefix: str) -> Spoil:
    return lambda lines: [line for line in lines if not line.startswith(prefix)]


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
        (300, put("CUE-OUT:DURATION=10.000", "CUE-OUT"), "cue-out-in", "misplaced", "out"),
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


# ---- windows and holes


def test_what_is_not_there_yet_is_a_note_in_a_live_output(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.ended, airing.last_segment = False, 5
    report = proved(airing, tmp_path)
    assert [(row.direction, row.verdict) for row in report.splices] == [("out", "landed")]
    assert report.passed, report.to_json()
    assert any("in 17 is not judged" in str(finding) for finding in report.findings)


def test_an_open_break_of_a_live_output_is_a_note(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.ended, airing.last_segment = False, 4
    report = proved(airing, tmp_path)
    assert report.passed
    assert any("break 17 is open" in str(finding) for finding in report.findings)


def test_an_output_that_ends_inside_a_break_misses_its_in(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.last_segment = 4
    assert rows_of(proved(airing, tmp_path))[17, "in"].verdict == "missing"


@pytest.mark.parametrize(
    ("first", "judged"), [(1, ["out", "in"]), (2, ["out", "in"]), (3, ["in"]), (4, ["in"]), (6, [])]
)
def test_what_the_window_has_lost_is_said_and_not_judged(tmp_path: Path, first: int, judged: list[str]) -> None:
    airing, _, _ = one_break()
    airing.first_segment = first
    report = proved(airing, tmp_path)
    assert [row.direction for row in report.splices] == judged, report.to_json()
    assert all(row.verdict == "landed" for row in report.splices), report.to_json()
    assert report.passed == bool(judged)
    if len(judged) < 2:
        assert any("window" in str(finding) or "rolled" in str(finding) for finding in report.findings)


def test_an_extension_after_the_out_has_rolled_away_is_not_judged(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.say(410, splice_insert(17, airing.pts(300), out=True, duration=250 * FRAME))
    airing.first_segment = 4
    report = proved(airing, tmp_path)
    assert [(row.direction, row.verdict) for row in report.splices] == [("in", "landed")], report.to_json()


def test_a_splice_segment_that_can_not_be_read_is_missing(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.gone = {"seg_00003.ts"}
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert row.verdict == "missing"
    assert "no such file" in row.reason


def test_a_rendition_whose_playlist_can_not_be_read_fails(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    target = airing.write(tmp_path)
    (tmp_path / "360p" / "index.m3u8").unlink()
    report = verify(str(target))
    assert not report.passed
    assert any(str(finding).startswith("fault: 360p") for finding in report.findings)


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
