"""A source's markers relayed: to the frame, by pts_adjustment alone, and followed wherever they go."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model import events
from app.model.cue import SegmentationDescriptor, TimeSignal
from app.model.timebase import FrameRate, wrapped
from app.pipeline.packets import CueKind, MarkExtend, MarkOut
from app.scte35.messages import made, splice_cancel, splice_out, time_signal_in, time_signal_out
from tests.pipeline.break_desk import RATES
from tests.pipeline.feed_bench import FeedBench, S, handled, is_only_adjusted, last

# ---- a break


@pytest.mark.parametrize("rate", RATES)
def test_a_relayed_break_is_on_the_frames_that_show_its_times(rate: FrameRate) -> None:
    bench = FeedBench(rate=rate)
    bench.run(2)
    out = bench.say_out(8, 30, auto=False)
    out_frame = bench.frame + bench.frames(8)
    bench.run(32)
    back = bench.say_in(6)
    in_frame = bench.frame + bench.frames(6)
    bench.run(20)
    assert bench.marks() == [("out", out_frame), ("in", in_frame)]
    assert bench.splices == [out_frame, in_frame]
    ((sent_at, sent),) = bench.sections(CueKind.OUT)
    assert sent_at == bench.frames(2)
    assert bench.pts_of(sent.section) == rate.ticks(out_frame)
    assert is_only_adjusted(sent.section, out.encoded)
    ((_, returned),) = bench.sections(CueKind.IN)
    assert bench.pts_of(returned.section) == rate.ticks(in_frame)
    assert is_only_adjusted(returned.section, back.encoded)
    assert bench.one(events.BreakIn).how == "feed"
    assert bench.one(events.BreakOut).by == "feed"
    seen = bench.all(events.FeedCueSeen)
    assert [one.frame for one in seen] == [out_frame, in_frame]
    assert [(one.action, one.frame) for one in handled(bench)] == [("relayed", out_frame), ("relayed", in_frame)]
    assert {one.snapped_ticks for one in handled(bench)} <= {-1, 0, 1}


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from(RATES),
    base=st.integers(0, 2**34),
    late_ticks=st.integers(0, 3600),
    lead_ticks=st.integers(4 * S, 9 * S),
)
def test_a_time_between_two_frames_goes_to_the_one_that_shows_it_and_says_so(
    rate: FrameRate, base: int, late_ticks: int, lead_ticks: int
) -> None:
    bench = FeedBench(rate=rate, base=base)
    bench.feed.base += Fraction(late_ticks)
    bench.run(1)
    at = bench.feed.now() + lead_ticks
    bench.say(splice_out(5, wrapped(at), 30 * S), at)
    bench.run(12)
    out = bench.one(events.BreakOut)
    exact = (at - bench.feed.base) * rate.fraction / S
    assert out.frame - 1 < exact - Fraction(1, 4) <= out.frame
    told = handled(bench)[0]
    assert told.frame == out.frame
    assert abs(told.snapped_ticks - (out.frame - exact) * S / rate.fraction) <= S / rate.fraction / 100 + 1
    (mark,) = [one.effect for one in bench.seen if isinstance(one.effect, MarkOut)]
    assert bench.pts_of(mark.section) == rate.ticks(out.frame)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("early_ticks", [-700, -300, 300])
def test_nothing_is_snapped_where_the_picture_itself_is_shown_however_its_clock_lies(
    rate: FrameRate, early_ticks: int
) -> None:
    """A source's pictures need not come on our frames: its clock is followed in steps, up to part of a frame apart."""
    bench = FeedBench(rate=rate)
    bench.feed.early_ticks = early_ticks
    bench.run(1)
    bench.feed.next_frame = bench.frame
    for off, lead_s in ((0, 8), (40, 20)):
        frames = bench.frames(lead_s)
        picture = bench.feed.picture_ticks(frames, 1)
        assert picture is not None
        bench.say(splice_out(lead_s, wrapped(picture + off), 5 * S), picture + off)
        bench.tick()
        bench.feed.next_frame = bench.frame
        assert last(bench).frame == bench.frame - 1 + frames
        assert last(bench).snapped_ticks == -off


def test_auto_return_is_told_by_us_when_the_source_tells_no_return() -> None:
    bench = FeedBench()
    bench.say_out(6, 10)
    bench.run(20)
    assert bench.marks() == [("out", 150), ("in", 400)]
    assert bench.sent_at(CueKind.IN) == [300, 350]  # by the channel's in_leads, 4 and 2 s
    assert bench.one(events.BreakIn).how == "auto"
    assert not bench.alarms


def test_the_source_repeats_its_sections_itself_and_a_doubled_one_goes_out_once() -> None:
    bench = FeedBench()
    out = bench.say_out(8, 30)
    bench.say(out, bench.at(8), pid=501)
    bench.run(3)
    bench.say(out, bench.at(5))
    bench.run(10)
    assert bench.sent_at(CueKind.OUT) == [0, 75]
    assert [(one.action, one.reason) for one in handled(bench)] == [
        ("relayed", ""),
        ("ignored", "doubled"),
        ("relayed", "again"),
    ]
    assert len({one.section for _, one in bench.sections(CueKind.OUT)}) == 1


def test_early_return() -> None:
    bench = FeedBench()
    bench.say_out(6, 60)
    bench.run(20)
    bench.say_in(1)
    bench.run(5)
    assert bench.marks() == [("out", 150), ("in", 525)]
    assert bench.one(events.BreakIn).how == "feed"
    assert bench.sent_at(CueKind.IN) == [500]


def test_extension_moves_the_end_and_is_relayed() -> None:
    bench = FeedBench()
    bench.say_out(6, 20, auto=False)
    at = bench.at(6)
    bench.run(16)
    longer = splice_out(17, wrapped(at), 40 * S, auto_return=False)
    bench.say(longer, at)
    bench.run(1)
    extended = bench.one(events.BreakExtended)
    assert extended.in_frame == 150 + 1000
    assert extended.section == longer.encoded
    assert is_only_adjusted(bench.sections(CueKind.OUT)[-1][1].section, longer.encoded)
    assert [one.effect.duration_ticks for one in bench.seen if isinstance(one.effect, MarkExtend)] == [40 * S]
    bench.run_to(1100)
    bench.say_in(2)
    bench.run(4)
    assert bench.marks() == [("out", 150), ("in", 1150)]


@pytest.mark.parametrize("tells_new_return", [True, False])
def test_an_extension_takes_back_the_return_that_was_told_before_it(tells_new_return: bool) -> None:
    bench = FeedBench()
    bench.say_out(6, 8)
    at = bench.at(6)
    bench.run(10)
    bench.say_in(4)
    longer = splice_out(17, wrapped(at), 11 * S)
    bench.say(longer, at)
    if tells_new_return:
        bench.say_in(7)
    bench.run(10)
    assert is_only_adjusted(bench.sections(CueKind.OUT)[-1][1].section, longer.encoded)
    assert bench.one(events.BreakExtended).duration_ticks == 11 * S
    assert bench.marks() == [("out", 150), ("in", 425)]
    assert bench.sections(CueKind.IN)[-1][1].pts_ticks == bench.splicer.anchor.pts(425)


def test_a_break_without_its_return_is_ended_by_the_watchdog_and_says_so() -> None:
    bench = FeedBench()
    bench.say_out(6, 10, auto=False)
    bench.run(16.5)
    assert bench.marks() == [("out", 150)]
    bench.run(3)
    assert bench.marks() == [("out", 150), ("in", 450)]
    assert bench.one(events.BreakIn).how == "watchdog"
    ((at, sent),) = bench.sections(CueKind.IN)
    assert at == 450
    assert bench.pts_of(sent.section) == 450 * 3600
    assert "no IN of event 17 came" in bench.alarms["feed.cue.return"]
    bench.say_out(6, 10, number=18, auto=False)
    bench.run(12)
    bench.say_in(4, number=18)
    bench.run(6)
    assert "feed.cue.return" not in bench.alarms


def test_a_return_that_comes_while_it_is_waited_for_is_taken() -> None:
    bench = FeedBench()
    bench.say_out(6, 10, auto=False)
    bench.run(16.4)
    bench.say_in(1)
    bench.run(4)
    assert bench.marks()[-1] == ("in", 410 + 25)
    assert bench.one(events.BreakIn).how == "feed"


def test_one_without_a_length_lasts_until_its_return() -> None:
    bench = FeedBench()
    bench.say_out(6, None)
    bench.run(100)
    (mark,) = [one.effect for one in bench.seen if isinstance(one.effect, MarkOut)]
    assert mark.planned_duration_ticks is None
    bench.say_in(4)
    bench.run(5)
    assert bench.marks() == [("out", 150), ("in", 2600)]


def test_one_without_a_length_ends_where_a_booked_break_begins_and_at_the_longest_after_ten_minutes() -> None:
    bench = FeedBench()
    bench.plan("+60", 10, key="booked")
    bench.say_out(6, None)
    bench.run(75)
    assert bench.marks() == [("out", 150), ("in", 1500), ("out", 1500), ("in", 1750)]
    bench.say_out(6, None, number=18)
    bench.run(620)
    assert bench.marks()[-1] == ("in", 1875 + 150 + 15_000)
    assert bench.all(events.BreakIn)[-1].how == "watchdog"


def test_the_next_out_ends_one_without_a_length_though_neither_has_begun() -> None:
    bench = FeedBench()
    bench.say_out(6, None, number=1)
    bench.say_out(10, 5, number=2)
    bench.run(20)
    assert bench.marks() == [("out", 150), ("in", 250), ("out", 250), ("in", 375)]


def test_a_correction_into_another_break_takes_it_back() -> None:
    bench = FeedBench()
    bench.plan("+20", 10, key="booked")
    bench.say_out(8, 5)
    bench.run(2)
    at = bench.at(20)
    bench.say(splice_out(17, wrapped(at), 5 * S), at)
    bench.run(40)
    assert bench.marks() == [("out", 500), ("in", 750)]
    assert last(bench).reason == "overlaps break booked by 5.000 s: it is taken back"
    assert bench.one(events.BreakWithdrawn).by == "feed"


def test_an_extension_into_another_break_lasts_up_to_that() -> None:
    bench = FeedBench()
    bench.plan("+20", 10, key="booked")
    at = bench.at(6)
    bench.say_out(6, 10)
    bench.run(10)
    for _ in range(2):
        bench.say(splice_out(17, wrapped(at), 20 * S), at)
        bench.run(1)
    bench.run(30)
    assert [frame for _, frame in bench.marks()][:2] == [150, 500]
    assert bench.one(events.BreakExtended).in_frame == 500
    assert [one.reason for one in handled(bench)[1:]] == ["corrected", "again"]


def test_a_cancel_takes_it_back_and_its_own_bytes_go_out() -> None:
    bench = FeedBench()
    bench.say_out(8, 30)
    bench.run(5)
    cancel = splice_cancel(17)
    bench.say(cancel)
    bench.run(10)
    assert not bench.marks()
    assert not bench.splices
    assert [one.section for _, one in bench.sections(CueKind.CANCEL)] == [cancel.encoded]
    assert bench.one(events.BreakWithdrawn).by == "feed"
    bench.say_out(6, 30)
    bench.run(7)
    assert len(bench.marks()) == 1


def test_a_correction_before_the_splice_moves_it() -> None:
    bench = FeedBench()
    bench.say_out(8, 30)
    bench.run(2)
    bench.say_out(7, 20)
    bench.run(10)
    assert bench.marks() == [("out", 225)]
    assert last(bench).reason == "corrected"
    assert bench.on_air().duration_frames == 500


def test_an_immediate_out_and_in_go_with_the_picture_that_was_there() -> None:
    bench = FeedBench()
    bench.run(2)
    out = bench.say_out(None, 30)
    bench.run(1)
    assert bench.marks() == [("out", 56)]  # the playout holds a quarter of a second
    assert bench.sent_at(CueKind.OUT) == [56]
    assert bench.sections(CueKind.OUT)[0][1].section == out.encoded
    assert bench.one(events.BreakOut).immediate
    bench.run(10)
    back = bench.say_in(None)
    bench.run(1)
    assert bench.marks()[-1] == ("in", 331)
    assert [(frame, one.section) for frame, one in bench.sections(CueKind.IN)] == [(331, back.encoded)]


def test_back_to_back() -> None:
    bench = FeedBench()
    bench.say_out(6, 10, number=1)
    bench.run(10)
    bench.say_out(6, 10, number=2)
    bench.run(20)
    assert bench.marks() == [("out", 150), ("in", 400), ("out", 400), ("in", 650)]


def test_one_section_ends_a_break_and_starts_the_next() -> None:
    bench = FeedBench()
    at = bench.at(6)
    bench.say(time_signal_out(1, wrapped(at), 10 * S), at)
    bench.run(12)
    both = made(
        TimeSignal(wrapped(at + 10 * S)),
        SegmentationDescriptor(1, segmentation_type_id=0x35),
        SegmentationDescriptor(2, segmentation_type_id=0x34, segmentation_duration_ticks=10 * S),
    )
    bench.say(both, at + 10 * S)
    bench.run(10)
    end = at + 20 * S
    bench.say(time_signal_in(2, wrapped(end)), end)
    bench.run(10)
    assert bench.marks() == [("out", 150), ("in", 400), ("out", 400), ("in", 650)]


# ---- the clocks


def test_a_link_that_moves_before_the_splice_is_followed_and_sent_again() -> None:
    bench = FeedBench()
    bench.say_out(8, 30)
    bench.run(3)
    bench.feed.base -= 3 * 3600  # pictures come three frames later
    bench.run(10)
    assert bench.marks() == [("out", 203)]
    sent = [bench.pts_of(one.section) for _, one in bench.sections(CueKind.OUT)]
    assert sent == [200 * 3600, 203 * 3600]
    assert last(bench).reason == "3 frames later: the clock of the source is followed"


def test_a_link_that_moves_over_a_splice_that_is_near_airs_it_at_once() -> None:
    bench = FeedBench()
    bench.say_out(8, 30)
    bench.run_to(199)
    bench.feed.base += 30 * 3600
    bench.run(2)
    assert bench.marks() == [("out", 199)]
    assert bench.pts_of(bench.sections(CueKind.OUT)[-1][1].section) == 199 * 3600


def test_a_link_that_moves_in_the_break_moves_its_end() -> None:
    bench = FeedBench()
    bench.say_out(6, 10)
    bench.run(10)
    bench.feed.base -= 2 * 3600
    bench.run(10)
    assert bench.marks() == [("out", 150), ("in", 402)]
    assert bench.pts_of(bench.sections(CueKind.IN)[-1][1].section) == 402 * 3600


def test_another_line_moves_nothing_that_was_announced() -> None:
    bench = FeedBench()
    bench.say_out(8, 10)
    bench.run(3)
    bench.feed.linked = False
    bench.run(2)
    bench.feed.linked, bench.feed.session, bench.feed.base = True, 2, Fraction(77)
    bench.run(20)
    assert bench.marks() == [("out", 200), ("in", 450)]


def test_a_source_that_is_lost_leaves_the_break_where_it_was_announced() -> None:
    bench = FeedBench()
    bench.say_out(8, 10)
    bench.run(3)
    bench.feed.linked, bench.feed.session = False, 0
    bench.run(20)
    assert bench.marks() == [("out", 200), ("in", 450)]


def test_a_marker_waits_for_the_first_picture() -> None:
    bench = FeedBench()
    bench.feed.linked = False
    at = bench.at(8)
    bench.say(splice_out(17, wrapped(at), 30 * S), at)
    bench.run(1)
    assert not handled(bench)
    bench.feed.linked = True
    bench.run(8)
    assert bench.marks() == [("out", 200)]


def test_without_a_picture_for_long_it_is_ignored() -> None:
    bench = FeedBench()
    bench.feed.linked = False
    bench.say_out(8, 30)
    bench.run(6)
    assert last(bench).reason == "no picture of its source is on air"
    bench.feed.linked, bench.feed.session = True, 1
    bench.say_out(8, 30)
    bench.feed.session = 2
    bench.run(1)
    assert last(bench).reason == "its source is not on air any more"
