"""What a source says and can't have: everything stays as it was, no break runs into another, none loses its IN."""

from __future__ import annotations

import pytest

from app.model import events
from app.model.cue import SegmentationDescriptor, SpliceInsert
from app.model.timebase import wrapped
from app.pipeline.packets import CueKind
from app.scte35.messages import made, splice_out, time_signal_out
from tests.pipeline.break_desk import Desk
from tests.pipeline.feed_bench import FeedBench, S, handled, last


def test_an_in_behind_the_next_break_lands_where_that_begins() -> None:
    bench = FeedBench()
    bench.say_out(6, 20, auto=False)
    bench.run(1)
    bench.plan("+26", 10, key="ours")
    bench.run(20)
    bench.say_in(10)
    bench.run(25)
    assert bench.marks() == [("out", 150), ("in", 650), ("out", 650), ("in", 900)]
    first = bench.all(events.BreakOut)[0].break_id
    (_, sent) = bench.sections(CueKind.IN, first)[-1]
    assert bench.pts_of(sent.section) == bench.rate.ticks(650)
    assert last(bench).action == "relayed"
    assert last(bench).snapped_ticks == -5 * S


def test_a_refused_correction_leaves_the_event_as_it_was() -> None:
    bench = FeedBench()
    at = bench.at(6)
    bench.say(time_signal_out(17, wrapped(at), 20 * S), at)
    bench.run(8)
    (before,) = bench.feed_desk._tracker.open()
    descriptor = SegmentationDescriptor(17, segmentation_type_id=0x34, segmentation_duration_ticks=30 * S)
    insert = SpliceInsert(99, splice_immediate_flag=False, splice_time_ticks=wrapped(at))
    bench.say(made(insert, descriptor), at)
    bench.run(1)
    assert bench.feed_desk._tracker.open() == [before]
    assert handled(bench)[-1].action == "ignored"
    bench.run(30)
    assert [frame for _, frame in bench.marks()] == [150, 700]  # the watchdog, 2 s after the end that was told


def test_a_correction_that_opens_no_break_ends_nothing_in_the_pre_roll() -> None:
    bench = FeedBench()
    at = bench.at(6)
    bench.say(time_signal_out(17, wrapped(at), 20 * S), at)
    bench.run(1)
    descriptor = SegmentationDescriptor(17, segmentation_type_id=0x34, segmentation_duration_ticks=30 * S)
    bench.say(made(SpliceInsert(99, cancel=True), descriptor))
    bench.run(40)
    assert len(bench.marks()) == 2
    assert [one.action for one in handled(bench)] == ["relayed", "ignored"]


@pytest.mark.parametrize("ticks", [3600, 2 * S, -2 * S, 90 * S])
def test_a_clock_that_moves_an_out_towards_its_neighbour_moves_it_no_further(ticks: int) -> None:
    bench = FeedBench()
    bench.plan("+2", 8, key="ours")
    bench.plan("+25", 5, key="later")
    bench.run(1)
    bench.say_out(10, 8)  # OUT at 275, IN at 475
    bench.run(1)
    bench.feed.base += ticks
    bench.run(60)
    ends = [name for name, _ in bench.marks()]
    assert ends == ["out", "in"] * 3
    frames = [frame for _, frame in bench.marks()]
    assert frames == sorted(frames)
    assert frames[:2] == [50, 250]
    assert frames[4:] == [625, 750]
    if abs(ticks) <= 2 * S:
        assert frames[2] == max(250, 275 - ticks // 3600)


@pytest.mark.parametrize("frames", [-2, -1, 1, 2])
def test_so_near_its_out_a_clock_that_moves_a_little_moves_no_break(frames: int) -> None:
    bench = FeedBench()
    bench.say_out(8, 30)
    bench.run(5)
    bench.feed.base -= frames * 3600
    bench.run(5)
    assert bench.marks() == [("out", 200)]
    assert bench.sent_at(CueKind.OUT) == [0]
    assert last(bench).snapped_ticks == -frames * 3600
    assert last(bench).reason == "kept where it was announced: the clock of the source has moved"


def test_whatever_is_on_air_is_over_where_the_next_break_begins() -> None:
    desk = Desk()
    desk.plan("+10", 20, key="a")
    desk.plan("+30", 5, key="b")
    desk.run(12)
    desk.splicer.on_air.duration_frames = 700  # type: ignore[union-attr]  # what must not happen
    desk.run(40)
    assert desk.marks() == [("out", 250), ("in", 750), ("out", 750), ("in", 875)]
    assert [one.break_id for one in desk.all(events.BreakIn)] == ["a", "b"]


def test_a_break_whose_end_has_passed_is_ended_at_once() -> None:
    desk = Desk()
    desk.plan("+10", 20, key="a")
    desk.run(15)
    desk.splicer.on_air.duration_frames = 50  # type: ignore[union-attr]  # what must not happen
    desk.run(1)
    assert desk.marks() == [("out", 250), ("in", 375)]


def test_a_break_refused_after_it_made_room_leaves_the_other_as_it_was() -> None:
    bench = FeedBench()
    bench.plan("+60", 10, key="x", splice_event_id=33)
    bench.say_out(6, None)
    bench.run(10)
    bench.say_out(8, 10, number=33)
    bench.run(1)
    assert last(bench).reason == "splice_event_id 33 is in use by break x"
    bench.run(20)
    assert bench.marks() == [("out", 150)]
    assert not bench.sent_at(CueKind.IN)


def test_a_longer_out_that_was_cut_to_the_next_break_is_no_other_break() -> None:
    bench = FeedBench()
    at = bench.at(6)
    bench.say_out(6, 20)
    bench.run(1)
    bench.plan("+26", 10, key="ours")
    bench.run(10)
    bench.say(splice_out(17, wrapped(at), 40 * S), at)
    bench.run(60)
    assert bench.marks() == [("out", 150), ("in", 650), ("out", 650), ("in", 900)]
