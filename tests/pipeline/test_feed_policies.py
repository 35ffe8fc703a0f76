"""A source's markers and the operator's hand; stripped, told as alarms, acted on."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.model import commands, events
from app.model.signalling import CuePolicy
from app.model.states import BreakState
from app.model.timebase import FrameRate, wrapped
from app.pipeline.packets import CueKind, SendSection
from app.scte35.codec import decode
from app.scte35.messages import splice_cancel, splice_null, splice_out, time_signal_out
from tests.pipeline.break_desk import NTSC, PAL
from tests.pipeline.feed_bench import FeedBench, S, handled, last

# ---- the operator


def test_return_by_hand_rules_over_the_source() -> None:
    bench = FeedBench()
    bench.say_out(6, 30, auto=False)
    bench.run(10)
    bench.give(bench.back())
    bench.run(1)
    assert bench.marks() == [("out", 150), ("in", 250)]
    assert bench.pts_of(bench.sections(CueKind.IN)[0][1].section) == 250 * 3600
    bench.say_in(4)
    bench.run(40)
    assert last(bench).reason == "break feed 17 is returned by order of pat"
    assert len(bench.marks()) == 2
    assert not bench.alarms


def test_extend_by_hand_writes_the_new_length_and_keeps_the_source_out() -> None:
    bench = FeedBench()
    bench.say_out(6, 20)
    bench.run(10)
    bench.give(bench.extend(50))
    sent = bench.sections(CueKind.OUT)[-1][1].section
    _, insert = decode(sent), decode(sent).command
    assert getattr(getattr(insert, "break_duration", None), "duration_ticks", None) == 50 * S
    assert bench.pts_of(sent) == 150 * 3600
    bench.say_in(4)
    bench.run(60)
    assert bench.marks() == [("out", 150), ("in", 1400)]
    assert "by order of pat" in last(bench).reason


def test_withdraw_by_hand_keeps_it_off_though_the_source_goes_on() -> None:
    bench = FeedBench()
    out = bench.say_out(8, 20)
    at = bench.at(8)
    bench.run(2)
    bench.give(bench.withdraw())
    bench.say(out, at)
    bench.run(30)
    assert not bench.marks()
    assert handled(bench)[-1].reason == "break feed 17 is withdrawn by order of pat"


def test_a_marker_inside_a_break_of_ours_is_ignored_and_ours_goes_on() -> None:
    bench = FeedBench()
    own = bench.give(bench.insert(30))
    bench.run(8)
    bench.say_out(6, 10)
    bench.run(1)
    assert last(bench).action == "ignored"
    assert last(bench).reason.startswith("overlaps break")
    bench.say_in(4)
    bench.say(splice_null())
    bench.run(40)
    assert [name for name, _ in bench.marks()] == ["out", "in"]
    assert bench.one(events.BreakIn).break_id == own
    assert [one.action for one in handled(bench)] == ["ignored", "ignored", "relayed"]


def test_an_operators_take_is_refused_while_the_sources_break_is_announced() -> None:
    bench = FeedBench()
    bench.say_out(8, 30)
    bench.run(1)
    assert "overlaps break feed 17" in bench.refused(bench.insert(30))
    bench.run(2)
    assert "feed 17 is in its pre-roll" in bench.refused(bench.insert(30))


def test_a_stop_closes_it() -> None:
    bench = FeedBench()
    bench.say_out(6, 30)
    bench.run(10)
    bench.verbs.close(bench.on_air(), bench.frame, how="stop", accepted_at_s=0)
    bench.run(1)
    assert bench.one(events.BreakIn).how == "stop"


# ---- strip, alarms


def test_strip_shows_them_and_does_nothing() -> None:
    bench = FeedBench(CuePolicy.STRIP)
    bench.say_out(6, 30)
    bench.say(splice_null())
    bench.run(10)
    assert {one.action for one in handled(bench)} == {"stripped"}
    assert [one.summary for one in bench.all(events.FeedCueSeen)][1] == "splice_null"
    assert not [one for one in bench.seen if isinstance(one.effect, SendSection)]
    assert not bench.splices


def test_silence_and_lead_are_alarms() -> None:
    bench = FeedBench(silent_after_s=Fraction(20))
    bench.run(21)
    assert bench.alarms == {"feed.cue.silent": "no marker from the source for 20 s"}
    bench.say_out(2, 5)
    bench.run(1)
    assert bench.alarms == {"feed.cue.lead": "event 17 came 1.8 s before its splice, 4.0 to 60.0 s are wanted"}
    bench.run(10)
    bench.say_out(6, 5, number=18)
    bench.run(1)
    assert not bench.alarms
    bench.run(30)
    bench.feed_desk.end()
    assert not bench.alarms


def test_each_event_that_comes_too_late_is_an_alarm_of_its_own_but_no_flood_is() -> None:
    bench = FeedBench()
    bench.alarms_told.clear()
    bench.say_out(2, 5)
    bench.run(8)
    bench.say_out(None, 5, number=18)
    bench.run(8)
    first = "event 17 came 1.8 s before its splice, 4.0 to 60.0 s are wanted"
    assert bench.alarms_told == [
        ("feed.cue.lead", first),
        ("feed.cue.lead", None),
        ("feed.cue.lead", "event 18 came without a time"),
    ]
    bench.alarms_told.clear()
    for number in range(20, 60):
        bench.say_out(None, 5, number=number)
    bench.run(Fraction(1, 25))
    assert sum(text is None for _, text in bench.alarms_told) == 5
    assert bench.alarms_told[-1][1] == "event 59 came without a time"


def test_the_slate_covers_exactly_the_sources_breaks() -> None:
    bench = FeedBench(cover=True)
    bench.say_out(6, 10)
    covered = []
    for _ in range(500):
        bench.tick()
        if bench.feed_desk.covers(bench.splicer.on_air):
            covered.append(bench.frame - 1)
    assert covered == list(range(150, 400))
    bench.give(bench.insert(10))
    bench.run(8)
    assert bench.splicer.on_air is not None
    assert not bench.feed_desk.covers(bench.splicer.on_air)


# ---- acting


@pytest.mark.parametrize("rate", [PAL, NTSC])
def test_acting_airs_one_of_our_breaks_by_its_template(rate: FrameRate) -> None:
    bench = FeedBench(CuePolicy.ACT, rate)
    bench.say_out(8, 30)
    out_frame = bench.frames(8)
    bench.run(45)
    assert bench.marks()[0] == ("out", out_frame)
    assert abs(bench.marks()[1][1] - out_frame - bench.frames(30)) <= 1
    first = decode(bench.sections(CueKind.OUT)[0][1].section)
    assert [one.segmentation_type_id for one in first.segmentation_descriptors] == [0x34]
    armed = bench.one(events.BreakArmed)
    assert armed.splice_event_id == 501
    assert armed.by == "feed"
    assert bench.one(events.BreakPlanned).template == "Local ad"
    assert last(bench).action == "acted"


def test_acting_takes_the_templates_length_where_the_source_tells_none() -> None:
    bench = FeedBench(CuePolicy.ACT)
    bench.say_out(6, None)
    bench.run(40)
    assert bench.marks() == [("out", 150), ("in", 650)]


def test_acting_follows_early_return_extension_and_cancel() -> None:
    bench = FeedBench(CuePolicy.ACT)
    bench.say_out(6, 60)
    bench.run(20)
    bench.say_in(3)
    bench.run(5)
    assert bench.marks() == [("out", 150), ("in", 575)]
    assert bench.one(events.BreakIn).how == "feed"
    bench.say_out(8, 60, number=18)
    bench.run(1)
    bench.say(splice_cancel(18))
    bench.run(10)
    assert len(bench.marks()) == 2
    assert bench.one(events.BreakSkipped).by == "feed"
    bench.say_out(6, 60, number=19)
    bench.run(2)
    bench.say(splice_cancel(19))
    bench.run(10)
    assert len(bench.marks()) == 2
    assert bench.one(events.BreakWithdrawn).by == "feed"
    assert len(bench.sections(CueKind.CANCEL)) == 1
    bench.say_out(6, 10, number=20)
    start, at = bench.frame, bench.at(6)
    bench.run(10)
    bench.say(splice_out(20, wrapped(at), 20 * S), at)
    bench.run(30)
    assert bench.marks()[2:] == [("out", start + 150), ("in", start + 650)]


def test_acting_waits_for_a_return_and_the_watchdog_ends_it() -> None:
    bench = FeedBench(CuePolicy.ACT)
    bench.say_out(6, 10, auto=False)
    bench.run(25)
    assert bench.marks() == [("out", 150), ("in", 450)]
    assert bench.one(events.BreakIn).how == "watchdog"


def test_acting_relays_nothing() -> None:
    bench = FeedBench(CuePolicy.ACT)
    bench.say(splice_null())
    at = bench.at(6)
    bench.say(time_signal_out(9, wrapped(at), None, segmentation_type_id=0x10), at)
    bench.run(10)
    assert {one.action for one in handled(bench)} == {"stripped"}
    assert not bench.splices


def test_an_unknown_template_is_said() -> None:
    bench = FeedBench(CuePolicy.ACT, template="Locale ad")
    bench.say_out(6, 30)
    bench.run(1)
    assert "did you mean 'Local ad'" in last(bench).reason


def test_an_operator_who_takes_it_over_rules_it() -> None:
    bench = FeedBench(CuePolicy.ACT)
    bench.say_out(30, 30)
    bench.run(1)
    bench.give(bench.cue_next())
    bench.give(bench.hold())
    bench.run(60)
    assert not bench.marks()
    assert bench.splicer.cued is not None
    assert bench.splicer.cued.state is BreakState.HELD
    assert isinstance(bench.simple(commands.Skip), commands.Skip)
    assert replace(bench.policy, cover=True).cover
