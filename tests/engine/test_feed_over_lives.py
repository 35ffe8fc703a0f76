"""A break that a source's marker made goes on in the channel's next life, and the source still rules it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.engine.standing_plans import StandingPlans
from app.model import events
from app.model.cue import SpliceInsert
from app.model.signalling import CuePolicy
from app.model.timebase import wrapped
from app.model.wire import from_plain, to_plain
from app.pipeline.hls import Entry, MediaPlaylist
from app.pipeline.hls_keeping import Written, WrittenTrack
from app.pipeline.packets import CueKind, MarkExtend, MarkOut
from app.pipeline.resuming import Listed, resume
from app.scte35.codec import decode
from app.scte35.messages import splice_cancel, splice_out
from tests.pipeline.break_desk import CHANNEL, PAL, STARTED_AT
from tests.pipeline.feed_bench import BASE, FeedBench, S, is_only_adjusted


class Lives:
    """What the first one told is all that the next one has; the source's clock runs on, linked a little otherwise."""

    def __init__(self, policy: CuePolicy) -> None:
        self.plans, self.policy = StandingPlans(), policy
        self.bench = self._begun(0, 0)

    def _begun(self, after_s: int, shifted_frames: int) -> FeedBench:
        started_at = STARTED_AT + timedelta(seconds=after_s)
        bench = FeedBench(self.policy, base=BASE + after_s * S - shifted_frames * 3600, started_at=started_at)
        self.plans.note(
            events.ChannelStarted(
                at=started_at,
                channel=CHANNEL,
                first_pts=bench.anchor.first_pts,
                first_frame_at=started_at,
                frame_rate="25",
            )
        )
        return bench

    def die(self, after_s: int, *listed_s: int, shifted_frames: int = 0) -> FeedBench:
        for one in self.bench.seen:
            if isinstance(one.effect, events.Event):
                self.plans.note(from_plain(type(one.effect), to_plain(one.effect)))
        entries = (Entry(f"p/{s}.ts", f"{s}.ts", STARTED_AT + timedelta(seconds=s), 90_000) for s in listed_s)
        written: Written = {0: {"high": WrittenTrack(MediaPlaylist(2, 9, tuple(entries), media_sequence=4))}}
        handover = self.plans.handover(written)
        self.bench = self._begun(after_s, shifted_frames)
        self.bench.splicer.known_ids |= handover.known_ids
        resume(self.bench.splicer, handover.breaks, Listed.of(written))
        return self.bench


def test_a_relayed_break_on_air_goes_on_and_its_return_is_still_followed() -> None:
    lives = Lives(CuePolicy.RELAY)
    out = lives.bench.say_out(6, 30, auto=False)
    lives.bench.run(10)
    bench = lives.die(12, 0, 6, 9)
    bench.tick()
    (mark,) = [one.effect for one in bench.seen if isinstance(one.effect, MarkOut)]
    assert is_only_adjusted(mark.section, out.encoded)
    assert mark.start_at == STARTED_AT + timedelta(seconds=6)
    (again,) = [one.effect for one in bench.seen if isinstance(one.effect, MarkExtend)]
    assert (again.section, again.duration_ticks) == (mark.section, 30 * S)
    bench.run(5)
    back = bench.say_in(4)
    bench.run(5)
    assert bench.splices[-1] == 126 + 100
    assert is_only_adjusted(bench.sections(CueKind.IN)[0][1].section, back.encoded)
    assert bench.one(events.BreakIn).how == "feed"


def test_its_extension_and_the_watchdog_too() -> None:
    lives = Lives(CuePolicy.RELAY)
    at = lives.bench.at(6)
    lives.bench.say_out(6, 10, auto=False)
    lives.bench.run(10)
    bench = lives.die(12, 0, 6, 9)
    bench.run(1)
    bench.say(splice_out(17, wrapped(at), 20 * S, auto_return=False), at)
    bench.run(1)
    assert bench.one(events.BreakExtended).in_frame == (26 - 12) * PAL.nominal
    bench.run(20)
    assert bench.one(events.BreakIn).how == "watchdog"
    assert bench.one(events.BreakIn).frame == (28 - 12) * PAL.nominal


def test_one_without_a_length_stays_open_until_its_return() -> None:
    lives = Lives(CuePolicy.RELAY)
    lives.bench.say_out(6, None)
    lives.bench.run(10)
    bench = lives.die(12, 0, 6, 9)
    bench.run(60)
    (mark,) = [one.effect for one in bench.seen if isinstance(one.effect, MarkOut)]
    assert mark.planned_duration_ticks is None
    bench.say_in(4)
    bench.run(5)
    assert bench.one(events.BreakIn).frame == 1600


@pytest.mark.parametrize("shifted_frames", [0, 4])
def test_a_pre_roll_goes_on_to_the_frame_that_shows_it_in_the_new_life(shifted_frames: int) -> None:
    lives = Lives(CuePolicy.RELAY)
    out = lives.bench.say_out(20, 10)
    lives.bench.run(10)
    bench = lives.die(12, 0, 6, shifted_frames=shifted_frames)
    bench.run(20)
    assert bench.marks() == [("out", 200 + shifted_frames), ("in", 450 + shifted_frames)]
    assert all(is_only_adjusted(one.section, out.encoded) for _, one in bench.sections(CueKind.OUT))


def test_a_pre_roll_may_still_be_cancelled() -> None:
    lives = Lives(CuePolicy.RELAY)
    lives.bench.say_out(20, 10)
    lives.bench.run(10)
    bench = lives.die(12, 0, 6)
    bench.run(1)
    bench.say(splice_cancel(17))
    bench.run(20)
    assert not bench.marks()
    assert bench.one(events.BreakWithdrawn).by == "feed"


def test_one_of_ours_made_by_the_source_is_followed_too() -> None:
    lives = Lives(CuePolicy.ACT)
    lives.bench.say_out(6, 60)
    lives.bench.run(10)
    bench = lives.die(12, 0, 6, 9)
    bench.run(5)
    bench.say_in(3)
    bench.run(5)
    assert bench.one(events.BreakIn).frame == 200
    assert bench.one(events.BreakIn).how == "feed"


@pytest.mark.parametrize("length_s", [None, 120])
def test_a_return_that_the_source_has_told_stands_in_the_next_life(length_s: int | None) -> None:
    lives = Lives(CuePolicy.RELAY)
    lives.bench.say_out(6, length_s, auto=False)
    lives.bench.run(12)
    back = lives.bench.say_in(5)
    lives.bench.run(1)
    bench = lives.die(15, 0, 6, 9, shifted_frames=3)
    bench.run(10)
    assert bench.one(events.BreakIn).frame == (17 - 15) * PAL.nominal + 3
    assert bench.one(events.BreakIn).how == "feed"
    assert all(is_only_adjusted(one.section, back.encoded) for _, one in bench.sections(CueKind.IN))
    assert bench.sections(CueKind.IN)
    assert not bench.alarms


@pytest.mark.parametrize("policy", [CuePolicy.RELAY, CuePolicy.ACT])
def test_a_return_told_before_its_out_stands_too(policy: CuePolicy) -> None:
    lives = Lives(policy)
    lives.bench.say_out(5, 30, auto=False)
    lives.bench.run(1)
    lives.bench.say_in(10)
    lives.bench.run(2)
    bench = lives.die(4, 0)
    bench.run(40)
    assert bench.marks() == [("out", 25), ("in", 175)]


def test_a_correction_stands_in_the_next_life() -> None:
    lives = Lives(CuePolicy.RELAY)
    lives.bench.say_out(20, 10)
    lives.bench.run(2)
    at = lives.bench.at(19)
    lives.bench.say(splice_out(17, wrapped(at), 10 * S), at)
    lives.bench.run(8)
    bench = lives.die(12, 0, 6)
    bench.run(25)
    assert bench.marks() == [("out", (21 - 12) * 25), ("in", (31 - 12) * 25)]


def test_event_id_0_is_an_id() -> None:
    lives = Lives(CuePolicy.RELAY)
    lives.bench.say_out(6, 30, number=0)
    lives.bench.run(10)
    assert lives.bench.one(events.BreakPlanned).splice_event_id == 0
    assert lives.bench.one(events.BreakArmed).splice_event_id == 0
    bench = lives.die(12, 0, 6, 9)
    bench.run(40)
    told = [decode(one.section).command for _, one in bench.sections(CueKind.IN)]
    assert [one.splice_event_id for one in told if isinstance(one, SpliceInsert)] == [0] * len(told) != []


def test_one_of_ours_waits_for_the_return_of_its_source_in_the_next_life_too() -> None:
    lives = Lives(CuePolicy.ACT)
    lives.bench.say_out(6, 30, auto=False)
    lives.bench.run(10)
    bench = lives.die(12, 0, 6, 9)
    bench.run_to((36 - 12) * 25 + 12)
    bench.say_in(1)
    bench.run(5)
    assert [frame for frame, _ in bench.sections(CueKind.IN)] == [612]
    assert [(one.frame, one.how) for one in bench.all(events.BreakIn)] == [(637, "feed")]
