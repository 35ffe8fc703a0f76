"""The section benchmark measures what it names, on sections that both readers take."""

from __future__ import annotations

import pytest

from app.bench import scte35


def test_it_measures_both_and_relays_every_section(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scte35, "REPEATS", 3)
    monkeypatch.setattr(scte35, "LOOPS", 2)
    monkeypatch.setattr(scte35, "RELAYED", 400)
    outcome = scte35.run()
    assert outcome.bench == "scte35"
    assert all(figure.value > 0 for figure in outcome.figures)
    assert [figure.name for figure in outcome.figures if figure.limit is not None] == [
        "decode against threefive",
        "encode against threefive",
        "relaying 1,000 a second",
    ]
