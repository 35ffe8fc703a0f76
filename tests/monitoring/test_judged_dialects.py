"""Every form of the dialects beside the first four, each spoilt once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.airing import Airing
from tests.monitoring.judged import proved, rows_of
from tests.monitoring.little_ts import segmentation, splice_info
from tests.monitoring.signals import UPID, add_opportunity, code, spoilt

OTHER = code(segmentation(18, 0x34, 900_000 + 300 * 3600, 250 * 3600, UPID))
OPENING = code(segmentation(17, 0x34, 900_000 + 300 * 3600, 250 * 3600, UPID))


@pytest.mark.parametrize(
    ("frame", "old", "new", "dialect", "verdict"),
    [
        (300, f"SPLICEPOINT-SCTE35:{OPENING}", f"SPLICEPOINT-SCTE35:{OTHER}", "splicepoint", "misplaced"),
        (300, "EXT-X-SPLICEPOINT", "", "splicepoint", "missing"),
        (550, "EXT-X-SPLICEPOINT", "", "splicepoint", "landed"),
        (300, f"CAID=0x{UPID.hex().upper()}", "CAID=0x0A", "asset", "misplaced"),
        (300, f"CAID=0x{UPID.hex().upper()}", "CAID=ten", "asset", "misplaced"),
        (300, "EXT-X-ASSET", "", "asset", "landed"),
        (300, 'EXT-X-CUE:ID="17",TYPE="scte35",DURATION=10.000', 'EXT-X-CUE:ID="17",TYPE="scte35",DURATION=11.000',
         "adobe", "misplaced"),
        (300, 'TYPE="scte35"', 'TYPE="SpliceOut"', "adobe", "misplaced"),
        (300, "TIME=22.000000", "TIME=23.000000", "adobe", "misplaced"),
        (300, "ELAPSED=0.000", "ELAPSED=1.000", "adobe", "missing"),
        (400, f'CUE="{OPENING}",ELAPSED=4.000', f'CUE="{OPENING}",ELAPSED=5.000', "adobe", "misplaced"),
        (400, 'EXT-X-CUE:ID="17"', 'EXT-X-CUE:ID="18"', "adobe", "misplaced"),
        (400, "EXT-X-CUE:", "", "adobe", "missing"),
        (400, "ElapsedTime=4.000", "ElapsedTime=3.000", "cue-out-in", "misplaced"),
        (400, f"SCTE35={OPENING}", f"SCTE35={OTHER}", "cue-out-in", "misplaced"),
        (400, f"ElapsedTime=4.000,Duration=10.000,SCTE35={OPENING}", "3.000/10.000", "cue-out-in", "misplaced"),
        (400, f"ElapsedTime=4.000,Duration=10.000,SCTE35={OPENING}", "4.000/9.000", "cue-out-in", "misplaced"),
        (400, f"ElapsedTime=4.000,Duration=10.000,SCTE35={OPENING}", "4.000/10.000", "cue-out-in", "landed"),
        (300, "CUE-OUT:10.000", "CUE-OUT:9.000", "cue-out-in", "misplaced"),
        (300, 'ID="17",TYPE=0x34', 'ID="17",TYPE=0x36', "scte35", "misplaced"),
        (300, 'UPID="0x09', 'UPID="0x0A', "scte35", "misplaced"),
        (300, "TYPE=0x34,DURATION=10.000", "TYPE=0x34,DURATION=9.000", "scte35", "misplaced"),
        (550, 'CUE-IN=YES,ID="17"', 'CUE-IN=YES,ID="x"', "scte35", "misplaced"),
        (400, 'CUE-OUT=CONT,ID="17",ELAPSED=4.000', 'CUE-OUT=CONT,ID="17",ELAPSED=6.000', "scte35", "misplaced"),
        (300, "X-ASSET-LIST", "X-ASSETS", "interstitials", "misplaced"),
        (300, "https://ads.example/17.json", "https://ads.example/{event_id}.json", "interstitials", "misplaced"),
        (300, "X-PLAYOUT-LIMIT=10.000", "X-PLAYOUT-LIMIT=12.000", "interstitials", "misplaced"),
        (300, "X-PLAYOUT-LIMIT=10.000", "X-RESUME-OFFSET=soon", "interstitials", "misplaced"),
        (300, "PLANNED-DURATION=10.000", "PLANNED-DURATION=8.000", "interstitials", "misplaced"),
        (300, 'START-DATE="2026-11-22T20:00:12.040Z"', 'START-DATE="2026-11-22T20:00:12.000Z"', "interstitials",
         "misplaced"),
        (300, "X-SNAP", "SCTE35-OUT=0xFC,X-SNAP", "interstitials", "misplaced"),
    ],
)  # fmt: skip
def test_each_form_is_held_against_the_section(
    tmp_path: Path, frame: int, old: str, new: str, dialect: str, verdict: str
) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing)
    spoilt(airing, frame, old, new)
    report = proved(airing, tmp_path)
    row = rows_of(report)[17, "in" if frame == 550 else "out"]
    assert row.verdict == verdict, report.to_json()
    assert [name for name, told in row.dialects.items() if told != "ok"] == [dialect] * (verdict != "landed")


def test_the_two_tags_of_one_range_may_not_differ_anywhere(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing)
    airing.tag(300, f'#EXT-X-DATERANGE:ID="r",START-DATE="{airing.date(300)}",CLASS="a",SCTE35-CMD=0xFC')
    airing.tag(400, f'#EXT-X-DATERANGE:ID="r",START-DATE="{airing.date(300)}",CLASS="b",SCTE35-CMD=0xFC')
    airing.tag(500, f'#EXT-X-DATERANGE:ID="q",START-DATE="{airing.date(500)}",END-ON-NEXT=YES,DURATION=1')
    airing.tag(500, f'#EXT-X-DATERANGE:ID="p",START-DATE="{airing.date(500)}",END-DATE="{airing.date(400)}"')
    airing.tag(500, '#EXT-X-DATERANGE:START-DATE="x",DURATION=-1')
    told = "\n".join(map(str, proved(airing, tmp_path).findings))
    for text in (
        "CLASS is b, in another tag of its ID a",
        "END-ON-NEXT without a CLASS",
        "END-ON-NEXT and an end of its own",
        "END-DATE is before START-DATE",
        "it has no ID",
        "DURATION is '-1', no number of seconds",
        "'x' is no ISO 8601 date-time",
    ):
        assert text in told, told


def test_a_command_that_is_no_splice_has_its_section_on_the_pid(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_opportunity(airing)
    null, private = splice_info(0, b""), splice_info(0xFF, b"ACME\1\2")
    airing.say(380, null)
    for section in (null, private):
        date = f'START-DATE="{airing.date(400)}"'
        airing.tag(400, f'#EXT-X-DATERANGE:ID="{section[13]}",{date},SCTE35-CMD=0x{section.hex()}')
    report = proved(airing, tmp_path / "without")
    assert [one.text for one in report.findings if one.severity == "fault"] == [
        "720p playlist: line 29: EXT-X-DATERANGE: the section of its SCTE35-CMD is not on the PID"
    ]
    airing.say(381, private)
    assert proved(airing, tmp_path / "with").passed
