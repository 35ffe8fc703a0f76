from __future__ import annotations

import re
from pathlib import Path

from tests.monitoring.airing import FRAME, Airing, add_break, tag_cont, tag_in, tag_out
from tests.monitoring.judged import one_break, proved, rows_of
from tests.monitoring.little_ts import cancel, splice_insert


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


def test_a_source_may_announce_an_in_before_its_out_was_spliced(tmp_path: Path) -> None:
    airing = Airing()
    add_break(airing, in_says=(299, 450))
    report = proved(airing, tmp_path, expect=2)
    row = rows_of(report)[17, "in"]
    assert report.passed
    assert (row.verdict, row.reason) == ("landed", "it was announced before its OUT had been spliced")


def test_an_in_announced_ahead_is_judged_in_all_else(tmp_path: Path) -> None:
    airing = Airing()
    add_break(airing, in_says=(299, 450))
    airing.idrs = dict.fromkeys(airing.renditions, airing.cuts - {550})
    row = rows_of(proved(airing, tmp_path))[17, "in"]
    assert row.verdict == "misplaced"
    assert "is no IDR" in row.reason


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
