"""The bench of the probes: its figures are measured, and those of what does less are lower."""

import pytest

from app.bench import probes


def test_the_probes_cost_more_than_a_plain_pass_and_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "FOR_S", 1.0)
    monkeypatch.setattr(probes, "CHANNELS", 3)
    outcome = probes.run()
    found = {figure.name: figure.value for figure in outcome.figures}
    assert 0 < found["reference, a plain pass"] < found["probes' cpu, a channel"] < 20
    assert found["on the program thread, median"] > 0
