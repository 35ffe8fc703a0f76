"""Date ranges of what is still to come: in the playlist from the announcement on, once each, gone when cancelled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.model.profiles import PROFILES
from app.model.segment import MediaObject
from app.model.show import HlsOutput, MarkingOptions
from app.monitoring.proof import verify
from app.pipeline.marks import BreakMarks
from app.pipeline.packets import CueKind, MarkIn, MarkOut, SendSection
from app.scte35.dialects import Avail, daterange_id, open_ranges
from app.scte35.messages import splice_cancel, splice_in, splice_out
from tests.pipeline.dialect_shows import ASSETS
from tests.pipeline.packaging_rig import HLS, STARTED_AT, Rig, merge

S = 90_000
RANGE = ("daterange",)
ANNOUNCING = MarkingOptions(announce=True, asset_list=ASSETS)
OUTPUT: HlsOutput = replace(HLS, marking=ANNOUNCING)


def sent(event_id: int, ticks: int, length: int = 6 * S) -> SendSection:
    return SendSection(CueKind.OUT, splice_out(event_id, ticks, length).encoded, f"b{event_id}", event_id, ticks)


def aired(event_id: int, ticks: int, length: int = 6 * S) -> MarkOut:
    return MarkOut(ticks, f"b{event_id}", event_id, sent(event_id, ticks, length).section, length, STARTED_AT)


def ended(line: str, event_id: int) -> bool:
    """Whether a line gives a range of the event up."""
    return line.startswith(f'#EXT-X-DATERANGE:ID="{event_id}-') and ",DURATION=0.000,END-DATE=" in line


def test_a_break_stands_ahead_from_its_announcement_until_its_segment_is_listed() -> None:
    marks = BreakMarks()
    assert marks.ahead(0, RANGE) == ()
    marks.announce(sent(1, 10 * S), STARTED_AT)
    avail = Avail(daterange_id(1, STARTED_AT), sent(1, 10 * S).section, STARTED_AT, 6 * S)
    assert marks.ahead(4 * S, RANGE) == tuple(open_ranges(avail, RANGE))
    marks.announce(sent(1, 10 * S), STARTED_AT)  # again, as it is repeated
    assert len(marks.ahead(4 * S, RANGE)) == 1
    marks.add(aired(1, 10 * S))
    assert marks.ahead(10 * S, RANGE) == marks.at(10 * S, RANGE).tags
    marks.announce(sent(1, 10 * S, 9 * S), STARTED_AT)  # made longer on air
    assert len(marks.ahead(10 * S, RANGE)) == 1
    assert marks.ahead(11 * S, RANGE) == ()
    marks.add(MarkIn(16 * S, 1, splice_in(1, 16 * S).encoded, 6 * S))
    assert marks.ahead(12 * S, RANGE) == ()


def test_one_that_is_cancelled_is_gone_and_one_that_is_moved_stands_once() -> None:
    marks = BreakMarks()
    marks.announce(sent(1, 10 * S), STARTED_AT)
    marks.announce(sent(2, 20 * S), STARTED_AT.replace(minute=50))
    assert len(marks.ahead(0, RANGE)) == 2
    marks.announce(SendSection(CueKind.CANCEL, splice_cancel(1).encoded, "b1", 1), STARTED_AT)
    gone, line = marks.ahead(0, RANGE)
    assert ended(gone, 1)
    assert line.split('"')[1].startswith("2-")
    marks.announce(sent(2, 21 * S), STARTED_AT.replace(minute=51))
    *moved, line = marks.ahead(0, RANGE)
    assert "T20:51:" in line
    assert [ended(each, event_id) for each, event_id in zip(moved, (1, 2), strict=True)] == [True, True]
    marks.forget_before(22 * S)
    assert all(",DURATION=0.000," in each for each in marks.ahead(0, RANGE)), "its time has passed: it never aired"
    assert len(marks.ahead(0, RANGE)) == 3
    marks.forget_before(52 * S)
    assert marks.ahead(0, RANGE) == ()


@pytest.fixture(scope="module")
def air() -> Rig:
    """A break at 125 announced at 15, and one at 230 that is cancelled."""
    rig = Rig([OUTPUT])
    script = rig.whole_break(17, 125, 50, lead=110)
    merge(script, {120: [rig.out(18, 230, 25)], 190: [rig.cancel(18)]})
    rig.run(260, [0, 50, 100, 125, 150, 175, 200, 250], script)
    assert rig.faults == []
    return rig


def test_it_is_there_with_the_last_segment_before_the_splice_in_every_rendition(air: Rig) -> None:
    name = daterange_id(17, air.anchor.at(125))
    texts = {
        rung: [one.render(frozenset()).decode() for one in air.playlists(0, f"news-1/{rung}/index.m3u8")]
        for rung in ("high", "low")
    }
    assert texts["high"] == texts["low"]
    ahead = ["".join(text.rpartition(".ts\n")[2:]) for text in texts["high"]]
    standing = [name in lines for lines in ahead]
    assert standing == [True] * 3 + [False] * (len(standing) - 3), "with the three segments before the OUT"
    for text in texts["high"]:
        opening = [line.split('"')[1] for line in text.splitlines() if "SCTE35-OUT=" in line]
        assert len(opening) == len(set(opening))
        assert text.count(f'ID="{name}-interstitial"') <= 1
    cancelled = daterange_id(18, air.anchor.at(230))
    assert any(cancelled in lines for lines in ahead)
    (given_up, end) = ahead[-1].splitlines()
    assert ended(given_up, 18)
    assert end == "#EXT-X-ENDLIST"


def test_the_proof_takes_an_announcement_for_what_it_is(air: Rig, tmp_path: Path) -> None:
    air.write_to(tmp_path)
    names = [f"news-1/{rung}/index.m3u8" for rung in ("high", "low")]
    listed = [one for _, one in air.deliveries if isinstance(one, MediaObject) and one.rendition == "high"]
    for version in range(len(listed) - 1):
        for name in names:
            (tmp_path / name).write_bytes(air.playlists(0, name)[version].render(frozenset()))
        report = verify(str(tmp_path / "news-1" / "index.m3u8"), wanted=OUTPUT.dialects)
        assert {row.verdict.value for row in report.splices} <= {"landed"}, (version, report.to_json())
        faults = [one.text for one in report.findings if one.severity.value == "fault"]
        unproved = "there is no splice to prove", "no splice of it can be judged"
        assert not faults if report.splices else faults[0] in unproved, (version, faults)


def test_readers_of_interstitials_are_told_ahead() -> None:
    assert PROFILES["interstitials"].marking.announce
