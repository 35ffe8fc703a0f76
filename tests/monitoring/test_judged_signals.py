"""Segmentation pairs of every mode, and sections that disagree with themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.monitoring.proof import verify
from app.monitoring.words import EventId, words_of
from app.scte35.codec import decode
from app.scte35.segmentation import TYPE_NAMES
from tests.monitoring.airing import FRAME, Airing, tag_cont, tag_in, tag_out
from tests.monitoring.judged import proved, rows_of
from tests.monitoring.little_ts import descriptor, segmentation, segmentation_cancel, splice_insert
from tests.monitoring.signals import add_opportunity, add_signal, code, spoilt

SIGNALS = [
    (0x10, 0x11), (0x10, 0x12), (0x17, 0x11), (0x19, 0x11), (0x13, 0x14), (0x20, 0x21), (0x24, 0x25), (0x26, 0x27),
    (0x40, 0x41), (0x42, 0x43), (0x50, 0x51),
]  # fmt: skip
BREAKS = [0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x3C, 0x3E, 0x44, 0x46]


@pytest.mark.parametrize("on_next", [False, True])
@pytest.mark.parametrize(("start", "end"), SIGNALS)
def test_a_signal_lands_in_every_dialect_that_can_say_it(tmp_path: Path, start: int, end: int, on_next: bool) -> None:
    airing = Airing(renditions=("720p",))
    add_signal(airing, start, end_type=end, on_next=on_next)
    report = proved(airing, tmp_path, expect=2)
    assert report.passed, report.to_json()
    assert [row.direction for row in report.splices] == ["out", "in"]
    assert set(report.splices[0].dialects) == {"daterange", "scte35", "splicepoint"}
    assert report.splices[0].signal == TYPE_NAMES[start]


@pytest.mark.parametrize("start", BREAKS)
def test_a_break_by_time_signal_lands_in_every_dialect(tmp_path: Path, start: int) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing, start)
    report = proved(airing, tmp_path, expect=2)
    assert report.passed, report.to_json()
    assert set(rows_of(report)[17, "out"].dialects) == {
        "adobe", "asset", "cue-out-in", "interstitials", "oatcls-scte35", "scte35", "splicepoint",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "old", "new", "said"),
    [
        (300, "SCTE35-CMD", "SCTE35-OUT", "Program Start stands in SCTE35-OUT, SCTE35-CMD is what"),
        (550, "SCTE35-CMD", "SCTE35-IN", "Program End stands in SCTE35-IN"),
        (300, "EXT-X-SPLICEPOINT", "", "no splicepoint tag"),
        (550, "EXT-X-SPLICEPOINT", "", "no splicepoint tag"),
        (300, "EXT-X-SCTE35", "", "no scte35 tag"),
        (550, 'ID="17-end"', 'ID="17"', "its ID is that of its OUT"),
        (300, "TYPE=0x10", "TYPE=0x20", "TYPE is 0x20, in its section 0x10"),
        (300, "PLANNED-DURATION=10.000", "PLANNED-DURATION=11.000", "it declares 11.000 s"),
        (300, "20:00:12.040Z", "20:00:12.080Z", "START-DATE is +40.0 ms from its picture"),
        (550, 'START-DATE="2026-11-22T20:00:22.040Z"', 'START-DATE="2026-11-22T20:00:22.080Z"', "END-DATE is not"),
        (550, 'END-DATE="2026-11-22T20:00:22.040Z"', 'END-DATE="2026-11-22T20:00:22.080Z"', "the range of its start"),
    ],
)  # fmt: skip
def test_a_spoilt_tag_of_a_signal_is_caught(tmp_path: Path, frame: int, old: str, new: str, said: str) -> None:
    airing = Airing(renditions=("720p",))
    add_signal(airing)
    spoilt(airing, frame, old, new)
    report = proved(airing, tmp_path)
    row = rows_of(report)[17, "out" if frame == 300 else "in"]
    assert row.verdict in {"misplaced", "missing"}, report.to_json()
    assert said in row.reason


def test_what_divides_a_break_is_no_splice_of_its_own(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing)
    first, second = segmentation(30, 0x30, airing.pts(400), 100 * FRAME), segmentation(30, 0x31, airing.pts(500))
    inside = {400: first, 500: second}
    for frame, section in inside.items():
        airing.say(frame - 50, section)
        airing.tag(
            frame,
            f'#EXT-X-DATERANGE:ID="30-{frame}",START-DATE="{airing.date(frame)}",SCTE35-CMD=0x{section.hex().upper()}',
        )
    rows = rows_of(proved(airing, tmp_path))
    assert {rows[30, "out"].verdict, rows[30, "in"].verdict} == {"landed"}
    assert set(rows[30, "out"].dialects) == {"daterange"}


def test_the_end_of_an_overlap_needs_the_class_of_its_start(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_signal(airing, 0x17, end_type=0x11, on_next=True)
    spoilt(airing, 550, 'CLASS="signals"', 'CLASS="other"')
    assert "does not end the range of its OUT" in rows_of(proved(airing, tmp_path))[17, "in"].reason


def test_an_end_of_another_kind_closes_nothing(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing)
    airing.sections.clear()
    opening = segmentation(17, 0x34, airing.pts(300), 250 * FRAME)
    for frame in (150, 200, 250):
        airing.say(frame, opening)
    airing.say(450, segmentation(17, 0x31, airing.pts(550)))
    airing.tags.clear()
    told = [row for row in proved(airing, tmp_path).splices if row.direction == "in"]
    assert [row.verdict.value for row in told] == ["missing", "missing"]
    assert "no OUT of this event is before it" in told[0].reason
    assert "no IN section" in told[1].reason


@pytest.mark.parametrize(
    ("out_type", "in_type", "duration", "said"),
    [
        (0x34, 0x35, 250, ""),
        (0x35, 0x35, 250, "its segmentation_descriptor says Provider Placement Opportunity End"),
        (0x34, 0x34, 250, "its segmentation_descriptor says Provider Placement Opportunity Start"),
        (0x34, 0x35, 200, "its Provider Placement Opportunity Start lasts 720000 ticks, its break_duration is 900000"),
        (0x20, 0x21, 200, ""),
    ],
)
def test_a_descriptor_inside_a_splice_insert_says_what_it_says(
    tmp_path: Path, out_type: int, in_type: int, duration: int, said: str
) -> None:
    airing = Airing()
    inside = descriptor(99, out_type, duration * FRAME if out_type % 2 == 0 else None)
    opening = splice_insert(17, airing.pts(300), out=True, duration=250 * FRAME, descriptors=inside)
    closing = splice_insert(17, airing.pts(550), out=False, descriptors=descriptor(99, in_type))
    for frame in (150, 200, 250):
        airing.say(frame, opening)
    airing.say(450, closing)
    tag_out(airing, 17, 300, 250, opening)
    for cut in (400, 500):
        tag_cont(airing, 300, cut, 250, opening)
    tag_in(airing, 17, 300, 550, 250, closing)
    report = proved(airing, tmp_path, expect=2)
    assert report.passed == (not said), report.to_json()
    assert said in "; ".join(row.reason for row in report.splices)


def test_a_signal_that_stands_nowhere_is_noted_and_one_that_has_tags_is_judged(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing)
    chapter = segmentation(5, 0x20, airing.pts(310), 100 * FRAME)
    airing.say(200, chapter)
    report = proved(airing, tmp_path / "stream", expect=2)
    assert report.passed, report.to_json()
    assert "Chapter Start 5 is not judged: no tag tells of it" in "\n".join(map(str, report.findings))
    airing.tag(300, f"#EXT-X-SPLICEPOINT-SCTE35:{code(chapter)}")
    report = proved(airing, tmp_path / "told")
    assert rows_of(report)[5, "out"].verdict == "misplaced"


def test_a_cancel_takes_back_a_segment_of_any_kind_but_no_splice_insert(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing)
    airing.say(100, segmentation(5, 0x30, airing.pts(400), 25 * FRAME))
    airing.say(150, segmentation_cancel(5))
    airing.say(160, segmentation_cancel(17))
    airing.say(161, segmentation(17, 0x34, airing.pts(300), 250 * FRAME, b"SIGNAL:abc"))
    report = proved(airing, tmp_path)
    assert set(rows_of(report)) == {(17, "out"), (17, "in")}
    words = words_of(decode(segmentation_cancel(5)))
    assert [(word.event, word.direction) for word in words] == [(EventId(5, ""), None)]


def test_numbers_of_splices_and_segments_are_apart(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_signal(airing, 0x10)
    opening = splice_insert(17, airing.pts(650), out=True, duration=100 * FRAME)
    closing = splice_insert(17, airing.pts(750), out=False)
    for frame in (500, 549):
        airing.say(frame, opening)
    airing.say(700, closing)
    tag_out(airing, 17, 650, 100, opening)
    tag_in(airing, 17, 650, 750, 100, closing)
    for frame in (650, 750):
        section = opening if frame == 650 else closing
        for tags in airing.tags.values():
            tags[frame] = [line.replace('ID="17"', 'ID="17-b"') for line in tags[frame]]
        airing.tag(frame, f"#EXT-X-SPLICEPOINT-SCTE35:{code(section)}")
    report = proved(airing, tmp_path, expect=4)
    assert report.passed, report.to_json()
    kinds = [row.signal for row in report.splices]
    assert kinds == ["Program Start", "Program End", "splice_insert", "splice_insert"]


def test_one_tag_does_for_what_is_nested_at_one_picture(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing)
    inner = segmentation(18, 0x30, airing.pts(300), 100 * FRAME)
    over = segmentation(18, 0x31, airing.pts(400))
    airing.say(150, inner)
    airing.say(320, over)
    airing.tag(400, "#EXT-X-CUE-IN")
    report = proved(airing, tmp_path)
    assert rows_of(report)[18, "out"].verdict == "landed", report.to_json()


def test_a_wanted_dialect_has_to_say_only_what_it_can(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_signal(airing)
    target = str(airing.write(tmp_path))
    wanted = ("daterange", "scte35", "splicepoint", "cue-out-in", "oatcls-scte35", "asset", "adobe")
    assert verify(target, wanted=wanted, expect=2).passed


@pytest.mark.parametrize(("auto", "tags", "passes"), [(True, True, True), (True, False, False), (False, True, False)])
def test_a_break_that_returns_by_itself_needs_no_section_for_it(
    tmp_path: Path, auto: bool, tags: bool, passes: bool
) -> None:
    airing = Airing()
    opening = splice_insert(17, airing.pts(300), out=True, duration=250 * FRAME, auto=auto)
    for frame in (150, 200, 250):
        airing.say(frame, opening)
    tag_out(airing, 17, 300, 250, opening)
    for cut in (400, 500):
        tag_cont(airing, 300, cut, 250, opening)
    if tags:
        airing.tag(550, "#EXT-X-CUE-IN")
    report = proved(airing, tmp_path)
    assert report.passed == passes, report.to_json()
    told = "\n".join(map(str, report.findings))
    assert ("break 17 has no IN section: auto_return ends it at PTS 2880000" in told) == passes
    path = tmp_path / "a.ts"
    path.write_bytes(b"".join(octets for _, _, octets in airing.streams("720p")))
    assert verify(str(path)).passed == auto


def test_what_only_starts_needs_no_end(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    section = segmentation(5, 0x01, airing.pts(300), upid=b"SIGNAL:abc")
    for frame in (150, 200):
        airing.say(frame, section)
    airing.tag(300, f"#EXT-X-SPLICEPOINT-SCTE35:{code(section)}")
    report = proved(airing, tmp_path)
    assert report.passed, report.to_json()
    assert [(row.direction, row.signal) for row in report.splices] == [("out", "Content Identification")]
    airing.sections.clear()
    start = segmentation(6, 0x10, airing.pts(300))
    airing.say(150, start)
    airing.tags = {"720p": {300: [f"#EXT-X-SPLICEPOINT-SCTE35:{code(start)}"]}}
    report = proved(airing, tmp_path / "program")
    assert report.passed, report.to_json()
    assert [row.signal for row in report.splices] == ["Program Start"]


@pytest.mark.parametrize("outer", [0x22, 0x34])
def test_a_break_that_holds_another_is_told_by_the_tags_of_either(tmp_path: Path, outer: int) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing, 0x36)
    for frame, section in (
        (150, segmentation(5, outer, airing.pts(300), 250 * FRAME)),
        (420, segmentation(5, outer + 1, airing.pts(550))),
    ):
        airing.say(frame, section)
    for name in airing.tags:
        for frame in (300, 550):
            airing.tags[name][frame] = [line for line in airing.tags[name][frame] if "interstitial" not in line]
    report = proved(airing, tmp_path, expect=4)
    assert report.passed, report.to_json()
