"""Other people's streams: no section can be heard in them, so their tags are held against each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.monitoring.proof import verify
from app.monitoring.report import Report
from tests.monitoring.airing import FRAME, Airing, add_break
from tests.monitoring.judged import rows_of
from tests.monitoring.little_ts import LittleTs, splice_insert
from tests.monitoring.signals import add_opportunity, code, spoilt

type Change = Callable[[str], str]


def unheard() -> Airing:
    airing = Airing(renditions=("720p",), heard=False)
    add_break(airing)
    airing.sections.clear()
    return airing


def written(airing: Airing, folder: Path, change: Change = str) -> Report:
    """Proved with its media playlists changed."""
    target = airing.write(folder)
    for name in airing.renditions:
        path = folder / name / "index.m3u8"
        path.write_text(change(path.read_text()))
    return verify(str(target))


def in_map(text: str) -> str:
    return text.replace("#EXT-X-VERSION:6\n", '#EXT-X-VERSION:6\n#EXT-X-MAP:URI="init.mp4"\n')


def in_secret(text: str) -> str:
    return text.replace("#EXT-X-VERSION:6\n", '#EXT-X-VERSION:6\n#EXT-X-KEY:METHOD=AES-128,URI="key"\n')


def of_i_frames(text: str) -> str:
    return text.replace("#EXT-X-VERSION:6\n", "#EXT-X-VERSION:6\n#EXT-X-I-FRAMES-ONLY\n")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (str, "no PMT of it has an SCTE-35 PID"),
        (in_map, "fragmented MP4 can't be looked into"),
        (in_secret, "it is encrypted"),
        (of_i_frames, "an I-frame playlist has single pictures"),
    ],
)
def test_tags_that_agree_land_and_what_was_not_judged_is_said(tmp_path: Path, change: Change, why: str) -> None:
    report = written(unheard(), tmp_path, change)
    assert report.passed, report.to_json()
    assert [(row.splice_event_id, row.direction, row.verdict) for row in report.splices] == [
        (17, "out", "landed"),
        (17, "in", "landed"),
    ]
    assert set(report.splices[0].dialects) == {"daterange", "cue-out-in", "oatcls-scte35", "scte35"}
    assert report.splices[0].reason == "told by its tags alone"
    told = "\n".join(map(str, report.findings))
    assert f"720p is judged by its tags alone, as {why}" in told
    assert "sections, leads and pictures are not" in told


@pytest.mark.parametrize("change", [str, in_map])
@pytest.mark.parametrize(
    ("frame", "old", "new", "said"),
    [
        (300, "SCTE35:/", "SCTE35:!", "is no base64"),
        (300, "SCTE35-OUT=0xFC", "SCTE35-OUT=0xFD", "its payload is refused"),
        (300, "SCTE35-OUT=0xFC", "SCTE35-OUT=FC", "is no hexadecimal"),
        (300, "CUE-OUT:DURATION=10.000", "CUE-OUT:DURATION=12.000", "it declares 12.000 s, the break is told"),
        (300, "PLANNED-DURATION=10.000", "PLANNED-DURATION=9.000", "it declares 9.000 s"),
        (300, "2026-11-22T20:00:12.040Z", "2026-11-22T20:00:14.000Z", "1.960 s inside seg_00003.ts"),
        (300, "2026-11-22T20:00:12.040Z", "2026-11-22T21:00:14.000Z", "is in no segment of the playlist"),
        (300, "2026-11-22T20:00:12.040Z", "noon", "is no ISO 8601 date-time"),
        (300, 'ID="17",', "X-NO=1,", "it has no ID"),
        (400, "ElapsedTime=4.000", "ElapsedTime=6.000", "says 6.000 s elapsed, 4.000 s are"),
        (400, "EXT-X-CUE-OUT-CONT", "", "no CONT tag on seg_00004.ts"),
        (550, "CUE-IN=YES", "CUE-OUT=YES", "its payload says splice_insert in"),
    ],
)  # fmt: skip
def test_a_spoilt_tag_is_caught_without_any_section(
    tmp_path: Path, change: Change, frame: int, old: str, new: str, said: str
) -> None:
    airing = unheard()
    spoilt(airing, frame, old, new)
    report = written(airing, tmp_path, change)
    assert not report.passed, report.to_json()
    assert said in "; ".join(row.reason for row in report.splices), report.to_json()


def moved(prefix: str, start: int, to: int) -> Airing:
    airing = unheard()
    for tags in airing.tags.values():
        lines = [line for line in tags[start] if line.startswith(prefix)]
        tags[start] = [line for line in tags[start] if line not in lines]
        tags.setdefault(to, []).extend(lines)
    return airing


def test_a_tag_on_another_segment_than_the_others_is_told(tmp_path: Path) -> None:
    report = written(moved("#EXT-X-CUE-OUT", 300, 200), tmp_path)
    assert not report.passed
    outs = [row for row in report.splices if row.direction == "out"]
    assert [row.segments["720p"] for row in outs] == ["seg_00002.ts", "seg_00003.ts"]
    assert "no cue-out-in tag on seg_00003.ts" in outs[1].reason


def test_a_daterange_behind_its_moment_is_late_and_one_before_it_is_not(tmp_path: Path) -> None:
    late = rows_of(written(moved("#EXT-X-DATERANGE", 300, 400), tmp_path / "late"))[17, "out"]
    assert (late.verdict, late.segments["720p"]) == ("late", "seg_00003.ts")
    assert "it stands behind seg_00003.ts" in late.reason
    assert written(moved("#EXT-X-DATERANGE", 300, 200), tmp_path / "early").passed


@pytest.mark.parametrize(
    ("drop", "said"),
    [
        ({550}, "no IN tag, though the break was to end after 10.000 s"),
        ({300, 400, 500}, "no OUT is before it"),
        ({300}, "outside any break"),
    ],
)
def test_out_and_in_belong_together(tmp_path: Path, drop: set[int], said: str) -> None:
    airing = Airing(renditions=("720p",), heard=False)
    opening = code(splice_insert(17, airing.pts(300), out=True, duration=250 * FRAME, auto=False))
    airing.tag(300, f"#EXT-OATCLS-SCTE35:{opening}", "#EXT-X-CUE-OUT:10")
    for cut in (400, 500):
        airing.tag(cut, f"#EXT-X-CUE-OUT-CONT:{(cut - 300) // 25}/10")
    airing.tag(550, "#EXT-X-CUE-IN")
    assert written(airing, tmp_path / "right").passed
    for tags in airing.tags.values():
        for frame in drop:
            tags.pop(frame)
    report = written(airing, tmp_path / "wrong")
    assert not report.passed
    assert said in str(report.to_json())


def test_a_second_out_another_event_an_overrun_and_an_early_return(tmp_path: Path) -> None:
    airing = unheard()
    other = splice_insert(18, airing.pts(550), out=False)
    for tags in airing.tags.values():
        tags[550] = [re.sub(r'(SCTE35:|CUE="|IN=0x).*', "", line) for line in tags[550] if "CUE-IN" in line][-1:]
    airing.tag(550, f"#EXT-OATCLS-SCTE35:{code(other)}")
    assert "it is event 18, the OUT before it is 17" in str(written(airing, tmp_path / "event").to_json())
    for back, said in (
        (650, "it is 4.000 s after the end that its OUT declared"),
        (500, "it returns early, after 8.000"),
    ):
        airing = Airing(renditions=("720p",), heard=False)
        airing.tag(300, "#EXT-X-CUE-OUT:10.000")
        airing.tag(back, "#EXT-X-CUE-IN")
        report = written(airing, tmp_path / str(back))
        assert said in report.splices[1].reason
        assert report.passed == (back == 500)
    airing.tag(400, "#EXT-X-CUE-OUT:10.000")
    assert "no IN tag before the next OUT" in str(written(airing, tmp_path / "twice").to_json())


def test_the_segment_has_to_begin_with_the_picture_of_the_section(tmp_path: Path) -> None:
    airing = unheard()
    airing.first_pts += FRAME
    report = written(airing, tmp_path / "off")
    assert rows_of(report)[17, "out"].error_ticks == FRAME
    assert "starts +3600 ticks from the PTS of its section" in rows_of(report)[17, "out"].reason
    airing.first_pts += 900_000_000
    report = written(airing, tmp_path / "clock")
    assert report.passed, report.to_json()
    assert "is of another clock than seg_00003.ts: not judged" in str(report.to_json())
    airing = unheard()
    airing.idrs["720p"] = {0}
    assert "seg_00003.ts does not begin with an IDR" in rows_of(written(airing, tmp_path / "idr"))[17, "out"].reason


def test_a_segment_that_can_not_be_had_is_missing_whatever_its_tags_say(tmp_path: Path) -> None:
    for name, change in (("plain", str), ("fmp4", in_map)):
        airing = unheard()
        airing.gone = {"seg_00003.ts"}
        row = rows_of(written(airing, tmp_path / name, change))[17, "out"]
        assert (row.verdict, row.dialects["daterange"]) == ("missing", "ok")
        assert "seg_00003.ts can't be read: there is no such file" in row.reason


def test_without_any_segment_right_tags_prove_nothing_and_nothing_is_missing(tmp_path: Path) -> None:
    airing = unheard()
    airing.gone = {f"seg_{number:05d}.ts" for number in range(20)}
    report = written(airing, tmp_path)
    assert (report.passed, report.splices) == (False, ())
    faults = [one.text for one in report.findings if one.severity == "fault"]
    assert faults[0] == "no splice of it can be judged"
    assert [text for text in faults if "is not judged, its tags are right: seg_00003.ts can't be read" in text]


def test_program_dates_that_do_not_go_as_extinf_are_told(tmp_path: Path) -> None:
    def later(text: str) -> str:
        return in_map(text).replace("DATE-TIME:2026-11-22T20:00:26.040Z", "DATE-TIME:2026-11-22T20:00:26.540Z")

    assert "is +0.500 s off the EXTINF before it" in str(written(unheard(), tmp_path, later).to_json())


def test_a_break_without_any_length_and_one_that_ends_by_itself(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",), heard=False)
    airing.tag(300, "#EXT-X-CUE-OUT:0", "#EXT-X-CUE-IN")
    report = written(airing, tmp_path / "point")
    assert report.passed, report.to_json()
    assert [row.direction for row in report.splices] == ["out", "in"]
    airing = Airing(renditions=("720p",), heard=False)
    section = splice_insert(17, airing.pts(300), out=True, duration=250 * FRAME)
    airing.tag(300, f"#EXT-OATCLS-SCTE35:{code(section)}")
    report = written(airing, tmp_path / "auto")
    assert report.passed, report.to_json()
    assert "has no IN: it ends by its duration alone" in str(report.to_json())


def test_a_signal_is_told_by_tags_too(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",), heard=False)
    add_opportunity(airing)
    airing.sections.clear()
    report = written(airing, tmp_path)
    assert report.passed, report.to_json()
    assert report.splices[0].signal == "Provider Placement Opportunity Start"
    assert "interstitials" in report.splices[0].dialects


# ---- renditions of different kinds


def with_audio(folder: Path, airing: Airing, shift: int = 0, *, markers: bool = True) -> Path:
    """A demuxed audio rendition beside the video: segments of sound alone, the same tags."""
    target = airing.write(folder)
    sound = folder / "en"
    sound.mkdir()
    text = (folder / "720p" / "index.m3u8").read_text()
    if not markers:
        lines = (line for line in text.splitlines() if not re.search("CUE|SCTE35", line))
        text = "\n".join(lines) + "\n"
    if shift:
        text = re.sub(r"(2026-11-22T20:00:\d\d)\.040Z", rf"\1.{40 + shift:03d}Z", text)
    (sound / "index.m3u8").write_text(text)
    for path in (folder / "720p").glob("*.ts"):
        ts = LittleTs(has_video=False, has_sound=True)
        ts.tables()
        ts.sound(900_000)
        (sound / path.name).write_bytes(ts.taken())
    with target.open("a") as file:
        file.write('#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="en/index.m3u8"\n')
        file.write('#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="en",URI="subs.m3u8"\n')
        file.write('#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="iframes.m3u8"\n')
    return target


def heard_break() -> Airing:
    airing = Airing(renditions=("720p",))
    add_break(airing)
    return airing


def test_a_demuxed_audio_rendition_has_the_same_tags(tmp_path: Path) -> None:
    report = verify(str(with_audio(tmp_path, heard_break())))
    assert report.passed, report.to_json()
    assert set(rows_of(report)[17, "out"].segments) == {"720p", "en"}
    told = "\n".join(map(str, report.findings))
    assert "en is judged by its tags alone, as it holds sound alone" in told
    assert "note: subtitles rendition subs.m3u8 is not judged" in told
    assert "note: i-frame rendition iframes.m3u8 is not judged" in told


@pytest.mark.parametrize(("shift", "verdict"), [(60, "landed"), (-40, "landed"), (400, "misplaced")])
def test_an_audio_rendition_may_be_100_ms_off(tmp_path: Path, shift: int, verdict: str) -> None:
    report = verify(str(with_audio(tmp_path, heard_break(), shift)))
    row = rows_of(report)[17, "out"]
    assert row.verdict == verdict, report.to_json()
    assert row.skew_ms["renditions"]["en"] == shift


def test_an_audio_rendition_without_any_tag_is_told(tmp_path: Path) -> None:
    report = verify(str(with_audio(tmp_path, heard_break(), markers=False)))
    assert report.passed
    assert "warning: en has no marker tag, other renditions have" in "\n".join(map(str, report.findings))


def test_a_closed_rendition_beside_one_that_can_be_heard(tmp_path: Path) -> None:
    for name, frame, verdict in (("right", 300, "landed"), ("wrong", 400, "missing")):
        airing = Airing()
        add_break(airing)
        if frame != 300:
            tags = airing.tags["360p"]
            tags.setdefault(frame, []).extend(tags.pop(300))
        target = airing.write(tmp_path / name)
        path = tmp_path / name / "360p" / "index.m3u8"
        path.write_text(in_secret(path.read_text()))
        report = verify(str(target))
        row = report.splices[0]
        assert report.passed == (name == "right"), report.to_json()
        assert row.verdict == verdict
        assert set(row.segments) == {"720p", "360p"}


def test_packed_audio_is_judged_by_its_tags(tmp_path: Path) -> None:
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:6", "#EXT-X-CUE-OUT:11.52", "#EXTINF:5.76,", "0.aac", "#EXTINF:5.76,"]
    lines += ["1.aac", "#EXT-X-CUE-IN", "#EXTINF:5.76,", "2.aac", "#EXT-X-ENDLIST", ""]
    (tmp_path / "a.m3u8").write_text("\n".join(lines))
    for number in range(3):
        (tmp_path / f"{number}.aac").write_bytes(b"\xff\xf1\x4c\x80" + bytes(100))
    report = verify(str(tmp_path / "a.m3u8"), expect=2)
    assert report.passed, report.to_json()
    assert "it is packed audio" in "\n".join(map(str, report.findings))


def test_a_playlist_without_tags_and_sections_fails(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",), heard=False)
    report = written(airing, tmp_path)
    assert not report.passed
    assert "there is no splice to prove" in str(report.findings[0])
