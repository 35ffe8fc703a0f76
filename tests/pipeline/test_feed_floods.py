"""A source that floods takes its turn: no picture is late for its markers, and nothing it says ends the channel."""

from __future__ import annotations

import pytest

from app.model import events
from app.model.cue import SegmentationDescriptor, TimeSignal
from app.model.timebase import wrapped
from app.pipeline.feed_cues import FeedDesk
from app.pipeline.packets import CueKind, MarkSignal
from app.scte35.messages import made, splice_out
from app.scte35.tracked import Tracked
from app.scte35.tracker import Tracker
from tests.pipeline.feed_bench import FeedBench, S, last

PROGRAM_START = made(
    TimeSignal(None), SegmentationDescriptor(7, segmentation_type_id=0x10, segment_num=1, segments_expected=1)
)


def test_markers_take_a_few_milliseconds_of_a_frame_and_the_rest_waits() -> None:
    bench, now_s = FeedBench(), 0.0

    def clock() -> float:
        nonlocal now_s
        now_s += 0.001  # each marker takes so long
        return now_s

    bench.feed_desk = FeedDesk(bench.feed, bench.splicer, bench.policy, bench._alarm, clock)
    at = bench.at(6)
    for number in range(1, 21):
        bench.say(splice_out(number, wrapped(at), 10 * S), at)
    bench.tick()
    first = len(bench.all(events.FeedCueSeen))
    assert 1 <= first <= 4
    bench.run(1)
    assert len(bench.all(events.FeedCueSeen)) == 20


def test_a_crowd_of_events_that_begin_and_end_at_once_is_gone_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, tracker = 0, Tracker()
    end = Tracker._end

    def counted(self: Tracker, event: Tracked) -> int | None:
        nonlocal looks
        looks += 1
        return end(self, event)

    monkeypatch.setattr(Tracker, "_end", counted)
    for number in range(200):
        tracker.feed(splice_out(number, 900_000, 10 * S, auto_return=True), 0)
    looks = 0
    assert len(tracker.advance(900_001)) == 200
    for now in range(900_002, 900_100):
        assert not tracker.advance(now)
    assert len(tracker.advance(900_000 + 10 * S)) == 200
    assert looks < 3000


def test_an_immediate_signal_that_is_repeated_makes_one_cut() -> None:
    bench = FeedBench()
    for number in range(50):
        bench.say(PROGRAM_START, None, repeats=number)
        bench.run("0.2")
    assert len(bench.splices) == 1
    assert len([one for one in bench.seen if isinstance(one.effect, MarkSignal)]) == 1
    assert len(bench.sections(CueKind.RELAYED)) == 50
    bench.run(61)
    bench.say(PROGRAM_START)
    bench.run(1)
    assert len(bench.splices) == 2


def test_whatever_a_marker_brings_about_the_next_one_is_carried_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench = FeedBench()

    def fails(*_: object, **__: object) -> None:
        raise KeyError("what nobody thought of")

    with monkeypatch.context() as patch:
        patch.setattr(bench.feed_desk._tracker, "feed", fails)
        bench.say_out(6, 10)
        bench.run(1)
    assert last(bench).reason == "it can't be carried out: KeyError('what nobody thought of')"
    with monkeypatch.context() as patch:
        patch.setattr(bench.splicer, "arm", fails)
        bench.say_out(6, 10)
        bench.run(1)
    assert not bench.marks()
    with monkeypatch.context() as patch:
        patch.setattr(bench.feed_desk._signals, "tick", fails)
        bench.say_out(6, 10, number=18)
        bench.run(20)
    assert bench.marks() == [("out", 200), ("in", 450)]
    assert len([one for one in caplog.records if one.exc_info]) == 3
