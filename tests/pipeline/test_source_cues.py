"""Markers of real sources: files and streams over loopback, drained as the program does it, beside what is shown."""

import time
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from pathlib import Path

from app.model.feed_cue import FeedCue
from app.model.timebase import wrapped
from app.scte35 import messages
from tests.pipeline.clips import Clip, number_of, write_clip
from tests.pipeline.cued_ts import CUE_PID, Cue, cued
from tests.pipeline.feed_rig import Rig, feeding

FIRST = 90_000
NEAR = Fraction(1, 50)  # of a frame: a sample and a tick, and what a drift correction may make up in one


def at(number: int, first_ticks: int = FIRST) -> int:
    """PTS of a picture of 25 a second."""
    return wrapped(first_ticks + number * 3600)


def out(number: int, event_id: int = 1, first_ticks: int = FIRST) -> bytes:
    return messages.splice_out(event_id, at(number, first_ticks), 2_700_000).encoded


@dataclass
class Seen:
    """What came of one feed. ``told``: for each cue's session and time, the tick at which it was to be shown."""

    rig: Rig
    cues: list[FeedCue] = field(default_factory=list)
    told: dict[int, tuple[int, Fraction]] = field(default_factory=dict)

    def take(self) -> None:
        """One frame, as the program does it."""
        self.cues += self.rig.feed.cues()
        for cue in self.cues:
            if cue.source_ticks is not None and cue.source_ticks not in self.told:
                frames = self.rig.feed.frames_until(cue.source_ticks, cue.session)
                if frames is not None:
                    self.told[cue.source_ticks] = (len(self.rig.ticks), frames)
        self.rig.take()

    def shown_at(self, cue: FeedCue) -> int | None:
        """The number of the picture at the tick that was told for a cue."""
        assert cue.source_ticks is not None
        tick, frames = self.told[cue.source_ticks]
        index = tick + ceil(frames - Fraction(1, 4))
        taken = self.rig.ticks[index][1]
        return None if taken.video is None else number_of(taken.video)


def from_file(path: Path, frames: int) -> Seen:
    with feeding(path.as_uri()) as rig:
        assert rig.feed.wait_for_picture(5)
        seen = Seen(rig)
        deadline_s = time.monotonic() + 20
        while len(rig.ticks) < frames:
            assert time.monotonic() < deadline_s
            if rig.feed.status().buffer_ms >= 120 or not rig.ticks:
                seen.take()
            else:
                time.sleep(0.001)
        return seen


def test_markers_of_a_file_are_placed_as_its_pictures(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "cued.ts", Clip(frames=75))
    cued(path, Cue(0, out(40, 1)), Cue(10, out(60, 2)), Cue(10, messages.splice_null().encoded))
    seen = from_file(path, 200)  # the file comes round: its markers come again
    assert [cue.problem for cue in seen.cues] == [""] * len(seen.cues)
    first_pass = seen.cues[:3]
    assert [cue.pid for cue in first_pass] == [CUE_PID] * 3
    assert [cue.section for cue in first_pass] == [out(40, 1), out(60, 2), messages.splice_null().encoded]
    assert first_pass[2].source_ticks is None
    assert first_pass[2].lead_ticks is None
    assert len({cue.session for cue in seen.cues}) == 1
    assert [cue.repeats for cue in seen.cues[:6]] == [0, 0, 0, 1, 1, 1]
    timed = [cue for cue in seen.cues if cue.source_ticks is not None]
    assert [seen.shown_at(cue) for cue in timed[:4]] == [40, 60, 40, 60]
    for cue in timed:
        assert abs(seen.told[cue.source_ticks or 0][1] % 1 - Fraction(1, 2)) > Fraction(1, 2) - NEAR
    late = timed[1]
    assert late.lead_ticks is not None
    assert late.source_ticks is not None
    assert late.arrival_ticks == late.source_ticks - late.lead_ticks
    assert 50 * 3600 <= late.lead_ticks <= 51 * 3600 + 90_000  # before picture 10; the clock runs ahead of it


def test_other_files_bring_none(tmp_path: Path) -> None:
    seen = from_file(write_clip(tmp_path / "clip.mkv", Clip(frames=50)), 60)
    assert seen.cues == []
    assert seen.rig.feed.status().cues.pids == ()
