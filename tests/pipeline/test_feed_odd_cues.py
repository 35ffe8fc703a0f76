"""A source's markers that come late, contradict, can't be read, or end no break."""

from __future__ import annotations

import pytest

from app.model import events
from app.model.cue import BandwidthReservation, PrivateCommand, SpliceSchedule
from app.model.timebase import wrapped
from app.pipeline.packets import CueKind, MarkSignal
from app.scte35.codec import decode
from app.scte35.messages import made, splice_cancel, splice_in, splice_null, splice_out, time_signal_in, time_signal_out
from tests.pipeline.feed_bench import BASE, FeedBench, S, handled, is_only_adjusted, last

# ---- bad input


def test_in_the_past() -> None:
    bench = FeedBench()
    bench.run(10)
    bench.say_out(-3, 30)
    bench.run(1)
    assert (last(bench).action, last(bench).reason) == ("ignored", "its time passed 3.000 s ago")
    assert "after its splice" in bench.alarms["feed.cue.lead"]
    assert not bench.splicer.breaks()


def test_in_the_far_future() -> None:
    bench = FeedBench()
    bench.say_out(2 * 3600, 30)
    bench.say_out(100, 30, number=18)
    bench.run(1)
    assert handled(bench)[0].reason == "7200 s ahead, 3600 s at most"
    assert "wanted" in bench.alarms["feed.cue.lead"]
    assert handled(bench)[1].reason == "kept back for 40 s: it is far ahead"
    assert not bench.sections(CueKind.OUT)
    bench.run(102)
    assert bench.sent_at(CueKind.OUT) == [1000]
    assert bench.marks() == [("out", 2500)]


def test_a_kept_back_one_may_be_cancelled() -> None:
    bench = FeedBench()
    bench.say_out(100, 30)
    bench.run(1)
    bench.say(splice_cancel(17))
    bench.run(120)
    assert not bench.marks()
    assert not bench.sections(CueKind.OUT)
    assert not bench.sections(CueKind.CANCEL)


def test_contradicting() -> None:
    bench = FeedBench()
    bench.say_out(6, 30)
    bench.run(10)
    bench.say_out(6, 30)  # the same id for another time while it is on air
    bench.say_in(-8)  # an IN before its OUT
    bench.say(splice_cancel(17))
    bench.say_out(10, 30, number=18)  # inside of the first
    bench.say_in(4, number=99)
    bench.run(1)
    assert [one.reason for one in handled(bench)[1:]] == [
        "event 17 is open already",
        "the IN of event 17 is not after its OUT",
        "event 17 has begun: a return ends it, no cancel",
        "overlaps break feed 17 by 16.000 s",
        "no OUT of event 99 is known",
    ]
    assert {one.action for one in handled(bench)[1:]} == {"ignored"}
    bench.run(30)
    assert bench.marks() == [("out", 150), ("in", 900)]


def test_what_can_not_be_read_is_told_and_changes_nothing() -> None:
    bench = FeedBench()
    bench.say(b"\xfc\x30", problem="truncated")
    bench.say(b"\xfc\x30\x11")
    bench.run(1)
    assert next(one.problem for one in bench.all(events.FeedCueSeen)) == "truncated"
    assert {one.action for one in handled(bench)} == {"ignored"}
    assert "PID 500" in bench.alarms["feed.cue.broken"]
    bench.run(61)
    assert not bench.alarms


def test_a_flood_is_relayed_but_not_told_marker_by_marker() -> None:
    bench = FeedBench()
    for number in range(300):
        bench.say(made(PrivateCommand(b"ACME", number.to_bytes(2, "big"))))
    bench.run(1)
    assert len(bench.sections(CueKind.RELAYED)) == 300
    assert len(bench.all(events.FeedCueSeen)) == 50


# ---- no ends of breaks


def test_what_is_no_splice_is_relayed_on_our_clock() -> None:
    bench = FeedBench()
    bench.run(1)
    sections = [
        splice_null(),
        made(BandwidthReservation()),
        made(SpliceSchedule(())),
        made(PrivateCommand(b"ACME", b"x")),
    ]
    encrypted = bytearray(splice_out(5, 0, 30 * S).encoded)
    for section in sections:
        bench.say(section)
    bench.run(1)
    sent = [one.section for _, one in bench.sections(CueKind.RELAYED)]
    assert all(is_only_adjusted(one, was.encoded) for one, was in zip(sent, sections, strict=True))
    shift = {decode(one).pts_adjustment for one in sent}
    assert shift == {wrapped(bench.anchor.pts(25) - (BASE + 25 * 3600))}
    assert not bench.splices
    assert encrypted


def test_heartbeats_are_told_once_a_minute() -> None:
    bench = FeedBench()
    for count in range(130):
        bench.say(splice_null(), repeats=min(count, 12))
        bench.run(1)
    assert len(bench.sections(CueKind.RELAYED)) == 130
    assert len(bench.all(events.FeedCueSeen)) == 4


def test_a_programme_start_is_relayed_with_an_idr_and_a_mark_on_its_frame() -> None:
    bench = FeedBench()
    at = bench.at(6)
    section = time_signal_out(9, wrapped(at), None, segmentation_type_id=0x10)
    bench.say(section, at)
    bench.run(2)
    bench.feed.base -= 3600
    bench.run(5)
    assert bench.splices == [151]
    assert not bench.marks()
    sent = [one for _, one in bench.sections(CueKind.RELAYED)]
    assert [bench.pts_of(one.section) for one in sent] == [150 * 3600, 151 * 3600]
    (mark,) = [one.effect for one in bench.seen if isinstance(one.effect, MarkSignal)]
    assert mark.ticks == bench.anchor.pts(151)
    assert bench.pts_of(mark.section) == 151 * 3600
    assert not bench.splicer.forced


def test_advertisements_inside_a_break_are_signals_of_their_own() -> None:
    bench = FeedBench()
    at = bench.at(6)
    bench.say(time_signal_out(1, wrapped(at), 30 * S, segmentation_type_id=0x22), at)
    for number in range(2):
        start = at + number * 15 * S
        bench.say(time_signal_out(10 + number, wrapped(start), 15 * S, segmentation_type_id=0x30), start)
    bench.run(25)
    assert bench.splices == [150, 525]
    bench.say(time_signal_in(1, wrapped(at + 30 * S), segmentation_type_id=0x23), at + 30 * S)
    bench.run(15)
    assert bench.marks() == [("out", 150), ("in", 900)]
    assert [one.effect.splice_event_id for one in bench.seen if isinstance(one.effect, MarkSignal)] == [11]


@pytest.mark.parametrize("first", ["insert", "signal"])
def test_a_break_that_is_told_both_ways_is_one_break(first: str) -> None:
    bench = FeedBench()
    at = bench.at(6)
    both = [splice_out(5, wrapped(at), 10 * S), time_signal_out(5, wrapped(at), 10 * S)]
    for section in both if first == "insert" else both[::-1]:
        bench.say(section, at)
    bench.run(12)
    end = at + 10 * S
    for section in (splice_in(5, wrapped(end)), time_signal_in(5, wrapped(end))):
        bench.say(section, end)
    bench.run(10)
    assert bench.marks() == [("out", 150), ("in", 400)]
    assert bench.splices == [150, 400]
    assert not [one for one in bench.seen if isinstance(one.effect, MarkSignal)]
    assert {one.action for one in handled(bench)} == {"relayed"}
    assert len(bench.sections(CueKind.RELAYED)) == 2
