"""Outputs with an outage in them: the timeline breaks, the breaks go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.monitoring.proof import verify
from app.monitoring.report import Report
from tests.monitoring.airing import tag_out
from tests.monitoring.judged import rows_of
from tests.monitoring.little_ts import cancel
from tests.monitoring.outages import BACK, KILLED, Outage, resumed_break


def verdicts(report: Report) -> list[tuple[int | None, str, str]]:
    return [(row.splice_event_id, row.direction, row.verdict.value) for row in report.splices]


ONE_BREAK = [(17, "out", "landed"), (17, "in", "landed")]


def test_a_break_goes_on_over_an_outage(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK
    assert not report.findings, report.to_json()


def test_an_out_announced_before_the_outage_airs_behind_it(tmp_path: Path) -> None:
    """Its lead is counted over the outage: 170 frames, of which 20 are left behind it."""
    outage = Outage()
    opening = outage.say_out((280, 430), 450, 700)
    closing = outage.say_in((600, 650), 700)
    outage.tag_break(450, 700, opening, closing)
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK
    assert "over the discontinuity" in rows_of(report)[17, "out"].reason


def test_an_out_announced_too_late_before_the_outage_is_late(tmp_path: Path) -> None:
    outage = Outage(back=330)
    opening = outage.say_out((295, 334), 340, 700)
    closing = outage.say_in((600, 650), 700)
    outage.tag_break(340, 700, opening, closing)
    assert rows_of(outage.proved(tmp_path))[17, "out"].verdict == "late"


@pytest.mark.parametrize(("says", "verdict"), [((BACK,), "landed"), ((BACK + 1,), "landed"), ((BACK + 20,), "late")])
def test_an_out_announced_with_the_first_packets_behind_it_is_immediate(
    tmp_path: Path, says: tuple[int, ...], verdict: str
) -> None:
    outage = Outage()
    opening = outage.say_out(says, 490, 700)
    closing = outage.say_in((600, 650), 700)
    outage.tag_break(490, 700, opening, closing)
    assert rows_of(outage.proved(tmp_path))[17, "out"].verdict == verdict


@pytest.mark.parametrize("out", [BACK, BACK + 5])
def test_an_out_whose_picture_was_lost_airs_again(tmp_path: Path, out: int) -> None:
    outage = Outage()
    outage.say_out((170, 210), 320, 550)
    opening = outage.say_out((BACK,), out, 550)
    closing = outage.say_in((450, 500), 550)
    outage.tag_break(out, 550, opening, closing)
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK


def test_sections_of_a_splice_that_the_outage_swallowed_are_noted(tmp_path: Path) -> None:
    outage = Outage()
    outage.say_out((200, 250), 350, 380, event_id=99)
    opening = outage.say_out((410,), 550, 700)
    closing = outage.say_in((600, 650), 700)
    outage.tag_break(550, 700, opening, closing)
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK
    assert any("out 99 is not judged" in str(finding) for finding in report.findings)


def test_an_in_announced_before_the_outage_has_its_picture_behind_it(tmp_path: Path) -> None:
    outage = Outage()
    opening = outage.say_out((0, 50), 110, 450)
    outage.say_in((280,), 450)
    closing = outage.say_in((400, 420), 450)
    outage.tag_break(110, 450, opening, closing)
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK


def test_an_in_that_the_outage_swallowed_is_on_the_first_picture(tmp_path: Path) -> None:
    outage = Outage()
    opening = outage.say_out((0, 50), 110, 350)
    outage.say_in((250,), 350)
    closing = outage.say_in((400,), 400)
    outage.tag_break(110, 400, opening, closing)
    outage.relabel(r"(PLANNED-DURATION|OUT:DURATION|,Duration)=11.600", r"\1=9.600")
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK


def test_an_in_that_never_comes_is_missing(tmp_path: Path) -> None:
    outage = Outage()
    opening = outage.say_out((50, 100), 200, 450)
    outage.say_in((280,), 450)
    outage.tag_break(200, 450, opening, opening)
    for tags in outage.after.tags.values():
        tags.pop(50)
    report = outage.proved(tmp_path)
    assert rows_of(report)[17, "in"].verdict == "missing"
    assert not report.passed


@pytest.mark.parametrize("announced_before", [True, False])
def test_a_live_break_whose_end_is_long_past_misses_its_in(tmp_path: Path, announced_before: bool) -> None:
    outage = Outage()
    outage.after.ended = False
    opening = outage.say_out((50, 100), 200, 450)
    if announced_before:
        outage.say_in((280,), 450)
    outage.tag_break(200, 450, opening, opening)
    for tags in outage.after.tags.values():
        tags.pop(50)
    assert rows_of(outage.proved(tmp_path))[17, "in"].verdict == "missing"


def test_a_live_break_whose_end_is_to_come_is_open(tmp_path: Path) -> None:
    outage = Outage()
    outage.after.ended, outage.after.last_segment = False, 1
    resumed_break(outage)
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK[:1]


def test_an_out_that_airs_twice_is_a_fault(tmp_path: Path) -> None:
    outage = Outage()
    opening, _ = resumed_break(outage)
    again = outage.say_out((BACK,), BACK + 20, 550)
    outage.cut(BACK + 20)
    tag_out(outage.after, 17, 20, 130, again)
    report = outage.proved(tmp_path)
    assert not report.passed
    assert opening != again
    wrong = [row for row in report.splices if row.verdict != "landed"]
    assert ["EXT-X-DATERANGE stands a second time" in row.reason for row in wrong[:2]] == [True, True]
    assert "a second OUT of event 17" in wrong[1].reason


def test_an_out_that_airs_twice_without_tags_is_a_fault(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    outage.cut(BACK + 20)
    outage.say_out((BACK,), BACK + 20, 550)
    report = outage.proved(tmp_path)
    assert not report.passed
    assert any("a second OUT" in row.reason for row in report.splices), report.to_json()


def test_an_in_that_airs_twice_is_a_fault(tmp_path: Path) -> None:
    outage = Outage()
    opening = outage.say_out((0, 50), 110, 250)
    closing = outage.say_in((150,), 250)
    outage.tag_break(110, 250, opening, closing)
    outage.say_in((BACK,), BACK + 100)
    report = outage.proved(tmp_path)
    assert not report.passed
    assert any("a second IN" in row.reason for row in report.splices), report.to_json()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (r"#EXT-X-CUE-OUT-CONT:ElapsedTime=8.000.*", "", "no CONT tag on seg_00003.ts"),
        ("ElapsedTime=8.000", "ElapsedTime=4.000", "8.000 s are"),
        (r"ElapsedTime=8.000,Duration=14.000", "ElapsedTime=8.000,Duration=13.000", "declares 13.000 s"),
    ],
)
def test_cont_tags_behind_the_outage_are_held_against_the_wall_clock(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    outage = Outage()
    resumed_break(outage)
    outage.relabel(old, new, outage.after)
    row = rows_of(outage.proved(tmp_path))[17, "out"]
    assert what in row.reason


def test_an_in_later_than_its_planned_moment_is_misplaced(tmp_path: Path) -> None:
    outage = Outage()
    opening = outage.say_out((50, 100), 200, 500)
    closing = outage.say_in((450, 500), 550)
    outage.tag_break(200, 550, opening, closing)
    outage.relabel(r"(PLANNED-DURATION|OUT:DURATION|,Duration)=14.000", r"\1=12.000")
    row = rows_of(outage.proved(tmp_path))[17, "in"]
    assert (row.verdict, "after the end that its OUT declared" in row.reason) == ("misplaced", True), row


def test_an_extension_behind_the_outage_is_no_splice_of_its_own(tmp_path: Path) -> None:
    outage = Outage()
    opening = outage.say_out((50, 100), 200, 480)
    longer = outage.say_out((410,), 200, 550)
    closing = outage.say_in((450, 500), 550)
    outage.tag_break(200, 550, opening, closing)
    outage.relabel(r"(PLANNED-DURATION|OUT:DURATION)=14.000", r"\1=11.200")
    report = outage.proved(tmp_path)
    assert verdicts(report) == ONE_BREAK, report.to_json()
    assert report.passed, report.to_json()
    assert longer


def test_a_break_withdrawn_behind_the_outage_is_no_splice(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    outage.say_out((280, 410), 600, 700, event_id=99)
    outage.after.say(20, cancel(99))
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK


def test_a_window_that_begins_inside_the_break_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    outage = Outage(first_segment=3)
    resumed_break(outage)
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert verdicts(report) == ONE_BREAK[1:]


@pytest.mark.parametrize(("lost", "verdict"), [({"360p"}, "landed"), ({"360p", "720p"}, "missing")])
def test_a_splice_segment_that_the_outage_took_from_one_rendition(tmp_path: Path, lost: set[str], verdict: str) -> None:
    """One rendition had closed it when the others had not: these have EXT-X-GAP there, and the tags."""
    outage = Outage()
    resumed_break(outage)
    outage.before.gaps = {(name, 200) for name in lost}
    report = outage.proved(tmp_path)
    row = rows_of(report)[17, "out"]
    assert (row.verdict, report.passed) == (verdict, verdict == "landed"), report.to_json()
    assert "EXT-X-GAP" in row.reason


def test_a_splice_segment_that_was_given_up_elsewhere_is_missing(tmp_path: Path) -> None:
    outage = Outage()
    opening = outage.say_out((0, 50), 100, 250)
    closing = outage.say_in((150, 220), 250)
    outage.tag_break(100, 250, opening, closing)
    outage.before.gaps = {("360p", 100)}
    assert rows_of(outage.proved(tmp_path))[17, "out"].verdict == "missing"


def test_time_that_runs_backwards_over_the_outage_is_a_fault(tmp_path: Path) -> None:
    outage = Outage(back=290)
    resumed_break(outage)
    report = outage.proved(tmp_path)
    assert any("seg_00003.ts: its EXT-X-PROGRAM-DATE-TIME is -0.400 s" in str(one) for one in report.findings)
    assert not report.passed


def test_a_discontinuity_at_which_nothing_is_broken_is_told(tmp_path: Path) -> None:
    outage = Outage(back=KILLED)
    outage.after.first_pts = outage.before.pts(KILLED)
    resumed_break(outage)
    report = outage.proved(tmp_path)
    assert report.passed, report.to_json()
    assert [str(one) for one in report.findings] == [
        f"warning: {name} seg_00003.ts: EXT-X-DISCONTINUITY stands before it, and nothing is broken there"
        for name in ("720p", "360p")
    ]


def test_renditions_that_break_at_other_segments_are_a_fault(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    target = outage.write(tmp_path)
    playlist = tmp_path / "360p" / "index.m3u8"
    playlist.write_text(playlist.read_text().replace("#EXT-X-DISCONTINUITY\n", ""))
    report = verify(str(target))
    assert "fault: 360p has other EXT-X-DISCONTINUITY than 720p, from segment 3 on" in map(str, report.findings)
