"""The window benchmarks run: an engine process, windows over it, and figures that can be what they say."""

from __future__ import annotations

import pytest

from app.bench import attach, multiviewer
from app.bench.pictures import FPS

TILES = 36


@pytest.mark.slow
@pytest.mark.timeout(300)  # five processes, one after the other, beside whatever else the machine does
def test_the_windows_benchmarks_measure_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for bench in (attach, multiviewer):
        monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setattr(multiviewer, "SETTLE_S", 0.2)
    monkeypatch.setattr(multiviewer, "FOR_S", 1.5)
    monkeypatch.setattr(multiviewer, "LIMITS", {TILES: 20.0})
    glass = {figure.name.partition(", ")[2]: figure.value for figure in multiviewer.run().figures}
    assert 0 < glass["pictures"] <= TILES * FPS * 1.5
    assert 0 < glass["plain program's"] <= TILES * FPS * 1.5
    assert 0 < glass["reference, pictures stand"] < 200
    assert 0 < glass["reference, plain program"] < 200
    beyond = glass["whole window"] - glass["reference, plain program"]
    assert glass["whole window beyond the plain program"] == pytest.approx(beyond)
    opened = {figure.name: figure.value for figure in attach.run().figures}
    assert opened["reference"] > 0
    assert opened["start to full picture"] == opened["slowest of them"]
