from __future__ import annotations

from pathlib import Path

import pytest

from app.monitoring.proof import verify
from tests.monitoring.airing import FRAME, Airing
from tests.monitoring.judged import one_break, proved, rows_of
from tests.monitoring.little_ts import splice_insert


def test_what_is_not_there_yet_is_a_note_in_a_live_output(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.ended, airing.last_segment = False, 5
    report = proved(airing, tmp_path)
    assert [(row.direction, row.verdict) for row in report.splices] == [("out", "landed")]
    assert report.passed, report.to_json()
    assert any("in 17 is not judged" in str(finding) for finding in report.findings)


def test_an_in_on_the_newest_picture_of_all_is_there(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    airing.ended, airing.frames, airing.cuts = False, 551, {cut for cut in airing.cuts if cut <= 550}
    report = proved(airing, tmp_path)
    assert [(row.direction, row.verdict) for row in report.splices] == [("out", "landed"), ("in", "landed")]


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


def test_an_output_that_ends_before_a_whole_break_judges_neither_end(tmp_path: Path) -> None:
    airing = Airing(frames=290, cuts={0, 100, 200})
    airing.say(150, splice_insert(17, airing.pts(300), out=True, duration=250 * FRAME))
    airing.say(150, splice_insert(17, airing.pts(550), out=False))
    report = proved(airing, tmp_path)
    assert (report.passed, report.splices) == (False, ())
    told = [one.text for one in report.findings if "the output ends before PTS" in one.text]
    assert [text.split(" is not judged")[0] for text in told] == ["out 17", "in 17"]
