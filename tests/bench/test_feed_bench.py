"""The benchmark of a feed's markers: what it counts is what it sends."""

import pytest

from app.bench import feed
from app.pipeline.source_cues import SourceCues
from app.pipeline.sources.ts_watch import TsWatch


def test_each_section_that_it_sends_is_read_and_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_SECONDS", 1)
    stream = feed._stream(20, 100)
    assert len(stream) * 8 == pytest.approx(20_000_000, rel=0.01)
    own = SourceCues("udp://127.0.0.1:1", (), paced=False, clock=lambda: 0.0)
    own.watch.program(feed._program(20))
    watch = TsWatch(cues=own.watch)
    watch.program = feed._program(20)
    watch.read(stream)
    own.line.placed(100 * 3600, 0)
    cues = own.queue.drain()
    assert len(cues) == 100
    assert {cue.pid for cue in cues} == {0x200 + number for number in range(20)}
    assert all(cue.problem == "" and cue.lead_ticks == 450_000 for cue in cues)


def test_it_tells_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_SECONDS", 1)
    monkeypatch.setattr(feed, "_ROUNDS", 1)
    monkeypatch.setattr(feed, "NOISE_BYTES", 1_000_000)
    outcome = feed.run()
    assert len(outcome.figures) == 5
    assert all(figure.value > 0 for figure in outcome.figures)
