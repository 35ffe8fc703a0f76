"""What a source announces and what people want beside each other: neither locks the other out."""

from __future__ import annotations

from app.model import events
from app.pipeline.packets import CueKind
from tests.pipeline.feed_bench import FeedBench


def test_a_source_that_announces_long_ahead_locks_nobody_out() -> None:
    bench = FeedBench()
    bench.say_out(50, 30)
    bench.run(1)
    inserted = bench.give(bench.insert(10))
    bench.run(20)
    bench.plan("+36", 5, key="listed")
    bench.give(bench.cue_next())
    bench.give(bench.skip())
    assert "overlaps break feed 17" in bench.refused(bench.insert(60))
    bench.run(25)
    assert bench.refused(bench.insert(1)) == "break feed 17 is in its pre-roll: WITHDRAW takes it back"
    bench.run(50)
    assert bench.marks() == [("out", 175), ("in", 425), ("out", 1250), ("in", 2000)]
    assert bench.all(events.BreakOut)[0].break_id == inserted


def test_withdraw_means_the_break_that_is_in_its_pre_roll_first() -> None:
    bench = FeedBench()
    bench.say_out(20, 30)
    bench.run(1)
    bench.plan("+60", 5, key="listed")
    inserted = bench.give(bench.insert(5))
    bench.give(bench.withdraw())
    assert bench.one(events.BreakWithdrawn).break_id == inserted
    bench.run(2)
    bench.give(bench.withdraw())
    assert bench.all(events.BreakWithdrawn)[-1].break_id.startswith("feed-")


def test_a_break_whose_end_nobody_told_ends_where_a_booking_made_meanwhile_begins() -> None:
    bench = FeedBench()
    bench.say_out(6, None)
    bench.run(10)
    bench.plan("+60", 10, key="listed")
    bench.run(20)
    inserted = bench.give(bench.insert(5))
    bench.run(70)
    assert bench.marks() == [("out", 150), ("in", 900), ("out", 900), ("in", 1025), ("out", 1500), ("in", 1750)]
    assert [one.break_id for one in bench.all(events.BreakOut)][1:] == [inserted, "listed"]
    first = bench.all(events.BreakOut)[0].break_id
    assert bench.pts_of(bench.sections(CueKind.IN, first)[-1][1].section) == bench.rate.ticks(900)
    assert not bench.alarms
