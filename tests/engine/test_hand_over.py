"""An engine hands its channels over to the next one: whole segments, no splice missed, nothing booked lost."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path

import pytest

from app.engine.build import build_engine
from app.engine.engine import Engine
from app.model import commands, events
from app.model.events import Event
from app.model.states import BreakState
from app.monitoring.proof import verify
from tests.engine.living import planned
from tests.engine.lone_engine import evening


class Heard:
    """What an engine says."""

    def __init__(self, engine: Engine) -> None:
        self.events: list[Event] = []
        self._news = threading.Condition()
        engine.subscribe(self._take)

    def _take(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def wait[E: Event](self, kind: type[E], number: int = 1) -> E:
        with self._news:
            assert self._news.wait_for(lambda: len(self.of(kind)) >= number, 45), self.events[-5:]
        return self.of(kind)[number - 1]

    def of[E: Event](self, kind: type[E]) -> list[E]:
        return [event for event in list(self.events) if isinstance(event, kind)]


@pytest.mark.slow
def test_an_out_that_is_near_airs_before_and_bookings_go_on(tmp_path: Path) -> None:
    show = evening(tmp_path)
    with build_engine(show, tmp_path, run_id="evening") as first:
        heard = Heard(first)
        first.start()
        heard.wait(events.SegmentDelivered)
        first.submit(planned("+300", 20, "later"))
        first.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(9), title="Near"))
        heard.wait(events.BreakArmed)
        assert first.hand_over()
        (out,) = heard.of(events.BreakOut)
        assert heard.of(events.ChannelStopped) == [], "it goes on"
        assert heard.of(events.BreakIn) == []
        assert heard.of(events.BreakFailed) == []
    playlist = (tmp_path / "origin/one/90p/index.m3u8").read_text()
    assert "ENDLIST" not in playlist
    listed = playlist.count(".ts\n")

    with build_engine(show, tmp_path, run_id="evening") as second:
        heard = Heard(second)
        second.start()
        resumed = heard.wait(events.BreakResumed)
        assert (resumed.break_id, resumed.out_again) == (out.break_id, False)
        gap_ms = heard.wait(events.ChannelStarted).gap_ms
        assert gap_ms is not None
        assert 0 < gap_ms < 5000
        end = heard.wait(events.BreakIn)
        assert abs((end.in_at - out.out_at).total_seconds() - 9) <= 0.05
        (channel,) = second.snapshot().channels
        assert channel.next is not None
        assert (channel.next.id, channel.next.state) == ("later", BreakState.PLANNED)
        heard.wait(events.BreakLanded)
        assert second.stop()
    whole = (tmp_path / "origin/one/90p/index.m3u8").read_text()
    before, _after = whole.split("#EXT-X-DISCONTINUITY\n")
    assert before.count(".ts\n") == listed, "every picture of the first is there"
    report = verify(str(tmp_path / "origin/one"), expect=2)
    assert report.passed, report.to_json()
