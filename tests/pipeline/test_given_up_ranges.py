"""What was announced stands by its word: one PLANNED-DURATION, one START-DATE; what never opens is ended."""

from __future__ import annotations

import re

import pytest

from app.model.cue import Section, SegmentationDescriptor, TimeSignal
from app.model.segment import Kept
from app.model.timebase import span_of, wrapped
from app.pipeline.hls_keeping import Written, written_from_plain
from app.pipeline.marks import BreakMarks
from app.pipeline.packets import CueKind, MarkExtend, MarkIn, MarkOut, MarkSignal, SendSection
from app.scte35.messages import made, splice_cancel, splice_out, time_signal_out
from tests.pipeline.feed_bench import FeedBench, S
from tests.pipeline.packaging_rig import STARTED_AT, Rig
from tests.pipeline.test_announced_ranges import OUTPUT

RANGE = ("daterange",)
ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')


class Told:
    """The marks of a source's breaks. ``ranges``: what players have gathered of each ID."""

    def __init__(self) -> None:
        self.bench, self.marks, self._known = FeedBench(), BreakMarks(), 0
        self.ranges: dict[str, dict[str, str]] = {}
        self.bench.run(1)

    def run(self, seconds: float) -> None:
        for _ in range(int(seconds * 25)):
            self.bench.tick()
            self._note()
            ticks = self.bench.anchor.pts(self.bench.frame - 1)
            for line in (*self.marks.ahead(ticks, RANGE), *self.marks.at(ticks, RANGE).tags):
                self.gather(line)

    def gather(self, line: str) -> None:
        told = dict(ATTRIBUTE.findall(line.partition(":")[2]))
        merged = self.ranges.setdefault(told["ID"], {})
        for name, value in told.items():
            assert merged.setdefault(name, value) == value, "§4.3.2.7: no attribute of an ID changes"

    def _note(self) -> None:
        new, self._known = self.bench.seen[self._known :], len(self.bench.seen)
        for effect in (one.effect for one in new):
            if isinstance(effect, MarkOut | MarkIn | MarkExtend | MarkSignal):
                self.marks.add(effect)
            elif isinstance(effect, SendSection):
                self.marks.announce(effect, self.bench.anchor.moment(effect.pts_ticks or 0))

    def is_closed(self, name: str) -> bool:
        return "END-DATE" in self.ranges[name]


def both(pts: int) -> Section:
    """A placement of 15 s in one of 30 s."""
    return made(
        TimeSignal(pts),
        SegmentationDescriptor(17, segmentation_type_id=0x30, segmentation_duration_ticks=15 * S),
        SegmentationDescriptor(17, segmentation_type_id=0x34, segmentation_duration_ticks=30 * S),
    )


@pytest.mark.parametrize("way", ["no whole frames", "two descriptors"])
def test_a_range_is_planned_as_it_was_announced(way: str) -> None:
    told = Told()
    at = told.bench.at(6)
    told.bench.say(splice_out(17, wrapped(at), 2_702_700) if way == "no whole frames" else both(wrapped(at)), at)
    told.run(8)
    (only,) = told.ranges.values()
    assert only["PLANNED-DURATION"] == ("30.030" if way == "no whole frames" else "30.000")
    assert any(isinstance(one.effect, MarkOut) for one in told.bench.seen)


def test_an_out_that_moved_leaves_no_range_open() -> None:
    told = Told()
    at = told.bench.at(6)
    told.bench.say(splice_out(17, wrapped(at), 3 * S), at)
    told.run(1)
    told.bench.feed.base -= 3600
    told.run(1)
    told.bench.feed.base += 3600  # and back to where it was
    told.run(9)
    assert len(told.ranges) == 3
    assert all(told.is_closed(name) for name in told.ranges)
    assert [name for name in told.ranges if "SCTE35-IN" in told.ranges[name]] == [next(reversed(told.ranges))]


def test_a_program_of_the_same_id_hides_no_announcement() -> None:
    told = Told()
    at = told.bench.at(1)
    told.bench.say(time_signal_out(17, wrapped(at), None, segmentation_type_id=0x10, segments=(1, 1)), at)
    told.run(2)
    told.bench.say_out(8, 10)
    told.run(1)
    assert any("SCTE35-OUT" in one for one in told.ranges.values())


def test_a_source_that_corrects_itself_without_end_fills_no_playlist() -> None:
    marks = BreakMarks()
    for ticks in range(10 * S, 10 * S + 500 * 3600, 3600):
        section = splice_out(17, ticks, 6 * S).encoded
        marks.announce(SendSection(CueKind.OUT, section, "b17", 17, ticks), STARTED_AT + span_of(ticks))
        assert len(marks.ahead(0, RANGE)) <= 33


def test_what_no_playlist_has_is_not_given_up() -> None:
    marks = BreakMarks()
    marks.announce(SendSection(CueKind.OUT, splice_out(17, 10 * S, 6 * S).encoded, "b17", 17, 10 * S), STARTED_AT)
    marks.announce(SendSection(CueKind.CANCEL, splice_cancel(17).encoded, "b17", 17), STARTED_AT)
    assert marks.ahead(0, RANGE) == ()


def test_what_an_earlier_life_announced_is_ended_unless_it_stands_again() -> None:
    first = Rig([OUTPUT])
    first.run(60, [0, 25, 50], {15: [first.out(17, 125, 25), first.out(18, 225, 25)]}, end=False)
    (kept,) = [one.value for _, one in first.deliveries if isinstance(one, Kept)][-1:]
    before: Written = {0: written_from_plain(kept)}
    old = before[0]["high"].playlist.ahead
    assert [line.split('"')[1].partition("-")[0] for line in old if "SCTE35-OUT" in line] == ["17", "18"]
    second = Rig([OUTPUT], before=before, started_at=first.anchor.at(75))
    second.run(
        60, [0, 25, 50], {0: [second.out(17, 50, 25), second.out(18, 151, 25)], 50: [second.mark_out(17, 50, 25)]}
    )
    (moved,) = (line.split('"')[1] for line in old if "SCTE35-OUT" in line and ':ID="18-' in line)
    for one in second.playlists(0, "news-1/high/index.m3u8"):
        text = one.render(frozenset()).decode()
        assert f'ID="{moved}"' in text
        assert all(
            ("DURATION=0.000" in line) == (f'ID="{moved}"' in line) for line in text.splitlines() if "RANGE" in line
        )
