"""The benchmark of the timeline: all its breaks are in sight, and every figure is told."""

from __future__ import annotations

import pytest

from app.bench import timeline


def test_it_tells_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(timeline, "FRAMES", 20)
    outcome = timeline.run()
    assert [figure.limit for figure in outcome.figures[:3]] == [16.0, 16.0, 16.0]
    assert all(figure.value > 0 for figure in outcome.figures)
    assert outcome.notes == ("10000 breaks in sight on 12 channels, 20 frames each",)
