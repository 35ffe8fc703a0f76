"""A channel of which something dies: it goes on behind a discontinuity, the break that was open goes on to its IN."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from app.engine import supervisor
from app.model import commands, events
from app.model.errors import SourceError
from app.model.states import BreakState
from app.model.timebase import FrameRate
from app.monitoring.proof import verify
from app.pipeline import live_channel
from app.pipeline.encoders import VideoEncoder
from app.pipeline.feed import Feed
from app.pipeline.hls_keeping import Written
from app.pipeline.live_channel import LiveChannel
from app.pipeline.sources.udp import UdpInput
from tests.engine.fragile import Fragile
from tests.engine.living import RATE, Living, living, planned


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Fragile:
    return Fragile(monkeypatch)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Living]:
    before = set(threading.enumerate())
    with living(tmp_path, rungs=2) as alive:
        yield alive
    left = set(threading.enumerate()) - before
    assert left == set(), [thread.name for thread in left]


def starts(one: Living) -> int:
    return len(one.of(events.ChannelStarted))


def wait_for_start(one: Living, life: int) -> None:
    one.wait_for(lambda: starts(one) == life)


def wait_for_death(one: Living, life: int) -> None:
    one.wait_for(lambda: len(one.of(events.AlarmRaised, key="channel")) == life)


def take(one: Living, duration_s: int, **more: str) -> events.BreakOut:
    one.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(duration_s), immediate=True, **more))
    return one.wait(events.BreakOut)


def written_more(one: Living, segments: int) -> None:
    wanted = len(one.of(events.SegmentDelivered)) + segments
    one.wait_for(lambda: len(one.of(events.SegmentDelivered)) >= wanted)


def test_an_open_break_goes_on_to_its_in(one: Living, fragile: Fragile) -> None:
    one.engine.start()
    written_more(one, 2)
    out = take(one, 7)
    written_more(one, 4)
    fragile.times = 1
    died = one.wait(events.AlarmRaised, key="channel")
    assert "the encoder died" in died.text
    assert "ENDLIST" not in one.playlist(), "players must not leave"
    wait_for_start(one, 2)
    one.wait(events.AlarmCleared, key="channel")
    end = one.wait(events.BreakIn)
    assert (end.break_id, end.how) == (out.break_id, "auto")
    assert abs((end.in_at - out.out_at).total_seconds() - 7) <= 0.02, "by the wall clock, to the frame"
    one.wait(events.BreakLanded)
    assert one.engine.stop()

    assert len(one.of(events.BreakOut)) == len(one.of(events.BreakIn)) == 1
    playlist = one.playlist()
    before, after = playlist.split("#EXT-X-DISCONTINUITY\n")
    assert before.count("#EXT-X-CUE-OUT:") == 1
    assert "#EXT-X-CUE-IN" not in before
    assert after.index("#EXT-X-CUE-OUT-CONT") < after.index("#EXT-X-CUE-IN")
    assert after.count("#EXT-X-CUE-IN") == 1
    assert "#EXT-X-CUE-OUT:" not in after
    report = verify(str(one.folder / "origin/one"), expect=2)
    assert report.passed, report.to_json()
    (row,) = one.store.rows()
    assert (row.state, row.verdict, row.how) == ("returned", "landed", "auto")


def test_a_break_that_is_over_meanwhile_ends_on_the_first_frame(
    one: Living, fragile: Fragile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_S", 3.0)
    one.engine.start()
    written_more(one, 2)
    take(one, 3)
    one.wait_listed("#EXT-X-CUE-OUT:")
    fragile.times = 1
    end = one.wait(events.BreakIn)
    assert starts(one) == 2
    assert end.frame == 0
    assert end.duration_ticks > 3 * 90_000
    one.wait(events.BreakLanded)
    assert one.engine.stop()
    assert one.playlist().count("#EXT-X-CUE-IN") == one.playlist().count("#EXT-X-CUE-OUT:") == 1
    assert verify(str(one.folder / "origin/one"), expect=2).passed


def test_a_break_that_nobody_saw_begin_begins_again(one: Living, fragile: Fragile) -> None:
    """What was still being written is gone, its OUT with it: the OUT airs anew, the IN at its planned moment."""
    one.engine.start()
    written_more(one, 2)
    out = take(one, 7)
    fragile.times = 1
    again = one.wait(events.BreakResumed)
    assert (again.break_id, again.splice_event_id, again.out_again) == (out.break_id, out.splice_event_id, True)
    end = one.wait(events.BreakIn)
    assert abs((end.in_at - out.out_at).total_seconds() - 7) <= 0.02, "by the wall clock, to the frame"
    one.wait(events.BreakLanded)
    assert one.engine.stop()
    assert len(one.of(events.BreakOut)) == len(one.of(events.BreakIn)) == len(one.of(events.BreakResumed)) == 1
    before, after = one.playlist().split("#EXT-X-DISCONTINUITY\n")
    assert "CUE" not in before
    assert after.count("#EXT-X-CUE-OUT:") == after.count("#EXT-X-CUE-IN") == 1
    assert verify(str(one.folder / "origin/one"), expect=2).passed
    (row,) = one.store.rows()
    assert (row.state, row.verdict, row.how) == ("returned", "landed", "auto")


def test_a_break_in_its_pre_roll_airs_at_its_moment(one: Living, fragile: Fragile) -> None:
    one.engine.start()
    written_more(one, 1)
    one.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(3)))
    armed = one.wait(events.BreakArmed)
    started = one.of(events.ChannelStarted)[0]
    due_at = started.first_frame_at + timedelta(seconds=(armed.pts - started.first_pts) / 90_000)
    fragile.times = 1
    out = one.wait(events.BreakOut)
    assert starts(one) == 2
    assert (out.break_id, out.splice_event_id) == (armed.break_id, armed.splice_event_id)
    assert abs((out.out_at - due_at).total_seconds()) <= 0.021
    one.wait(events.BreakLanded)
    assert one.engine.stop()
    assert len(one.of(events.BreakArmed)) == len(one.of(events.BreakPlanned)) == 1
    assert verify(str(one.folder / "origin/one"), expect=2).passed


def test_return_and_extend_act_on_a_break_that_goes_on(one: Living, fragile: Fragile) -> None:
    one.engine.start()
    written_more(one, 2)
    take(one, 60)
    one.wait_listed("#EXT-X-CUE-OUT:")
    fragile.times = 1
    wait_for_start(one, 2)
    one.submit(commands.Extend(channel="one", by="bob", duration_s=Fraction(90)))
    extended = one.wait(events.BreakExtended)
    assert abs(extended.duration_ticks - 90 * 90_000) <= 3600
    written_more(one, 3)
    one.submit(commands.Return(channel="one", by="cid"))
    assert one.wait(events.BreakIn).how == "return"
    one.wait(events.BreakLanded)
    assert one.engine.stop()
    assert verify(str(one.folder / "origin/one"), expect=2).passed


def test_it_comes_back_however_often_it_dies(one: Living, fragile: Fragile) -> None:
    """No late fault of an earlier life reaches the next one."""
    one.submit(planned("+40", 5, "later"))
    one.engine.start()
    for life in (1, 2):
        written_more(one, 3)
        fragile.times = 2  # both rungs at once
        wait_for_death(one, life)
        fragile.times = 0
        wait_for_start(one, life + 1)
    written_more(one, 6)
    assert starts(one) == 3
    assert one.engine.snapshot().channels[0].planned == 1
    assert one.engine.stop()
    playlist = one.playlist()
    assert playlist.count("#EXT-X-DISCONTINUITY\n") == 2
    listed = re.findall(r"^([^#\s]+\.ts)$", playlist, flags=re.MULTILINE)
    assert [int(uri[-9:-3]) for uri in listed] == list(range(len(listed)))


def test_a_life_that_can_not_be_looked_after_is_followed_by_another(
    one: Living, fragile: Fragile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it left off is asked for again: no sequence number runs backwards."""
    real, asked = LiveChannel.written, []

    def written(live: LiveChannel) -> Written:
        asked.append(live)
        if len(asked) == 1:
            raise RuntimeError("deque mutated during iteration")
        return real(live)

    monkeypatch.setattr(LiveChannel, "written", written)
    one.engine.start()
    written_more(one, 3)
    fragile.times = 2
    wait_for_start(one, 2)
    written_more(one, 3)
    assert one.engine.stop()
    listed = re.findall(r"^([^#\s]+\.ts)$", one.playlist(), flags=re.MULTILINE)
    assert [int(uri[-9:-3]) for uri in listed] == list(range(len(listed)))
    assert one.playlist().count("#EXT-X-DISCONTINUITY\n") == 1


def test_a_slate_by_hand_stays_on(one: Living, fragile: Fragile) -> None:
    """Somebody had a reason to take the source off."""
    one.engine.start()
    written_more(one, 1)
    one.submit(commands.Slate(channel="one", by="ann", on=True))
    one.wait(events.SourceChanged, source="slate")
    fragile.times = 1
    wait_for_start(one, 2)
    written_more(one, 1)
    assert one.engine.snapshot().channels[0].slate_by_hand
    assert one.of(events.SourceChanged)[-1].source == "slate"


def test_what_was_cued_by_hand_stays_cued(one: Living, fragile: Fragile) -> None:
    one.engine.start()
    written_more(one, 1)
    one.submit(commands.CueNext(channel="one", by="ann", duration_s=Fraction(30), title="Cued"))
    one.wait(events.BreakCued)
    fragile.times = 1
    wait_for_start(one, 2)
    one.submit(commands.Hold(channel="one", by="bob"))
    one.wait(events.BreakHeld)
    fragile.times = 1
    wait_for_start(one, 3)
    written_more(one, 1)
    current = one.engine.snapshot().channels[0].current
    assert current is not None
    assert (current.title, current.state, current.splice_event_id) == (
        "Cued",
        BreakState.HELD,
        one.wait(events.BreakPlanned).splice_event_id,
    )
    assert one.of(events.BreakFailed) == []


def test_a_stop_before_it_is_back_tells_the_open_break(one: Living, fragile: Fragile) -> None:
    one.engine.start()
    written_more(one, 1)
    out = take(one, 60)
    one.wait_listed("#EXT-X-CUE-OUT:")
    fragile.times = 1
    one.wait(events.AlarmRaised, key="channel")
    one.submit(commands.Stop(channel="one", by="ann"))
    stopped = one.wait(events.ChannelStopped)
    assert "the encoder died" in stopped.reason
    assert one.of(events.BreakFailed)[0].break_id == out.break_id
    assert one.of(events.AlarmCleared, key="channel")


def test_whatever_keeps_it_from_starting_it_tries_again(
    one: Living, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    start, left = Feed.start, [RuntimeError("can't start new thread")]

    def fails_once(feed: Feed) -> None:
        start(feed)
        if left:
            raise left.pop()

    monkeypatch.setattr(Feed, "start", fails_once)
    one.engine.start()
    assert "can't start new thread" in one.wait(events.AlarmRaised, key="channel").text
    one.wait(events.ChannelStarted)
    written_more(one, 1)
    assert one.engine.stop()
    assert "can't start" in caplog.text


def test_a_source_that_hangs_keeps_no_channel_from_ending(one: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Feed.stop

    def hangs(feed: Feed, timeout_s: float) -> None:
        stop(feed, timeout_s)
        raise SourceError("a read hangs")

    monkeypatch.setattr(Feed, "stop", hangs)
    one.engine.start()
    written_more(one, 1)
    assert one.engine.end_channels()
    assert one.wait(events.ChannelStopped).reason == ""
    assert one.playlist().rstrip().endswith("#EXT-X-ENDLIST")


@pytest.mark.parametrize("rate", [RATE, None], ids=["waiting for a picture", "asking for the rate"])
def test_a_stop_while_it_starts_is_quick_and_shows_nothing(
    tmp_path: Path, rate: FrameRate | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, receive = threading.Event(), UdpInput._receive

    def noted(stream: UdpInput) -> bytes:
        opened.set()
        return receive(stream)

    monkeypatch.setattr(UdpInput, "_receive", noted)
    with living(tmp_path, sources=("udp://127.0.0.1:9", "udp://127.0.0.1:10"), rate=rate) as one:
        one.engine.start()
        assert opened.wait(20)
        started_s = time.monotonic()
        assert one.engine.end_channels()
        assert time.monotonic() - started_s < 3
        assert one.wait(events.ChannelStopped).reason == ""
        assert one.of(events.ChannelStarted) == []


def test_what_comes_too_late_to_be_carried_out_is_answered(one: Living) -> None:
    one.engine.start()
    written_more(one, 1)
    live = one.core._supervisors["one"]._live
    assert live is not None
    assert live._program is not None
    live._program.end()
    assert live._program.join(5)  # its last moment, in which it takes nothing more
    live.submit(commands.Take(channel="one", by="ann", id="late"))
    one.engine.stop()
    assert one.wait(events.CommandRefused, id="late").reason == "channel one has ended"


def test_an_encoder_that_hangs_keeps_no_engine_from_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_channel, "END_STEP_S", 0.5)
    go_on = threading.Event()
    with living(tmp_path, rungs=2) as one:
        one.engine.start()
        written_more(one, 1)
        monkeypatch.setattr(VideoEncoder, "encode", lambda _encoder, _frame: go_on.wait(60) and [])
        one.engine.stop()
        assert "could not be closed" in one.wait(events.ChannelStopped).reason
        assert one.of(events.AlarmRaised, key="channel") == [], "it is not started again"
        hung = [thread for thread in threading.enumerate() if thread.name in {"one 90p", "one 72p"}]
        assert all(thread.daemon for thread in hung), "they keep no program from ending"
        go_on.set()
        for thread in hung:
            thread.join(5)
